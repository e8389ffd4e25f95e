//! JPEGs inside the photo: thumbnails, gain maps, previews. They are taken apart as the photo is,
//! but pictures inside them are not.

use super::{Image, size, vendor};
use crate::container::jpeg::marker::Marker;
use crate::container::jpeg::walk::{End, Kind, Part, Walk, walk};
use crate::inspect::block::{Block, find};
use crate::inspect::{Betrays, Carrier, Findings, text, xmp};

/// The most parts of a thumbnail that are told apart.
const MOST_PARTS: usize = 256;

/// Tells what a thumbnail says besides its picture.
pub(super) fn thumbnail(block: Block<'_>, findings: &mut Findings) {
    let walk = walk(block.data, MOST_PARTS);
    let within = format!(" of the thumbnail in {}", block.segment);
    let image = Image { walk: &walk, picture: None, file: block, within: &within, nested: true };
    findings.marks_only(|findings| image.tell(findings));
}

/// Tells a further picture after the photo, which starts `block`; gives how long it is. It is told
/// in `most` parts at most.
pub(super) fn further(
    block: Block<'_>,
    number: usize,
    most: usize,
    findings: &mut Findings,
) -> usize {
    let walk = walk(block.data, most);
    let length = match walk.parts.last() {
        Some(Part { kind: Kind::Trailer, start, .. }) => *start,
        _ => block.data.len(),
    };
    let block = block.before(length);
    let (carrier, label) = if is_gain_map(&walk) {
        (Carrier::GainMap, format!("Gain map (picture {number})"))
    } else {
        (Carrier::FurtherImage, format!("Further picture (picture {number})"))
    };
    let amount = text::size(length as u64);
    let mut value = match size(&walk) {
        Some((width, height)) => format!("{width} × {height} pixels, {amount}"),
        None => amount,
    };
    if walk.end != End::Complete {
        value.push_str(", cut off");
    }
    findings.add(Betrays::HiddenPicture, carrier, block.place(), label, value);
    let within = format!(" of picture {number}");
    let image = Image { walk: &walk, picture: None, file: block, within: &within, nested: true };
    findings.marks_only(|findings| image.tell(findings));
    length
}

/// True if the picture says of itself that it is a gain map (ISO 21496-1, Ultra HDR, Apple).
fn is_gain_map(walk: &Walk<'_>) -> bool {
    let names = [&b"hdrgm:"[..], b"hdrgainmap", b"HDRGainMap"];
    walk.parts.iter().any(|part| match part.kind {
        Kind::Segment(Marker::APP1) => xmp::packet_of(walk.payload(part))
            .is_some_and(|packet| names.iter().any(|name| find(packet, name, 0).is_some())),
        Kind::Segment(Marker::APP2) => walk.payload(part).starts_with(vendor::GAIN_MAP),
        _ => false,
    })
}
