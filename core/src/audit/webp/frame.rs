//! Chunks, and the pixels in them.

use crate::audit::Rejection;
use crate::audit::cursor::Cursor;
use crate::audit::webp::{lossless, lossy};

/// What a still picture, or a frame, is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pixels {
    pub(super) width: u32,
    pub(super) height: u32,
    /// True if something lets the background through.
    pub(super) alpha: bool,
    /// True if the simple format can hold it.
    pub(super) simple: bool,
}

/// Three bytes, the lowest first.
pub(super) fn three_bytes(cursor: &mut Cursor<'_>, what: &'static str) -> Result<u32, Rejection> {
    match cursor.take(3, what)? {
        [a, b, c] => Ok(u32::from_le_bytes([*a, *b, *c, 0])),
        _ => cursor.reject(what),
    }
}

/// Four bytes, the lowest first.
pub(super) fn four_bytes(cursor: &mut Cursor<'_>, what: &'static str) -> Result<u32, Rejection> {
    match cursor.take(4, what)? {
        [a, b, c, d] => Ok(u32::from_le_bytes([*a, *b, *c, *d])),
        _ => cursor.reject(what),
    }
}

/// Goes over the chunk of this name and its padding; what is inside is for the caller.
pub(super) fn chunk<'a>(cursor: &mut Cursor<'a>, name: &[u8; 4]) -> Result<Cursor<'a>, Rejection> {
    cursor.demand(name, "the next chunk")?;
    let size = four_bytes(cursor, "the size of a chunk")?;
    let Ok(size) = usize::try_from(size) else { return cursor.reject("a chunk in the file") };
    let mut inside = cursor.clone();
    inside.limit(size, "a whole chunk")?;
    cursor.take(size, "a whole chunk")?;
    if size % 2 == 1 {
        cursor.demand(&[0], "padding that is zero")?;
    }
    Ok(inside)
}

/// What of a frame the whole animation is judged by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    /// True if something in it lets the background through.
    pub(super) alpha: bool,
    /// True if it is as large as the picture.
    pub(super) covers: bool,
    /// True if its place is cleared afterwards.
    pub(super) clears: bool,
}

/// A frame of an animation of this size.
pub(super) fn animated(
    cursor: &mut Cursor<'_>,
    width: u32,
    height: u32,
) -> Result<Frame, Rejection> {
    let mut frame = chunk(cursor, b"ANMF")?;
    let half_x = three_bytes(&mut frame, "the place of a frame")?;
    let half_y = three_bytes(&mut frame, "the place of a frame")?;
    let told_width = three_bytes(&mut frame, "the width of a frame")?.saturating_add(1);
    let told_height = three_bytes(&mut frame, "the height of a frame")?.saturating_add(1);
    three_bytes(&mut frame, "the duration of a frame")?;
    let flags = frame.byte("the flags of a frame")?;
    frame.require(flags < 4, "reserved bits that are zero")?;
    let pixels = pixels(&mut frame)?;
    let fits = pixels.width == told_width && pixels.height == told_height;
    frame.require(fits, "pixels of the size that the frame tells")?;
    let right = half_x.saturating_mul(2).saturating_add(told_width);
    let bottom = half_y.saturating_mul(2).saturating_add(told_height);
    frame.require(right <= width && bottom <= height, "a frame inside the picture")?;
    frame.require(frame.rest().is_empty(), "nothing behind the pixels of a frame")?;
    let covers = told_width == width && told_height == height;
    Ok(Frame { alpha: pixels.alpha, covers, clears: flags & 1 == 1 })
}

/// The chunks of a picture.
pub(super) fn pixels(cursor: &mut Cursor<'_>) -> Result<Pixels, Rejection> {
    if cursor.sees(b"VP8L") {
        let mut inside = chunk(cursor, b"VP8L")?;
        return lossless::picture(&mut inside);
    }
    let alpha = if cursor.sees(b"ALPH") { Some(chunk(cursor, b"ALPH")?) } else { None };
    let mut inside = chunk(cursor, b"VP8 ")?;
    let (width, height) = lossy::picture(&mut inside)?;
    if let Some(mut alpha) = alpha.clone() {
        let head = alpha.byte("how transparency is coded")?;
        match head & !0b1100 {
            0 => {
                let samples = usize::try_from(width.saturating_mul(height)).unwrap_or(usize::MAX);
                alpha.take(samples, "a sample for each pixel")?;
            }
            1 => lossless::data(&mut alpha, width, height)?,
            _ => return alpha.reject("a coding of transparency, and nothing in its other bits"),
        }
        alpha.require(alpha.rest().is_empty(), "nothing behind the transparency")?;
    }
    Ok(Pixels { width, height, alpha: alpha.is_some(), simple: alpha.is_none() })
}
