//! The picture parameter set: ITU-T H.265, section 7.3.2.3.

use super::super::bits::{BitReader, BitWriter};
use super::super::unsupported;
use super::scaling::ScalingLists;
use super::sps::Sps;
use crate::Error;

/// What decodes a still picture. What only prediction from other pictures uses is read over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pps {
    pub(super) dependent_slices: bool,
    pub(super) output_flag: bool,
    pub(super) extra_bits: u32,
    sign_hiding: bool,
    init_qp: i32,
    transform_skip: bool,
    /// The depth of the blocks that tell a step of their own.
    qp_delta: Option<u32>,
    chroma_qp: [i32; 2],
    pub(super) slice_chroma_qp: bool,
    transquant_bypass: bool,
    pub(super) tiles: Option<Tiles>,
    pub(super) wavefront: bool,
    pub(super) filter_across_slices: bool,
    pub(super) deblocking: Deblocking,
    scaling: Option<ScalingLists>,
    pub(super) slice_extension: bool,
    range: Option<Range>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tiles {
    /// The width of each column and the height of each row, in the largest blocks.
    columns: Vec<u32>,
    rows: Vec<u32>,
    filter_across: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Deblocking {
    pub(super) overridable: bool,
    pub(super) off: bool,
    /// Beta and tc, halved.
    offsets: [i32; 2],
}

/// Section 7.3.2.3.2.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Range {
    log2_skip: u32,
    cross_component: bool,
    /// The depth of the blocks that choose, and what they choose from.
    chroma_qp: Option<(u32, Vec<[i32; 2]>)>,
    log2_offset_scale: [u32; 2],
}

/// The ids of a picture parameter set and its sequence parameter set: they stand first.
pub(super) fn ids(bits: &mut BitReader<'_>) -> Result<(u32, u32), Error> {
    Ok((bits.ue(63)?, bits.ue(15)?))
}

impl Pps {
    /// Reads what follows the ids.
    pub(super) fn read(bits: &mut BitReader<'_>, sps: &Sps) -> Result<Pps, Error> {
        let dependent_slices = bits.flag()?;
        let output_flag = bits.flag()?;
        let extra_bits = bits.bits(3)?;
        let sign_hiding = bits.flag()?;
        bits.flag()?; // how the contexts of inter slices start
        bits.ue(14)?;
        bits.ue(14)?;
        let init_qp = bits.se(74)?;
        bits.flag()?; // constrained prediction: there is nothing but intra
        let transform_skip = bits.flag()?;
        let qp_delta = if bits.flag()? { Some(bits.ue(3)?) } else { None };
        let chroma_qp = [bits.se(12)?, bits.se(12)?];
        let slice_chroma_qp = bits.flag()?;
        bits.bits(2)?; // weighted prediction
        let transquant_bypass = bits.flag()?;
        let (tiled, wavefront) = (bits.flag()?, bits.flag()?);
        let tiles = if tiled { Some(Tiles::read(bits, sps)?) } else { None };
        let filter_across_slices = bits.flag()?;
        let mut deblocking = Deblocking::default();
        if bits.flag()? {
            deblocking.overridable = bits.flag()?;
            deblocking.off = bits.flag()?;
            if !deblocking.off {
                deblocking.offsets = [bits.se(6)?, bits.se(6)?];
            }
        }
        let scaling = if bits.flag()? { Some(ScalingLists::read(bits)?) } else { None };
        bits.flag()?;
        bits.ue(4)?;
        let slice_extension = bits.flag()?;
        let range = extensions(bits, transform_skip)?.filter(|range| *range != Range::default());
        Ok(Pps {
            dependent_slices,
            output_flag,
            extra_bits,
            sign_hiding,
            init_qp,
            transform_skip,
            qp_delta,
            chroma_qp,
            slice_chroma_qp,
            transquant_bypass,
            tiles,
            wavefront,
            filter_across_slices,
            deblocking,
            scaling: scaling.filter(|_| sps.scaling_enabled),
            slice_extension,
            range,
        })
    }

    /// True if slices choose offsets of chroma from a list.
    pub(super) fn chroma_qp_list(&self) -> bool {
        self.range.as_ref().is_some_and(|range| range.chroma_qp.is_some())
    }

    /// True if it has scaling lists of its own, so that those of the sequence are not used.
    pub(super) fn has_scaling(&self) -> bool {
        self.scaling.is_some()
    }

    /// True if it needs the range extensions.
    pub(super) fn is_extended(&self) -> bool {
        self.range.is_some()
    }

    /// How many columns and rows of tiles there are.
    pub(super) fn tiling(&self) -> (usize, usize) {
        self.tiles.as_ref().map_or((1, 1), |tiles| (tiles.columns.len(), tiles.rows.len()))
    }

    /// The payload of the NAL unit.
    pub(super) fn write(&self, bits: &mut BitWriter) {
        bits.ue(0);
        bits.ue(0);
        bits.flag(self.dependent_slices);
        bits.bits(4, 0);
        bits.flag(self.sign_hiding);
        bits.flag(false);
        bits.ue(0);
        bits.ue(0);
        bits.se(self.init_qp);
        bits.flag(false);
        bits.flag(self.transform_skip);
        bits.flag(self.qp_delta.is_some());
        self.qp_delta.iter().for_each(|depth| bits.ue(*depth));
        self.chroma_qp.iter().for_each(|offset| bits.se(*offset));
        bits.flag(self.slice_chroma_qp);
        bits.bits(2, 0);
        bits.flag(self.transquant_bypass);
        bits.flag(self.tiles.is_some());
        bits.flag(self.wavefront);
        if let Some(tiles) = &self.tiles {
            tiles.write(bits);
        }
        bits.flag(self.filter_across_slices);
        let deblocking = &self.deblocking;
        bits.flag(*deblocking != Deblocking::default());
        if *deblocking != Deblocking::default() {
            bits.flag(deblocking.overridable);
            bits.flag(deblocking.off);
            if !deblocking.off {
                deblocking.offsets.iter().for_each(|offset| bits.se(*offset));
            }
        }
        bits.flag(self.scaling.is_some());
        if let Some(lists) = &self.scaling {
            lists.write(bits);
        }
        bits.flag(false);
        bits.ue(0);
        bits.flag(false);
        bits.flag(self.range.is_some());
        if let Some(range) = &self.range {
            bits.bits(8, 0x80);
            range.write(bits, self.transform_skip);
        }
    }
}

fn extensions(bits: &mut BitReader<'_>, transform_skip: bool) -> Result<Option<Range>, Error> {
    if !bits.flag()? {
        return Ok(None);
    }
    let [range, multilayer, three, screen] =
        [bits.flag()?, bits.flag()?, bits.flag()?, bits.flag()?];
    bits.bits(4)?;
    let range = if range { Some(Range::read(bits, transform_skip)?) } else { None };
    if multilayer {
        return Err(unsupported("the multilayer extension of HEVC"));
    }
    if three {
        return Err(unsupported("the 3D extension of HEVC"));
    }
    if screen {
        return Err(unsupported("the screen content extension of HEVC"));
    }
    Ok(range)
}

impl Tiles {
    fn read(bits: &mut BitReader<'_>, sps: &Sps) -> Result<Tiles, Error> {
        let (wide, high) = sps.blocks();
        let columns = bits.ue(63)?.saturating_add(1);
        let rows = bits.ue(63)?.saturating_add(1);
        if columns > wide || rows > high {
            return Err(bits.damaged("tiles inside the picture"));
        }
        let (columns, rows) = if bits.flag()? {
            (even(wide, columns), even(high, rows))
        } else {
            (uneven(bits, wide, columns)?, uneven(bits, high, rows)?)
        };
        let lone = columns.len() == 1 && rows.len() == 1;
        let filter_across = bits.flag()?;
        if lone {
            return Err(bits.damaged("more than one tile"));
        }
        Ok(Tiles { columns, rows, filter_across })
    }

    fn write(&self, bits: &mut BitWriter) {
        let count = |list: &[u32]| u32::try_from(list.len()).unwrap_or(u32::MAX);
        let plain = |list: &[u32]| list == even(list.iter().sum(), count(list));
        bits.ue(count(&self.columns).saturating_sub(1));
        bits.ue(count(&self.rows).saturating_sub(1));
        let uniform = plain(&self.columns) && plain(&self.rows);
        bits.flag(uniform);
        if !uniform {
            for list in [&self.columns, &self.rows] {
                let told = list.split_last().map_or(&[][..], |(_, told)| told);
                told.iter().for_each(|side| bits.ue(side.saturating_sub(1)));
            }
        }
        bits.flag(self.filter_across);
    }
}

/// `side` parted as evenly as can be: equations 6-3 and 6-4.
fn even(side: u32, parts: u32) -> Vec<u32> {
    let edge = |number: u32| number.saturating_mul(side).checked_div(parts).unwrap_or(0);
    (0..parts).map(|n| edge(n.saturating_add(1)).saturating_sub(edge(n))).collect()
}

/// Parts that are told one by one; the last one is what is left of `side`.
fn uneven(bits: &mut BitReader<'_>, side: u32, parts: u32) -> Result<Vec<u32>, Error> {
    let (mut list, mut left) = (Vec::new(), side);
    for _ in 1..parts {
        let part = bits.ue(65_535)?.saturating_add(1);
        left = left
            .checked_sub(part)
            .filter(|left| *left > 0)
            .ok_or_else(|| bits.damaged("tiles inside the picture"))?;
        list.push(part);
    }
    list.push(left);
    Ok(list)
}

impl Range {
    fn read(bits: &mut BitReader<'_>, transform_skip: bool) -> Result<Range, Error> {
        let log2_skip = if transform_skip { bits.ue(3)? } else { 0 };
        let cross_component = bits.flag()?;
        let chroma_qp = if bits.flag()? {
            let depth = bits.ue(3)?;
            let mut list = Vec::new();
            for _ in 0..=bits.ue(5)? {
                list.push([bits.se(12)?, bits.se(12)?]);
            }
            Some((depth, list))
        } else {
            None
        };
        let log2_offset_scale = [bits.ue(6)?, bits.ue(6)?];
        Ok(Range { log2_skip, cross_component, chroma_qp, log2_offset_scale })
    }

    fn write(&self, bits: &mut BitWriter, transform_skip: bool) {
        if transform_skip {
            bits.ue(self.log2_skip);
        }
        bits.flag(self.cross_component);
        bits.flag(self.chroma_qp.is_some());
        if let Some((depth, list)) = &self.chroma_qp {
            bits.ue(*depth);
            bits.ue(u32::try_from(list.len()).unwrap_or(1).saturating_sub(1));
            list.iter().flatten().for_each(|offset| bits.se(*offset));
        }
        self.log2_offset_scale.iter().for_each(|scale| bits.ue(*scale));
    }
}
