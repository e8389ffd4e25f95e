//! The receipt as records; the words are the core's.

use unmarked::receipt::{Kept, Note, Remaining};
use unmarked::{Method, Receipt};

use crate::{CleaningMethod, FindingCarrier, PhotoFinding};

/// What happened to one photo.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PhotoReceipt {
    /// The method that was really used.
    pub method: CleaningMethod,
    /// The format of the clean photo: "JPEG".
    pub format: String,
    /// The format of the photo before.
    pub format_before: String,
    /// The size of the photo before, in bytes.
    pub bytes_before: u64,
    /// The size of the clean photo, in bytes.
    pub bytes_after: u64,
    /// Width of the clean picture in pixels as it is coded, 0 if it cannot be told.
    pub width: u32,
    /// Height of the clean picture in pixels as it is coded, 0 if it cannot be told.
    pub height: u32,
    /// Everything that the photo said about its maker. None of it is in the clean photo.
    pub found: Vec<PhotoFinding>,
    /// True if there was more than the list holds. It is gone as well.
    pub more: bool,
    /// What was removed, by the part of the file that carried it.
    pub removed: Vec<RemovedPart>,
    /// What was kept, and why.
    pub kept: Vec<KeptPart>,
    /// What a person should know beyond that.
    pub notes: Vec<ReceiptNote>,
    /// What still remains in the clean photo.
    pub remaining: Vec<RemainingRisk>,
}

/// Findings that one part of the file carried.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RemovedPart {
    /// The part.
    pub carrier: FindingCarrier,
    /// How many findings it carried.
    pub findings: u64,
    /// The part's name in English.
    pub words: String,
}

/// What was kept.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct KeptPart {
    /// What.
    pub kind: KeptKind,
    /// What, in English.
    pub words: String,
    /// Why, in English.
    pub why: String,
}

/// What was kept, for shells that have words of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum KeptKind {
    /// The coded picture, bit for bit.
    CodedPicture,
    /// Every coefficient, the quantisation steps and the sampling.
    Coefficients,
    /// Only what the picture shows, drawn again.
    ShownPicture,
    /// Which way is up.
    Orientation,
    /// The meaning of the colours, as a constant profile.
    ColourProfile,
    /// How the colour components are read.
    ColourTransform,
    /// Every pixel, its depth and its colour type.
    Pixels,
    /// The meaning of the colours, as code points of a standard.
    ColourCodePoints,
    /// By what power light follows from the coded values.
    Gamma,
    /// The colour table, without unused entries.
    Palette,
    /// What lets the background through.
    Transparency,
    /// Frames and their timing. The words say how many.
    Animation,
    /// Which part of the coded picture is shown.
    Aperture,
    /// Something that this binding has no name for: use the words.
    Other,
}

impl From<&Kept> for KeptPart {
    fn from(kept: &Kept) -> KeptPart {
        let kind = match kept {
            Kept::CodedPicture => KeptKind::CodedPicture,
            Kept::Coefficients => KeptKind::Coefficients,
            Kept::ShownPicture => KeptKind::ShownPicture,
            Kept::Orientation(_) => KeptKind::Orientation,
            Kept::Profile(_) => KeptKind::ColourProfile,
            Kept::ColourTransform => KeptKind::ColourTransform,
            Kept::Pixels => KeptKind::Pixels,
            Kept::ColourCodePoints => KeptKind::ColourCodePoints,
            Kept::Gamma => KeptKind::Gamma,
            Kept::Palette => KeptKind::Palette,
            Kept::Transparency => KeptKind::Transparency,
            Kept::Animation { .. } => KeptKind::Animation,
            Kept::Aperture => KeptKind::Aperture,
            _ => KeptKind::Other,
        };
        KeptPart { kind, words: kept.to_string(), why: kept.why().to_owned() }
    }
}

/// What a person should know.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ReceiptNote {
    /// What it is about.
    pub kind: NoteKind,
    /// The note in English.
    pub words: String,
}

/// What a note is about, for shells that have words of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum NoteKind {
    /// Rebuild stood in for the method that was asked for. The words say why.
    RebuiltInstead,
    /// A part of the picture was damaged or missing. The words say how much.
    Missing,
    /// A shape covers nothing. The words say how many do.
    CoveredNothing,
    /// The colour profile could not be followed.
    ProfileTakenForSrgb,
    /// Only pixels were handed in.
    NotInspected,
    /// The picture itself is turned upright.
    TurnedUpright,
    /// The picture could not be turned without a change.
    NotTurned,
    /// Shapes are covered. The words say how many.
    Covered,
    /// The picture has another size. The words say which.
    Resized,
    /// Edges were cut off for an exact ratio of the sides.
    Cropped,
    /// Colours were left out.
    Grey,
    /// The photo was fitted into the size that was asked for. The words say how.
    Fitted,
    /// What the channel does to the photo afterwards, in the words.
    Channel,
    /// The CMYK profile is gone.
    CmykProfileDropped,
    /// A profile that viewers cannot use is gone.
    UnusableProfileDropped,
    /// Only the main picture is left.
    OnlyMainPicture,
    /// Strip stood in for the method that was asked for. The words say why.
    StrippedInstead,
    /// The gain map, which brightens the photo on HDR screens, is gone.
    GainMapDropped,
    /// How bright the maker's scene or screen was is not told any more.
    LightLevelDropped,
    /// The clean photo has another format. The words say which.
    Converted,
    /// It is one page of several. The words say which.
    Page,
    /// Only the first frame of a moving picture is left.
    FirstFrame,
    /// What let the background through is on white.
    OnWhite,
    /// Colours under full transparency are cleared.
    HiddenColourCleared,
    /// Samples are rounded to fewer bits.
    Rounded,
    /// Something that this binding has no name for: use the words.
    Other,
}

impl From<&Note> for ReceiptNote {
    fn from(note: &Note) -> ReceiptNote {
        let kind = match note {
            Note::RebuiltInstead { .. } => NoteKind::RebuiltInstead,
            Note::Missing { .. } => NoteKind::Missing,
            Note::CoveredNothing { .. } => NoteKind::CoveredNothing,
            Note::ProfileTakenForSrgb => NoteKind::ProfileTakenForSrgb,
            Note::NotInspected => NoteKind::NotInspected,
            Note::TurnedUpright => NoteKind::TurnedUpright,
            Note::NotTurned => NoteKind::NotTurned,
            Note::Covered { .. } => NoteKind::Covered,
            Note::Resized { .. } => NoteKind::Resized,
            Note::Cropped => NoteKind::Cropped,
            Note::Grey => NoteKind::Grey,
            Note::Fitted { .. } => NoteKind::Fitted,
            Note::Channel(_) => NoteKind::Channel,
            Note::CmykProfileDropped => NoteKind::CmykProfileDropped,
            Note::UnusableProfileDropped => NoteKind::UnusableProfileDropped,
            Note::OnlyMainPicture => NoteKind::OnlyMainPicture,
            Note::StrippedInstead { .. } => NoteKind::StrippedInstead,
            Note::GainMapDropped => NoteKind::GainMapDropped,
            Note::LightLevelDropped => NoteKind::LightLevelDropped,
            Note::Converted { .. } => NoteKind::Converted,
            Note::Page { .. } => NoteKind::Page,
            Note::FirstFrame { .. } => NoteKind::FirstFrame,
            Note::OnWhite => NoteKind::OnWhite,
            Note::HiddenColourCleared => NoteKind::HiddenColourCleared,
            Note::Rounded { .. } => NoteKind::Rounded,
            _ => NoteKind::Other,
        };
        ReceiptNote { kind, words: note.to_string() }
    }
}

/// What still remains in the clean photo.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RemainingRisk {
    /// What.
    pub kind: RiskKind,
    /// The risk in English.
    pub words: String,
}

/// What still remains, for shells that have words of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum RiskKind {
    /// What the picture shows.
    PictureContent,
    /// Sensor noise and dust.
    SensorNoise,
    /// Sensor noise of a picture that was made much smaller: harder to link, not gone.
    FainterSensorNoise,
    /// Tables, sampling, scan order and size.
    EncoderHandwriting,
    /// Quantisation tables, sampling and size.
    Quantisation,
    /// The size, and traces of the first encoding in the picture.
    EarlierEncoding,
    /// What is coded and no viewer shows.
    CodedSlack,
    /// What is coded beyond the edge of the picture.
    HiddenEdge,
    /// That Unmarked was used.
    ToolForm,
    /// That the file has the form of those that apps on Android save.
    AndroidForm,
    /// Printer dots.
    PrinterDots,
    /// Coded data that is not decoded has room for bytes that no viewer shows.
    CodedData,
    /// Colours under full transparency.
    HiddenColour,
    /// What is coded outside the part that is shown.
    HiddenByCrop,
    /// The still picture of an animation, which is none of its frames.
    StillPicture,
    /// How many frames a moving picture has, and their timing.
    Timing,
    /// Something that this binding has no name for: use the words.
    Other,
}

impl From<&Remaining> for RemainingRisk {
    fn from(remaining: &Remaining) -> RemainingRisk {
        let kind = match remaining {
            Remaining::PictureContent => RiskKind::PictureContent,
            Remaining::SensorNoise => RiskKind::SensorNoise,
            Remaining::FainterSensorNoise => RiskKind::FainterSensorNoise,
            Remaining::Quantisation => RiskKind::Quantisation,
            Remaining::EarlierEncoding => RiskKind::EarlierEncoding,
            Remaining::HiddenEdge => RiskKind::HiddenEdge,
            Remaining::AndroidForm => RiskKind::AndroidForm,
            Remaining::EncoderHandwriting => RiskKind::EncoderHandwriting,
            Remaining::CodedSlack => RiskKind::CodedSlack,
            Remaining::ToolForm => RiskKind::ToolForm,
            Remaining::PrinterDots => RiskKind::PrinterDots,
            Remaining::CodedData => RiskKind::CodedData,
            Remaining::HiddenColour => RiskKind::HiddenColour,
            Remaining::HiddenByCrop => RiskKind::HiddenByCrop,
            Remaining::StillPicture => RiskKind::StillPicture,
            Remaining::Timing => RiskKind::Timing,
            _ => RiskKind::Other,
        };
        RemainingRisk { kind, words: remaining.to_string() }
    }
}

impl From<&Receipt> for PhotoReceipt {
    fn from(receipt: &Receipt) -> PhotoReceipt {
        let (width, height) = receipt.size_after.unwrap_or_default();
        let method = match receipt.method {
            Method::Recode => CleaningMethod::Recode,
            Method::Rebuild => CleaningMethod::Rebuild,
            _ => CleaningMethod::Strip,
        };
        PhotoReceipt {
            method,
            format: receipt.format.to_string(),
            format_before: receipt.format_before.to_string(),
            bytes_before: receipt.bytes_before,
            bytes_after: receipt.bytes_after,
            width,
            height,
            found: receipt.found.iter().map(PhotoFinding::from).collect(),
            more: receipt.more,
            removed: receipt
                .removed
                .iter()
                .map(|r| RemovedPart {
                    carrier: r.carrier.into(),
                    findings: r.findings,
                    words: r.carrier.to_string(),
                })
                .collect(),
            kept: receipt.kept.iter().map(KeptPart::from).collect(),
            notes: receipt.notes.iter().map(ReceiptNote::from).collect(),
            remaining: receipt.remaining.iter().map(RemainingRisk::from).collect(),
        }
    }
}
