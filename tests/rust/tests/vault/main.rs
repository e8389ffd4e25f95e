//! The vault: what it loses (nothing), what it shows of what was changed (nothing), what stays in memory.

mod common;
mod faults;
mod folder;
mod memory;
mod tamper;
