//! Findings of a JPEG, part by part.

use crate::container::jpeg::walk::{End, Walk, walk};
use crate::container::jpeg::{self, Picture};
use crate::inspect::{Findings, Inspection};
use crate::{Error, Format, Limits};

/// Everything that the JPEG `photo` says about its maker.
pub(crate) fn inspect(photo: &[u8], limits: &Limits) -> Inspection {
    let walk = walk(photo, usize::try_from(limits.parts).unwrap_or(usize::MAX));
    inspect_jpeg(&walk, jpeg::read(&walk).as_ref(), limits)
}

/// Everything that a JPEG taken apart says, given what decodes its picture or why that cannot be
/// told.
pub(crate) fn inspect_jpeg(
    walk: &Walk<'_>,
    picture: Result<&Picture<'_>, &Error>,
    limits: &Limits,
) -> Inspection {
    let findings = Findings::new(limits);
    let problem = (walk.end != End::Complete).then(|| String::from("cut off"));
    let size = picture.ok().map(|p| (u32::from(p.frame.width), u32::from(p.frame.height)));
    let (findings, more) = findings.into_list();
    let bytes = walk.data.len() as u64;
    Inspection { format: Format::Jpeg, bytes, size, findings, more, problem }
}
