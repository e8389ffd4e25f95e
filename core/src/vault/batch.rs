//! Several changes of a vault that are made together.

use zeroize::Zeroizing;

use super::commit::Changes;
use super::error::Error;
use super::index::entry::{Entry, Held, LONGEST_MEDIA_TYPE, LONGEST_NAME, LONGEST_NOTE, check};
use super::log::{Event, EventKind};
use super::opened::Vault;
use super::random;
use super::record::{Id, Kind, NewRecord, Record};
use super::stream;
use crate::Memory;
use crate::secret::{SecretKey, scrub_stack};

/// Several changes that are made together, or not at all, at [`commit`](Batch::commit). Without it they
/// are undone on drop.
///
/// Contents are written as they are added, so a batch needs the memory of one; four syncs are all that
/// it takes beyond the one that each content's file takes.
pub struct Batch<'a> {
    vault: &'a mut Vault,
    now: u64,
    changes: Changes,
    sequence: u64,
    /// Files written for this batch.
    files: Vec<Id>,
}

impl<'a> Batch<'a> {
    pub(super) fn new(vault: &'a mut Vault, now: u64) -> Batch<'a> {
        let sequence = vault.index.next_sequence();
        Batch { vault, now, changes: Changes::default(), sequence, files: Vec::new() }
    }

    /// Writes `content`, to be stored with the batch.
    ///
    /// Errors: [`Error::TooLong`] for words, [`Error::Expired`] and [`Error::NoViews`] if it could
    /// never be read, [`Error::Memory`], and those of the disk. The batch goes on without it.
    pub fn add(&mut self, content: &[u8], new: &NewRecord<'_>) -> Result<Id, Error> {
        if new.expires.is_some_and(|expires| expires <= self.now) {
            return Err(Error::Expired);
        }
        if new.views == Some(0) {
            return Err(Error::NoViews);
        }
        let name = check("the name", new.name, LONGEST_NAME)?;
        let media_type = check("the media type", new.media_type, LONGEST_MEDIA_TYPE)?;
        let note = check("the note", new.note, LONGEST_NOTE)?;
        let vault = &mut *self.vault;
        let id = Id(random::public(&mut *vault.random)?);
        let record = Record {
            id,
            kind: new.kind,
            name,
            media_type,
            note,
            length: content.len() as u64,
            added: self.now,
            expires: new.expires,
            views_left: new.views,
        };
        let mut key = Zeroizing::new([0; SecretKey::LENGTH]);
        vault.random.fill(&mut *key)?;
        let wrapped = vault.wrapper()?.wrap(id, &key, &mut *vault.random)?;
        let digest = (new.kind == Kind::Original).then(|| vault.digest(content));

        self.files.push(id);
        stream::write(&mut *vault.storage, id, &*key, content).inspect_err(|_| {
            // nothing names it; if it cannot be removed now, it is later
            let _ = vault.storage.remove(&id.to_string());
            vault.sweep = true;
        })?;
        let sequence = self.sequence;
        self.sequence = sequence.saturating_add(1);
        let held = Held { record, sequence, key: wrapped, digest };
        self.changes.entries.push(Entry::Record(Box::new(held)));
        drop(key);
        scrub_stack();
        Ok(id)
    }

    /// The original that holds exactly these bytes, in the vault or in this batch.
    pub fn find(&self, original: &[u8]) -> Option<Id> {
        let digest = self.vault.digest(original);
        let added = self.changes.entries.iter().find_map(|entry| match entry {
            Entry::Record(held) if held.digest == Some(digest) => Some(held.record.id),
            _ => None,
        });
        added.or_else(|| self.vault.index.original(&digest))
    }

    /// The content of a record that was in the vault before this batch, and whose views are not counted.
    ///
    /// Errors: as [`Vault::read`]; [`Error::NoViews`] if its views are counted, since each count is a
    /// commit of its own.
    pub fn read(&mut self, id: Id) -> Result<Memory, Error> {
        let held = self.vault.index.get(id).ok_or(Error::NoSuchRecord)?;
        if held.record.views_left.is_some() {
            return Err(Error::NoViews);
        }
        self.vault.content(id, self.now)
    }

    /// Removes a record of the vault with the batch.
    ///
    /// Errors: [`Error::NoSuchRecord`].
    pub fn remove(&mut self, id: Id) -> Result<(), Error> {
        self.vault.index.get(id).ok_or(Error::NoSuchRecord)?;
        self.changes.remove.push(id);
        Ok(())
    }

    /// Writes an event into the audit log with the batch.
    pub fn event(&mut self, kind: EventKind, record: Option<Id>, number: u64) {
        let event = Event::at(self.now, kind, record, number);
        self.changes.entries.push(Entry::Event(event));
    }

    /// Makes all changes. They are there for good once this has returned; if it fails, all of them are
    /// there or none.
    ///
    /// Errors: those of the disk, [`Error::Memory`].
    pub fn commit(mut self) -> Result<(), Error> {
        let changes = std::mem::take(&mut self.changes);
        // from here on the files belong to the commit: whether it came to its end decides about them
        self.files.clear();
        if changes.is_empty() { Ok(()) } else { self.vault.commit(changes) }
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        for id in self.files.drain(..) {
            if self.vault.storage.remove(&id.to_string()).is_err() {
                self.vault.sweep = true;
            }
        }
    }
}

impl std::fmt::Debug for Batch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Batch")
    }
}
