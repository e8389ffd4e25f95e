//! One sequential scan: which blocks it codes in which order, and what with. T.81, A.2.

use std::iter::repeat_n;

use crate::Error;
use crate::container::jpeg::Colour;
use crate::container::jpeg::scan::{Band, Scan, ScanComponent};
use crate::container::jpeg::write::END;
use crate::memory::Memory;
use crate::picture::jpeg::bit_writer::{Bits, Room};
use crate::picture::jpeg::coefficients::Coefficients;
use crate::picture::jpeg::emit::{Codes, emit};
use crate::picture::jpeg::layout::{ComponentLayout, Layout};
use crate::picture::jpeg::token_store::TokenRoom;
use crate::picture::jpeg::tokens::{BLOCK_TOKENS, Statistics, Token};

/// The most blocks of an interleaved MCU: B.2.3.
const MCU_BLOCKS: usize = 10;

/// Pairs of tables that a baseline decoder holds.
const PAIRS: usize = 2;

/// A component of a scan.
#[derive(Debug, Clone)]
struct Member {
    /// Its place among the components of the frame.
    index: usize,
    layout: ComponentLayout,
    /// Its pair of tables.
    pair: usize,
    /// The DC coefficient of the block before.
    prediction: i32,
}

/// Turns rows of MCUs into the tokens of one scan, and counts their symbols.
#[derive(Debug, Clone)]
pub(crate) struct ScanCoder {
    members: Vec<Member>,
    mcus_wide: usize,
    statistics: [Statistics; PAIRS],
}

impl ScanCoder {
    /// The scans of a picture: one, or one a component if an MCU of all has too many blocks.
    pub(crate) fn scans_of(layout: &Layout, colour: Colour) -> Vec<ScanCoder> {
        let all = ScanCoder::of_all(layout, colour);
        let blocks: usize = layout.components.iter().map(|c| c.h * c.v).sum();
        if layout.components.len() == 1 || blocks <= MCU_BLOCKS {
            return vec![all];
        }
        let alone = |member| vec![Member { pair: 0, ..member }];
        let members = all.members.iter().cloned();
        members.map(|member| ScanCoder { members: alone(member), ..all.clone() }).collect()
    }

    /// One scan of all components.
    pub(crate) fn of_all(layout: &Layout, colour: Colour) -> ScanCoder {
        let components = layout.components.iter().zip(table_pairs(colour)).enumerate();
        let members = components.map(|(index, (layout, pair))| Member {
            index,
            layout: layout.clone(),
            pair: *pair,
            prediction: 0,
        });
        ScanCoder {
            members: members.collect(),
            mcus_wide: layout.mcus_wide,
            statistics: [Statistics::new(), Statistics::new()],
        }
    }

    /// Puts the tokens of row `y` of MCUs into `out`. `rows` holds rows of MCUs from row `first` on.
    ///
    /// Blocks that hold no sample of the picture are coded as libjpeg does, whatever they hold.
    pub(crate) fn row(
        &mut self,
        rows: &Coefficients,
        first: usize,
        y: usize,
        out: &mut TokenRoom<'_>,
    ) {
        let ScanCoder { members, mcus_wide, statistics } = self;
        if let [Member { index, layout, pair, prediction }] = members.as_mut_slice() {
            // alone: block after block, and none without samples
            let (plane, statistics) = (&rows.planes[*index], &mut statistics[*pair]);
            let end = layout.blocks_high.min((y + 1) * layout.v);
            for row in y * layout.v..end {
                for x in 0..layout.blocks_wide {
                    let (values, nonzero) = plane.block(x, row - first * layout.v);
                    out.block(|room| statistics.block(values, nonzero, prediction, room));
                }
            }
            return;
        }
        for mcu in 0..*mcus_wide {
            for Member { index, layout, pair, prediction } in &mut *members {
                let (plane, statistics) = (&rows.planes[*index], &mut statistics[*pair]);
                for row in y * layout.v..(y + 1) * layout.v {
                    for x in mcu * layout.h..(mcu + 1) * layout.h {
                        if x < layout.blocks_wide && row < layout.blocks_high {
                            let (values, nonzero) = plane.block(x, row - first * layout.v);
                            out.block(|room| statistics.block(values, nonzero, prediction, room));
                        } else {
                            out.block(|room| statistics.padding_block(room));
                        }
                    }
                }
            }
        }
    }

    /// Back to the first row; what was counted stays.
    pub(crate) fn rewind(&mut self) {
        self.members.iter_mut().for_each(|member| member.prediction = 0);
    }

    /// The most tokens that a row of MCUs has.
    pub(crate) fn most_tokens(&self) -> usize {
        let blocks: usize = self.members.iter().map(|m| m.layout.h * m.layout.v).sum();
        self.mcus_wide * blocks * BLOCK_TOKENS
    }

    /// The best codes for what was counted; none if there are coefficients that no baseline scan
    /// can code.
    pub(crate) fn codes(&self) -> Option<ScanCodes> {
        if !self.statistics.iter().all(Statistics::is_codable) {
            return None;
        }
        let pairs = self.statistics.each_ref().map(Codes::optimal);
        let members = self.members.iter().map(|m| (m.index, m.pair, m.layout.h * m.layout.v));
        let bits = pairs.iter().zip(&self.statistics).map(|(codes, counted)| codes.bits(counted));
        Some(ScanCodes { members: members.collect(), bits: bits.sum(), pairs })
    }
}

/// The pair of tables of each component: libjpeg's choice.
fn table_pairs(colour: Colour) -> &'static [usize] {
    match colour {
        Colour::YCbCr => &[0, 1, 1],
        Colour::Ycck => &[0, 1, 1, 0],
        Colour::Grey | Colour::Rgb | Colour::Cmyk { .. } => &[0; 4],
    }
}

/// How a scan codes its tokens.
#[derive(Debug)]
pub(crate) struct ScanCodes {
    /// Each component's place in the frame, its pair of tables, and its blocks in an MCU.
    members: Vec<(usize, usize, usize)>,
    pairs: [Codes; PAIRS],
    /// How many bits all that was counted takes.
    bits: u64,
}

impl ScanCodes {
    /// The scan without its data.
    pub(crate) fn scan(&self) -> Scan<'static> {
        let components = self.members.iter().map(|(index, pair, _)| {
            let codes = &self.pairs[*pair];
            let (dc, ac) = (Some(codes.dc.clone()), Some(codes.ac.clone()));
            ScanComponent { index: *index, dc, ac }
        });
        let components = components.collect();
        let (band, coded) = (Band::WHOLE, &[][..]);
        Scan { components, band, restart_interval: 0, start: 0, coded, filled: false }
    }

    /// How many bytes the data has, but for the zeros that are stuffed.
    pub(crate) fn bytes(&self) -> u64 {
        self.bits.div_ceil(8)
    }

    /// Appends the data that stands for `tokens`, each piece of whole rows of MCUs.
    pub(crate) fn emit<'t>(
        &self,
        tokens: impl IntoIterator<Item = &'t [Token]>,
        bits: &mut Bits,
        out: &mut Memory,
    ) -> Result<(), Error> {
        let pattern: Vec<&Codes> = match self.members.as_slice() {
            [(_, pair, _)] => vec![&self.pairs[*pair]],
            several => {
                let blocks = several.iter().flat_map(|(_, pair, n)| repeat_n(*pair, *n));
                blocks.map(|pair| &self.pairs[pair]).collect()
            }
        };
        tokens
            .into_iter()
            .try_for_each(|tokens| write_bits(out, |room| emit(tokens, &pattern, bits, room)))
    }
}

/// Memory for a file with these parts before its coded data, that data, and its end.
pub(crate) fn room_for(heads: &[Vec<u8>], codes: &[ScanCodes]) -> Result<Memory, Error> {
    let around = heads.iter().map(Vec::len).sum::<usize>() + END.len();
    // a zero may be stuffed behind each byte
    let data = codes.iter().map(ScanCodes::bytes).sum::<u64>().saturating_mul(2);
    Memory::with_capacity(usize::try_from(data).unwrap_or(usize::MAX).saturating_add(around))
}

/// Lets `write` append to `out`; an error if there is no room.
fn write_bits(out: &mut Memory, write: impl FnOnce(&mut Room<'_>)) -> Result<(), Error> {
    out.fill(|room| {
        let mut room = Room::new(room);
        write(&mut room);
        room.filled().ok_or(Error::Memory)
    })?;
    Ok(())
}

/// Ends the data of a scan.
pub(crate) fn finish(bits: Bits, out: &mut Memory) -> Result<(), Error> {
    write_bits(out, |room| bits.finish(room))
}
