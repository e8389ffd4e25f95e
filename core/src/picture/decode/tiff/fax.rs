//! Bilevel pictures by CCITT: ITU-T T.4 (modified Huffman, and in two dimensions) and T.6.

use std::sync::OnceLock;

/// How rows are coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fax {
    /// TIFF's compression 2: rows of runs that begin on a byte, without marks between them.
    Huffman,
    /// T.4: rows of runs; where `two` is set some follow from the row before.
    Group3 {
        /// True if each mark between rows is followed by a bit that says how the next is coded.
        two: bool,
    },
    /// T.6: every row follows from the one before.
    Group4,
}

/// White runs: T.4, tables 2 and 3a, in the order 0 to 63, then 64 to 1728 by 64.
const WHITE: &str = "00110101 000111 0111 1000 1011 1100 1110 1111 10011 10100 00111 01000 001000 \
    000011 110100 110101 101010 101011 0100111 0001100 0001000 0010111 0000011 0000100 0101000 \
    0101011 0010011 0100100 0011000 00000010 00000011 00011010 00011011 00010010 00010011 00010100 \
    00010101 00010110 00010111 00101000 00101001 00101010 00101011 00101100 00101101 00000100 \
    00000101 00001010 00001011 01010010 01010011 01010100 01010101 00100100 00100101 01011000 \
    01011001 01011010 01011011 01001010 01001011 00110010 00110011 00110100 11011 10010 010111 \
    0110111 00110110 00110111 01100100 01100101 01101000 01100111 011001100 011001101 011010010 \
    011010011 011010100 011010101 011010110 011010111 011011000 011011001 011011010 011011011 \
    010011000 010011001 010011010 011000 010011011";

/// Black runs, in the same order.
const BLACK: &str = "0000110111 010 11 10 011 0011 0010 00011 000101 000100 0000100 0000101 0000111 \
    00000100 00000111 000011000 0000010111 0000011000 0000001000 00001100111 00001101000 \
    00001101100 00000110111 00000101000 00000010111 00000011000 000011001010 000011001011 \
    000011001100 000011001101 000001101000 000001101001 000001101010 000001101011 000011010010 \
    000011010011 000011010100 000011010101 000011010110 000011010111 000001101100 000001101101 \
    000011011010 000011011011 000001010100 000001010101 000001010110 000001010111 000001100100 \
    000001100101 000001010010 000001010011 000000100100 000000110111 000000111000 000000100111 \
    000000101000 000001011000 000001011001 000000101011 000000101100 000001011010 000001100110 \
    000001100111 0000001111 000011001000 000011001001 000001011011 000000110011 000000110100 \
    000000110101 0000001101100 0000001101101 0000001001010 0000001001011 0000001001100 \
    0000001001101 0000001110010 0000001110011 0000001110100 0000001110101 0000001110110 \
    0000001110111 0000001010010 0000001010011 0000001010100 0000001010101 0000001011010 \
    0000001011011 0000001100100 0000001100101";

/// Runs of both colours from 1792 by 64: table 3b.
const LONG: &str = "00000001000 00000001100 00000001101 000000010010 000000010011 000000010100 \
    000000010101 000000010110 000000010111 000000011100 000000011101 000000011110 000000011111";

/// The longest code, in bits.
const LONGEST: u32 = 13;

/// For the next [`LONGEST`] bits the run that they begin with, and how long its code is; 0 if none.
struct Codes(Vec<(u16, u8)>);

impl Codes {
    fn new(runs: &str) -> Codes {
        let mut table = vec![(0, 0); 1 << LONGEST];
        let runs = runs.split_whitespace().enumerate().map(|(index, code)| match index {
            0..64 => (index, code),
            _ => ((index - 63) * 64, code),
        });
        let long =
            LONG.split_whitespace().enumerate().map(|(index, code)| (1792 + index * 64, code));
        for (run, code) in runs.chain(long) {
            let length = code.len() as u32;
            let bits = code.bytes().fold(0, |bits, digit| bits << 1 | usize::from(digit == b'1'));
            let first = bits << (LONGEST - length);
            table[first..first + (1 << (LONGEST - length))].fill((run as u16, length as u8));
        }
        Codes(table)
    }
}

fn codes(black: bool) -> &'static Codes {
    static TABLES: [OnceLock<Codes>; 2] = [OnceLock::new(), OnceLock::new()];
    TABLES[usize::from(black)].get_or_init(|| Codes::new(if black { BLACK } else { WHITE }))
}

/// Bits from the most significant one.
struct Bits<'a> {
    data: &'a [u8],
    /// In bits.
    at: usize,
}

impl Bits<'_> {
    fn is_over(&self) -> bool {
        self.at >= self.data.len() * 8
    }

    /// The next `count` bits (13 at most), zeros behind the end.
    fn peek(&self, count: u32) -> u32 {
        let first = self.at / 8;
        let byte = |n: usize| u32::from(self.data.get(first + n).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        (word >> (24 - (self.at % 8) as u32 - count)) & ((1 << count) - 1)
    }

    fn bit(&mut self) -> bool {
        let bit = self.peek(1) == 1;
        self.at += 1;
        bit
    }

    /// A run: codes of 64 and more, and one of less.
    fn run(&mut self, black: bool) -> Option<usize> {
        let mut sum = 0usize;
        loop {
            let (run, length) = codes(black).0[self.peek(LONGEST) as usize];
            if length == 0 || self.is_over() {
                return None;
            }
            self.at += usize::from(length);
            sum += usize::from(run);
            if run < 64 {
                return Some(sum);
            }
        }
    }

    /// Passes over fill and a mark between rows, if they come next.
    fn end_of_line(&mut self) -> bool {
        let start = self.at;
        while !self.is_over() && self.peek(12) == 0 {
            self.at += 1;
        }
        let found = self.peek(12) == 1 && !self.is_over();
        self.at = if found { self.at + 12 } else { start };
        found
    }
}

/// Decodes rows of `width` pixels into `out`, `stride` bytes a row, in which black is 1. What is
/// damaged stays white; gives how many rows were decoded.
pub(super) fn decode(data: &[u8], fax: Fax, width: usize, out: &mut [u8], stride: usize) -> usize {
    let mut bits = Bits { data, at: 0 };
    // where the colour changes, from white on; of the row before too
    let (mut before, mut row): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut decoded = 0;
    for line in out.chunks_exact_mut(stride) {
        if bits.is_over() {
            break;
        }
        row.clear();
        let whole = match fax {
            Fax::Huffman => {
                bits.at = bits.at.next_multiple_of(8);
                one_dimension(&mut bits, width, &mut row)
            }
            Fax::Group3 { two } => {
                let marked = bits.end_of_line();
                if two && marked && !bits.bit() {
                    two_dimensions(&mut bits, width, &before, &mut row)
                } else {
                    one_dimension(&mut bits, width, &mut row)
                }
            }
            Fax::Group4 => two_dimensions(&mut bits, width, &before, &mut row),
        };
        if whole.is_none() {
            match fax {
                Fax::Group3 { .. } if seek_line(&mut bits) => {}
                _ => break,
            }
        }
        paint(&row, width, line);
        decoded += 1;
        std::mem::swap(&mut before, &mut row);
    }
    decoded
}

/// Finds the next mark between rows after damage.
fn seek_line(bits: &mut Bits<'_>) -> bool {
    while !bits.is_over() {
        if bits.peek(12) == 1 {
            return true;
        }
        bits.at += 1;
    }
    false
}

fn one_dimension(bits: &mut Bits<'_>, width: usize, row: &mut Vec<usize>) -> Option<()> {
    let (mut at, mut black) = (0, false);
    while at < width {
        at += bits.run(black)?;
        row.push(at.min(width));
        black = !black;
    }
    Some(())
}

/// T.4, section 4.2: a0 is where the row stands, b1 the first change of the row before to the right of
/// it and to the other colour, b2 the next one.
fn two_dimensions(
    bits: &mut Bits<'_>,
    width: usize,
    before: &[usize],
    row: &mut Vec<usize>,
) -> Option<()> {
    let (mut a0, mut black, mut started) = (0usize, false, false);
    let mut near = 0usize;
    while a0 < width {
        // changes to black have even numbers; of the row before only those behind a0 count
        near = near.saturating_sub(2);
        near += usize::from((near % 2 == 1) != black);
        while before.get(near).is_some_and(|b1| if started { *b1 <= a0 } else { *b1 < a0 }) {
            near += 2;
        }
        let b1 = before.get(near).copied().unwrap_or(width);
        let b2 = before.get(near + 1).copied().unwrap_or(width);
        let vertical = |bits: &mut Bits<'_>, length: usize, offset: isize| {
            bits.at += length;
            b1.checked_add_signed(offset).filter(|a1| *a1 <= width)
        };
        if bits.is_over() {
            return None;
        }
        let a1 = match bits.peek(7) {
            0b100_0000.. => vertical(bits, 1, 0)?,
            0b011_0000.. => vertical(bits, 3, 1)?,
            0b010_0000.. => vertical(bits, 3, -1)?,
            0b001_0000.. => {
                bits.at += 3;
                let first = bits.run(black)?;
                let second = bits.run(!black)?;
                let a1 = (a0 + first).min(width);
                a0 = (a1 + second).min(width);
                row.extend([a1, a0]);
                started = true;
                continue;
            }
            0b000_1000.. => {
                bits.at += 4;
                (a0, started) = (b2, true);
                continue;
            }
            0b000_0110.. => vertical(bits, 6, 2)?,
            0b000_0100.. => vertical(bits, 6, -2)?,
            0b000_0011 => vertical(bits, 7, 3)?,
            0b000_0010 => vertical(bits, 7, -3)?,
            // extensions, and the end
            _ => return None,
        };
        if started && a1 < a0 {
            return None;
        }
        row.push(a1);
        (a0, black, started) = (a1, !black, true);
    }
    Some(())
}

/// Sets the black pixels of a row.
fn paint(changes: &[usize], width: usize, line: &mut [u8]) {
    for pair in changes.chunks(2) {
        let (start, end) = (pair[0], pair.get(1).copied().unwrap_or(width));
        for x in start..end {
            line[x / 8] |= 0x80 >> (x % 8);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_begins_another() {
        for runs in [WHITE, BLACK] {
            let all: Vec<&str> = runs.split_whitespace().chain(LONG.split_whitespace()).collect();
            assert_eq!(all.len(), 64 + 27 + 13);
            for (index, code) in all.iter().enumerate() {
                let begins =
                    |(other, longer): (usize, &&str)| other != index && longer.starts_with(*code);
                assert!(!all.iter().enumerate().any(begins), "{code}");
            }
        }
    }

    #[test]
    fn rows_of_runs_are_painted() {
        // 4 white, 3 black, 1 white, twice
        let data = [0b1011_1000, 0b0111_0000, 0b1011_1000, 0b0111_0000];
        let mut out = [0; 2];
        assert_eq!(decode(&data, Fax::Huffman, 8, &mut out, 1), 2);
        assert_eq!(out, [0b0000_1110; 2]);
        // the same as T.6: horizontal and vertical, then vertical three times
        let data = [0b0011_0111, 0b0111_1111, 0xFF];
        let mut out = [0; 2];
        assert_eq!(decode(&data, Fax::Group4, 8, &mut out, 1), 2);
        assert_eq!(out, [0b0000_1110; 2]);
    }

    #[test]
    fn no_bytes_do_harm() {
        let mut seed = 1u64;
        for _ in 0..2_000 {
            let data: Vec<u8> = (0..40)
                .map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    (seed >> 56) as u8
                })
                .collect();
            for fax in
                [Fax::Huffman, Fax::Group3 { two: false }, Fax::Group3 { two: true }, Fax::Group4]
            {
                decode(&data, fax, 37, &mut [0; 5 * 9], 5);
            }
        }
    }
}
