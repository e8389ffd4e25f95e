//! Decodes one scan row of MCUs by row of MCUs: T.81, sections A.2, F.2 and G.2.

use crate::Error;
use crate::container::jpeg::{Band, Frame, HuffmanTable, Process, Scan};
use crate::picture::jpeg::bits::Bits;
use crate::picture::jpeg::block::{
    Block, Spectrum, ac_first, ac_refine, dc_first, dc_refine, sequential,
};
use crate::picture::jpeg::coefficients::{COEFFICIENTS, Coefficients};
use crate::picture::jpeg::huffman::Table;
use crate::picture::jpeg::layout::Layout;
use crate::picture::jpeg::source::Tolerance;

/// How the blocks of a scan are coded.
#[derive(Debug, Clone, Copy)]
enum Coding {
    Sequential,
    DcFirst(u32),
    DcRefine(u32),
    AcFirst(Spectrum),
    AcRefine(Spectrum),
}

impl Coding {
    fn of(process: Process, band: Band) -> Coding {
        let low = u32::from(band.low);
        let spectrum = Spectrum { first: band.first.into(), last: band.last.into(), low };
        match (process, band.first, band.high) {
            (Process::Sequential, ..) => Coding::Sequential,
            (_, 0, 0) => Coding::DcFirst(low),
            (_, 0, _) => Coding::DcRefine(low),
            (_, _, 0) => Coding::AcFirst(spectrum),
            _ => Coding::AcRefine(spectrum),
        }
    }

    /// True if blocks that this coding does not reach have no colour at all.
    fn begins(self) -> bool {
        matches!(self, Coding::Sequential | Coding::DcFirst(_))
    }
}

/// A block of an MCU.
#[derive(Debug, Clone, Copy)]
struct Unit {
    /// Its component's place in the frame.
    plane: usize,
    /// Its place among the blocks of that component in the first MCU of a row.
    first: usize,
    /// How many blocks further its place is in the next MCU.
    step: usize,
    /// Its Huffman tables.
    dc: usize,
    ac: usize,
}

/// What a block is decoded with.
struct Tools<'t> {
    dc: &'t Table,
    ac: &'t Table,
    predicted: &'t mut i32,
    /// How many blocks are passed because their band has ended.
    ended: &'t mut u32,
}

/// Which blocks of a row could not be decoded.
#[derive(Debug)]
pub(crate) struct Lost {
    /// True if any.
    pub(crate) any: bool,
    /// By component and place.
    pub(crate) blocks: Vec<Vec<bool>>,
}

/// A scan, and how far it is decoded.
#[derive(Debug)]
pub(crate) struct Decoder<'a> {
    scan: &'a Scan<'a>,
    coding: Coding,
    tolerance: Tolerance,
    /// The blocks of one MCU in their order.
    units: Vec<Unit>,
    /// The distinct tables.
    tables: Vec<Box<Table>>,
    /// MCUs side by side.
    mcus_wide: usize,
    /// Rows of MCUs in each row of interleaved MCUs, and in the picture: more than one a row where
    /// the scan has one component alone.
    rows_each: usize,
    rows: usize,
    /// How many blocks further the next of these rows is.
    row_step: usize,
    bits: Bits<'a>,
    predicted: [i32; 4],
    ended: u32,
    /// MCUs before the next restart marker, and its number.
    left: usize,
    restart: u8,
    /// True if there is no data up to the next restart, and if none follows there either.
    starved: bool,
    exhausted: bool,
}

impl<'a> Decoder<'a> {
    /// At the first MCU of `scan`.
    pub(crate) fn new(
        scan: &'a Scan<'a>,
        frame: &Frame,
        layout: &Layout,
        tolerance: Tolerance,
    ) -> Decoder<'a> {
        let coding = Coding::of(frame.process, scan.band);
        let mut known: Vec<Option<&HuffmanTable>> = Vec::new();
        let mut slot = |table: &'a Option<HuffmanTable>| {
            let found = known.iter().position(|held| *held == table.as_ref());
            found.unwrap_or_else(|| {
                known.push(table.as_ref());
                known.len() - 1
            })
        };
        let alone = scan.components.len() == 1;
        let mut units = Vec::new();
        for component in &scan.components {
            let grid = &layout.components[component.index];
            let (h, v) = if alone { (1, 1) } else { (grid.h, grid.v) };
            let (plane, dc, ac) = (component.index, slot(&component.dc), slot(&component.ac));
            for (y, x) in (0..v).flat_map(|y| (0..h).map(move |x| (y, x))) {
                units.push(Unit { plane, first: y * grid.padded_wide + x, step: h, dc, ac });
            }
        }
        let values = !matches!(coding, Coding::AcRefine(_));
        let none = HuffmanTable { counts: [0; 16], symbols: Vec::new() };
        let tables = known.iter().map(|table| Table::new(table.unwrap_or(&none), values));
        let only = scan.components.first().filter(|_| alone);
        let only = only.map(|component| &layout.components[component.index]);
        let mut decoder = Decoder {
            scan,
            coding,
            tolerance,
            units,
            tables: tables.collect(),
            mcus_wide: only.map_or(layout.mcus_wide, |grid| grid.blocks_wide),
            rows_each: only.map_or(1, |grid| grid.v),
            rows: only.map_or(layout.mcus_high, |grid| grid.blocks_high),
            row_step: only.map_or(0, |grid| grid.padded_wide),
            bits: Bits::new(scan.coded),
            predicted: [0; 4],
            ended: 0,
            left: 0,
            restart: 0,
            starved: false,
            exhausted: false,
        };
        decoder.left = decoder.interval();
        decoder
    }

    /// How many blocks the scan codes.
    pub(crate) fn blocks(&self) -> u64 {
        (self.mcus_wide * self.rows) as u64 * self.units.len() as u64
    }

    /// The components that the scan gives a colour.
    pub(crate) fn begun(&self) -> impl Iterator<Item = usize> {
        self.units.iter().filter(|_| self.coding.begins()).map(|unit| unit.plane)
    }

    /// Back to the first MCU.
    pub(crate) fn rewind(&mut self) {
        self.bits.start(0);
        (self.predicted, self.ended, self.restart) = ([0; 4], 0, 0);
        (self.starved, self.exhausted) = (false, false);
        self.left = self.interval();
    }

    fn interval(&self) -> usize {
        match self.scan.restart_interval {
            0 => usize::MAX,
            interval => usize::from(interval),
        }
    }

    /// Adds to row number `number` of interleaved MCUs what the scan codes of it, and enters what
    /// it should code and does not in `lost`.
    pub(crate) fn decode_row(
        &mut self,
        number: usize,
        row: &mut Coefficients,
        lost: &mut Lost,
    ) -> Result<(), Error> {
        let first = number * self.rows_each;
        for y in first..self.rows.min(first + self.rows_each) {
            let base = (y - first) * self.row_step;
            let mut mcu = 0;
            while mcu < self.mcus_wide {
                if self.left == 0 {
                    self.pass_restart()?;
                }
                let end = self.mcus_wide.min(mcu.saturating_add(self.left));
                self.left -= end - mcu;
                while mcu < end && !self.starved {
                    mcu += self.decode_mcus(mcu, end, base, row);
                    if self.bits.is_overrun() || self.bits.take_bad() {
                        self.trouble(mcu - 1, base, lost)?;
                    }
                }
                if self.starved && self.coding.begins() {
                    (mcu..end).for_each(|mcu| self.lose(mcu, base, lost));
                }
                mcu = end;
            }
        }
        Ok(())
    }

    /// MCU number `mcu` of a row has a bad code, or takes more bits than there are.
    #[cold]
    fn trouble(&mut self, mcu: usize, base: usize, lost: &mut Lost) -> Result<(), Error> {
        self.starved = self.bits.is_overrun();
        if self.tolerance == Tolerance::None {
            return Err(self.damaged(match self.starved {
                true => "the coded data of a scan ends early",
                false => "the coded data has a code that no table has",
            }));
        }
        self.bits.take_bad();
        if self.coding.begins() || !self.starved {
            self.lose(mcu, base, lost);
        }
        Ok(())
    }

    fn damaged(&self, what: &'static str) -> Error {
        Error::Damaged { at: (self.scan.start + self.bits.position()) as u64, what }
    }

    fn lose(&self, mcu: usize, base: usize, lost: &mut Lost) {
        lost.any = true;
        for unit in &self.units {
            lost.blocks[unit.plane][base + unit.first + mcu * unit.step] = true;
        }
    }

    /// Decodes the MCUs from number `mcu` of a row up to `end`, up to one that is not sound, or up to
    /// where some may be idle. Gives how many, at least 1.
    fn decode_mcus(
        &mut self,
        mcu: usize,
        end: usize,
        base: usize,
        row: &mut Coefficients,
    ) -> usize {
        let idle = self.idle(mcu, end, base, row);
        if idle > 0 {
            self.ended -= idle as u32;
            return idle;
        }
        let mcus = (mcu, end, base);
        match self.coding {
            Coding::Sequential => self.each::<false>(mcus, row, |bits, tools, block| {
                sequential(bits, tools.dc, tools.ac, tools.predicted, block);
            }),
            Coding::DcFirst(low) => self.each::<false>(mcus, row, |bits, tools, block| {
                dc_first(bits, tools.dc, low, tools.predicted, block);
            }),
            Coding::DcRefine(low) => self.each::<false>(mcus, row, |bits, _, block| {
                dc_refine(bits, low, block);
            }),
            Coding::AcFirst(band) => self.each::<true>(mcus, row, |bits, tools, block| {
                ac_first(bits, tools.ac, band, tools.ended, block);
            }),
            Coding::AcRefine(band) => self.each::<true>(mcus, row, |bits, tools, block| {
                ac_refine(bits, tools.ac, band, tools.ended, block);
            }),
        }
    }

    /// How many MCUs from number `mcu` on take no bits, because their bands have ended and have
    /// nothing to correct.
    fn idle(&self, mcu: usize, end: usize, base: usize, row: &Coefficients) -> usize {
        let most = (self.ended as usize).min(end - mcu);
        match (self.coding, self.units.first()) {
            (Coding::AcRefine(band), Some(unit)) => {
                let places = base + mcu..base + mcu + most;
                let blocks = &row.planes[unit.plane].nonzero[places];
                blocks.iter().take_while(|nonzero| **nonzero & band.places() == 0).count()
            }
            _ => most,
        }
    }

    /// `BANDS` is true if blocks may be idle.
    #[inline(always)]
    fn each<const BANDS: bool>(
        &mut self,
        (first, end, base): (usize, usize, usize),
        row: &mut Coefficients,
        mut decode: impl FnMut(&mut Bits<'a>, Tools<'_>, Block<'_>),
    ) -> usize {
        for mcu in first..end {
            for unit in &self.units {
                let plane = &mut row.planes[unit.plane];
                let place = base + unit.first + mcu * unit.step;
                let (values, _) = plane.values.as_chunks_mut::<COEFFICIENTS>();
                let block =
                    Block { values: &mut values[place], nonzero: &mut plane.nonzero[place] };
                let tools = Tools {
                    dc: &self.tables[unit.dc],
                    ac: &self.tables[unit.ac],
                    predicted: &mut self.predicted[unit.plane],
                    ended: &mut self.ended,
                };
                decode(&mut self.bits, tools, block);
            }
            if self.bits.is_unsound() || BANDS && self.ended > 0 {
                return mcu - first + 1;
            }
        }
        end - first
    }

    /// Goes behind the restart marker that has to come: T.81, E.2.4. If another one is there, what
    /// libjpeg's `jpeg_resync_to_restart` does, so that later intervals come to their place.
    fn pass_restart(&mut self) -> Result<(), Error> {
        self.left = self.interval();
        if self.exhausted {
            return Ok(());
        }
        (self.predicted, self.ended) = ([0; 4], 0);
        let number = self.restart;
        self.restart = (number + 1) & 7;
        while let Some((marker, behind)) = self.bits.find_marker() {
            let ahead = marker.0.wrapping_sub(number) & 7;
            if self.tolerance == Tolerance::None && !(marker.is_restart() && ahead == 0) {
                break;
            }
            match ahead {
                // no marker that JPEG knows, or one of the two before: look further
                _ if marker.is_reserved() => self.bits.skip_to(behind),
                6 | 7 if marker.is_restart() => self.bits.skip_to(behind),
                // one of the next two, or another marker: this interval is lost
                1 | 2 if marker.is_restart() => {
                    self.bits.stop();
                    return Ok(());
                }
                _ if !marker.is_restart() => break,
                _ => {
                    self.bits.start(behind);
                    self.starved = false;
                    return Ok(());
                }
            }
        }
        self.bits.stop();
        self.exhausted = true;
        match self.tolerance {
            Tolerance::None => Err(self.damaged("a restart marker is missing")),
            Tolerance::ShowWhatThereIs => Ok(()),
        }
    }
}
