//! Recognises exactly the files that Unmarked writes, and nothing else.
//!
//! It shares no parser with `container`: what one misreads, the other does not misread in the same
//! way. It does not look for bad things; it accounts for every byte, or says no.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod cursor;
mod gif;
mod heif;
mod jpeg;
mod jxl;
mod png;
mod webp;

use crate::Method;

/// Where a file stops being one that Unmarked writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rejection {
    /// Bytes from the start of the file.
    pub at: u64,
    /// What was expected there.
    pub what: &'static str,
}

/// Accepts `photo` if it is exactly a file that Unmarked writes: every byte is accounted for.
pub fn recognise(photo: &[u8]) -> Result<(), Rejection> {
    by_start(photo, None)
}

/// Accepts `photo` if it is exactly a file that `method` writes.
///
/// Of [`Method::Recode`] and [`Method::Rebuild`] that asks for more than [`recognise`] does: every
/// bit of the coded data follows from what it codes, by tables and settings that are the best for, or
/// the same for, exactly that.
pub fn recognise_as(photo: &[u8], method: Method) -> Result<(), Rejection> {
    by_start(photo, Some(method))
}

/// Lets the one that knows files with such a start go over the whole file.
fn by_start(photo: &[u8], method: Option<Method>) -> Result<(), Rejection> {
    match photo {
        [0xFF, 0xD8, ..] => jpeg::recognise(photo, method),
        [0x89, b'P', ..] => png::recognise(photo, method),
        [b'R', b'I', b'F', b'F', ..] => webp::recognise(photo, method),
        [b'G', b'I', b'F', ..] => gif::recognise(photo, method),
        [0xFF, 0x0A, ..] => jxl::recognise(photo, method),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => heif::recognise(photo, method),
        _ => Err(Rejection { at: 0, what: "the start of a file that Unmarked writes" }),
    }
}
