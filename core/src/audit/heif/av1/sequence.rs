//! The sequence header of a still picture.

use super::bits::Bits;
use crate::audit::Rejection;
use crate::audit::heif::Stretch;

/// What it says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sequence {
    pub(super) profile: u8,
    pub(super) level: u8,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) large_superblocks: bool,
    pub(super) superres: bool,
    pub(super) cdef: bool,
    pub(super) restoration: bool,
    pub(super) grain: bool,
    pub(super) depth: u8,
    pub(super) planes: u8,
    /// Chroma has half the width, half the height.
    pub(super) halved: [bool; 2],
    pub(super) position: u8,
    pub(super) chroma_apart: bool,
    pub(super) code_points: [u16; 3],
    pub(super) full_range: bool,
}

/// The largest pictures of the levels: number, samples, width, height.
const LEVELS: [[u32; 4]; 7] = [
    [0, 147_456, 2_048, 1_152],
    [1, 278_784, 2_816, 1_584],
    [4, 665_856, 4_352, 2_448],
    [5, 1_065_024, 5_504, 3_096],
    [8, 2_359_296, 6_144, 3_456],
    [12, 8_912_896, 8_192, 4_352],
    [16, 35_651_584, 16_384, 8_704],
];
/// Of a picture that is too large for all of them.
const NO_LEVEL: u32 = 31;

/// Goes over the payload of a sequence header OBU.
pub(super) fn recognise(header: Stretch<'_>) -> Result<Sequence, Rejection> {
    let mut bits = Bits::of(header);
    let profile = bits.number(3)?;
    bits.demand(0b11, 2, "the reduced header of a still picture")?;
    let level = bits.number(5)?;
    let (long, high) = (bits.number(4)?, bits.number(4)?);
    let [width, height] = [side(&mut bits, long)?, side(&mut bits, high)?];
    let area = u64::from(width).wrapping_mul(u64::from(height));
    let fit = LEVELS.iter().find(|[_, samples, longest, highest]| {
        area <= u64::from(*samples) && width <= *longest && height <= *highest
    });
    let lowest = fit.map_or(NO_LEVEL, |[number, ..]| *number);
    bits.require(level == lowest, "the lowest level of this size")?;
    let large_superblocks = bits.flag()?;
    bits.number(2)?; // how blocks are predicted from their neighbours
    let [superres, cdef, restoration] = [bits.flag()?, bits.flag()?, bits.flag()?];

    let deep = bits.flag()?;
    let depth = if !deep {
        8
    } else if profile == 2 && bits.flag()? {
        12
    } else {
        10
    };
    let planes = if profile != 1 && bits.flag()? { 1 } else { 3 };
    let mut code_points = [2_u16; 3];
    if bits.flag()? {
        for code in &mut code_points {
            *code = u16::try_from(bits.number(8)?).unwrap_or(0);
        }
        bits.require(code_points != [2; 3], "code points that say something")?;
    }
    let mut sequence = Sequence {
        profile: u8::try_from(profile).unwrap_or(u8::MAX),
        level: u8::try_from(level).unwrap_or(u8::MAX),
        width,
        height,
        large_superblocks,
        superres,
        cdef,
        restoration,
        grain: false,
        depth,
        planes,
        halved: [true; 2],
        position: 0,
        chroma_apart: false,
        code_points,
        full_range: true,
    };
    if planes == 1 {
        sequence.full_range = bits.flag()?;
    } else {
        sequence.chroma(&mut bits)?;
    }
    let expected = match (depth, planes, sequence.halved) {
        (12, ..) => 2,
        (_, 1, _) | (_, _, [true, true]) => 0,
        (_, _, [false, _]) => 1,
        _ => 2,
    };
    bits.require(profile == expected, "the lowest profile of this coding")?;
    sequence.grain = bits.flag()?;
    bits.demand(1, 1, "the end of a sequence header")?;
    bits.align()?;
    bits.require(bits.rest().bytes.is_empty(), "the end of a sequence header")?;
    Ok(sequence)
}

impl Sequence {
    /// What `color_config` says of chroma.
    fn chroma(&mut self, bits: &mut Bits<'_>) -> Result<(), Rejection> {
        if self.code_points == [1, 13, 0] {
            self.halved = [false; 2];
        } else {
            self.full_range = bits.flag()?;
            self.halved = match (self.profile, self.depth) {
                (0, _) => [true; 2],
                (1, _) => [false; 2],
                (_, 12) => {
                    let across = bits.flag()?;
                    [across, across && bits.flag()?]
                }
                _ => [true, false],
            };
            let whole = self.halved == [false; 2];
            let [_, _, matrix] = self.code_points;
            bits.require(matrix != 0 || whole, "whole chroma next to the identity matrix")?;
            if self.halved == [true; 2] {
                let position = bits.number(2)?;
                bits.require(position < 3, "a position of chroma that is not reserved")?;
                self.position = u8::try_from(position).unwrap_or(0);
            }
        }
        self.chroma_apart = bits.flag()?;
        Ok(())
    }
}

/// A side of the picture, in as few bits as it takes.
fn side(bits: &mut Bits<'_>, width: u32) -> Result<u32, Rejection> {
    let less_one = bits.number(width.wrapping_add(1))?;
    let shortest = width == 0 || less_one.wrapping_shr(width) == 1;
    bits.require(shortest, "a size in as few bits as it takes")?;
    Ok(less_one.wrapping_add(1))
}
