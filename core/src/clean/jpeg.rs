//! Strip and Recode of a JPEG, and Rebuild where they have to refuse one that can be shown.

use crate::clean::{Draft, redraw};
use crate::container::jpeg::walk::{Walk, walk};
use crate::container::jpeg::{self, Colour, Dress, Embedded, Picture, Tolerance};
use crate::inspect::inspect_jpeg;
use crate::picture::jpeg::recode::recode;
use crate::picture::jpeg::walk::walk as walk_scans;
use crate::profile::{self, Components, Outcome};
use crate::receipt::{Kept, Note, Remaining};
use crate::{Error, Method, Orientation, Policy, ProfileClass, Receipt};

/// Cleans a JPEG as `policy` says.
pub(super) fn clean(photo: &[u8], policy: &Policy) -> Result<Draft, Error> {
    let parts = usize::try_from(policy.limits.parts).unwrap_or(usize::MAX);
    let walk = walk(photo, parts);
    let exact = match policy.method {
        Method::Rebuild => return redraw::jpeg(&walk, policy, None),
        Method::Strip => strip(&walk, policy),
        Method::Recode => recoded(&walk, policy),
    };
    let error = match exact {
        Err(error) if policy.rebuild_if_refused && error.may_be_rebuilt() => error,
        done => return done,
    };
    let note = Note::RebuiltInstead { of: policy.method, because: error.to_string() };
    redraw::jpeg(&walk, policy, Some(note)).map_err(|second| match second {
        // nothing of it can be shown, and the first error says best why
        Error::Damaged { .. } | Error::CutOff { .. } => error,
        second => second,
    })
}

fn strip(walk: &Walk<'_>, policy: &Policy) -> Result<Draft, Error> {
    let mut picture = jpeg::read(walk, Tolerance::None)?;
    let repaired = walk_scans(&mut picture, walk.data.len(), &policy.limits)?;
    let (profile, note) = dress_profile(&picture)?;
    let orientation = picture.orientation;
    let found = inspect_jpeg(walk, Ok(&picture), &policy.limits);
    for (scan, repaired) in picture.scans.iter_mut().zip(&repaired) {
        if let Some(repaired) = repaired {
            scan.coded = repaired;
        }
    }
    let bytes = jpeg::write(&picture, Dress { orientation, profile })?;
    let mut receipt = Receipt::new(Method::Strip, found, bytes.len() as u64);
    receipt.size_after = receipt.size;
    receipt.kept = kept(Kept::CodedPicture, &picture, orientation, profile);
    receipt.notes.extend(note);
    receipt.remaining = vec![
        Remaining::PictureContent,
        Remaining::SensorNoise,
        Remaining::EncoderHandwriting,
        Remaining::CodedSlack,
        Remaining::PrinterDots,
        Remaining::ToolForm,
    ];
    Ok(Draft { bytes, receipt })
}

fn recoded(walk: &Walk<'_>, policy: &Policy) -> Result<Draft, Error> {
    let picture = jpeg::read(walk, Tolerance::None)?;
    let (profile, note) = dress_profile(&picture)?;
    let recoded = recode(&picture, profile, &policy.limits).map_err(|error| match error {
        // what no method takes apart was refused when it was read
        Error::Unsupported { what, .. } => Error::Recode(what),
        other => other,
    })?;
    let found = inspect_jpeg(walk, Ok(&picture), &policy.limits);
    let mut receipt = Receipt::new(Method::Recode, found, recoded.bytes.len() as u64);
    let turned = recoded.orientation != picture.orientation;
    receipt.size_after = receipt.size.map(|(width, height)| {
        if turned && picture.orientation.swaps_sides() { (height, width) } else { (width, height) }
    });
    receipt.kept = kept(Kept::Coefficients, &picture, recoded.orientation, profile);
    receipt.notes.extend(note);
    if turned {
        receipt.notes.push(Note::TurnedUpright);
    } else if picture.orientation != Orientation::Upright {
        receipt.notes.push(Note::NotTurned);
    }
    receipt.remaining = vec![
        Remaining::PictureContent,
        Remaining::SensorNoise,
        Remaining::Quantisation,
        Remaining::HiddenEdge,
        Remaining::PrinterDots,
        Remaining::ToolForm,
    ];
    Ok(Draft { bytes: recoded.bytes, receipt })
}

/// What is kept of `picture` beside its `core`, in a file that tells `orientation` and `profile`.
fn kept(
    core: Kept,
    picture: &Picture<'_>,
    orientation: Orientation,
    profile: Option<ProfileClass>,
) -> Vec<Kept> {
    let mut kept = vec![core];
    if orientation != Orientation::Upright {
        kept.push(Kept::Orientation(orientation));
    }
    kept.extend(profile.map(Kept::Profile));
    if matches!(picture.colour, Colour::Rgb | Colour::Cmyk { adobe: true } | Colour::Ycck) {
        kept.push(Kept::ColourTransform);
    }
    kept
}

/// The constant profile that stands in for the picture's own, and what to say of it.
fn dress_profile(picture: &Picture<'_>) -> Result<(Option<ProfileClass>, Option<Note>), Error> {
    Ok(match outcome(picture)? {
        Outcome::Srgb => (None, None),
        Outcome::Known(class) => (Some(class), None),
        Outcome::Cmyk => (None, Some(Note::CmykProfileDropped)),
        Outcome::Unusable => (None, Some(Note::UnusableProfileDropped)),
    })
}

/// What becomes of the profile of `picture`; one without is sRGB.
pub(super) fn outcome(picture: &Picture<'_>) -> Result<Outcome, Error> {
    let components = match picture.colour {
        Colour::Grey => Components::Grey,
        Colour::YCbCr | Colour::Rgb => Components::Rgb,
        Colour::Cmyk { .. } | Colour::Ycck => Components::Cmyk,
    };
    match &picture.profile {
        Embedded::None => Ok(Outcome::Srgb),
        Embedded::Broken => Ok(Outcome::Unusable),
        Embedded::Whole(bytes) => profile::judge(bytes, components),
    }
}
