//! The best quality at which a file is small enough.

use std::ops::RangeInclusive;

use zeroize::Zeroizing;

use crate::picture::jpeg::bit_writer::Bits;
use crate::picture::jpeg::coefficients::{COEFFICIENTS, Coefficients};
use crate::picture::jpeg::encoder::{Coder, Encoded, too_much};
use crate::picture::jpeg::layout::Layout;
use crate::picture::jpeg::token_store::TokenRoom;
use crate::picture::jpeg::tokens::ROOM;
use crate::{Error, Limits};

/// What a block takes, in bytes.
const BLOCK_BYTES: u64 = (COEFFICIENTS * size_of::<i16>() + size_of::<u64>()) as u64;

/// The frequencies of a picture, not quantised, and what its file is to be like.
#[derive(Debug)]
pub(super) struct Held {
    /// Row of MCUs by row of MCUs; which are zero is not said.
    pub(super) rows: Vec<Coefficients>,
    qualities: RangeInclusive<u8>,
    /// The most bytes of the file.
    most: u64,
}

impl Held {
    /// Nothing yet.
    pub(super) fn new(
        layout: &Layout,
        qualities: RangeInclusive<u8>,
        most: u64,
        limits: &Limits,
    ) -> Result<Held, Error> {
        if layout.padded_blocks().saturating_mul(BLOCK_BYTES) > limits.memory {
            return Err(too_much(limits));
        }
        Ok(Held { rows: Vec::new(), qualities, most })
    }

    /// The file of the best quality that is small enough.
    pub(super) fn best(&self, layout: &Layout) -> Result<Option<Encoded>, Error> {
        let mut highest = *self.qualities.end();
        let lowest = *self.qualities.start();
        // the size that was counted lacks the stuffed zeros, so it may turn out to be too small
        while let Some(mut coder) = self.counted_to_fit(layout, lowest, highest)? {
            let encoded = self.encode(&mut coder)?;
            if encoded.bytes.len() as u64 <= self.most {
                return Ok(Some(encoded));
            }
            match coder.quality.checked_sub(1) {
                Some(lower) if lower >= lowest => highest = lower,
                _ => break,
            }
        }
        Ok(None)
    }

    /// The best quality from `lowest` to `highest` at which the file without stuffed zeros is small
    /// enough.
    fn counted_to_fit(
        &self,
        layout: &Layout,
        lowest: u8,
        highest: u8,
    ) -> Result<Option<Coder>, Error> {
        let mut fits: Option<(Coder, u64)> = None;
        let mut too_large: Option<(u8, u64)> = None;
        let mut next = highest;
        // a good guess comes next to the limit, and its neighbour shows it; the middle is sure to end
        for guesses in 0.. {
            let (coder, size) = self.count(layout, next)?;
            if size <= self.most {
                fits = Some((coder, size));
            } else {
                too_large = Some((next, size));
            }
            let above = fits.as_ref().map_or(lowest, |(coder, _)| coder.quality + 1);
            let Some((quality, large)) = too_large.filter(|(quality, _)| *quality > above) else {
                break;
            };
            let below = quality - 1;
            let guess = if guesses < 4 {
                let small = fits.as_ref().map(|(coder, size)| (coder.quality, *size));
                guess(small, (quality, large), self.most)
            } else {
                above.midpoint(below)
            };
            next = guess.clamp(above, below);
        }
        Ok(fits.map(|(coder, _)| coder))
    }

    /// Counts what the file takes at `quality`, in bytes.
    fn count(&self, layout: &Layout, quality: u8) -> Result<(Coder, u64), Error> {
        let mut coder = Coder::new(layout, quality);
        for (y, row) in self.rows.iter().enumerate() {
            coder.quantise(row);
            coder.scan.row(&coder.row, y, y, &mut TokenRoom::new(&mut []));
        }
        let size = coder.least_size()?;
        Ok((coder, size))
    }

    /// Writes the file that was counted.
    fn encode(&self, coder: &mut Coder) -> Result<Encoded, Error> {
        let (codes, mut out) = coder.start()?;
        coder.scan.rewind();
        let mut tokens = Zeroizing::new(vec![[0; 2]; coder.scan.most_tokens() + ROOM]);
        let mut bits = Bits::NONE;
        for (y, row) in self.rows.iter().enumerate() {
            coder.quantise(row);
            let mut room = TokenRoom::new(&mut tokens);
            coder.scan.row(&coder.row, y, y, &mut room);
            let filled = room.filled();
            codes.emit([&tokens[..filled]], &mut bits, &mut out)?;
        }
        coder.end(bits, out)
    }
}

/// The quality at which a file may have `most` bytes, given one that has more at its quality, and
/// one that has fewer if there is. By operations that give the same on every machine.
fn guess(small: Option<(u8, u64)>, (quality, large): (u8, u64), most: u64) -> u8 {
    // what the steps of the tables are multiplied by, in percent
    let percent = |quality: u8| match f64::from(quality.max(1)) {
        low if low < 50.0 => 5000.0 / low,
        high => 200.0 - 2.0 * high,
    };
    let (most, large) = (most.max(1) as f64, large.max(1) as f64);
    let wanted = match small {
        Some((better, small)) => {
            let part = (1.0 / most - 1.0 / large) / (1.0 / small.max(1) as f64 - 1.0 / large);
            percent(quality) + part * (percent(better) - percent(quality))
        }
        // files grow by about the inverse of the steps to the power of two thirds
        None => percent(quality).max(2.0) * (large / most) * (large / most).sqrt(),
    };
    let guess = if wanted > 100.0 { 5000.0 / wanted } else { 100.0 - wanted / 2.0 };
    guess as u8
}
