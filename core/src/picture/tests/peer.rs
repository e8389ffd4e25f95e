//! At full scale every pixel is the one that libjpeg-turbo shows with its accurate transform.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::{Drawn, draw};
use crate::container::jpeg::{Colour, Embedded, Picture, read, walk};
use crate::picture::geometry::Geometry;
use crate::picture::jpeg::source::{Source, Tolerance};
use crate::{Limits, Orientation};

/// Runs a program of libjpeg-turbo; `None`, and said so, if it is not installed.
fn run(program: &str, arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else {
        println!(
            "NOTICE: {program} is not installed: pixels are not compared with libjpeg-turbo's"
        );
        return None;
    };
    let mut stdin = child.stdin.take().unwrap();
    let out = std::thread::scope(|scope| {
        scope.spawn(move || {
            let _closed_early = stdin.write_all(input);
        });
        child.wait_with_output().unwrap()
    });
    Some(out.stdout)
}

/// The pixels of a PNM as RGB, if it is a whole one.
fn parse_pnm(pnm: &[u8]) -> Option<Drawn> {
    let mut words = pnm.splitn(4, |b| b.is_ascii_whitespace());
    let kind = words.next()?;
    let number = |words: &mut dyn Iterator<Item = &[u8]>| -> Option<usize> {
        std::str::from_utf8(words.next()?).ok()?.parse().ok()
    };
    let (width, height) = (number(&mut words)?, number(&mut words)?);
    let samples = words.next()?.strip_prefix(b"255\n")?;
    let rgb = match kind {
        b"P5" => samples.iter().flat_map(|s| [*s; 3]).collect(),
        b"P6" => samples.to_vec(),
        _ => return None,
    };
    (rgb.len() == width * height * 3).then_some(Drawn { width, height, rgb })
}

fn plain(picture: &Picture<'_>) -> Geometry {
    let (w, h) = (usize::from(picture.frame.width), usize::from(picture.frame.height));
    let mut geometry = Geometry::new(w, h, Orientation::Upright, None);
    for (axis, size) in [(&mut geometry.across, w), (&mut geometry.down, h)] {
        (axis.start, axis.length, axis.target) = (0, size, size);
    }
    geometry
}

/// What of `jpeg` differs from the peer's: the largest difference and how many samples; `None` if the
/// peer or we cannot show it.
fn difference(jpeg: &[u8]) -> Option<(u8, usize)> {
    let walked = walk::walk(jpeg, 1000);
    let mut picture = read(&walked, Tolerance::ShowWhatThereIs).ok()?;
    if matches!(picture.colour, Colour::Cmyk { .. } | Colour::Ycck) {
        return None;
    }
    picture.profile = Embedded::None;
    let theirs = parse_pnm(&run("djpeg", &["-pnm", "-dct", "int"], jpeg)?)?;
    // coefficients that no picture has overflow its vector code elsewhere than its plain one
    let plainly = run("env", &["JSIMD_FORCENONE=1", "djpeg", "-pnm", "-dct", "int"], jpeg)?;
    if parse_pnm(&plainly).as_ref() != Some(&theirs) {
        println!(
            "NOTICE: a picture is left out about which libjpeg-turbo does not agree with itself"
        );
        return None;
    }
    let limits = Limits::default();
    let source = Source::open(&picture, Tolerance::ShowWhatThereIs, &limits).ok()?;
    let ours = draw(source, &picture, plain(&picture), &[]);
    assert_eq!((ours.width, ours.height), (theirs.width, theirs.height));
    let differences = ours.rgb.iter().zip(&theirs.rgb).map(|(a, b)| a.abs_diff(*b));
    let most = differences.clone().max()?;
    Some((most, differences.filter(|d| *d > 0).count()))
}

/// A colourful picture with edges and noise.
fn ppm(width: usize, height: usize) -> Vec<u8> {
    let mut ppm = format!("P6\n{width} {height}\n255\n").into_bytes();
    let mut noise = 7u32;
    for y in 0..height {
        for x in 0..width {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let edge = if (x / 11 + y / 7) % 2 == 0 { 255 } else { 0 };
            ppm.extend([(x * 3) as u8, edge, (y * 5) as u8 ^ (noise >> 28) as u8]);
        }
    }
    ppm
}

#[test]
fn pictures_of_every_sampling_are_the_peers() {
    for (width, height) in [(123, 77), (16, 16), (1, 1), (4, 200), (5, 3), (33, 32)] {
        let ppm = ppm(width, height);
        for sampling in [
            "1x1",
            "2x1",
            "1x2",
            "2x2",
            "4x1",
            "1x4",
            "4x2",
            "2x4",
            "4x4",
            "2x2,1x2,2x1",
            "2x2,2x1,1x2",
            "1x1,2x2,2x2",
            "2x2,1x1,2x2",
        ] {
            for more in [
                &["-quality", "95"][..],
                &["-quality", "30"],
                &["-progressive"],
                &["-quality", "5"],
            ] {
                let arguments = [&["-sample", sampling][..], more].concat();
                let Some(jpeg) = run("cjpeg", &arguments, &ppm) else { return };
                let Some((most, count)) = difference(&jpeg) else { continue };
                assert_eq!((most, count), (0, 0), "{width}x{height} {sampling} {more:?}");
            }
        }
        for more in ["-grayscale", "-rgb"] {
            let Some(jpeg) = run("cjpeg", &[more], &ppm) else { return };
            assert_eq!(difference(&jpeg), Some((0, 0)), "{width}x{height} {more}");
        }
    }
}

#[test]
fn real_photos_are_the_peers() {
    let Some(folder) = std::env::var_os("UNMARKED_PHOTOS") else {
        println!("NOTICE: UNMARKED_PHOTOS names no folder: real photos are not compared");
        return;
    };
    let mut folders = vec![PathBuf::from(folder)];
    let mut shown = 0;
    while let Some(next) = folders.pop() {
        for path in std::fs::read_dir(next).unwrap().flatten().map(|e| e.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(bytes) = std::fs::read(&path)
                && bytes.starts_with(&[0xFF, 0xD8])
                && let Some((most, count)) = difference(&bytes)
            {
                shown += 1;
                assert_eq!((most, count), (0, 0), "{}", path.display());
            }
        }
    }
    println!("{shown} photos compared");
}
