//! How a command went over all photos.

use std::process::ExitCode;

use serde::Serialize;

use crate::screen::Screen;

/// Wrong usage.
pub(crate) const USAGE: u8 = 2;

/// Counts over all photos.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Tally {
    /// Photos that were done.
    pub(crate) done: u64,
    /// Photos and folders that were refused.
    pub(crate) refused: u64,
    /// Files in folders that are no photos.
    pub(crate) skipped: u64,
}

impl Tally {
    /// Whether there was no photo at all, which is not what the person meant.
    pub(crate) fn is_empty(&self) -> bool {
        self.done == 0 && self.refused == 0
    }

    /// The exit status of a command that does something with every photo.
    pub(crate) fn status(&self) -> ExitCode {
        ExitCode::from(u8::from(self.is_empty() || self.refused > 0))
    }

    /// "2 refused; 3 files that are no photos skipped", if so.
    pub(crate) fn rest(&self) -> Vec<String> {
        let mut words = Vec::new();
        if self.refused > 0 {
            words.push(format!("{} refused", self.refused));
        }
        match self.skipped {
            0 => {}
            1 => words.push("1 file that is no photo skipped".into()),
            skipped => words.push(format!("{skipped} files that are no photos skipped")),
        }
        words
    }
}

/// "1 photo", "12 photos".
pub(crate) fn photos(count: u64) -> String {
    if count == 1 { "1 photo".into() } else { format!("{count} photos") }
}

/// Tells wrong usage in one line, with the exit status of it.
pub(crate) fn wrong_usage(line: &str) -> ExitCode {
    Screen::new(0).say(line);
    ExitCode::from(USAGE)
}
