//! Findings of a HEIF, part by part.

mod av1;

use crate::{Error, Format, Inspection, Limits};

/// Everything that the HEIF `photo` says about its maker.
pub(crate) fn inspect(photo: &[u8], limits: &Limits) -> Result<Inspection, Error> {
    let _ = (photo, limits);
    Err(Error::Format(Format::Heif))
}
