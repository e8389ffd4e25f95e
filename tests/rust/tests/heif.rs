//! HEIC: marks planted everywhere, the same photo written otherwise, damage, real photos.

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::photos::{exiftool, marks};
use common::{Faults, alone, strip};
use proptest::prelude::*;
use unmarked::{Error, Method, Verdict, audit, clean, inspect};
use unmarked_fixtures::carriers::{self as jpeg, Holds};
use unmarked_fixtures::decode::run;
use unmarked_fixtures::heif::{Heif, boxed, carriers, kinds};
use unmarked_fixtures::icc::Space;

/// What libheif shows of a photo, as the pixels of a PNG; the error in words if it
/// refuses, `None` if it is not installed.
fn shown(photo: &[u8]) -> Option<Result<Vec<u8>, String>> {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("a.heic"), folder.path().join("a.png"));
    std::fs::write(&from, photo).unwrap();
    let out = run("heif-convert", &[from.to_str().unwrap(), to.to_str().unwrap()], &[])?;
    if !out.status.success() {
        return Some(Err(String::from_utf8_lossy(&out.stdout).into_owned()));
    }
    // of several pictures each gets a number
    let picture = std::fs::read(&to).or_else(|_| std::fs::read(folder.path().join("a-1.png")));
    // the same pixels are deflated alike; what stands beside them may differ
    let (picture, mut kept, mut at) = (picture.unwrap(), Vec::new(), 8);
    while at < picture.len() {
        let length = u32::from_be_bytes(picture[at..at + 4].try_into().unwrap()) as usize;
        let chunk = &picture[at + 4..at + 8 + length];
        if [b"IHDR", b"tRNS", b"IDAT"].iter().any(|kind| chunk.starts_with(*kind)) {
            kept.extend(chunk);
        }
        at += length + 12;
    }
    Some(Ok(kept))
}

#[test]
fn every_kind_is_cleaned_and_looks_the_same() {
    let mut faults = Faults::default();
    let mut compared = 0;
    for kind in kinds::all() {
        let photo = kind.photo.bytes();
        let name = kind.name;
        let Ok(clean) = strip(&photo).map_err(|error| faults.add(format!("{name}: {error}")))
        else {
            continue;
        };
        faults.check(strip(&clean).as_ref() == Ok(&clean), || format!("{name}: twice, it differs"));
        faults.check(audit(&photo) != Verdict::Clean, || format!("{name}: clean untouched"));
        let found = inspect(&clean).unwrap();
        faults.check(found.marks().next().is_none(), || {
            format!("{name}: {:?}", found.marks().collect::<Vec<_>>())
        });
        match (shown(&photo), shown(&clean)) {
            (Some(Ok(before)), Some(Ok(after))) => {
                compared += 1;
                faults.check(before == after, || format!("{name}: shown otherwise"));
            }
            (Some(Ok(_)), Some(Err(error))) => faults.add(format!("{name}: not shown: {error}")),
            (Some(Err(error)), _) => println!("{name}: libheif: {error}"),
            _ => {}
        }
    }
    println!("HEIC kinds: {} cleaned, {compared} shown by libheif as before", kinds::all().len());
    if compared == 0 {
        println!("NOTICE: heif-convert is not installed: pictures are not compared");
    }
    faults.none();
}

#[test]
fn no_mark_survives() {
    let mut faults = Faults::default();
    let mut planted_marks = 0;
    for kind in kinds::all() {
        let expected = strip(&kind.photo.bytes());
        for carrier in carriers::all() {
            for variant in [1, 2] {
                let Some(planted) = carrier.planted(&kind.photo, variant) else { continue };
                let name = format!("{} in {}", carrier.id, kind.name);
                let bytes = planted.bytes();
                planted_marks += 1;
                faults.check(bytes != kind.photo.bytes(), || format!("{name}: nothing planted"));
                faults.check(audit(&bytes) != Verdict::Clean, || format!("{name}: called clean"));
                let clean = strip(&bytes);
                faults.check(clean == expected, || match &clean {
                    Ok(_) => format!("{name}: leaves a trace"),
                    Err(error) => format!("{name}: refused: {error}"),
                });
                if carrier.holds == Holds::Text {
                    faults.check(jpeg::find(&bytes).is_some(), || format!("{name}: no text"));
                    let found = inspect(&bytes).unwrap();
                    faults.check(found.marks().next().is_some(), || {
                        format!("{name}: inspection finds nothing")
                    });
                }
            }
        }
    }
    println!("HEIC: {planted_marks} planted marks");
    faults.none();
}

#[test]
fn no_mark_of_a_profile_survives() {
    let mut faults = Faults::default();
    for kind in kinds::all() {
        for space in [Space::Srgb, Space::DisplayP3, Space::AdobeRgb] {
            let carrier = carriers::profiles(space);
            let [one, other] = [1, 2].map(|variant| {
                let photo = carrier.planted(&kind.photo, variant).unwrap().bytes();
                strip(&photo)
            });
            let name = format!("{space:?} in {}", kind.name);
            faults.check(one.is_ok() && one == other, || format!("{name}: leaves a trace"));
            faults.check(one.is_ok_and(|clean| jpeg::find(&clean).is_none()), || {
                format!("{name}: mark left")
            });
        }
    }
    faults.none();
}

/// The same photo in other words.
fn rewritten(photo: &Heif) -> Vec<(&'static str, Heif)> {
    let change = |name, change: &dyn Fn(&mut Heif)| {
        let mut photo = photo.clone();
        change(&mut photo);
        (name, photo)
    };
    vec![
        change("wide numbers", &|p| p.form.wide = true),
        change("in idat", &|p| p.form.idat = true),
        change("not in idat", &|p| p.form.idat = false),
        change("a long mdat", &|p| p.form.long_data = true),
        change("the data first", &|p| p.form.data_first = true),
        change("from a base", &|p| p.form.base = true),
        change("in pieces", &|p| p.form.pieces = 3),
        change("other numbers", &|p| p.renumber(|id| 4_000 - 7 * id)),
        change("other order", &|p| p.items.reverse()),
        change("references in another order", &|p| p.references.reverse()),
        change("the last box open", &|p| {
            // mdat of the length 0 goes to the end of the file
            p.trailer.clear();
        }),
        change("not essential", &|p| {
            let all = p.items.iter_mut().flat_map(|item| &mut item.properties);
            all.for_each(|(essential, _)| *essential = false);
        }),
        change("without pixi", &|p| {
            let items = p.items.iter_mut();
            items.for_each(|item| item.properties.retain(|(_, p)| p[4..8] != *b"pixi"));
        }),
        change("other brands", &|p| p.brands = b"mif1\0\0\0\x07heicmif1miafMiHB".to_vec()),
        change("properties in another order", &|p| {
            for item in &mut p.items {
                // transforms are applied in their order
                let moved: Vec<_> = item
                    .properties
                    .extract_if(.., |(_, p)| !matches!(&p[4..8], b"clap" | b"irot" | b"imir"))
                    .collect();
                item.properties.extend(moved.into_iter().rev());
            }
        }),
    ]
}

#[test]
fn the_same_photo_in_other_words_becomes_the_same() {
    let mut faults = Faults::default();
    for kind in kinds::all() {
        let expected = strip(&kind.photo.bytes());
        for (name, photo) in rewritten(&kind.photo) {
            let clean = strip(&photo.bytes());
            faults.check(clean == expected, || {
                format!("{name}, {}: {:?}", kind.name, clean.map(|clean| clean.len()))
            });
        }
        let mut open = kind.photo.bytes();
        let at = open.windows(4).position(|w| w == b"mdat").unwrap();
        open[at - 4..at].fill(0);
        faults.check(strip(&open) == expected, || format!("an open mdat, {}", kind.name));
    }
    faults.none();
}

#[test]
fn what_is_not_understood_is_refused_by_name() {
    let plain = kinds::all().remove(0).photo;
    let refused = |photo: &Heif, words: &str| {
        let error = strip(&photo.bytes()).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    };
    for (kind, words) in [
        (b"unci", "uncompressed"),
        (b"j2k1", "JPEG 2000"),
        (b"jpeg", "JPEG inside"),
        (b"avc1", "H.264"),
        (b"vvc1", "H.266"),
        (b"lhv1", "layered"),
    ] {
        let mut photo = plain.clone();
        photo.item(1).kind = *kind;
        refused(&photo, words);
    }
    let mut photo = plain.clone();
    photo.item(1).properties.push((true, boxed(b"PLAN", b"x")));
    refused(&photo, "a property that a reader has to know");
    for (kind, offset, value, words) in
        [(b"infe", 11, 1, "protected"), (b"iloc", 15, 1, "outside of the file")]
    {
        let mut bytes = plain.bytes();
        let at = bytes.windows(4).position(|w| w == kind).unwrap();
        bytes[at + offset - 4 + 4] = value;
        let error = strip(&bytes).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
    let mut grid = kinds::all().into_iter().find(|kind| kind.name == "grid").unwrap().photo;
    grid.references[0].2[3] = 7;
    refused(&grid, "put together");
    let sequence = [boxed(b"ftyp", b"msf1\0\0\0\0hevc"), boxed(b"moov", b"")].concat();
    assert!(strip(&sequence).unwrap_err().to_string().contains("sequence"));
}

/// Where the length fields of all boxes stand.
fn lengths(file: &[u8]) -> Vec<usize> {
    let mut list = Vec::new();
    for at in 4..file.len().saturating_sub(4) {
        let kind = &file[at..at + 4];
        let known: [&[u8; 4]; 22] = [
            b"ftyp", b"meta", b"hdlr", b"pitm", b"iloc", b"iinf", b"infe", b"iref", b"dimg",
            b"auxl", b"prem", b"iprp", b"ipco", b"ipma", b"hvcC", b"colr", b"ispe", b"pixi",
            b"auxC", b"idat", b"mdat", b"clap",
        ];
        if known.iter().any(|known| kind == *known) {
            list.push(at - 4);
        }
    }
    list
}

#[test]
fn every_length_at_its_limits_is_an_error_or_the_same() {
    let mut faults = Faults::default();
    let (mut tried, mut refused) = (0, 0);
    for kind in kinds::all() {
        let file = kind.photo.bytes();
        let expected = strip(&file);
        for at in lengths(&file) {
            for value in [0u32, 1, 7, 8, 0x7FFF_FFFF, 0xFFFF_FFFF] {
                let mut damaged = file.clone();
                damaged[at..at + 4].copy_from_slice(&value.to_be_bytes());
                tried += 1;
                match strip(&damaged) {
                    Err(_) => refused += 1,
                    // an open last box, or one that nothing needs
                    Ok(clean) => faults.check(Ok(&clean) == expected.as_ref() || value < 9, || {
                        format!("{}: {value:#x} at {at}", kind.name)
                    }),
                }
                let _ = inspect(&damaged);
            }
        }
        for end in 0..file.len() {
            faults.check(strip(&file[..end]).is_err(), || format!("{}: cut at {end}", kind.name));
            let _ = inspect(&file[..end]);
        }
    }
    println!("HEIC: {tried} wrong lengths, {refused} refused");
    faults.none();
}

#[test]
fn the_audit_accounts_for_every_bit_but_those_of_slice_data() {
    let mut faults = Faults::default();
    let mut tried = 0;
    for kind in kinds::all() {
        let clean = strip(&kind.photo.bytes()).unwrap();
        let data = clean.windows(4).position(|w| w == b"mdat").unwrap() + 4;
        for at in 0..data {
            for bit in 0..8 {
                let mut changed = clean.clone();
                changed[at] ^= 1 << bit;
                tried += 1;
                if audit(&changed) == Verdict::Clean {
                    // another picture, or another property of it, may be as canonical: what cannot
                    // be is that cleaning it again would change it
                    faults.check(strip(&changed).as_ref() == Ok(&changed), || {
                        format!("{}: bit {bit} at {at} of {data}", kind.name)
                    });
                }
            }
        }
        for extra in [&b"\0"[..], b"\0\0\0\x08free"] {
            let longer = [&clean[..], extra].concat();
            faults.check(audit(&longer) != Verdict::Clean, || format!("{}: longer", kind.name));
        }
        for end in 0..clean.len() {
            faults.check(audit(&clean[..end]) != Verdict::Clean, || {
                format!("{}: cut at {end}", kind.name)
            });
        }
    }
    println!("HEIC: {tried} changed bits");
    faults.none();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn mutated_photos_do_no_harm(
        kind in 0..kinds::all().len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut file = kinds::all().remove(kind).photo.bytes();
        for (at, value) in changes {
            let at = at.index(file.len());
            file[at] = value;
        }
        let _ = inspect(&file);
        let _ = audit(&file);
        // what is released is audited; an error of the audit would be one of ours
        if let Err(error) = strip(&file) {
            prop_assert!(!matches!(error, Error::Audit { .. }), "{error}");
        }
    }
}

/// Every HEIC of the folder of real photos.
fn photos() -> Vec<(PathBuf, Vec<u8>)> {
    let folder = std::env::var_os("UNMARKED_PHOTOS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/photos"),
        PathBuf::from,
    );
    let mut found = Vec::new();
    let mut folders = vec![folder.clone()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&next) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(bytes) = std::fs::read(&path)
                && unmarked::Format::detect(&bytes) == Some(unmarked::Format::Heif)
            {
                found.push((path, bytes));
            }
        }
    }
    found.sort();
    if found.is_empty() {
        println!("NOTICE: no real photos: there is no HEIC in {}", folder.display());
    }
    found
}

#[test]
fn real_photos_are_cleaned_and_look_the_same() {
    let mut faults = Faults::default();
    let (mut cleaned, mut compared) = (Vec::new(), 0);
    for (path, bytes) in photos() {
        let name = path.display().to_string();
        match strip(&bytes) {
            Ok(clean) => {
                if let (Some(Ok(before)), Some(after)) = (shown(&bytes), shown(&clean)) {
                    // libheif shows the first of several pictures, which need not be the main one
                    let several = inspect(&bytes).is_ok_and(|found| {
                        found.findings.iter().any(|f| f.label == "Further picture")
                    });
                    compared += usize::from(!several);
                    faults.check(several || after == Ok(before), || format!("{name}: differs"));
                }
                cleaned.push((name, clean));
            }
            Err(error) => faults.add(format!("{name}: refused: {error}")),
        }
    }
    let files: Vec<&[u8]> = cleaned.iter().map(|(_, clean)| clean.as_slice()).collect();
    if !files.is_empty()
        && let Some(told) = exiftool(&files)
    {
        for ((name, _), tags) in cleaned.iter().zip(told) {
            let structure: BTreeMap<String, String> = tags
                .into_iter()
                .filter(|(tag, _)| !["QuickTime", "Meta", "ICC"].iter().any(|g| tag.starts_with(g)))
                .collect();
            let left = marks(&structure);
            faults.check(left.is_empty(), || format!("{name}: left: {left:?}"));
        }
    }
    println!("real HEICs: {} cleaned, {compared} shown as before", cleaned.len());
    faults.none();
}

#[test]
fn the_receipt_says_what_is_left() {
    use unmarked::receipt::{Kept, Note, Remaining};
    let named = |name: &str| {
        let kind = kinds::all().into_iter().find(|kind| kind.name == name).unwrap();
        clean(&kind.photo.bytes(), &alone(Method::Strip)).unwrap().receipt().clone()
    };
    let plain = named("plain");
    assert!(plain.remaining.contains(&Remaining::CodedData));
    assert!(!plain.remaining.contains(&Remaining::HiddenByCrop));
    let turned = named("aperture, turned, mirrored");
    assert!(turned.remaining.contains(&Remaining::HiddenByCrop));
    assert!(turned.kept.contains(&Kept::Aperture));
    assert!(turned.kept.iter().any(|kept| matches!(kept, Kept::Orientation(_))));
    let alpha = named("alpha");
    assert!(alpha.kept.contains(&Kept::Transparency));
    assert!(alpha.remaining.contains(&Remaining::HiddenColour));
    assert!(named("grid").remaining.contains(&Remaining::HiddenByCrop));
    for (carrier, note) in
        [("a gain map", Note::GainMapDropped), ("a further picture", Note::OnlyMainPicture)]
    {
        let carrier = carriers::all().into_iter().find(|c| c.id == carrier).unwrap();
        let photo = carrier.planted(&kinds::all()[0].photo, 1).unwrap().bytes();
        let clean = clean(&photo, &alone(Method::Strip)).unwrap();
        assert!(clean.receipt().notes.contains(&note), "{}", carrier.id);
    }
}
