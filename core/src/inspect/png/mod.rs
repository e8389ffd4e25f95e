//! Findings of a PNG, chunk by chunk: W3C Portable Network Graphics, third edition.

mod chunk;
mod picture;
mod text;

use self::picture::Shown;
use crate::container::png::chunk::{Chunk, Chunks};
use crate::container::png::{self, Picture};
use crate::inspect::block::Block;
use crate::inspect::jpeg::tell_trailer;
use crate::inspect::{Betrays, Carrier, Findings, text as words};
use crate::picture::png::look::{Facts, look};
use crate::{Error, Format, Inspection, Limits};

/// Everything that the PNG `photo` says about its maker.
pub(crate) fn inspect(photo: &[u8], limits: &Limits) -> Result<Inspection, Error> {
    let picture = png::read(photo, limits);
    let facts = picture.as_ref().map_err(Error::clone).and_then(|picture| look(photo, picture));
    Ok(tell(photo, picture.as_ref().ok(), facts.as_ref(), Shown::All, limits))
}

/// What is gone of the PNG `photo` once it is clean, given what was seen in it.
pub(crate) fn inspect_png(
    photo: &[u8],
    picture: &Picture<'_>,
    facts: &Facts,
    limits: &Limits,
) -> Inspection {
    tell(photo, Some(picture), Ok(facts), Shown::Gone, limits)
}

fn tell(
    photo: &[u8],
    picture: Option<&Picture<'_>>,
    facts: Result<&Facts, &Error>,
    shown: Shown,
    limits: &Limits,
) -> Inspection {
    let mut findings = Findings::new(limits);
    let mut teller = Teller { photo, behind: false, data: 0, told: 0 };
    let mut chunks = Chunks::of(photo);
    for chunk in chunks.by_ref() {
        if findings.is_full() {
            break;
        }
        teller.chunk(&chunk, &mut findings);
    }
    teller.rest(chunks.at(), &mut findings);
    if let Some(picture) = picture {
        picture::tell(photo, picture, facts.ok(), shown, &mut findings);
    }
    let problem = facts.err().and_then(problem);
    let size = Chunks::of(photo).next().filter(|chunk| &chunk.kind == b"IHDR").and_then(size);
    let (findings, more) = findings.into_list();
    Inspection { format: Format::Png, bytes: photo.len() as u64, size, findings, more, problem }
}

/// Width and height, as the header tells them.
fn size(chunk: Chunk<'_>) -> Option<(u32, u32)> {
    let number = |at| crate::bytes::Endian::Big.u32(chunk.payload, at);
    Some((number(0)?, number(4)?))
}

/// Why the file could not be read to its end, if that is what the error says.
fn problem(error: &Error) -> Option<String> {
    match error {
        Error::CutOff { at } => Some(format!("cut off after {at} bytes")),
        Error::Damaged { at, what } => Some(format!("damaged at byte {at}: {what}")),
        Error::Limit { what, limit } => {
            Some(format!("not read to its end: {what} (limit {limit})"))
        }
        Error::Unsupported { what, .. } => Some(format!("not read further: it uses {what}")),
        _ => None,
    }
}

/// Tells chunks in their order.
struct Teller<'a> {
    photo: &'a [u8],
    /// True once the picture's data has ended.
    behind: bool,
    /// How many data chunks there were.
    data: u64,
    /// How many chunks were told one by one.
    told: u64,
}

/// The most chunks that are told one by one.
const MOST: u64 = 4_096;

impl<'a> Teller<'a> {
    fn chunk(&mut self, chunk: &Chunk<'a>, findings: &mut Findings) {
        let name = words::latin1(&chunk.kind);
        let bytes = self.photo.get(chunk.start..chunk.end).unwrap_or_default();
        let whole = Block { segment: &name, offset: chunk.start as u64, data: bytes, joined: None };
        let payload = Block {
            segment: &name,
            offset: chunk.payload_at() as u64,
            data: chunk.payload,
            joined: None,
        };
        if &chunk.kind == b"IDAT" {
            if self.behind && self.data > 0 {
                let value = words::size(chunk.payload.len() as u64);
                let (betrays, carrier) = (Betrays::HiddenPicture, Carrier::FurtherImage);
                findings.add(betrays, carrier, whole.place(), "Data after the picture", value);
            }
            self.data = self.data.saturating_add(1);
            return;
        }
        self.behind = self.data > 0;
        self.told = self.told.saturating_add(1);
        if self.told <= MOST {
            chunk::tell(chunk, whole, payload, findings);
        } else if self.told == MOST.saturating_add(1) {
            let value = format!("more than {MOST}: not told one by one");
            let (betrays, carrier) = (Betrays::Unknown, Carrier::UnknownChunk);
            findings.add(betrays, carrier, whole.place(), "Further chunks", value);
        }
    }

    /// Tells what stands behind the last chunk.
    fn rest(&self, at: usize, findings: &mut Findings) {
        let bytes = self.photo.get(at..).unwrap_or_default();
        if bytes.is_empty() {
            return;
        }
        let block = Block { segment: "trailer", offset: at as u64, data: bytes, joined: None };
        if memchr::memmem::find(bytes, b"IEND\xae\x42\x60\x82").is_some()
            && !bytes.starts_with(b"\x89PNG")
        {
            // what screenshot editors left behind when they cut: CVE-2023-21036
            let value = words::size(bytes.len() as u64);
            let label = "The end of another picture, as of one that was cropped";
            findings.add(
                Betrays::HiddenPicture,
                Carrier::FurtherImage,
                block.place(),
                label,
                value,
            );
            return;
        }
        tell_trailer(block, findings);
    }
}

#[cfg(test)]
mod tests;
