//! How a password or a passphrase gets into the program: from a file, or typed on the terminal without
//! being shown. Never as an argument or in the environment, which other programs can read.
//!
//! What it leaves in memory on its way is wiped as it is given back ([`crate::hardening`]).

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use unmarked::Passphrase;
use unmarked::sealed::Password;
use zeroize::Zeroizing;

use crate::names::shown;
use crate::problem::{Problem, words};
use crate::sources::is_standard;
use crate::terminal;

/// The most bytes that are read: four for each byte that a passphrase may have once it is composed.
const LONGEST: usize = 4 * Passphrase::LONGEST;

/// What stands in `file`, or else is typed on the terminal as an answer to `question`.
pub(crate) fn get(file: Option<&Path>, question: &str) -> Result<Zeroizing<String>, Problem> {
    match file {
        Some(file) => from_file(file),
        None => ask(question),
    }
}

/// A new one: typed twice where it is typed, so that a slip of a finger locks nobody out.
pub(crate) fn choose(file: Option<&Path>, question: &str) -> Result<Zeroizing<String>, Problem> {
    if let Some(file) = file {
        return from_file(file);
    }
    let first = ask(question)?;
    if *first != *ask("The same again: ")? {
        return Err(Problem::new("the two passphrases differ", "start again"));
    }
    Ok(first)
}

/// The password of a sealed file.
pub(crate) fn of_sealed(text: Zeroizing<String>) -> Result<Password, Problem> {
    Password::new(text)
        .ok_or_else(|| Problem::new("the password is empty", "choose one of some words"))
}

fn ask(question: &str) -> Result<Zeroizing<String>, Problem> {
    terminal::ask(question, LONGEST).map_err(|error| match error.kind() {
        ErrorKind::Interrupted => Problem::new("cancelled", "start again when you like"),
        ErrorKind::InvalidData => Problem::new("what was typed is no text in UTF-8", "start again"),
        ErrorKind::InvalidInput => Problem::new("what was typed is too long", "start again"),
        _ => Problem::new("there is no terminal to ask on", "add --password-file FILE"),
    })
}

/// The only line of `path`, with or without an end; of standard input, if `path` is "-".
fn from_file(path: &Path) -> Result<Zeroizing<String>, Problem> {
    let place = || format!("the password file {}", shown(path));
    let cannot = |error: io::Error| {
        Problem::new(
            format!("{} cannot be read: {}", place(), words(&error)),
            "check the name after --password-file",
        )
    };
    let wrong = |what: &str| {
        Problem::new(
            format!("{} {what}", place()),
            "write the password into it, on one line, and nothing else",
        )
    };
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST.saturating_add(1)));
    let read = |from: &mut dyn Read, bytes: &mut Vec<u8>| {
        from.take(LONGEST as u64 + 1).read_to_end(bytes).map(|_| ())
    };
    if is_standard(path) {
        read(&mut io::stdin(), &mut bytes).map_err(cannot)?;
    } else {
        read(&mut File::open(path).map_err(cannot)?, &mut bytes).map_err(cannot)?;
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| wrong("is no text in UTF-8"))?;
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    match line {
        "" => Err(wrong("is empty")),
        _ if line.contains(['\n', '\r']) => Err(wrong("has more than one line")),
        _ if line.len() > LONGEST => Err(wrong("is longer than a password may be")),
        _ => Ok(Zeroizing::new(line.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_holds_one_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        for text in ["correct horse", "correct horse\n", "correct horse\r\n"] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(from_file(&path).unwrap().as_str(), "correct horse");
        }
        for (bytes, words) in [
            (&b""[..], "is empty"),
            (b"\n", "is empty"),
            (b"a\nb\n", "more than one line"),
            (b"\xff\xfe", "no text"),
            (&[b'a'; LONGEST + 2], "longer"),
        ] {
            std::fs::write(&path, bytes).unwrap();
            let problem = from_file(&path).unwrap_err().to_string();
            assert!(problem.contains(words), "{problem}");
        }
        assert!(from_file(folder.path()).is_err());
        assert!(from_file(&folder.path().join("none")).is_err());
    }
}
