//! What is covered is gone: two photos that differ in covered MCUs alone become the same file.

mod common;

use common::rebuilding;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use unmarked::{Error, Method, Policy, Rebuild, Redaction, clean};
use unmarked_fixtures::decode::zune;
use unmarked_fixtures::exif::{Order, orientation};
use unmarked_fixtures::{Colour, Jpeg, Photo, Piece, Process, marker};

/// The photo, told to be turned.
fn file(photo: &Photo, value: u8) -> Vec<u8> {
    let mut jpeg: Jpeg = photo.encode();
    jpeg.insert(1, Piece::segment(marker::APP1, orientation(Order::Big, 3, value)));
    jpeg.bytes()
}

/// True if the pixel of the upright picture is inside.
fn inside(shape: &Redaction, (x, y): (i64, i64)) -> bool {
    match shape {
        Redaction::Rectangle { x: left, y: top, width, height } => {
            let (across, down) = (x - i64::from(*left), y - i64::from(*top));
            (0..i64::from(*width)).contains(&across) && (0..i64::from(*height)).contains(&down)
        }
        Redaction::Ellipse { x: left, y: top, width, height } => {
            let (a, b) = (f64::from(*width) / 2.0, f64::from(*height) / 2.0);
            let across = (x as f64 + 0.5 - f64::from(*left) - a) / a;
            let down = (y as f64 + 0.5 - f64::from(*top) - b) / b;
            across * across + down * down < 1.0
        }
        Redaction::Stroke { points, radius } => {
            let radius = f64::from(*radius);
            let point = |p: &(i32, i32)| (f64::from(p.0), f64::from(p.1));
            let (x, y) = (x as f64 + 0.5, y as f64 + 0.5);
            let lines: Vec<_> = match &points[..] {
                [one] => vec![(point(one), point(one))],
                many => many.windows(2).map(|w| (point(&w[0]), point(&w[1]))).collect(),
            };
            lines.into_iter().any(|((ax, ay), (bx, by))| {
                let (dx, dy) = (bx - ax, by - ay);
                let length = dx * dx + dy * dy;
                let at = if length == 0.0 { 0.0 } else { ((x - ax) * dx + (y - ay) * dy) / length };
                let at = at.clamp(0.0, 1.0);
                let (ox, oy) = (x - ax - at * dx, y - ay - at * dy);
                (ox * ox + oy * oy).sqrt() < radius
            })
        }
        other => panic!("{other:?}"),
    }
}

/// Where a stored pixel stands in the upright picture: Exif 2.32, table 6.
fn upright(value: u8, (u, v): (usize, usize), (wide, high): (usize, usize)) -> (i64, i64) {
    let (across, down) = (wide - 1 - u, high - 1 - v);
    let (x, y) = match value {
        2 => (across, v),
        3 => (across, down),
        4 => (u, down),
        5 => (v, u),
        6 => (down, u),
        7 => (down, across),
        8 => (v, across),
        _ => (u, v),
    };
    (x as i64, y as i64)
}

/// The MCUs in which a pixel is covered.
fn covered(photo: &Photo, value: u8, shapes: &[Redaction]) -> Vec<(usize, usize)> {
    let (wide, high) = (usize::from(photo.width), usize::from(photo.height));
    let factor = |of: fn(&(u8, u8)) -> u8| {
        photo.sampling.iter().map(of).max().map_or(8, |n| 8 * usize::from(n))
    };
    let (mcu_wide, mcu_high) = (factor(|s| s.0), factor(|s| s.1));
    let mut list = Vec::new();
    for row in 0..high.div_ceil(mcu_high) {
        for column in 0..wide.div_ceil(mcu_wide) {
            let mut pixels = (row * mcu_high..((row + 1) * mcu_high).min(high)).flat_map(|v| {
                (column * mcu_wide..((column + 1) * mcu_wide).min(wide)).map(move |u| (u, v))
            });
            if pixels.any(|at| {
                let at = upright(value, at, (wide, high));
                shapes.iter().any(|shape| inside(shape, at))
            }) {
                list.push((column, row));
            }
        }
    }
    list
}

fn shape() -> impl Strategy<Value = Redaction> {
    (-20..120i32, -20..120i32, 1..60u32, 1..60u32, -20..120i32).prop_flat_map(
        |(x, y, width, height, z)| {
            select(vec![
                Redaction::Rectangle { x, y, width, height },
                Redaction::Rectangle { x, y, width: 1, height: 1 },
                Redaction::Ellipse { x, y, width, height },
                Redaction::Stroke { points: vec![(x, y)], radius: width },
                Redaction::Stroke { points: vec![(x, y), (z, x), (y, z)], radius: height / 4 + 1 },
            ])
        },
    )
}

fn photo() -> impl Strategy<Value = (Photo, u8)> {
    let colour =
        select(vec![Colour::Grey, Colour::YCbCr, Colour::YCbCr, Colour::Rgb, Colour::Ycck]);
    let sampling = select(vec![
        [(1, 1), (1, 1), (1, 1), (1, 1)],
        [(2, 2), (1, 1), (1, 1), (2, 2)],
        [(2, 1), (1, 1), (1, 1), (2, 1)],
        [(1, 2), (1, 1), (1, 1), (1, 2)],
        [(4, 1), (1, 1), (1, 1), (4, 1)],
        // chroma finer than luminance
        [(1, 1), (2, 1), (1, 2), (1, 1)],
    ]);
    let process = select(vec![Process::Baseline, Process::Progressive]);
    let sizes = (9..130u16, 9..130u16);
    (sizes, colour, sampling, process, 1..=8u8, any::<u32>(), 0..5u16).prop_map(
        |((width, height), colour, sampling, process, value, seed, restart)| {
            let mut photo = Photo::new(width, height, colour);
            photo.sampling = sampling[..photo.ids.len()].to_vec();
            if photo.ids.len() == 1 {
                photo.sampling = vec![(1, 1)];
            }
            (photo.process, photo.seed, photo.restart) = (process, seed, restart);
            (photo, value)
        },
    )
}

fn settings() -> impl Strategy<Value = Rebuild> {
    let edge = prop_oneof![
        3 => Just(None),
        6 => (8..130u32).prop_map(Some),
        1 => (1..8u32).prop_map(Some),
    ];
    (edge, 30..=100u8, any::<bool>(), proptest::option::of(2_500..6_000u64)).prop_map(
        |(longest_edge, quality, grey, max_bytes)| Rebuild {
            longest_edge,
            quality,
            grey,
            max_bytes,
            ..Rebuild::FULL_SIZE
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 500,
        rng_seed: RngSeed::Fixed(5),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn covered_mcus_leave_no_trace(
        (photo, value) in photo(), settings in settings(),
        shapes in proptest::collection::vec(shape(), 1..3),
    ) {
        let altered = Photo { altered: covered(&photo, value, &shapes), ..photo.clone() };
        let policy = rebuilding(Rebuild { redactions: shapes, ..settings });
        let of = |photo: &Photo| match clean(&file(photo, value), &policy) {
            Ok(clean) => Ok(Some(clean.bytes().to_vec())),
            // the size that was asked for is too small: for both
            Err(Error::Target { .. }) => Ok(None),
            Err(error) => Err(TestCaseError::fail(error.to_string())),
        };
        let (a, b) = (of(&photo)?, of(&altered)?);
        prop_assert!(a == b, "{} MCUs covered, and a trace of them left", altered.altered.len());
    }
}

/// What is covered has one colour, and what is far from it stays.
#[test]
fn a_box_is_filled_and_the_rest_stays() {
    let mut photo = Photo::new(160, 117, Colour::YCbCr);
    photo.sampling[0] = (2, 2);
    let open = Rebuild { quality: 95, ..Rebuild::FULL_SIZE };
    let shapes = vec![Redaction::Rectangle { x: 64, y: 48, width: 32, height: 32 }];
    let closed = Rebuild { redactions: shapes, ..open.clone() };
    let show = |settings| {
        let clean = clean(&file(&photo, 1), &rebuilding(settings)).unwrap();
        let shown = zune(clean.bytes()).unwrap();
        let (width, _) = shown.shape.split_once('x').unwrap();
        (shown.samples, width.parse::<usize>().unwrap())
    };
    let ((open, width), (closed, _)) = (show(open), show(closed));
    let height = open.len() / 3 / width;
    // it may be cropped to 4:3
    let (left, top) = ((160 - width) / 2, (117 - height) / 2);
    let at = |x: usize, y: usize| 3 * ((y - top) * width + x - left);
    let filled = &closed[at(80, 64)..][..3];
    let (mut same, mut far) = (0, 0);
    for y in top..top + height {
        for x in left..left + width {
            let (before, after) = (&open[at(x, y)..][..3], &closed[at(x, y)..][..3]);
            if (64..96).contains(&x) && (48..80).contains(&y) {
                let off = after.iter().zip(filled).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
                // an encoder's transform rings at the edge, and chroma is upsampled across it
                let edge = !(66..94).contains(&x) || !(50..78).contains(&y);
                let limit = if edge { 60 } else { 12 };
                assert!(off <= limit, "{x}, {y}: {after:?}, not {filled:?}");
            } else if !(64 - 33..96 + 33).contains(&x) || !(48 - 33..80 + 33).contains(&y) {
                far += 1;
                same += usize::from(before.iter().zip(after).all(|(b, a)| b.abs_diff(*a) <= 2));
            }
        }
    }
    assert!(far > 4_000 && same == far, "{same} of {far} pixels far from the box are as before");
}

/// Only Rebuild can cover, and nothing that was asked to be covered is handed on open.
#[test]
fn no_other_method_takes_a_shape() {
    let photo = Photo::new(32, 32, Colour::YCbCr).bytes();
    let shapes = vec![Redaction::Rectangle { x: 0, y: 0, width: 8, height: 8 }];
    for method in [Method::Strip, Method::Recode] {
        let mut policy = Policy { method, ..Policy::default() };
        policy.rebuild.redactions = shapes.clone();
        assert!(matches!(clean(&photo, &policy), Err(Error::Policy(_))), "{method:?}");
    }
}
