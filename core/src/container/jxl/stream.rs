//! The bytes of a codestream, which may lie in pieces all over the file.

use crate::Error;

/// A piece of the codestream.
#[derive(Debug, Clone, Copy)]
struct Piece<'a> {
    data: &'a [u8],
    /// Where it starts in the codestream.
    start: usize,
    /// Where it starts in the file.
    offset: usize,
}

/// A codestream.
#[derive(Debug, Clone)]
pub(crate) struct Stream<'a> {
    pieces: Vec<Piece<'a>>,
    length: usize,
}

impl<'a> Stream<'a> {
    /// Of `pieces` with their places in the file, in their order.
    pub(crate) fn new(pieces: impl IntoIterator<Item = (usize, &'a [u8])>) -> Stream<'a> {
        let mut stream = Stream { pieces: Vec::new(), length: 0 };
        for (offset, data) in pieces.into_iter().filter(|(_, data)| !data.is_empty()) {
            stream.pieces.push(Piece { data, start: stream.length, offset });
            stream.length = stream.length.saturating_add(data.len());
        }
        stream
    }

    /// How many bytes there are.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// The bytes from `at` to the end of the piece that holds it; empty past the end.
    pub(crate) fn run(&self, at: usize) -> &'a [u8] {
        let after = self.pieces.partition_point(|piece| piece.start <= at);
        let held = after.checked_sub(1).and_then(|index| self.pieces.get(index));
        held.and_then(|piece| piece.data.get(at.checked_sub(piece.start)?..)).unwrap_or_default()
    }

    /// Where in the file the byte at `at` stands; past the end, where the codestream ends.
    pub(crate) fn offset(&self, at: usize) -> usize {
        let after = self.pieces.partition_point(|piece| piece.start <= at);
        let Some(piece) = after.checked_sub(1).and_then(|index| self.pieces.get(index)) else {
            return 0;
        };
        let within = at.saturating_sub(piece.start).min(piece.data.len());
        piece.offset.saturating_add(within)
    }

    /// Gives the bytes from `start` to `end`, which the codestream holds, piece by piece.
    pub(crate) fn slices(
        &self,
        start: usize,
        end: usize,
        mut take: impl FnMut(&'a [u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut at = start;
        while at < end {
            let run = self.run(at);
            let run = run.get(..end.saturating_sub(at)).unwrap_or(run);
            if run.is_empty() {
                return Err(self.cut_off());
            }
            take(run)?;
            at = at.saturating_add(run.len());
        }
        Ok(())
    }

    /// The codestream ends before its picture does.
    pub(crate) fn cut_off(&self) -> Error {
        Error::CutOff { at: self.offset(self.length) as u64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_across_pieces() {
        let stream = Stream::new([(10, &b"abc"[..]), (20, b""), (30, b"de")]);
        assert_eq!(stream.len(), 5);
        assert_eq!(
            (stream.run(0), stream.run(2), stream.run(3)),
            (&b"abc"[..], &b"c"[..], &b"de"[..])
        );
        assert_eq!(stream.run(5), b"");
        assert_eq!([0, 2, 3, 4, 5, 9].map(|at| stream.offset(at)), [10, 12, 30, 31, 32, 32]);
        let mut parts = Vec::new();
        let all = stream.slices(1, 5, |slice| {
            parts.push(slice);
            Ok(())
        });
        assert_eq!((all, parts), (Ok(()), vec![&b"bc"[..], b"de"]));
        assert_eq!(stream.slices(4, 6, |_| Ok(())), Err(Error::CutOff { at: 32 }));
    }
}
