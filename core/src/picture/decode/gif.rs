//! GIF: version 89a.

use std::io::Cursor;

use image::ImageDecoder;
use image::codecs::gif::GifDecoder;

use super::colours::Colours;
use super::{Coded, fill, frames, is_there, refusal};
use crate::picture::bitmap::within;
use crate::receipt::Note;
use crate::{Error, Format, Limits};

/// Decodes the first frame on its screen.
pub(super) fn decode(photo: &[u8], limits: &Limits) -> Result<Coded, Error> {
    let refused = |error| refusal(&error, Format::Gif, photo, limits);
    let mut decoder = GifDecoder::new(Cursor::new(photo)).map_err(refused)?;
    within(decoder.dimensions(), 4, limits)?;
    is_there(decoder.dimensions(), photo)?;
    let mut bound = image::Limits::no_limits();
    bound.max_alloc = Some(limits.memory);
    decoder.set_limits(bound).map_err(refused)?;
    let bitmap = fill(decoder, Format::Gif, photo, limits)?;
    let mut coded = Coded::new(bitmap, Colours::Srgb);
    let frames = frames::of_gif(photo);
    if frames > 1 {
        coded.notes.push(Note::FirstFrame { frames });
    }
    Ok(coded)
}
