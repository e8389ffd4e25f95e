//! The bits of entropy-coded data, as they stand in the file: T.81, F.1.2.3.

/// Goes through the bits of one restart interval after the other, once, never back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bits<'a> {
    data: &'a [u8],
    /// The next byte that is not in `word`.
    next: usize,
    /// The next `count` bits, from the top. What stands below them are bits of `next`, or zeros.
    word: u64,
    count: u32,
    /// How many bits of `word` are zeros that the interval does not have.
    lacking: u32,
}

impl<'a> Bits<'a> {
    /// At the start of `data`.
    pub(crate) fn new(data: &'a [u8]) -> Bits<'a> {
        Bits { data, next: 0, word: 0, count: 0, lacking: 0 }
    }

    /// Where the next byte stands that was not read.
    pub(crate) fn at(&self) -> usize {
        self.next
    }

    /// The next bits, at least 56 of them after a call of `fill`, from the top.
    #[inline(always)]
    pub(crate) fn word(&self) -> u64 {
        self.word
    }

    /// Reads on until there are at least 56 bits; behind the end of the interval there are zeros.
    #[inline(always)]
    pub(crate) fn fill(&mut self) {
        if let Some(rest) = self.data.get(self.next..)
            && let Some(bytes) = rest.first_chunk()
        {
            let read = u64::from_be_bytes(*bytes);
            if !has_ones(read) {
                // `count` is at most 63: whole bytes are taken, the rest is seen twice, and the same
                self.word |= read.wrapping_shr(self.count);
                self.next = self.next.wrapping_add((63u32.wrapping_sub(self.count) >> 3) as usize);
                self.count |= 56;
                return;
            }
        }
        let Filled { next, word, count, lacking } =
            fill_by_bytes(self.data, self.next, self.word, self.count);
        // each by itself, so that all of them can stay in registers
        (self.next, self.word, self.count) = (next, word, count);
        self.lacking = self.lacking.saturating_add(lacking);
    }

    /// Goes over `bits`, at most 56 since the last `fill`.
    #[inline(always)]
    pub(crate) fn pass(&mut self, bits: u32) {
        self.word = self.word.wrapping_shl(bits);
        self.count = self.count.wrapping_sub(bits);
    }

    /// Goes over any number of bits.
    pub(crate) fn pass_many(&mut self, bits: u64) -> Result<(), &'static str> {
        let mut left = bits;
        while left > 0 {
            self.fill();
            let few = left.min(56);
            self.pass(u32::try_from(few).unwrap_or(0));
            left = left.saturating_sub(few);
            self.not_past()?;
        }
        Ok(())
    }

    /// An error if bits were passed that the interval does not have.
    #[inline(always)]
    pub(crate) fn not_past(&self) -> Result<(), &'static str> {
        if self.lacking > self.count { Err("data up to the last block") } else { Ok(()) }
    }

    /// The end of an interval: nothing is left but ones that fill the last byte.
    pub(crate) fn end(&mut self) -> Result<(), &'static str> {
        self.not_past()?;
        let left = self.count.wrapping_sub(self.lacking);
        if left >= 8 {
            return Err("nothing after the last block");
        }
        // the top `left` bits
        let ones = !u64::MAX.wrapping_shr(left);
        if self.word & ones != ones {
            return Err("ones after the last block");
        }
        match self.data.get(self.next..) {
            Some([0xFF, code, ..]) if *code != 0 => Ok(()),
            _ => Err("nothing after the last block"),
        }
    }

    /// Goes over the restart marker `code` at the end of an interval.
    pub(crate) fn restart(&mut self, code: u8) -> Result<(), &'static str> {
        match self.data.get(self.next..) {
            Some([0xFF, found, ..]) if *found == code => {
                let next = self.next.saturating_add(2);
                *self = Bits { next, ..Bits::new(self.data) };
                Ok(())
            }
            _ => Err("the next restart marker"),
        }
    }
}

/// What becomes of [`Bits`] when they are filled; `lacking` are the zeros that were added.
struct Filled {
    next: usize,
    word: u64,
    count: u32,
    lacking: u32,
}

/// Fills up byte by byte, over stuffed zeros, with zeros behind the end of the interval.
#[cold]
#[inline(never)]
fn fill_by_bytes(data: &[u8], next: usize, word: u64, count: u32) -> Filled {
    let mut filled = Filled { next, word, count, lacking: 0 };
    while filled.count < 56 {
        let (length, byte) = match data.get(filled.next..) {
            Some([0xFF, 0, ..]) => (2, 0xFF),
            Some([0xFF, ..] | []) | None => {
                filled.lacking = filled.lacking.saturating_add(8);
                (0, 0)
            }
            Some([byte, ..]) => (1, *byte),
        };
        filled.next = filled.next.saturating_add(length);
        filled.word |= u64::from(byte).wrapping_shl(56u32.wrapping_sub(filled.count));
        filled.count = filled.count.wrapping_add(8);
    }
    filled
}

/// True if a byte of `word` is 0xFF.
#[inline(always)]
fn has_ones(word: u64) -> bool {
    const LOW: u64 = 0x0101_0101_0101_0101;
    // a byte of the complement is zero: then, and only then, the lowest such one borrows
    (!word).wrapping_sub(LOW) & word & (LOW << 7) != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_ones_may_follow_the_last_bit() {
        let end = |data: &[u8], bits| {
            let mut reader = Bits::new(data);
            reader.pass_many(bits).and_then(|()| reader.end())
        };
        assert_eq!(end(b"\x0F\xFF\xD9", 4), Ok(()));
        assert_eq!(end(b"\x0F\xFF\xD9", 8), Ok(()));
        assert!(end(b"\x0F\xFF\xD9", 3).is_err());
        assert!(end(b"\x0F\xFF\xD9", 9).is_err());
        assert_eq!(end(b"\x0F\xFF\0\xFF\xD9", 16), Ok(()));
        assert_eq!(end(b"\x0F\xFF\0\xFF\xD9", 9), Ok(()));
        assert!(end(b"\x0F\xFF\0\xFF\xD9", 8).is_err());
        assert!(end(b"\x0F\xFF\xFF\xD9", 4).is_ok(), "fill bytes are for the caller to judge");
        assert!(end(b"\x0F", 4).is_err());
        assert!(end(b"", 1).is_err());
    }

    proptest! {
        #[test]
        fn bits_are_those_of_the_bytes(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(0xFF), Just(0)], 1..60),
            steps in prop::collection::vec(1u32..32, 1..40),
        ) {
            let mut data: Vec<u8> = bytes.iter().flat_map(|byte| match byte {
                0xFF => vec![0xFF, 0],
                byte => vec![*byte],
            }).collect();
            data.extend([0xFF, 0xD3]);
            let bit = |i: usize| bytes.get(i / 8).is_some_and(|byte| byte >> (7 - i % 8) & 1 == 1);
            let mut reader = Bits::new(&data);
            let mut at = 0usize;
            for step in steps {
                reader.fill();
                for i in 0..56 {
                    prop_assert_eq!(reader.word() >> (63 - i) & 1 == 1, bit(at + i));
                }
                reader.pass(step);
                at += step as usize;
                prop_assert_eq!(reader.not_past().is_err(), at > bytes.len() * 8);
                let ends = at <= bytes.len() * 8
                    && bytes.len() * 8 < at + 8
                    && (at..bytes.len() * 8).all(bit);
                prop_assert_eq!(reader.clone().end().is_ok(), ends);
            }
        }

        #[test]
        fn ones_are_found(word in any::<[u8; 8]>(), at in 0usize..16) {
            let mut word = word;
            if let Some(byte) = word.get_mut(at) { *byte = 0xFF; }
            prop_assert_eq!(has_ones(u64::from_be_bytes(word)), word.contains(&0xFF));
        }
    }
}
