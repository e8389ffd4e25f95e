//! The encoder under these tests is itself tested: what it makes, other decoders show.

use std::collections::BTreeMap;

use unmarked_fixtures::carriers::{self, Reading};
use unmarked_fixtures::decode::{libjpeg, libjpeg_installed, run, zune};
use unmarked_fixtures::reference::{coefficients, plane};
use unmarked_fixtures::{Choice, Colour, HuffmanTables, Jpeg, Process, kinds};

#[test]
fn every_kind_is_shown_by_libjpeg_without_a_warning() {
    if !libjpeg_installed() {
        return;
    }
    for kind in kinds::all() {
        let jpeg = kind.photo.bytes();
        let out = unmarked_fixtures::decode::run("djpeg", &["-pnm"], &jpeg).unwrap();
        let words = String::from_utf8_lossy(&out.stderr);
        // libjpeg warns of a transform that it does not know, and of nothing else here
        let expected = kind.name.ends_with("unknown-transform");
        assert_eq!(out.status.code(), Some(if expected { 2 } else { 0 }), "{}: {words}", kind.name);
    }
}

#[test]
fn progressive_and_sequential_show_the_same_picture() {
    for name in ["420", "grey", "cmyk-adobe", "ycck", "rgb-adobe"] {
        let mut photo = kinds::named(name);
        let sequential = libjpeg(&photo.bytes());
        photo.process = Process::Progressive;
        photo.huffman = HuffmanTables::PerScan;
        assert_eq!(sequential, libjpeg(&photo.bytes()), "{name}");
    }
}

/// The decoder to judge by shows what libjpeg shows: rounding and clamping apart.
#[test]
fn the_reference_shows_what_libjpeg_shows() {
    if !libjpeg_installed() {
        return;
    }
    let mut compared = 0;
    for kind in kinds::all() {
        let jpeg = kind.photo.bytes();
        // typical tables that are not in the file are not read
        let Some(picture) = coefficients(&jpeg) else {
            assert_eq!(kind.photo.huffman, HuffmanTables::Missing, "{}", kind.name);
            continue;
        };
        // luminance alone needs no conversion
        if picture.components.len() != 1 && kind.photo.colour != Colour::YCbCr {
            continue;
        }
        let full = picture.components.iter().all(|c| c.size <= picture.components[0].size);
        let out = run("djpeg", &["-grayscale", "-pnm", "-dct", "int"], &jpeg).unwrap().stdout;
        let grey = plane(&picture.components[0], 8);
        let shown = &out[out.len() - grey.samples.len()..];
        // coefficients out of range wrap around in some decoders, and where all but DC is missing
        // libjpeg makes it up
        if full && !kind.name.starts_with("large") && kind.name != "progressive-dc-only" {
            compared += 1;
            for (value, shown) in grey.samples.iter().zip(shown) {
                let off = (value.clamp(0.0, 255.0) - f64::from(*shown)).abs();
                assert!(off < 1.01, "{}: {value} and {shown}", kind.name);
            }
        }
    }
    assert!(compared > 40, "{compared}");
}

#[test]
fn a_repeated_picture_is_shown_again_and_again() {
    for (name, tables) in [("420", HuffmanTables::Standard), ("444", HuffmanTables::Optimal)] {
        let mut photo = kinds::named(name);
        (photo.height, photo.huffman) = (32, tables);
        let (once, thrice) = (photo.bytes(), photo.repeated(3).bytes());
        let (once, thrice) = (zune(&once).unwrap(), zune(&thrice).unwrap());
        assert_eq!(zune(&photo.repeated(1).bytes()).unwrap(), once);
        assert_eq!(thrice.samples.len(), 3 * once.samples.len());
        // at the seams upsampling mixes the two pictures
        let row = once.samples.len() / 32;
        for (y, rows) in thrice.samples.chunks(row).enumerate() {
            let within = !matches!(y % 32, 0 | 31);
            assert!(!within || rows == &once.samples[y % 32 * row..][..row], "{name}, row {y}");
        }
    }
}

#[test]
fn files_are_parsed_as_they_were_written() {
    for kind in kinds::all() {
        let jpeg = kind.photo.encode();
        assert_eq!(Jpeg::parse(&jpeg.bytes()), Some(jpeg), "{}", kind.name);
    }
}

#[test]
fn zune_shows_the_usual_kinds() {
    for name in ["grey", "420", "progressive", "restart", "rgb-adobe", "cmyk-adobe", "ycck"] {
        assert!(zune(&kinds::named(name).bytes()).is_ok(), "{name}");
    }
}

/// What each carrier claims about libjpeg is what libjpeg does: the same picture with it as
/// without it, or not.
#[test]
fn libjpeg_shows_the_same_picture_with_every_mark_planted() {
    if !libjpeg_installed() {
        return;
    }
    let mut wrong = Vec::new();
    for kind in kinds::all().into_iter().filter(|k| PROBES.contains(&k.name)) {
        let plain = kind.photo.encode();
        let shown = libjpeg(&plain.bytes()).unwrap().unwrap();
        for carrier in carriers::all().iter().filter(|c| c.reading == Reading::Shown) {
            let Some(planted) = carrier.planted(&plain, 1) else { continue };
            let got = libjpeg(&planted.bytes()).unwrap();
            if got != Ok(shown.clone()) {
                wrong.push(format!("{} in {}: {got:?}", carrier.id, kind.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The same of marks in entropy-coded data. Every choice is there in some kind.
#[test]
fn libjpeg_shows_the_same_picture_whatever_coded_data_carries() {
    if !libjpeg_installed() {
        return;
    }
    let mut wrong = Vec::new();
    let mut planted = BTreeMap::new();
    for kind in kinds::all() {
        let shown = libjpeg(&kind.photo.bytes()).unwrap().unwrap();
        for choice in Choice::ALL {
            let Some(jpeg) = kind.photo.planted(choice, 1) else { continue };
            *planted.entry(format!("{choice:?}")).or_insert(0) += 1;
            let got = libjpeg(&jpeg.bytes()).unwrap();
            if got != Ok(shown.clone()) {
                wrong.push(format!("{choice:?} in {}: {got:?}", kind.name));
            }
        }
    }
    println!("marks in coded data: {planted:?}");
    assert_eq!(planted.len(), Choice::ALL.len(), "{planted:?}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

const PROBES: [&str; 8] = [
    "grey",
    "420",
    "progressive",
    "separate-scans-restart",
    "restart",
    "rgb-adobe",
    "ycck",
    "cmyk-plain",
];
