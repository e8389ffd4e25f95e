//! The bits of one restart interval, freed of stuffed zeros a window at a time.

use zeroize::Zeroizing;

use super::Fault;

/// Bytes of the window.
pub(super) const WINDOW: usize = 8 << 10;

/// More than a block takes, and what is read ahead: 64 codes of 16 bits with values of 15 bits.
const BLOCK: usize = 272;

/// Where the reader of a window stands: `count` bits of `word`, from its top, come before byte
/// `next`. What stands below them in `word` are the very bits that come there.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Position {
    pub(super) word: u64,
    count: u32,
    next: usize,
}

impl Position {
    /// Sees to it that `word` holds at least 56 bits.
    #[inline(always)]
    pub(super) fn fill(&mut self, window: &[u8; WINDOW]) {
        if let Some(bytes) = window.get(self.next..).and_then(|rest| rest.first_chunk()) {
            // `count` is at most 63
            self.word |= u64::from_be_bytes(*bytes) >> self.count;
            self.next += ((63 - self.count) >> 3) as usize;
            self.count |= 56;
        }
    }

    /// Goes over `bits`, at most as many as `fill` gave.
    #[inline(always)]
    pub(super) fn skip(&mut self, bits: u32) {
        self.word <<= bits;
        // wraps only where nothing could be filled in, which is past the end of any window
        self.count = self.count.wrapping_sub(bits) & 63;
    }

    /// Bits from the start of the window.
    fn bits(&self) -> usize {
        (self.next * 8).saturating_sub(self.count as usize)
    }
}

/// Reads the data of a scan interval by interval.
pub(super) struct Reader<'a> {
    /// The data of the scan.
    source: &'a [u8],
    /// Where the interval starts in it.
    start: usize,
    /// Up to where it stands in the window; if `ended`, a marker stands there, or its fill bytes, or
    /// nothing.
    read: usize,
    ended: bool,
    /// How many bytes of the interval have left the window.
    gone: usize,
    /// Bytes of the window that are the interval's. Zeros follow if it has ended.
    filled: usize,
    window: Box<Zeroizing<[u8; WINDOW]>>,
}

/// Where the bits of an interval ended.
pub(super) struct End {
    /// Where the byte ends that holds the last bit, with its stuffed zero.
    pub(super) at: usize,
    /// That byte as it has to be: with ones where it holds no bits. None if it is so.
    pub(super) padded: Option<u8>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a [u8]) -> Reader<'a> {
        let window = Box::new(Zeroizing::new([0; WINDOW]));
        Reader { source, start: 0, read: 0, ended: false, gone: 0, filled: 0, window }
    }

    /// At the start of the interval that starts at byte `at` of the data.
    pub(super) fn start(&mut self, at: usize) -> Position {
        (self.start, self.read, self.ended, self.gone, self.filled) = (at, at, false, 0, 0);
        self.unstuff();
        Position::default()
    }

    #[inline(always)]
    pub(super) fn window(&self) -> &[u8; WINDOW] {
        &self.window
    }

    /// Sees to it that a whole block can be read from `position` on.
    #[inline(always)]
    pub(super) fn reach(&mut self, position: &mut Position) -> Result<(), Fault> {
        // below, whatever the block takes is in the window; if the interval has ended, zeros are
        // what is read behind it
        if position.next + BLOCK > self.filled { self.slide(position) } else { Ok(()) }
    }

    #[cold]
    #[inline(never)]
    fn slide(&mut self, position: &mut Position) -> Result<(), Fault> {
        if self.ended {
            return if self.is_past(position) { Err(Fault::Ends) } else { Ok(()) };
        }
        let bits = position.bits();
        let first = (bits / 8).min(self.filled);
        self.window.copy_within(first..self.filled, 0);
        self.gone += first;
        self.filled -= first;
        self.unstuff();
        *position = Position::default();
        position.fill(&self.window);
        position.skip((bits % 8) as u32);
        Ok(())
    }

    /// True if more bits were read than there are.
    pub(super) fn is_past(&self, position: &Position) -> bool {
        self.ended && position.bits() > self.filled * 8
    }

    /// What is wrong where `fault` was met: within the length of a code and its value from the end, it
    /// is the end.
    pub(super) fn blame(&self, position: &Position, fault: Fault) -> Fault {
        let near = self.ended && position.bits() + 31 > self.filled * 8;
        if near { Fault::Ends } else { fault }
    }

    /// Goes over any number of bits.
    pub(super) fn skip(&mut self, position: &mut Position, mut bits: u64) -> Result<(), Fault> {
        while bits > 0 {
            self.reach(position)?;
            position.fill(&self.window);
            let few = bits.min(56);
            position.skip(few as u32);
            bits -= few;
        }
        Ok(())
    }

    /// Fills the window as far as it goes.
    fn unstuff(&mut self) {
        let end = WINDOW - BLOCK;
        while self.filled < end && !self.ended {
            let rest = self.source.get(self.read..).unwrap_or_default();
            let few = &rest[..rest.len().min(end - self.filled)];
            let clear = memchr::memchr(0xFF, few).unwrap_or(few.len());
            self.window[self.filled..self.filled + clear].copy_from_slice(&few[..clear]);
            self.filled += clear;
            self.read += clear;
            if clear == rest.len() {
                self.ended = true;
            } else if clear < few.len() {
                match stuffed(&rest[clear..]) {
                    Some(length) => {
                        self.window[self.filled] = 0xFF;
                        self.filled += 1;
                        self.read += length;
                    }
                    None => self.ended = true,
                }
            }
        }
        if self.ended {
            self.window[self.filled..self.filled + BLOCK].fill(0);
        }
    }

    /// The end of the interval, of which all bits before `position` were used.
    pub(super) fn end(&self, position: &Position) -> Result<End, Fault> {
        if self.is_past(position) {
            return Err(Fault::Ends);
        }
        let bits = position.bits();
        let bytes = bits.div_ceil(8);
        let last = match bytes.checked_sub(1) {
            Some(last) => self.window.get(last).copied().unwrap_or(0xFF),
            None => 0xFF,
        };
        let padding = (bytes * 8 - bits) as u32;
        let padded = last | !(0xFF << padding) as u8;
        let all = self.ended && bytes == self.filled;
        let at = if all { self.read } else { self.place(self.gone + bytes) };
        Ok(End { at, padded: (padded != last).then_some(padded) })
    }

    /// Where the first `count` bytes of the interval end in the data.
    fn place(&self, count: usize) -> usize {
        let (mut at, mut left) = (self.start, count);
        while left > 0 {
            let rest = self.source.get(at..).unwrap_or_default();
            let few = &rest[..rest.len().min(left)];
            let clear = memchr::memchr(0xFF, few).unwrap_or(few.len());
            at += clear;
            left -= clear;
            if clear < few.len() {
                at += stuffed(&rest[clear..]).unwrap_or(1);
                left -= 1;
            } else if clear == 0 {
                break;
            }
        }
        at
    }
}

/// How many bytes stand for one 0xFF of data at the start of `data`, which is 0xFF; none if it
/// starts a marker or is the last byte.
fn stuffed(data: &[u8]) -> Option<usize> {
    // libjpeg reads fill bytes before a stuffed zero as one byte 0xFF
    let fills = data.iter().take_while(|byte| **byte == 0xFF).count();
    (data.get(fills) == Some(&0)).then_some(fills + 1)
}
