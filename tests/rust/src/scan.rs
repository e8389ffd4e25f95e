//! Entropy coding of one scan: T.81, annexes F.1.2 (sequential) and G.1.2 (progressive).

use crate::huffman::{BitWriter, HuffmanTable};
use crate::marker;
use crate::slack::{Choice, Planter};

/// The quantised coefficients of one component.
#[derive(Debug, Clone)]
pub(crate) struct Plane {
    /// Sampling factors, horizontal and vertical.
    pub(crate) sampling: (usize, usize),
    /// Blocks that hold samples of the picture: what a scan of this component alone codes.
    pub(crate) real: (usize, usize),
    /// Blocks a row in `blocks`, with those that fill the last MCU.
    pub(crate) stride: usize,
    /// The blocks, row by row, each in zig-zag order.
    pub(crate) blocks: Vec<[i16; 64]>,
}

/// What one scan codes: T.81, B.2.3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// Which components, by their place in the frame.
    pub components: Vec<usize>,
    /// First and last coefficient in zig-zag order.
    pub spectrum: (u8, u8),
    /// Successive approximation, high and low.
    pub approximation: (u8, u8),
}

impl Scan {
    /// A sequential scan of these components.
    pub fn sequential(components: &[usize]) -> Scan {
        Scan { components: components.to_vec(), spectrum: (0, 63), approximation: (0, 0) }
    }

    /// A progressive scan.
    pub fn progressive(components: &[usize], spectrum: (u8, u8), approximation: (u8, u8)) -> Scan {
        Scan { components: components.to_vec(), spectrum, approximation }
    }

    /// True if the scan reads DC codes (a refinement of DC has bits alone).
    pub(crate) fn uses_dc(&self) -> bool {
        self.spectrum.0 == 0 && self.approximation.0 == 0
    }

    /// True if the scan reads AC codes.
    pub(crate) fn uses_ac(&self) -> bool {
        self.spectrum.1 > 0
    }
}

/// What a scan writes, before the Huffman tables are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Symbol { ac: bool, slot: u8, symbol: u8 },
    Bits(u16, u8),
    Restart,
}

/// The Huffman tables in force, by class (DC, AC) and slot.
pub(crate) type Tables = [[Option<HuffmanTable>; 4]; 2];

/// Turns `ops` into entropy-coded data.
pub(crate) fn write<'a>(
    ops: impl IntoIterator<Item = &'a Op>,
    tables: &Tables,
    planter: &Planter<'_>,
) -> Vec<u8> {
    let codes = tables
        .each_ref()
        .map(|class| class.each_ref().map(|t| t.as_ref().map(HuffmanTable::codes)));
    let mut out = BitWriter::default();
    let mut restarts = 0u8;
    for op in ops {
        match *op {
            Op::Symbol { ac, slot, symbol } => {
                let table = codes[usize::from(ac)][usize::from(slot)].as_ref().expect("a table");
                let (code, length) = table[usize::from(symbol)].expect("a code for every symbol");
                out.put(code, length);
            }
            Op::Bits(value, count) => out.put(value, count),
            Op::Restart => {
                end_of_interval(&mut out, planter);
                let fill = planter.bits(Choice::FillBeforeRestart, 3).unwrap_or(0);
                out.raw(&vec![0xFF; fill as usize]);
                out.raw(&[0xFF, marker::RST0 + restarts]);
                restarts = (restarts + 1) % 8;
            }
        }
    }
    end_of_interval(&mut out, planter);
    if let Some(mark) = planter.mark(Choice::AfterScan) {
        out.raw(mark);
    }
    if let Some(mark) = planter.mark(Choice::OnesAfterScan) {
        mark.iter().for_each(|byte| out.raw(&[0xFF, 0].repeat(usize::from(byte & 3))));
    }
    let (alone, between) = (Choice::RestartsAfterScan, Choice::IntervalsAfterScan);
    for byte in planter.mark(alone).or(planter.mark(between)).unwrap_or_default() {
        if planter.mark(between).is_some() {
            out.raw(&[*byte]);
        }
        out.raw(&[0xFF, marker::RST0 + byte % 8]);
    }
    out.finish()
}

/// Fills the last byte, and plants what stands behind.
fn end_of_interval(out: &mut BitWriter, planter: &Planter<'_>) {
    let missing = out.missing();
    match planter.bits(Choice::Padding, missing.into()) {
        Some(bits) => out.put(bits as u16, missing),
        None if planter.mark(Choice::ZeroPadding).is_some() => out.put(0, missing),
        None => out.align(),
    }
    if let Some(mark) = planter.mark(Choice::AfterInterval) {
        out.raw(mark);
    }
}

/// The symbols and bits of `scan`. `slots` are the DC and AC table slots of each component.
pub(crate) fn code(
    scan: &Scan,
    planes: &[Plane],
    slots: &[(u8, u8)],
    progressive: bool,
    restart: u16,
    planter: &Planter<'_>,
) -> Vec<Op> {
    let mut coder = Coder {
        ops: Vec::new(),
        predictions: [0; 4],
        pending: Pending { blocks: 0, corrections: Vec::new() },
        last_ac_slot: 0,
        scan,
        progressive,
        planter,
    };
    for (count, mcu) in mcus(scan, planes).into_iter().enumerate() {
        if restart > 0 && count > 0 && count % usize::from(restart) == 0 {
            coder.end_of_interval();
            coder.ops.push(Op::Restart);
            coder.predictions = [0; 4];
        }
        for (component, index) in mcu {
            coder.block(&planes[component].blocks[index], component, slots[component]);
        }
    }
    coder.end_of_interval();
    coder.ops
}

/// The blocks of each MCU, by component and place in its plane: T.81, A.2.
fn mcus(scan: &Scan, planes: &[Plane]) -> Vec<Vec<(usize, usize)>> {
    if let [component] = scan.components[..] {
        let plane = &planes[component];
        return (0..plane.real.0 * plane.real.1)
            .map(|i| vec![(component, i / plane.real.0 * plane.stride + i % plane.real.0)])
            .collect();
    }
    let first = &planes[scan.components[0]];
    let columns = first.stride / first.sampling.0;
    let rows = first.blocks.len() / first.stride / first.sampling.1;
    (0..rows * columns)
        .map(|i| {
            let mut blocks = Vec::new();
            for component in &scan.components {
                let plane = &planes[*component];
                let (h, v) = plane.sampling;
                for (y, x) in (0..v).flat_map(|y| (0..h).map(move |x| (y, x))) {
                    let (row, column) = (i / columns * v + y, i % columns * h + x);
                    blocks.push((*component, row * plane.stride + column));
                }
            }
            blocks
        })
        .collect()
}

/// Blocks without further coefficients, and the correction bits that wait behind them: T.81, G.1.2.2.
struct Pending {
    blocks: u16,
    corrections: Vec<bool>,
}

struct Coder<'a> {
    ops: Vec<Op>,
    predictions: [i32; 4],
    pending: Pending,
    last_ac_slot: u8,
    scan: &'a Scan,
    progressive: bool,
    planter: &'a Planter<'a>,
}

/// How many bits `magnitude` takes.
fn size(magnitude: u32) -> u8 {
    (32 - magnitude.leading_zeros()) as u8
}

impl Coder<'_> {
    fn symbol(&mut self, ac: bool, slot: u8, symbol: u8) {
        self.ops.push(Op::Symbol { ac, slot, symbol });
    }

    /// The additional bits of a value: T.81, F.1.2.1.1.
    fn value(&mut self, value: i32) {
        let bits = if value < 0 { value - 1 } else { value };
        self.ops.push(Op::Bits(bits as u16, size(value.unsigned_abs())));
    }

    fn block(&mut self, block: &[i16; 64], component: usize, (dc, ac): (u8, u8)) {
        self.last_ac_slot = ac;
        let (high, low) = self.scan.approximation;
        match (self.progressive, self.scan.spectrum.0, high) {
            (false, ..) => {
                self.dc(i32::from(block[0]), component, dc);
                self.ac(block, ac);
            }
            (true, 0, 0) => self.dc(i32::from(block[0]) >> low, component, dc),
            (true, 0, _) => self.ops.push(Op::Bits((block[0] >> low) as u16 & 1, 1)),
            (true, _, 0) => self.ac_first(block, ac),
            (true, ..) => self.ac_refine(block, ac),
        }
    }

    fn dc(&mut self, value: i32, component: usize, slot: u8) {
        let difference = value - self.predictions[component];
        self.predictions[component] = value;
        self.symbol(false, slot, size(difference.unsigned_abs()));
        self.value(difference);
    }

    fn ac(&mut self, block: &[i16; 64], slot: u8) {
        let mut run = 0u8;
        for value in &block[1..] {
            if *value == 0 {
                run += 1;
                continue;
            }
            while run > 15 {
                self.symbol(true, slot, 0xF0);
                run -= 16;
            }
            self.symbol(true, slot, run << 4 | size(u32::from(value.unsigned_abs())));
            self.value(i32::from(*value));
            run = 0;
        }
        run = self.zero_runs(run, slot);
        if run == 0 {
            return;
        }
        let past_end = run < 16 && self.planter.bit(Choice::ZeroRunPastEnd);
        // symbols of a run and no size: none is planted as the usual one
        let end = self.planter.bits(Choice::EndSymbols, 4).map_or(0, |run| run as u8 % 15);
        self.symbol(true, slot, if past_end { 0xF0 } else { end << 4 });
    }

    /// Runs of sixteen zeros where the end of the block is next: gives the zeros that are left.
    fn zero_runs(&mut self, mut run: u8, slot: u8) -> u8 {
        while run >= 16 && self.planter.bit(Choice::ZeroRuns) {
            self.symbol(true, slot, 0xF0);
            run -= 16;
        }
        run
    }

    fn band(&self) -> std::ops::RangeInclusive<usize> {
        usize::from(self.scan.spectrum.0)..=usize::from(self.scan.spectrum.1)
    }

    fn ac_first(&mut self, block: &[i16; 64], slot: u8) {
        let low = self.scan.approximation.1;
        let mut run = 0u8;
        for k in self.band() {
            let magnitude = i32::from(block[k].unsigned_abs()) >> low;
            if magnitude == 0 {
                run += 1;
                continue;
            }
            self.end_of_bands();
            while run > 15 {
                self.symbol(true, slot, 0xF0);
                run -= 16;
            }
            self.symbol(true, slot, run << 4 | size(magnitude.unsigned_abs()));
            self.value(if block[k] < 0 { -magnitude } else { magnitude });
            run = 0;
        }
        if run >= 16 && self.planter.mark(Choice::ZeroRuns).is_some() {
            self.end_of_bands();
            run = self.zero_runs(run, slot);
        }
        if run > 0 {
            self.pending.blocks += 1;
            self.cut_run();
        }
    }

    /// Writes the run of ended blocks if it cannot become longer, or shall not.
    fn cut_run(&mut self) {
        if self.pending.blocks == 0x7FFF || self.planter.bit(Choice::EndRuns) {
            self.end_of_bands();
        }
    }

    fn ac_refine(&mut self, block: &[i16; 64], slot: u8) {
        let low = self.scan.approximation.1;
        let magnitude = |k: usize| block[k].unsigned_abs() >> low;
        let last_new = self.band().rfind(|k| magnitude(*k) == 1);
        let mut run = 0u8;
        let mut corrections: Vec<bool> = Vec::new();
        for k in self.band() {
            if magnitude(k) == 0 {
                run += 1;
                continue;
            }
            while run > 15 && last_new.is_some_and(|last| k <= last) {
                self.end_of_bands();
                self.symbol(true, slot, 0xF0);
                run -= 16;
                self.corrections(&std::mem::take(&mut corrections));
            }
            if magnitude(k) > 1 {
                corrections.push(magnitude(k) & 1 == 1);
                continue;
            }
            self.end_of_bands();
            self.symbol(true, slot, run << 4 | 1);
            self.ops.push(Op::Bits(u16::from(block[k] >= 0), 1));
            self.corrections(&std::mem::take(&mut corrections));
            run = 0;
        }
        if run > 0 || !corrections.is_empty() {
            self.pending.blocks += 1;
            self.pending.corrections.extend(corrections);
            self.cut_run();
        }
    }

    fn corrections(&mut self, bits: &[bool]) {
        self.ops.extend(bits.iter().map(|bit| Op::Bits(u16::from(*bit), 1)));
    }

    /// The end of the scan, or of a restart interval.
    fn end_of_interval(&mut self) {
        if self.pending.blocks > 0 {
            let more = self.planter.bits(Choice::EndRunPastScan, 7).unwrap_or(0);
            self.pending.blocks = (self.pending.blocks + more as u16).min(0x7FFF);
        }
        self.end_of_bands();
    }

    /// Writes the run of blocks that ended, if there is one.
    fn end_of_bands(&mut self) {
        let blocks = std::mem::take(&mut self.pending.blocks);
        if blocks == 0 {
            return;
        }
        let bits = size(u32::from(blocks)) - 1;
        self.symbol(true, self.last_ac_slot, bits << 4);
        self.ops.push(Op::Bits(blocks & ((1 << bits) - 1), bits));
        let corrections = std::mem::take(&mut self.pending.corrections);
        self.corrections(&corrections);
    }
}
