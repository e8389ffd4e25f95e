//! PNG files that programs made.

use unmarked::{Carrier, Error, Format, Method, Verdict, audit};

use crate::common::photos::{Photo, exiftool, marks, orientation, photos_of};
use crate::common::{Faults, alone, clean};
use crate::{METHODS, libpng, shown};

#[test]
fn real_files_are_cleaned_and_look_the_same() {
    let photos = photos_of(&[Format::Png]);
    let mut faults = Faults::default();
    for method in METHODS {
        let mut cleaned: Vec<(&Photo, Vec<u8>)> = Vec::new();
        let mut refused = 0;
        for photo in &photos {
            let name = photo.path.display();
            match clean(&photo.bytes, &alone(method)) {
                Ok(clean) => {
                    let before = shown(&photo.bytes);
                    if before.is_ok() {
                        faults.check(shown(&clean) == before, || {
                            format!("{method}, {name}: changed")
                        });
                    }
                    if let (Some(Ok(before)), Some(after)) = (libpng(&photo.bytes), libpng(&clean))
                    {
                        faults.check(after.as_ref() == Ok(&before), || {
                            format!("{method}, {name}: changed for libpng")
                        });
                    }
                    cleaned.push((photo, clean));
                }
                Err(error) => {
                    refused += 1;
                    println!("refused: {name}: {error}");
                    let right = matches!(error, Error::Profile(_) | Error::Unsupported { .. })
                        || shown(&photo.bytes).is_err();
                    faults
                        .check(right, || format!("{method}, {name}: whole, and refused: {error}"));
                }
            }
        }
        let before: Vec<&[u8]> = cleaned.iter().map(|(photo, _)| photo.bytes.as_slice()).collect();
        let after: Vec<&[u8]> = cleaned.iter().map(|(_, clean)| clean.as_slice()).collect();
        if let (Some(before), Some(after)) = (exiftool(&before), exiftool(&after)) {
            for ((photo, _), (before, after)) in cleaned.iter().zip(before.iter().zip(&after)) {
                let name = photo.path.display();
                let mut found = marks(after);
                // the picture's own chunks, and a constant profile or gamma
                found.retain(|tag| {
                    !tag.starts_with("PNG:") && !tag.starts_with("ICC") && !tag.starts_with("APNG")
                });
                faults.check(found.is_empty(), || format!("{method}, {name}: left: {found:?}"));
                faults.check(orientation(before) == orientation(after), || {
                    format!("{method}, {name}: turned")
                });
            }
        }
        println!("{method}, real PNGs: {} cleaned, {refused} refused", cleaned.len());
    }
    faults.none();
}

/// Some hold nothing but a picture, in the very form that is written: they are clean.
#[test]
fn untouched_real_files_are_called_clean_only_if_they_are() {
    for photo in photos_of(&[Format::Png]) {
        if audit(&photo.bytes) == Verdict::Clean {
            let cleaned = clean(&photo.bytes, &alone(Method::Strip));
            assert_eq!(cleaned.as_ref(), Ok(&photo.bytes), "{}", photo.path.display());
            let found = unmarked::inspect(&photo.bytes).unwrap();
            // what Strip leaves in the picture, and says so
            let marks = found.marks().filter(|mark| mark.carrier != Carrier::HiddenColour).count();
            assert_eq!(marks, 0, "{}", photo.path.display());
        }
    }
}
