//! The planes of a JPEG at a part of its scale, a row of MCUs at a time.

use zeroize::Zeroizing;

use crate::Error;
use crate::container::jpeg::Frame;
use crate::picture::cover::Cover;
use crate::picture::jpeg::coefficients::Coefficients;
use crate::picture::jpeg::layout::{BLOCK, Layout};
use crate::picture::jpeg::scaled::ScaledDct;
use crate::picture::jpeg::source::Source;
use crate::picture::scale::Planes;

/// Rows of MCUs, top to bottom.
pub(crate) trait McuRows {
    /// The grid of the picture.
    fn layout(&self) -> &Layout;
    /// Puts the next row of MCUs into `row`.
    fn next_row(&mut self, row: &mut Coefficients) -> Result<(), Error>;
}

impl McuRows for Source<'_> {
    fn layout(&self) -> &Layout {
        self.layout()
    }

    fn next_row(&mut self, row: &mut Coefficients) -> Result<(), Error> {
        self.next_row(row)
    }
}

/// Rows of MCUs of which covered ones are empty.
#[derive(Debug)]
pub(crate) struct CoveredRows<'a, S> {
    source: S,
    cover: &'a Cover,
    coefficients: Coefficients,
    /// How many rows have come.
    taken: usize,
}

impl<'a, S: McuRows> CoveredRows<'a, S> {
    pub(crate) fn new(source: S, cover: &'a Cover) -> CoveredRows<'a, S> {
        let coefficients = Coefficients::of_a_row(source.layout());
        CoveredRows { source, cover, coefficients, taken: 0 }
    }

    /// The next row; none after the last.
    pub(crate) fn next(&mut self) -> Result<Option<&Coefficients>, Error> {
        if self.taken == self.source.layout().mcus_high {
            return Ok(None);
        }
        self.source.next_row(&mut self.coefficients)?;
        if !self.cover.is_empty() {
            self.cover.erase(self.taken, &mut self.coefficients, self.source.layout());
        }
        self.taken += 1;
        Ok(Some(&self.coefficients))
    }

    /// Where the rows come from.
    pub(crate) fn source(&self) -> &S {
        &self.source
    }
}

/// The planes of one row of MCUs, each component at a scale of its own.
#[derive(Debug)]
pub(crate) struct JpegPlanes<'a, S> {
    rows: CoveredRows<'a, S>,
    planes: Vec<Plane>,
}

#[derive(Debug)]
struct Plane {
    dct: ScaledDct,
    samples: Zeroizing<Vec<f32>>,
    stride: usize,
}

impl<'a, S: McuRows> JpegPlanes<'a, S> {
    /// Of `frame`, whose components are decoded to `scales` eighths.
    pub(crate) fn new(
        rows: CoveredRows<'a, S>,
        frame: &Frame,
        scales: &[usize],
    ) -> JpegPlanes<'a, S> {
        let layout = rows.source.layout();
        let components = frame.components.iter().zip(&layout.components).zip(scales);
        let planes = components.filter_map(|((component, grid), scale)| {
            let dct = ScaledDct::new(*scale, component.quant.as_ref()?);
            // the transform writes whole lanes
            let stride = grid.padded_wide * scale + BLOCK;
            let samples = Zeroizing::new(vec![0.0; stride * grid.v * scale]);
            Some(Plane { dct, samples, stride })
        });
        JpegPlanes { planes: planes.collect(), rows }
    }

    /// Where the rows come from.
    pub(crate) fn source(&self) -> &S {
        self.rows.source()
    }
}

impl<S: McuRows> Planes for JpegPlanes<'_, S> {
    fn advance(&mut self) -> Result<bool, Error> {
        let Some(coefficients) = self.rows.next()? else { return Ok(false) };
        for (plane, blocks) in self.planes.iter_mut().zip(&coefficients.planes) {
            let size = plane.dct.size();
            let (all, _) = blocks.values.as_chunks::<64>();
            let rows = all.chunks_exact(blocks.wide).zip(blocks.nonzero.chunks_exact(blocks.wide));
            let lines = plane.samples.chunks_exact_mut(plane.stride * size);
            for ((values, nonzero), lines) in rows.zip(lines) {
                for (x, (values, nonzero)) in values.iter().zip(nonzero).enumerate() {
                    plane.dct.inverse(values, *nonzero, &mut lines[x * size..], plane.stride);
                }
            }
        }
        Ok(true)
    }

    fn rows(&self, plane: usize) -> impl Iterator<Item = &[f32]> {
        let plane = &self.planes[plane];
        plane.samples.chunks_exact(plane.stride)
    }
}
