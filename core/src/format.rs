//! Which format these bytes are: by content, never by name.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

use std::fmt;

use serde::Serialize;

use crate::bytes::{array_at, slice_at};
use crate::container::tiff::is_raw;

/// A photo format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Format {
    /// JPEG: ITU-T T.81 | ISO/IEC 10918-1.
    Jpeg,
    /// PNG and APNG: W3C Portable Network Graphics, third edition.
    Png,
    /// WebP: RFC 9649.
    WebP,
    /// GIF: version 87a or 89a.
    Gif,
    /// HEIF with HEVC or another coding: ISO/IEC 23008-12.
    Heif,
    /// AVIF: AV1 Image File Format.
    Avif,
    /// JPEG XL: ISO/IEC 18181.
    Jxl,
    /// TIFF 6.0 and BigTIFF, unless it is [`Format::Raw`].
    Tiff,
    /// The raw file of a camera: DNG and what camera makers write. It is only ever read.
    Raw,
    /// Windows bitmap.
    Bmp,
}

/// How raw files start that are no TIFFs, or not quite: those of Olympus (three byte orders and
/// models), Panasonic and Leica, Fujifilm, Sigma, Canon (CRW) and Minolta.
const RAW_STARTS: [&[u8]; 8] = [
    b"IIRO",
    b"IIRS",
    b"MMOR",
    b"IIU\0",
    b"FUJIFILMCCD-",
    b"FOVb",
    b"II\x1a\0\0\0HEAPCC",
    b"\0MRM",
];

impl Format {
    /// The format that the first bytes of `data` tell, if it is a known one.
    pub fn detect(data: &[u8]) -> Option<Format> {
        let starts = |magic: &[u8]| data.starts_with(magic);
        if starts(&[0xFF, 0xD8]) {
            return Some(Format::Jpeg);
        }
        if starts(b"\x89PNG\r\n\x1a\n") {
            return Some(Format::Png);
        }
        if starts(b"RIFF") && slice_at(data, 8, 4) == Some(b"WEBP") {
            return Some(Format::WebP);
        }
        if starts(b"GIF87a") || starts(b"GIF89a") {
            return Some(Format::Gif);
        }
        if slice_at(data, 4, 4) == Some(b"ftyp") {
            return by_brand(data);
        }
        if starts(&[0xFF, 0x0A]) || starts(b"\0\0\0\x0cJXL \r\n\x87\n") {
            return Some(Format::Jxl);
        }
        if RAW_STARTS.iter().any(|magic| starts(magic)) {
            return Some(Format::Raw);
        }
        if [b"II\x2a\0", b"MM\0\x2a", b"II\x2b\0", b"MM\0\x2b"].iter().any(|m| starts(*m)) {
            return Some(if is_raw(data) { Format::Raw } else { Format::Tiff });
        }
        if starts(b"BM") {
            return Some(Format::Bmp);
        }
        None
    }

    /// True if Unmarked decodes the pixels of such photos itself, so that
    /// [`Method::Rebuild`](crate::Method::Rebuild) can be had without a platform's decoder.
    pub fn is_decoded(self) -> bool {
        !matches!(self, Format::Heif | Format::Avif | Format::Raw)
    }

    /// True if [`Method::Strip`](crate::Method::Strip) can be had for such photos.
    pub fn is_stripped(self) -> bool {
        !matches!(self, Format::Tiff | Format::Bmp | Format::Raw)
    }

    /// The media type, as registered with IANA but for raw files, which have none in common.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Jpeg => "image/jpeg",
            Format::Png => "image/png",
            Format::WebP => "image/webp",
            Format::Gif => "image/gif",
            Format::Heif => "image/heic",
            Format::Avif => "image/avif",
            Format::Jxl => "image/jxl",
            Format::Tiff => "image/tiff",
            Format::Raw => "image/x-dcraw",
            Format::Bmp => "image/bmp",
        }
    }

    /// The file name extension that fits the media type, without a dot.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Jpeg => "jpg",
            Format::Png => "png",
            Format::WebP => "webp",
            Format::Gif => "gif",
            Format::Heif => "heic",
            Format::Avif => "avif",
            Format::Jxl => "jxl",
            Format::Tiff => "tif",
            Format::Raw => "raw",
            Format::Bmp => "bmp",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Jpeg => "JPEG",
            Format::Png => "PNG",
            Format::WebP => "WebP",
            Format::Gif => "GIF",
            Format::Heif => "HEIF",
            Format::Avif => "AVIF",
            Format::Jxl => "JPEG XL",
            Format::Tiff => "TIFF",
            Format::Raw => "camera raw file",
            Format::Bmp => "BMP",
        })
    }
}

/// AVIF, HEIF or a raw file by the brands of a file type box (ISO/IEC 14496-12, section 4.3). The major one decides
/// if it names a coding; most are for any coding, and then the compatible ones do.
fn by_brand(data: &[u8]) -> Option<Format> {
    const CODINGS: [&[u8; 4]; 14] = [
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"j2ki", b"j2is",
        b"jpeg", b"jpgs", b"avci", b"vvic",
    ];
    const ANY: [&[u8; 4]; 8] =
        [b"mif1", b"mif2", b"mif3", b"msf1", b"miaf", b"unif", b"1pic", b"tmap"];
    let length = usize::try_from(u32::from_be_bytes(array_at(data, 0)?)).ok()?;
    let brands = data.get(8..length.clamp(12, 4_096).min(data.len()))?;
    let mut brands = brands.as_chunks::<4>().0.iter();
    let major = brands.next()?;
    let compatible = || brands.clone().skip(1);
    let avif = |brand: &[u8; 4]| matches!(brand, b"avif" | b"avis");
    let coding = |brand: &[u8; 4]| CODINGS.contains(&brand);
    match major {
        // Canon's CR3
        b"crx " => Some(Format::Raw),
        major if avif(major) => Some(Format::Avif),
        major if coding(major) => Some(Format::Heif),
        _ if compatible().any(coding) => Some(Format::Heif),
        _ if compatible().any(avif) => Some(Format::Avif),
        major if ANY.contains(&major) || compatible().any(|b| ANY.contains(&b)) => {
            Some(Format::Heif)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_content() {
        let cases: &[(&[u8], Option<Format>)] = &[
            (&[0xFF, 0xD8, 0xFF], Some(Format::Jpeg)),
            (b"\x89PNG\r\n\x1a\n", Some(Format::Png)),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some(Format::WebP)),
            (b"GIF89a", Some(Format::Gif)),
            (b"\0\0\0\x18ftypheic", Some(Format::Heif)),
            (b"\0\0\0\x18ftypavif", Some(Format::Avif)),
            (b"\0\0\0\x18ftypisom", None),
            (b"\0\0\0\x18ftypmif1\0\0\0\0avifmiaf", Some(Format::Avif)),
            (b"\0\0\0\x18ftypmsf1\0\0\0\0hevcmiaf", Some(Format::Heif)),
            (b"\0\0\0\x14ftypmif1\0\0\0\0unifavif", Some(Format::Heif)),
            (b"\0\0\0\x18ftypXXXX\0\0\0\0miafavif", Some(Format::Avif)),
            (&[0xFF, 0x0A], Some(Format::Jxl)),
            (b"MM\0\x2a", Some(Format::Tiff)),
            (b"BM", Some(Format::Bmp)),
            (b"\0\0\0\x18ftypcrx \0", Some(Format::Raw)),
            (b"FUJIFILMCCD-RAW 0201", Some(Format::Raw)),
            (b"IIRS\x08\0\0\0", Some(Format::Raw)),
            (b"FOVb\0\0\x02\0", Some(Format::Raw)),
            (b"II\x2a\0\x10\0\0\0CR\x02\0", Some(Format::Raw)),
            (b"hello", None),
            (b"", None),
        ];
        for (bytes, format) in cases {
            assert_eq!(Format::detect(bytes), *format, "{bytes:?}");
        }
    }
}
