//! The bool coder: RFC 6386, section 7; where a partition ends: `constants::vp8::PAST_RANGE`.

use crate::constants::vp8::PAST_RANGE;

/// Reads bools. Past the end of the data it reads zeros, and says so.
#[derive(Debug, Clone)]
pub(super) struct Bools<'a> {
    data: &'a [u8],
    /// Bytes taken, those past the end among them.
    at: usize,
    /// The bits that are not read yet, from the top; the first eight decide the next bool.
    value: u64,
    /// How many of them there are.
    bits: u32,
    range: u32,
    /// True if a bool needed a bit that the data does not have.
    past_end: bool,
}

/// Where a reader stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stop {
    /// How many bits were shifted out. The decoder looks at the eight behind them as well.
    pub(super) position: usize,
    /// By how much the coded number is above the lowest that codes the same bools, in units of the
    /// last of those eight bits.
    pub(super) above: u8,
}

impl<'a> Bools<'a> {
    pub(super) fn new(data: &'a [u8]) -> Bools<'a> {
        Bools { data, at: 0, value: 0, bits: 0, range: 255, past_end: false }
    }

    /// The next bool; `probability` of 256 is that of false.
    #[inline(always)]
    pub(super) fn bit(&mut self, probability: u8) -> bool {
        if self.bits < 8 {
            self.load();
        }
        // 1 to 254, less than the range
        let split = 1 + (((self.range - 1) * u32::from(probability)) >> 8);
        let wide = u64::from(split) << 56;
        let bit = self.value >= wide;
        if bit {
            self.value -= wide;
            self.range -= split;
        } else {
            self.range = split;
        }
        // the range has eight bits: it is shifted by seven at most
        let shift = self.range.leading_zeros() - 24;
        self.range <<= shift;
        self.value <<= shift;
        self.bits -= shift;
        bit
    }

    /// A bool of even odds.
    #[inline]
    pub(super) fn flag(&mut self) -> bool {
        self.bit(128)
    }

    /// A number of `count` bits, 8 at most.
    pub(super) fn number(&mut self, count: u32) -> u8 {
        (0..count).fold(0, |number, _| number << 1 | u8::from(self.flag()))
    }

    /// A number of `count` bits, 7 at most, and its sign; 0 if it is not told.
    pub(super) fn signed(&mut self, count: u32) -> i8 {
        if !self.flag() {
            return 0;
        }
        let size = self.number(count) as i8;
        if self.flag() { -size } else { size }
    }

    /// Takes bytes until there are eight bits at least.
    #[inline]
    fn load(&mut self) {
        match self.data.get(self.at..).and_then(|rest| rest.first_chunk::<8>()) {
            Some(chunk) => {
                let bytes = (64 - self.bits) / 8;
                let fresh = u64::from_be_bytes(*chunk) >> self.bits;
                // bits of a byte that is not counted come again with that byte, as they are
                self.value |= fresh;
                self.bits += 8 * bytes;
                self.at += bytes as usize;
            }
            None => self.load_slowly(),
        }
    }

    #[cold]
    fn load_slowly(&mut self) {
        // one by one: what is not needed is not missed
        self.past_end |= self.at >= self.data.len();
        let byte = self.data.get(self.at).copied().unwrap_or(0);
        self.value |= u64::from(byte) << (56 - self.bits);
        self.bits += 8;
        self.at += 1;
    }

    /// How many bits were shifted out.
    pub(super) fn position(&self) -> usize {
        8 * self.at - self.bits as usize
    }

    /// True if a bool needed a bit that the data does not have: where libwebp gives up.
    #[inline]
    pub(super) fn is_past_end(&self) -> bool {
        self.past_end
    }

    /// True if bools were read of what is no number that codes any.
    pub(super) fn is_past_range(&self) -> bool {
        self.at > 0 && self.data.first() == Some(&PAST_RANGE)
    }

    /// Where it stopped.
    pub(super) fn stop(mut self) -> Stop {
        if self.bits < 8 {
            self.load();
        }
        Stop { position: self.position(), above: (self.value >> 56) as u8 }
    }
}

/// Writes bools: the lowest number that codes them, in the fewest bytes with eight bits to look at
/// behind the last one.
#[derive(Debug)]
pub(super) struct BoolWriter {
    out: Vec<u8>,
    /// The bits that a carry can still reach: `bits` and eight more.
    low: u32,
    bits: u32,
    range: u32,
}

impl BoolWriter {
    pub(super) fn with_capacity(bytes: usize) -> BoolWriter {
        BoolWriter { out: Vec::with_capacity(bytes), low: 0, bits: 0, range: 255 }
    }

    /// Appends a bool.
    #[inline]
    pub(super) fn put(&mut self, bit: bool, probability: u8) {
        let split = 1 + (((self.range - 1) * u32::from(probability)) >> 8);
        if bit {
            self.low += split;
            self.range -= split;
        } else {
            self.range = split;
        }
        let shift = self.range.leading_zeros() - 24;
        self.range <<= shift;
        // 8 + 7 + 7 bits and a carry at most
        self.low <<= shift;
        self.bits += shift;
        if self.bits >= 8 {
            self.push(self.low >> self.bits);
            self.low &= (1 << self.bits) - 1;
            self.bits -= 8;
        }
    }

    pub(super) fn flag(&mut self, bit: bool) {
        self.put(bit, 128);
    }

    /// Appends a number of `count` bits.
    pub(super) fn number(&mut self, number: u8, count: u32) {
        (0..count).rev().for_each(|bit| self.flag(number >> bit & 1 == 1));
    }

    /// Appends a number of `count` bits and its sign; 0 is not told.
    pub(super) fn signed(&mut self, number: i8, count: u32) {
        self.flag(number != 0);
        if number != 0 {
            self.number(number.unsigned_abs(), count);
            self.flag(number < 0);
        }
    }

    /// Appends eight bits, with the carry above them.
    fn push(&mut self, byte: u32) {
        if byte > 0xFF {
            // the number is below 1, so a byte takes the carry before there are none left
            for before in self.out.iter_mut().rev() {
                *before = before.wrapping_add(1);
                if *before != 0 {
                    break;
                }
            }
        }
        self.out.push(byte as u8);
    }

    /// In how many bytes a decoder finds all it looks at for the bools so far.
    pub(super) fn bytes(&self) -> usize {
        self.out.len() + 1 + usize::from(self.bits > 0)
    }

    /// The bytes: as many as said, at least.
    pub(super) fn finish(mut self, least: usize) -> Vec<u8> {
        self.push(self.low >> self.bits);
        if self.bits > 0 {
            self.out.push((self.low << (8 - self.bits)) as u8);
        }
        if self.out.len() < least {
            self.out.resize(least, 0);
        }
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bools and probabilities that follow from a number alone.
    fn some(count: usize, seed: u64) -> Vec<(bool, u8)> {
        let mut state = seed | 1;
        (0..count)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                ((state >> 40) & 255 >= (state >> 50) & 255, (state >> 50) as u8)
            })
            .collect()
    }

    #[test]
    fn what_is_written_is_read_and_ends_at_its_lowest_number() {
        for count in 0..400 {
            let bools = some(count, count as u64);
            let mut writer = BoolWriter::with_capacity(0);
            bools.iter().for_each(|(bit, probability)| writer.put(*bit, *probability));
            let expected = writer.bytes();
            let bytes = writer.finish(0);
            assert_eq!(bytes.len(), expected);
            let mut reader = Bools::new(&bytes);
            for (bit, probability) in &bools {
                assert_eq!(reader.bit(*probability), *bit);
            }
            assert!(!reader.is_past_end());
            let stop = reader.stop();
            assert_eq!(stop.above, 0);
            assert_eq!((stop.position + 8).div_ceil(8), bytes.len());
        }
    }

    #[test]
    fn a_carry_runs_through_full_bytes() {
        // as little below a half as can be, then up
        let mut writer = BoolWriter::with_capacity(0);
        writer.put(false, 128);
        (0..64).for_each(|_| writer.put(true, 1));
        (0..9).for_each(|_| writer.put(true, 255));
        let bytes = writer.finish(0);
        let mut reader = Bools::new(&bytes);
        assert!(!reader.bit(128));
        assert!((0..64).all(|_| reader.bit(1)));
        assert!((0..9).all(|_| reader.bit(255)));
    }

    #[test]
    fn a_number_past_the_range_is_noticed_where_bools_are_read() {
        for (first, past) in [(0xFE, false), (0xFF, true)] {
            let mut reader = Bools::new(std::slice::from_ref(&first));
            assert!(!reader.is_past_range());
            reader.bit(255);
            assert_eq!(reader.is_past_range(), past);
        }
    }

    #[test]
    fn the_end_of_the_data_is_noticed() {
        let mut reader = Bools::new(&[0xFF]);
        let ends = (0..100).position(|_| {
            reader.flag();
            reader.is_past_end()
        });
        assert_eq!(ends, Some(1));
        assert!(!Bools::new(&[]).is_past_end());
    }
}
