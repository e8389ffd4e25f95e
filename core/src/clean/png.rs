//! Strip of a PNG and its Recode.

use crate::clean::Draft;
use crate::{Error, Format, Policy};

/// Strips a PNG.
pub(super) fn strip(photo: &[u8], policy: &Policy) -> Result<Draft, Error> {
    let _ = (photo, policy);
    Err(Error::Format(Format::Png))
}

/// Recodes a PNG.
pub(super) fn recode(photo: &[u8], policy: &Policy) -> Result<Draft, Error> {
    let _ = (photo, policy);
    Err(Error::Format(Format::Png))
}
