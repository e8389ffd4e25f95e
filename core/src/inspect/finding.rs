//! The shape of a finding.

use std::fmt;

use serde::Serialize;

use crate::{Format, Limits};

/// What a finding betrays. Ordered by what people ask first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Betrays {
    /// Where the photo was taken.
    Place,
    /// When it was taken, changed or sent.
    Time,
    /// With which device: maker, model, serial numbers, lens, settings.
    Device,
    /// Whose it is: names, addresses, copyright, captions and what people wrote.
    Owner,
    /// Which programs and steps it went through.
    History,
    /// A picture or film besides the one that is seen: thumbnails, further images, gain maps.
    HiddenPicture,
    /// Bytes whose meaning is not known.
    Unknown,
    /// Nothing about the maker: what every such file has, and what Unmarked itself writes
    /// (orientation, constant profiles). Alone it does not make a photo unclean.
    Structure,
}

/// Which part of the file carries a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Carrier {
    /// Exif: CIPA DC-008.
    Exif,
    /// The small copy of the picture in Exif's IFD1.
    ExifThumbnail,
    /// The maker's own notes in Exif (tag 0x927C).
    MakerNote,
    /// XMP: ISO 16684-1, also extended XMP.
    Xmp,
    /// IPTC-IIM and Photoshop image resources (APP13).
    Iptc,
    /// Content credentials: C2PA in JUMBF (ISO/IEC 19566-5).
    C2pa,
    /// A colour profile: ICC.1.
    Icc,
    /// The index of a multi-picture file: CIPA DC-007.
    Mpf,
    /// A further picture in the same file.
    FurtherImage,
    /// A gain map (Ultra HDR, ISO 21496-1, Apple).
    GainMap,
    /// A film in the same file (Motion Photo, Live Photo).
    Film,
    /// A block that a maker adds after the picture or in a segment of its own (Samsung, FLIR, …).
    VendorBlock,
    /// A comment segment.
    Comment,
    /// The JFIF header: density and thumbnail.
    Jfif,
    /// A thumbnail in a JFIF or JFXX segment.
    JfifThumbnail,
    /// The Adobe segment (APP14).
    Adobe,
    /// A text chunk (PNG), or plain text (GIF).
    Text,
    /// A date of its own (PNG's tIME, a film's header).
    Timestamp,
    /// How large the picture is on paper, and where on a page.
    Resolution,
    /// Names and addresses of items (HEIF).
    ItemName,
    /// Messages inside the coded picture: SEI, metadata OBUs, extensions of JPEG XL.
    CodedMessage,
    /// The header of the JPEG that a JPEG XL was made from (`jbrd`).
    JpegHeader,
    /// A small copy of the picture that is no Exif thumbnail.
    Thumbnail,
    /// Colours under full transparency.
    HiddenColour,
    /// The data of a sensor (DNG and other raw files).
    RawData,
    /// A chunk that no known program writes, or one whose content is not known.
    UnknownChunk,
    /// A box that no known program writes, or one whose content is not known.
    UnknownBox,
    /// An application segment that no known program writes, or one whose content is not known.
    UnknownSegment,
    /// A table that no scan uses.
    UnusedTable,
    /// Fill bytes, or bytes that belong to no segment.
    Gap,
    /// Bytes after the end of the picture.
    Trailer,
    /// The picture itself: frame, tables, scans.
    Picture,
}

/// Where something stands in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The segment, chunk or box, by the name that the standard gives it: "APP1", "DQT", "EOI".
    pub segment: String,
    /// Bytes from the start of the file.
    pub offset: u64,
    /// Bytes.
    pub length: u64,
}

/// One thing that a photo says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it betrays.
    pub betrays: Betrays,
    /// Which part of the file carries it.
    pub carrier: Carrier,
    /// Where it stands.
    pub place: Place,
    /// What it is, in a few words: "Camera model", "Position".
    pub label: String,
    /// What it says, on one line, short enough to read, without control characters.
    pub value: String,
}

/// What a photo says about its maker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// The format, by content.
    pub format: Format,
    /// The size of the file in bytes.
    pub bytes: u64,
    /// Width and height of the coded picture in pixels, before any turning.
    pub size: Option<(u32, u32)>,
    /// The findings, in file order.
    pub findings: Vec<Finding>,
    /// True if there was more than [`Limits::findings`].
    pub more: bool,
    /// Why the file could not be read to its end, if so: "cut off", …
    pub problem: Option<String>,
}

impl Inspection {
    /// The findings that betray something, that is, all but [`Betrays::Structure`].
    pub fn marks(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|f| f.betrays != Betrays::Structure)
    }
}

/// Collects findings up to the limit.
#[derive(Debug)]
pub(crate) struct Findings {
    list: Vec<Finding>,
    limit: usize,
    more: bool,
    marks: usize,
    structure: bool,
}

/// The longest value that a finding shows, in characters.
const LONGEST_VALUE: usize = 160;

/// The longest label, in characters.
const LONGEST_LABEL: usize = 60;

impl Findings {
    /// An empty collection that takes as many as `limits` say.
    pub(crate) fn new(limits: &Limits) -> Findings {
        let limit = usize::try_from(limits.findings).unwrap_or(usize::MAX);
        Findings { list: Vec::new(), limit, more: false, marks: 0, structure: true }
    }

    /// How many findings there were that betray something, also those past the limit.
    pub(crate) fn marks(&self) -> usize {
        self.marks
    }

    /// True if there is no room for more findings, and some were left out.
    pub(crate) fn is_full(&self) -> bool {
        self.more
    }

    /// Lets `tell` add findings, but none of [`Betrays::Structure`]: for pictures in the picture.
    pub(crate) fn marks_only<T>(&mut self, tell: impl FnOnce(&mut Findings) -> T) -> T {
        let before = std::mem::replace(&mut self.structure, false);
        let result = tell(self);
        self.structure = before;
        result
    }

    /// Adds a finding; its label and value are made one readable line each.
    pub(crate) fn add(
        &mut self,
        betrays: Betrays,
        carrier: Carrier,
        place: Place,
        label: impl AsRef<str>,
        value: impl AsRef<str>,
    ) {
        if betrays != Betrays::Structure {
            self.marks = self.marks.saturating_add(1);
        } else if !self.structure {
            return;
        }
        if self.list.len() >= self.limit {
            self.more = true;
            return;
        }
        let label = one_line(label.as_ref(), LONGEST_LABEL);
        let value = one_line(value.as_ref(), LONGEST_VALUE);
        self.list.push(Finding { betrays, carrier, place, label, value });
    }

    /// The list, and whether there was more.
    pub(crate) fn into_list(self) -> (Vec<Finding>, bool) {
        (self.list, self.more)
    }
}

/// `text` on one line: control characters become spaces, runs of spaces one, the end is cut.
///
/// A terminal or a log must not be steered by what a photo says.
fn one_line(text: &str, longest: usize) -> String {
    let unsafe_char = |c: char| {
        c.is_control()
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    };
    let mut line = String::new();
    let mut taken = 0usize;
    for word in text.split(|c: char| c.is_whitespace() || unsafe_char(c)).filter(|w| !w.is_empty())
    {
        if !line.is_empty() {
            line.push(' ');
            taken = taken.saturating_add(1);
        }
        for c in word.chars() {
            if taken >= longest {
                line.push('…');
                return line;
            }
            line.push(c);
            taken = taken.saturating_add(1);
        }
    }
    line
}

impl fmt::Display for Betrays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Betrays::Place => "place",
            Betrays::Time => "time",
            Betrays::Device => "device",
            Betrays::Owner => "owner",
            Betrays::History => "history",
            Betrays::HiddenPicture => "hidden picture",
            Betrays::Unknown => "unknown bytes",
            Betrays::Structure => "structure",
        })
    }
}

impl fmt::Display for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Carrier::Exif => "Exif",
            Carrier::ExifThumbnail => "Exif thumbnail",
            Carrier::MakerNote => "maker note",
            Carrier::Xmp => "XMP",
            Carrier::Iptc => "IPTC and Photoshop resources",
            Carrier::C2pa => "content credentials",
            Carrier::Icc => "colour profile",
            Carrier::Mpf => "multi-picture index",
            Carrier::FurtherImage => "further image",
            Carrier::GainMap => "gain map",
            Carrier::Film => "film",
            Carrier::VendorBlock => "maker's block",
            Carrier::Comment => "comment",
            Carrier::Jfif => "JFIF header",
            Carrier::JfifThumbnail => "JFIF thumbnail",
            Carrier::Adobe => "Adobe segment",
            Carrier::Text => "text",
            Carrier::Timestamp => "date",
            Carrier::Resolution => "size on paper",
            Carrier::ItemName => "names of items",
            Carrier::CodedMessage => "messages in the coded picture",
            Carrier::JpegHeader => "header of an earlier JPEG",
            Carrier::Thumbnail => "thumbnail",
            Carrier::HiddenColour => "colours under full transparency",
            Carrier::RawData => "sensor data",
            Carrier::UnknownChunk => "unknown chunk",
            Carrier::UnknownBox => "unknown box",
            Carrier::UnknownSegment => "unknown segment",
            Carrier::UnusedTable => "unused table",
            Carrier::Gap => "bytes between segments",
            Carrier::Trailer => "bytes after the picture",
            Carrier::Picture => "picture",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place { segment: "APP1".into(), offset: 2, length: 8 }
    }

    #[test]
    fn values_are_one_short_line() {
        assert_eq!(one_line("a\x1b[31m\n\tb\u{202E}c", 99), "a [31m b c");
        assert_eq!(one_line(&"x".repeat(500), LONGEST_VALUE).chars().count(), LONGEST_VALUE + 1);
    }

    #[test]
    fn the_limit_is_kept_and_told() {
        let limits = Limits { findings: 2, ..Limits::default() };
        let mut findings = Findings::new(&limits);
        for _ in 0..3 {
            findings.add(Betrays::Time, Carrier::Exif, place(), "Taken", "2020");
        }
        let (list, more) = findings.into_list();
        assert_eq!((list.len(), more), (2, true));
    }
}
