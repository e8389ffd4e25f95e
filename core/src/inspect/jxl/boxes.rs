//! Findings of boxes.

use super::brotli;
use crate::container::jxl::boxes::{Part, Walk};
use crate::inspect::block::Block;
use crate::inspect::jpeg::{tell_thumbnail, tell_trailer};
use crate::inspect::{Betrays, Carrier, Findings, exif, jumbf, text, xmp};

/// The most boxes with metadata that are read in full.
const MOST: usize = 64;

/// What `ftyp` says in every file: the brand, version 0, the brand again.
const FILE_TYPE: &[u8] = b"jxl \0\0\0\0jxl ";

/// The identifier of an XMP packet in a `uuid` box: XMP Specification Part 3, 1.1.4.
const XMP: &[u8] = b"\xBE\x7A\xCF\xCB\x97\xA9\x42\xE8\x9C\x71\x99\x94\x91\xE3\xAF\xAC";

/// Tells what the boxes of `walk` say, but for the codestream.
pub(super) fn tell(walk: &Walk<'_>, findings: &mut Findings) {
    let mut left = MOST;
    for part in &walk.parts {
        if findings.is_full() {
            return;
        }
        let name = text::latin1(&part.kind);
        let Some(whole) = block(walk, &name, part.start, part.end) else { continue };
        let content = whole.from(part.content.saturating_sub(part.start));
        one(&part.kind, whole, content, &mut left, findings);
    }
    let end = walk.parts.last().map(|part| part.end);
    if let Some(rest) = end.and_then(|end| block(walk, "trailer", end, walk.data.len()))
        && !rest.data.is_empty()
    {
        tell_trailer(rest, findings);
    }
}

/// The bytes of `walk` from `start` to `end`, which are named `name`.
fn block<'a>(walk: &Walk<'a>, name: &'a str, start: usize, end: usize) -> Option<Block<'a>> {
    let data = walk.data.get(start..end)?;
    Some(Block { segment: name, offset: start as u64, data, joined: None })
}

/// Tells what the box `whole` says.
fn one(
    kind: &[u8; 4],
    whole: Block<'_>,
    content: Block<'_>,
    left: &mut usize,
    findings: &mut Findings,
) {
    let fixed = match kind {
        b"JXL " | b"jxlc" | b"jxlp" => return,
        b"ftyp" => content.data == FILE_TYPE,
        b"jxll" => matches!(content.data, [5 | 10]),
        _ => false,
    };
    if fixed {
        return;
    }
    if kind == b"brob" {
        return compressed(whole, content, left, findings);
    }
    known(kind, whole, content, left, findings);
}

/// Tells what a box of metadata says. `content` is what it holds, which may have been decompressed.
fn known(
    kind: &[u8; 4],
    whole: Block<'_>,
    content: Block<'_>,
    left: &mut usize,
    findings: &mut Findings,
) {
    let place = whole.place();
    let rest = left.checked_sub(1);
    *left = rest.unwrap_or(0);
    let before = findings.marks();
    match (kind, rest) {
        (b"Exif", Some(_)) => {
            // the TIFF structure starts so many bytes after the offset that says so
            exif::inspect(whole, content.from(4), findings, &mut tell_thumbnail);
        }
        (b"xml ", Some(_)) => packet(content.data, whole, findings),
        (b"uuid", Some(_)) if content.data.starts_with(XMP) => {
            packet(content.from(XMP.len()).data, whole, findings);
        }
        // the structure is the box itself, which a compressed one has lost
        (b"jumb", Some(_)) if content.joined.is_none() => {
            jumbf::inspect(whole.data, &place, findings);
        }
        (b"jumb", Some(_)) => {
            let length = u32::try_from(content.data.len().saturating_add(8)).unwrap_or(0);
            let data = [&length.to_be_bytes(), kind.as_slice(), content.data].concat();
            jumbf::inspect(&data, &place, findings);
        }
        (b"jbrd", _) => {
            let value = text::summary(content.data);
            let label = "Header of the JPEG it was made from";
            findings.add(Betrays::History, Carrier::JpegHeader, place.clone(), label, value);
        }
        _ => {}
    }
    if findings.marks() == before {
        let (betrays, carrier, label) = match kind {
            b"Exif" => (Betrays::Unknown, Carrier::Exif, String::from("Exif box")),
            b"xml " => (Betrays::Unknown, Carrier::Xmp, String::from("XML box")),
            b"jumb" => (Betrays::Unknown, Carrier::C2pa, String::from("JUMBF box")),
            b"jxli" => (Betrays::History, Carrier::UnknownBox, String::from("Index of frames")),
            b"ftyp" => (Betrays::History, Carrier::UnknownBox, String::from("Unusual file type")),
            b"free" | b"skip" => {
                (Betrays::Unknown, Carrier::UnknownBox, String::from("Free space"))
            }
            kind => {
                (Betrays::Unknown, Carrier::UnknownBox, format!("Box {:?}", text::latin1(kind)))
            }
        };
        findings.add(betrays, carrier, place, label, text::summary(content.data));
    }
}

fn packet(data: &[u8], whole: Block<'_>, findings: &mut Findings) {
    xmp::packet(xmp::packet_of(data).unwrap_or(data), &whole.place(), findings);
}

/// Tells a box whose content is compressed: the kind of box that it would be, and its content.
fn compressed(whole: Block<'_>, content: Block<'_>, left: &mut usize, findings: &mut Findings) {
    let Some(kind) = content.array::<4>(0) else {
        let value = text::summary(content.data);
        findings.add(Betrays::Unknown, Carrier::UnknownBox, whole.place(), "Box \"brob\"", value);
        return;
    };
    let name = format!("brob ({})", text::latin1(&kind));
    let length = whole.place().length;
    let whole = Block { segment: &name, ..whole };
    if *left == 0 {
        return known(&kind, whole, content.from(4), left, findings);
    }
    let (data, complete) = brotli::decompress(content.from(4).data);
    let joined = Block { segment: &name, offset: whole.offset, data: &data, joined: Some(length) };
    if data.is_empty() {
        known(&kind, whole, content.from(4), left, findings);
    } else {
        known(&kind, Block { data: &data, joined: Some(length), ..whole }, joined, left, findings);
    }
    if !complete {
        let value = text::size(content.data.len() as u64);
        let label = "Compressed box that cannot be read to its end";
        findings.add(Betrays::Unknown, Carrier::UnknownBox, whole.place(), label, value);
    }
}

/// Where a box is, for what is told of the codestream in it.
pub(super) fn holder<'w>(walk: &'w Walk<'_>, offset: usize) -> Option<&'w Part> {
    walk.parts.iter().find(|part| (part.content..part.end).contains(&offset))
}
