//! `unmarked vault`: what is in a vault, out of it, and the end of it.

mod expire;
mod export;
mod list;
mod log;
mod show;
mod wipe;

use std::process::ExitCode;

use serde::Serialize;
use unmarked::vault::{Kind, Record, Vault};

use crate::args::{VaultCommand, Which};
use crate::dates;
use crate::problem::Problem;
use crate::screen::Screen;
use crate::tally::USAGE;
use crate::unlock;

/// Does what is asked.
pub(crate) fn run(command: &VaultCommand) -> ExitCode {
    match command {
        VaultCommand::List(args) => {
            with(&args.which, |vault, screen| list::run(args, vault, screen))
        }
        VaultCommand::Show(args) => {
            with(&args.which, |vault, screen| show::run(args, vault, screen))
        }
        VaultCommand::Export(args) => export::run(args),
        VaultCommand::Expire(args) => {
            with(&args.which, |vault, screen| expire::run(args, vault, screen))
        }
        VaultCommand::Log(args) => with(&args.which, |vault, screen| log::run(args, vault, screen)),
        VaultCommand::Wipe(args) => wipe::run(args),
    }
}

/// Opens the vault and hands it to `act`, which tells whether all was done; what is wrong with the vault is
/// told.
fn with(
    which: &Which,
    act: impl FnOnce(&mut Vault, &mut Screen) -> Result<bool, Problem>,
) -> ExitCode {
    let mut screen = Screen::new(0);
    let mut vault = match unlock::open(which) {
        Ok(vault) => vault,
        Err(problem) => {
            screen.refused(&which.vault, &problem);
            return ExitCode::from(USAGE);
        }
    };
    let status = act(&mut vault, &mut screen).unwrap_or_else(|problem| {
        screen.refused(&which.vault, &problem);
        false
    });
    screen.end(ExitCode::from(u8::from(!status)), ExitCode::FAILURE)
}

/// A record, as JSON tells it.
#[derive(Serialize)]
struct Entry<'a> {
    id: String,
    kind: &'static str,
    of: Option<String>,
    name: Option<&'a str>,
    media_type: Option<&'a str>,
    note: Option<&'a str>,
    bytes: u64,
    added: String,
    expires: Option<String>,
    views_left: Option<u32>,
}

impl<'a> From<&'a Record> for Entry<'a> {
    fn from(record: &'a Record) -> Entry<'a> {
        Entry {
            id: record.id.to_string(),
            kind: kind(record.kind),
            of: match record.kind {
                Kind::Clean { of } => of.map(|of| of.to_string()),
                _ => None,
            },
            name: record.name.as_deref(),
            media_type: record.media_type.as_deref(),
            note: record.note.as_deref(),
            bytes: record.length,
            added: dates::exact(record.added),
            expires: record.expires.map(dates::exact),
            views_left: record.views_left,
        }
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Original => "original",
        Kind::Clean { .. } => "clean",
        Kind::Data => "data",
    }
}

/// "1 view left", "3 views left".
fn views(left: u32) -> String {
    if left == 1 { "1 view left".into() } else { format!("{left} views left") }
}
