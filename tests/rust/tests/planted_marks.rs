//! Every carrier in every kind of photo: no mark survives any method.
//!
//! A mark has not survived if the result is the same with it as without it, and with another. That
//! says more than that it cannot be found.

mod common;

use std::collections::BTreeMap;

use common::{Faults, METHODS, alone, by_default, changed, clean, rebuilding, recode, strip};
use unmarked::{Clean, Error, Method, Policy, Rebuild, Verdict, audit};
use unmarked_fixtures::carriers::{self, Carrier, Holds, Reading};
use unmarked_fixtures::{Choice, Jpeg, kinds, marker};

/// The methods, and Rebuild to a smaller picture.
fn policies() -> Vec<(String, Policy)> {
    let mut list: Vec<(String, Policy)> =
        METHODS.iter().map(|method| (format!("{method:?}"), alone(*method))).collect();
    let small = Rebuild { longest_edge: Some(13), ..Rebuild::SIGNAL_STANDARD };
    list.push((String::from("Rebuild to 13 pixels"), rebuilding(small)));
    list
}

#[test]
fn every_kind_is_cleaned_and_looks_the_same() {
    let mut faults = Faults::default();
    for kind in kinds::all() {
        let photo = kind.photo.bytes();
        for (name, method) in [("strip", strip as fn(&[u8]) -> _), ("recode", recode)] {
            match method(&photo) {
                Ok(clean) => {
                    // where all but DC is missing of a progressive picture libjpeg makes it up, and
                    // of a sequential one it does not
                    let made_up = name == "recode" && kind.name == "progressive-dc-only";
                    if !made_up && let Some(words) = changed(&photo, &clean) {
                        faults.add(format!("{name}, {}: {words}", kind.name));
                    }
                    faults.check(method(&clean).as_ref() == Ok(&clean), || {
                        format!("{name}, {}: cleaned twice, it differs", kind.name)
                    });
                }
                Err(error) => faults.add(format!("{name}, {}: refused: {error}", kind.name)),
            }
        }
        match by_default(&photo) {
            Ok(clean) => faults.check(Ok(clean) == strip(&photo), || {
                format!("{}: the usual road does not strip it", kind.name)
            }),
            Err(error) => faults.add(format!("{}: refused: {error}", kind.name)),
        }
    }
    faults.none();
}

#[test]
fn no_mark_survives() {
    let mut faults = Faults::default();
    let (mut cleaned, mut refused) = (BTreeMap::new(), 0);
    let carriers = carriers::all();
    for kind in kinds::all() {
        let plain = kind.photo.encode();
        let expected: Vec<_> = policies()
            .into_iter()
            .map(|(name, policy)| {
                let bytes = clean(&plain.bytes(), &policy);
                if let Err(error) = &bytes {
                    faults.add(format!("{name}, {}: refused: {error}", kind.name));
                }
                (name, policy, bytes)
            })
            .collect();
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
            for (method, policy, expected) in &expected {
                match clean(&bytes, policy) {
                    Ok(clean) => {
                        *cleaned.entry(method.clone()).or_insert(0) += 1;
                        faults.check(carriers::find(&clean).is_none(), || {
                            format!("{method}, {name}: mark left")
                        });
                        // of a damaged picture Rebuild shows what there is, as libjpeg does
                        let other =
                            carrier.reading == Reading::Refused && policy.method == Method::Rebuild;
                        faults.check(other || Ok(&clean) == expected.as_ref(), || {
                            format!("{method}, {name}: leaves a trace")
                        });
                    }
                    Err(_) if carrier.reading == Reading::Refused => refused += 1,
                    Err(error) => faults.add(format!("{method}, {name}: refused: {error}")),
                }
            }
        }
    }
    println!("planted marks: cleaned {cleaned:?}; {refused} refused as libjpeg refuses them");
    faults.none();
}

/// Marks in entropy-coded data. Strip copies its symbols, and Recode and Rebuild do not.
#[test]
fn no_mark_in_coded_data_survives() {
    let mut faults = Faults::default();
    let (mut cleaned, mut refused) = (BTreeMap::new(), BTreeMap::new());
    for kind in kinds::all() {
        let plain = kind.photo.bytes();
        for (method, policy) in policies() {
            let expected = clean(&plain, &policy);
            for choice in Choice::ALL {
                for variant in [1, 2] {
                    let Some(planted) = kind.photo.planted(choice, variant) else { continue };
                    let name = format!("{method}, {choice:?} {variant} in {}", kind.name);
                    match clean(&planted.bytes(), &policy) {
                        Ok(clean) => {
                            *cleaned.entry(method.clone()).or_insert(0) += 1;
                            if let Some(words) = (policy.method == Method::Strip)
                                .then(|| changed(&plain, &clean))
                                .flatten()
                            {
                                faults.add(format!("{name}: {words}"));
                            }
                            let gone = choice.is_beside_symbols() || policy.method != Method::Strip;
                            faults.check(!gone || Ok(&clean) == expected.as_ref(), || {
                                format!("{name}: leaves a trace")
                            });
                        }
                        // what stands beside the symbols is cut off, not refused
                        Err(_)
                            if choice.is_forbidden()
                                && !choice.is_beside_symbols()
                                && policy.method != Method::Rebuild =>
                        {
                            *refused.entry(format!("{method}, {choice:?}")).or_insert(0) += 1;
                        }
                        Err(error) => faults.add(format!("{name}: refused: {error}")),
                    }
                }
            }
        }
    }
    println!("marks in coded data: cleaned {cleaned:?}; refused by name {refused:?}");
    faults.none();
}

/// libjpeg shows them, so they are cleaned, by whatever method.
#[test]
fn the_usual_road_refuses_no_mark_that_libjpeg_shows() {
    let mut faults = Faults::default();
    let carriers = carriers::all();
    for kind in kinds::all() {
        let plain = kind.photo.encode();
        let mut all: Vec<(String, Jpeg)> = Vec::new();
        for carrier in carriers.iter().filter(|c| c.reading == Reading::Shown) {
            all.extend(carrier.planted(&plain, 1).map(|jpeg| (carrier.id.clone(), jpeg)));
        }
        for choice in Choice::ALL {
            all.extend(kind.photo.planted(choice, 1).map(|jpeg| (format!("{choice:?}"), jpeg)));
        }
        for (carrier, jpeg) in all {
            if let Err(error) = by_default(&jpeg.bytes()) {
                faults.add(format!("{carrier} in {}: refused: {error}", kind.name));
            }
        }
    }
    faults.none();
}

/// A clean photo with a mark beside its symbols is clean no more.
#[test]
fn marks_in_coded_data_are_seen_by_the_audit() {
    let mut faults = Faults::default();
    let mut seen = 0;
    for kind in kinds::all() {
        for method in METHODS {
            let Ok(clean) = clean(&kind.photo.bytes(), &alone(method)) else { continue };
            let clean = Jpeg::parse(&clean).unwrap();
            for (at, piece) in clean.pieces.iter().enumerate() {
                let unmarked_fixtures::Piece::Coded(data) = piece else { continue };
                let ends: [&[u8]; 6] =
                    [b"x", &[0], &[0xFF, 0], &[0xFF, 0xD0], &[0xFF, 0xD0, 0x41], &[0x7F]];
                for end in ends {
                    let mut marked = clean.clone();
                    marked.pieces[at] = unmarked_fixtures::Piece::Coded([data, end].concat());
                    seen += 1;
                    faults.check(audit(&marked.bytes()) != Verdict::Clean, || {
                        format!("{method:?}, {}: {end:02X?} behind scan data", kind.name)
                    });
                }
            }
        }
    }
    println!("marks behind the coded data of clean photos: {seen} seen");
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
            let verdict = audit(&planted.bytes());
            let carries = matches!(verdict, Verdict::Carries(_));
            for method in METHODS {
                let name = format!("{method:?}, {} in {kind}", carrier.id);
                let cleaned = unmarked::clean(&planted.bytes(), &alone(method));
                let refused = carrier.reading == Reading::Refused
                    && (cleaned.is_err() || method == Method::Rebuild);
                faults.check(carries || refused, || format!("{name}: {verdict:?}"));
                faults.check(cleaned.is_err() || refused || said(&cleaned), || {
                    format!("{name}: the receipt does not say what was removed")
                });
            }
        }
    }
    faults.none();
}

/// True if the receipt says that something was removed.
fn said(cleaned: &Result<Clean, Error>) -> bool {
    cleaned.as_ref().is_ok_and(|clean| !clean.receipt().removed.is_empty())
}

/// A profile with a meaning of its own becomes a constant one of the same meaning: two profiles
/// that differ in their marks alone become the same. Rebuild turns the colours into sRGB.
#[test]
fn marked_profiles_become_constant() {
    let mut faults = Faults::default();
    for kind in kinds::all() {
        let plain = kind.photo.encode();
        for carrier in carriers::replaced_profiles() {
            let Some(first) = carrier.planted(&plain, 1) else { continue };
            let second = carrier.planted(&plain, 2).unwrap();
            for method in METHODS {
                let name = format!("{method:?}, {} in {}", carrier.id, kind.name);
                let of = |jpeg: &Jpeg| clean(&jpeg.bytes(), &alone(method));
                match (of(&first), of(&second)) {
                    (Ok(a), Ok(b)) => {
                        faults.check(a == b, || format!("{name}: leaves a trace"));
                        faults.check(carriers::find(&a).is_none(), || format!("{name}: mark left"));
                        let parsed = Jpeg::parse(&a).unwrap();
                        let profiles = parsed.segments(marker::APP2).count();
                        faults.check(profiles == 1, || format!("{name}: {profiles} profiles left"));
                        // libjpeg makes up what is missing of a progressive picture alone
                        let made_up =
                            method == Method::Recode && kind.name == "progressive-dc-only";
                        if method != Method::Rebuild
                            && !made_up
                            && let Some(words) = changed(&plain.bytes(), &a)
                        {
                            faults.add(format!("{name}: {words}"));
                        }
                    }
                    other => faults.add(format!("{name}: {other:?}")),
                }
            }
        }
    }
    faults.none();
}

/// Carriers whose text is cut up by the structure around it.
fn in_parts(carrier: &Carrier) -> bool {
    carrier.id.ends_with("in-parts")
}
