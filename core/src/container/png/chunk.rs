//! A file, chunk by chunk: section 5.3.

use std::ops::Range;

use crate::bytes::{Endian, array_at, slice_at};
use crate::container::png::header::MOST;
use crate::container::png::write::SIGNATURE;
use crate::picture::png::inflate::Piece;

/// A chunk as it stands in the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chunk<'a> {
    /// Its name.
    pub(crate) kind: [u8; 4],
    /// Where its length field starts.
    pub(crate) start: usize,
    /// What it holds; less than its length says if the file ends before.
    pub(crate) payload: &'a [u8],
    /// Where its checksum ends, or the file.
    pub(crate) end: usize,
    /// True if it stands in the file as a whole.
    pub(crate) whole: bool,
}

/// Length field and name.
const HEAD: usize = 8;

impl<'a> Chunk<'a> {
    /// The chunk that starts at `start`; `None` if none does, since its name is not of four letters or
    /// its length is impossible.
    fn at(file: &'a [u8], start: usize) -> Option<Chunk<'a>> {
        let length = Endian::Big.u32(file, start)?;
        let kind = array_at::<4>(file, start.checked_add(4)?)?;
        if length > MOST || !kind.iter().all(u8::is_ascii_alphabetic) {
            return None;
        }
        let from = start.checked_add(HEAD)?;
        let length = usize::try_from(length).ok()?;
        match slice_at(file, from, length) {
            Some(payload) => {
                let end = from.checked_add(length)?.checked_add(4)?;
                let (end, whole) = (end.min(file.len()), end <= file.len());
                Some(Chunk { kind, start, payload, end, whole })
            }
            None => {
                let payload = file.get(from..)?;
                Some(Chunk { kind, start, payload, end: file.len(), whole: false })
            }
        }
    }

    /// Where what it holds starts.
    pub(crate) fn payload_at(&self) -> usize {
        self.start.saturating_add(HEAD)
    }

    /// True if its checksum is right: section 5.5. That of a chunk that is cut off is not known.
    pub(crate) fn is_sound(&self, file: &[u8]) -> bool {
        let (from, to) = (self.start.saturating_add(4), self.end.saturating_sub(4));
        self.whole && file.get(from..to).map(crc32fast::hash) == Endian::Big.u32(file, to)
    }

    /// True if a decoder must understand it: section 5.4.
    pub(crate) fn is_critical(&self) -> bool {
        self.kind.first().is_some_and(u8::is_ascii_uppercase)
    }
}

/// The chunks of a file or of a part of it, up to IEND or to what is no chunk.
#[derive(Debug, Clone)]
pub(crate) struct Chunks<'a> {
    file: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Chunks<'a> {
    /// All of them.
    pub(crate) fn of(file: &'a [u8]) -> Chunks<'a> {
        Chunks { file, at: SIGNATURE.len(), end: file.len() }
    }

    /// Where the next one starts, or what is no chunk.
    pub(crate) fn at(&self) -> usize {
        self.at
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Chunk<'a>;

    fn next(&mut self) -> Option<Chunk<'a>> {
        if self.at >= self.end {
            return None;
        }
        let chunk = Chunk::at(self.file, self.at)?;
        self.at = chunk.end;
        if &chunk.kind == b"IEND" {
            self.end = self.at;
        }
        Some(chunk)
    }
}

/// The zlib stream of a picture: the content of its IDAT or fdAT chunks, one after the other.
#[derive(Debug, Clone)]
pub(crate) struct Stream<'a> {
    chunks: Chunks<'a>,
    kind: [u8; 4],
    /// Bytes of a chunk that stand before the data: a sequence number.
    skip: usize,
}

impl<'a> Stream<'a> {
    /// That of the chunks of this kind that start in `range`.
    pub(crate) fn new(file: &'a [u8], range: Range<usize>, further: bool) -> Stream<'a> {
        let chunks = Chunks { file, at: range.start, end: range.end };
        let (kind, skip) = if further { (*b"fdAT", 4) } else { (*b"IDAT", 0) };
        Stream { chunks, kind, skip }
    }

    /// Where it starts and ends in the file, with the chunks around it.
    pub(crate) fn range(&self) -> Range<usize> {
        self.chunks.at..self.chunks.end
    }

    /// How many bytes it has.
    pub(crate) fn length(&self) -> u64 {
        self.clone().fold(0, |sum, (_, piece)| sum.saturating_add(piece.len() as u64))
    }
}

impl<'a> Iterator for Stream<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let kind = self.kind;
        let chunk = self.chunks.find(|chunk| chunk.kind == kind)?;
        let at = chunk.payload_at().saturating_add(self.skip);
        Some((at, chunk.payload.get(self.skip..).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(kind: &[u8; 4], payload: &[u8]) -> Vec<u8> {
        let body = [kind, payload].concat();
        let length = (payload.len() as u32).to_be_bytes();
        [&length[..], &body, &crc32fast::hash(&body).to_be_bytes()].concat()
    }

    #[test]
    fn chunks_are_told_up_to_the_end() {
        let parts = [&SIGNATURE[..], &chunk(b"IDAT", b"ab"), &chunk(b"fdAT", b"0123cd")];
        let file = [&parts.concat()[..], &chunk(b"IEND", b""), &chunk(b"tEXt", b"x")].concat();
        let all: Vec<_> = Chunks::of(&file).collect();
        assert_eq!(all.iter().map(|c| &c.kind).collect::<Vec<_>>(), [b"IDAT", b"fdAT", b"IEND"]);
        assert!(all.iter().all(|c| c.whole && c.is_sound(&file)));
        assert_eq!(all[1].payload_at(), 8 + 14 + 8);
        let further: Vec<_> = Stream::new(&file, 8..file.len(), true).collect();
        assert_eq!(further, [(34, &b"cd"[..])]);
        for end in 0..file.len() {
            let cut = &file[..end];
            assert!(Chunks::of(cut).all(|c| c.end <= end && (c.whole || !c.is_sound(cut))));
        }
        let mut broken = file.clone();
        broken[17] ^= 1;
        assert!(!Chunks::of(&broken).next().unwrap().is_sound(&broken));
    }

    #[test]
    fn what_is_no_chunk_ends_them() {
        for junk in [b"\0\0\0\x01ID T".as_slice(), b"\x80\0\0\0IDAT", b"\0\0\0"] {
            let file = [&SIGNATURE[..], junk].concat();
            assert_eq!(Chunks::of(&file).count(), 0);
        }
    }
}
