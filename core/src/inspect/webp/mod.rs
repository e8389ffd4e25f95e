//! Findings of a WebP, part by part.

use crate::bytes::{Endian, array_at, slice_at, u8_at};
use crate::container::webp::riff::{Chunk, FRAME_HEAD, Part, Walk, walk};
use crate::container::webp::{self, Frame, Image, Picture, Pixels, Plane};
use crate::inspect::block::Block;
use crate::inspect::{
    Betrays, Carrier, Findings, Inspection, exif, icc, iptc, jpeg, jumbf, text, xmp,
};
use crate::picture::webp::{vp8, vp8l};
use crate::{Error, Format, Limits};

/// The most Exif blocks and XMP packets that are read in full.
const MOST_READ: usize = 16;

/// Everything that the WebP `photo` says about its maker.
pub(crate) fn inspect(photo: &[u8], limits: &Limits) -> Result<Inspection, Error> {
    let walk = walk(photo, usize::try_from(limits.parts).unwrap_or(usize::MAX));
    let picture = webp::read(&walk, limits);
    Ok(inspect_webp(&walk, picture.as_ref(), limits))
}

/// Everything that a WebP taken apart says, given what decodes its picture or why that cannot be
/// told.
pub(crate) fn inspect_webp(
    walk: &Walk<'_>,
    picture: Result<&Picture<'_>, &Error>,
    limits: &Limits,
) -> Inspection {
    let mut findings = Findings::new(limits);
    let mut teller =
        Teller { walk, picture: picture.ok(), frame: 0, left: MOST_READ, shown: false };
    for part in &walk.parts {
        if findings.is_full() {
            break;
        }
        teller.part(part, &mut findings);
    }
    let size = match picture {
        Ok(picture) => Some((picture.width, picture.height)),
        Err(_) => size(walk),
    };
    let (findings, more) = findings.into_list();
    let problem = picture.err().map(|error| match error {
        Error::CutOff { at } => format!("cut off after {at} bytes"),
        Error::Damaged { at, what } => format!("damaged at byte {at}: {what}"),
        other => format!("not read to its end: {other}"),
    });
    let bytes = walk.data.len() as u64;
    Inspection { format: Format::WebP, bytes, size, findings, more, problem }
}

/// Width and height of a picture that could not be read.
fn size(walk: &Walk<'_>) -> Option<(u32, u32)> {
    walk.parts.iter().find_map(|part| {
        let (Part::Chunk(chunk) | Part::Inner(chunk)) = part else { return None };
        let payload = walk.payload(chunk);
        match &chunk.name {
            b"VP8X" => Some((three_bytes(payload, 4)?, three_bytes(payload, 7)?)),
            b"VP8 " => vp8::size(payload).map(|(w, h)| (u32::from(w), u32::from(h))),
            b"VP8L" => vp8l::size(payload).map(|(w, h, _)| (u32::from(w), u32::from(h))),
            _ => None,
        }
    })
}

/// A side of the picture, which stands there less one.
fn three_bytes(data: &[u8], at: usize) -> Option<u32> {
    let [a, b, c] = array_at(data, at)?;
    u32::from_le_bytes([a, b, c, 0]).checked_add(1)
}

/// Tells the parts of a file in their order.
struct Teller<'a> {
    walk: &'a Walk<'a>,
    /// What decodes the picture, if that is known.
    picture: Option<&'a Picture<'a>>,
    /// Which frame of an animation this is, from 1.
    frame: usize,
    /// How many blocks are still read in full.
    left: usize,
    /// True if the picture of this frame, or of the file, was told.
    shown: bool,
}

impl Teller<'_> {
    fn part(&mut self, part: &Part, findings: &mut Findings) {
        match part {
            Part::Chunk(chunk) => self.chunk(chunk, false, findings),
            Part::Inner(chunk) => self.chunk(chunk, true, findings),
            Part::Padding(at) => {
                self.unknown(
                    "padding",
                    *at,
                    at.saturating_add(1),
                    "Padding that is not zero",
                    findings,
                );
            }
            Part::Gap(from, to) => {
                self.unknown("gap", *from, *to, "Bytes between chunks", findings);
            }
            Part::Trailer(from, to) => {
                let data = self.walk.data.get(*from..*to).unwrap_or_default();
                let block = Block { segment: "trailer", offset: *from as u64, data, joined: None };
                jpeg::tell_trailer(block, findings);
            }
        }
    }

    fn unknown(&self, name: &str, from: usize, to: usize, label: &str, findings: &mut Findings) {
        let data = self.walk.data.get(from..to).unwrap_or_default();
        let block = Block { segment: name, offset: from as u64, data, joined: None };
        findings.add(Betrays::Unknown, Carrier::Gap, block.place(), label, text::summary(data));
    }

    fn chunk(&mut self, chunk: &Chunk, inner: bool, findings: &mut Findings) {
        let mut name = text::latin1(&chunk.name).trim_end().to_owned();
        if inner {
            name = format!("{name} in frame {}", self.frame);
        }
        let data = self.walk.data.get(chunk.start..chunk.end).unwrap_or_default();
        let whole = Block { segment: &name, offset: chunk.start as u64, data, joined: None };
        let payload = whole.from(8);
        match &chunk.name {
            b"VP8X" if !inner && chunk.start == 12 => extended(payload, findings),
            b"VP8 " | b"VP8L" if !self.shown => {
                self.shown = true;
                self.coded(chunk, payload, findings);
            }
            b"ALPH" if !self.shown => self.alpha(payload, findings),
            b"VP8 " | b"VP8L" | b"ALPH" => {
                let (betrays, carrier) = (Betrays::HiddenPicture, Carrier::FurtherImage);
                let value = text::size(payload.data.len() as u64);
                findings.add(betrays, carrier, whole.place(), "Picture that is not shown", value);
            }
            b"ANIM" if !inner => animation(payload, findings),
            b"ANMF" if !inner => {
                self.frame = self.frame.saturating_add(1);
                self.shown = false;
                frame(payload.before(FRAME_HEAD), findings);
            }
            b"ICCP" => icc::inspect(payload.data, &whole.place(), 1, findings),
            b"EXIF" if self.left > 0 => {
                self.left = self.left.saturating_sub(1);
                exif::inspect(whole, payload, findings, &mut jpeg::tell_thumbnail);
            }
            b"XMP " | b"XMP\0" if self.left > 0 => {
                self.left = self.left.saturating_sub(1);
                let packet = xmp::packet_of(payload.data).unwrap_or(payload.data);
                xmp::packet(packet, &whole.place(), findings);
            }
            b"C2PA" => jumbf::inspect(payload.data, &whole.place(), findings),
            _ => other(&chunk.name, whole, payload, findings),
        }
    }

    /// Tells the chunk of a picture, and what in it is not picture.
    fn coded(&self, chunk: &Chunk, payload: Block<'_>, findings: &mut Findings) {
        let data = payload.data;
        let kind = if &chunk.name == b"VP8L" { "lossless" } else { "lossy" };
        let size = match &chunk.name {
            b"VP8L" => vp8l::size(data).map(|(width, height, _)| (width, height)),
            _ => vp8::size(data),
        };
        let value = match size {
            Some((width, height)) => {
                format!("{kind}, {width} × {height} pixels, {}", text::size(data.len() as u64))
            }
            None => format!("{kind}, damaged"),
        };
        let (betrays, label) = (Betrays::Structure, "Picture");
        findings.add(betrays, Carrier::Picture, payload.place(), label, value);
        if &chunk.name == b"VP8 " {
            let hints: Vec<u8> =
                [7usize, 9].iter().filter_map(|at| u8_at(data, *at)).map(|b| b >> 6).collect();
            if hints.iter().any(|hint| *hint != 0) && size.is_some() {
                let value = format!("{hints:?}");
                findings.add(
                    Betrays::Unknown,
                    Carrier::Picture,
                    payload.from(6).before(4).place(),
                    "Hint for scaling that nobody follows",
                    value,
                );
            }
        }
        match self.pixels() {
            Some(Pixels::Lossy { lossy, .. }) => {
                for (at, length) in &lossy.spare {
                    behind(payload.from(*at).before(*length), findings);
                }
            }
            Some(Pixels::Lossless(lossless)) => {
                behind(payload.from(lossless.data.len()), findings);
            }
            None => {}
        }
    }

    fn alpha(&self, payload: Block<'_>, findings: &mut Findings) {
        let head = u8_at(payload.data, 0).unwrap_or(0);
        let value = format!("of a lossy picture, {}", text::size(payload.data.len() as u64));
        let (betrays, label) = (Betrays::Structure, "Transparency");
        findings.add(betrays, Carrier::Picture, payload.place(), label, value);
        if head & 0xC0 != 0 {
            reserved(payload.before(1), &format!("{:#04X}", head & 0xC0), findings);
        }
        if let Some(Pixels::Lossy { alpha: Some(alpha), .. }) = self.pixels() {
            let used = match &alpha.plane {
                Plane::Raw(samples) => samples.len(),
                Plane::Compressed(data) => data.len(),
            };
            behind(payload.from(used.saturating_add(1)), findings);
        }
    }

    /// The pixels of this frame, or of the file.
    fn pixels(&self) -> Option<&Pixels<'_>> {
        match &self.picture?.image {
            Image::Still(pixels) => (self.frame == 0).then_some(pixels),
            Image::Animation { frames, .. } => {
                frames.get(self.frame.checked_sub(1)?).map(|Frame { pixels, .. }| pixels)
            }
        }
    }
}

/// Tells bytes behind the end of coded data.
fn behind(block: Block<'_>, findings: &mut Findings) {
    if !block.data.is_empty() {
        let label = "Bytes that no decoder needs";
        let value = text::summary(block.data);
        findings.add(Betrays::Unknown, Carrier::Gap, block.place(), label, value);
    }
}

fn reserved(block: Block<'_>, value: &str, findings: &mut Findings) {
    let label = "Reserved bits that are not zero";
    findings.add(Betrays::Unknown, Carrier::UnknownChunk, block.place(), label, value);
}

/// Tells the header of the extended format.
fn extended(payload: Block<'_>, findings: &mut Findings) {
    let data = payload.data;
    let flags = u8_at(data, 0).unwrap_or(0);
    let kept =
        [(0x20, "profile"), (0x10, "transparency"), (8, "Exif"), (4, "XMP"), (2, "animation")];
    let told: Vec<&str> =
        kept.iter().filter(|(bit, _)| flags & bit != 0).map(|(_, word)| *word).collect();
    let size = three_bytes(data, 4).zip(three_bytes(data, 7));
    let (width, height) = size.unwrap_or_default();
    let mut value = format!("{width} × {height} pixels");
    if !told.is_empty() {
        value = format!("{value}, with {}", told.join(", "));
    }
    let place = payload.place();
    findings.add(Betrays::Structure, Carrier::Picture, place, "Extended format", value);
    let bits = Endian::Big.u32(data, 0).unwrap_or(0) & 0xC1FF_FFFF;
    if bits != 0 {
        reserved(payload.before(4), &format!("{bits:#010X}"), findings);
    }
    behind(payload.from(10), findings);
}

/// Tells what holds for all of an animation.
fn animation(payload: Block<'_>, findings: &mut Findings) {
    let loops = match Endian::Little.u16(payload.data, 4) {
        Some(0) => "runs for ever".into(),
        Some(1) => "runs once".into(),
        Some(times) => format!("runs {times} times"),
        None => String::from("cut short"),
    };
    findings.add(Betrays::Structure, Carrier::Picture, payload.place(), "Animation", loops);
    // what programs write where nobody chose: nothing, or white
    let usual = [[0; 4], [0xFF; 4], [0xFF, 0xFF, 0xFF, 0], [0, 0, 0, 0xFF]];
    if let Some(background) = array_at::<4>(payload.data, 0).filter(|b| !usual.contains(b)) {
        let [blue, green, red, alpha] = background;
        let value = format!("red {red}, green {green}, blue {blue}, alpha {alpha}");
        let label = "Background that viewers need not show";
        let place = payload.before(4).place();
        findings.add(Betrays::History, Carrier::Picture, place, label, value);
    }
    behind(payload.from(6), findings);
}

/// Tells the header of a frame.
fn frame(head: Block<'_>, findings: &mut Findings) {
    let side = |at| three_bytes(head.data, at).unwrap_or(0);
    let duration = side(12).saturating_sub(1);
    let flags = u8_at(head.data, 15).unwrap_or(0);
    let mut value = format!("{} × {} pixels, {duration} ms", side(6), side(9));
    if slice_at(head.data, 0, FRAME_HEAD).is_none() {
        value = "cut short".into();
    }
    findings.add(Betrays::Structure, Carrier::Picture, head.place(), "Frame", value);
    if flags & 0xFC != 0 {
        let value = format!("{:#04X}", flags & 0xFC);
        reserved(head.from(15), &value, findings);
    }
}

/// Tells a chunk of another kind, and what is known in it.
fn other(name: &[u8; 4], whole: Block<'_>, payload: Block<'_>, findings: &mut Findings) {
    let before = findings.marks();
    let data = payload.data;
    if exif::is_exif(data) || data.starts_with(b"II*\0") || data.starts_with(b"MM\0*") {
        exif::inspect(whole, payload, findings, &mut jpeg::tell_thumbnail);
    } else if let Some(packet) = xmp::packet_of(data) {
        xmp::packet(packet, &whole.place(), findings);
    } else if data.starts_with(b"8BIM") {
        iptc::resources(payload, findings, &mut jpeg::tell_thumbnail);
    }
    if findings.marks() == before {
        let label = format!("Chunk {}", text::latin1(name).trim_end());
        let value = text::summary(data);
        findings.add(Betrays::Unknown, Carrier::UnknownChunk, whole.place(), label, value);
    }
}
