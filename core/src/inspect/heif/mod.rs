//! Findings of a HEIF (HEIC and AVIF), part by part: ISO/IEC 14496-12, ISO/IEC 23008-12.

mod av1;
mod hevc;
mod items;
mod meta;
mod properties;

use crate::bytes::{Endian, array_at};
use crate::inspect::block::Block;
use crate::inspect::jpeg::tell_trailer;
use crate::inspect::{Betrays, Carrier, Findings, Inspection, film, jumbf, text, xmp};
use crate::{Error, Format, Limits};

/// The most boxes that are told apart at one level.
const MOST: usize = 4_096;

/// `uuid` boxes that hold XMP (ISO 16684-3) and content credentials (C2PA, A.3.1).
const XMP: &[u8; 16] = b"\xBE\x7A\xCF\xCB\x97\xA9\x42\xE8\x9C\x71\x99\x94\x91\xE3\xAF\xAC";
const C2PA: &[u8; 16] = b"\xD8\xFE\xC3\xD6\x1B\x0E\x48\x3C\x92\x97\x58\x28\x87\x7E\xC4\x81";

/// Everything that the HEIF `photo` says about its maker.
pub(crate) fn inspect(photo: &[u8], limits: &Limits) -> Result<Inspection, Error> {
    let mut findings = Findings::new(limits);
    let file = Block { segment: "", offset: 0, data: photo, joined: None };
    let (parts, rest) = parts(file);
    let mut problem = None;
    let mut meta = None;
    for part in &parts {
        if part.kind == *b"meta" && meta.is_none() {
            meta = Some(meta::Meta::read(part, file, &mut findings));
        } else {
            top(part, &mut findings);
        }
    }
    let mut size = None;
    if let Some(meta) = &meta {
        size = meta.size();
        items::tell(meta, &mut findings);
        for data in parts.iter().filter(|part| part.kind == *b"mdat") {
            meta.tell_gaps(data, &mut findings);
        }
    } else {
        problem = Some(String::from("there is no picture in it"));
        parts
            .iter()
            .filter(|part| part.kind == *b"mdat")
            .for_each(|part| unknown(part, &mut findings));
    }
    if !rest.data.is_empty() {
        let rest = Block { segment: "trailer", ..rest };
        match cut_off(rest) {
            Some(kind) => {
                problem = Some(format!("cut off after {} bytes", photo.len()));
                let label = format!("A part of the box {kind}");
                let value = text::summary(rest.data);
                findings.add(Betrays::Unknown, Carrier::UnknownBox, rest.place(), label, value);
            }
            None => tell_trailer(rest, &mut findings),
        }
    }
    let (findings, more) = findings.into_list();
    Ok(Inspection {
        format: Format::detect(photo).unwrap_or(Format::Heif),
        bytes: photo.len() as u64,
        size,
        findings,
        more,
        problem,
    })
}

/// A box.
#[derive(Debug, Clone, Copy)]
struct Part<'a> {
    kind: [u8; 4],
    whole: Block<'a>,
    /// What follows its header.
    body: Block<'a>,
}

impl Part<'_> {
    /// Its kind, readable.
    fn name(&self) -> String {
        text::latin1(&self.kind)
    }
}

/// The boxes in `block`, and what follows the last one that is whole.
fn parts(block: Block<'_>) -> (Vec<Part<'_>>, Block<'_>) {
    let mut list = Vec::new();
    let mut rest = block;
    while let Some(part) = first(rest).filter(|_| list.len() < MOST) {
        rest = rest.from(part.whole.data.len());
        list.push(part);
    }
    (list, rest)
}

fn first(block: Block<'_>) -> Option<Part<'_>> {
    let kind: [u8; 4] = array_at(block.data, 4)?;
    if !kind.iter().all(|b| b.is_ascii_graphic() || matches!(b, b' ' | 0xA9)) {
        return None;
    }
    let (head, size) = match usize::try_from(Endian::Big.u32(block.data, 0)?).ok()? {
        0 => (8, block.data.len()),
        1 => (16, usize::try_from(u64::from_be_bytes(array_at(block.data, 8)?)).ok()?),
        size => (8, size),
    };
    let segment = std::str::from_utf8(block.data.get(4..8)?).unwrap_or("box");
    let whole = Block { segment, ..block.part(0, size)? };
    Some(Part { kind, whole, body: whole.part(head, size.checked_sub(head)?)? })
}

/// The kind of the box that `rest` is the start of, if it looks like one that was cut off.
fn cut_off(rest: Block<'_>) -> Option<String> {
    let kind: [u8; 4] = array_at(rest.data, 4)?;
    let known = [b"ftyp", b"meta", b"mdat", b"moov", b"free", b"skip", b"uuid", b"idat"];
    known.contains(&&kind).then(|| text::latin1(&kind))
}

/// Tells a box of the top level that is not the first `meta`.
fn top(part: &Part<'_>, findings: &mut Findings) {
    let place = part.whole.place();
    match &part.kind {
        b"mdat" => {}
        b"ftyp" => brands(part, findings),
        b"moov" => {
            let value = text::size(part.whole.data.len() as u64);
            let label = "Sequence of pictures, or film";
            findings.add(Betrays::HiddenPicture, Carrier::Film, place, label, value);
            film::movie(part.body, findings);
        }
        b"mpvd" if film::length(part.body.data).is_some() => {
            film::inspect(part.body, "Motion Photo", findings);
        }
        b"sefd" => tell_trailer(Block { segment: "sefd", ..part.body }, findings),
        _ => general(part, findings),
    }
}

/// Tells a box that may stand anywhere.
fn general(part: &Part<'_>, findings: &mut Findings) {
    let place = part.whole.place();
    match &part.kind {
        b"free" | b"skip" if part.body.data.is_empty() => {}
        b"free" | b"skip" => {
            let value = text::summary(part.body.data);
            findings.add(Betrays::Unknown, Carrier::Gap, place, "Free space", value);
        }
        b"jumb" => jumbf::inspect(part.whole.data, &place, findings),
        b"uuid" if part.body.data.starts_with(XMP) => {
            xmp::packet(part.body.from(16).data, &place, findings);
        }
        b"uuid" if part.body.data.starts_with(C2PA) => {
            // version and flags, a purpose, an offset, and the store
            let content = part.body.from(20);
            let store =
                memchr::memmem::find(content.data, b"jumb").and_then(|at| at.checked_sub(4));
            let value = text::summary(content.data);
            findings.add(
                Betrays::History,
                Carrier::C2pa,
                place.clone(),
                "Content credentials",
                value,
            );
            if let Some(at) = store {
                jumbf::inspect(content.from(at).data, &place, findings);
            }
        }
        _ => unknown(part, findings),
    }
}

fn unknown(part: &Part<'_>, findings: &mut Findings) {
    let label = format!("Box {}", part.name());
    let value = text::summary(part.body.data);
    findings.add(Betrays::Unknown, Carrier::UnknownBox, part.whole.place(), label, value);
}

/// Brands that standards name; others could be anything.
const BRANDS: [&[u8; 4]; 28] = [
    b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"mif2",
    b"msf1", b"miaf", b"avif", b"avis", b"avio", b"MiHB", b"MiHE", b"MiHA", b"MiPr", b"MA1A",
    b"MA1B", b"1pic", b"unif", b"tmap", b"isom", b"iso8", b"mp41", b"mp42",
];

/// Tells the file type if it says anything that not every such file does.
fn brands(part: &Part<'_>, findings: &mut Findings) {
    let (brands, rest) = part.body.data.as_chunks::<4>();
    let known = |(number, brand): (usize, &[u8; 4])| match number {
        1 => *brand == [0; 4],
        _ => BRANDS.contains(&brand),
    };
    let plain = rest.is_empty() && brands.iter().enumerate().all(known);
    let value = text::latin1(part.body.data);
    let betrays = if plain { Betrays::Structure } else { Betrays::Unknown };
    findings.add(betrays, Carrier::Picture, part.whole.place(), "File type", value);
}
