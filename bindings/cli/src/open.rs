//! `unmarked open`: a photo out of a sealed file.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use unmarked::sealed::{self, Key, Opens};
use unmarked::{Format, Limits};

use crate::args::OpenArgs;
use crate::dates;
use crate::destination::Destination;
use crate::fault;
use crate::identity;
use crate::input;
use crate::json::{self, Document};
use crate::names::shown;
use crate::output::{self, Content};
use crate::password;
use crate::problem::Problem;
use crate::round::{self, Outcome};
use crate::screen::Screen;
use crate::sources::{self, Source, is_standard};
use crate::staged::Readers;
use crate::state;
use crate::tally::wrong_usage;

/// Opens one file.
pub(crate) fn run(args: &OpenArgs) -> ExitCode {
    let (sources, job) = match plan(args) {
        Ok(plan) => plan,
        Err(line) => return wrong_usage(&line),
    };
    let mut screen = Screen::new(sources.len());
    let mut document = args.json.then(|| Document::begin(&mut screen));
    let judge = |source: &Source| job.judge(source);
    let tally = round::over(&sources, &mut screen, judge, |screen, file, outcome| {
        match (&mut document, outcome) {
            (Some(document), outcome) => document.photo(screen, file, &outcome),
            (None, Ok(opened)) => opened.tell(file, screen),
            (None, Err(_)) => ControlFlow::Continue(()),
        }
    });
    if let Some(document) = document {
        document.end(&mut screen, &tally);
    }
    screen.end(tally.status(), ExitCode::FAILURE)
}

/// What is to be opened, and where to, or one line on why that cannot be meant.
fn plan(args: &OpenArgs) -> Result<(Vec<Source>, Job<'_>), String> {
    let files = [args.file.clone()];
    if args.file.is_dir() {
        return Err("a folder is no sealed file; name one file".into());
    }
    if is_standard(&args.file) && args.password_file.as_deref().is_some_and(is_standard) {
        return Err("standard input has the file or the password, not both".into());
    }
    let destination = Destination::resolve(Some(&args.output), &files)?;
    if args.json && destination == Destination::Standard {
        return Err("standard output takes the photo or JSON, not both; add -o FILE".into());
    }
    Ok((sources::expand(&files)?, Job { destination, args }))
}

/// How the file is opened.
struct Job<'a> {
    destination: Destination,
    args: &'a OpenArgs,
}

/// What was opened.
#[derive(Serialize)]
struct Opened {
    /// None if it went to standard output.
    #[serde(serialize_with = "json::lossy")]
    output: Option<PathBuf>,
    /// None if it is no photo that Unmarked knows.
    media_type: Option<&'static str>,
    /// In seconds of Unix time.
    expires: Option<u64>,
    views_left: Option<u8>,
}

impl Job<'_> {
    fn judge(&self, source: &Source) -> Outcome<Opened> {
        fault::contain(|| {
            let limits = Limits::default();
            let mut of_file = limits.clone();
            of_file.bytes = sealed::longest(&limits);
            let Some(file) = input::read(source, &of_file)? else { return Ok(None) };
            let place = output::place(&self.destination, self.args.replace, source.path());
            if let Some((folder, naming)) = place {
                // before it counts as a view
                output::refuse_early(folder, naming, file.identity())?;
            }
            let opened = self.open(&file, &limits)?;
            drop(file);
            let format = opened.format();
            let extension = format.map_or("", Format::extension);
            let content = Content { bytes: opened.bytes(), extension, readers: Readers::Owner };
            let output = output::deliver(place, content)?;
            Ok(Some(Opened {
                output,
                media_type: format.map(Format::media_type),
                expires: opened.terms().expires(),
                views_left: opened.views_left(),
            }))
        })
    }

    fn open(&self, file: &[u8], limits: &Limits) -> Result<sealed::Opened, Problem> {
        let mut state = state::of_person();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
        let mut open = |key| Ok(sealed::open(file, key, limits, &mut state, now)?);
        match sealed::opens(file)? {
            Opens::Identity if self.args.identity.is_empty() => Err(Problem::new(
                "it is sealed to a recipient",
                "name the file with the secret key with --identity",
            )),
            Opens::Identity => open(Key::Identities(&identity::read(&self.args.identity)?)),
            Opens::Password => {
                let file = self.args.password_file.as_deref();
                if file.is_none() && !self.args.identity.is_empty() {
                    return Err(sealed::Error::WantsPassword.into());
                }
                let typed = password::get(file, "Password: ")?;
                open(Key::Password(&password::of_sealed(typed)?))
            }
        }
    }
}

impl Opened {
    fn tell(&self, file: &Path, screen: &mut Screen) -> ControlFlow<()> {
        let mut text = String::new();
        if let Some(output) = &self.output {
            text.push_str(&format!("{} → {}\n", shown(file), shown(output)));
        }
        if let Some(expires) = self.expires {
            text.push_str(&format!("  expires   {} UTC\n", dates::short(expires)));
        }
        if let Some(left) = self.views_left {
            text.push_str(&format!("  views     {left} left on this device\n"));
        }
        match &self.output {
            Some(_) => screen.output(&text),
            // standard output has the photo
            None => {
                screen.explain(&text);
                ControlFlow::Continue(())
            }
        }
    }
}
