//! Standard output and standard error: whole lines, a progress bar between them, and no panic when
//! the reader goes away.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};

use crate::names::shown;
use crate::problem::Problem;

/// From how many photos on a bar is worth its flicker.
const MANY: usize = 10;

/// Where lines are printed.
pub(crate) struct Screen {
    bar: Option<ProgressBar>,
    broken: bool,
}

impl Screen {
    /// For a command that goes over `photos` photos.
    pub(crate) fn new(photos: usize) -> Screen {
        let bar = (photos >= MANY && io::stderr().is_terminal()).then(|| {
            let style = ProgressStyle::with_template("{bar:40} {pos} of {len} photos, {eta} left");
            ProgressBar::new(photos as u64)
                .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Screen { bar, broken: false }
    }

    /// One photo more is done.
    pub(crate) fn step(&self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    /// Prints `text` as it is on standard output; breaks if nobody reads it any more.
    pub(crate) fn output(&mut self, text: &str) -> ControlFlow<()> {
        let print = || {
            let mut output = io::stdout().lock();
            output.write_all(text.as_bytes())?;
            output.flush()
        };
        let printed = match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        };
        let Err(error) = printed else { return ControlFlow::Continue(()) };
        if !self.broken && error.kind() != ErrorKind::BrokenPipe {
            self.refused(Path::new("-"), &Problem::writing(&error, "standard output"));
        }
        self.broken = true;
        ControlFlow::Break(())
    }

    /// Prints what is wrong with `file` on standard error, in one line.
    pub(crate) fn refused(&self, file: &Path, problem: &Problem) {
        self.say(&format!("{}: {problem}", shown(file)));
    }

    /// Prints a line on standard error.
    pub(crate) fn say(&self, line: &str) {
        self.explain(&format!("unmarked: {line}\n"));
    }

    /// Prints `text` as it is on standard error. That nobody reads it is no reason to stop.
    pub(crate) fn explain(&self, text: &str) {
        let print = || io::stderr().write_all(text.as_bytes());
        let _ = match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        };
    }

    /// Takes the bar away. `status` is the exit status, unless some output could not be printed.
    pub(crate) fn end(self, status: ExitCode, if_broken: ExitCode) -> ExitCode {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if self.broken { if_broken } else { status }
    }
}
