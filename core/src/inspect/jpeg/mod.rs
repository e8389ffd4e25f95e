//! Findings of a JPEG, part by part.

mod adobe;
mod comment;
pub(crate) mod frame;
mod jfif;
mod mpf;
mod pieces;
mod samsung;
mod segment;
mod trailer;
mod vendor;

use self::pieces::{Key, Pieces};
use self::segment::Content;
use crate::container::jpeg::marker::Marker;
use crate::container::jpeg::walk::{Coded, End, Kind, Part, Walk, walk};
use crate::container::jpeg::{self, Picture};
use crate::inspect::block::{Block, find};
use crate::inspect::{Betrays, Carrier, Findings, Inspection, exif, icc, iptc, jumbf, text, xmp};
use crate::{Error, Format, Limits};

/// The most Exif blocks and XMP packets of one picture that are read in full.
const MOST_EXIF: usize = 8;
const MOST_XMP: usize = 16;

/// Everything that the JPEG `photo` says about its maker.
pub(crate) fn inspect(photo: &[u8], limits: &Limits) -> Inspection {
    let walk = walk(photo, usize::try_from(limits.parts).unwrap_or(usize::MAX));
    inspect_jpeg(&walk, jpeg::read(&walk).as_ref(), limits)
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

impl Image<'_> {
    fn tell(&self, findings: &mut Findings) {
        let joined = pieces::gather(self.walk);
        let (mut exif_left, mut xmp_left) = (MOST_EXIF, MOST_XMP);
        for part in &self.walk.parts {
            if findings.is_full() {
                return;
            }
            let name = format!("{}{}", part_name(&part.kind), self.within);
            let Some(whole) = self.block(part, &name) else { continue };
            match part.kind {
                Kind::Segment(marker) => {
                    self.segment(
                        marker,
                        part,
                        whole,
                        &joined,
                        (&mut exif_left, &mut xmp_left),
                        findings,
                    );
                }
                Kind::BadLength(marker) => {
                    let value = text::summary(whole.data);
                    let label = "Segment with a wrong length";
                    findings.add(
                        Betrays::Unknown,
                        Carrier::UnknownSegment,
                        whole.place(),
                        label,
                        value,
                    );
                    // what is cut off may still say something
                    let content = Content::of(marker, whole.from(4).data);
                    if !matches!(content, Content::Other(_)) && whole.data.len() > 4 {
                        let left = (&mut exif_left, &mut xmp_left);
                        self.content(&content, whole, left, findings);
                    }
                }
                Kind::Standalone(Marker::SOI) if part.start == 0 => {}
                Kind::Standalone(Marker::EOI) => {}
                Kind::Standalone(_) => {
                    let value = text::size(whole.data.len() as u64);
                    findings.add(
                        Betrays::Unknown,
                        Carrier::Gap,
                        whole.place(),
                        "Stray marker",
                        value,
                    );
                }
                Kind::Coded(coded) => self.coded(coded, whole, findings),
                Kind::Fill => {
                    let value = text::size(whole.data.len() as u64);
                    findings.add(
                        Betrays::Unknown,
                        Carrier::Gap,
                        whole.place(),
                        "Fill bytes",
                        value,
                    );
                }
                Kind::Gap => {
                    let value = text::summary(whole.data);
                    let label = "Bytes between segments";
                    findings.add(Betrays::Unknown, Carrier::Gap, whole.place(), label, value);
                }
                Kind::Trailer if self.nested => {}
                Kind::Trailer => {
                    let mut count = 1usize;
                    trailer::inspect(whole, findings, &mut |block, findings| {
                        count = count.saturating_add(1);
                        self.further(block, count, findings)
                    });
                }
            }
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
        left: (&mut usize, &mut usize),
        findings: &mut Findings,
    ) {
        let payload = self.walk.payload(part);
        self.unused(part, whole, findings);
        if let Some(size) = frame::size(self.walk, part) {
            let value = frame::describe(marker, payload, size);
            findings.add(Betrays::Structure, Carrier::Picture, whole.place(), "Picture", value);
            return;
        }
        let content = Content::of(marker, payload);
        match content.key().and_then(|key| joined.get(&key).map(|group| (key, group))) {
            Some((key, group)) if group.starts_at(part) => self.joined(key, group, whole, findings),
            Some((_, group)) if group.holds(part) => {}
            _ => self.content(&content, whole, left, findings),
        }
    }

    /// Tells what in a segment has the form of picture data, and nothing uses.
    fn unused(&self, part: &Part, whole: Block<'_>, findings: &mut Findings) {
        let unused = self.picture.map(|picture| picture.unused.as_slice()).unwrap_or_default();
        let first = unused.partition_point(|unused| unused.start < part.start);
        for unused in unused.iter().skip(first).take_while(|unused| unused.start < part.end) {
            let at = unused.start.saturating_sub(part.start);
            let place = whole.from(at).before(unused.end.saturating_sub(unused.start)).place();
            let (betrays, carrier, label) = match unused.marker {
                Marker::DHT | Marker::DQT => {
                    (Betrays::Unknown, Carrier::UnusedTable, "Table that no scan uses")
                }
                Marker::DRI | Marker::DNL | Marker::DAC => {
                    (Betrays::Unknown, Carrier::UnusedTable, "Setting that no scan uses")
                }
                _ => (
                    Betrays::HiddenPicture,
                    Carrier::FurtherImage,
                    "Picture data after the picture is complete",
                ),
            };
            let value = text::size(place.length);
            findings.add(betrays, carrier, place, label, value);
        }
    }

    /// Tells what in the data of a scan is not the picture.
    fn coded(&self, coded: Coded, whole: Block<'_>, findings: &mut Findings) {
        let mut add = |place, label, value: &str| {
            findings.add(Betrays::Unknown, Carrier::Gap, place, label, value);
        };
        if coded.filled {
            add(whole.place(), "Unusual scan", "fill bytes inside the coded data");
        }
        if coded.disordered {
            add(whole.place(), "Unusual scan", "restart markers out of order");
        }
        let scans = self.picture.map(|picture| picture.scans.as_slice()).unwrap_or_default();
        if let Some(scan) = scans.iter().find(|scan| scan.coded.as_ptr() == whole.data.as_ptr()) {
            let rest = whole.from(scan.coded.len());
            if !rest.data.is_empty() {
                add(rest.place(), "Bytes after the end of a scan", &text::summary(rest.data));
            }
        }
    }

    /// Tells what stands in one segment.
    fn content(
        &self,
        content: &Content<'_>,
        whole: Block<'_>,
        (exif_left, xmp_left): (&mut usize, &mut usize),
        findings: &mut Findings,
    ) {
        let payload = whole.from(4);
        let before = findings.marks();
        match content {
            Content::Picture => {}
            Content::Exif if *exif_left > 0 => {
                *exif_left = exif_left.saturating_sub(1);
                exif::inspect(whole, payload, findings, &mut |block, findings| {
                    self.small(block, findings)
                });
            }
            Content::Xmp(packet) if *xmp_left > 0 => {
                *xmp_left = xmp_left.saturating_sub(1);
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

    /// Tells what a thumbnail says besides its picture.
    fn small(&self, block: Block<'_>, findings: &mut Findings) {
        if self.nested {
            return;
        }
        let walk = walk(block.data, self.walk.limit.min(256));
        let within = format!(" of the thumbnail in {}", block.segment);
        let image =
            Image { walk: &walk, picture: None, file: block, within: &within, nested: true };
        findings.marks_only(|findings| image.tell(findings));
    }

    /// Tells a further picture after the photo; gives how long it is.
    fn further(&self, block: Block<'_>, number: usize, findings: &mut Findings) -> usize {
        let walk = walk(block.data, self.walk.limit);
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
        let image =
            Image { walk: &walk, picture: None, file: block, within: &within, nested: true };
        findings.marks_only(|findings| image.tell(findings));
        length
    }
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

/// True if the picture says of itself that it is a gain map (ISO 21496-1, Ultra HDR, Apple).
fn is_gain_map(walk: &Walk<'_>) -> bool {
    walk.parts.iter().any(|part| match part.kind {
        Kind::Segment(Marker::APP1) => {
            let payload = walk.payload(part);
            xmp::packet_of(payload).is_some_and(|packet| {
                [&b"hdrgm:"[..], b"hdrgainmap", b"HDRGainMap"]
                    .iter()
                    .any(|n| find(packet, n, 0).is_some())
            })
        }
        Kind::Segment(Marker::APP2) => walk.payload(part).starts_with(vendor::GAIN_MAP),
        _ => false,
    })
}

#[cfg(test)]
mod tests;
