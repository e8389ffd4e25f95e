//! `unmarked clean`: clean copies of photos.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;
use unmarked::receipt::Note;
use unmarked::{Clean, Format, Policy, Receipt};

use crate::args::CleanArgs;
use crate::destination::Destination;
use crate::fault;
use crate::headline::marks;
use crate::input;
use crate::json::{self, Document};
use crate::names::shown;
use crate::output::{self, Content};
use crate::policy::policy;
use crate::problem::Problem;
use crate::receipt;
use crate::round::{self, Outcome};
use crate::screen::Screen;
use crate::sources::{self, Source};
use crate::style::Look;
use crate::tally::{photos, wrong_usage};

/// Where a clean photo went, and what was done to it.
#[derive(Serialize)]
struct Cleaned {
    /// None if it went to standard output.
    #[serde(serialize_with = "json::lossy")]
    output: Option<PathBuf>,
    receipt: Receipt,
}

/// Goes over all photos.
pub(crate) fn run(args: &CleanArgs) -> ExitCode {
    let (sources, job) = match plan(args) {
        Ok(plan) => plan,
        Err(line) => return wrong_usage(&line),
    };
    let look = Look::of_output();
    let mut screen = Screen::new(sources.len());
    let mut document = args.json.then(|| Document::begin(&mut screen));
    let mut removed = 0u64;
    let judge = |source: &Source| job.judge(source);
    let tally = round::over(&sources, &mut screen, judge, |screen, file, outcome| {
        match (&mut document, outcome) {
            (Some(document), Err(problem)) => {
                document.photo(screen, file, &Err::<Cleaned, _>(problem))
            }
            (Some(document), Ok(pages)) => {
                pages.into_iter().try_for_each(|cleaned| document.photo(screen, file, &Ok(cleaned)))
            }
            (None, Ok(pages)) if !args.quiet => {
                // each page says what all of the file said
                let of_file = pages.first().map_or(&[][..], |page| &page.receipt.removed);
                removed = of_file.iter().fold(removed, |n, r| n.saturating_add(r.findings));
                let look = args.receipt.then_some(look);
                pages.iter().try_for_each(|cleaned| cleaned.tell(file, screen, look))
            }
            _ => ControlFlow::Continue(()),
        }
    });
    if let Some(document) = document {
        document.end(&mut screen, &tally);
    } else if sources.len() > 1 && !args.quiet {
        let removed = marks(usize::try_from(removed).unwrap_or(usize::MAX));
        let mut words = vec![format!("{} cleaned, {removed} removed", photos(tally.done))];
        words.extend(tally.rest());
        screen.say(&words.join("; "));
    }
    // a receipt says it below each photo
    if let Some(channel) = job.policy.channel
        && !(args.json || args.quiet || args.receipt || tally.done == 0)
    {
        screen.say(&Note::Channel(channel).to_string());
    }
    screen.end(tally.status(), ExitCode::FAILURE)
}

/// What is to be cleaned, and where to, or one line on why that cannot be meant.
fn plan(args: &CleanArgs) -> Result<(Vec<Source>, Job), String> {
    let policy = policy(args)?;
    let destination = Destination::resolve(args.output.as_deref(), &args.photos)?;
    if args.json && destination == Destination::Standard {
        return Err("standard output takes the photo or JSON, not both; add -o FILE".into());
    }
    let job = Job { destination, replace: args.replace, policy, all_pages: args.page.is_none() };
    Ok((sources::expand(&args.photos)?, job))
}

/// How each photo is cleaned.
struct Job {
    destination: Destination,
    replace: bool,
    policy: Policy,
    all_pages: bool,
}

impl Job {
    /// One clean photo, or as many as the photo has pages.
    fn judge(&self, source: &Source) -> Outcome<Vec<Cleaned>> {
        fault::contain(|| {
            let Some(photo) = input::read(source, &self.policy.limits)? else { return Ok(None) };
            let place = output::place(&self.destination, self.replace, source.path());
            if let Some((folder, naming)) = place {
                output::refuse_early(folder, naming, photo.identity())?;
            }
            let pages = self.clean(&photo)?;
            // the original goes before the disk is waited for
            drop(photo);
            let mut cleaned = Vec::new();
            for clean in pages {
                let extension = clean.receipt().format.extension();
                let output = output::deliver(place, Content::to_hand_on(clean.bytes(), extension))?;
                cleaned.push(Cleaned { output, receipt: clean.receipt().clone() });
            }
            Ok(Some(cleaned))
        })
    }

    /// All pages of `photo` that are asked for, or none: nothing is written before all are clean.
    fn clean(&self, photo: &[u8]) -> Result<Vec<Clean>, Problem> {
        let format = Format::detect(photo);
        let refused = |error| Problem::refused(&error, format, &self.policy);
        let clean = |policy: &Policy| unmarked::clean(photo, policy).map_err(refused);
        if format != Some(Format::Tiff) || !self.all_pages {
            return Ok(vec![clean(&self.policy)?]);
        }
        let count = unmarked::pages(photo).map_err(refused)?;
        if count > 1 && matches!(self.destination, Destination::Standard | Destination::File { .. })
        {
            return Err(Problem::new(
                format!("it has {count} pages, and one file holds one"),
                "choose a folder with -o, or one page with --page",
            ));
        }
        (0..count).map(|page| clean(&Policy { page, ..self.policy.clone() })).collect()
    }
}

impl Cleaned {
    /// Tells where the photo went and what a person should know of it; with a `look`, all of the
    /// receipt.
    fn tell(&self, file: &Path, screen: &mut Screen, look: Option<Look>) -> ControlFlow<()> {
        let mut text = match &self.output {
            Some(output) => format!("{} → {}\n", shown(file), shown(output)),
            None => String::new(),
        };
        match (look, &self.output) {
            (Some(look), Some(_)) => text.push_str(&receipt::words(&self.receipt, look)),
            // standard output has the photo
            (Some(_), None) => screen.explain(&receipt::words(&self.receipt, Look::plain(80))),
            (None, _) => {
                for note in self.receipt.notes.iter().filter(|note| note.is_unexpected()) {
                    screen.say(&format!("{}: note: {note}", shown(file)));
                }
            }
        }
        if text.is_empty() { ControlFlow::Continue(()) } else { screen.output(&text) }
    }
}
