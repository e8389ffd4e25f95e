//! WebP: RFC 9649.

use std::io::Cursor;

use image::ImageDecoder;
use image::codecs::webp::WebPDecoder;

use super::colours::Colours;
use super::{Coded, exif_orientation, fill, frames, refusal};
use crate::picture::bitmap::within;
use crate::receipt::Note;
use crate::{Error, Format, Limits};

/// Decodes the picture, of an animation its first frame on its canvas.
pub(super) fn decode(photo: &[u8], limits: &Limits) -> Result<Coded, Error> {
    let refused = |error| refusal(&error, Format::WebP, photo, limits);
    let mut decoder = WebPDecoder::new(Cursor::new(photo)).map_err(refused)?;
    // the decoder holds the picture a second time, and of VP8L all of it as words
    within(decoder.dimensions(), 8, limits)?;
    let animated = decoder.has_animation();
    // what cannot be read of these is as if it were not there, as viewers have it
    let colours = decoder.icc_profile().ok().flatten().map_or(Colours::Srgb, Colours::Icc);
    let exif = decoder.exif_metadata().ok().flatten();
    let bitmap = fill(decoder, Format::WebP, photo, limits)?;
    let mut coded = Coded::new(bitmap, colours);
    coded.orientation = exif.map(|block| exif_orientation(&block)).unwrap_or_default();
    let frames = frames::of_webp(photo);
    if animated && frames > 1 {
        coded.notes.push(Note::FirstFrame { frames });
    }
    Ok(coded)
}
