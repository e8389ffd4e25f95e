//! From what the components of a picture mean to red, green and blue.
//!
//! Whole samples are converted as libjpeg does, table by table and shift by shift; samples with a
//! fraction by the same equations (JFIF 1.02; ITU-T T.871, section 7), rounded once. Inks are shown
//! as browsers and Pillow do: every four-component JPEG holds inverted inks, whatever it says, and no
//! profile is used.

use crate::container::jpeg::Colour;

/// The factors of T.871 for Cr in red, Cb and Cr in green, Cb in blue.
const RED: f32 = 1.402;
const GREEN: [f32; 2] = [0.344_136_3, 0.714_136_3];
const BLUE: f32 = 1.772;

/// Converts a row of whole samples, one slice a component, to RGB.
pub(crate) fn rgb_of_samples(colour: Colour, planes: &[&[u8]], rgb: &mut [u8]) {
    let (pixels, _) = rgb.as_chunks_mut::<3>();
    match (colour, planes) {
        (Colour::Rgb, [r, g, b, ..]) => {
            for (((pixel, r), g), b) in pixels.iter_mut().zip(*r).zip(*g).zip(*b) {
                *pixel = [*r, *g, *b];
            }
        }
        (Colour::YCbCr, [y, cb, cr, ..]) => {
            for (((pixel, y), cb), cr) in pixels.iter_mut().zip(*y).zip(*cb).zip(*cr) {
                *pixel = rgb_of_ycc(*y, *cb, *cr);
            }
        }
        (Colour::Cmyk { .. }, [c, m, y, k, ..]) => {
            let inks = c.iter().zip(*m).zip(*y).zip(*k);
            for (pixel, (((c, m), y), k)) in pixels.iter_mut().zip(inks) {
                *pixel = [*c, *m, *y].map(|ink| under_black(ink, *k));
            }
        }
        (Colour::Ycck, [y, cb, cr, k, ..]) => {
            let inks = y.iter().zip(*cb).zip(*cr).zip(*k);
            for (pixel, (((y, cb), cr), k)) in pixels.iter_mut().zip(inks) {
                *pixel = rgb_of_ycc(*y, *cb, *cr).map(|ink| under_black(255 - ink, *k));
            }
        }
        (_, [grey, ..]) => {
            for (pixel, grey) in pixels.iter_mut().zip(*grey) {
                *pixel = [*grey; 3];
            }
        }
        (_, []) => {}
    }
}

/// The fixed point of libjpeg's `jdcolor`: 16 bits of fraction. The factors 1.402 and 1.772 are
/// taken apart so that every product is one of 16-bit numbers.
fn rgb_of_ycc(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    const HALF: i32 = 1 << 15;
    let (y, cb, cr) = (i32::from(y), i16::from(cb) - 128, i16::from(cr) - 128);
    let (cb, cr) = (i32::from(cb), i32::from(cr));
    let red = y + cr + ((cr * (91_881 - 65_536) + HALF) >> 16);
    let green = y - cr + ((cb * -22_554 + cr * (65_536 - 46_802) + HALF) >> 16);
    let blue = y + 2 * cb + ((cb * (116_130 - 131_072) + HALF) >> 16);
    [red, green, blue].map(|v| v.clamp(0, 255) as u8)
}

/// What is left of the light that an inverted ink lets through under inverted black.
fn under_black(ink: u8, black: u8) -> u8 {
    // Pillow's division by 255, rounded
    let product = u32::from(255 - ink) * u32::from(black) + 128;
    let taken = (product + (product >> 8)) >> 8;
    black - (taken as u8).min(black)
}

/// What chroma adds to red, green and blue, sample by sample of a row.
#[derive(Debug, Default)]
pub(crate) struct Chroma {
    red: zeroize::Zeroizing<Vec<f32>>,
    green: zeroize::Zeroizing<Vec<f32>>,
    blue: zeroize::Zeroizing<Vec<f32>>,
}

impl Chroma {
    /// Room for a row of `width` pixels.
    pub(crate) fn new(width: usize) -> Chroma {
        let row = || zeroize::Zeroizing::new(vec![0.0; width]);
        Chroma { red: row(), green: row(), blue: row() }
    }

    /// Sets a row from samples of which each counts for two pixels; the first for one if `half`.
    pub(crate) fn set(&mut self, cb: &[f32], cr: &[f32], half: bool) {
        let alone = usize::from(half && !cb.is_empty());
        let (cb, cr) = (cb.split_at(alone), cr.split_at(alone));
        spread(&mut self.red, cb, cr, |_, cr| RED * cr);
        spread(&mut self.green, cb, cr, |cb, cr| -(GREEN[0] * cb + GREEN[1] * cr));
        spread(&mut self.blue, cb, cr, |cb, _| BLUE * cb);
    }
}

/// Lets the samples of chroma count for two pixels each, the first ones for one.
#[inline]
fn spread(
    pixels: &mut [f32],
    cb: (&[f32], &[f32]),
    cr: (&[f32], &[f32]),
    of: impl Fn(f32, f32) -> f32,
) {
    let of = |(cb, cr): (&f32, &f32)| of(cb - 128.0, cr - 128.0);
    let (alone, pixels) = pixels.split_at_mut(cb.0.len());
    let (pairs, last) = pixels.as_chunks_mut::<2>();
    alone.iter_mut().zip(cb.0.iter().zip(cr.0)).for_each(|(pixel, both)| *pixel = of(both));
    pairs.iter_mut().zip(cb.1.iter().zip(cr.1)).for_each(|(pair, both)| *pair = [of(both); 2]);
    let rest = cb.1.iter().zip(cr.1).skip(pairs.len());
    last.iter_mut().zip(rest).for_each(|(pixel, both)| *pixel = of(both));
}

/// Converts a row of samples with a fraction, one slice a component, to RGB; of components whose
/// chroma comes by itself, `chroma` and the others.
pub(crate) fn rgb_of_levels(colour: Colour, planes: &[&[f32]], chroma: &Chroma, rgb: &mut [u8]) {
    let (pixels, _) = rgb.as_chunks_mut::<3>();
    let chroma = chroma.red.iter().zip(chroma.green.iter()).zip(chroma.blue.iter());
    match (colour, planes) {
        (Colour::YCbCr, [y, ..]) => {
            for ((pixel, y), ((r, g), b)) in pixels.iter_mut().zip(*y).zip(chroma) {
                *pixel = [level(y + r), level(y + g), level(y + b)];
            }
        }
        (Colour::Ycck, [y, k, ..]) => {
            for (((pixel, y), k), ((r, g), b)) in pixels.iter_mut().zip(*y).zip(*k).zip(chroma) {
                let through = |ink: f32| level((255.0 - ink.clamp(0.0, 255.0)) * k / 255.0);
                *pixel = [through(y + r), through(y + g), through(y + b)];
            }
        }
        (Colour::Rgb, [r, g, b, ..]) => {
            for (((pixel, r), g), b) in pixels.iter_mut().zip(*r).zip(*g).zip(*b) {
                *pixel = [level(*r), level(*g), level(*b)];
            }
        }
        (Colour::Cmyk { .. }, [c, m, y, k, ..]) => {
            let inks = c.iter().zip(*m).zip(*y).zip(*k);
            for (pixel, (((c, m), y), k)) in pixels.iter_mut().zip(inks) {
                *pixel = [*c, *m, *y].map(|ink| level(ink * k / 255.0));
            }
        }
        (_, [grey, ..]) => {
            for (pixel, grey) in pixels.iter_mut().zip(*grey) {
                *pixel = [level(*grey); 3];
            }
        }
        (_, []) => {}
    }
}

/// To the nearest level from 0 to 255.
fn level(value: f32) -> u8 {
    let value = if value > 0.0 { value } else { 0.0 };
    let value = if value < 255.0 { value } else { 255.0 };
    // 2^23 leaves no room for a fraction: the nearest whole number stands in the lowest bits
    (value + 8_388_608.0).to_bits() as u8
}

/// Leaves out the colours of a row: each pixel becomes its luma, as the encoder would compute it.
pub(crate) fn to_grey(rgb: &mut [u8]) {
    for pixel in rgb.as_chunks_mut::<3>().0 {
        let [r, g, b] = pixel.map(u32::from);
        *pixel = [((19_595 * r + 38_470 * g + 7_471 * b + 32_768) >> 16) as u8; 3];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ycc_is_what_libjpegs_tables_give(y: u8, cb: u8, cr: u8) {
            let (x, z) = (i32::from(cb) - 128, i32::from(cr) - 128);
            let fix = |factor: f64| (factor * 65_536.0 + 0.5) as i32;
            let limited = |v: i32| (i32::from(y) + v).clamp(0, 255) as u8;
            let expected = [
                limited((fix(1.402) * z + 32_768) >> 16),
                limited((-fix(0.344_14) * x + 32_768 - fix(0.714_14) * z) >> 16),
                limited((fix(1.772) * x + 32_768) >> 16),
            ];
            let mut rgb = [0; 3];
            rgb_of_samples(Colour::YCbCr, &[&[y], &[cb], &[cr]], &mut rgb);
            prop_assert_eq!(rgb, expected);
            // with a fraction the same, rounded once
            let mut chroma = Chroma::new(1);
            chroma.set(&[f32::from(cb)], &[f32::from(cr)], false);
            let mut exact = [0; 3];
            rgb_of_levels(Colour::YCbCr, &[&[f32::from(y)]], &chroma, &mut exact);
            for (a, b) in exact.iter().zip(expected) {
                prop_assert!(a.abs_diff(b) <= 1);
            }
        }

        #[test]
        fn inks_are_light_under_black(inks: [u8; 3], k: u8) {
            let planes = inks.map(|ink| [ink]);
            let mut rgb = [0; 3];
            rgb_of_samples(Colour::Cmyk { adobe: true }, &[&planes[0], &planes[1], &planes[2], &[k]], &mut rgb);
            let mut levels = [0; 3];
            let planes = inks.map(|ink| [f32::from(ink)]);
            let all: [&[f32]; 4] = [&planes[0], &planes[1], &planes[2], &[f32::from(k)]];
            rgb_of_levels(Colour::Cmyk { adobe: true }, &all, &Chroma::default(), &mut levels);
            for at in 0..3 {
                let exact = f64::from(inks[at]) * f64::from(k) / 255.0;
                prop_assert!((f64::from(rgb[at]) - exact).abs() <= 0.51);
                prop_assert!((f64::from(levels[at]) - exact).abs() <= 0.51);
            }
        }

        #[test]
        fn grey_is_neutral_and_stays(mut rgb: [u8; 3]) {
            let [r, g, b] = rgb.map(f64::from);
            to_grey(&mut rgb);
            prop_assert!(rgb[0] == rgb[1] && rgb[1] == rgb[2]);
            prop_assert!((f64::from(rgb[0]) - (0.299 * r + 0.587 * g + 0.114 * b)).abs() < 0.51);
            let once = rgb;
            to_grey(&mut rgb);
            prop_assert_eq!(rgb, once);
        }
    }

    #[test]
    fn each_chroma_sample_counts_for_two_pixels() {
        for (half, expected) in
            [(false, [1.0, 1.0, 2.0, 2.0, 3.0]), (true, [1.0, 2.0, 2.0, 3.0, 3.0])]
        {
            let mut chroma = Chroma::new(5);
            chroma.set(&[129.0, 130.0, 131.0], &[128.0; 3], half);
            let blue: Vec<f32> = chroma.blue.iter().map(|b| b / BLUE).collect();
            assert_eq!(blue, expected);
            assert!(chroma.red.iter().all(|r| *r == 0.0));
        }
    }
}
