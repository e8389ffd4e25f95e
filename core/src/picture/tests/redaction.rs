//! What a covered cell holds has no way into the result.

use proptest::prelude::*;

use super::synthetic::{Synthetic, any_kind};
use super::{Drawn, draw};
use crate::picture::draw::{cover_of_jpeg, cover_of_pixels, draw_pixels};
use crate::picture::geometry::Geometry;
use crate::picture::pixels::{CELL, Pixels};
use crate::picture::srgb::ToSrgb;
use crate::{Limits, Orientation, Redaction};

fn shapes() -> impl Strategy<Value = Vec<Redaction>> {
    let corner = (-40i32..160, -40i32..160, 1u32..90, 1u32..90);
    let shape = prop_oneof![
        corner
            .clone()
            .prop_map(|(x, y, width, height)| { Redaction::Rectangle { x, y, width, height } }),
        corner.prop_map(|(x, y, width, height)| Redaction::Ellipse { x, y, width, height }),
        (prop::collection::vec((-40i32..160, -40i32..160), 1..4), 1u32..20)
            .prop_map(|(points, radius)| Redaction::Stroke { points, radius }),
    ];
    prop::collection::vec(shape, 1..3)
}

/// None keeps the size.
fn edges() -> impl Strategy<Value = Option<u32>> {
    prop_oneof![1 => Just(None), 3 => (1u32..160).prop_map(Some)]
}

/// True if the pixel of the upright result lies in a shape's pixel.
fn is_inside(geometry: &Geometry, shape: &Redaction, x: usize, y: usize) -> bool {
    let Redaction::Rectangle { x: left, y: top, width, height } = shape else { return false };
    let (across, down) = match crate::picture::geometry::swaps(geometry.orientation) {
        true => (geometry.down, geometry.across),
        false => (geometry.across, geometry.down),
    };
    let hits =
        |axis: crate::picture::geometry::Axis, full: usize, n: usize, start: i32, length: u32| {
            let first = if axis.backwards { full - axis.length - axis.start } else { axis.start };
            let scale = axis.length as f64 / axis.target as f64;
            let (from, to) =
                (first as f64 + n as f64 * scale, first as f64 + (n + 1) as f64 * scale);
            from < f64::from(start) + f64::from(length) - 1e-6 && to > f64::from(start) + 1e-6
        };
    let (wide, high) = match crate::picture::geometry::swaps(geometry.orientation) {
        true => (geometry.height, geometry.width),
        false => (geometry.width, geometry.height),
    };
    hits(across, wide, x, *left, *width) && hits(down, high, y, *top, *height)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn pairs_that_differ_in_covered_mcus_alone_are_drawn_the_same(
        (factors, colour) in any_kind(), width in 1u16..150, height in 1u16..150,
        seed in 1u64.., other in 1u64.., shapes in shapes(), edge in edges(), value in 1u32..=8,
    ) {
        let orientation = Orientation::from_exif_value(value).unwrap();
        let one = Synthetic::new((width, height), &factors, colour, seed);
        let geometry = Geometry::new(usize::from(width), usize::from(height), orientation, edge);
        let cover = cover_of_jpeg(&shapes, &geometry, &one.layout);
        let two = one.changed(other, |x, y| cover.row(y)[x]);
        let picture = one.picture(orientation);
        let drawn = draw(one.source(), &picture, geometry, &shapes);
        prop_assert_eq!(&drawn, &draw(two.source(), &picture, geometry, &shapes));
        // what was asked for is covered, and nothing where nothing is
        let bare = draw(one.source(), &picture, geometry, &[]);
        let mut painted = 0;
        for y in 0..drawn.height {
            for x in 0..drawn.width {
                if shapes.iter().any(|shape| is_inside(&geometry, shape, x, y)) {
                    prop_assert_eq!(drawn.pixel(x, y), [0; 3]);
                }
                painted += usize::from(drawn.pixel(x, y) != bare.pixel(x, y));
            }
        }
        prop_assert!(painted == 0 || cover.in_vain() < shapes.len());
    }

    #[test]
    fn pairs_of_pixels_that_differ_in_covered_cells_alone_are_drawn_the_same(
        width in 1u32..90, height in 1u32..90, padding in 0u32..9, seed in any::<u8>(),
        shapes in shapes(), edge in edges(), value in 1u32..=8,
    ) {
        let orientation = Orientation::from_exif_value(value).unwrap();
        let (w, h) = (width as usize, height as usize);
        let geometry = Geometry::new(w, h, orientation, edge);
        let cover = cover_of_pixels(&shapes, &geometry);
        let stride = width * 4 + padding;
        let mut one = vec![0u8; stride as usize * h];
        for (n, byte) in one.iter_mut().enumerate() {
            *byte = (n as u8).wrapping_mul(seed | 1) ^ (n >> 7) as u8;
        }
        let mut two = one.clone();
        for (y, row) in two.chunks_exact_mut(stride as usize).enumerate() {
            let cells = row[..w * 4].chunks_mut(CELL * 4).zip(cover.row(y / CELL));
            cells.filter(|(_, covered)| **covered).for_each(|(cell, _)| cell.fill(seed));
            // what stands between rows is no part of the picture
            row[w * 4..].fill(seed);
        }
        let drawn = |rgba: &[u8]| {
            let pixels = Pixels { width, height, stride, rgba, orientation, profile: None, photo: None };
            pixels.check(&Limits::default()).unwrap();
            let limits = Limits::default();
            let colours = (&ToSrgb::Nothing, false);
            let mut rows = draw_pixels::<super::synthetic::SyntheticRows<'_>>(
                &pixels, geometry, &cover, colours, &limits,
            ).unwrap();
            let (width, height) = rows.size();
            let mut rgb = vec![0; width * height * 3];
            rgb.chunks_exact_mut(width * 3).for_each(|row| rows.next_row(row).unwrap());
            Drawn { width, height, rgb }
        };
        prop_assert_eq!(drawn(&one), drawn(&two));
    }
}
