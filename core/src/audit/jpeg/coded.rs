//! Entropy-coded data: nothing in it but data, stuffed zeros and the restart markers that belong.

use crate::audit::Rejection;
use crate::audit::cursor::Cursor;
use crate::audit::jpeg::header::Frame;

/// How many restart markers a scan of the components `selected` has at this interval in MCUs.
pub(crate) fn restarts(frame: &Frame, selected: &[usize], interval: u16) -> u64 {
    if interval == 0 {
        return 0;
    }
    let most =
        |factor: fn(&(u8, u8, u8)) -> u8| frame.components.iter().map(factor).max().unwrap_or(1);
    let (most_h, most_v) = (u32::from(most(|c| c.1)), u32::from(most(|c| c.2)));
    // a lone component is coded block by block, several in MCUs of the largest factors
    let (h, v) = match selected {
        [one] => frame.components.get(*one).map_or((1, 1), |c| (u32::from(c.1), u32::from(c.2))),
        _ => (1, 1),
    };
    let blocks = |pixels: u16, factor: u32, most: u32| {
        u64::from(u32::from(pixels).saturating_mul(factor).div_ceil(most.saturating_mul(8).max(1)))
    };
    let mcus = blocks(frame.width, h, most_h).saturating_mul(blocks(frame.height, v, most_v));
    mcus.saturating_sub(1).checked_div(u64::from(interval)).unwrap_or(0)
}

/// Goes over the data of one scan, which has exactly `restarts` restart markers, counting 0 to 7
/// and again, and at least a byte between any two markers.
pub(crate) fn recognise(cursor: &mut Cursor<'_>, restarts: u64) -> Result<(), Rejection> {
    let mut seen = 0u64;
    loop {
        let length = until_marker(cursor.rest());
        cursor.require(length > 0, "data between markers")?;
        cursor.take(length, "data")?;
        if seen == restarts {
            break;
        }
        let code = 0xD0 | u8::try_from(seen & 7).unwrap_or(0);
        cursor.demand(&[0xFF, code], "the next restart marker")?;
        seen = seen.saturating_add(1);
    }
    let ends = matches!(cursor.rest(), [0xFF, 0xC4 | 0xD9 | 0xDA | 0xDD, ..]);
    cursor.require(ends, "a table, a scan or the end after the data of a scan")
}

/// How many bytes stand before the first 0xFF that no stuffed zero follows.
///
/// Blocks without such a pair are passed over whole; in the others `memchr` goes from 0xFF to 0xFF.
fn until_marker(data: &[u8]) -> usize {
    const BLOCK: usize = 64;
    let mut clear = 0usize;
    loop {
        let rest = data.get(clear..).unwrap_or_default();
        let (Some(block), Some(after)) = (
            rest.first_chunk::<BLOCK>(),
            rest.split_first().and_then(|(_, r)| r.first_chunk::<BLOCK>()),
        ) else {
            break;
        };
        // what follows a 0xFF, all together; without a short cut, so that the compiler can look at
        // the whole block at once
        let followers = block.iter().zip(after).map(|(a, b)| if *a == 0xFF { *b } else { 0 });
        if followers.fold(0, |all, one| all | one) != 0 {
            break;
        }
        clear = clear.saturating_add(BLOCK);
    }
    loop {
        let rest = data.get(clear..).unwrap_or_default();
        let Some(offset) = memchr::memchr(0xFF, rest) else { return data.len() };
        let at = clear.saturating_add(offset);
        if data.get(at.saturating_add(1)) != Some(&0) {
            return at;
        }
        clear = at.saturating_add(2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frame(components: Vec<(u8, u8, u8)>) -> Frame {
        Frame { kind: 0xC0, wide: false, width: 33, height: 17, components }
    }

    #[test]
    fn restarts_are_counted() {
        let f = frame(vec![(1, 2, 2), (2, 1, 1), (3, 1, 1)]);
        assert_eq!(restarts(&f, &[0, 1, 2], 1), 5);
        assert_eq!(restarts(&f, &[0, 1, 2], 5), 1);
        assert_eq!(restarts(&f, &[0, 1, 2], 6), 0);
        assert_eq!(restarts(&f, &[0], 1), 14);
        assert_eq!(restarts(&f, &[0], 0), 0);
    }

    #[test]
    fn only_the_markers_that_belong_pass() {
        let passes = |data: &[u8], n| recognise(&mut Cursor::new(data), n).is_ok();
        assert!(passes(b"a\xFF\0b\xFF\xD0c\xFF\xD9", 1));
        assert!(!passes(b"a\xFF\xD1c\xFF\xD9", 1));
        assert!(!passes(b"a\xFF\xD0c\xFF\xD9", 0));
        assert!(!passes(b"a\xFF\xD9", 1));
        assert!(!passes(b"a\xFF\xFF\xD9", 0));
        assert!(!passes(b"a\xFF\xFE\0\x02", 0));
        assert!(!passes(b"\xFF\xD9", 0));
        assert!(!passes(b"a", 0));
    }

    proptest! {
        #[test]
        fn the_fast_look_finds_what_a_slow_one_finds(data in prop::collection::vec(prop_oneof![Just(0xFFu8), Just(0), Just(0), Just(9)], 0..600)) {
            let slow = (0..data.len())
                .find(|i| data[*i] == 0xFF && data.get(i + 1) != Some(&0))
                .unwrap_or(data.len());
            prop_assert_eq!(until_marker(&data), slow);
        }
    }
}
