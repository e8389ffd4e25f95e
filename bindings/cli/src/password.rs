//! Passwords: out of a file, or asked for. Never out of an argument or the environment, which other
//! programs can see.

use std::path::Path;

use unmarked::Limits;
use unmarked::sealed::Password;
use zeroize::Zeroizing;

use crate::input;
use crate::names::shown;
use crate::problem::{self, Problem};
use crate::sources::{Source, is_standard};
use crate::terminal;

/// A longer password is a mistake: a file that is none.
pub(crate) const LONGEST: usize = 1024;

/// The password on the only line of `file`.
pub(crate) fn read(file: &Path) -> Result<Password, Problem> {
    let source =
        if is_standard(file) { Source::Standard } else { Source::Named(file.to_path_buf()) };
    let mut limits = Limits::default();
    limits.bytes = LONGEST as u64;
    let wrong = |what| Problem::new(what, "put the password alone on its first line");
    let of_file = |problem: Problem| problem.about(&shown(file));
    let bytes = input::read(&source, &limits).map_err(of_file)?;
    let text = bytes.as_deref().and_then(|bytes| std::str::from_utf8(bytes).ok());
    let text = text.ok_or_else(|| of_file(wrong("it is no text")))?;
    let line = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    if line.contains(['\n', '\r']) {
        return Err(of_file(wrong("it has several lines")));
    }
    of_text(Zeroizing::new(line.to_owned())).map_err(of_file)
}

/// The password that a person types.
pub(crate) fn ask() -> Result<Password, Problem> {
    let typed = terminal::ask("Password: ", LONGEST).map_err(|error| {
        Problem::new(
            format!("no password can be asked for: {}", problem::words(&error)),
            "name a file that holds it with --password-file",
        )
    })?;
    of_text(typed)
}

/// As it was made or read.
pub(crate) fn of_text(text: Zeroizing<String>) -> Result<Password, Problem> {
    Password::new(text)
        .ok_or_else(|| Problem::new("the password is empty", "choose one of some words"))
}
