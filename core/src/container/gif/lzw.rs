//! The codes of an image: GIF89a, appendix F, without the pixels. That they lead from one to the
//! next, how many pixels each draws, and which colours are used can be told from the codes alone:
//! whatever a longer string draws was a code of its own before.

use super::block::{content_behind, sub_blocks};
use super::table::Used;

/// The most codes there can be: they have 12 bits at most.
const CODES: u16 = 4096;

/// No code.
const NONE: u16 = u16::MAX;

/// What the codes of an image come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stream {
    /// How many pixels they draw: at most as many as the image has.
    pub(crate) drawn: u64,
    /// Why they end there.
    pub(crate) end: End,
    /// How many bits of the data were read, the end code with them if there is one.
    pub(crate) read: u64,
    /// The colours that the pixels have.
    pub(crate) used: Used,
    /// How many bits the canonical stream has.
    pub(crate) bits: u64,
    /// How many bits the canonical stream takes over from the data as they are; `None` if it cannot,
    /// because the data lacks the clear code at its start, or clears what is clear.
    pub(crate) copied: Option<u64>,
    /// What follows these bits, each with its width: the end code, and before that what takes the
    /// place of a last code that draws more pixels than the image has.
    pub(crate) tail: [Option<(u16, u32)>; 2],
}

/// Why a stream of codes ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// All pixels are drawn.
    Full,
    /// All pixels are drawn, and the last code would draw more.
    Overfull,
    /// The end code stands before the last pixel.
    Early,
    /// The data is over before the last pixel.
    Out,
    /// A code that means nothing.
    Invalid,
}

/// Goes over the codes in the sub-blocks `data` of an image with so many `pixels`.
pub(crate) fn scan(data: &[u8], code_size: u8, pixels: u64) -> Stream {
    run(data, code_size, pixels, |_, _| {})
}

/// Gives the codes of the canonical stream to `sink`, each with its width: a clear code; the codes of
/// the data, but for clear codes that clear nothing, and for pixels that the image does not have; the
/// end code.
pub(crate) fn codes(data: &[u8], code_size: u8, pixels: u64, sink: impl FnMut(u16, u32)) {
    run(data, code_size, pixels, sink);
}

/// What a code means.
enum Meaning {
    Clear,
    End,
    /// So many pixels.
    Draw(u16),
    Nothing,
}

/// The table of a decoder, with the lengths of the strings in the place of the strings.
struct Table {
    clear: u16,
    /// The width of the codes in bits, after a clear code.
    first_width: u32,
    width: u32,
    /// The code that is defined next.
    next: u16,
    previous: u16,
    lengths: Box<[u16; CODES as usize]>,
    prefixes: Box<[u16; CODES as usize]>,
}

impl Table {
    fn new(code_size: u8) -> Table {
        let clear = 1u16 << code_size.min(8);
        let first_width = u32::from(code_size.min(8)).saturating_add(1);
        let mut lengths = Box::new([1; CODES as usize]);
        let prefixes = Box::new([NONE; CODES as usize]);
        // neither is ever a string
        for code in [clear, clear.saturating_add(1)] {
            if let Some(length) = lengths.get_mut(usize::from(code)) {
                *length = 0;
            }
        }
        let mut table =
            Table { clear, first_width, width: 0, next: 0, previous: NONE, lengths, prefixes };
        table.reset();
        table
    }

    fn reset(&mut self) {
        self.width = self.first_width;
        self.next = self.clear.saturating_add(2);
        self.previous = NONE;
    }

    fn length(&self, code: u16) -> u16 {
        self.lengths.get(usize::from(code & (CODES - 1))).copied().unwrap_or(0)
    }

    /// Takes the next code.
    #[inline(always)]
    fn step(&mut self, code: u16) -> Meaning {
        if code == self.clear {
            self.reset();
            return Meaning::Clear;
        }
        if code == self.clear.wrapping_add(1) {
            return Meaning::End;
        }
        if self.previous == NONE {
            if code > self.clear {
                return Meaning::Nothing;
            }
        } else if self.next < CODES {
            // the new string may be the one that this code stands for
            if code > self.next {
                return Meaning::Nothing;
            }
            let length = self.length(self.previous).saturating_add(1);
            let index = usize::from(self.next & (CODES - 1));
            if let (Some(l), Some(p)) = (self.lengths.get_mut(index), self.prefixes.get_mut(index))
            {
                (*l, *p) = (length, self.previous);
            }
            self.next = self.next.wrapping_add(1);
            if u32::from(self.next) >> self.width != 0 && self.width < 12 {
                self.width = self.width.wrapping_add(1);
            }
        }
        self.previous = code;
        Meaning::Draw(self.length(code))
    }

    /// The start of the string of `code` that has this `length`.
    fn start(&self, mut code: u16, length: u16) -> u16 {
        while self.length(code) > length {
            code = self.prefixes.get(usize::from(code & (CODES - 1))).copied().unwrap_or(0);
        }
        code
    }
}

fn run(data: &[u8], code_size: u8, pixels: u64, mut sink: impl FnMut(u16, u32)) -> Stream {
    let mut table = Table::new(code_size);
    let (clear, end) = (table.clear, table.clear.saturating_add(1));
    let mut left = pixels;
    let mut used = Used::default();
    // bits: read, of the canonical stream, of it that are a copy
    let (mut read, mut bits, mut copied, mut exact) = (0u64, 0u64, 0u64, true);
    // a clear code with its width, to be written before the next code
    let mut pending = Some(table.width);
    let mut cleared = false;
    let mut end_width = table.width;
    let mut cut = None;
    let mut reason = End::Out;
    let (mut window, mut held) = (0u64, 0u32);
    'data: for mut block in sub_blocks(data) {
        if left == 0 {
            break;
        }
        loop {
            if let Some((word, rest)) = block.split_first_chunk::<4>() {
                window |= u64::from(u32::from_le_bytes(*word)) << held;
                (held, block) = (held.wrapping_add(32), rest);
            } else if let Some((byte, rest)) = block.split_first() {
                window |= u64::from(*byte) << held;
                (held, block) = (held.wrapping_add(8), rest);
            } else {
                break;
            }
            // at most 11 bits stay behind, so there is room for 32 more
            while held >= table.width {
                let width = table.width;
                let code = (window & ((1u64 << width).wrapping_sub(1))) as u16;
                window >>= width;
                held = held.wrapping_sub(width);
                read = read.saturating_add(width.into());
                match table.step(code) {
                    Meaning::Draw(length) => {
                        if let Some(clear_width) = pending.take() {
                            // without a clear code at the start there is one more than in the data
                            exact &= cleared;
                            sink(clear, clear_width);
                            bits = bits.saturating_add(clear_width.into());
                        }
                        if code < clear {
                            used.insert(code as u8);
                        }
                        bits = bits.saturating_add(width.into());
                        end_width = table.width;
                        let length_wide = u64::from(length);
                        if length_wide > left {
                            let start = table.start(code, left as u16);
                            sink(start, width);
                            cut = Some((start, width));
                            left = 0;
                            reason = End::Overfull;
                            break 'data;
                        }
                        sink(code, width);
                        copied = read;
                        left = left.wrapping_sub(length_wide);
                        if left == 0 {
                            reason = End::Full;
                            break 'data;
                        }
                    }
                    Meaning::Clear => {
                        exact &= pending.is_none() || !cleared;
                        cleared = true;
                        pending = pending.or(Some(width));
                    }
                    Meaning::End => {
                        reason = End::Early;
                        break 'data;
                    }
                    Meaning::Nothing => {
                        reason = End::Invalid;
                        break 'data;
                    }
                }
            }
        }
    }
    if pixels == 0 {
        reason = End::Full;
    }
    if reason == End::Full && end_follows(data, read, table.width, end) {
        read = read.saturating_add(table.width.into());
    }
    let drawn = pixels.saturating_sub(left);
    if drawn == 0 {
        // a clear code all alone; those in the data do not count
        (bits, exact) = (table.first_width.into(), false);
        sink(clear, table.first_width);
        end_width = table.first_width;
    }
    sink(end, end_width);
    bits = bits.saturating_add(end_width.into());
    let tail = [cut, Some((end, end_width))];
    Stream { drawn, end: reason, read, used, bits, copied: exact.then_some(copied), tail }
}

/// True if the code behind the first `read` bits is `end`, at this `width`.
fn end_follows(data: &[u8], read: u64, width: u32, end: u16) -> bool {
    let bytes = content_behind(data, read / 8).flatten().take(3);
    let window = bytes.zip([0u32, 8, 16]).fold((0u32, 0u32), |(window, _), (byte, place)| {
        (window | u32::from(*byte) << place, place.saturating_add(8))
    });
    let (shift, (window, held)) = ((read % 8) as u32, window);
    let mask = (1u32 << width).wrapping_sub(1);
    held >= shift.saturating_add(width) && (window >> shift) & mask == u32::from(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes with their widths as sub-blocks of `size` bytes.
    fn packed(codes: &[(u16, u32)], size: usize) -> Vec<u8> {
        let (mut window, mut held, mut bytes) = (0u64, 0, Vec::new());
        for (code, width) in codes {
            window |= u64::from(*code) << held;
            held += width;
            while held >= 8 {
                bytes.push(window as u8);
                (window, held) = (window >> 8, held - 8);
            }
        }
        if held > 0 {
            bytes.push(window as u8);
        }
        let mut data = Vec::new();
        for part in bytes.chunks(size) {
            data.push(part.len() as u8);
            data.extend(part);
        }
        data.push(0);
        data
    }

    fn written(data: &[u8], pixels: u64) -> Vec<(u16, u32)> {
        let mut list = Vec::new();
        codes(data, 2, pixels, |code, width| list.push((code, width)));
        list
    }

    const CLEAR: (u16, u32) = (4, 3);

    #[test]
    fn the_end_is_found_and_what_is_behind_it_cut() {
        // 1, 1 1, then more than the five pixels: 1 1 1 becomes 1 1
        let all = [CLEAR, (1, 3), (6, 3), (7, 3), (5, 4), (3, 4)];
        for size in [1, 2, 255] {
            let data = packed(&all, size);
            let stream = scan(&data, 2, 6);
            assert_eq!((stream.drawn, stream.end, stream.read), (6, End::Full, 16));
            assert_eq!(stream.copied, Some(12));
            assert_eq!(written(&data, 6), [CLEAR, (1, 3), (6, 3), (7, 3), (5, 4)]);
            let stream = scan(&data, 2, 5);
            assert_eq!((stream.drawn, stream.end), (5, End::Overfull));
            assert_eq!((stream.copied, stream.tail), (Some(9), [Some((6, 3)), Some((5, 4))]));
            assert_eq!(written(&data, 5), [CLEAR, (1, 3), (6, 3), (6, 3), (5, 4)]);
            let stream = scan(&data, 2, 9);
            assert_eq!((stream.drawn, stream.end, stream.read), (6, End::Early, 16));
            assert!(stream.used.iter().eq([1]));
        }
    }

    #[test]
    fn clear_codes_stand_where_they_clear() {
        let data = packed(&[(1, 3), (2, 3), CLEAR, CLEAR, (3, 3), CLEAR, (5, 3)], 255);
        let stream = scan(&data, 2, 9);
        assert_eq!((stream.drawn, stream.end, stream.copied), (3, End::Early, None));
        let expected = [CLEAR, (1, 3), (2, 3), CLEAR, (3, 3), (5, 3)];
        assert_eq!(written(&data, 9), expected);
        assert_eq!(stream.bits, 18);
        assert!(stream.used.iter().eq([1, 2, 3]));
        // and what was written is copied
        let again = packed(&expected, 255);
        assert_eq!(scan(&again, 2, 9).copied, Some(15));
    }

    #[test]
    fn nothing_drawn_is_a_stream_too() {
        for data in [packed(&[], 255), packed(&[CLEAR, CLEAR], 1), packed(&[(7, 3)], 1)] {
            assert_eq!(written(&data, 4), [CLEAR, (5, 3)]);
            assert_eq!(scan(&data, 2, 4).bits, 6);
        }
        assert_eq!(scan(&packed(&[CLEAR, (6, 3)], 1), 2, 4).end, End::Invalid);
        assert_eq!(scan(&packed(&[CLEAR, (1, 3), (7, 3)], 1), 2, 4).end, End::Invalid);
        assert_eq!(written(&packed(&[CLEAR, (1, 3)], 1), 0), [CLEAR, (5, 3)]);
    }
}
