//! Findings of a JPEG, part by part.

use crate::container::jpeg::walk::{End, walk};
use crate::inspect::{Findings, Inspection};
use crate::{Format, Limits};

/// Everything that the JPEG `photo` says about its maker.
pub(crate) fn inspect(photo: &[u8], limits: &Limits) -> Inspection {
    let walk = walk(photo, usize::try_from(limits.parts).unwrap_or(usize::MAX));
    let findings = Findings::new(limits);
    let problem = (walk.end != End::Complete).then(|| String::from("cut off"));
    let (findings, more) = findings.into_list();
    Inspection { format: Format::Jpeg, bytes: photo.len() as u64, size: None, findings, more, problem }
}
