//! Strip of a WebP.

use crate::clean::Draft;
use crate::{Error, Format, Policy};

/// Strips a WebP.
pub(super) fn strip(photo: &[u8], policy: &Policy) -> Result<Draft, Error> {
    let _ = (photo, policy);
    Err(Error::Format(Format::WebP))
}
