//! Pictures coded for tests: coefficients by choice, in any scans.

use crate::container::jpeg::marker::Marker;
use crate::container::jpeg::{
    Band, Colour, Embedded, Frame, HuffmanTable, Picture, Scan, ScanComponent,
};
use crate::picture::jpeg::coefficients::{COEFFICIENTS, Coefficients, NATURAL};
use crate::picture::jpeg::layout::Layout;

/// A frame of components with these sampling factors.
pub(crate) fn frame(progressive: bool, width: u16, height: u16, factors: &[(u8, u8)]) -> Frame {
    let mut payload = vec![8];
    payload.extend(height.to_be_bytes());
    payload.extend(width.to_be_bytes());
    payload.push(factors.len() as u8);
    for (id, (h, v)) in factors.iter().enumerate() {
        payload.extend([id as u8, h << 4 | v, 0]);
    }
    let marker = Marker(if progressive { 0xC2 } else { 0xC0 });
    Frame::parse(marker, &payload, 0, None).unwrap()
}

/// A table of all symbols, from codes of two bits to codes of sixteen; the order of the symbols
/// depends on `seed`.
pub(crate) fn table(symbols: usize, seed: usize) -> HuffmanTable {
    let mut left = symbols;
    let counts = [0, 1, 0, 4, 0, 0, 10, 0, 0, 20, 0, 40, 0, 0, 0, 256usize].map(|most| {
        let count = most.min(left);
        left -= count;
        count as u8
    });
    // an odd step meets all of a power of two
    let symbols = (0..symbols).map(|i| ((i * (2 * seed + 1) + seed) % symbols) as u8);
    HuffmanTable { counts, symbols: symbols.collect() }
}

/// What a scan codes.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) components: Vec<usize>,
    pub(crate) band: Band,
    pub(crate) interval: u16,
}

impl Plan {
    pub(crate) fn sequential(components: &[usize], interval: u16) -> Plan {
        Plan { components: components.to_vec(), band: Band::WHOLE, interval }
    }

    pub(crate) fn progressive(components: &[usize], band: [u8; 4], interval: u16) -> Plan {
        let [first, last, high, low] = band;
        let band = Band { first, last, high, low };
        Plan { components: components.to_vec(), band, interval }
    }
}

/// The scan of `plan` whose data is `coded`.
pub(crate) fn scan<'a>(plan: &Plan, coded: &'a [u8]) -> Scan<'a> {
    let components = plan.components.iter().map(|index| ScanComponent {
        index: *index,
        dc: (plan.band.first == 0 && plan.band.high == 0).then(|| table(16, *index)),
        ac: (plan.band.last > 0).then(|| table(256, index + 3)),
    });
    Scan {
        components: components.collect(),
        band: plan.band,
        restart_interval: plan.interval,
        start: 0,
        coded,
        filled: false,
    }
}

/// A picture of these scans.
pub(crate) fn picture<'a>(frame: &Frame, scans: Vec<Scan<'a>>) -> Picture<'a> {
    Picture {
        frame: frame.clone(),
        colour: Colour::YCbCr,
        orientation: crate::Orientation::Upright,
        profile: Embedded::None,
        scans,
        unused: Vec::new(),
    }
}

/// The data of the scan of `plan`: T.81, F.1.2 and G.1.2.
pub(crate) fn code(frame: &Frame, all: &Coefficients, plan: &Plan) -> Vec<u8> {
    let layout = Layout::of(frame);
    let progressive = frame.process == crate::container::jpeg::Process::Progressive;
    let mut coder = Coder { scan: scan(plan, &[]), out: Vec::new(), bits: 0, count: 0 };
    let (mut predicted, mut run) = ([0; 4], Run::default());
    let mut restarts = 0;
    for (number, mcu) in mcus(&layout, &plan.components).iter().enumerate() {
        if plan.interval > 0 && number > 0 && number % usize::from(plan.interval) == 0 {
            coder.end_run(&mut run);
            coder.flush();
            coder.out.extend([0xFF, 0xD0 + restarts]);
            (restarts, predicted) = ((restarts + 1) % 8, [0; 4]);
        }
        for (part, plane, place) in mcu {
            let natural = &all.planes[*plane].values[place * COEFFICIENTS..][..COEFFICIENTS];
            let block: Vec<i32> =
                NATURAL.iter().map(|at| i32::from(natural[usize::from(*at)])).collect();
            let band = plan.band;
            match (progressive, band.first, band.high) {
                (false, ..) => {
                    coder.dc(*part, block[0], &mut predicted[*plane]);
                    coder.ac(*part, &block[1..]);
                }
                (_, 0, 0) => coder.dc(*part, block[0] >> band.low, &mut predicted[*plane]),
                (_, 0, _) => coder.put((block[0] >> band.low) as u32 & 1, 1),
                (_, _, 0) => coder.ac_first(&block, &mut run),
                _ => coder.ac_refine(&block, &mut run),
            }
        }
    }
    coder.end_run(&mut run);
    coder.flush();
    coder.out
}

/// Of each MCU the blocks: place in the scan, component, place in the plane.
fn mcus(layout: &Layout, components: &[usize]) -> Vec<Vec<(usize, usize, usize)>> {
    if let [only] = *components {
        let grid = &layout.components[only];
        let places = (0..grid.blocks_high)
            .flat_map(|y| (0..grid.blocks_wide).map(move |x| y * grid.padded_wide + x));
        return places.map(|place| vec![(0, only, place)]).collect();
    }
    let mut all = Vec::new();
    for (row, column) in
        (0..layout.mcus_high).flat_map(|y| (0..layout.mcus_wide).map(move |x| (y, x)))
    {
        let mut mcu = Vec::new();
        for (part, plane) in components.iter().enumerate() {
            let grid = &layout.components[*plane];
            for (y, x) in (0..grid.v).flat_map(|y| (0..grid.h).map(move |x| (y, x))) {
                let line = row * grid.v + y;
                mcu.push((part, *plane, line * grid.padded_wide + column * grid.h + x));
            }
        }
        all.push(mcu);
    }
    all
}

/// Blocks whose bands have ended, and the bits that correct them.
#[derive(Default)]
struct Run {
    blocks: u32,
    corrections: Vec<u32>,
}

struct Coder<'a> {
    scan: Scan<'a>,
    out: Vec<u8>,
    bits: u64,
    count: u32,
}

impl Coder<'_> {
    fn put(&mut self, value: u32, count: u32) {
        self.bits = self.bits << count | u64::from(value);
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            let byte = (self.bits >> self.count) as u8;
            self.out.push(byte);
            if byte == 0xFF {
                self.out.push(0);
            }
        }
    }

    fn flush(&mut self) {
        let missing = (8 - self.count % 8) % 8;
        self.put((1 << missing) - 1, missing);
    }

    fn symbol(&mut self, part: usize, dc: bool, symbol: u32) {
        let component = &self.scan.components[part];
        let table = if dc { &component.dc } else { &component.ac };
        let table = table.clone().unwrap();
        let (mut code, mut symbols) = (0, table.symbols.iter());
        for (length, count) in (1..).zip(table.counts) {
            for _ in 0..count {
                if symbols.next().is_some_and(|s| u32::from(*s) == symbol) {
                    return self.put(code, length);
                }
                code += 1;
            }
            code <<= 1;
        }
        panic!("no code for symbol {symbol}");
    }

    fn value(&mut self, value: i32) {
        let size = 32 - value.unsigned_abs().leading_zeros();
        let bits = if value < 0 { value + (1 << size) - 1 } else { value };
        self.put(bits as u32, size);
    }

    fn dc(&mut self, part: usize, value: i32, predicted: &mut i32) {
        let difference = value - *predicted;
        *predicted = value;
        self.symbol(part, true, 32 - difference.unsigned_abs().leading_zeros());
        self.value(difference);
    }

    fn ac(&mut self, part: usize, block: &[i32]) {
        let mut run = 0;
        for value in block {
            if *value == 0 {
                run += 1;
                continue;
            }
            while run > 15 {
                self.symbol(part, false, 0xF0);
                run -= 16;
            }
            self.symbol(part, false, run << 4 | (32 - value.unsigned_abs().leading_zeros()));
            self.value(*value);
            run = 0;
        }
        if run > 0 {
            self.symbol(part, false, 0);
        }
    }

    fn end_run(&mut self, run: &mut Run) {
        if run.blocks > 0 {
            let size = run.blocks.ilog2();
            self.symbol(0, false, size << 4);
            self.put(run.blocks - (1 << size), size);
        }
        for bit in std::mem::take(run).corrections {
            self.put(bit, 1);
        }
    }

    fn ac_first(&mut self, block: &[i32], run: &mut Run) {
        let band = self.scan.band;
        let mut zeros = 0;
        for value in &block[usize::from(band.first)..=usize::from(band.last)] {
            // towards zero
            let value = value / (1 << band.low);
            if value == 0 {
                zeros += 1;
                continue;
            }
            self.end_run(run);
            while zeros > 15 {
                self.symbol(0, false, 0xF0);
                zeros -= 16;
            }
            self.symbol(0, false, zeros << 4 | (32 - value.unsigned_abs().leading_zeros()));
            self.value(value);
            zeros = 0;
        }
        if zeros > 0 {
            run.blocks += 1;
            if run.blocks == 0x7FFF {
                self.end_run(run);
            }
        }
    }

    fn ac_refine(&mut self, block: &[i32], run: &mut Run) {
        let band = self.scan.band;
        let values = &block[usize::from(band.first)..=usize::from(band.last)];
        let last_new = values.iter().rposition(|v| v.unsigned_abs() >> band.low == 1);
        let (mut zeros, mut corrections) = (0, Vec::new());
        for (at, value) in values.iter().enumerate() {
            let magnitude = value.unsigned_abs() >> band.low;
            if magnitude == 0 {
                zeros += 1;
                continue;
            }
            while zeros > 15 && last_new.is_some_and(|last| at <= last) {
                self.end_run(run);
                self.symbol(0, false, 0xF0);
                zeros -= 16;
                std::mem::take(&mut corrections).into_iter().for_each(|bit| self.put(bit, 1));
            }
            if magnitude > 1 {
                corrections.push(magnitude & 1);
                continue;
            }
            self.end_run(run);
            self.symbol(0, false, zeros << 4 | 1);
            self.put(u32::from(*value > 0), 1);
            std::mem::take(&mut corrections).into_iter().for_each(|bit| self.put(bit, 1));
            zeros = 0;
        }
        if zeros > 0 || !corrections.is_empty() {
            run.blocks += 1;
            run.corrections.extend(corrections);
            if run.blocks == 0x7FFF {
                self.end_run(run);
            }
        }
    }
}
