//! AV1 in an item: AV1 Image File Format, AV1 Codec ISO Media File Format Binding, AV1 Bitstream &
//! Decoding Process Specification.

use super::coding::{Coded, Nclx, Source, Traits};
use crate::{Error, Format};

/// The OBUs that decode one still picture.
#[derive(Debug)]
pub(crate) struct Picture<'a> {
    source: Source<'a>,
}

impl<'a> Picture<'a> {
    /// Keeps of `source` what decodes the picture.
    pub(super) fn read(source: Source<'a>) -> Result<Picture<'a>, Error> {
        let _ = source.payload;
        Err(Error::Format(Format::Avif))
    }

    /// What the sequence header says.
    pub(super) fn traits(&self) -> Traits {
        let colour = Nclx { primaries: 2, transfer: 2, matrix: 2, full_range: false };
        Traits { size: (0, 0), depths: (8, 8), monochrome: false, colour }
    }

    /// `av1C` and OBUs in their canonical form, the sequence header with `colour`.
    pub(super) fn write(&self, colour: Nclx) -> Result<Coded<'a>, Error> {
        let _ = (colour, self.source.payload);
        Err(Error::Format(Format::Avif))
    }
}
