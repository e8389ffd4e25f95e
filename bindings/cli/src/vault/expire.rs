//! `unmarked vault expire`: a time or a number of views after which records are destroyed.

use std::path::Path;

use unmarked::vault::{Clock, Error, EventKind, Id, SystemClock, Vault};

use super::views;
use crate::args::ExpireArgs;
use crate::problem::Problem;
use crate::screen::Screen;
use crate::{dates, ids};

pub(super) fn run(
    args: &ExpireArgs,
    vault: &mut Vault,
    screen: &mut Screen,
) -> Result<bool, Problem> {
    let records = vault.list()?;
    let digits = ids::digits(&records);
    let expires = args.after.map(|span| SystemClock.now().saturating_add(span.seconds));
    let mut done = true;
    for typed in &args.ids {
        let line = ids::find(&records, typed).and_then(|id| {
            let name = ids::short(id, digits);
            if args.now {
                destroy(vault, id)?;
                return Ok(format!("{name} is destroyed\n"));
            }
            Ok(format!("{name} {}\n", limit(vault, id, expires, args.views)?))
        });
        match line {
            Ok(line) => {
                if screen.output(&line).is_break() {
                    return Ok(false);
                }
            }
            Err(problem) => {
                screen.refused(Path::new(typed), &problem);
                done = false;
            }
        }
    }
    Ok(done)
}

/// Destroys a record, and notes it, together.
fn destroy(vault: &mut Vault, id: Id) -> Result<(), Error> {
    // told apart from what never was there
    vault.record(id)?;
    let mut batch = vault.batch()?;
    batch.remove(id)?;
    batch.event(EventKind::Removed, Some(id), 0);
    batch.commit()
}

/// Limits a record, and tells its limits as they are now.
fn limit(
    vault: &mut Vault,
    id: Id,
    expires: Option<u64>,
    views_left: Option<u32>,
) -> Result<String, Error> {
    vault.restrict(id, expires, views_left)?;
    vault.event(EventKind::Restricted, Some(id), 0)?;
    let record = vault.record(id)?;
    let expires = record.expires.map(|time| format!("expires {} UTC", dates::short(time)));
    let left = record.views_left.map(views);
    Ok(expires.into_iter().chain(left).collect::<Vec<_>>().join(", "))
}
