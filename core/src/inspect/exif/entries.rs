//! Where the fields of an Exif block stand, and whether the block is fit to be decoded.
//!
//! kamadak-exif decodes values but neither tells where most of them stand nor bounds how often the
//! same bytes are decoded: directories that overlap, or thousands of fields that share one long
//! value, would cost memory by the square of the block's size. This pass finds both out in one go.

use std::collections::{HashMap, HashSet};

use exif::{Context, In, Tag};

use crate::bytes::{Endian, slice_at, u8_at};

/// One field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// Where the value stands, from the start of the TIFF header.
    pub(super) at: usize,
    /// How long it is, in bytes; 0 for types that are not known.
    pub(super) length: usize,
}

/// The fields of a block.
#[derive(Debug)]
pub(super) struct Entries {
    pub(super) endian: Endian,
    /// By directory (0 for the picture, 1 for the thumbnail, …) and tag; the first of each counts.
    fields: HashMap<(u16, Tag), Entry>,
    /// Fields whose values lie outside the block, and directories that are cut off.
    pub(super) broken: usize,
}

/// Why a block is not fit to be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    NoHeader,
    Overlapping,
}

const EXIF: Tag = Tag(Context::Tiff, 0x8769);
const GPS: Tag = Tag(Context::Tiff, 0x8825);
const INTEROP: Tag = Tag(Context::Exif, 0xA005);

/// The most directories in the chain that starts at the header (kamadak-exif reads as many).
const CHAIN: u16 = 8;

impl Entries {
    /// Reads all directories of the TIFF structure `tiff`.
    pub(super) fn read(tiff: &[u8]) -> Result<Entries, Unfit> {
        let endian = match tiff.get(..4).ok_or(Unfit::NoHeader)? {
            b"II\x2A\0" => Endian::Little,
            b"MM\0\x2A" => Endian::Big,
            _ => return Err(Unfit::NoHeader),
        };
        let entries = Entries { endian, fields: HashMap::new(), broken: 0 };
        let mut reader = Reader {
            tiff,
            entries,
            seen: HashSet::new(),
            value_budget: tiff.len().saturating_mul(4),
            entry_budget: tiff.len() / 12,
        };
        let mut next = offset(endian, tiff, 4);
        for directory in 0..CHAIN {
            let Some(at) = next.filter(|at| *at != 0) else { break };
            next = reader.directory(at, Context::Tiff, directory)?;
        }
        Ok(reader.entries)
    }

    /// The first field with `tag` in `directory`.
    pub(super) fn get(&self, directory: In, tag: Tag) -> Option<Entry> {
        self.fields.get(&(directory.index(), tag)).copied()
    }
}

struct Reader<'a> {
    tiff: &'a [u8],
    entries: Entries,
    seen: HashSet<usize>,
    value_budget: usize,
    entry_budget: usize,
}

impl Reader<'_> {
    /// Reads the directory at `start`; gives the offset of the next one.
    fn directory(
        &mut self,
        start: usize,
        context: Context,
        directory: u16,
    ) -> Result<Option<usize>, Unfit> {
        let endian = self.entries.endian;
        let Some(count) = endian.u16(self.tiff, start) else {
            self.broken();
            return Ok(None);
        };
        if !self.seen.insert(start) {
            self.broken();
            return Ok(None);
        }
        let mut at = start.saturating_add(2);
        for _ in 0..count {
            let Some(raw) = slice_at(self.tiff, at, 12) else {
                self.broken();
                return Ok(None);
            };
            self.entry_budget = self.entry_budget.checked_sub(1).ok_or(Unfit::Overlapping)?;
            self.entry(raw, at, context, directory)?;
            at = at.saturating_add(12);
        }
        Ok(offset(endian, self.tiff, at))
    }

    fn entry(
        &mut self,
        raw: &[u8],
        at: usize,
        context: Context,
        directory: u16,
    ) -> Result<(), Unfit> {
        let endian = self.entries.endian;
        let (Some(number), Some(kind), Some(count)) =
            (endian.u16(raw, 0), endian.u16(raw, 2), endian.u32(raw, 4))
        else {
            return Ok(());
        };
        let tag = Tag(context, number);
        let length = unit(kind).saturating_mul(usize::try_from(count).unwrap_or(usize::MAX));
        let inline = at.saturating_add(8);
        let at = if length <= 4 { Some(inline) } else { offset(endian, raw, 8) };
        let Some(at) = at.filter(|at| slice_at(self.tiff, *at, length).is_some()) else {
            self.broken();
            return Ok(());
        };
        self.value_budget = self.value_budget.checked_sub(length).ok_or(Unfit::Overlapping)?;
        let child = match tag {
            EXIF => Some(Context::Exif),
            GPS => Some(Context::Gps),
            INTEROP => Some(Context::Interop),
            _ => None,
        };
        if let Some(context) = child {
            let pointer = match kind {
                1 => u8_at(self.tiff, at).map(usize::from),
                3 => endian.u16(self.tiff, at).map(usize::from),
                _ => offset(endian, self.tiff, at),
            };
            if let Some(start) = pointer {
                self.directory(start, context, directory)?;
            }
            return Ok(());
        }
        self.entries.fields.entry((directory, tag)).or_insert(Entry { at, length });
        Ok(())
    }

    fn broken(&mut self) {
        self.entries.broken = self.entries.broken.saturating_add(1);
    }
}

fn offset(endian: Endian, data: &[u8], at: usize) -> Option<usize> {
    usize::try_from(endian.u32(data, at)?).ok()
}

/// Bytes of one value of a TIFF type: TIFF 6.0, section 2; Exif 3.0 adds UTF-8 (129).
fn unit(kind: u16) -> usize {
    match kind {
        1 | 2 | 6 | 7 | 129 => 1,
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 => 8,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_fields_with_one_long_value_are_unfit() {
        let mut tiff = b"MM\0\x2A\0\0\0\x08".to_vec();
        let fields: u16 = 1_000;
        tiff.extend(fields.to_be_bytes());
        for i in 0..fields {
            tiff.extend(i.to_be_bytes());
            tiff.extend([0, 2]);
            tiff.extend(10_000u32.to_be_bytes());
            tiff.extend(0u32.to_be_bytes());
        }
        tiff.extend([0; 4]);
        assert_eq!(Entries::read(&tiff).err(), Some(Unfit::Overlapping));
    }

    #[test]
    fn overlapping_directories_are_unfit() {
        // Exif pointers, each to another offset inside the same run of entries
        let mut tiff = b"MM\0\x2A\0\0\0\x08".to_vec();
        let fields: u16 = 500;
        tiff.extend(fields.to_be_bytes());
        for i in 0..u32::from(fields) {
            tiff.extend([0x87, 0x69, 0, 4, 0, 0, 0, 1]);
            tiff.extend((10 + i * 12).to_be_bytes());
        }
        tiff.extend([0; 4]);
        assert_eq!(Entries::read(&tiff).err(), Some(Unfit::Overlapping));
    }

    #[test]
    fn circles_end() {
        let mut tiff = b"MM\0\x2A\0\0\0\x08\0\x01".to_vec();
        tiff.extend([0x87, 0x69, 0, 4, 0, 0, 0, 1, 0, 0, 0, 8]);
        tiff.extend([0, 0, 0, 8]);
        let entries = Entries::read(&tiff).unwrap();
        assert_eq!((entries.fields.len(), entries.broken), (0, 2));
    }
}
