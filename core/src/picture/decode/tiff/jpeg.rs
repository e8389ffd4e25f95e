//! A strip or tile that is a JPEG: technical note 2. Tables may stand apart from it.

use zeroize::Zeroizing;

use super::layout::{Layout, Photometric};
use super::samples::Store;
use crate::container::jpeg::walk::walk;
use crate::container::jpeg::{self, Colour, Tolerance};
use crate::picture::bitmap::Samples;
use crate::picture::cover::Cover;
use crate::picture::geometry::Geometry;
use crate::picture::jpeg::full::FullRows;
use crate::picture::jpeg::planes::CoveredRows;
use crate::picture::jpeg::source::Source;
use crate::{Error, Format, Limits, Orientation};

/// The most parts of one strip or tile.
const MOST_PARTS: usize = 16_384;

/// Decodes the chunk `coded`, whose top left pixel is `at`, to red, green and blue, or to grey; gives
/// how many pixels of the picture came.
pub(super) fn place(
    layout: &Layout<'_>,
    coded: &[u8],
    at: (usize, usize),
    store: &mut Store,
    limits: &Limits,
) -> Result<u64, Error> {
    let unsupported = |what| Err(Error::Unsupported { format: Format::Tiff, what });
    if layout.planar || !matches!(layout.samples, 1 | 3) {
        return unsupported("JPEG compression of an unknown number of components");
    }
    let colour = match layout.photometric {
        Photometric::BlackIsZero | Photometric::WhiteIsZero => Colour::Grey,
        Photometric::YCbCr => Colour::YCbCr,
        Photometric::Rgb => Colour::Rgb,
        _ => return unsupported("JPEG compression of an unknown colour model"),
    };
    // the tables without their end, the picture without its start
    let tables = layout.tables.map(|tables| tables.strip_suffix(&[0xFF, 0xD9]).unwrap_or(tables));
    let joined = tables.map(|tables| {
        let rest = coded.strip_prefix(&[0xFF, 0xD8]).unwrap_or(coded);
        Zeroizing::new([tables, rest].concat())
    });
    let whole = joined.as_ref().map_or(coded, |joined| joined.as_slice());
    let walk = walk(whole, MOST_PARTS);
    let Ok(mut picture) = jpeg::read(&walk, Tolerance::ShowWhatThereIs) else { return Ok(0) };
    if picture.frame.components.len() != layout.samples {
        return Ok(0);
    }
    picture.colour = colour;
    let (width, height) = (usize::from(picture.frame.width), usize::from(picture.frame.height));
    let geometry = Geometry::whole(width, height, Orientation::Upright, None);
    let source = Source::open(&picture, Tolerance::ShowWhatThereIs, limits)?;
    let cover = Cover::new(&[], &geometry, (8, 8));
    let rows = CoveredRows::new(source, &cover);
    let mut rows = FullRows::new(rows, &picture.frame, picture.colour, geometry);
    let shown = (width.min(layout.chunk.0), height.min(layout.chunk.1).min(layout.height - at.1));
    let wide = shown.0.min(layout.width - at.0);
    let Samples::Eight(samples) = &mut store.samples else { return Ok(0) };
    let mut row = Zeroizing::new(vec![0; width * 3]);
    for y in 0..shown.1 {
        rows.next_row(&mut row)?;
        let start = ((at.1 + y) * layout.width + at.0) * store.count;
        let to = samples[start..start + wide * store.count].chunks_exact_mut(store.count);
        to.zip(row.chunks_exact(3)).for_each(|(to, pixel)| to.copy_from_slice(&pixel[..to.len()]));
    }
    Ok(shown.1 as u64 * wide as u64)
}
