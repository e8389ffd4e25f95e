//! What stands before the first frame: ISO/IEC 18181-1, annex D.

use crate::Error;
use crate::container::jxl::colour::ColourEncoding;
use crate::container::jxl::fields::Way::{Bits, Value};
use crate::container::jxl::fields::{Coder, Extensions, Ways};

const SIZE: Ways = [Bits(9, 1), Bits(13, 1), Bits(18, 1), Bits(30, 1)];
const PREVIEW: Ways = [Bits(6, 1), Bits(8, 65), Bits(10, 321), Bits(12, 1345)];
const PREVIEW_DIV8: Ways = [Value(16), Value(32), Bits(5, 1), Bits(9, 33)];
const TPS_NUMERATOR: Ways = [Value(100), Value(1000), Bits(10, 1), Bits(30, 1)];
const TPS_DENOMINATOR: Ways = [Value(1), Value(1001), Bits(8, 1), Bits(10, 1)];
const LOOPS: Ways = [Value(0), Bits(3, 0), Bits(16, 0), Bits(32, 0)];
const INTEGER_BITS: Ways = [Value(8), Value(10), Value(12), Bits(6, 1)];
const FLOAT_BITS: Ways = [Value(32), Value(16), Value(24), Bits(6, 1)];
const EXTRA_COUNT: Ways = [Value(0), Value(1), Bits(4, 2), Bits(12, 1)];
const DIM_SHIFT: Ways = [Value(0), Value(3), Value(4), Bits(3, 1)];
const CFA: Ways = [Value(1), Bits(2, 0), Bits(4, 3), Bits(8, 19)];

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Size {
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl Size {
    /// `SizeHeader`: D.2. Written without the codes for small sizes and for ratios.
    pub(crate) fn code(&mut self, coder: &mut impl Coder) -> Result<(), Error> {
        self.code_as(coder, &SIZE, None)
    }

    /// `PreviewHeader`: D.2.
    fn code_preview(&mut self, coder: &mut impl Coder) -> Result<(), Error> {
        self.code_as(coder, &PREVIEW, Some(&PREVIEW_DIV8))
    }

    fn code_as(
        &mut self,
        coder: &mut impl Coder,
        ways: &Ways,
        div8: Option<&Ways>,
    ) -> Result<(), Error> {
        let (mut small, mut ratio) = (false, 0);
        coder.bool(&mut small)?;
        let how = Side { small, ways, div8 };
        how.code(coder, &mut self.height)?;
        coder.bits(3, &mut ratio)?;
        let (times, over) = match ratio {
            0 => return how.code(coder, &mut self.width),
            1 => (1, 1),
            2 => (12, 10),
            3 => (4, 3),
            4 => (3, 2),
            5 => (16, 9),
            6 => (5, 4),
            _ => (2, 1),
        };
        let width = u64::from(self.height).saturating_mul(times).checked_div(over);
        self.width = width.and_then(|w| u32::try_from(w).ok()).unwrap_or(0);
        if self.width == 0 { Err(coder.fault("a picture without a width")) } else { Ok(()) }
    }
}

/// How a side is coded.
struct Side<'w> {
    /// By its eighth.
    small: bool,
    ways: &'w Ways,
    div8: Option<&'w Ways>,
}

impl Side<'_> {
    fn code(&self, coder: &mut impl Coder, side: &mut u32) -> Result<(), Error> {
        if !self.small {
            return coder.number(self.ways, side);
        }
        let mut eighth = 0u32;
        match self.div8 {
            Some(ways) => coder.number(ways, &mut eighth)?,
            None => {
                coder.bits(5, &mut eighth)?;
                eighth = eighth.saturating_add(1);
            }
        }
        *side = eighth.saturating_mul(8);
        Ok(())
    }
}

/// The clock of an animation: D.3.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Animation {
    /// Ticks a second, as a fraction.
    pub(crate) ticks: (u32, u32),
    /// How often it runs; 0 for ever.
    pub(crate) loops: u32,
    /// True if every shown frame has a time code.
    pub(crate) timecodes: bool,
}

impl Animation {
    fn code(&mut self, coder: &mut impl Coder) -> Result<(), Error> {
        coder.number(&TPS_NUMERATOR, &mut self.ticks.0)?;
        coder.number(&TPS_DENOMINATOR, &mut self.ticks.1)?;
        coder.number(&LOOPS, &mut self.loops)?;
        coder.bool(&mut self.timecodes)
    }
}

/// How samples are coded: D.3.5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BitDepth {
    pub(crate) bits: u32,
    /// Bits of the exponent, of floating-point samples.
    pub(crate) exponent: Option<u32>,
}

impl Default for BitDepth {
    fn default() -> BitDepth {
        BitDepth { bits: 8, exponent: None }
    }
}

impl BitDepth {
    fn code(&mut self, coder: &mut impl Coder) -> Result<(), Error> {
        let mut float = self.exponent.is_some();
        coder.bool(&mut float)?;
        let ways = if float { &FLOAT_BITS } else { &INTEGER_BITS };
        coder.number(ways, &mut self.bits)?;
        let mut valid = self.bits <= 31;
        if float {
            let mut rest = self.exponent.unwrap_or(1).saturating_sub(1);
            coder.bits(4, &mut rest)?;
            let exponent = rest.saturating_add(1);
            let mantissa = self.bits.checked_sub(exponent).and_then(|m| m.checked_sub(1));
            valid = (2..=8).contains(&exponent) && mantissa.is_some_and(|m| (2..=23).contains(&m));
            self.exponent = Some(exponent);
        }
        if valid { Ok(()) } else { Err(coder.fault("an impossible bit depth")) }
    }
}

/// What an extra channel is: D.3.6, table D.9.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Alpha {
        /// True if colours are multiplied by it already.
        associated: bool,
    },
    /// An ink: red, green, blue and solidity.
    Spot([u16; 4]),
    Black,
    /// One colour of a sensor.
    Cfa(u32),
    /// Any other, by its number.
    Other(u32),
}

const ALPHA: u32 = 0;
const SPOT: u32 = 2;
const BLACK: u32 = 4;
const COLOUR_FILTER: u32 = 5;

impl Kind {
    fn number(self) -> u32 {
        match self {
            Kind::Alpha { .. } => ALPHA,
            Kind::Spot(_) => SPOT,
            Kind::Black => BLACK,
            Kind::Cfa(_) => COLOUR_FILTER,
            Kind::Other(number) => number,
        }
    }
}

/// A channel besides those of colour: D.3.6.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExtraChannel {
    pub(crate) kind: Kind,
    pub(crate) depth: BitDepth,
    /// It has 2 to the power of this fewer samples in each direction.
    pub(crate) dim_shift: u32,
    pub(crate) name: Vec<u8>,
}

impl Default for ExtraChannel {
    fn default() -> ExtraChannel {
        ExtraChannel {
            kind: Kind::Alpha { associated: false },
            depth: BitDepth::default(),
            dim_shift: 0,
            name: Vec::new(),
        }
    }
}

impl ExtraChannel {
    fn code(&mut self, coder: &mut impl Coder) -> Result<(), Error> {
        let mut default = *self == ExtraChannel::default();
        coder.bool(&mut default)?;
        if default {
            *self = ExtraChannel::default();
            return Ok(());
        }
        let mut number = self.kind.number();
        coder.kind(&mut number)?;
        self.depth.code(coder)?;
        coder.number(&DIM_SHIFT, &mut self.dim_shift)?;
        coder.name(&mut self.name)?;
        if number != self.kind.number() {
            self.kind = match number {
                ALPHA => Kind::Alpha { associated: false },
                SPOT => Kind::Spot([0; 4]),
                BLACK => Kind::Black,
                COLOUR_FILTER => Kind::Cfa(1),
                number => Kind::Other(number),
            };
        }
        match &mut self.kind {
            Kind::Alpha { associated } => coder.bool(associated),
            Kind::Spot(values) => coder.halves(values),
            Kind::Cfa(channel) => coder.number(&CFA, channel),
            Kind::Black | Kind::Other(_) => Ok(()),
        }
    }
}

/// The range of brightness: D.3.7 (ToneMapping).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ToneMapping {
    /// In nits, of the brightest sample.
    pub(crate) intensity_target: u16,
    /// In nits, of the darkest.
    pub(crate) min_nits: u16,
    pub(crate) relative_to_display: bool,
    pub(crate) linear_below: u16,
}

impl Default for ToneMapping {
    fn default() -> ToneMapping {
        // 255 nits
        let intensity_target = 0x5BF8;
        ToneMapping { intensity_target, min_nits: 0, relative_to_display: false, linear_below: 0 }
    }
}

impl ToneMapping {
    fn code(&mut self, coder: &mut impl Coder) -> Result<(), Error> {
        let mut default = *self == ToneMapping::default();
        coder.bool(&mut default)?;
        if default {
            *self = ToneMapping::default();
            return Ok(());
        }
        coder.half(&mut self.intensity_target)?;
        coder.half(&mut self.min_nits)?;
        coder.bool(&mut self.relative_to_display)?;
        coder.half(&mut self.linear_below)
    }
}

/// `ImageMetadata`: D.3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Metadata {
    /// As Exif counts it, from 1.
    pub(crate) orientation: u32,
    /// The size at which the picture is meant to be shown.
    pub(crate) intrinsic: Option<Size>,
    pub(crate) preview: Option<Size>,
    pub(crate) animation: Option<Animation>,
    pub(crate) depth: BitDepth,
    /// True if 16 bits are enough for every sample of the Modular coding.
    pub(crate) narrow: bool,
    pub(crate) extra: Vec<ExtraChannel>,
    /// True if the colours are coded as XYB.
    pub(crate) xyb: bool,
    pub(crate) colour: ColourEncoding,
    pub(crate) tone: ToneMapping,
    pub(crate) extensions: Extensions,
}

impl Default for Metadata {
    fn default() -> Metadata {
        Metadata {
            orientation: 1,
            intrinsic: None,
            preview: None,
            animation: None,
            depth: BitDepth::default(),
            narrow: true,
            extra: Vec::new(),
            xyb: true,
            colour: ColourEncoding::default(),
            tone: ToneMapping::default(),
            extensions: Extensions::default(),
        }
    }
}

/// Codes whether there is something, and makes room for it.
fn present<T: Default>(coder: &mut impl Coder, value: &mut Option<T>) -> Result<(), Error> {
    let mut there = value.is_some();
    coder.bool(&mut there)?;
    *value = there.then(|| value.take().unwrap_or_default());
    Ok(())
}

impl Metadata {
    pub(crate) fn code(&mut self, coder: &mut impl Coder) -> Result<(), Error> {
        let mut default = *self == Metadata::default();
        coder.bool(&mut default)?;
        if default {
            *self = Metadata::default();
            return Ok(());
        }
        let mut more = self.has_more();
        coder.bool(&mut more)?;
        if more {
            let mut turns = self.orientation.saturating_sub(1);
            coder.bits(3, &mut turns)?;
            self.orientation = turns.saturating_add(1);
            present(coder, &mut self.intrinsic)?;
            self.intrinsic.as_mut().map_or(Ok(()), |size| size.code(coder))?;
            present(coder, &mut self.preview)?;
            self.preview.as_mut().map_or(Ok(()), |size| size.code_preview(coder))?;
            present(coder, &mut self.animation)?;
            self.animation.as_mut().map_or(Ok(()), |animation| animation.code(coder))?;
        }
        self.depth.code(coder)?;
        coder.bool(&mut self.narrow)?;
        let mut count = u32::try_from(self.extra.len()).unwrap_or(0);
        coder.number(&EXTRA_COUNT, &mut count)?;
        self.extra.resize_with(usize::try_from(count).unwrap_or(0), ExtraChannel::default);
        self.extra.iter_mut().try_for_each(|channel| channel.code(coder))?;
        coder.bool(&mut self.xyb)?;
        self.colour.code(coder)?;
        if more {
            self.tone.code(coder)?;
        }
        coder.extensions(&mut self.extensions)
    }

    /// True if a field is there that few pictures have.
    fn has_more(&self) -> bool {
        self.orientation != 1
            || self.intrinsic.is_some()
            || self.preview.is_some()
            || self.animation.is_some()
            || self.tone != ToneMapping::default()
    }
}

/// `OpsinInverseMatrix`: the matrix, and two rows of biases.
pub(crate) type Opsin = [u16; 16];

/// What decoders calculate with, where it is not what the standard says: D.3.8 and annex K.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Transform {
    pub(crate) opsin: Option<Opsin>,
    /// The weights for enlarging by 2, 4 and 8.
    pub(crate) weights: [Option<Vec<u16>>; 3],
}

/// How many weights there are for enlarging by 2, 4 and 8.
const WEIGHTS: [usize; 3] = [15, 55, 210];

impl Transform {
    /// Codes it for a picture that is coded as XYB if `xyb` says so.
    pub(crate) fn code(&mut self, coder: &mut impl Coder, xyb: bool) -> Result<(), Error> {
        let mut default = *self == Transform::default();
        coder.bool(&mut default)?;
        if default {
            *self = Transform::default();
            return Ok(());
        }
        if xyb {
            let mut default = self.opsin.is_none();
            coder.bool(&mut default)?;
            let mut values = self.opsin.unwrap_or_default();
            if !default {
                coder.halves(&mut values)?;
            }
            self.opsin = (!default).then_some(values);
        }
        let custom = |weights: &Option<Vec<u16>>| weights.is_some();
        let mut there = self.weights.each_ref().map(custom);
        there.iter_mut().try_for_each(|there| coder.bool(there))?;
        for ((weights, there), count) in self.weights.iter_mut().zip(there).zip(WEIGHTS) {
            let mut values = weights.take().unwrap_or_default();
            if there {
                values.resize(count, 0);
                coder.halves(&mut values)?;
                *weights = Some(values);
            }
        }
        Ok(())
    }
}
