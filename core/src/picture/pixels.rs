//! Pixels that a decoder gave, as planes of red, green and blue.

use std::fmt;

use zeroize::Zeroizing;

use crate::picture::bitmap::{Bitmap, Channels, Needs, Samples, within, zeros};
use crate::picture::cover::Cover;
use crate::picture::scale::Planes;
use crate::{Error, Limits, Orientation, ProfileClass};

/// Pixels of a cell that is covered as a whole, along each axis.
pub(crate) const CELL: usize = 8;

/// Pixels that a platform's decoder gave.
#[derive(Clone, Copy)]
pub struct Pixels<'a> {
    /// Width in pixels, before any turning.
    pub width: u32,
    /// Height in pixels, before any turning.
    pub height: u32,
    /// Bytes from the start of a row to the start of the next: at least 4 × `width`.
    pub stride: u32,
    /// Red, green, blue, alpha (not premultiplied), 8 bits each, row by row from the top. The last row
    /// may end with its last pixel.
    pub rgba: &'a [u8],
    /// How the pixels have to be turned to stand upright.
    pub orientation: Orientation,
    /// The colour space; none is sRGB.
    pub profile: Option<ProfileClass>,
    /// The file that the pixels were decoded from: the receipt tells what it said.
    pub photo: Option<&'a [u8]>,
}

impl fmt::Debug for Pixels<'_> {
    /// Without the pixels.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} × {} pixels", self.width, self.height)
    }
}

impl<'a> Pixels<'a> {
    /// That there are as many bytes as the size says, and no more pixels than `limits` allow.
    pub(crate) fn check(&self, limits: &Limits) -> Result<(), Error> {
        let wrong = |what| Err(Error::Damaged { at: self.rgba.len() as u64, what });
        let (width, height) = (u64::from(self.width), u64::from(self.height));
        if width == 0 || height == 0 {
            return wrong("the picture has no size");
        }
        if width * height > limits.pixels {
            return Err(Error::Limit { what: "too many pixels", limit: limits.pixels });
        }
        let row = width * 4;
        let stride = u64::from(self.stride);
        if stride < row {
            return wrong("the rows of pixels are shorter than the picture is wide");
        }
        // both factors are below 2^32: less than 2^64 in all, as height − 1 is one less
        if stride * (height - 1) > (self.rgba.len() as u64).saturating_sub(row)
            || (self.rgba.len() as u64) < row
        {
            return wrong("there are fewer pixels than the size of the picture says");
        }
        Ok(())
    }

    /// What the pixels need to be the same: of checked pixels, only of what lets the background through.
    pub(crate) fn needs(&self) -> Needs {
        let mut rows = (0..self.height as usize).map(|y| self.row(y).as_chunks::<4>().0);
        let alpha = rows.any(|row| row.iter().any(|[.., alpha]| *alpha != 255));
        Needs { alpha, ..Needs::default() }
    }

    /// A copy of checked pixels, which its profile does not tell any more.
    pub(crate) fn bitmap(&self, limits: &Limits) -> Result<Bitmap, Error> {
        let (width, height) = within((self.width, self.height), 4, limits)?;
        let mut samples = zeros(width * height * 4)?;
        let rows = samples.chunks_exact_mut(width * 4).enumerate();
        rows.for_each(|(y, row)| row.copy_from_slice(self.row(y)));
        Ok(Bitmap { width, height, channels: Channels::Rgba, samples: Samples::Eight(samples) })
    }

    /// The RGBA bytes of the row `y`; checked pixels have them all.
    fn row(&self, y: usize) -> &'a [u8] {
        let start = y * self.stride as usize;
        self.rgba.get(start..start + self.width as usize * 4).unwrap_or_default()
    }
}

/// Rows of red, green, blue and alpha (not premultiplied), from 0 to 255.
pub(crate) trait PixelRows: fmt::Debug {
    /// Width and height.
    fn size(&self) -> (usize, usize);
    /// Puts the row `y` into `planes`, each as long as a row is wide.
    fn levels(&self, y: usize, planes: [&mut [f32]; 4]);
}

impl PixelRows for Pixels<'_> {
    fn size(&self) -> (usize, usize) {
        (self.width as usize, self.height as usize)
    }

    fn levels(&self, y: usize, [red, green, blue, alpha]: [&mut [f32]; 4]) {
        let planes = red.iter_mut().zip(green).zip(blue).zip(alpha);
        for ((((red, green), blue), alpha), pixel) in planes.zip(self.row(y).as_chunks::<4>().0) {
            [*red, *green, *blue, *alpha] = pixel.map(f32::from);
        }
    }
}

impl PixelRows for Bitmap {
    fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    fn levels(&self, y: usize, planes: [&mut [f32]; 4]) {
        Bitmap::levels(self, y, planes);
    }
}

/// Red, green and blue of pixels on white, a row at a time. Covered cells are empty.
#[derive(Debug)]
pub(crate) struct PixelPlanes<'a> {
    pixels: &'a dyn PixelRows,
    cover: &'a Cover,
    rows: [Zeroizing<Vec<f32>>; 3],
    alpha: Zeroizing<Vec<f32>>,
    taken: usize,
}

impl<'a> PixelPlanes<'a> {
    /// Of checked `pixels`.
    pub(crate) fn new(pixels: &'a dyn PixelRows, cover: &'a Cover) -> PixelPlanes<'a> {
        let row = || Zeroizing::new(vec![0.0; pixels.size().0]);
        PixelPlanes { pixels, cover, rows: [row(), row(), row()], alpha: row(), taken: 0 }
    }
}

impl Planes for PixelPlanes<'_> {
    fn advance(&mut self) -> Result<bool, Error> {
        if self.taken == self.pixels.size().1 {
            return Ok(false);
        }
        let [red, green, blue] = &mut self.rows;
        self.pixels.levels(self.taken, [red, green, blue, &mut self.alpha]);
        for row in [red, green, blue] {
            let values = row.iter_mut().zip(self.alpha.iter());
            values.for_each(|(value, alpha)| *value = on_white(*value, *alpha));
        }
        let covered = self.cover.row(self.taken / CELL);
        for row in &mut self.rows {
            let cells = row.chunks_mut(CELL).zip(covered).filter(|(_, covered)| **covered);
            cells.for_each(|(cell, _)| cell.fill(0.0));
        }
        self.taken += 1;
        Ok(true)
    }

    fn rows(&self, plane: usize) -> impl Iterator<Item = &[f32]> {
        std::iter::once(self.rows[plane].as_slice())
    }
}

/// A value that lets white through as `alpha` says.
fn on_white(value: f32, alpha: f32) -> f32 {
    if alpha == 255.0 { value } else { 255.0 - (255.0 - value) * alpha / 255.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixels(width: u32, height: u32, stride: u32, rgba: &[u8]) -> Pixels<'_> {
        Pixels {
            width,
            height,
            stride,
            rgba,
            orientation: Orientation::Upright,
            profile: None,
            photo: None,
        }
    }

    #[test]
    fn sizes_that_do_not_fit_are_refused() {
        let limits = Limits::default();
        let bytes = [0; 44];
        assert_eq!(pixels(2, 3, 16, &bytes[..40]).check(&limits), Ok(()));
        for (width, height, stride, length) in [
            (2, 3, 16, 39),
            (2, 3, 7, 44),
            (0, 3, 16, 44),
            (2, 0, 16, 44),
            (2, 1, 8, 7),
            (1, u32::MAX, u32::MAX, 44),
            (1 << 29, 1, u32::MAX, 44),
            (u32::MAX, u32::MAX, u32::MAX, 44),
        ] {
            assert!(pixels(width, height, stride, &bytes[..length]).check(&limits).is_err());
        }
    }

    #[test]
    fn what_is_not_there_is_white() {
        assert_eq!(on_white(10.0, 255.0), 10.0);
        assert_eq!(on_white(10.0, 0.0), 255.0);
        assert!((on_white(0.0, 128.0) - 127.0).abs() < 0.1);
    }

    #[test]
    fn words_do_not_show_the_photo() {
        assert_eq!(format!("{:?}", pixels(2, 1, 8, b"secret!!")), "2 × 1 pixels");
    }
}
