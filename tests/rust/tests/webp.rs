//! WebP under Strip: planted marks, what must not show in the output, damage, the audit, real files.

mod common;

use std::path::{Path, PathBuf};

use common::{Faults, alone, strip};
use proptest::prelude::*;
use unmarked::{Error, Method, Verdict, audit, clean, inspect};
use unmarked_fixtures::carriers::{self as marks, Holds, Mark, Reading};
use unmarked_fixtures::decode::run;
use unmarked_fixtures::exif::{Order, ascii, payload, short};
use unmarked_fixtures::icc::Space;
use unmarked_fixtures::webp::carriers::{all, marked_profile};
use unmarked_fixtures::webp::kinds::{self, named};
use unmarked_fixtures::webp::{Chunk, WebP, flag};

/// What libwebp shows: of an animation each frame by itself. `None` where it is not installed.
fn shown(webp: &[u8]) -> Option<Result<Vec<Vec<u8>>, String>> {
    let mut file = WebP::parse(webp);
    let mut stills = vec![webp.to_vec()];
    if file.chunk(b"ANIM").is_some() {
        stills = file.chunks.iter().filter(|chunk| &chunk.name == b"ANMF").map(still).collect();
    }
    let mut pictures = Vec::new();
    for still in stills {
        let out = run("dwebp", &["-quiet", "-pam", "-o", "-", "--", "-"], &still)?;
        if !out.status.success() {
            return Some(Err(String::from_utf8_lossy(&out.stderr).into_owned()));
        }
        pictures.push(out.stdout);
    }
    Some(Ok(pictures))
}

/// The pixels of a frame as a file of their own.
fn still(frame: &Chunk) -> Vec<u8> {
    let mut file = WebP { chunks: frame.inner.clone(), trailer: Vec::new() };
    if file.chunk(b"ALPH").is_some() {
        file.chunks.retain(|chunk| matches!(&chunk.name, b"ALPH" | b"VP8 "));
        file.extend(flag::ALPHA);
    }
    file.bytes()
}

/// What is wrong with a file if it does not show the same before and after.
fn changed(before: &[u8], after: &[u8]) -> Option<String> {
    let (before, after) = (shown(before)?, shown(after)?);
    (before != after || before.is_err()).then(|| {
        let sizes =
            |s: Result<Vec<Vec<u8>>, String>| s.map(|s| s.iter().map(Vec::len).sum::<usize>());
        format!("{:?} became {:?}", sizes(before), sizes(after))
    })
}

#[test]
fn every_kind_is_cleaned_and_looks_the_same() {
    let mut faults = Faults::default();
    for kind in kinds::all() {
        let photo = kind.file.bytes();
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
    let mut faults = Faults::default();
    let mut cleaned = 0;
    for kind in kinds::all() {
        let expected = strip(&kind.file.bytes()).unwrap();
        for carrier in all() {
            for variant in [1, 2] {
                let Some(planted) = carrier.planted(&kind.file, variant) else { continue };
                let name = format!("{} {variant} in {}", carrier.id, kind.name);
                let bytes = planted.bytes();
                let text = carrier.holds == Holds::Text;
                faults.check(!text || marks::find(&bytes).is_some(), || {
                    format!("{name}: nothing was planted")
                });
                let verdict = audit(&bytes);
                faults.check(verdict != Verdict::Clean, || format!("{name}: called clean"));
                let carries = matches!(verdict, Verdict::Carries(_));
                faults.check(!text || carries, || format!("{name}: {verdict:?}"));
                match clean(&bytes, &alone(Method::Strip)) {
                    Ok(clean) => {
                        cleaned += 1;
                        faults.check(marks::find(clean.bytes()).is_none(), || {
                            format!("{name}: mark left")
                        });
                        faults
                            .check(clean.bytes() == expected, || format!("{name}: leaves a trace"));
                        faults.check(!text || !clean.receipt().removed.is_empty(), || {
                            format!("{name}: the receipt does not say what was removed")
                        });
                    }
                    Err(_) if carrier.reading == Reading::Refused => {}
                    Err(error) => faults.add(format!("{name}: refused: {error}")),
                }
            }
        }
    }
    println!("planted marks: {cleaned} cleaned");
    faults.none();
}

#[test]
fn every_carrier_is_in_some_kind() {
    for carrier in all() {
        let kinds = kinds::all();
        let planted = kinds.iter().any(|kind| carrier.planted(&kind.file, 1).is_some());
        assert!(planted, "{} is never planted", carrier.id);
    }
}

/// A profile with a meaning of its own becomes a constant one of the same meaning.
#[test]
fn marked_profiles_become_constant() {
    for kind in kinds::all() {
        let cleaned = [1, 2].map(|variant| {
            let mut file = kind.file.clone();
            file.extend(flag::PROFILE);
            let profile = marked_profile(Space::DisplayP3, &Mark::new("profile", variant));
            file.chunks.insert(1, Chunk::new(b"ICCP", profile));
            strip(&file.bytes()).unwrap()
        });
        assert_eq!(cleaned[0], cleaned[1], "{}", kind.name);
        assert_eq!(marks::find(&cleaned[0]), None);
        let mut clean = WebP::parse(&cleaned[0]);
        assert!(clean.chunk(b"ICCP").is_some() && clean.extend(0).payload[0] & flag::PROFILE != 0);
        assert_eq!(changed(&kind.file.bytes(), &cleaned[0]), None, "{}", kind.name);
    }
}

/// The orientation stays, in a block that holds nothing else; from XMP where Exif tells none.
#[test]
fn orientation_is_kept_alone() {
    let kind = named("lossless");
    for value in 1..=8u16 {
        let mut expected = None;
        for (order, signature) in [(Order::Big, false), (Order::Little, true)] {
            let entries = vec![short(0x0112, value), ascii(0x010F, "PLANTEDmaker")];
            let block = payload(order, entries, None, &[]);
            let block = if signature { block } else { block[6..].to_vec() };
            let mut file = kind.clone();
            file.extend(flag::EXIF);
            file.chunks.push(Chunk::new(b"EXIF", block));
            let clean = strip(&file.bytes()).unwrap();
            let mut parsed = WebP::parse(&clean);
            let kept = parsed.chunk(b"EXIF").map(|chunk| chunk.payload[19]);
            assert_eq!(kept, (value != 1).then_some(value as u8));
            assert_eq!(expected.get_or_insert(clean.clone()), &clean);
        }
        let mut file = kind.clone();
        file.extend(flag::XMP);
        let packet = format!("<x:xmpmeta tiff:Orientation=\"{value}\" dc:creator=\"PLANTED\"/>");
        file.chunks.push(Chunk::new(b"XMP ", packet));
        assert_eq!(strip(&file.bytes()).ok(), expected);
    }
}

/// Without its flag libwebp passes over a chunk, so it tells nothing.
#[test]
fn an_orientation_without_its_flag_counts_for_nothing() {
    let mut file = named("lossless");
    let expected = strip(&file.bytes()).unwrap();
    file.extend(0);
    let block = payload(Order::Big, vec![short(0x0112, 6)], None, &[]);
    file.chunks.push(Chunk::new(b"EXIF", block[6..].to_vec()));
    assert_eq!(strip(&file.bytes()), Ok(expected));
}

/// Every length at every size that could lead astray, and the file cut everywhere.
#[test]
fn damage_is_told_and_leaks_nothing() {
    let sizes = [0, 1, 2, 7, 8, 9, 0x7FFF_FFFF, 0x8000_0000, u32::MAX - 9, u32::MAX - 1, u32::MAX];
    for kind in kinds::all() {
        let whole = kind.file.bytes();
        let expected = strip(&whole).unwrap();
        for end in 0..whole.len() {
            match strip(&whole[..end]) {
                // what encoders write behind the last bool may be missing, and padding
                Ok(clean) => assert!(clean == expected && end + 4 >= whole.len(), "{end}"),
                Err(
                    Error::CutOff { .. } | Error::Damaged { .. } | Error::Empty | Error::NotAPhoto,
                ) => {}
                Err(error) => panic!("{} cut at {end}: {error}", kind.name),
            }
            let _ = inspect(&whole[..end]);
        }
        for at in (4..whole.len() - 4).step_by(2) {
            for size in sizes {
                let mut damaged = whole.clone();
                damaged[at..at + 4].copy_from_slice(&size.to_le_bytes());
                let _ = strip(&damaged);
                let _ = inspect(&damaged);
            }
        }
    }
}

/// A clean file with any bit changed is another clean file, or none. Bits that code no pixel make
/// none.
#[test]
fn the_audit_accounts_for_every_bit_around_the_pixels() {
    for kind in kinds::all() {
        let mut file = kind.file.clone();
        file.extend(flag::EXIF);
        let block = payload(Order::Big, vec![short(0x0112, 6)], None, &[]);
        file.chunks.push(Chunk::new(b"EXIF", block[6..].to_vec()));
        let clean = strip(&file.bytes()).unwrap();
        for at in 0..clean.len() {
            for bit in 0..8 {
                let mut other = clean.clone();
                other[at] ^= 1 << bit;
                if audit(&other) == Verdict::Clean {
                    // it codes something else, and cleaning leaves it as it is
                    assert_eq!(strip(&other).as_ref(), Ok(&other), "{} {at} {bit}", kind.name);
                }
            }
        }
        for tail in [&b"\0"[..], b"\0\0", b"PLANTED "] {
            assert_ne!(audit(&[&clean, tail].concat()), Verdict::Clean);
            let mut parsed = WebP::parse(&clean);
            let inside = |parsed: &mut WebP, tail: &[u8]| {
                parsed.pixels().iter_mut().for_each(|chunk| chunk.payload.extend(tail));
            };
            inside(&mut parsed, tail);
            assert_ne!(audit(&parsed.bytes()), Verdict::Clean, "{}", kind.name);
            let mut parsed = WebP::parse(&clean);
            parsed.chunks.push(Chunk::new(b"UNKN", tail));
            assert_ne!(audit(&parsed.bytes()), Verdict::Clean, "{}", kind.name);
        }
    }
}

/// What is in the file, and what remains, in the receipt.
#[test]
fn the_receipt_says_what_stays() {
    use unmarked::receipt::{Kept, Remaining};
    for kind in kinds::all() {
        let clean = clean(&kind.file.bytes(), &alone(Method::Strip)).unwrap();
        let receipt = clean.receipt();
        let moves = kind.name == "animation";
        let frames = receipt.kept.contains(&Kept::Animation { frames: 3 });
        assert_eq!((frames, receipt.remaining.contains(&Remaining::Timing)), (moves, moves));
        let transparent = kind.name.contains("alpha") || moves;
        assert_eq!(receipt.kept.contains(&Kept::Transparency), transparent, "{}", kind.name);
        assert_eq!(receipt.remaining.contains(&Remaining::HiddenColour), transparent);
        assert_eq!(clean.media_type(), "image/webp");
        assert_eq!(receipt.size, receipt.size_after);
    }
}

/// What holds for a frame stays as it is.
#[test]
fn timing_and_places_of_frames_are_kept() {
    let mut before = named("animation");
    for (index, chunk) in
        before.chunks.iter_mut().filter(|chunk| &chunk.name == b"ANMF").enumerate()
    {
        chunk.payload[12..15].copy_from_slice(&[index as u8, 2, 1]);
        chunk.payload[15] = index as u8 & 3;
    }
    let after = WebP::parse(&strip(&before.bytes()).unwrap());
    let heads = |file: &WebP| -> Vec<Vec<u8>> {
        let frames = file.chunks.iter().filter(|chunk| &chunk.name == b"ANMF");
        frames.map(|chunk| chunk.payload.clone()).collect()
    };
    assert_eq!(heads(&before), heads(&after));
    let loops = |file: &mut WebP| file.chunk(b"ANIM").unwrap().payload[4..].to_vec();
    assert_eq!(loops(&mut before), loops(&mut after.clone()));
}

/// Where no frame is, viewers show what is behind if the file says so: that stays as it was.
#[test]
fn what_is_behind_frames_shows_as_before() {
    let mut file = named("animation");
    for chunk in file.chunks.iter_mut().filter(|chunk| &chunk.name == b"ANMF") {
        chunk.inner.retain(|inner| &inner.name != b"ALPH");
        chunk.inner.iter_mut().filter(|inner| &inner.name == b"VP8L").for_each(|inner| {
            inner.payload[4] &= !0x10;
        });
        chunk.payload[15] = 1;
    }
    for told in [0, flag::ALPHA] {
        file.extend(0).payload[0] = 2 | told;
        let mut clean = WebP::parse(&strip(&file.bytes()).unwrap());
        assert_eq!(clean.extend(0).payload[0], 2 | told);
    }
}

/// A picture of 16,384 × 16,384 pixels that takes no bit: five codes of one symbol each.
fn bomb() -> Chunk {
    // no transform, colour cache or map; then five times: simple, one symbol, of one bit, 0
    Chunk::new(b"VP8L", [0x2F, 0xFF, 0xFF, 0xFF, 0x0F, 0x88, 0x88, 0x08])
}

#[test]
fn pictures_that_unpack_to_too_much_are_bounded() {
    let still = WebP { chunks: vec![bomb()], trailer: Vec::new() };
    assert!(strip(&still.bytes()).is_ok());
    let mut frame = Chunk::new(b"ANMF", [0; 16]);
    frame.payload[6..12].copy_from_slice(&[0xFF, 0x3F, 0, 0xFF, 0x3F, 0]);
    frame.inner.push(bomb());
    let mut head = Chunk::new(b"VP8X", [2, 0, 0, 0, 0xFF, 0x3F, 0, 0xFF, 0x3F, 0]);
    head.payload[0] = 2;
    let mut chunks = vec![head, Chunk::new(b"ANIM", [0; 6])];
    chunks.extend(std::iter::repeat_n(frame, 5_000));
    let animation = WebP { chunks, trailer: Vec::new() };
    assert!(matches!(strip(&animation.bytes()), Err(Error::Limit { .. })));
    let many = Chunk::new(b"UNKN", []);
    let chunks = [bomb()].into_iter().chain(std::iter::repeat_n(many, 20_000)).collect();
    let many = WebP { chunks, trailer: Vec::new() };
    assert!(matches!(strip(&many.bytes()), Err(Error::Limit { .. })));
}

#[test]
fn frames_out_of_the_picture_are_refused() {
    let mut file = named("animation");
    file.chunk(b"ANMF").unwrap().payload[0] = 200;
    assert!(matches!(strip(&file.bytes()), Err(Error::Damaged { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Bytes and chunks changed, moved, doubled, left out: it is cleaned to what is clean, or refused.
    #[test]
    fn structured_damage(
        kind in 0usize..9,
        edits in prop::collection::vec((0u8..6, any::<u16>(), any::<u8>()), 1..8),
    ) {
        let mut file = kinds::all().swap_remove(kind).file;
        for (what, at, value) in edits {
            let count = file.chunks.len();
            if count == 0 {
                break;
            }
            let index = usize::from(at) % count;
            let other = usize::from(value) % count;
            match what {
                0 => file.chunks.swap(index, other),
                1 => {
                    let chunk = file.chunks[index].clone();
                    file.chunks.insert(other, chunk);
                }
                2 => drop(file.chunks.remove(index)),
                3 => file.chunks[index].told = Some(u32::from(value)),
                4 => {
                    let chunk = file.chunks[index].clone();
                    if let Some(frame) = file.chunk(b"ANMF") {
                        frame.inner.push(chunk);
                    }
                }
                _ => {
                    for chunk in file.pixels() {
                        let length = chunk.payload.len().max(1);
                        if let Some(byte) = chunk.payload.get_mut(usize::from(at) % length) {
                            *byte = value;
                        }
                    }
                }
            }
        }
        let bytes = file.bytes();
        if let Ok(clean) = strip(&bytes) {
            prop_assert_eq!(strip(&clean), Ok(clean));
        }
        let _ = inspect(&bytes);
    }
}

/// Every WebP of the folder UNMARKED_PHOTOS, by default `shared/photos` beside the checkout.
#[test]
fn real_files_show_the_same_and_nothing_else() {
    let folder = std::env::var_os("UNMARKED_PHOTOS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/photos"),
        PathBuf::from,
    );
    let mut folders = vec![folder];
    let (mut count, mut faults) = (0, Faults::default());
    while let Some(next) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&next) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let Ok(bytes) = std::fs::read(&path) else { continue };
            if !bytes.starts_with(b"RIFF") || bytes.get(8..12) != Some(b"WEBP") {
                continue;
            }
            count += 1;
            match strip(&bytes) {
                Ok(clean) => {
                    if let Some(words) = changed(&bytes, &clean) {
                        faults.add(format!("{}: {words}", path.display()));
                    }
                }
                Err(error) => faults.add(format!("{}: refused: {error}", path.display())),
            }
        }
    }
    if count == 0 {
        println!("NOTICE: no real WebP in the folder of photos");
    }
    println!("{count} real files");
    faults.none();
}
