//! Against the same road in 64-bit floating point, from the coefficients to RGB that is not rounded.

use std::f64::consts::PI;

use proptest::prelude::*;

use super::synthetic::Synthetic;
use super::{Drawn, draw};
use crate::Orientation;
use crate::container::jpeg::Colour;
use crate::picture::geometry::{Axis, Geometry};

/// A plane of samples without rounding.
struct Plane {
    wide: usize,
    samples: Vec<f64>,
}

/// The component `index` at `scale` eighths: T.81, A.3.3, at fewer points.
fn plane(of: &Synthetic, index: usize, scale: usize) -> Plane {
    let grid = &of.layout.components[index];
    let steps = of.frame.components[index].quant.as_ref().unwrap();
    let (wide, high) = (grid.padded_wide * scale, grid.padded_high * scale);
    let wave = |x: usize, u: usize| {
        let c = if u == 0 { 0.125f64.sqrt() } else { 0.5 };
        c * ((2 * x + 1) as f64 * u as f64 * PI / (2 * scale) as f64).cos()
    };
    let mut step = [0.0; 64];
    for (k, place) in crate::picture::jpeg::coefficients::NATURAL.iter().enumerate() {
        step[usize::from(*place)] = f64::from(steps.0[k]);
    }
    let mut samples = Vec::with_capacity(wide * high);
    for y in 0..high {
        for x in 0..wide {
            let block_row = y / scale;
            let blocks = &of.rows[block_row / grid.v].planes[index];
            let at = (block_row % grid.v) * blocks.wide + x / scale;
            let values = &blocks.values[at * 64..][..64];
            let mut sum = 128.0;
            for v in 0..scale {
                for u in 0..scale {
                    let value = f64::from(values[v * 8 + u]) * step[v * 8 + u];
                    sum += value * wave(x % scale, u) * wave(y % scale, v);
                }
            }
            samples.push(sum.clamp(0.0, 255.0));
        }
    }
    Plane { wide, samples }
}

/// The average over a part of the plane.
fn average(plane: &Plane, (left, right): (f64, f64), (top, bottom): (f64, f64)) -> f64 {
    let covered = |n: usize, (start, end): (f64, f64)| {
        (end.min((n + 1) as f64) - start.max(n as f64)).max(0.0)
    };
    let mut sum = 0.0;
    for y in top.floor() as usize..bottom.ceil() as usize {
        for x in left.floor() as usize..right.ceil() as usize {
            let weight = covered(x, (left, right)) * covered(y, (top, bottom));
            if weight > 0.0 {
                sum += weight * plane.samples[y * plane.wide + x];
            }
        }
    }
    sum / (right - left) / (bottom - top)
}

/// RGB of the pixel of the result, as 4:2:0 at a scale of `scale` eighths for luma and chroma alike.
fn exact(
    planes: &[Plane; 3],
    geometry: &Geometry,
    scale: usize,
    (x, y): (usize, usize),
) -> [f64; 3] {
    let span = |axis: &Axis, from: usize, to: usize, density: f64| {
        let at = |n: usize| {
            axis.start as f64 + axis.length as f64 * n.min(axis.target) as f64 / axis.target as f64
        };
        (at(from) * density, at(to) * density)
    };
    let luma = scale as f64 / 8.0;
    let of = |n: usize, step: usize, density: f64| {
        let (x, y) = (x / step * step, y / step * step);
        average(
            &planes[n],
            span(&geometry.across, x, x + step, density),
            span(&geometry.down, y, y + step, density),
        )
    };
    let (y, cb, cr) = (of(0, 1, luma), of(1, 2, luma / 2.0) - 128.0, of(2, 2, luma / 2.0) - 128.0);
    [y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb].map(|v| v.clamp(0.0, 255.0))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn smaller_pictures_are_those_of_high_precision(
        width in 30u16..150, height in 30u16..150, seed in 1u64.., eighths in 1.0f64..8.0,
    ) {
        let of = Synthetic::new((width, height), &[(2, 2), (1, 1), (1, 1)], Colour::YCbCr, seed);
        let (w, h) = (usize::from(width), usize::from(height));
        let long = w.max(h);
        let edge = ((long as f64 * eighths / 8.0) as u32).max(4);
        let geometry = Geometry::new(w, h, Orientation::Upright, Some(edge));
        prop_assume!(!geometry.keeps_size());
        let enough = |s: &usize| {
            [geometry.across, geometry.down].iter().all(|axis| axis.length * s >= axis.target * 8)
        };
        let enough_chroma = |s: &usize| {
            [geometry.across, geometry.down].iter().all(|axis| {
                axis.length * s >= axis.target.div_ceil(2) * 16
            })
        };
        let scale = (1..8).find(enough).unwrap_or(8);
        // odd sizes may ask for one step more of chroma
        prop_assume!(scale == (1..8).find(enough_chroma).unwrap_or(8));
        let drawn = draw(of.source(), &of.picture(Orientation::Upright), geometry, &[]);
        let planes = [0, 1, 2].map(|n| plane(&of, n, scale));
        let (mut squares, mut bias, mut count) = (0.0, [0.0; 3], 0.0);
        for y in 0..drawn.height {
            for x in 0..drawn.width {
                let exact = exact(&planes, &geometry, scale, (x, y));
                for ((drawn, exact), bias) in drawn.pixel(x, y).iter().zip(exact).zip(&mut bias) {
                    let error = f64::from(*drawn) - exact;
                    prop_assert!(error.abs() < 0.6, "{x} {y}: {drawn} {exact}");
                    squares += error * error;
                    *bias += error;
                    count += 1.0 / 3.0;
                }
            }
        }
        // rounding alone: 58.9 dB
        let psnr = 10.0 * (255.0f64.powi(2) / (squares / count / 3.0)).log10();
        prop_assert!(psnr > 55.0, "{psnr}");
        // neighbours share their chroma, so their rounding is not independent
        let room = 0.02 + 4.0 * 0.29 / count.sqrt();
        prop_assert!(bias.iter().all(|b: &f64| (b / count).abs() < room), "{bias:?} {count}");
    }

    #[test]
    fn a_turned_picture_is_the_picture_turned(
        width in 1u16..90, height in 1u16..90, seed in 1u64.., edge in 1u32..90,
        grey in any::<bool>(),
    ) {
        let (factors, colour) = match grey {
            true => (vec![(1, 1)], Colour::Grey),
            false => (vec![(2, 2), (1, 1), (1, 1)], Colour::YCbCr),
        };
        let of = Synthetic::new((width, height), &factors, colour, seed);
        let (w, h) = (usize::from(width), usize::from(height));
        let coded = |orientation| Geometry::new(w, h, orientation, Some(edge));
        let turned = |orientation: Orientation, drawn: &Drawn, x: usize, y: usize| {
            let (w, h) = (drawn.width - 1, drawn.height - 1);
            match orientation.exif_value() {
                1 => drawn.pixel(x, y),
                2 => drawn.pixel(w - x, y),
                3 => drawn.pixel(w - x, h - y),
                4 => drawn.pixel(x, h - y),
                5 => drawn.pixel(y, x),
                6 => drawn.pixel(y, h - x),
                7 => drawn.pixel(w - y, h - x),
                _ => drawn.pixel(w - y, x),
            }
        };
        let upright = draw(of.source(), &of.picture(Orientation::Upright), coded(Orientation::Upright), &[]);
        for orientation in Orientation::ALL {
            let geometry = coded(orientation);
            // an odd rest is cut off, and an odd size is paired, at the upright picture's ends
            let even = |a: &Axis, size: usize| {
                a.target.is_multiple_of(2) && (size - a.length).is_multiple_of(2)
            };
            let same = even(&geometry.across, w) && even(&geometry.down, h);
            if orientation != Orientation::Upright && !same {
                continue;
            }
            let drawn = draw(of.source(), &of.picture(orientation), geometry, &[]);
            for y in 0..drawn.height {
                for x in 0..drawn.width {
                    let expected = turned(orientation, &upright, x, y);
                    prop_assert_eq!(drawn.pixel(x, y), expected, "{}", orientation);
                }
            }
        }
    }
}
