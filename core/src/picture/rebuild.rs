//! Rebuild: decoded to pixels, turned upright, scaled, covered, and encoded as the commonest file
//! there is.

use crate::container::jpeg::Picture;
use crate::memory::Memory;
use crate::picture::pixels::Pixels;
use crate::policy::Rebuild;
use crate::{Error, Limits};

/// A picture that was drawn again.
#[derive(Debug)]
pub(crate) struct Rebuilt {
    /// The whole file.
    pub(crate) bytes: Memory,
    /// Width and height in pixels.
    pub(crate) size: (u32, u32),
    /// True if edges were cut off to reach an exact ratio.
    pub(crate) cropped: bool,
    /// The quality it was encoded with, 1 to 100.
    pub(crate) quality: u8,
    /// How many parts of ten thousand of the picture were missing in the source.
    pub(crate) missing: u32,
}

/// Draws the picture of a JPEG again.
pub(crate) fn rebuild_jpeg(
    _picture: &Picture<'_>,
    _settings: &Rebuild,
    _limits: &Limits,
) -> Result<Rebuilt, Error> {
    Err(Error::Memory)
}

/// Draws the picture again that a platform's decoder gave.
pub(crate) fn rebuild_pixels(
    _pixels: &Pixels<'_>,
    _settings: &Rebuild,
    _limits: &Limits,
) -> Result<Rebuilt, Error> {
    Err(Error::Memory)
}
