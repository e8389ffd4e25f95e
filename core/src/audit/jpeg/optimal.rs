//! The one Huffman table that codes given symbols in the fewest bits: T.81, annex K.2, with the ties
//! decided as libjpeg decides them.

/// A symbol that stands for none: the code of ones alone is left to it.
const RESERVED: usize = 256;

/// Symbols that have been put together.
struct Group {
    occurrences: u64,
    /// The symbol by which ties are decided: of equal groups the one with the larger is the lesser.
    symbol: usize,
    /// Each with the length of its code so far.
    members: Vec<(usize, usize)>,
}

/// The sixteen counts and the symbols of the table for symbols that occur as often as `occurrences`
/// says, in their order.
pub(crate) fn table(occurrences: &[u64]) -> Vec<u8> {
    let once = [1u64];
    let all = occurrences.iter().take(RESERVED).enumerate();
    let mut groups: Vec<Group> = all
        .filter(|(_, occurrences)| **occurrences > 0)
        .chain(once.iter().map(|one| (RESERVED, one)))
        .map(|(symbol, occurrences)| Group {
            occurrences: *occurrences,
            symbol,
            members: vec![(symbol, 0)],
        })
        .collect();
    while groups.len() > 1 {
        // the two least stand last
        groups.sort_by(|a, b| b.occurrences.cmp(&a.occurrences).then(a.symbol.cmp(&b.symbol)));
        let (Some(mut least), Some(next)) = (groups.pop(), groups.pop()) else { break };
        least.occurrences = least.occurrences.saturating_add(next.occurrences);
        least.members.extend(next.members);
        least.members.iter_mut().for_each(|(_, length)| *length = length.saturating_add(1));
        groups.push(least);
    }
    let mut lengths: Vec<(usize, usize)> =
        groups.into_iter().flat_map(|group| group.members).map(|(s, length)| (length, s)).collect();
    lengths.sort_unstable();
    let mut table = counts(lengths.iter().map(|(length, _)| *length)).to_vec();
    let symbols = lengths.iter().filter_map(|(_, symbol)| u8::try_from(*symbol).ok());
    table.extend(symbols);
    table
}

/// How many codes of each length there are when none is longer than sixteen bits (T.81, figure K.3),
/// less the one that is reserved.
fn counts(lengths: impl Iterator<Item = usize>) -> [u8; 16] {
    let mut counts = [0u32; 258];
    for length in lengths {
        if let Some(count) = counts.get_mut(length) {
            *count = count.saturating_add(1);
        }
    }
    let count = |counts: &[u32; 258], length: usize| counts.get(length).copied().unwrap_or(0);
    let add = |counts: &mut [u32; 258], length: usize, more: i32| {
        if let Some(count) = counts.get_mut(length) {
            *count = count.saturating_add_signed(more);
        }
    };
    for long in (17..counts.len()).rev() {
        while count(&counts, long) > 0 {
            // a pair of the longest becomes one that is shorter; its other half stands beside a code
            // from further up
            let above = long.saturating_sub(1);
            let Some(up) = (1..above).rev().find(|length| count(&counts, *length) > 0) else {
                break;
            };
            add(&mut counts, long, -2);
            add(&mut counts, above, 1);
            add(&mut counts, up.saturating_add(1), 2);
            add(&mut counts, up, -1);
        }
    }
    if let Some(longest) = (1..=16).rev().find(|length| count(&counts, *length) > 0) {
        add(&mut counts, longest, -1);
    }
    let mut table = [0; 16];
    for (of_length, count) in table.iter_mut().zip(counts.iter().skip(1)) {
        *of_length = u8::try_from(*count).unwrap_or(u8::MAX);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_are_decided_by_the_larger_symbol() {
        let mut occurrences = [0u64; 256];
        for symbol in [1, 2, 3] {
            occurrences[symbol] = 1;
        }
        // 256 with 3, 2 with 1, and both: four codes of two bits, one of them reserved
        assert_eq!(table(&occurrences), [&[0, 3][..], &[0; 14], &[1, 2, 3]].concat());
    }

    #[test]
    fn one_symbol_has_one_bit() {
        let mut occurrences = [0u64; 256];
        occurrences[7] = 5;
        assert_eq!(table(&occurrences), [&[1][..], &[0; 15], &[7]].concat());
    }

    #[test]
    fn no_code_is_longer_than_sixteen_bits() {
        let mut occurrences = [0u64; 256];
        let (mut a, mut b) = (1u64, 1u64);
        for occurs in occurrences.iter_mut().take(60) {
            *occurs = a;
            (a, b) = (b, a + b);
        }
        let table = table(&occurrences);
        assert_eq!(table.len(), 16 + 60);
        let kraft: u32 = (0..16).map(|i| u32::from(table[i]) << (15 - i)).sum();
        assert_eq!(kraft, (1 << 16) - 1, "all codes but the one of ones");
    }
}
