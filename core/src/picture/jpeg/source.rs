//! Gives the coefficients of a JPEG row of MCUs by row of MCUs, whatever its scans are.
//!
//! Each scan has a decoder of its own, and all go in step. So a row is whole after all of them have
//! passed it, and memory does not grow with the height, for progressive pictures either.

use crate::container::jpeg::Picture;
pub(crate) use crate::container::jpeg::Tolerance;
use crate::picture::jpeg::coefficients::{COEFFICIENTS, Coefficients};
use crate::picture::jpeg::decoder::{Decoder, Lost};
use crate::picture::jpeg::layout::Layout;
use crate::{Error, Limits};

/// A picture from which rows are taken, top to bottom.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    layout: Layout,
    decoders: Vec<Decoder<'a>>,
    /// The row that comes next.
    row: usize,
    /// Blocks of the row that could not be decoded.
    lost: Lost,
    /// For each component, true if no scan gives it a colour.
    blank: Vec<bool>,
    missing: u64,
}

impl<'a> Source<'a> {
    /// At the first row. It takes time and memory that do not grow with the height of the picture.
    pub(crate) fn open(
        picture: &'a Picture<'a>,
        tolerance: Tolerance,
        limits: &Limits,
    ) -> Result<Source<'a>, Error> {
        let layout = Layout::of(&picture.frame);
        if (layout.width * layout.height) as u64 > limits.pixels {
            return Err(Error::Limit { what: "too many pixels", limit: limits.pixels });
        }
        if picture.scans.len() as u64 > limits.scans {
            return Err(Error::Limit { what: "too many scans", limit: limits.scans });
        }
        let decoder = |scan| Decoder::new(scan, &picture.frame, &layout, tolerance);
        let decoders: Vec<Decoder<'_>> = picture.scans.iter().map(decoder).collect();
        // a scan may code very many blocks in few bytes, so their number is what takes time
        let coded: u64 = decoders.iter().map(Decoder::blocks).sum();
        if coded > limits.pixels {
            return Err(Error::Limit {
                what: "too many blocks in its scans",
                limit: limits.pixels,
            });
        }
        let begun: Vec<usize> = decoders.iter().flat_map(Decoder::begun).collect();
        let lost = layout.components.iter().map(|c| vec![false; c.padded_wide * c.v]);
        Ok(Source {
            lost: Lost { any: false, blocks: lost.collect() },
            blank: (0..layout.components.len()).map(|plane| !begun.contains(&plane)).collect(),
            layout,
            decoders,
            row: 0,
            missing: 0,
        })
    }

    /// The grid of the picture.
    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Puts the next row of MCUs into `row`, which was made by [`Coefficients::of_a_row`]. Blocks
    /// that hold no sample of the picture are zero but for DC, which is that of the block to the
    /// left (below the picture: of the block before it in the MCU), as libjpeg pads. After the last
    /// row all is zero.
    pub(crate) fn next_row(&mut self, row: &mut Coefficients) -> Result<(), Error> {
        for plane in &mut row.planes {
            let (values, _) = plane.values.as_chunks_mut::<COEFFICIENTS>();
            for (block, nonzero) in values.iter_mut().zip(plane.nonzero.iter_mut()) {
                if *nonzero != 0 {
                    block.fill(0);
                    *nonzero = 0;
                }
            }
        }
        if self.row == self.layout.mcus_high {
            return Ok(());
        }
        for decoder in &mut self.decoders {
            decoder.decode_row(self.row, row, &mut self.lost)?;
        }
        self.pad(row);
        self.count_missing();
        self.row += 1;
        Ok(())
    }

    /// Back to the first row.
    pub(crate) fn rewind(&mut self) {
        self.decoders.iter_mut().for_each(Decoder::rewind);
        (self.row, self.missing) = (0, 0);
    }

    /// How many blocks of the picture could not be decoded so far: the data did not reach them, or
    /// it was damaged there. Those that lack detail alone do not count.
    pub(crate) fn missing_blocks(&self) -> u64 {
        self.missing
    }

    /// Fills the blocks that hold no sample of the picture.
    fn pad(&self, row: &mut Coefficients) {
        for (grid, plane) in self.layout.components.iter().zip(&mut row.planes) {
            let high = (grid.blocks_high - self.row * grid.v).min(grid.v);
            let first = if high == grid.v { grid.padded_wide - grid.h } else { 0 };
            if high == grid.v && grid.blocks_wide == grid.padded_wide {
                continue;
            }
            for mcu in first / grid.h..self.layout.mcus_wide {
                let mut before = 0;
                for (y, x) in (0..grid.v).flat_map(|y| (0..grid.h).map(move |x| (y, x))) {
                    let column = mcu * grid.h + x;
                    let place = y * grid.padded_wide + column;
                    let values = &mut plane.values[place * COEFFICIENTS..][..COEFFICIENTS];
                    if y >= high || column >= grid.blocks_wide {
                        values.fill(0);
                        values[0] = before;
                        plane.nonzero[place] = u64::from(before != 0);
                    }
                    before = values[0];
                }
            }
        }
    }

    /// Counts what was lost of the row's picture.
    fn count_missing(&mut self) {
        if !self.lost.any && !self.blank.contains(&true) {
            return;
        }
        let grids = self.layout.components.iter();
        for ((grid, lost), blank) in grids.zip(&mut self.lost.blocks).zip(&self.blank) {
            let high = (grid.blocks_high - self.row * grid.v).min(grid.v);
            for line in lost.chunks_mut(grid.padded_wide).take(high) {
                let line = &mut line[..grid.blocks_wide];
                let count = line.iter().filter(|lost| **lost || *blank).count();
                self.missing += count as u64;
            }
            lost.fill(false);
        }
        self.lost.any = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::jpeg::{Frame, Scan};
    use crate::picture::jpeg::coefficients::NATURAL;
    use crate::picture::jpeg::sample::{Plan, code, frame, picture, scan};
    use proptest::prelude::*;

    /// Coefficients that depend on `seed` alone, sparse as those of photos; blocks outside the
    /// picture hold something too.
    fn coefficients(layout: &Layout, seed: u64) -> Coefficients {
        let mut all = Coefficients::of_a_picture(layout);
        let mut state = seed | 1;
        let mut next = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        for plane in &mut all.planes {
            let (blocks, _) = plane.values.as_chunks_mut::<COEFFICIENTS>();
            for (block, nonzero) in blocks.iter_mut().zip(plane.nonzero.iter_mut()) {
                block[0] = (next() % 2047) as i16 - 1023;
                for _ in 0..next() % 20 {
                    let size = next() % 10;
                    let value = (next() % (2 << size)) as i16 - (1 << size);
                    block[1 + (next() % 63) as usize] = value;
                }
                *nonzero = mask(block);
            }
        }
        all
    }

    fn mask(block: &[i16; COEFFICIENTS]) -> u64 {
        let nonzero = |k: &usize| block[usize::from(NATURAL[*k])] != 0;
        (0..COEFFICIENTS).filter(nonzero).map(|k| 1 << k).sum()
    }

    /// What `jctrans.c` of libjpeg puts outside the picture.
    fn padded(layout: &Layout, all: &Coefficients) -> Coefficients {
        let mut all = all.clone();
        for (grid, plane) in layout.components.iter().zip(&mut all.planes) {
            for place in 0..grid.padded_wide * grid.padded_high {
                let (row, column) = (place / grid.padded_wide, place % grid.padded_wide);
                if row < grid.blocks_high && column < grid.blocks_wide {
                    continue;
                }
                let before = match (column % grid.h, row % grid.v) {
                    (0, _) => place + grid.h - 1 - grid.padded_wide,
                    _ => place - 1,
                };
                let dc = plane.values[before * COEFFICIENTS];
                let block = &mut plane.values[place * COEFFICIENTS..][..COEFFICIENTS];
                block.fill(0);
                block[0] = dc;
                plane.nonzero[place] = u64::from(dc != 0);
            }
        }
        all
    }

    /// Takes all rows; each has to tell rightly what is not zero.
    fn rows(source: &mut Source<'_>) -> Result<Coefficients, Error> {
        let layout = source.layout().clone();
        let mut row = Coefficients::of_a_row(&layout);
        let mut all = Coefficients::of_a_picture(&layout);
        for y in 0..layout.mcus_high {
            source.next_row(&mut row)?;
            for (from, to) in row.planes.iter().zip(&mut all.planes) {
                let (blocks, _) = from.values.as_chunks::<COEFFICIENTS>();
                assert!(blocks.iter().zip(from.nonzero.iter()).all(|(b, n)| mask(b) == *n));
                let first = y * from.nonzero.len();
                to.nonzero[first..][..from.nonzero.len()].copy_from_slice(&from.nonzero);
                to.values[first * COEFFICIENTS..][..from.values.len()]
                    .copy_from_slice(&from.values);
            }
        }
        Ok(all)
    }

    /// A frame, its coefficients, and the data of the scans in which they are coded.
    struct Sample {
        frame: Frame,
        all: Coefficients,
        plans: Vec<Plan>,
        data: Vec<Vec<u8>>,
    }

    impl Sample {
        fn new(frame: Frame, plans: Vec<Plan>, seed: u64) -> Sample {
            let layout = Layout::of(&frame);
            let all = coefficients(&layout, seed);
            let data = plans.iter().map(|plan| code(&frame, &all, plan)).collect();
            let all = padded(&layout, &all);
            Sample { frame, all, plans, data }
        }

        fn picture(&self) -> Picture<'_> {
            let scans: Vec<Scan<'_>> =
                self.plans.iter().zip(&self.data).map(|(plan, data)| scan(plan, data)).collect();
            picture(&self.frame, scans)
        }

        fn decode(&self, tolerance: Tolerance) -> Result<(Coefficients, u64), Error> {
            let picture = self.picture();
            let mut source = Source::open(&picture, tolerance, &Limits::default())?;
            let all = rows(&mut source)?;
            Ok((all, source.missing_blocks()))
        }
    }

    fn progressive(components: usize, interval: u16) -> Vec<Plan> {
        let whole: Vec<usize> = (0..components).collect();
        let plan = |components: &[usize], band| Plan::progressive(components, band, interval);
        let mut plans = vec![plan(&whole, [0, 0, 0, 2])];
        for c in 0..components {
            plans.push(plan(&[c], [1, 5, 0, 0]));
            plans.push(plan(&[c], [6, 63, 0, 2]));
            plans.push(plan(&[c], [6, 63, 2, 1]));
        }
        plans.push(plan(&whole, [0, 0, 2, 1]));
        plans.extend((0..components).map(|c| plan(&[c], [6, 63, 1, 0])));
        plans.extend((0..components).rev().map(|c| plan(&[c], [0, 0, 1, 0])));
        plans
    }

    fn factors() -> impl Strategy<Value = Vec<(u8, u8)>> {
        prop_oneof![
            Just(vec![(1, 1)]),
            Just(vec![(2, 2), (1, 1), (1, 1)]),
            // luma with fewer samples than chroma
            Just(vec![(1, 1), (2, 2), (2, 1)]),
            Just(vec![(3, 1), (1, 1), (2, 3)]),
            Just(vec![(1, 4), (1, 3), (2, 1)]),
            Just(vec![(1, 1), (1, 2), (2, 1), (1, 1)]),
            Just(vec![(2, 1), (2, 1), (2, 1), (2, 1)]),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn every_way_of_coding_gives_the_same_coefficients(
            factors in factors(),
            (width, height) in (1u16..90, 1u16..90),
            interval in prop_oneof![Just(0u16), 1u16..30],
            seed: u64,
        ) {
            let count = factors.len();
            let all: Vec<usize> = (0..count).collect();
            let scans = |groups: &[&[usize]]| -> Vec<Plan> {
                groups.iter().map(|group| Plan::sequential(group, interval)).collect()
            };
            let apart: Vec<&[usize]> = all.iter().map(std::slice::from_ref).collect();
            let (back, front) = (&all[count / 2..], &all[..count / 2]);
            let halves = if count > 1 { vec![back, front] } else { vec![back] };
            let kinds = [
                (false, scans(&[&all])),
                (false, scans(&apart)),
                (false, scans(&halves)),
                (true, progressive(count, interval)),
            ];
            for (progressive, plans) in kinds {
                let sample =
                    Sample::new(frame(progressive, width, height, &factors), plans, seed);
                for tolerance in [Tolerance::None, Tolerance::ShowWhatThereIs] {
                    let (all, missing) = sample.decode(tolerance).unwrap();
                    prop_assert!(all == sample.all);
                    prop_assert_eq!(missing, 0);
                }
            }
        }

        #[test]
        fn damage_is_an_error_or_shown_and_counted(
            progressive_too: bool,
            interval in prop_oneof![Just(0u16), 1u16..9],
            hits in prop::collection::vec((any::<usize>(), any::<u8>()), 1..6),
            cut in any::<usize>(),
            seed: u64,
        ) {
            let plans = match progressive_too {
                true => progressive(3, interval),
                false => vec![Plan::sequential(&[0, 1, 2], interval)],
            };
            let factors = [(2, 2), (1, 1), (1, 1)];
            let mut sample = Sample::new(frame(progressive_too, 70, 50, &factors), plans, seed);
            let scan = cut % sample.data.len();
            let data = &mut sample.data[scan];
            data.truncate(1 + cut % data.len());
            for (at, byte) in hits {
                let at = at % data.len();
                data[at] = byte;
            }
            // no panic, and no more missing than there is
            let strict = sample.decode(Tolerance::None);
            let (all, missing) = sample.decode(Tolerance::ShowWhatThereIs).unwrap();
            prop_assert!(missing <= 9 * 7 + 5 * 4 * 2);
            // what the strict way takes, the tolerant way shows alike
            if let Ok((strict, _)) = strict {
                prop_assert!(strict == all);
                prop_assert_eq!(missing, 0);
            }
        }
    }

    /// 4 × 3 MCUs of one block.
    fn grey(interval: u16) -> Sample {
        Sample::new(frame(false, 32, 24, &[(1, 1)]), vec![Plan::sequential(&[0], interval)], 5)
    }

    #[test]
    fn what_the_data_does_not_reach_is_grey_and_counted() {
        let mut sample = grey(0);
        let whole = sample.data[0].len();
        sample.data[0].truncate(whole / 2);
        let error = sample.decode(Tolerance::None).unwrap_err();
        assert!(matches!(error, Error::Damaged { at, .. } if at == whole as u64 / 2), "{error}");
        let (all, missing) = sample.decode(Tolerance::ShowWhatThereIs).unwrap();
        assert!((3..10).contains(&missing), "{missing}");
        let present = 12 - missing as usize;
        let same = present * COEFFICIENTS;
        assert_eq!(all.planes[0].values[..same], sample.all.planes[0].values[..same]);
        // the block in which the data ends is what can be told of it
        assert!(all.planes[0].nonzero[present + 1..].iter().all(|nonzero| *nonzero == 0));

        sample.data[0].clear();
        let (all, missing) = sample.decode(Tolerance::ShowWhatThereIs).unwrap();
        assert_eq!((missing, all.planes[0].nonzero[11]), (12, 0));
    }

    #[test]
    fn a_lost_restart_interval_leaves_the_others_in_their_place() {
        let mut sample = grey(2);
        let second =
            |data: &[u8], n: u8| data.windows(2).position(|pair| pair == [0xFF, 0xD0 + n]).unwrap();
        let (from, to) = (second(&sample.data[0], 1), second(&sample.data[0], 2));
        sample.data[0].drain(from..to);
        let error = sample.decode(Tolerance::None).unwrap_err();
        assert_eq!(error, Error::Damaged { at: from as u64, what: "a restart marker is missing" });
        let (all, missing) = sample.decode(Tolerance::ShowWhatThereIs).unwrap();
        assert_eq!(missing, 2);
        for block in [0, 1, 2, 3, 6, 7, 8, 9, 10, 11] {
            let at = block * COEFFICIENTS..(block + 1) * COEFFICIENTS;
            assert_eq!(all.planes[0].values[at.clone()], sample.all.planes[0].values[at]);
        }
    }

    #[test]
    fn restart_markers_that_are_no_marker_of_this_scan_are_passed() {
        let mut sample = grey(2);
        let at = sample.data[0].windows(2).position(|pair| pair == [0xFF, 0xD2]).unwrap();
        // a reserved marker, fill bytes, one of the two markers before
        sample.data[0].splice(at..at, [0xFF, 0x05, 0xFF, 0xFF, 0xD0]);
        assert!(sample.decode(Tolerance::None).is_err());
        let (all, missing) = sample.decode(Tolerance::ShowWhatThereIs).unwrap();
        assert!(all == sample.all);
        assert_eq!(missing, 0);
    }

    #[test]
    fn a_component_that_is_coded_again_shows_the_later_values() {
        let mut sample = grey(0);
        let other = Sample::new(sample.frame.clone(), sample.plans.clone(), 77);
        sample.data.extend(other.data);
        sample.plans.extend(other.plans);
        let (all, _) = sample.decode(Tolerance::ShowWhatThereIs).unwrap();
        let planes = (&all.planes[0], &other.all.planes[0]);
        for (at, value) in planes.1.values.iter().enumerate() {
            assert!(*value == 0 || planes.0.values[at] == *value);
        }
    }

    #[test]
    fn a_component_without_a_scan_is_missing() {
        let frame = frame(false, 20, 20, &[(1, 1), (1, 1), (1, 1)]);
        let sample = Sample::new(frame, vec![Plan::sequential(&[0, 2], 0)], 3);
        let (all, missing) = sample.decode(Tolerance::ShowWhatThereIs).unwrap();
        assert_eq!(missing, 9);
        assert!(all.planes[1].nonzero.iter().all(|nonzero| *nonzero == 0));
    }

    #[test]
    fn rewinding_starts_anew() {
        let sample =
            Sample::new(frame(true, 40, 40, &[(2, 2), (1, 1), (1, 1)]), progressive(3, 2), 9);
        let picture = sample.picture();
        let mut source = Source::open(&picture, Tolerance::None, &Limits::default()).unwrap();
        for taken in 0..3 {
            source.rewind();
            let mut row = Coefficients::of_a_row(source.layout());
            (0..taken).for_each(|_| source.next_row(&mut row).unwrap());
            source.rewind();
            assert!(rows(&mut source).unwrap() == sample.all);
        }
        let mut row = Coefficients::of_a_row(source.layout());
        row.planes[0].values[0] = 1;
        row.planes[0].nonzero[0] = 1;
        source.next_row(&mut row).unwrap();
        assert!(row == Coefficients::of_a_row(source.layout()));
    }

    #[test]
    fn limits_hold_before_anything_is_decoded() {
        let sample = grey(0);
        let mut picture = sample.picture();
        let open = |picture: &Picture<'_>, change: fn(&mut Limits)| {
            let mut limits = Limits::default();
            change(&mut limits);
            match Source::open(picture, Tolerance::ShowWhatThereIs, &limits) {
                Err(Error::Limit { what, .. }) => what,
                _ => "",
            }
        };
        assert_eq!(open(&picture, |_| ()), "");
        assert_eq!(open(&picture, |limits| limits.pixels = 32 * 24 - 1), "too many pixels");
        picture.scans = vec![picture.scans[0].clone(); 257];
        assert_eq!(open(&picture, |_| ()), "too many scans");
        picture.scans.truncate(256);
        assert_eq!(open(&picture, |_| ()), "");
        assert_eq!(
            open(&picture, |limits| limits.pixels = 32 * 24),
            "too many blocks in its scans"
        );
        (picture.frame.width, picture.frame.height) = (65_500, 65_500);
        assert_eq!(open(&picture, |_| ()), "too many pixels");
    }
}
