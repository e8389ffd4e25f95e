//! `unmarked vault show`: everything about one record, and what the photo says.

use std::path::Path;

use serde::Serialize;
use unmarked::Inspection;
use unmarked::vault::{EventKind, Kind, Record, Vault};

use super::{Entry, kind, views};
use crate::args::ShowArgs;
use crate::lines::padded;
use crate::names::shown;
use crate::problem::Problem;
use crate::screen::Screen;
use crate::style::{Look, Role};
use crate::{dates, fault, ids, json, table};

/// A record, and what the photo in it says.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    record: Entry<'a>,
    /// None if it is no photo, or if its views are counted.
    inspection: Option<Inspection>,
}

pub(super) fn run(
    args: &ShowArgs,
    vault: &mut Vault,
    screen: &mut Screen,
) -> Result<bool, Problem> {
    let records = vault.list()?;
    let id = ids::find(&records, &args.id)?;
    let record = vault.record(id)?;
    vault.event(EventKind::Shown, Some(id), 0)?;
    let inspection = match record.views_left {
        // a look at what it says is not worth one of its views
        Some(_) => None,
        None => {
            let content = vault.read(id)?;
            fault::contain(|| Ok(unmarked::inspect(&content).ok()))?
        }
    };
    if args.json {
        let shown = Shown { record: Entry::from(&record), inspection };
        let _ = screen.output(&format!("{}\n", json::text(&shown)));
        return Ok(true);
    }
    let look = Look::of_output();
    let mut text = facts(&record, &records, look);
    if let Some(photo) = &inspection {
        let name = record.name.as_deref().unwrap_or("it");
        text.push('\n');
        text.push_str(&table::of(&shown(Path::new(name)), photo, look, args.all));
    }
    let _ = screen.output(&text);
    Ok(true)
}

/// What the vault says about it.
fn facts(record: &Record, records: &[Record], look: Look) -> String {
    let digits = ids::digits(records);
    let name = record.name.as_deref().map(|name| shown(Path::new(name)));
    let original = match record.kind {
        Kind::Clean { of } => of.map(|of| ids::short(of, digits)),
        _ => None,
    };
    let copies: Vec<String> = records
        .iter()
        .filter(|other| other.kind == Kind::Clean { of: Some(record.id) })
        .map(|other| ids::short(other.id, digits))
        .collect();
    let time = |seconds| format!("{} UTC", dates::short(seconds));
    let limits = record
        .views_left
        .map(|left| format!("{}; not inspected, which would take one", views(left)));
    let lines = [
        ("id", Some(record.id.to_string())),
        ("kind", Some(kind(record.kind).to_owned())),
        ("name", name),
        ("type", record.media_type.clone()),
        ("made by", record.note.as_deref().map(|note| shown(Path::new(note)))),
        ("clean copy of", original),
        ("clean copies", (!copies.is_empty()).then(|| copies.join(" "))),
        ("size", Some(format!("{} ({} bytes)", table::size(record.length), record.length))),
        ("added", Some(time(record.added))),
        ("expires", record.expires.map(time)),
        ("views", limits),
    ];
    let mut text = String::new();
    for (label, value) in lines {
        if let Some(value) = value {
            text.push_str(&look.paint(Role::Dim, padded(label.into(), 15)));
            text.push_str(&value);
            text.push('\n');
        }
    }
    text
}
