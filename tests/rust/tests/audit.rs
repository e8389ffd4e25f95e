//! The audit says "clean" of exactly the files that Unmarked writes.

mod common;

use common::{Faults, strip};
use unmarked::{Verdict, audit};
use unmarked_fixtures::exif::{Order, orientation};
use unmarked_fixtures::icc::{Fields, Space, payloads, profile};
use unmarked_fixtures::{HuffmanTables, Jpeg, Piece, kinds, marker};

/// Clean files of different forms.
fn clean_files() -> Vec<(&'static str, Vec<u8>)> {
    let names = [
        "grey",
        "420",
        "progressive",
        "extended-high-slots",
        "sixteen-bit-quantisation",
        "restart",
        "separate-scans",
        "rgb-ids",
        "cmyk-plain",
        "ycck",
        "one-pixel",
    ];
    let mut files: Vec<(&str, Vec<u8>)> = names
        .into_iter()
        .map(|name| {
            let mut photo = kinds::named(name);
            (photo.width, photo.height) = (photo.width.min(20), photo.height.min(9));
            // so small a picture has two MCUs
            photo.restart = photo.restart.min(1);
            photo.huffman = HuffmanTables::Optimal;
            (name, strip(&photo.bytes()).unwrap())
        })
        .collect();
    let mut turned = kinds::named("one-pixel").encode();
    turned.insert(2, Piece::segment(marker::APP1, orientation(Order::Big, 3, 6)));
    files.push(("turned", strip(&turned.bytes()).unwrap()));
    let mut wide = kinds::named("one-pixel").encode();
    for payload in payloads(&profile(Space::DisplayP3, &Fields::default(), false), 60_000) {
        wide.insert(2, Piece::segment(marker::APP2, payload));
    }
    files.push(("display-p3", strip(&wide.bytes()).unwrap()));
    files
}

/// What a byte of a clean file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// The same in every file of this form: any other value must be rejected.
    Fixed,
    /// A number that belongs to the picture, so another value can be another clean photo: table
    /// values, Huffman codes, size, sampling, the restart interval, what a progressive scan codes,
    /// the orientation, the Adobe transform, and which of its few forms the frame has. If it is
    /// accepted, it must be exactly what Strip writes of it.
    Picture,
    /// Entropy-coded data: not the audit's, but for the markers in it. Also the first byte of the
    /// marker behind it: if that is another, what follows is entropy-coded data as well.
    Coded,
}

/// The role of every byte of a clean file.
fn roles(file: &[u8]) -> Vec<Role> {
    use Role::{Coded, Fixed, Picture};
    let mut roles: Vec<Role> = Vec::new();
    for piece in Jpeg::parse(file).unwrap().pieces {
        let payload = piece.payload().to_vec();
        if let Piece::Coded(_) = piece {
            roles.extend(payload.iter().map(|_| Coded));
            continue;
        }
        let after_coded = roles.last() == Some(&Coded);
        roles.extend([if after_coded { Coded } else { Fixed }, Fixed]);
        let Piece::Segment { marker: code, .. } = piece else { continue };
        roles.extend([Fixed, Fixed]);
        let mut inner = vec![Fixed; payload.len()];
        match code {
            marker::DQT => {
                let mut at = 0;
                while at < inner.len() {
                    let length = if payload[at] >> 4 == 0 { 64 } else { 128 };
                    inner[at + 1..at + 1 + length].fill(Picture);
                    at += 1 + length;
                }
            }
            marker::DHT => {
                let mut at = 0;
                while at < inner.len() {
                    let symbols: usize =
                        payload[at + 1..at + 17].iter().map(|n| usize::from(*n)).sum();
                    inner[at + 1..at + 17 + symbols].fill(Picture);
                    at += 17 + symbols;
                }
            }
            marker::DRI => inner.fill(Picture),
            // precision, size, number of components: the first and last are fixed
            0xC0..=0xC2 => {
                inner[1..5].fill(Picture);
                for component in inner[6..].chunks_mut(3) {
                    component[1..].fill(Picture);
                }
            }
            marker::SOS => inner[1..].fill(Picture),
            marker::APP1 => {
                // the value of the one entry, which stands in the last eight bytes of the block
                let end = inner.len();
                inner[end - 8..end - 4].fill(Picture);
            }
            marker::APP14 => inner[11] = Picture,
            _ => {}
        }
        roles.extend(inner);
    }
    assert_eq!(roles.len(), file.len());
    roles
}

/// True if two files differ in entropy-coded data alone.
fn same_but_coded(a: &[u8], b: &[u8]) -> bool {
    let without = |file: &[u8]| {
        let mut pieces = Jpeg::parse(file)?.pieces;
        pieces.retain(|piece| !matches!(piece, Piece::Coded(_)));
        Some(pieces)
    };
    without(a).is_some() && without(a) == without(b)
}

#[test]
fn a_flipped_bit_is_seen() {
    let mut faults = Faults::default();
    let (mut rejected, mut other_photos) = (0u32, 0u32);
    for (name, file) in clean_files() {
        for (at, role) in roles(&file).into_iter().enumerate() {
            for bit in 0..8 {
                let mut flipped = file.clone();
                flipped[at] ^= 1 << bit;
                if audit(&flipped) != Verdict::Clean {
                    rejected += 1;
                    continue;
                }
                match role {
                    Role::Fixed => {
                        faults.add(format!("{name}: bit {bit} of byte {at} is not seen"))
                    }
                    Role::Picture | Role::Coded => {
                        other_photos += 1;
                        faults.check(strip(&flipped).as_ref() == Ok(&flipped), || {
                            format!(
                                "{name}: bit {bit} of byte {at}: clean, but not what Strip writes"
                            )
                        });
                    }
                }
            }
        }
    }
    println!("flipped bits: {rejected} rejected, {other_photos} make another clean photo");
    faults.none();
}

#[test]
fn an_inserted_or_missing_byte_is_seen() {
    let mut faults = Faults::default();
    for (name, file) in clean_files() {
        let roles = roles(&file);
        for at in 0..=file.len() {
            // in entropy-coded data, or in the marker behind it
            if roles.get(at) == Some(&Role::Coded) || at > 0 && roles[at - 1] == Role::Coded {
                continue;
            }
            for byte in [0x00, 0x01, 0x41, 0xD9, 0xFF] {
                let mut longer = file.clone();
                longer.insert(at, byte);
                // a zero before the last zero of a scan header is a zero more in what follows
                faults.check(
                    audit(&longer) != Verdict::Clean || same_but_coded(&file, &longer),
                    || format!("{name}: {byte:#04x} inserted at {at} is not seen"),
                );
            }
            if at < file.len() {
                let mut shorter = file.clone();
                shorter.remove(at);
                let accepted = audit(&shorter) == Verdict::Clean;
                faults.check(!accepted, || format!("{name}: byte {at} missing is not seen"));
            }
        }
    }
    faults.none();
}

#[test]
fn an_inserted_piece_is_seen_wherever_it_stands() {
    let mut faults = Faults::default();
    let pieces = [
        Piece::segment(marker::COM, *b"x"),
        Piece::segment(marker::COM, []),
        Piece::segment(marker::APP0, *b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        Piece::segment(marker::APP14, *b"Adobe\0\x64\0\0\0\0\x01"),
        Piece::segment(marker::APP1, orientation(Order::Big, 3, 1)),
        Piece::segment(0xE5, *b"x"),
        Piece::segment(marker::DQT, []),
        Piece::segment(marker::DHT, []),
        Piece::segment(marker::DRI, [0, 0]),
        Piece::Marker(marker::TEM),
        Piece::Marker(marker::SOI),
        Piece::Marker(marker::EOI),
        Piece::Raw(vec![0xFF]),
        Piece::Raw(vec![0x00]),
    ];
    for (name, file) in clean_files() {
        let jpeg = Jpeg::parse(&file).unwrap();
        for at in 0..=jpeg.pieces.len() {
            let in_coded = at > 0 && matches!(jpeg.pieces[at - 1], Piece::Coded(_))
                || matches!(jpeg.pieces.get(at), Some(Piece::Coded(_)));
            for piece in &pieces {
                // a plain byte beside entropy-coded data lengthens it
                if in_coded && *piece == Piece::Raw(vec![0x00]) {
                    continue;
                }
                let mut longer = jpeg.clone();
                longer.insert(at, piece.clone());
                faults.check(audit(&longer.bytes()) != Verdict::Clean, || {
                    format!("{name}: {piece:?} as piece {at} is not seen")
                });
            }
        }
        for (at, piece) in jpeg.pieces.iter().enumerate() {
            let mut twice = jpeg.clone();
            twice.insert(at, piece.clone());
            let mut without = jpeg.clone();
            without.pieces.remove(at);
            if let Piece::Coded(_) = piece {
                continue;
            }
            for (words, other) in [("twice", twice), ("missing", without)] {
                let other = other.bytes();
                if audit(&other) == Verdict::Clean {
                    faults.check(strip(&other).as_ref() == Ok(&other), || {
                        format!("{name}: piece {at} {words}: clean, but not what Strip writes")
                    });
                    // Without its orientation or profile it is another clean photo. Without a
                    // later scan header or table, the data behind belongs to the scan before, or
                    // is read by the table before.
                    let later = at > jpeg.scans()[0]
                        && [marker::SOS, marker::DHT].iter().any(|m| piece.is(*m));
                    let header = [marker::APP0, marker::APP1, marker::APP2, marker::APP14];
                    let optional = later || header.iter().any(|m| piece.is(*m));
                    faults.check(words == "missing" && optional, || {
                        format!("{name}: {piece:?} {words} is not seen")
                    });
                }
            }
        }
    }
    faults.none();
}

#[test]
fn segments_in_another_order_are_seen() {
    let mut faults = Faults::default();
    for (name, file) in clean_files() {
        let jpeg = Jpeg::parse(&file).unwrap();
        for a in 0..jpeg.pieces.len() {
            for b in a + 1..jpeg.pieces.len() {
                let mut swapped = jpeg.clone();
                swapped.pieces.swap(a, b);
                if swapped == jpeg || audit(&swapped.bytes()) != Verdict::Clean {
                    continue;
                }
                // scans, their data or their tables exchanged are another photo, if it is one
                let scans = |i: usize| {
                    let piece = &jpeg.pieces[i];
                    matches!(piece, Piece::Coded(_))
                        || piece.is(marker::SOS)
                        || piece.is(marker::DHT)
                };
                let stable = strip(&swapped.bytes()).as_ref() == Ok(&swapped.bytes());
                faults.check(scans(a) && scans(b) && stable, || {
                    format!("{name}: {a} and {b} exchanged")
                });
            }
        }
    }
    faults.none();
}

#[test]
fn markers_inside_coded_data_are_seen() {
    let mut faults = Faults::default();
    for (name, file) in clean_files() {
        let roles = roles(&file);
        for at in (0..file.len()).filter(|at| roles[*at] == Role::Coded) {
            for code in (0x01..=0xFEu8).step_by(3).chain(0xD0..=0xD9).chain([0xFF]) {
                let mut marked = file.clone();
                marked.splice(at..at, [0xFF, code]);
                if audit(&marked) == Verdict::Clean {
                    faults.check(strip(&marked).as_ref() == Ok(&marked), || {
                        format!("{name}: FF {code:02X} at {at}: clean, but not what Strip writes")
                    });
                    faults.check((0xD0..=0xD7).contains(&code) && name == "restart", || {
                        format!("{name}: FF {code:02X} at {at} is not seen")
                    });
                }
            }
        }
    }
    faults.none();
}
