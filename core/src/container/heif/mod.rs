//! HEIF (HEIC and AVIF): ISO/IEC 23008-12, AV1 Image File Format.
//!
//! `meta` takes the boxes apart, `read` keeps by allow-list what shows the picture, `write` puts that
//! together in the one canonical form. `hevc` and `av1` do the same with what is coded in an item.

mod av1;
mod bits;
mod boxes;
mod coding;
mod colour;
mod derived;
mod hevc;
mod meta;
mod read;
mod transform;
mod write;

pub(crate) use coding::Coding;
pub(crate) use read::{Photo, Role, read};
pub(crate) use transform::Transform;
pub(crate) use write::write;

use crate::{Error, Format};

/// The photo contradicts the standard at `at`.
fn damaged(at: usize, what: &'static str) -> Error {
    Error::Damaged { at: at as u64, what }
}

/// The photo ends before what starts at `at` does, of which `data` is there.
fn cut_off(at: usize, data: &[u8]) -> Error {
    Error::CutOff { at: at.saturating_add(data.len()) as u64 }
}

/// The photo uses a coding that Strip cannot take apart.
fn unsupported(what: &'static str) -> Error {
    Error::Unsupported { format: Format::Heif, what }
}
