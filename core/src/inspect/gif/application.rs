//! Application extensions: GIF89a, section 26, and what programs put into them.

use super::joined;
use crate::bytes::slice_at;
use crate::container::gif::block::sub_blocks;
use crate::inspect::block::{Block, find};
use crate::inspect::{Betrays, Carrier, Findings, icc, iptc, jumbf, text, xmp};

/// Where XMP ends: a run of falling numbers, at which every way through the packet by sub-blocks comes
/// to its end (XMP Specification Part 3, section 1.1.2).
const XMP_END: &[u8] = b"\x01\xFF\xFE\xFD\xFC";

/// Tells an application extension; `payload` starts with the sub-block that names it.
pub(super) fn tell(whole: Block<'_>, payload: Block<'_>, findings: &mut Findings) {
    let place = whole.place();
    let mut blocks = sub_blocks(payload.data);
    let name = blocks.next().unwrap_or_default();
    match name {
        b"NETSCAPE2.0" | b"ANIMEXTS1.0" => loops(whole, payload, findings),
        b"XMP DataXMP" => {
            let packet = payload.from(12).data;
            let end = find(packet, XMP_END, 0).unwrap_or(packet.len());
            // some programs put the packet into sub-blocks
            if packet.starts_with(b"<") {
                xmp::packet(packet.get(..end).unwrap_or(packet), &place, findings);
            } else {
                xmp::packet(&content(payload), &place, findings);
            }
        }
        b"ICCRGBG1012" => icc::inspect(&content(payload), &place, 0, findings),
        b"C2PA_GIF\x01\0\0" => jumbf::inspect(&content(payload), &place, findings),
        b"MGKIPTC0000" | b"MGK8BIM0000" => {
            let data = content(payload);
            let block = Block { data: &data, joined: Some(whole.data.len() as u64), ..whole };
            if name.starts_with(b"MGKIPTC") {
                iptc::datasets(block, findings);
            } else {
                iptc::resources(block, findings, &mut |_, _| {});
            }
        }
        _ => {
            let label = format!("Block of the program “{}”", text::latin1(name));
            let value = text::summary(&content(payload));
            findings.add(Betrays::Unknown, Carrier::UnknownSegment, place, label, value);
        }
    }
}

/// What follows the sub-block with the name.
fn content(payload: Block<'_>) -> Vec<u8> {
    let name = usize::from(payload.data.first().copied().unwrap_or(0));
    joined(payload.from(name.saturating_add(1)).data)
}

/// Tells how often an animation runs, and what else stands there.
fn loops(whole: Block<'_>, payload: Block<'_>, findings: &mut Findings) {
    for block in sub_blocks(payload.data).skip(1) {
        match block {
            [1, low, high] => {
                let value = match u16::from_le_bytes([*low, *high]) {
                    0 => String::from("without end"),
                    count => format!("{count} times again"),
                };
                let carrier = Carrier::Picture;
                findings.add(Betrays::Structure, carrier, whole.place(), "Animation runs", value);
            }
            other => {
                let (label, value) = ("Further bytes beside the loop count", text::summary(other));
                let carrier = Carrier::UnknownSegment;
                findings.add(Betrays::Unknown, carrier, whole.place(), label, value);
            }
        }
    }
    let plain = slice_at(payload.data, 12, 2) == Some(b"\x03\x01") && payload.data.len() == 17;
    if !plain || payload.data.starts_with(b"\x0BANIMEXTS") {
        let (label, value) = ("Form of the loop extension", text::summary(payload.data));
        findings.add(Betrays::History, Carrier::UnknownSegment, whole.place(), label, value);
    }
}
