//! Bits of a NAL unit as Unmarked writes it: ITU-T H.265, sections 7.3.1.1 and 9.2.

use super::Stretch;
use crate::audit::Rejection;

/// Goes over a NAL unit bit by bit, and asks that bytes against the emulation of start codes stand
/// where they have to, and only there.
#[derive(Debug, Clone)]
pub(super) struct Bits<'a> {
    unit: Stretch<'a>,
    /// The byte that is being read, from the start of the unit; the next one once `mask` is 0.
    at: usize,
    mask: u8,
    zeros: u32,
    byte: u8,
}

impl<'a> Bits<'a> {
    pub(super) fn new(unit: Stretch<'a>) -> Bits<'a> {
        Bits { unit, at: 0, mask: 0, zeros: 0, byte: 0 }
    }

    pub(super) fn reject<T>(&self, what: &'static str) -> Result<T, Rejection> {
        self.unit.reject(self.at, what)
    }

    /// Rejects with `what` unless `holds`.
    pub(super) fn require(&self, holds: bool, what: &'static str) -> Result<(), Rejection> {
        if holds { Ok(()) } else { self.reject(what) }
    }

    fn next_byte(&mut self) -> Result<(), Rejection> {
        let rest = self.unit.bytes.get(self.at..).unwrap_or_default();
        let (byte, length) = match rest {
            [3, byte @ 0..=3, ..] if self.zeros >= 2 => {
                self.zeros = 0;
                (*byte, 2)
            }
            [0..=3, ..] if self.zeros >= 2 => return self.reject("no start code inside"),
            [byte, ..] => (*byte, 1),
            [] => return self.reject("more of a header or a parameter set"),
        };
        self.byte = byte;
        self.zeros = if byte == 0 { self.zeros.saturating_add(1) } else { 0 };
        self.at = self.at.saturating_add(length);
        self.mask = 0x80;
        Ok(())
    }

    pub(super) fn flag(&mut self) -> Result<bool, Rejection> {
        if self.mask == 0 {
            self.next_byte()?;
        }
        let set = self.byte & self.mask != 0;
        self.mask >>= 1;
        Ok(set)
    }

    pub(super) fn number(&mut self, bits: u32) -> Result<u32, Rejection> {
        (0..bits).try_fold(0u32, |value, _| Ok(value << 1 | u32::from(self.flag()?)))
    }

    /// A number of `bits` bits that has to be `value`.
    pub(super) fn demand(
        &mut self,
        bits: u32,
        value: u32,
        what: &'static str,
    ) -> Result<(), Rejection> {
        let found = self.number(bits)?;
        self.require(found == value, what)
    }

    /// An Exp-Golomb code of 0 to `most`.
    pub(super) fn code(&mut self, most: u32, what: &'static str) -> Result<u32, Rejection> {
        let mut length = 0;
        while !self.flag()? {
            length = u32::saturating_add(length, 1);
            self.require(length < 32, what)?;
        }
        let prefix = 1u32.checked_shl(length).unwrap_or(0);
        let value = self.number(length)?.saturating_add(prefix.wrapping_sub(1));
        self.require(value <= most, what)?;
        Ok(value)
    }

    /// A signed Exp-Golomb code of -`most` to `most`.
    pub(super) fn signed(&mut self, most: u32, what: &'static str) -> Result<i32, Rejection> {
        let code = self.code(most.saturating_mul(2), what)?;
        let size = i32::try_from(code.div_ceil(2)).unwrap_or(0);
        Ok(if code & 1 == 1 { size } else { size.saturating_neg() })
    }

    /// The one and the zeros that fill the last byte; gives what follows.
    pub(super) fn end(&mut self, what: &'static str) -> Result<Stretch<'a>, Rejection> {
        let stop = self.flag()?;
        self.require(stop, what)?;
        while self.mask > 0 {
            let set = self.flag()?;
            self.require(!set, what)?;
        }
        let bytes = self.unit.bytes.get(self.at..).unwrap_or_default();
        Ok(Stretch { bytes, at: self.unit.at.saturating_add(self.at) })
    }
}
