//! Strip of a PNG and its Recode.

use crate::clean::Draft;
use crate::container::png::{self, Dress, Picture};
use crate::inspect::inspect_png;
use crate::picture::png::recode::recode as code_anew;
use crate::picture::png::strip::{Stripped, strip as copy};
use crate::receipt::{Kept, Note, Remaining};
use crate::{Error, Method, Orientation, Policy, Receipt};

/// Strips a PNG: what decodes its pictures is copied, and nothing else.
pub(super) fn strip(photo: &[u8], policy: &Policy) -> Result<Draft, Error> {
    by(photo, policy, Method::Strip, |picture, dress| copy(photo, picture, dress))
}

/// Recodes a PNG: the same pixels, and nothing of how they were coded.
pub(super) fn recode(photo: &[u8], policy: &Policy) -> Result<Draft, Error> {
    by(photo, policy, Method::Recode, |picture, dress| {
        code_anew(photo, picture, dress, &policy.limits)
    })
}

fn by(
    photo: &[u8],
    policy: &Policy,
    method: Method,
    write: impl Fn(&Picture<'_>, Dress) -> Result<Stripped, Error>,
) -> Result<Draft, Error> {
    let mut picture = png::read(photo, &policy.limits)?;
    let (dress, note) = dress(&picture)?;
    let mut stripped = write(&picture, dress.clone())?;
    if stripped.dress.transparency.is_empty() && picture.forget_transparency() {
        stripped = write(&picture, dress)?;
    }
    Ok(draft(photo, &picture, stripped, note, method, policy))
}

/// What goes around the pictures, as far as it is known without their pixels; and what to say of the
/// profile.
fn dress(picture: &Picture<'_>) -> Result<(Dress, Option<Note>), Error> {
    let colours = picture.colours.meaning(picture.header.colour)?;
    let dress = Dress {
        code_points: colours.code_points,
        profile: colours.profile,
        gamma: colours.gamma,
        orientation: picture.orientation,
        animation: picture.frames().zip(picture.plays),
        ..Dress::plain(picture.header)
    };
    Ok((dress, colours.dropped.then_some(Note::UnusableProfileDropped)))
}

fn draft(
    photo: &[u8],
    picture: &Picture<'_>,
    stripped: Stripped,
    note: Option<Note>,
    method: Method,
    policy: &Policy,
) -> Draft {
    let Stripped { bytes, dress, facts } = stripped;
    let found = inspect_png(photo, picture, &facts, &policy.limits);
    let mut receipt = Receipt::new(method, found, bytes.len() as u64);
    receipt.size_after = receipt.size;
    receipt.kept = kept(method, &dress);
    receipt.notes.extend(note);
    let mut remaining = vec![Remaining::PictureContent, Remaining::SensorNoise];
    if method == Method::Strip {
        remaining.extend([Remaining::EncoderHandwriting, Remaining::CodedSlack]);
    }
    if facts.hides_colours {
        remaining.push(Remaining::HiddenColour);
    }
    if picture.has_still_beside() {
        remaining.push(Remaining::StillPicture);
    }
    if dress.animation.is_some() {
        remaining.push(Remaining::Timing);
    }
    remaining.extend([Remaining::PrinterDots, Remaining::ToolForm]);
    receipt.remaining = remaining;
    Draft { bytes, receipt }
}

/// What is kept beside the pictures, in a file that is dressed like this.
fn kept(method: Method, dress: &Dress) -> Vec<Kept> {
    let core = if method == Method::Strip { Kept::CodedPicture } else { Kept::Pixels };
    let mut kept = vec![core];
    if dress.orientation != Orientation::Upright {
        kept.push(Kept::Orientation(dress.orientation));
    }
    kept.extend(dress.profile.map(Kept::Profile));
    kept.extend(dress.code_points.map(|_| Kept::ColourCodePoints));
    kept.extend(dress.gamma.map(|_| Kept::Gamma));
    if !dress.palette.is_empty() {
        kept.push(Kept::Palette);
    }
    if dress.header.colour.has_alpha() || !dress.transparency.is_empty() {
        kept.push(Kept::Transparency);
    }
    kept.extend(dress.animation.map(|(frames, _)| Kept::Animation { frames }));
    kept
}
