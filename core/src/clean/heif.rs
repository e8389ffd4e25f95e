//! Strip of a HEIF (HEIC and AVIF).

use crate::clean::Draft;
use crate::container::heif::{self, Coding, Photo, Role, Transform};
use crate::inspect::inspect_as;
use crate::receipt::{Kept, Note, Remaining};
use crate::{Error, Format, Method, Policy, Receipt};

/// Strips a HEIF.
pub(super) fn strip(photo: &[u8], policy: &Policy) -> Result<Draft, Error> {
    let format = Format::detect(photo).unwrap_or(Format::Heif);
    let named = |error| match error {
        Error::Unsupported { what, .. } => Error::Unsupported { format, what },
        other => other,
    };
    let layout = heif::read(photo, &policy.limits).map_err(named)?;
    let picture = layout.photo().map_err(named)?;
    let bytes = heif::write(&picture, photo.len())?;
    let found = inspect_as(format, photo, &policy.limits)?;
    let mut receipt = Receipt::new(Method::Strip, found, bytes.len() as u64);
    receipt.size_after = picture.shown().map(|shown| shown.size);
    receipt.size = receipt.size_after;
    receipt.format = match picture.coding {
        Coding::Av1 => Format::Avif,
        Coding::Hevc => Format::Heif,
    };
    receipt.kept = kept(&picture);
    if picture.items.iter().any(|item| item.colour.unusable) {
        receipt.notes.push(Note::UnusableProfileDropped);
    }
    if layout.tells_light() {
        receipt.notes.push(Note::LightLevelDropped);
    }
    receipt.remaining = remaining(&picture);
    Ok(Draft { bytes, receipt })
}

/// What is kept of the photo, and what that is.
fn kept(picture: &Photo<'_>) -> Vec<Kept> {
    let mut kept = vec![Kept::CodedPicture];
    let Some(shown) = picture.shown() else { return kept };
    for step in &shown.transforms {
        kept.push(match step {
            Transform::Turn(turn) => Kept::Orientation(turn.orientation()),
            Transform::Crop(_) => Kept::Aperture,
        });
    }
    kept.extend(shown.colour.profile.map(Kept::Profile));
    if shown.colour.nclx.is_some() {
        kept.push(Kept::ColourCodePoints);
    }
    if has_alpha(picture) {
        kept.push(Kept::Transparency);
    }
    kept
}

fn remaining(picture: &Photo<'_>) -> Vec<Remaining> {
    let mut remaining = vec![
        Remaining::PictureContent,
        Remaining::SensorNoise,
        Remaining::EncoderHandwriting,
        Remaining::CodedData,
    ];
    if has_alpha(picture) {
        remaining.push(Remaining::HiddenColour);
    }
    if picture.hides() {
        remaining.push(Remaining::HiddenByCrop);
    }
    remaining.extend([Remaining::PrinterDots, Remaining::ToolForm]);
    remaining
}

fn has_alpha(picture: &Photo<'_>) -> bool {
    picture.items.iter().any(|item| matches!(item.role, Role::Alpha(_)))
}
