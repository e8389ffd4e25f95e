//! Recognises the canonical WebP, in the order in which it stands in the file, and its coded data to
//! the last bit: RFC 9649, RFC 6386.

mod bits;
mod bools;
mod codes;
mod frame;
mod header;
mod lossless;
mod lossy;

use crate::Method;
use crate::audit::Rejection;
use crate::audit::cursor::Cursor;
use crate::profile::{self, ProfileClass};

/// Accepts `file` if it is exactly a WebP that Unmarked writes, by `method` if one is named.
pub(crate) fn recognise(file: &[u8], method: Option<Method>) -> Result<(), Rejection> {
    let mut cursor = Cursor::new(file);
    cursor.require(
        matches!(method, None | Some(Method::Strip)),
        "another format: only Strip writes WebP",
    )?;
    cursor.demand(b"RIFF", "the start of a RIFF")?;
    let size = frame::four_bytes(&mut cursor, "the size of the RIFF")?;
    let whole = u64::from(size).checked_add(8) == Some(file.len() as u64);
    cursor.require(whole && size % 2 == 0, "the size of the file, which is even")?;
    cursor.demand(b"WEBP", "the start of a WebP")?;
    if cursor.sees(b"VP8X") {
        extended(&mut cursor)?;
    } else {
        let pixels = frame::pixels(&mut cursor)?;
        cursor
            .require(pixels.simple, "the extended format where there is a chunk of transparency")?;
    }
    cursor.require(cursor.rest().is_empty(), "nothing after the last chunk")
}

/// The extended format: RFC 9649, section 2.7.
fn extended(cursor: &mut Cursor<'_>) -> Result<(), Rejection> {
    let mut head = frame::chunk(cursor, b"VP8X")?;
    let flags = head.byte("flags")?;
    head.demand(&[0; 3], "reserved bits that are zero")?;
    let width = frame::three_bytes(&mut head, "the width")?.saturating_add(1);
    let height = frame::three_bytes(&mut head, "the height")?.saturating_add(1);
    head.require(head.rest().is_empty(), "nothing behind the size of the picture")?;

    let has_profile = cursor.sees(b"ICCP");
    if has_profile {
        let profile = frame::chunk(cursor, b"ICCP")?;
        // one that means sRGB is left out, and pixels are never grey alone
        let known = ProfileClass::ALL.iter().any(|class| {
            !matches!(class, ProfileClass::AndroidSrgb | ProfileClass::GreyGamma22)
                && profile::constant(*class) == profile.rest()
        });
        profile.require(known, "one of the constant profiles")?;
    }
    let animated = cursor.sees(b"ANIM");
    let (mut alpha, simple);
    if animated {
        let mut control = frame::chunk(cursor, b"ANIM")?;
        control.demand(&[0; 4], "a background that is transparent")?;
        control.take(2, "how often the animation runs")?;
        control.require(control.rest().is_empty(), "nothing behind how often it runs")?;
        simple = false;
        let first = frame::animated(cursor, width, height)?;
        let mut bare = !first.covers || first.clears;
        alpha = first.alpha;
        while cursor.sees(b"ANMF") {
            let frame = frame::animated(cursor, width, height)?;
            bare |= frame.clears;
            alpha |= frame.alpha;
        }
        // where no frame is, the file may say that the background shows
        alpha |= bare && flags & 0x10 != 0;
    } else {
        let pixels = frame::pixels(cursor)?;
        let fits = pixels.width == width && pixels.height == height;
        cursor.require(fits, "a picture of the size that the header tells")?;
        (alpha, simple) = (pixels.alpha, pixels.simple);
    }
    let turned = cursor.sees(b"EXIF");
    if turned {
        let mut exif = frame::chunk(cursor, b"EXIF")?;
        let start = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0";
        exif.demand(start, "a block that holds the orientation alone")?;
        let value = exif.byte("an orientation")?;
        exif.require((2..=8).contains(&value), "an orientation from 2 to 8")?;
        exif.demand(&[0; 6], "the end of the orientation block")?;
        exif.require(exif.rest().is_empty(), "nothing behind the orientation")?;
    }
    let expected = [(has_profile, 0x20), (alpha, 0x10), (turned, 0x08), (animated, 0x02)];
    let expected = expected.iter().filter(|(set, _)| *set).fold(0, |all, (_, bit)| all | bit);
    head.require(flags == expected, "the flags of what there is")?;
    head.require(
        has_profile || turned || animated || !simple,
        "the simple format where it says all",
    )
}
