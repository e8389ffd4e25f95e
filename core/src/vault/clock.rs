//! The time by which records expire, handed in so that a test can set it.

use std::time::{SystemTime, UNIX_EPOCH};

/// Tells the time in seconds since 1970-01-01 00:00 UTC.
pub trait Clock: Send {
    /// Now.
    fn now(&self) -> u64;
}

impl<F: Fn() -> u64 + Send> Clock for F {
    fn now(&self) -> u64 {
        self()
    }
}

/// The clock of the system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> u64 {
        // a clock set before 1970 is wrong; the vault's own mark of the latest time takes over
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }
}
