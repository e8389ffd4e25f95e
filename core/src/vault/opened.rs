//! A vault while it is open: what it can be asked.

use std::collections::HashMap;

use ring::hmac;

use super::batch::Batch;
use super::clock::{Clock, SystemClock};
use super::commit::Changes;
use super::error::{Error, Part};
use super::head;
use super::index::Index;
use super::index::entry::{Digest, Entry};
use super::keys::{Cost, Needs, Unlock, Wrapping};
use super::log::{Event, EventKind, Log};
use super::random::{Random, System};
use super::record::{Id, NewRecord, Over, Record};
use super::storage::Storage;
use super::wrap::Wrapper;
use super::{commit, stream, wipe};
use crate::Memory;
use crate::secret::{SecretKey, scrub_stack};

/// How a vault is created or opened.
pub struct Settings {
    /// The time by which records expire.
    pub clock: Box<dyn Clock>,
    /// The least [`Vault::generation`] that is opened: a shell that notes the generation where the
    /// owner of the folder cannot change it (Keystore, Keychain) sees so that an old copy was put there.
    pub least_generation: u64,
    /// What a passphrase costs to try, for a new vault and after [`Vault::rekey`].
    pub cost: Cost,
}

impl Default for Settings {
    /// The system's clock, any generation, and the default cost.
    fn default() -> Settings {
        Settings { clock: Box::new(SystemClock), least_generation: 0, cost: Cost::default() }
    }
}

/// An open vault. The keys in it are wiped on drop, and its storage is free for others again.
pub struct Vault {
    pub(super) storage: Box<dyn Storage>,
    pub(super) random: Box<dyn Random>,
    pub(super) clock: Box<dyn Clock>,
    pub(super) cost: Cost,
    pub(super) wrapping: Wrapping,
    pub(super) vault_key: SecretKey,
    /// The key that is about to take its place: until the commit has come to its end, the head on the
    /// disk may be under either.
    pub(super) rekeyed: Option<SecretKey>,
    pub(super) state: head::State,
    pub(super) index: Index,
    /// Why records that came to their end since the vault was opened cannot be read.
    pub(super) over: HashMap<Id, Over>,
    /// A commit failed: what is on the disk must be read again before anything else is done.
    pub(super) doubt: bool,
    /// The file of the index must not be appended to.
    pub(super) rewrite: bool,
    /// There may be files that no record names.
    pub(super) sweep: bool,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    /// Makes a vault in empty storage.
    ///
    /// Errors: [`Error::Exists`] if there is anything in it, [`Error::Held`], [`Error::Needs`] if
    /// `unlock` is empty, and those of the disk.
    pub fn create(
        storage: Box<dyn Storage>,
        unlock: &Unlock,
        settings: Settings,
    ) -> Result<Vault, Error> {
        commit::create(storage, unlock, settings, Box::new(System))
    }

    /// Opens the vault in `storage`. Nothing in it is changed, unless a record has expired.
    ///
    /// Errors: [`Error::NotAVault`], [`Error::Held`], [`Error::Needs`], [`Error::WrongKey`],
    /// [`Error::Newer`], [`Error::Older`], [`Error::Damaged`], [`Error::RolledBack`], and those of the disk.
    pub fn open(
        storage: Box<dyn Storage>,
        unlock: &Unlock,
        settings: Settings,
    ) -> Result<Vault, Error> {
        commit::open(storage, unlock, settings, Box::new(System))
    }

    /// What opens the vault in `storage`, which need not be free.
    ///
    /// Errors: [`Error::NotAVault`], [`Error::Newer`], [`Error::Older`], [`Error::Damaged`], and those of the disk.
    pub fn needs(storage: &mut dyn Storage) -> Result<Needs, Error> {
        Ok(head::read(storage)?.wrapping.needs())
    }

    /// Counts what was ever changed in this vault. An old copy of the whole folder cannot be told from
    /// the folder itself; see [`Settings::least_generation`].
    pub fn generation(&self) -> u64 {
        self.state.generation
    }

    /// All records in the order of adding.
    ///
    /// Errors: those of the disk, if an earlier call failed.
    pub fn list(&mut self) -> Result<Vec<Record>, Error> {
        let now = self.settle()?;
        let there = self.index.records().filter(|held| held.record.over(now).is_none());
        Ok(there.map(|held| held.record.clone()).collect())
    }

    /// One record.
    ///
    /// Errors: [`Error::NoSuchRecord`], [`Error::Expired`], [`Error::NoViews`].
    pub fn record(&mut self, id: Id) -> Result<Record, Error> {
        let now = self.settle()?;
        self.reachable(id, now)?;
        self.index.get(id).map(|held| held.record.clone()).ok_or(Error::NoSuchRecord)
    }

    /// The [`Kind::Original`](super::Kind::Original) that holds exactly these bytes, so that what was
    /// received twice is stored once.
    pub fn find(&mut self, original: &[u8]) -> Result<Option<Id>, Error> {
        self.settle()?;
        Ok(self.index.original(&self.digest(original)))
    }

    /// Stores `content`. It is there for good once this has returned.
    ///
    /// Errors: as [`Batch::add`] and [`Batch::commit`].
    pub fn add(&mut self, content: &[u8], new: &NewRecord<'_>) -> Result<Id, Error> {
        let mut batch = self.batch()?;
        let id = batch.add(content, new)?;
        batch.commit()?;
        Ok(id)
    }

    /// Begins several changes that are made together, or not at all.
    ///
    /// Errors: those of the disk, if an earlier call failed.
    pub fn batch(&mut self) -> Result<Batch<'_>, Error> {
        let now = self.settle()?;
        Ok(Batch::new(self, now))
    }

    /// The content of a record. If its views are counted, this one lasts before the content is
    /// released; after the last one the record's key is destroyed. There is no other way to the
    /// content, so an export counts as a view.
    ///
    /// Errors: [`Error::NoSuchRecord`], [`Error::Expired`], [`Error::NoViews`], [`Error::Damaged`],
    /// [`Error::Memory`], and those of the disk.
    pub fn read(&mut self, id: Id) -> Result<Memory, Error> {
        let now = self.settle()?;
        let content = self.content(id, now)?;
        let limits = self.index.get(id).map(|held| (held.record.expires, held.record.views_left));
        if let Some((expires, Some(views_left))) = limits {
            let views_left = Some(views_left.saturating_sub(1));
            self.commit(Changes::of(Entry::Limits { id, expires, views_left }))?;
        }
        Ok(content)
    }

    /// The content of a record, which must not be released before its view is counted.
    pub(super) fn content(&mut self, id: Id, now: u64) -> Result<Memory, Error> {
        self.reachable(id, now)?;
        let held = self.index.get(id).ok_or(Error::NoSuchRecord)?;
        let damaged = Error::Damaged(Part::Record(id));
        let key = self.wrapper()?.unwrap(id, &held.key).ok_or(damaged)?;
        let length = held.record.length;
        let content = stream::read(&mut *self.storage, id, &*key, length);
        drop(key);
        scrub_stack();
        content
    }

    /// Gives a record a shorter time or fewer views: `expires` in seconds since 1970-01-01 00:00 UTC,
    /// `views` from now on. `None` leaves that limit as it is, and what would be looser does too. A
    /// time that is over, or no views, destroys the record at once.
    ///
    /// Errors: [`Error::NoSuchRecord`], [`Error::Expired`], [`Error::NoViews`], and those of the disk.
    pub fn restrict(
        &mut self,
        id: Id,
        expires: Option<u64>,
        views: Option<u32>,
    ) -> Result<(), Error> {
        let now = self.settle()?;
        self.reachable(id, now)?;
        let record = &self.index.get(id).ok_or(Error::NoSuchRecord)?.record;
        let expires = tighter(record.expires, expires);
        let views_left = tighter(record.views_left, views);
        if (expires, views_left) == (record.expires, record.views_left) {
            return Ok(());
        }
        self.commit(Changes::of(Entry::Limits { id, expires, views_left }))
    }

    /// Destroys the keys of records, then their files.
    ///
    /// Errors: [`Error::NoSuchRecord`], and nothing done, if one of them is not there; those of the disk.
    pub fn remove(&mut self, ids: &[Id]) -> Result<(), Error> {
        let mut batch = self.batch()?;
        for id in ids {
            batch.remove(*id)?;
        }
        batch.commit()
    }

    /// Writes an event into the audit log, at the time of the vault's clock.
    pub fn event(&mut self, kind: EventKind, record: Option<Id>, number: u64) -> Result<(), Error> {
        let mut batch = self.batch()?;
        batch.event(kind, record, number);
        batch.commit()
    }

    /// The audit log, whose chain was verified when the vault was opened.
    pub fn log(&mut self) -> Result<Log, Error> {
        self.settle()?;
        Ok(self.index.log())
    }

    /// Changes what opens the vault: the key of the device, the passphrase, or both, with a new vault
    /// key and a new index. What opened it before opens it no more.
    ///
    /// Who copied the folder before, and knows what opened it then, can still read what was in it then.
    /// So a shell that wants the key of a removed record to be gone from worn flash as well rekeys
    /// with a new platform key and lets the Keystore or Keychain forget the old one.
    ///
    /// Errors: [`Error::Needs`] if `unlock` is empty; those of the disk.
    pub fn rekey(&mut self, unlock: &Unlock) -> Result<(), Error> {
        self.settle()?;
        let key = self.new_key()?;
        let wrapping = Wrapping::new(&key, unlock, self.cost, &mut *self.random)?;
        self.commit(Changes { rekey: Some((wrapping, key)), ..Changes::default() })
    }

    /// Destroys the vault: its keys first, which takes an instant, then its files. From then on nothing
    /// in it can be read, even where removing a file fails.
    ///
    /// Flash may keep old copies of what was written over until it is erased: of the head too. They
    /// open by nothing but what opened the vault, so the shell destroys its platform key as well.
    ///
    /// Errors: those of the disk; every step is tried even if one fails.
    pub fn wipe(mut self) -> Result<(), Error> {
        wipe::wipe(&mut *self.storage, &mut *self.random)
    }

    /// [`wipe`](Vault::wipe) without what opens the vault.
    ///
    /// Errors: [`Error::Held`], [`Error::NotAVault`], those of the disk.
    pub fn wipe_unopened(mut storage: Box<dyn Storage>) -> Result<(), Error> {
        wipe::unopened(&mut *storage, &mut System)
    }

    /// The latest time seen, which a clock that is set back does not change.
    pub(super) fn now(&self) -> u64 {
        self.clock.now().max(self.state.latest)
    }

    /// An error if the record is not there, or its time or views are over.
    fn reachable(&self, id: Id, now: u64) -> Result<(), Error> {
        let over = match self.index.get(id) {
            Some(held) => held.record.over(now),
            None => Some(*self.over.get(&id).ok_or(Error::NoSuchRecord)?),
        };
        match over {
            None => Ok(()),
            Some(Over::Expired) => Err(Error::Expired),
            Some(Over::NoViews) => Err(Error::NoViews),
        }
    }

    /// A keyed digest: without the vault's keys nobody can ask whether a certain photo is in it.
    pub(super) fn digest(&self, content: &[u8]) -> Digest {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.state.digest_key.bytes());
        let mut digest = Digest::default();
        let tag = hmac::sign(&key, content);
        digest.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        digest
    }

    /// What wraps the keys of records, by the index as it is now.
    pub(super) fn wrapper(&self) -> Result<Wrapper, Error> {
        let key = commit::wrapping_key(&self.state.index_key)?;
        Wrapper::new(self.state.algorithm, &key)
    }

    pub(super) fn new_key(&mut self) -> Result<SecretKey, Error> {
        SecretKey::made_by(|key| self.random.fill(key))
    }
}

/// The smaller limit; none at all is the largest.
fn tighter<T: Ord>(old: Option<T>, new: Option<T>) -> Option<T> {
    match (old, new) {
        (Some(old), Some(new)) => Some(old.min(new)),
        (old, new) => old.or(new),
    }
}

impl Event {
    /// An event at `time`.
    pub(super) fn at(time: u64, kind: EventKind, record: Option<Id>, number: u64) -> Event {
        Event { time, kind, record, number }
    }
}
