//! What photos say.

use std::fs;

use crate::photos::MARK;
use crate::program::{put_marked, run, run_with_input, scratch};

#[test]
fn a_table_of_what_it_says() {
    let folder = scratch();
    put_marked(&folder.path().join("a.jpg"));
    let run = run(folder.path(), &["inspect", "a.jpg"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let lines = run.lines();
    assert!(
        lines[0].starts_with("a.jpg says where and with which device it was taken"),
        "{}",
        lines[0]
    );
    assert!(lines[1].starts_with("JPEG, 64 × 48 pixels, "), "{}", lines[1]);
    assert!(lines.contains(&"Where") && lines.contains(&"With which device"), "{lines:?}");
    assert!(lines.iter().any(|l| l.contains(MARK) && l.contains("APP1 @")), "{lines:?}");
    // no colours into a pipe, and 80 columns there
    assert!(!run.out.contains(&0x1b));
    assert!(lines.iter().all(|line| line.chars().count() <= 80), "{lines:?}");
}

#[test]
fn several_are_told_apart_and_unreadable_ones_refused() {
    let folder = scratch();
    put_marked(&folder.path().join("a.jpg"));
    put_marked(&folder.path().join("b.jpg"));
    fs::write(folder.path().join("text.jpg"), "no photo").unwrap();
    let run = run(folder.path(), &["inspect", "a.jpg", "text.jpg", "b.jpg"]);
    assert_eq!((run.code, run.err.lines().count()), (Some(1), 1));
    let text = String::from_utf8(run.out).unwrap();
    assert!(text.starts_with("a.jpg says ") && text.contains("\n\nb.jpg says "), "{text}");
}

#[test]
fn json_tells_everything() {
    let folder = scratch();
    let photo = put_marked(&folder.path().join("a.jpg"));
    fs::write(folder.path().join("text.jpg"), "no photo").unwrap();
    let run = run(folder.path(), &["inspect", "--json", "a.jpg", "text.jpg"]);
    assert_eq!(run.code, Some(1));
    let json = run.json();
    let inspection = &json["photos"][0]["inspection"];
    assert_eq!(inspection["format"], "jpeg");
    assert_eq!(inspection["bytes"], photo.len());
    let findings = inspection["findings"].as_array().unwrap();
    assert!(findings.iter().any(|f| f["betrays"] == "place"), "{findings:?}");
    assert!(findings.iter().any(|f| f["value"].as_str().unwrap().contains(MARK)), "{findings:?}");
    assert!(json["photos"][1]["error"].is_string());

    let same = run_with_input(folder.path(), &["inspect", "--json", "-"], &photo).json();
    assert_eq!(&same["photos"][0]["inspection"], inspection);
    assert_eq!(same["photos"][0]["file"], "-");
}
