//! What stands in a segment, told by its first bytes.

use super::pieces::Key;
use crate::bytes::{Endian, array_at, u8_at};
use crate::container::jpeg::marker::Marker;
use crate::inspect::{exif, xmp};

/// The content of a segment that is not of the picture itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content<'a> {
    Exif,
    /// A standard packet.
    Xmp(&'a [u8]),
    /// A part of an extended packet (XMP Specification Part 3, 1.1.3.1).
    XmpExtension {
        guid: [u8; 32],
        offset: u32,
        data: &'a [u8],
    },
    /// A part of a profile (ICC.1:2022, annex B.4).
    Icc {
        number: u8,
        count: u8,
        data: &'a [u8],
    },
    Mpf,
    /// A part of a box structure (ISO/IEC 19566-5, annex D).
    Jumbf {
        instance: u16,
        sequence: u32,
        data: &'a [u8],
    },
    Photoshop(&'a [u8]),
    Jfif,
    Jfxx,
    Adobe,
    Comment,
    Other(Marker),
}

const EXTENSION: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";

impl<'a> Content<'a> {
    /// The content of a segment with `marker`.
    pub(super) fn of(marker: Marker, payload: &'a [u8]) -> Content<'a> {
        match marker.0 {
            0xFE => return Content::Comment,
            0xE0..=0xEF => {}
            _ => return Content::Other(marker),
        }
        let starts = |signature: &[u8]| payload.starts_with(signature);
        if exif::is_exif(payload) {
            return Content::Exif;
        }
        if let Some(packet) = xmp::packet_of(payload) {
            return Content::Xmp(packet);
        }
        let joined = extension(payload).or_else(|| icc(payload)).or_else(|| jumbf(marker, payload));
        if let Some(content) = joined {
            return content;
        }
        for signature in [&b"Photoshop 3.0\0"[..], b"Photoshop 2.5\0", b"Adobe_Photoshop2.5:"] {
            if let Some(resources) = payload.strip_prefix(signature) {
                return Content::Photoshop(resources);
            }
        }
        match marker {
            Marker::APP0 if starts(b"JFIF\0") => Content::Jfif,
            Marker::APP0 if starts(b"JFXX\0") => Content::Jfxx,
            Marker::APP2 if starts(b"MPF\0") => Content::Mpf,
            Marker::APP14 if starts(b"Adobe") => Content::Adobe,
            _ if starts(b"8BIM") => Content::Photoshop(payload),
            _ => Content::Other(marker),
        }
    }

    /// What joins the segment with others.
    pub(super) fn key(&self) -> Option<Key> {
        match self {
            Content::Icc { .. } => Some(Key::Icc),
            Content::Photoshop(_) => Some(Key::Photoshop),
            Content::XmpExtension { guid, .. } => Some(Key::XmpExtension(*guid)),
            Content::Jumbf { instance, .. } => Some(Key::Jumbf(*instance)),
            _ => None,
        }
    }

    /// True if a segment with this content can be one that says nothing about the maker.
    pub(super) fn may_be_structure(&self) -> bool {
        matches!(self, Content::Exif | Content::Jfif | Content::Adobe)
    }
}

fn extension(payload: &[u8]) -> Option<Content<'_>> {
    let rest = payload.strip_prefix(EXTENSION)?;
    let offset = Endian::Big.u32(rest, 36)?;
    Some(Content::XmpExtension { guid: array_at(rest, 0)?, offset, data: rest.get(40..)? })
}

fn icc(payload: &[u8]) -> Option<Content<'_>> {
    let rest = payload.strip_prefix(b"ICC_PROFILE\0")?;
    Some(Content::Icc { number: u8_at(rest, 0)?, count: u8_at(rest, 1)?, data: rest.get(2..)? })
}

fn jumbf(marker: Marker, payload: &[u8]) -> Option<Content<'_>> {
    let rest = payload.strip_prefix(b"JP").filter(|_| marker == Marker(0xEB))?;
    let sequence = Endian::Big.u32(rest, 2)?;
    // every segment repeats the header of the box; only the first one's is part of the data
    let start = match (sequence, Endian::Big.u32(rest, 6)?) {
        (0 | 1, _) => 6,
        (_, 1) => 22,
        _ => 14,
    };
    let data = rest.get(start..)?;
    Some(Content::Jumbf { instance: Endian::Big.u16(rest, 0)?, sequence, data })
}
