//! The blocks of a GIF, one after the other: GIF89a, sections 17 to 27.

use crate::bytes::{Endian, array_at, u8_at};

/// Signature, version and logical screen descriptor: GIF89a, sections 17 and 18.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    /// True for version 87a.
    pub(crate) old: bool,
    /// Width and height of the logical screen.
    pub(crate) screen: (u16, u16),
    /// Flags and the size of the global colour table.
    pub(crate) packed: u8,
    /// The index of the background colour.
    pub(crate) background: u8,
    /// The aspect ratio of the pixels, coded.
    pub(crate) aspect: u8,
}

/// The length of the header.
pub(crate) const HEADER: usize = 13;

impl Header {
    /// The header of `file`; `None` if it is cut off or not that of a GIF.
    pub(crate) fn read(file: &[u8]) -> Option<Header> {
        let old = match file.get(..6)? {
            b"GIF87a" => true,
            b"GIF89a" => false,
            _ => return None,
        };
        let [packed, background, aspect] = array_at(file, 10)?;
        let screen = (Endian::Little.u16(file, 6)?, Endian::Little.u16(file, 8)?);
        Some(Header { old, screen, packed, background, aspect })
    }

    /// How long the global colour table is, in bytes; 0 if there is none.
    pub(crate) fn table(&self) -> usize {
        table_length(self.packed)
    }
}

/// An image descriptor: GIF89a, section 20.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Descriptor {
    /// The corner at the left and top.
    pub(crate) corner: (u16, u16),
    /// Width and height.
    pub(crate) size: (u16, u16),
    /// Flags and the size of the local colour table.
    pub(crate) packed: u8,
}

/// The bit of a descriptor that says that rows are interlaced.
pub(crate) const INTERLACED: u8 = 0x40;

/// The bit of a header or a descriptor that says that a colour table follows.
pub(crate) const HAS_TABLE: u8 = 0x80;

impl Descriptor {
    /// How many pixels the image has.
    pub(crate) fn pixels(&self) -> u64 {
        u64::from(self.size.0).saturating_mul(self.size.1.into())
    }

    pub(crate) fn has_table(&self) -> bool {
        self.packed & HAS_TABLE != 0
    }
}

/// How long a colour table is, in bytes, by the flags in front of it; 0 if there is none.
fn table_length(packed: u8) -> usize {
    if packed & HAS_TABLE == 0 { 0 } else { 3usize << ((packed & 7).saturating_add(1)) }
}

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind<'a> {
    /// An extension: its label, and its sub-blocks with their lengths and the terminator.
    Extension { label: u8, data: &'a [u8] },
    /// An image, with its local colour table, the code size, and its sub-blocks.
    Image { descriptor: Descriptor, table: &'a [u8], code_size: u8, data: &'a [u8] },
    /// The end of the file.
    Trailer,
    /// Bytes that belong to no block. Zeros are passed over, as doubled terminators, and before the
    /// first image everything up to what can start a block. Behind an image every browser takes the
    /// file for ended with anything but zeros, so these go on to its end.
    Gap,
}

/// One block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block<'a> {
    pub(crate) kind: Kind<'a>,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// True if the file ends before the block does.
    pub(crate) cut: bool,
}

/// Goes over the blocks behind the global colour table, up to the trailer.
#[derive(Debug, Clone)]
pub(crate) struct Blocks<'a> {
    file: &'a [u8],
    at: usize,
    shown: bool,
    ended: bool,
}

/// The blocks of `file`, whose header is `header`.
pub(crate) fn blocks<'a>(file: &'a [u8], header: &Header) -> Blocks<'a> {
    let at = HEADER.saturating_add(header.table());
    Blocks { file, at, shown: false, ended: false }
}

impl<'a> Iterator for Blocks<'a> {
    type Item = Block<'a>;

    fn next(&mut self) -> Option<Block<'a>> {
        let start = self.at;
        let first = u8_at(self.file, start).filter(|_| !self.ended)?;
        let block = match first {
            0x21 => self.extension(start),
            0x2C => self.image(start),
            0x3B => {
                let end = start.saturating_add(1);
                Some(Block { kind: Kind::Trailer, start, end, cut: false })
            }
            _ => self.gap(start),
        };
        // what is cut off before it says what it is, is as good as unknown bytes
        let end = self.file.len();
        let block = block.unwrap_or(Block { kind: Kind::Gap, start, end, cut: true });
        self.at = block.end;
        self.shown |= matches!(block.kind, Kind::Image { .. });
        self.ended = block.kind == Kind::Trailer;
        Some(block)
    }
}

impl<'a> Blocks<'a> {
    fn gap(&self, start: usize) -> Option<Block<'a>> {
        let rest = self.file.get(start..)?;
        let length = if self.shown {
            rest.iter().position(|byte| *byte != 0)
        } else {
            rest.iter().position(|byte| matches!(byte, 0x21 | 0x2C | 0x3B))
        };
        let end = start.saturating_add(length.unwrap_or(rest.len()));
        (end > start).then_some(Block { kind: Kind::Gap, start, end, cut: false })
    }

    fn extension(&self, start: usize) -> Option<Block<'a>> {
        let label = u8_at(self.file, start.checked_add(1)?)?;
        let (data, cut) = sub_blocks_at(self.file, start.checked_add(2)?)?;
        let end = start.checked_add(2)?.checked_add(data.len())?;
        Some(Block { kind: Kind::Extension { label, data }, start, end, cut })
    }

    fn image(&self, start: usize) -> Option<Block<'a>> {
        let field = |at: usize| Endian::Little.u16(self.file, start.checked_add(at)?);
        let packed = u8_at(self.file, start.checked_add(9)?)?;
        let descriptor =
            Descriptor { corner: (field(1)?, field(3)?), size: (field(5)?, field(7)?), packed };
        let table_at = start.checked_add(10)?;
        let code_size_at = table_at.checked_add(table_length(packed))?;
        let table = self.file.get(table_at..code_size_at)?;
        let code_size = u8_at(self.file, code_size_at)?;
        let data_at = code_size_at.checked_add(1)?;
        let (data, cut) = sub_blocks_at(self.file, data_at)?;
        let end = data_at.checked_add(data.len())?;
        Some(Block { kind: Kind::Image { descriptor, table, code_size, data }, start, end, cut })
    }
}

/// The sub-blocks that start at `at`, with their terminator, and whether they are cut off.
fn sub_blocks_at(file: &[u8], at: usize) -> Option<(&[u8], bool)> {
    let rest = file.get(at..)?;
    let mut end = 0usize;
    loop {
        let length = usize::from(match rest.get(end) {
            Some(0) => return Some((rest.get(..=end)?, false)),
            Some(length) => *length,
            None => return Some((rest, true)),
        });
        end = end.checked_add(length)?.checked_add(1)?;
    }
}

/// The content of the sub-blocks in `data`, one after the other, as far as it goes.
#[derive(Debug, Clone)]
pub(crate) struct SubBlocks<'a>(&'a [u8]);

/// See [`SubBlocks`].
pub(crate) fn sub_blocks(data: &[u8]) -> SubBlocks<'_> {
    SubBlocks(data)
}

impl<'a> Iterator for SubBlocks<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first().filter(|(length, _)| **length != 0)?;
        let (content, rest) = rest.split_at_checked((*length).into()).unwrap_or((rest, &[]));
        self.0 = rest;
        Some(content)
    }
}

/// What is left of the content of the sub-blocks `data` behind its first `count` bytes.
pub(crate) fn content_behind(data: &[u8], count: u64) -> impl Iterator<Item = &[u8]> {
    let mut skip = count;
    sub_blocks(data).filter_map(move |content| {
        let now = skip.min(content.len() as u64);
        skip = skip.saturating_sub(now);
        content.get(usize::try_from(now).ok()?..).filter(|rest| !rest.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] = b"GIF89a\x02\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF\
        !\xFE\x02hi\0\0\0,\0\0\0\0\x02\0\x01\0\0\x02\x02\x44\x0A\0;after";

    #[test]
    fn blocks_follow_each_other() {
        let header = Header::read(FILE).unwrap();
        assert_eq!((header.screen, header.table(), header.old), ((2, 1), 6, false));
        let list: Vec<Block<'_>> = blocks(FILE, &header).collect();
        assert_eq!(list.len(), 4);
        assert_eq!(list[0].kind, Kind::Extension { label: 0xFE, data: b"\x02hi\0" });
        assert_eq!(list[1].kind, Kind::Gap);
        let Kind::Image { descriptor, code_size, data, .. } = list[2].kind else { panic!() };
        assert_eq!((descriptor.pixels(), code_size, data), (2, 2, &b"\x02\x44\x0A\0"[..]));
        assert_eq!((list[3].kind, list[3].end), (Kind::Trailer, FILE.len() - 5));
        assert!(list.windows(2).all(|pair| pair[0].end == pair[1].start));
    }

    #[test]
    fn cut_files_end_in_a_cut_block() {
        for end in 19..FILE.len() - 6 {
            let header = Header::read(FILE).unwrap();
            let list: Vec<Block<'_>> = blocks(&FILE[..end], &header).collect();
            assert!(list.last().is_none_or(|last| last.end == end), "{end}");
        }
        assert_eq!(sub_blocks(b"\x02ab\x05cd").collect::<Vec<_>>(), [&b"ab"[..], b"cd"]);
        for (count, rest) in [(0, &b"abcd"[..]), (1, b"bcd"), (2, b"cd"), (3, b"d"), (9, b"")] {
            assert_eq!(content_behind(b"\x02ab\x02cd\0", count).collect::<Vec<_>>().concat(), rest);
        }
    }
}
