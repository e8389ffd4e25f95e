//! Whatever can vary in a file without changing the picture has no way into the clean photo.
//!
//! A [`Picture`] is what has to stay. A [`Coding`] is how its coefficients are coded, a [`Dress`] is
//! everything around that. Two files of one picture become the same bytes: by Strip if their coding
//! is the same, by Recode and Rebuild always, and by Rebuild also if the steps and the coefficients
//! differ and their products do not.

mod common;

use common::rewrite::{moved, renumbered, repeated};
use common::{alone, clean, rebuilding};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;
use unmarked::{Error, Method, Policy, Rebuild, Redaction};
use unmarked_fixtures::carriers::{self, Reading};
use unmarked_fixtures::exif::{Order, ascii, orientation, payload, short};
use unmarked_fixtures::icc::{Fields, Space, payloads, profile};
use unmarked_fixtures::{Choice, Colour, HuffmanTables, Jpeg, Photo, Piece, Process, Scan, marker};

/// What has to stay.
#[derive(Debug, Clone)]
struct Picture {
    photo: Photo,
    orientation: u8,
    profile: Option<Space>,
}

/// How coefficients are coded.
#[derive(Debug, Clone)]
struct Coding {
    process: Process,
    script: u8,
    huffman: HuffmanTables,
    slots: Vec<(u8, u8)>,
    restart: u16,
    choice: Option<Choice>,
    variant: u8,
}

/// What stands around the coded data.
#[derive(Debug, Clone)]
struct Dress {
    split_tables: bool,
    falling_slots: bool,
    wide: bool,
    moved: bool,
    repeated: bool,
    quant_slots: [u8; 4],
    ids: [u8; 4],
    big_endian: bool,
    in_xmp: bool,
    text: String,
    parts: usize,
    carriers: Vec<Index>,
    beside: Option<Choice>,
    variant: u8,
}

fn picture() -> impl Strategy<Value = Picture> {
    let colour = select(vec![
        Colour::Grey,
        Colour::YCbCr,
        Colour::YCbCr,
        Colour::Rgb,
        Colour::Cmyk,
        Colour::Ycck,
    ]);
    let sampling = select(vec![
        [(1, 1), (1, 1), (1, 1), (1, 1)],
        [(2, 2), (1, 1), (1, 1), (2, 2)],
        [(2, 1), (1, 1), (1, 1), (2, 1)],
        [(1, 2), (1, 1), (1, 1), (1, 2)],
        [(4, 1), (1, 1), (1, 1), (4, 1)],
        [(2, 2), (2, 1), (1, 2), (1, 1)],
        [(1, 1), (2, 1), (1, 2), (1, 1)],
    ]);
    let size = (1..70u16, 1..70u16);
    let numbers = (20..200u32, 0..60u8, any::<u32>(), 1..5u16);
    (size, colour, sampling, numbers, 1..=8u8, 0..4u8).prop_map(
        |((width, height), colour, sampling, (percent, noise, seed, multiple), up, space)| {
            let mut photo = Photo::new(width, height, colour);
            photo.sampling = sampling[..photo.ids.len()].to_vec();
            (photo.percent, photo.noise, photo.seed, photo.multiple) =
                (percent, noise, seed, multiple);
            let profile = match (space, photo.ids.len()) {
                (0, 1) => Some(Space::Grey22),
                (0, 3) => Some(Space::DisplayP3),
                (1, 3) => Some(Space::AdobeRgb),
                _ => None,
            };
            Picture { photo, orientation: up, profile }
        },
    )
}

fn coding() -> impl Strategy<Value = Coding> {
    let process = select(vec![
        Process::Baseline,
        Process::Baseline,
        Process::Extended,
        Process::Progressive,
        Process::Progressive,
    ]);
    let huffman =
        select(vec![HuffmanTables::Standard, HuffmanTables::Optimal, HuffmanTables::PerScan]);
    // what a strict decoder may refuse has a test of its own
    let allowed: Vec<Choice> = Choice::ALL.into_iter().filter(|c| !c.is_forbidden()).collect();
    let choice = proptest::option::of(select(allowed));
    let slots = proptest::collection::vec((0..4u8, 0..4u8), 4);
    let restart = prop_oneof![Just(0u16), 1..9u16];
    (process, any::<u8>(), huffman, slots, restart, choice, 1..4u8).prop_map(
        |(process, script, huffman, slots, restart, choice, variant)| {
            // baseline has two slots a class: T.81, B.2.4.2
            let most = if process == Process::Baseline { 2 } else { 4 };
            let slots = slots.into_iter().map(|(dc, ac)| (dc % most, ac % most)).collect();
            Coding { process, script, huffman, slots, restart, choice, variant }
        },
    )
}

fn dress() -> impl Strategy<Value = Dress> {
    let flags = (any::<[bool; 7]>(), 60..700usize);
    let ids = select(vec![[1, 2, 3, 4], [0, 1, 2, 3], [9, 200, 34, 255], *b"ABCD"]);
    let quant_slots = Just([0u8, 1, 2, 3]).prop_shuffle();
    let beside: Vec<Choice> =
        Choice::ALL.into_iter().filter(|choice| choice.is_beside_symbols()).collect();
    let beside = proptest::option::of(select(beside));
    let carriers = proptest::collection::vec(any::<Index>(), 0..4);
    (flags, ids, quant_slots, "[a-z]{0,12}", carriers, beside, 1..4u8).prop_map(
        |((flags, parts), ids, quant_slots, text, carriers, beside, variant)| {
            let [split_tables, falling_slots, wide, moved, repeated, big_endian, in_xmp] = flags;
            Dress {
                split_tables,
                falling_slots,
                wide,
                moved,
                repeated,
                quant_slots,
                ids,
                big_endian,
                in_xmp,
                text,
                parts,
                carriers,
                beside,
                variant,
            }
        },
    )
}

/// The scans of a script, by number.
fn scans(process: Process, script: u8, n: usize) -> Vec<Scan> {
    let all: Vec<usize> = (0..n).collect();
    let reversed = || all.iter().rev().copied();
    match (process, script % 4) {
        (Process::Progressive, 0) => Photo::usual_script(n),
        (Process::Progressive, 1) => {
            let mut scans = vec![Scan::progressive(&all, (0, 0), (0, 0))];
            scans.extend(reversed().map(|c| Scan::progressive(&[c], (1, 63), (0, 0))));
            scans
        }
        (Process::Progressive, 2) => {
            let mut scans: Vec<Scan> =
                reversed().map(|c| Scan::progressive(&[c], (0, 0), (0, 3))).collect();
            for low in (0..3).rev() {
                scans.extend(all.iter().map(|c| Scan::progressive(&[*c], (0, 0), (low + 1, low))));
            }
            scans.extend(all.iter().map(|c| Scan::progressive(&[*c], (1, 20), (0, 0))));
            scans.extend(reversed().map(|c| Scan::progressive(&[c], (21, 63), (0, 0))));
            scans
        }
        (Process::Progressive, _) => {
            let mut scans = vec![Scan::progressive(&all, (0, 0), (0, 1))];
            scans.extend(all.iter().map(|c| Scan::progressive(&[*c], (1, 63), (0, 4))));
            scans.push(Scan::progressive(&all, (0, 0), (1, 0)));
            for low in (0..4).rev() {
                scans.extend(reversed().map(|c| Scan::progressive(&[c], (1, 63), (low + 1, low))));
            }
            scans
        }
        (_, 0 | 1) => vec![Scan::sequential(&all)],
        (_, 2) => reversed().map(|c| Scan::sequential(&[c])).collect(),
        (_, _) => {
            let (first, rest) = all.split_first().expect("a component");
            let mut scans = vec![Scan::sequential(&[*first])];
            scans.extend((!rest.is_empty()).then(|| Scan::sequential(rest)));
            scans
        }
    }
}

/// `picture`, coded and dressed.
fn file(picture: &Picture, coding: &Coding, dress: &Dress) -> Vec<u8> {
    let mut photo = picture.photo.clone();
    let n = photo.ids.len();
    photo.process = coding.process;
    photo.scans = scans(coding.process, coding.script, n);
    photo.huffman = coding.huffman;
    photo.huffman_slots = coding.slots[..n].to_vec();
    photo.restart = coding.restart;
    photo.split_tables = dress.split_tables;
    photo.falling_slots = dress.falling_slots;
    photo.wide = dress.wide && photo.process == Process::Extended;
    if photo.colour != Colour::Rgb {
        // for red, green and blue the transform of the header decides as well
        photo.ids = dress.ids[..n].to_vec();
    }
    let choice = coding.choice.map(|choice| (choice, coding.variant));
    let choice = choice.or(dress.beside.map(|choice| (choice, dress.variant)));
    let planted = choice.and_then(|(choice, variant)| photo.planted(choice, variant));
    let mut jpeg = planted.unwrap_or_else(|| photo.encode());

    // four slots are not for baseline, nor is anything but two
    jpeg = renumbered(jpeg, dress.quant_slots, [0, 1, 2, 3]);
    if dress.repeated && photo.huffman != HuffmanTables::PerScan {
        jpeg = repeated(jpeg);
    }
    if dress.moved {
        jpeg = moved(jpeg);
    }
    tell_orientation(&mut jpeg, picture.orientation, dress);
    if let Some(space) = picture.profile {
        let fields = Fields {
            text: dress.text.clone(),
            signatures: [*b"appl", [dress.variant; 4], *b"MODL", *b"unmk"],
            date: [2020, 1, dress.variant.into(), 1, 2, 3],
            reserved: [dress.variant; 28],
            nudge: 4 * dress.variant as i8 - 8,
        };
        let at = jpeg.frame();
        let parts = payloads(&profile(space, &fields, dress.big_endian), dress.parts);
        for part in parts.into_iter().rev() {
            jpeg.insert(at, Piece::segment(marker::APP2, part));
        }
    }
    // those that tell an orientation or a profile of their own would tell another picture
    let usable: Vec<_> = carriers::all()
        .into_iter()
        .filter(|c| c.reading == Reading::Shown)
        .filter(|c| !c.id.starts_with("exif") && !c.id.starts_with("icc"))
        .collect();
    for index in &dress.carriers {
        let carrier = index.get(&usable);
        jpeg = carrier.planted(&jpeg, dress.variant).unwrap_or(jpeg);
    }
    jpeg.bytes()
}

/// In Exif of either order, or in XMP, with other things beside it.
fn tell_orientation(jpeg: &mut Jpeg, value: u8, dress: &Dress) {
    let order = if dress.big_endian { Order::Big } else { Order::Little };
    let payload = if dress.in_xmp {
        let mut packet = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description xmlns:tiff=\"http://ns.adobe.com/tiff/1.0/\"".to_vec();
        packet.extend(
            format!(" tiff:Orientation=\"{value}\" tiff:Make=\"{}\"/>", dress.text).bytes(),
        );
        packet.extend(b"</rdf:RDF></x:xmpmeta>");
        packet
    } else if dress.text.is_empty() {
        orientation(order, if dress.big_endian { 3 } else { 4 }, value)
    } else {
        let ifd0 = vec![ascii(0x010F, &dress.text), short(0x0112, value.into())];
        payload(order, ifd0, None, dress.text.as_bytes())
    };
    jpeg.insert(1, Piece::segment(marker::APP1, payload));
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(4),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// That two files become one, and are not refused.
fn same(policy: &Policy, a: &[u8], b: &[u8]) -> Result<Vec<u8>, TestCaseError> {
    let of = |file| clean(file, policy).map_err(|e: Error| TestCaseError::fail(e.to_string()));
    let (a, b) = (of(a)?, of(b)?);
    let differ = a.iter().zip(&b).position(|(a, b)| a != b);
    prop_assert!(a == b, "{} and {} bytes, differ at {differ:?}", a.len(), b.len());
    Ok(a)
}

fn settings() -> impl Strategy<Value = Rebuild> {
    let shape =
        (-20..90i32, -20..90i32, 1..40u32, 1..40u32).prop_flat_map(|(x, y, width, height)| {
            select(vec![
                Redaction::Rectangle { x, y, width, height },
                Redaction::Ellipse { x, y, width, height },
                Redaction::Stroke { points: vec![(x, y), (y, x)], radius: width },
            ])
        });
    let shapes = proptest::collection::vec(shape, 0..3);
    (proptest::option::of(1..70u32), 1..=100u8, any::<bool>(), shapes).prop_map(
        |(longest_edge, quality, grey, redactions)| Rebuild {
            longest_edge,
            quality,
            grey,
            redactions,
            ..Rebuild::FULL_SIZE
        },
    )
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn strip_keeps_the_coded_picture_and_nothing_else(
        picture in picture(), coding in coding(), a in dress(), b in dress(),
    ) {
        let (a, b) = (file(&picture, &coding, &a), file(&picture, &coding, &b));
        same(&alone(Method::Strip), &a, &b)?;
    }

    #[test]
    fn recode_keeps_the_coefficients_and_nothing_else(
        picture in picture(), a in (coding(), dress()), b in (coding(), dress()),
    ) {
        let (a, b) = (file(&picture, &a.0, &a.1), file(&picture, &b.0, &b.1));
        let once = same(&alone(Method::Recode), &a, &b)?;
        // and a third time
        prop_assert_eq!(clean(&once, &alone(Method::Recode)), Ok(once));
    }

    #[test]
    fn rebuild_keeps_what_is_seen_and_nothing_else(
        picture in picture(), a in (coding(), dress()), b in (coding(), dress()),
        settings in settings(),
    ) {
        let mut finer = picture.clone();
        finer.photo.finer = true;
        let (a, b) = (file(&picture, &a.0, &a.1), file(&finer, &b.0, &b.1));
        same(&rebuilding(settings), &a, &b)?;
    }

    /// One method after another says no more than the last one alone, where nothing is turned:
    /// pixels of a turned transform are rounded in another order.
    #[test]
    fn rebuild_after_another_method_is_rebuild(
        picture in picture(), coding in coding(), dress in dress(), settings in settings(),
        first in select(vec![Method::Strip, Method::Recode]),
    ) {
        let upright = Picture { orientation: 1, ..picture };
        let photo = file(&upright, &coding, &dress);
        let before = clean(&photo, &alone(first)).map_err(|e| TestCaseError::fail(e.to_string()))?;
        same(&rebuilding(settings), &photo, &before)?;
    }
}
