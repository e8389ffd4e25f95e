//! Sets of reference pictures: ITU-T H.265, section 7.3.7. A still picture has none; they are read
//! because they stand before what it needs.

use super::super::bits::BitReader;
use crate::Error;

/// The short-term sets of a sequence parameter set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct ReferenceSets(Vec<Set>);

/// How far away in order the pictures before and after are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Set {
    before: Vec<i32>,
    after: Vec<i32>,
}

impl ReferenceSets {
    pub(super) fn read(bits: &mut BitReader<'_>) -> Result<ReferenceSets, Error> {
        let count = bits.ue(64)?;
        let mut sets = ReferenceSets::default();
        for _ in 0..count {
            let set = sets.set(bits, false)?;
            sets.0.push(set);
        }
        Ok(sets)
    }

    /// Goes over what the header of a slice says of short-term pictures.
    pub(super) fn skip_of_slice(&self, bits: &mut BitReader<'_>) -> Result<(), Error> {
        if !bits.flag()? {
            return self.set(bits, true).map(drop);
        }
        let count = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        bits.bits(bits_for(count)).map(drop)
    }

    /// The next set; that of a slice says from which one it is predicted.
    fn set(&self, bits: &mut BitReader<'_>, of_slice: bool) -> Result<Set, Error> {
        if self.0.is_empty() || !bits.flag()? {
            let (before, after) = (bits.ue(16)?, bits.ue(16)?);
            let mut list = |count, sign: i32| -> Result<Vec<i32>, Error> {
                let (mut delta, mut list) = (0i32, Vec::new());
                for _ in 0..count {
                    let step = i32::try_from(bits.ue(32_767)?).unwrap_or(0).saturating_add(1);
                    delta = delta.saturating_add(step.saturating_mul(sign));
                    bits.flag()?;
                    list.push(delta);
                }
                Ok(list)
            };
            return Ok(Set { before: list(before, -1)?, after: list(after, 1)? });
        }
        let back = if of_slice { bits.ue(63)? } else { 0 };
        let back = usize::try_from(back).unwrap_or(usize::MAX);
        let from = self.0.len().checked_sub(1).and_then(|last| self.0.get(last.checked_sub(back)?));
        let from = from.ok_or_else(|| bits.damaged("a set of references that was there before"))?;
        let sign = if bits.flag()? { -1 } else { 1 };
        let shift = i32::try_from(bits.ue(32_767)?).unwrap_or(0).saturating_add(1);
        let shift = shift.saturating_mul(sign);
        // in the order of the flags: those before, those after, the picture itself
        let mut kept = Vec::new();
        for delta in from.before.iter().chain(&from.after).copied().chain([0]) {
            if bits.flag()? || bits.flag()? {
                kept.push(delta.saturating_add(shift));
            }
        }
        kept.sort_unstable();
        if kept.len() > 16 {
            return Err(bits.damaged("16 reference pictures at most"));
        }
        let before = kept.iter().rev().copied().filter(|delta| *delta < 0).collect();
        let after = kept.iter().copied().filter(|delta| *delta > 0).collect();
        Ok(Set { before, after })
    }
}

/// How many bits tell one of `count` things: Ceil( Log2( count ) ).
pub(super) fn bits_for(count: u32) -> u32 {
    count.max(1).next_power_of_two().trailing_zeros()
}
