//! What a photo says about its maker, as records.

use unmarked::{Betrays, Carrier, Finding, Inspection, Verdict};

use crate::PhotoError;

/// What a finding betrays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Betrayal {
    /// Where the photo was taken.
    Place,
    /// When it was taken, changed or sent.
    Time,
    /// With which device.
    Device,
    /// Whose it is, and what people wrote.
    Owner,
    /// Which programs and steps it went through.
    History,
    /// A picture or film besides the one that is seen.
    HiddenPicture,
    /// Bytes whose meaning is not known.
    Unknown,
    /// Nothing about the maker.
    Structure,
}

impl From<Betrays> for Betrayal {
    fn from(betrays: Betrays) -> Betrayal {
        match betrays {
            Betrays::Place => Betrayal::Place,
            Betrays::Time => Betrayal::Time,
            Betrays::Device => Betrayal::Device,
            Betrays::Owner => Betrayal::Owner,
            Betrays::History => Betrayal::History,
            Betrays::HiddenPicture => Betrayal::HiddenPicture,
            Betrays::Unknown => Betrayal::Unknown,
            Betrays::Structure => Betrayal::Structure,
        }
    }
}

/// Which part of the file carries a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum FindingCarrier {
    /// Exif.
    Exif,
    /// The small copy of the picture in Exif.
    ExifThumbnail,
    /// The maker's own notes in Exif.
    MakerNote,
    /// XMP.
    Xmp,
    /// IPTC and Photoshop resources.
    Iptc,
    /// Content credentials.
    ContentCredentials,
    /// A colour profile.
    ColourProfile,
    /// The index of a multi-picture file.
    MultiPictureIndex,
    /// A further picture in the same file.
    FurtherImage,
    /// A gain map.
    GainMap,
    /// A film in the same file.
    Film,
    /// A block of the maker.
    VendorBlock,
    /// A comment.
    Comment,
    /// The JFIF header or a thumbnail in it.
    Jfif,
    /// The Adobe segment.
    Adobe,
    /// A text chunk.
    Text,
    /// A date of its own.
    Timestamp,
    /// How large the picture is on paper.
    Resolution,
    /// Names and addresses of items.
    ItemName,
    /// Messages inside the coded picture.
    CodedMessage,
    /// The header of the JPEG that a JPEG XL was made from.
    JpegHeader,
    /// A small copy of the picture that is not in Exif.
    Thumbnail,
    /// Colours under full transparency.
    HiddenColour,
    /// The data of a sensor.
    RawData,
    /// Anything whose meaning is not known: segments, tables, gaps, trailers.
    UnknownBytes,
    /// The picture itself.
    Picture,
}

impl From<Carrier> for FindingCarrier {
    fn from(carrier: Carrier) -> FindingCarrier {
        match carrier {
            Carrier::Exif => FindingCarrier::Exif,
            Carrier::ExifThumbnail => FindingCarrier::ExifThumbnail,
            Carrier::MakerNote => FindingCarrier::MakerNote,
            Carrier::Xmp => FindingCarrier::Xmp,
            Carrier::Iptc => FindingCarrier::Iptc,
            Carrier::C2pa => FindingCarrier::ContentCredentials,
            Carrier::Icc => FindingCarrier::ColourProfile,
            Carrier::Mpf => FindingCarrier::MultiPictureIndex,
            Carrier::FurtherImage => FindingCarrier::FurtherImage,
            Carrier::GainMap => FindingCarrier::GainMap,
            Carrier::Film => FindingCarrier::Film,
            Carrier::VendorBlock => FindingCarrier::VendorBlock,
            Carrier::Comment => FindingCarrier::Comment,
            Carrier::Jfif | Carrier::JfifThumbnail => FindingCarrier::Jfif,
            Carrier::Adobe => FindingCarrier::Adobe,
            Carrier::Text => FindingCarrier::Text,
            Carrier::Timestamp => FindingCarrier::Timestamp,
            Carrier::Resolution => FindingCarrier::Resolution,
            Carrier::ItemName => FindingCarrier::ItemName,
            Carrier::CodedMessage => FindingCarrier::CodedMessage,
            Carrier::JpegHeader => FindingCarrier::JpegHeader,
            Carrier::Thumbnail => FindingCarrier::Thumbnail,
            Carrier::HiddenColour => FindingCarrier::HiddenColour,
            Carrier::RawData => FindingCarrier::RawData,
            Carrier::Picture => FindingCarrier::Picture,
            _ => FindingCarrier::UnknownBytes,
        }
    }
}

/// One thing that a photo says. It is private: show it, never log it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PhotoFinding {
    /// What it betrays.
    pub betrays: Betrayal,
    /// Which part of the file carries it.
    pub carrier: FindingCarrier,
    /// The segment, by the standard's name: "APP1".
    pub segment: String,
    /// Bytes from the start of the file.
    pub offset: u64,
    /// Bytes.
    pub length: u64,
    /// What it is, in a few words.
    pub label: String,
    /// What it says, on one line.
    pub value: String,
}

impl From<&Finding> for PhotoFinding {
    fn from(finding: &Finding) -> PhotoFinding {
        PhotoFinding {
            betrays: finding.betrays.into(),
            carrier: finding.carrier.into(),
            segment: finding.place.segment.clone(),
            offset: finding.place.offset,
            length: finding.place.length,
            label: finding.label.clone(),
            value: finding.value.clone(),
        }
    }
}

/// What a photo says about its maker.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PhotoInspection {
    /// The format, by content: "JPEG".
    pub format: String,
    /// The size of the file in bytes.
    pub bytes: u64,
    /// Width of the coded picture in pixels, 0 if it cannot be told.
    pub width: u32,
    /// Height of the coded picture in pixels, 0 if it cannot be told.
    pub height: u32,
    /// The findings, in file order.
    pub findings: Vec<PhotoFinding>,
    /// True if there is more than the list holds.
    pub more: bool,
    /// Why the file could not be read to its end, if so.
    pub problem: Option<String>,
}

impl From<Inspection> for PhotoInspection {
    fn from(found: Inspection) -> PhotoInspection {
        let (width, height) = found.size.unwrap_or_default();
        PhotoInspection {
            format: found.format.to_string(),
            bytes: found.bytes,
            width,
            height,
            findings: found.findings.iter().map(PhotoFinding::from).collect(),
            more: found.more,
            problem: found.problem,
        }
    }
}

/// Everything that a photo says about its maker.
#[uniffi::export]
pub fn inspect_photo(photo: &[u8]) -> Result<PhotoInspection, PhotoError> {
    Ok(unmarked::inspect(photo)?.into())
}

/// How many pages a photo has: `CleaningPolicy.page` chooses one. Only a TIFF has more than one.
#[uniffi::export]
pub fn page_count(photo: &[u8]) -> Result<u32, PhotoError> {
    Ok(unmarked::pages(photo)?)
}

/// The answer to: is this photo clean?
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum PhotoVerdict {
    /// The audit accounts for every byte.
    Clean,
    /// It carries these marks, at least.
    Carries {
        /// What was found.
        findings: Vec<PhotoFinding>,
    },
    /// Neither can be said.
    CannotTell {
        /// Why.
        reason: String,
    },
}

/// Is this photo clean? It fails only if the core does: a function that cannot throw would end a
/// Swift process instead.
#[uniffi::export]
pub fn check_photo(photo: &[u8]) -> Result<PhotoVerdict, PhotoError> {
    Ok(match unmarked::audit(photo) {
        Verdict::Clean => PhotoVerdict::Clean,
        Verdict::Carries(findings) => {
            PhotoVerdict::Carries { findings: findings.iter().map(PhotoFinding::from).collect() }
        }
        Verdict::CannotTell(reason) => PhotoVerdict::CannotTell { reason },
    })
}
