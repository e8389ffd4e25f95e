//! Against libjpeg-turbo's `jpegtran`, byte by byte: the same coefficients in the same order with
//! the same tables, whatever the source's coding was, and whichever way it was turned.

use std::io::Write;
use std::process::{Command, Stdio};

use proptest::prelude::*;

use super::*;
use crate::container::jpeg::frame::Component;
use crate::container::jpeg::tables::QuantTable;
use crate::container::jpeg::{self, walk::walk};

/// Runs a program of libjpeg-turbo; none, and a notice, if it is not installed.
fn run(program: &str, arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("NOTICE: {program} is not installed: Recode is not compared with it");
        return None;
    };
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {words}");
    Some(output.stdout)
}

fn recoded(file: &[u8], orientation: Orientation, limits: &Limits) -> Recoded {
    let walk = walk(file, 1000);
    let mut picture = jpeg::read(&walk, Tolerance::None).unwrap();
    picture.orientation = orientation;
    recode(&picture, None, limits).unwrap()
}

/// A picture with noise and edges, as PPM.
fn ppm((width, height): (u32, u32), seed: u32) -> Vec<u8> {
    let mut state = seed | 1;
    let mut out = format!("P6\n{width} {height}\n255\n").into_bytes();
    for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (state >> 27) as u8;
        let edge = if (x / 11 + y / 7) % 3 == 0 { 90 } else { 10 };
        out.extend(
            [x * 2, y * 2, x + y].map(|level| (level as u8 / 2 + edge).saturating_add(noise)),
        );
    }
    out
}

/// What turns a picture upright, in jpegtran's words.
fn jpegtran_words(orientation: Orientation) -> &'static [&'static str] {
    match orientation {
        Orientation::Upright => &[],
        Orientation::Mirrored => &["-flip", "horizontal"],
        Orientation::HalfTurn => &["-rotate", "180"],
        Orientation::Flipped => &["-flip", "vertical"],
        Orientation::Transposed => &["-transpose"],
        Orientation::Clockwise => &["-rotate", "90"],
        Orientation::Transversed => &["-transverse"],
        Orientation::CounterClockwise => &["-rotate", "270"],
    }
}

const SAMPLINGS: [&[&str]; 8] = [
    &["-sample", "2x2"],
    &["-sample", "1x1"],
    &["-sample", "2x1"],
    &["-sample", "1x2"],
    &["-sample", "4x1"],
    &["-sample", "1x1,2x2,1x1"],
    &["-grayscale"],
    &["-rgb"],
];

const CODINGS: [&[&str]; 3] = [&["-progressive"], &["-restart", "2B"], &["-optimize"]];

#[test]
fn upright_pictures_are_those_of_jpegtran() {
    for (number, sampling) in SAMPLINGS.iter().enumerate() {
        for size in [(33, 17), (100, 75), (64, 64)] {
            for coding in CODINGS {
                let words = [sampling, coding, &["-quality", "80"]].concat();
                let Some(source) = run("cjpeg", &words, &ppm(size, number as u32)) else { return };
                let expected = run("jpegtran", &["-copy", "none", "-optimize"], &source).unwrap();
                let ours = recoded(&source, Orientation::Upright, &Limits::default());
                assert_same(&ours.bytes, &expected, &format!("{words:?} {size:?}"));
            }
        }
    }
}

/// So small that tables may be alike, which then stand once here and twice in jpegtran's file.
#[test]
fn the_smallest_pictures_are_shown_alike() {
    for sampling in SAMPLINGS {
        for size in [(1, 1), (8, 8), (9, 1), (1, 17)] {
            let Some(source) = run("cjpeg", sampling, &ppm(size, 4)) else { return };
            let ours = recoded(&source, Orientation::Upright, &Limits::default());
            assert_eq!(run("djpeg", &[], &ours.bytes), run("djpeg", &[], &source), "{size:?}");
        }
    }
}

#[test]
fn turned_pictures_are_those_of_jpegtran() {
    for sampling in SAMPLINGS {
        for orientation in Orientation::ALL {
            // 96 holds whole MCUs of any sampling here
            for size in [(96, 96), (96, 50), (50, 96), (50, 41)] {
                let words = [sampling, &["-quality", "60", "-restart", "1"]].concat();
                let Some(source) = run("cjpeg", &words, &ppm(size, 3)) else { return };
                let turn = Turn::from(orientation);
                let reversed = match turn.transposed {
                    false => (turn.mirrored, turn.flipped),
                    true => (turn.flipped, turn.mirrored),
                };
                let exact = (!reversed.0 || size.0 == 96) && (!reversed.1 || size.1 == 96);
                let ours = recoded(&source, orientation, &Limits::default());
                let name = format!("{words:?} {size:?} {orientation}");
                if exact {
                    assert_eq!(ours.orientation, Orientation::Upright, "{name}");
                    let words = [jpegtran_words(orientation), &["-copy", "none", "-optimize"]];
                    let expected = run("jpegtran", &words.concat(), &source).unwrap();
                    assert_same(&ours.bytes, &expected, &name);
                } else {
                    assert_eq!(ours.orientation, orientation, "{name}");
                    let kept = recoded(&source, Orientation::Upright, &Limits::default());
                    // the file is the upright one, and a segment of 36 bytes behind JFIF's
                    assert_eq!(ours.bytes.len(), kept.bytes.len() + 36, "{name}");
                }
            }
        }
    }
}

fn assert_same(ours: &[u8], expected: &[u8], name: &str) {
    assert!(ours == expected, "{name}: {} bytes, {} expected", ours.len(), expected.len());
}

#[test]
fn little_memory_changes_nothing_but_what_is_held() {
    let Some(source) = run("cjpeg", &["-progressive"], &ppm((320, 240), 5)) else { return };
    let little = Limits { memory: 1 << 10, ..Limits::default() };
    for orientation in Orientation::ALL {
        let much = recoded(&source, orientation, &Limits::default());
        assert_eq!(much.orientation, Orientation::Upright);
        let ours = recoded(&source, orientation, &little);
        if Turn::from(orientation).is_by_rows() {
            assert!(*ours.bytes == *much.bytes && ours.orientation == Orientation::Upright);
        } else {
            assert_eq!(ours.orientation, orientation);
        }
    }
}

/// A frame, and coefficients for all its blocks, those outside the picture among them.
fn any_picture() -> impl Strategy<Value = (Frame, Colour, Coefficients)> {
    let colour = prop::sample::select(vec![
        (Colour::Grey, 1usize),
        (Colour::YCbCr, 3),
        (Colour::Rgb, 3),
        (Colour::Ycck, 4),
        (Colour::Cmyk { adobe: true }, 4),
    ]);
    let factors = prop::collection::vec((1..=4u8, 1..=4u8), 4);
    (colour, factors, 1..70u16, 1..70u16, any::<u64>()).prop_map(
        |((colour, count), factors, width, height, seed)| {
            let mut random = random(seed);
            let components = factors.iter().take(count).enumerate().map(|(i, (h, v))| Component {
                id: i as u8,
                h: if count == 1 { 1 } else { *h },
                v: if count == 1 { 1 } else { *v },
                quant_slot: i,
                quant: Some(QuantTable(std::array::from_fn(|k| (k + i) as u16 * 5 + 1))),
            });
            let components = components.collect();
            let frame = Frame { process: Process::Sequential, width, height, components };
            let mut coefficients = Coefficients::of_a_picture(&Layout::of(&frame));
            for plane in &mut coefficients.planes {
                for block in 0..plane.wide * plane.high {
                    fill(&mut random, plane.block_mut(block % plane.wide, block / plane.wide));
                }
            }
            (frame, colour, coefficients)
        },
    )
}

fn random(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed;
    move |below| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    }
}

/// A block of few or many coefficients, all of them codable.
fn fill(random: &mut impl FnMut(u64) -> u64, (values, nonzero): (&mut [i16; 64], &mut u64)) {
    values[0] = random(2047) as i16 - 1023;
    let most = [0, 3, 20, 64][random(4) as usize];
    for _ in 0..random(most + 1) {
        let bits = random(11) as u32;
        values[random(64) as usize] =
            (random(1 << (bits + 1)) as i16 - (1 << bits)).clamp(-1023, 1023);
    }
    let zigzag = crate::picture::jpeg::coefficients::NATURAL;
    *nonzero = (0..64).filter(|k| values[usize::from(zigzag[*k])] != 0).map(|k| 1 << k).sum();
}

/// Blocks outside the picture are nobody's.
fn assert_same_picture(layout: &Layout, ours: &Coefficients, expected: &Coefficients) {
    for ((grid, ours), expected) in layout.components.iter().zip(&ours.planes).zip(&expected.planes)
    {
        for (x, y) in (0..grid.blocks_high).flat_map(|y| (0..grid.blocks_wide).map(move |x| (x, y)))
        {
            assert_eq!(ours.block(x, y), expected.block(x, y), "block {x} of row {y}");
        }
    }
}

const PLAIN: Dress = Dress { orientation: Orientation::Upright, profile: None };

/// The coefficients that a file has.
fn decoded(file: &[u8], turn: Turn) -> (Frame, Coefficients) {
    let walk = walk(file, 1000);
    let picture = jpeg::read(&walk, Tolerance::None).unwrap();
    let mut source = Source::open(&picture, Tolerance::None, &Limits::default()).unwrap();
    let frame = turn.frame(&picture.frame);
    let coefficients = turned(&mut source, turn, &Layout::of(&frame)).unwrap();
    (frame, coefficients)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn any_coefficients_are_decoded_as_they_were_coded((frame, colour, coefficients) in any_picture()) {
        let rows = Rows::Held(coefficients.clone());
        let file = write(rows, &frame, colour, PLAIN, &Limits::default()).unwrap();
        let (again, decoded) = decoded(&file.bytes, Turn::from(Orientation::Upright));
        prop_assert_eq!((again.width, again.height), (frame.width, frame.height));
        for (again, component) in again.components.iter().zip(&frame.components) {
            prop_assert_eq!((again.h, again.v, &again.quant), (component.h, component.v, &component.quant));
        }
        assert_same_picture(&Layout::of(&frame), &decoded, &coefficients);
    }

    #[test]
    fn turns_are_undone_by_their_opposites(
        (mut frame, colour, _) in any_picture(),
        size in (1..3u16, 1..3u16),
        orientation in prop::sample::select(Orientation::ALL.to_vec()),
        seed: u64,
    ) {
        let opposite = match orientation {
            Orientation::Clockwise => Orientation::CounterClockwise,
            Orientation::CounterClockwise => Orientation::Clockwise,
            same => same,
        };
        // whole MCUs of any sampling
        (frame.width, frame.height) = (size.0 * 96, size.1 * 96);
        let layout = Layout::of(&frame);
        let mut coefficients = Coefficients::of_a_picture(&layout);
        let mut random = random(seed);
        for plane in &mut coefficients.planes {
            fill(&mut random, plane.block_mut(0, 0));
            fill(&mut random, plane.block_mut(plane.wide - 1, plane.high / 2));
        }
        let rows = Rows::Held(coefficients.clone());
        let file = write(rows, &frame, colour, PLAIN, &Limits::default()).unwrap();
        let once = recoded(&file.bytes, orientation, &Limits::default());
        prop_assert_eq!(once.orientation, Orientation::Upright);
        let twice = recoded(&once.bytes, opposite, &Limits::default());
        prop_assert!(*twice.bytes == *file.bytes);
    }
}

#[test]
fn coefficients_that_no_baseline_scan_codes_are_refused() {
    let source = |dc: [i16; 2], ac: i16| {
        let component =
            Component { id: 1, h: 1, v: 1, quant_slot: 0, quant: Some(QuantTable([1; 64])) };
        let (width, height, components) = (16, 8, vec![component]);
        let frame = Frame { process: Process::Sequential, width, height, components };
        let mut coefficients = Coefficients::of_a_picture(&Layout::of(&frame));
        for (x, dc) in dc.into_iter().enumerate() {
            let (values, nonzero) = coefficients.planes[0].block_mut(x, 0);
            (values[0], values[63], *nonzero) =
                (dc, ac, u64::from(dc != 0) | u64::from(ac != 0) << 63);
        }
        write(Rows::Held(coefficients), &frame, Colour::Grey, PLAIN, &Limits::default()).map(drop)
    };
    assert_eq!(source([1023, -1024], 1023), Ok(()));
    assert_eq!(source([0, -2047], -1023), Ok(()));
    for (dc, ac) in
        [([0, 2048], 0), ([-2048, 0], 0), ([-32_768, 32_767], 0), ([0, 0], 1024), ([0, 0], -32_768)]
    {
        let refused = matches!(source(dc, ac), Err(Error::Unsupported { .. }));
        assert!(refused, "{dc:?} {ac}");
    }
}
