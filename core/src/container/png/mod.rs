//! PNG: W3C Portable Network Graphics, third edition.

mod header;
pub(crate) mod write;

pub(crate) use header::{ColourType, Header, Pass};
pub(crate) use write::{Dress, Frame, Writer};

use crate::Error;

/// The photo contradicts the standard at `at`.
fn damaged(at: usize, what: &'static str) -> Error {
    Error::Damaged { at: at as u64, what }
}
