//! Goes over the blocks of progressive scans: T.81, section G.2.

use super::reader::{Position, Reader};
use super::table::Codes;
use super::{Fault, Interval};
use crate::container::jpeg::{Band, HuffmanTable};

/// The first scan of DC coefficients.
pub(super) struct DcFirst {
    /// The codes of each block of an MCU.
    codes: Vec<Codes>,
    blocks: Vec<usize>,
}

impl DcFirst {
    /// Each table of `tables` codes as many blocks of an MCU as stand with it.
    pub(super) fn new(tables: &[(&HuffmanTable, usize)]) -> DcFirst {
        let codes = tables.iter().map(|(table, _)| Codes::new(table)).collect();
        let blocks = tables.iter().enumerate();
        let blocks = blocks.flat_map(|(coding, (_, count))| std::iter::repeat_n(coding, *count));
        DcFirst { codes, blocks: blocks.collect() }
    }
}

impl Interval for DcFirst {
    fn skip(
        &mut self,
        reader: &mut Reader<'_>,
        position: &mut Position,
        mcus: u64,
    ) -> Result<(), Fault> {
        let blocks: Vec<&Codes> = self.blocks.iter().filter_map(|c| self.codes.get(*c)).collect();
        for _ in 0..mcus {
            for codes in &blocks {
                reader.reach(position)?;
                position.fill(reader.window());
                let (length, size) = codes.find(position.word).ok_or(Fault::Code)?;
                // DC tables have no symbol above 15
                position.skip(length + u32::from(size & 0x0F));
            }
        }
        Ok(())
    }
}

/// A later scan of DC coefficients: one bit a block.
pub(super) struct DcRefine {
    /// Blocks an MCU.
    pub(super) blocks: u64,
}

impl Interval for DcRefine {
    fn skip(
        &mut self,
        reader: &mut Reader<'_>,
        position: &mut Position,
        mcus: u64,
    ) -> Result<(), Fault> {
        reader.skip(position, mcus * self.blocks)
    }
}

/// A scan of AC coefficients of one component.
pub(super) struct Ac<'m> {
    codes: Codes,
    first: u32,
    /// One past the last coefficient.
    end: u32,
    /// The most bits that a value may have: shifted to its place it has to be a number of 16 bits,
    /// or decoders take it for another one, even for zero.
    most: u32,
    refines: bool,
    /// For each block, by a bit each, which coefficients are not zero. Empty if no later scan asks.
    nonzero: &'m mut [u64],
    /// The next block.
    block: usize,
}

impl<'m> Ac<'m> {
    pub(super) fn new(table: &HuffmanTable, band: Band, nonzero: &'m mut [u64]) -> Ac<'m> {
        Ac {
            codes: Codes::new(table),
            first: u32::from(band.first),
            end: u32::from(band.last) + 1,
            most: 15 - u32::from(band.low.min(15)),
            refines: band.high > 0,
            nonzero,
            block: 0,
        }
    }

    /// The coefficients of the band from `k` on, as bits.
    fn band(&self, k: u32) -> u64 {
        // 1 ≤ first ≤ end ≤ 64; k ≤ end
        if k >= self.end { 0 } else { u64::MAX >> (64 - self.end) & u64::MAX << k }
    }

    /// A code that is no value: the blocks that end with this one, or none if it is a run of zeros.
    #[inline(always)]
    fn end_of_bands(&self, position: &mut Position, run: u32, window: &Reader<'_>) -> Option<u64> {
        if run == 15 {
            return None;
        }
        position.fill(window.window());
        let more = if run == 0 { 0 } else { position.word >> (64 - run) };
        position.skip(run);
        Some((1 << run) + more)
    }

    /// One block of a first scan; gives how many blocks end here, this one included, 1 if it ends by
    /// its last coefficient.
    #[inline(always)]
    fn first(&mut self, reader: &Reader<'_>, position: &mut Position) -> Result<u64, Fault> {
        let (mut k, mut found) = (self.first, 0u64);
        let mut ended = 1;
        while k < self.end {
            position.fill(reader.window());
            let (length, symbol) = self.codes.find(position.word).ok_or(Fault::Code)?;
            position.skip(length);
            let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 0x0F));
            if size == 0 {
                match self.end_of_bands(position, run, reader) {
                    Some(blocks) => {
                        ended = blocks;
                        break;
                    }
                    None => k += 16,
                }
            } else {
                if size > self.most {
                    return Err(Fault::Value);
                }
                position.skip(size);
                k += run;
                found |= 1u64.checked_shl(k).unwrap_or(0);
                k += 1;
            }
            if k > self.end {
                return Err(Fault::Run);
            }
        }
        if let Some(nonzero) = self.nonzero.get_mut(self.block) {
            *nonzero |= found;
        }
        Ok(ended)
    }

    /// One block of a later scan, but for what follows its end of band; gives how many blocks end
    /// here, 0 if it ends by its last coefficient, and the next coefficient's place.
    #[inline(always)]
    fn refine(
        &mut self,
        reader: &mut Reader<'_>,
        position: &mut Position,
    ) -> Result<(u64, u32), Fault> {
        let before = self.nonzero.get(self.block).copied().unwrap_or(0);
        let (mut k, mut found) = (self.first, 0u64);
        let mut ended = 0;
        while k < self.end {
            position.fill(reader.window());
            let (length, symbol) = self.codes.find(position.word).ok_or(Fault::Code)?;
            position.skip(length);
            let (run, size) = (u32::from(symbol >> 4), symbol & 0x0F);
            match size {
                0 => {
                    if let Some(blocks) = self.end_of_bands(position, run, reader) {
                        ended = blocks;
                        break;
                    }
                }
                1 => position.skip(1),
                _ => return Err(Fault::Value),
            }
            // a correction bit for each coefficient up to the zero on which the run ends
            let mut zeros = self.band(k) & !before;
            for _ in 0..run {
                zeros &= zeros.wrapping_sub(1);
            }
            if zeros == 0 {
                return Err(Fault::Run);
            }
            let place = zeros.trailing_zeros();
            let passed = before & self.band(k) & !(u64::MAX << place);
            position.fill(reader.window());
            let corrections = passed.count_ones();
            if corrections > 56 {
                position.skip(56);
                position.fill(reader.window());
                position.skip(corrections - 56);
            } else {
                position.skip(corrections);
            }
            if size == 1 {
                found |= 1 << place;
            }
            k = place + 1;
        }
        if let Some(nonzero) = self.nonzero.get_mut(self.block) {
            *nonzero |= found;
        }
        Ok((ended, k))
    }

    /// The correction bits of the next `blocks` blocks, of the first from `k` on.
    fn corrections(&self, k: u32, blocks: u64) -> u64 {
        let rest = self.nonzero.get(self.block..).unwrap_or_default();
        let rest = rest.get(..blocks as usize).unwrap_or(rest);
        let Some((first, others)) = rest.split_first() else { return 0 };
        let band = self.band(self.first);
        let others = others.iter().map(|nonzero| u64::from((nonzero & band).count_ones()));
        u64::from((first & self.band(k)).count_ones()) + others.sum::<u64>()
    }
}

impl Interval for Ac<'_> {
    fn skip(
        &mut self,
        reader: &mut Reader<'_>,
        position: &mut Position,
        mcus: u64,
    ) -> Result<(), Fault> {
        let mut left = mcus;
        while left > 0 {
            reader.reach(position)?;
            let ended = if self.refines {
                let (ended, k) = self.refine(reader, position)?;
                if ended > left {
                    return Err(Fault::EndOfBands);
                }
                reader.skip(position, self.corrections(k, ended))?;
                ended.max(1)
            } else {
                self.first(reader, position)?
            };
            left = left.checked_sub(ended).ok_or(Fault::EndOfBands)?;
            self.block += ended as usize;
        }
        Ok(())
    }
}
