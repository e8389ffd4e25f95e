//! Every carrier in every kind of photo: no mark survives Strip.

mod common;

use common::{Faults, changed, strip};
use unmarked::{Clean, Error, Policy, Verdict, audit};
use unmarked_fixtures::carriers::{self, Carrier, Holds, Reading};
use unmarked_fixtures::{kinds, marker};

#[test]
fn every_kind_is_cleaned_and_looks_the_same() {
    let mut faults = Faults::default();
    for kind in kinds::all() {
        let photo = kind.photo.bytes();
        match strip(&photo) {
            Ok(clean) => {
                if let Some(words) = changed(&photo, &clean) {
                    faults.add(format!("{}: {words}", kind.name));
                }
                faults.check(strip(&clean).as_ref() == Ok(&clean), || {
                    format!("{}: cleaned twice, it differs", kind.name)
                });
            }
            Err(error) => faults.add(format!("{}: refused: {error}", kind.name)),
        }
    }
    faults.none();
}

#[test]
fn no_mark_survives() {
    let (mut faults, mut cleaned, mut refused) = (Faults::default(), 0, 0);
    let carriers = carriers::all();
    for kind in kinds::all() {
        let plain = kind.photo.encode();
        let Ok(expected) = strip(&plain.bytes()) else {
            faults.add(format!("{}: refused", kind.name));
            continue;
        };
        for carrier in &carriers {
            let Some(planted) = carrier.planted(&plain, 1) else { continue };
            let name = format!("{} in {}", carrier.id, kind.name);
            let bytes = planted.bytes();
            faults.check(planted != plain, || format!("{name}: the plan is to change something"));
            if carrier.holds == Holds::Text
                && carriers::find(&bytes).is_none()
                && !in_parts(carrier)
            {
                faults.add(format!("{name}: nothing was planted"));
            }
            faults.check(audit(&bytes) != Verdict::Clean, || {
                format!("{name}: called clean untouched")
            });
            match strip(&bytes) {
                Ok(clean) => {
                    cleaned += 1;
                    faults.check(carriers::find(&clean).is_none(), || format!("{name}: mark left"));
                    faults.check(clean == expected, || format!("{name}: leaves a trace"));
                }
                Err(_) if carrier.reading == Reading::Refused => refused += 1,
                Err(error) => faults.add(format!("{name}: refused: {error}")),
            }
        }
    }
    println!("planted marks: {cleaned} files cleaned, {refused} refused as libjpeg refuses them");
    faults.none();
}

/// A text mark must be found, so that `check` says "carries" and the receipt can name it. Where
/// Strip refuses the file, as libjpeg does, "cannot tell" is an answer as well.
#[test]
fn inspection_finds_every_text() {
    let mut faults = Faults::default();
    let mut all = carriers::all();
    all.extend(carriers::replaced_profiles());
    for kind in ["grey", "420", "progressive", "cmyk-adobe"] {
        let plain = kinds::named(kind).encode();
        for carrier in all.iter().filter(|c| c.holds == Holds::Text) {
            let Some(planted) = carrier.planted(&plain, 1) else { continue };
            let name = format!("{} in {kind}", carrier.id);
            let cleaned = unmarked::clean(&planted.bytes(), &Policy::default());
            let verdict = audit(&planted.bytes());
            let carries = matches!(verdict, Verdict::Carries(_));
            let refused = carrier.reading == Reading::Refused && cleaned.is_err();
            faults.check(carries || refused, || format!("{name}: {verdict:?}"));
            faults.check(cleaned.is_err() || said(&cleaned), || {
                format!("{name}: the receipt does not say what was removed")
            });
        }
    }
    faults.none();
}

/// True if the receipt says that something was removed.
fn said(cleaned: &Result<Clean, Error>) -> bool {
    cleaned.as_ref().is_ok_and(|clean| !clean.receipt().removed.is_empty())
}

/// A profile with a meaning of its own becomes a constant one of the same meaning: two profiles
/// that differ in their marks alone become the same.
#[test]
fn marked_profiles_become_constant() {
    let mut faults = Faults::default();
    for kind in kinds::all() {
        let plain = kind.photo.encode();
        for carrier in carriers::replaced_profiles() {
            let Some(first) = carrier.planted(&plain, 1) else { continue };
            let second = carrier.planted(&plain, 2).unwrap();
            let name = format!("{} in {}", carrier.id, kind.name);
            match (strip(&first.bytes()), strip(&second.bytes())) {
                (Ok(a), Ok(b)) => {
                    faults.check(a == b, || format!("{name}: leaves a trace"));
                    faults.check(carriers::find(&a).is_none(), || format!("{name}: mark left"));
                    let parsed = unmarked_fixtures::Jpeg::parse(&a).unwrap();
                    let profiles = parsed.segments(marker::APP2).count();
                    faults.check(profiles == 1, || format!("{name}: {profiles} profiles left"));
                    if let Some(words) = changed(&plain.bytes(), &a) {
                        faults.add(format!("{name}: {words}"));
                    }
                }
                other => faults.add(format!("{name}: {other:?}")),
            }
        }
    }
    faults.none();
}

/// Carriers whose text is cut up by the structure around it.
fn in_parts(carrier: &Carrier) -> bool {
    carrier.id.ends_with("in-parts")
}
