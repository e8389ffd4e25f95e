//! Profile, tier and level as they follow from the parameter sets (ITU-T H.265, annex A), and the
//! video parameter set, which says nothing else (section 7.3.2.1).

use super::super::bits::Bits;
use super::picture::PictureSet;
use super::sequence::SequenceSet;
use crate::audit::Rejection;

/// `general_profile_space` to `general_level_idc`.
pub(super) fn expected(sequence: &SequenceSet, picture: &PictureSet) -> [u8; 12] {
    let depth = sequence.greatest_depth();
    let extended =
        sequence.range || picture.range || sequence.chroma != 1 || sequence.has_depth_over(10);
    let (profile, compatible, limits): (u8, u8, u16) = if extended {
        // general_max_12bit, 10bit, 8bit, 422chroma, 420chroma, monochrome; lower_bit_rate
        let rules = [
            (depth <= 12, 11),
            (depth <= 10, 10),
            (depth <= 8, 9),
            (sequence.chroma != 3, 8),
            (sequence.chroma < 2, 7),
            (sequence.chroma == 0, 6),
            (true, 3),
        ];
        let kept = rules.iter().filter(|(kept, _)| *kept);
        (4, 1 << 3, kept.fold(0, |bits, (_, bit)| bits | 1 << bit))
    } else if depth > 8 {
        (2, 1 << 5, 0)
    } else {
        (3, 7 << 4, 0)
    };
    // progressive, of frames only, not packed
    let [high, low] = (limits | 0b1011 << 12).to_be_bytes();
    let level = level(sequence, picture);
    [profile, compatible, 0, 0, 0, high, low, 0, 0, 0, 0, level]
}

/// Thirty times the lowest level that allows the size and the tiles: tables A.8 and A.9.
fn level(sequence: &SequenceSet, picture: &PictureSet) -> u8 {
    let samples = u64::from(sequence.width).saturating_mul(u64::from(sequence.height));
    let longest = u64::from(sequence.width.max(sequence.height));
    for (level, most, columns, rows) in [
        (30, 36_864, 1, 1),
        (60, 122_880, 1, 1),
        (63, 245_760, 1, 1),
        (90, 552_960, 2, 2),
        (93, 983_040, 3, 3),
        (120, 2_228_224, 5, 5),
        (150, 8_912_896, 10, 11),
        (180, 35_651_584, 20, 22),
    ] {
        let sized =
            samples <= most && longest.saturating_mul(longest) <= u64::saturating_mul(most, 8);
        if sized && picture.columns <= columns && picture.rows <= rows {
            return level;
        }
    }
    255
}

/// The payload of a video parameter set.
pub(super) fn video(bits: &mut Bits<'_>, profile: &[u8; 12]) -> Result<(), Rejection> {
    const WHAT: &str = "a video parameter set of one layer";
    bits.demand(16, 0x0C01, WHAT)?;
    bits.demand(16, 0xFFFF, WHAT)?;
    for byte in profile {
        bits.demand(8, u32::from(*byte), "the profile of the sequence")?;
    }
    // one picture in the buffer; one layer set; neither times nor extensions
    bits.demand(4, 0b1111, WHAT)?;
    bits.demand(6, 0, WHAT)?;
    bits.demand(3, 0b100, WHAT)
}
