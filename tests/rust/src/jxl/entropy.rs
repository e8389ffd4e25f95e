//! Entropy-coded numbers, by prefix codes: ISO/IEC 18181-1, annex C.

use super::bits::Bits;

/// A prefix code for few symbols.
#[derive(Debug, Clone)]
pub struct Code {
    /// Symbols with the lengths of their codes, in the order of the code.
    symbols: Vec<(u32, u32)>,
}

/// Writes the codes for `contexts` that share one, in which each of `values` can be written.
///
/// Not more than four different values.
pub fn code(bits: &mut Bits, contexts: usize, values: &[u32]) -> Code {
    header(bits, contexts);
    let mut symbols = values.to_vec();
    symbols.sort_unstable();
    symbols.dedup();
    let size = symbols.iter().max().map_or(1, |most| most + 1);
    alphabet(bits, size);
    if size == 1 {
        return Code { symbols: vec![(0, 0)] };
    }
    bits.put(2, 1); // a simple code
    bits.put(2, symbols.len() as u32 - 1);
    let width = u32::BITS - (size - 1).leading_zeros();
    symbols.iter().for_each(|symbol| bits.put(width, *symbol));
    let lengths: &[u32] = match symbols.len() {
        1 => &[0],
        2 => &[1, 1],
        3 => &[1, 2, 2],
        4 => {
            bits.flag(false);
            &[2, 2, 2, 2]
        }
        _ => panic!("more than four different values"),
    };
    Code { symbols: symbols.into_iter().zip(lengths.iter().copied()).collect() }
}

/// Writes the code for `contexts` that share one, in which every byte takes eight bits.
pub fn bytes(bits: &mut Bits, contexts: usize) -> Code {
    header(bits, contexts);
    alphabet(bits, 256);
    bits.put(2, 0);
    // the lengths are all 8: the code of lengths has one symbol, the eleventh of its order
    for place in 0..18 {
        bits.put(2, u32::from(place == 10));
    }
    Code { symbols: (0..256).map(|symbol| (symbol, 8)).collect() }
}

/// No LZ77, one cluster, a prefix code, each number a symbol of its own.
fn header(bits: &mut Bits, contexts: usize) {
    bits.flag(false);
    if contexts > 1 {
        bits.flag(true);
        bits.put(2, 0);
    }
    bits.flag(true);
    bits.put(4, 15);
}

fn alphabet(bits: &mut Bits, size: u32) {
    bits.flag(size > 1);
    if size > 1 {
        let width = (size - 1).ilog2();
        bits.put(4, width);
        bits.put(width, size - 1 - (1 << width));
    }
}

impl Code {
    /// Writes `value`.
    pub fn put(&self, bits: &mut Bits, value: u32) {
        let mut next = 0;
        let mut before = 0;
        for (symbol, length) in &self.symbols {
            next <<= length - before;
            before = *length;
            if *symbol == value {
                (0..*length).rev().for_each(|place| bits.put(1, next >> place));
                return;
            }
            next += 1;
        }
        panic!("{value} is not in the code");
    }
}
