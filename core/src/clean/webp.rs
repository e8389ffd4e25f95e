//! Strip of a WebP.

use crate::clean::Draft;
use crate::container::webp::{self, Dress, Image, Picture, riff};
use crate::inspect::inspect_webp;
use crate::profile::{self, Components, Outcome};
use crate::receipt::{Kept, Note, Remaining};
use crate::{Error, Method, Orientation, Policy, ProfileClass, Receipt};

/// Strips a WebP.
pub(super) fn strip(photo: &[u8], policy: &Policy) -> Result<Draft, Error> {
    let parts = usize::try_from(policy.limits.parts).unwrap_or(usize::MAX);
    let walk = riff::walk(photo, parts);
    let picture = webp::read(&walk, &policy.limits)?;
    let (profile, note) = dress_profile(&picture)?;
    let orientation = picture.orientation;
    let bytes = webp::write(&picture, Dress { orientation, profile })?;
    let found = inspect_webp(&walk, Ok(&picture), &policy.limits);
    let mut receipt = Receipt::new(Method::Strip, found, bytes.len() as u64);
    receipt.size_after = receipt.size;
    receipt.kept = vec![Kept::CodedPicture];
    if orientation != Orientation::Upright {
        receipt.kept.push(Kept::Orientation(orientation));
    }
    receipt.kept.extend(profile.map(Kept::Profile));
    let transparent = picture.image.has_alpha();
    let frames = match &picture.image {
        Image::Still(_) => None,
        Image::Animation { frames, .. } => Some(frames.len()),
    };
    if transparent {
        receipt.kept.push(Kept::Transparency);
    }
    if let Some(frames) = frames {
        receipt.kept.push(Kept::Animation { frames: u32::try_from(frames).unwrap_or(u32::MAX) });
    }
    receipt.notes.extend(note);
    receipt.remaining = vec![
        Remaining::PictureContent,
        Remaining::SensorNoise,
        Remaining::EncoderHandwriting,
        Remaining::CodedSlack,
    ];
    if transparent {
        receipt.remaining.push(Remaining::HiddenColour);
    }
    if frames.is_some() {
        receipt.remaining.push(Remaining::Timing);
    }
    receipt.remaining.extend([Remaining::PrinterDots, Remaining::ToolForm]);
    Ok(Draft { bytes, receipt })
}

/// The constant profile that stands in for the picture's own, and what to say of it.
fn dress_profile(picture: &Picture<'_>) -> Result<(Option<ProfileClass>, Option<Note>), Error> {
    let Some(profile) = picture.profile else { return Ok((None, None)) };
    Ok(match profile::judge(profile, Components::Rgb)? {
        Outcome::Srgb => (None, None),
        Outcome::Known(class) => (Some(class), None),
        Outcome::Cmyk | Outcome::Unusable => (None, Some(Note::UnusableProfileDropped)),
    })
}
