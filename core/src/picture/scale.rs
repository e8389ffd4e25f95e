//! A picture at a smaller size: planes are resampled one by one, and become RGB at the new size.
//!
//! Luma, red, green, blue and inks are averaged over the area of each new pixel; the chroma of YCbCr
//! over that of two by two pixels, because the encoder keeps it at no finer grid: what it averages
//! again is the same for all four. Colours leave the range of RGB at the new size, where they are
//! clamped, so nothing rides along outside it.

use crate::Error;
use crate::container::jpeg::Colour;
use crate::picture::colour::{Chroma, rgb_of_levels};
use crate::picture::cover::Reach;
use crate::picture::geometry::{Axis, Geometry};
use crate::picture::resample::{PlaneScaler, Spans};

/// Planes of samples, some rows at a time.
pub(crate) trait Planes {
    /// Decodes the next rows of all planes; false if there are no more.
    fn advance(&mut self) -> Result<bool, Error>;
    /// The rows of one plane, and perhaps some that lie below the picture.
    fn rows(&self, plane: usize) -> impl Iterator<Item = &[f32]>;
}

/// How finely one plane holds a picture: samples a pixel along each axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Density {
    /// As a fraction: this many samples …
    pub(crate) samples: usize,
    /// … in this many pixels.
    pub(crate) pixels: usize,
}

impl Density {
    /// One sample a pixel.
    pub(crate) const ONE: Density = Density { samples: 1, pixels: 1 };

    /// How many samples `length` pixels have.
    pub(crate) fn count(self, length: usize) -> usize {
        (length * self.samples).div_ceil(self.pixels)
    }
}

/// How the pixels of an axis go together in pairs, counted from where the upright axis begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pairs {
    /// True if the first pixel as coded is alone.
    half: bool,
    /// How many pairs there are, or what is left of one.
    count: usize,
}

impl Pairs {
    pub(crate) fn of(axis: &Axis) -> Pairs {
        let half = axis.backwards && axis.target % 2 == 1;
        Pairs { half, count: axis.target.div_ceil(2) }
    }

    /// The pair of a pixel.
    pub(crate) fn pair(self, pixel: usize) -> usize {
        (pixel + usize::from(self.half)) / 2
    }

    /// Where the pairs begin and end, in pixels of the result.
    fn bounds(self, axis: &Axis) -> impl Iterator<Item = usize> {
        let target = axis.target;
        (0..=self.count).map(move |n| (n * 2).saturating_sub(usize::from(self.half)).min(target))
    }
}

/// True if the component `index` is chroma, which counts for pairs of pixels.
pub(crate) fn is_chroma(colour: Colour, index: usize) -> bool {
    matches!(colour, Colour::YCbCr | Colour::Ycck) && (index == 1 || index == 2)
}

/// How many samples of a component the result has along `axis`.
pub(crate) fn wanted(colour: Colour, index: usize, axis: &Axis) -> usize {
    if is_chroma(colour, index) { Pairs::of(axis).count } else { axis.target }
}

/// The spans of samples that are one a pixel.
pub(crate) fn pixel_spans(axis: &Axis, size: usize) -> Spans {
    spans(axis, size, Density::ONE, false)
}

/// The spans of a component along `axis`, of which a plane of this density holds `size` pixels.
fn spans(axis: &Axis, size: usize, density: Density, paired: bool) -> Spans {
    let scale = density.samples as f64 / density.pixels as f64;
    let bound = |n: usize| {
        let pixels = axis.start as f64 + axis.length as f64 * n as f64 / axis.target as f64;
        pixels * scale
    };
    let bounds: Vec<f64> = match paired {
        true => Pairs::of(axis).bounds(axis).map(bound).collect(),
        false => (0..=axis.target).map(bound).collect(),
    };
    Spans::new(&bounds, density.count(size))
}

/// The rows of a picture at the size of the result, in the coded orientation.
#[derive(Debug)]
pub(crate) struct ScaledRows<P> {
    planes: P,
    colour: Colour,
    scalers: Vec<PlaneScaler>,
    geometry: Geometry,
    chroma: Chroma,
    /// The row of pairs that `chroma` is of.
    chroma_row: Option<usize>,
    /// How many rows have been given.
    given: usize,
}

impl<P: Planes> ScaledRows<P> {
    /// Of `planes` that hold the picture as finely as `densities` (across and down) say.
    pub(crate) fn new(
        planes: P,
        colour: Colour,
        geometry: Geometry,
        densities: &[(Density, Density)],
    ) -> ScaledRows<P> {
        let scalers = densities.iter().enumerate().map(|(index, (across, down))| {
            let paired = is_chroma(colour, index);
            PlaneScaler::new(
                across.count(geometry.width),
                spans(&geometry.across, geometry.width, *across, paired),
                spans(&geometry.down, geometry.height, *down, paired),
            )
        });
        ScaledRows {
            planes,
            colour,
            scalers: scalers.collect(),
            geometry,
            chroma: Chroma::new(geometry.across.target),
            chroma_row: None,
            given: 0,
        }
    }

    /// Where the samples come from.
    pub(crate) fn planes(&self) -> &P {
        &self.planes
    }

    /// How far the pixels of the result reach, in cells of which the planes hold so many samples
    /// along each axis.
    pub(crate) fn reach(&self, per_cell: &[(usize, usize)]) -> (Reach, Reach) {
        let (x, y) = (&self.geometry.across, &self.geometry.down);
        let (mut across, mut down) = (Reach::new(x), Reach::new(y));
        for (index, (scaler, per_cell)) in self.scalers.iter().zip(per_cell).enumerate() {
            let paired = is_chroma(self.colour, index);
            let sample = |axis: &Axis, n: usize| if paired { Pairs::of(axis).pair(n) } else { n };
            let spans = scaler.spans();
            across.add_spans(spans.0, per_cell.0, |n| sample(x, n));
            down.add_spans(spans.1, per_cell.1, |n| sample(y, n));
        }
        (across, down)
    }

    /// Puts the next row into `rgb`.
    pub(crate) fn next_row(&mut self, rgb: &mut [u8]) -> Result<(), Error> {
        let pairs = Pairs::of(&self.geometry.down);
        let chroma_row = pairs.pair(self.given);
        let needs_chroma = is_chroma(self.colour, 1) && self.chroma_row != Some(chroma_row);
        let colour = self.colour;
        let counts = |index: usize| needs_chroma || !is_chroma(colour, index);
        let missing = |scalers: &[PlaneScaler]| {
            scalers.iter().enumerate().any(|(index, s)| counts(index) && s.front().is_none())
        };
        while missing(&self.scalers) {
            if !self.planes.advance()? {
                return Err(Error::Damaged { at: 0, what: "the picture has too few rows" });
            }
            for (index, scaler) in self.scalers.iter_mut().enumerate() {
                self.planes.rows(index).for_each(|row| scaler.push(row));
            }
        }
        if needs_chroma
            && let [_, cb, cr, ..] = self.scalers.as_mut_slice()
            && let (Some(blue), Some(red)) = (cb.front(), cr.front())
        {
            self.chroma.set(blue, red, Pairs::of(&self.geometry.across).half);
            cb.pop();
            cr.pop();
            self.chroma_row = Some(chroma_row);
        }
        let direct =
            self.scalers.iter().enumerate().filter(|(index, _)| !is_chroma(colour, *index));
        let mut rows: [&[f32]; 4] = [&[]; 4];
        let mut count = 0;
        for (slot, (_, scaler)) in rows.iter_mut().zip(direct) {
            *slot = scaler.front().unwrap_or_default();
            count += 1;
        }
        rgb_of_levels(colour, &rows[..count], &self.chroma, rgb);
        for (index, scaler) in self.scalers.iter_mut().enumerate() {
            if !is_chroma(colour, index) {
                scaler.pop();
            }
        }
        self.given += 1;
        Ok(())
    }
}
