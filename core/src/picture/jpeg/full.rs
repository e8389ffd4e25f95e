//! A JPEG at its full scale, pixel by pixel what libjpeg shows with its accurate transform.

use zeroize::Zeroizing;

use crate::Error;
use crate::container::jpeg::{Colour, Frame};
use crate::picture::colour::rgb_of_samples;
use crate::picture::cover::Reach;
use crate::picture::geometry::Geometry;
use crate::picture::jpeg::coefficients::COEFFICIENTS;
use crate::picture::jpeg::idct::{inverse_dct, natural_steps};
use crate::picture::jpeg::layout::BLOCK;
use crate::picture::jpeg::planes::{CoveredRows, McuRows};
use crate::picture::jpeg::upsample::{Neighbour, Upsampling};

/// The rows of what is shown of a picture, in the coded orientation.
#[derive(Debug)]
pub(crate) struct FullRows<'a, S> {
    rows: CoveredRows<'a, S>,
    colour: Colour,
    geometry: Geometry,
    planes: Vec<Plane>,
    /// The row of the picture that comes next.
    next: usize,
    /// How many rows of MCUs are decoded.
    decoded: usize,
}

/// The samples of one component around the row of MCUs that is shown.
#[derive(Debug)]
struct Plane {
    steps: [i16; COEFFICIENTS],
    upsampling: Upsampling,
    /// Samples of the picture.
    wide: usize,
    high: usize,
    /// Samples and rows of a row of MCUs.
    stride: usize,
    rows: usize,
    /// The last row of the row of MCUs before, the row of MCUs, and the one after.
    before: Zeroizing<Vec<u8>>,
    current: Zeroizing<Vec<u8>>,
    after: Zeroizing<Vec<u8>>,
    /// Sums of samples of two rows.
    sums: Zeroizing<Vec<u16>>,
    /// One row at the width of the picture.
    wide_row: Zeroizing<Vec<u8>>,
}

impl<'a, S: McuRows> FullRows<'a, S> {
    /// Of `frame`; the geometry keeps the size.
    pub(crate) fn new(
        rows: CoveredRows<'a, S>,
        frame: &Frame,
        colour: Colour,
        geometry: Geometry,
    ) -> FullRows<'a, S> {
        let layout = rows.source().layout();
        let room = |size: usize| Zeroizing::new(vec![0u8; size]);
        let components = frame.components.iter().zip(&layout.components);
        let planes = components.filter_map(|(component, grid)| {
            let (stride, rows) = (grid.padded_wide * BLOCK, grid.v * BLOCK);
            Some(Plane {
                steps: natural_steps(component.quant.as_ref()?),
                upsampling: Upsampling::new(
                    (grid.h, grid.v),
                    (layout.h_max, layout.v_max),
                    grid.samples_wide,
                ),
                wide: grid.samples_wide,
                high: grid.samples_high,
                stride,
                rows,
                before: room(stride),
                current: room(stride * rows),
                after: room(stride * rows),
                sums: Zeroizing::new(vec![0; grid.samples_wide]),
                wide_row: room(layout.width),
            })
        });
        FullRows { planes: planes.collect(), rows, colour, geometry, next: 0, decoded: 0 }
    }

    /// Where the rows come from.
    pub(crate) fn source(&self) -> &S {
        self.rows.source()
    }

    /// How far the pixels that are shown reach, in MCUs.
    pub(crate) fn reach(&self) -> (Reach, Reach) {
        let (x, y) = (&self.geometry.across, &self.geometry.down);
        let (mut across, mut down) = (Reach::new(x), Reach::new(y));
        for (plane, grid) in self.planes.iter().zip(&self.source().layout().components) {
            for n in 0..x.length {
                let support = plane.upsampling.support_across(x.start + n, plane.wide);
                across.add(n, support, grid.h * BLOCK);
            }
            for n in 0..y.length {
                let support = plane.upsampling.support_down(y.start + n, plane.high);
                down.add(n, support, grid.v * BLOCK);
            }
        }
        (across, down)
    }

    /// Puts the next row that is shown into `rgb`.
    pub(crate) fn next_row(&mut self, rgb: &mut [u8]) -> Result<(), Error> {
        let mcu_height = self.source().layout().v_max * BLOCK;
        self.next = self.next.max(self.geometry.down.start);
        let y = self.next;
        // the row of MCUs after the one that is shown is needed too
        while self.decoded < y / mcu_height + 2 {
            self.decode_row()?;
        }
        for plane in &mut self.planes {
            plane.widen(y, y / mcu_height);
        }
        let (start, length) = (self.geometry.across.start, self.geometry.across.length);
        let mut rows: [&[u8]; 4] = [&[]; 4];
        for (row, plane) in rows.iter_mut().zip(&self.planes) {
            *row = &plane.wide_row[start..start + length];
        }
        rgb_of_samples(self.colour, &rows[..self.planes.len().min(4)], rgb);
        self.next += 1;
        Ok(())
    }

    /// Decodes a row of MCUs to come after those that are held; below the picture there are none.
    fn decode_row(&mut self) -> Result<(), Error> {
        for plane in &mut self.planes {
            let last = plane.current.len() - plane.stride;
            plane.before.copy_from_slice(&plane.current[last..]);
            std::mem::swap(&mut plane.current, &mut plane.after);
        }
        self.decoded += 1;
        let Some(coefficients) = self.rows.next()? else { return Ok(()) };
        for (plane, blocks) in self.planes.iter_mut().zip(&coefficients.planes) {
            let (all, _) = blocks.values.as_chunks::<COEFFICIENTS>();
            let rows = all.chunks_exact(blocks.wide).zip(blocks.nonzero.chunks_exact(blocks.wide));
            let lines = plane.after.chunks_exact_mut(plane.stride * BLOCK);
            for ((values, nonzero), lines) in rows.zip(lines) {
                for (x, (values, nonzero)) in values.iter().zip(nonzero).enumerate() {
                    let out = &mut lines[x * BLOCK..];
                    inverse_dct(values, *nonzero, &plane.steps, out, plane.stride);
                }
            }
        }
        Ok(())
    }
}

impl Plane {
    /// Makes the row `y` of the picture, which stands in the row of MCUs `mcu_row`.
    fn widen(&mut self, y: usize, mcu_row: usize) {
        let (near, further) = self.upsampling.rows(y);
        let last = self.high - 1;
        let far = further.map(|which| match which {
            Neighbour::Before => (which, near.saturating_sub(1)),
            Neighbour::After => (which, (near + 1).min(last)),
        });
        let first = mcu_row * self.rows;
        let row = |n: usize| {
            let samples = match n.checked_sub(first) {
                None => &self.before[..],
                Some(n) if n < self.rows => &self.current[n * self.stride..],
                Some(_) => &self.after[..],
            };
            &samples[..self.wide]
        };
        let far = far.map(|(which, n)| (which, row(n)));
        self.upsampling.apply(row(near), far, &mut self.sums, &mut self.wide_row);
    }
}
