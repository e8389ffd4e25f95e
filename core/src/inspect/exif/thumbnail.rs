//! The small pictures inside an Exif block: CIPA DC-008, section 4.5.8.

use exif::{Exif, In, Tag};

use super::values::Fields;
use crate::bytes::slice_at;
use crate::container::jpeg::walk::walk;
use crate::inspect::block::Pictures;
use crate::inspect::jpeg::frame;
use crate::inspect::{Betrays, Carrier, Findings, text};

/// Tells the thumbnails of all directories but the first; JPEG ones are also given to `picture`.
pub(super) fn tell(
    exif: &Exif,
    fields: &Fields<'_>,
    findings: &mut Findings,
    picture: Pictures<'_>,
) {
    for directory in (0..8).map(In) {
        let uint = |tag| {
            let value = exif.get_field(tag, directory)?.value.get_uint(0)?;
            usize::try_from(value).ok()
        };
        let jpeg = uint(Tag::JPEGInterchangeFormat).zip(uint(Tag::JPEGInterchangeFormatLength));
        let pixels = uint(Tag::StripOffsets).zip(uint(Tag::StripByteCounts));
        let (at, length) = match (jpeg, pixels) {
            (Some(jpeg), _) => jpeg,
            (None, Some(pixels)) if directory != In::PRIMARY => pixels,
            _ => continue,
        };
        let Some(block) = fields.tiff.part(at, length).filter(|b| !b.data.is_empty()) else {
            let value = format!("{}, but not in this block", text::size(length as u64));
            let tag = if jpeg.is_some() { Tag::JPEGInterchangeFormat } else { Tag::StripOffsets };
            let place = fields.place(directory, tag);
            findings.add(Betrays::HiddenPicture, Carrier::ExifThumbnail, place, "Thumbnail", value);
            continue;
        };
        let amount = text::size(length as u64);
        let value = match (jpeg_size(block.data), uint(Tag::ImageWidth).zip(uint(Tag::ImageLength)))
        {
            (Some((width, height)), _) => format!("{width} × {height} pixels, {amount}"),
            (None, Some((width, height))) => {
                format!("{width} × {height} pixels, not compressed, {amount}")
            }
            (None, None) => amount,
        };
        findings.add(
            Betrays::HiddenPicture,
            Carrier::ExifThumbnail,
            block.place(),
            "Thumbnail",
            value,
        );
        if slice_at(block.data, 0, 3) == Some(b"\xFF\xD8\xFF") {
            picture(block, findings);
        }
    }
}

/// Width and height that the first frame header of a small JPEG tells.
pub(crate) fn jpeg_size(data: &[u8]) -> Option<(u32, u32)> {
    if !data.starts_with(b"\xFF\xD8") {
        return None;
    }
    // a thumbnail has few segments; what has more is not worth the time
    let walk = walk(data, 64);
    walk.parts.iter().find_map(|part| frame::size(&walk, part))
}
