//! Takes a JPEG apart into parts that tile the whole file. It judges nothing and never fails:
//! `read` decides what of it is picture, `inspect` tells what the rest is.

use crate::bytes::{Endian, u8_at};
use crate::container::jpeg::marker::Marker;

/// One part of a file: `start..end` in bytes from its start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// What a part is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A marker segment: marker, length, payload.
    Segment(Marker),
    /// A marker without payload (SOI, EOI, TEM, or a restart where none belongs).
    Standalone(Marker),
    /// A marker segment whose length field says less than 2, or more than the file holds.
    BadLength(Marker),
    /// The entropy-coded data of one scan, restart markers included.
    Coded(Coded),
    /// 0xFF bytes before a marker (T.81, B.1.1.2).
    Fill,
    /// Bytes that belong to no segment.
    Gap,
    /// Bytes after the end of the image.
    Trailer,
}

impl Kind {
    /// The marker that it starts with, if it does.
    pub(crate) fn marker(&self) -> Option<Marker> {
        match self {
            Kind::Segment(marker) | Kind::Standalone(marker) | Kind::BadLength(marker) => {
                Some(*marker)
            }
            _ => None,
        }
    }
}

/// What was seen in the entropy-coded data of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Coded {
    /// How many restart markers.
    pub(crate) restarts: usize,
    /// True if they do not count 0, 1, … 7, 0, … from the start of the scan.
    pub(crate) disordered: bool,
    /// True if no data stands between two restart markers, or before the first.
    pub(crate) empty: bool,
    /// True if fill bytes stand inside, before a restart marker or a stuffed zero.
    pub(crate) filled: bool,
}

/// How a walk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// At the end-of-image marker.
    Complete,
    /// The bytes ended before it.
    CutOff,
    /// There are more parts than the limit; the last part is a [`Kind::Gap`] to the end.
    TooManyParts,
}

/// A file taken apart. The parts tile it: each starts where the one before ends.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    pub(crate) data: &'a [u8],
    pub(crate) parts: Vec<Part>,
    pub(crate) end: End,
    /// The most parts that were asked for.
    pub(crate) limit: usize,
}

impl<'a> Walk<'a> {
    /// All bytes of `part`.
    pub(crate) fn bytes(&self, part: &Part) -> &'a [u8] {
        self.data.get(part.start..part.end).unwrap_or_default()
    }

    /// What follows the length field of a segment; empty for other parts.
    pub(crate) fn payload(&self, part: &Part) -> &'a [u8] {
        match part.kind {
            Kind::Segment(_) => self.bytes(part).get(4..).unwrap_or_default(),
            _ => &[],
        }
    }
}

/// Takes `data` apart, into `limit` parts at most.
pub(crate) fn walk(data: &[u8], limit: usize) -> Walk<'_> {
    walk_as(data, limit, false)
}

/// As [`walk`], but reserved markers do not end the data of a scan that has restart markers: libjpeg
/// passes over them to the next restart, for they come of damage.
pub(crate) fn walk_over_reserved(data: &[u8], limit: usize) -> Walk<'_> {
    walk_as(data, limit, true)
}

fn walk_as(data: &[u8], limit: usize, over_reserved: bool) -> Walk<'_> {
    let mut walker = Walker { data, parts: Vec::new(), at: 0, over_reserved, restarts: false };
    let end = walker.run(limit);
    Walk { data, parts: walker.parts, end, limit }
}

struct Walker<'a> {
    data: &'a [u8],
    parts: Vec<Part>,
    at: usize,
    over_reserved: bool,
    /// True if a restart interval was defined.
    restarts: bool,
}

impl Walker<'_> {
    fn push(&mut self, kind: Kind, end: usize) {
        if end > self.at {
            self.parts.push(Part { kind, start: self.at, end });
            self.at = end;
        }
    }

    fn run(&mut self, limit: usize) -> End {
        let len = self.data.len();
        loop {
            if self.parts.len() >= limit {
                self.push(Kind::Gap, len);
                return End::TooManyParts;
            }
            // up to the next marker: bytes of no segment, then fill bytes (as libjpeg's next_marker)
            let (code_at, marker) = match next_marker(self.data, self.at) {
                Some(found) => found,
                None => {
                    self.push(Kind::Gap, len);
                    return End::CutOff;
                }
            };
            let fills = self
                .data
                .get(self.at..code_at)
                .unwrap_or_default()
                .iter()
                .rev()
                .take_while(|b| **b == 0xFF)
                .count();
            let marker_at = code_at.saturating_sub(1);
            self.push(Kind::Gap, code_at.saturating_sub(fills));
            self.push(Kind::Fill, marker_at);

            let after = code_at.saturating_add(1);
            if marker.is_standalone() {
                self.push(Kind::Standalone(marker), after);
                if marker == Marker::EOI {
                    self.push(Kind::Trailer, len);
                    return End::Complete;
                }
                continue;
            }
            let Some(length) = Endian::Big.u16(self.data, after) else {
                self.push(Kind::BadLength(marker), len);
                return End::CutOff;
            };
            let end = after.saturating_add(usize::from(length));
            if length < 2 {
                self.push(Kind::BadLength(marker), after.saturating_add(2));
                continue;
            }
            if end > len {
                self.push(Kind::BadLength(marker), len);
                return End::CutOff;
            }
            self.push(Kind::Segment(marker), end);
            if marker == Marker::DRI {
                self.restarts = Endian::Big.u16(self.data, after.saturating_add(2)) != Some(0);
            }
            if marker == Marker::SOS {
                let over_reserved = self.over_reserved && self.restarts;
                let (coded, end) = coded_data(self.data, self.at, over_reserved);
                self.push(Kind::Coded(coded), end);
            }
        }
    }
}

/// The next marker at or after `at`: where its code byte stands, and the code.
fn next_marker(data: &[u8], at: usize) -> Option<(usize, Marker)> {
    let mut pos = at;
    loop {
        pos = find_unstuffed(data, pos)?.saturating_add(1);
        match u8_at(data, pos)? {
            0xFF => {}
            code => return Some((pos, Marker(code))),
        }
    }
}

/// Where the entropy-coded data from `at` ends (the 0xFF of a marker or its first fill byte, or
/// the end of the data), and what was seen in it.
fn coded_data(data: &[u8], at: usize, over_reserved: bool) -> (Coded, usize) {
    let mut coded = Coded::default();
    let mut pos = at;
    let mut interval_at = at;
    loop {
        let Some(first) = find_unstuffed(data, pos) else { return (coded, data.len()) };
        let mut code_at = first.saturating_add(1);
        while u8_at(data, code_at) == Some(0xFF) {
            code_at = code_at.saturating_add(1);
        }
        let filled = code_at > first.saturating_add(1);
        match u8_at(data, code_at) {
            // libjpeg reads fill bytes before a stuffed zero as one byte 0xFF
            Some(0) => {}
            Some(code) if Marker(code).is_restart() => {
                coded.disordered |= usize::from(code & 7) != coded.restarts & 7;
                coded.restarts = coded.restarts.saturating_add(1);
                coded.empty |= first == interval_at;
                interval_at = code_at.saturating_add(1);
            }
            Some(code) if over_reserved && Marker(code).is_reserved() => {}
            _ => return (coded, first),
        }
        coded.filled |= filled;
        pos = code_at.saturating_add(1);
    }
}

/// The next 0xFF at or after `at` that is followed by another byte than a stuffed zero, or by
/// none.
///
/// Nearly all of a photo goes through here: 64 bytes a step in a form that compilers turn into
/// vector code, then eight bytes a step in the block that has a hit.
fn find_unstuffed(data: &[u8], at: usize) -> Option<usize> {
    let mut pos = at;
    while let Some((these, those)) = pairs::<64>(data, pos) {
        let hit = these
            .iter()
            .zip(those)
            .fold(0u8, |hit, (this, that)| hit | u8::from((*this == 0xFF) & (*that != 0)));
        if hit != 0 {
            break;
        }
        pos = pos.saturating_add(64);
    }
    while let Some((these, those)) = pairs::<8>(data, pos) {
        let full = zero_bytes(!u64::from_le_bytes(*these));
        let hits = full & !zero_bytes(u64::from_le_bytes(*those));
        if hits != 0 {
            let offset = hits.trailing_zeros() >> 3;
            return pos.checked_add(usize::try_from(offset).ok()?);
        }
        pos = pos.saturating_add(8);
    }
    let tail = data.get(pos..)?;
    let mut pairs = tail.iter().zip(tail.iter().skip(1).chain([&0xFF]));
    let offset = pairs.position(|(this, that)| *this == 0xFF && *that != 0)?;
    pos.checked_add(offset)
}

/// `N` bytes from `at`, and the `N` bytes that follow each of them.
fn pairs<const N: usize>(data: &[u8], at: usize) -> Option<(&[u8; N], &[u8; N])> {
    Some((data.get(at..)?.first_chunk()?, data.get(at.checked_add(1)?..)?.first_chunk()?))
}

/// The top bit of each byte of `word` that is zero; all other bits clear.
fn zero_bytes(word: u64) -> u64 {
    const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
    // no sum carries into the next byte, since the top bits are masked off
    !((word & LOW).wrapping_add(LOW) | word | LOW)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kinds(data: &[u8]) -> Vec<(Kind, usize, usize)> {
        walk(data, 100).parts.into_iter().map(|p| (p.kind, p.start, p.end)).collect()
    }

    #[test]
    fn parts_are_told_apart() {
        let data =
            b"\xFF\xD8\xFF\xFE\0\x04hi-\xFF\xFF\xDA\0\x02ab\xFF\0\xFF\xFF\xD0c\xFF\xFF\xD9end";
        let coded = Coded { restarts: 1, disordered: false, empty: false, filled: true };
        assert_eq!(
            kinds(data),
            [
                (Kind::Standalone(Marker::SOI), 0, 2),
                (Kind::Segment(Marker(0xFE)), 2, 8),
                (Kind::Gap, 8, 9),
                (Kind::Fill, 9, 10),
                (Kind::Segment(Marker::SOS), 10, 14),
                (Kind::Coded(coded), 14, 22),
                (Kind::Fill, 22, 23),
                (Kind::Standalone(Marker::EOI), 23, 25),
                (Kind::Trailer, 25, 28),
            ]
        );
    }

    #[test]
    fn wrong_lengths_are_told() {
        assert_eq!(
            kinds(b"\xFF\xD8\xFF\xE1\0\x01"),
            [(Kind::Standalone(Marker::SOI), 0, 2), (Kind::BadLength(Marker::APP1), 2, 6)]
        );
        assert_eq!(walk(b"\xFF\xD8\xFF\xE1\0\x09x", 100).end, End::CutOff);
    }

    #[test]
    fn restarts_out_of_order_are_seen() {
        let scan = |codes: &[u8]| {
            let mut data = vec![];
            codes.iter().for_each(|c| data.extend([1, 0xFF, *c]));
            coded_data(&data, 0, false).0
        };
        assert!(!scan(&[0xD0, 0xD1, 0xD2]).disordered);
        assert!(scan(&[0xD0, 0xD2]).disordered);
        assert!(scan(&[0xD1]).disordered);
    }

    #[test]
    fn reserved_markers_are_passed_over_between_restarts() {
        let scan = b"\xFF\xDA\0\x02ab\xFF\x05c\xFF\xD0d\xFF\xD9";
        let with_interval = [b"\xFF\xDD\0\x04\0\x01".as_slice(), scan].concat();
        let scan_ends = |walk: Walk<'_>| {
            walk.parts.iter().find(|p| matches!(p.kind, Kind::Coded(_))).map(|part| part.end)
        };
        assert_eq!(scan_ends(walk_over_reserved(&with_interval, 9)), Some(18));
        assert_eq!(scan_ends(walk(&with_interval, 9)), Some(12));
        assert_eq!(scan_ends(walk_over_reserved(scan, 9)), Some(6));
    }

    #[test]
    fn empty_intervals_are_seen() {
        let empty = |data: &[u8]| coded_data(data, 0, false).0.empty;
        assert!(!empty(b"a\xFF\xD0b\xFF\xD1"));
        assert!(empty(b"\xFF\xD0b"));
        assert!(empty(b"a\xFF\xD0\xFF\xD1b"));
    }

    proptest! {
        #[test]
        fn parts_tile_any_bytes(data in prop::collection::vec(prop_oneof![any::<u8>(), Just(0xFF), Just(0xDA), Just(0)], 0..400), limit in 1usize..40) {
            let walk = walk(&data, limit);
            let mut at = 0;
            for part in &walk.parts {
                prop_assert_eq!(part.start, at);
                prop_assert!(part.end > part.start);
                at = part.end;
            }
            prop_assert_eq!(at, data.len());
            prop_assert!(walk.parts.len() <= limit + 4);
        }

        #[test]
        fn the_fast_search_finds_what_a_slow_one_finds(data in prop::collection::vec(prop_oneof![Just(0xFFu8), Just(0), Just(7)], 0..300), at in 0usize..300) {
            let slow = (at..data.len()).find(|i| data[*i] == 0xFF && data.get(i + 1) != Some(&0));
            prop_assert_eq!(find_unstuffed(&data, at), slow);
        }
    }
}
