//! The audit says "clean" of exactly the files that Unmarked writes.

use unmarked::audit::recognise_as;
use unmarked::{Method, Verdict, audit};
use unmarked_fixtures::png::{Chunk, Png, kinds};

use crate::METHODS;
use crate::common::{Faults, alone, clean};

fn clean_files() -> Vec<(String, Method, Vec<u8>)> {
    let kinds = [
        "rgb-8",
        "grey-1",
        "grey-keyed",
        "palette-transparent",
        "palette-4-interlaced",
        "rgba-16",
        "rgb-turned",
        "animated",
        "animated-beside-still",
    ];
    let mut files = Vec::new();
    for kind in kinds {
        for method in METHODS {
            let file = clean(&kinds::named(kind).bytes(), &alone(method)).unwrap();
            files.push((kind.to_owned(), method, file));
        }
    }
    files
}

/// Every changed bit is seen, or the file is another clean photo: exactly what Strip makes of it.
#[test]
fn a_flipped_bit_is_seen() {
    let mut faults = Faults::default();
    let (mut rejected, mut others) = (0u32, 0u32);
    for (kind, method, file) in clean_files() {
        // with a right checksum, so that it is not that alone that is seen
        let png = Png::parse(&file).unwrap();
        for (index, chunk) in png.chunks.iter().enumerate() {
            for place in 0..chunk.payload.len() {
                for bit in [0, 1, 3, 7] {
                    let mut flipped = png.clone();
                    flipped.chunks[index].payload[place] ^= 1 << bit;
                    let flipped = flipped.bytes();
                    if audit(&flipped) != Verdict::Clean {
                        rejected += 1;
                        continue;
                    }
                    others += 1;
                    let name =
                        || format!("{method}, {kind}: bit {bit} of byte {place} of chunk {index}");
                    faults.check(
                        clean(&flipped, &alone(Method::Strip)).as_ref() == Ok(&flipped),
                        || format!("{}: clean, but not what Strip writes", name()),
                    );
                    let coded = recognise_as(&flipped, Method::Recode).is_ok();
                    faults.check(
                        !coded || clean(&flipped, &alone(Method::Recode)).as_ref() == Ok(&flipped),
                        || format!("{}: not what Recode writes", name()),
                    );
                }
            }
        }
        for at in 0..file.len() {
            let mut flipped = file.clone();
            flipped[at] ^= 0x10;
            faults.check(audit(&flipped) != Verdict::Clean, || {
                format!("{kind}: byte {at} is not seen")
            });
            let mut longer = file.clone();
            longer.insert(at, 0);
            faults.check(audit(&longer) != Verdict::Clean, || {
                format!("{kind}: 0 at {at} is not seen")
            });
            let mut shorter = file.clone();
            shorter.remove(at);
            faults.check(audit(&shorter) != Verdict::Clean, || {
                format!("{kind}: {at} missing is not seen")
            });
        }
    }
    println!("flipped bits: {rejected} rejected, {others} make another clean photo");
    faults.none();
}

#[test]
fn an_inserted_missing_or_moved_chunk_is_seen() {
    let mut faults = Faults::default();
    for (kind, method, file) in clean_files() {
        let png = Png::parse(&file).unwrap();
        let stable = |changed: &Png| {
            let bytes = changed.bytes();
            audit(&bytes) != Verdict::Clean
                || clean(&bytes, &alone(Method::Strip)).as_ref() == Ok(&bytes)
        };
        for at in 0..=png.chunks.len() {
            for new in [
                Chunk::new(b"tEXt", *b"x\0y"),
                Chunk::new(b"prVt", []),
                Chunk::new(b"IDAT", []),
                Chunk::new(b"sRGB", [0]),
                Chunk::new(b"gAMA", 45_455u32.to_be_bytes()),
                Chunk::new(b"IEND", []),
                Chunk::new(b"PLTE", [1, 2, 3]),
                Chunk::new(b"tRNS", [0, 1]),
            ] {
                let mut longer = png.clone();
                longer.chunks.insert(at, new.clone());
                // a transparent colour that a pixel has makes another clean photo
                let other = new.is(b"tRNS") && stable(&longer);
                faults.check(other || audit(&longer.bytes()) != Verdict::Clean, || {
                    format!("{method}, {kind}: {new:?} as chunk {at} is not seen")
                });
            }
        }
        for a in 0..png.chunks.len() {
            let mut without = png.clone();
            without.chunks.remove(a);
            faults.check(stable(&without), || format!("{method}, {kind}: {a} missing is not seen"));
            let mut twice = png.clone();
            twice.chunks.insert(a, png.chunks[a].clone());
            faults.check(audit(&twice.bytes()) != Verdict::Clean, || {
                format!("{method}, {kind}: {a} twice is not seen")
            });
            for b in a + 1..png.chunks.len() {
                let mut swapped = png.clone();
                swapped.chunks.swap(a, b);
                faults.check(swapped == png || stable(&swapped), || {
                    format!("{method}, {kind}: {a} and {b} exchanged")
                });
            }
        }
        let mut tail = png.clone();
        tail.trailer.push(0);
        faults.check(audit(&tail.bytes()) != Verdict::Clean, || {
            format!("{kind}: a tail is not seen")
        });
    }
    faults.none();
}

#[test]
fn what_strip_writes_is_not_taken_for_what_recode_writes() {
    for name in ["rgb-8", "palette-4-interlaced", "animated"] {
        let stripped = clean(&kinds::named(name).bytes(), &alone(Method::Strip)).unwrap();
        let recoded = clean(&stripped, &alone(Method::Recode)).unwrap();
        assert!(recognise_as(&stripped, Method::Strip).is_ok());
        assert!(recognise_as(&stripped, Method::Recode).is_err(), "{name}");
        assert!(recognise_as(&recoded, Method::Recode).is_ok(), "{name}");
        assert!(recognise_as(&recoded, Method::Strip).is_ok(), "{name}");
    }
}
