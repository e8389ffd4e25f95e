//! File names that a terminal or a program could stumble over.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;

use crate::program::{Run, command, files, put_marked, scratch};

/// Names, and how they are shown.
const NAMES: [(&[u8], &str); 5] = [
    (b"two\nlines.jpg", "two\\nlines.jpg"),
    (b"red\x1b[31m.jpg", "red\\u{1b}[31m.jpg"),
    (b"-o", "-o"),
    (b"no text \xff\xfe.jpg", "no text \\xff\\xfe.jpg"),
    ("turned \u{202e}gpj.exe".as_bytes(), "turned \\u{202e}gpj.exe"),
];

#[test]
fn odd_names_are_read_and_shown_harmlessly() {
    let folder = scratch();
    for (name, shown) in NAMES {
        let path = folder.path().join(OsStr::from_bytes(name));
        put_marked(&path);
        let arguments = |verb: &str| -> Vec<OsString> {
            [OsStr::new(verb), OsStr::new("--"), OsStr::from_bytes(name)].map(Into::into).to_vec()
        };
        for verb in ["clean", "inspect", "check"] {
            let run = Run::from(command(folder.path(), arguments(verb)).output().unwrap());
            assert!(run.lines()[0].starts_with(shown), "{verb} {shown}: {run:?}");
            assert!(!run.out.contains(&0x1b));
            assert_eq!(run.err, "");
        }
        fs::write(&path, "no photo").unwrap();
        let run = Run::from(command(folder.path(), arguments("clean")).output().unwrap());
        assert!(run.err.starts_with(&format!("unmarked: {shown}: ")), "{run:?}");
        assert_eq!(run.err.lines().count(), 1);
    }
    assert_eq!(files(folder.path()).len(), 2 * NAMES.len());
}

#[test]
fn json_holds_odd_names_harmlessly() {
    let folder = scratch();
    let names: Vec<&OsStr> = NAMES.iter().map(|(name, _)| OsStr::from_bytes(name)).collect();
    for name in &names {
        put_marked(&folder.path().join(name));
    }
    let arguments =
        ["check", "--json", "--"].map(OsStr::new).into_iter().chain(names.iter().copied());
    let run = Run::from(command(folder.path(), arguments).output().unwrap());
    let text = std::str::from_utf8(&run.out).unwrap();
    assert!(!text.contains(['\x1b', '\u{202e}']), "{text}");
    for (photo, name) in run.json()["photos"].as_array().unwrap().iter().zip(&names) {
        assert_eq!(photo["file"], *name.to_string_lossy());
    }
}
