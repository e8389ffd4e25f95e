//! What the colours mean: ISO/IEC 18181-1, D.3.4 (`ColourEncoding`), and the few meanings that are
//! kept.

use crate::Error;
use crate::container::jxl::fields::Way::Bits;
use crate::container::jxl::fields::{Coder, Ways};
use crate::profile::cicp::{CodePoints, Primaries, Transfer};
use crate::profile::{self, Components, Outcome, ProfileClass};

const COORDINATE: Ways = [Bits(19, 0), Bits(19, 524_288), Bits(20, 1_048_576), Bits(21, 2_097_152)];

/// `ColourSpace`: table D.2.
const RGB: u32 = 0;
const GREY: u32 = 1;
const XYB: u32 = 2;

/// `WhitePoint`: table D.3.
const D65: u32 = 1;
const CUSTOM: u32 = 2;
const E: u32 = 10;
const DCI: u32 = 11;

/// `Primaries`: table D.4.
const SRGB_PRIMARIES: u32 = 1;
const BT2100: u32 = 9;
const P3: u32 = 11;

/// `TransferFunction`: table D.5.
const BT709: u32 = 1;
const LINEAR: u32 = 8;
const SRGB: u32 = 13;
const PQ: u32 = 16;
const ST428: u32 = 17;
const HLG: u32 = 18;

/// `RenderingIntent`: table D.6.
const RELATIVE: u32 = 1;

/// A chromaticity, x and y in millionths, as `PackSigned` makes numbers of them.
type Point = (u32, u32);

/// What the colours mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ColourEncoding {
    /// True if an ICC profile tells it, which follows the header.
    pub(crate) profile: bool,
    pub(crate) space: u32,
    white: u32,
    /// Where `white` is custom.
    white_at: Point,
    primaries: u32,
    /// Where `primaries` are custom: red, green, blue.
    primaries_at: [Point; 3],
    /// The exponent from light to coded values, in ten-millionths, if there is one.
    gamma: Option<u32>,
    transfer: u32,
    intent: u32,
}

impl Default for ColourEncoding {
    fn default() -> ColourEncoding {
        ColourEncoding {
            profile: false,
            space: RGB,
            white: D65,
            white_at: (0, 0),
            primaries: SRGB_PRIMARIES,
            primaries_at: [(0, 0); 3],
            gamma: None,
            transfer: SRGB,
            intent: RELATIVE,
        }
    }
}

fn code_point(coder: &mut impl Coder, (x, y): &mut Point) -> Result<(), Error> {
    coder.number(&COORDINATE, x)?;
    coder.number(&COORDINATE, y)
}

impl ColourEncoding {
    pub(crate) fn code(&mut self, coder: &mut impl Coder) -> Result<(), Error> {
        let mut default = *self == ColourEncoding::default();
        coder.bool(&mut default)?;
        if default {
            *self = ColourEncoding::default();
            return Ok(());
        }
        coder.bool(&mut self.profile)?;
        coder.kind(&mut self.space)?;
        if self.profile {
            return Ok(());
        }
        if self.space != XYB {
            coder.kind(&mut self.white)?;
            if self.white == CUSTOM {
                code_point(coder, &mut self.white_at)?;
            }
        }
        if !matches!(self.space, XYB | GREY) {
            coder.kind(&mut self.primaries)?;
            if self.primaries == CUSTOM {
                self.primaries_at.iter_mut().try_for_each(|point| code_point(coder, point))?;
            }
        }
        if self.space != XYB {
            let mut power = self.gamma.is_some();
            coder.bool(&mut power)?;
            if power {
                let mut gamma = self.gamma.unwrap_or(0);
                coder.bits(24, &mut gamma)?;
                self.gamma = Some(gamma);
            } else {
                coder.kind(&mut self.transfer)?;
            }
        }
        coder.kind(&mut self.intent)?;
        let valid = self.space <= XYB
            && matches!(self.white, D65 | CUSTOM | E | DCI)
            && matches!(self.primaries, SRGB_PRIMARIES | CUSTOM | BT2100 | P3)
            && matches!(self.transfer, BT709 | LINEAR | SRGB | PQ | ST428 | HLG)
            && self.intent <= 3;
        if valid { Ok(()) } else { Err(coder.fault("colours of an unknown meaning")) }
    }

    /// True if brightness goes beyond that of paper.
    pub(crate) fn is_hdr(&self) -> bool {
        self.gamma.is_none() && matches!(self.transfer, PQ | HLG)
    }

    /// True if it is told by numbers, which are as many as there are devices.
    pub(crate) fn holds_numbers(&self) -> bool {
        self.white == CUSTOM || self.primaries == CUSTOM || self.gamma.is_some()
    }

    /// True if untagged pictures mean the same.
    pub(crate) fn is_usual(&self) -> bool {
        let usual = ColourEncoding::default();
        *self == usual || *self == ColourEncoding { space: GREY, ..usual }
    }

    /// What is written for it, if no profile tells it: names of the standard, and of what has none
    /// the nearest of a few constants.
    pub(crate) fn canonical(&self) -> Result<ColourEncoding, Error> {
        let mut kept = ColourEncoding { space: self.space, ..ColourEncoding::default() };
        if self.space == XYB {
            return Ok(kept);
        }
        // the white of greys shows in no picture
        let white = match self.white {
            CUSTOM if self.space == GREY => Some((D65, [(0, 0)])),
            CUSTOM => named(&WHITES, &[self.white_at]),
            white => Some((white, [(0, 0)])),
        };
        let primaries = match self.primaries {
            CUSTOM => named(&PRIMARIES, &self.primaries_at),
            primaries => Some((primaries, [(0, 0); 3])),
        };
        let (Some((white, [white_at])), Some((primaries, primaries_at))) = (white, primaries)
        else {
            return self.nearest_class(kept);
        };
        kept = ColourEncoding { white, white_at, primaries, primaries_at, ..kept };
        match self.gamma {
            None => kept.transfer = self.transfer,
            Some(gamma) => match nearest_gamma(gamma)? {
                10_000_000 => kept.transfer = LINEAR,
                gamma => kept.gamma = Some(gamma),
            },
        }
        Ok(kept)
    }

    /// What is written for colours of custom primaries that no constant is near to: the constant space
    /// in which no colour looks different, since colours are seen relative to white.
    fn nearest_class(&self, usual: ColourEncoding) -> Result<ColourEncoding, Error> {
        let unusual = Error::Profile("its primaries are none that are usual");
        let gamma = match (self.gamma, self.transfer) {
            (Some(gamma), _) if gamma > 0 => Some(1e7 / f64::from(gamma)),
            (None, SRGB) => None,
            _ => return Err(unusual),
        };
        let white = chromaticity(&WHITES, self.white, [self.white_at]).ok_or(unusual.clone())?;
        let primaries = chromaticity(&PRIMARIES, self.primaries, self.primaries_at);
        let ([white], [red, green, blue]) = (white, primaries.ok_or(unusual)?);
        let points = [red, green, blue, white];
        match profile::judge_plain(gamma, Some(points), Components::Rgb)? {
            Outcome::Known(class) => Ok(usual.of_class(class)),
            _ => Ok(usual),
        }
    }

    /// What is written for an ICC profile. True with it if the profile cannot be used by viewers.
    pub(crate) fn of_profile(&self, bytes: &[u8]) -> Result<(ColourEncoding, bool), Error> {
        let components = match self.space {
            RGB => Components::Rgb,
            GREY => Components::Grey,
            _ => return Err(Error::Profile("it is for another colour model")),
        };
        let usual = ColourEncoding { space: self.space, ..ColourEncoding::default() };
        let kept = match profile::judge(bytes, components) {
            Ok(Outcome::Srgb) => usual,
            Ok(Outcome::Known(class)) => usual.of_class(class),
            Ok(Outcome::Unusable | Outcome::Cmyk) => return Ok((usual, true)),
            Err(error) => match CodePoints::of_profile(bytes, components) {
                Ok(Some(points)) => usual.of_points(points).ok_or(error)?,
                _ => return Err(error),
            },
        };
        Ok((kept, false))
    }

    fn of_class(self, class: ProfileClass) -> ColourEncoding {
        match class {
            ProfileClass::DisplayP3 => ColourEncoding { primaries: P3, ..self },
            ProfileClass::AdobeRgb => {
                let (primaries_at, gamma) = (ADOBE_RGB, Some(ADOBE_GAMMA));
                ColourEncoding { primaries: CUSTOM, primaries_at, gamma, ..self }
            }
            ProfileClass::GreyGamma22 => ColourEncoding { gamma: Some(GAMMA_22), ..self },
            ProfileClass::AndroidSrgb => self,
        }
    }

    fn of_points(self, points: CodePoints) -> Option<ColourEncoding> {
        let (white, primaries) = match points.primaries {
            Primaries::Bt709 => (D65, SRGB_PRIMARIES),
            Primaries::Bt2020 => (D65, BT2100),
            Primaries::P3D65 => (D65, P3),
            Primaries::DciP3 => (DCI, P3),
            _ => return None,
        };
        let primaries = if self.space == GREY { SRGB_PRIMARIES } else { primaries };
        let (gamma, transfer) = match points.transfer {
            Transfer::Bt709 => (None, BT709),
            Transfer::Linear => (None, LINEAR),
            Transfer::Srgb => (None, SRGB),
            Transfer::Pq => (None, PQ),
            Transfer::Hlg => (None, HLG),
            Transfer::Gamma22 => (Some(GAMMA_22), SRGB),
            _ => return None,
        };
        Some(ColourEncoding { white, primaries, gamma, transfer, ..self })
    }
}

/// What is known by a name of the standard, or by constants, and its coordinates.
type Named<const N: usize> = (u32, [Point; N]);

const fn at(x: u32, y: u32) -> Point {
    // PackSigned: none is negative
    (x.saturating_mul(2), y.saturating_mul(2))
}

const ADOBE_RGB: [Point; 3] = [at(640_000, 330_000), at(210_000, 710_000), at(150_000, 60_000)];
const ROMM_RGB: [Point; 3] = [at(734_699, 265_301), at(159_597, 840_403), at(36_598, 105)];
const D50: Point = at(345_704, 358_540);

const WHITES: [Named<1>; 4] = [
    (D65, [at(312_700, 329_000)]),
    (DCI, [at(314_000, 351_000)]),
    (E, [at(333_333, 333_333)]),
    (CUSTOM, [D50]),
];

const PRIMARIES: [Named<3>; 5] = [
    (SRGB_PRIMARIES, [at(640_000, 330_000), at(300_000, 600_000), at(150_000, 60_000)]),
    (BT2100, [at(708_000, 292_000), at(170_000, 797_000), at(131_000, 46_000)]),
    (P3, [at(680_000, 320_000), at(265_000, 690_000), at(150_000, 60_000)]),
    (CUSTOM, ADOBE_RGB),
    (CUSTOM, ROMM_RGB),
];

/// The chromaticities of `name`, or those at `points` if they are custom.
fn chromaticity<const N: usize>(
    known: &[Named<N>],
    name: u32,
    points: [Point; N],
) -> Option<[[f64; 2]; N]> {
    let points = match name {
        CUSTOM => points,
        name => known.iter().find(|(of, _)| *of == name)?.1,
    };
    // negative ones are odd: no usual space has any
    let whole = points.iter().all(|(x, y)| x & 1 == 0 && y & 1 == 0);
    whole.then(|| points.map(|(x, y)| [f64::from(x) / 2e6, f64::from(y) / 2e6]))
}

/// The largest distance from a known chromaticity, as it is coded: 0.001.
const NEAR: u32 = 2_000;

/// The one of `known` that is at `points`, as it is written.
fn named<const N: usize>(known: &[Named<N>], points: &[Point; N]) -> Option<Named<N>> {
    let near = |a: u32, b: u32| a.abs_diff(b) <= NEAR;
    let found = known.iter().find(|(_, places)| {
        places.iter().zip(points).all(|(a, b)| near(a.0, b.0) && near(a.1, b.1))
    })?;
    Some(if found.0 == CUSTOM { *found } else { (found.0, [(0, 0); N]) })
}

/// 1 / 2.2, as profiles have it.
const GAMMA_22: u32 = 4_545_455;
/// 256 / 563.
const ADOBE_GAMMA: u32 = 4_547_069;

/// The exponents that are written: of 1.8, 2.2, 2.4, 2.6 and 2.8, as profiles and as PNG (five
/// digits) have them; of Adobe RGB; and 1.
const GAMMAS: [u32; 12] = [
    10_000_000,
    5_555_556,
    5_555_600,
    GAMMA_22,
    4_545_500,
    ADOBE_GAMMA,
    4_166_667,
    4_166_700,
    3_846_154,
    3_846_200,
    3_571_429,
    3_571_400,
];

/// The nearest exponent that is written: coded values move by less than a level of 255.
fn nearest_gamma(gamma: u32) -> Result<u32, Error> {
    let nearest = GAMMAS.into_iter().min_by_key(|known| known.abs_diff(gamma));
    nearest
        .filter(|known| known.abs_diff(gamma) <= known / 250)
        .ok_or(Error::Profile("its gamma is none that is usual"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_written_again() {
        let usual = ColourEncoding::default();
        for class in ProfileClass::ALL {
            let space = if class == ProfileClass::GreyGamma22 { GREY } else { RGB };
            let told = ColourEncoding { profile: true, space, ..usual.clone() };
            let (kept, unusable) = told.of_profile(&profile::constant(class)).unwrap();
            assert!(!unusable);
            assert_eq!(kept.canonical(), Ok(kept.clone()), "{class}");
        }
        for gamma in GAMMAS {
            let kept = ColourEncoding { gamma: Some(gamma), ..usual.clone() }.canonical().unwrap();
            assert_eq!(kept.canonical(), Ok(kept.clone()));
        }
    }

    #[test]
    fn what_is_near_a_constant_becomes_it() {
        let usual = ColourEncoding::default();
        let custom = |white_at, primaries_at| ColourEncoding {
            white: CUSTOM,
            white_at,
            primaries: CUSTOM,
            primaries_at,
            ..usual.clone()
        };
        let srgb = [at(640_074, 329_971), at(300_003, 600_003), at(150_002, 59_996)];
        assert_eq!(custom(at(312_702, 328_999), srgb).canonical(), Ok(usual.clone()));
        let other = [at(640_000, 330_000), at(280_000, 600_000), at(150_000, 60_000)];
        assert!(matches!(custom(at(312_702, 328_999), other).canonical(), Err(Error::Profile(_))));
        assert!(matches!(custom(at(320_000, 328_999), srgb).canonical(), Err(Error::Profile(_))));
        let gamma = |gamma| ColourEncoding { gamma: Some(gamma), ..usual.clone() }.canonical();
        assert_eq!(gamma(4_545_499).unwrap().gamma, Some(4_545_500));
        assert!(gamma(5_000_000).is_err());
        let intent = ColourEncoding { intent: 0, ..usual.clone() };
        assert_eq!(intent.canonical(), Ok(usual));
    }
}
