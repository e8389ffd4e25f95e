//! `unmarked seal`: a clean copy of a photo that only those can open for whom it is meant.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use unmarked::sealed::{self, Lock, Password, Recipient, Terms};
use unmarked::{Clean, Format, Limits, Memory, Policy, Receipt, words};
use zeroize::Zeroizing;

use crate::args::SealArgs;
use crate::dates;
use crate::destination::Destination;
use crate::fault;
use crate::input;
use crate::json::{self, Document};
use crate::names::shown;
use crate::output::{self, Content};
use crate::password;
use crate::policy;
use crate::problem::Problem;
use crate::round::{self, Outcome};
use crate::screen::Screen;
use crate::sources::{self, Source, is_standard};
use crate::tally::wrong_usage;

/// The extension of sealed files under a fresh name.
const EXTENSION: &str = "age";

/// Seals one photo.
pub(crate) fn run(args: &SealArgs) -> ExitCode {
    let (sources, job) = match plan(args) {
        Ok(plan) => plan,
        Err(line) => return wrong_usage(&line),
    };
    let mut screen = Screen::new(sources.len());
    let mut document = args.json.then(|| Document::begin(&mut screen));
    let judge = |source: &Source| job.judge(source);
    let tally = round::over(&sources, &mut screen, judge, |screen, file, outcome| {
        if let Ok(Done { new_password: Some(password), .. }) = &outcome {
            screen.explain(&told(password));
        }
        match (&mut document, outcome) {
            (Some(document), Ok(done)) => document.photo(screen, file, &Ok(done.facts)),
            (Some(document), Err(problem)) => {
                document.photo(screen, file, &Err::<Facts, _>(problem))
            }
            (None, Ok(done)) => done.facts.tell(file, screen),
            (None, Err(_)) => ControlFlow::Continue(()),
        }
    });
    if let Some(document) = document {
        document.end(&mut screen, &tally);
    }
    screen.end(tally.status(), ExitCode::FAILURE)
}

/// What is to be sealed, and how, or one line on why that cannot be meant.
fn plan(args: &SealArgs) -> Result<(Vec<Source>, Job), String> {
    let photos = [args.photo.clone()];
    if args.photo.is_dir() {
        return Err("a sealed file holds one photo; name one".into());
    }
    if is_standard(&args.photo) && args.password_file.as_deref().is_some_and(is_standard) {
        return Err("standard input has the photo or the password, not both".into());
    }
    let destination = Destination::resolve(Some(&args.output), &photos)?;
    if args.json && destination == Destination::Standard {
        return Err("standard output takes the sealed photo or JSON, not both; add -o FILE".into());
    }
    let recipient = |text: &String| text.parse().map_err(|error: sealed::Error| wrong(&error));
    let recipients = args.to.iter().map(recipient).collect::<Result<Vec<Recipient>, _>>()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let expires = args.expires.map(|span| now.saturating_add(span.seconds));
    let job = Job {
        destination,
        replace: args.replace,
        policy: match args.as_it_is {
            true => None,
            false => Some(policy::chosen(args.method, args.channel)),
        },
        recipients,
        password_file: args.password_file.clone(),
        terms: Terms::new(expires, args.views).map_err(|error| wrong(&error))?,
    };
    Ok((sources::expand(&photos)?, job))
}

fn wrong(error: &sealed::Error) -> String {
    format!("{error}; {}", error.advice())
}

/// How the photo is sealed.
struct Job {
    destination: Destination,
    replace: bool,
    /// How it is cleaned before, if it is.
    policy: Option<Policy>,
    /// None of them means a password.
    recipients: Vec<Recipient>,
    password_file: Option<PathBuf>,
    terms: Terms,
}

/// A sealed photo, and the password that nobody knows yet.
struct Done {
    facts: Facts,
    new_password: Option<Zeroizing<String>>,
}

/// What a sealed file is.
#[derive(Serialize)]
struct Facts {
    /// None if it went to standard output.
    #[serde(serialize_with = "json::lossy")]
    output: Option<PathBuf>,
    /// How many public keys it is sealed to; with none it is sealed with a password.
    recipients: usize,
    /// In seconds of Unix time.
    expires: Option<u64>,
    views: Option<u8>,
    /// None if it was not cleaned.
    receipt: Option<Receipt>,
}

impl Job {
    fn judge(&self, source: &Source) -> Outcome<Done> {
        fault::contain(|| {
            let limits = self.policy.as_ref().map_or_else(Limits::default, |p| p.limits.clone());
            let Some(photo) = input::read(source, &limits)? else { return Ok(None) };
            let place = output::place(&self.destination, self.replace, source.path());
            if let Some((folder, naming)) = place {
                output::refuse_early(folder, naming, photo.identity())?;
            }
            let (password, new_password) = self.password()?;
            let lock = match &password {
                Some(password) => Lock::Password(password),
                None => Lock::Recipients(&self.recipients),
            };
            let seal = |photo: &[u8]| -> Result<Memory, Problem> {
                Ok(sealed::seal(photo, lock, &self.terms, &limits)?)
            };
            let (sealed, receipt) = match &self.policy {
                None if photo.is_empty() => return Err(unmarked::Error::Empty.into()),
                None => (seal(&photo)?, None),
                Some(policy) => {
                    let clean = clean(&photo, policy)?;
                    (seal(clean.bytes())?, Some(clean.receipt().clone()))
                }
            };
            // the original goes before the disk is waited for
            drop(photo);
            let output = output::deliver(place, Content::to_hand_on(&sealed, EXTENSION))?;
            let facts = Facts {
                output,
                recipients: self.recipients.len(),
                expires: self.terms.expires(),
                views: self.terms.views(),
                receipt,
            };
            Ok(Some(Done { facts, new_password }))
        })
    }

    /// The password, if it is to be sealed with one; and also its words, if it is new.
    fn password(&self) -> Result<(Option<Password>, Option<Zeroizing<String>>), Problem> {
        match &self.password_file {
            Some(file) => {
                let text = password::get(Some(file), "")?;
                Ok((Some(password::of_sealed(text)?), None))
            }
            None if !self.recipients.is_empty() => Ok((None, None)),
            None => {
                let new = words::password()?;
                Ok((Some(password::of_sealed(new.clone())?), Some(new)))
            }
        }
    }
}

fn clean(photo: &[u8], policy: &Policy) -> Result<Clean, Problem> {
    let format = Format::detect(photo);
    let refused = |error| Problem::refused(&error, format, policy);
    if format == Some(Format::Tiff) {
        let pages = unmarked::pages(photo).map_err(refused)?;
        if pages > 1 {
            return Err(Problem::new(
                format!("it has {pages} pages, and a sealed file holds one"),
                "clean it into a folder first, and seal each page of it",
            ));
        }
    }
    unmarked::clean(photo, policy).map_err(refused)
}

/// The new password, once, and what to do with it.
fn told(password: &str) -> Zeroizing<String> {
    let bits = 10 * words::WORDS;
    Zeroizing::new(format!(
        "Password ({} words, {bits} bits): {password}\nIt is shown once and kept nowhere. Tell it by another channel than the file's, such as a call.\n",
        words::WORDS
    ))
}

impl Facts {
    fn tell(&self, file: &Path, screen: &mut Screen) -> ControlFlow<()> {
        let mut text = match &self.output {
            Some(output) => format!("{} → {}\n", shown(file), shown(output)),
            None => String::new(),
        };
        let mut line = |title: &str, words: &str| text.push_str(&format!("  {title:<10}{words}\n"));
        match self.recipients {
            0 => line("opens", "with the password"),
            1 => line("opens", "with the secret key of the recipient"),
            many => line("opens", &format!("with the secret key of any of {many} recipients")),
        }
        if self.receipt.is_none() {
            line("as it is", "not cleaned: who opens it gets every mark in it");
        }
        if let Some(expires) = self.expires {
            line("expires", &format!("{} UTC", dates::short(expires)));
        }
        if let Some(views) = self.views {
            line("views", &views.to_string());
        }
        if self.expires.is_some() || self.views.is_some() {
            line("note", "these limits are a request: a reader of another make can ignore them");
        }
        for note in self.receipt.iter().flat_map(|receipt| &receipt.notes) {
            if note.is_unexpected() {
                line("note", &note.to_string());
            }
        }
        match &self.output {
            Some(_) => screen.output(&text),
            // standard output has the sealed photo
            None => {
                screen.explain(&text);
                ControlFlow::Continue(())
            }
        }
    }
}
