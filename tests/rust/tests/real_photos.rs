//! Photos that cameras and programs made: the folder UNMARKED_PHOTOS, by default `shared/photos`
//! beside the checkout.

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::{Faults, changed, strip};
use unmarked::{Error, Verdict, audit, inspect};
use unmarked_fixtures::decode::{exiftool_installed, run, zune};
use unmarked_fixtures::icc::{Fields, Space, payloads, profile};
use unmarked_fixtures::{Jpeg, Piece, kinds, marker};

struct Photo {
    path: PathBuf,
    bytes: Vec<u8>,
}

/// Every JPEG of the folder, by content.
fn photos() -> Vec<Photo> {
    let folder = std::env::var_os("UNMARKED_PHOTOS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/photos"),
        PathBuf::from,
    );
    let mut found = Vec::new();
    let mut folders = vec![folder.clone()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&next) else { continue };
        for path in entries.flatten().map(|e| e.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(bytes) = std::fs::read(&path)
                && bytes.starts_with(&[0xFF, 0xD8])
            {
                let path = path.strip_prefix(&folder).map(Path::to_path_buf).unwrap_or(path);
                found.push(Photo { path, bytes });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    if found.is_empty() {
        println!("NOTICE: no real photos: there is no JPEG in {}", folder.display());
    }
    found
}

/// What exiftool tells of each file: numbers as numbers, every duplicate, every unknown tag.
fn exiftool(files: &[&[u8]]) -> Option<Vec<BTreeMap<String, String>>> {
    if !exiftool_installed() {
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    for (number, bytes) in files.iter().enumerate() {
        std::fs::write(folder.path().join(format!("{number:05}.jpg")), bytes).unwrap();
    }
    let path = folder.path().to_str().unwrap();
    let arguments = ["-a", "-u", "-n", "-G1", "-j", "-fileOrder", "FileName", path];
    let out = run("exiftool", &arguments, &[]).unwrap();
    let list: Vec<BTreeMap<String, serde_json::Value>> =
        serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(list.len(), files.len(), "exiftool tells of every file");
    Some(
        list.into_iter()
            .map(|tags| tags.into_iter().map(|(tag, value)| (tag, value.to_string())).collect())
            .collect(),
    )
}

/// The tags that are neither about the file as such nor what every clean photo may hold.
fn marks(tags: &BTreeMap<String, String>) -> Vec<&String> {
    let structure = ["SourceFile", "File", "System", "Composite", "ExifTool", "JFIF", "Adobe"];
    tags.keys()
        .filter(|tag| !structure.contains(&tag.split(':').next().unwrap_or_default()))
        .filter(|tag| *tag != "IFD0:Orientation")
        .collect()
}

/// The profiles that clean photos may hold, as they become of profiles made by code.
fn constant_profiles() -> Vec<Vec<u8>> {
    [(Space::DisplayP3, "420"), (Space::AdobeRgb, "420"), (Space::Grey22, "grey")]
        .into_iter()
        .map(|(space, kind)| {
            let mut jpeg = kinds::named(kind).encode();
            for payload in payloads(&profile(space, &Fields::default(), false), 60_000) {
                jpeg.insert(2, Piece::segment(marker::APP2, payload));
            }
            let clean = Jpeg::parse(&strip(&jpeg.bytes()).unwrap()).unwrap();
            clean.segments(marker::APP2).next().unwrap().to_vec()
        })
        .collect()
}

/// The orientation that viewers use: Exif's, else XMP's, else upright.
fn orientation(tags: &BTreeMap<String, String>) -> u8 {
    let valid = |tag: &str| {
        let value = tags.get(tag)?.trim_matches('"').parse::<u8>().ok()?;
        (1..=8).contains(&value).then_some(value)
    };
    valid("IFD0:Orientation").or_else(|| valid("XMP-tiff:Orientation")).unwrap_or(1)
}

/// True if libjpeg reads the whole photo without an error or a warning.
fn whole(photo: &[u8]) -> bool {
    run("djpeg", &["-pnm"], photo).is_some_and(|out| out.status.code() == Some(0))
}

#[test]
fn real_photos_are_cleaned_and_look_the_same() {
    let photos = photos();
    if photos.is_empty() {
        return;
    }
    let mut faults = Faults::default();
    let mut cleaned: Vec<(&Photo, Vec<u8>)> = Vec::new();
    let mut refused: Vec<(&Photo, Error)> = Vec::new();
    let (mut pictures_changed, mut panics) = (0, 0);
    for photo in &photos {
        match std::panic::catch_unwind(|| strip(&photo.bytes)) {
            Ok(Ok(clean)) => cleaned.push((photo, clean)),
            Ok(Err(error)) => refused.push((photo, error)),
            Err(_) => {
                panics += 1;
                faults.add(format!("{}: panic", photo.path.display()));
            }
        }
    }
    for (photo, error) in &refused {
        println!("refused: {}: {error}", photo.path.display());
        let right =
            matches!(error, Error::Profile(_) | Error::Unsupported { .. }) || !whole(&photo.bytes);
        faults.check(right, || format!("{}: whole, and refused: {error}", photo.path.display()));
    }
    for (photo, clean) in &cleaned {
        let differs =
            changed(&photo.bytes, clean).or_else(|| match (zune(&photo.bytes), zune(clean)) {
                (Ok(before), after) if after.as_ref() != Ok(&before) => {
                    Some(format!("zune: {after:?}"))
                }
                _ => None,
            });
        if let Some(words) = differs {
            pictures_changed += 1;
            faults.add(format!("{}: {words}", photo.path.display()));
        }
    }

    let (mut marks_left, mut sideways) = (String::from("not counted"), String::from("not counted"));
    let before: Vec<&[u8]> = cleaned.iter().map(|(photo, _)| photo.bytes.as_slice()).collect();
    let after: Vec<&[u8]> = cleaned.iter().map(|(_, clean)| clean.as_slice()).collect();
    if let (Some(before), Some(after)) = (exiftool(&before), exiftool(&after)) {
        let constant = constant_profiles();
        let (mut left, mut turned) = (0, 0);
        for ((photo, clean), (before, after)) in cleaned.iter().zip(before.iter().zip(&after)) {
            let name = photo.path.display();
            let parsed = Jpeg::parse(clean).expect("a clean photo is well formed");
            let ours = parsed.segments(marker::APP2).all(|p| constant.iter().any(|c| c == p));
            let mut found = marks(after);
            found.retain(|tag| !(ours && tag.starts_with("ICC")));
            left += found.len();
            faults.check(found.is_empty(), || format!("{name}: left: {found:?}"));
            if orientation(before) != orientation(after) {
                turned += 1;
                faults.add(format!(
                    "{name}: orientation {} became {}",
                    orientation(before),
                    orientation(after)
                ));
            }
        }
        (marks_left, sideways) = (left.to_string(), turned.to_string());
    }
    println!(
        "real JPEGs: {} cleaned, {} refused, {panics} panics; marks left: {marks_left}; pictures \
         changed: {pictures_changed}; sideways: {sideways}",
        cleaned.len(),
        refused.len()
    );
    faults.none();
}

#[test]
fn untouched_real_photos_are_not_called_clean() {
    let photos = photos();
    if photos.is_empty() {
        return;
    }
    let mut faults = Faults::default();
    let files: Vec<&[u8]> = photos.iter().map(|photo| photo.bytes.as_slice()).collect();
    let told = exiftool(&files);
    let mut counts = [0; 3];
    for (number, photo) in photos.iter().enumerate() {
        let verdict = audit(&photo.bytes);
        counts[match verdict {
            Verdict::Clean => 0,
            Verdict::Carries(_) => 1,
            Verdict::CannotTell(_) => 2,
        }] += 1;
        let by_exiftool = told.as_ref().is_some_and(|told| !marks(&told[number]).is_empty());
        let by_inspection = inspect(&photo.bytes).is_ok_and(|found| found.marks().next().is_some());
        let name = photo.path.display();
        faults.check(!(verdict == Verdict::Clean && (by_exiftool || by_inspection)), || {
            format!("{name}: called clean")
        });
        // what exiftool can read out, inspection must not overlook
        faults.check(!by_exiftool || matches!(verdict, Verdict::Carries(_)), || {
            let tags = told.as_ref().map(|told| marks(&told[number])).unwrap_or_default();
            format!(
                "{name}: exiftool finds {:?}, inspection nothing",
                tags.iter().take(5).collect::<Vec<_>>()
            )
        });
    }
    let [clean, carries, cannot_tell] = counts;
    println!(
        "untouched real JPEGs: {clean} clean, {carries} carry marks, {cannot_tell} cannot be told"
    );
    faults.none();
}
