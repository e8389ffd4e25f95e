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
    pub(crate) fn rewind(&mut self) -> Result<(), Error> {
        self.decoders.iter_mut().for_each(Decoder::rewind);
        (self.row, self.missing) = (0, 0);
        Ok(())
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
