//! Clean copies for editors, in a folder outside the vault.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use unmarked::vault::{self, EventKind, Id, Vault};

use super::Stop;
use super::told::Copy;
use crate::output::{self, Content, Naming};

/// A folder into which each clean copy is written once: who moves them on does not get them again.
pub(super) struct Copies<'a> {
    folder: &'a Path,
    /// What this or an earlier run has written, or `vault export`.
    written: HashSet<Id>,
    /// What this run has written and not noted in the log.
    unnoted: Vec<Id>,
}

impl<'a> Copies<'a> {
    pub(super) fn begin(folder: &'a Path, vault: &mut Vault) -> Result<Copies<'a>, vault::Error> {
        let events = vault.log()?.events;
        let exported = events.iter().filter(|event| event.kind == EventKind::Exported);
        let written = exported.filter_map(|event| event.record).collect();
        Ok(Copies { folder, written, unnoted: Vec::new() })
    }

    /// Writes those of `copies` that were not written yet. They bear the names that they have in the
    /// vault, so one that was written by a run that was stopped is known again.
    pub(super) fn write(
        &mut self,
        vault: &mut Vault,
        copies: &mut [Copy],
        stop: &impl Fn(vault::Error) -> Stop,
    ) -> Result<(), Stop> {
        for copy in copies {
            if !self.written.insert(copy.record) {
                continue;
            }
            let bytes = vault.read(copy.record).map_err(stop)?;
            let path = self.folder.join(&copy.name);
            if !fs::read(&path).is_ok_and(|there| there == *bytes) {
                let content = Content::to_hand_on(&bytes, "");
                output::write(self.folder, Naming::New(OsStr::new(&copy.name)), content)
                    .map_err(|problem| Stop { place: path.clone(), problem })?;
            }
            copy.output = Some(path);
            self.unnoted.push(copy.record);
        }
        Ok(())
    }

    /// Notes in the audit log what was written.
    pub(super) fn note(&mut self, vault: &mut Vault) -> Result<(), vault::Error> {
        let mut batch = vault.batch()?;
        for id in self.unnoted.drain(..) {
            batch.event(EventKind::Exported, Some(id), 0);
        }
        batch.commit()
    }
}
