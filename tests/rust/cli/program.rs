//! Running the program, and looking at what it left.

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::photos;

/// The program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_unmarked");

/// The program with nothing but its arguments, in `folder`.
pub fn command(folder: &Path, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let mut command = Command::new(PROGRAM);
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    command
}

/// What a run gave.
pub struct Run {
    pub code: Option<i32>,
    pub out: Vec<u8>,
    pub err: String,
}

impl Run {
    pub fn lines(&self) -> Vec<&str> {
        std::str::from_utf8(&self.out).unwrap().lines().collect()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.out).unwrap()
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let out = String::from_utf8_lossy(&self.out);
        write!(
            f,
            "exit status {:?}\nstandard output:\n{out}\nstandard error:\n{}",
            self.code, self.err
        )
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Run {
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(!err.contains("panic") && !err.contains("fault in the program"), "{err}");
        Run { code: output.status.code(), out: output.stdout, err }
    }
}

/// Runs the program in `folder`.
pub fn run(folder: &Path, arguments: &[&str]) -> Run {
    command(folder, arguments).output().unwrap().into()
}

/// Runs the program in `folder` with `input` on standard input.
pub fn run_with_input(folder: &Path, arguments: &[&str], input: &[u8]) -> Run {
    let mut child = command(folder, arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let input = input.to_vec();
    // it may be refused before it is read to its end
    let writer = std::thread::spawn(move || drop(pipe.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output.into()
}

/// A folder of its own for a journey.
pub fn scratch() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Puts a marked photo at `path`, and gives its bytes.
pub fn put_marked(path: &Path) -> Vec<u8> {
    let bytes = photos::marked(64, 48);
    fs::write(path, &bytes).unwrap();
    bytes
}

/// Puts a clean photo at `path`, as the program itself writes it.
pub fn put_clean(path: &Path) {
    let run = run_with_input(path.parent().unwrap(), &["clean", "-"], &photos::plain(64, 48));
    assert_eq!(run.code, Some(0), "{run:?}");
    fs::write(path, run.out).unwrap();
}

/// All files in `folder`, sorted; hidden ones too.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Asserts that `path` holds a photo in which nothing planted is left, and that `check` says clean.
pub fn assert_clean(path: &Path) {
    let bytes = fs::read(path).unwrap();
    assert_clean_bytes(&bytes);
}

/// The same of bytes.
pub fn assert_clean_bytes(bytes: &[u8]) {
    let mark = photos::MARK.as_bytes();
    assert!(!bytes.windows(mark.len()).any(|w| w == mark), "a mark is left");
    let run = run_with_input(Path::new("/"), &["check", "-"], bytes);
    assert_eq!((run.code, run.lines()), (Some(0), vec!["-: clean"]), "{run:?}");
}

/// Whether `path` has a name that tells nothing: twelve letters and digits, and the extension.
pub fn has_neutral_name(path: &Path) -> bool {
    path.file_stem()
        .and_then(|stem| stem.to_str())
        .is_some_and(|stem| stem.len() == 12 && stem.bytes().all(|b| b.is_ascii_alphanumeric()))
}
