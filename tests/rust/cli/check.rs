//! Whether photos are clean, as the exit status tells.

use std::fs;

use crate::photos;
use crate::program::{put_clean, put_marked, run, run_with_input, scratch};

#[test]
fn one_goes_before_two_before_nought() {
    let folder = scratch();
    put_clean(&folder.path().join("clean.jpg"));
    put_marked(&folder.path().join("marked.jpg"));
    fs::write(folder.path().join("text.jpg"), "no photo").unwrap();
    fs::write(folder.path().join("empty.jpg"), "").unwrap();
    for (files, code) in [
        (&["clean.jpg"][..], 0),
        (&["marked.jpg"], 1),
        (&["text.jpg"], 2),
        (&["empty.jpg"], 2),
        (&["missing.jpg"], 2),
        (&["clean.jpg", "clean.jpg"], 0),
        (&["clean.jpg", "marked.jpg"], 1),
        (&["clean.jpg", "text.jpg"], 2),
        (&["marked.jpg", "missing.jpg", "clean.jpg"], 1),
        (&["missing.jpg", "marked.jpg"], 1),
    ] {
        for extra in [&["check"][..], &["check", "-q"], &["check", "--json"]] {
            let run = run(folder.path(), &[extra, files].concat());
            assert_eq!(run.code, Some(code), "{extra:?} {files:?}: {run:?}");
            let expected = match extra {
                ["check"] => files.len(),
                ["check", "-q"] => 0,
                _ => files.len() + 2,
            };
            assert_eq!(run.lines().len(), expected, "{run:?}");
        }
    }
}

#[test]
fn verdicts_are_one_line_each() {
    let folder = scratch();
    put_clean(&folder.path().join("clean.jpg"));
    put_marked(&folder.path().join("marked.jpg"));
    let run = run(folder.path(), &["check", "clean.jpg", "marked.jpg", "missing.jpg"]);
    let lines = run.lines();
    assert_eq!(lines[0], "clean.jpg: clean");
    assert!(lines[1].starts_with("marked.jpg: carries: place, device"), "{}", lines[1]);
    assert!(lines[1].ends_with(" marks)"), "{}", lines[1]);
    assert_eq!(lines[2], "missing.jpg: cannot tell: there is no such file; check the name");
}

#[test]
fn nothing_found_is_not_clean() {
    // a photo without any mark, but not as Unmarked writes it
    let folder = scratch();
    let run = run_with_input(folder.path(), &["check", "-"], &photos::plain(64, 48));
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.lines()[0].starts_with("-: cannot tell: "));
}

#[test]
fn a_folder_without_photos_is_not_clean() {
    let folder = scratch();
    fs::create_dir(folder.path().join("empty")).unwrap();
    fs::write(folder.path().join("empty/notes.txt"), "no photo").unwrap();
    let run = run(folder.path(), &["check", "empty"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("there is no photo"), "{}", run.err);
}

#[test]
fn a_link_that_leads_nowhere_cannot_be_told() {
    let folder = scratch();
    put_clean(&folder.path().join("clean.jpg"));
    std::os::unix::fs::symlink("nowhere", folder.path().join("link.jpg")).unwrap();
    let run = run(folder.path(), &["check", "."]);
    assert_eq!((run.code, run.lines().len()), (Some(2), 2), "{run:?}");
}

#[test]
fn json_tells_the_verdicts() {
    let folder = scratch();
    put_clean(&folder.path().join("clean.jpg"));
    put_marked(&folder.path().join("marked.jpg"));
    let run = run(folder.path(), &["check", "--json", "clean.jpg", "marked.jpg", "missing.jpg"]);
    let json = run.json();
    let verdicts: Vec<&str> =
        json["photos"].as_array().unwrap().iter().map(|p| p["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["clean", "carries", "cannot_tell"]);
    assert!(!json["photos"][1]["findings"].as_array().unwrap().is_empty());
    assert!(json["photos"][2]["why"].is_string());
}
