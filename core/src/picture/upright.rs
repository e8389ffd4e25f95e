//! Rows of a picture that stands upright.

use zeroize::Zeroizing;

use crate::picture::geometry::{Geometry, swaps};
use crate::{Error, Limits, Orientation};

/// Rows of RGB pixels, from the top.
pub(crate) trait RgbRows {
    /// Puts the next row into `rgb`, 3 bytes a pixel.
    fn next_row(&mut self, rgb: &mut [u8]) -> Result<(), Error>;
}

/// The rows of a picture turned upright.
///
/// Orientations that keep the order of the rows stream; the others need the picture whole, at its new
/// size.
#[derive(Debug)]
pub(crate) struct UprightRows<R> {
    rows: R,
    orientation: Orientation,
    /// Width and height of the rows as coded.
    coded: (usize, usize),
    /// The upright picture, once it is needed.
    held: Option<Zeroizing<Vec<u8>>>,
    /// How many rows of it have been given.
    given: usize,
}

/// Coded rows that become columns at a time: enough for whole lines of the processor's cache.
const STRIPE: usize = 32;

impl<R: RgbRows> UprightRows<R> {
    /// Of rows in the coded orientation at the size of the result; an error if the picture has to be
    /// held and that is more than `limits` allow.
    pub(crate) fn new(
        rows: R,
        geometry: &Geometry,
        limits: &Limits,
    ) -> Result<UprightRows<R>, Error> {
        let coded = (geometry.across.target, geometry.down.target);
        let orientation = geometry.orientation;
        let bytes = coded.0 as u64 * coded.1 as u64 * 3;
        if !streams(orientation) && bytes > limits.memory {
            let what = "too many pixels to be turned upright in the memory allowed, in bytes";
            return Err(Error::Limit { what, limit: limits.memory });
        }
        Ok(UprightRows { rows, orientation, coded, held: None, given: 0 })
    }

    /// Width and height of the upright picture.
    #[cfg(test)]
    pub(crate) fn size(&self) -> (usize, usize) {
        let (width, height) = self.coded;
        if swaps(self.orientation) { (height, width) } else { (width, height) }
    }

    /// The rows as they are coded.
    pub(crate) fn rows(&self) -> &R {
        &self.rows
    }

    /// Puts the next row of the upright picture into `rgb`, 3 bytes a pixel.
    pub(crate) fn next_row(&mut self, rgb: &mut [u8]) -> Result<(), Error> {
        if streams(self.orientation) {
            self.rows.next_row(rgb)?;
            if self.orientation == Orientation::Mirrored {
                rgb.as_chunks_mut::<3>().0.reverse();
            }
            return Ok(());
        }
        let picture = match self.held.take() {
            Some(picture) => picture,
            None => self.hold()?,
        };
        rgb.copy_from_slice(&picture[self.given * rgb.len()..][..rgb.len()]);
        self.held = Some(picture);
        self.given += 1;
        Ok(())
    }

    fn hold(&mut self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let (width, height) = self.coded;
        let mut picture = Zeroizing::new(Vec::new());
        picture.try_reserve_exact(width * height * 3).map_err(|_| Error::Memory)?;
        picture.resize(width * height * 3, 0);
        let mut stripe = Zeroizing::new(vec![0; width * 3 * STRIPE]);
        for start in (0..height).step_by(STRIPE) {
            let count = STRIPE.min(height - start);
            for row in stripe.chunks_exact_mut(width * 3).take(count) {
                self.rows.next_row(row)?;
            }
            let (pixels, _) = stripe.as_chunks::<3>();
            self.place(&pixels[..width * count], start, &mut picture);
        }
        Ok(picture)
    }

    /// Puts coded rows from the row `start` on where they stand in the upright picture.
    fn place(&self, coded: &[[u8; 3]], start: usize, picture: &mut [u8]) {
        let (width, height) = self.coded;
        let (pixels, _) = picture.as_chunks_mut::<3>();
        let count = coded.len() / width;
        if swaps(self.orientation) {
            let (columns_back, rows_back) = match self.orientation {
                Orientation::Clockwise => (false, true),
                Orientation::CounterClockwise => (true, false),
                Orientation::Transversed => (true, true),
                _ => (false, false),
            };
            for (x, line) in pixels.chunks_exact_mut(height).enumerate() {
                let column = if columns_back { width - 1 - x } else { x };
                let pixels = coded.iter().skip(column).step_by(width);
                if rows_back {
                    let part = &mut line[height - start - count..height - start];
                    part.iter_mut().rev().zip(pixels).for_each(|(to, from)| *to = *from);
                } else {
                    let part = &mut line[start..start + count];
                    part.iter_mut().zip(pixels).for_each(|(to, from)| *to = *from);
                }
            }
        } else {
            for (y, row) in coded.chunks_exact(width).enumerate() {
                let line = &mut pixels[(height - 1 - start - y) * width..][..width];
                line.copy_from_slice(row);
                if self.orientation == Orientation::HalfTurn {
                    line.reverse();
                }
            }
        }
    }
}

/// True if the rows are needed in the order in which they are coded.
fn streams(orientation: Orientation) -> bool {
    matches!(orientation, Orientation::Upright | Orientation::Mirrored)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture in which every pixel is its place.
    #[derive(Debug)]
    struct Places {
        width: usize,
        next: usize,
    }

    impl RgbRows for Places {
        fn next_row(&mut self, rgb: &mut [u8]) -> Result<(), Error> {
            for (x, pixel) in rgb.as_chunks_mut::<3>().0.iter_mut().enumerate() {
                *pixel = [x as u8, self.next as u8, 7];
            }
            assert_eq!(rgb.len(), self.width * 3);
            self.next += 1;
            Ok(())
        }
    }

    #[test]
    fn all_orientations_turn_as_exif_says() {
        let (w, h) = (70, 100);
        for orientation in Orientation::ALL {
            let geometry = Geometry::new(w, h, orientation, None);
            let (w, h) = (geometry.across.target, geometry.down.target);
            let rows = Places { width: w, next: 0 };
            let mut rows = UprightRows::new(rows, &geometry, &Limits::default()).unwrap();
            let (width, height) = rows.size();
            let mut row = vec![0; width * 3];
            for y in 0..height {
                rows.next_row(&mut row).unwrap();
                for x in 0..width {
                    // CIPA DC-008: which coded row and column are shown at the top and at the left
                    let (column, line) = match orientation.exif_value() {
                        1 => (x, y),
                        2 => (w - 1 - x, y),
                        3 => (w - 1 - x, h - 1 - y),
                        4 => (x, h - 1 - y),
                        5 => (y, x),
                        6 => (y, h - 1 - x),
                        7 => (w - 1 - y, h - 1 - x),
                        _ => (w - 1 - y, x),
                    };
                    assert_eq!(row[x * 3..][..3], [column as u8, line as u8, 7], "{orientation}");
                }
            }
        }
    }

    #[test]
    fn what_has_to_be_held_has_to_fit() {
        let geometry = Geometry::new(100, 75, Orientation::Clockwise, None);
        let limits = Limits { memory: 100 * 75 * 3 - 1, ..Limits::default() };
        let rows = Places { width: 100, next: 0 };
        assert!(matches!(UprightRows::new(rows, &geometry, &limits), Err(Error::Limit { .. })));
    }
}
