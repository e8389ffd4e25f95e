//! PNG: W3C Portable Network Graphics, third edition.
//!
//! `chunk` takes a file apart, `read` keeps by allow-list what decodes its pictures, `write` puts that
//! together in the one canonical form. What the coded data of a picture needs is in `picture::png`.

pub(crate) mod chunk;
mod colour;
mod header;
mod orientation;
mod read;
pub(crate) mod text;
pub(crate) mod write;

pub(crate) use header::{ColourType, Header, Pass};
pub(crate) use read::{Coded, Picture, read};
pub(crate) use write::{Dress, Frame, Writer};

use crate::Error;

/// The photo contradicts the standard at `at`.
fn damaged(at: usize, what: &'static str) -> Error {
    Error::Damaged { at: at as u64, what }
}

/// The photo uses what Strip cannot take apart.
fn unsupported(what: &'static str) -> Error {
    Error::Unsupported { format: crate::Format::Png, what }
}
