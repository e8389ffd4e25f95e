//! Tokens as entropy-coded bytes: T.81, annex C and F.1.2.

use std::iter::repeat_n;

use crate::container::jpeg::tables::HuffmanTable;
use crate::picture::jpeg::bit_writer::{Bits, Room};
use crate::picture::jpeg::optimal::{SYMBOLS, optimal_table};
use crate::picture::jpeg::tokens::{NEAR_BITS, Statistics, Token, ends_block, far_bits};

/// The two tables of one or more components, and what they make of each symbol.
#[derive(Debug, Clone)]
pub(crate) struct Codes {
    pub(crate) dc: HuffmanTable,
    pub(crate) ac: HuffmanTable,
    dc_entries: [Entry; SYMBOLS],
    ac_entries: [Entry; SYMBOLS],
}

/// In the low five bits how many bits a token takes, above them its code with zeros where the bits
/// of the value go: at most 16 bits of code and [`NEAR_BITS`] of value.
#[derive(Debug, Clone, Copy, Default)]
struct Entry(u32);

impl Entry {
    /// Writes what the token takes.
    #[inline(always)]
    fn put(self, token: u16, bits: &mut Bits, room: &mut Room<'_>) {
        bits.put(self.0 >> 5 | u32::from(token) & 0xFF, self.0 & 0x1F, room);
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
        code_bits(&self.dc, &statistics.dc) + code_bits(&self.ac, &statistics.ac)
    }
}

/// How many bits the symbols take that occur this often, and the values behind them.
fn code_bits(table: &HuffmanTable, occurrences: &[u64; SYMBOLS]) -> u64 {
    let lengths = codes(table);
    lengths
        .map(|(symbol, _, length)| {
            occurrences[usize::from(symbol)] * u64::from(length + value_bits(symbol))
        })
        .sum()
}

/// How many bits of a value stand behind `symbol`.
fn value_bits(symbol: u8) -> u32 {
    (symbol & 0x0F).into()
}

/// Each symbol with its code and the length of that: annex C.
fn codes(table: &HuffmanTable) -> impl Iterator<Item = (u8, u32, u32)> {
    let lengths = (1..).zip(table.counts).flat_map(|(length, n)| repeat_n(length, n.into()));
    let (mut next, mut before) = (0, 0);
    lengths.zip(&table.symbols).map(move |(length, symbol)| {
        let code = next << (length - before);
        (next, before) = (code + 1, length);
        (*symbol, code, length)
    })
}

/// What becomes of each token by its symbol. Those that the table lacks take no bits.
fn entries(table: &HuffmanTable) -> [Entry; SYMBOLS] {
    let mut entries = [Entry::default(); SYMBOLS];
    for (symbol, code, length) in codes(table) {
        let near = value_bits(symbol).min(NEAR_BITS);
        entries[usize::from(symbol)] = Entry(code << near << 5 | (length + near));
    }
    for symbol in 0..=u8::MAX {
        if let Some(bits) = far_bits(symbol) {
            entries[usize::from(symbol)] = Entry(bits);
        }
    }
    entries
}

/// Codes the blocks whose tokens are `tokens`. `pattern` has the codes of each block of an MCU; the
/// first block is the first of an MCU.
pub(crate) fn emit(tokens: &[Token], pattern: &[&Codes], bits: &mut Bits, room: &mut Room<'_>) {
    let mut tokens = tokens.iter().map(|token| u16::from_ne_bytes(*token));
    let mut held = *bits;
    for codes in pattern.iter().cycle() {
        let Some(token) = tokens.next() else { break };
        codes.dc_entries[usize::from(token >> 8)].put(token, &mut held, room);
        for token in tokens.by_ref() {
            let symbol = (token >> 8) as u8;
            codes.ac_entries[usize::from(symbol)].put(token, &mut held, room);
            if ends_block(symbol) {
                break;
            }
        }
    }
    *bits = held;
}
