//! What is in the memory of the program does not get out of it: to no disk but as the output that was
//! asked for, and into no picture of the memory.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use crate::photos::MARK;
use crate::program::{command, files, put_marked, scratch};
use crate::trace::{Written, quotes, written};

#[test]
fn clean_writes_nothing_of_the_photo_but_the_clean_copy() {
    let folder = scratch();
    let photo = put_marked(&folder.path().join("IMG_1234.jpg"));
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    for arguments in [
        &["clean", "IMG_1234.jpg", "-o", "out"][..],
        &["clean", "IMG_1234.jpg", "-o", "out", "--for", "signal", "--receipt"],
    ] {
        let Some(all) = written(folder.path(), arguments) else { return };
        let (copies, others): (Vec<_>, Vec<_>) =
            all.iter().partition(|w| w.to.starts_with(out.to_str().unwrap()));
        let copies: Vec<u8> = copies.iter().flat_map(|w| w.bytes.clone()).collect();
        assert!(fs::read(&files(&out)[0]).unwrap() == copies, "it is seen whole");
        assert!(!quotes(&copies, MARK.as_bytes()));
        // the screen may tell what was found, files nothing
        for Written { to, bytes } in others.iter().filter(|w| w.to.starts_with('/')) {
            assert!(to == "/dev/null" || !quotes(bytes, &photo), "{to}: {bytes:?}");
        }
        fs::remove_file(&files(&out)[0]).unwrap();
    }
}

/// A program that waits for a photo is asked for its limits.
#[test]
fn no_crash_writes_a_picture_of_the_memory() {
    let folder = scratch();
    let mut child =
        command(folder.path(), ["clean", "-"]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn();
    let child = child.as_mut().unwrap();
    // more than a pipe holds: when it is through, the program runs
    child.stdin.as_mut().unwrap().write_all(&[0xFF; 1 << 18]).unwrap();
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id()));
    drop(child.stdin.take());
    child.wait().unwrap();
    let Ok(limits) = limits else {
        println!("NOTICE: this system does not tell the limits of a process");
        return;
    };
    let line = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let numbers: Vec<&str> = line.split_whitespace().skip(4).take(2).collect();
    assert_eq!(numbers, ["0", "0"], "{line}");
}
