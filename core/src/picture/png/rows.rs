//! Rows of what was inflated: sections 7.2, 8.1 and 9.

use zeroize::Zeroizing;

use crate::container::png::{Header, Pass};
use crate::picture::png::filter::{self, FILTERS};
use crate::picture::png::inflate::Halt;

/// A row as it was coded, and as it is.
#[derive(Debug)]
pub(crate) struct Row<'r> {
    /// The reduced picture that it belongs to.
    pub(crate) pass: &'r Pass,
    /// Which of its rows it is.
    pub(crate) y: u32,
    /// How it was filtered.
    pub(crate) filter: u8,
    /// Its pixels.
    pub(crate) bytes: &'r [u8],
}

/// What is done with rows.
pub(crate) trait Viewer {
    /// The next row. Without [`Rows::unfiltered`] none is given.
    fn row(&mut self, row: Row<'_>) -> Result<(), Halt>;
}

/// Cuts the bytes of a picture into rows, and undoes their filters if it is asked to.
pub(crate) struct Rows {
    passes: Vec<Pass>,
    header: Header,
    /// Which pass and which of its rows comes next.
    pass: usize,
    y: u32,
    /// How many bytes of the row are to come; `None` before its filter byte.
    left: Option<usize>,
    filter: u8,
    /// The row as far as it is there, and the one before; empty if filters are not undone.
    row: Zeroizing<Vec<u8>>,
    above: Zeroizing<Vec<u8>>,
    unfilter: bool,
}

impl Rows {
    /// Of a picture with `header`: filter bytes are looked at, and nothing else.
    pub(crate) fn checked(header: &Header) -> Rows {
        Rows {
            passes: header.passes().collect(),
            header: *header,
            pass: 0,
            y: 0,
            left: None,
            filter: 0,
            row: Zeroizing::default(),
            above: Zeroizing::default(),
            unfilter: false,
        }
    }

    /// Of a picture with `header`, every row given to a viewer.
    pub(crate) fn unfiltered(header: &Header) -> Option<Rows> {
        // the widest row is that of the last pass, or the only one
        let longest = header.passes().map(|pass| header.row_bytes(pass.width)).max().flatten()?;
        let room = || Zeroizing::new(Vec::with_capacity(longest));
        let (row, above) = (room(), room());
        Some(Rows { row, above, unfilter: true, ..Rows::checked(header) })
    }

    /// True if every row is there.
    pub(crate) fn are_complete(&self) -> bool {
        self.pass == self.passes.len()
    }

    /// Takes more bytes. Stops with [`Halt::Enough`] at bytes behind the last row.
    pub(crate) fn take(&mut self, mut bytes: &[u8], viewer: &mut impl Viewer) -> Result<(), Halt> {
        while let Some((first, rest)) = bytes.split_first() {
            let Some(pass) = self.passes.get(self.pass) else { return Err(Halt::Enough) };
            let left = match self.left {
                Some(left) => left,
                None => {
                    if *first >= FILTERS {
                        return Err(Halt::Damaged(0, "a filter that does not exist"));
                    }
                    self.filter = *first;
                    bytes = rest;
                    let row = self.header.row_bytes(pass.width);
                    if self.y == 0 && self.unfilter {
                        self.above.clear();
                        self.above.resize(row.unwrap_or(0), 0);
                    }
                    row.ok_or(Halt::Damaged(0, "a row that is longer than memory"))?
                }
            };
            let count = left.min(bytes.len());
            let (now, later) = bytes.split_at(count);
            bytes = later;
            if self.unfilter {
                self.row.extend_from_slice(now);
            }
            self.left = Some(left - count);
            if left == count {
                self.end(viewer)?;
            }
        }
        Ok(())
    }

    /// Ends a row.
    fn end(&mut self, viewer: &mut impl Viewer) -> Result<(), Halt> {
        let pass = &self.passes[self.pass];
        if self.unfilter {
            filter::undo(self.filter, &mut self.row, &self.above, self.header.step());
            viewer.row(Row { pass, y: self.y, filter: self.filter, bytes: &self.row })?;
            std::mem::swap(&mut self.row, &mut self.above);
            self.row.clear();
        }
        self.left = None;
        self.y += 1;
        if self.y == pass.height {
            self.pass += 1;
            self.y = 0;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::png::ColourType;

    #[derive(Default)]
    struct Seen(Vec<(u32, u32, u8, Vec<u8>)>);

    impl Viewer for Seen {
        fn row(&mut self, row: Row<'_>) -> Result<(), Halt> {
            self.0.push((row.pass.first.0, row.y, row.filter, row.bytes.to_vec()));
            Ok(())
        }
    }

    #[test]
    fn rows_are_cut_and_filters_undone() {
        let (width, height) = (2, 3);
        let header =
            Header { width, height, depth: 8, colour: ColourType::Grey, interlaced: false };
        let bytes = [0, 5, 6, 2, 1, 1, 1, 7, 1];
        for step in 1..9 {
            let mut rows = Rows::unfiltered(&header).unwrap();
            let mut seen = Seen::default();
            for part in bytes.chunks(step) {
                assert!(!rows.are_complete());
                rows.take(part, &mut seen).unwrap();
            }
            assert!(rows.are_complete());
            let expected = [(0, 0, 0, vec![5, 6]), (0, 1, 2, vec![6, 7]), (0, 2, 1, vec![7, 8])];
            assert_eq!(seen.0, expected);
            assert_eq!(rows.take(&[0], &mut seen), Err(Halt::Enough));
        }
        let mut rows = Rows::checked(&header);
        assert!(matches!(rows.take(&[5], &mut Seen::default()), Err(Halt::Damaged(..))));
    }

    #[test]
    fn each_pass_starts_anew() {
        let header =
            Header { width: 5, height: 1, depth: 8, colour: ColourType::Grey, interlaced: true };
        let mut rows = Rows::unfiltered(&header).unwrap();
        let mut seen = Seen::default();
        rows.take(&[2, 9, 2, 8, 2, 7, 0, 1, 2], &mut seen).unwrap();
        let firsts: Vec<_> = seen.0.iter().map(|(x, _, _, bytes)| (*x, bytes.clone())).collect();
        assert_eq!(firsts, [(0, vec![9]), (4, vec![8]), (2, vec![7]), (1, vec![1, 2])]);
        assert!(rows.are_complete());
    }
}
