//! Samples of one row of MCUs at 4:2:0, edges repeated as libjpeg repeats them.

use zeroize::Zeroizing;

use crate::picture::jpeg::coefficients::COEFFICIENTS;
use crate::picture::jpeg::encoder::colour::{convert, halve};
use crate::picture::jpeg::encoder::fdct::forward;
use crate::picture::jpeg::layout::{BLOCK, Layout};

/// Rows of pixels of a row of MCUs.
pub(crate) const ROWS: usize = 2 * BLOCK;

/// One component: rows of samples, each as wide as whole blocks.
#[derive(Debug)]
pub(crate) struct Plane {
    wide: usize,
    samples: Zeroizing<Vec<u8>>,
}

impl Plane {
    fn new(wide: usize, high: usize) -> Plane {
        Plane { wide, samples: Zeroizing::new(vec![0; wide * high]) }
    }

    fn row(&mut self, y: usize) -> &mut [u8] {
        &mut self.samples[y * self.wide..(y + 1) * self.wide]
    }

    /// Repeats row `y` in all rows below.
    fn repeat_below(&mut self, y: usize) {
        let (above, below) = self.samples.split_at_mut((y + 1) * self.wide);
        let row = &above[y * self.wide..];
        below.chunks_mut(self.wide).for_each(|below| below.copy_from_slice(row));
    }

    /// The samples of block `x` of row `y` of blocks.
    #[inline]
    fn block(&self, x: usize, y: usize) -> [u8; COEFFICIENTS] {
        let rows = self.samples[y * BLOCK * self.wide..].chunks_exact(self.wide);
        let mut block = [0; COEFFICIENTS];
        for (to, from) in block.as_chunks_mut::<BLOCK>().0.iter_mut().zip(rows) {
            *to = from.as_chunks().0[x];
        }
        block
    }
}

/// Luma and both chroma of a row of MCUs.
#[derive(Debug)]
pub(crate) struct Strip {
    /// Width of the picture in pixels.
    width: usize,
    /// Luma, blue, red.
    planes: [Plane; 3],
    /// Two rows of each chroma at full width.
    full: [Plane; 2],
    /// Rows of pixels so far.
    filled: usize,
}

impl Strip {
    pub(crate) fn new(layout: &Layout) -> Strip {
        let wide: Vec<usize> = layout.components.iter().map(|c| c.blocks_wide * BLOCK).collect();
        let chroma = wide[1];
        Strip {
            width: layout.width,
            planes: [
                Plane::new(wide[0], ROWS),
                Plane::new(chroma, BLOCK),
                Plane::new(chroma, BLOCK),
            ],
            full: [Plane::new(2 * chroma, 2), Plane::new(2 * chroma, 2)],
            filled: 0,
        }
    }

    /// True if no row can be added.
    pub(crate) fn is_full(&self) -> bool {
        self.filled == ROWS
    }

    /// Adds a row of pixels of three bytes.
    pub(crate) fn push(&mut self, rgb: &[u8]) {
        let [luma, blue, red] = &mut self.planes;
        let [full_blue, full_red] = &mut self.full;
        let luma = luma.row(self.filled);
        let (below, y) = (self.filled % 2, self.filled / 2);
        let width = self.width;
        {
            let (blue, red) = (full_blue.row(below), full_red.row(below));
            convert(rgb, &mut luma[..width], &mut blue[..width], &mut red[..width]);
            [luma, blue, red].into_iter().for_each(|row| repeat_right(row, width));
        }
        if below == 1 {
            for (full, half) in [(full_blue, blue), (full_red, red)] {
                let (above, below) = full.samples.split_at(full.wide);
                halve(above, below, half.row(y));
            }
        }
        self.filled += 1;
    }

    /// Adds a row of greys. The chroma planes are left alone.
    pub(crate) fn push_grey(&mut self, luma: &[u8]) {
        let width = self.width;
        let row = self.planes[0].row(self.filled);
        row[..width].copy_from_slice(luma);
        repeat_right(row, width);
        self.filled += 1;
    }

    /// Transforms the blocks of row `y` of MCUs that hold samples of the picture, of the first
    /// `planes` planes. `take` gets the plane, the block's place in the row of MCUs, and its
    /// frequencies.
    pub(crate) fn transform(
        &self,
        layout: &Layout,
        y: usize,
        planes: usize,
        mut take: impl FnMut(usize, usize, usize, &[i16; COEFFICIENTS]),
    ) {
        let mut frequencies = Zeroizing::new([0; COEFFICIENTS]);
        let planes = self.planes.iter().zip(&layout.components).take(planes).enumerate();
        for (index, (plane, grid)) in planes {
            for row in 0..grid.v.min(grid.blocks_high - y * grid.v) {
                for x in 0..grid.blocks_wide {
                    forward(&plane.block(x, row), &mut frequencies);
                    take(index, x, row, &frequencies);
                }
            }
        }
    }

    /// Fills what is missing with the last row, and starts again with the next row pushed.
    pub(crate) fn complete(&mut self) {
        if let Some(last) = self.filled.checked_sub(1) {
            let [luma, blue, red] = &mut self.planes;
            luma.repeat_below(last);
            for (full, half) in self.full.iter_mut().zip([blue, red]) {
                if last % 2 == 0 {
                    full.repeat_below(0);
                    let (above, below) = full.samples.split_at(full.wide);
                    halve(above, below, half.row(last / 2));
                }
                half.repeat_below(last / 2);
            }
        }
        self.filled = 0;
    }
}

/// Repeats the last of `width` samples in the rest of the row.
fn repeat_right(row: &mut [u8], width: usize) {
    let (samples, rest) = row.split_at_mut(width);
    rest.fill(samples.last().copied().unwrap_or(0));
}
