//! JPEG: ITU-T T.81 (ISO/IEC 10918-1), JFIF (T.871), Adobe's APP14 (T.872, section 6.5.3).
//!
//! `walk` takes a file apart, `read` keeps by allow-list what decodes the picture, `write` puts
//! that together in the one canonical form.

mod colour;
pub(crate) mod frame;
mod icc;
pub(crate) mod marker;
mod read;
pub(crate) mod scan;
mod shelf;
pub(crate) mod tables;
pub(crate) mod walk;
pub(crate) mod write;

pub(crate) use colour::Colour;
pub(crate) use frame::{Frame, Process};
pub(crate) use icc::Embedded;
pub(crate) use read::{Picture, Tolerance, read};
pub(crate) use scan::{Band, Scan, ScanComponent};
pub(crate) use tables::HuffmanTable;
pub(crate) use write::{Dress, write};

use crate::Error;

/// The photo contradicts the standard at `at`.
fn damaged(at: usize, what: &'static str) -> Error {
    Error::Damaged { at: at as u64, what }
}

/// The photo uses a coding that Strip cannot take apart.
fn unsupported(what: &'static str) -> Error {
    Error::Unsupported { format: crate::Format::Jpeg, what }
}
