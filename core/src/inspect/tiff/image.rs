//! What a directory says of its picture, and where that stands: TIFF 6.0, sections 3 to 9 and 15.

use super::walk::Walk;
use crate::container::tiff::{Directory, Entry, tag};
use crate::inspect::block::Block;
use crate::inspect::exif::jpeg_size;
use crate::inspect::jpeg::tell_thumbnail;
use crate::inspect::{Betrays, Carrier, Findings, text};

/// Where data stands, and the tags that tell how long it is: strips, tiles, JPEG, free bytes.
const DATA: [(u16, u16); 4] = [(273, 279), (324, 325), (513, 514), (288, 289)];
/// Tables of the old kind of JPEG: each stands somewhere, and its length is in it.
const TABLES: [u16; 3] = [519, 520, 521];

/// The most strips and tiles whose place is noted.
const MOST: u64 = 1 << 18;

/// Tells the picture of a directory with these `entries`.
pub(super) fn tell(
    walk: &mut Walk<'_>,
    entries: &[Entry],
    directory: Directory,
    file: Block<'_>,
    findings: &mut Findings,
) {
    let tiff = walk.tiff;
    let entry = |number: u16| entries.iter().find(|entry| entry.tag == number);
    let number = |of: u16| entry(of).and_then(|entry| tiff.number(entry, 0));
    for (places, lengths) in DATA {
        let (Some(places), lengths) = (entry(places), entry(lengths)) else { continue };
        for index in 0..places.count.min(MOST) {
            let Some(at) = tiff.number(places, index) else { break };
            match lengths.and_then(|lengths| tiff.number(lengths, index)) {
                Some(length) if length > 0 => walk.cover.add(at, length),
                _ => walk.cover.add_open(at),
            }
        }
    }
    for tables in TABLES.iter().filter_map(|tag| entry(*tag)) {
        (0..tables.count.min(4))
            .filter_map(|index| tiff.number(tables, index))
            .for_each(|at| walk.cover.add_open(at));
    }

    let side = |of| number(of).and_then(|side| u32::try_from(side).ok());
    let size = side(tag::IMAGE_WIDTH).zip(side(tag::IMAGE_LENGTH));
    let Some((width, height)) = size else {
        preview(walk, entries, file, findings);
        return;
    };
    let photometric = number(tag::PHOTOMETRIC);
    let mut value = format!("{width} × {height} pixels");
    for (names, of) in [(COLOURS, photometric), (COMPRESSIONS, number(259))] {
        let name = of.and_then(|of| names.iter().find(|(number, _)| u64::from(*number) == of));
        if let Some((_, name)) = name {
            value.push_str(&format!(", {name}"));
        }
    }
    let kind = number(tag::NEW_SUBFILE_TYPE).unwrap_or(0);
    let smaller = kind & 1 != 0 || number(tag::SUBFILE_TYPE) == Some(2);
    let place = file.from(directory.at).before(directory.end.saturating_sub(directory.at)).place();
    let (betrays, carrier, label) = match photometric {
        Some(32_803 | 34_892) => (Betrays::Device, Carrier::RawData, String::from("Sensor data")),
        _ if kind & 4 != 0 => (Betrays::HiddenPicture, Carrier::FurtherImage, "Mask".into()),
        // the first picture of a raw file is mostly a small one too
        _ if smaller || walk.raw => {
            (Betrays::HiddenPicture, Carrier::Thumbnail, "Smaller copy of the picture".into())
        }
        _ => {
            walk.pages = walk.pages.saturating_add(1);
            let label = format!("Page {}", walk.pages);
            (Betrays::Structure, Carrier::Picture, label)
        }
    };
    findings.add(betrays, carrier, place, label, value);
    if walk.size.is_none() || matches!(photometric, Some(32_803 | 34_892)) {
        walk.size = Some((width, height));
    }
    preview(walk, entries, file, findings);
    if smaller || walk.raw {
        small_jpeg(walk, entries, (273, 279), file, findings);
    }
}

/// Tells the JPEG to which the tags of Exif's thumbnail point.
fn preview(walk: &Walk<'_>, entries: &[Entry], file: Block<'_>, findings: &mut Findings) {
    if let Some(block) = small_jpeg(walk, entries, (513, 514), file, findings) {
        let amount = text::size(block.data.len() as u64);
        let value = match jpeg_size(block.data) {
            Some((width, height)) => format!("{width} × {height} pixels, {amount}"),
            None => amount,
        };
        let (betrays, carrier) = (Betrays::HiddenPicture, Carrier::Thumbnail);
        findings.add(betrays, carrier, block.place(), "Preview", value);
    }
}

/// The first data to which the tags `places` and `lengths` point; what it says is told, if it is a
/// JPEG.
fn small_jpeg<'f>(
    walk: &Walk<'_>,
    entries: &[Entry],
    (places, lengths): (u16, u16),
    file: Block<'f>,
    findings: &mut Findings,
) -> Option<Block<'f>> {
    let number = |of: u16| {
        let entry = entries.iter().find(|entry| entry.tag == of)?;
        usize::try_from(walk.tiff.number(entry, 0)?).ok()
    };
    let at = number(places)?;
    let block = file.part(at, number(lengths)?).filter(|block| !block.data.is_empty())?;
    if block.data.starts_with(b"\xFF\xD8\xFF") {
        tell_thumbnail(block, findings);
    }
    Some(block)
}

/// Photometric interpretations.
const COLOURS: &[(u16, &str)] = &[
    (0, "grey, white is zero"),
    (1, "grey"),
    (2, "RGB"),
    (3, "colour table"),
    (4, "mask"),
    (5, "CMYK"),
    (6, "YCbCr"),
    (8, "CIE L*a*b*"),
    (9, "ICC L*a*b*"),
    (32_803, "colour filter array"),
    (32_844, "LogL"),
    (32_845, "LogLuv"),
    (34_892, "linear raw"),
];

/// Compressions.
const COMPRESSIONS: &[(u16, &str)] = &[
    (1, "not compressed"),
    (2, "CCITT RLE"),
    (3, "CCITT group 3"),
    (4, "CCITT group 4"),
    (5, "LZW"),
    (6, "JPEG of the old kind"),
    (7, "JPEG"),
    (8, "Deflate"),
    (32_767, "Sony raw"),
    (32_773, "PackBits"),
    (32_946, "Deflate"),
    (34_713, "Nikon raw"),
    (34_892, "lossy JPEG"),
    (50_000, "Zstandard"),
    (50_001, "WebP"),
    (52_546, "JPEG XL"),
];
