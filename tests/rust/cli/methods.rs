//! The three methods, their settings, and presets for channels.

use std::fs;
use std::path::Path;

use unmarked_fixtures::decode::zune;
use unmarked_fixtures::icc::{Fields, Space, payloads, profile};
use unmarked_fixtures::{Colour, Jpeg, Photo, Piece, marker};

use crate::photos::MARK;
use crate::program::{Run, assert_clean, assert_clean_bytes, run, run_with_input, scratch};

/// A photo of 400 × 300 pixels with a mark in a comment.
fn photo() -> Jpeg {
    let mut photo = Photo::new(400, 300, Colour::YCbCr);
    photo.sampling = vec![(2, 2), (1, 1), (1, 1)];
    let mut jpeg = photo.encode();
    jpeg.insert(1, Piece::segment(marker::COM, MARK));
    jpeg
}

/// The same with a profile that has no constant stand-in.
fn odd_profile() -> Vec<u8> {
    let mut jpeg = photo();
    let parts = payloads(&profile(Space::ProPhoto, &Fields::default(), false), 60_000);
    for (index, part) in parts.into_iter().enumerate() {
        jpeg.insert(1 + index, Piece::segment(marker::APP0 + 2, part));
    }
    jpeg.bytes()
}

/// The same, of which the last third is missing.
fn cut_off() -> Vec<u8> {
    let mut bytes = photo().bytes();
    bytes.truncate(bytes.len() / 3 * 2);
    bytes
}

/// What a JPEG shows: width, height, and red, green and blue row by row.
struct Shown {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

impl Shown {
    fn of(jpeg: &[u8]) -> Shown {
        let pixels = zune(jpeg).unwrap();
        let (width, rest) = pixels.shape.split_once('x').unwrap();
        let (height, kind) = rest.split_once(' ').unwrap();
        assert_eq!(kind, "Rgb8");
        let (width, height) = (width.parse().unwrap(), height.parse().unwrap());
        Shown { width, height, rgb: pixels.samples }
    }

    fn pixel(&self, x: usize, y: usize) -> [u8; 3] {
        *self.rgb[(y * self.width + x) * 3..].first_chunk().unwrap()
    }
}

/// Cleans `photo` from standard input to standard output; it must come out clean.
fn cleaned(folder: &Path, options: &[&str], photo: &[u8]) -> Run {
    let run = run_with_input(folder, &[&["clean", "-"], options].concat(), photo);
    assert_eq!(run.code, Some(0), "{options:?}: {run:?}");
    assert_clean_bytes(&run.out);
    run
}

#[test]
fn every_method_by_its_name() {
    let folder = scratch();
    fs::write(folder.path().join("a.jpg"), photo().bytes()).unwrap();
    for (method, kept) in
        [("strip", "coded_picture"), ("recode", "coefficients"), ("rebuild", "shown_picture")]
    {
        let output = format!("{method}.jpg");
        let run =
            run(folder.path(), &["clean", "a.jpg", "--method", method, "-o", &output, "--json"]);
        assert_eq!(run.code, Some(0), "{run:?}");
        let receipt = &run.json()["photos"][0]["receipt"];
        assert_eq!((&receipt["method"], &receipt["kept"][0]), (&method.into(), &kept.into()));
        assert_clean(&folder.path().join(output));
    }
    // and each leaves something else behind
    let bytes = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert_ne!(bytes("strip.jpg"), bytes("recode.jpg"));
    assert_ne!(bytes("recode.jpg"), bytes("rebuild.jpg"));
    let (strip, recode) = (Shown::of(&bytes("strip.jpg")), Shown::of(&bytes("recode.jpg")));
    assert!(strip.rgb == recode.rgb, "Recode changed the picture");
}

#[test]
fn settings_mean_rebuild_and_are_met() {
    let folder = scratch();
    let photo = photo().bytes();
    let small = cleaned(folder.path(), &["--longest-edge", "200"], &photo);
    let shown = Shown::of(&small.out);
    assert_eq!((shown.width, shown.height), (200, 150));
    // never made larger
    let same = Shown::of(&cleaned(folder.path(), &["--longest-edge", "4000"], &photo).out);
    assert_eq!((same.width, same.height), (400, 300));

    let fine = cleaned(folder.path(), &["--quality", "95"], &photo).out;
    let coarse = cleaned(folder.path(), &["--quality", "20"], &photo).out;
    assert!(coarse.len() * 2 < fine.len(), "{} and {}", coarse.len(), fine.len());
    let limit = fine.len() / 3;
    let fitted = cleaned(folder.path(), &["--max-bytes", &limit.to_string()], &photo).out;
    assert!(fitted.len() <= limit, "{} is more than {limit}", fitted.len());

    let grey = zune(&cleaned(folder.path(), &["--grey"], &photo).out).unwrap();
    assert!(
        grey.shape.contains("L8") || grey.samples.chunks(3).all(|p| p[0] == p[1] && p[1] == p[2])
    );
}

#[test]
fn what_is_covered_is_gone_and_the_rest_stays() {
    let folder = scratch();
    let photo = photo().bytes();
    let open = Shown::of(&cleaned(folder.path(), &["--method", "rebuild"], &photo).out);
    let options = ["--redact", "96,64,64,48", "--redact", "-10,-10,42,26"];
    let covered = Shown::of(&cleaned(folder.path(), &options, &photo).out);
    // at the very edge a decoder mixes the colours of both sides
    for (x, y) in [(98, 66), (157, 66), (98, 109), (157, 109), (120, 90), (0, 0), (29, 13)] {
        let pixel = covered.pixel(x, y);
        assert!(pixel.iter().all(|sample| *sample <= 8), "{x},{y} shows {pixel:?}");
    }
    for (x, y) in [(300, 200), (399, 299), (200, 20)] {
        assert_eq!(covered.pixel(x, y), open.pixel(x, y), "{x},{y}");
    }
}

#[test]
fn a_shape_that_covers_nothing_is_said() {
    let folder = scratch();
    let options = ["--redact", "10,10,20,20", "--redact", "400,0,50,50"];
    let run = cleaned(folder.path(), &options, &photo().bytes());
    assert_eq!(
        run.err,
        "unmarked: -: note: one shape covers nothing: it lies outside the picture, or has no area\n"
    );
}

#[test]
fn covering_with_a_method_that_leaves_the_picture_is_wrong_usage() {
    let folder = scratch();
    fs::write(folder.path().join("a.jpg"), photo().bytes()).unwrap();
    for method in ["strip", "recode"] {
        let arguments = ["clean", "a.jpg", "--redact", "1,2,30,40", "--method", method];
        let run = run(folder.path(), &arguments);
        assert_eq!((run.code, run.out.len()), (Some(2), 0));
        assert_eq!(
            run.err,
            format!(
                "unmarked: --redact changes the picture, which --method {method} leaves as it is; leave one out\n"
            )
        );
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_damaged_photo_is_drawn_again_unless_a_method_is_named() {
    let folder = scratch();
    let photo = cut_off();
    let whole = cleaned(folder.path(), &[], &photo);
    let lines: Vec<&str> = whole.err.lines().collect();
    let [drawn, missing] = lines.as_slice() else { panic!("{whole:?}") };
    assert!(
        drawn.starts_with("unmarked: -: note: drawn again by Rebuild, because Strip refused it: "),
        "{drawn}"
    );
    assert!(missing.contains(" % of the picture was missing or damaged"), "{missing}");
    let shown = Shown::of(&whole.out);
    assert_eq!((shown.width, shown.height), (400, 300));

    for method in ["strip", "recode"] {
        let run = run_with_input(folder.path(), &["clean", "-", "--method", method], &photo);
        assert_eq!((run.code, run.out.len(), run.err.lines().count()), (Some(1), 0, 1), "{run:?}");
        assert!(
            run.err.ends_with("; choose --method rebuild, which draws again what can be shown\n"),
            "{}",
            run.err
        );
    }
    let rebuilt = cleaned(folder.path(), &["--method", "rebuild"], &photo);
    assert!(!rebuilt.err.contains("refused") && rebuilt.err.contains(" % of the picture"));
}

#[test]
fn an_odd_profile_is_drawn_again_unless_a_method_is_named() {
    let folder = scratch();
    let photo = odd_profile();
    let whole = cleaned(folder.path(), &[], &photo);
    assert!(whole.err.contains("because Strip refused it: the colour profile"), "{whole:?}");
    let refused = run_with_input(folder.path(), &["clean", "-", "--method", "strip"], &photo);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.err.contains("--method rebuild"), "{}", refused.err);
}

#[test]
fn a_channel_chooses_size_and_says_once_what_it_does() {
    let folder = scratch();
    let mut large = Photo::new(4200, 2800, Colour::Grey);
    large.noise = 0;
    fs::write(folder.path().join("large.jpg"), large.bytes()).unwrap();
    fs::write(folder.path().join("small.jpg"), photo().bytes()).unwrap();
    fs::create_dir(folder.path().join("out")).unwrap();
    for (channel, longest, handling) in [
        ("signal", 1600, "makes a new file of it: at most 1600 pixels, quality 70, 1 MiB"),
        ("signal-high", 4096, "makes a new file of it: at most 4096 pixels, quality 75, 3 MiB"),
        ("signal-ios", 1600, "makes a new file of it: at most 1600 pixels, 1 MiB"),
        ("securedrop", 2048, "hands the file on as it is"),
        ("onionshare", 2048, "hands the file on as it is"),
        ("proton-drive", 4096, "hands the file on as it is"),
    ] {
        let arguments = ["clean", "large.jpg", "small.jpg", "-o", "out", "--for", channel];
        let told = run(folder.path(), &arguments);
        assert_eq!(told.code, Some(0), "{told:?}");
        let said = told.err.lines().filter(|line| line.contains(handling)).count();
        assert_eq!((said, told.err.lines().count()), (1, 2), "{told:?}");

        let quiet = run(folder.path(), &[&arguments[..], &["-q"]].concat());
        assert_eq!((quiet.code, quiet.err.as_str()), (Some(0), ""));
        let json = run(folder.path(), &[&arguments[..], &["--json"]].concat()).json();
        let receipt = &json["photos"][0]["receipt"];
        assert_eq!(
            (&receipt["method"], &receipt["size_after"][0]),
            (&"rebuild".into(), &longest.into())
        );
        assert_eq!(json["photos"][1]["receipt"]["size_after"], serde_json::json!([400, 300]));
    }
}

#[test]
fn a_method_and_settings_win_over_the_channel() {
    let folder = scratch();
    let photo = photo().bytes();
    let strip = cleaned(folder.path(), &["--method", "strip"], &photo);
    let for_signal = cleaned(folder.path(), &["--method", "strip", "--for", "signal"], &photo);
    assert_eq!(strip.out, for_signal.out);
    assert!(for_signal.err.contains("Signal (standard quality) makes a new file of it"));
    let small = cleaned(folder.path(), &["--for", "signal", "--longest-edge", "80"], &photo);
    assert_eq!(Shown::of(&small.out).width, 80);
}

#[test]
fn a_receipt_speaks_of_the_method_that_was_used() {
    let folder = scratch();
    fs::write(folder.path().join("a.jpg"), photo().bytes()).unwrap();
    let receipt = |options: &[&str]| {
        let run = run(folder.path(), &[&["clean", "a.jpg", "--receipt"], options].concat());
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
        // as one line each, however it is broken
        let text = String::from_utf8(run.out).unwrap();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let recode = receipt(&["--method", "recode"]);
    for words in ["method Recode", "every coefficient", "quantisation tables", "beyond the edge"] {
        assert!(recode.contains(words), "{words}: {recode}");
    }
    let rebuild =
        receipt(&["--for", "signal", "--longest-edge", "200", "--redact", "0,0,9,9", "--grey"]);
    for words in [
        "method Rebuild",
        "only what the picture shows",
        "size: 400 × 300 → 200 × 150 pixels",
        "one shape is covered",
        "colours are left out",
        "Signal (standard quality) makes a new file",
        "sensor noise",
        "pictures which apps on Android save",
    ] {
        assert!(rebuild.contains(words), "{words}: {rebuild}");
    }
    for promise in ["anonymous", "Unmarked was used", "is removed", "are removed"] {
        assert!(!rebuild.contains(promise), "{promise}: {rebuild}");
    }
}

#[test]
fn what_no_method_shows_is_refused_by_its_name() {
    let folder = scratch();
    let mut jpeg = photo();
    let frame = jpeg.frame();
    jpeg.pieces[frame] = Piece::segment(0xC9, jpeg.pieces[frame].payload());
    for options in [&[][..], &["--method", "strip"], &["--method", "rebuild"]] {
        let run =
            run_with_input(folder.path(), &[&["clean", "-"], options].concat(), &jpeg.bytes());
        assert_eq!((run.code, run.out.len()), (Some(1), 0));
        assert_eq!(
            run.err,
            "unmarked: -: the JPEG uses arithmetic coding, which cannot be cleaned; export it as JPEG at full quality and clean that\n"
        );
    }
}
