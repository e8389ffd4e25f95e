//! Goes through a file bit by bit, the least significant of a byte first, never back.

use crate::audit::Rejection;

/// A way to code a number after its selector: so many bits, and what is added to them.
pub(super) type Way = (u32, u32);

/// Where in a file the audit stands.
#[derive(Debug, Clone)]
pub(super) struct Bits<'a> {
    file: &'a [u8],
    /// In bits.
    at: u64,
}

impl<'a> Bits<'a> {
    /// At the start of `file`.
    pub(super) fn new(file: &'a [u8]) -> Bits<'a> {
        Bits { file, at: 0 }
    }

    /// What was expected here and is not.
    pub(super) fn reject<T>(&self, what: &'static str) -> Result<T, Rejection> {
        Err(Rejection { at: self.at / 8, what })
    }

    /// Rejects with `what` unless `holds`.
    pub(super) fn require(&self, holds: bool, what: &'static str) -> Result<(), Rejection> {
        if holds { Ok(()) } else { self.reject(what) }
    }

    /// `count` bits, 32 at most.
    pub(super) fn take(&mut self, count: u32) -> Result<u32, Rejection> {
        let mut value = 0u32;
        for place in 0..count {
            let byte = usize::try_from(self.at / 8).ok().and_then(|at| self.file.get(at));
            let Some(byte) = byte else { return self.reject("more of the file") };
            let bit = u32::from(*byte).wrapping_shr(u32::try_from(self.at % 8).unwrap_or(0)) & 1;
            value |= bit.wrapping_shl(place);
            self.at = self.at.saturating_add(1);
        }
        Ok(value)
    }

    /// A bit that says yes or no.
    pub(super) fn flag(&mut self) -> Result<bool, Rejection> {
        Ok(self.take(1)? == 1)
    }

    /// Goes over `count` bits that have to be `value`.
    pub(super) fn demand(
        &mut self,
        count: u32,
        value: u32,
        what: &'static str,
    ) -> Result<(), Rejection> {
        let before = self.clone();
        if self.take(count)? == value { Ok(()) } else { before.reject(what) }
    }

    /// A number in the first of its shortest codes.
    pub(super) fn number(&mut self, ways: [Way; 4]) -> Result<u32, Rejection> {
        let before = self.clone();
        let select = usize::try_from(self.take(2)?).unwrap_or(0);
        let Some((count, offset)) = ways.get(select).copied() else { return self.reject("a way") };
        let Some(value) = self.take(count)?.checked_add(offset) else {
            return before.reject("a number that is not too large");
        };
        let better = ways.iter().enumerate().any(|(place, (bits, offset))| {
            let rest = value.checked_sub(*offset);
            let fits = rest.is_some_and(|rest| u64::from(rest) < 1u64.wrapping_shl(*bits));
            fits && (*bits, place) < (count, select)
        });
        if better { before.reject("a number in its shortest code") } else { Ok(value) }
    }

    /// An enumerated value in its shortest code.
    pub(super) fn kind(&mut self) -> Result<u32, Rejection> {
        self.number([(0, 0), (0, 1), (4, 2), (6, 18)])
    }

    /// A number of 16 bits in floating point: finite, and no negative zero.
    pub(super) fn half(&mut self) -> Result<u32, Rejection> {
        let before = self.clone();
        let value = self.take(16)?;
        let fine = value & 0x7C00 != 0x7C00 && value != 0x8000;
        if fine { Ok(value) } else { before.reject("a finite number") }
    }

    /// `count` of them.
    pub(super) fn halves(&mut self, count: u32) -> Result<(), Rejection> {
        (0..count).try_for_each(|_| self.half().map(drop))
    }

    /// Zeros up to a whole byte.
    pub(super) fn pad(&mut self) -> Result<(), Rejection> {
        while !self.at.is_multiple_of(8) {
            self.demand(1, 0, "zeros up to a whole byte")?;
        }
        Ok(())
    }

    /// The `count` bytes that follow, which are not gone over.
    pub(super) fn ahead(&self, count: u32) -> Result<&'a [u8], Rejection> {
        let start = usize::try_from(self.at / 8).unwrap_or(usize::MAX);
        let end = start.saturating_add(usize::try_from(count).unwrap_or(usize::MAX));
        match self.file.get(start..end) {
            Some(bytes) => Ok(bytes),
            None => self.reject("a whole section"),
        }
    }

    /// Goes over `bytes` whole bytes that the audit does not look into.
    pub(super) fn pass(&mut self, bytes: u64) -> Result<(), Rejection> {
        let end = self.at.saturating_add(bytes.saturating_mul(8));
        let there = end / 8 <= self.file.len() as u64;
        self.require(there, "whole sections")?;
        self.at = end;
        Ok(())
    }

    /// How many bytes there are from here on.
    pub(super) fn left(&self) -> u64 {
        (self.file.len() as u64).saturating_sub(self.at / 8)
    }

    /// Accepts only the end of the file.
    pub(super) fn end(&self) -> Result<(), Rejection> {
        self.require(self.left() == 0, "nothing after the last frame")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_shortest_code_of_a_number_is_taken() {
        let ways = [(0, 3), (4, 0), (8, 16), (8, 0)];
        let coded = |select: u32, rest: u32| {
            let bytes = (select | rest << 2).to_le_bytes();
            Bits::new(&bytes).number(ways).ok()
        };
        assert_eq!(coded(0, 0), Some(3));
        assert_eq!(coded(1, 3), None);
        assert_eq!(coded(1, 15), Some(15));
        assert_eq!(coded(2, 1), Some(17));
        assert_eq!(coded(3, 15), None);
        assert_eq!(coded(3, 17), None);
    }

    #[test]
    fn nothing_is_taken_past_the_end() {
        let mut bits = Bits::new(&[1]);
        assert_eq!(bits.take(8), Ok(1));
        assert!(bits.take(1).is_err() && bits.pass(1).is_err());
        assert!(bits.pass(u64::MAX).is_err() && bits.end().is_ok());
    }
}
