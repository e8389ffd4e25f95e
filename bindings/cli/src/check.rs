//! `unmarked check`: whether photos are clean.

use std::ops::ControlFlow;
use std::process::ExitCode;

use serde::Serialize;
use unmarked::{Finding, Limits, Verdict};

use crate::args::CheckArgs;
use crate::fault;
use crate::headline::{kinds, marks};
use crate::input;
use crate::json::Document;
use crate::names::shown;
use crate::round::{self, Outcome};
use crate::screen::Screen;
use crate::sources::{self, Source};
use crate::style::{Look, Role};
use crate::tally::{photos, wrong_usage};

/// The verdict on a photo. What cannot be read gets one too: it cannot be told whether it is clean.
#[derive(Debug, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
enum Checked {
    Clean,
    Carries { findings: Vec<Finding> },
    CannotTell { why: String },
}

/// The exit status of `check`: worse ones go before better ones, but 1 goes before 2.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    #[default]
    Clean,
    CannotTell,
    Carries,
}

/// Goes over all photos.
pub(crate) fn run(args: &CheckArgs) -> ExitCode {
    let sources = match sources::expand(&args.photos) {
        Ok(sources) => sources,
        Err(line) => return wrong_usage(&line),
    };
    let look = Look::of_output();
    let mut screen = Screen::new(sources.len());
    let mut document = args.json.then(|| Document::begin(&mut screen));
    let mut status = Status::default();
    let tally = round::over(&sources, &mut screen, judge, |screen, file, outcome| {
        status = status.max(outcome.as_ref().map_or(Status::CannotTell, Checked::status));
        match (&mut document, outcome) {
            (Some(document), outcome) => document.photo(screen, file, &outcome),
            (None, Ok(checked)) if !args.quiet => {
                screen.output(&format!("{}: {}\n", shown(file), checked.words(look)))
            }
            _ => ControlFlow::Continue(()),
        }
    });
    if let Some(document) = document {
        document.end(&mut screen, &tally);
    } else if tally.skipped > 0 && !args.quiet {
        screen.say(&format!("{} checked; {}", photos(tally.done), tally.rest().join("; ")));
    }
    if tally.is_empty() {
        status = Status::CannotTell;
    }
    // what was not told to its end is not known to be clean
    screen.end(status.code(), status.max(Status::CannotTell).code())
}

fn judge(source: &Source) -> Outcome<Checked> {
    let verdict = fault::contain(|| {
        let Some(photo) = input::read(source, &Limits::default())? else { return Ok(None) };
        Ok(Some(match unmarked::audit(&photo) {
            Verdict::Clean => Checked::Clean,
            Verdict::Carries(findings) => Checked::Carries { findings },
            Verdict::CannotTell(why) => Checked::CannotTell { why },
        }))
    });
    Ok(verdict.unwrap_or_else(|problem| Some(Checked::CannotTell { why: problem.to_string() })))
}

impl Checked {
    fn status(&self) -> Status {
        match self {
            Checked::Clean => Status::Clean,
            Checked::Carries { .. } => Status::Carries,
            Checked::CannotTell { .. } => Status::CannotTell,
        }
    }

    fn words(&self, look: Look) -> String {
        match self {
            Checked::Clean => look.paint(Role::Good, "clean"),
            Checked::Carries { findings } => {
                let kinds: Vec<String> =
                    kinds(findings.iter()).iter().map(ToString::to_string).collect();
                let carries = look.paint(Role::Bad, "carries:");
                format!("{carries} {} ({})", kinds.join(", "), marks(findings.len()))
            }
            Checked::CannotTell { why } => {
                format!("{} {why}", look.paint(Role::Unsure, "cannot tell:"))
            }
        }
    }
}

impl Status {
    fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Status::Clean => 0,
            Status::Carries => 1,
            Status::CannotTell => 2,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Status;

    #[test]
    fn one_goes_before_two_before_nought() {
        let worst = |all: &[Status]| all.iter().copied().max().unwrap_or_default();
        assert_eq!(worst(&[Status::Clean, Status::CannotTell, Status::Carries]), Status::Carries);
        assert_eq!(worst(&[Status::Clean, Status::CannotTell]), Status::CannotTell);
        assert_eq!(worst(&[Status::Clean]), Status::Clean);
    }
}
