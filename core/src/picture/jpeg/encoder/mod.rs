//! The encoder of Rebuild: its files are, byte for byte, those that Android's `Bitmap.compress` and
//! libjpeg-turbo's `cjpeg -sample 2x2 -optimize -baseline` make of the same pixels.

mod colour;
mod fdct;
mod quantise;
mod strip;

use std::ops::RangeInclusive;

use zeroize::Zeroizing;

use crate::container::jpeg::frame::{Component, Process};
use crate::container::jpeg::write::Dress;
use crate::container::jpeg::{Colour, Frame};
use crate::memory::Memory;
use crate::picture::jpeg::coefficients::{COEFFICIENTS, Coefficients};
use crate::picture::jpeg::encoder::quantise::Divisors;
use crate::picture::jpeg::encoder::strip::Strip;
use crate::picture::jpeg::layout::Layout;
use crate::picture::jpeg::scan_coder::ScanCoder;
use crate::picture::jpeg::token_store::{TokenRoom, TokenStore};
use crate::picture::jpeg::write_scans::{Coded, write_file};
use crate::{Error, Limits, Orientation, ProfileClass};

/// What the file has to be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Aim {
    /// This quality, 1 to 100, as libjpeg and Android count it.
    Quality(u8),
    /// The best of these qualities at which the file has at most so many bytes. The picture is held
    /// meanwhile: 3 bytes a pixel.
    Size(RangeInclusive<u8>, u64),
}

/// An encoded picture.
#[derive(Debug)]
pub(crate) struct Encoded {
    /// The whole file.
    pub(crate) bytes: Memory,
    /// Its quality.
    pub(crate) quality: u8,
}
