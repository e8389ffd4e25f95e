//! What a photo says about its maker, in findings that say where it stands and what it is.
//!
//! Inspection reports, it never decides: what leaves Unmarked is decided by the allow-list in
//! `container` and by the audit. It reads as much as it can of damaged photos too.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod block;
mod bmp;
mod exif;
mod film;
mod finding;
mod gif;
mod group;
mod heif;
mod icc;
mod iptc;
mod jpeg;
mod jumbf;
mod jxl;
mod makernote;
mod png;
mod text;
mod tiff;
mod webp;
mod xmp;

pub use finding::{Betrays, Carrier, Finding, Inspection, Place};

pub(crate) use finding::Findings;
pub(crate) use jpeg::inspect_jpeg;
pub(crate) use jxl::inspect_jxl;
pub(crate) use png::inspect_png;
pub(crate) use webp::inspect_webp;

use crate::{Error, Format, Limits};

/// Everything that `photo` says about its maker, about in the order in which it stands in the file.
///
/// Reads damaged photos as far as it can; refuses only what is no photo of a known format.
pub fn inspect(photo: &[u8]) -> Result<Inspection, Error> {
    if photo.is_empty() {
        return Err(Error::Empty);
    }
    inspect_as(Format::detect(photo).ok_or(Error::NotAPhoto)?, photo, &Limits::default())
}

/// Everything that `photo`, which has the format `format`, says about its maker.
pub(crate) fn inspect_as(
    format: Format,
    photo: &[u8],
    limits: &Limits,
) -> Result<Inspection, Error> {
    match format {
        Format::Jpeg => Ok(jpeg::inspect(photo, limits)),
        Format::Png => png::inspect(photo, limits),
        Format::WebP => webp::inspect(photo, limits),
        Format::Gif => gif::inspect(photo, limits),
        Format::Heif | Format::Avif => heif::inspect(photo, limits),
        Format::Jxl => jxl::inspect(photo, limits),
        Format::Tiff | Format::Raw => tiff::inspect(photo, limits),
        Format::Bmp => bmp::inspect(photo, limits),
    }
}
