//! The bits of one scan's entropy-coded data: T.81, sections B.1.1.5 and F.2.2.5.

use std::fmt;

use zeroize::Zeroizing;

use crate::container::jpeg::marker::Marker;

/// Bytes of a window: a power of two.
const WINDOW: usize = 1 << 13;

/// The most bytes that one block reads: 64 × (17 + 15) bits, 8 bytes that are in the accumulator,
/// and 8 that are loaded at once.
const BLOCK_BYTES: usize = 64 * 32 / 8 + 8 + 8;

/// The most bytes of data in a window; zeros follow where the data has ended, for the block that
/// starts before the end and for one that starts there.
const ROOM: usize = WINDOW - 2 * BLOCK_BYTES;

/// A piece of the data without its stuffed zeros. The eight bytes behind it are never reached: they
/// let the compiler see that a load at any place of the window is within bounds.
pub(crate) struct Window(Zeroizing<[u8; WINDOW + 8]>);

/// A place in a window, and the bits from there on.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cursor {
    /// The next bits, the first one on top.
    bits: u64,
    /// How many of them count: the lower six bits of it, for to clear the others takes time. Those
    /// bits that do not count are what the next load puts there again.
    count: u32,
    /// The byte of the window that comes next.
    at: usize,
    /// True once a code was met that the table has not, or that leads past the last coefficient.
    pub(crate) bad: bool,
}

impl Cursor {
    /// At the top of `bits`, all of which count but the last.
    pub(crate) fn of(bits: u64) -> Cursor {
        Cursor { bits, count: 63, ..Cursor::default() }
    }

    /// Loads bits so that at least 56 count: enough for two looks at [`Table`]s and a code of 17
    /// bits with 15 bits behind it.
    ///
    /// [`Table`]: crate::picture::jpeg::huffman::Table
    #[inline(always)]
    pub(crate) fn refill(&mut self, window: &Window) {
        let at = self.at & (WINDOW - 1);
        let mut word = [0; 8];
        word.copy_from_slice(&window.0[at..at + 8]);
        self.bits |= u64::from_be_bytes(word).wrapping_shr(self.count);
        self.at += (!self.count >> 3 & 7) as usize;
        self.count |= 56;
    }

    /// The next `count` bits, 1 to 32, which stay.
    #[inline(always)]
    pub(crate) fn peek(&self, count: u32) -> u32 {
        (self.bits >> (64 - count)) as u32
    }

    /// Passes as many bits as the lower six bits of `count` say, at most as many as count.
    #[inline(always)]
    pub(crate) fn pass(&mut self, count: u32) {
        self.bits = self.bits.wrapping_shl(count);
        self.count = self.count.wrapping_sub(count);
    }

    /// Takes `count` bits, 1 to 16.
    #[inline(always)]
    pub(crate) fn take(&mut self, count: u32) -> u32 {
        let bits = self.peek(count);
        self.pass(count);
        bits
    }

    /// Takes a value of `size` bits, 1 to 15: T.81, figure F.12 (EXTEND).
    #[inline(always)]
    pub(crate) fn value(&mut self, size: u32) -> i32 {
        // all ones if the first bit is zero: then the value is negative
        let negative = ((self.bits >> 63) as i32) - 1;
        let bits = self.take(size) as i32;
        bits + (negative & (1 - (1 << size)))
    }
}

/// The data of one scan, from which bits are taken block by block, interval by interval.
pub(crate) struct Bits<'a> {
    data: &'a [u8],
    /// The first byte of `data` that is not in the window: where the data has ended, its marker.
    next: usize,
    window: Box<Window>,
    /// How many bytes of the window are data.
    filled: usize,
    /// A block can be read while the cursor stands at or before this byte.
    safe: usize,
    /// True once all bytes before a marker or the end of the data are in the window.
    ended: bool,
    /// True once a block took bits that are not there.
    overrun: bool,
    cursor: Cursor,
}

impl<'a> Bits<'a> {
    /// At the first bit of `data`.
    pub(crate) fn new(data: &'a [u8]) -> Bits<'a> {
        let mut bits = Bits {
            data,
            next: 0,
            window: Box::new(Window(Zeroizing::new([0; WINDOW + 8]))),
            filled: 0,
            safe: 0,
            ended: false,
            overrun: false,
            cursor: Cursor::default(),
        };
        bits.start(0);
        bits
    }

    /// Goes to byte `at` of the data.
    pub(crate) fn start(&mut self, at: usize) {
        (self.next, self.filled, self.ended, self.overrun) = (at, 0, false, false);
        self.cursor = Cursor::default();
        self.slide();
    }

    /// Drops the bits that are left; none follow before the next start.
    pub(crate) fn stop(&mut self) {
        (self.filled, self.safe, self.ended, self.overrun) = (0, 0, true, false);
        self.cursor = Cursor::default();
        self.window.0.fill(0);
    }

    /// Makes sure that one block can be read, and gives the cursor and the window for it. The
    /// cursor has to be given back by [`Bits::put_back`].
    #[inline(always)]
    pub(crate) fn block(&mut self) -> (Cursor, &Window) {
        if self.cursor.at > self.safe {
            self.slide();
        }
        (self.cursor, &self.window)
    }

    /// Takes the cursor back that [`Bits::block`] gave.
    #[inline(always)]
    pub(crate) fn put_back(&mut self, cursor: Cursor) {
        self.cursor = cursor;
    }

    /// True once a bad code was met; false again from then on.
    #[inline(always)]
    pub(crate) fn take_bad(&mut self) -> bool {
        std::mem::take(&mut self.cursor.bad)
    }

    /// True if [`Bits::take_bad`] or [`Bits::is_overrun`] may be true.
    #[inline(always)]
    pub(crate) fn is_unsound(&self) -> bool {
        self.cursor.bad || self.is_overrun()
    }

    /// True once bits were taken that are not there, up to the next start.
    #[inline(always)]
    pub(crate) fn is_overrun(&self) -> bool {
        self.ended && (self.overrun || self.taken() > self.filled as i64 * 8)
    }

    /// Bits taken since the start of the window; negative if it was moved on since they were loaded.
    fn taken(&self) -> i64 {
        self.cursor.at as i64 * 8 - i64::from(self.cursor.count & 63)
    }

    /// Moves the window on.
    #[cold]
    fn slide(&mut self) {
        if self.ended {
            // the cursor stays before the zeros' end, whatever is taken
            let end = self.filled as i64 * 8;
            if self.taken() >= end {
                self.overrun |= self.taken() > end;
                (self.cursor.bits, self.cursor.count, self.cursor.at) = (0, 0, self.filled);
            }
            return;
        }
        let window = &mut self.window.0;
        let kept = self.filled - self.cursor.at;
        window.copy_within(self.cursor.at..self.filled, 0);
        (self.filled, self.cursor.at) = (kept, 0);
        while !self.ended && self.filled < ROOM {
            let rest = &self.data[self.next..];
            let piece = &rest[..rest.len().min(ROOM - self.filled)];
            let plain = memchr::memchr(0xFF, piece).unwrap_or(piece.len());
            window[self.filled..self.filled + plain].copy_from_slice(&piece[..plain]);
            self.filled += plain;
            self.next += plain;
            if plain == rest.len() {
                self.ended = true;
            } else if plain < piece.len() {
                // fill bytes before a stuffed zero are one byte 0xFF, as libjpeg reads them
                let (code, length) = after_fill(&rest[plain..]);
                if code == Some(0) {
                    window[self.filled] = 0xFF;
                    self.filled += 1;
                    self.next += length;
                } else {
                    // at the last 0xFF, so that many fill bytes are passed only once
                    self.next += length.saturating_sub(2);
                    self.ended = true;
                }
            }
        }
        if self.ended {
            window[self.filled..self.filled + 2 * BLOCK_BYTES].fill(0);
            self.safe = self.filled;
        } else {
            self.safe = ROOM - BLOCK_BYTES;
        }
    }

    /// Goes on looking for markers from byte `at` of the data.
    pub(crate) fn skip_to(&mut self, at: usize) {
        self.next = at;
    }

    /// Passes what is left before the next marker, and gives the marker and where the data behind
    /// it starts; none at the end of the data.
    pub(crate) fn find_marker(&mut self) -> Option<(Marker, usize)> {
        loop {
            let rest = &self.data[self.next..];
            let plain = memchr::memchr(0xFF, rest).unwrap_or(rest.len());
            self.next += plain;
            let (code, length) = after_fill(&rest[plain..]);
            self.next += length;
            match code? {
                0 => {}
                code => {
                    self.next -= 2;
                    return Some((Marker(code), self.next + 2));
                }
            }
        }
    }

    /// Where the bits that come next stand in the data, in bytes from its start; too far by the fill
    /// bytes before the marker, if there are any.
    pub(crate) fn position(&self) -> usize {
        let ahead = self.filled as i64 - self.taken().div_euclid(8);
        let mut at = self.next;
        for _ in 0..ahead {
            // a stuffed zero follows 0xFF and any fill bytes, and nothing else does
            match self.data[..at] {
                [.., 0xFF, 0] => {
                    let stuffed = &self.data[..at - 1];
                    at = stuffed.iter().rposition(|byte| *byte != 0xFF).map_or(0, |last| last + 1);
                }
                _ => at = at.saturating_sub(1),
            }
        }
        at
    }
}

/// The first byte of `data` that is not 0xFF, and how many bytes there are up to and with it; all
/// of them if there is none.
fn after_fill(data: &[u8]) -> (Option<u8>, usize) {
    match data.iter().position(|byte| *byte != 0xFF) {
        Some(at) => (Some(data[at]), at + 1),
        None => (None, data.len()),
    }
}

impl fmt::Debug for Bits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bits at byte {}", self.position())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The data of `coded` up to its first marker, byte by byte.
    fn unstuffed(coded: &[u8]) -> Vec<u8> {
        let (mut out, mut at) = (Vec::new(), 0);
        while let Some(byte) = coded.get(at) {
            at += 1;
            if *byte == 0xFF {
                match after_fill(&coded[at - 1..]) {
                    (Some(0), length) => at += length - 1,
                    _ => break,
                }
            }
            out.push(*byte);
        }
        out
    }

    /// Takes `step` bits at a time, each time as if they were a block.
    fn taken(bits: &mut Bits<'_>, step: u32, most: usize) -> Vec<u32> {
        let mut out = Vec::new();
        while out.len() < most {
            let (mut cursor, window) = bits.block();
            cursor.refill(window);
            out.push(cursor.take(step));
            bits.put_back(cursor);
            if bits.is_overrun() {
                break;
            }
        }
        out
    }

    proptest! {
        #[test]
        fn bits_are_those_of_the_data_without_stuffing(
            pieces in prop::collection::vec(prop_oneof![
                8 => prop::collection::vec(any::<u8>().prop_map(|b| b & 0x7F), 1..300),
                2 => Just(vec![0xFF, 0]),
                1 => Just(vec![0xFF, 0xFF, 0xFF, 0]),
            ], 0..200),
            step in 1u32..=16,
            marker: bool,
        ) {
            let mut coded = pieces.concat();
            let end = coded.len();
            if marker {
                coded.extend([0xFF, 0xD3, 7]);
            }
            let mut bits = Bits::new(&coded);
            let plain = unstuffed(&coded);
            let expected: Vec<u32> = plain
                .iter()
                .flat_map(|byte| (0..8).rev().map(move |bit| u32::from(byte >> bit & 1)))
                .collect::<Vec<_>>()
                .chunks(step as usize)
                .map(|chunk| {
                    let value = chunk.iter().fold(0, |value, bit| value << 1 | bit);
                    value << (step as usize - chunk.len())
                })
                .collect();
            let mut got = taken(&mut bits, step, usize::MAX);
            // the last take goes past the end, by part of it or by all
            prop_assert!(bits.is_overrun());
            if (plain.len() * 8).is_multiple_of(step as usize) {
                prop_assert_eq!(got.pop(), Some(0));
            }
            prop_assert_eq!(got, expected);
            let found = bits.find_marker();
            prop_assert_eq!(found, marker.then_some((Marker(0xD3), end + 2)));
            // and again from the start
            bits.start(0);
            prop_assert!(!bits.is_overrun());
            prop_assert_eq!(bits.position(), 0);
        }
    }

    #[test]
    fn values_are_extended_as_the_standard_does() {
        let value = |bits: u64, size| Cursor::of(bits << (64 - size)).value(size);
        assert_eq!([value(0, 1), value(1, 1)], [-1, 1]);
        assert_eq!([value(0, 3), value(3, 3), value(4, 3), value(7, 3)], [-7, -4, 4, 7]);
        assert_eq!([value(0, 15), value(0x7FFF, 15)], [-32_767, 32_767]);
    }

    #[test]
    fn places_are_told_within_stuffed_data() {
        let coded = [1, 2, 0xFF, 0, 3, 0xFF, 0, 0xFF, 0, 4];
        let mut bits = Bits::new(&coded);
        let places: Vec<usize> = (0..7)
            .map(|_| {
                let at = bits.position();
                taken(&mut bits, 8, 1);
                at
            })
            .collect();
        assert_eq!(places, [0, 1, 2, 4, 5, 7, 9]);
    }
}
