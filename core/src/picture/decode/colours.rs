//! What the samples of a picture mean, and how they become sRGB.

use zeroize::Zeroizing;

use crate::Error;
use crate::picture::bitmap::{Bitmap, Channels, Samples};
use crate::picture::srgb::{ToSrgb, WideToSrgb};
use crate::profile::cicp::{CodePoints, Primaries, Transfer};
use crate::profile::{self, Components, Meaning, Outcome};
use crate::receipt::Note;

/// What the samples of a picture mean.
#[derive(Debug)]
pub(super) enum Colours {
    /// sRGB, or nothing is said.
    Srgb,
    /// What a profile says: ICC.1.
    Icc(Vec<u8>),
    /// A space of primaries and a curve.
    Space(Box<profile::Rgb>),
    /// What cannot be followed here: PQ and HLG of HDR, and code points that stand for no curve.
    Unknown,
}

/// How far gamma may be from sRGB's 1/2.2 and still mean it, as libpng has it.
const GAMMA_TOLERANCE: f64 = 0.05;

impl Colours {
    /// By the code points of ITU-T H.273. Reserved ones say nothing.
    pub(super) fn points(primaries: u8, transfer: u8) -> Colours {
        let (Some(primaries), Some(transfer)) = (Primaries::of(primaries), Transfer::of(transfer))
        else {
            return Colours::Srgb;
        };
        let points = CodePoints { primaries, transfer };
        if points.outcome() == Some(Outcome::Srgb) {
            return Colours::Srgb;
        }
        points.space().map_or(Colours::Unknown, |space| Colours::Space(Box::new(space)))
    }

    /// By PNG's gAMA (the power that made samples of light) and cHRM (red, green, blue, white).
    pub(super) fn by_gamma(gamma: Option<f64>, chromaticities: Option<[[f64; 2]; 4]>) -> Colours {
        let gamma = gamma.filter(|gamma| (0.1..=5.0).contains(gamma));
        let primaries = chromaticities.and_then(profile::relative_to_d50);
        let near = gamma.is_none_or(|gamma| (gamma * 2.2 - 1.0).abs() <= GAMMA_TOLERANCE);
        let curve = match gamma {
            Some(gamma) if !near => profile::Curve::gamma(1.0 / gamma),
            _ => profile::Curve::srgb(),
        };
        if near && primaries.is_none() {
            return Colours::Srgb;
        }
        let primaries = primaries.unwrap_or(profile::SRGB_PRIMARIES);
        let curves = [curve.clone(), curve.clone(), curve];
        Colours::Space(Box::new(profile::Rgb { primaries, curves }))
    }
}

/// The picture with its colours in sRGB, and what to say of them.
pub(super) fn to_srgb(
    mut bitmap: Bitmap,
    colours: &Colours,
) -> Result<(Bitmap, Option<Note>), Error> {
    let components = match bitmap.channels {
        Channels::Grey | Channels::GreyAlpha => Components::Grey,
        Channels::Rgb | Channels::Rgba => Components::Rgb,
    };
    let unusable = |profile: &[u8]| {
        matches!(profile::judge(profile, components), Ok(Outcome::Unusable))
            .then_some(Note::UnusableProfileDropped)
    };
    let (meaning, note) = match colours {
        Colours::Srgb => return Ok((bitmap, None)),
        Colours::Unknown => return Ok((bitmap, Some(Note::ProfileTakenForSrgb))),
        Colours::Space(space) => (profile::meaning_of(profile::Rgb::clone(space)), None),
        Colours::Icc(profile) => (profile::meaning(profile, components), unusable(profile)),
    };
    match meaning {
        Meaning::Srgb => return Ok((bitmap, note)),
        Meaning::Unknown => return Ok((bitmap, Some(Note::ProfileTakenForSrgb))),
        Meaning::Rgb(_) | Meaning::Grey(_) => {}
    }
    let (channels, count) = (bitmap.channels, bitmap.channels.count());
    let width = bitmap.width * count;
    match &mut bitmap.samples {
        Samples::Eight(samples) => {
            let to_srgb = ToSrgb::by_meaning(meaning);
            let mut rgb = Zeroizing::new(vec![0; bitmap.width * 3]);
            for row in samples.chunks_exact_mut(width) {
                convert(row, channels, &mut rgb, |rgb| to_srgb.apply(rgb));
            }
        }
        Samples::Sixteen(samples) => {
            let to_srgb = WideToSrgb::by_meaning(&meaning);
            let mut rgb = Zeroizing::new(vec![0; bitmap.width * 3]);
            for row in samples.chunks_exact_mut(width) {
                convert(row, channels, &mut rgb, |rgb| to_srgb.apply(rgb));
            }
        }
    }
    Ok((bitmap, note))
}

/// Lets `apply` convert the colours of a row by way of `rgb`, which has room for them.
fn convert<T: Copy>(row: &mut [T], channels: Channels, rgb: &mut [T], apply: impl Fn(&mut [T])) {
    let (count, colours) = (channels.count(), channels.colours());
    for (to, pixel) in rgb.chunks_exact_mut(3).zip(row.chunks_exact(count)) {
        match colours {
            1 => to.fill(pixel[0]),
            _ => to.copy_from_slice(&pixel[..3]),
        }
    }
    apply(rgb);
    for (from, pixel) in rgb.chunks_exact(3).zip(row.chunks_exact_mut(count)) {
        match colours {
            // of a grey the three are the same, but for the last digit of a matrix: the middle one
            1 => pixel[0] = from[1],
            _ => pixel[..3].copy_from_slice(from),
        }
    }
}
