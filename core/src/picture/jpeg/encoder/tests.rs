//! Against libjpeg-turbo's `cjpeg`, byte by byte.

use std::io::Write;
use std::process::{Command, Stdio};

use proptest::prelude::*;

use super::*;

/// What `cjpeg` makes of pixels; none, and a notice, if it is not installed.
fn cjpeg(size: (u16, u16), rgb: &[u8], quality: u8) -> Option<Vec<u8>> {
    let quality = quality.to_string();
    let arguments =
        ["-quality", &quality, "-baseline", "-sample", "2x2", "-optimize", "-dct", "int"];
    let child =
        Command::new("cjpeg").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        eprintln!("NOTICE: cjpeg is not installed: the encoder is not compared with it");
        return None;
    };
    let mut input = format!("P6\n{} {}\n255\n", size.0, size.1).into_bytes();
    input.extend(rgb);
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    Some(output.stdout)
}

fn encode(size: (u16, u16), rgb: &[u8], aim: Aim) -> Option<Encoded> {
    let limits = Limits::default();
    let mut encoder = Encoder::new(size, Pixel::Rgb, aim, &limits).unwrap();
    for row in rgb.chunks(usize::from(size.0) * 3) {
        encoder.row(row).unwrap();
    }
    encoder.finish(&limits).unwrap()
}

/// A file without the profile that only Android writes.
fn without_profile(file: &[u8]) -> Vec<u8> {
    // behind SOI and JFIF's segment of 18 bytes: the marker, and 552 bytes
    assert_eq!(file[20..24], [0xFF, 0xE2, 0x02, 0x28]);
    [&file[..20], &file[20 + 2 + 552..]].concat()
}

/// Pixels of one kind or another, always the same for the same seed.
fn pixels((width, height): (u16, u16), kind: u8, seed: u32) -> Vec<u8> {
    let mut state = seed | 1;
    let mut noise = move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 8) as u8
    };
    let places = (0..u32::from(height)).flat_map(|y| (0..u32::from(width)).map(move |x| (x, y)));
    let pixel = |(x, y): (u32, u32)| match kind {
        0 => [noise(), noise(), noise()],
        1 => [x, y, x + y].map(|level| (level + seed) as u8),
        2 => [seed, seed >> 8, seed >> 16].map(|level| level as u8),
        3 => [((x * 7 + y * 3 + seed) & 0xFF) as u8; 3],
        _ => [x * x / 50, y * 3, x * y / 90]
            .map(|level| ((level + seed) as u8 / 2).saturating_add(noise() / 8)),
    };
    places.flat_map(pixel).collect()
}

#[test]
fn whole_files_are_those_of_cjpeg() {
    let sizes = [(1, 1), (8, 8), (16, 16), (17, 33), (33, 17), (15, 40), (101, 75), (320, 200)];
    for size in sizes {
        for kind in 0..5 {
            let rgb = pixels(size, kind, 77);
            for quality in [1, 25, 49, 50, 70, 92, 100] {
                let Some(expected) = cjpeg(size, &rgb, quality) else { return };
                let ours = encode(size, &rgb, Aim::Quality(quality)).unwrap();
                assert_eq!(ours.quality, quality);
                assert!(
                    without_profile(&ours.bytes) == expected,
                    "{size:?}, kind {kind}, quality {quality}"
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn whole_files_are_those_of_cjpeg_whatever_the_picture(
        size in (1..80u16, 1..80u16),
        kind in 0..5u8,
        seed: u32,
        quality in 1..=100u8,
    ) {
        let rgb = pixels(size, kind, seed);
        if let Some(expected) = cjpeg(size, &rgb, quality) {
            let ours = encode(size, &rgb, Aim::Quality(quality)).unwrap();
            prop_assert!(without_profile(&ours.bytes) == expected);
        }
    }

    #[test]
    fn greys_make_the_file_that_their_pixels_make(size in (1..50u16, 1..50u16), seed: u32) {
        let rgb = pixels(size, 3, seed);
        let grey: Vec<u8> = rgb.iter().copied().step_by(3).collect();
        let limits = Limits::default();
        let mut encoder = Encoder::new(size, Pixel::Grey, Aim::Quality(70), &limits).unwrap();
        grey.chunks(size.0.into()).for_each(|row| encoder.row(row).unwrap());
        let ours = encoder.finish(&limits).unwrap().unwrap();
        prop_assert!(*ours.bytes == *encode(size, &rgb, Aim::Quality(70)).unwrap().bytes);
    }
}

#[test]
fn the_best_quality_that_fits_is_found() {
    let size = (150, 110);
    let rgb = pixels(size, 4, 5);
    let sizes: Vec<(u8, u64)> = (1..=100)
        .map(|q| (q, encode(size, &rgb, Aim::Quality(q)).unwrap().bytes.len() as u64))
        .collect();
    for most in (900..25_000).step_by(487) {
        let found = encode(size, &rgb, Aim::Size(10..=95, most));
        let fits = sizes[9..95].iter().rev().find(|(_, bytes)| *bytes <= most);
        match (found, fits) {
            (Some(found), Some((quality, bytes))) => {
                // where a better quality takes fewer bytes another one may be found
                let near = found.quality.abs_diff(*quality) <= 1;
                assert!(near && found.bytes.len() as u64 <= most, "{quality} {}", found.quality);
                if found.quality == *quality {
                    assert_eq!(found.bytes.len() as u64, *bytes);
                }
            }
            (None, None) => {}
            (found, fits) => panic!("{most}: {found:?} {fits:?}"),
        }
    }
}

#[test]
fn missing_rows_repeat_the_last() {
    let limits = Limits::default();
    let mut encoder = Encoder::new((20, 50), Pixel::Rgb, Aim::Quality(80), &limits).unwrap();
    encoder.row(&[9; 60]).unwrap();
    let short = encoder.finish(&limits).unwrap().unwrap();
    assert!(*short.bytes == *encode((20, 50), &[9; 3000], Aim::Quality(80)).unwrap().bytes);
}

#[test]
fn what_passes_the_limit_of_memory_is_refused() {
    let limits = Limits { memory: 1 << 20, ..Limits::default() };
    let aim = Aim::Size(1..=90, 1 << 20);
    assert!(Encoder::new((1000, 1000), Pixel::Rgb, aim, &limits).is_err());
    let mut encoder = Encoder::new((1000, 50), Pixel::Rgb, Aim::Quality(70), &limits).unwrap();
    pixels((1000, 50), 0, 1).chunks(3000).for_each(|row| encoder.row(row).unwrap());
    assert!(encoder.finish(&limits).is_err());
}
