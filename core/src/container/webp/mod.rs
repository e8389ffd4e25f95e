//! WebP: RFC 9649.
//!
//! `riff` takes a file apart, `read` keeps by allow-list what decodes the picture, `write` puts that
//! together in the one canonical form.

mod read;
pub(crate) mod riff;
mod write;

pub(crate) use read::{Frame, Image, Picture, Pixels, Plane, read};
pub(crate) use write::{Dress, write};

use crate::Error;

/// The photo contradicts the standard at `at`.
fn damaged(at: usize, what: &'static str) -> Error {
    Error::Damaged { at: at as u64, what }
}
