//! `unmarked vault list`: what is in a vault.

use std::path::Path;

use unmarked::vault::{Record, Vault};

use super::{Entry, kind};
use crate::args::ListArgs;
use crate::json;
use crate::lines::padded;
use crate::names::shown;
use crate::problem::Problem;
use crate::screen::Screen;
use crate::style::{Look, Role};
use crate::table::size;
use crate::{dates, ids};

const HEADINGS: [&str; 7] = ["id", "kind", "size", "added (UTC)", "expires (UTC)", "views", "name"];

pub(super) fn run(
    args: &ListArgs,
    vault: &mut Vault,
    screen: &mut Screen,
) -> Result<bool, Problem> {
    let records = vault.list()?;
    if args.json {
        let entries: Vec<String> = records.iter().map(|r| json::text(&Entry::from(r))).collect();
        let _ = screen.output(&format!("{{\"records\":[\n{}\n]}}\n", entries.join(",\n")));
    } else if records.is_empty() {
        screen.say("the vault is empty");
    } else {
        let _ = screen.output(&table(&records, Look::of_output()));
    }
    Ok(true)
}

/// A line for each record. The name comes last: it can be of any length.
fn table(records: &[Record], look: Look) -> String {
    let digits = ids::digits(records);
    let rows: Vec<[String; 7]> = records.iter().map(|record| row(record, digits)).collect();
    let mut widths = HEADINGS.map(str::len);
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let line = |cells: &[String; 7]| {
        let cells = cells.iter().zip(widths).map(|(cell, width)| padded(cell.clone(), width));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut text = look.paint(Role::Dim, line(&HEADINGS.map(str::to_owned)));
    text.push('\n');
    for row in &rows {
        text.push_str(&line(row));
        text.push('\n');
    }
    text
}

fn row(record: &Record, digits: usize) -> [String; 7] {
    let none = || "-".to_owned();
    [
        ids::short(record.id, digits),
        kind(record.kind).to_owned(),
        size(record.length),
        dates::short(record.added),
        record.expires.map_or_else(none, dates::short),
        record.views_left.map_or_else(none, |left| left.to_string()),
        record.name.as_deref().map_or_else(none, |name| shown(Path::new(name))),
    ]
}
