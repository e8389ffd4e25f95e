//! Descriptions of pictures that are put together from others: ISO/IEC 23008-12, section 6.6.2.

use super::Stretch;
use crate::audit::Rejection;

/// Accepts what a `grid` or `iovl` item of so many pictures holds; gives the size of the result.
pub(super) fn recognise(
    kind: &[u8; 4],
    data: Stretch<'_>,
    inputs: usize,
) -> Result<(u32, u32), Rejection> {
    const WHAT: &str = "a description of the pictures that are put together";
    let numbers = |bytes: &[u8], wide: bool| -> Option<Vec<u32>> {
        if wide {
            let (words, rest) = bytes.as_chunks::<4>();
            rest.is_empty().then(|| words.iter().map(|raw| u32::from_be_bytes(*raw)).collect())
        } else {
            let (words, rest) = bytes.as_chunks::<2>();
            let words = words.iter().map(|raw| u32::from(u16::from_be_bytes(*raw)));
            rest.is_empty().then(|| words.collect())
        }
    };
    let size = match (kind, data.bytes) {
        (b"grid", [0, flags @ (0 | 1), rows, columns, sides @ ..]) => {
            let wide = *flags == 1;
            let tiles = usize::from(*rows)
                .saturating_add(1)
                .saturating_mul(usize::from(*columns).saturating_add(1));
            match numbers(sides, wide).as_deref() {
                Some([width, height]) => {
                    let needed = u16::try_from(*width.max(height)).is_err();
                    (tiles == inputs && wide == needed).then_some((*width, *height))
                }
                _ => None,
            }
        }
        (b"iovl", [0, flags @ (0 | 1), rest @ ..]) => {
            let wide = *flags == 1;
            // four 16-bit numbers of the canvas stand before the sides
            match rest.get(8..).and_then(|rest| numbers(rest, wide)).as_deref() {
                Some([width, height, places @ ..]) => {
                    let far = |place: &u32| i16::try_from(place.cast_signed()).is_err();
                    let needed =
                        u16::try_from(*width.max(height)).is_err() || places.iter().any(far);
                    let all = places.len() == inputs.saturating_mul(2);
                    (all && (!wide || needed)).then_some((*width, *height))
                }
                _ => None,
            }
        }
        _ => None,
    };
    match size {
        Some((width, height)) if width > 0 && height > 0 => Ok((width, height)),
        _ => data.reject(0, WHAT),
    }
}
