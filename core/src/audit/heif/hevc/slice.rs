//! The header of a slice segment of an intra picture: ITU-T H.265, section 7.3.6.1.

use super::super::bits::Bits;
use super::picture::PictureSet;
use super::sequence::SequenceSet;
use crate::audit::Rejection;

/// What a header says.
#[derive(Debug)]
pub(super) struct Slice {
    /// The number of its first block.
    pub(super) address: u32,
    pub(super) dependent: bool,
    /// How many bytes the parts of its data have, but for the last one.
    pub(super) entries: u64,
}

/// Goes over a header up to the bits that fill its last byte.
pub(super) fn recognise(
    bits: &mut Bits<'_>,
    sequence: &SequenceSet,
    picture: &PictureSet,
) -> Result<Slice, Rejection> {
    let (wide, high) = sequence.blocks();
    let first = bits.flag()?;
    bits.demand(2, 0b01, "a slice of the picture parameter set 0")?;
    let (mut dependent, mut address) = (false, 0);
    if !first {
        if picture.dependent {
            dependent = bits.flag()?;
        }
        let blocks = wide.saturating_mul(high);
        address = bits.number(
            blocks.saturating_sub(1).checked_ilog2().map_or(0, |log| log.saturating_add(1)),
        )?;
        bits.require(address > 0 && address < blocks, "a slice inside the picture")?;
    }
    if !dependent {
        settings(bits, sequence, picture)?;
    }
    let most = match (picture.tiled, picture.wavefront) {
        (false, false) => return Ok(Slice { address, dependent, entries: 0 }),
        (false, true) => high,
        (true, false) => picture.columns.saturating_mul(picture.rows),
        (true, true) => picture.columns.saturating_mul(high),
    };
    let count = bits.code(most.saturating_sub(1), "as many parts as there can be")?;
    let mut entries = 0u64;
    if count > 0 {
        let length = bits.code(31, "the length of numbers")?.saturating_add(1);
        let mut greatest = 0;
        for _ in 0..count {
            let entry = bits.number(length)?;
            greatest = greatest.max(entry);
            entries = entries.saturating_add(u64::from(entry)).saturating_add(1);
        }
        let shortest = length == 1 || greatest >> length.saturating_sub(1) == 1;
        bits.require(shortest, "numbers that are no longer than they have to be")?;
    }
    Ok(Slice { address, dependent, entries })
}

fn settings(
    bits: &mut Bits<'_>,
    sequence: &SequenceSet,
    picture: &PictureSet,
) -> Result<(), Rejection> {
    bits.demand(3, 0b011, "an intra slice")?;
    let mut filters = false;
    if sequence.offsets {
        filters |= bits.flag()?;
        filters |= sequence.chroma != 0 && bits.flag()?;
    }
    bits.signed(127, "a step")?;
    if picture.chroma_steps {
        bits.signed(12, "an offset of chroma steps")?;
        bits.signed(12, "an offset of chroma steps")?;
    }
    if picture.chroma_list {
        bits.flag()?;
    }
    let mut off = picture.deblocking_off;
    if picture.deblocking_overridable && bits.flag()? {
        off = bits.flag()?;
        if !off {
            bits.signed(6, "an offset of deblocking")?;
            bits.signed(6, "an offset of deblocking")?;
        }
    }
    if picture.across_slices && (filters || !off) {
        bits.flag()?;
    }
    Ok(())
}
