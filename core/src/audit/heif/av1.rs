//! Recognises `av1C` and the OBUs of one still picture: AV1 Bitstream & Decoding Process
//! Specification, AV1 Codec ISO Media File Format Binding.
//!
//! Of headers every bit is accounted for. Of a tile it can tell that its last byte is not zero:
//! what its bytes code is not decoded.

mod bits;
mod frame;
mod sequence;

use super::{Shown, Stretch};
use crate::audit::Rejection;
use bits::Bits;
use frame::Tiles;

/// Accepts what follows the header of an `av1C` and the payload of its item if Unmarked writes them
/// so, to the last bit that it can account for.
pub(super) fn recognise(
    configuration: Stretch<'_>,
    payload: Stretch<'_>,
) -> Result<Shown, Rejection> {
    // type 1, with a size and without an extension
    let (header, rest) = obu(payload, 0x0A)?;
    let sequence = sequence::recognise(header)?;
    let [across, down] = sequence.halved.map(u8::from);
    let expected = [
        0x81,
        sequence.profile << 5 | sequence.level,
        u8::from(sequence.depth > 8) << 6
            | u8::from(sequence.depth > 10) << 5
            | u8::from(sequence.planes == 1) << 4
            | across << 3
            | down << 2
            | sequence.position,
        0,
    ];
    let differs = configuration.bytes.iter().zip(&expected).position(|(a, b)| a != b);
    if let Some(offset) = differs {
        return configuration.reject(offset, "a configuration that says what the picture says");
    }
    if configuration.bytes.len() != expected.len() {
        return configuration.reject(expected.len(), "the end of the configuration");
    }
    // type 6
    let (frame, rest) = obu(rest, 0x32)?;
    if !rest.bytes.is_empty() {
        return rest.reject(0, "the end of the picture");
    }
    let mut bits = Bits::of(frame);
    let tiles = frame::recognise(&mut bits, &sequence)?;
    go_over(tiles, bits.rest())?;
    Ok(Shown {
        size: (sequence.width, sequence.height),
        depths: (sequence.depth, sequence.depth),
        monochrome: sequence.planes == 1,
        code_points: sequence.code_points,
        full_range: sequence.full_range,
    })
}

/// The payload of the OBU with this header byte, which has to stand here, and what follows.
fn obu(stretch: Stretch<'_>, header: u8) -> Result<(Stretch<'_>, Stretch<'_>), Rejection> {
    let mut bytes = stretch.bytes.iter();
    if bytes.next() != Some(&header) {
        return stretch.reject(0, "an OBU of the expected type");
    }
    let mut size = 0_u64;
    let mut scale = 1_u64;
    let mut told = 1_usize;
    loop {
        let Some(byte) = bytes.next() else { return stretch.reject(told, "the size of an OBU") };
        size = size.wrapping_add(u64::from(byte & 0x7F).wrapping_mul(scale));
        told = told.saturating_add(1);
        if *byte < 0x80 {
            if *byte == 0 && scale > 1 {
                return stretch.reject(1, "a size in as few bytes as it takes");
            }
            break;
        }
        scale = scale.wrapping_mul(128);
        if told > 5 {
            return stretch.reject(1, "a size in as few bytes as it takes");
        }
    }
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    split(stretch, told, size)
}

/// The `size` bytes behind the first `told`, and what follows.
fn split(
    stretch: Stretch<'_>,
    told: usize,
    size: usize,
) -> Result<(Stretch<'_>, Stretch<'_>), Rejection> {
    let rest = stretch.bytes.get(told..).unwrap_or_default();
    let Some((inside, behind)) = rest.split_at_checked(size) else {
        return stretch.reject(told, "as many bytes as the size says");
    };
    let at = stretch.at.saturating_add(told);
    Ok((
        Stretch { bytes: inside, at },
        Stretch { bytes: behind, at: at.saturating_add(inside.len()) },
    ))
}

/// Goes over the tiles: the size of each but the last one, in as few bytes as the largest takes.
fn go_over(tiles: Tiles, data: Stretch<'_>) -> Result<(), Rejection> {
    let mut rest = data;
    let mut largest = 0_u64;
    for _ in 1..tiles.count {
        let Some(size) = rest.bytes.get(..tiles.size_bytes) else {
            return rest.reject(0, "the size of a tile");
        };
        let mut bytes = [0; 8];
        for (byte, told) in bytes.iter_mut().zip(size) {
            *byte = *told;
        }
        let less_one = u64::from_le_bytes(bytes);
        largest = largest.max(less_one);
        let size = usize::try_from(less_one).unwrap_or(usize::MAX).saturating_add(1);
        let (tile, behind) = split(rest, tiles.size_bytes, size)?;
        ends(tile)?;
        rest = behind;
    }
    let needed = match largest {
        0..0x100 => 1,
        0x100..0x1_0000 => 2,
        0x1_0000..0x100_0000 => 3,
        _ => 4,
    };
    if tiles.size_bytes > 0 && tiles.size_bytes != needed {
        return data.reject(0, "sizes of tiles in as few bytes as they take");
    }
    ends(rest)
}

/// Asks that a tile ends with a byte that is not zero.
fn ends(tile: Stretch<'_>) -> Result<(), Rejection> {
    match tile.bytes.last() {
        Some(0) => tile.reject(tile.bytes.len().saturating_sub(1), "no zeros behind a tile"),
        Some(_) => Ok(()),
        None => tile.reject(0, "a tile"),
    }
}
