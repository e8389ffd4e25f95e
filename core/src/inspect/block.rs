//! Bytes that know where in the file they stand.

use crate::bytes::{array_at, slice_at};
use crate::inspect::{Findings, Place};

/// A run of bytes of the photo, and its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block<'a> {
    /// The segment that holds the bytes.
    pub(crate) segment: &'a str,
    /// Where they start, from the start of the file.
    pub(crate) offset: u64,
    /// The bytes.
    pub(crate) data: &'a [u8],
    /// Set where the bytes were put together from several segments: how long these are in the
    /// file. What stands in such a block is told with the place of all of it.
    pub(crate) joined: Option<u64>,
}

impl<'a> Block<'a> {
    /// The place of all bytes of the block.
    pub(crate) fn place(&self) -> Place {
        let length = self.joined.unwrap_or(self.data.len() as u64);
        Place { segment: self.segment.into(), offset: self.offset, length }
    }

    /// Where the byte at `at` stands in the file.
    fn offset_of(&self, at: usize) -> u64 {
        if self.joined.is_some() { self.offset } else { self.offset.saturating_add(at as u64) }
    }

    /// `len` bytes from `at`, if the block holds them.
    pub(crate) fn part(&self, at: usize, len: usize) -> Option<Block<'a>> {
        let data = slice_at(self.data, at, len)?;
        Some(Block { data, offset: self.offset_of(at), ..*self })
    }

    /// Everything from `at` on; empty past the end.
    pub(crate) fn from(&self, at: usize) -> Block<'a> {
        let at = at.min(self.data.len());
        let data = self.data.get(at..).unwrap_or_default();
        Block { data, offset: self.offset_of(at), ..*self }
    }

    /// Everything before `at`.
    pub(crate) fn before(&self, at: usize) -> Block<'a> {
        Block { data: self.data.get(..at).unwrap_or(self.data), ..*self }
    }

    /// `N` bytes from `at`.
    pub(crate) fn array<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        array_at(self.data, at)
    }
}

/// Takes the small JPEGs that are found on the way, and tells what they say in turn.
pub(crate) type Pictures<'p> = &'p mut dyn FnMut(Block<'_>, &mut Findings);

/// The first place at or after `from` where `needle` stands in `data`.
pub(crate) fn find(data: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    memchr::memmem::find(data.get(from..)?, needle)?.checked_add(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_keep_their_place() {
        let block = Block { segment: "APP1", offset: 100, data: b"0123456789", joined: None };
        let part = block.part(2, 3).unwrap();
        assert_eq!((part.offset, part.data), (102, &b"234"[..]));
        assert_eq!((part.from(1).offset, part.from(1).data), (103, &b"34"[..]));
        assert!(block.part(8, 3).is_none() && block.part(usize::MAX, 2).is_none());
        assert!(block.from(99).data.is_empty());
        assert_eq!(block.before(3).data, b"012");
        let joined = Block { joined: Some(50), ..block };
        let place = joined.part(2, 3).unwrap().place();
        assert_eq!((place.offset, place.length), (100, 50));
    }

    #[test]
    fn needles_are_found() {
        assert_eq!(find(b"aaab", b"ab", 0), Some(2));
        assert_eq!(find(b"abab", b"ab", 1), Some(2));
        assert_eq!(find(b"abab", b"ac", 0), None);
        assert_eq!(find(b"a", b"a", 5), None);
    }
}
