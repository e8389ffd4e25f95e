//! Goes over the blocks of sequential scans: T.81, section F.2.

use super::reader::{Position, Reader, WINDOW};
use super::table::{Codes, END, Sequences};
use super::{Fault, Interval};
use crate::container::jpeg::{Frame, HuffmanTable, Scan};

/// How the blocks of one component are coded.
struct Coding {
    dc: Codes,
    ac: Codes,
    /// What can be told at a look from the start of a block, and from any later place. None for scans
    /// that are gone over in less time than it takes to make them.
    sequences: Option<(Sequences, Sequences)>,
}

/// Bytes of coded data from which on [`Sequences`] are worth their making.
const LONG: usize = 32 << 10;

/// A sequential scan.
pub(super) struct Sequential {
    codings: Vec<Coding>,
    /// Which coding each block of an MCU has.
    blocks: Vec<usize>,
}

impl Sequential {
    /// Of `scan`; none if a table is missing.
    pub(super) fn new(frame: &Frame, scan: &Scan<'_>) -> Option<Sequential> {
        let mut tables: Vec<(&HuffmanTable, &HuffmanTable)> = Vec::new();
        let mut blocks = Vec::new();
        for component in &scan.components {
            let pair = (component.dc.as_ref()?, component.ac.as_ref()?);
            let coding = tables.iter().position(|known| *known == pair).unwrap_or(tables.len());
            if coding == tables.len() {
                tables.push(pair);
            }
            let count = match (scan.components.len(), frame.components.get(component.index)) {
                (2.., Some(c)) => usize::from(c.h) * usize::from(c.v),
                _ => 1,
            };
            blocks.extend(std::iter::repeat_n(coding, count));
        }
        let codings = tables.into_iter().map(|(dc, ac)| {
            let (dc, ac) = (Codes::new(dc), Codes::new(ac));
            let long = scan.coded.len() >= LONG;
            let sequences =
                long.then(|| (Sequences::new(&dc, true, &ac), Sequences::new(&ac, false, &ac)));
            Coding { dc, ac, sequences }
        });
        Some(Sequential { codings: codings.collect(), blocks })
    }
}

impl Interval for Sequential {
    fn skip(
        &mut self,
        reader: &mut Reader<'_>,
        position: &mut Position,
        mcus: u64,
    ) -> Result<(), Fault> {
        let blocks: Vec<&Coding> =
            self.blocks.iter().filter_map(|coding| self.codings.get(*coding)).collect();
        for _ in 0..mcus {
            for coding in &blocks {
                reader.reach(position)?;
                *position = match &coding.sequences {
                    Some((start, rest)) => coding.block(reader, *position, start, rest)?,
                    None => coding.short_block(reader, *position)?,
                };
            }
        }
        Ok(())
    }
}

impl Coding {
    /// Goes over one block.
    #[inline(always)]
    fn block(
        &self,
        reader: &Reader<'_>,
        mut position: Position,
        start: &Sequences,
        rest: &Sequences,
    ) -> Result<Position, Fault> {
        let window = reader.window();
        let mut k = 0u32;
        let mut sequences = start;
        loop {
            position.fill(window);
            // two sequences take 54 bits at most
            for _ in 0..2 {
                let sequence = sequences.find(position.word);
                let reached = k + sequence.advance();
                sequences = rest;
                if reached < 64 {
                    k = reached;
                    position.skip(sequence.bits());
                    continue;
                }
                // the end of the block, by its code or by the last coefficient
                if reached == 64 || (END..END + 64).contains(&reached) {
                    position.skip(sequence.bits());
                    return Ok(position);
                }
                // one by one where a sequence is not known, or goes past the end of the block
                (position, k) = self
                    .symbol(window, position, k)
                    .map_err(|fault| reader.blame(&position, fault))?;
                if k == 64 {
                    return Ok(position);
                }
                break;
            }
        }
    }

    /// Goes over one block, code by code.
    fn short_block(&self, reader: &Reader<'_>, mut position: Position) -> Result<Position, Fault> {
        let mut k = 0;
        while k < 64 {
            (position, k) = self
                .symbol(reader.window(), position, k)
                .map_err(|fault| reader.blame(&position, fault))?;
        }
        Ok(position)
    }

    /// Goes over one code and its value; gives the next coefficient's place, 64 if there is none.
    #[cold]
    #[inline(never)]
    fn symbol(
        &self,
        window: &[u8; WINDOW],
        mut position: Position,
        k: u32,
    ) -> Result<(Position, u32), Fault> {
        position.fill(window);
        let codes = if k == 0 { &self.dc } else { &self.ac };
        let (length, symbol) = codes.find(position.word).ok_or(Fault::Code)?;
        let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 0x0F));
        // libjpeg takes every run without a value but 15 for the end of the block
        let (bits, reached) = match (k, size) {
            (0, _) => (size, 1),
            (_, 0) if run != 15 => (0, 64),
            _ => (size, k + run + 1),
        };
        if reached > 64 {
            return Err(Fault::Run);
        }
        position.skip(length + bits);
        Ok((position, reached))
    }
}
