//! How many frames an animation has, without decoding them.

use crate::bytes::{Endian, slice_at, u8_at};

/// The chunks `ANMF` of a WebP: RFC 9649, section 2.7.1.1.
pub(super) fn of_webp(photo: &[u8]) -> u32 {
    let mut frames = 0u32;
    let mut at = 12usize;
    while let (Some(name), Some(length)) =
        (slice_at(photo, at, 4), Endian::Little.u32(photo, at + 4))
    {
        frames = frames.saturating_add(u32::from(name == b"ANMF"));
        let padded =
            usize::try_from(length).ok().and_then(|length| length.checked_next_multiple_of(2));
        match padded.and_then(|length| at.checked_add(8)?.checked_add(length)) {
            // chunks of chunks would be a step too far, and the end of the address space too
            Some(next) if next < photo.len() => at = next,
            _ => break,
        }
    }
    frames
}

/// The image descriptors of a GIF: version 89a, section 20.
pub(super) fn of_gif(photo: &[u8]) -> u32 {
    count_gif(photo).0
}

/// The frames up to where the blocks end or are damaged, and that place.
fn count_gif(photo: &[u8]) -> (u32, usize) {
    let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3usize << ((flags & 7) + 1) };
    let mut frames = 0u32;
    let mut at = 13 + u8_at(photo, 10).map_or(0, table);
    loop {
        let blocks = match u8_at(photo, at) {
            Some(0x21) => at + 2,
            Some(0x2C) => {
                let Some(flags) = u8_at(photo, at + 9) else { return (frames, at) };
                frames = frames.saturating_add(1);
                at + 11 + table(flags)
            }
            _ => return (frames, at),
        };
        at = blocks;
        loop {
            match u8_at(photo, at) {
                Some(0) => break,
                // a block is at most 255 bytes long, and all of them are in the file
                Some(length) => at += 1 + usize::from(length),
                None => return (frames, at),
            }
        }
        at += 1;
    }
}
