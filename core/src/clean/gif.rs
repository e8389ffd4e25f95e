//! Strip of a GIF.

use crate::clean::Draft;
use crate::container::gif::{self, Picture};
use crate::inspect::inspect_gif;
use crate::receipt::{Kept, Note, Remaining};
use crate::{Error, Method, Policy, Receipt};

/// Strips a GIF: its images and how they follow each other are kept, in the canonical form.
pub(super) fn strip(photo: &[u8], policy: &Policy) -> Result<Draft, Error> {
    let picture = gif::read(photo, &policy.limits)?;
    let bytes = gif::write(&picture)?;
    let found = inspect_gif(photo, Ok(&picture), &policy.limits);
    let mut receipt = Receipt::new(Method::Strip, found, bytes.len() as u64);
    receipt.size_after = receipt.size;
    receipt.kept = kept(&picture);
    receipt.notes.extend(picture.missing().map(|parts| Note::Missing { parts }));
    receipt.remaining = remaining(&picture);
    Ok(Draft { bytes, receipt })
}

fn kept(picture: &Picture<'_>) -> Vec<Kept> {
    let mut kept = vec![Kept::CodedPicture, Kept::Palette];
    if picture.frames.iter().any(|frame| frame.control.transparent().is_some()) {
        kept.push(Kept::Transparency);
    }
    if picture.is_animation() {
        let frames = u32::try_from(picture.frames.len()).unwrap_or(u32::MAX);
        kept.push(Kept::Animation { frames });
    }
    kept
}

fn remaining(picture: &Picture<'_>) -> Vec<Remaining> {
    let mut remaining = vec![Remaining::PictureContent, Remaining::SensorNoise];
    if picture.is_animation() {
        remaining.push(Remaining::Timing);
    }
    if picture.frames.iter().any(|frame| frame.lies_outside(&picture.header)) {
        remaining.push(Remaining::HiddenByCrop);
    }
    remaining.extend([
        Remaining::EncoderHandwriting,
        Remaining::CodedSlack,
        Remaining::PrinterDots,
        Remaining::ToolForm,
    ]);
    remaining
}
