//! Journeys of the program `unmarked`: the real program, real files, real pipes and signals.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may stop at the first surprise"
)]

mod check;
mod clean;
mod failing;
mod formats;
mod inspect;
mod interrupted;
mod memory;
mod methods;
mod odd_names;
mod open;
mod photos;
mod program;
mod receive;
mod seal;
mod sealing;
mod terminal;
mod trace;
mod usage;
mod vault;
