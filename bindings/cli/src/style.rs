//! Colours and width, as the place where it is printed allows.

use std::fmt::Display;
use std::io::IsTerminal;

use anstyle::{AnsiColor, Style};
use unmarked::Betrays;

/// What may be printed where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    colours: bool,
    /// Columns.
    pub(crate) width: usize,
}

/// The roles that text plays.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Role {
    Title,
    Heading(Betrays),
    Dim,
    Good,
    Bad,
    Unsure,
}

impl Look {
    /// Without colours: for files and pipes.
    pub(crate) const fn plain(width: usize) -> Look {
        Look { colours: false, width }
    }

    /// That of standard output.
    pub(crate) fn of_output() -> Look {
        if !std::io::stdout().is_terminal() {
            return Look::plain(80);
        }
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        let width = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
        // on a very wide terminal the end of a line is too far from its start
        Look { colours: !set("NO_COLOR") && !dumb, width: width.clamp(40, 140) }
    }

    /// `text` in `role`.
    pub(crate) fn paint(self, role: Role, text: impl Display) -> String {
        if !self.colours {
            return text.to_string();
        }
        let style = match role {
            Role::Title => Style::new().bold(),
            Role::Heading(Betrays::Place | Betrays::Owner) => AnsiColor::Red.on_default().bold(),
            Role::Heading(Betrays::Time | Betrays::Device) => AnsiColor::Yellow.on_default().bold(),
            Role::Heading(Betrays::HiddenPicture) => AnsiColor::Magenta.on_default().bold(),
            Role::Heading(Betrays::History | Betrays::Unknown) => {
                AnsiColor::Cyan.on_default().bold()
            }
            Role::Heading(Betrays::Structure) | Role::Dim => Style::new().dimmed(),
            Role::Good => AnsiColor::Green.on_default(),
            Role::Bad => AnsiColor::Red.on_default().bold(),
            Role::Unsure => AnsiColor::Yellow.on_default(),
        };
        format!("{style}{text}{style:#}")
    }
}
