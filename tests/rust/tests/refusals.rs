//! What cannot be cleaned with certainty is refused, and the refusal says why and what to do.

mod common;

use common::strip;
use unmarked::{Error, Format, Policy, Verdict, audit};
use unmarked_fixtures::{Jpeg, Piece, Process, kinds, marker};

/// A baseline photo whose frame is called something else.
fn with_frame(code: u8) -> Vec<u8> {
    let mut jpeg = kinds::named("420").encode();
    let at = jpeg.frame();
    jpeg.pieces[at] = Piece::segment(code, jpeg.pieces[at].payload());
    jpeg.bytes()
}

fn with_frame_byte(at: usize, value: u8) -> Vec<u8> {
    let mut jpeg = kinds::named("extended").encode();
    let frame = jpeg.frame();
    jpeg.pieces[frame].payload_mut().unwrap()[at] = value;
    jpeg.bytes()
}

#[test]
fn processes_that_are_not_taken_apart_are_named() {
    let mut hierarchical = kinds::named("420").encode();
    let frame = hierarchical.frame();
    hierarchical.insert(frame, Piece::segment(0xDE, hierarchical.pieces[frame].payload()));
    let cases: [(Vec<u8>, &str); 12] = [
        (with_frame(0xC3), "lossless"),
        (with_frame(0xC5), "hierarchical"),
        (with_frame(0xC6), "hierarchical"),
        (with_frame(0xC7), "hierarchical"),
        (hierarchical.bytes(), "hierarchical"),
        (with_frame(0xC9), "arithmetic"),
        (with_frame(0xCA), "arithmetic"),
        (with_frame(0xCB), "arithmetic"),
        (with_frame(0xCD), "arithmetic"),
        (with_frame(0xCE), "arithmetic"),
        (with_frame(0xCF), "arithmetic"),
        (with_frame_byte(0, 12), "12"),
    ];
    for (photo, word) in cases {
        let error = strip(&photo).expect_err(word);
        let words = error.to_string().to_lowercase();
        assert!(
            matches!(error, Error::Unsupported { format: Format::Jpeg, .. })
                && (words.contains(word) || words.contains("hierarchical")),
            "{word}: {error}"
        );
        assert!(!error.advice().is_empty());
        assert_ne!(audit(&photo), Verdict::Clean);
    }
}

#[test]
fn what_is_no_jpeg_is_told_apart() {
    assert_eq!(strip(b""), Err(Error::Empty));
    assert_eq!(strip(b"Dear editor, please find attached"), Err(Error::NotAPhoto));
    assert_eq!(strip(&[0xFF]), Err(Error::NotAPhoto));
    assert!(matches!(strip(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Err(Error::CutOff { .. })));
    let raw = b"FUJIFILMCCD-RAW 0201";
    assert_eq!(strip(raw), Err(Error::Format(Format::Raw)));
    let photo = kinds::named("420").bytes();
    for garbage in [b"x".as_slice(), b"\n", &[0xFF], &[0xD8]] {
        let shifted = [garbage, &photo].concat();
        assert!(strip(&shifted).is_err(), "{garbage:?} before the photo");
        assert_ne!(audit(&shifted), Verdict::Clean);
    }
}

#[test]
fn frames_and_scans_that_contradict_the_standard_are_damaged() {
    let lone = |pieces: &[u8]| [&[0xFF, 0xD8][..], pieces, &[0xFF, 0xD9]].concat();
    let mut no_scan = kinds::named("420").encode();
    let scan = no_scan.scans()[0];
    no_scan.pieces.drain(scan..scan + 2);
    let mut no_tables = kinds::named("420").encode();
    no_tables.pieces.retain(|p| !p.is(marker::DQT));
    let mut no_frame = kinds::named("420").encode();
    let frame = no_frame.frame();
    no_frame.pieces.remove(frame);
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("nothing between start and end", lone(&[])),
        ("no scan", no_scan.bytes()),
        ("no quantisation tables", no_tables.bytes()),
        ("no frame", no_frame.bytes()),
        ("width 0", {
            let mut jpeg = kinds::named("420").encode();
            jpeg.pieces[frame].payload_mut().unwrap()[3..5].fill(0);
            jpeg.bytes()
        }),
        ("height 0, no DNL", {
            let mut jpeg = kinds::named("420").encode();
            jpeg.pieces[frame].payload_mut().unwrap()[1..3].fill(0);
            jpeg.bytes()
        }),
        ("sampling factor 0", with_frame_byte(7, 0x01)),
        ("sampling factor 5", with_frame_byte(7, 0x51)),
        ("table slot 4", with_frame_byte(8, 4)),
        ("the same id twice", with_frame_byte(9, 1)),
        ("a component that the frame lacks", {
            let mut jpeg = kinds::named("420").encode();
            let scan = jpeg.scans()[0];
            jpeg.pieces[scan].payload_mut().unwrap()[3] = 77;
            jpeg.bytes()
        }),
        ("a Huffman table that is missing", {
            let mut jpeg = kinds::named("extended").encode();
            let scan = jpeg.scans()[0];
            jpeg.pieces[scan].payload_mut().unwrap()[2] = 0x33;
            jpeg.bytes()
        }),
        ("a Huffman table with more codes than bits allow", {
            let mut jpeg = kinds::named("split-tables").encode();
            let at = jpeg.position(|p| p.is(marker::DHT)).unwrap();
            let payload = jpeg.pieces[at].payload_mut().unwrap();
            payload[1..17].fill(0);
            payload[1] = 12;
            jpeg.bytes()
        }),
    ];
    for (words, photo) in cases {
        let error = strip(&photo).expect_err(words);
        assert!(
            matches!(
                error,
                Error::Damaged { .. } | Error::CutOff { .. } | Error::Unsupported { .. }
            ),
            "{words}: {error}"
        );
        assert_ne!(audit(&photo), Verdict::Clean, "{words}");
    }
}

/// libjpeg does not read DNL, so most viewers show nothing. Either the height is put where every
/// viewer finds it, or the photo is refused.
#[test]
fn height_by_dnl_is_resolved_or_refused() {
    let mut photo = kinds::named("420");
    let plain = strip(&photo.bytes()).unwrap();
    photo.dnl = true;
    match strip(&photo.bytes()) {
        Ok(clean) => assert_eq!(clean, plain),
        Err(error) => {
            assert!(matches!(error, Error::Unsupported { .. } | Error::Damaged { .. }), "{error}")
        }
    }
}

#[test]
fn limits_hold() {
    let mut many = Jpeg { pieces: vec![Piece::Marker(marker::SOI)] };
    many.pieces.extend((0..65_535).map(|_| Piece::segment(marker::COM, [])));
    many.pieces.extend(kinds::named("420").encode().pieces.into_iter().skip(1));
    let error = strip(&many.bytes()).unwrap_err();
    assert!(matches!(error, Error::Limit { .. }), "{error}");
    assert_ne!(audit(&many.bytes()), Verdict::Clean);

    let photo = kinds::named("420").bytes();
    let mut policy = Policy::default();
    policy.limits.bytes = photo.len() as u64 - 1;
    assert!(matches!(unmarked::clean(&photo, &policy), Err(Error::Limit { .. })));
    policy.limits.bytes += 1;
    assert!(unmarked::clean(&photo, &policy).is_ok());
    policy.limits.parts = 3;
    assert!(matches!(unmarked::clean(&photo, &policy), Err(Error::Limit { .. })));
}

/// The words of a refusal are one line and never what the photo says.
#[test]
fn words_hold_no_data() {
    let mut photos = vec![b"secret\nname".to_vec(), with_frame(0xC9)];
    let mut jpeg = kinds::named("progressive").encode();
    jpeg.insert(1, Piece::segment(marker::COM, *b"secret name"));
    photos.extend((0..jpeg.bytes().len()).step_by(37).map(|end| jpeg.bytes()[..end].to_vec()));
    for photo in photos {
        if let Err(error) = strip(&photo) {
            let words = format!("{error} {}", error.advice());
            assert!(!words.contains("secret") && !words.contains('\n'), "{words}");
        }
    }
    assert_eq!(kinds::named("progressive").process, Process::Progressive);
}
