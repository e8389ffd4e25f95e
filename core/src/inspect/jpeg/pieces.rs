//! Blocks that are spread over several segments, put together.

use std::collections::HashMap;

use super::segment::Content;
use crate::container::jpeg::walk::{Kind, Part, Walk};

/// What segments have in common that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Icc,
    Photoshop,
    XmpExtension([u8; 32]),
    Jumbf(u16),
}

/// The segments that belong together, in groups.
pub(super) type Pieces<'a> = HashMap<Key, Group<'a>>;

/// The most groups; segments of further ones are told one by one.
const MOST_GROUPS: usize = 16;
/// The most of one group that is put together, in bytes.
const MOST_BYTES: usize = 16 << 20;

/// Segments that belong together.
#[derive(Debug, Default)]
pub(super) struct Group<'a> {
    /// Where the segments stand, those that touch each other as one.
    runs: Vec<(usize, usize)>,
    /// What each holds, and its place in the order.
    data: Vec<(u32, &'a [u8])>,
    /// True if some segment does not say that it is the only one.
    many: bool,
}

impl<'a> Group<'a> {
    /// True if `part` is the first segment.
    pub(super) fn starts_at(&self, part: &Part) -> bool {
        self.runs.first().is_some_and(|(start, _)| *start == part.start)
    }

    /// True if `part` is one of the segments.
    pub(super) fn holds(&self, part: &Part) -> bool {
        let next = self.runs.partition_point(|(start, _)| *start <= part.start);
        let run = next.checked_sub(1).and_then(|at| self.runs.get(at));
        run.is_some_and(|(_, end)| part.end <= *end)
    }

    /// Where the segments stand, in bytes from the start of the picture.
    pub(super) fn runs(&self) -> &[(usize, usize)] {
        &self.runs
    }

    /// What the only segment holds, if there is only one.
    pub(super) fn single(&self) -> Option<&'a [u8]> {
        match self.data.as_slice() {
            [(_, data)] => Some(data),
            _ => None,
        }
    }

    /// How many segments there are; a single one counts twice if it says that there are more.
    pub(super) fn plain_segments(&self) -> usize {
        self.data.len().saturating_add(usize::from(self.many && self.data.len() == 1))
    }

    /// The data of all segments in their order, up to a bound.
    pub(super) fn join(&self) -> Vec<u8> {
        let mut order: Vec<_> = self.data.iter().collect();
        order.sort_by_key(|(place, _)| *place);
        let mut joined = Vec::new();
        for (_, data) in order {
            if joined.len().saturating_add(data.len()) > MOST_BYTES {
                break;
            }
            joined.extend_from_slice(data);
        }
        joined
    }
}

/// Finds the segments of a picture that belong together.
pub(super) fn gather<'a>(walk: &Walk<'a>) -> Pieces<'a> {
    let mut pieces: Pieces<'a> = HashMap::new();
    for part in &walk.parts {
        let Kind::Segment(marker) = part.kind else { continue };
        let content = Content::of(marker, walk.payload(part));
        let Some(key) = content.key() else { continue };
        if pieces.len() >= MOST_GROUPS && !pieces.contains_key(&key) {
            continue;
        }
        let group = pieces.entry(key).or_default();
        match group.runs.last_mut() {
            Some((_, end)) if *end == part.start => *end = part.end,
            _ => group.runs.push((part.start, part.end)),
        }
        let piece = match content {
            Content::Icc { number, count, data } => {
                group.many |= (number, count) != (1, 1);
                (u32::from(number), data)
            }
            Content::XmpExtension { offset, data, .. } => (offset, data),
            Content::Jumbf { sequence, data, .. } => (sequence, data),
            Content::Photoshop(data) => (0, data),
            _ => continue,
        };
        group.data.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::jpeg::walk::walk;

    fn icc(number: u8, count: u8, data: &[u8]) -> Vec<u8> {
        let length = (data.len() + 16) as u16;
        [&b"\xFF\xE2"[..], &length.to_be_bytes(), b"ICC_PROFILE\0", &[number, count], data].concat()
    }

    #[test]
    fn segments_are_joined_in_their_order_and_none_is_lost() {
        let comment = b"\xFF\xFE\0\x02";
        let photo =
            [b"\xFF\xD8", &icc(2, 2, b"cd")[..], &icc(1, 2, b"ab"), comment, &icc(2, 2, b"ef")]
                .concat();
        let walk = walk(&photo, 100);
        let pieces = gather(&walk);
        let group = &pieces[&Key::Icc];
        assert_eq!(group.join(), b"abcdef");
        assert_eq!(group.runs(), [(2, 42), (46, 66)]);
        assert!(group.starts_at(&walk.parts[1]) && !group.starts_at(&walk.parts[2]));
        assert!(group.holds(&walk.parts[4]) && !group.holds(&walk.parts[3]));
    }

    #[test]
    fn a_lone_segment_that_claims_more_is_not_plain() {
        let plain = |number, count| {
            let photo = [b"\xFF\xD8", &icc(number, count, b"ab")[..]].concat();
            let walk = walk(&photo, 100);
            gather(&walk)[&Key::Icc].plain_segments()
        };
        assert_eq!((plain(1, 1), plain(1, 3), plain(0, 1)), (1, 2, 2));
    }
}
