//! Bits of lossless data, the lowest of each byte first: RFC 9649, section 3.

/// Reads bits. Past the end of the data it reads zeros, and says so.
#[derive(Debug, Clone)]
pub(super) struct Bits<'a> {
    data: &'a [u8],
    /// Bytes taken, those past the end among them.
    at: usize,
    /// The bits that are not read yet, from the lowest.
    value: u64,
    /// How many of them there are.
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Bits<'a> {
        Bits { data, at: 0, value: 0, count: 0 }
    }

    /// Takes bytes until there are 56 bits at least.
    #[inline(always)]
    pub(super) fn load(&mut self) {
        match self.data.get(self.at..).and_then(|rest| rest.first_chunk::<8>()) {
            Some(chunk) => {
                // bits of a byte that is not counted come again with that byte, as they are
                self.value |= u64::from_le_bytes(*chunk) << self.count;
                let bytes = (63 - self.count) / 8;
                self.count += 8 * bytes;
                self.at += bytes as usize;
            }
            None => self.load_slowly(),
        }
    }

    #[cold]
    fn load_slowly(&mut self) {
        while self.count < 56 {
            let byte = self.data.get(self.at).copied().unwrap_or(0);
            self.value |= u64::from(byte) << self.count;
            self.count += 8;
            self.at += 1;
        }
    }

    /// The next 32 bits and more, not read yet. There are as many as [`load`](Bits::load) left.
    #[inline(always)]
    pub(super) fn peek(&self) -> u32 {
        self.value as u32
    }

    /// Goes over `count` bits that are there.
    #[inline(always)]
    pub(super) fn skip(&mut self, count: u32) {
        self.value >>= count;
        self.count -= count;
    }

    /// The number of the next `count` bits, 32 at most, which are there.
    #[inline(always)]
    pub(super) fn take(&mut self, count: u32) -> u32 {
        let number = (self.value & ((1 << count) - 1)) as u32;
        self.skip(count);
        number
    }

    /// The number of the next `count` bits, 32 at most.
    pub(super) fn number(&mut self, count: u32) -> u32 {
        self.load();
        self.take(count)
    }

    pub(super) fn flag(&mut self) -> bool {
        self.number(1) == 1
    }

    /// How many bits were read.
    pub(super) fn position(&self) -> usize {
        8 * self.at - self.count as usize
    }

    /// True if a bit was read that the data does not have.
    #[inline]
    pub(super) fn is_past_end(&self) -> bool {
        self.at > self.data.len() && self.position() > 8 * self.data.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_come_in_their_order() {
        let data: Vec<u8> = (0..40u8).map(|i| i.wrapping_mul(37)).collect();
        for step in [1, 3, 7, 8, 13, 31, 32] {
            let mut bits = Bits::new(&data);
            let mut at = 0;
            while at + step <= 8 * data.len() {
                let expected = (0..step).fold(0u64, |number, i| {
                    number | u64::from(data[(at + i) / 8] >> ((at + i) % 8) & 1) << i
                });
                assert_eq!(u64::from(bits.number(step as u32)), expected);
                at += step;
                assert_eq!(bits.position(), at);
                assert!(!bits.is_past_end());
            }
            bits.number(32);
            assert!(bits.is_past_end());
            assert_eq!(bits.number(9), 0);
        }
    }
}
