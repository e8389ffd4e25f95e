//! Whole pictures: against libjpeg-turbo, against the same road in high precision, and what covered
//! cells may never change.

mod peer;
mod precision;
mod redaction;
mod synthetic;

use crate::container::jpeg::Picture;
use crate::picture::draw::{colours_of_jpeg, cover_of_jpeg, draw_jpeg};
use crate::picture::geometry::Geometry;
use crate::picture::jpeg::layout::Layout;
use crate::picture::jpeg::planes::McuRows;
use crate::{Limits, Redaction};

/// A drawn picture.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Drawn {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

impl Drawn {
    fn pixel(&self, x: usize, y: usize) -> [u8; 3] {
        self.rgb.as_chunks::<3>().0[y * self.width + x]
    }
}

/// Draws a JPEG whose coefficients `source` gives.
fn draw<S: McuRows>(
    source: S,
    picture: &Picture<'_>,
    geometry: Geometry,
    shapes: &[Redaction],
) -> Drawn {
    let cover = cover_of_jpeg(shapes, &geometry, &Layout::of(&picture.frame));
    let (to_srgb, _) = colours_of_jpeg(picture);
    let limits = Limits::default();
    let mut rows =
        draw_jpeg(source, picture, geometry, &cover, (&to_srgb, false), &limits).unwrap();
    let (width, height) = rows.size();
    let mut rgb = vec![0; width * height * 3];
    rgb.chunks_exact_mut(width * 3).for_each(|row| rows.next_row(row).unwrap());
    Drawn { width, height, rgb }
}
