//! Bits of a raw byte sequence payload: ITU-T H.265, sections 7.2 and 9.2.

use crate::Error;

/// Reads the bits of a NAL unit, most significant first, and goes over the bytes that stand in it
/// against the emulation of start codes.
#[derive(Debug, Clone)]
pub(super) struct BitReader<'a> {
    data: &'a [u8],
    /// Where it starts in the file.
    at: usize,
    /// How many bytes were gone over.
    next: usize,
    current: u8,
    /// How many bits of `current` are left.
    left: u8,
    /// How many zeros there were in a row before `next`.
    zeros: u8,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(data: &'a [u8], at: usize) -> BitReader<'a> {
        BitReader { data, at, next: 0, current: 0, left: 0, zeros: 0 }
    }

    /// What is wrong here.
    pub(super) fn damaged(&self, what: &'static str) -> Error {
        super::damaged(self.at.saturating_add(self.next), what)
    }

    /// What follows the last whole byte that was read.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.data.get(self.next..).unwrap_or_default()
    }

    fn byte(&mut self) -> Result<u8, Error> {
        let byte = self.data.get(self.next);
        let byte = *byte.ok_or_else(|| self.damaged("a header as long as what it holds"))?;
        self.next = self.next.saturating_add(1);
        Ok(byte)
    }

    pub(super) fn flag(&mut self) -> Result<bool, Error> {
        if self.left == 0 {
            self.current = self.byte()?;
            if self.zeros >= 2 && self.current == 3 {
                self.zeros = 0;
                self.current = self.byte()?;
            }
            self.zeros = if self.current == 0 { self.zeros.saturating_add(1) } else { 0 };
            self.left = 8;
        }
        self.left = self.left.saturating_sub(1);
        Ok(self.current >> self.left & 1 == 1)
    }

    /// A number of up to 32 bits.
    pub(super) fn bits(&mut self, count: u32) -> Result<u32, Error> {
        let mut value = 0;
        for _ in 0..count {
            value = value << 1 | u32::from(self.flag()?);
        }
        Ok(value)
    }

    /// `ue(v)`, at most `most`.
    pub(super) fn ue(&mut self, most: u32) -> Result<u32, Error> {
        let mut zeros = 0u32;
        while !self.flag()? {
            zeros = zeros.saturating_add(1);
            if zeros > 31 {
                return Err(self.damaged("a number that is not too large"));
            }
        }
        let value = (1u32 << zeros).wrapping_sub(1).saturating_add(self.bits(zeros)?);
        if value > most {
            return Err(self.damaged("a number that is not too large"));
        }
        Ok(value)
    }

    /// `se(v)`, of at most `most` without its sign.
    pub(super) fn se(&mut self, most: i32) -> Result<i32, Error> {
        let code = self.ue(u32::MAX >> 1)?;
        let half = i32::try_from(code.div_ceil(2)).unwrap_or(i32::MAX);
        let value = if code % 2 == 1 { half } else { half.saturating_neg() };
        if value.abs() > most {
            return Err(self.damaged("a number that is not too large"));
        }
        Ok(value)
    }

    /// `byte_alignment()`: a one and zeros up to the next whole byte.
    pub(super) fn alignment(&mut self) -> Result<(), Error> {
        let mut whole = self.flag()?;
        while self.left > 0 {
            whole &= !self.flag()?;
        }
        if whole { Ok(()) } else { Err(self.damaged("a header that ends with a one and zeros")) }
    }
}

/// Writes bits, most significant first.
#[derive(Debug, Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// How many bits of the last byte are written; 0 if all.
    used: u8,
}

impl BitWriter {
    pub(super) fn flag(&mut self, set: bool) {
        if self.used == 0 {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut() {
            *last |= u8::from(set) << (7 & !self.used);
        }
        self.used = self.used.wrapping_add(1) & 7;
    }

    pub(super) fn bits(&mut self, count: u32, value: u32) {
        for shift in (0..count).rev() {
            self.flag(value >> shift & 1 == 1);
        }
    }

    pub(super) fn ue(&mut self, value: u32) {
        let code = u64::from(value).saturating_add(1);
        let length = code.ilog2();
        self.bits(length, 0);
        for shift in (0..=length).rev() {
            self.flag(code >> shift & 1 == 1);
        }
    }

    pub(super) fn se(&mut self, value: i32) {
        let twice = value.unsigned_abs().saturating_mul(2);
        self.ue(twice.saturating_sub(u32::from(value > 0)));
    }

    /// The one and the zeros that end a header or a parameter set; then the bytes, escaped.
    pub(super) fn finish(mut self, out: &mut Vec<u8>) {
        self.flag(true);
        escape(&self.bytes, out);
    }
}

/// Puts bytes against the emulation of start codes into `data` (H.265, 7.4.2).
fn escape(data: &[u8], out: &mut Vec<u8>) {
    let mut zeros = 0u8;
    for byte in data {
        if zeros >= 2 && *byte <= 3 {
            out.push(3);
            zeros = 0;
        }
        zeros = if *byte == 0 { zeros.saturating_add(1) } else { 0 };
        out.push(*byte);
    }
}
