//! The picture parameter set of an intra picture: ITU-T H.265, section 7.3.2.3.

use super::super::bits::Bits;
use super::lists;
use super::sequence::SequenceSet;
use crate::audit::Rejection;

/// What the headers of slices depend on.
#[derive(Debug)]
pub(super) struct PictureSet {
    pub(super) dependent: bool,
    pub(super) chroma_steps: bool,
    pub(super) tiled: bool,
    pub(super) wavefront: bool,
    /// How many columns and rows of tiles.
    pub(super) columns: u32,
    pub(super) rows: u32,
    pub(super) across_slices: bool,
    pub(super) deblocking_overridable: bool,
    pub(super) deblocking_off: bool,
    /// True if there is a range extension, and if that has a list of offsets.
    pub(super) range: bool,
    pub(super) chroma_list: bool,
}

impl PictureSet {
    pub(super) fn recognise(
        bits: &mut Bits<'_>,
        sequence: &SequenceSet,
    ) -> Result<PictureSet, Rejection> {
        bits.demand(2, 0b11, "the picture parameter set 0")?;
        let dependent = bits.flag()?;
        bits.demand(4, 0, "nothing more in the headers of slices")?;
        bits.flag()?; // hidden signs
        bits.demand(3, 0b011, "nothing about inter prediction")?;
        bits.signed(74, "a step at the start")?;
        bits.demand(1, 0, "nothing about inter prediction")?;
        let transform_skip = bits.flag()?;
        if bits.flag()? {
            bits.code(3, "a depth of blocks with a step")?;
        }
        bits.signed(12, "an offset of chroma steps")?;
        bits.signed(12, "an offset of chroma steps")?;
        let chroma_steps = bits.flag()?;
        bits.demand(2, 0, "nothing about inter prediction")?;
        bits.flag()?; // blocks without a transform
        let tiled = bits.flag()?;
        let wavefront = bits.flag()?;
        let (columns, rows) = if tiled { tiles(bits, sequence.blocks())? } else { (1, 1) };
        let across_slices = bits.flag()?;
        let (mut deblocking_overridable, mut deblocking_off) = (false, false);
        if bits.flag()? {
            deblocking_overridable = bits.flag()?;
            deblocking_off = bits.flag()?;
            let mut told = deblocking_overridable || deblocking_off;
            if !deblocking_off {
                told |= bits.signed(6, "an offset of deblocking")? != 0;
                told |= bits.signed(6, "an offset of deblocking")? != 0;
            }
            bits.require(told, "deblocking other than the usual one")?;
        }
        if bits.flag()? {
            let (used, elsewhere) = sequence.scaling;
            bits.require(used && !elsewhere, "scaling lists in one place")?;
            lists::recognise(bits)?;
        }
        bits.demand(3, 0b010, "nothing about inter prediction")?;
        let range = bits.flag()?;
        let mut chroma_list = false;
        if range {
            bits.demand(8, 0x80, "the range extension alone")?;
            chroma_list = extension(bits, transform_skip)?;
        }
        Ok(PictureSet {
            dependent,
            chroma_steps,
            tiled,
            wavefront,
            columns,
            rows,
            across_slices,
            deblocking_overridable,
            deblocking_off,
            range,
            chroma_list,
        })
    }
}

/// How many columns and rows there are.
fn tiles(bits: &mut Bits<'_>, (wide, high): (u32, u32)) -> Result<(u32, u32), Rejection> {
    const WHAT: &str = "tiles inside the picture";
    let columns = bits.code(63, WHAT)?.saturating_add(1);
    let rows = bits.code(63, WHAT)?.saturating_add(1);
    bits.require(columns <= wide && rows <= high && (columns > 1 || rows > 1), WHAT)?;
    if !bits.flag()? {
        let even_columns = edges(bits, columns, wide)?;
        let even_rows = edges(bits, rows, high)?;
        bits.require(!(even_columns && even_rows), "even tiles by their short name")?;
    }
    bits.flag()?; // filters across tiles
    Ok((columns, rows))
}

/// Goes over the sides of all tiles but the last; true if they are even (equation 6-3).
fn edges(bits: &mut Bits<'_>, parts: u32, side: u32) -> Result<bool, Rejection> {
    let (mut edge, mut even) = (0u32, true);
    for number in 1..parts {
        let part = bits.code(65_535, "tiles inside the picture")?.saturating_add(1);
        edge = edge.saturating_add(part);
        even &= Some(edge) == number.saturating_mul(side).checked_div(parts);
    }
    bits.require(edge < side, "tiles inside the picture")?;
    Ok(even)
}

/// Section 7.3.2.3.2; true if there is a list of offsets.
fn extension(bits: &mut Bits<'_>, transform_skip: bool) -> Result<bool, Rejection> {
    let mut used = transform_skip && bits.code(3, "a size of blocks without a transform")? > 0;
    used |= bits.flag()?; // prediction of chroma from luma
    let list = bits.flag()?;
    if list {
        bits.code(3, "a depth of blocks with offsets")?;
        for _ in 0..=bits.code(5, "6 offsets of chroma at most")? {
            bits.signed(12, "an offset of chroma steps")?;
            bits.signed(12, "an offset of chroma steps")?;
        }
    }
    used |= bits.code(6, "a scale of sample offsets")? > 0;
    used |= bits.code(6, "a scale of sample offsets")? > 0;
    bits.require(used || list, "a range extension that is used")?;
    Ok(list)
}
