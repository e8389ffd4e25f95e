//! The bits of a header, gone over once.

use crate::audit::Rejection;
use crate::audit::heif::Stretch;

/// Where in a header the audit stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bits<'a> {
    header: Stretch<'a>,
    /// The byte that is gone over.
    index: usize,
    /// What is left of it, from its highest bit on, and how many bits that are.
    window: u8,
    left: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn of(header: Stretch<'a>) -> Bits<'a> {
        let window = header.bytes.first().copied().unwrap_or(0);
        Bits { header, index: 0, window, left: 8 }
    }

    /// What was expected here and is not.
    pub(super) fn reject<T>(&self, what: &'static str) -> Result<T, Rejection> {
        self.header.reject(self.index, what)
    }

    /// Rejects with `what` unless `holds`.
    pub(super) fn require(&self, holds: bool, what: &'static str) -> Result<(), Rejection> {
        if holds { Ok(()) } else { self.reject(what) }
    }

    /// One bit.
    pub(super) fn flag(&mut self) -> Result<bool, Rejection> {
        if self.index >= self.header.bytes.len() {
            return self.reject("more bits of a header");
        }
        let bit = self.window >= 0x80;
        self.window = self.window.wrapping_shl(1);
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            self.index = self.index.saturating_add(1);
            self.window = self.header.bytes.get(self.index).copied().unwrap_or(0);
            self.left = 8;
        }
        Ok(bit)
    }

    /// An unsigned number of `width` bits, at most 32.
    pub(super) fn number(&mut self, width: u32) -> Result<u32, Rejection> {
        let mut number = 0_u32;
        for _ in 0..width {
            number = number.wrapping_mul(2).wrapping_add(u32::from(self.flag()?));
        }
        Ok(number)
    }

    /// A number in two's complement of `width` bits.
    pub(super) fn signed(&mut self, width: u32) -> Result<i32, Rejection> {
        let unused = 32_u32.saturating_sub(width);
        let shifted = self.number(width)?.wrapping_shl(unused);
        Ok(shifted.cast_signed().wrapping_shr(unused))
    }

    /// One of `count` values: `ns(count)`.
    pub(super) fn choice(&mut self, count: u32) -> Result<u32, Rejection> {
        let long = count.checked_ilog2().unwrap_or(0);
        // so many values take one bit less
        let short = u64::from(count).wrapping_neg() & (2_u64.wrapping_shl(long).wrapping_sub(1));
        let number = self.number(long)?;
        if u64::from(number) < short {
            return Ok(number);
        }
        let number = number.wrapping_mul(2).wrapping_add(u32::from(self.flag()?));
        Ok(number.wrapping_sub(u32::try_from(short).unwrap_or(0)))
    }

    /// Bits that have to be `value`.
    pub(super) fn demand(
        &mut self,
        value: u32,
        width: u32,
        what: &'static str,
    ) -> Result<(), Rejection> {
        let here = *self;
        if self.number(width)? == value { Ok(()) } else { here.reject(what) }
    }

    /// Zeros up to the next whole byte.
    pub(super) fn align(&mut self) -> Result<(), Rejection> {
        while self.left < 8 {
            self.demand(0, 1, "zeros up to the next byte")?;
        }
        Ok(())
    }

    /// What follows the bytes that were gone over.
    pub(super) fn rest(&self) -> Stretch<'a> {
        Stretch {
            bytes: self.header.bytes.get(self.index..).unwrap_or_default(),
            at: self.header.at.saturating_add(self.index),
        }
    }
}
