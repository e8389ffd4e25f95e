//! What can be asked of a vault.

use std::path::PathBuf;

use clap::{Args as Arguments, Subcommand, value_parser};

use super::{For, Method};
use crate::amounts::Span;

pub(super) const RECEIVE_EXAMPLES: &str = "\
Examples:
  unmarked receive Inbox/ --vault Desk.vault
        takes every file of the folder into the vault, which is made if it is not there yet
  unmarked receive IMG_1234.jpg --vault Desk.vault --copies ForEditors/
        and writes the clean copy into a folder of the editors as well
  unmarked receive Inbox/ --vault Desk.vault --key-file /media/stick/desk.key
        opened by the passphrase and a file on a stick together: neither alone is enough
  unmarked receive Inbox/ --vault Desk.vault --password-file secret.txt --json > intake.json
        by a program; the document says what the photos say, so keep it as secret as they are

Every file is stored encrypted before anything looks into it, then inspected without decoding its
picture, and told by what could identify its source: do not publish any of that. A clean copy for
editors is stored beside it under a neutral name; `unmarked vault export` gives it out. What is no
photo, or cannot be cleaned, is kept as well, and said. A file that the vault has already is not
stored twice, so a run that was stopped is simply started again.

The files named are never changed or deleted: they stay where they are.

The passphrase cannot be recovered: without it (and the key file, if there is one) nobody opens the
vault again. Take five or more words that were drawn at random.

Exit status: 0 everything is kept and each photo has a clean copy; 1 some file was not kept, or some
photo has no clean copy; 2 wrong usage, or the vault was not opened.";

pub(super) const VAULT_EXAMPLES: &str = "\
Examples:
  unmarked vault list --vault Desk.vault                          what is in it
  unmarked vault show 3f2a91c0 --vault Desk.vault                 one photo, and what it says
  unmarked vault export 8c01d2aa --vault Desk.vault -o Layout/    write a clean copy out
  unmarked vault expire 3f2a91c0 --after 7d --vault Desk.vault    destroy it in a week
  unmarked vault log --vault Desk.vault                           what was done
  unmarked vault wipe --vault Desk.vault                          destroy everything, now

A record is named by the first digits of its id, as many as no other begins with.

Exit status: 0 done; 1 some record was not there, or could not be written; 2 wrong usage, or the
vault was not opened.";

const EXPORT_EXAMPLES: &str = "\
Examples:
  unmarked vault export 8c01d2aa -o Layout/ --vault Desk.vault
        under its neutral name in the folder Layout
  unmarked vault export 8c01d2aa -o front.jpg --vault Desk.vault
        under this very name
  unmarked vault export --all-clean -o Layout/ --vault Desk.vault
        every clean copy in the vault
  unmarked vault export 3f2a91c0 -o - --vault Desk.vault | unmarked inspect - --all
        an original goes to another program and touches no disk

An original is written with everything that it says about its source, readable by you alone.
If its views are counted, an export takes one. A file appears whole or not at all, with a constant
file time, and never over an existing one unless --replace says so.";

const EXPIRE_EXAMPLES: &str = "\
Examples:
  unmarked vault expire 3f2a91c0 --after 24h --vault Desk.vault
  unmarked vault expire 3f2a91c0 8c01d2aa --views 3 --vault Desk.vault
  unmarked vault expire 3f2a91c0 --now --vault Desk.vault

Limits only get tighter: a later time or more views than it has change nothing. What is over is
destroyed, its key first, and nobody brings it back.";

const LOG_EXAMPLES: &str = "\
Examples:
  unmarked vault log --vault Desk.vault
  unmarked vault log --vault Desk.vault --expect 120:9f0c…        is what was noted then still in it?

The log has no names and no content. Each event is chained to the one before by SHA-256, so nothing
in it can be changed, left out or put in without changing the last hash. Note that one elsewhere, as
it is printed: --expect compares it later.";

const WIPE_EXAMPLES: &str = "\
Examples:
  unmarked vault wipe --vault Desk.vault
  unmarked vault wipe --vault Desk.vault --yes

It needs no passphrase: who can delete files can do as much. The keys are destroyed first, which
takes an instant; from then on nobody opens the vault. What was exported, and copies of the folder
elsewhere (backups, snapshots of the disk), are not reached; destroy the key file too, if there is
one.";

/// Where the vault is, and what opens it.
#[derive(Debug, Arguments)]
pub(crate) struct Which {
    /// The folder of the vault
    #[arg(long, value_name = "DIR")]
    pub(crate) vault: PathBuf,
    /// Read the passphrase from the only line of this file, or - for standard input
    /// [default: it is asked for on the terminal]
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// A file of 32 random bytes, kept elsewhere, without which the passphrase opens nothing
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
}

#[derive(Debug, Arguments)]
pub(crate) struct ReceiveArgs {
    /// Files, folders of files, or - for standard input
    #[arg(required = true, value_name = "FILE|DIR")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) which: Which,
    /// Write clean copies into this folder as well
    #[arg(long, value_name = "DIR")]
    pub(crate) copies: Option<PathBuf>,
    /// How to clean [default: strip, and rebuild where that must refuse a photo that can be shown]
    #[arg(long, value_enum)]
    pub(crate) method: Option<Method>,
    /// Clean for this channel: chooses method and settings
    #[arg(long = "for", value_enum, value_name = "CHANNEL")]
    pub(crate) channel: Option<For>,
    /// Print one JSON document
    #[arg(long)]
    pub(crate) json: bool,
    /// Print nothing but what went wrong
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum VaultCommand {
    /// List what is in a vault
    List(ListArgs),
    /// Show everything about one record, and what the photo says
    Show(ShowArgs),
    /// Write originals or clean copies out
    #[command(after_help = EXPORT_EXAMPLES)]
    Export(ExportArgs),
    /// Give records a time or a number of views after which they are destroyed
    #[command(after_help = EXPIRE_EXAMPLES)]
    Expire(ExpireArgs),
    /// Print the audit log, and verify its chain
    #[command(after_help = LOG_EXAMPLES)]
    Log(LogArgs),
    /// Destroy the vault: its keys first, then its files
    #[command(after_help = WIPE_EXAMPLES)]
    Wipe(WipeArgs),
}

#[derive(Debug, Arguments)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    pub(crate) which: Which,
    /// Print one JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Arguments)]
pub(crate) struct ShowArgs {
    /// The first digits of its id
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) which: Which,
    /// Show every mark, and also the parts that every such file has
    #[arg(short, long, conflicts_with = "json")]
    pub(crate) all: bool,
    /// Print one JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Arguments)]
pub(crate) struct ExportArgs {
    /// The first digits of their ids
    #[arg(required_unless_present = "all_clean", value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// Every clean copy in the vault
    #[arg(long, conflicts_with = "ids")]
    pub(crate) all_clean: bool,
    /// A folder, a new file (for one record), or - for standard output
    #[arg(short, long, value_name = "FILE|DIR")]
    pub(crate) output: PathBuf,
    /// Replace files that have the names already
    #[arg(long)]
    pub(crate) replace: bool,
    #[command(flatten)]
    pub(crate) which: Which,
    /// Print nothing but what went wrong
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Arguments)]
#[group(id = "limit", required = true, multiple = true, args = ["after", "now", "views"])]
pub(crate) struct ExpireArgs {
    /// The first digits of their ids
    #[arg(required = true, value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// Destroy them after so long: 30m, 24h, 7d, 2w
    #[arg(long, value_name = "TIME")]
    pub(crate) after: Option<Span>,
    /// Destroy them at once
    #[arg(long, conflicts_with_all = ["after", "views"])]
    pub(crate) now: bool,
    /// Destroy each after so many views more
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..))]
    pub(crate) views: Option<u32>,
    #[command(flatten)]
    pub(crate) which: Which,
}

#[derive(Debug, Arguments)]
pub(crate) struct LogArgs {
    #[command(flatten)]
    pub(crate) which: Which,
    /// Compare with a hash that was noted earlier; exit status 1 if the log does not go on from it
    #[arg(long, value_name = "COUNT:HASH")]
    pub(crate) expect: Option<String>,
    /// Print one JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Arguments)]
pub(crate) struct WipeArgs {
    /// The folder of the vault
    #[arg(long, value_name = "DIR")]
    pub(crate) vault: PathBuf,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
}
