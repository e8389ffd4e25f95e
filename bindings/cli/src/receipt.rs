//! A receipt in words, below the line of its photo.

use unmarked::Receipt;

use crate::headline::marks;
use crate::lines::{padded, wrap};
use crate::style::{Look, Role};

/// The words of `receipt`: what was removed and kept, what to know, and what still remains.
pub(crate) fn words(receipt: &Receipt, look: Look) -> String {
    let mut text = String::new();
    let mut part = |title: &str, lines: Vec<String>| {
        for (index, line) in lines.iter().enumerate() {
            let title = if index == 0 { title } else { "" };
            // indented, so that it shows where the next one begins
            for (row, line) in wrap(line, look.width.saturating_sub(14)).iter().enumerate() {
                let (title, indent) = if row == 0 { (title, "") } else { ("", "  ") };
                let title = look.paint(Role::Dim, padded(title.into(), 10));
                text.push_str(&format!("  {title}{indent}{line}\n"));
            }
        }
    };
    part("method", vec![receipt.method.to_string()]);
    let removed = receipt.removed.iter().map(|r| {
        let count = usize::try_from(r.findings).unwrap_or(usize::MAX);
        format!("{}: {}", r.carrier, marks(count))
    });
    let mut removed: Vec<String> = removed.collect();
    if removed.is_empty() {
        removed.push("nothing that inspection can name".into());
    }
    part("removed", removed);
    part("kept", receipt.kept.iter().map(|kept| format!("{kept}: {}", kept.why())).collect());
    part("note", receipt.notes.iter().map(ToString::to_string).collect());
    part("remains", receipt.remaining.iter().map(ToString::to_string).collect());
    text
}
