//! Bits of headers, the most significant first: AV1, section 4.10.

/// Reads bits; `None` past the end.
#[derive(Debug, Clone)]
pub(super) struct BitReader<'a> {
    data: &'a [u8],
    /// In bits.
    at: usize,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(data: &'a [u8]) -> BitReader<'a> {
        BitReader { data, at: 0 }
    }

    /// `f(1)`.
    pub(super) fn bit(&mut self) -> Option<bool> {
        let byte = *self.data.get(self.at / 8)?;
        let bit = byte.checked_shr(7_u32.saturating_sub(u32::try_from(self.at % 8).ok()?))? & 1;
        self.at = self.at.checked_add(1)?;
        Some(bit == 1)
    }

    /// `f(count)`: at most 32 bits.
    pub(super) fn bits(&mut self, count: u32) -> Option<u32> {
        let mut value = 0_u32;
        for _ in 0..count {
            value = value.wrapping_shl(1) | u32::from(self.bit()?);
        }
        Some(value)
    }

    /// `f(count)` of at most 8 bits.
    pub(super) fn small(&mut self, count: u32) -> Option<u8> {
        u8::try_from(self.bits(count)?).ok()
    }

    /// `su(count)`: two's complement.
    pub(super) fn signed(&mut self, count: u32) -> Option<i16> {
        let value = i32::try_from(self.bits(count)?).ok()?;
        let half = 1_i32.checked_shl(count.checked_sub(1)?)?;
        let value = if value >= half { value.checked_sub(half.checked_mul(2)?)? } else { value };
        i16::try_from(value).ok()
    }

    /// `ns(below)`: one of `below` values.
    pub(super) fn one_of(&mut self, below: u32) -> Option<u32> {
        let width = below.checked_ilog2()?.checked_add(1)?;
        let shorter = 1_u32.checked_shl(width)?.checked_sub(below)?;
        let value = self.bits(width.checked_sub(1)?)?;
        if value < shorter {
            return Some(value);
        }
        value.checked_mul(2)?.checked_add(u32::from(self.bit()?))?.checked_sub(shorter)
    }

    /// `uvlc()`, whose value nobody needs.
    pub(super) fn skip_variable(&mut self) -> Option<()> {
        let mut zeros = 0_u32;
        while !self.bit()? {
            zeros = zeros.checked_add(1)?;
        }
        if zeros < 32 {
            self.bits(zeros)?;
        }
        Some(())
    }

    /// What is left from the next whole byte on.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.data.get(self.at.div_ceil(8)..).unwrap_or_default()
    }
}

/// Writes bits.
#[derive(Debug, Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// In bits.
    at: usize,
}

impl BitWriter {
    pub(super) fn bit(&mut self, bit: bool) {
        if self.at.is_multiple_of(8) {
            self.bytes.push(0);
        }
        let place = u32::try_from(self.at % 8).unwrap_or(0);
        if let Some(last) = self.bytes.last_mut() {
            *last |= u8::from(bit).wrapping_shl(7_u32.saturating_sub(place));
        }
        self.at = self.at.saturating_add(1);
    }

    /// `f(count)`.
    pub(super) fn bits(&mut self, value: impl Into<u32>, count: u32) {
        let value = value.into();
        for place in (0..count).rev() {
            self.bit(value.wrapping_shr(place) & 1 == 1);
        }
    }

    /// `su(count)`.
    pub(super) fn signed(&mut self, value: i16, count: u32) {
        self.bits(u32::from(value.cast_unsigned()), count);
    }

    /// `ns(below)`.
    pub(super) fn one_of(&mut self, value: u32, below: u32) {
        let width = below.checked_ilog2().map_or(0, |log| log.saturating_add(1));
        let shorter = 1_u32.wrapping_shl(width).saturating_sub(below);
        if value < shorter {
            self.bits(value, width.saturating_sub(1));
        } else {
            self.bits(value.saturating_add(shorter), width);
        }
    }

    /// `byte_alignment()`: zeros up to the next whole byte.
    pub(super) fn align(&mut self) {
        self.at = self.bytes.len().saturating_mul(8);
    }

    /// `trailing_bits()`: a one, then zeros up to the next whole byte.
    pub(super) fn trailing(&mut self) {
        self.bit(true);
        self.align();
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut writer = BitWriter::default();
        writer.bits(5_u32, 3);
        writer.signed(-3, 7);
        for below in 1..40 {
            (0..below).for_each(|value| writer.one_of(value, below));
        }
        writer.trailing();
        let bytes = writer.into_bytes();
        let mut reader = BitReader::new(&bytes);
        assert_eq!(reader.bits(3), Some(5));
        assert_eq!(reader.signed(7), Some(-3));
        for below in 1..40 {
            (0..below).for_each(|value| assert_eq!(reader.one_of(below), Some(value)));
        }
        assert_eq!(reader.bit(), Some(true));
        assert!(reader.rest().is_empty());
        assert_eq!(BitReader::new(&[]).bit(), None);
    }

    #[test]
    fn lengths_of_variable_codes_are_known() {
        // 1; 01x; 001xx
        let mut reader = BitReader::new(&[0b1011_0010, 0b1110_0000]);
        for _ in 0..3 {
            assert_eq!(reader.skip_variable(), Some(()));
        }
        assert_eq!(reader.bits(3), Some(0b110));
        assert_eq!(BitReader::new(&[0; 9]).skip_variable(), None);
    }
}
