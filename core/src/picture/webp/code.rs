//! Prefix codes of lossless data: RFC 9649, section 3.7.2.1.

use super::bits::Bits;
use crate::constants::vp8l::LENGTH_ORDER;

/// The longest code, in bits.
const LONGEST: usize = 15;

/// As many bits of a code are looked up at once, at most.
const ROOT: u32 = 8;

/// A prefix code; its tables stand in [`Codes`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Code {
    /// Where its table starts: a symbol and the length of its code for each value of `root` bits.
    table: u32,
    /// Where its symbols start, by length and value.
    symbols: u32,
    root: u8,
    longest: u8,
    /// How many codes of each length there are.
    counts: [u16; LONGEST + 1],
}

/// The tables of several codes.
#[derive(Debug, Default)]
pub(super) struct Codes {
    /// A symbol, shifted by four bits, and the length of its code; 0 where that is longer. The
    /// largest symbol is 2,327.
    table: Vec<u16>,
    symbols: Vec<u16>,
}

impl Code {
    /// The symbol, if there is but one: its code has no bits.
    pub(super) fn only(&self, codes: &Codes) -> Option<u16> {
        (self.longest == 0).then(|| codes.symbols[self.symbols as usize])
    }

    /// The next symbol. There have to be 15 bits.
    #[inline(always)]
    pub(super) fn symbol(&self, codes: &Codes, bits: &mut Bits<'_>) -> u16 {
        let index = bits.peek() & ((1 << self.root) - 1);
        // the table has an entry for each value of so many bits
        let entry = codes.table[self.table as usize + index as usize];
        if entry != 0 || self.longest == 0 {
            bits.skip(u32::from(entry & 15));
            return entry >> 4;
        }
        self.long_symbol(codes, bits)
    }

    #[inline(never)]
    fn long_symbol(&self, codes: &Codes, bits: &mut Bits<'_>) -> u16 {
        let value = bits.peek();
        let (mut code, mut first, mut index) = (0u32, 0u32, 0u32);
        for length in 1..=usize::from(self.longest) {
            code |= value >> (length - 1) & 1;
            let count = u32::from(self.counts[length]);
            if code < first + count {
                bits.skip(length as u32);
                return codes.symbols[(self.symbols + index + code - first) as usize];
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        // the code is complete, so this is not reached
        bits.skip(u32::from(self.longest));
        0
    }
}

impl Codes {
    /// How many bytes they take.
    pub(super) fn bytes(&self) -> usize {
        2 * (self.table.capacity() + self.symbols.capacity())
    }

    /// Takes out what was added behind `code`, and itself.
    pub(super) fn drop_from(&mut self, code: &Code) {
        self.table.truncate(code.table as usize);
        self.symbols.truncate(code.symbols as usize);
    }

    /// Adds the code with these lengths by symbol; `None` if they make no complete code.
    fn add(&mut self, lengths: &[u8]) -> Option<Code> {
        let mut counts = [0u16; LONGEST + 1];
        for length in lengths {
            counts[usize::from(*length)] += 1;
        }
        counts[0] = 0;
        let (table, symbols) = (self.table.len() as u32, self.symbols.len() as u32);
        let used: u16 = counts.iter().sum();
        let mut next = [0u16; LONGEST + 1];
        for length in 1..LONGEST {
            next[length + 1] = next[length] + counts[length];
        }
        self.symbols.resize(self.symbols.len() + usize::from(used), 0);
        let sorted = &mut self.symbols[symbols as usize..];
        for (symbol, length) in lengths.iter().enumerate().filter(|(_, length)| **length != 0) {
            let place = &mut next[usize::from(*length)];
            sorted[usize::from(*place)] = symbol as u16;
            *place += 1;
        }
        if used <= 1 {
            let only = *sorted.first()?;
            self.table.push(only << 4);
            return Some(Code { table, symbols, root: 0, longest: 0, counts });
        }
        let mut open = 1i32;
        for count in &counts[1..] {
            open = 2 * open - i32::from(*count);
            if open < 0 {
                return None;
            }
        }
        if open != 0 {
            return None;
        }
        let longest = counts.iter().rposition(|count| *count > 0)? as u32;
        let root = longest.min(ROOT);
        self.table.resize(self.table.len() + (1 << root), 0);
        let entries = &mut self.table[table as usize..];
        let (mut code, mut index) = (0u32, 0usize);
        for length in 1..=root {
            for _ in 0..counts[length as usize] {
                let entry = sorted[index] << 4 | length as u16;
                let reversed = code.reverse_bits() >> (32 - length);
                for place in (reversed as usize..1 << root).step_by(1 << length) {
                    entries[place] = entry;
                }
                code += 1;
                index += 1;
            }
            code <<= 1;
        }
        Some(Code { table, symbols, root: root as u8, longest: longest as u8, counts })
    }

    /// Reads the code of an alphabet of so many symbols; `lengths` is room for as many. `None` if it
    /// is none.
    pub(super) fn read(&mut self, bits: &mut Bits<'_>, lengths: &mut [u8]) -> Option<Code> {
        lengths.fill(0);
        if bits.flag() {
            let two = bits.flag();
            let wide = if bits.flag() { 8 } else { 1 };
            let first = bits.number(wide) as usize;
            let second = two.then(|| bits.number(8) as usize);
            for symbol in [Some(first), second].into_iter().flatten() {
                // a symbol that the alphabet lacks counts for nothing: libwebp
                if let Some(length) = lengths.get_mut(symbol) {
                    *length = 1;
                }
            }
        } else {
            self.read_lengths(bits, lengths)?;
        }
        self.add(lengths)
    }

    fn read_lengths(&mut self, bits: &mut Bits<'_>, lengths: &mut [u8]) -> Option<()> {
        let mut own = [0u8; 19];
        let count = bits.number(4) as usize + 4;
        for place in LENGTH_ORDER.iter().take(count) {
            own[usize::from(*place)] = bits.number(3) as u8;
        }
        let code = self.add(&own)?;
        let mut left = lengths.len();
        if bits.flag() {
            let wide = 2 + 2 * bits.number(3);
            left = 2 + bits.number(wide) as usize;
            if left > lengths.len() {
                return None;
            }
        }
        let (mut at, mut previous) = (0, 8);
        while at < lengths.len() && left > 0 {
            left -= 1;
            bits.load();
            let symbol = code.symbol(self, bits) as u8;
            let (length, repeat) = match symbol {
                0..16 => (symbol, 1),
                16 => (previous, 3 + bits.take(2) as usize),
                17 => (0, 3 + bits.take(3) as usize),
                _ => (0, 11 + bits.take(7) as usize),
            };
            lengths.get_mut(at..at + repeat)?.fill(length);
            at += repeat;
            if symbol < 16 && length != 0 {
                previous = length;
            }
        }
        self.drop_from(&code);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_longer_than_the_table_are_found() {
        // lengths 1, 2, 3, …, 14, 15, 15
        let lengths: Vec<u8> = (1..=15).chain([15]).collect();
        let mut codes = Codes::default();
        let code = codes.add(&lengths).unwrap();
        for (symbol, length) in lengths.iter().enumerate() {
            let ones = if symbol == 15 { 15 } else { *length - 1 };
            let data = ((1u32 << ones) - 1).to_le_bytes();
            let mut bits = Bits::new(&data);
            bits.load();
            assert_eq!(usize::from(code.symbol(&codes, &mut bits)), symbol);
            assert_eq!(bits.position(), usize::from(*length));
        }
    }

    #[test]
    fn only_complete_codes_are_codes() {
        let add = |lengths: &[u8]| Codes::default().add(lengths).is_some();
        assert!(add(&[0, 0, 7]) && add(&[1, 1]) && add(&[2, 2, 1]));
        assert!(!add(&[0, 0]) && !add(&[1, 2]) && !add(&[1, 1, 1]) && !add(&[]));
        let mut codes = Codes::default();
        let code = codes.add(&[0, 0, 0, 9]).unwrap();
        assert_eq!(code.only(&codes), Some(3));
    }
}
