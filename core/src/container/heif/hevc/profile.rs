//! Profile, tier and level: ITU-T H.265, sections 7.3.3, A.3 and A.4. They follow from what the
//! parameter sets say, so that nothing else can be said there.

use super::super::bits::BitWriter;
use super::pps::Pps;
use super::sps::Sps;

/// What a decoder has to be able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Profile {
    /// 2 for Main 10, 3 for Main Still Picture, 4 for the range extensions.
    number: u8,
    /// Of the range extensions: limits that are kept, from `general_max_12bit_constraint_flag` on.
    limits: [bool; 6],
    /// Thirty times the level.
    level: u8,
}

/// Thirty times the level, the most luma samples, and the most columns and rows of tiles: tables A.8
/// and A.9.
const LEVELS: [(u8, u32, usize, usize); 9] = [
    (30, 36_864, 1, 1),
    (60, 122_880, 1, 1),
    (63, 245_760, 1, 1),
    (90, 552_960, 2, 2),
    (93, 983_040, 3, 3),
    (120, 2_228_224, 5, 5),
    (150, 8_912_896, 10, 11),
    (180, 35_651_584, 20, 22),
    (255, u32::MAX, usize::MAX, usize::MAX),
];

impl Profile {
    pub(super) fn of(sps: &Sps, pps: &Pps) -> Profile {
        let [luma, chroma] = sps.depths;
        let depth = if sps.chroma == 0 { luma } else { luma.max(chroma) };
        let number = match depth {
            _ if sps.is_extended() || pps.is_extended() => 4,
            0 => 3,
            _ => 2,
        };
        let limits =
            [depth <= 4, depth <= 2, depth == 0, sps.chroma <= 2, sps.chroma <= 1, sps.chroma == 0];
        let (columns, rows) = pps.tiling();
        let samples = sps.width.saturating_mul(sps.height);
        let side = u64::from(sps.width.max(sps.height));
        let fits = |(_, most, most_columns, most_rows): &&(u8, u32, usize, usize)| {
            samples <= *most
                && side.saturating_mul(side) <= u64::from(*most).saturating_mul(8)
                && columns <= *most_columns
                && rows <= *most_rows
        };
        let level = LEVELS.iter().find(fits).map_or(255, |(level, ..)| *level);
        Profile { number, limits, level }
    }

    /// True for Main and Main Still Picture.
    pub(super) fn is_main(&self) -> bool {
        self.number == 3
    }

    /// `general_profile_space` to `general_level_idc`, as 12 bytes.
    pub(super) fn bytes(&self) -> [u8; 12] {
        // which profiles the picture fits besides
        let compatible = match self.number {
            2 => 0x20,
            3 => 0x70,
            _ => 0x08,
        };
        let mut limits = 0u16;
        if self.number == 4 {
            for (limit, bit) in self.limits.iter().zip([0x800, 0x400, 0x200, 0x100, 0x80, 0x40]) {
                limits |= if *limit { bit } else { 0 };
            }
            limits |= 0x08; // no more bits than usual
        }
        // progressive, packed in no way, frames only
        let [high, low] = (0xB000 | limits).to_be_bytes();
        [self.number, compatible, 0, 0, 0, high, low, 0, 0, 0, 0, self.level]
    }

    /// `profile_tier_level( 1, 0 )`.
    pub(super) fn write(&self, bits: &mut BitWriter) {
        self.bytes().iter().for_each(|byte| bits.bits(8, u32::from(*byte)));
    }

    /// The payload of the video parameter set (section 7.3.2.1).
    pub(super) fn write_vps(&self, bits: &mut BitWriter) {
        // number 0, the base layer in the stream and at hand, one layer, one temporal layer, nesting
        bits.bits(16, 0x0C01);
        bits.bits(16, 0xFFFF);
        self.write(bits);
        bits.flag(true);
        (0..3).for_each(|_| bits.ue(0)); // one picture in the buffer
        bits.bits(6, 0);
        bits.ue(0);
        bits.bits(2, 0); // neither times nor extensions
    }
}
