//! The index of a multi-picture file: CIPA DC-007, sections 5.2.2 to 5.2.4.

use crate::bytes::Endian;
use crate::inspect::block::Block;
use crate::inspect::{Betrays, Carrier, Findings, text};

/// The most directories and fields that are read, and the most pictures that are told.
const MOST_DIRECTORIES: usize = 4;
const MOST_FIELDS: u16 = 64;
const MOST_PICTURES: usize = 64;

/// Tells the index in an APP2 segment; `payload` starts with "MPF".
pub(super) fn inspect(whole: Block<'_>, payload: Block<'_>, findings: &mut Findings) {
    let before = findings.marks();
    let tiff = payload.from(4);
    let endian = match tiff.data.get(..4) {
        Some(b"II\x2A\0") => Some(Endian::Little),
        Some(b"MM\0\x2A") => Some(Endian::Big),
        _ => None,
    };
    if let Some(endian) = endian {
        let index = Index { tiff, endian };
        let mut at = index.offset(4);
        for _ in 0..MOST_DIRECTORIES {
            let Some(start) = at.filter(|at| *at != 0) else { break };
            at = index.directory(start, findings);
        }
    }
    if findings.marks() == before {
        let value = text::summary(payload.data);
        findings.add(
            Betrays::HiddenPicture,
            Carrier::Mpf,
            whole.place(),
            "Multi-picture index",
            value,
        );
    }
}

struct Index<'a> {
    tiff: Block<'a>,
    endian: Endian,
}

impl<'a> Index<'a> {
    fn offset(&self, at: usize) -> Option<usize> {
        usize::try_from(self.endian.u32(self.tiff.data, at)?).ok()
    }

    /// Tells one directory; gives where the next one starts.
    fn directory(&self, start: usize, findings: &mut Findings) -> Option<usize> {
        let count = self.endian.u16(self.tiff.data, start)?;
        let mut at = start.checked_add(2)?;
        for _ in 0..count.min(MOST_FIELDS) {
            let number = self.endian.u16(self.tiff.data, at)?;
            let kind = self.endian.u16(self.tiff.data, at.checked_add(2)?)?;
            let count = self.offset(at.checked_add(4)?)?;
            let unit = match kind {
                3 => 2,
                4 | 9 => 4,
                5 | 10 => 8,
                _ => 1,
            };
            let length = count.saturating_mul(unit);
            let value_at = at.checked_add(8)?;
            let value_at = if length <= 4 { value_at } else { self.offset(value_at)? };
            if let Some(value) = self.tiff.part(value_at, length) {
                self.field(number, value, findings);
            }
            at = at.checked_add(12)?;
        }
        self.offset(at)
    }

    fn field(&self, number: u16, value: Block<'a>, findings: &mut Findings) {
        let whole = self.endian.u32(value.data, 0);
        let mut add = |betrays, label: &str, shown: String| {
            findings.add(betrays, Carrier::Mpf, value.place(), label, shown);
        };
        match number {
            0xB001 => {
                let count = whole.unwrap_or(0);
                add(Betrays::HiddenPicture, "Multi-picture file", format!("{count} pictures"));
            }
            0xB002 => {
                let entries = value.data.as_chunks::<16>().0;
                for (index, entry) in entries.iter().enumerate().take(MOST_PICTURES) {
                    if let Some(place) = value.part(index.saturating_mul(16), 16) {
                        let label = format!("Picture {} of the index", index.saturating_add(1));
                        let shown = self.picture(entry);
                        findings.add(
                            Betrays::HiddenPicture,
                            Carrier::Mpf,
                            place.place(),
                            label,
                            shown,
                        );
                    }
                }
            }
            0xB003 => add(Betrays::Device, "Unique IDs of the pictures", text::summary(value.data)),
            0xB004 => {
                add(Betrays::Device, "Number of pictures taken", whole.unwrap_or(0).to_string())
            }
            0xB101 => {
                add(Betrays::Device, "Number of this picture", whole.unwrap_or(0).to_string())
            }
            0xB201 => add(Betrays::Device, "Panorama", text::summary(value.data)),
            0xB202..=0xB20D => {
                add(Betrays::Device, "Viewpoint or rotation", text::summary(value.data));
            }
            _ => {}
        }
    }

    /// "gain map or undefined, 41 KB, 4012345 bytes after the index".
    fn picture(&self, entry: &[u8; 16]) -> String {
        let number = |at| self.endian.u32(entry, at).unwrap_or(0);
        let attributes = number(0);
        let kind = match attributes & 0x00FF_FFFF {
            0x0001_0001 => "thumbnail, VGA",
            0x0001_0002 => "thumbnail, full HD",
            0x0001_0003 => "thumbnail, 4K",
            0x0001_0004 => "thumbnail, 8K",
            0x0001_0005 => "thumbnail, 16K",
            0x0002_0001 => "panorama",
            0x0002_0002 => "for depth perception",
            0x0002_0003 => "from another angle",
            0x0003_0000 => "main picture",
            0x0004_0000 => "original, preserved",
            0x0005_0000 => "gain map",
            0 => "without a stated kind (gain map, depth or preview)",
            _ => "of unknown kind",
        };
        let depends = if attributes & 0x4000_0000 != 0 { ", depends on another" } else { "" };
        let (size, offset) = (u64::from(number(4)), number(8));
        let place = match offset {
            0 => String::from("first in the file"),
            offset => format!("{offset} bytes after the index"),
        };
        format!("{kind}{depends}, {}, {place}", text::size(size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn index() -> Vec<u8> {
        let mut data = b"MPF\0MM\0\x2A\0\0\0\x08\0\x02".to_vec();
        data.extend(b"\xB0\x01\0\x04\0\0\0\x01\0\0\0\x02");
        data.extend(b"\xB0\x02\0\x07\0\0\0\x20\0\0\0\x26");
        data.extend([0; 4]);
        data.extend(b"\0\x03\0\0\0\0\x10\0\0\0\0\0\0\0\0\0");
        data.extend(b"\0\0\0\0\0\0\x20\0\0\0\x12\x34\0\0\0\0");
        data
    }

    fn told(data: &[u8]) -> Vec<(String, String)> {
        let whole = Block { segment: "APP2", offset: 2, data, joined: None };
        let mut findings = Findings::new(&Limits::default());
        inspect(whole, whole, &mut findings);
        findings.into_list().0.into_iter().map(|f| (f.label, f.value)).collect()
    }

    #[test]
    fn pictures_are_listed() {
        let told = told(&index());
        assert_eq!(told[0].1, "2 pictures");
        assert_eq!(told[1].1, "main picture, 4096 bytes, first in the file");
        assert_eq!(
            told[2].1,
            "without a stated kind (gain map, depth or preview), 8192 bytes, 4660 bytes after the index"
        );
    }

    #[test]
    fn damaged_indexes_are_marks_too() {
        for end in 0..index().len() {
            assert!(!told(&index()[..end]).is_empty());
        }
    }
}
