//! Tokens as entropy-coded bytes: T.81, annex C and F.1.2.

use crate::container::jpeg::tables::HuffmanTable;
use crate::picture::jpeg::bit_writer::{Bits, Room};
use crate::picture::jpeg::optimal::{SYMBOLS, optimal_table};
use crate::picture::jpeg::tokens::{SIXTEEN_ZEROS, Statistics, Token, magnitude_bits};

/// The two tables of one or more components, and what they make of each symbol.
#[derive(Debug, Clone)]
pub(crate) struct Codes {
    pub(crate) dc: HuffmanTable,
    pub(crate) ac: HuffmanTable,
    dc_entries: [Entry; SYMBOLS],
    ac_entries: [Entry; SYMBOLS],
}

/// In the low five bits how many bits a symbol takes with the value behind it, above them its code
/// with zeros where the value goes: at most 16 bits of code and 11 of value.
#[derive(Debug, Clone, Copy, Default)]
struct Entry(u32);

impl Entry {
    fn length(self) -> u32 {
        self.0 & 0x1F
    }

    fn code(self) -> u32 {
        self.0 >> 5
    }
}

impl Codes {
    /// The codes that need the fewest bits for what was counted, all of it codable.
    pub(crate) fn optimal(statistics: &Statistics) -> Codes {
        let (dc, ac) = (optimal_table(&statistics.dc), optimal_table(&statistics.ac));
        Codes { dc_entries: entries(&dc), ac_entries: entries(&ac), dc, ac }
    }

    /// How many bits all that was counted takes.
    pub(crate) fn bits(&self, statistics: &Statistics) -> u64 {
        let sum = |entries: &[Entry; SYMBOLS], counts: &[u64; SYMBOLS]| -> u64 {
            entries.iter().zip(counts).map(|(entry, n)| u64::from(entry.length()) * n).sum()
        };
        sum(&self.dc_entries, &statistics.dc) + sum(&self.ac_entries, &statistics.ac)
    }
}

/// The code of each symbol: annex C. Symbols that the table lacks have none, and take no bits.
fn entries(table: &HuffmanTable) -> [Entry; SYMBOLS] {
    let mut entries = [Entry::default(); SYMBOLS];
    let mut symbols = table.symbols.iter();
    let mut code = 0u32;
    for (length, count) in (1..).zip(table.counts) {
        for symbol in symbols.by_ref().take(usize::from(count)) {
            // as many bits of value as the low half of the symbol says; of DC symbols that is all
            let value_bits = u32::from(symbol & 0x0F);
            entries[usize::from(*symbol)] = Entry(code << value_bits << 5 | (length + value_bits));
            code += 1;
        }
        code <<= 1;
    }
    entries
}

/// Codes the blocks whose tokens are `tokens`. `pattern` has the codes of each block of an MCU; the
/// first block is the first of an MCU.
pub(crate) fn emit(tokens: &[Token], pattern: &[&Codes], bits: &mut Bits, room: &mut Room<'_>) {
    let mut tokens = tokens.iter().map(|token| i16::from_ne_bytes(*token));
    let mut held = *bits;
    for codes in pattern.iter().cycle() {
        let Some(difference) = tokens.next() else { break };
        let difference = i32::from(difference);
        let entry = codes.dc_entries[usize::from(magnitude_bits(difference))];
        held.put(entry.code() | value_bits(difference), entry.length(), room);
        for token in tokens.by_ref() {
            let value = i32::from(token << 4 >> 4);
            let run = (token >> 8) as u8 & 0xF0;
            let entry = codes.ac_entries[usize::from(run | magnitude_bits(value))];
            held.put(entry.code() | value_bits(value), entry.length(), room);
            if value == 0 && token as u16 != SIXTEEN_ZEROS {
                break; // the end of the block
            }
        }
    }
    *bits = held;
}

/// The bits that tell `value` among those of its size, and zeros above them: F.1.2.1.
#[inline]
fn value_bits(value: i32) -> u32 {
    // negative ones stand a size below, so that their first bit is zero
    let shifted = value + (value >> 31);
    shifted as u32 & ((1 << magnitude_bits(value)) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_as_the_standard_says() {
        let cases = [(0, 0), (1, 1), (-1, 0), (2, 2), (3, 3), (-2, 1), (-3, 0), (-1023, 0), (5, 5)];
        for (value, bits) in cases {
            assert_eq!(value_bits(value), bits, "{value}");
        }
    }
}
