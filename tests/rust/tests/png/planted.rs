//! Every carrier in every kind: no mark survives. A mark has not survived if the result is the same
//! with it as without it, and with another.

use unmarked::{Method, Verdict, audit};
use unmarked_fixtures::carriers::find;
use unmarked_fixtures::png::carriers::{self, Holds, Trace};
use unmarked_fixtures::png::{Chunk, Png, kinds};

use crate::common::{Faults, alone, by_default, clean};
use crate::{METHODS, shown};

#[test]
fn every_kind_is_cleaned_and_looks_the_same() {
    let mut faults = Faults::default();
    for kind in kinds::all() {
        let photo = kind.png.bytes();
        for method in METHODS {
            let name = format!("{method}, {}", kind.name);
            match clean(&photo, &alone(method)) {
                Ok(clean) => {
                    faults.check(shown(&photo) == shown(&clean), || {
                        format!(
                            "{name}: {:?} became {:?}",
                            shown(&photo).map(|p| p.0),
                            shown(&clean).map(|p| p.0)
                        )
                    });
                    let twice = crate::common::clean(&clean, &alone(method));
                    faults.check(twice.as_ref() == Ok(&clean), || {
                        format!("{name}: cleaned twice, it differs")
                    });
                }
                Err(error) => faults.add(format!("{name}: refused: {error}")),
            }
        }
        faults.check(by_default(&photo) == clean(&photo, &alone(Method::Strip)), || {
            format!("{}: the usual road does not strip it", kind.name)
        });
    }
    faults.none();
}

#[test]
fn no_mark_survives() {
    let mut faults = Faults::default();
    let mut count = 0;
    let carriers = carriers::all();
    for kind in kinds::all() {
        let plain = kind.png.bytes();
        for method in METHODS {
            let expected = clean(&plain, &alone(method));
            for carrier in &carriers {
                let Some(first) = carrier.planted(&kind.png, 1) else { continue };
                let second = carrier.planted(&kind.png, 2).expect("the same place");
                let name = format!("{method}, {} in {}", carrier.id, kind.name);
                count += 1;
                faults.check(first != plain && first != second, || {
                    format!("{name}: no mark planted")
                });
                // the choices of an encoder do not make a file another one than Strip writes
                let choice = carrier.trace == Trace::InCodes;
                faults.check(choice || audit(&first) != Verdict::Clean, || {
                    format!("{name}: called clean")
                });
                let cleaned = [&first, &second].map(|photo| clean(photo, &alone(method)));
                let [Ok(first), Ok(second)] = &cleaned else {
                    faults.add(format!("{name}: refused: {cleaned:?}"));
                    continue;
                };
                faults.check(find(first).is_none(), || format!("{name}: mark left"));
                let stays = carrier.trace == Trace::InCodes && method == Method::Strip;
                faults.check(stays || first == second, || format!("{name}: leaves a trace"));
                let same = carrier.trace == Trace::None
                    || (carrier.trace != Trace::OtherPicture && method == Method::Recode);
                faults.check(!same || Ok(first) == expected.as_ref(), || {
                    format!("{name}: differs from the photo without a mark")
                });
            }
        }
    }
    println!("planted marks: {count} cleaned");
    faults.none();
}

#[test]
fn inspection_finds_every_text() {
    let mut faults = Faults::default();
    for kind in ["rgb-8", "palette-8", "animated"] {
        let png = kinds::named(kind);
        for carrier in carriers::all().iter().filter(|carrier| carrier.holds == Holds::Text) {
            let Some(planted) = carrier.planted(&png, 1) else { continue };
            let verdict = audit(&planted);
            let name = format!("{} in {kind}", carrier.id);
            faults.check(matches!(verdict, Verdict::Carries(_)), || format!("{name}: {verdict:?}"));
            for method in METHODS {
                let cleaned = unmarked::clean(&planted, &alone(method));
                let said = cleaned.is_ok_and(|clean| !clean.receipt().removed.is_empty());
                faults.check(said, || format!("{method}, {name}: the receipt does not say it"));
            }
        }
    }
    faults.none();
}

/// What decodes the picture is all that is left.
#[test]
fn only_known_chunks_are_left() {
    let known: [&[u8; 4]; 12] = [
        b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT", b"eXIf", b"iCCP",
        b"gAMA", b"cICP",
    ];
    for kind in kinds::all() {
        let mut png = kind.png.clone();
        for first in b'a'..=b'z' {
            png.insert(b"IDAT", Chunk::new(&[first, b'b', b'C', b'd'], *b"private"));
        }
        for method in METHODS {
            let clean = Png::parse(&clean(&png.bytes(), &alone(method)).unwrap()).unwrap();
            assert!(clean.trailer.is_empty());
            for chunk in clean.chunks {
                assert!(known.contains(&&chunk.kind), "{}: {:?}", kind.name, chunk.kind);
            }
        }
    }
}
