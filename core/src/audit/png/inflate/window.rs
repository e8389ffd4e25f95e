//! What was inflated last, and is copied from.

use zeroize::Zeroizing;

use crate::audit::png::checksum::Adler;
use crate::audit::png::inflate::{Broken, Reader};

/// The bytes that a match may reach back to, and as many that are to be handed over.
const WINDOW: usize = 1 << 15;
pub(super) const ROOM: usize = 3 * WINDOW;
pub(super) const LONGEST: usize = 258;
/// There is no room for the longest match behind this.
pub(super) const FULL: usize = ROOM - LONGEST - SPAN;
/// Matches are copied in pieces of so many bytes, and up to one less is written behind them.
const SPAN: usize = 16;

/// Bytes on their way to a reader.
pub(super) struct Output<'r, R> {
    pub(super) bytes: Box<Zeroizing<[u8; ROOM]>>,
    /// How many bytes are there, and how many of these were handed over.
    pub(super) filled: usize,
    handed: usize,
    /// How many bytes have left the window.
    gone: u64,
    pub(super) adler: Adler,
    reader: &'r mut R,
}

impl<'r, R: Reader> Output<'r, R> {
    pub(super) fn new(reader: &'r mut R) -> Self {
        let bytes = Box::new(Zeroizing::new([0; ROOM]));
        Output { bytes, filled: 0, handed: 0, gone: 0, adler: Adler::new(), reader }
    }

    pub(super) fn total(&self) -> u64 {
        self.gone.saturating_add(self.filled as u64)
    }

    /// Gives the reader what it has not seen.
    pub(super) fn hand_over(&mut self) -> Result<(), Broken> {
        let bytes = self.bytes.get(self.handed..self.filled).unwrap_or_default();
        self.adler.add(bytes);
        self.reader.read(bytes)?;
        self.handed = self.filled;
        Ok(())
    }

    /// Sees to it that there is room for a match.
    #[inline(always)]
    pub(super) fn make_room(&mut self) -> Result<(), Broken> {
        if self.filled > FULL { self.slide() } else { Ok(()) }
    }

    #[cold]
    fn slide(&mut self) -> Result<(), Broken> {
        self.hand_over()?;
        let from = self.filled.saturating_sub(WINDOW);
        self.bytes.copy_within(from..self.filled, 0);
        self.gone = self.gone.saturating_add(from as u64);
        self.filled = self.filled.saturating_sub(from);
        self.handed = self.filled;
        Ok(())
    }

    #[inline(always)]
    pub(super) fn literal(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.filled) {
            *place = byte;
        }
        self.filled = self.filled.wrapping_add(1);
    }

    #[inline(always)]
    pub(super) fn repeat(&mut self, distance: usize, length: usize) -> Result<(), Broken> {
        let Some(from) = self.filled.checked_sub(distance) else { return Err(TOO_FAR) };
        repeat(&mut self.bytes, from, self.filled, length);
        self.filled = self.filled.wrapping_add(length);
        Ok(())
    }
}

pub(super) const TOO_FAR: Broken = "matches that start in the data";

/// Copies `length` bytes from `from` to `to`, which lies behind; what was copied may be copied again.
#[inline(always)]
pub(super) fn repeat(bytes: &mut [u8; ROOM], from: usize, to: usize, length: usize) {
    let distance = to.wrapping_sub(from);
    // so many bytes are known, and each stands again after so many
    let (known, every) = match distance {
        SPAN.. => (None, SPAN),
        _ => pattern(bytes, from, distance),
    };
    let mut done = 0;
    while done < length {
        let span = match known {
            Some(span) => span,
            None => span_at(bytes, from.wrapping_add(done)),
        };
        let place = bytes.get_mut(to.wrapping_add(done)..).and_then(<[u8]>::first_chunk_mut);
        if let Some(place) = place {
            *place = span;
        }
        done = done.wrapping_add(every);
    }
}

#[inline(always)]
fn span_at(bytes: &[u8; ROOM], at: usize) -> [u8; SPAN] {
    bytes.get(at..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default()
}

/// The bytes at `at`, of which the first `distance` follow each other again and again; and after how
/// many bytes such a piece can stand again: as many repetitions as fit in as a whole.
#[inline(always)]
fn pattern(bytes: &[u8; ROOM], at: usize, distance: usize) -> (Option<[u8; SPAN]>, usize) {
    let bits = (distance as u32).wrapping_mul(8);
    let once = 1u128.checked_shl(bits).map_or(u128::MAX, |bit| bit.wrapping_sub(1));
    let mut span = u128::from_le_bytes(span_at(bytes, at)) & once;
    for doubled in 0..4u32 {
        span |= span.checked_shl(bits << doubled).unwrap_or(0);
    }
    let whole = SPAN.checked_rem(distance).map_or(SPAN, |rest| SPAN.wrapping_sub(rest));
    (Some(span.to_le_bytes()), whole)
}
