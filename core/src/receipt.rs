//! What was found, removed, kept, and what still remains: facts, and words for them.

use std::fmt;

use serde::Serialize;

use crate::{Carrier, Finding, Format, Inspection, Method, Orientation, ProfileClass};

/// What happened to one photo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The format that was cleaned.
    pub format: Format,
    /// How it was cleaned.
    pub method: Method,
    /// The size of the photo before, in bytes.
    pub bytes_before: u64,
    /// The size of the clean photo, in bytes.
    pub bytes_after: u64,
    /// Width and height of the coded picture in pixels, before any turning.
    pub size: Option<(u32, u32)>,
    /// Everything that the photo said about its maker. None of it is in the clean photo.
    pub found: Vec<Finding>,
    /// True if there was more than the list of findings holds. It is gone as well.
    pub more: bool,
    /// What was removed, by the part of the file that carried it.
    pub removed: Vec<Removed>,
    /// What was kept, and why.
    pub kept: Vec<Kept>,
    /// What was changed in a way that could be seen, or that a person should know.
    pub notes: Vec<Note>,
    /// What still remains in the clean photo. No method removes all of it.
    pub remaining: Vec<Remaining>,
}

/// Findings that one part of the file carried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Removed {
    /// The part.
    pub carrier: Carrier,
    /// How many findings it carried.
    pub findings: u64,
}

/// What was kept. [`Kept::why`] says why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kept {
    /// The coded picture, bit for bit, and the tables that decode it.
    CodedPicture,
    /// The orientation, in a constant block that holds nothing else.
    Orientation(Orientation),
    /// The meaning of the colours: the profile was replaced by a constant one.
    Profile(ProfileClass),
    /// How the colour components are to be read (Adobe transform), in a constant segment.
    ColourTransform,
}

/// What a person should know of a photo beyond what was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Note {
    /// The CMYK profile is gone: printed colours may come out a little different.
    CmykProfileDropped,
    /// A profile that viewers cannot use (broken, or for other colour components) is gone.
    UnusableProfileDropped,
    /// The photo came with further pictures, a film or a gain map; only the main picture is left.
    OnlyMainPicture,
}

/// What still remains in the clean photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Remaining {
    /// What the picture shows.
    PictureContent,
    /// Sensor noise and dust: they can link the photo to a camera.
    SensorNoise,
    /// The camera's or program's tables, sampling, scan order and size: they narrow down the model.
    EncoderHandwriting,
    /// Bits inside the coded picture that no viewer shows.
    CodedSlack,
    /// Unmarked writes files in a form of its own: it can be seen that it was used.
    ToolForm,
    /// Yellow printer dots, if the picture shows a printed page.
    PrinterDots,
}

impl Receipt {
    /// The receipt of a photo of which `found` was said before.
    pub(crate) fn new(method: Method, found: Inspection, bytes_after: u64) -> Receipt {
        let mut removed: Vec<Removed> = Vec::new();
        for finding in found.marks() {
            match removed.iter_mut().find(|r| r.carrier == finding.carrier) {
                Some(entry) => entry.findings = entry.findings.saturating_add(1),
                None => removed.push(Removed { carrier: finding.carrier, findings: 1 }),
            }
        }
        let pictures = [Carrier::FurtherImage, Carrier::Film, Carrier::GainMap];
        let notes = if removed.iter().any(|r| pictures.contains(&r.carrier)) {
            vec![Note::OnlyMainPicture]
        } else {
            Vec::new()
        };
        Receipt {
            format: found.format,
            method,
            bytes_before: found.bytes,
            bytes_after,
            size: found.size,
            found: found.findings,
            more: found.more,
            removed,
            kept: vec![Kept::CodedPicture],
            notes,
            remaining: vec![
                Remaining::PictureContent,
                Remaining::SensorNoise,
                Remaining::EncoderHandwriting,
                Remaining::CodedSlack,
                Remaining::PrinterDots,
                Remaining::ToolForm,
            ],
        }
    }
}

impl Kept {
    /// Why it was kept.
    pub fn why(&self) -> &'static str {
        match self {
            Kept::CodedPicture => "it is the photo: not one pixel is changed",
            Kept::Orientation(_) => "without it the picture would lie on its side",
            Kept::Profile(_) => "without it the colours would change",
            Kept::ColourTransform => "without it the colours would be wrong",
        }
    }
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kept::CodedPicture => f.write_str("the picture, bit for bit"),
            Kept::Orientation(o) => write!(f, "which way is up ({o})"),
            Kept::Profile(p) => write!(f, "the colour space, as a constant {p} profile"),
            Kept::ColourTransform => f.write_str("how the colour components are read"),
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Note::CmykProfileDropped => {
                "the CMYK profile is left out: printed colours may differ a little"
            }
            Note::UnusableProfileDropped => {
                "a colour profile that viewers cannot use with this picture is left out"
            }
            Note::OnlyMainPicture => {
                "only the main picture is left: further pictures, films and gain maps are gone"
            }
        })
    }
}

impl fmt::Display for Remaining {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Remaining::PictureContent => {
                "what the picture shows: faces, reflections, documents, buildings, the view"
            }
            Remaining::SensorNoise => {
                "sensor noise: who has the camera, or other photos from it, can link them"
            }
            Remaining::EncoderHandwriting => {
                "size, tables and sampling of the picture: they narrow down the camera model"
            }
            Remaining::CodedSlack => {
                "bits inside the coded picture that no viewer shows: this method does not touch them"
            }
            Remaining::PrinterDots => "printer dots, if the picture shows a printed page",
            Remaining::ToolForm => "the form of the file: it can show that Unmarked was used",
        })
    }
}
