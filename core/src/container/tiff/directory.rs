//! Image file directories: TIFF 6.0, section 2, and BigTIFF.

use crate::bytes::{Endian, array_at, slice_at, u8_at};

/// A file with the structure of a TIFF.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tiff<'a> {
    /// The whole file.
    pub(crate) data: &'a [u8],
    /// The order of its bytes.
    pub(crate) endian: Endian,
    /// True for BigTIFF: offsets and counts of 64 bits.
    pub(crate) big: bool,
}

/// One directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Directory {
    /// Where it stands.
    pub(crate) at: usize,
    /// How many entries of it the file holds.
    pub(crate) entries: usize,
    /// How many entries it says that it has.
    pub(crate) claimed: u64,
    /// Where it ends, with the offset of the next one.
    pub(crate) end: usize,
    /// Where the next one stands; 0 if there is none, `None` if the file ends before that is told.
    pub(crate) next: Option<u64>,
}

/// One entry of a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Where the entry stands.
    pub(crate) at: usize,
    pub(crate) tag: u16,
    /// The type of its values.
    pub(crate) kind: u16,
    /// How many values there are.
    pub(crate) count: u64,
    /// Where they stand, in the entry or elsewhere.
    pub(crate) value: u64,
    /// How long they are, in bytes; 0 if the type is not known.
    pub(crate) length: u64,
}

impl<'a> Tiff<'a> {
    /// The file, and where its first directory stands; `None` if it has no header of a TIFF. Those
    /// of Olympus ("RO", "RS") and Panasonic (0x55) count: but for them these are TIFFs.
    pub(crate) fn open(data: &'a [u8]) -> Option<(Tiff<'a>, u64)> {
        let endian = match array_at(data, 0)? {
            [b'I', b'I'] => Endian::Little,
            [b'M', b'M'] => Endian::Big,
            _ => return None,
        };
        let tiff = |big| Tiff { data, endian, big };
        match endian.u16(data, 2)? {
            0x2A | 0x55 | 0x4F52 | 0x5352 => Some((tiff(false), endian.u32(data, 4)?.into())),
            0x2B if endian.u16(data, 4)? == 8 && endian.u16(data, 6)? == 0 => {
                Some((tiff(true), endian.u64(data, 8)?))
            }
            _ => None,
        }
    }

    /// The directory at `at`; `None` if not even its number of entries is in the file.
    pub(crate) fn directory(&self, at: u64) -> Option<Directory> {
        let at = usize::try_from(at).ok()?;
        let (claimed, head) = if self.big {
            (self.endian.u64(self.data, at)?, 8)
        } else {
            (self.endian.u16(self.data, at)?.into(), 2)
        };
        let start = at.checked_add(head)?;
        let held = self.data.len().checked_sub(start)?.checked_div(self.entry_size())?;
        let entries = usize::try_from(claimed).unwrap_or(usize::MAX).min(held);
        let end = start.checked_add(entries.checked_mul(self.entry_size())?)?;
        let next = (entries as u64 == claimed).then(|| self.offset(end)).flatten();
        let end = if next.is_some() { end.checked_add(self.offset_size())? } else { end };
        Some(Directory { at, entries, claimed, end, next })
    }

    /// The entries of `directory` that the file holds.
    pub(crate) fn entries(&self, directory: Directory) -> impl Iterator<Item = Entry> + use<'a> {
        let (tiff, head, step) = (*self, if self.big { 8 } else { 2 }, self.entry_size());
        let first = directory.at.saturating_add(head);
        (0..directory.entries)
            .filter_map(move |index| tiff.entry(first.checked_add(index.checked_mul(step)?)?))
    }

    fn entry(&self, at: usize) -> Option<Entry> {
        let tag = self.endian.u16(self.data, at)?;
        let kind = self.endian.u16(self.data, at.checked_add(2)?)?;
        let count_at = at.checked_add(4)?;
        let (count, value_at) = if self.big {
            (self.endian.u64(self.data, count_at)?, at.checked_add(12)?)
        } else {
            (self.endian.u32(self.data, count_at)?.into(), at.checked_add(8)?)
        };
        let length = unit(kind).saturating_mul(count);
        let value = if length <= self.offset_size() as u64 {
            value_at as u64
        } else {
            self.offset(value_at)?
        };
        Some(Entry { at, tag, kind, count, value, length })
    }

    /// The bytes of the values of `entry`, if all of them are in the file.
    pub(crate) fn bytes(&self, entry: &Entry) -> Option<&'a [u8]> {
        let (at, length) =
            (usize::try_from(entry.value).ok()?, usize::try_from(entry.length).ok()?);
        slice_at(self.data, at, length)
    }

    /// The value with `index` of `entry`, if it is a whole number.
    pub(crate) fn number(&self, entry: &Entry, index: u64) -> Option<u64> {
        if index >= entry.count {
            return None;
        }
        let at = entry.value.checked_add(index.checked_mul(unit(entry.kind))?)?;
        let at = usize::try_from(at).ok()?;
        match entry.kind {
            1 | 6 | 7 => u8_at(self.data, at).map(u64::from),
            3 => self.endian.u16(self.data, at).map(u64::from),
            4 | 13 => self.endian.u32(self.data, at).map(u64::from),
            16 | 18 => self.endian.u64(self.data, at),
            _ => None,
        }
    }

    fn offset(&self, at: usize) -> Option<u64> {
        if self.big {
            self.endian.u64(self.data, at)
        } else {
            self.endian.u32(self.data, at).map(u64::from)
        }
    }

    fn entry_size(&self) -> usize {
        if self.big { 20 } else { 12 }
    }

    fn offset_size(&self) -> usize {
        if self.big { 8 } else { 4 }
    }
}

impl Entry {
    /// Bytes of one value; 0 if the type is not known.
    pub(crate) fn unit(&self) -> u64 {
        unit(self.kind)
    }
}

/// Bytes of one value of a type: TIFF 6.0, section 2, BigTIFF's 16 to 18, Exif 3.0's 129.
fn unit(kind: u16) -> u64 {
    match kind {
        1 | 2 | 6 | 7 | 129 => 1,
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16 | 17 | 18 => 8,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_in_both_sizes_and_orders() {
        let small = b"MM\0\x2a\0\0\0\x08\0\x01\x01\0\0\x03\0\0\0\x01\0\x07\0\0\0\0\0\0";
        let large = b"II\x2b\0\x08\0\0\0\x10\0\0\0\0\0\0\0\
            \x01\0\0\0\0\0\0\0\0\x01\x10\0\x01\0\0\0\0\0\0\0\x07\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
        for data in [&small[..], large] {
            let (tiff, first) = Tiff::open(data).unwrap();
            let directory = tiff.directory(first).unwrap();
            assert_eq!(
                (directory.entries, directory.next, directory.end),
                (1, Some(0), data.len())
            );
            let entry = tiff.entries(directory).next().unwrap();
            assert_eq!((entry.tag, tiff.number(&entry, 0)), (tag_width(), Some(7)));
            assert_eq!(tiff.number(&entry, 1), None);
            for end in 0..data.len() {
                let cut = Tiff::open(&data[..end]).and_then(|(t, first)| t.directory(first));
                assert!(cut.is_none_or(|directory| directory.next.is_none()), "{end}");
            }
        }
    }

    fn tag_width() -> u16 {
        crate::container::tiff::tag::IMAGE_WIDTH
    }

    #[test]
    fn values_past_the_end_are_none() {
        let data =
            b"II\x2a\0\x08\0\0\0\x01\0\x0e\x01\x02\0\xff\xff\xff\xff\xf0\xff\xff\xff\0\0\0\0";
        let (tiff, first) = Tiff::open(data).unwrap();
        let entry = tiff.entries(tiff.directory(first).unwrap()).next().unwrap();
        assert_eq!((entry.length, tiff.bytes(&entry)), (u64::from(u32::MAX), None));
        assert!(tiff.directory(u64::MAX).is_none());
    }
}
