//! The bits of a stream that stands in pieces.

use crate::audit::png::inflate::{Broken, SHORT};

/// Bits, the first one lowest.
pub(super) struct Stream<'a> {
    pub(super) pieces: &'a [&'a [u8]],
    pub(super) piece: &'a [u8],
    /// Those above `count` are zero.
    pub(super) bits: u64,
    pub(super) count: u32,
}

impl Stream<'_> {
    /// Goes on to a piece that has bytes; false at the end.
    pub(super) fn advance(&mut self) -> bool {
        while self.piece.is_empty() {
            let Some((piece, rest)) = self.pieces.split_first() else { return false };
            (self.piece, self.pieces) = (piece, rest);
        }
        true
    }

    /// Fills up to 48 bits at least, or what is left.
    #[inline(always)]
    pub(super) fn fill(&mut self) {
        if self.count >= 48 {
            return;
        }
        if let Some((word, _)) = self.piece.split_first_chunk::<8>() {
            // whole bytes that there is room for
            let bytes = 7u32.wrapping_sub(self.count >> 3);
            let mask = (1u64 << (bytes << 3)).wrapping_sub(1);
            self.bits |= (u64::from_le_bytes(*word) & mask) << self.count;
            self.count = self.count.wrapping_add(bytes << 3);
            self.piece = self.piece.get(bytes as usize..).unwrap_or_default();
        } else {
            self.fill_slowly();
        }
    }

    #[cold]
    fn fill_slowly(&mut self) {
        while self.count <= 48 && self.advance() {
            let Some((byte, rest)) = self.piece.split_first() else { return };
            self.bits |= u64::from(*byte) << self.count;
            self.count = self.count.saturating_add(8);
            self.piece = rest;
        }
    }

    /// Goes over `count` bits, which have been filled in.
    #[inline(always)]
    pub(super) fn skip(&mut self, count: u32) -> Result<(), Broken> {
        if count > self.count {
            return Err(SHORT);
        }
        self.bits >>= count;
        self.count = self.count.wrapping_sub(count);
        Ok(())
    }

    /// The next `count` bits, 32 at most.
    pub(super) fn take(&mut self, count: u32) -> Result<u64, Broken> {
        self.fill();
        let taken = self.bits & (1u64 << count).wrapping_sub(1);
        self.skip(count)?;
        Ok(taken)
    }

    /// The bits up to the next whole byte, which have to be zero.
    pub(super) fn align(&mut self) -> Result<(), Broken> {
        if self.take(self.count & 7)? != 0 {
            return Err("zeros up to the next whole byte");
        }
        Ok(())
    }
}

/// A mask of so many bits.
pub(super) fn low(bits: u8) -> u64 {
    (1u64 << bits).wrapping_sub(1)
}
