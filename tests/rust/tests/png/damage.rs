//! Damaged files: an error or a clean photo, never a panic, a hang, or memory without bounds.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::{Index, select};
use unmarked::{Error, Verdict, audit, inspect};
use unmarked_fixtures::png::{Chunk, Png, kinds, zlib};

use crate::METHODS;
use crate::common::{Faults, alone, clean};

/// What must hold of any bytes.
fn holds(file: &[u8]) {
    for method in METHODS {
        // `clean` here demands that what is released is clean
        let _ = clean(file, &alone(method));
    }
    let _ = inspect(file);
    let _ = audit(file);
}

#[test]
fn every_length_is_an_error_or_the_whole_picture() {
    let mut faults = Faults::default();
    for name in ["rgb-8", "palette-2", "grey-1-interlaced", "palette-transparent", "animated"] {
        let file = kinds::named(name).bytes();
        for method in METHODS {
            let whole = clean(&file, &alone(method)).unwrap();
            for end in 0..file.len() {
                match clean(&file[..end], &alone(method)) {
                    Ok(clean) => {
                        faults.check(clean == whole, || format!("{name}, {end}: another picture"))
                    }
                    Err(
                        Error::CutOff { .. }
                        | Error::Damaged { .. }
                        | Error::Empty
                        | Error::NotAPhoto,
                    ) => {}
                    Err(error) => faults.add(format!("{name}, {end}: {error}")),
                }
            }
        }
        (0..file.len()).for_each(|end| drop(inspect(&file[..end])));
    }
    faults.none();
}

#[test]
fn every_number_may_be_anything() {
    for name in ["rgb-8", "palette-transparent", "grey-keyed", "animated", "animated-beside-still"]
    {
        let png = kinds::named(name);
        let file = png.bytes();
        let mut at = 8;
        for (index, chunk) in png.chunks.iter().enumerate() {
            for length in [0, 1, 2, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFFu32] {
                let mut broken = file.clone();
                broken[at..at + 4].copy_from_slice(&length.to_be_bytes());
                holds(&broken);
            }
            at += 12 + chunk.payload.len();
            // the same in what the chunk holds, with a right checksum
            for place in 0..chunk.payload.len().min(40) {
                for value in [0, 1, 0x7F, 0x80, 0xFF] {
                    let mut broken = png.clone();
                    broken.chunks[index].payload[place] = value;
                    holds(&broken.bytes());
                }
            }
            let mut without = png.clone();
            without.chunks.remove(index);
            holds(&without.bytes());
            let mut twice = png.clone();
            twice.chunks.insert(index, chunk.clone());
            holds(&twice.bytes());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn changed_files_do_no_harm(
        kind in select(kinds::all().into_iter().map(|kind| kind.name).collect::<Vec<_>>()),
        changes in proptest::collection::vec((any::<Index>(), any::<Index>(), any::<u8>(), 0..5u8), 1..5),
    ) {
        let mut png = kinds::named(&kind);
        for (chunk, place, value, how) in changes {
            let index = chunk.index(png.chunks.len());
            let payload = &mut png.chunks[index].payload;
            match how {
                0 if !payload.is_empty() => {
                    let at = place.index(payload.len());
                    payload[at] = value;
                }
                1 => payload.truncate(place.index(payload.len() + 1)),
                2 => payload.insert(place.index(payload.len() + 1), value),
                3 => {
                    let other = place.index(png.chunks.len());
                    png.chunks.swap(index, other);
                }
                _ => {
                    let copy = png.chunks[index].clone();
                    png.chunks.insert(place.index(png.chunks.len() + 1), copy);
                }
            }
        }
        holds(&png.bytes());
    }
}

/// A zlib stream of `count` bytes that are all the same, in a thousandth of that.
fn bomb(count: u64) -> Vec<u8> {
    let mut bits = zlib::Bits::default();
    bits.put(0b011, 3);
    bits.code(0x30, 8);
    let mut left = count - 1;
    while left > 0 {
        // 258 bytes from one byte before
        if left >= 258 {
            bits.code(0xC5, 8);
            bits.code(0, 5);
            left -= 258;
        } else {
            bits.code(0x30, 8);
            left -= 1;
        }
    }
    bits.code(0, 7);
    bits.align(0);
    [&[0x78, 0x9C], bits.bytes(), &[0; 4]].concat()
}

#[test]
fn bombs_are_refused_or_harmless() {
    let stream = bomb(40 << 20);
    let text = |kind: &[u8; 4], head: &[u8]| {
        let mut png = kinds::named("rgb-8");
        for _ in 0..20 {
            png.insert(b"IDAT", Chunk::new(kind, [head, &stream].concat()));
        }
        png
    };
    let size = |width: u32, height: u32, depth: u8, colour: u8| {
        let mut png = kinds::still(depth, colour, false);
        png.chunks[0] = kinds::header((width, height), depth, colour, false);
        png
    };
    let mut surplus = kinds::named("rgb-8");
    surplus.set_stream(stream.clone());
    let mut many = kinds::named("rgb-8");
    for _ in 0..40_000 {
        many.insert(b"IDAT", Chunk::new(b"prVt", []));
    }
    let cases: [(&str, Png); 9] = [
        ("texts", text(b"zTXt", b"Comment\0\0")),
        ("XMP", text(b"iTXt", b"XML:com.adobe.xmp\0\x01\0\0\0")),
        ("raw profiles", text(b"zTXt", b"Raw profile type exif\0\0")),
        ("profiles", text(b"iCCP", b"name\0\0")),
        ("rows behind the last", surplus),
        ("the largest size", size(0x7FFF_FFFF, 0x7FFF_FFFF, 16, 6)),
        ("one row", size(500_000_000, 1, 16, 6)),
        ("one column", size(1, 500_000_000, 1, 0)),
        ("many chunks", many),
    ];
    for (name, png) in cases {
        let start = Instant::now();
        let file = png.bytes();
        for method in METHODS {
            let done = unmarked::clean(&file, &alone(method)).map(|_| ());
            println!("{name}, {method}: {done:?} after {:?}", start.elapsed());
        }
        let _ = inspect(&file);
        assert_ne!(audit(&file), Verdict::Clean);
        // a guard against hanging alone: the machine may be slow
        assert!(start.elapsed() < Duration::from_secs(60), "{name}");
    }
}
