//! Coding-independent code points: ITU-T H.273 (09/2024), tables 2 (primaries), 3 (transfer
//! characteristics) and 4 (matrix coefficients). They tell colours in HEIF, AVIF, PNG (`cICP`) and
//! JPEG XL.
//!
//! Only values that the tables give a meaning are known; of several with the same meaning one is
//! kept. A value that is reserved or says "unspecified" is `None`: the format at hand says what it
//! means there.

use crate::Error;
use crate::profile::colorimetry::{self, Chromaticities};
use crate::profile::parse::{Curve, Profile, Space, code_points};
use crate::profile::{Components, Outcome, ProfileClass};

/// Table 2: what the primaries and the white are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Primaries {
    /// BT.709, sRGB.
    Bt709 = 1,
    /// BT.470 System M.
    Bt470M = 4,
    /// BT.470 Systems B and G, BT.601 625 lines.
    Bt470Bg = 5,
    /// BT.601 525 lines, SMPTE ST 170; ST 240 has the same.
    Bt601 = 6,
    /// Film with illuminant C.
    Film = 8,
    /// BT.2020, BT.2100.
    Bt2020 = 9,
    /// CIE 1931 XYZ: SMPTE ST 428-1.
    Xyz = 10,
    /// SMPTE RP 431-2: DCI-P3.
    DciP3 = 11,
    /// SMPTE EG 432-1: P3 with D65.
    P3D65 = 12,
    /// EBU Tech. 3213-E.
    Ebu3213 = 22,
}

/// Table 3: how coded values follow from light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Transfer {
    /// BT.709; BT.601 and BT.2020 have the same.
    Bt709 = 1,
    /// Gamma 2.2.
    Gamma22 = 4,
    /// Gamma 2.8.
    Gamma28 = 5,
    /// SMPTE ST 240.
    St240 = 7,
    /// Linear.
    Linear = 8,
    /// Logarithmic, 100 : 1.
    Log100 = 9,
    /// Logarithmic, 100 × √10 : 1.
    Log316 = 10,
    /// IEC 61966-2-4: xvYCC.
    XvYcc = 11,
    /// BT.1361 with an extended gamut.
    Bt1361 = 12,
    /// sRGB, sYCC: IEC 61966-2-1.
    Srgb = 13,
    /// PQ: SMPTE ST 2084, BT.2100.
    Pq = 16,
    /// SMPTE ST 428-1.
    St428 = 17,
    /// HLG: BT.2100.
    Hlg = 18,
}

/// Table 4: how luma and chroma follow from the three components.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Matrix {
    /// None: the components are coded themselves (green, blue, red).
    Identity = 0,
    /// BT.709.
    Bt709 = 1,
    /// US FCC 73.682.
    Fcc = 4,
    /// BT.601; BT.470 Systems B and G have the same.
    Bt601 = 6,
    /// SMPTE ST 240.
    St240 = 7,
    /// YCgCo.
    YCgCo = 8,
    /// BT.2020, non-constant luminance.
    Bt2020 = 9,
    /// BT.2020, constant luminance.
    Bt2020Constant = 10,
    /// SMPTE ST 2085: Y'D'zD'x.
    St2085 = 11,
    /// Derived from the primaries, non-constant luminance.
    FromPrimaries = 12,
    /// Derived from the primaries, constant luminance.
    FromPrimariesConstant = 13,
    /// BT.2100: ICtCp.
    ICtCp = 14,
    /// SMPTE ST 2128: IPT-PQ-C2.
    IptPqC2 = 15,
    /// YCgCo-Re, lossless.
    YCgCoRe = 16,
    /// YCgCo-Ro, lossless.
    YCgCoRo = 17,
}

impl Primaries {
    /// What `code` means.
    pub(crate) fn of(code: u8) -> Option<Primaries> {
        Some(match code {
            1 => Primaries::Bt709,
            4 => Primaries::Bt470M,
            5 => Primaries::Bt470Bg,
            6 | 7 => Primaries::Bt601,
            8 => Primaries::Film,
            9 => Primaries::Bt2020,
            10 => Primaries::Xyz,
            11 => Primaries::DciP3,
            12 => Primaries::P3D65,
            22 => Primaries::Ebu3213,
            _ => return None,
        })
    }

    /// Its code.
    pub(crate) fn code(self) -> u8 {
        self as u8
    }

    /// The chromaticities of red, green, blue and white.
    fn chromaticities(self) -> Option<Chromaticities> {
        const D65: [f64; 2] = [0.3127, 0.329];
        const C: [f64; 2] = [0.31, 0.316];
        Some(match self {
            Primaries::Bt709 => [[0.64, 0.33], [0.3, 0.6], [0.15, 0.06], D65],
            Primaries::Bt470M => [[0.67, 0.33], [0.21, 0.71], [0.14, 0.08], C],
            Primaries::Bt470Bg => [[0.64, 0.33], [0.29, 0.6], [0.15, 0.06], D65],
            Primaries::Bt601 => [[0.63, 0.34], [0.31, 0.595], [0.155, 0.07], D65],
            Primaries::Film => [[0.681, 0.319], [0.243, 0.692], [0.145, 0.049], C],
            Primaries::Bt2020 => [[0.708, 0.292], [0.17, 0.797], [0.131, 0.046], D65],
            Primaries::DciP3 => [[0.68, 0.32], [0.265, 0.69], [0.15, 0.06], [0.314, 0.351]],
            Primaries::P3D65 => [[0.68, 0.32], [0.265, 0.69], [0.15, 0.06], D65],
            Primaries::Ebu3213 => [[0.63, 0.34], [0.295, 0.605], [0.155, 0.077], D65],
            Primaries::Xyz => return None,
        })
    }
}

impl Transfer {
    /// What `code` means. Of 1, 6, 14 and 15, which mean the same, the table prefers 1.
    pub(crate) fn of(code: u8) -> Option<Transfer> {
        Some(match code {
            1 | 6 | 14 | 15 => Transfer::Bt709,
            4 => Transfer::Gamma22,
            5 => Transfer::Gamma28,
            7 => Transfer::St240,
            8 => Transfer::Linear,
            9 => Transfer::Log100,
            10 => Transfer::Log316,
            11 => Transfer::XvYcc,
            12 => Transfer::Bt1361,
            13 => Transfer::Srgb,
            16 => Transfer::Pq,
            17 => Transfer::St428,
            18 => Transfer::Hlg,
            _ => return None,
        })
    }

    /// Its code.
    pub(crate) fn code(self) -> u8 {
        self as u8
    }

    /// The curve from coded values to light, where a profile of ICC.1 can have the same.
    fn curve(self) -> Option<Curve> {
        /// The parametric function of type 3: an offset power above `edge`, a line of `slope` below.
        fn offset(gamma: f64, offset: f64, slope: f64, edge: f64) -> Curve {
            let scale = 1.0 + offset;
            Curve::Parametric([gamma, 1.0 / scale, offset / scale, 1.0 / slope, edge, 0.0, 0.0])
        }
        Some(match self {
            Transfer::Bt709 => offset(1.0 / 0.45, 0.099, 4.5, 0.081),
            Transfer::St240 => offset(1.0 / 0.45, 0.1115, 4.0, 0.0912),
            Transfer::Srgb => Curve::srgb(),
            Transfer::Gamma22 => Curve::gamma(2.2),
            Transfer::Gamma28 => Curve::gamma(2.8),
            Transfer::Linear => Curve::gamma(1.0),
            _ => return None,
        })
    }
}

impl Matrix {
    /// What `code` means.
    pub(crate) fn of(code: u8) -> Option<Matrix> {
        Some(match code {
            0 => Matrix::Identity,
            1 => Matrix::Bt709,
            4 => Matrix::Fcc,
            5 | 6 => Matrix::Bt601,
            7 => Matrix::St240,
            8 => Matrix::YCgCo,
            9 => Matrix::Bt2020,
            10 => Matrix::Bt2020Constant,
            11 => Matrix::St2085,
            12 => Matrix::FromPrimaries,
            13 => Matrix::FromPrimariesConstant,
            14 => Matrix::ICtCp,
            15 => Matrix::IptPqC2,
            16 => Matrix::YCgCoRe,
            17 => Matrix::YCgCoRo,
            _ => return None,
        })
    }

    /// Its code.
    pub(crate) fn code(self) -> u8 {
        self as u8
    }
}

/// What colours mean, as code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CodePoints {
    pub(crate) primaries: Primaries,
    pub(crate) transfer: Transfer,
}

impl CodePoints {
    /// sRGB: what untagged pictures are.
    pub(crate) const SRGB: CodePoints =
        CodePoints { primaries: Primaries::Bt709, transfer: Transfer::Srgb };

    /// The outcome that a profile of the same meaning has, if there is a constant one.
    pub(crate) fn outcome(self) -> Option<Outcome> {
        match (self.primaries, self.transfer) {
            (Primaries::Bt709, Transfer::Srgb) => Some(Outcome::Srgb),
            (Primaries::P3D65, Transfer::Srgb) => Some(Outcome::Known(ProfileClass::DisplayP3)),
            _ => None,
        }
    }

    /// The code points of the same meaning as the constant profile of `class`, if there are any.
    pub(crate) fn of_class(class: ProfileClass) -> Option<CodePoints> {
        match class {
            ProfileClass::DisplayP3 => {
                Some(CodePoints { primaries: Primaries::P3D65, transfer: Transfer::Srgb })
            }
            ProfileClass::GreyGamma22 => {
                Some(CodePoints { primaries: Primaries::Bt709, transfer: Transfer::Gamma22 })
            }
            ProfileClass::AndroidSrgb => Some(CodePoints::SRGB),
            ProfileClass::AdobeRgb => None,
        }
    }

    /// The code points that say what `profile` says of a picture of `components`: no colour moves
    /// by more than ΔE*ab 1. `Ok(None)` if viewers cannot use the profile with this picture, an error
    /// if no code points mean the same.
    ///
    /// Its `cicp` tag (ICC.1:2022, section 9.2.17) is followed where it names PQ or HLG, as viewers
    /// do; otherwise primaries and curves are compared.
    pub(crate) fn of_profile(
        profile: &[u8],
        components: Components,
    ) -> Result<Option<CodePoints>, Error> {
        let Some(parsed) = Profile::parse(profile) else { return Ok(None) };
        match (parsed.space, components) {
            (_, Components::Cmyk) | (Space::Cmyk, _) | (Space::Grey(_), Components::Rgb) => {
                Ok(None)
            }
            (Space::Rgb(rgb), _) => {
                let known = [CodePoints::SRGB, DISPLAY_P3].into_iter();
                let first = known.chain(ALL_PRIMARIES.into_iter().flat_map(|primaries| {
                    ALL_CURVES.map(|transfer| CodePoints { primaries, transfer })
                }));
                let mut nearest: Option<(f64, CodePoints)> = None;
                for points in first {
                    let Some(stand_in) = points.space() else { continue };
                    let distance = colorimetry::rgb_distance(&rgb, &stand_in);
                    let known = points.outcome().is_some();
                    if known && distance <= colorimetry::TOLERANCE {
                        return Ok(Some(points));
                    }
                    if nearest.is_none_or(|(least, _)| distance < least) {
                        nearest = Some((distance, points));
                    }
                }
                match nearest {
                    Some((distance, points)) if distance <= colorimetry::TOLERANCE => {
                        Ok(Some(points))
                    }
                    _ => Err(Error::Profile("its colours are those of no code points")),
                }
            }
            (Space::Grey(curve), Components::Grey) => ALL_CURVES
                .into_iter()
                .find(|transfer| {
                    transfer.curve().is_some_and(|known| {
                        colorimetry::grey_distance(&curve, &known) <= colorimetry::TOLERANCE
                    })
                })
                .map(|transfer| Some(CodePoints { primaries: Primaries::Bt709, transfer }))
                .ok_or(Error::Profile("its greys are those of no code points")),
            (Space::Hdr(_), _) => code_points(profile)
                .and_then(|[primaries, transfer]| {
                    let (primaries, transfer) = (Primaries::of(primaries), Transfer::of(transfer));
                    Some(CodePoints { primaries: primaries?, transfer: transfer? })
                })
                .map(Some)
                .ok_or(Error::Profile("it is for HDR with unknown primaries")),
            (Space::Table(_), _) => Err(Error::Profile("it works by tables, not by primaries")),
            (Space::Other, _) => Err(Error::Profile("it is for another colour model")),
        }
    }

    /// The space of primaries and curves that they name; none for HDR and curves that no profile has.
    pub(crate) fn space(self) -> Option<crate::profile::Rgb> {
        let primaries = colorimetry::relative_to_d50(self.primaries.chromaticities()?)?;
        let curve = self.transfer.curve()?;
        Some(crate::profile::Rgb { primaries, curves: [curve.clone(), curve.clone(), curve] })
    }
}

const DISPLAY_P3: CodePoints = CodePoints { primaries: Primaries::P3D65, transfer: Transfer::Srgb };

/// The primaries that a profile can have.
const ALL_PRIMARIES: [Primaries; 9] = [
    Primaries::Bt709,
    Primaries::P3D65,
    Primaries::Bt2020,
    Primaries::DciP3,
    Primaries::Bt601,
    Primaries::Bt470Bg,
    Primaries::Bt470M,
    Primaries::Film,
    Primaries::Ebu3213,
];

/// The transfer characteristics that a profile can have as curves, sRGB's first.
const ALL_CURVES: [Transfer; 6] = [
    Transfer::Srgb,
    Transfer::Gamma22,
    Transfer::Bt709,
    Transfer::Linear,
    Transfer::St240,
    Transfer::Gamma28,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::constant;

    #[test]
    fn codes_stand_for_themselves_or_for_one_of_the_same_meaning() {
        let preferred = |kept: Vec<(u8, u8)>| -> Vec<(u8, u8)> {
            kept.into_iter().filter(|(code, kept)| code != kept).collect()
        };
        let primaries = (0..=255).filter_map(|c| Some((c, Primaries::of(c)?.code()))).collect();
        let transfers = (0..=255).filter_map(|c| Some((c, Transfer::of(c)?.code()))).collect();
        let matrices = (0..=255).filter_map(|c| Some((c, Matrix::of(c)?.code()))).collect();
        assert_eq!(preferred(primaries), [(7, 6)]);
        assert_eq!(preferred(transfers), [(6, 1), (14, 1), (15, 1)]);
        assert_eq!(preferred(matrices), [(5, 6)]);
    }

    #[test]
    fn reserved_and_unspecified_codes_are_not_known() {
        for code in [0, 2, 3, 13, 21, 23, 255] {
            assert_eq!(Primaries::of(code), None);
        }
        for code in [0, 2, 3, 19, 255] {
            assert_eq!(Transfer::of(code), None);
        }
        for code in [2, 3, 18, 255] {
            assert_eq!(Matrix::of(code), None);
        }
    }

    #[test]
    fn constant_profiles_and_code_points_mean_the_same() {
        for class in ProfileClass::ALL {
            let components = match class {
                ProfileClass::GreyGamma22 => Components::Grey,
                _ => Components::Rgb,
            };
            let points = CodePoints::of_profile(&constant(class), components);
            match CodePoints::of_class(class) {
                Some(expected) => assert_eq!(points, Ok(Some(expected)), "{class}"),
                None => assert!(points.is_err(), "{class}"),
            }
        }
        assert_eq!(DISPLAY_P3.outcome(), Some(Outcome::Known(ProfileClass::DisplayP3)));
        assert_eq!(CodePoints::SRGB.outcome(), Some(Outcome::Srgb));
    }

    /// The profile of Display P3 with other primaries and curves.
    fn profile(points: CodePoints) -> Vec<u8> {
        let space = points.space().unwrap();
        let mut bytes = constant(ProfileClass::DisplayP3);
        let place = |bytes: &[u8], tag: &[u8; 4]| {
            let entry = bytes[132..].chunks(12).find(|entry| entry.starts_with(tag)).unwrap();
            u32::from_be_bytes(entry[4..8].try_into().unwrap()) as usize
        };
        let fixed = |value: f64| ((value * 65_536.0).round() as i32).to_be_bytes();
        for (column, tag) in [b"rXYZ", b"gXYZ", b"bXYZ"].into_iter().enumerate() {
            let at = place(&bytes, tag) + 8;
            for (row, values) in space.primaries.iter().enumerate() {
                bytes[at + 4 * row..][..4].copy_from_slice(&fixed(values[column]));
            }
        }
        let Curve::Parametric(values) = &space.curves[0] else { unreachable!() };
        let at = place(&bytes, b"rTRC") + 12; // shared by all three
        for (n, value) in values[..5].iter().enumerate() {
            bytes[at + 4 * n..][..4].copy_from_slice(&fixed(*value));
        }
        bytes
    }

    #[test]
    fn profiles_of_every_pair_are_told_by_it_or_by_one_that_looks_the_same() {
        for primaries in ALL_PRIMARIES {
            for transfer in ALL_CURVES {
                let points = CodePoints { primaries, transfer };
                let found =
                    CodePoints::of_profile(&profile(points), Components::Rgb).unwrap().unwrap();
                let distance =
                    colorimetry::rgb_distance(&points.space().unwrap(), &found.space().unwrap());
                assert!(distance <= 1.01, "{points:?} became {found:?}, ΔE {distance}");
                if primaries == Primaries::Bt2020 {
                    assert_eq!(found, points);
                }
            }
        }
    }

    #[test]
    fn hdr_is_told_by_the_tag_alone() {
        let mut bytes = constant(ProfileClass::DisplayP3);
        // the text of the copyright is not needed: its tag becomes cicp
        let entry =
            132 + bytes[132..].chunks(12).position(|e| e.starts_with(b"cprt")).unwrap() * 12;
        let at = u32::from_be_bytes(bytes[entry + 4..entry + 8].try_into().unwrap()) as usize;
        bytes[entry..entry + 4].copy_from_slice(b"cicp");
        bytes[at..at + 12].copy_from_slice(b"cicp\0\0\0\0\x09\x10\0\x01");
        let of = |bytes: &[u8]| CodePoints::of_profile(bytes, Components::Rgb);
        let pq = CodePoints { primaries: Primaries::Bt2020, transfer: Transfer::Pq };
        assert_eq!(of(&bytes), Ok(Some(pq)));
        bytes[at + 9] = 18;
        assert_eq!(of(&bytes), Ok(Some(CodePoints { transfer: Transfer::Hlg, ..pq })));
        bytes[at + 8] = 2;
        assert!(of(&bytes).is_err());
        // the tag of another transfer goes for nothing
        bytes[at + 9] = 1;
        assert_eq!(of(&bytes), Ok(Some(DISPLAY_P3)));
    }

    #[test]
    fn what_viewers_cannot_use_has_no_code_points() {
        let of = CodePoints::of_profile;
        assert_eq!(of(b"no profile", Components::Rgb), Ok(None));
        let grey = constant(ProfileClass::GreyGamma22);
        assert_eq!(of(&grey, Components::Rgb), Ok(None));
        assert_eq!(of(&constant(ProfileClass::DisplayP3), Components::Cmyk), Ok(None));
    }
}
