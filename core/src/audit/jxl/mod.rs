//! Recognises the canonical JPEG XL, bit by bit up to the sections of its frames: ISO/IEC 18181-1.
//!
//! Sections are entropy-coded and not looked into, but for the start of one: a frame that takes patches
//! from others (annex I.3) says there from which. That is decoded by jxl-coding, which the container
//! does not use.

mod bits;
mod colour;
mod frame;
mod header;
mod patches;
mod shown;

use crate::Method;
use crate::audit::Rejection;
use bits::Bits;

/// More frames than any picture has.
const MOST_FRAMES: usize = 1 << 20;

/// Accepts `file` if it is exactly a JPEG XL that Unmarked writes, by `method` if one is named.
pub(crate) fn recognise(file: &[u8], method: Option<Method>) -> Result<(), Rejection> {
    let mut bits = Bits::new(file);
    bits.require(method.is_none_or(|m| m == Method::Strip), "a format that the method writes")?;
    bits.demand(16, 0x0AFF, "the start of a codestream")?;
    let header = header::recognise(&mut bits)?;
    bits.pad()?;
    let mut frames = Vec::new();
    loop {
        bits.require(frames.len() < MOST_FRAMES, "fewer frames")?;
        let frame = frame::recognise(&mut bits, &header)?;
        let last = frame.last;
        frames.push(frame);
        if last {
            break;
        }
    }
    bits.end()?;
    shown::check(&bits, &frames)?;
    let enlarged = |factor: u32| frames.iter().any(|frame| frame.enlarged.contains(&factor));
    let used = header.weights.iter().all(|factor| header.shifted || enlarged(*factor));
    bits.require(used, "no weights that no frame uses")
}
