//! Draws a picture: rows of RGB at the size of the result, upright, in sRGB, covered where asked.

use crate::container::jpeg::{Colour, Embedded, Picture};
use crate::picture::colour::to_grey;
use crate::picture::cover::{Cover, Painter};
use crate::picture::geometry::{Axis, Geometry};
use crate::picture::jpeg::full::FullRows;
use crate::picture::jpeg::layout::{BLOCK, Layout};
use crate::picture::jpeg::planes::{CoveredRows, JpegPlanes, McuRows};
use crate::picture::jpeg::scaled::FULL;
use crate::picture::pixels::{CELL, PixelPlanes, PixelRows, Pixels};
use crate::picture::scale::{Density, ScaledRows, wanted};
use crate::picture::srgb::ToSrgb;
use crate::picture::upright::{RgbRows, UprightRows};
use crate::profile::{Components, constant};
use crate::{Error, Limits, Redaction};

/// Rows of a picture in the coded orientation at the size of the result, wherever they come from.
#[derive(Debug)]
enum CodedRows<'a, S> {
    Full(Box<FullRows<'a, S>>),
    Scaled(ScaledRows<JpegPlanes<'a, S>>),
    Pixels(ScaledRows<PixelPlanes<'a>>),
}

/// The same in sRGB, covered.
#[derive(Debug)]
pub(crate) struct Finished<'a, S> {
    rows: CodedRows<'a, S>,
    to_srgb: &'a ToSrgb,
    grey: bool,
    painter: Painter<'a>,
    given: usize,
}

impl<S: McuRows> RgbRows for Finished<'_, S> {
    fn next_row(&mut self, rgb: &mut [u8]) -> Result<(), Error> {
        match &mut self.rows {
            CodedRows::Full(rows) => rows.next_row(rgb)?,
            CodedRows::Scaled(rows) => rows.next_row(rgb)?,
            CodedRows::Pixels(rows) => rows.next_row(rgb)?,
        }
        self.to_srgb.apply(rgb);
        if self.grey {
            to_grey(rgb);
        }
        self.painter.paint(self.given, rgb);
        self.given += 1;
        Ok(())
    }
}

impl<S: McuRows> Finished<'_, S> {
    /// The rows of MCUs that it is drawn from, if it is a JPEG.
    pub(crate) fn source(&self) -> Option<&S> {
        match &self.rows {
            CodedRows::Full(rows) => Some(rows.source()),
            CodedRows::Scaled(rows) => Some(rows.planes().source()),
            CodedRows::Pixels(_) => None,
        }
    }
}

/// Which MCUs of a JPEG `shapes` cover.
pub(crate) fn cover_of_jpeg(shapes: &[Redaction], geometry: &Geometry, layout: &Layout) -> Cover {
    Cover::new(shapes, geometry, (layout.h_max * BLOCK, layout.v_max * BLOCK))
}

/// Which cells of a decoder's pixels `shapes` cover.
pub(crate) fn cover_of_pixels(shapes: &[Redaction], geometry: &Geometry) -> Cover {
    Cover::new(shapes, geometry, (CELL, CELL))
}

/// How the colours of a JPEG become sRGB; the second is true if that had to be guessed.
pub(crate) fn colours_of_jpeg(picture: &Picture<'_>) -> (ToSrgb, bool) {
    let components = match picture.colour {
        Colour::Grey => Components::Grey,
        Colour::YCbCr | Colour::Rgb => Components::Rgb,
        Colour::Cmyk { .. } | Colour::Ycck => Components::Cmyk,
    };
    match &picture.profile {
        Embedded::Whole(profile) => ToSrgb::by_profile(profile, components),
        Embedded::None | Embedded::Broken => (ToSrgb::Nothing, false),
    }
}

/// How the colours of a decoder's pixels become sRGB.
pub(crate) fn colours_of_pixels(pixels: &Pixels<'_>) -> ToSrgb {
    match pixels.profile {
        None => ToSrgb::Nothing,
        // their red, green and blue are equal where the profile is grey
        Some(class) => ToSrgb::by_profile(&constant(class), Components::Grey).0,
    }
}

/// Draws the JPEG `picture`, whose coefficients `source` gives.
pub(crate) fn draw_jpeg<'a, S: McuRows>(
    source: S,
    picture: &Picture<'_>,
    geometry: Geometry,
    cover: &'a Cover,
    (to_srgb, grey): (&'a ToSrgb, bool),
    limits: &Limits,
) -> Result<UprightRows<Finished<'a, S>>, Error> {
    let (frame, colour) = (&picture.frame, picture.colour);
    let layout = source.layout().clone();
    let rows = CoveredRows::new(source, cover);
    let (rows, reach) = if geometry.keeps_size() {
        let rows = FullRows::new(rows, frame, colour, geometry);
        let reach = rows.reach();
        (CodedRows::Full(Box::new(rows)), reach)
    } else {
        let scales = scales(&layout, colour, &geometry);
        let grids = layout.components.iter().zip(&scales);
        let density = |factor: usize, largest: usize, scale: usize| Density {
            samples: factor * scale,
            pixels: largest * FULL,
        };
        let densities: Vec<(Density, Density)> = grids
            .clone()
            .map(|(c, s)| (density(c.h, layout.h_max, *s), density(c.v, layout.v_max, *s)))
            .collect();
        let per_cell: Vec<(usize, usize)> = grids.map(|(c, s)| (c.h * s, c.v * s)).collect();
        let planes = JpegPlanes::new(rows, frame, &scales);
        let rows = ScaledRows::new(planes, colour, geometry, &densities);
        let reach = rows.reach(&per_cell);
        (CodedRows::Scaled(rows), reach)
    };
    let painter = Painter::new(cover, &geometry, reach);
    UprightRows::new(Finished { rows, to_srgb, grey, painter, given: 0 }, &geometry, limits)
}

/// Draws a decoder's checked pixels on white.
pub(crate) fn draw_pixels<'a, S: McuRows>(
    pixels: &'a dyn PixelRows,
    geometry: Geometry,
    cover: &'a Cover,
    (to_srgb, grey): (&'a ToSrgb, bool),
    limits: &Limits,
) -> Result<UprightRows<Finished<'a, S>>, Error> {
    let planes = PixelPlanes::new(pixels, cover);
    let rows = ScaledRows::new(planes, Colour::Rgb, geometry, &[(Density::ONE, Density::ONE); 3]);
    let painter = Painter::new(cover, &geometry, rows.reach(&[(CELL, CELL); 3]));
    let rows = CodedRows::Pixels(rows);
    UprightRows::new(Finished { rows, to_srgb, grey, painter, given: 0 }, &geometry, limits)
}

/// For each component the smallest number of eighths at which it has as many samples along both axes
/// as the result; full scale if none has.
fn scales(layout: &Layout, colour: Colour, geometry: &Geometry) -> Vec<usize> {
    let enough = |axis: &Axis, wanted: usize, factor: usize, largest: usize, scale: usize| {
        axis.length * factor * scale >= wanted * largest * FULL
    };
    let components = layout.components.iter().enumerate().map(|(index, component)| {
        let across = wanted(colour, index, &geometry.across);
        let down = wanted(colour, index, &geometry.down);
        let fits = |scale: &usize| {
            enough(&geometry.across, across, component.h, layout.h_max, *scale)
                && enough(&geometry.down, down, component.v, layout.v_max, *scale)
        };
        (1..FULL).find(fits).unwrap_or(FULL)
    });
    components.collect()
}
