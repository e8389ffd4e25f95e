//! Bools: RFC 6386, section 7. The number they are coded as has to be the lowest that codes them, and
//! to end where `constants::vp8::PAST_RANGE` says.

use crate::constants::vp8::PAST_RANGE;

/// Where the audit stands in a partition.
#[derive(Debug, Clone)]
pub(super) struct Bools<'a> {
    data: &'a [u8],
    /// Bytes taken, zeros behind the end among them.
    taken: usize,
    /// What is left of the number, in eight bits and `spare` more.
    number: u64,
    spare: u32,
    /// 128 to 255.
    range: u64,
}

impl<'a> Bools<'a> {
    pub(super) fn new(data: &'a [u8]) -> Bools<'a> {
        let first = data.first().copied().unwrap_or(0);
        Bools { data, taken: 1, number: u64::from(first), spare: 0, range: 255 }
    }

    /// The next bool, which is false with this probability in 256.
    #[inline(always)]
    pub(super) fn next(&mut self, probability: u8) -> bool {
        if self.spare < 7 {
            self.take();
        }
        let product = self.range.wrapping_sub(1).wrapping_mul(u64::from(probability));
        let split = (product >> 8).wrapping_add(1);
        let (rest, below) = self.number.overflowing_sub(split.wrapping_shl(self.spare));
        if below {
            self.range = split;
        } else {
            self.number = rest;
            self.range = self.range.wrapping_sub(split);
        }
        // up to eight significant bits again
        let shift = self.range.leading_zeros().wrapping_sub(56);
        self.range = self.range.wrapping_shl(shift);
        self.spare = self.spare.wrapping_sub(shift);
        !below
    }

    /// Takes four bytes more.
    #[inline(always)]
    fn take(&mut self) {
        let rest = self.data.get(self.taken..).unwrap_or_default();
        let four = match rest.first_chunk::<4>() {
            Some(four) => *four,
            None => {
                let mut four = [0; 4];
                four.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                four
            }
        };
        self.number = self.number << 32 | u64::from(u32::from_be_bytes(four));
        self.taken = self.taken.saturating_add(4);
        self.spare = self.spare.wrapping_add(32);
    }

    pub(super) fn flag(&mut self) -> bool {
        self.next(128)
    }

    /// A number of `count` bits, 8 at most.
    pub(super) fn number(&mut self, count: u32) -> u8 {
        let mut number = 0u8;
        for _ in 0..count {
            number = number << 1 | u8::from(self.flag());
        }
        number
    }

    /// How many bytes hold all bits that were decided on, and eight more.
    pub(super) fn bytes(&self) -> usize {
        let bits = self.taken.saturating_mul(8).saturating_sub(self.spare as usize);
        bits.div_ceil(8)
    }

    /// True if the data is a number that bools are coded as.
    pub(super) fn is_number(&self) -> bool {
        self.data.first() != Some(&PAST_RANGE)
    }

    /// True if the data is too short for what was read.
    pub(super) fn is_over(&self) -> bool {
        self.bytes() > self.data.len()
    }

    /// True if the number is the lowest, in as few bytes as can be, but in `least` at least.
    pub(super) fn is_end(&self, least: usize) -> bool {
        let behind = self.data.get(self.taken.min(self.data.len())..).unwrap_or_default();
        self.number == 0
            && behind.iter().all(|byte| *byte == 0)
            && self.data.len() == self.bytes().max(least)
    }
}
