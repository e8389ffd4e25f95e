//! How long a record's file is, so that its size tells little about the photo.

use super::stream::CHUNK;

/// How long a content of `length` bytes is once it is padded: what Padmé gives (Nikitin et al.,
/// "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", PETS 2019,
/// section 4.3), then to whole chunks.
///
/// Padmé adds at most 12 % and lets of the length through only its logarithm's logarithm; whole chunks
/// make everything up to 64 KiB, a contact list like a small photo, one size. `None` past what 64 bits
/// count.
pub(super) fn padded(length: u64) -> Option<u64> {
    let chunk = CHUNK as u64;
    padme(length)?.max(1).checked_next_multiple_of(chunk)
}

/// Rounds up until the mantissa has no more bits than the exponent needs.
fn padme(length: u64) -> Option<u64> {
    let Some(exponent) = length.checked_ilog2() else { return Some(0) };
    let kept = exponent.checked_ilog2().map_or(0, |bits| bits.saturating_add(1));
    let dropped = exponent.saturating_sub(kept);
    length.checked_next_multiple_of(1u64.checked_shl(dropped)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_that_the_paper_gives() {
        // the paper's algorithm 1, worked by hand: E = 22, S = 5, the last 17 bits go
        assert_eq!(padme(5_000_000), Some(5_111_808));
        // E = 3, S = 2, the last bit goes
        assert_eq!((padme(8), padme(9), padme(15)), (Some(8), Some(10), Some(16)));
        assert_eq!((padme(0), padme(1), padme(2)), (Some(0), Some(1), Some(2)));
        assert_eq!(padme(u64::MAX), None);
    }

    #[test]
    fn few_sizes_and_little_waste() {
        let mut sizes = std::collections::BTreeSet::new();
        for length in (0..20_000_000u64).step_by(997) {
            let size = padded(length).unwrap();
            assert!(size >= length && size.is_multiple_of(CHUNK as u64) && size > 0);
            assert!(length < 1 << 20 || (size - length) * 100 <= length * 18);
            sizes.insert(size);
        }
        assert!(sizes.len() < 140, "{} sizes for 20 million lengths", sizes.len());
        assert_eq!(
            (padded(0), padded(65_536), padded(65_537)),
            (Some(65_536), Some(65_536), Some(131_072))
        );
    }
}
