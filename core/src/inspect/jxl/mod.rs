//! Findings of a JPEG XL, part by part.

use crate::container::jxl::boxes::Walk;
use crate::{Error, Format, Inspection, Limits};

/// Everything that the JPEG XL `photo` says about its maker.
pub(crate) fn inspect(photo: &[u8], limits: &Limits) -> Result<Inspection, Error> {
    let _ = (photo, limits);
    Err(Error::Format(Format::Jxl))
}

pub(crate) fn inspect_jxl(walk: &Walk<'_>, limits: &Limits) -> Inspection {
    let _ = limits;
    Inspection { format: Format::Jxl, bytes: walk.data.len() as u64, size: None, findings: vec![], more: false, problem: None }
}
