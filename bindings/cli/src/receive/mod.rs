//! `unmarked receive`: what a source sent goes into a vault, and clean copies to editors.
//!
//! | to see | look in |
//! |---|---|
//! | how files go through the vault, some at a time | `round` |
//! | how clean copies get into the editors' folder | `copies` |
//! | what is told of a file, and of all | `told` |

mod copies;
mod round;
mod told;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use unmarked::vault::{self, Vault};

use crate::args::ReceiveArgs;
use crate::json::Document;
use crate::names::shown;
use crate::policy::chosen;
use crate::problem::Problem;
use crate::screen::Screen;
use crate::sources::{self, Source, is_standard};
use crate::tally::{USAGE, wrong_usage};
use crate::unlock::{self, Opened};
use round::Round;
use told::Tally;

/// Why it does not go on: the vault, or the folder of the copies, fails.
struct Stop {
    place: PathBuf,
    problem: Problem,
}

impl Stop {
    /// The vault that `args` name fails.
    fn of_vault(args: &ReceiveArgs) -> impl Fn(vault::Error) -> Stop {
        |error| Stop { place: args.which.vault.clone(), problem: error.into() }
    }
}

/// Receives all files.
pub(crate) fn run(args: &ReceiveArgs) -> ExitCode {
    let sources = match plan(args) {
        Ok(sources) => sources,
        Err(line) => return wrong_usage(&line),
    };
    let mut screen = Screen::new(sources.len());
    let mut opened = match unlock::open_or_make(&args.which) {
        Ok(opened) => opened,
        Err(problem) => {
            screen.refused(&args.which.vault, &problem);
            return ExitCode::from(USAGE);
        }
    };
    if opened.made && !args.quiet {
        screen.say(&made(args, &opened));
    }
    let mut document = args.json.then(|| Document::begin(&mut screen));
    let mut tally = Tally::default();
    let end = receive(args, &mut opened.vault, &sources, &mut screen, &mut document, &mut tally);
    if let Some(document) = document {
        document.end(&mut screen, &tally);
    }
    if let Err(Stop { place, problem }) = &end {
        screen.refused(place, problem);
        screen
            .say("stopped; what was told so far is kept, and the same command goes on from there");
    } else if tally.is_empty() {
        screen.say("there is no file in what was named; name files, or folders that hold some");
    } else if !args.quiet && !args.json {
        screen.say(&tally.words());
    }
    let done = end.is_ok() && tally.is_whole();
    screen.end(ExitCode::from(u8::from(!done)), ExitCode::FAILURE)
}

/// Goes over all files, until nobody listens any more.
fn receive(
    args: &ReceiveArgs,
    vault: &mut Vault,
    sources: &[Source],
    screen: &mut Screen,
    document: &mut Option<Document>,
    tally: &mut Tally,
) -> Result<(), Stop> {
    let policy = chosen(args.method, args.channel);
    let mut round = Round::begin(args, vault, &policy)?;
    for sources in sources.chunks(round::TOGETHER) {
        for (source, outcome) in sources.iter().zip(round.over(sources, screen)?) {
            tally.count(&outcome);
            if told::tell(source.path(), outcome, screen, document, args.quiet).is_break() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// What is to be received, or one line on why that cannot be meant.
fn plan(args: &ReceiveArgs) -> Result<Vec<Source>, String> {
    let has_standard = args.files.iter().any(|file| is_standard(file));
    if has_standard && args.which.password_file.as_deref().is_some_and(is_standard) {
        return Err("standard input has a file or the password, not both".into());
    }
    if let Some(copies) = args.copies.as_deref().filter(|copies| !copies.is_dir()) {
        return Err(format!(
            "there is no folder {}; make it first, or choose another with --copies",
            shown(copies)
        ));
    }
    Ok(without_own(sources::expand(&args.files)?, args))
}

/// The vault, what opens it and what it gives out may lie in a folder that is received: they are no files
/// of the source.
fn without_own(sources: Vec<Source>, args: &ReceiveArgs) -> Vec<Source> {
    let which = &args.which;
    let own = [
        Some(&which.vault),
        args.copies.as_ref(),
        which.key_file.as_ref(),
        which.password_file.as_ref(),
    ];
    let own: Vec<PathBuf> =
        own.into_iter().flatten().filter_map(|p| fs::canonicalize(p).ok()).collect();
    let mut named = args.files.iter().filter_map(|path| fs::canonicalize(path).ok());
    if !named.any(|named| own.iter().any(|own| own.starts_with(&named) || named.starts_with(own))) {
        return sources;
    }
    let is_own = |source: &Source| {
        let path = fs::canonicalize(source.path());
        path.is_ok_and(|path| own.iter().any(|own| path.starts_with(own)))
    };
    sources.into_iter().filter(|source| !is_own(source)).collect()
}

/// That a vault was made, and what it is opened by.
fn made(args: &ReceiveArgs, opened: &Opened) -> String {
    let vault = shown(&args.which.vault);
    let words = match &args.which.key_file {
        None => "Only its passphrase will open it".to_owned(),
        Some(file) => {
            format!("Only its passphrase and the key file {} together will open it", shown(file))
        }
    };
    let keep = if opened.key_made {
        ", which was made too: keep it elsewhere, and a copy of it"
    } else {
        ""
    };
    let short = if opened.guessable {
        " The passphrase is short: who copies the vault may guess it. Five random words are better."
    } else {
        ""
    };
    format!("{vault} was made. {words}{keep}. Nobody can recover what is lost of that.{short}")
}
