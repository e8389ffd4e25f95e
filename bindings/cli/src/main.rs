//! The program `unmarked`: arguments in, the core's judgement, words out.
//!
//! | to see | look in |
//! |---|---|
//! | what can be asked | `args`, `amounts`; as a policy for the core: `policy` |
//! | what a command does | `clean`, `inspect`, `check`, `seal`, `open`, `receive`, `vault` |
//! | where photos come from | `sources` (files, folders), `input` (bytes) |
//! | where clean photos go | `destination` (which folder and name), `output` (whole or not at all), `staged` |
//! | what opens a sealed file | `password` (from a file, or typed on the `terminal`), `identity` |
//! | what was opened before | `state` |
//! | how it goes over many | `round`, `order` (several at a time) |
//! | what opens a vault | `unlock` (with what it is opened or made), `password`, `key_file` |
//! | what becomes of memory | `hardening` (wiped, in no core dump), `fault` (no data in words) |
//! | what is printed | `screen`, `table`, `headline`, `receipt`, `tally`, `lines`, `style`, `json`, `names`, `dates`, `ids`, `problem` |

#![forbid(unsafe_code)]
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod amounts;
mod args;
mod check;
mod clean;
mod dates;
mod destination;
mod fault;
mod hardening;
mod headline;
mod identity;
mod ids;
mod input;
mod inspect;
mod json;
mod key_file;
mod lines;
mod names;
mod open;
mod order;
mod output;
mod password;
mod policy;
mod problem;
mod receipt;
mod receive;
mod round;
mod screen;
mod seal;
mod sources;
mod staged;
mod state;
mod style;
mod table;
mod tally;
mod terminal;
mod unlock;
mod vault;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

fn main() -> ExitCode {
    hardening::keep_memory_private();
    fault::hide_data();
    match Args::parse().command {
        Command::Clean(args) => clean::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Seal(args) => seal::run(&args),
        Command::Open(args) => open::run(&args),
        Command::Receive(args) => receive::run(&args),
        Command::Vault(command) => vault::run(&command),
    }
}
