//! Recognises the canonical HEIF (HEIC and AVIF): ISO/IEC 23008-12, AV1 Image File Format.
//!
//! Boxes stand in one order, each with what follows from the others; items in the order in which they
//! are used; the data of items fills `mdat`. Of what is coded, `hevc` and `av1` account for the
//! headers.

mod av1;
mod bits;
mod colour;
mod derived;
mod graph;
mod hevc;
mod items;
mod meta;
mod properties;

use crate::Method;
use crate::audit::Rejection;
use crate::audit::cursor::Cursor;

/// Accepts `file` if it is exactly a HEIF that Unmarked writes, by `method` if one is named.
pub(crate) fn recognise(file: &[u8], method: Option<Method>) -> Result<(), Rejection> {
    let mut cursor = Cursor::new(file);
    cursor.require(!matches!(method, Some(Method::Recode | Method::Rebuild)), "another method")?;
    let brand = brand(&mut cursor)?;
    let meta = meta::recognise(&mut cursor)?;
    let length = cursor.take(4, "the length of the data")?;
    let told = length.first_chunk().map_or(0, |raw| u32::from_be_bytes(*raw));
    cursor.demand(b"mdat", "the data of the items")?;
    let data = Stretch { bytes: cursor.rest(), at: cursor.at() };
    let whole = u64::from(told) == (data.bytes.len() as u64).saturating_add(8);
    cursor.require(whole, "data that ends with the file")?;
    items::recognise(brand, &meta, data)
}

/// What files are for, by their first box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Brand {
    Avif,
    /// HEVC's Main Still Picture profile.
    Heic,
    /// Other profiles of HEVC.
    Heix,
}

fn brand(cursor: &mut Cursor<'_>) -> Result<Brand, Rejection> {
    for (brand, bytes) in [
        (Brand::Avif, &b"\0\0\0\x1Cftypavif\0\0\0\0mif1miafavif"[..]),
        (Brand::Heic, b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
        (Brand::Heix, b"\0\0\0\x18ftypheix\0\0\0\0mif1heix"),
    ] {
        if cursor.passes(bytes) {
            return Ok(brand);
        }
    }
    cursor.reject("a file type that Unmarked writes")
}

/// Bytes of the file and where they start in it.
#[derive(Debug, Clone, Copy)]
struct Stretch<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Stretch<'a> {
    /// What was expected `offset` bytes into the stretch and is not.
    fn reject<T>(&self, offset: usize, what: &'static str) -> Result<T, Rejection> {
        Err(Rejection { at: self.at.saturating_add(offset) as u64, what })
    }

    /// The first `count` bytes, which are gone over.
    fn take(&mut self, count: usize, what: &'static str) -> Result<Stretch<'a>, Rejection> {
        let Some(bytes) = self.bytes.get(..count) else {
            return self.reject(self.bytes.len(), what);
        };
        let taken = Stretch { bytes, at: self.at };
        self.bytes = self.bytes.get(count..).unwrap_or_default();
        self.at = self.at.saturating_add(count);
        Ok(taken)
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
