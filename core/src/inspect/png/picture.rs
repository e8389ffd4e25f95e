//! Findings of the pictures themselves: what is behind their rows, what no pixel uses, colours that
//! nobody sees, frames.

use crate::container::png::{Coded, Picture, chunk::Chunks};
use crate::inspect::{Betrays, Carrier, Findings, Place, text as words};
use crate::picture::png::look::{Facts, Loose};

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// All there is.
    All,
    /// What is gone once the photo is clean.
    Gone,
}

/// Tells what stands in and around the coded data of `picture`, as far as that could be seen.
pub(super) fn tell(
    photo: &[u8],
    picture: &Picture<'_>,
    facts: Option<&Facts>,
    shown: Shown,
    findings: &mut Findings,
) {
    animation(photo, picture, shown, findings);
    let Some(facts) = facts else { return };
    for (coded, loose) in picture.pictures.iter().zip(&facts.loose) {
        data(coded, loose, findings);
    }
    unused(photo, picture, facts, findings);
    if shown == Shown::All && facts.hides_colours {
        let value = match facts.transparent_pixels {
            0 => String::from("several transparent entries of the colour table are used"),
            pixels => format!("{pixels} transparent pixels have several colours"),
        };
        let (betrays, carrier) = (Betrays::HiddenPicture, Carrier::HiddenColour);
        let label = "Colours under full transparency";
        findings.add(betrays, carrier, place(photo, b"IDAT"), label, value);
    }
}

/// Where the first chunk of a kind stands.
fn place(photo: &[u8], kind: &[u8; 4]) -> Place {
    let chunk = Chunks::of(photo).find(|chunk| chunk.kind == *kind);
    let (offset, length) =
        chunk.map_or((0, 0), |chunk| (chunk.start, chunk.end.saturating_sub(chunk.start)));
    Place { segment: words::latin1(kind), offset: offset as u64, length: length as u64 }
}

/// Tells what is in the data of a picture and is no row.
fn data(coded: &Coded<'_>, loose: &Loose, findings: &mut Findings) {
    let range = coded.stream.range();
    let place = Place {
        segment: String::from(if coded.further { "fdAT" } else { "IDAT" }),
        offset: range.start as u64,
        length: range.end.saturating_sub(range.start) as u64,
    };
    let mut gap = |label: &str, value: String| {
        findings.add(Betrays::Unknown, Carrier::Gap, place.clone(), label, value);
    };
    if loose.surplus {
        gap("Data behind the last row", String::from("more than the picture has room for"));
    }
    if loose.padding {
        gap("Bits behind the last pixel of a row", String::from("not zero"));
    }
    // encoders that work in parts leave one, or a few
    if loose.empty > 8 {
        gap("Blocks that hold nothing", loose.empty.to_string());
    }
    if let Some(length) = loose.length
        && coded.stream.length() > length
    {
        let label = "Bytes behind the compressed data";
        gap(label, words::summary(&tail(coded, length)));
    }
    if loose.unsound {
        gap("Checksum of the compressed data", String::from("wrong"));
    }
}

/// The first bytes of a stream from `at` on.
fn tail(coded: &Coded<'_>, at: u64) -> Vec<u8> {
    const MOST: usize = 1 << 12;
    let mut skip = at;
    let mut rest = Vec::new();
    for (_, piece) in coded.stream.clone() {
        let behind = piece.get(usize::try_from(skip).unwrap_or(usize::MAX)..).unwrap_or_default();
        skip = skip.saturating_sub(piece.len() as u64);
        let room = MOST.saturating_sub(rest.len());
        rest.extend_from_slice(behind.get(..room).unwrap_or(behind));
        if rest.len() >= MOST {
            break;
        }
    }
    rest
}

/// Tells what stands in the colour table and in tRNS, and no pixel uses.
fn unused(photo: &[u8], picture: &Picture<'_>, facts: &Facts, findings: &mut Findings) {
    let Facts { palette, transparency, .. } = facts;
    let mut unused = |kind: &[u8; 4], label: &str, value: String| {
        let place = place(photo, kind);
        findings.add(Betrays::Unknown, Carrier::UnusedTable, place, label, value);
    };
    let table = Chunks::of(photo).find(|chunk| &chunk.kind == b"PLTE");
    if picture.palette.is_empty() {
        if let Some(chunk) = table {
            let value = words::summary(chunk.payload);
            unused(b"PLTE", "Colour table that no pixel uses", value);
        }
    } else if table.is_some_and(|chunk| chunk.payload != palette.as_flattened()) {
        let value = format!("{} entries are told", picture.palette.len());
        unused(b"PLTE", "Entries of the colour table that no pixel uses", value);
    }
    let told = Chunks::of(photo).find(|chunk| &chunk.kind == b"tRNS");
    if told.is_some_and(|chunk| chunk.payload != *transparency) {
        unused(
            b"tRNS",
            "Transparency that no pixel uses",
            words::size(picture.transparency.len() as u64),
        );
    }
}

/// Tells the frames of an animation.
fn animation(photo: &[u8], picture: &Picture<'_>, shown: Shown, findings: &mut Findings) {
    let kinds = |kind: &[u8; 4]| Chunks::of(photo).filter(|chunk| chunk.kind == *kind).count();
    let told = kinds(b"fcTL");
    let frames = picture.pictures.iter().filter(|coded| coded.frame.is_some()).count();
    if let Some(plays) = picture.plays {
        let runs = if plays == 0 { String::from("for ever") } else { format!("{plays} times") };
        let value = format!("{frames} frames, {runs}");
        let place = place(photo, b"acTL");
        findings.add(Betrays::Structure, Carrier::Picture, place, "Animation", value);
    }
    if told > frames {
        let value = (told.saturating_sub(frames)).to_string();
        let (betrays, carrier) = (Betrays::HiddenPicture, Carrier::FurtherImage);
        let label = "Frames that are not shown";
        findings.add(betrays, carrier, place(photo, b"fcTL"), label, value);
    }
    if shown == Shown::All && picture.has_still_beside() {
        let label = "Still picture that is no frame of the animation";
        let value = "shown by viewers that do not animate";
        let (betrays, carrier) = (Betrays::HiddenPicture, Carrier::FurtherImage);
        findings.add(betrays, carrier, place(photo, b"IDAT"), label, value);
    }
}
