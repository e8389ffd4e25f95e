//! Which way is up: the orientation of CIPA DC-008 (Exif), section 4.6.4, tag 0x0112.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

use std::fmt;

use serde::Serialize;

use crate::bytes::{Endian, slice_at, u8_at};

/// How the coded picture has to be turned to stand upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Orientation {
    /// 1: as coded.
    #[default]
    Upright,
    /// 2: mirrored left to right.
    Mirrored,
    /// 3: turned by 180°.
    HalfTurn,
    /// 4: mirrored top to bottom.
    Flipped,
    /// 5: mirrored along the diagonal from the top left.
    Transposed,
    /// 6: to be turned by 90° clockwise.
    Clockwise,
    /// 7: mirrored along the diagonal from the top right.
    Transversed,
    /// 8: to be turned by 90° counter-clockwise.
    CounterClockwise,
}

impl Orientation {
    /// All of them, by their Exif value less one.
    pub const ALL: [Orientation; 8] = [
        Orientation::Upright,
        Orientation::Mirrored,
        Orientation::HalfTurn,
        Orientation::Flipped,
        Orientation::Transposed,
        Orientation::Clockwise,
        Orientation::Transversed,
        Orientation::CounterClockwise,
    ];

    /// The orientation of an Exif value from 1 to 8; others mean nothing.
    pub fn from_exif_value(value: u32) -> Option<Orientation> {
        let index = usize::try_from(value.checked_sub(1)?).ok()?;
        Orientation::ALL.get(index).copied()
    }

    /// The Exif value, 1 to 8.
    pub fn exif_value(self) -> u8 {
        match self {
            Orientation::Upright => 1,
            Orientation::Mirrored => 2,
            Orientation::HalfTurn => 3,
            Orientation::Flipped => 4,
            Orientation::Transposed => 5,
            Orientation::Clockwise => 6,
            Orientation::Transversed => 7,
            Orientation::CounterClockwise => 8,
        }
    }

    /// True if width and height change places.
    pub(crate) fn swaps_sides(self) -> bool {
        self.exif_value() >= 5
    }

    /// The orientation that the TIFF structure of an Exif block tells in its first directory.
    ///
    /// More forgiving than the standard, as viewers are: the rest of the block may be damaged, and
    /// the value may be a byte or a long.
    pub(crate) fn from_tiff(tiff: &[u8]) -> Option<Orientation> {
        const TAG: u16 = 0x0112;
        let endian = match tiff.get(..2)? {
            b"II" => Endian::Little,
            b"MM" => Endian::Big,
            _ => return None,
        };
        let directory = usize::try_from(endian.u32(tiff, 4)?).ok()?;
        let entries = usize::from(endian.u16(tiff, directory)?);
        (0..entries)
            .map_while(|i| {
                slice_at(tiff, directory.checked_add(2)?.checked_add(i.checked_mul(12)?)?, 12)
            })
            .find(|entry| endian.u16(entry, 0) == Some(TAG))
            .and_then(|entry| match endian.u16(entry, 2)? {
                1 => u8_at(entry, 8).map(u32::from),
                3 => endian.u16(entry, 8).map(u32::from),
                4 => endian.u32(entry, 8),
                _ => None,
            })
            .and_then(Orientation::from_exif_value)
    }

    /// The orientation that an XMP packet tells as `tiff:Orientation`, attribute or element.
    ///
    /// Editors that drop Exif leave it there alone, and viewers turn the picture by it.
    pub(crate) fn from_xmp(packet: &[u8]) -> Option<Orientation> {
        const NAME: &[u8] = b"tiff:Orientation";
        memchr::memmem::find_iter(packet, NAME).find_map(|at| {
            let digit = match packet.get(at.checked_add(NAME.len())?..)? {
                [b'=', b'"' | b'\'', digit, b'"' | b'\'', ..] => digit,
                [b'>', digit, b'<', ..] => digit,
                _ => return None,
            };
            Orientation::from_exif_value(u32::from(digit.wrapping_sub(b'0')))
        })
    }
}

impl fmt::Display for Orientation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Orientation::Upright => "upright as coded",
            Orientation::Mirrored => "mirrored left to right",
            Orientation::HalfTurn => "turned by 180°",
            Orientation::Flipped => "mirrored top to bottom",
            Orientation::Transposed => "transposed",
            Orientation::Clockwise => "turned by 90° clockwise",
            Orientation::Transversed => "transversed",
            Orientation::CounterClockwise => "turned by 90° counter-clockwise",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiff(kind: u16, value: [u8; 4]) -> Vec<u8> {
        let mut t = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12".to_vec();
        t.extend(kind.to_be_bytes());
        t.extend([0, 0, 0, 1]);
        t.extend(value);
        t
    }

    #[test]
    fn values_go_both_ways() {
        for value in 1..=8u8 {
            let o = Orientation::from_exif_value(u32::from(value)).unwrap();
            assert_eq!(o.exif_value(), value);
            assert_eq!(Orientation::from_tiff(&tiff(3, [0, value, 0, 0])), Some(o));
            assert_eq!(Orientation::from_tiff(&tiff(1, [value, 0, 0, 0])), Some(o));
            assert_eq!(Orientation::from_tiff(&tiff(4, [0, 0, 0, value])), Some(o));
        }
        for value in [0, 9, 65_535] {
            assert_eq!(Orientation::from_exif_value(value), None);
        }
    }

    #[test]
    fn xmp_tells_it_as_attribute_or_element() {
        let cases: [(&str, Option<Orientation>); 4] = [
            ("<x tiff:Orientation=\"6\"/>", Some(Orientation::Clockwise)),
            ("<tiff:Orientation>8</tiff:Orientation>", Some(Orientation::CounterClockwise)),
            ("<x tiff:Orientation=\"0\" tiff:Orientation='3'/>", Some(Orientation::HalfTurn)),
            ("<x tiff:Orientation", None),
        ];
        for (packet, expected) in cases {
            assert_eq!(Orientation::from_xmp(packet.as_bytes()), expected, "{packet}");
        }
    }

    #[test]
    fn broken_blocks_tell_nothing() {
        let whole = tiff(3, [0, 6, 0, 0]);
        for end in 0..whole.len() {
            assert_eq!(Orientation::from_tiff(whole.get(..end).unwrap()), None);
        }
    }
}
