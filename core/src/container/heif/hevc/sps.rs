//! The sequence parameter set: ITU-T H.265, section 7.3.2.2, and its annex E (VUI).
//!
//! A still picture that is predicted from itself alone needs little of it. What is about time, other
//! pictures, layers, the decoder's buffers and the display is read over and not written again.

use super::super::bits::{BitReader, BitWriter};
use super::super::coding::Nclx;
use super::super::unsupported;
use super::references::ReferenceSets;
use super::scaling::ScalingLists;
use crate::Error;

/// What decodes a still picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sps {
    pub(super) id: u32,
    /// 0 for grey, 1 for 4:2:0, 2 for 4:2:2, 3 for 4:4:4.
    pub(super) chroma: u32,
    pub(super) width: u32,
    pub(super) height: u32,
    /// Left, right, top, bottom, in units of chroma samples.
    window: [u32; 4],
    /// Less 8.
    pub(super) depths: [u32; 2],
    pub(super) log2_min_coding: u32,
    pub(super) log2_diff_coding: u32,
    log2_min_transform: u32,
    log2_diff_transform: u32,
    hierarchy_depth_intra: u32,
    pub(super) scaling_enabled: bool,
    scaling: Option<ScalingLists>,
    pub(super) offset_filter: bool,
    pcm: Option<Pcm>,
    strong_smoothing: bool,
    chroma_location: u32,
    colour: Nclx,
    range: Option<Range>,
    /// What the headers of slices tell of times and other pictures.
    pub(super) order_bits: u32,
    pub(super) sets: ReferenceSets,
    pub(super) long_term: Option<u32>,
    pub(super) motion_from_others: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pcm {
    depths: [u32; 2],
    log2_min: u32,
    log2_diff: u32,
    loop_filter_off: bool,
}

/// Section 7.3.2.2.2, without what only inter prediction uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    skip_rotation: bool,
    skip_context: bool,
    implicit_rdpcm: bool,
    extended_precision: bool,
    smoothing_off: bool,
    persistent_rice: bool,
    bypass_alignment: bool,
}

/// What nothing is said of.
const UNSPECIFIED: Nclx = Nclx { primaries: 2, transfer: 2, matrix: 2, full_range: false };

impl Sps {
    /// Reads what follows the header of the NAL unit.
    pub(super) fn read(bits: &mut BitReader<'_>) -> Result<Sps, Error> {
        bits.bits(4)?; // the video parameter set
        let sub_layers = bits.bits(3)?;
        if sub_layers == 7 {
            return Err(bits.damaged("7 temporal layers at most"));
        }
        bits.flag()?;
        profile(bits, sub_layers)?;
        let id = bits.ue(15)?;
        let chroma = bits.ue(3)?;
        if chroma == 3 && bits.flag()? {
            return Err(unsupported("separate colour planes"));
        }
        let (width, height) = (bits.ue(65_535)?, bits.ue(65_535)?);
        let mut window = [0; 4];
        if bits.flag()? {
            for side in &mut window {
                *side = bits.ue(65_535)?;
            }
        }
        let depths = [bits.ue(8)?, bits.ue(8)?];
        let order_bits = bits.ue(12)?.saturating_add(4);
        let layers = if bits.flag()? { sub_layers } else { 0 };
        for _ in 0..=layers {
            for _ in 0..3 {
                bits.ue(u32::MAX - 1)?;
            }
        }
        let log2_min_coding = bits.ue(3)?.saturating_add(3);
        let log2_diff_coding = bits.ue(3)?;
        let log2_min_transform = bits.ue(3)?.saturating_add(2);
        let log2_diff_transform = bits.ue(3)?;
        bits.ue(4)?;
        let hierarchy_depth_intra = bits.ue(4)?;
        let scaling_enabled = bits.flag()?;
        let scaling =
            if scaling_enabled && bits.flag()? { Some(ScalingLists::read(bits)?) } else { None };
        bits.flag()?; // asymmetric partitions, of inter prediction
        let offset_filter = bits.flag()?;
        let pcm = if bits.flag()? { Some(Pcm::read(bits)?) } else { None };
        let sets = ReferenceSets::read(bits)?;
        let long_term = if bits.flag()? {
            let count = bits.ue(32)?;
            for _ in 0..count {
                bits.bits(order_bits)?;
                bits.flag()?;
            }
            Some(count)
        } else {
            None
        };
        let motion_from_others = bits.flag()?;
        let strong_smoothing = bits.flag()?;
        let mut sps = Sps {
            id,
            chroma,
            width,
            height,
            window,
            depths,
            log2_min_coding,
            log2_diff_coding,
            log2_min_transform,
            log2_diff_transform,
            hierarchy_depth_intra,
            scaling_enabled,
            scaling,
            offset_filter,
            pcm,
            strong_smoothing,
            chroma_location: 0,
            colour: UNSPECIFIED,
            range: None,
            order_bits,
            sets,
            long_term,
            motion_from_others,
        };
        if bits.flag()? {
            sps.usability(bits, sub_layers)?;
        }
        sps.extensions(bits)?;
        sps.check(bits)?;
        Ok(sps)
    }

    fn check(&self, bits: &BitReader<'_>) -> Result<(), Error> {
        let smallest = 1u32.checked_shl(self.log2_min_coding).unwrap_or(u32::MAX);
        let coding = self.log2_coding();
        let transform = self.log2_min_transform.saturating_add(self.log2_diff_transform);
        let sound = self.width > 0
            && self.height > 0
            && self.width.is_multiple_of(smallest)
            && self.height.is_multiple_of(smallest)
            && (4..=6).contains(&coding)
            && self.log2_min_transform < self.log2_min_coding
            && transform <= coding.min(5)
            && self.hierarchy_depth_intra <= coding.saturating_sub(self.log2_min_transform)
            && self.size().0 > 0
            && self.size().1 > 0;
        if sound { Ok(()) } else { Err(bits.damaged("a picture and blocks of a size that can be")) }
    }

    /// The logarithm of the side of the largest blocks.
    pub(super) fn log2_coding(&self) -> u32 {
        self.log2_min_coding.saturating_add(self.log2_diff_coding)
    }

    /// Width and height in the largest blocks.
    pub(super) fn blocks(&self) -> (u32, u32) {
        let side = 1u32.checked_shl(self.log2_coding()).unwrap_or(u32::MAX);
        (self.width.div_ceil(side), self.height.div_ceil(side))
    }

    /// Width and height inside the conformance window; 0 if there is nothing inside.
    pub(super) fn size(&self) -> (u32, u32) {
        let [left, right, top, bottom] = self.window;
        let (across, down) = match self.chroma {
            1 => (2, 2),
            2 => (2, 1),
            _ => (1, 1),
        };
        let inside = |full: u32, a: u32, b: u32, unit: u32| {
            full.saturating_sub(a.saturating_add(b).saturating_mul(unit))
        };
        (inside(self.width, left, right, across), inside(self.height, top, bottom, down))
    }

    /// True if something is coded outside of the conformance window.
    pub(super) fn is_cropped(&self) -> bool {
        self.window != [0; 4]
    }

    /// What the usability information says of colours.
    pub(super) fn colour(&self) -> Nclx {
        self.colour
    }

    /// `vui_parameters()`: only how the samples mean colours.
    fn usability(&mut self, bits: &mut BitReader<'_>, sub_layers: u32) -> Result<(), Error> {
        if bits.flag()? && bits.bits(8)? == 255 {
            bits.bits(32)?;
        }
        if bits.flag()? {
            bits.flag()?;
        }
        if bits.flag()? {
            bits.bits(3)?;
            self.colour.full_range = bits.flag()?;
            if bits.flag()? {
                let mut code = || bits.bits(8).map(|code| u16::try_from(code).unwrap_or(2));
                self.colour.primaries = code()?;
                self.colour.transfer = code()?;
                self.colour.matrix = code()?;
            }
        }
        if bits.flag()? {
            self.chroma_location = bits.ue(5)?;
            bits.ue(5)?;
        }
        bits.bits(3)?;
        if bits.flag()? {
            for _ in 0..4 {
                bits.ue(65_535)?;
            }
        }
        if bits.flag()? {
            bits.bits(32)?;
            bits.bits(32)?;
            if bits.flag()? {
                bits.ue(u32::MAX - 1)?;
            }
            if bits.flag()? {
                reference_decoder(bits, sub_layers)?;
            }
        }
        if bits.flag()? {
            bits.bits(3)?;
            for most in [4_095, 16, 16, 16, 16] {
                bits.ue(most)?;
            }
        }
        Ok(())
    }

    fn extensions(&mut self, bits: &mut BitReader<'_>) -> Result<(), Error> {
        if !bits.flag()? {
            return Ok(());
        }
        let [range, multilayer, three, screen] =
            [bits.flag()?, bits.flag()?, bits.flag()?, bits.flag()?];
        bits.bits(4)?; // of extensions to come: a decoder goes over their data
        if range {
            let [
                skip_rotation,
                skip_context,
                implicit_rdpcm,
                _,
                extended_precision,
                smoothing_off,
                _,
                persistent_rice,
                bypass_alignment,
            ] = flags(bits)?;
            self.range = Some(Range {
                skip_rotation,
                skip_context,
                implicit_rdpcm,
                extended_precision,
                smoothing_off,
                persistent_rice,
                bypass_alignment,
            })
            .filter(|range| *range != Range::NONE);
        }
        if multilayer {
            bits.flag()?;
        }
        if three {
            return Err(unsupported("the 3D extension of HEVC"));
        }
        if screen {
            return Err(unsupported("the screen content extension of HEVC"));
        }
        Ok(())
    }

    /// True if it needs the range extensions.
    pub(super) fn is_extended(&self) -> bool {
        self.range.is_some() || self.chroma != 1 || self.depths.iter().any(|depth| *depth > 2)
    }

    /// The payload of the NAL unit. What says nothing to who decodes a still picture has one value.
    /// `own_scaling` is false if the picture parameter set has lists of its own.
    pub(super) fn write(
        &self,
        bits: &mut BitWriter,
        general: &super::Profile,
        colour: Nclx,
        own_scaling: bool,
    ) {
        bits.bits(8, 1); // video parameter set 0, one temporal layer, which nests
        general.write(bits);
        bits.ue(0);
        bits.ue(self.chroma);
        if self.chroma == 3 {
            bits.flag(false);
        }
        bits.ue(self.width);
        bits.ue(self.height);
        bits.flag(self.is_cropped());
        if self.is_cropped() {
            self.window.iter().for_each(|side| bits.ue(*side));
        }
        self.depths.iter().for_each(|depth| bits.ue(*depth));
        bits.ue(0);
        bits.flag(true);
        (0..3).for_each(|_| bits.ue(0)); // one picture in the buffer
        bits.ue(self.log2_min_coding.saturating_sub(3));
        bits.ue(self.log2_diff_coding);
        bits.ue(self.log2_min_transform.saturating_sub(2));
        bits.ue(self.log2_diff_transform);
        bits.ue(0);
        bits.ue(self.hierarchy_depth_intra);
        bits.flag(self.scaling_enabled);
        if self.scaling_enabled {
            let lists = self.scaling.as_ref().filter(|_| own_scaling);
            bits.flag(lists.is_some());
            if let Some(lists) = lists {
                lists.write(bits);
            }
        }
        bits.flag(false);
        bits.flag(self.offset_filter);
        bits.flag(self.pcm.is_some());
        if let Some(pcm) = &self.pcm {
            pcm.depths.iter().for_each(|depth| bits.bits(4, *depth));
            bits.ue(pcm.log2_min.saturating_sub(3));
            bits.ue(pcm.log2_diff);
            bits.flag(pcm.loop_filter_off);
        }
        bits.ue(0);
        bits.bits(2, 0);
        bits.flag(self.strong_smoothing);
        self.write_usability(bits, colour);
        bits.flag(self.range.is_some());
        if let Some(range) = &self.range {
            bits.bits(8, 0x80);
            [
                range.skip_rotation,
                range.skip_context,
                range.implicit_rdpcm,
                false,
                range.extended_precision,
                range.smoothing_off,
                false,
                range.persistent_rice,
                range.bypass_alignment,
            ]
            .iter()
            .for_each(|flag| bits.flag(*flag));
        }
    }

    fn write_usability(&self, bits: &mut BitWriter, colour: Nclx) {
        let location = if self.chroma == 1 { self.chroma_location } else { 0 };
        let signal = colour != UNSPECIFIED;
        bits.flag(signal || location > 0);
        if !signal && location == 0 {
            return;
        }
        bits.bits(2, 0); // neither an aspect ratio nor overscan
        bits.flag(signal);
        if signal {
            bits.bits(3, 5);
            bits.flag(colour.full_range);
            let code_points = [colour.primaries, colour.transfer, colour.matrix];
            bits.flag(code_points != [2; 3]);
            if code_points != [2; 3] {
                code_points.iter().for_each(|code| bits.bits(8, u32::from(*code)));
            }
        }
        bits.flag(location > 0);
        if location > 0 {
            bits.ue(location);
            bits.ue(location);
        }
        bits.bits(6, 0); // neither fields, nor a display window, nor times, nor restrictions
    }
}

impl Range {
    const NONE: Range = Range {
        skip_rotation: false,
        skip_context: false,
        implicit_rdpcm: false,
        extended_precision: false,
        smoothing_off: false,
        persistent_rice: false,
        bypass_alignment: false,
    };
}

impl Pcm {
    fn read(bits: &mut BitReader<'_>) -> Result<Pcm, Error> {
        Ok(Pcm {
            depths: [bits.bits(4)?, bits.bits(4)?],
            log2_min: bits.ue(2)?.saturating_add(3),
            log2_diff: bits.ue(2)?,
            loop_filter_off: bits.flag()?,
        })
    }
}

fn flags<const N: usize>(bits: &mut BitReader<'_>) -> Result<[bool; N], Error> {
    let mut all = [false; N];
    for flag in &mut all {
        *flag = bits.flag()?;
    }
    Ok(all)
}

/// `profile_tier_level( 1, … )`: it follows from the rest of the parameter set.
fn profile(bits: &mut BitReader<'_>, sub_layers: u32) -> Result<(), Error> {
    if bits.bits(2)? != 0 {
        return Err(unsupported("an unknown set of HEVC profiles"));
    }
    bits.bits(6)?;
    for count in [32, 32, 16, 8] {
        bits.bits(count)?;
    }
    if sub_layers == 0 {
        return Ok(());
    }
    let mut present = Vec::new();
    for layer in 0..8 {
        let both = (bits.flag()?, bits.flag()?);
        if layer < sub_layers {
            present.push(both);
        }
    }
    for (profile, level) in present {
        for count in [32, 32, 24] {
            bits.bits(if profile { count } else { 0 })?;
        }
        bits.bits(if level { 8 } else { 0 })?;
    }
    Ok(())
}

/// `hrd_parameters( 1, … )`: section E.2.2.
fn reference_decoder(bits: &mut BitReader<'_>, sub_layers: u32) -> Result<(), Error> {
    let (nal, vcl) = (bits.flag()?, bits.flag()?);
    let mut sub_pictures = false;
    if nal || vcl {
        sub_pictures = bits.flag()?;
        if sub_pictures {
            bits.bits(19)?;
        }
        bits.bits(8)?;
        if sub_pictures {
            bits.bits(4)?;
        }
        bits.bits(15)?;
    }
    for _ in 0..=sub_layers {
        let general = bits.flag()?;
        let within = general || bits.flag()?;
        let mut low_delay = false;
        if within {
            bits.ue(2_047)?;
        } else {
            low_delay = bits.flag()?;
        }
        let count = if low_delay { 1 } else { bits.ue(31)?.saturating_add(1) };
        for _ in 0..u32::from(nal).saturating_add(u32::from(vcl)) {
            for _ in 0..count {
                for _ in 0..if sub_pictures { 4 } else { 2 } {
                    bits.ue(u32::MAX - 1)?;
                }
                bits.flag()?;
            }
        }
    }
    Ok(())
}
