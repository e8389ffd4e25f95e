//! One JSON document a command, written photo by photo, so that ten thousand need no memory.
//!
//! `{"photos": [{"file": …, …}, …], "skipped": 0, …}`, with the photos in the order of the input.

use std::borrow::Cow;
use std::io;
use std::mem;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{CompactFormatter, Formatter};

use crate::names::is_steering;
use crate::problem::Problem;
use crate::screen::Screen;

/// One photo: its name, and the fields of `outcome`.
#[derive(Serialize)]
struct Entry<'a, T> {
    file: Cow<'a, str>,
    #[serde(flatten)]
    outcome: &'a T,
}

/// A document that is being written. When nobody reads it any more, the screen remembers that.
pub(crate) struct Document {
    empty: bool,
}

impl Document {
    /// Begins the document.
    pub(crate) fn begin(screen: &mut Screen) -> Document {
        let _ = screen.output(r#"{"photos":["#);
        Document { empty: true }
    }

    /// Adds what became of the photo `file`: the fields of its outcome, or `error` and `advice`.
    pub(crate) fn photo(
        &mut self,
        screen: &mut Screen,
        file: &Path,
        outcome: &Result<impl Serialize, Problem>,
    ) -> ControlFlow<()> {
        let comma = if mem::take(&mut self.empty) { "\n" } else { ",\n" };
        let file = file.to_string_lossy();
        let entry = match outcome {
            Ok(outcome) => text(&Entry { file, outcome }),
            Err(outcome) => text(&Entry { file, outcome }),
        };
        screen.output(&format!("{comma}{entry}"))
    }

    /// Ends the document with the counts.
    pub(crate) fn end(self, screen: &mut Screen, counts: &impl Serialize) {
        let counts = text(counts);
        let _ = screen.output(&format!("\n],{}\n", counts.strip_prefix('{').unwrap_or(&counts)));
    }
}

/// A path for the document, or none; what is no text in it is replaced.
pub(crate) fn lossy<S: serde::Serializer>(
    path: &Option<PathBuf>,
    to: S,
) -> Result<S::Ok, S::Error> {
    path.as_ref().map(|path| path.to_string_lossy()).serialize(to)
}

/// `value` as JSON on one line.
pub(crate) fn text(value: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    // neither facts of the core nor ours have keys that are no strings, the only way to fail
    let _ = value.serialize(&mut Serializer::with_formatter(&mut bytes, Harmless));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Writes characters that could steer a terminal by number, which JSON leaves open.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        to: &mut W,
        text: &str,
    ) -> io::Result<()> {
        let mut rest = text;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| is_steering(*c)) {
            let (before, after) = rest.split_at(at);
            CompactFormatter.write_string_fragment(to, before)?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(to, "\\u{unit:04x}")?;
            }
            rest = after.strip_prefix(c).unwrap_or_default();
        }
        CompactFormatter.write_string_fragment(to, rest)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn strings_are_harmless_and_mean_the_same() {
        let name = "a\n\u{1b}[2J\u{9b}31m\u{202e}gpj\u{e0041}\u{7f} ü \"\\";
        let json = super::text(&name);
        assert_eq!(json, r#""a\n\u001b[2J\u009b31m\u202egpj\udb40\udc41\u007f ü \"\\""#);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), name);
    }
}
