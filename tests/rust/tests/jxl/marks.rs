//! Whatever can carry a mark: it is gone, and nothing of the clean photo depends on it.

use unmarked::receipt::Remaining;
use unmarked::{Error, Method, Verdict, audit, inspect};
use unmarked_fixtures::carriers::{self, Holds, Reading};
use unmarked_fixtures::decode::libjxl;
use unmarked_fixtures::jxl::carriers::{Photo, all};
use unmarked_fixtures::jxl::{Extra, kinds};

use crate::common::{Faults, alone, strip};
use crate::photos;

#[test]
fn every_kind_is_what_libjxl_shows() {
    let mut faults = Faults::default();
    for (name, picture) in kinds::all() {
        let photo = picture.codestream();
        let clean = strip(&photo).unwrap_or_else(|error| panic!("{name}: {error}"));
        let Some(shown) = libjxl(&photo) else { return };
        faults.check(shown.is_ok(), || format!("{name}: {shown:?}"));
        faults.check(libjxl(&clean) == Some(shown), || format!("{name}: shows something else"));
    }
    faults.none();
}

#[test]
fn planted_marks_are_gone_without_a_trace() {
    let mut faults = Faults::default();
    let mut planted_in = std::collections::BTreeMap::new();
    for (name, photo) in photos() {
        let clean = strip(&photo.bytes()).unwrap();
        for carrier in all() {
            let count = planted_in.entry(carrier.id.clone()).or_insert(0);
            for variant in [1, 2] {
                let Some(planted) = carrier.planted(&photo, variant) else { continue };
                *count += 1;
                let file = planted.bytes();
                let words = || format!("{name}: {} {variant}", carrier.id);
                match strip(&file) {
                    // colours told by numbers are other colours than before
                    Ok(result) if carrier.id == "colour-numbers" => {
                        let same = strip(&carrier.planted(&photo, 3 - variant).unwrap().bytes());
                        faults.check(same == Ok(result), || format!("{}: differs", words()));
                    }
                    Ok(result) => {
                        faults.check(result == clean, || format!("{}: a trace is left", words()));
                        let left = carriers::find(&result);
                        faults.check(left.is_none(), || format!("{}: left at {left:?}", words()));
                    }
                    Err(error) => {
                        let right = carrier.reading == Reading::Refused;
                        faults.check(right, || format!("{}: refused: {error}", words()));
                    }
                }
                if file != clean {
                    let called = audit(&file);
                    faults.check(called != Verdict::Clean, || format!("{}: clean", words()));
                }
                let told = inspect(&file).unwrap();
                let marks = told.marks().count();
                let silent = carrier.holds == Holds::Text && marks == 0;
                faults.check(!silent, || format!("{}: not told", words()));
            }
        }
    }
    for (carrier, count) in planted_in {
        faults.check(count > 0, || format!("{carrier} was planted nowhere"));
    }
    faults.none();
}

/// What is planted where libjxl does not look is not seen by it; otherwise the test is wrong.
#[test]
fn libjxl_shows_the_same_with_every_mark() {
    let mut faults = Faults::default();
    for (number, (name, picture)) in kinds::all().into_iter().enumerate() {
        // every carrier in each kind would be thousands of pictures: a third of them in each
        let photo = Photo { pieces: 1, ..Photo::bare(picture) };
        let Some(before) = libjxl(&photo.bytes()) else { return };
        for carrier in all().into_iter().skip(number % 3).step_by(3) {
            let Some(planted) = carrier.planted(&photo, 2) else { continue };
            let same = libjxl(&planted.bytes()) == Some(before.clone());
            // numbers that only say what the colours mean
            let colours = carrier.id == "colour-numbers";
            let right = same || colours || carrier.reading == Reading::Refused;
            faults.check(right, || format!("{name}: {} changes the picture", carrier.id));
        }
    }
    faults.none();
}

/// Pictures that no viewer shows, and that cannot be taken out without decoding, are refused by name.
#[test]
fn hidden_channels_are_refused_by_name() {
    for kind in [1, 3, 4, 5, 6, 9, 15, 16] {
        let mut picture = kinds::named("grey");
        picture.extra = vec![Extra { kind, name: String::new() }];
        let error = strip(&picture.codestream()).unwrap_err();
        let by_name = matches!(error, Error::Unsupported { .. } | Error::Profile(_));
        assert!(by_name, "{kind}: {error}");
    }
    let mut picture = kinds::named("alpha");
    picture.extra.push(picture.extra[0].clone());
    let error = strip(&picture.codestream()).unwrap_err();
    assert!(error.to_string().contains("alpha"), "{error}");
}

/// What stands in a section after its last symbol stays, since sections are not decoded. The receipt
/// says so.
#[test]
fn the_receipt_says_that_sections_are_not_looked_into() {
    let mut picture = kinds::named("grey");
    picture.frames[0].tail = b"UNMARKEDplanted".to_vec();
    let clean = unmarked::clean(&picture.codestream(), &alone(Method::Strip)).unwrap();
    assert!(clean.receipt().remaining.contains(&Remaining::CodedData));
}
