//! Findings of a JPEG, part by part.

mod adobe;
pub(crate) mod comment;
pub(crate) mod frame;
mod jfif;
mod mpf;
mod nested;
mod picture;
mod pieces;
mod samsung;
mod segment;
mod trailer;
mod vendor;

use self::picture::PictureParts;
use self::pieces::{Key, Pieces};
use self::segment::Content;
use crate::container::jpeg::marker::Marker;
use crate::container::jpeg::walk::{Kind, Part, Walk, walk};
use crate::container::jpeg::{self, Picture};
use crate::inspect::block::Block;
use crate::inspect::{Betrays, Carrier, Findings, Inspection, exif, icc, iptc, jumbf, text, xmp};
use crate::picture::jpeg::walk::walk as walk_scans;
use crate::{Error, Format, Limits};

/// The most Exif blocks and XMP packets of one picture that are read in full.
const MOST_EXIF: usize = 8;
const MOST_XMP: usize = 16;

/// Everything that the JPEG `photo` says about its maker.
pub(crate) fn inspect(photo: &[u8], limits: &Limits) -> Inspection {
    let walk = walk(photo, usize::try_from(limits.parts).unwrap_or(usize::MAX));
    let mut picture = jpeg::read(&walk, jpeg::Tolerance::None);
    let walked = match &mut picture {
        Ok(picture) => walk_scans(picture, photo.len(), limits).map(drop),
        Err(_) => Ok(()),
    };
    let mut inspection = inspect_jpeg(&walk, picture.as_ref(), limits);
    if let Err(error) = walked {
        inspection.problem = problem(&error);
    }
    inspection
}

/// Everything that a JPEG taken apart says, given what decodes its picture or why that cannot be
/// told.
pub(crate) fn inspect_jpeg(
    walk: &Walk<'_>,
    picture: Result<&Picture<'_>, &Error>,
    limits: &Limits,
) -> Inspection {
    let mut findings = Findings::new(limits);
    let file = Block { segment: "", offset: 0, data: walk.data, joined: None };
    Image { walk, picture: picture.ok(), file, within: "", nested: false }.tell(&mut findings);
    let (findings, more) = findings.into_list();
    Inspection {
        format: Format::Jpeg,
        bytes: walk.data.len() as u64,
        size: size(walk),
        findings,
        more,
        problem: picture.err().and_then(problem),
    }
}

/// Width and height of the picture; the height may stand in a DNL segment (T.81, B.2.5).
fn size(walk: &Walk<'_>) -> Option<(u32, u32)> {
    let (width, height) = walk.parts.iter().find_map(|part| frame::size(walk, part))?;
    let lines = || {
        let dnl = walk.parts.iter().find(|part| part.kind == Kind::Segment(Marker::DNL))?;
        walk.payload(dnl).first_chunk().map(|raw| u32::from(u16::from_be_bytes(*raw)))
    };
    let height = if height == 0 { lines().unwrap_or(0) } else { height };
    Some((width, height))
}

/// Why the file could not be read to its end, if that is what the error says.
fn problem(error: &Error) -> Option<String> {
    match error {
        Error::CutOff { at } => Some(format!("cut off after {at} bytes")),
        Error::Damaged { at, what } => Some(format!("damaged at byte {at}: {what}")),
        Error::Limit { what, limit } => {
            Some(format!("not read to its end: {what} (limit {limit})"))
        }
        _ => None,
    }
}

/// One JPEG: the photo, or a picture inside it.
struct Image<'a> {
    walk: &'a Walk<'a>,
    /// What decodes it, if that is known.
    picture: Option<&'a Picture<'a>>,
    /// All of its bytes, and where they stand in the photo.
    file: Block<'a>,
    /// Which picture it is, to follow the names of segments: " of picture 2".
    within: &'a str,
    /// True if it is not the photo itself: then pictures inside it are not taken apart.
    nested: bool,
}

/// How many blocks of a kind are still read in full.
#[derive(Debug)]
struct Left {
    exif: usize,
    xmp: usize,
}

impl Image<'_> {
    fn tell(&self, findings: &mut Findings) {
        let joined = pieces::gather(self.walk);
        let mut picture = PictureParts::new(self.picture);
        let mut left = Left { exif: MOST_EXIF, xmp: MOST_XMP };
        for part in &self.walk.parts {
            if findings.is_full() {
                return;
            }
            let name = format!("{}{}", part_name(&part.kind), self.within);
            let Some(whole) = self.block(part, &name) else { continue };
            match part.kind {
                Kind::Segment(marker) if is_picture(marker) => {
                    picture.segment(marker, part, whole, findings);
                }
                Kind::Segment(marker) => {
                    self.segment(marker, part, whole, &joined, &mut left, findings);
                }
                Kind::BadLength(marker) => self.bad_length(marker, whole, &mut left, findings),
                Kind::Standalone(Marker::SOI) if part.start == 0 => {}
                Kind::Standalone(Marker::EOI) => {}
                Kind::Standalone(_) => gap("Stray marker", whole, findings),
                Kind::Coded(coded) => picture.data(coded, whole, findings),
                Kind::Fill => gap("Fill bytes", whole, findings),
                Kind::Gap => gap("Bytes between segments", whole, findings),
                Kind::Trailer if self.nested => {}
                Kind::Trailer => {
                    let mut count = 1usize;
                    trailer::inspect(whole, findings, &mut |block, findings| {
                        count = count.saturating_add(1);
                        nested::further(block, count, self.walk.limit, findings)
                    });
                }
            }
        }
    }

    /// Tells a segment whose length is impossible, and what it still says.
    fn bad_length(
        &self,
        marker: Marker,
        whole: Block<'_>,
        left: &mut Left,
        findings: &mut Findings,
    ) {
        let payload = whole.from(4).data;
        let (label, value) = ("Segment with a wrong length", text::summary(whole.data));
        findings.add(Betrays::Unknown, Carrier::UnknownSegment, whole.place(), label, value);
        let content = Content::of(marker, payload);
        if !matches!(content, Content::Other(_)) && !payload.is_empty() && !is_picture(marker) {
            self.content(&content, whole, left, findings);
        }
    }

    /// The bytes of a part, placed in the photo.
    fn block<'b>(&'b self, part: &Part, name: &'b str) -> Option<Block<'b>> {
        let block = self.file.part(part.start, part.end.checked_sub(part.start)?)?;
        Some(Block { segment: name, ..block })
    }

    fn segment(
        &self,
        marker: Marker,
        part: &Part,
        whole: Block<'_>,
        joined: &Pieces<'_>,
        left: &mut Left,
        findings: &mut Findings,
    ) {
        let content = Content::of(marker, self.walk.payload(part));
        match content.key().and_then(|key| joined.get(&key).map(|group| (key, group))) {
            Some((key, group)) if group.starts_at(part) => self.joined(key, group, whole, findings),
            Some((_, group)) if group.holds(part) => {}
            _ => self.content(&content, whole, left, findings),
        }
    }

    /// Tells what stands in one segment.
    fn content(
        &self,
        content: &Content<'_>,
        whole: Block<'_>,
        left: &mut Left,
        findings: &mut Findings,
    ) {
        let payload = whole.from(4);
        let before = findings.marks();
        match content {
            Content::Exif if left.exif > 0 => {
                left.exif = left.exif.saturating_sub(1);
                exif::inspect(whole, payload, findings, &mut |block, findings| {
                    self.small(block, findings)
                });
            }
            Content::Xmp(packet) if left.xmp > 0 => {
                left.xmp = left.xmp.saturating_sub(1);
                xmp::packet(packet, &whole.place(), findings);
            }
            Content::Jfif => jfif::jfif(whole, payload, findings),
            Content::Jfxx => {
                jfif::jfxx(whole, payload, findings, &mut |block, findings| {
                    self.small(block, findings)
                });
            }
            Content::Adobe => adobe::inspect(whole, payload, findings),
            Content::Mpf => mpf::inspect(whole, payload, findings),
            Content::Comment => comment::inspect(whole, payload, findings),
            Content::Exif => further(Carrier::Exif, whole, findings),
            Content::Xmp(_) | Content::XmpExtension { .. } => {
                further(Carrier::Xmp, whole, findings)
            }
            Content::Icc { .. } => further(Carrier::Icc, whole, findings),
            Content::Photoshop(_) => further(Carrier::Iptc, whole, findings),
            Content::Jumbf { .. } => further(Carrier::C2pa, whole, findings),
            Content::Other(marker) => vendor::inspect(*marker, whole, payload, findings),
        }
        debug_assert!(findings.marks() > before || content.may_be_structure());
    }

    /// Tells what stands in several segments, at the place of the first.
    fn joined(
        &self,
        key: Key,
        group: &pieces::Group<'_>,
        whole: Block<'_>,
        findings: &mut Findings,
    ) {
        let mut runs = group.runs().iter();
        let Some((start, end)) = runs.next() else { return };
        let Some(length) = end.checked_sub(*start) else { return };
        let data = group.join();
        let first = Block { joined: Some(length as u64), ..whole };
        let place = first.place();
        let carrier = match key {
            Key::Icc => {
                icc::inspect(&data, &place, group.plain_segments(), findings);
                Carrier::Icc
            }
            Key::XmpExtension(_) => {
                xmp::packet(&data, &place, findings);
                Carrier::Xmp
            }
            Key::Jumbf(_) => {
                jumbf::inspect(&data, &place, findings);
                Carrier::C2pa
            }
            Key::Photoshop => {
                let block = match group.single() {
                    Some(single) => whole.from(whole.data.len().saturating_sub(single.len())),
                    None => Block { data: &data, ..first },
                };
                iptc::resources(block, findings, &mut |block, findings| {
                    self.small(block, findings)
                });
                Carrier::Iptc
            }
        };
        for (start, end) in runs {
            let Some(run) = end.checked_sub(*start).and_then(|len| self.file.part(*start, len))
            else {
                continue;
            };
            let run = Block { segment: whole.segment, ..run };
            let value = text::size(run.data.len() as u64);
            findings.add(Betrays::Unknown, carrier, run.place(), "Further segments of it", value);
        }
    }

    /// Takes a thumbnail apart, unless this picture is one itself.
    fn small(&self, block: Block<'_>, findings: &mut Findings) {
        if !self.nested {
            nested::thumbnail(block, findings);
        }
    }
}

/// True for the markers of tables, frame headers and scan headers.
fn is_picture(marker: Marker) -> bool {
    marker.is_frame() || matches!(marker.0, 0xC4 | 0xCC | 0xDA..=0xDD)
}

/// The most parts of a picture behind another one that are told.
const MOST_BEHIND: usize = 1_024;

/// Tells what stands behind the end of a picture of any format.
pub(crate) fn tell_trailer(whole: Block<'_>, findings: &mut Findings) {
    let mut count = 1usize;
    trailer::inspect(whole, findings, &mut |block, findings| {
        count = count.saturating_add(1);
        nested::further(block, count, MOST_BEHIND, findings)
    });
}

/// Tells what a thumbnail in a block of any format says besides its picture.
pub(crate) fn tell_thumbnail(block: Block<'_>, findings: &mut Findings) {
    nested::thumbnail(block, findings);
}

/// Tells bytes that belong to no segment.
fn gap(label: &str, whole: Block<'_>, findings: &mut Findings) {
    let value = text::summary(whole.data);
    findings.add(Betrays::Unknown, Carrier::Gap, whole.place(), label, value);
}

/// The name of a part, as the standard has it.
fn part_name(kind: &Kind) -> String {
    match kind {
        Kind::Segment(marker) | Kind::Standalone(marker) | Kind::BadLength(marker) => marker.name(),
        Kind::Coded(_) => "scan".into(),
        Kind::Fill => "fill bytes".into(),
        Kind::Gap => "gap".into(),
        Kind::Trailer => "trailer".into(),
    }
}

/// Tells a block of a kind of which there were too many already.
fn further(carrier: Carrier, whole: Block<'_>, findings: &mut Findings) {
    let value = format!("{}, not read in full", text::summary(whole.data));
    findings.add(Betrays::Unknown, carrier, whole.place(), "Further block of this kind", value);
}

#[cfg(test)]
mod tests;
