//! An ICC profile over APP2 segments: ICC.1:2022, annex B.4.

use crate::bytes::u8_at;

/// What a photo says of its colours by profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Embedded {
    /// Nothing.
    None,
    /// This profile.
    Whole(Vec<u8>),
    /// Parts are missing or contradict each other, so viewers take none.
    Broken,
}

const SIGNATURE: &[u8] = b"ICC_PROFILE\0";

/// One segment's part of a profile: its number from 1, the number of parts, and its bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'a> {
    number: u8,
    count: u8,
    bytes: &'a [u8],
}

/// The part that an APP2 payload holds, if it is one.
pub(crate) fn part(payload: &[u8]) -> Option<Part<'_>> {
    let rest = payload.strip_prefix(SIGNATURE)?;
    Some(Part { number: u8_at(rest, 0)?, count: u8_at(rest, 1)?, bytes: rest.get(2..)? })
}

/// Joins the parts by their numbers, by the rule of libjpeg's `jpeg_read_icc_profile`.
pub(crate) fn join(parts: &[Part<'_>]) -> Embedded {
    let Some(first) = parts.first() else { return Embedded::None };
    let whole = parts.len() == usize::from(first.count)
        && parts.iter().all(|p| p.count == first.count)
        && (1..=first.count).all(|n| parts.iter().filter(|p| p.number == n).count() == 1);
    if !whole {
        return Embedded::Broken;
    }
    let mut ordered = parts.to_vec();
    ordered.sort_by_key(|p| p.number);
    Embedded::Whole(ordered.iter().flat_map(|p| p.bytes).copied().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(number: u8, count: u8, bytes: &[u8]) -> Vec<u8> {
        [SIGNATURE, &[number, count], bytes].concat()
    }

    #[test]
    fn parts_are_joined_by_number() {
        let two = payload(2, 2, b"b");
        let one = payload(1, 2, b"a");
        let parts = [part(&two).unwrap(), part(&one).unwrap()];
        assert_eq!(join(&parts), Embedded::Whole(b"ab".to_vec()));
        assert_eq!(join(&parts[..1]), Embedded::Broken);
        assert_eq!(join(&[]), Embedded::None);
        assert!(part(b"ICC_PROFILE").is_none());
    }
}
