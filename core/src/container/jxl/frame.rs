//! The header of a frame: ISO/IEC 18181-1, annex F.

use crate::Error;
use crate::container::jxl::fields::Way::{Bits, Value};
use crate::container::jxl::fields::{Coder, Extensions, Ways};
use crate::container::jxl::header::{Metadata, Size};

const POWER: Ways = [Value(1), Value(2), Value(4), Value(8)];
const PASSES: Ways = [Value(1), Value(2), Value(3), Bits(3, 4)];
const DOWNSAMPLINGS: Ways = [Value(0), Value(1), Value(2), Bits(1, 3)];
const LAST_PASS: Ways = [Value(0), Value(1), Value(2), Bits(3, 0)];
const PLACE: Ways = [Bits(8, 0), Bits(11, 256), Bits(14, 2_304), Bits(30, 18_688)];
const BLEND_MODE: Ways = [Value(0), Value(1), Value(2), Bits(2, 3)];
const ALPHA_CHANNEL: Ways = [Value(0), Value(1), Value(2), Bits(3, 3)];
const DURATION: Ways = [Value(0), Value(1), Bits(8, 0), Bits(32, 0)];

/// What a frame is: table F.2.
pub(crate) const REGULAR: u32 = 0;
pub(crate) const LF_FRAME: u32 = 1;
pub(crate) const REFERENCE_ONLY: u32 = 2;
const SKIP_PROGRESSIVE: u32 = 3;

/// What is coded with a frame: table F.3.
pub(crate) const NOISE: u64 = 0x01;
pub(crate) const PATCHES: u64 = 0x02;
const SPLINES: u64 = 0x10;
pub(crate) const USE_LF_FRAME: u64 = 0x20;
const SKIP_LF_SMOOTHING: u64 = 0x80;
/// All that means something.
const FLAGS: u64 = NOISE | PATCHES | SPLINES | USE_LF_FRAME | SKIP_LF_SMOOTHING;

/// How a frame is put over another: table F.7.
const REPLACE: u32 = 0;
const BLEND: u32 = 2;
const MUL_ADD: u32 = 3;
const MUL: u32 = 4;

/// In which parts a frame comes: F.2 (Passes).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passes {
    pub(crate) count: u32,
    shifts: Vec<u32>,
    /// Downsampling, and the last pass for it.
    steps: Vec<(u32, u32)>,
}

impl Default for Passes {
    fn default() -> Passes {
        Passes { count: 1, shifts: Vec::new(), steps: Vec::new() }
    }
}

impl Passes {
    fn code(&mut self, coder: &mut impl Coder) -> Result<(), Error> {
        coder.number(&PASSES, &mut self.count)?;
        if self.count == 1 {
            *self = Passes::default();
            return Ok(());
        }
        let length = |count: u32| usize::try_from(count).unwrap_or(0);
        let mut steps = u32::try_from(self.steps.len()).unwrap_or(0);
        coder.number(&DOWNSAMPLINGS, &mut steps)?;
        self.shifts.resize(length(self.count.saturating_sub(1)), 0);
        self.shifts.iter_mut().try_for_each(|shift| coder.bits(2, shift))?;
        self.steps.resize(length(steps), (1, 0));
        self.steps.iter_mut().try_for_each(|(down, _)| coder.number(&POWER, down))?;
        self.steps.iter_mut().try_for_each(|(_, last)| coder.number(&LAST_PASS, last))?;
        let valid = steps <= self.count && self.steps.iter().all(|(_, last)| *last < self.count);
        if valid { Ok(()) } else { Err(coder.fault("impossible passes")) }
    }
}

/// The part of the picture that a frame covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Crop {
    /// As `PackSigned` codes it.
    x: u32,
    y: u32,
    pub(crate) size: Size,
}

/// A coordinate as it is meant.
fn unpacked(value: u32) -> i64 {
    let half = i64::from(value / 2);
    if value & 1 == 0 { half } else { (-1i64).saturating_sub(half) }
}

impl Crop {
    /// True if it covers a picture of `size`.
    fn covers(&self, size: Size) -> bool {
        let side = |at: u32, length: u32, whole: u32| {
            let at = unpacked(at);
            at <= 0 && at.saturating_add(i64::from(length)) >= i64::from(whole)
        };
        side(self.x, self.size.width, size.width) && side(self.y, self.size.height, size.height)
    }

    /// True if a part of it lies outside a picture of `size`.
    fn exceeds(&self, size: Size) -> bool {
        let side = |at: u32, length: u32, whole: u32| {
            let at = unpacked(at);
            at < 0 || at.saturating_add(i64::from(length)) > i64::from(whole)
        };
        side(self.x, self.size.width, size.width) || side(self.y, self.size.height, size.height)
    }

    /// True if it is the whole of a picture of `size`, and no more.
    fn is_whole(&self, size: Size) -> bool {
        *self == Crop { x: 0, y: 0, size }
    }
}

/// How a channel is put over that of another frame: F.2 (BlendingInfo).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Blending {
    mode: u32,
    alpha: u32,
    clamp: bool,
    source: u32,
}

impl Blending {
    fn code(&mut self, coder: &mut impl Coder, extra: bool, partial: bool) -> Result<(), Error> {
        coder.number(&BLEND_MODE, &mut self.mode)?;
        let by_alpha = extra && matches!(self.mode, BLEND | MUL_ADD);
        if by_alpha {
            coder.number(&ALPHA_CHANNEL, &mut self.alpha)?;
        }
        if by_alpha || self.mode == MUL {
            coder.bool(&mut self.clamp)?;
        }
        if self.uses_source(partial) {
            coder.bits(2, &mut self.source)?;
        }
        if self.mode <= MUL { Ok(()) } else { Err(coder.fault("an unknown way of blending")) }
    }

    fn uses_source(&self, partial: bool) -> bool {
        self.mode != REPLACE || partial
    }
}

/// How edges are smoothed: annex J.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filter {
    gaborish: bool,
    gaborish_weights: Option<[u16; 6]>,
    iterations: u32,
    sharpness: Option<[u16; 8]>,
    channel_scale: Option<[u16; 3]>,
    /// Follows the scales, and is not used by any decoder.
    unused: [u16; 2],
    /// The first only with VarDCT.
    sigma: Option<[u16; 4]>,
    sigma_modular: u16,
    pub(crate) extensions: Extensions,
}

impl Default for Filter {
    fn default() -> Filter {
        Filter {
            gaborish: true,
            gaborish_weights: None,
            iterations: 2,
            sharpness: None,
            channel_scale: None,
            unused: [0; 2],
            sigma: None,
            sigma_modular: ONE,
            extensions: Extensions::default(),
        }
    }
}

/// 1 as `F16`.
const ONE: u16 = 0x3C00;

fn custom<const N: usize>(
    coder: &mut impl Coder,
    values: &mut Option<[u16; N]>,
) -> Result<(), Error> {
    let mut there = values.is_some();
    coder.bool(&mut there)?;
    let mut held = values.unwrap_or([0; N]);
    if there {
        coder.halves(&mut held)?;
    }
    *values = there.then_some(held);
    Ok(())
}

impl Filter {
    fn code(&mut self, coder: &mut impl Coder, modular: bool) -> Result<(), Error> {
        let mut default = *self == Filter::default();
        coder.bool(&mut default)?;
        if default {
            *self = Filter::default();
            return Ok(());
        }
        coder.bool(&mut self.gaborish)?;
        if self.gaborish {
            custom(coder, &mut self.gaborish_weights)?;
        }
        coder.bits(2, &mut self.iterations)?;
        if self.iterations > 0 {
            if !modular {
                custom(coder, &mut self.sharpness)?;
            }
            custom(coder, &mut self.channel_scale)?;
            if self.channel_scale.is_some() {
                coder.halves(&mut self.unused)?;
            }
            let mut there = self.sigma.is_some();
            coder.bool(&mut there)?;
            let mut sigma = self.sigma.unwrap_or([0; 4]);
            if there {
                let [multiplier, others @ ..] = &mut sigma;
                if !modular {
                    coder.half(multiplier)?;
                }
                coder.halves(others)?;
            }
            self.sigma = there.then_some(sigma);
            if modular {
                coder.half(&mut self.sigma_modular)?;
            }
        }
        coder.extensions(&mut self.extensions)
    }

    /// True if it holds values that no decoder uses.
    pub(crate) fn holds_unused(&self) -> bool {
        self.unused != [0; 2]
    }
}

/// The header of a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FrameHeader {
    pub(crate) kind: u32,
    pub(crate) modular: bool,
    pub(crate) flags: u64,
    ycbcr: bool,
    chroma: [u32; 3],
    pub(crate) upsampling: u32,
    pub(crate) extra_upsampling: Vec<u32>,
    group_shift: u32,
    quant_scales: [u32; 2],
    pub(crate) passes: Passes,
    pub(crate) lf_level: u32,
    pub(crate) crop: Option<Crop>,
    blending: Blending,
    extra_blending: Vec<Blending>,
    pub(crate) duration: u32,
    pub(crate) timecode: u32,
    pub(crate) is_last: bool,
    pub(crate) saved_as: u32,
    saved_before_colours: bool,
    pub(crate) name: Vec<u8>,
    pub(crate) filter: Filter,
    pub(crate) extensions: Extensions,
}

/// What the fields of a frame header depend on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'m> {
    pub(crate) metadata: &'m Metadata,
    /// The size of the picture, or of its preview.
    pub(crate) size: Size,
}

impl FrameHeader {
    /// What a frame header says that holds nothing.
    pub(crate) fn new(context: Context<'_>) -> FrameHeader {
        let extra = context.metadata.extra.len();
        FrameHeader {
            kind: REGULAR,
            modular: false,
            flags: 0,
            ycbcr: false,
            chroma: [0; 3],
            upsampling: 1,
            extra_upsampling: vec![1; extra],
            group_shift: 1,
            quant_scales: [3, 2],
            passes: Passes::default(),
            lf_level: 0,
            crop: None,
            blending: Blending::default(),
            extra_blending: vec![Blending::default(); extra],
            duration: 0,
            timecode: 0,
            is_last: true,
            saved_as: 0,
            saved_before_colours: false,
            name: Vec::new(),
            filter: Filter::default(),
            extensions: Extensions::default(),
        }
    }

    pub(crate) fn code(
        &mut self,
        coder: &mut impl Coder,
        context: Context<'_>,
    ) -> Result<(), Error> {
        let metadata = context.metadata;
        let mut default = *self == FrameHeader::new(context);
        coder.bool(&mut default)?;
        if default {
            *self = FrameHeader::new(context);
            return Ok(());
        }
        coder.bits(2, &mut self.kind)?;
        coder.bool(&mut self.modular)?;
        coder.long(&mut self.flags)?;
        if !metadata.xyb {
            coder.bool(&mut self.ycbcr)?;
        }
        if !self.uses(USE_LF_FRAME) {
            if self.ycbcr {
                self.chroma.iter_mut().try_for_each(|sampling| coder.bits(2, sampling))?;
            }
            coder.number(&POWER, &mut self.upsampling)?;
            let mut each = self.extra_upsampling.iter_mut();
            each.try_for_each(|upsampling| coder.number(&POWER, upsampling))?;
        }
        if self.modular {
            coder.bits(2, &mut self.group_shift)?;
        } else if metadata.xyb {
            self.quant_scales.iter_mut().try_for_each(|scale| coder.bits(3, scale))?;
        }
        if self.kind != REFERENCE_ONLY {
            self.passes.code(coder)?;
        }
        if self.kind == LF_FRAME {
            let mut below = self.lf_level.saturating_sub(1);
            coder.bits(2, &mut below)?;
            self.lf_level = below.saturating_add(1);
        } else {
            self.code_crop(coder)?;
        }
        if self.is_normal() {
            self.code_normal(coder, context)?;
        } else {
            self.is_last = false;
        }
        if self.kind != LF_FRAME && !self.is_last {
            coder.bits(2, &mut self.saved_as)?;
        }
        self.code_saved(coder, context)?;
        coder.name(&mut self.name)?;
        self.filter.code(coder, self.modular)?;
        coder.extensions(&mut self.extensions)
    }

    fn code_crop(&mut self, coder: &mut impl Coder) -> Result<(), Error> {
        let mut there = self.crop.is_some();
        coder.bool(&mut there)?;
        if !there {
            self.crop = None;
            return Ok(());
        }
        let mut crop = self.crop.unwrap_or(Crop { x: 0, y: 0, size: Size::default() });
        if self.is_normal() {
            coder.number(&PLACE, &mut crop.x)?;
            coder.number(&PLACE, &mut crop.y)?;
        }
        coder.number(&PLACE, &mut crop.size.width)?;
        coder.number(&PLACE, &mut crop.size.height)?;
        self.crop = Some(crop);
        if crop.size.width == 0 || crop.size.height == 0 {
            return Err(coder.fault("a frame without a size"));
        }
        Ok(())
    }

    fn code_normal(&mut self, coder: &mut impl Coder, context: Context<'_>) -> Result<(), Error> {
        let partial = self.is_partial(context.size);
        let extra = !self.extra_blending.is_empty();
        self.blending.code(coder, extra, partial)?;
        let mut each = self.extra_blending.iter_mut();
        each.try_for_each(|blending| blending.code(coder, true, partial))?;
        if let Some(animation) = &context.metadata.animation {
            coder.number(&DURATION, &mut self.duration)?;
            if animation.timecodes {
                coder.bits(32, &mut self.timecode)?;
            }
        }
        coder.bool(&mut self.is_last)
    }

    /// Codes whether a frame is kept for others as it was before its colours were converted.
    fn code_saved(&mut self, coder: &mut impl Coder, context: Context<'_>) -> Result<(), Error> {
        let replaces = self.blending.mode == REPLACE && !self.is_partial(context.size);
        let chosen = self.is_normal() && self.saves().is_some() && replaces;
        if self.kind == REFERENCE_ONLY || chosen {
            coder.bool(&mut self.saved_before_colours)?;
        }
        Ok(())
    }

    /// True if all of `flags` are set.
    pub(crate) fn uses(&self, flags: u64) -> bool {
        self.flags & flags == flags
    }

    /// True for frames that are shown, or are put together with others to be shown.
    pub(crate) fn is_normal(&self) -> bool {
        matches!(self.kind, REGULAR | SKIP_PROGRESSIVE)
    }

    /// True if the picture is shown as it is after this frame.
    pub(crate) fn is_shown(&self) -> bool {
        self.is_normal() && (self.is_last || self.duration > 0)
    }

    /// Where the frame is kept for others, if it is.
    pub(crate) fn saves(&self) -> Option<u32> {
        let kept =
            self.kind != LF_FRAME && !self.is_last && (self.duration == 0 || self.saved_as != 0);
        kept.then_some(self.saved_as)
    }

    fn is_partial(&self, size: Size) -> bool {
        self.is_normal() && self.crop.is_some_and(|crop| !crop.covers(size))
    }

    /// The kept frames that it is put over.
    pub(crate) fn sources(&self, size: Size) -> impl Iterator<Item = u32> {
        let partial = self.is_partial(size);
        let normal = self.is_normal();
        let all = [&self.blending].into_iter().chain(&self.extra_blending);
        all.filter(move |blending| normal && blending.uses_source(partial)).map(|b| b.source)
    }

    /// The frame without what no decoder needs. It is kept for no other frame if `kept` is false.
    pub(crate) fn canonical(&self, size: Size, kept: bool) -> FrameHeader {
        let mut header = self.clone();
        header.name.clear();
        header.timecode = 0;
        header.extensions = Extensions::default();
        header.filter.extensions = Extensions::default();
        header.filter.unused = [0; 2];
        header.flags &= FLAGS;
        if header.modular {
            // there is nothing that it could smooth
            header.flags &= !SKIP_LF_SMOOTHING;
        }
        header.crop = header.crop.filter(|crop| !crop.is_whole(size));
        if !kept && header.kind != REFERENCE_ONLY {
            header.saved_as = 0;
            header.saved_before_colours = false;
        }
        header
    }

    /// True if a part of it lies outside a picture of `size`.
    pub(crate) fn exceeds(&self, size: Size) -> bool {
        self.is_normal() && self.crop.is_some_and(|crop| crop.exceeds(size))
    }

    /// How many sections its data has: F.3.1.
    pub(crate) fn sections(&self, size: Size) -> u64 {
        let size = self.crop.map_or(size, |crop| crop.size);
        let samples = |side: u32| {
            let level = 1u32.checked_shl(self.lf_level.saturating_mul(3)).unwrap_or(u32::MAX);
            u64::from(side.div_ceil(level).div_ceil(self.upsampling.max(1)))
        };
        let (width, height) = (samples(size.width), samples(size.height));
        let shift = if self.modular { self.group_shift } else { 1 };
        let group = 128u64.wrapping_shl(shift);
        let count = |group: u64| width.div_ceil(group).saturating_mul(height.div_ceil(group));
        let (groups, lf_groups) = (count(group), count(group.wrapping_shl(3)));
        if groups == 1 && self.passes.count == 1 {
            return 1;
        }
        let passes = u64::from(self.passes.count);
        groups.saturating_mul(passes).saturating_add(lf_groups).saturating_add(2)
    }
}
