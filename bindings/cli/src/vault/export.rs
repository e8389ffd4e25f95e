//! `unmarked vault export`: originals and clean copies, out of the vault.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use unmarked::Format;
use unmarked::vault::{EventKind, Id, Kind, Record, Vault};

use super::{views, with};
use crate::args::ExportArgs;
use crate::destination::Destination;
use crate::ids;
use crate::names::shown;
use crate::output::{self, Content, Naming};
use crate::problem::Problem;
use crate::screen::Screen;
use crate::staged::Readers;
use crate::tally::wrong_usage;

/// How many exports are noted in the log together: each commit waits for the disk.
const TOGETHER: usize = 32;

pub(super) fn run(args: &ExportArgs) -> ExitCode {
    let only_one = args.ids.len() == 1 && !args.all_clean;
    match Destination::named(&args.output, only_one) {
        Ok(destination) => {
            with(&args.which, |vault, screen| export(args, &destination, vault, screen))
        }
        Err(line) => wrong_usage(&line),
    }
}

fn export(
    args: &ExportArgs,
    destination: &Destination,
    vault: &mut Vault,
    screen: &mut Screen,
) -> Result<bool, Problem> {
    let records = vault.list()?;
    let found: Vec<(String, Result<Id, Problem>)> = if args.all_clean {
        records.iter().filter(|r| is_clean(r)).map(|r| (ids::brief(r.id), Ok(r.id))).collect()
    } else {
        args.ids.iter().map(|typed| (typed.clone(), ids::find(&records, typed))).collect()
    };
    if found.is_empty() {
        screen.say("there is no clean copy in the vault");
        return Ok(false);
    }
    let mut done = true;
    for some in found.chunks(TOGETHER) {
        let ready = some.iter().map(|(_, id)| ready(id.clone()?, args, destination, vault));
        let ready: Vec<Result<Record, Problem>> = ready.collect();
        note(vault, &ready)?;
        for ((typed, _), record) in some.iter().zip(ready) {
            match record.and_then(|record| write(&record, args, destination, vault)) {
                Ok(line) if !args.quiet && !line.is_empty() => {
                    if screen.output(&line).is_break() {
                        return Ok(false);
                    }
                }
                Ok(_) => {}
                Err(problem) => {
                    screen.refused(Path::new(typed), &problem);
                    done = false;
                }
            }
        }
    }
    Ok(done)
}

/// The record, if nothing that can be known before stands against its export: no view is lost to that.
fn ready(
    id: Id,
    args: &ExportArgs,
    destination: &Destination,
    vault: &mut Vault,
) -> Result<Record, Problem> {
    let record = vault.record(id)?;
    if let Some((folder, naming)) = place(&record, args, destination) {
        output::refuse_early(folder, naming, None)?;
    }
    Ok(record)
}

/// Notes in the log what goes out, before it is out, as a view is counted.
fn note(vault: &mut Vault, ready: &[Result<Record, Problem>]) -> Result<(), Problem> {
    let mut batch = vault.batch()?;
    for record in ready.iter().flatten() {
        batch.event(EventKind::Exported, Some(record.id), 0);
    }
    Ok(batch.commit()?)
}

/// Writes one record out, and tells where to; nothing if standard output has it.
fn write(
    record: &Record,
    args: &ExportArgs,
    destination: &Destination,
    vault: &mut Vault,
) -> Result<String, Problem> {
    let bytes = vault.read(record.id)?;
    let extension = Format::detect(&bytes).map_or("", Format::extension);
    let readers = if is_clean(record) { Readers::Umask } else { Readers::Owner };
    let content = Content { bytes: &bytes, extension, readers };
    let path = output::deliver(place(record, args, destination), content)?;
    Ok(path.map_or_else(String::new, |path| line(record, &path)))
}

/// The folder and name for `record`; none for standard output. A clean copy has a neutral name already.
fn place<'a>(
    record: &'a Record,
    args: &ExportArgs,
    destination: &'a Destination,
) -> Option<(&'a Path, Naming<'a>)> {
    let under = if args.replace { Naming::Replacing } else { Naming::New };
    match destination {
        Destination::File { folder, name } => Some((folder, under(name))),
        Destination::Folder(folder) => {
            let name = record.name.as_deref().filter(|name| is_clean(record) && is_plain(name));
            Some((folder, name.map_or(Naming::Fresh, |name| under(name.as_ref()))))
        }
        Destination::Standard | Destination::Beside => None,
    }
}

fn is_clean(record: &Record) -> bool {
    matches!(record.kind, Kind::Clean { .. })
}

/// Whether a name has no part but itself: a vault may have been written by another program.
fn is_plain(name: &str) -> bool {
    let path = PathBuf::from(name);
    path.file_name() == Some(name.as_ref())
}

fn line(record: &Record, path: &Path) -> String {
    let mut text = format!("{} → {}", ids::brief(record.id), shown(path));
    if record.kind == Kind::Original {
        text.push_str(": the original, with all that it says about its source");
    }
    match record.views_left.map(|left| left.saturating_sub(1)) {
        None => {}
        Some(0) => text.push_str("; that was its last view, and it is destroyed in the vault"),
        Some(left) => text.push_str(&format!("; {}", views(left))),
    }
    text.push('\n');
    text
}
