//! What was found, removed, kept, and what still remains: facts, and words for them.

mod kept;
mod note;
mod remaining;

use serde::Serialize;

use crate::{Carrier, Finding, Format, Inspection, Method};

pub use kept::Kept;
pub use note::Note;
pub use remaining::Remaining;

/// What happened to one photo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The format of the clean photo.
    pub format: Format,
    /// The format of the photo before.
    pub format_before: Format,
    /// How it was cleaned: by the method that was really used.
    pub method: Method,
    /// The size of the photo before, in bytes: of its pixels, if a platform's decoder gave those.
    pub bytes_before: u64,
    /// The size of the clean photo, in bytes.
    pub bytes_after: u64,
    /// Width and height of the coded picture in pixels, before any turning.
    pub size: Option<(u32, u32)>,
    /// Width and height of the clean picture in pixels, as it is coded.
    pub size_after: Option<(u32, u32)>,
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

impl Receipt {
    /// The receipt of a photo of which `found` was said before, and which has its format still.
    /// Nothing is kept or remains yet.
    pub(crate) fn new(method: Method, found: Inspection, bytes_after: u64) -> Receipt {
        let mut removed: Vec<Removed> = Vec::new();
        for finding in found.marks() {
            match removed.iter_mut().find(|r| r.carrier == finding.carrier) {
                Some(entry) => entry.findings = entry.findings.saturating_add(1),
                None => removed.push(Removed { carrier: finding.carrier, findings: 1 }),
            }
        }
        let carried = |carriers: &[Carrier]| removed.iter().any(|r| carriers.contains(&r.carrier));
        let mut notes = Vec::new();
        if carried(&[Carrier::FurtherImage, Carrier::Film]) {
            notes.push(Note::OnlyMainPicture);
        }
        if carried(&[Carrier::GainMap]) {
            notes.push(Note::GainMapDropped);
        }
        Receipt {
            format: found.format,
            format_before: found.format,
            method,
            bytes_before: found.bytes,
            bytes_after,
            size: found.size,
            size_after: None,
            found: found.findings,
            more: found.more,
            removed,
            kept: Vec::new(),
            notes,
            remaining: Vec::new(),
        }
    }
}
