//! Which coefficients the scans have coded: each bit of each once, none left without a start.

use crate::audit::jpeg::header::Frame;

/// For each component, the bit position that each coefficient has reached; 0xFF before it is coded.
#[derive(Debug)]
pub(crate) struct Coverage(Vec<[u8; 64]>);

const NEVER: u8 = 0xFF;

impl Coverage {
    /// Nothing coded yet.
    pub(crate) fn new(frame: &Frame) -> Coverage {
        Coverage(vec![[NEVER; 64]; frame.components.len()])
    }

    /// Codes the coefficients `first..=last` of `component` from bit `high` (0: for the first time)
    /// to bit `low`. False if that does not follow on what was coded before.
    pub(crate) fn code(
        &mut self,
        component: usize,
        first: u8,
        last: u8,
        high: u8,
        low: u8,
    ) -> bool {
        let Some(band) = self
            .0
            .get_mut(component)
            .and_then(|all| all.get_mut(usize::from(first)..=usize::from(last)))
        else {
            return false;
        };
        let from = if high == 0 { NEVER } else { high };
        let follows = band.iter().all(|reached| *reached == from);
        band.fill(low);
        follows && (high == 0 || high == low.saturating_add(1))
    }

    /// True if every component has at least its DC coefficients.
    pub(crate) fn is_whole(&self) -> bool {
        self.0.iter().all(|all| all.first().is_some_and(|dc| *dc != NEVER))
    }
}
