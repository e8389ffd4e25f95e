//! Strip of a HEIF (HEIC and AVIF).

use crate::clean::Draft;
use crate::{Error, Format, Policy};

/// Strips a HEIF.
pub(super) fn strip(photo: &[u8], policy: &Policy) -> Result<Draft, Error> {
    let _ = (photo, policy);
    Err(Error::Format(Format::Heif))
}
