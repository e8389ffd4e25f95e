//! The rows of a picture: sections 7.2, 8.1 and 9. What no pixel needs must not be there.

use zeroize::Zeroizing;

use crate::audit::png::header::{Dress, Header};
use crate::audit::png::inflate::{Broken, Reader};
use crate::picture::png::deflate::Deflater;

/// What the pixels of all pictures use.
pub(super) struct Used {
    /// Entries of the colour table.
    pub(super) entries: [bool; 256],
    /// True if a pixel has the one transparent colour.
    pub(super) keyed: bool,
}

/// Reads the rows of one picture.
pub(super) struct Rows<'u> {
    header: Header,
    key: Vec<u8>,
    used: &'u mut Used,
    /// Width and rows of each pass that is to come.
    passes: Vec<(usize, u32)>,
    /// Bytes of the row that is read, and how many of its rows are left with it.
    length: usize,
    left: u32,
    padding: u8,
    /// Filter byte and row, as far as they have come; the row before without its filter.
    line: Zeroizing<Vec<u8>>,
    above: Zeroizing<Vec<u8>>,
    /// How many bytes of the row are to come, where it is not looked at.
    rest: usize,
    /// Where only filter bytes matter.
    skim: bool,
    /// Checks that the rows are coded in the canonical way.
    canonical: Option<Canonical<'u>>,
}

impl<'u> Rows<'u> {
    /// Those of a picture with `header` in a file with `dress`; coded as in `stream` if that is to be
    /// checked too.
    pub(super) fn new(
        header: Header,
        dress: &Dress,
        used: &'u mut Used,
        stream: Option<&'u [&'u [u8]]>,
    ) -> Rows<'u> {
        let bits = header.pixel_bits();
        let mut passes = header.passes();
        passes.reverse();
        let whole = passes.iter().all(|(width, _)| width.wrapping_mul(bits) & 7 == 0);
        let skim =
            whole && dress.palette.is_empty() && dress.transparency.is_empty() && stream.is_none();
        Rows {
            header,
            key: dress.key(),
            used,
            passes,
            length: 0,
            left: 0,
            padding: 0,
            line: Zeroizing::default(),
            above: Zeroizing::default(),
            rest: 0,
            skim,
            canonical: stream.map(|stream| Canonical::new(&header, stream)),
        }
    }

    /// Rejects a picture of which rows are missing, or which could be coded otherwise.
    pub(super) fn finish(self) -> Result<(), Broken> {
        let inside = self.rest > 0 || !self.line.is_empty();
        if inside || self.left > 0 || !self.passes.is_empty() {
            return Err("all rows of the picture");
        }
        self.canonical.map_or(Ok(()), Canonical::finish)
    }

    /// Starts the next row.
    fn start(&mut self) -> Result<(), Broken> {
        if self.left == 0 {
            let Some((width, rows)) = self.passes.pop() else {
                return Err("no bytes behind the last row");
            };
            let bits = width.checked_mul(self.header.pixel_bits()).ok_or(HUGE)?;
            self.length = bits.div_ceil(8);
            self.left = rows;
            self.padding = match bits & 7 {
                0 => 0,
                odd => 0xFF >> odd,
            };
            if !self.skim {
                self.above.clear();
                self.above.resize(self.length, 0);
            }
        }
        self.left = self.left.saturating_sub(1);
        Ok(())
    }

    /// Only filter bytes.
    fn skim(&mut self, mut bytes: &[u8]) -> Result<(), Broken> {
        loop {
            let count = self.rest.min(bytes.len());
            bytes = bytes.get(count..).unwrap_or_default();
            self.rest = self.rest.saturating_sub(count);
            let Some((filter, after)) = bytes.split_first() else { return Ok(()) };
            self.start()?;
            if *filter > 4 {
                return Err(FILTER);
            }
            self.rest = self.length;
            bytes = after;
        }
    }

    /// Takes a row apart that is there as a whole.
    fn row(&mut self) -> Result<(), Broken> {
        let Some((filter, row)) = self.line.split_first_mut() else { return Ok(()) };
        if *filter > 4 {
            return Err(FILTER);
        }
        if let Some(canonical) = &mut self.canonical {
            canonical.filtered(*filter, row)?;
        }
        let step = self.header.pixel_bits().div_ceil(8);
        unfilter(*filter, row, &self.above, step);
        if let Some(canonical) = &mut self.canonical {
            canonical.plain(*filter, row, &self.above, step)?;
        }
        let last = row.last().copied().unwrap_or_default();
        if last & self.padding != 0 {
            return Err("zeros behind the last pixel of a row");
        }
        self.above.copy_from_slice(row);
        self.line.clear();
        self.pixels();
        Ok(())
    }

    /// Notes what the pixels of the last row use.
    fn pixels(&mut self) {
        let row = self.above.as_slice();
        let depth = self.header.depth;
        match (self.header.colour, depth) {
            (3, 8) => {
                for index in row {
                    if let Some(entry) = self.used.entries.get_mut(usize::from(*index)) {
                        *entry = true;
                    }
                }
            }
            (0 | 3, 1 | 2 | 4) => {
                let mask = (1u8 << depth).wrapping_sub(1);
                let padding = self.padding.count_ones() as u8;
                let count = row.len().saturating_sub(1);
                for (index, byte) in row.iter().enumerate() {
                    let first = if index == count { padding } else { 0 };
                    for place in (first..8).step_by(usize::from(depth)) {
                        let sample = byte >> place & mask;
                        if let Some(entry) = self.used.entries.get_mut(usize::from(sample)) {
                            *entry = true;
                        }
                        self.used.keyed |= self.key == [sample];
                    }
                }
            }
            _ if self.key.is_empty() || self.used.keyed => {}
            _ => {
                let key = self.key.as_slice();
                self.used.keyed = row.chunks_exact(key.len()).any(|pixel| pixel == key);
            }
        }
    }
}

const FILTER: Broken = "a filter that exists";
const HUGE: Broken = "rows that fit into memory";

impl Reader for Rows<'_> {
    fn read(&mut self, mut bytes: &[u8]) -> Result<(), Broken> {
        if self.skim {
            return self.skim(bytes);
        }
        while !bytes.is_empty() {
            if self.line.is_empty() {
                self.start()?;
            }
            let missing = self.length.saturating_add(1).saturating_sub(self.line.len());
            let (now, later) = bytes.split_at_checked(missing).unwrap_or((bytes, &[]));
            self.line.extend_from_slice(now);
            bytes = later;
            if now.len() == missing {
                self.row()?;
            }
        }
        Ok(())
    }
}

/// Undoes a filter: section 9.2.
fn unfilter(filter: u8, row: &mut [u8], above: &[u8], step: usize) {
    match (filter, step) {
        (0, _) => {}
        (2, _) => row.iter_mut().zip(above).for_each(|(x, up)| *x = x.wrapping_add(*up)),
        (_, 1) => unfilter_pixels::<1>(filter, row, above),
        (_, 2) => unfilter_pixels::<2>(filter, row, above),
        (_, 3) => unfilter_pixels::<3>(filter, row, above),
        (_, 4) => unfilter_pixels::<4>(filter, row, above),
        (_, 6) => unfilter_pixels::<6>(filter, row, above),
        _ => unfilter_pixels::<8>(filter, row, above),
    }
}

/// Undoes a filter that looks to the left, in whole pixels of so many bytes.
fn unfilter_pixels<const STEP: usize>(filter: u8, row: &mut [u8], above: &[u8]) {
    match filter {
        1 => unfilter_by::<1, STEP>(row, above),
        3 => unfilter_by::<3, STEP>(row, above),
        _ => unfilter_by::<4, STEP>(row, above),
    }
}

fn unfilter_by<const FILTER: u8, const STEP: usize>(row: &mut [u8], above: &[u8]) {
    // left of the pixel, and above that
    let (mut left, mut corner) = ([0u8; STEP], [0u8; STEP]);
    for (pixel, up) in row.as_chunks_mut::<STEP>().0.iter_mut().zip(above.as_chunks::<STEP>().0) {
        for (((byte, left), up), corner) in pixel.iter_mut().zip(&left).zip(up).zip(&corner) {
            *byte = byte.wrapping_add(predicted(FILTER, *left, *up, *corner));
        }
        (left, corner) = (*pixel, *up);
    }
}

/// What a filter predicts from the bytes to the left, above, and above to the left.
#[inline(always)]
fn predicted(filter: u8, left: u8, up: u8, corner: u8) -> u8 {
    match filter {
        1 => left,
        2 => up,
        3 => left.midpoint(up),
        4 => {
            // section 9.4: the nearest to left + above − corner
            let [a, b, c] = [left, up, corner].map(i16::from);
            let guess = a.wrapping_add(b).wrapping_sub(c);
            let near = |value: i16| guess.abs_diff(value);
            match (near(a), near(b), near(c)) {
                (a, b, c) if a <= b && a <= c => left,
                (_, b, c) if b <= c => up,
                _ => corner,
            }
        }
        _ => 0,
    }
}

/// Checks that a picture is coded in the one canonical way: filters by their rule, and deflate as the
/// encoder does it, which is asked for that alone.
struct Canonical<'a> {
    /// True if a filter is chosen for each row; else it is none.
    choose: bool,
    deflater: Deflater,
    /// The stream, as far as it was not made yet.
    expected: Expected<'a>,
}

impl<'a> Canonical<'a> {
    fn new(header: &Header, stream: &'a [&'a [u8]]) -> Canonical<'a> {
        let mut expected = Expected { pieces: stream, piece: &[], same: true };
        expected.pass(&[0x78, 0x9C]);
        let choose = header.depth >= 8 && header.colour != 3;
        Canonical { choose, deflater: Deflater::new(), expected }
    }

    /// Takes a row as it is coded.
    fn filtered(&mut self, filter: u8, row: &[u8]) -> Result<(), Broken> {
        let expected = &mut self.expected;
        for part in [&[filter], row] {
            let made = self.deflater.push(part, &mut |bytes| {
                expected.pass(bytes);
                Ok(())
            });
            made.map_err(|_| HUGE)?;
        }
        self.expected.check()
    }

    /// Takes the same row as it is.
    fn plain(&self, filter: u8, row: &[u8], above: &[u8], step: usize) -> Result<(), Broken> {
        let best = if self.choose { lightest(row, above, step) } else { 0 };
        if filter == best { Ok(()) } else { Err("the filter that leaves least") }
    }

    fn finish(self) -> Result<(), Broken> {
        let mut expected = self.expected;
        let made = self.deflater.finish(&mut |bytes| {
            expected.pass(bytes);
            Ok(())
        });
        made.map_err(|_| HUGE)?;
        // the checksum behind it was checked
        expected.check()
    }
}

/// Bytes that have to be made.
struct Expected<'a> {
    pieces: &'a [&'a [u8]],
    piece: &'a [u8],
    same: bool,
}

impl Expected<'_> {
    fn pass(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && self.same {
            if self.piece.is_empty() {
                match self.pieces.split_first() {
                    Some((piece, rest)) => (self.piece, self.pieces) = (piece, rest),
                    None => self.same = false,
                }
                continue;
            }
            let count = bytes.len().min(self.piece.len());
            let (now, later) = bytes.split_at_checked(count).unwrap_or_default();
            let (here, rest) = self.piece.split_at_checked(count).unwrap_or_default();
            self.same = now == here;
            (bytes, self.piece) = (later, rest);
        }
    }

    fn check(&self) -> Result<(), Broken> {
        if self.same { Ok(()) } else { Err("data that is coded in the one canonical way") }
    }
}

/// The first filter that leaves least in a row: section 12.7.
fn lightest(row: &[u8], above: &[u8], step: usize) -> u8 {
    let weights = [
        weight::<0>(row, above, step),
        weight::<1>(row, above, step),
        weight::<2>(row, above, step),
        weight::<3>(row, above, step),
        weight::<4>(row, above, step),
    ];
    let best = (0u8..).zip(weights).min_by_key(|(_, weight)| *weight);
    best.map_or(0, |(filter, _)| filter)
}

/// The sum of what a filter leaves in a row, as signed numbers without their sign.
fn weight<const FILTER: u8>(row: &[u8], above: &[u8], step: usize) -> u64 {
    let left_over = |byte: u8, left: u8, up: u8, corner: u8| {
        let left_over = byte.wrapping_sub(predicted(FILTER, left, up, corner));
        u16::from(left_over.cast_signed().unsigned_abs())
    };
    let (first, rest) = row.split_at_checked(step).unwrap_or((row, &[]));
    let start = first.iter().zip(above).map(|(byte, up)| left_over(*byte, 0, *up, 0));
    let mut sum = u64::from(start.fold(0, u16::wrapping_add));
    let ups = above.get(step..).unwrap_or_default();
    // no more in a part than 16 bits hold
    const PART: usize = 256;
    let parts =
        rest.chunks(PART).zip(row.chunks(PART)).zip(ups.chunks(PART)).zip(above.chunks(PART));
    for (((bytes, lefts), ups), corners) in parts {
        let all = bytes.iter().zip(lefts).zip(ups).zip(corners);
        let part = all
            .map(|(((byte, left), up), corner)| left_over(*byte, *left, *up, *corner))
            .fold(0, u16::wrapping_add);
        sum = sum.saturating_add(u64::from(part));
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_filter_that_is_undone_leaves_what_was_there(
            rows in proptest::collection::vec(any::<u8>(), 96),
            step in proptest::sample::select(vec![1usize, 2, 3, 4, 6, 8]),
            filter in 0..5u8,
        ) {
            let (above, row) = rows.split_at(48);
            let mut filtered = row.to_vec();
            for at in 0..48usize {
                let [left, corner] =
                    [row, above].map(|line| at.checked_sub(step).map_or(0, |at| line[at]));
                filtered[at] = row[at].wrapping_sub(predicted(filter, left, above[at], corner));
            }
            let weighed: u64 =
                filtered.iter().map(|x| u64::from((*x as i8).unsigned_abs())).sum();
            let weights = [weight::<0>, weight::<1>, weight::<2>, weight::<3>, weight::<4>];
            prop_assert_eq!(weights[usize::from(filter)](row, above, step), weighed);
            unfilter(filter, &mut filtered, above, step);
            prop_assert_eq!(&filtered, row);
        }
    }
}
