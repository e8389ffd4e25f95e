//! Photos that cameras and programs made, by Strip.

mod common;

use common::photos::{Photo, constant_profiles, exiftool, marks, orientation, photos, whole};
use common::{Faults, changed, strip};
use unmarked::{Error, Verdict, audit, inspect};
use unmarked_fixtures::decode::zune;
use unmarked_fixtures::{Jpeg, marker};

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
