//! Bits of lossless data by their place: the lowest bit of each byte comes first.

/// Where the audit stands in lossless data.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bits<'a> {
    data: &'a [u8],
    /// Bits gone over.
    place: usize,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Bits<'a> {
        Bits { data, place: 0 }
    }

    /// The next 32 bits, not gone over yet; zeros behind the end.
    #[inline(always)]
    pub(super) fn ahead(&self) -> u32 {
        let rest = self.data.get(self.place >> 3..).unwrap_or_default();
        let eight = match rest.first_chunk::<8>() {
            Some(eight) => u64::from_le_bytes(*eight),
            None => rest.iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte)),
        };
        (eight >> (self.place & 7)) as u32
    }

    #[inline(always)]
    pub(super) fn pass(&mut self, count: u32) {
        self.place = self.place.wrapping_add(count as usize);
    }

    /// The number of the next `count` bits, 31 at most.
    #[inline(always)]
    pub(super) fn number(&mut self, count: u32) -> u32 {
        let mask = 1u32.wrapping_shl(count).wrapping_sub(1);
        let number = self.ahead() & mask;
        self.pass(count);
        number
    }

    pub(super) fn flag(&mut self) -> bool {
        self.number(1) == 1
    }

    /// True if it went past the end.
    #[inline(always)]
    pub(super) fn is_over(&self) -> bool {
        self.place > self.data.len().saturating_mul(8)
    }

    /// True if all bytes are gone over, and what is left of the last one is zero.
    pub(super) fn is_end(&self) -> bool {
        self.place.div_ceil(8) == self.data.len()
            && (self.place & 7 == 0
                || self.data.last().is_some_and(|last| last >> (self.place & 7) == 0))
    }

    /// Bytes gone over, one that is begun among them.
    pub(super) fn bytes(&self) -> usize {
        self.place.div_ceil(8)
    }
}
