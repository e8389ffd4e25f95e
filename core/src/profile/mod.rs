//! What a colour profile means, and the constant profiles that stand in for it: ICC.1:2022.
//!
//! A profile names its maker and day, so none is ever copied. One that means sRGB is left out;
//! one of a few known colour spaces is replaced by ours, the same for everybody.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

pub(crate) mod cicp;
mod colorimetry;
mod constant;
mod parse;

use std::fmt;

use serde::Serialize;

pub(crate) use constant::constant;

pub(crate) use colorimetry::relative_to_d50;
pub(crate) use parse::{Curve, Rgb};

use crate::Error;
use parse::{Profile, Space};

/// The profiles that Unmarked writes: constant, self-made, the same for everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ProfileClass {
    /// Primaries of Display P3, transfer curve of sRGB.
    DisplayP3,
    /// Primaries and gamma of Adobe RGB (1998).
    AdobeRgb,
    /// Grey with a gamma of 2.2.
    GreyGamma22,
    /// sRGB, told by the profile that Android's encoder writes. Only pictures that were drawn again
    /// have it; elsewhere sRGB is told by no profile.
    AndroidSrgb,
}

impl ProfileClass {
    /// All of them.
    pub(crate) const ALL: [ProfileClass; 4] = [
        ProfileClass::DisplayP3,
        ProfileClass::AdobeRgb,
        ProfileClass::GreyGamma22,
        ProfileClass::AndroidSrgb,
    ];
}

/// What the components of a picture are, as far as profiles matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Components {
    Grey,
    Rgb,
    Cmyk,
}

/// What becomes of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It means what untagged pictures mean: left out.
    Srgb,
    /// It is replaced by a constant one.
    Known(ProfileClass),
    /// It is for CMYK: left out, which is said.
    Cmyk,
    /// Viewers cannot use it with these components: left out, which is said.
    Unusable,
}

/// True if `profile` is byte by byte one of the constant ones.
pub(crate) fn is_constant(profile: &[u8]) -> bool {
    ProfileClass::ALL.iter().any(|class| constant(*class) == profile)
}

/// What becomes of `profile` in a picture of `components`; an error if there is no stand-in for it.
pub(crate) fn judge(profile: &[u8], components: Components) -> Result<Outcome, Error> {
    let Some(profile) = Profile::parse(profile) else { return Ok(Outcome::Unusable) };
    match (&profile.space, components) {
        (Space::Cmyk, Components::Cmyk) => Ok(Outcome::Cmyk),
        (_, Components::Cmyk) => Ok(Outcome::Unusable),
        (Space::Rgb(rgb), _) => colorimetry::rgb_class(rgb),
        (Space::Grey(curve), Components::Grey) => colorimetry::grey_class(curve),
        (Space::Table(_), _) => Err(Error::Profile("it works by tables, not by primaries")),
        (Space::Hdr(_), _) => Err(Error::Profile("it is for HDR")),
        (Space::Other, _) => Err(Error::Profile("it is for another colour model")),
        (Space::Grey(_) | Space::Cmyk, _) => Ok(Outcome::Unusable),
    }
}

/// What becomes of colours that are told by chromaticities (red, green, blue and white, each x and y;
/// none, or such as cannot be: sRGB's) and by a pure power (none: sRGB's curve).
pub(crate) fn judge_plain(
    gamma: Option<f64>,
    chromaticities: Option<[[f64; 2]; 4]>,
    components: Components,
) -> Result<Outcome, Error> {
    let primaries = chromaticities
        .and_then(relative_to_d50)
        .filter(|matrix| matrix.as_flattened().iter().all(|value| value.is_finite()))
        .unwrap_or(SRGB_PRIMARIES);
    let curve = gamma.map_or_else(Curve::srgb, Curve::gamma);
    match components {
        Components::Grey => colorimetry::grey_class(&curve),
        _ => {
            let curves = [curve.clone(), curve.clone(), curve];
            colorimetry::rgb_class(&Rgb { primaries, curves })
        }
    }
}

/// What has to be done with coded values so that they mean sRGB.
#[derive(Debug)]
pub(crate) enum Meaning {
    /// Nothing: they do, or viewers take them so.
    Srgb,
    /// They are of this RGB space.
    Rgb(Rgb),
    /// They are grey, by this curve.
    Grey(Curve),
    /// It cannot be told; they are taken as sRGB, which has to be said.
    Unknown,
}

/// What `profile` says of the values of a picture of `components`. Where tables or a transfer
/// function of HDR go before primaries and curves, those are used if they are there.
pub(crate) fn meaning(profile: &[u8], components: Components) -> Meaning {
    let Some(profile) = Profile::parse(profile) else { return Meaning::Srgb };
    let space = match profile.space {
        Space::Table(simple) | Space::Hdr(simple) => simple.map(|space| *space),
        space => Some(space),
    };
    match (space, components) {
        (_, Components::Cmyk) => Meaning::Srgb,
        (Some(Space::Rgb(rgb)), _) => meaning_of(rgb),
        (Some(Space::Grey(curve)), Components::Grey) => match colorimetry::grey_class(&curve) {
            Ok(Outcome::Srgb) => Meaning::Srgb,
            Ok(Outcome::Known(class)) => Meaning::Grey(match stand_in(class) {
                Some(Space::Grey(constant)) => constant,
                _ => curve,
            }),
            _ => Meaning::Grey(curve),
        },
        (Some(Space::Grey(_) | Space::Cmyk), _) => Meaning::Srgb,
        (Some(Space::Other | Space::Table(_) | Space::Hdr(_)) | None, _) => Meaning::Unknown,
    }
}

/// What values of the RGB space `rgb` mean.
pub(crate) fn meaning_of(rgb: Rgb) -> Meaning {
    match colorimetry::rgb_class(&rgb) {
        Ok(Outcome::Srgb) => Meaning::Srgb,
        Ok(Outcome::Known(class)) => Meaning::Rgb(match stand_in(class) {
            Some(Space::Rgb(constant)) => constant,
            _ => rgb,
        }),
        _ => Meaning::Rgb(rgb),
    }
}

/// What the constant profile of `class` means. Its numbers are used for every profile of the class:
/// those of the profile itself could tell a device by the pixels.
fn stand_in(class: ProfileClass) -> Option<Space> {
    Profile::parse(&constant(class)).map(|profile| profile.space)
}

/// sRGB's primaries relative to D50: columns red, green, blue; rows X, Y, Z.
pub(crate) const SRGB_PRIMARIES: [[f64; 3]; 3] = colorimetry::SRGB;

impl fmt::Display for ProfileClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ProfileClass::DisplayP3 => "Display P3",
            ProfileClass::AdobeRgb => "Adobe RGB",
            ProfileClass::GreyGamma22 => "grey gamma 2.2",
            ProfileClass::AndroidSrgb => "sRGB, as Android writes it",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constant_profiles_mean_themselves() {
        for class in ProfileClass::ALL {
            let bytes = constant(class);
            assert!(is_constant(&bytes));
            let components = match class {
                ProfileClass::GreyGamma22 => Components::Grey,
                _ => Components::Rgb,
            };
            let outcome = match class {
                ProfileClass::AndroidSrgb => Outcome::Srgb,
                _ => Outcome::Known(class),
            };
            assert_eq!(judge(&bytes, components), Ok(outcome), "{class}");
            assert_eq!(judge(&bytes, Components::Cmyk), Ok(Outcome::Unusable));
        }
        assert_eq!(
            judge(&constant(ProfileClass::GreyGamma22), Components::Rgb),
            Ok(Outcome::Unusable)
        );
    }

    #[test]
    fn only_ink_profiles_are_told_as_such() {
        let mut bytes = constant(ProfileClass::DisplayP3);
        bytes[16..20].copy_from_slice(b"CMYK");
        assert_eq!(judge(&bytes, Components::Cmyk), Ok(Outcome::Cmyk));
        assert_eq!(judge(&bytes, Components::Rgb), Ok(Outcome::Unusable));
        assert_eq!(judge(b"no profile", Components::Cmyk), Ok(Outcome::Unusable));
    }

    #[test]
    fn any_cut_profile_is_judged_without_harm() {
        for class in ProfileClass::ALL {
            let bytes = constant(class);
            for end in 0..bytes.len() {
                let _judged = judge(bytes.get(..end).unwrap(), Components::Rgb);
            }
        }
    }
}
