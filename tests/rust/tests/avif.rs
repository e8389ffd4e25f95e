//! AVIF: every carrier of the coded part in every kind of file, damage, and real photos. What the
//! boxes can carry is HEIF's.

use std::path::{Path, PathBuf};

use unmarked::receipt::Remaining;
use unmarked::{Error, Method, Policy, Verdict, audit, inspect};
use unmarked_fixtures::avif::{Av1, Avif, boxed, carriers, kinds};
use unmarked_fixtures::carriers as marks;
use unmarked_fixtures::decode::run;

fn strip(photo: &[u8]) -> Result<Vec<u8>, Error> {
    let policy = Policy { method: Method::Strip, rebuild_if_refused: false, ..Policy::default() };
    unmarked::clean(photo, &policy).map(|clean| clean.bytes().to_vec())
}

/// What avifdec shows, before any turning, as YUV4MPEG2; `None` if it is not installed, an error if
/// it refuses.
fn shown(avif: &[u8]) -> Option<Result<Vec<u8>, String>> {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("photo.avif"), folder.path().join("photo.y4m"));
    std::fs::write(&from, avif).unwrap();
    let arguments = ["--no-strict", from.to_str().unwrap(), to.to_str().unwrap()];
    let Some(out) = run("avifdec", &arguments, &[]) else {
        eprintln!(
            "NOTICE: avifdec is not installed: pictures are not compared (install libavif-bin)"
        );
        return None;
    };
    let pixels = std::fs::read(to).ok().filter(|_| out.status.success());
    Some(pixels.ok_or_else(|| String::from_utf8_lossy(&out.stderr).into_owned()))
}

/// True unless avifdec shows both, and differently.
fn looks_the_same(before: &[u8], after: &[u8]) -> bool {
    match (shown(before), shown(after)) {
        (Some(before), Some(after)) => before.is_ok() && before == after,
        _ => true,
    }
}

#[test]
fn every_kind_is_cleaned_and_looks_the_same() {
    for (name, kind) in kinds() {
        let photo = kind.encode();
        let clean = unmarked::clean(&photo, &Policy::default()).unwrap();
        assert_eq!(clean.receipt().method, Method::Strip, "{name}");
        assert!(clean.receipt().remaining.contains(&Remaining::CodedData), "{name}");
        assert_eq!(clean.media_type(), "image/avif", "{name}");
        assert_eq!(audit(clean.bytes()), Verdict::Clean, "{name}");
        assert_eq!(strip(clean.bytes()).as_deref(), Ok(clean.bytes()), "{name}: cleaned twice");
        assert!(looks_the_same(&photo, clean.bytes()), "{name}");
        assert_ne!(audit(&photo), Verdict::Clean, "{name}");
    }
}

#[test]
fn no_mark_survives() {
    for (name, kind) in kinds() {
        let clean = strip(&kind.encode()).unwrap();
        for carrier in carriers() {
            for variant in [1, 2] {
                let Some(planted) = carrier.planted(&kind, variant) else { continue };
                let photo = planted.encode();
                let what = format!("{name}, {}, {variant}", carrier.id);
                assert_eq!(strip(&photo).as_ref(), Ok(&clean), "{what}");
                if carrier.text {
                    assert!(marks::find(&photo).is_some(), "{what}: nothing is planted");
                    assert!(inspect(&photo).unwrap().marks().count() > 0, "{what}: not told");
                }
            }
        }
        assert_eq!(marks::find(&clean), None);
    }
}

/// A carrier that no decoder takes would prove nothing.
#[test]
fn planted_files_are_shown_as_before() {
    // libaom looks at bits of fill; libavif hands no decoder what stands in av1C
    let refused = ["bits of fill", "sequence header in av1C alone"];
    for (name, kind) in
        kinds().into_iter().filter(|(name, _)| ["two tiles", "alpha"].contains(name))
    {
        let photo = kind.encode();
        for carrier in carriers().iter().filter(|carrier| !refused.contains(&carrier.id)) {
            let Some(planted) = carrier.planted(&kind, 1) else { continue };
            assert!(looks_the_same(&photo, &planted.encode()), "{name}, {}", carrier.id);
        }
    }
}

#[test]
fn damage_is_refused_or_gone() {
    for (name, kind) in kinds() {
        let photo = kind.encode();
        for end in 0..photo.len() {
            // the end of the last tile cannot be told
            if let Ok(clean) = strip(&photo[..end]) {
                assert_eq!(audit(&clean), Verdict::Clean, "{name}, cut at {end}");
            }
        }
        for at in 0..photo.len() {
            for byte in [0, 1, 0x7F, 0x80, 0xFF, photo[at] ^ 1, photo[at] ^ 0x10] {
                let mut damaged = photo.clone();
                damaged[at] = byte;
                let _told = inspect(&damaged);
                if let Ok(clean) = strip(&damaged) {
                    assert_eq!(audit(&clean), Verdict::Clean, "{name}, {byte} at {at}");
                }
            }
        }
    }
}

#[test]
fn what_the_audit_accepts_is_canonical() {
    for (name, kind) in kinds() {
        let clean = strip(&kind.encode()).unwrap();
        let (mut accepted, mut rejected) = (0, 0);
        for bit in 0..clean.len() * 8 {
            let mut other = clean.clone();
            other[bit / 8] ^= 0x80 >> (bit % 8);
            if audit(&other) == Verdict::Clean {
                assert_eq!(strip(&other).as_ref(), Ok(&other), "{name}, bit {bit}");
                accepted += 1;
            } else {
                rejected += 1;
            }
        }
        // all that is accepted is the coded picture
        let tiles = kind.shown.iter().chain(&kind.alpha).flat_map(|p| &p.tiles);
        let coded: usize = tiles.map(|tile| tile.len() * 8).sum();
        assert!(accepted < coded + 200 && rejected > 2_000, "{name}: {accepted}, {rejected}");
    }
}

#[test]
fn what_cannot_be_kept_is_refused_by_name() {
    let several = |idc: u16, layer: Option<u8>| {
        let mut picture = Av1::small();
        let full = picture.full.get_or_insert_default();
        full.first_point = idc;
        let higher = Av1 { extension: Some(0x08), sequence_headers: 0, ..picture.clone() };
        picture.extension = Some(0);
        picture.behind.push(higher.payload());
        let layer = layer.map(|layer| boxed(b"lsel", &[&[0, layer]]));
        strip(&Avif { properties: layer.into_iter().collect(), ..Avif::of(picture) }.encode())
    };
    let unsupported = |result, word: &str| matches!(result, Err(Error::Unsupported { what, .. }) if what.contains(word));
    let one = strip(&Avif::of(Av1::small()).encode());
    // two spatial layers: all of them, the lowest, the higher one
    for layer in [None, Some(0), Some(1)] {
        assert!(unsupported(several(0x301, layer), "layers"), "{layer:?}");
    }
    // a second frame that nobody shows
    assert_eq!(several(0x101, None), one);

    let mut empty = Av1::small();
    empty.tiles[0] = vec![0; 20];
    assert!(matches!(strip(&Avif::of(empty).encode()), Err(Error::Damaged { .. })));
    let mut missing = Av1::tiled();
    (missing.groups, missing.tiles[1]) = (true, vec![0]);
    assert!(matches!(strip(&Avif::of(missing).encode()), Err(Error::Damaged { .. })));
    let rgb = Avif { nclx: Some(([1, 13, 0], true)), ..Avif::of(Av1::small()) };
    assert!(matches!(strip(&rgb.encode()), Err(Error::Unsupported { .. })));
}

/// Every AVIF of the folder UNMARKED_PHOTOS, by default `shared/photos` beside the checkout.
fn photos() -> Vec<(PathBuf, Vec<u8>)> {
    let folder = std::env::var_os("UNMARKED_PHOTOS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/photos"),
        PathBuf::from,
    );
    let (mut found, mut folders) = (Vec::new(), vec![folder.clone()]);
    while let Some(next) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&next) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "avif") {
                found.extend(std::fs::read(&path).map(|bytes| (path, bytes)));
            }
        }
    }
    if found.is_empty() {
        println!("NOTICE: no real photos: there is no AVIF in {}", folder.display());
    }
    found
}

#[test]
fn real_photos_are_cleaned_and_look_the_same() {
    for (path, photo) in photos() {
        let name = path.display();
        let clean = strip(&photo).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(strip(&clean).as_ref(), Ok(&clean), "{name}: cleaned twice");
        match (shown(&photo), shown(&clean)) {
            (Some(Ok(before)), Some(Ok(after))) => assert!(before == after, "{name}"),
            (Some(Ok(_)), Some(Err(error))) => panic!("{name}: {error}"),
            _ => {}
        }
    }
}
