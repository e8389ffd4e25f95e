//! `unmarked inspect`: what photos say about their maker.

use std::ops::ControlFlow;
use std::process::ExitCode;

use serde::Serialize;
use unmarked::{Inspection, Limits};

use crate::args::InspectArgs;
use crate::fault;
use crate::input;
use crate::json::Document;
use crate::names::shown;
use crate::round::{self, Outcome};
use crate::screen::Screen;
use crate::sources::{self, Source};
use crate::style::Look;
use crate::table;
use crate::tally::{photos, wrong_usage};

/// What a photo says.
#[derive(Serialize)]
struct Inspected {
    inspection: Inspection,
}

/// Goes over all photos.
pub(crate) fn run(args: &InspectArgs) -> ExitCode {
    let sources = match sources::expand(&args.photos) {
        Ok(sources) => sources,
        Err(line) => return wrong_usage(&line),
    };
    let look = Look::of_output();
    let mut screen = Screen::new(sources.len());
    let mut document = args.json.then(|| Document::begin(&mut screen));
    let mut first = true;
    let tally = round::over(&sources, &mut screen, judge, |screen, file, outcome| {
        match (&mut document, outcome) {
            (Some(document), outcome) => document.photo(screen, file, &outcome),
            (None, Ok(photo)) => {
                let gap = if std::mem::take(&mut first) { "" } else { "\n" };
                let table = table::of(&shown(file), &photo.inspection, look, args.all);
                screen.output(&format!("{gap}{table}"))
            }
            (None, Err(_)) => ControlFlow::Continue(()),
        }
    });
    if let Some(document) = document {
        document.end(&mut screen, &tally);
    } else if tally.skipped > 0 {
        screen.say(&format!("{} inspected; {}", photos(tally.done), tally.rest().join("; ")));
    }
    screen.end(tally.status(), ExitCode::FAILURE)
}

fn judge(source: &Source) -> Outcome<Inspected> {
    fault::contain(|| {
        let Some(photo) = input::read(source, &Limits::default())? else { return Ok(None) };
        Ok(Some(Inspected { inspection: unmarked::inspect(&photo)? }))
    })
}
