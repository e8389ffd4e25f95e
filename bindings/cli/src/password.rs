//! How a passphrase gets into the program: from a file, or typed on the terminal without being shown. Never
//! as an argument, which every other program of the machine can read.
//!
//! What it leaves in memory on its way is wiped as it is given back ([`crate::hardening`]).

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios};
use unmarked::Passphrase;

use crate::names::shown;
use crate::problem::Problem;

/// The most bytes of a file or a line that are read: four for each byte that a passphrase may have once
/// it is composed.
const MOST: usize = 4 * Passphrase::LONGEST;

/// The passphrase in `file`, or else typed on the terminal as an answer to `question`.
pub(crate) fn get(file: Option<&Path>, question: &str) -> Result<Passphrase, Problem> {
    match file {
        Some(file) => from_file(file),
        None => Terminal::open()?.ask(question),
    }
}

/// A new passphrase: typed twice where it is typed, so that a slip of a finger locks nobody out.
pub(crate) fn choose(file: Option<&Path>, question: &str) -> Result<Passphrase, Problem> {
    if let Some(file) = file {
        return from_file(file);
    }
    let mut terminal = Terminal::open()?;
    let first = terminal.ask(question)?;
    let second = terminal.ask("The same again: ")?;
    if first.text() != second.text() {
        return Err(Problem::new("the two passphrases differ", "start again"));
    }
    Ok(first)
}

/// The only line of `path`, with or without an end.
fn from_file(path: &Path) -> Result<Passphrase, Problem> {
    let place = || format!("the password file {}", shown(path));
    let cannot = |error: std::io::Error| {
        Problem::new(
            format!("{} cannot be read: {}", place(), crate::problem::words(&error)),
            "check the name after --password-file",
        )
    };
    let mut bytes = Vec::with_capacity(MOST.saturating_add(1));
    let file = File::open(path).map_err(cannot)?;
    file.take(MOST as u64 + 1).read_to_end(&mut bytes).map_err(cannot)?;
    let wrong = |what: &str| {
        Problem::new(
            format!("{} {what}", place()),
            "write the passphrase into it, on one line, and nothing else",
        )
    };
    let text = std::str::from_utf8(&bytes).map_err(|_| wrong("is no text in UTF-8"))?;
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.contains(['\n', '\r']) {
        return Err(wrong("has more than one line"));
    }
    Passphrase::new(line).map_err(|_| wrong("is empty, or longer than a passphrase may be"))
}

/// The terminal that the program was started from, also where its input comes from a pipe. What is typed
/// is not shown, and read key by key: so Ctrl-C gives the terminal back as it was.
struct Terminal {
    file: File,
    before: Termios,
}

impl Terminal {
    fn open() -> Result<Terminal, Problem> {
        let open = || {
            let file = File::options().read(true).write(true).open("/dev/tty")?;
            let before = rustix::termios::tcgetattr(&file)?;
            let mut quiet = before.clone();
            quiet.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG);
            quiet.special_codes[SpecialCodeIndex::VMIN] = 1;
            quiet.special_codes[SpecialCodeIndex::VTIME] = 0;
            rustix::termios::tcsetattr(&file, OptionalActions::Flush, &quiet)?;
            Ok(Terminal { file, before })
        };
        open().map_err(|_: std::io::Error| {
            Problem::new(
                "there is no terminal to ask for the passphrase",
                "add --password-file FILE",
            )
        })
    }

    fn ask(&mut self, question: &str) -> Result<Passphrase, Problem> {
        let gone = |_| Problem::new("the terminal is gone", "start again on another one");
        self.file.write_all(question.as_bytes()).map_err(gone)?;
        let line = line(|| {
            let mut key = [0];
            match self.file.read(&mut key) {
                Ok(1) => Some(key[0]),
                _ => None,
            }
        });
        self.file.write_all(b"\n").map_err(gone)?;
        let line = line.ok_or_else(|| Problem::new("cancelled", "start again when you like"))?;
        let text = String::from_utf8(line)
            .map_err(|_| Problem::new("what was typed is no text in UTF-8", "start again"))?;
        Ok(Passphrase::new(&text)?)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // nothing can be done about a terminal that is gone
        let _ = rustix::termios::tcsetattr(&self.file, OptionalActions::Flush, &self.before);
    }
}

/// A line of keys: Backspace takes the last character away, Ctrl-U all of them. None if it was given up
/// with Ctrl-C, or with Ctrl-D on an empty line, or if there are no more keys.
fn line(mut next: impl FnMut() -> Option<u8>) -> Option<Vec<u8>> {
    let mut line = Vec::with_capacity(MOST);
    loop {
        match next()? {
            b'\r' | b'\n' => return Some(line),
            3 => return None,
            4 if line.is_empty() => return None,
            0x7F | 8 => {
                // a character of UTF-8 is a lead byte and those that continue it
                while line.pop().is_some_and(|byte| (0x80..0xC0).contains(&byte)) {}
            }
            0x15 => line.clear(),
            0..0x20 => {}
            byte if line.len() < MOST => line.push(byte),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[u8]) -> Option<String> {
        let mut keys = keys.iter().copied();
        line(|| keys.next()).map(|line| String::from_utf8(line).unwrap())
    }

    #[test]
    fn keys_make_a_line() {
        assert_eq!(typed(b"ab c\n").as_deref(), Some("ab c"));
        assert_eq!(typed("gr\u{fc}n\x7f\x7f\x7fün\r".as_bytes()).as_deref(), Some("grün"));
        assert_eq!(typed(b"\x7f\x08wrong\x15right\x04\n").as_deref(), Some("right"));
        for given_up in [&b"abc\x03"[..], b"\x04", b"abc", b""] {
            assert_eq!(typed(given_up), None);
        }
    }

    #[test]
    fn a_file_holds_one_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        for text in ["correct horse", "correct horse\n", "correct horse\r\n"] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(from_file(&path).unwrap().text(), "correct horse");
        }
        for (bytes, words) in [
            (&b""[..], "is empty"),
            (b"\n", "is empty"),
            (b"a\nb\n", "more than one line"),
            (b"\xff\xfe", "no text"),
            (&[b'a'; MOST + 2], "longer"),
        ] {
            std::fs::write(&path, bytes).unwrap();
            let problem = from_file(&path).unwrap_err().to_string();
            assert!(problem.contains(words), "{problem}");
        }
        assert!(from_file(folder.path()).is_err());
        assert!(from_file(&folder.path().join("none")).is_err());
    }
}
