//! The header of a slice segment of an intra picture: ITU-T H.265, section 7.3.6.

use super::super::bits::{BitReader, BitWriter};
use super::super::unsupported;
use super::pps::Pps;
use super::references::bits_for;
use super::sps::Sps;
use crate::Error;

/// A header as it is read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header<'a> {
    /// The number of its first block; 0 starts the picture.
    pub(super) address: u32,
    /// None if it continues the slice before.
    settings: Option<Settings>,
    /// How long the parts of its data are, but for the last.
    entries: Vec<u32>,
    /// The coded data.
    pub(super) data: &'a [u8],
}

/// What a slice sets for its blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Settings {
    /// For luma and chroma: sample adaptive offsets are used.
    offset_filter: [bool; 2],
    qp_delta: i32,
    chroma_qp: [i32; 2],
    chroma_qp_list: bool,
    deblocking: Option<Override>,
    filter_across: bool,
}

/// Deblocking other than the picture's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Override {
    off: bool,
    offsets: [i32; 2],
}

/// What the first bits of a slice say, before its parameter sets are known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start {
    pub(super) first: bool,
    pub(super) pps: u32,
}

/// Goes over the first bits of a slice of an IRAP picture.
pub(super) fn start(bits: &mut BitReader<'_>) -> Result<Start, Error> {
    let first = bits.flag()?;
    bits.flag()?; // whether pictures before are shown
    Ok(Start { first, pps: bits.ue(63)? })
}

impl<'a> Header<'a> {
    /// Reads what follows the first bits. `idr` is true of pictures whose slices tell nothing of
    /// others.
    pub(super) fn read(
        bits: &mut BitReader<'a>,
        first: bool,
        idr: bool,
        sps: &Sps,
        pps: &Pps,
    ) -> Result<Header<'a>, Error> {
        let (wide, high) = sps.blocks();
        let blocks = wide.saturating_mul(high);
        let mut dependent = false;
        let mut address = 0;
        if !first {
            dependent = pps.dependent_slices && bits.flag()?;
            address = bits.bits(bits_for(blocks))?;
            if address == 0 || address >= blocks {
                return Err(bits.damaged("slices inside the picture"));
            }
        }
        let settings = if dependent { None } else { Some(Settings::read(bits, idr, sps, pps)?) };
        let mut entries = Vec::new();
        if pps.tiles.is_some() || pps.wavefront {
            entries = self::entries(bits, high, pps)?;
        }
        if pps.slice_extension {
            for _ in 0..bits.ue(256)? {
                bits.bits(8)?;
            }
        }
        bits.alignment()?;
        let data = bits.rest();
        let length = entries.iter().fold(0usize, |sum, entry| {
            sum.saturating_add(usize::try_from(*entry).unwrap_or(usize::MAX))
        });
        if length >= data.len() {
            return Err(bits.damaged("parts of a slice inside it"));
        }
        Ok(Header { address, settings, entries, data })
    }

    /// The header for the one parameter set that is written.
    pub(super) fn write(&self, bits: &mut BitWriter, sps: &Sps, pps: &Pps) {
        let first = self.address == 0;
        bits.flag(first);
        bits.flag(false);
        bits.ue(0);
        if !first {
            if pps.dependent_slices {
                bits.flag(self.settings.is_none());
            }
            let (wide, high) = sps.blocks();
            bits.bits(bits_for(wide.saturating_mul(high)), self.address);
        }
        if let Some(settings) = &self.settings {
            settings.write(bits, sps, pps);
        }
        if pps.tiles.is_some() || pps.wavefront {
            bits.ue(u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
            if let Some(most) = self.entries.iter().max() {
                let length =
                    most.saturating_sub(1).checked_ilog2().map_or(1, |log| log.saturating_add(1));
                bits.ue(length.saturating_sub(1));
                for entry in &self.entries {
                    bits.bits(length, entry.saturating_sub(1));
                }
            }
        }
    }
}

/// `entry_point_offset_minus1`, each with 1 added.
fn entries(bits: &mut BitReader<'_>, high: u32, pps: &Pps) -> Result<Vec<u32>, Error> {
    let (columns, rows) = pps.tiling();
    let most = match (pps.tiles.is_some(), pps.wavefront) {
        (false, _) => high,
        (true, false) => u32::try_from(columns.saturating_mul(rows)).unwrap_or(u32::MAX),
        (true, true) => u32::try_from(columns).unwrap_or(u32::MAX).saturating_mul(high),
    };
    let count = bits.ue(most.saturating_sub(1))?;
    let mut entries = Vec::new();
    if count > 0 {
        let length = bits.ue(31)?.saturating_add(1);
        for _ in 0..count {
            let entry = bits.bits(length)?.checked_add(1);
            entries.push(entry.ok_or_else(|| bits.damaged("parts of a slice inside it"))?);
        }
    }
    Ok(entries)
}

impl Settings {
    fn read(bits: &mut BitReader<'_>, idr: bool, sps: &Sps, pps: &Pps) -> Result<Settings, Error> {
        bits.bits(pps.extra_bits)?;
        if bits.ue(2)? != 2 {
            return Err(unsupported("a picture that is predicted from others"));
        }
        if pps.output_flag && !bits.flag()? {
            return Err(bits.damaged("a picture that is shown"));
        }
        if !idr {
            other_pictures(bits, sps)?;
        }
        let mut offset_filter = [false; 2];
        if sps.offset_filter {
            offset_filter = [bits.flag()?, sps.chroma != 0 && bits.flag()?];
        }
        let qp_delta = bits.se(127)?;
        let mut chroma_qp = [0; 2];
        if pps.slice_chroma_qp {
            chroma_qp = [bits.se(12)?, bits.se(12)?];
        }
        let chroma_qp_list = pps.chroma_qp_list() && bits.flag()?;
        let mut deblocking = None;
        if pps.deblocking.overridable && bits.flag()? {
            let off = bits.flag()?;
            let offsets = if off { [0; 2] } else { [bits.se(6)?, bits.se(6)?] };
            deblocking = Some(Override { off, offsets });
        }
        let mut settings = Settings {
            offset_filter,
            qp_delta,
            chroma_qp,
            chroma_qp_list,
            deblocking,
            filter_across: pps.filter_across_slices,
        };
        if settings.tells_filter(pps) {
            settings.filter_across = bits.flag()?;
        }
        Ok(settings)
    }

    /// True if a slice tells whether it is filtered across its edges.
    fn tells_filter(&self, pps: &Pps) -> bool {
        let off = self.deblocking.map_or(pps.deblocking.off, |deblocking| deblocking.off);
        pps.filter_across_slices && (self.offset_filter.contains(&true) || !off)
    }

    fn write(&self, bits: &mut BitWriter, sps: &Sps, pps: &Pps) {
        bits.ue(2);
        if sps.offset_filter {
            bits.flag(
                self.offset_filter.contains(&true) && self.offset_filter.first() == Some(&true),
            );
            if sps.chroma != 0 {
                bits.flag(self.offset_filter.last() == Some(&true));
            }
        }
        bits.se(self.qp_delta);
        if pps.slice_chroma_qp {
            self.chroma_qp.iter().for_each(|offset| bits.se(*offset));
        }
        if pps.chroma_qp_list() {
            bits.flag(self.chroma_qp_list);
        }
        if pps.deblocking.overridable {
            bits.flag(self.deblocking.is_some());
            if let Some(deblocking) = &self.deblocking {
                bits.flag(deblocking.off);
                if !deblocking.off {
                    deblocking.offsets.iter().for_each(|offset| bits.se(*offset));
                }
            }
        }
        if self.tells_filter(pps) {
            bits.flag(self.filter_across);
        }
    }
}

/// Goes over what slices of CRA and BLA pictures tell of other pictures.
fn other_pictures(bits: &mut BitReader<'_>, sps: &Sps) -> Result<(), Error> {
    bits.bits(sps.order_bits)?;
    sps.sets.skip_of_slice(bits)?;
    if let Some(known) = sps.long_term {
        let from_known = if known > 0 { bits.ue(32)? } else { 0 };
        let others = bits.ue(32)?;
        for number in 0..from_known.saturating_add(others) {
            if number < from_known {
                bits.bits(bits_for(known))?;
            } else {
                bits.bits(sps.order_bits)?;
                bits.flag()?;
            }
            if bits.flag()? {
                bits.ue(u32::MAX - 1)?;
            }
        }
    }
    if sps.motion_from_others {
        bits.flag()?;
    }
    Ok(())
}
