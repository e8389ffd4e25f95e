//! Pixels that a platform's decoder gave, as planes of red, green and blue.

use zeroize::Zeroizing;

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
}

impl std::fmt::Debug for Pixels<'_> {
    /// Without the pixels.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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

    /// The RGBA bytes of the row `y`; checked pixels have them all.
    fn row(&self, y: usize) -> &'a [u8] {
        let start = y * self.stride as usize;
        self.rgba.get(start..start + self.width as usize * 4).unwrap_or_default()
    }
}

/// Red, green and blue of pixels on white, a row at a time. Covered cells are empty.
#[derive(Debug)]
pub(crate) struct PixelPlanes<'a> {
    pixels: Pixels<'a>,
    cover: &'a Cover,
    rows: [Zeroizing<Vec<f32>>; 3],
    taken: usize,
}

impl<'a> PixelPlanes<'a> {
    /// Of checked `pixels`.
    pub(crate) fn new(pixels: &Pixels<'a>, cover: &'a Cover) -> PixelPlanes<'a> {
        let row = || Zeroizing::new(vec![0.0; pixels.width as usize]);
        PixelPlanes { pixels: *pixels, cover, rows: [row(), row(), row()], taken: 0 }
    }
}

impl Planes for PixelPlanes<'_> {
    fn advance(&mut self) -> Result<bool, Error> {
        if self.taken == self.pixels.height as usize {
            return Ok(false);
        }
        let (pixels, _) = self.pixels.row(self.taken).as_chunks::<4>();
        let [red, green, blue] = &mut self.rows;
        let planes = red.iter_mut().zip(green.iter_mut()).zip(blue.iter_mut());
        for (((red, green), blue), pixel) in planes.zip(pixels) {
            let [r, g, b, alpha] = *pixel;
            (*red, *green, *blue) = (on_white(r, alpha), on_white(g, alpha), on_white(b, alpha));
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
fn on_white(value: u8, alpha: u8) -> f32 {
    let (value, alpha) = (f32::from(value), f32::from(alpha));
    if alpha == 255.0 { value } else { 255.0 - (255.0 - value) * alpha / 255.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixels(width: u32, height: u32, stride: u32, rgba: &[u8]) -> Pixels<'_> {
        Pixels { width, height, stride, rgba, orientation: Orientation::Upright, profile: None }
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
        assert_eq!(on_white(10, 255), 10.0);
        assert_eq!(on_white(10, 0), 255.0);
        assert!((on_white(0, 128) - 127.0).abs() < 0.1);
    }

    #[test]
    fn words_do_not_show_the_photo() {
        assert_eq!(format!("{:?}", pixels(2, 1, 8, b"secret!!")), "2 × 1 pixels");
    }
}
