//! Whether two RGB or grey spaces are the same to the eye.
//!
//! A profile counts as a known one if no colour moves by more than [`TOLERANCE`] when it is
//! replaced: measured as CIE 1976 ΔE*ab (ISO/CIE 11664-4) over a grid of coded values.

use crate::Error;
use crate::profile::parse::{Curve, Rgb};
use crate::profile::{Outcome, ProfileClass};

/// The largest ΔE*ab by which a colour may move. About 1 is where side-by-side patches begin to
/// look different.
pub(crate) const TOLERANCE: f64 = 1.0;

/// The D50 illuminant of the profile connection space: ICC.1:2022, section 7.2.16.
const D50: [f64; 3] = [0.9642, 1.0, 0.8249];

/// sRGB's primaries relative to D50 (IEC 61966-2-1, Bradford-adapted).
pub(crate) const SRGB: [[f64; 3]; 3] =
    [[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]];
/// Display P3's (SMPTE EG 432-1 primaries, D65 white).
const DISPLAY_P3: [[f64; 3]; 3] =
    [[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]];
/// Adobe RGB (1998)'s.
const ADOBE_RGB: [[f64; 3]; 3] =
    [[0.60974, 0.20528, 0.14919], [0.31111, 0.62567, 0.06322], [0.01947, 0.06087, 0.74457]];
/// Adobe RGB's gamma.
const ADOBE_GAMMA: f64 = 563.0 / 256.0;

/// The class of an RGB profile.
pub(crate) fn rgb_class(profile: &Rgb) -> Result<Outcome, Error> {
    let known = [
        (SRGB, Curve::srgb(), Outcome::Srgb),
        (DISPLAY_P3, Curve::srgb(), Outcome::Known(ProfileClass::DisplayP3)),
        (ADOBE_RGB, Curve::gamma(ADOBE_GAMMA), Outcome::Known(ProfileClass::AdobeRgb)),
    ];
    for (primaries, curve, outcome) in known {
        let stand_in = Rgb { primaries, curves: [curve.clone(), curve.clone(), curve] };
        if rgb_distance(profile, &stand_in) <= TOLERANCE {
            return Ok(outcome);
        }
    }
    Err(Error::Profile("its colours are not those of sRGB, Display P3 or Adobe RGB"))
}

/// The class of a grey profile.
pub(crate) fn grey_class(profile: &Curve) -> Result<Outcome, Error> {
    let known = [
        (Curve::srgb(), Outcome::Srgb),
        (Curve::gamma(2.2), Outcome::Known(ProfileClass::GreyGamma22)),
    ];
    for (curve, outcome) in known {
        if grey_distance(profile, &curve) <= TOLERANCE {
            return Ok(outcome);
        }
    }
    Err(Error::Profile("its greys are neither those of sRGB nor of gamma 2.2"))
}

/// The largest ΔE*ab over 17 levels of each channel alone and of grey, and 3 × 3 × 3 mixtures.
pub(crate) fn rgb_distance(a: &Rgb, b: &Rgb) -> f64 {
    let ramp = (0..=16u8).map(|i| f64::from(i) / 16.0);
    let ramps = ramp.flat_map(|v| [[v, 0.0, 0.0], [0.0, v, 0.0], [0.0, 0.0, v], [v, v, v]]);
    let level = |i: u8| f64::from(i) / 2.0;
    let mixtures = (0..27u8).map(|i| [level(i % 3), level(i / 3 % 3), level(i / 9)]);
    ramps.chain(mixtures).map(|rgb| delta_e(lab(a, rgb), lab(b, rgb))).fold(0.0, f64::max)
}

/// The largest difference in L* over all 256 levels.
pub(crate) fn grey_distance(a: &Curve, b: &Curve) -> f64 {
    (0..=255u8)
        .map(|i| f64::from(i) / 255.0)
        .map(|x| (lightness(a.linear(x)) - lightness(b.linear(x))).abs())
        .fold(0.0, f64::max)
}

/// The chromaticities x and y of red, green, blue and white.
pub(crate) type Chromaticities = [[f64; 2]; 4];

/// The primaries relative to D50 of the space that `chromaticities` make: ICC.1:2022, annexes E
/// (Bradford adaptation) and F.
pub(crate) fn relative_to_d50(chromaticities: Chromaticities) -> Option<Matrix> {
    const BRADFORD: Matrix =
        [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]];
    let [red, green, blue, white] = chromaticities.map(|[x, y]| [x / y, 1.0, (1.0 - x - y) / y]);
    let columns = transposed([red, green, blue]);
    let amounts = applied(&inverse(&columns)?, white);
    let [seen, wanted] = [white, D50].map(|colour| applied(&BRADFORD, colour));
    let adapt = |colour: [f64; 3]| {
        let [a, b, c] = applied(&BRADFORD, colour);
        let ([d, e, f], [g, h, i]) = (seen, wanted);
        let adapted = [a * g / d, b * h / e, c * i / f];
        Some(applied(&inverse(&BRADFORD)?, adapted))
    };
    let [r, g, b] = amounts;
    let scaled = |colour: [f64; 3], by: f64| adapt(colour.map(|value| value * by));
    Some(transposed([scaled(red, r)?, scaled(green, g)?, scaled(blue, b)?]))
}

/// Three rows.
type Matrix = [[f64; 3]; 3];

fn transposed([[a, b, c], [d, e, f], [g, h, i]]: Matrix) -> Matrix {
    [[a, d, g], [b, e, h], [c, f, i]]
}

fn applied(matrix: &Matrix, [x, y, z]: [f64; 3]) -> [f64; 3] {
    matrix.map(|[a, b, c]| a * x + b * y + c * z)
}

fn inverse(matrix: &Matrix) -> Option<Matrix> {
    let [a, b, c] = *matrix;
    let cross =
        |[a, b, c]: [f64; 3], [d, e, f]: [f64; 3]| [b * f - c * e, c * d - a * f, a * e - b * d];
    let columns = [cross(b, c), cross(c, a), cross(a, b)];
    let [first, ..] = columns;
    let determinant: f64 = a.iter().zip(first).map(|(x, y)| x * y).sum();
    let inverse = transposed(columns.map(|column| column.map(|value| value / determinant)));
    inverse.as_flattened().iter().all(|value| value.is_finite()).then_some(inverse)
}

/// The CIELAB colour of coded values in a space.
fn lab(space: &Rgb, coded: [f64; 3]) -> [f64; 3] {
    let [r, g, b] = &space.curves;
    let [x, y, z] = coded;
    let linear = [r.linear(x), g.linear(y), b.linear(z)];
    let [fx, fy, fz] = multiply(&space.primaries, linear, D50);
    [116.0 * fy - 16.0, 500.0 * (fx - fy), 200.0 * (fy - fz)]
}

/// The cube-root responses of the colour that `matrix` makes of `linear`, relative to `white`.
fn multiply(matrix: &[[f64; 3]; 3], linear: [f64; 3], white: [f64; 3]) -> [f64; 3] {
    let [a, b, c] = linear;
    let [wx, wy, wz] = white;
    let row = |[x, y, z]: [f64; 3], white: f64| response((x * a + y * b + z * c) / white);
    let [first, second, third] = *matrix;
    [row(first, wx), row(second, wy), row(third, wz)]
}

fn response(t: f64) -> f64 {
    const EDGE: f64 = 6.0 / 29.0;
    if t > EDGE * EDGE * EDGE { t.cbrt() } else { t / (3.0 * EDGE * EDGE) + 4.0 / 29.0 }
}

fn lightness(y: f64) -> f64 {
    116.0 * response(y) - 16.0
}

fn delta_e([l1, a1, b1]: [f64; 3], [l2, a2, b2]: [f64; 3]) -> f64 {
    ((l1 - l2).powi(2) + (a1 - a2).powi(2) + (b1 - b2).powi(2)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn space(primaries: [[f64; 3]; 3], curve: Curve) -> Rgb {
        Rgb { primaries, curves: [curve.clone(), curve.clone(), curve] }
    }

    #[test]
    fn known_spaces_are_told_apart() {
        let cases = [
            (space(SRGB, Curve::srgb()), Ok(Outcome::Srgb)),
            (space(DISPLAY_P3, Curve::srgb()), Ok(Outcome::Known(ProfileClass::DisplayP3))),
            (space(ADOBE_RGB, Curve::gamma(2.2)), Ok(Outcome::Known(ProfileClass::AdobeRgb))),
        ];
        for (profile, outcome) in cases {
            assert_eq!(rgb_class(&profile), outcome);
        }
        // gamma 1.8 with sRGB's primaries, and P3's with gamma 2.2 of cinema
        assert!(rgb_class(&space(SRGB, Curve::gamma(1.8))).is_err());
        assert!(rgb_class(&space(DISPLAY_P3, Curve::gamma(2.6))).is_err());
    }

    #[test]
    fn published_primaries_follow_from_their_chromaticities() {
        let white = [0.3127, 0.329];
        let srgb = [[0.64, 0.33], [0.3, 0.6], [0.15, 0.06], white];
        let p3 = [[0.68, 0.32], [0.265, 0.69], [0.15, 0.06], white];
        let adobe = [[0.64, 0.33], [0.21, 0.71], [0.15, 0.06], white];
        for (chromaticities, published) in [(srgb, SRGB), (p3, DISPLAY_P3), (adobe, ADOBE_RGB)] {
            let made = relative_to_d50(chromaticities).unwrap();
            for (a, b) in made.as_flattened().iter().zip(published.as_flattened()) {
                assert!((a - b).abs() < 2e-4, "{made:?}");
            }
        }
        assert_eq!(relative_to_d50([[0.3, 0.3]; 4]), None);
    }

    #[test]
    fn greys_are_told_apart() {
        assert_eq!(grey_class(&Curve::srgb()), Ok(Outcome::Srgb));
        assert_eq!(grey_class(&Curve::gamma(2.2)), Ok(Outcome::Known(ProfileClass::GreyGamma22)));
        assert!(grey_class(&Curve::gamma(1.8)).is_err());
    }
}
