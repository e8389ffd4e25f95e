//! Strip of a JPEG XL.

use crate::clean::Draft;
use crate::container::jxl::boxes::walk;
use crate::container::jxl::header::Kind;
use crate::container::jxl::{self, Canonical};
use crate::inspect::inspect_jxl;
use crate::receipt::{Kept, Note, Remaining};
use crate::{Error, Method, Orientation, Policy, Receipt};

/// Strips a JPEG XL.
pub(super) fn strip(photo: &[u8], policy: &Policy) -> Result<Draft, Error> {
    let walk = walk(photo, usize::try_from(policy.limits.parts).unwrap_or(usize::MAX));
    walk.brand()?;
    let stream = walk.codestream()?;
    let read = jxl::read(&stream, &policy.limits)?;
    let canonical = jxl::canonical(&read, &stream)?;
    let bytes = jxl::write(&canonical, &stream)?;
    let found = inspect_jxl(&walk, Ok((&read, &stream)), &policy.limits);
    let mut receipt = Receipt::new(Method::Strip, found, bytes.len() as u64);
    receipt.size_after = receipt.size;
    receipt.kept = kept(&canonical);
    receipt.remaining = remaining(&canonical);
    if canonical.profile_unusable {
        receipt.notes.push(Note::UnusableProfileDropped);
    }
    Ok(Draft { bytes, receipt })
}

fn kept(canonical: &Canonical<'_>) -> Vec<Kept> {
    let mut kept = vec![Kept::CodedPicture];
    let metadata = &canonical.metadata;
    let turned = Orientation::from_exif_value(metadata.orientation);
    kept.extend(turned.filter(|o| *o != Orientation::Upright).map(Kept::Orientation));
    if !metadata.colour.is_usual() {
        kept.push(Kept::ColourCodePoints);
    }
    if has_alpha(canonical) {
        kept.push(Kept::Transparency);
    }
    if metadata.animation.is_some() {
        let shown = canonical.frames.iter().filter(|(header, _)| header.is_shown()).count();
        kept.push(Kept::Animation { frames: u32::try_from(shown).unwrap_or(u32::MAX) });
    }
    kept
}

fn remaining(canonical: &Canonical<'_>) -> Vec<Remaining> {
    let mut remaining = vec![
        Remaining::PictureContent,
        Remaining::SensorNoise,
        Remaining::EncoderHandwriting,
        Remaining::CodedSlack,
        Remaining::CodedData,
    ];
    if has_alpha(canonical) {
        remaining.push(Remaining::HiddenColour);
    }
    // layers under others, and what frames show outside of the picture
    let hidden = canonical.frames.iter().any(|(header, _)| {
        header.is_normal() && !header.is_shown() || header.exceeds(canonical.size)
    });
    if hidden {
        remaining.push(Remaining::HiddenByCrop);
    }
    if canonical.metadata.animation.is_some() {
        remaining.push(Remaining::Timing);
    }
    remaining.extend([Remaining::PrinterDots, Remaining::ToolForm]);
    remaining
}

fn has_alpha(canonical: &Canonical<'_>) -> bool {
    let mut channels = canonical.metadata.extra.iter();
    channels.any(|channel| matches!(channel.kind, Kind::Alpha { .. }))
}
