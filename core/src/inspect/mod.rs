//! What a photo says about its maker, in findings that say where it stands and what it is.
//!
//! Inspection reports, it never decides: what leaves Unmarked is decided by the allow-list in
//! `container` and by the audit. It reads as much as it can of damaged photos too.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod block;
mod exif;
mod film;
mod finding;
mod group;
mod icc;
mod iptc;
mod jpeg;
mod jumbf;
mod makernote;
mod text;
mod xmp;

pub use finding::{Betrays, Carrier, Finding, Inspection, Place};

pub(crate) use finding::Findings;
pub(crate) use jpeg::inspect_jpeg;

use crate::{Error, Format, Limits};

/// Everything that `photo` says about its maker, about in the order in which it stands in the file.
///
/// Reads damaged photos as far as it can; refuses only what is no photo of a known format.
pub fn inspect(photo: &[u8]) -> Result<Inspection, Error> {
    if photo.is_empty() {
        return Err(Error::Empty);
    }
    match Format::detect(photo).ok_or(Error::NotAPhoto)? {
        Format::Jpeg => Ok(jpeg::inspect(photo, &Limits::default())),
        other => Err(Error::Format(other)),
    }
}
