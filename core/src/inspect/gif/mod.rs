//! Findings of a GIF, part by part.

use crate::{Error, Format, Inspection, Limits};

/// Everything that the GIF `photo` says about its maker.
pub(crate) fn inspect(photo: &[u8], limits: &Limits) -> Result<Inspection, Error> {
    let _ = (photo, limits);
    Err(Error::Format(Format::Gif))
}
