//! What the container asks of a coding: HEVC (ISO/IEC 14496-15 and ITU-T H.265), AV1 (AV1-ISOBMFF).

use super::boxes::Kind;
use super::{av1, hevc};
use crate::Error;

/// How the picture of an item is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    Av1,
    Hevc,
}

/// Colour as ITU-T H.273 codes it: what a `colr` of the type `nclx` says, HEVC's VUI (H.265, E.2.1)
/// and AV1's `color_config` (5.5.2). 2 means unspecified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Nclx {
    pub(crate) primaries: u16,
    pub(crate) transfer: u16,
    pub(crate) matrix: u16,
    pub(crate) full_range: bool,
}

/// One item that holds a coded picture, as it stands in the source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    /// What follows the header of its `hvcC` or `av1C`.
    pub(crate) configuration: &'a [u8],
    /// Where that starts in the file.
    pub(crate) configuration_at: usize,
    /// Its extents, joined.
    pub(crate) payload: &'a [u8],
    /// Where its first extent starts in the file.
    pub(crate) payload_at: usize,
    /// The most parts (NAL units, OBUs) that it may have.
    pub(crate) most_parts: usize,
}

/// What a coded picture says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Traits {
    /// Width and height as the decoder gives them: for HEVC inside the conformance window.
    pub(crate) size: (u32, u32),
    /// Bits of each luma and chroma sample.
    pub(crate) depths: (u8, u8),
    /// True if there is no chroma.
    pub(crate) monochrome: bool,
    pub(crate) colour: Nclx,
}

/// A coded picture taken apart: what is left of it are the parts that decode it.
#[derive(Debug)]
pub(crate) enum Picture<'a> {
    Av1(av1::Picture<'a>),
    Hevc(hevc::Picture<'a>),
}

/// A coded picture as it is written.
#[derive(Debug)]
pub(crate) struct Coded<'a> {
    /// What follows the header of `hvcC` or `av1C`, in its canonical form.
    pub(crate) configuration: Vec<u8>,
    /// What the item holds, in its canonical form.
    pub(crate) payload: Vec<Piece<'a>>,
}

/// A run of bytes of a payload.
#[derive(Debug)]
pub(crate) enum Piece<'a> {
    /// As it stands in the source. Not copied until the file is written.
    Kept(&'a [u8]),
    /// Written again: headers.
    Written(Vec<u8>),
}

impl Coding {
    /// The coding of items of this kind.
    pub(crate) fn of(kind: &Kind) -> Coding {
        if kind == b"av01" { Coding::Av1 } else { Coding::Hevc }
    }

    /// The kind of its items.
    pub(crate) fn item(self) -> Kind {
        match self {
            Coding::Av1 => *b"av01",
            Coding::Hevc => *b"hvc1",
        }
    }

    /// The kind of the property that configures its decoder.
    pub(crate) fn property(self) -> Kind {
        match self {
            Coding::Av1 => *b"av1C",
            Coding::Hevc => *b"hvcC",
        }
    }

    /// Keeps of `source` what decodes the picture.
    pub(crate) fn read(self, source: Source<'_>) -> Result<Picture<'_>, Error> {
        Ok(match self {
            Coding::Av1 => Picture::Av1(av1::Picture::read(source)?),
            Coding::Hevc => Picture::Hevc(hevc::Picture::read(source)?),
        })
    }
}

impl<'a> Picture<'a> {
    /// What the picture says of itself.
    pub(crate) fn traits(&self) -> Traits {
        match self {
            Picture::Av1(picture) => picture.traits(),
            Picture::Hevc(picture) => picture.traits(),
        }
    }

    /// True if something is coded that lies outside of what is shown.
    pub(crate) fn is_cropped(&self) -> bool {
        match self {
            Picture::Av1(_) => false,
            Picture::Hevc(picture) => picture.is_cropped(),
        }
    }

    /// The brand of files with such a picture.
    pub(crate) fn brand(&self) -> Kind {
        match self {
            Picture::Av1(_) => *b"avif",
            Picture::Hevc(picture) if picture.is_main() => *b"heic",
            Picture::Hevc(_) => *b"heix",
        }
    }

    /// The picture in its canonical form. It says `colour` of itself: the same as the properties of
    /// the item do, so that nothing can be said there.
    pub(crate) fn write(&self, colour: Nclx) -> Result<Coded<'a>, Error> {
        match self {
            Picture::Av1(picture) => picture.write(colour),
            Picture::Hevc(picture) => picture.write(colour),
        }
    }
}

impl Piece<'_> {
    /// The bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Piece::Kept(bytes) => bytes,
            Piece::Written(bytes) => bytes,
        }
    }
}
