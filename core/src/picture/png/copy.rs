//! Copies the blocks of a deflate stream bit by bit, and none that holds nothing: those, and the bits
//! that fill up bytes, could hold a message. A block that others follow is told so by one bit.

use zeroize::Zeroizing;

use crate::Error;
use crate::picture::png::inflate::{Block, Piece};

/// Where copied bytes go.
type Sink<'s> = &'s mut dyn FnMut(&[u8]) -> Result<(), Error>;

/// Copies blocks from the pieces of a stream.
#[derive(Debug)]
pub(super) struct Copier<'a, I> {
    pieces: I,
    piece: &'a [u8],
    /// Where in the stream the piece starts, in bytes.
    piece_at: u64,
    /// The last block that holds something: only after the next one it is known whether it is last.
    held: Option<Block>,
    out: Zeroizing<Vec<u8>>,
    bits: u64,
    count: u32,
}

/// Bytes that gather before they are handed on.
const ROOM: usize = 1 << 12;

impl<'a, I: Iterator<Item = Piece<'a>>> Copier<'a, I> {
    /// Of the stream that `pieces` make.
    pub(super) fn new(pieces: I) -> Self {
        let out = Zeroizing::new(Vec::with_capacity(ROOM + 8));
        Copier { pieces, piece: &[], piece_at: 0, held: None, out, bits: 0, count: 0 }
    }

    /// Copies the next block, or the one before.
    pub(super) fn block(&mut self, block: Block, sink: Sink<'_>) -> Result<(), Error> {
        if !block.empty
            && let Some(held) = self.held.replace(block)
        {
            self.copy(held, false, sink)?;
        }
        Ok(())
    }

    /// Copies what is held as the last block. A stream of no bytes is one block that tells no codes.
    pub(super) fn finish(mut self, sink: Sink<'_>) -> Result<(), Error> {
        match self.held.take() {
            Some(held) => self.copy(held, true, sink)?,
            None => self.put(0b11, 10, sink)?,
        }
        self.align(sink)?;
        sink(&self.out)
    }

    fn copy(&mut self, block: Block, last: bool, sink: Sink<'_>) -> Result<(), Error> {
        self.put(u64::from(last), 1, sink)?;
        if block.stored {
            self.put(0, 2, sink)?;
            self.align(sink)?;
            return self.range((block.start + 3).next_multiple_of(8), block.end, sink);
        }
        self.range(block.start + 1, block.end, sink)
    }

    /// The bytes of the stream from the one at `at` on, as far as its piece goes.
    fn bytes(&mut self, at: u64) -> &'a [u8] {
        loop {
            let inside = (at - self.piece_at) as usize;
            if let Some(rest) = self.piece.get(inside..).filter(|rest| !rest.is_empty()) {
                return rest;
            }
            self.piece_at += self.piece.len() as u64;
            match self.pieces.next() {
                Some((_, piece)) => self.piece = piece,
                None => return &[],
            }
        }
    }

    /// Copies the bits from `at` to `end`.
    fn range(&mut self, mut at: u64, end: u64, sink: Sink<'_>) -> Result<(), Error> {
        while at < end {
            let rest = self.bytes(at / 8);
            let Some(byte) = rest.first() else { return Err(Error::Memory) };
            let (odd, left) = ((at % 8) as u32, end - at);
            if odd == 0 && left >= 8 {
                let count = rest.len().min((left / 8) as usize);
                self.whole(&rest[..count], sink)?;
                at += count as u64 * 8;
                continue;
            }
            let count = left.min(8 - u64::from(odd)) as u32;
            self.put(u64::from(byte >> odd) & ((1 << count) - 1), count, sink)?;
            at += u64::from(count);
        }
        Ok(())
    }

    /// Appends whole bytes.
    fn whole(&mut self, bytes: &[u8], sink: Sink<'_>) -> Result<(), Error> {
        if self.count == 0 {
            sink(&self.out)?;
            self.out.clear();
            return sink(bytes);
        }
        let (fours, rest) = bytes.as_chunks::<4>();
        for four in fours {
            self.put(u64::from(u32::from_le_bytes(*four)), 32, sink)?;
        }
        rest.iter().try_for_each(|byte| self.put(u64::from(*byte), 8, sink))
    }

    /// Appends up to 32 bits, the first one lowest. Fewer than 8 wait for the next.
    fn put(&mut self, value: u64, count: u32, sink: Sink<'_>) -> Result<(), Error> {
        self.bits |= value << self.count;
        self.count += count;
        let whole = self.count as usize / 8;
        self.out.extend_from_slice(&self.bits.to_le_bytes()[..whole]);
        self.bits >>= 8 * whole;
        self.count %= 8;
        if self.out.len() >= ROOM {
            sink(&self.out)?;
            self.out.clear();
        }
        Ok(())
    }

    /// Fills the last byte up with zeros.
    fn align(&mut self, sink: Sink<'_>) -> Result<(), Error> {
        self.put(0, (8 - self.count) % 8, sink)
    }
}
