//! Photos of every format: what becomes of each, one file a page, and what cannot be had.

use std::fs;
use std::path::Path;

use unmarked_fixtures::{Colour, Photo};

use crate::program::{assert_clean, files, has_neutral_name, run, scratch};

/// A BMP of 8 × 8 pixels of 24 bits, all of this colour.
fn bmp(colour: [u8; 3]) -> Vec<u8> {
    let mut file = b"BM".to_vec();
    for word in [246u32, 0, 54, 40, 8, 8, 1 | 24 << 16, 0, 192, 2835, 2835, 0, 0] {
        file.extend(word.to_le_bytes());
    }
    file.extend(colour.repeat(64));
    file
}

/// A TIFF of pages of 8 × 8 pixels, each of one grey, with a mark in its description.
fn tiff(greys: &[u8]) -> Vec<u8> {
    let mut file = b"II\x2a\0\0\0\0\0".to_vec();
    let mut link = 4;
    for grey in greys {
        let (strip, mark) = (file.len() as u32, file.len() as u32 + 64);
        file.extend([*grey; 64]);
        file.extend(b"PLANTED by the scanner\0\0");
        let at = file.len() as u32;
        file[link..link + 4].copy_from_slice(&at.to_le_bytes());
        let tags: [(u16, u16, u32, u32); 9] = [
            (256, 3, 1, 8),
            (257, 3, 1, 8),
            (258, 3, 1, 8),
            (259, 3, 1, 1),
            (262, 3, 1, 1),
            (270, 2, 24, mark),
            (273, 4, 1, strip),
            (277, 3, 1, 1),
            (279, 4, 1, 64),
        ];
        file.extend((tags.len() as u16).to_le_bytes());
        for (tag, kind, count, value) in tags {
            file.extend(tag.to_le_bytes());
            file.extend(kind.to_le_bytes());
            file.extend(count.to_le_bytes());
            file.extend(value.to_le_bytes());
        }
        link = file.len();
        file.extend([0; 4]);
    }
    file
}

fn jpeg() -> Vec<u8> {
    Photo::new(64, 48, Colour::YCbCr).encode().bytes()
}

/// The files of a folder by how they end.
fn endings(folder: &Path) -> Vec<String> {
    let mut endings: Vec<String> = files(folder)
        .iter()
        .map(|path| path.extension().unwrap().to_str().unwrap().to_owned())
        .collect();
    endings.sort();
    endings
}

#[test]
fn each_page_becomes_a_file() {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("scan.tif"), tiff(&[10, 120, 250])).unwrap();
    fs::create_dir(here.join("out")).unwrap();
    let all = run(here, &["clean", "scan.tif", "-o", "out"]);
    assert_eq!((all.code, all.lines().len()), (Some(0), 3), "{}", all.err);
    for (number, words) in [(1, "page 1 of 3"), (3, "page 3 of 3")] {
        assert!(all.err.contains(words), "{number}: {}", all.err);
    }
    assert!(all.err.contains("the TIFF is a PNG now"), "{}", all.err);
    assert_eq!(endings(&here.join("out")), ["png"; 3]);
    for file in files(&here.join("out")) {
        assert_clean(&file);
        assert!(has_neutral_name(&file));
        assert!(!fs::read(&file).unwrap().windows(7).any(|w| w == b"PLANTED"));
    }
    // one entry a page, with the name of the file
    let json = run(here, &["clean", "scan.tif", "-o", "out", "--json"]).json();
    let photos = json["photos"].as_array().unwrap();
    assert_eq!(photos.len(), 3);
    assert!(photos.iter().all(|photo| photo["file"] == "scan.tif"));
    assert_eq!(json["done"], 1);

    let second = run(here, &["clean", "scan.tif", "--page", "2", "-o", "two.png"]);
    assert_eq!(second.code, Some(0), "{}", second.err);
    assert!(second.err.contains("page 2 of 3"));
    let many = run(here, &["clean", "scan.tif", "-o", "one.png"]);
    assert_eq!(many.code, Some(1));
    assert_eq!(
        many.err,
        "unmarked: scan.tif: it has 3 pages, and one file holds one; choose a folder with -o, or one page with --page\n"
    );
    let none = run(here, &["clean", "scan.tif", "--page", "4", "-o", "out"]);
    assert!(none.code == Some(1) && none.err.contains("no such page"), "{}", none.err);
    assert!(!here.join("one.png").exists());
}

#[test]
fn a_method_that_cannot_be_had_is_told_with_one_that_can() {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("scan.tif"), tiff(&[10])).unwrap();
    fs::write(here.join("old.bmp"), bmp([1, 2, 3])).unwrap();
    // told by their brands alone: what is inside is not looked at before the refusal
    fs::write(here.join("IMG_1.HEIC"), b"\0\0\0\x18ftypheic\0\0\0\0heicmif1").unwrap();
    fs::write(here.join("dng"), b"II\x2a\0\x10\0\0\0CR\x02\0\0\0\0\0\0\0\0\0\0\0").unwrap();
    for (arguments, words) in [
        (vec!["scan.tif", "--method", "strip"], "choose --method rebuild"),
        (vec!["old.bmp", "--method", "recode"], "choose --method rebuild"),
        (vec!["IMG_1.HEIC", "--method", "rebuild"], "clean it by Strip"),
        (vec!["IMG_1.HEIC", "--for", "signal", "--redact", "1,1,9,9"], "clean it by Strip"),
        (vec!["dng"], "the data of a sensor is its fingerprint; export it as JPEG"),
    ] {
        let refused = run(here, &[&["clean"], arguments.as_slice()].concat());
        assert_eq!((refused.code, refused.out.len()), (Some(1), 0), "{arguments:?}");
        assert!(refused.err.contains(words), "{arguments:?}: {}", refused.err);
        assert_eq!(refused.err.lines().count(), 1, "{}", refused.err);
    }
}

#[test]
fn the_format_can_be_chosen() {
    let folder = scratch();
    let here = folder.path();
    fs::write(here.join("a.jpg"), jpeg()).unwrap();
    fs::write(here.join("b.bmp"), bmp([200, 10, 10])).unwrap();
    for (name, options, ending) in [
        ("a.jpg", &["--format", "png"][..], "png"),
        ("a.jpg", &["--grey"], "jpg"),
        ("b.bmp", &[], "png"),
        ("b.bmp", &["--quality", "70"], "jpg"),
        ("b.bmp", &["--for", "signal"], "jpg"),
        ("b.bmp", &["--for", "signal", "--format", "png"], "png"),
    ] {
        fs::create_dir(here.join("out")).unwrap();
        let run = run(here, &[&["clean", name, "-o", "out"], options].concat());
        assert_eq!(run.code, Some(0), "{}", run.err);
        assert_eq!(endings(&here.join("out")), [ending], "{name} {options:?}");
        files(&here.join("out")).iter().for_each(|file| assert_clean(file));
        fs::remove_dir_all(here.join("out")).unwrap();
    }
    let strip = run(here, &["clean", "a.jpg", "--method", "strip", "--format", "png"]);
    assert_eq!(strip.code, Some(2));
    assert!(strip.err.contains("--format changes the picture"), "{}", strip.err);
}

#[test]
fn a_mixed_folder_is_cleaned_as_far_as_it_goes() {
    let folder = scratch();
    let here = folder.path();
    let photos = here.join("Photos");
    fs::create_dir(&photos).unwrap();
    fs::create_dir(here.join("ToSend")).unwrap();
    fs::write(photos.join("a.jpg"), jpeg()).unwrap();
    fs::write(photos.join("b.bmp"), bmp([9, 9, 9])).unwrap();
    fs::write(photos.join("c.tif"), tiff(&[1, 2])).unwrap();
    fs::write(photos.join("letter.txt"), "no photo").unwrap();
    let run = run(here, &["clean", "Photos", "-o", "ToSend"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.err.contains("3 photos cleaned"), "{}", run.err);
    assert!(run.err.contains("1 file that is no photo skipped"), "{}", run.err);
    assert_eq!(endings(&here.join("ToSend")), ["jpg", "png", "png", "png"]);
    let check = crate::program::run(here, &["check", "ToSend"]);
    assert_eq!(check.code, Some(0), "{}", check.err);
}
