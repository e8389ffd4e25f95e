//! Findings of a GIF, part by part.

mod application;
mod images;

use self::images::Images;
use crate::container::gif::block::{Block as Part, HEADER, Header, Kind, blocks, sub_blocks};
use crate::container::gif::{self, Control, Picture};
use crate::inspect::block::Block;
use crate::inspect::jpeg::{comment, tell_trailer};
use crate::inspect::{Betrays, Carrier, Findings, Inspection, text};
use crate::{Error, Format, Limits};

/// Everything that the GIF `photo` says about its maker.
pub(crate) fn inspect(photo: &[u8], limits: &Limits) -> Result<Inspection, Error> {
    let picture = gif::read(photo, limits);
    Ok(inspect_gif(photo, picture.as_ref(), limits))
}

/// Everything that a GIF says, given what it shows or why that cannot be told.
pub(crate) fn inspect_gif(
    photo: &[u8],
    picture: Result<&Picture<'_>, &Error>,
    limits: &Limits,
) -> Inspection {
    let mut findings = Findings::new(limits);
    let file = Block { segment: "", offset: 0, data: photo, joined: None };
    let header = Header::read(photo);
    let mut teller = Teller { file, control: None, images: Images::new(picture.ok()) };
    let problem = match header {
        Some(header) => {
            teller.header(&header, &mut findings);
            teller.parts(&header, &mut findings)
        }
        None => Some(format!("cut off after {} bytes", photo.len())),
    };
    let (list, more) = findings.into_list();
    Inspection {
        format: Format::Gif,
        bytes: photo.len() as u64,
        size: header.map(|header| (header.screen.0.into(), header.screen.1.into())),
        findings: list,
        more,
        problem: problem.or_else(|| picture.err().map(ToString::to_string)),
    }
}

struct Teller<'a> {
    file: Block<'a>,
    /// The graphic control extension that waits for its image.
    control: Option<(Control, Block<'a>)>,
    images: Images<'a>,
}

impl<'a> Teller<'a> {
    /// The bytes from `start` to `end`, by the name of what they are.
    fn block(&self, name: &'a str, start: usize, end: usize) -> Block<'a> {
        let block = self.file.from(start).before(end.saturating_sub(start));
        Block { segment: name, ..block }
    }

    /// What the header and the global colour table say.
    fn header(&mut self, header: &Header, findings: &mut Findings) {
        let whole = self.block("header", 0, HEADER);
        let version = if header.old { "87a" } else { "89a" };
        let value = format!("version {version}, {} × {} pixels", header.screen.0, header.screen.1);
        findings.add(Betrays::Structure, Carrier::Picture, whole.place(), "Picture", value);
        let mut form: Vec<String> = Vec::new();
        let resolution = (header.packed >> 4 & 7).saturating_add(1);
        if resolution != 8 {
            form.push(format!("colour resolution {resolution} bits"));
        }
        if header.packed & 8 != 0 {
            form.push("a sorted colour table".into());
        }
        if header.table() == 0 && header.packed & 7 != 0 {
            form.push("the size of a colour table that is not there".into());
        }
        if !self.images.keeps_background() && header.background != 0 {
            form.push(format!("background colour {}", header.background));
        }
        if !form.is_empty() {
            let (label, value) = ("Form of the header", form.join(", "));
            findings.add(Betrays::History, Carrier::Picture, whole.place(), label, value);
        }
        if header.aspect != 0 {
            let value = format!("{} of 64", u16::from(header.aspect).saturating_add(15));
            let (label, carrier) = ("Aspect ratio of the pixels", Carrier::Resolution);
            findings.add(Betrays::Device, carrier, whole.place(), label, value);
        }
        let end = HEADER.saturating_add(header.table());
        let table = self.block("global colour table", HEADER, end);
        self.images.global_table(table, findings);
    }

    /// What the blocks behind that say; why they do not reach the end, if so.
    fn parts(&mut self, header: &Header, findings: &mut Findings) -> Option<String> {
        let length = self.file.data.len();
        let mut problem = None;
        let mut ended = false;
        for part in blocks(self.file.data, header) {
            if findings.is_full() {
                break;
            }
            if part.cut {
                problem = Some(format!("cut off after {length} bytes"));
            }
            match part.kind {
                Kind::Extension { label, data } => self.extension(label, data, part, findings),
                Kind::Image { .. } => {
                    let whole = self.block("image", part.start, part.end);
                    let control = self.control.take();
                    self.images.tell(header, &part.kind, whole, control, findings);
                }
                Kind::Gap => {
                    let whole = self.block("gap", part.start, part.end);
                    if part.end >= length && self.images.any() {
                        problem = None;
                        tell_trailer(whole, findings);
                    } else {
                        let value = text::summary(whole.data);
                        let label = "Bytes between blocks";
                        findings.add(Betrays::Unknown, Carrier::Gap, whole.place(), label, value);
                    }
                }
                Kind::Trailer => {
                    ended = true;
                    let rest = self.block("trailer", part.end, length);
                    if !rest.data.is_empty() {
                        tell_trailer(rest, findings);
                    }
                }
            }
        }
        if let Some((_, whole)) = self.control.take() {
            stray_control(whole, findings);
        }
        let missing = || Some(String::from("it has no trailer"));
        problem.or_else(|| if ended || findings.is_full() { None } else { missing() })
    }

    fn extension(&mut self, label: u8, data: &'a [u8], part: Part<'a>, findings: &mut Findings) {
        let name = match label {
            0xF9 => "graphic control extension",
            0xFE => "comment extension",
            0xFF => "application extension",
            0x01 => "plain text extension",
            _ => "extension",
        };
        let whole = self.block(name, part.start, part.end);
        // introducer and label stand in front of the sub-blocks
        let payload = whole.from(2);
        match label {
            0xF9 => match Control::read(data) {
                Some(control) => {
                    if let Some((_, before)) = self.control.replace((control, whole)) {
                        stray_control(before, findings);
                    }
                    let rest = payload.from(6);
                    if data.first() != Some(&4) || !rest.data.is_empty() {
                        unknown("Bytes in a graphic control extension", whole, data, findings);
                    }
                }
                None => unknown("Graphic control extension too short", whole, data, findings),
            },
            0xFE => {
                let content = joined(data);
                let block = Block { data: &content, ..whole };
                comment::inspect(whole, block, findings);
            }
            0xFF => application::tell(whole, payload, findings),
            0x01 => {
                // the first sub-block tells where and in which colours
                let words: Vec<u8> = sub_blocks(data).skip(1).flatten().copied().collect();
                let value =
                    if words.is_empty() { text::summary(data) } else { text::decode(&words) };
                let value = if value.is_empty() { text::size(data.len() as u64) } else { value };
                findings.add(Betrays::Owner, Carrier::Text, whole.place(), "Plain text", value);
            }
            _ => unknown(&format!("Extension 0x{label:02X}"), whole, data, findings),
        }
    }
}

/// The content of sub-blocks.
fn joined(data: &[u8]) -> Vec<u8> {
    sub_blocks(data).flatten().copied().collect()
}

/// Tells what no viewer reads.
fn unknown(label: &str, whole: Block<'_>, data: &[u8], findings: &mut Findings) {
    let (carrier, value) = (Carrier::UnknownSegment, text::summary(&joined(data)));
    findings.add(Betrays::Unknown, carrier, whole.place(), label, value);
}

/// Tells a graphic control extension that no image follows, or another one.
fn stray_control(whole: Block<'_>, findings: &mut Findings) {
    let (label, value) = ("Graphic control extension without an image", text::summary(whole.data));
    findings.add(Betrays::Unknown, Carrier::UnknownSegment, whole.place(), label, value);
}

#[cfg(test)]
mod tests;
