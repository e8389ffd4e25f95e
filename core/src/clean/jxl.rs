//! Strip of a JPEG XL.

use crate::clean::Draft;
use crate::{Error, Format, Policy};

/// Strips a JPEG XL.
pub(super) fn strip(photo: &[u8], policy: &Policy) -> Result<Draft, Error> {
    let _ = (photo, policy);
    Err(Error::Format(Format::Jxl))
}
