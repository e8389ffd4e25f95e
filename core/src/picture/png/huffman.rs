//! The best code lengths for symbols of known counts, none longer than a limit.

/// Gives the symbols of `counts` code lengths of at most `most` bits, zero to those that do not occur.
/// There are always codes for two symbols at least, as some decoders demand.
///
/// Lengths follow from the counts alone. They are those of Huffman's algorithm (in place: Moffat and
/// Katajainen 1995); where that passes `most`, codes are shortened until Kraft's sum is one again.
pub(super) fn lengths<const N: usize>(counts: &[u32; N], most: u8) -> [u8; N] {
    let mut used: Vec<(u32, u16)> = Vec::with_capacity(N);
    for (symbol, count) in counts.iter().enumerate() {
        if *count > 0 {
            used.push((*count, symbol as u16));
        }
    }
    for symbol in 0..N as u16 {
        if used.len() >= 2 {
            break;
        }
        if used.iter().all(|(_, s)| *s != symbol) {
            used.push((1, symbol));
        }
    }
    used.sort_unstable();
    let mut tree: Vec<u32> = used.iter().map(|(count, _)| *count).collect();
    in_place(&mut tree);

    // how many codes of each length
    let most = usize::from(most);
    let mut of_length = [0u32; 16];
    for depth in &tree {
        of_length[(*depth as usize).min(most)] += 1;
    }
    let mut kraft: u32 = (1..=most).map(|length| of_length[length] << (most - length)).sum();
    while kraft > 1 << most {
        // the longest code that can be longer makes room for those that were cut
        let length = (1..most).rev().find(|length| of_length[*length] > 0).unwrap_or(1);
        of_length[length] -= 1;
        of_length[length + 1] += 1;
        kraft -= 1 << (most - length - 1);
    }
    // where that made too much room, the longest codes become shorter
    while kraft < 1 << most {
        let free = (1 << most) - kraft;
        let length = (2..=most)
            .rev()
            .find(|length| of_length[*length] > 0 && 1 << (most - length) <= free)
            .unwrap_or(most);
        of_length[length] -= 1;
        of_length[length - 1] += 1;
        kraft += 1 << (most - length);
    }

    let mut lengths = [0u8; N];
    let mut symbols = used.iter().map(|(_, symbol)| usize::from(*symbol));
    for length in (1..=most).rev() {
        for symbol in symbols.by_ref().take(of_length[length] as usize) {
            lengths[symbol] = length as u8;
        }
    }
    lengths
}

/// Turns counts in rising order into code lengths in falling order. There are two at least.
fn in_place(a: &mut [u32]) {
    let n = a.len();
    a[0] += a[1];
    let (mut root, mut leaf) = (0, 2);
    for next in 1..n - 1 {
        if leaf >= n || a[root] < a[leaf] {
            a[next] = a[root];
            a[root] = next as u32;
            root += 1;
        } else {
            a[next] = a[leaf];
            leaf += 1;
        }
        if leaf >= n || (root < next && a[root] < a[leaf]) {
            a[next] += a[root];
            a[root] = next as u32;
            root += 1;
        } else {
            a[next] += a[leaf];
            leaf += 1;
        }
    }
    a[n - 2] = 0;
    for next in (0..n - 2).rev() {
        a[next] = a[a[next] as usize] + 1;
    }
    let (mut available, mut used, mut depth) = (1usize, 0usize, 0u32);
    let (mut root, mut next) = (n as isize - 2, n as isize - 1);
    while available > 0 {
        while root >= 0 && a[root as usize] == depth {
            used += 1;
            root -= 1;
        }
        while available > used {
            a[next as usize] = depth;
            next -= 1;
            available -= 1;
        }
        available = 2 * used;
        depth += 1;
        used = 0;
    }
}

/// The codes of `lengths`, as RFC 1951, section 3.2.2 gives them, with their first bit lowest.
pub(super) fn codes<const N: usize>(lengths: &[u8; N]) -> [u16; N] {
    let mut next = [0u16; 17];
    for length in lengths {
        next[usize::from(*length) + 1] += u16::from(*length > 0);
    }
    for length in 1..17 {
        // the code after the last of one length, one bit longer; the first of all is 0
        next[length] = (next[length] + next[length - 1]) << 1;
    }
    let mut codes = [0u16; N];
    for (code, length) in codes.iter_mut().zip(lengths) {
        if *length > 0 {
            let slot = &mut next[usize::from(*length)];
            *code = slot.reverse_bits() >> (16 - length);
            *slot = slot.wrapping_add(1);
        }
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kraft(lengths: &[u8], most: u8) -> u32 {
        lengths.iter().filter(|l| **l > 0).map(|l| 1u32 << (most - l)).sum()
    }

    proptest! {
        #[test]
        fn codes_are_complete_and_no_longer_than_they_may(
            counts in proptest::collection::vec(prop_oneof![Just(0u32), 1u32..20, 0u32..3_000_000], 286),
        ) {
            let counts: [u32; 286] = counts.try_into().unwrap();
            let got = lengths(&counts, 15);
            prop_assert_eq!(kraft(&got, 15), 1 << 15);
            prop_assert!(counts.iter().zip(&got).all(|(count, length)| *count == 0 || *length > 0));
        }

        #[test]
        fn short_limits_are_kept(counts in proptest::collection::vec(0u32..100_000, 19)) {
            let counts: [u32; 19] = counts.try_into().unwrap();
            let got = lengths(&counts, 7);
            prop_assert_eq!(kraft(&got, 7), 1 << 7);
            prop_assert!(got.iter().all(|length| *length <= 7));
        }
    }

    #[test]
    fn steep_counts_are_held_below_the_limit() {
        let mut counts = [0u32; 30];
        let (mut a, mut b) = (1u32, 1u32);
        for count in &mut counts {
            *count = a;
            (a, b) = (b, a.saturating_add(b));
        }
        let got = lengths(&counts, 15);
        assert_eq!(kraft(&got, 15), 1 << 15);
        assert!(got.iter().all(|length| (1..=15).contains(length)));
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // the example of RFC 1951, section 3.2.2
        let codes = codes(&[3, 3, 3, 3, 3, 2, 4, 4]);
        let expected = [0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111];
        assert_eq!(codes, expected);
    }

    #[test]
    fn one_symbol_gets_company() {
        let mut counts = [0u32; 30];
        assert_eq!(lengths(&counts, 15)[..3], [1, 1, 0]);
        counts[7] = 5;
        let got = lengths(&counts, 15);
        assert_eq!((got[0], got[7], kraft(&got, 15)), (1, 1, 1 << 15));
    }
}
