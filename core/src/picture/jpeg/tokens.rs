//! Blocks as what a sequential scan codes of them, before it is known with which codes: T.81,
//! F.1.2.
//!
//! A token is two bytes. The first of a block is the DC difference. Each further one is a run of
//! zeros and the coefficient behind it, sixteen zeros, or the end of the block: 4 bits of run, 12
//! of value.

use crate::picture::jpeg::coefficients::{COEFFICIENTS, NATURAL};
use crate::picture::jpeg::optimal::SYMBOLS;

/// A token, in the order of this machine.
pub(crate) type Token = [u8; 2];

/// The most tokens of a block: the difference, 63 coefficients, the end.
pub(crate) const BLOCK_TOKENS: usize = 65;

/// Room in which any block has place, and a power of two, so that no index can be outside.
pub(crate) type BlockRoom = [Token; ROOM];

/// How many tokens have place in it.
pub(crate) const ROOM: usize = 128;

/// Sixteen zeros, and more to come.
pub(crate) const SIXTEEN_ZEROS: u16 = 0xF000;
/// Only zeros follow.
pub(crate) const END_OF_BLOCK: u16 = 0;
/// The last coefficient was coded: there is nothing to say. As a symbol no decoder has it.
pub(crate) const BLOCK_IS_FULL: u16 = 0x1000;

/// The most bits of a DC difference and of an AC coefficient of 8-bit samples: T.81, tables F.1 and
/// F.2.
const DC_BITS: usize = 11;
const AC_BITS: u32 = 10;

/// How often each symbol occurs that one pair of tables has to code.
#[derive(Debug, Clone)]
pub(crate) struct Statistics {
    pub(crate) dc: [u64; SYMBOLS],
    pub(crate) ac: [u64; SYMBOLS],
    /// All magnitudes of AC coefficients, one bit or another.
    magnitudes: u16,
}

impl Statistics {
    /// Nothing counted.
    pub(crate) fn new() -> Statistics {
        Statistics { dc: [0; SYMBOLS], ac: [0; SYMBOLS], magnitudes: 0 }
    }

    /// True if a scan of 8-bit samples has codes for all that was counted.
    pub(crate) fn is_codable(&self) -> bool {
        self.magnitudes >> AC_BITS == 0 && self.dc[DC_BITS + 1..].iter().all(|count| *count == 0)
    }

    /// Counts a block that stands outside the picture, and puts its tokens into `room`: nothing but
    /// zeros, and a DC coefficient as before.
    pub(crate) fn padding_block(&mut self, room: &mut BlockRoom) -> usize {
        self.dc[0] += 1;
        self.ac[0] += 1;
        room[0] = [0; 2];
        room[1] = END_OF_BLOCK.to_ne_bytes();
        2
    }

    /// Counts the symbols of a block and puts its tokens into `room`. Gives how many there are.
    ///
    /// `values` are in natural order, `nonzero` has a bit for each that is not zero by its place in
    /// the zigzag order. `prediction` is the DC coefficient before, and becomes this one's.
    #[inline]
    pub(crate) fn block(
        &mut self,
        values: &[i16; COEFFICIENTS],
        nonzero: u64,
        prediction: &mut i32,
        room: &mut BlockRoom,
    ) -> usize {
        // values too large for a token are not codable, so their tokens are never written
        let value = i32::from(values[0]);
        let difference = value - *prediction;
        *prediction = value;
        self.dc[usize::from(magnitude_bits(difference))] += 1;
        room[0] = (difference as u16).to_ne_bytes();
        let mut count = 1;

        let mut rest = nonzero >> 1;
        let mut magnitudes = 0;
        let mut place = 0;
        while rest != 0 {
            let mut run = rest.trailing_zeros();
            rest = rest >> run >> 1;
            place += run as usize + 1;
            let value = values[usize::from(NATURAL[place % COEFFICIENTS]) % COEFFICIENTS];
            magnitudes |= value.unsigned_abs();
            while run >= 16 {
                run -= 16;
                self.ac[0xF0] += 1;
                room[count % ROOM] = SIXTEEN_ZEROS.to_ne_bytes();
                count += 1;
            }
            let run = (run << 4) as u8;
            self.ac[usize::from(run | magnitude_bits(value.into()) & 0x0F)] += 1;
            let token = u16::from(run) << 8 | value as u16 & 0x0FFF;
            room[count % ROOM] = token.to_ne_bytes();
            count += 1;
        }
        self.magnitudes |= magnitudes;
        let end = if place < COEFFICIENTS - 1 {
            self.ac[0] += 1;
            END_OF_BLOCK
        } else {
            BLOCK_IS_FULL
        };
        room[count % ROOM] = end.to_ne_bytes();
        count + 1
    }
}

/// How many bits tell a value among those of its size: T.81, tables F.1 and F.2.
#[inline]
pub(crate) fn magnitude_bits(value: i32) -> u8 {
    // one more bit below, so that zero needs no branch; coefficients and their differences have
    // fewer than 18
    (value.unsigned_abs() << 1 | 1).ilog2() as u8
}
