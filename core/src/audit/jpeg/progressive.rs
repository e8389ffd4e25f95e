//! The blocks of progressive scans: T.81, section G.2.

use zeroize::Zeroizing;

use crate::audit::jpeg::bits::Bits;
use crate::audit::jpeg::codes::Codes;

/// The first scan of DC coefficients: one code a block.
pub(crate) fn dc_first(bits: &mut Bits<'_>, dc: &Codes) -> Result<(), &'static str> {
    bits.fill();
    let (length, size) = dc.next(bits.word())?;
    // no code is longer than 16 bits, and no DC symbol larger than 15
    bits.pass(length.saturating_add(u32::from(size & 0x0F)));
    Ok(())
}

/// For each block of a component, by a bit each from the lowest, which coefficients are not zero.
pub(crate) type History = Zeroizing<Vec<u64>>;

/// A scan of AC coefficients.
#[derive(Debug)]
pub(crate) struct AcScan {
    pub(crate) codes: Codes,
    /// The first and the last coefficient: 1 to 63.
    pub(crate) first: u32,
    pub(crate) last: u32,
    /// The bit position after, and whether it is a later scan.
    pub(crate) low: u32,
    pub(crate) refines: bool,
}

const PAST_BAND: &str = "coefficients of the band of the scan";

impl AcScan {
    /// Goes over the next blocks, `blocks` to the end of the interval, of which `history` tells.
    pub(crate) fn interval(
        &self,
        bits: &mut Bits<'_>,
        history: &mut [u64],
        blocks: u64,
    ) -> Result<(), &'static str> {
        let mut left = blocks;
        let mut history = history.iter_mut();
        while left > 0 {
            let mut none = 0;
            let ended = self.block(bits, history.next().unwrap_or(&mut none))?;
            bits.not_past()?;
            left = left.checked_sub(ended).ok_or("a run of blocks within its interval")?;
            // all blocks of the run but the first
            let others = usize::try_from(ended.saturating_sub(1)).unwrap_or(usize::MAX);
            let corrections: u64 = history
                .by_ref()
                .take(others)
                .map(|block| u64::from((*block & self.band(self.first)).count_ones()))
                .sum();
            if self.refines {
                bits.pass_many(corrections)?;
            }
        }
        Ok(())
    }

    /// The coefficients of the band from number `k` on.
    fn band(&self, k: u32) -> u64 {
        u64::MAX.wrapping_shr(63u32.wrapping_sub(self.last)) & u64::MAX.wrapping_shl(k)
    }

    /// One block; gives how many blocks end with it, itself included.
    fn block(&self, bits: &mut Bits<'_>, history: &mut u64) -> Result<u64, &'static str> {
        let before = *history;
        let mut k = self.first;
        let mut ended = 1;
        while k <= self.last {
            bits.fill();
            let (length, symbol) = self.codes.next(bits.word())?;
            bits.pass(length);
            let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 0x0F));
            if size == 0 && run < 15 {
                bits.fill();
                let more = bits.word().checked_shr(64u32.wrapping_sub(run)).unwrap_or(0);
                bits.pass(run);
                ended = 1u64.wrapping_shl(run).saturating_add(more);
                if self.refines {
                    let rest = before & self.band(k);
                    bits.pass_many(u64::from(rest.count_ones()))?;
                }
                break;
            }
            // a value is a number of 16 bits at its bit position; a later scan has new values of one
            let largest = if self.refines { 1 } else { 15u32.saturating_sub(self.low) };
            if size > largest {
                return Err("a value of a size that there is");
            }
            bits.pass(size);
            k = if self.refines {
                self.refine(bits, before, k, run)?
            } else {
                k.saturating_add(run)
            };
            if k > self.last {
                return Err(PAST_BAND);
            }
            if size > 0 {
                *history |= 1u64.wrapping_shl(k);
            }
            k = k.saturating_add(1);
        }
        Ok(ended)
    }

    /// Goes over `run` zeros from number `k` on, and the correction bits of what is not zero between
    /// them and up to the next zero; gives the number of that.
    fn refine(
        &self,
        bits: &mut Bits<'_>,
        before: u64,
        k: u32,
        run: u32,
    ) -> Result<u32, &'static str> {
        let mut zeros = run;
        let mut corrections = 0u64;
        for at in k..=self.last {
            if before.wrapping_shr(at) & 1 == 1 {
                corrections = corrections.saturating_add(1);
            } else if zeros == 0 {
                bits.pass_many(corrections)?;
                return Ok(at);
            } else {
                zeros = zeros.saturating_sub(1);
            }
        }
        Err(PAST_BAND)
    }
}
