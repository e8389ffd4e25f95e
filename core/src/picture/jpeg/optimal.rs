//! The Huffman table that codes given symbols in the fewest bits: T.81, annex K.2.
//!
//! The annex leaves ties open. They are broken as libjpeg breaks them (the larger value is merged
//! first), so that equal coefficients give equal files, and the same as Android's.

use std::cmp::Reverse;

use crate::container::jpeg::tables::HuffmanTable;

/// How many values a symbol has.
pub(crate) const SYMBOLS: usize = 256;

/// The symbol that takes the code of ones only, which no real symbol may have.
const RESERVED: usize = SYMBOLS;

/// The longest code, in bits.
const LONGEST: usize = 16;

/// The best table for symbols that occur this often.
pub(crate) fn optimal_table(occurrences: &[u64; SYMBOLS]) -> HuffmanTable {
    let sizes = code_sizes(occurrences);
    // limiting the lengths changes how many codes there are of each, never the symbols' order
    let mut symbols: Vec<(usize, u8)> =
        (0..=u8::MAX).map(|symbol| (sizes[usize::from(symbol)], symbol)).collect();
    symbols.retain(|(size, _)| *size > 0);
    symbols.sort_unstable();
    HuffmanTable {
        counts: limited(&sizes),
        symbols: symbols.into_iter().map(|(_, symbol)| symbol).collect(),
    }
}

/// A tree of Huffman's: its weight, and the symbol that it is known by.
type Tree = (u64, usize);

/// The length of each symbol's code, however long; 0 if the symbol does not occur: figure K.1.
fn code_sizes(occurrences: &[u64; SYMBOLS]) -> [usize; SYMBOLS + 1] {
    let mut trees: Vec<Tree> = occurrences.iter().copied().zip(0..).collect();
    trees.retain(|(weight, _)| *weight > 0);
    trees.push((1, RESERVED));
    // the symbols of a tree are a chain that starts at the one it is known by
    let mut next = [None; SYMBOLS + 1];
    let mut sizes = [0; SYMBOLS + 1];
    while let (Some((weight, head)), Some((added, other))) =
        (take_lightest(&mut trees), take_lightest(&mut trees))
    {
        let mut end = head;
        while let Some(symbol) = next[end] {
            end = symbol;
        }
        next[end] = Some(other);
        let mut at = Some(head);
        while let Some(symbol) = at {
            sizes[symbol] += 1;
            at = next[symbol];
        }
        trees.push((weight.saturating_add(added), head));
    }
    sizes
}

/// Takes the tree of the least weight out, of several the one of the largest symbol.
fn take_lightest(trees: &mut Vec<Tree>) -> Option<Tree> {
    let keys =
        trees.iter().enumerate().map(|(at, (weight, symbol))| (*weight, Reverse(*symbol), at));
    let (.., at) = keys.min()?;
    Some(trees.swap_remove(at))
}

/// How many codes there are of each length from 1 to 16, without the reserved one: figure K.3.
fn limited(sizes: &[usize; SYMBOLS + 1]) -> [u8; LONGEST] {
    // by length; 257 symbols make no code longer than 256 bits
    let mut counts = [0u16; SYMBOLS + 1];
    sizes.iter().filter(|size| **size > 0).for_each(|size| counts[*size] += 1);
    for long in (LONGEST + 1..counts.len()).rev() {
        while counts[long] > 0 {
            // The longest codes come in pairs that differ in the last bit. Their common prefix
            // takes the place of the two for one; the other goes beside a shorter code, one longer
            // now. There is a shorter one: else all codes were of one length, at most 9 bits.
            let mut short = long - 2;
            while counts[short] == 0 {
                short -= 1;
            }
            counts[long] -= 2;
            counts[long - 1] += 1;
            counts[short + 1] += 2;
            counts[short] -= 1;
        }
    }
    // the reserved symbol has the last of the longest codes
    if let Some(longest) = counts[..=LONGEST].iter_mut().rev().find(|count| **count > 0) {
        *longest -= 1;
    }
    // 256 codes of one length would leave none for the reserved symbol, so each count fits
    std::array::from_fn(|i| u8::try_from(counts[i + 1]).unwrap_or(u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(pairs: &[(u8, u64)]) -> HuffmanTable {
        let mut occurrences = [0; SYMBOLS];
        pairs.iter().for_each(|(symbol, n)| occurrences[usize::from(*symbol)] = *n);
        optimal_table(&occurrences)
    }

    /// The sum of 2^-length over all codes, in units of the longest.
    fn kraft(table: &HuffmanTable) -> u32 {
        (1..).zip(table.counts).map(|(length, n)| u32::from(n) << (LONGEST - length)).sum()
    }

    #[test]
    fn one_symbol_has_a_code_of_one_bit() {
        let only = table(&[(7, 5)]);
        assert_eq!((only.counts[0], only.symbols), (1, vec![7]));
        let none = table(&[]);
        assert_eq!((none.counts, none.symbols), ([0; LONGEST], vec![]));
    }

    #[test]
    fn ties_are_broken_as_libjpeg_does() {
        // 256 (which weighs 1) and 3 are merged, then 2 and 1
        let ties = table(&[(1, 1), (2, 1), (3, 1)]);
        assert_eq!((&ties.counts[..3], ties.symbols), (&[0, 3, 0][..], vec![1, 2, 3]));
        let skewed = table(&[(1, 2), (2, 1), (9, 1)]);
        // 256 and 9 are merged to a tree that weighs as much as 1, and is merged with 2 before it
        assert_eq!((&skewed.counts[..3], skewed.symbols), (&[1, 1, 1][..], vec![1, 2, 9]));
    }

    #[test]
    fn the_most_skewed_symbols_stay_within_sixteen_bits() {
        // Fibonacci's numbers make the longest codes
        let mut occurrences = [0u64; SYMBOLS];
        let (mut a, mut b) = (1u64, 1u64);
        for occurrence in &mut occurrences[..90] {
            *occurrence = a;
            (a, b) = (b, a + b);
        }
        assert!(code_sizes(&occurrences).iter().any(|size| *size > 40));
        let limited = optimal_table(&occurrences);
        assert_eq!(limited.symbols.len(), 90);
        assert!(kraft(&limited) < 1 << LONGEST);
    }

    proptest! {
        #[test]
        fn any_symbols_get_a_code_with_room_for_the_reserved_one(
            counts in prop::collection::vec((0..=255u8, 1..1u64 << 40), 1..300),
        ) {
            let table = table(&counts);
            let mut expected: Vec<u8> = counts.iter().map(|(symbol, _)| *symbol).collect();
            expected.sort_unstable();
            expected.dedup();
            let mut symbols = table.symbols.clone();
            symbols.sort_unstable();
            prop_assert_eq!(symbols, expected);
            prop_assert_eq!(table.counts.iter().map(|n| usize::from(*n)).sum::<usize>(), table.symbols.len());
            // Kraft's inequality, strictly: the code of ones is left
            prop_assert!(kraft(&table) < 1 << LONGEST);
        }
    }
}
