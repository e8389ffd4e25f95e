//! Goes over the coded data of WebP to its last symbol, without making pixels: RFC 6386 (lossy) and
//! RFC 9649, section 3 (lossless). What stands behind that symbol is not picture.
//!
//! The walks go as libwebp goes: what it refuses is refused, what it passes over is passed over.

mod bits;
mod bools;
mod code;
mod partition;
pub(crate) mod vp8;
pub(crate) mod vp8l;

use crate::Error;

/// Coded data: a slice of the file and where that starts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Coded<'a> {
    /// The bytes, as far as the file has them.
    pub(crate) data: &'a [u8],
    /// Where they stand in the file.
    pub(crate) at: usize,
}

impl Coded<'_> {
    /// It ends before its last symbol.
    fn cut_off(&self) -> Error {
        Error::CutOff { at: (self.at as u64).saturating_add(self.data.len() as u64) }
    }

    /// It contradicts the standard, about `bytes` behind its start.
    fn damaged(&self, bytes: usize, what: &'static str) -> Error {
        let bytes = bytes.min(self.data.len());
        Error::Damaged { at: (self.at as u64).saturating_add(bytes as u64), what }
    }
}
