//! `unmarked vault wipe`: the end of a vault.

use std::io::{self, BufRead, IsTerminal};
use std::process::ExitCode;

use unmarked::vault::{Folder, Vault};

use crate::args::WipeArgs;
use crate::names::shown;
use crate::problem::Problem;
use crate::screen::Screen;
use crate::tally::{USAGE, wrong_usage};
use crate::unlock::no_folder;

/// What is typed so that nobody destroys by a slip.
const WORD: &str = "wipe";

pub(super) fn run(args: &WipeArgs) -> ExitCode {
    let screen = Screen::new(0);
    let mut folder = match Folder::open(&args.vault) {
        Ok(folder) => folder,
        Err(error) => {
            screen.refused(&args.vault, &no_folder(&error));
            return ExitCode::from(USAGE);
        }
    };
    // a damaged vault can be wiped, what is none is left alone
    if let Err(error @ unmarked::vault::Error::NotAVault) = Vault::needs(&mut folder) {
        screen.refused(&args.vault, &error.into());
        return ExitCode::from(USAGE);
    }
    match args.yes || asked(args, &screen) {
        false if io::stdin().is_terminal() => {
            screen.say("nothing was destroyed");
            return ExitCode::FAILURE;
        }
        false => {
            return wrong_usage("there is no terminal to ask on; add --yes to destroy the vault");
        }
        true => {}
    }
    match Vault::wipe_unopened(Box::new(folder)) {
        Ok(()) => {
            screen.say(&format!(
                "{} is destroyed: its keys first, then its files. What was exported is not",
                shown(&args.vault)
            ));
            screen.end(ExitCode::SUCCESS, ExitCode::FAILURE)
        }
        Err(error) => {
            screen.refused(&args.vault, &Problem::from(error));
            ExitCode::FAILURE
        }
    }
}

/// Whether the person types the word.
fn asked(args: &WipeArgs, screen: &Screen) -> bool {
    if !io::stdin().is_terminal() {
        return false;
    }
    screen.explain(&format!(
        "This destroys {} and everything in it, for good. Type {WORD} to do so: ",
        shown(&args.vault)
    ));
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).is_ok() && line.trim() == WORD
}
