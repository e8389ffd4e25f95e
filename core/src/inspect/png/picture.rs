//! Findings of the pictures themselves: what is behind their rows, what no pixel uses, colours that
//! nobody sees, frames.

use crate::Error;
use crate::container::png::{Coded, Picture, chunk::Chunks};
use crate::inspect::{Betrays, Carrier, Findings, Place, text as words};
use crate::picture::png::inflate::{Block, Halt, Taker, inflate};
use crate::picture::png::rows::Rows;
use crate::picture::png::seen::Seen;

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// All there is.
    All,
    /// What is gone once the photo is clean.
    Gone,
}

/// Tells what stands in and around the coded data of `picture`; why it cannot be read, if so.
pub(super) fn tell(
    photo: &[u8],
    picture: Result<&Picture<'_>, &Error>,
    shown: Shown,
    findings: &mut Findings,
) -> Result<(), Error> {
    let Ok(picture) = picture else { return Ok(()) };
    let mut seen = Seen::new(picture.header, picture.palette, picture.transparency);
    let mut fault = None;
    for coded in &picture.pictures {
        if let Err(error) = data(photo, picture, coded, &mut seen, findings) {
            fault.get_or_insert(error);
        }
    }
    animation(photo, picture, shown, findings);
    if fault.is_none() {
        unused(photo, picture, &mut seen, findings);
        if shown == Shown::All && seen.hides_colours() {
            let place = place(photo, b"IDAT");
            let value = match seen.transparent_pixels() {
                0 => String::from("several transparent entries of the colour table are used"),
                pixels => format!("{pixels} transparent pixels have several colours"),
            };
            let label = "Colours under full transparency";
            findings.add(Betrays::HiddenPicture, Carrier::HiddenColour, place, label, value);
        }
    }
    fault.map_or(Ok(()), Err)
}

/// Where the first chunk of a kind stands.
fn place(photo: &[u8], kind: &[u8; 4]) -> Place {
    let chunk = Chunks::of(photo).find(|chunk| chunk.kind == *kind);
    let (offset, length) =
        chunk.map_or((0, 0), |chunk| (chunk.start, chunk.end.saturating_sub(chunk.start)));
    Place { segment: words::latin1(kind), offset: offset as u64, length: length as u64 }
}

/// Looks at the rows of a picture, and counts what a stream holds besides.
struct Look<'l, 's> {
    rows: Rows,
    seen: &'l mut Seen<'s>,
    /// How many bytes were inflated, and how many of them can be rows.
    inflated: u64,
    raw: u64,
    empty: u64,
}

impl Look<'_, '_> {
    fn surplus(&self) -> u64 {
        self.inflated.saturating_sub(self.raw)
    }
}

/// The most bytes behind the last row that are counted.
const MOST_SURPLUS: u64 = 1 << 24;

impl Taker for Look<'_, '_> {
    fn bytes(&mut self, bytes: &[u8]) -> Result<(), Halt> {
        self.inflated = self.inflated.saturating_add(bytes.len() as u64);
        match self.rows.take(bytes, self.seen) {
            Err(Halt::Enough) if self.surplus() <= MOST_SURPLUS => Ok(()),
            other => other,
        }
    }

    fn block(&mut self, block: Block) -> Result<(), Halt> {
        self.empty = self.empty.saturating_add(u64::from(block.empty));
        Ok(())
    }
}

/// Tells what is in the data of a picture and is no row.
fn data(
    photo: &[u8],
    picture: &Picture<'_>,
    coded: &Coded<'_>,
    seen: &mut Seen<'_>,
    findings: &mut Findings,
) -> Result<(), Error> {
    let header = picture.header_of(coded);
    let range = coded.stream.range();
    let place = Place {
        segment: String::from(if coded.further { "fdAT" } else { "IDAT" }),
        offset: range.start as u64,
        length: range.end.saturating_sub(range.start) as u64,
    };
    let rows = if seen.has_to_look(&header) {
        Rows::unfiltered(&header)
    } else {
        Some(Rows::checked(&header))
    };
    let mut look = Look {
        rows: rows.ok_or(Error::Memory)?,
        seen,
        inflated: 0,
        raw: header.raw_bytes(),
        empty: 0,
    };
    let end = inflate(coded.stream.clone(), &mut look);
    let padding = look.seen.take_padding();
    let mut gap = |label: &str, value: String| {
        findings.add(Betrays::Unknown, Carrier::Gap, place.clone(), label, value);
    };
    if look.surplus() > 0 {
        gap("Data behind the last row", words::size(look.surplus()));
    }
    if padding {
        gap("Bits behind the last pixel of a row", String::from("not zero"));
    }
    if look.empty > 1 {
        gap("Blocks that hold nothing", look.empty.to_string());
    }
    if let Ok(end) = &end {
        let behind = coded.stream.length().saturating_sub(end.length);
        if behind > 0 {
            let rest = tail(coded, end.length);
            gap("Bytes behind the compressed data", words::summary(&rest));
        }
        if !end.matches {
            gap("Checksum of the compressed data", String::from("wrong"));
        }
    }
    match end {
        _ if look.rows.are_complete() => Ok(()),
        Err(Halt::Failed(error)) => Err(error),
        Err(Halt::Damaged(at, what)) => {
            Err(Error::Damaged { at: at.max(range.start) as u64, what })
        }
        _ if range.end >= photo.len() => Err(Error::CutOff { at: photo.len() as u64 }),
        _ => Err(Error::Damaged { at: range.end as u64, what: "fewer rows than the picture has" }),
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
fn unused(photo: &[u8], picture: &Picture<'_>, seen: &mut Seen<'_>, findings: &mut Findings) {
    let (palette, transparency) = seen.needed();
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
    if told.is_some_and(|chunk| chunk.payload != transparency) {
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
