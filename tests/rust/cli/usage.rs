//! Wrong usage, and help.

use std::fs;

use crate::program::{files, put_marked, run, run_with_input, scratch};

#[test]
fn wrong_usage_is_two_and_does_nothing() {
    let folder = scratch();
    put_marked(&folder.path().join("a.jpg"));
    put_marked(&folder.path().join("b.jpg"));
    fs::create_dir(folder.path().join("photos")).unwrap();
    for arguments in [
        &[][..],
        &["wash"],
        &["clean"],
        &["inspect"],
        &["check"],
        &["clean", "a.jpg", "--method", "wash"],
        &["clean", "a.jpg", "--for", "mail"],
        &["clean", "a.jpg", "--quality", "0"],
        &["clean", "a.jpg", "--quality", "101"],
        &["clean", "a.jpg", "--longest-edge", "0"],
        &["clean", "a.jpg", "--longest-edge", "70000"],
        &["clean", "a.jpg", "--max-bytes", "0"],
        &["clean", "a.jpg", "--max-bytes", "1X"],
        &["clean", "a.jpg", "--redact", "1,2,3"],
        &["clean", "a.jpg", "--redact", "1,2,0,4"],
        &["clean", "a.jpg", "--redact", "1,2,3,4", "--method", "strip"],
        &["clean", "a.jpg", "--redact", "1,2,3,4", "--method", "recode"],
        &["clean", "a.jpg", "--grey", "--method", "recode"],
        &["clean", "a.jpg", "--quality", "70", "--method", "strip", "--for", "signal"],
        &["clean", "a.jpg", "b.jpg", "-o", "c.jpg"],
        &["clean", "photos", "-o", "c.jpg"],
        &["clean", "a.jpg", "-o", "missing/"],
        &["clean", "a.jpg", "-o", "missing/c.jpg"],
        &["clean", "a.jpg", "-o", "b.jpg/"],
        &["clean", "a.jpg", "-o", "b.jpg/c.jpg"],
        &["clean", "a.jpg", "-o", ""],
        &["clean", "a.jpg", "b.jpg", "-o", "-"],
        &["clean", "photos", "-o", "-"],
        &["clean", "a.jpg", "--replace"],
        &["clean", "a.jpg", "-o", "-", "--json"],
        &["clean", "-", "a.jpg"],
        &["clean", "-", "-", "-o", "photos"],
        &["clean", "--receipt", "--json", "a.jpg"],
        &["inspect", "-", "-"],
        &["check", "-", "-"],
        &["check", "--json", "--quiet", "a.jpg"],
    ] {
        let run = run(folder.path(), arguments);
        assert_eq!(run.code, Some(2), "{arguments:?}: {run:?}");
        assert!(run.out.is_empty() && !run.err.is_empty(), "{arguments:?}: {run:?}");
    }
    assert_eq!(files(folder.path()).len(), 3);
}

#[test]
fn help_has_examples() {
    let folder = scratch();
    for arguments in
        ["", "clean", "inspect", "check", "seal", "open"].map(|command| match command {
            "" => vec!["--help"],
            command => vec![command, "--help"],
        })
    {
        let run = run(folder.path(), &arguments);
        assert_eq!(run.code, Some(0));
        assert!(String::from_utf8(run.out).unwrap().contains("Examples:\n"), "{arguments:?}");
    }
}

#[test]
fn nothing_on_standard_input_is_refused() {
    let folder = scratch();
    let run = run_with_input(folder.path(), &["clean", "-"], b"");
    assert_eq!((run.code, run.out.len()), (Some(1), 0));
    assert_eq!(run.err, "unmarked: -: the file is empty; check that the photo was copied whole\n");
}
