//! Takes a WebP apart: the chunks of its RIFF, and those inside the frames of an animation.

use crate::bytes::{Endian, array_at};

/// Bytes before the first chunk: "RIFF", a size, "WEBP".
const HEAD: usize = 12;

/// Bytes before the chunks inside a frame of an animation.
pub(crate) const FRAME_HEAD: usize = 16;

/// A chunk: RFC 9649, section 2.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Chunk {
    pub(crate) name: [u8; 4],
    /// Where it starts.
    pub(crate) start: usize,
    /// Where its payload ends, as far as the file goes.
    pub(crate) end: usize,
    /// True if the file, or the frame around it, ends before its payload.
    pub(crate) cut: bool,
}

impl Chunk {
    /// Where its payload starts.
    pub(crate) fn payload_start(&self) -> usize {
        self.start.saturating_add(8)
    }
}

/// Where a part of the file stands, and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// A chunk of the file.
    Chunk(Chunk),
    /// A chunk inside the frame before it.
    Inner(Chunk),
    /// The byte that makes the length of a chunk even, if it is not zero.
    Padding(usize),
    /// Bytes that are no whole chunk.
    Gap(usize, usize),
    /// Bytes after the end of the RIFF.
    Trailer(usize, usize),
}

/// A WebP taken apart.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    pub(crate) data: &'a [u8],
    pub(crate) parts: Vec<Part>,
    /// The size that the RIFF tells: without its own eight bytes.
    pub(crate) size: u32,
    /// Set where there are more parts than this.
    pub(crate) too_many: Option<usize>,
}

impl<'a> Walk<'a> {
    /// The payload of a chunk, as far as the file has it.
    pub(crate) fn payload(&self, chunk: &Chunk) -> &'a [u8] {
        self.data.get(chunk.payload_start()..chunk.end).unwrap_or_default()
    }

    /// True if there is less of the file than its RIFF says: by more than the padding of its last
    /// chunk.
    pub(crate) fn is_cut(&self) -> bool {
        u64::from(self.size).saturating_add(7) > self.data.len() as u64
    }
}

/// Takes `data` apart, which starts with "RIFF", into `limit` parts at most.
pub(crate) fn walk(data: &[u8], limit: usize) -> Walk<'_> {
    let size = Endian::Little.u32(data, 4).unwrap_or(0);
    let told = usize::try_from(u64::from(size).saturating_add(8)).unwrap_or(usize::MAX);
    let end = told.clamp(HEAD.min(data.len()), data.len());
    let mut parts = Parts { data, limit, list: Vec::new(), too_many: false };
    // a chunk that starts in the RIFF may end behind it
    let at = parts.chunks(HEAD, end, data.len(), Part::Chunk);
    if at < data.len() {
        parts.push(Part::Trailer(at, data.len()));
    }
    let too_many = parts.too_many.then_some(limit);
    Walk { data, parts: parts.list, size, too_many }
}

struct Parts<'a> {
    data: &'a [u8],
    limit: usize,
    list: Vec<Part>,
    too_many: bool,
}

impl Parts<'_> {
    fn push(&mut self, part: Part) {
        if self.list.len() < self.limit {
            self.list.push(part);
        } else {
            self.too_many = true;
        }
    }

    /// Takes the chunks apart that start from `at` on and before `end`; none goes past `last`. Gives
    /// where they end.
    fn chunks(&mut self, mut at: usize, end: usize, last: usize, part: fn(Chunk) -> Part) -> usize {
        while at < end && !self.too_many {
            let head = array_at::<4>(self.data, at)
                .zip(Endian::Little.u32(self.data, at.saturating_add(4)))
                .filter(|_| at.saturating_add(8) <= last);
            let Some((name, size)) = head else {
                self.push(Part::Gap(at, end));
                return end;
            };
            let start = at;
            let payload = start.saturating_add(8);
            let told = usize::try_from(size).unwrap_or(usize::MAX);
            let told = payload.saturating_add(told);
            let chunk = Chunk { name, start, end: told.min(last), cut: told > last };
            let outer = matches!(part(chunk), Part::Chunk(_));
            self.push(part(chunk));
            if outer && &name == b"ANMF" {
                let inner = payload.saturating_add(FRAME_HEAD).min(chunk.end);
                self.chunks(inner, chunk.end, chunk.end, Part::Inner);
            }
            at = chunk.end;
            // the last one may lack its padding
            if size & 1 == 1 && at < last {
                if self.data.get(at) != Some(&0) {
                    self.push(Part::Padding(at));
                }
                at = at.saturating_add(1);
            }
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(name: &[u8; 4], payload: &[u8]) -> Vec<u8> {
        let mut out = name.to_vec();
        out.extend((payload.len() as u32).to_le_bytes());
        out.extend(payload);
        out.resize(out.len().next_multiple_of(2), 0);
        out
    }

    fn file(chunks: &[Vec<u8>]) -> Vec<u8> {
        let body = chunks.concat();
        let mut out = b"RIFF".to_vec();
        out.extend((body.len() as u32 + 4).to_le_bytes());
        out.extend(b"WEBP");
        out.extend(body);
        out
    }

    #[test]
    fn every_byte_is_in_a_part() {
        let frame = [&[0; 16][..], &chunk(b"VP8L", b"abc"), &chunk(b"XXXX", b"de"), b"gap"];
        let mut data = file(&[chunk(b"EXIF", b"x"), chunk(b"ANMF", &frame.concat())]);
        data.extend(b"tail");
        let parts = walk(&data, 99).parts;
        let names: Vec<String> = parts
            .iter()
            .map(|part| match part {
                Part::Chunk(chunk) => String::from_utf8_lossy(&chunk.name).into(),
                Part::Inner(chunk) => format!("in {}", String::from_utf8_lossy(&chunk.name)),
                Part::Gap(from, to) => format!("gap of {}", to - from),
                Part::Padding(_) => "padding".into(),
                Part::Trailer(from, to) => format!("trailer of {}", to - from),
            })
            .collect();
        let expected = ["EXIF", "ANMF", "in VP8L", "in XXXX", "gap of 3", "trailer of 4"];
        assert_eq!(names, expected);
    }

    #[test]
    fn sizes_never_lead_out_of_the_file() {
        let whole = file(&[chunk(b"VP8X", &[0; 10]), chunk(b"VP8 ", &[1; 21])]);
        for end in 0..whole.len() {
            for size in [0, 1, 7, 8, 0x7FFF_FFFF, u32::MAX] {
                for at in [4, 16, 34] {
                    let mut data = whole[..end].to_vec();
                    if let Some(place) = data.get_mut(at..at + 4) {
                        place.copy_from_slice(&size.to_le_bytes());
                    }
                    let walk = walk(&data, 99);
                    for part in &walk.parts {
                        let (Part::Chunk(chunk) | Part::Inner(chunk)) = part else { continue };
                        assert!(chunk.end <= data.len() && chunk.start < data.len());
                    }
                }
            }
        }
        assert_eq!(walk(&whole, 1).too_many, Some(1));
    }
}
