//! What is told of a file that was received, and of all of them.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};
use unmarked::intake::{Arrival, CleanCopy, Examined};
use unmarked::receipt::{Note, Remaining};
use unmarked::vault::Id;
use unmarked::{Error, Inspection, Method, Policy};

use crate::headline;
use crate::ids::brief;
use crate::json::{self, Document};
use crate::names::shown;
use crate::problem::Problem;
use crate::round::Outcome;
use crate::screen::Screen;

/// A file that is in the vault.
#[derive(Serialize)]
pub(super) struct Received {
    #[serde(serialize_with = "as_text")]
    id: Id,
    /// The vault had it already.
    again: bool,
    /// It was looked into in this run.
    examined: bool,
    /// None if it is no photo, or was examined before.
    inspection: Option<Inspection>,
    pub(super) copies: Vec<Copy>,
    /// Why there is no clean copy, or not of every page.
    #[serde(flatten)]
    pub(super) refused: Option<Problem>,
}

/// A clean copy in the vault.
#[derive(Serialize)]
pub(super) struct Copy {
    #[serde(rename = "id", serialize_with = "as_text")]
    pub(super) record: Id,
    pub(super) name: String,
    /// None if it was made by an earlier run.
    #[serde(flatten)]
    made: Option<Made>,
    /// Where it was written as well.
    #[serde(serialize_with = "json::lossy")]
    pub(super) output: Option<PathBuf>,
}

/// How a clean copy was made.
#[derive(Serialize)]
struct Made {
    method: Method,
    notes: Vec<Note>,
    remaining: Vec<Remaining>,
}

impl Copy {
    /// One that an earlier run made.
    pub(super) fn known(record: Id, name: &str) -> Copy {
        Copy { record, name: name.to_owned(), made: None, output: None }
    }

    fn new(copy: CleanCopy) -> Copy {
        let CleanCopy { id, name, receipt } = copy;
        let made =
            Made { method: receipt.method, notes: receipt.notes, remaining: receipt.remaining };
        Copy { record: id, name, made: Some(made), output: None }
    }

    /// Where it is: in the folder of the editors, or in the vault.
    fn words(&self) -> String {
        self.output.as_deref().map_or_else(|| brief(self.record), shown)
    }
}

impl Received {
    pub(super) fn new(arrival: &Arrival) -> Received {
        let (copies, examined) = (Vec::new(), false);
        Received {
            id: arrival.id,
            again: arrival.again,
            examined,
            inspection: None,
            copies,
            refused: None,
        }
    }

    /// Adds what was learned of it.
    pub(super) fn learn(&mut self, examined: Examined, policy: &Policy) {
        let format = examined.inspection.as_ref().map(|photo| photo.format);
        self.examined = true;
        self.inspection = examined.inspection;
        self.copies = examined.copies.into_iter().map(Copy::new).collect();
        self.refused = examined.refused.map(|error| match error {
            Error::NotAPhoto | Error::Empty => {
                Problem::new(error.to_string(), "look at it with care")
            }
            error => Problem::refused(&error, format, policy),
        });
    }

    /// It was examined, and no photo.
    fn is_no_photo(&self) -> bool {
        self.examined && self.inspection.is_none()
    }

    /// One line: what could identify the source, and where everything is.
    fn line(&self, file: &Path) -> String {
        let says = match &self.inspection {
            Some(photo) => format!("{} {}", shown(file), headline::of(photo)),
            None if self.is_no_photo() => {
                format!("{} is no photo, and is kept as it is", shown(file))
            }
            None if self.examined || self.refused.is_some() => shown(file),
            None => format!("{} was received before", shown(file)),
        };
        let copies: Vec<String> = self.copies.iter().map(Copy::words).collect();
        let clean =
            if copies.is_empty() { String::new() } else { format!(", clean {}", copies.join(" ")) };
        format!("{says} → {}{clean}\n", brief(self.id))
    }
}

/// Tells what became of the file `path`. What could not be read or cleaned goes to standard error.
pub(super) fn tell(
    path: &Path,
    outcome: Outcome<Received>,
    screen: &mut Screen,
    document: &mut Option<Document>,
    quiet: bool,
) -> ControlFlow<()> {
    let outcome = match outcome {
        Ok(None) => return ControlFlow::Continue(()),
        Ok(Some(received)) => Ok(received),
        Err(problem) => Err(problem),
    };
    match &outcome {
        Err(problem) => screen.refused(path, problem),
        Ok(Received { refused: Some(problem), .. })
            if !outcome.as_ref().is_ok_and(Received::is_no_photo) =>
        {
            screen.say(&format!("{}: kept, but there is no clean copy: {problem}", shown(path)));
        }
        Ok(_) => {}
    }
    match (document, outcome) {
        (Some(document), outcome) => document.photo(screen, path, &outcome),
        (None, Ok(received)) if !quiet => screen.output(&received.line(path)),
        (None, _) => ControlFlow::Continue(()),
    }
}

/// Counts over all files.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Tally {
    /// Files that are in the vault now and were not before.
    received: u64,
    /// Files whose bytes the vault had already.
    again: u64,
    /// Clean copies that were made.
    copies: u64,
    /// Files that are no photos.
    no_photos: u64,
    /// Photos of which there is no clean copy, or not of every page.
    without_copy: u64,
    /// Files and folders that could not be read.
    refused: u64,
    /// What was found in folders and is no file.
    skipped: u64,
}

impl Tally {
    pub(super) fn count(&mut self, outcome: &Outcome<Received>) {
        let count = |number: &mut u64, more: usize| *number = number.saturating_add(more as u64);
        match outcome {
            Ok(None) => count(&mut self.skipped, 1),
            Err(_) => count(&mut self.refused, 1),
            Ok(Some(file)) => {
                count(if file.again { &mut self.again } else { &mut self.received }, 1);
                count(
                    &mut self.copies,
                    file.copies.iter().filter(|copy| copy.made.is_some()).count(),
                );
                match &file.refused {
                    None => {}
                    Some(_) if file.is_no_photo() => count(&mut self.no_photos, 1),
                    Some(_) => count(&mut self.without_copy, 1),
                }
            }
        }
    }

    /// Nothing was there to be received.
    pub(super) fn is_empty(&self) -> bool {
        self.received == 0 && self.again == 0 && self.refused == 0
    }

    /// Everything was received, and has its clean copy.
    pub(super) fn is_whole(&self) -> bool {
        !self.is_empty() && self.refused == 0 && self.without_copy == 0
    }

    pub(super) fn words(&self) -> String {
        let many = |count: u64, one: &str, more: &str| {
            if count == 1 { format!("1 {one}") } else { format!("{count} {more}") }
        };
        let mut words = vec![
            format!("{} received", many(self.received, "file", "files")),
            many(self.copies, "clean copy", "clean copies"),
        ];
        for (count, what) in [
            (self.again, "received before"),
            (self.no_photos, "no photo"),
            (self.without_copy, "without a clean copy"),
            (self.refused, "not received"),
        ] {
            if count > 0 {
                words.push(format!("{count} {what}"));
            }
        }
        format!("{}. The files named stay where they are.", words.join("; "))
    }
}

fn as_text<S: Serializer>(id: &Id, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(id)
}
