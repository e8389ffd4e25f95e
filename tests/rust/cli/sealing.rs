//! What the journeys of `seal` and `open` share: keys, the program with a state of its own, Debian's age.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use unmarked::sealed::Identity;

use crate::program::{PROGRAM, Run, command};

/// The program in `folder`, with its state in there too, where no clean-up is needed.
pub fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = command(folder, arguments);
    command.env("XDG_STATE_HOME", folder.join("state"));
    command
}

/// Runs it.
pub fn run(folder: &Path, arguments: &[&str]) -> Run {
    program(folder, arguments).output().unwrap().into()
}

/// Runs it, and asserts that it did what it was told.
pub fn done(folder: &Path, arguments: &[&str]) -> Run {
    let run = run(folder, arguments);
    assert_eq!(run.code, Some(0), "{arguments:?}: {run:?}");
    run
}

/// Asserts that it is refused in one line that begins so.
pub fn refused(folder: &Path, arguments: &[&str], line: &str) {
    let run = run(folder, arguments);
    assert_eq!((run.code, run.err.lines().count()), (Some(1), 1), "{arguments:?}: {run:?}");
    assert!(run.out.is_empty() && run.err.starts_with(line), "{arguments:?}: {run:?}");
}

/// Puts a new identity file at `path`, and gives its recipient.
pub fn put_identity(path: &Path) -> String {
    let identity = Identity::generate().unwrap();
    let recipient = identity.recipient().to_string();
    let words = identity.to_words();
    // as age-keygen writes it
    fs::write(path, format!("# public key: {recipient}\n\n{}\n", words.as_str())).unwrap();
    recipient
}

/// Whether Debian's age is here; says so if it is not.
pub fn has_age() -> bool {
    let has = Command::new("age").arg("--version").stdout(Stdio::null()).status().is_ok();
    if !has {
        eprintln!("NOTICE: not run here: this needs Debian's age");
    }
    has
}

/// Runs age in `folder`.
pub fn age(folder: &Path, arguments: &[&str]) {
    let status = Command::new("age").args(arguments).current_dir(folder).status().unwrap();
    assert!(status.success(), "age {arguments:?}");
}

/// Runs a line of shell in `folder` on a terminal of its own, types `typed`, and gives what was shown.
pub fn on_terminal(folder: &Path, line: &str, typed: &str) -> Option<String> {
    let spawned = Command::new("script")
        .args(["-qec", line, "/dev/null"])
        .current_dir(folder)
        .env("XDG_STATE_HOME", folder.join("state"))
        .env("PROGRAM", PROGRAM)
        .env("SHELL", "/bin/sh")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = spawned else {
        eprintln!("NOTICE: not run here: this needs script (bsdutils)");
        return None;
    };
    let mut pipe = child.stdin.take().unwrap();
    // what is typed before it is asked for is thrown away, so it is typed after the question
    let mut shown = Vec::new();
    let mut out = child.stdout.take().unwrap();
    for typed in typed.split_inclusive('\n') {
        let asked = |shown: &[u8]| shown.ends_with(b": ");
        shown.extend(read_until(&mut out, asked));
        pipe.write_all(typed.as_bytes()).unwrap();
        shown.push(b'|');
    }
    shown.extend(read_until(&mut out, |_| false));
    drop(pipe);
    assert!(child.wait().unwrap().success(), "{line}: {}", String::from_utf8_lossy(&shown));
    Some(String::from_utf8(shown).unwrap())
}

fn read_until(from: &mut impl std::io::Read, end: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut read = Vec::new();
    let mut byte = [0];
    while !end(&read) && from.read(&mut byte).is_ok_and(|count| count > 0) {
        read.extend(byte);
    }
    read
}
