//! The one canonical form. `audit` recognises exactly this, by its own means.
//!
//! Signature and version 89a (87a only where some browsers make the screen as large as the first
//! image for that: version 87a, and a first image that does not fill the screen exactly). Logical
//! screen descriptor: width, height, colour resolution 8 bits, not sorted, no aspect ratio; the
//! background colour only where a viewer shows it, else 0. The global colour table, if an image needs
//! it or the background is shown. In an animation how often it runs, as NETSCAPE2.0, if it was told.
//! Then for each image: a graphic control extension, in an animation always, in a still only if a
//! colour is transparent, and then without delay and disposal; image descriptor, not sorted; local
//! colour table, if it has one; code size; codes in sub-blocks of 255 bytes, the last one shorter.
//! Trailer.
//!
//! Colour tables have the smallest power of two of entries that holds what is used, and never more
//! than before; entries that nobody sees are black. A transparent colour that no pixel has is the
//! lowest index that no pixel has. Codes: as `lzw` says, of a size that all viewers read alike
//! (`constants::gif::LEAST_CODE_SIZE`); the bits behind the end code are 0.

use zeroize::Zeroizing;

use super::block::{HAS_TABLE, HEADER, INTERLACED, sub_blocks};
use super::lzw;
use super::read::{Control, Frame, Picture};
use super::table::Needed;
use crate::Error;
use crate::memory::Memory;

/// The longest sub-block.
const LONGEST: usize = 255;

/// Writes `picture` in the canonical form. It fails only for want of memory.
pub(crate) fn write(picture: &Picture<'_>) -> Result<Memory, Error> {
    let animation = picture.is_animation();
    let head = header(picture);
    let mut total = head.len().saturating_add(1);
    for frame in &picture.frames {
        let head = frame_head(frame, animation).len();
        total = total.saturating_add(head).saturating_add(framed(frame.stream.bits)?);
    }
    let mut out = Memory::with_capacity(total)?;
    out.push(&head)?;
    for frame in &picture.frames {
        out.push(&frame_head(frame, animation))?;
        push_codes(&mut out, frame)?;
    }
    out.push(b";")?;
    Ok(out)
}

/// How long a stream of so many `bits` is in sub-blocks with their terminator, in bytes.
fn framed(bits: u64) -> Result<usize, Error> {
    let bytes = usize::try_from(bits.div_ceil(8)).map_err(|_| Error::Memory)?;
    Ok(bytes.saturating_add(bytes.div_ceil(LONGEST)).saturating_add(1))
}

/// Everything before the first image.
fn header(picture: &Picture<'_>) -> Vec<u8> {
    let old = picture.header.old && !picture.first_fills_screen();
    let mut out = Vec::with_capacity(HEADER.saturating_add(picture.table.len()));
    out.extend(if old { b"GIF87a" } else { b"GIF89a" });
    out.extend(picture.header.screen.0.to_le_bytes());
    out.extend(picture.header.screen.1.to_le_bytes());

    let background = picture.shows_background().then_some(picture.header.background);
    let global = |frame: &&Frame<'_>| frame.table.is_empty();
    let needs_table = background.is_some() || picture.frames.iter().any(|frame| global(&frame));
    let table = if needs_table { picture.table } else { &[] };
    let mut needed = Needed::default();
    background.iter().for_each(|index| needed.colour(*index));
    for frame in picture.frames.iter().filter(global) {
        needed.frame(&frame.stream.used, transparent(frame));
    }
    let flags = 0x70 | if table.is_empty() { 0 } else { HAS_TABLE | needed.size(table) };
    out.extend([flags, background.unwrap_or(0), 0]);
    out.extend(needed.entries(table).flatten());
    if let Some(count) = picture.loops.filter(|_| picture.is_animation()) {
        out.extend(b"!\xFF\x0BNETSCAPE2.0\x03\x01");
        out.extend(count.to_le_bytes());
        out.push(0);
    }
    out
}

/// The transparent colour of a frame: if no pixel has it, the lowest that no pixel has.
fn transparent(frame: &Frame<'_>) -> Option<u8> {
    let index = frame.control.transparent()?;
    let used = &frame.stream.used;
    if used.contains(index) { Some(index) } else { used.lowest_free() }
}

/// Everything of an image before its codes.
fn frame_head(frame: &Frame<'_>, animation: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(19usize.saturating_add(frame.table.len()));
    let transparent = transparent(frame);
    if animation || transparent.is_some() {
        let Control { delay, .. } = frame.control;
        let (disposal, delay) = if animation { (frame.control.disposal(), delay) } else { (0, 0) };
        out.extend([0x21, 0xF9, 4, disposal << 2 | u8::from(transparent.is_some())]);
        out.extend(delay.to_le_bytes());
        out.extend([transparent.unwrap_or(0), 0]);
    }
    let descriptor = &frame.descriptor;
    out.push(b',');
    for number in [descriptor.corner.0, descriptor.corner.1, descriptor.size.0, descriptor.size.1] {
        out.extend(number.to_le_bytes());
    }
    let mut needed = Needed::default();
    needed.frame(&frame.stream.used, transparent);
    let table = if frame.table.is_empty() { 0 } else { HAS_TABLE | needed.size(frame.table) };
    out.push(descriptor.packed & INTERLACED | table);
    out.extend(needed.entries(frame.table).flatten());
    out.push(frame.code_size);
    out
}

/// Appends the codes of an image in sub-blocks.
fn push_codes(out: &mut Memory, frame: &Frame<'_>) -> Result<(), Error> {
    let mut framer = Framer::new(out);
    match frame.stream.copied {
        Some(bits) => {
            framer.copy(frame.data, bits)?;
            for (code, width) in frame.stream.tail.into_iter().flatten() {
                framer.code(code, width)?;
            }
        }
        None => {
            let mut done = Ok(());
            lzw::codes(frame.data, frame.code_size, frame.descriptor.pixels(), |code, width| {
                if done.is_ok() {
                    done = framer.code(code, width);
                }
            });
            done?;
        }
    }
    framer.finish()
}

/// Puts codes into sub-blocks.
struct Framer<'m> {
    out: &'m mut Memory,
    /// A sub-block with its length in front.
    block: Zeroizing<[u8; LONGEST + 1]>,
    filled: usize,
    window: u32,
    held: u32,
}

impl<'m> Framer<'m> {
    fn new(out: &'m mut Memory) -> Framer<'m> {
        let block = Zeroizing::new([0; LONGEST + 1]);
        Framer { out, block, filled: 0, window: 0, held: 0 }
    }

    /// The first `bits` of the content of the sub-blocks `data`.
    fn copy(&mut self, data: &[u8], bits: u64) -> Result<(), Error> {
        let mut left = bits;
        for content in sub_blocks(data) {
            let whole = usize::try_from(left / 8).unwrap_or(usize::MAX).min(content.len());
            let (copied, rest) = content.split_at_checked(whole).unwrap_or((content, &[]));
            self.bytes(copied)?;
            left = left.saturating_sub((whole as u64).saturating_mul(8));
            if left < 8
                && let Some(last) = rest.first().filter(|_| left > 0)
            {
                let mask = (1u16 << left).wrapping_sub(1);
                return self.code(u16::from(*last) & mask, left as u32);
            }
            if left == 0 {
                break;
            }
        }
        Ok(())
    }

    fn bytes(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        while !bytes.is_empty() {
            let room = LONGEST.saturating_sub(self.filled).min(bytes.len());
            let (now, rest) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
            let start = self.filled.saturating_add(1);
            let end = start.saturating_add(now.len());
            if let Some(place) = self.block.get_mut(start..end) {
                place.copy_from_slice(now);
            }
            self.filled = self.filled.saturating_add(now.len());
            bytes = rest;
            if self.filled == LONGEST {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn code(&mut self, code: u16, width: u32) -> Result<(), Error> {
        self.window |= u32::from(code) << self.held;
        self.held = self.held.saturating_add(width);
        while self.held >= 8 {
            self.bytes(&[self.window as u8])?;
            self.window >>= 8;
            self.held = self.held.saturating_sub(8);
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Error> {
        if let Some(length) = self.block.first_mut() {
            *length = self.filled as u8;
        }
        if self.filled > 0 {
            let end = self.filled.saturating_add(1);
            self.out.push(self.block.get(..end).unwrap_or_default())?;
        }
        self.filled = 0;
        Ok(())
    }

    fn finish(mut self) -> Result<(), Error> {
        if self.held > 0 {
            self.bytes(&[self.window as u8])?;
        }
        self.flush()?;
        self.out.push(&[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;
    use crate::container::gif::read;

    fn cleaned(file: &[u8]) -> Vec<u8> {
        write(&read(file, &Limits::default()).unwrap()).unwrap().to_vec()
    }

    #[test]
    fn a_still_keeps_its_picture_alone() {
        let file = b"GIF87a\x02\0\x01\0\x91\x03\x31\
            \0\0\0\x10\x20\x30\x77\x77\x77\x66\x66\x66\
            !\xFE\x02hi\0!\xFF\x0BNETSCAPE2.0\x03\x01\x05\0\0!\xF9\x04\xEA\x09\0\x02\0\
            ,\0\0\0\0\x02\0\x01\0\x20\x02\x01\x4C\x01\x0A\x03abc\0;after";
        // clear, 1, 1, end
        let expected = b"GIF89a\x02\0\x01\0\xF0\0\0\0\0\0\x10\x20\x30\
            ,\0\0\0\0\x02\0\x01\0\0\x02\x02\x4C\x0A\0;";
        assert_eq!(cleaned(file), expected);
        assert_eq!(cleaned(expected), expected);
    }

    #[test]
    fn sub_blocks_are_full() {
        let mut out = Memory::with_capacity(2_000).unwrap();
        let data: Vec<u8> = (0..600u32).flat_map(|n| [1, n as u8]).chain([0]).collect();
        let mut framer = Framer::new(&mut out);
        framer.copy(&data, 600 * 8 - 3).unwrap();
        framer.code(5, 3).unwrap();
        framer.finish().unwrap();
        assert_eq!(out.len(), framed(600 * 8).unwrap());
        let content: Vec<u8> = sub_blocks(&out).flatten().copied().collect();
        assert_eq!(content.len(), 600);
        assert_eq!(content[..599], (0..599u32).map(|n| n as u8).collect::<Vec<_>>());
        assert_eq!(content[599], 5 << 5 | (599u32 as u8 & 0x1F));
        assert_eq!((out[0], out[256], out[512]), (255, 255, 90));
    }
}
