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
    let is_clean = |record: &&Record| matches!(record.kind, Kind::Clean { .. });
    let found: Vec<(String, Result<Id, Problem>)> = if args.all_clean {
        records.iter().filter(is_clean).map(|r| (ids::brief(r.id), Ok(r.id))).collect()
    } else {
        args.ids.iter().map(|typed| (typed.clone(), ids::find(&records, typed))).collect()
    };
    if found.is_empty() {
        screen.say("there is no clean copy in the vault");
        return Ok(false);
    }
    let mut done = true;
    for (typed, id) in found {
        match id.and_then(|id| one(id, destination, args.replace, vault)) {
            Ok(line) if !args.quiet && !line.is_empty() => {
                if screen.output(&line).is_break() {
                    return Ok(false);
                }
            }
            Ok(_) => {}
            Err(problem) => {
                screen.refused(Path::new(&typed), &problem);
                done = false;
            }
        }
    }
    Ok(done)
}

/// Writes one record out, and tells where to; nothing if standard output has it.
fn one(
    id: Id,
    destination: &Destination,
    replace: bool,
    vault: &mut Vault,
) -> Result<String, Problem> {
    let record = vault.record(id)?;
    let is_clean = matches!(record.kind, Kind::Clean { .. });
    let own_name = record.name.as_deref().filter(|name| is_clean && is_plain(name));
    let under = if replace { Naming::Replacing } else { Naming::New };
    let place: Option<(&Path, Naming<'_>)> = match destination {
        Destination::File { folder, name } => Some((folder, under(name))),
        Destination::Folder(folder) => {
            Some((folder, own_name.map_or(Naming::Fresh, |name| under(name.as_ref()))))
        }
        Destination::Standard | Destination::Beside => None,
    };
    if let Some((folder, naming)) = place {
        output::refuse_early(folder, naming, None)?;
    }
    // noted before it is out, as a view is counted
    vault.event(EventKind::Exported, Some(id), 0)?;
    let bytes = vault.read(id)?;
    let extension = Format::detect(&bytes).map_or("", Format::extension);
    let readers = if is_clean { Readers::Umask } else { Readers::Owner };
    let path = output::deliver(place, Content { bytes: &bytes, extension, readers })?;
    Ok(path.map_or_else(String::new, |path| line(&record, &path)))
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
