//! The sequence parameter set of a still picture: ITU-T H.265, section 7.3.2.2, and annex E.

use super::super::Shown;
use super::super::bits::Bits;
use super::lists;
use crate::audit::Rejection;

/// What the rest of the file depends on.
#[derive(Debug)]
pub(super) struct SequenceSet {
    /// `general_profile_space` to `general_level_idc`, as told.
    pub(super) profile: [u8; 12],
    pub(super) chroma: u32,
    pub(super) width: u32,
    pub(super) height: u32,
    window: [u32; 4],
    /// Of luma and chroma.
    depths: [u32; 2],
    /// The logarithm of the side of the largest blocks.
    block: u32,
    /// True if scaling lists are used, and if they stand here.
    pub(super) scaling: (bool, bool),
    pub(super) offsets: bool,
    code_points: [u16; 3],
    full_range: bool,
    /// True if there is a range extension.
    pub(super) range: bool,
}

impl SequenceSet {
    pub(super) fn recognise(bits: &mut Bits<'_>) -> Result<SequenceSet, Rejection> {
        bits.demand(8, 1, "one temporal layer")?;
        let mut profile = [0; 12];
        for byte in &mut profile {
            *byte = u8::try_from(bits.number(8)?).unwrap_or(0);
        }
        bits.demand(1, 1, "the sequence parameter set 0")?;
        let chroma = bits.code(3, "a chroma format")?;
        if chroma == 3 {
            bits.demand(1, 0, "colour planes together")?;
        }
        let width = bits.code(65_535, "a width")?;
        let height = bits.code(65_535, "a height")?;
        let mut window = [0; 4];
        if bits.flag()? {
            for side in &mut window {
                *side = bits.code(65_535, "a window inside the picture")?;
            }
            bits.require(window != [0; 4], "a window that cuts something off")?;
        }
        let mut depths = [8; 2];
        for depth in &mut depths {
            *depth = bits.code(8, "samples of 8 to 16 bits")?.saturating_add(8);
        }
        bits.demand(5, 0b11111, "one picture in the buffer")?;
        let smallest = bits.code(3, "blocks of a size")?.saturating_add(3);
        let block = bits.code(3, "blocks of a size")?.saturating_add(smallest);
        let transform = bits.code(3, "transforms of a size")?.saturating_add(2);
        let largest = bits.code(3, "transforms of a size")?.saturating_add(transform);
        bits.demand(1, 1, "nothing about inter prediction")?;
        let depth = bits.code(4, "a depth of transforms")?;
        let sized = (4..=6).contains(&block)
            && transform < smallest
            && largest <= block.min(5)
            && depth <= block.saturating_sub(transform);
        bits.require(sized, "blocks of a size")?;
        let side = 1u32.checked_shl(smallest).unwrap_or(1);
        let whole = |length: u32| length > 0 && length.is_multiple_of(side);
        bits.require(whole(width) && whole(height), "a picture of whole blocks")?;
        let mut scaling = (bits.flag()?, false);
        if scaling.0 {
            scaling.1 = bits.flag()?;
            if scaling.1 {
                lists::recognise(bits)?;
            }
        }
        bits.demand(1, 0, "nothing about inter prediction")?;
        let offsets = bits.flag()?;
        if bits.flag()? {
            bits.number(8)?; // depths of samples that are not predicted
            bits.code(2, "blocks of samples of a size")?;
            bits.code(2, "blocks of samples of a size")?;
            bits.flag()?;
        }
        bits.demand(3, 0b100, "no other pictures")?;
        bits.flag()?; // strong smoothing
        let mut set = SequenceSet {
            profile,
            chroma,
            width,
            height,
            window,
            depths,
            block,
            scaling,
            offsets,
            code_points: [2; 3],
            full_range: false,
            range: false,
        };
        if bits.flag()? {
            set.usability(bits)?;
        }
        set.range = bits.flag()?;
        if set.range {
            bits.demand(8, 0x80, "the range extension alone")?;
            let flags = bits.number(9)?;
            // explicit residuals and the precision of weights are for inter prediction
            bits.require(
                flags != 0 && flags & 0b000_100_100 == 0,
                "a range extension that is used",
            )?;
        }
        let (shown_width, shown_height) = set.size();
        bits.require(shown_width > 0 && shown_height > 0, "a window inside the picture")?;
        Ok(set)
    }

    /// `vui_parameters()`: colours and where chroma is sampled.
    fn usability(&mut self, bits: &mut Bits<'_>) -> Result<(), Rejection> {
        bits.demand(2, 0, "neither an aspect ratio nor overscan")?;
        let signal = bits.flag()?;
        if signal {
            bits.demand(3, 5, "no video format")?;
            self.full_range = bits.flag()?;
            let described = bits.flag()?;
            if described {
                for code in &mut self.code_points {
                    *code = u16::try_from(bits.number(8)?).unwrap_or(2);
                }
                bits.require(self.code_points != [2; 3], "colours that are told")?;
            }
            bits.require(described || self.full_range, "colours that are told")?;
        }
        let located = bits.flag()?;
        if located {
            let top = bits.code(5, "a place of chroma samples")?;
            let bottom = bits.code(5, "a place of chroma samples")?;
            let told = self.chroma == 1 && top > 0 && top == bottom;
            bits.require(told, "a place of chroma samples other than the usual one")?;
        }
        bits.require(signal || located, "something about colours")?;
        bits.demand(6, 0, "nothing about fields, display, times and limits")
    }

    /// Width and height in the largest blocks.
    pub(super) fn blocks(&self) -> (u32, u32) {
        let side = 1u32.checked_shl(self.block).unwrap_or(1);
        (self.width.div_ceil(side), self.height.div_ceil(side))
    }

    fn size(&self) -> (u32, u32) {
        let [left, right, top, bottom] = self.window;
        let across = if matches!(self.chroma, 1 | 2) { 2 } else { 1 };
        let down = if self.chroma == 1 { 2 } else { 1 };
        let cut = |a: u32, b: u32, unit: u32| a.saturating_add(b).saturating_mul(unit);
        (
            self.width.saturating_sub(cut(left, right, across)),
            self.height.saturating_sub(cut(top, bottom, down)),
        )
    }

    /// The depth of luma, or of chroma if that is greater.
    pub(super) fn greatest_depth(&self) -> u32 {
        let [luma, chroma] = self.depths;
        if self.chroma == 0 { luma } else { luma.max(chroma) }
    }

    pub(super) fn has_depth_over(&self, depth: u32) -> bool {
        self.depths.iter().any(|told| *told > depth)
    }

    pub(super) fn chroma_byte(&self) -> u8 {
        u8::try_from(self.chroma).unwrap_or(0)
    }

    /// The depths as `hvcC` tells them.
    pub(super) fn depth_bytes(&self) -> [u8; 2] {
        self.depths.map(|depth| 0xF8 | u8::try_from(depth.saturating_sub(8)).unwrap_or(0))
    }

    pub(super) fn shown(&self) -> Shown {
        let [luma, chroma] = self.depths.map(|depth| u8::try_from(depth).unwrap_or(0));
        Shown {
            size: self.size(),
            depths: (luma, chroma),
            monochrome: self.chroma == 0,
            code_points: self.code_points,
            full_range: self.full_range,
        }
    }
}
