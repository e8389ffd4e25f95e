//! Recognises exactly the files that Unmarked writes, and nothing else.
//!
//! It shares no parser with `container`: what one misreads, the other does not misread in the same
//! way. It does not look for bad things; it accounts for every byte, or says no.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod cursor;
mod jpeg;

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
    jpeg::recognise(photo, None)
}

/// Accepts `photo` if it is exactly a file that `method` writes.
///
/// Of [`Method::Recode`] and [`Method::Rebuild`] that asks for more than [`recognise`] does: every
/// bit of the coded data follows from coefficients, quantisation and sampling, by Huffman tables
/// that are the best for exactly these.
pub fn recognise_as(photo: &[u8], method: Method) -> Result<(), Rejection> {
    jpeg::recognise(photo, Some(method))
}
