//! The bits of a stream that stands in pieces of a file.

use crate::picture::png::inflate::{Halt, Piece};

/// The bits of a stream, the first one lowest.
pub(super) struct Bits<'a, I> {
    pieces: I,
    pub(super) piece: &'a [u8],
    /// Where in the file the piece stands.
    file_at: usize,
    /// How many of its bytes are in `bits`.
    pub(super) at: usize,
    /// How many bytes the pieces before it had.
    pub(super) before: u64,
    /// Those above `count` are zero, or those of the bytes that come next.
    pub(super) bits: u64,
    pub(super) count: u32,
}

impl<'a, I: Iterator<Item = Piece<'a>>> Bits<'a, I> {
    /// Those of the stream that `pieces` make.
    pub(super) fn new(pieces: I) -> Self {
        Bits { pieces, piece: &[], file_at: 0, at: 0, before: 0, bits: 0, count: 0 }
    }

    /// How many bits were taken.
    pub(super) fn position(&self) -> u64 {
        (self.before + self.at as u64) * 8 - u64::from(self.count)
    }

    pub(super) fn wrong<T>(&self, what: &'static str) -> Result<T, Halt> {
        let ahead = self.count as usize / 8;
        Err(Halt::Damaged((self.file_at + self.at).saturating_sub(ahead), what))
    }

    /// Goes on to the next piece that is not empty, once all of this one is taken; false at the end.
    fn next_piece(&mut self) -> bool {
        while self.at == self.piece.len() {
            let Some((file_at, piece)) = self.pieces.next() else { return false };
            self.before += self.piece.len() as u64;
            (self.file_at, self.piece, self.at) = (file_at, piece, 0);
        }
        true
    }

    /// Sees to it that there are 56 bits, or as many as are left.
    pub(super) fn refill(&mut self) {
        while self.count < 56 && self.next_piece() {
            self.bits |= u64::from(self.piece[self.at]) << self.count;
            self.at += 1;
            self.count += 8;
        }
    }

    /// The next `count` bits, 32 at most; `None` if there are fewer.
    pub(super) fn take(&mut self, count: u32) -> Option<u64> {
        if self.count < count {
            self.refill();
        }
        let left = self.count.checked_sub(count)?;
        let taken = self.bits & ((1 << count) - 1);
        self.bits >>= count;
        self.count = left;
        Some(taken)
    }

    pub(super) fn need(&mut self, count: u32) -> Result<u64, Halt> {
        self.take(count).ok_or(Halt::CutOff)
    }

    /// Leaves out the bits up to the next whole byte.
    pub(super) fn align(&mut self) {
        let odd = self.count % 8;
        self.bits >>= odd;
        self.count -= odd;
    }

    /// Up to `most` bytes that follow; `None` at the end. No bits are left over.
    pub(super) fn bytes(&mut self, most: usize) -> Option<&'a [u8]> {
        self.bits = 0;
        if !self.next_piece() {
            return None;
        }
        let rest = &self.piece[self.at..];
        let bytes = &rest[..most.min(rest.len())];
        self.at += bytes.len();
        Some(bytes)
    }
}
