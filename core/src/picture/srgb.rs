//! Colours of another space become those of sRGB: coded values to linear light, by the primaries to
//! those of sRGB, clamped, and coded again (ICC.1:2022, annex F.3, both ways).

use crate::profile::{Components, Curve, Meaning, Rgb, SRGB_PRIMARIES, meaning};

/// Steps of linear light that are told apart: at black, where sRGB is steepest, a fifth of a level.
const STEPS: usize = 1 << 14;

/// How the pixels of a picture become sRGB.
#[derive(Debug)]
pub(crate) enum ToSrgb {
    /// They are.
    Nothing,
    /// Level by level.
    Levels(Box<[u8; 256]>),
    /// By linear light.
    Light(Box<Light>),
}

#[derive(Debug)]
pub(crate) struct Light {
    /// The light of each coded value of red, green and blue, 0 to 1.
    linear: [[f32; 256]; 3],
    /// What the light of each source primary is in sRGB's: columns are the source's.
    matrix: [[f32; 3]; 3],
    /// The coded value of each of `STEPS` + 1 steps of light.
    coded: Vec<u8>,
}

impl ToSrgb {
    /// By the profile of a picture. The second is true if it could not be told what the profile
    /// means, so that the values are taken as sRGB.
    pub(crate) fn by_profile(profile: &[u8], components: Components) -> (ToSrgb, bool) {
        let meaning = meaning(profile, components);
        let guessed = matches!(meaning, Meaning::Unknown);
        (ToSrgb::by_meaning(meaning), guessed)
    }

    /// By what the values of a picture mean; unknown ones are taken as sRGB.
    pub(crate) fn by_meaning(meaning: Meaning) -> ToSrgb {
        match meaning {
            Meaning::Srgb | Meaning::Unknown => ToSrgb::Nothing,
            Meaning::Grey(curve) => {
                let level = |value: usize| (coded(light(&curve, value)) * 255.0).round() as u8;
                ToSrgb::Levels(Box::new(std::array::from_fn(level)))
            }
            Meaning::Rgb(rgb) => ToSrgb::Light(Box::new(Light::new(&rgb))),
        }
    }

    /// Converts a row of RGB pixels.
    pub(crate) fn apply(&self, rgb: &mut [u8]) {
        match self {
            ToSrgb::Nothing => {}
            ToSrgb::Levels(levels) => {
                rgb.iter_mut().for_each(|value| *value = levels[usize::from(*value)]);
            }
            ToSrgb::Light(light) => {
                for pixel in rgb.as_chunks_mut::<3>().0 {
                    *pixel = light.convert(*pixel);
                }
            }
        }
    }
}

impl Light {
    fn new(space: &Rgb) -> Light {
        let linear = std::array::from_fn(|channel| {
            std::array::from_fn(|value| light(&space.curves[channel], value) as f32)
        });
        let step = |n: usize| (coded(n as f64 / STEPS as f64) * 255.0).round() as u8;
        Light { linear, matrix: matrix(space), coded: (0..=STEPS).map(step).collect() }
    }

    fn convert(&self, pixel: [u8; 3]) -> [u8; 3] {
        let [r, g, b]: [f32; 3] = std::array::from_fn(|i| self.linear[i][usize::from(pixel[i])]);
        self.matrix.map(|[from_red, from_green, from_blue]| {
            let light = from_red * r + from_green * g + from_blue * b;
            let light = if light > 0.0 { light } else { 0.0 };
            let light = if light < 1.0 { light } else { 1.0 };
            // 2^23 leaves no room for a fraction: the nearest step stands in the lowest bits
            let step = (light * STEPS as f32 + 8_388_608.0).to_bits() as usize % (2 * STEPS);
            self.coded[step]
        })
    }
}

/// How the pixels of 16 bits a sample become sRGB.
#[derive(Debug)]
pub(crate) enum WideToSrgb {
    /// They are.
    Nothing,
    /// Value by value.
    Levels(Vec<u16>),
    /// By linear light.
    Light {
        /// The light of each coded value of red, green and blue, 0 to 1.
        linear: Box<[Vec<f32>; 3]>,
        /// What the light of each source primary is in sRGB's: columns are the source's.
        matrix: [[f32; 3]; 3],
    },
}

impl WideToSrgb {
    /// By what the values of a picture mean; unknown ones are taken as sRGB.
    pub(crate) fn by_meaning(meaning: &Meaning) -> WideToSrgb {
        let lights = |curve: &Curve| (0..=u16::MAX).map(|value| wide_light(curve, value)).collect();
        match meaning {
            Meaning::Srgb | Meaning::Unknown => WideToSrgb::Nothing,
            Meaning::Grey(curve) => WideToSrgb::Levels(
                (0..=u16::MAX).map(|value| wide_coded(wide_light(curve, value))).collect(),
            ),
            Meaning::Rgb(rgb) => WideToSrgb::Light {
                linear: Box::new(std::array::from_fn(|channel| lights(&rgb.curves[channel]))),
                matrix: matrix(rgb),
            },
        }
    }

    /// Converts a row of RGB pixels.
    pub(crate) fn apply(&self, rgb: &mut [u16]) {
        match self {
            WideToSrgb::Nothing => {}
            WideToSrgb::Levels(levels) => {
                rgb.iter_mut().for_each(|value| *value = levels[usize::from(*value)]);
            }
            WideToSrgb::Light { linear, matrix } => {
                for pixel in rgb.as_chunks_mut::<3>().0 {
                    let [r, g, b]: [f32; 3] =
                        std::array::from_fn(|i| linear[i][usize::from(pixel[i])]);
                    *pixel = matrix.map(|[from_red, from_green, from_blue]| {
                        wide_coded(from_red * r + from_green * g + from_blue * b)
                    });
                }
            }
        }
    }
}

/// The light of a coded value from 0 to 65535.
fn wide_light(curve: &Curve, value: u16) -> f32 {
    let light = curve.linear(f64::from(value) / 65_535.0);
    if light.is_finite() { light as f32 } else { 0.0 }
}

/// sRGB's light of a colour of CIE L*a*b*, relative to D50: ISO/CIE 11664-4, the other way round.
pub(crate) fn from_lab([l, a, b]: [f64; 3]) -> [f64; 3] {
    const D50: [f64; 3] = [0.9642, 1.0, 0.8249];
    const EDGE: f64 = 6.0 / 29.0;
    let middle = (l + 16.0) / 116.0;
    let part = |f: f64| {
        if f > EDGE { f * f * f } else { 3.0 * EDGE * EDGE * (f - 4.0 / 29.0) }
    };
    let responses = [middle + a / 500.0, middle, middle - b / 200.0].map(part);
    let xyz: [f64; 3] = std::array::from_fn(|i| responses[i] * D50[i]);
    inverse(&SRGB_PRIMARIES).map(|row| row.iter().zip(xyz).map(|(m, v)| m * v).sum())
}

/// The coded value of light, clamped.
pub(crate) fn wide_coded(light: f32) -> u16 {
    // a number that is none becomes 0
    (coded(f64::from(light).clamp(0.0, 1.0)) * 65_535.0).round() as u16
}

/// What the light of each primary of `space` is in sRGB's.
fn matrix(space: &Rgb) -> [[f32; 3]; 3] {
    let [x, y, z] = inverse(&SRGB_PRIMARIES);
    let [red, green, blue] = [0, 1, 2].map(|i| space.primaries.map(|row| row[i]));
    let part = |row: [f64; 3], primary: [f64; 3]| {
        let sum: f64 = row.iter().zip(primary).map(|(a, b)| a * b).sum();
        sum as f32
    };
    let row = |of: [f64; 3]| [part(of, red), part(of, green), part(of, blue)];
    [row(x), row(y), row(z)]
}

/// The light of a coded value from 0 to 255. A curve that makes no number of it gives none.
fn light(curve: &Curve, value: usize) -> f64 {
    let light = curve.linear(value as f64 / 255.0);
    if light.is_finite() { light } else { 0.0 }
}

/// The coded value, 0 to 1, that sRGB has for linear light: IEC 61966-2-1, section 5.2.
fn coded(light: f64) -> f64 {
    if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 }
}

/// The inverse of a matrix that has one.
fn inverse(m: &[[f64; 3]; 3]) -> [[f64; 3]; 3] {
    let minor = |row: usize, column: usize| {
        let (r, c) = ([(row + 1) % 3, (row + 2) % 3], [(column + 1) % 3, (column + 2) % 3]);
        m[r[0]][c[0]] * m[r[1]][c[1]] - m[r[0]][c[1]] * m[r[1]][c[0]]
    };
    let determinant: f64 = (0..3).map(|column| m[0][column] * minor(0, column)).sum();
    std::array::from_fn(|row| std::array::from_fn(|column| minor(column, row) / determinant))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Linear light by a pure power and these primaries, converted without tables.
    fn reference(primaries: &[[f64; 3]; 3], gamma: f64, pixel: [u8; 3]) -> [f64; 3] {
        let light = pixel.map(|v| (f64::from(v) / 255.0).powf(gamma));
        let times = |m: &[[f64; 3]; 3], v: [f64; 3]| {
            m.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
        };
        times(&inverse(&SRGB_PRIMARIES), times(primaries, light))
            .map(|l| coded(l.clamp(0.0, 1.0)) * 255.0)
    }

    const PROPHOTO: [[f64; 3]; 3] =
        [[0.79767, 0.13519, 0.03135], [0.28803, 0.71188, 0.00009], [0.0, 0.0, 0.82491]];
    const REC_2020: [[f64; 3]; 3] =
        [[0.67348, 0.16567, 0.12505], [0.27905, 0.67534, 0.04561], [-0.00193, 0.02998, 0.79685]];

    proptest! {
        #[test]
        fn colours_are_those_of_the_equations(pixel: [u8; 3], gamma in 1.0f64..2.8, wide: bool) {
            let primaries = if wide { PROPHOTO } else { REC_2020 };
            let curve = Curve::gamma(gamma);
            let space = Rgb { primaries, curves: [curve.clone(), curve.clone(), curve] };
            let converted = Light::new(&space).convert(pixel);
            for (value, exact) in converted.iter().zip(reference(&primaries, gamma, pixel)) {
                prop_assert!((f64::from(*value) - exact).abs() < 0.75, "{value} {exact}");
            }
            let mut wide = pixel.map(|value| u16::from(value) * 257);
            WideToSrgb::by_meaning(&Meaning::Rgb(space)).apply(&mut wide);
            for (value, exact) in wide.iter().zip(reference(&primaries, gamma, pixel)) {
                prop_assert!((f64::from(*value) / 257.0 - exact).abs() < 0.01, "{value} {exact}");
            }
        }
    }

    #[test]
    fn greys_stay_grey_and_srgb_stays_itself() {
        let curve = Curve::srgb();
        let space =
            Rgb { primaries: SRGB_PRIMARIES, curves: [curve.clone(), curve.clone(), curve] };
        let same = Light::new(&space);
        let linear = Curve::gamma(1.0);
        let space = Rgb { primaries: PROPHOTO, curves: [linear.clone(), linear.clone(), linear] };
        let other = Light::new(&space);
        for value in 0..=255u8 {
            for pixel in [[value; 3], [value, 0, 255], [7, value, 99]] {
                assert_eq!(same.convert(pixel), pixel);
            }
            let [r, g, b] = other.convert([value; 3]);
            assert!(r.abs_diff(g) <= 1 && g.abs_diff(b) <= 1, "{r} {g} {b}");
        }
    }

    #[test]
    fn curves_that_make_no_numbers_do_no_harm() {
        let wild =
            Curve::Parametric([-1.0, f64::NAN, 0.0, f64::INFINITY, f64::NEG_INFINITY, 0.0, 0.0]);
        let space =
            Rgb { primaries: [[f64::MAX; 3]; 3], curves: [wild.clone(), wild.clone(), wild] };
        Light::new(&space).convert([0, 128, 255]);
    }
}
