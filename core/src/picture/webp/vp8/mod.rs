//! A key frame of VP8: RFC 6386.
//!
//! The first partition (header and modes) is written again: fields that change no pixel become
//! constant, probabilities that nothing uses are not told. The partitions of tokens are copied up to
//! the last byte that their decoder needs.

mod header;
mod modes;
#[cfg(test)]
mod tests;
mod tokens;

use self::header::Header;
use self::modes::Modes;
use self::tokens::Tokens;
use super::Coded;
use super::bools::{BoolWriter, Bools};
use super::partition::Partition;
use crate::Error;

/// A key frame in its canonical form.
#[derive(Debug)]
pub(crate) struct Lossy<'a> {
    pub(crate) width: u16,
    pub(crate) height: u16,
    /// The version of the coding: 0 to 3.
    version: u8,
    first: Vec<u8>,
    partitions: Vec<Partition<'a>>,
    /// Where bytes stand that no decoder needs: from the start of the coded data, and how many.
    pub(crate) spare: Vec<(usize, usize)>,
}

/// Bytes before the first partition: section 9.1.
const HEAD: usize = 10;

/// The signature of a key frame.
const START: [u8; 3] = [0x9D, 0x01, 0x2A];

/// What a decoder may not need at the end of a partition, and encoders write nevertheless, in bytes.
const FLUSH: usize = 2;

/// What is wrong with a partition that bools cannot be coded as.
const NO_NUMBER: &str = "a partition of the picture is no number that codes bools";

/// Width and height of the key frame that `data` starts with, if it does.
pub(crate) fn size(data: &[u8]) -> Option<(u16, u16)> {
    let head = data.first_chunk::<HEAD>()?;
    let [_, _, _, s0, s1, s2, w0, w1, h0, h1] = *head;
    // the two bits above are a hint for scaling, which nobody follows
    let size = |low, high| u16::from_le_bytes([low, high]) & 0x3FFF;
    ([s0, s1, s2] == START).then(|| (size(w0, w1), size(h0, h1)))
}

/// Goes over a key frame.
pub(crate) fn walk(coded: Coded<'_>) -> Result<Lossy<'_>, Error> {
    let data = coded.data;
    let Some([t0, t1, t2, ..]) = data.first_chunk::<HEAD>() else { return Err(coded.cut_off()) };
    let (width, height) =
        size(data).ok_or_else(|| coded.damaged(3, "the start of a key frame is missing"))?;
    if t0 & 1 != 0 {
        return Err(coded.damaged(0, "the picture is no key frame"));
    }
    let version = t0 >> 1 & 7;
    if version > 3 {
        return Err(coded.damaged(0, "the picture has a version that VP8 lacks"));
    }
    if t0 & 0x10 == 0 {
        return Err(coded.damaged(0, "the picture is not to be shown"));
    }
    if width == 0 || height == 0 {
        return Err(coded.damaged(6, "the picture has no size"));
    }
    let tag = u32::from_le_bytes([*t0, *t1, *t2, 0]);
    let length = (tag >> 5) as usize;
    let Some(rest) = data.get(HEAD..) else { return Err(coded.cut_off()) };
    let Some((first, rest)) = rest.split_at_checked(length) else { return Err(coded.cut_off()) };

    let mut bools = Bools::new(first);
    let mut header = Header::read(&mut bools);
    if bools.is_past_end() {
        return Err(coded.damaged(HEAD, "the header of the picture ends early"));
    }
    let (across, down) = (usize::from(width).div_ceil(16), usize::from(height).div_ceil(16));
    let start = bools.clone();
    let modes = Modes::read(&mut bools, &header, across, down)
        .ok_or_else(|| coded.damaged(HEAD, "the modes of the picture end early"))?;
    if bools.is_past_range() {
        return Err(coded.damaged(HEAD, NO_NUMBER));
    }
    let first_end = bools.stop().position.saturating_add(8).div_ceil(8);

    let sources = split(rest, header.partitions).ok_or_else(|| coded.cut_off())?;
    let mut readers: Vec<Bools<'_>> = sources.iter().map(|source| Bools::new(source)).collect();
    let mut tokens = Tokens::new(header.tokens, across);
    for (row, row_modes) in modes.rows().enumerate() {
        let index = row & (header.partitions - 1);
        let Some(reader) = readers.get_mut(index) else { return Err(coded.cut_off()) };
        tokens.row(reader, row_modes);
        if reader.is_past_end() {
            let inner = index + 1 < sources.len() && sources.last().is_some_and(|s| !s.is_empty());
            let at = HEAD + length;
            return Err(match inner {
                true => coded.damaged(at, "a partition of the picture ends early"),
                false => coded.cut_off(),
            });
        }
    }
    let base = HEAD + length;
    let mut spare = Vec::new();
    note_spare(&mut spare, HEAD, first.len(), first_end);
    let mut at = base + 3 * (header.partitions - 1);
    let mut partitions = Vec::with_capacity(sources.len());
    for (source, reader) in sources.iter().zip(readers) {
        if reader.is_past_range() {
            return Err(coded.damaged(at, NO_NUMBER));
        }
        let partition =
            Partition::new(source, reader.stop()).ok_or_else(|| coded.damaged(at, NO_NUMBER))?;
        note_spare(&mut spare, at, source.len(), partition.len());
        partitions.push(partition);
        at += source.len();
    }

    header.reduce(&modes, &tokens);
    let mut writer = BoolWriter::with_capacity(first.len() + 16);
    header.write(&mut writer);
    // decoders that read on as bytes come want one that the header does not take: libwebp
    let least = writer.bytes() + 1;
    modes::copy(start, &header, across, down, &mut writer);
    let first = writer.finish(least);
    if first.len() >= 1 << 19 {
        return Err(coded.damaged(HEAD, "the modes of the picture take too much room"));
    }
    Ok(Lossy { width, height, version, first, partitions, spare })
}

/// Notes bytes that a partition of `length` bytes has beyond `needed`, and what encoders write
/// anyway.
fn note_spare(spare: &mut Vec<(usize, usize)>, at: usize, length: usize, needed: usize) {
    if length > needed + FLUSH {
        spare.push((at + needed, length - needed));
    }
}

/// The partitions of tokens: section 9.5. The last one takes what is left.
fn split(data: &[u8], count: usize) -> Option<Vec<&[u8]>> {
    let (sizes, mut rest) = data.split_at_checked(3 * (count - 1))?;
    let mut partitions = Vec::with_capacity(count);
    for size in sizes.as_chunks::<3>().0 {
        let size = u32::from_le_bytes([size[0], size[1], size[2], 0]) as usize;
        let (partition, behind) = rest.split_at(size.min(rest.len()));
        partitions.push(partition);
        rest = behind;
    }
    partitions.push(rest);
    Some(partitions)
}

impl Lossy<'_> {
    /// Its length in bytes.
    pub(crate) fn len(&self) -> usize {
        let sizes = 3 * self.partitions.len().saturating_sub(1);
        let partitions: usize = self.partitions.iter().map(Partition::len).sum();
        HEAD + self.first.len() + sizes + partitions
    }

    /// Hands its bytes to `push`, in their order.
    pub(crate) fn write<E>(&self, mut push: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        // a key frame, to be shown
        let tag = u32::from(self.version) << 1 | 0x10 | (self.first.len() as u32) << 5;
        let [t0, t1, t2, _] = tag.to_le_bytes();
        push(&[t0, t1, t2])?;
        push(&START)?;
        push(&self.width.to_le_bytes())?;
        push(&self.height.to_le_bytes())?;
        push(&self.first)?;
        let (_, sized) = self.partitions.split_last().unwrap_or((&Partition::EMPTY, &[]));
        for partition in sized {
            let [s0, s1, s2, _] = (partition.len() as u32).to_le_bytes();
            push(&[s0, s1, s2])?;
        }
        self.partitions.iter().try_for_each(|partition| partition.write(&mut push))
    }
}
