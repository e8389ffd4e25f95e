//! Recognises the canonical HEIF (HEIC and AVIF): ISO/IEC 23008-12, AV1 Image File Format.

#[allow(dead_code)] // until the container is recognised
mod av1;

use crate::Method;
use crate::audit::Rejection;

/// Accepts `file` if it is exactly a HEIF that Unmarked writes, by `method` if one is named.
pub(crate) fn recognise(file: &[u8], method: Option<Method>) -> Result<(), Rejection> {
    let _ = (file, method);
    Err(Rejection { at: 0, what: "a format that Unmarked writes" })
}

/// Bytes of the file and where they start in it.
#[derive(Debug, Clone, Copy)]
struct Stretch<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Stretch<'_> {
    /// What was expected `offset` bytes into the stretch and is not.
    fn reject<T>(&self, offset: usize, what: &'static str) -> Result<T, Rejection> {
        Err(Rejection { at: self.at.saturating_add(offset) as u64, what })
    }
}

/// What a coded picture says of itself. The container asks that its properties say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shown {
    /// Width and height as the decoder gives them.
    size: (u32, u32),
    /// Bits of each luma and chroma sample.
    depths: (u8, u8),
    /// True if there is no chroma.
    monochrome: bool,
    /// Primaries, transfer and matrix of ITU-T H.273; 2 if it says nothing.
    code_points: [u16; 3],
    /// True if it is coded in the full range.
    full_range: bool,
}

/// The scalable layers that properties of the item choose: `a1op`, `lsel`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Chosen {
    operating_point: Option<u8>,
    layer: Option<u16>,
}
