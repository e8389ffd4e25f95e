//! What is wrong with a file, and what to do.

use std::borrow::Cow;
use std::io::{self, ErrorKind};

use serde::Serialize;
use unmarked::{Format, Method, Policy, sealed};

/// What is wrong with one file, and what to do, in one line each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Problem {
    /// What is wrong.
    #[serde(rename = "error")]
    what: Cow<'static, str>,
    /// What to do.
    advice: &'static str,
}

impl Problem {
    pub(crate) fn new(what: impl Into<Cow<'static, str>>, advice: &'static str) -> Problem {
        Problem { what: what.into(), advice }
    }

    /// The same of another file than the one that the line begins with, by a name fit to be shown.
    pub(crate) fn about(self, file: &str) -> Problem {
        Problem { what: format!("{file}: {}", self.what).into(), advice: self.advice }
    }

    /// `error` came up while an input was read.
    pub(crate) fn reading(error: &io::Error) -> Problem {
        let new = |what: &str, advice| Problem::new(what.to_owned(), advice);
        match error.kind() {
            ErrorKind::NotFound => new("there is no such file", "check the name"),
            ErrorKind::PermissionDenied => new(
                "no permission to read it",
                "change its permissions, or copy it to a folder of yours",
            ),
            ErrorKind::OutOfMemory => {
                new("too large for the memory of this machine", "close other programs")
            }
            _ => new(
                &format!("it cannot be read: {}", words(error)),
                "copy it again from where it came",
            ),
        }
    }

    /// `error` came up while a clean photo was written to `place`, a name fit to be shown.
    pub(crate) fn writing(error: &io::Error, place: &str) -> Problem {
        let because =
            |why: &str, advice| Problem::new(format!("cannot write to {place}: {why}"), advice);
        const ELSEWHERE: &str = "choose another folder with -o";
        match error.kind() {
            ErrorKind::AlreadyExists => Problem::exists(place),
            ErrorKind::NotFound => {
                because("the folder is gone", "make it again, or choose another with -o")
            }
            ErrorKind::NotADirectory => because("it is not a folder", ELSEWHERE),
            ErrorKind::PermissionDenied => because("no permission", ELSEWHERE),
            ErrorKind::ReadOnlyFilesystem => because("the disk is read-only", ELSEWHERE),
            ErrorKind::StorageFull => {
                because("the disk is full", "free some space, or choose another folder with -o")
            }
            ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                because("the limit of space or file size is reached", ELSEWHERE)
            }
            ErrorKind::InvalidFilename => {
                because("the disk does not take such a name", "choose another name")
            }
            _ => because(&words(error), ELSEWHERE),
        }
    }

    /// The core refused the photo, of this format if it has a known one, under `policy`.
    pub(crate) fn refused(
        error: &unmarked::Error,
        format: Option<Format>,
        policy: &Policy,
    ) -> Problem {
        let named = policy.method != Method::Rebuild && !policy.rebuild_if_refused;
        let decoded = format.is_some_and(Format::is_decoded);
        let advice = if named && decoded && error.may_be_rebuilt() {
            "choose --method rebuild, which draws again what can be shown"
        } else {
            error.advice()
        };
        Problem::new(error.to_string(), advice)
    }

    /// The output `place` is there already.
    pub(crate) fn exists(place: &str) -> Problem {
        Problem::new(format!("{place} exists already"), "choose another name, or add --replace")
    }
}

impl From<unmarked::vault::Error> for Problem {
    fn from(error: unmarked::vault::Error) -> Problem {
        Problem::new(error.to_string(), error.advice())
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}; {}", self.what, self.advice)
    }
}

impl From<unmarked::Error> for Problem {
    fn from(error: unmarked::Error) -> Problem {
        Problem::new(error.to_string(), error.advice())
    }
}

impl From<sealed::Error> for Problem {
    fn from(error: sealed::Error) -> Problem {
        Problem::new(error.to_string(), error.advice())
    }
}

/// The system's words for `error`, without its number.
pub(crate) fn words(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}
