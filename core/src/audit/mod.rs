//! Recognises exactly the files that Unmarked writes, and nothing else.
//!
//! It shares no parser with `container`: what one misreads, the other does not misread in the same
//! way. It does not look for bad things; it accounts for every byte, or says no.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod cursor;
mod jpeg;

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
    jpeg::recognise(photo)
}
