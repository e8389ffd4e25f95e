//! Scans of random codes, written here by the standard's words: the walk and the audit end at their
//! last MCU, and nothing that stands behind it is seen again.

use proptest::prelude::*;

use super::*;
use crate::audit::recognise;
use crate::container::jpeg::frame::Component;
use crate::container::jpeg::scan::Band;
use crate::container::jpeg::tables::QuantTable;
use crate::container::jpeg::{Colour, Dress, Embedded, write};
use crate::picture::jpeg::optimal::optimal_table;
use crate::{Error, Orientation};

/// Random choices of a test case.
#[derive(Debug, Clone)]
struct Dice(u64);

impl Dice {
    /// Below `end`.
    fn below(&mut self, end: u64) -> u64 {
        // xorshift
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) % end
    }

    fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}

/// Bits as they are written, without stuffed zeros.
#[derive(Debug, Clone, Default)]
struct Bits(Vec<bool>);

impl Bits {
    fn put(&mut self, value: u64, count: u32) {
        self.0.extend((0..count).rev().map(|i| value >> i & 1 == 1));
    }

    fn put_any(&mut self, count: u32, dice: &mut Dice) {
        self.put(dice.below(1 << 40), count);
    }

    /// The bytes, filled up with `padding`, and with stuffed zeros.
    fn bytes(&self, mut padding: impl FnMut() -> bool) -> Vec<u8> {
        let mut bits = self.0.clone();
        while !bits.len().is_multiple_of(8) {
            bits.push(padding());
        }
        let bytes =
            bits.chunks(8).map(|b| b.iter().fold(0u8, |byte, bit| byte << 1 | u8::from(*bit)));
        bytes.flat_map(|byte| if byte == 0xFF { vec![0xFF, 0] } else { vec![byte] }).collect()
    }
}

/// A table and its codes: symbol, code, length.
#[derive(Debug, Clone)]
struct Table {
    table: HuffmanTable,
    codes: Vec<(u8, u64, u32)>,
}

impl Table {
    /// Of these symbols, the more random the lengths, the larger `skew`.
    fn of(symbols: &[u8], skew: u32, dice: &mut Dice) -> Table {
        let mut occurrences = [0u64; 256];
        for symbol in symbols {
            let bits = 1 + dice.below(u64::from(skew));
            occurrences[usize::from(*symbol)] = 1 + dice.below(1 << bits);
        }
        let table = optimal_table(&occurrences);
        let (mut codes, mut code, mut place) = (Vec::new(), 0u64, 0usize);
        for (length, count) in (1u32..).zip(table.counts) {
            for _ in 0..count {
                codes.push((table.symbols[place], code, length));
                (code, place) = (code + 1, place + 1);
            }
            code <<= 1;
        }
        Table { table, codes }
    }

    fn put(&self, symbol: u8, bits: &mut Bits) {
        let (_, code, length) = self.codes.iter().find(|(s, ..)| *s == symbol).unwrap();
        bits.put(*code, *length);
    }

    fn any(&self, dice: &mut Dice) -> u8 {
        dice.one_of(&self.codes).0
    }
}

/// A random choice of `all`, and always `needed`.
fn some(all: impl IntoIterator<Item = u8>, needed: &[u8], dice: &mut Dice) -> Vec<u8> {
    let rare = 1 + dice.below(12);
    let mut chosen: Vec<u8> = all.into_iter().filter(|_| dice.one_in(rare)).collect();
    chosen.extend(needed);
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

/// One scan: its header, and the bits of its restart intervals.
#[derive(Debug, Clone)]
struct Coded {
    components: Vec<ScanComponent>,
    band: Band,
    interval: u16,
    intervals: Vec<Bits>,
}

#[derive(Debug, Clone)]
struct Case {
    frame: Frame,
    scans: Vec<Coded>,
}

/// How many MCUs the intervals of a scan have.
fn lengths(mcus: u64, interval: u16) -> Vec<u64> {
    let length = if interval == 0 { mcus } else { u64::from(interval) };
    (0..mcus.div_ceil(length)).map(|i| length.min(mcus - i * length)).collect()
}

fn frame(process: Process, largest: u64, dice: &mut Dice) -> Frame {
    let factors: &[(u8, u8)] = dice.one_of(&[
        &[(1, 1)][..],
        &[(1, 1), (1, 1), (1, 1)],
        &[(2, 2), (1, 1), (1, 1)],
        &[(2, 1), (1, 1), (1, 1)],
        &[(1, 2), (1, 1), (1, 1)],
        &[(4, 1), (1, 1), (2, 1)],
        &[(3, 1), (1, 1), (1, 1)],
    ]);
    let components = (1..).zip(factors).map(|(id, (h, v))| Component {
        id,
        h: *h,
        v: *v,
        quant_slot: 0,
        quant: Some(QuantTable([1; 64])),
    });
    let mut side = || 1 + dice.below(largest) as u16;
    Frame { process, width: side(), height: side(), components: components.collect() }
}

/// A restart interval that a scan of `mcus` MCUs can have.
fn interval(mcus: u64, dice: &mut Dice) -> u16 {
    let short = mcus.min(65_535);
    if short < 2 || dice.one_in(2) { 0 } else { 1 + dice.below(short - 1) as u16 }
}

fn sequential(dice: &mut Dice) -> Case {
    // the largest take the road of long scans
    let largest = dice.one_of(&[20, 90, 700]);
    let frame = frame(Process::Sequential, largest, dice);
    let skew = 1 + dice.below(20) as u32;
    let dc = Table::of(&some(0..12, &[0], dice), skew, dice);
    // sizes from 1 to 10 with any run, sixteen zeros, and runs that decoders take for the end
    let ac: Vec<u8> = (1..=255).filter(|s| (1..=10).contains(&(s & 15)) || *s == 0xF0).collect();
    let ends: &[u8] = if dice.one_in(4) { &[0x00, 0x30] } else { &[0x00] };
    let ac = Table::of(&some(ac, ends, dice), skew, dice);
    let all: Vec<usize> = (0..frame.components.len()).collect();
    let split = dice.one_in(3);
    let mut scans = Vec::new();
    for indices in if split { all.chunks(1).collect::<Vec<_>>() } else { vec![&all[..]] } {
        let components = indices.iter().map(|index| ScanComponent {
            index: *index,
            dc: Some(dc.table.clone()),
            ac: Some(ac.table.clone()),
        });
        let mut coded = Coded {
            components: components.collect(),
            band: Band::WHOLE,
            interval: 0,
            intervals: vec![],
        };
        let mcus = frame.mcus(indices);
        let per_mcu = match indices {
            [_] => 1,
            _ => frame.components.iter().map(|c| u64::from(c.h) * u64::from(c.v)).sum(),
        };
        coded.interval = interval(mcus, dice);
        let long = 1 + dice.below(30);
        for mcus in lengths(mcus, coded.interval) {
            let mut bits = Bits::default();
            for _ in 0..mcus * per_mcu {
                let size = dc.any(dice);
                dc.put(size, &mut bits);
                bits.put_any(u32::from(size), dice);
                let mut k = 1;
                while k < 64 {
                    let symbol = if dice.one_in(long) { dice.one_of(ends) } else { ac.any(dice) };
                    let next = k + u32::from(symbol >> 4) + 1;
                    let ends = symbol & 15 == 0 && symbol != 0xF0;
                    if next > 64 && !ends {
                        ac.put(0, &mut bits);
                        break;
                    }
                    ac.put(symbol, &mut bits);
                    bits.put_any(u32::from(symbol & 15), dice);
                    k = if ends { 64 } else { next };
                }
            }
            coded.intervals.push(bits);
        }
        scans.push(coded);
    }
    Case { frame, scans }
}

fn progressive(dice: &mut Dice) -> Case {
    let largest = dice.one_of(&[20, 90]);
    let frame = frame(Process::Progressive, largest, dice);
    let all: Vec<usize> = (0..frame.components.len()).collect();
    let skew = 1 + dice.below(12) as u32;
    let mut scans = Vec::new();
    for (high, low) in [(0, 1), (1, 0)] {
        let dc = Table::of(&some(0..12, &[0], dice), skew, dice);
        let mcus = frame.mcus(&all);
        let blocks: u64 = match all.len() {
            1 => 1,
            _ => frame.components.iter().map(|c| u64::from(c.h) * u64::from(c.v)).sum(),
        };
        let components = all.iter().map(|index| ScanComponent {
            index: *index,
            dc: (high == 0).then(|| dc.table.clone()),
            ac: None,
        });
        let band = Band { first: 0, last: 0, high, low };
        let interval = interval(mcus, dice);
        let mut intervals = Vec::new();
        for mcus in lengths(mcus, interval) {
            let mut bits = Bits::default();
            for _ in 0..mcus * blocks {
                let size = if high == 0 { dc.any(dice) } else { 1 };
                if high == 0 {
                    dc.put(size, &mut bits);
                }
                bits.put_any(u32::from(size), dice);
            }
            intervals.push(bits);
        }
        scans.push(Coded { components: components.collect(), band, interval, intervals });
    }
    for index in all {
        let last = dice.one_of(&[1, 5, 63]);
        let mut history = vec![[false; 64]; frame.mcus(&[index]) as usize];
        for (high, low) in [(0, 2), (2, 1), (1, 0)] {
            let band = Band { first: 1, last, high, low };
            scans.push(ac_scan(&frame, index, band, &mut history, skew, dice));
        }
    }
    Case { frame, scans }
}

/// A scan of AC coefficients by figures G.3 to G.9; `history` tells which are not zero.
fn ac_scan(
    frame: &Frame,
    index: usize,
    band: Band,
    history: &mut [[bool; 64]],
    skew: u32,
    dice: &mut Dice,
) -> Coded {
    let refines = band.high > 0;
    let sizes = if refines { 1 } else { 8 };
    let symbols =
        (1..=255).filter(|s| *s == 0xF0 || (1..=sizes).contains(&(s & 15)) || s & 15 == 0);
    let ac = Table::of(&some(symbols, &[0x00], dice), skew, dice);
    let runs: Vec<u8> =
        ac.table.symbols.iter().copied().filter(|s| s & 15 == 0 && *s != 0xF0).collect();
    let mcus = history.len() as u64;
    let interval = interval(mcus, dice);
    let (mut intervals, mut block) = (Vec::new(), 0usize);
    let long = 1 + dice.below(8);
    for mcus in lengths(mcus, interval) {
        let mut bits = Bits::default();
        let end = block + mcus as usize;
        while block < end {
            let before = history[block];
            let last = usize::from(band.last);
            let mut k = usize::from(band.first);
            let mut run = 0;
            while k <= last && run == 0 {
                let symbol = if dice.one_in(long) { dice.one_of(&runs) } else { ac.any(dice) };
                let (zeros, size) = (usize::from(symbol >> 4), symbol & 15);
                if size == 0 && zeros < 15 {
                    let left = (end - block) as u64;
                    let symbol = if left < 1 << zeros { 0 } else { symbol };
                    let zeros = u32::from(symbol >> 4);
                    let most = (left - (1 << zeros)).min((1 << zeros) - 1);
                    let more = dice.below(most + 1);
                    ac.put(symbol, &mut bits);
                    bits.put(more, zeros);
                    run = (1 << zeros) + more;
                    break;
                }
                // where the run ends, if it ends in the band
                let is_zero = |k: &usize| !refines || !before[*k];
                let Some(place) = (k..=last).filter(is_zero).nth(zeros) else {
                    ac.put(0, &mut bits);
                    run = 1;
                    break;
                };
                ac.put(symbol, &mut bits);
                bits.put_any(u32::from(size), dice);
                if refines {
                    let corrected = (k..place).filter(|k| before[*k]).count();
                    (0..corrected).for_each(|_| bits.put_any(1, dice));
                }
                history[block][place] |= size > 0;
                k = place + 1;
            }
            let blocks = run.max(1) as usize;
            for (n, of_block) in history[block..block + blocks].iter().enumerate() {
                let of_block = if n == 0 { &before } else { of_block };
                let from = if n == 0 { k } else { usize::from(band.first) };
                let corrected = (from..=last).filter(|k| of_block[*k]).count();
                if refines && run > 0 {
                    (0..corrected).for_each(|_| bits.put_any(1, dice));
                }
            }
            block += blocks;
        }
        intervals.push(bits);
    }
    assert_eq!(frame.mcus(&[index]), mcus);
    let components = vec![ScanComponent { index, dc: None, ac: Some(ac.table) }];
    Coded { components, band, interval, intervals }
}

impl Case {
    /// The data of each scan. `dirt` says what stands after the last MCU of each interval.
    fn data(
        &self,
        mut padding: impl FnMut() -> bool,
        mut dirt: impl FnMut() -> Vec<u8>,
    ) -> Vec<Vec<u8>> {
        let scans = self.scans.iter().map(|scan| {
            let mut data = Vec::new();
            for (n, bits) in scan.intervals.iter().enumerate() {
                if n > 0 {
                    data.extend([0xFF, 0xD0 | (n - 1) as u8 & 7]);
                }
                data.extend(bits.bytes(&mut padding));
                data.extend(dirt());
            }
            data
        });
        scans.collect()
    }

    fn clean(&self) -> Vec<Vec<u8>> {
        self.data(|| true, Vec::new)
    }

    /// A photo of these scans, of which data and end are given.
    fn picture<'a>(&self, data: &'a [Vec<u8>]) -> (Picture<'a>, usize) {
        let mut start = 0;
        let scans = self.scans.iter().zip(data).map(|(scan, data)| {
            let at = start;
            start += data.len() + 2;
            Scan {
                components: scan.components.clone(),
                band: scan.band,
                restart_interval: scan.interval,
                start: at,
                coded: data,
                filled: false,
            }
        });
        let scans = scans.collect();
        let colour = if self.frame.components.len() == 1 { Colour::Grey } else { Colour::YCbCr };
        let picture = Picture {
            frame: self.frame.clone(),
            colour,
            orientation: Orientation::Upright,
            profile: Embedded::None,
            scans,
            unused: Vec::new(),
        };
        (picture, start)
    }

    /// What Strip writes of such data.
    fn strip(&self, data: &[Vec<u8>]) -> Result<Vec<u8>, Error> {
        let (mut picture, end) = self.picture(data);
        let repaired = walk(&mut picture, end, &Limits::default())?;
        for (scan, repaired) in picture.scans.iter_mut().zip(&repaired) {
            if let Some(repaired) = repaired {
                scan.coded = repaired;
            }
        }
        self.write(&picture)
    }

    fn write(&self, picture: &Picture<'_>) -> Result<Vec<u8>, Error> {
        let dress = Dress { orientation: Orientation::Upright, profile: None };
        write(picture, dress).map(|bytes| bytes.to_vec())
    }
}

fn case() -> impl Strategy<Value = Case> {
    (any::<bool>(), 1..u64::MAX).prop_map(|(first, seed)| {
        let mut dice = Dice(seed);
        if first { sequential(&mut dice) } else { progressive(&mut dice) }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, max_shrink_iters: 50, ..ProptestConfig::default() })]

    #[test]
    fn canonical_data_stays_as_it_is(case in case()) {
        let data = case.clean();
        let (mut picture, end) = case.picture(&data);
        let repaired = walk(&mut picture, end, &Limits::default()).unwrap();
        prop_assert!(repaired.iter().all(Option::is_none));
        for (scan, data) in picture.scans.iter().zip(&data) {
            prop_assert_eq!(scan.coded, data);
        }
        prop_assert_eq!(recognise(&case.write(&picture).unwrap()), Ok(()));
    }

    #[test]
    fn padding_and_what_stands_behind_it_leave_no_trace(case in case(), seed in 1..u64::MAX) {
        let clean = case.strip(&case.clean()).unwrap();
        let (mut dice, mut more) = (Dice(seed), Dice(seed.rotate_left(7) | 1));
        let dirty = case.data(
            || dice.one_in(2),
            || if more.one_in(3) { more.one_of(&[&b"name"[..], b"\xFF\0", b"\0\0\xFF\0\0"]).to_vec() } else { Vec::new() },
        );
        prop_assert_eq!(case.strip(&dirty).unwrap() == clean, true);
        let (picture, _) = case.picture(&dirty);
        let as_it_is = case.write(&picture).unwrap();
        prop_assert_eq!(recognise(&as_it_is).is_ok(), as_it_is == clean);
    }

    #[test]
    fn a_scan_that_ends_early_is_refused(case in case(), scan in any::<prop::sample::Index>(), cut in any::<prop::sample::Index>()) {
        let mut data = case.clean();
        let scan = scan.index(data.len());
        let length = cut.index(data[scan].len());
        data[scan].truncate(length);
        let is_last = scan == data.len() - 1;
        let (mut picture, end) = case.picture(&data);
        // of the last scan the end of the photo is cut off as well
        let error = walk(&mut picture, if is_last { end - 2 } else { end }, &Limits::default());
        match error {
            Err(Error::CutOff { .. }) => prop_assert!(is_last),
            Err(Error::Damaged { .. }) => prop_assert!(!is_last || data[scan].ends_with(&[0xFF])),
            other => prop_assert!(false, "{other:?}"),
        }
        prop_assert!(recognise(&case.write(&case.picture(&data).0).unwrap()).is_err());
    }

    #[test]
    fn the_walk_and_the_audit_agree(case in case(), changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let mut data = case.clean();
        for (scan, at, value) in changes {
            let scan = scan.index(data.len());
            let at = at.index(data[scan].len());
            data[scan][at] = value;
        }
        let as_it_is = case.write(&case.picture(&data).0).unwrap();
        let stripped = case.strip(&data);
        if let Ok(stripped) = &stripped {
            prop_assert_eq!(recognise(stripped), Ok(()));
        }
        // markers of their own make another file of it; elsewhere they say the same
        let stuffed = data.iter().zip(&case.scans).all(|(data, scan)| {
            let markers = data.windows(2).filter(|pair| pair[0] == 0xFF && pair[1] != 0);
            markers.count() == scan.intervals.len() - 1 && !data.ends_with(&[0xFF])
        });
        if stuffed {
            prop_assert_eq!(recognise(&as_it_is).is_ok(), stripped == Ok(as_it_is));
        }
    }
}

#[test]
fn what_is_too_much_is_refused_before_it_is_gone_over() {
    let mut dice = Dice(77);
    let case = progressive(&mut dice);
    let data = case.clean();
    let (mut picture, end) = case.picture(&data);
    let refused = |picture: &mut Picture<'_>, limits: Limits| match walk(picture, end, &limits) {
        Err(Error::Limit { what, .. }) => what,
        Err(Error::Damaged { what, .. }) => what,
        other => panic!("{other:?}"),
    };
    let usual = Limits::default();
    let scans = Limits { scans: case.scans.len() as u64 - 1, ..usual.clone() };
    assert_eq!(refused(&mut picture, scans), "too many scans");
    let pixels = u64::from(case.frame.width) * u64::from(case.frame.height);
    let limits = Limits { pixels: pixels - 1, ..usual.clone() };
    assert_eq!(refused(&mut picture, limits), "too many pixels");
    let limits = Limits { memory: 31, ..usual.clone() };
    assert_eq!(refused(&mut picture, limits), "too large a progressive picture");
    (picture.frame.width, picture.frame.height) = (20_000, 20_000);
    assert_eq!(refused(&mut picture, usual), Fault::Ends.words());
}
