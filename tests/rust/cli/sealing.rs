//! What the journeys of `seal` and `open` share: keys, the program with a state of its own, Debian's age.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use unmarked::sealed::Identity;

use crate::program::{Run, command};

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
