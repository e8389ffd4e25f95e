//! Windows bitmaps, of every header from OS/2's to version 5.

use std::io::Cursor;

use image::ImageDecoder;
use image::codecs::bmp::BmpDecoder;

use super::colours::Colours;
use super::{Coded, fill, is_there, refusal};
use crate::bytes::{Endian, slice_at};
use crate::picture::bitmap::within;
use crate::{Error, Format, Limits};

/// Where the header of the bitmap stands, behind that of the file.
const HEADER: usize = 14;

/// Decodes the picture.
pub(super) fn decode(photo: &[u8], limits: &Limits) -> Result<Coded, Error> {
    let refused = |error| refusal(&error, Format::Bmp, photo, limits);
    let decoder = BmpDecoder::new(Cursor::new(photo)).map_err(refused)?;
    within(decoder.dimensions(), 4, limits)?;
    is_there(decoder.dimensions(), photo)?;
    let bitmap = fill(decoder, Format::Bmp, photo, limits)?;
    Ok(Coded::new(bitmap, profile(photo).map_or(Colours::Srgb, Colours::Icc)))
}

/// The profile inside the file, which only a header of version 5 can have (`PROFILE_EMBEDDED`).
fn profile(photo: &[u8]) -> Option<Vec<u8>> {
    let word = |at: usize| Endian::Little.u32(photo, HEADER + at);
    if word(0)? < 124 || word(56)?.to_be_bytes() != *b"MBED" {
        return None;
    }
    let at = HEADER.checked_add(usize::try_from(word(112)?).ok()?)?;
    slice_at(photo, at, usize::try_from(word(116)?).ok()?).map(<[u8]>::to_vec)
}
