//! Blocks as what a sequential scan codes of them, before it is known with which codes: T.81,
//! F.1.2.
//!
//! A token is 16 bits: a symbol, and the bits behind it that tell the value. The symbol is that of
//! T.81: 4 bits of run, 4 of size; the first of a block is a DC difference and has no run. Where
//! more than [`NEAR_BITS`] bits tell the value, the others follow in a token of their own.

use crate::picture::jpeg::coefficients::{COEFFICIENTS, NATURAL};
use crate::picture::jpeg::optimal::SYMBOLS;

/// A token, in the order of this machine.
pub(crate) type Token = [u8; 2];

/// Room in which the tokens of any block have place (two for each coefficient, and the end), and a
/// power of two, so that no index can be outside.
pub(crate) type BlockRoom = [Token; ROOM];

/// How many tokens have place in it.
pub(crate) const ROOM: usize = 256;

/// The most tokens of a block.
pub(crate) const BLOCK_TOKENS: usize = 2 * COEFFICIENTS + 1;

/// The most bits of a value that stand in the token of its symbol: the first ones.
pub(crate) const NEAR_BITS: u32 = 8;

/// The symbol of sixteen zeros, with more to come.
const SIXTEEN_ZEROS: u8 = 0xF0;
/// The symbol that only zeros follow.
const END_OF_BLOCK: u8 = 0x00;
/// Stands where the last coefficient was coded, for no symbol. Runs without a value, as this one,
/// are never symbols but for the two above.
const BLOCK_IS_FULL: u8 = 0x10;
/// Stands before the last bits of a value, for no symbol either: 0x10 more for each of the bits.
const FAR_BITS: u8 = 0x10;

/// True if a symbol in a token ends the block.
#[inline]
pub(crate) fn ends_block(symbol: u8) -> bool {
    symbol & !BLOCK_IS_FULL == END_OF_BLOCK
}

/// How many bits a token has that does not stand for a symbol, if `symbol` is one of those.
pub(crate) fn far_bits(symbol: u8) -> Option<u32> {
    let bits = u32::from(symbol.checked_sub(FAR_BITS)? >> 4);
    (symbol & 0x0F == 0 && (1..=DC_BITS - NEAR_BITS).contains(&bits)).then_some(bits)
}

/// The most bits of a DC difference and of an AC coefficient of 8-bit samples: T.81, tables F.1 and
/// F.2.
const DC_BITS: u32 = 11;
const AC_BITS: u32 = 10;

/// How often each symbol occurs that one pair of tables has to code.
#[derive(Debug, Clone)]
pub(crate) struct Statistics {
    pub(crate) dc: [u64; SYMBOLS],
    pub(crate) ac: [u64; SYMBOLS],
    /// True if there was a value that no scan of 8-bit samples can code.
    out_of_range: bool,
}

impl Statistics {
    /// Nothing counted.
    pub(crate) fn new() -> Statistics {
        Statistics { dc: [0; SYMBOLS], ac: [0; SYMBOLS], out_of_range: false }
    }

    /// True if a scan of 8-bit samples has codes for all that was counted.
    pub(crate) fn is_codable(&self) -> bool {
        !self.out_of_range
    }

    /// Counts a block that stands outside the picture, and puts its tokens into `room`: nothing but
    /// zeros, and a DC coefficient as before.
    pub(crate) fn padding_block(&mut self, room: &mut BlockRoom) -> usize {
        self.dc[0] += 1;
        self.ac[usize::from(END_OF_BLOCK)] += 1;
        room[0] = [0; 2];
        room[1] = token(END_OF_BLOCK, 0);
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
        let mut count = 0;
        let mut put = |token: Token| {
            room[count % ROOM] = token;
            count += 1;
        };
        let value = i32::from(values[0]);
        let difference = value - *prediction;
        *prediction = value;
        match near(difference) {
            Some(token) => {
                self.dc[usize::from(token >> 8)] += 1;
                put(token.to_ne_bytes());
            }
            None => {
                let (symbol, tokens) = far(difference, DC_BITS, &mut self.out_of_range);
                self.dc[usize::from(symbol)] += 1;
                tokens.into_iter().for_each(&mut put);
            }
        }

        // without DC
        let mut rest = nonzero & !1;
        let mut last = 0;
        while rest != 0 {
            let place = rest.trailing_zeros();
            rest &= rest - 1;
            let mut run = place - last - 1;
            last = place;
            let natural = NATURAL[place as usize % COEFFICIENTS];
            let value = values[usize::from(natural) % COEFFICIENTS].into();
            debug_assert!(value != 0, "marked as not zero");
            while run >= 16 {
                run -= 16;
                self.ac[usize::from(SIXTEEN_ZEROS)] += 1;
                put(token(SIXTEEN_ZEROS, 0));
            }
            match near(value) {
                Some(token) => {
                    let token = token | (run as u16) << 12;
                    self.ac[usize::from(token >> 8)] += 1;
                    put(token.to_ne_bytes());
                }
                None => {
                    let (size, [first, second]) = far(value, AC_BITS, &mut self.out_of_range);
                    let symbol = (run as u8) << 4 | size;
                    self.ac[usize::from(symbol)] += 1;
                    put(token(symbol, u16::from_ne_bytes(first) as u8));
                    put(second);
                }
            }
        }
        if (last as usize) < COEFFICIENTS - 1 {
            self.ac[usize::from(END_OF_BLOCK)] += 1;
            put(token(END_OF_BLOCK, 0));
        } else {
            put(token(BLOCK_IS_FULL, 0));
        }
        count
    }
}

#[inline]
fn token(symbol: u8, bits: u8) -> Token {
    u16::from_be_bytes([symbol, bits]).to_ne_bytes()
}

/// The token without a run of a value of at most [`NEAR_BITS`] bits.
#[inline]
fn near(value: i32) -> Option<u16> {
    NEAR.get(value.wrapping_add(NEAR_LEAST) as usize).copied()
}

/// The largest value of [`NEAR_BITS`] bits, whose opposite is the least.
const NEAR_LEAST: i32 = (1 << NEAR_BITS) - 1;

/// The token of each value from the least.
const NEAR: [u16; 2 * NEAR_LEAST as usize + 1] = {
    let mut table = [0; 2 * NEAR_LEAST as usize + 1];
    let mut i = 0;
    while i < table.len() {
        let value = i as i32 - NEAR_LEAST;
        table[i] = (size(value) << 8 | value_bits(value)) as u16;
        i += 1;
    }
    table
};

/// The size of a larger value, and its two tokens, of which the first has it as its symbol.
/// `out_of_range` becomes true if the value has more than `most` bits, and the tokens are worth
/// nothing.
#[inline(never)]
fn far(value: i32, most: u32, out_of_range: &mut bool) -> (u8, [Token; 2]) {
    let size = size(value);
    if size > most {
        *out_of_range = true;
        return (0, [[0; 2]; 2]);
    }
    // 1 to 3 more bits
    let far = size - NEAR_BITS;
    let bits = value_bits(value);
    let last = bits & ((1 << far) - 1);
    let symbol = FAR_BITS + ((far as u8) << 4);
    (size as u8, [token(size as u8, (bits >> far) as u8), token(symbol, last as u8)])
}

/// How many bits tell a value: T.81, tables F.1 and F.2.
const fn size(value: i32) -> u32 {
    u32::BITS - value.unsigned_abs().leading_zeros()
}

/// The bits that tell a value among those of its size, and zeros above them: T.81, F.1.2.1.
const fn value_bits(value: i32) -> u32 {
    // negative ones stand a step lower, so that their first bit is zero
    let shifted = if value < 0 { value - 1 } else { value };
    shifted as u32 & ((1 << size(value)) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_as_the_standard_says() {
        for (value, size_and_bits) in [
            (0, (0, 0)),
            (1, (1, 1)),
            (-1, (1, 0)),
            (2, (2, 2)),
            (3, (2, 3)),
            (-2, (2, 1)),
            (-3, (2, 0)),
            (5, (3, 5)),
            (-1023, (10, 0)),
            (1023, (10, 1023)),
        ] {
            assert_eq!((size(value), value_bits(value)), size_and_bits, "{value}");
        }
    }

    /// The symbols and bits of a block.
    fn tokens(pairs: &[(u8, i16)]) -> Vec<(u8, u8)> {
        let mut values = [0; COEFFICIENTS];
        let mut nonzero = 0;
        for (zigzag, value) in pairs {
            values[usize::from(NATURAL[usize::from(*zigzag)])] = *value;
            nonzero |= 1 << zigzag;
        }
        let mut room = [[0; 2]; ROOM];
        let count = Statistics::new().block(&values, nonzero, &mut 0, &mut room);
        let tokens = room[..count].iter().map(|t| u16::from_ne_bytes(*t).to_be_bytes());
        tokens.map(|[symbol, bits]| (symbol, bits)).collect()
    }

    #[test]
    fn blocks_are_told_as_the_standard_says() {
        assert_eq!(tokens(&[]), [(0, 0), (0, 0)]);
        // two zeros and 3; seventeen and -1
        let few = [(2, 0), (0x22, 3), (0xF0, 0), (0x11, 0), (0, 0)];
        assert_eq!(tokens(&[(0, -3), (3, 3), (21, -1)]), few);
        // bits that do not stand in the first token, and no end after the last coefficient
        let far = [(11, 0xFF), (0x40, 7), (0xF0, 0), (0xF0, 0), (0xF0, 0), (0xEA, 0), (0x30, 1)];
        assert_eq!(tokens(&[(0, 2047), (63, -1022)]), [&far[..], &[(0x10, 0)]].concat());
    }

    #[test]
    fn the_fullest_block_has_place() {
        let pairs: Vec<(u8, i16)> = (0..64).map(|k| (k, -1000)).collect();
        assert_eq!(tokens(&pairs).len(), BLOCK_TOKENS);
    }
}
