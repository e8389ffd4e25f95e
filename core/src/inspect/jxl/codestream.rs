//! Findings of the codestream: what it says besides the picture.

use super::boxes::holder;
use crate::container::jxl::boxes::Walk;
use crate::container::jxl::fields::Extensions;
use crate::container::jxl::header::Kind;
use crate::container::jxl::shown::{Fate, fates};
use crate::container::jxl::{Codestream, Frame, Stream};
use crate::inspect::block::Block;
use crate::inspect::jpeg::tell_trailer;
use crate::inspect::{Betrays, Carrier, Findings, Place, icc, text};

/// The most frames of which each is told by itself.
const MOST: usize = 256;

/// The most bytes of an extension that are looked at.
const MOST_BYTES: u64 = 4_096;

/// Tells what `read` says, which was read from `stream`.
pub(super) fn tell(
    walk: &Walk<'_>,
    read: &Codestream,
    stream: &Stream<'_>,
    findings: &mut Findings,
) {
    let telling = Telling { walk, read, stream };
    telling.header(findings);
    telling.frames(findings);
    telling.trailer(findings);
}

struct Telling<'a> {
    walk: &'a Walk<'a>,
    read: &'a Codestream,
    stream: &'a Stream<'a>,
}

impl Telling<'_> {
    /// The place of the bytes of the codestream from `start` to `end`.
    fn place(&self, name: &str, start: usize, end: usize) -> Place {
        let offset = self.stream.offset(start);
        let segment = match holder(self.walk, offset) {
            Some(part) => format!("{} of {}", name, text::latin1(&part.kind)),
            None => name.to_owned(),
        };
        Place { segment, offset: offset as u64, length: end.saturating_sub(start) as u64 }
    }

    fn header(&self, findings: &mut Findings) {
        let metadata = &self.read.metadata;
        let end = match self.read.preview.as_ref().or(self.read.frames.first()) {
            Some(frame) => frame.start,
            None => self.read.end,
        };
        let place = self.place("header", 0, end);
        let mut add = |betrays, carrier, label: &str, value: String| {
            findings.add(betrays, carrier, place.clone(), label, value);
        };
        let size = self.read.size;
        let coding = if metadata.xyb { "colours as XYB" } else { "colours as they were" };
        let value = format!("{} × {} pixels, {coding}", size.width, size.height);
        add(Betrays::Structure, Carrier::Picture, "Picture", value);
        if metadata.orientation != 1 {
            let turned = crate::Orientation::from_exif_value(metadata.orientation);
            let value = turned.map(|o| o.to_string()).unwrap_or_default();
            add(Betrays::Structure, Carrier::Picture, "Orientation", value);
        }
        if let Some(size) = metadata.intrinsic {
            let value = format!("{} × {} pixels", size.width, size.height);
            add(Betrays::History, Carrier::Resolution, "Size at which to show it", value);
        }
        for channel in &metadata.extra {
            if !channel.name.is_empty() {
                let value = text::decode(&channel.name);
                add(Betrays::Owner, Carrier::ItemName, "Name of a channel", value);
            }
            let hidden = match channel.kind {
                Kind::Alpha { .. } | Kind::Spot(_) | Kind::Black => None,
                Kind::Cfa(_) => Some("Data of a sensor"),
                Kind::Other(1) => Some("Depth"),
                Kind::Other(3) => Some("Selection"),
                Kind::Other(6) => Some("Temperature"),
                Kind::Other(_) => Some("Unknown channel"),
            };
            if let Some(label) = hidden {
                let value = format!("{} bits a pixel, which no viewer shows", channel.depth.bits);
                add(Betrays::HiddenPicture, Carrier::FurtherImage, label, value);
            }
        }
        let colour = &metadata.colour;
        // the constants that Unmarked writes are numbers as well
        let ours = colour.canonical().as_ref() == Ok(colour);
        if self.read.profile.is_none() && colour.holds_numbers() && !ours {
            let value = String::from("told by numbers that few pictures have");
            add(Betrays::Device, Carrier::Icc, "Colour space", value);
        }
        self.extensions(metadata.extensions, "extensions", findings);
        if let Some((profile, start, end)) = &self.read.profile {
            let place = self.place("ICC profile", *start, *end);
            icc::inspect(profile, &place, 0, findings);
        }
        if let Some((frame, size)) = self.read.preview.as_ref().zip(metadata.preview) {
            let place = self.place("preview", frame.start, frame.toc.end);
            let value = format!("{} × {} pixels", size.width, size.height);
            findings.add(Betrays::HiddenPicture, Carrier::Thumbnail, place, "Preview", value);
            self.frame(frame, findings);
        }
    }

    fn frames(&self, findings: &mut Findings) {
        let frames = &self.read.frames;
        let shown = frames.iter().filter(|frame| frame.header.is_shown());
        if let Some(animation) = self.read.metadata.animation {
            let (ticks, seconds) = animation.ticks;
            let count = shown.clone().count();
            let value = format!("{count} frames, {ticks}/{seconds} ticks a second");
            let place = self.place("frames", frames.first().map_or(0, |f| f.start), self.read.end);
            let (betrays, carrier) = (Betrays::Structure, Carrier::Picture);
            findings.add(betrays, carrier, place.clone(), "Animation", value);
            if animation.timecodes {
                let codes = shown.map(|frame| timecode(frame.header.timecode)).take(8);
                let value = codes.collect::<Vec<_>>().join(", ");
                findings.add(Betrays::Time, Carrier::Timestamp, place, "Time codes", value);
            }
        }
        let fates = match self.read.problem {
            None => fates(self.read, self.stream).unwrap_or_default(),
            Some(_) => Vec::new(),
        };
        for (number, frame) in frames.iter().enumerate().take(MOST) {
            if fates.get(number) == Some(&Fate::Dropped) {
                let place = self.place("frame", frame.start, frame.toc.end);
                let size = frame.header.crop.map_or(self.read.size, |crop| crop.size);
                let value = format!("{} × {} pixels", size.width, size.height);
                let (betrays, carrier) = (Betrays::HiddenPicture, Carrier::FurtherImage);
                findings.add(betrays, carrier, place, "Frame that nobody sees", value);
            }
            self.frame(frame, findings);
        }
    }

    /// What the header of a frame says.
    fn frame(&self, frame: &Frame, findings: &mut Findings) {
        let header = &frame.header;
        if !header.name.is_empty() {
            let place = self.place("frame header", frame.start, frame.toc.end);
            let value = text::decode(&header.name);
            findings.add(Betrays::Owner, Carrier::ItemName, place, "Name of a frame", value);
        }
        if header.filter.holds_unused() {
            let place = self.place("frame header", frame.start, frame.toc.end);
            let (betrays, carrier) = (Betrays::Unknown, Carrier::CodedMessage);
            findings.add(betrays, carrier, place, "Numbers that no decoder uses", "");
        }
        self.extensions(header.extensions, "extensions of a frame", findings);
        self.extensions(header.filter.extensions, "extensions of a filter", findings);
    }

    /// Bits that every decoder goes over.
    fn extensions(&self, extensions: Extensions, name: &str, findings: &mut Findings) {
        if extensions.which == 0 {
            return;
        }
        let byte = |bit: u64| usize::try_from(bit / 8).unwrap_or(usize::MAX);
        let end = extensions.start.saturating_add(extensions.bits);
        let place = self.place(name, byte(extensions.start), byte(end.saturating_add(7)));
        let mut data = Vec::new();
        for at in 0..(extensions.bits / 8).min(MOST_BYTES) {
            let bit = extensions.start.saturating_add(at.saturating_mul(8));
            let part = |bit: u64| self.stream.run(byte(bit)).first().copied().unwrap_or(0);
            let pair = u16::from_le_bytes([part(bit), part(bit.saturating_add(7))]);
            let shift = u32::try_from(bit % 8).unwrap_or(0);
            data.push((pair.wrapping_shr(shift) & 0xFF) as u8);
        }
        let value = format!("{} bits; {}", extensions.bits, text::summary(&data));
        let (betrays, carrier) = (Betrays::Unknown, Carrier::CodedMessage);
        findings.add(betrays, carrier, place, "Extensions that no decoder knows", value);
    }

    /// What stands after the last frame.
    fn trailer(&self, findings: &mut Findings) {
        if !self.read.is_whole() {
            return;
        }
        let mut at = self.read.end;
        while at < self.stream.len() {
            let run = self.stream.run(at);
            let offset = self.stream.offset(at) as u64;
            tell_trailer(Block { segment: "trailer", offset, data: run, joined: None }, findings);
            at = at.saturating_add(run.len().max(1));
        }
    }
}

/// Hours, minutes, seconds and frames, as ST 12-1 has them: D.3.3 leaves their form open, and
/// encoders write this.
fn timecode(code: u32) -> String {
    let [hours, minutes, seconds, frames] = code.to_be_bytes();
    format!("{hours:02x}:{minutes:02x}:{seconds:02x}:{frames:02x}")
}
