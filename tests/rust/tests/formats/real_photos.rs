//! Photos that cameras and programs made, of every format but JPEG, by the road that is taken where no
//! method is named.

use std::collections::BTreeMap;

use serde_json::Value;
use unmarked::{Carrier, Error, Finding, Format, Method, Policy, Verdict, audit, inspect};

use super::common::Faults;
use super::common::photos::{Photo, every_photo, exiftool};
use super::peers::{DECODERS, broken, pillow, pillow_reads};
use super::structure::Marks;

/// One that was cleaned.
struct Cleaned<'a> {
    photo: &'a Photo,
    bytes: Vec<u8>,
    format: Format,
    method: Method,
}

/// All of them but JPEG, which has tests of its own.
fn photos() -> Vec<Photo> {
    let mut photos = every_photo();
    photos.retain(|photo| photo.format != Format::Jpeg);
    if photos.is_empty() {
        println!("NOTICE: no real photos of other formats than JPEG");
    }
    photos
}

#[test]
fn real_photos_are_cleaned_and_look_the_same() {
    let photos = photos();
    let mut faults = Faults::default();
    let (mut cleaned, mut refused) = (Vec::new(), Vec::new());
    let mut counts: BTreeMap<String, [usize; 8]> = BTreeMap::new();
    let mut count = |format: Format, what: usize| {
        counts.entry(format.to_string()).or_default()[what] += 1;
    };
    for photo in &photos {
        let name = photo.path.display();
        match std::panic::catch_unwind(|| unmarked::clean(&photo.bytes, &Policy::default())) {
            Ok(Ok(clean)) => {
                let receipt = clean.receipt();
                let (format, method) = (receipt.format, receipt.method);
                let bytes = clean.bytes().to_vec();
                let verdict = audit(&bytes);
                faults
                    .check(verdict == Verdict::Clean, || format!("{name}: not clean: {verdict:?}"));
                faults.check(Format::detect(&bytes) == Some(format), || {
                    format!("{name}: the receipt calls it {format}")
                });
                let again = marks_in(&bytes);
                faults.check(again.as_ref().is_ok_and(Vec::is_empty), || {
                    format!("{name}: inspection finds {again:?}")
                });
                count(photo.format, if method == Method::Strip { 0 } else { 1 });
                cleaned.push(Cleaned { photo, bytes, format, method });
            }
            Ok(Err(error)) => refused.push((photo, error)),
            Err(_) => {
                count(photo.format, 7);
                faults.add(format!("{name}: panic"));
            }
        }
    }

    for (photo, error) in &refused {
        let name = photo.path.display();
        let named = matches!(error, Error::Unsupported { .. } | Error::Format(Format::Raw));
        let broken = broken(&photo.bytes, photo.format);
        count(photo.format, if broken.is_some() { 3 } else { 2 });
        println!("refused: {name}: {error} ({})", broken.as_deref().unwrap_or("others show it"));
        // made to be invalid: bmpsuite says so of all in this folder
        let invalid = name.to_string().contains("bmpsuite/b/");
        faults.check(named || invalid || broken.is_some(), || {
            format!("{name}: valid, and refused: {error}")
        });
    }

    for one in &cleaned {
        if let Some(words) = changed(one) {
            count(one.photo.format, 4);
            faults.add(format!("{}: {words}", one.photo.path.display()));
        }
    }
    for (one, words) in moved(&cleaned) {
        count(one.photo.format, 5);
        faults.add(format!("{}: {words}", one.photo.path.display()));
    }
    for (one, words) in left(&cleaned) {
        count(one.photo.format, 6);
        faults.add(format!("{}: left: {words:?}", one.photo.path.display()));
    }
    println!(
        "format: stripped, rebuilt, refused by name, refused because broken; changed or sideways, \
         moves otherwise, marks left, panics"
    );
    for (format, counts) in counts {
        println!("{format}: {counts:?}");
    }
    faults.none();
}

/// What inspection finds, but for what Strip leaves and its receipt names: it is part of the picture.
fn marks_in(photo: &[u8]) -> Result<Vec<Finding>, Error> {
    let left = |finding: &&Finding| finding.carrier != Carrier::HiddenColour;
    Ok(inspect(photo)?.marks().filter(left).cloned().collect())
}

/// What is wrong with the picture of a stripped photo, if it is not the same by every decoder.
fn changed(one: &Cleaned<'_>) -> Option<String> {
    if one.method == Method::Rebuild {
        return None;
    }
    let of_format = DECODERS.iter().filter(|d| d.formats.contains(&one.format));
    of_format.into_iter().find_map(|decoder| {
        let before = decoder.shown(&one.photo.bytes, one.photo.format)?.ok()?;
        match decoder.shown(&one.bytes, one.format)? {
            // one of several is what is left
            Ok(after) if after.len() == 1 && before.contains(&after[0]) => None,
            after => Some(format!("{}: {before:?} became {after:?}", decoder.program)),
        }
    })
}

/// What moves otherwise than before, or shows something else, by Pillow: every frame and its time
/// where it was stripped; the size, and about the same colours, where it was drawn again.
fn moved<'a>(cleaned: &'a [Cleaned<'a>]) -> Vec<(&'a Cleaned<'a>, String)> {
    let mut faults = Vec::new();
    let readable = |one: &&Cleaned<'_>| pillow_reads(one.photo.format);
    let (drawn, stripped): (Vec<_>, Vec<_>) =
        cleaned.iter().filter(readable).partition(|one| one.method == Method::Rebuild);
    let files: Vec<&[u8]> =
        stripped.iter().flat_map(|one| [one.photo.bytes.as_slice(), &one.bytes]).collect();
    let Some(told) = pillow("frames", &files) else {
        println!("NOTICE: Pillow is not installed: timing is not compared (install python3-pil)");
        return faults;
    };
    for (one, told) in stripped.iter().zip(told.chunks(2)) {
        // of a sequence of HEIF the still picture is left, and the receipt says so
        let same = match one.format {
            Format::Heif | Format::Avif => {
                told[0]["size"] == told[1]["size"]
                    && told[0]["frames"][0][1] == told[1]["frames"][0][1]
            }
            _ => told[0] == told[1],
        };
        if told[0].get("error").is_none() && !same {
            faults.push((*one, format!("{} became {}", brief(&told[0]), brief(&told[1]))));
        }
    }
    let files: Vec<&[u8]> =
        drawn.iter().flat_map(|one| [one.photo.bytes.as_slice(), &one.bytes]).collect();
    for (one, told) in drawn.iter().zip(pillow("alike", &files).unwrap_or_default()) {
        // Pillow follows no gamma of a PNG: Chromium judges its colours
        let colours = one.photo.format == Format::Png
            || told["apart"].as_f64().is_some_and(|apart| apart < 8.0);
        let same = told["sizes"][0] == told["sizes"][1] && colours;
        if told.get("error").is_none() && !same {
            faults.push((*one, format!("drawn otherwise: {told}")));
        }
    }
    faults
}

fn brief(told: &Value) -> String {
    told.to_string().chars().take(300).collect()
}

/// What exiftool still finds.
fn left<'a>(cleaned: &'a [Cleaned<'a>]) -> Vec<(&'a Cleaned<'a>, Vec<String>)> {
    let files: Vec<&[u8]> = cleaned.iter().map(|one| one.bytes.as_slice()).collect();
    let (Some(marks), Some(told)) = (Marks::new(), exiftool(&files)) else { return Vec::new() };
    let found = cleaned.iter().zip(&told).map(|(one, tags)| (one, marks.of(one.format, tags)));
    found.filter(|(_, found)| !found.is_empty()).collect()
}

#[test]
fn untouched_real_photos_are_not_called_clean() {
    let photos = photos();
    let mut faults = Faults::default();
    let files: Vec<&[u8]> = photos.iter().map(|photo| photo.bytes.as_slice()).collect();
    let marks = Marks::new();
    let told = exiftool(&files);
    let mut counts: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    for (number, photo) in photos.iter().enumerate() {
        let name = photo.path.display();
        let verdict = audit(&photo.bytes);
        counts.entry(photo.format.to_string()).or_default()[match verdict {
            Verdict::Clean => 0,
            Verdict::Carries(_) => 1,
            Verdict::CannotTell(_) => 2,
        }] += 1;
        let found = match (&marks, &told) {
            (Some(marks), Some(told)) => marks.of(photo.format, &told[number]),
            _ => Vec::new(),
        };
        // how a TIFF stores its picture takes tags, too; what it says beside it is another test's
        if matches!(photo.format, Format::Tiff | Format::Bmp) {
            continue;
        }
        let by_inspection = marks_in(&photo.bytes).is_ok_and(|found| !found.is_empty());
        if verdict == Verdict::Clean {
            println!("called clean: {name}");
        }
        faults.check(!(verdict == Verdict::Clean && (!found.is_empty() || by_inspection)), || {
            format!("{name}: called clean: {found:?}")
        });
        // what the format's own chunks and boxes hold may be neither structure of ours nor a mark
        let told: Vec<&String> = found.iter().filter(|tag| !of_the_format(tag)).collect();
        faults.check(told.is_empty() || matches!(verdict, Verdict::Carries(_)), || {
            format!("{name}: exiftool finds {:?}, inspection nothing", &told[..told.len().min(5)])
        });
    }
    println!("untouched: clean, carry marks, cannot be told");
    for (format, counts) in counts {
        println!("{format}: {counts:?}");
    }
    faults.none();
}

/// True of tags that tell how a format stores pictures, though Unmarked would not store them so.
fn of_the_format(tag: &str) -> bool {
    let group = tag.split([':', '-']).next().unwrap_or_default();
    ["PNG", "GIF", "RIFF", "QuickTime", "Meta"].contains(&group)
}
