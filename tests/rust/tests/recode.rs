//! Recode: the same coefficients, quantisation and sampling, in one canonical scan. jpegtran judges.

mod common;

use common::transcode::{coefficients, jpegtran, optimised};
use common::{Faults, METHODS, alone, clean, recode, stored_at};
use unmarked::receipt::Kept;
use unmarked::{Error, Method, Orientation};
use unmarked_fixtures::decode::libjpeg;
use unmarked_fixtures::exif::{Order, orientation};
use unmarked_fixtures::reference::coefficients as decode;
use unmarked_fixtures::{Colour, Jpeg, Photo, Piece, kinds, marker};

/// The photo of this kind, told to be turned.
fn turned(photo: &Photo, value: u8) -> Vec<u8> {
    let mut jpeg = photo.encode();
    jpeg.insert(1, Piece::segment(marker::APP1, orientation(Order::Big, 3, value)));
    jpeg.bytes()
}

/// True if jpegtran is installed. Says so once if it is not.
fn judged() -> bool {
    let installed = jpegtran(&[], &[]).is_some();
    if !installed {
        println!("NOTICE: jpegtran is not installed: coefficients are not compared");
    }
    installed
}

/// Every kind in every orientation. Where jpegtran can turn it with all of its blocks, so must Recode,
/// and then no orientation is told any more; elsewhere it is told, and nothing is turned.
#[test]
fn coefficients_quantisation_and_sampling_stay() {
    if !judged() {
        return;
    }
    let mut faults = Faults::default();
    let (mut baked, mut told, mut beyond) = (0, 0, Vec::new());
    for kind in kinds::all() {
        let n = kind.photo.ids.len();
        for value in 1..=8 {
            let photo = turned(&kind.photo, value);
            let name = format!("{}, orientation {value}", kind.name);
            let cleaned = match unmarked::clean(&photo, &alone(Method::Recode)) {
                Ok(cleaned) => cleaned,
                Err(error) => {
                    faults.add(format!("{name}: refused: {error}"));
                    continue;
                }
            };
            let still = cleaned.receipt().kept.iter().any(|k| matches!(k, Kept::Orientation(_)));
            let tells = Jpeg::parse(cleaned.bytes()).unwrap().segments(marker::APP1).count() > 0;
            faults.check(still == tells, || format!("{name}: the receipt does not say it"));
            let of = |bytes: &[u8]| coefficients(bytes, n).unwrap();
            let stays = || match of(&photo) {
                Ok(before) => of(cleaned.bytes()) == Ok(before),
                // jpegtran takes no tables that change between the scans
                Err(_) => {
                    let (before, after) = (decode(&photo), decode(cleaned.bytes()));
                    before.zip(after).is_some_and(|(before, after)| before.same(&after))
                }
            };
            // what has more than ten blocks an MCU jpegtran can read and not write interleaved
            let turned = match optimised(&photo, value).unwrap() {
                Ok(turned) => Some(of(&turned)),
                Err(_) => None,
            };
            match (tells, turned) {
                (true, Some(_)) if value > 1 => {
                    faults.add(format!("{name}: jpegtran turns it, Recode does not"));
                }
                (true, _) => {
                    told += 1;
                    faults.check(value > 1 && stays(), || format!("{name}: other coefficients"));
                }
                (false, Some(turned)) => {
                    baked += 1;
                    faults.check(turned.is_ok() && turned == of(cleaned.bytes()), || {
                        format!("{name}: not the transposition of the coefficients")
                    });
                }
                (false, None) if value == 1 => {
                    faults.check(stays(), || format!("{name}: other coefficients"));
                }
                (false, None) => beyond.push(name),
            }
        }
    }
    println!(
        "{baked} turned as by jpegtran, {told} told; turned where jpegtran cannot: {beyond:?}"
    );
    faults.none();
}

/// What is turned shows the same picture, turned: rounding and upsampling apart.
#[test]
fn a_turned_picture_is_the_same_picture() {
    let mut faults = Faults::default();
    for (base, sampling) in [("grey", (1, 1)), ("444", (1, 1)), ("420", (2, 2)), ("422", (2, 1))] {
        let mut photo = kinds::named(base);
        (photo.width, photo.height, photo.noise) = (64, 32, 4);
        photo.sampling[0] = sampling;
        let Some(Ok(shown)) = libjpeg(&photo.bytes()) else { return };
        let channels = shown.samples.len() / (64 * 32);
        for value in 1..=8u8 {
            let clean = recode(&turned(&photo, value)).unwrap();
            let after = libjpeg(&clean).unwrap().unwrap();
            let (wide, high) = if value > 4 { (32, 64) } else { (64, 32) };
            faults.check(after.shape.contains(&format!("{wide} {high}")), || {
                format!("{base}, {value}: {}", after.shape)
            });
            let mut worst = 0;
            for y in 0..high {
                for x in 0..wide {
                    let (u, v) = stored_at(value, (x, y), (wide, high));
                    for c in 0..channels {
                        let was = shown.samples[(v * 64 + u) * channels + c];
                        worst =
                            worst.max(after.samples[(y * wide + x) * channels + c].abs_diff(was));
                    }
                }
            }
            // libjpeg upsamples rows and columns in another way for 4:2:2
            let limit = if base == "422" { 24 } else { 3 };
            faults.check(worst <= limit, || format!("{base}, orientation {value}: {worst} off"));
        }
    }
    faults.none();
}

/// One scan of baseline, no restart interval, each table once and used, as libjpeg writes them: so
/// that jpegtran, asked for optimal tables, has nothing to change.
#[test]
fn the_form_is_the_one_of_libjpeg() {
    if !judged() {
        return;
    }
    let mut faults = Faults::default();
    for kind in kinds::all() {
        let Ok(clean) = recode(&kind.photo.bytes()) else { continue };
        let parsed = Jpeg::parse(&clean).unwrap();
        let blocks: usize =
            kind.photo.sampling.iter().map(|(h, v)| usize::from(*h) * usize::from(*v)).sum();
        let single = kind.photo.ids.len() == 1 || blocks <= 10;
        faults.check(parsed.scans().len() == 1 || !single, || {
            format!("{}: {} scans", kind.name, parsed.scans().len())
        });
        faults.check(parsed.segments(marker::DRI).count() == 0, || format!("{}: DRI", kind.name));
        let large = kind.name.starts_with("large") || kind.name.starts_with("sixteen");
        faults.check(parsed.pieces[parsed.frame()].is(marker::SOF0) || large, || {
            format!("{}: not baseline", kind.name)
        });
        // jpegtran gives all inks one table, and cannot interleave more than ten blocks; and it writes
        // two equal tables where Recode writes one
        let flat = ["one-pixel", "progressive-dc-only"].contains(&kind.name);
        if single && !large && !flat && matches!(kind.photo.colour, Colour::Grey | Colour::YCbCr) {
            let again = optimised(&clean, 1).unwrap().unwrap();
            faults.check(again == clean, || {
                format!("{}: jpegtran changes {} to {} bytes", kind.name, clean.len(), again.len())
            });
        }
    }
    faults.none();
}

/// After one method another finds nothing to do but its own part.
#[test]
fn methods_agree_about_what_they_keep() {
    let mut faults = Faults::default();
    for kind in kinds::all() {
        let photo = kind.photo.bytes();
        let Ok(recoded) = recode(&photo) else { continue };
        let stripped = clean(&photo, &alone(Method::Strip)).unwrap();
        faults.check(recode(&stripped).as_ref() == Ok(&recoded), || {
            format!("{}: recoded after Strip, it differs", kind.name)
        });
        faults.check(clean(&recoded, &alone(Method::Strip)).as_ref() == Ok(&recoded), || {
            format!("{}: stripped after Recode, it differs", kind.name)
        });
    }
    faults.none();
}

/// Pictures at the limits of what a frame can say.
#[test]
fn long_and_thin_pictures_are_recoded() {
    let mut faults = Faults::default();
    for (width, height) in [(65_500, 3), (3, 65_500), (65_500, 1), (1, 65_500), (17, 4_099)] {
        for colour in [Colour::Grey, Colour::YCbCr] {
            let mut photo = Photo::new(width, height, colour);
            photo.sampling[0] = (2, 2);
            for value in [1, 6] {
                let photo = turned(&photo, value);
                for method in METHODS {
                    let cleaned = clean(&photo, &alone(method));
                    faults.check(cleaned.is_ok(), || {
                        let error = cleaned.err().map(|e: Error| e.to_string());
                        format!("{width}x{height} {colour:?} {value}, {method:?}: {error:?}")
                    });
                }
            }
        }
    }
    faults.none();
}

/// Where a partial MCU stands in the way the receipt tells which way is up, and says so.
#[test]
fn an_orientation_that_cannot_be_baked_in_is_said_to_stay() {
    let mut photo = kinds::named("420");
    (photo.width, photo.height) = (40, 32);
    let cleaned =
        unmarked::clean(&turned(&photo, 3), &alone(Method::Recode)).expect("a photo of 40 × 32");
    let kept = &cleaned.receipt().kept;
    let told = kept.iter().any(|k| matches!(k, Kept::Orientation(o) if *o != Orientation::Upright));
    assert!(told, "{kept:?}");
    // 4 mirrors rows alone, which are whole
    let cleaned = unmarked::clean(&turned(&photo, 4), &alone(Method::Recode)).unwrap();
    let kept = &cleaned.receipt().kept;
    assert!(!kept.iter().any(|k| matches!(k, Kept::Orientation(_))), "{kept:?}");
}
