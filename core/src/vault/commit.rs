//! How a vault goes from one state to the next: records first, then the index, then the head.

use std::collections::{HashMap, HashSet};
use std::io;

use super::aead::{Algorithm, derive};
use super::error::{Error, Part};
use super::head::{self, State};
use super::index::block::{End, Writer};
use super::index::entry::Entry;
use super::index::{self, Index, block};
use super::keys::{Unlock, Wrapping};
use super::opened::{Settings, Vault};
use super::random::{self, Random};
use super::record::Id;
use super::storage::Storage;
use super::whole::remove_if_there;
use super::wrap::Wrapper;
use crate::secret::{SecretKey, scrub_stack};

/// An index of fewer blocks is not worth writing anew.
const SMALL: u64 = 256;
/// How many times as long as it needs to be an index may grow.
const GROWTH: u64 = 3;

/// What one commit changes.
#[derive(Default)]
pub(super) struct Changes {
    pub(super) entries: Vec<Entry>,
    pub(super) remove: Vec<Id>,
    pub(super) rekey: Option<(Wrapping, SecretKey)>,
}

impl Changes {
    pub(super) fn of(entry: Entry) -> Changes {
        Changes { entries: vec![entry], ..Changes::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.remove.is_empty() && self.rekey.is_none()
    }
}

/// Makes a vault. Its head is its only file yet.
pub(super) fn create(
    mut storage: Box<dyn Storage>,
    unlock: &Unlock,
    settings: Settings,
    mut random: Box<dyn Random>,
) -> Result<Vault, Error> {
    lock(&mut *storage)?;
    let names = storage.list().map_err(Error::disk("looking into its folder"))?;
    if !names.iter().all(|name| head::is_unfinished(name)) {
        return Err(Error::Exists);
    }
    let mut key = || SecretKey::made_by(|key| random.fill(key));
    let (vault_key, index_key, digest_key) = (key()?, key()?, key()?);
    let wrapping = Wrapping::new(&vault_key, unlock, settings.cost, &mut *random)?;
    let state = State {
        generation: 1,
        index: Id(random::public(&mut *random)?),
        algorithm: Algorithm::of_this_processor(),
        index_key,
        end: End::START,
        latest: settings.clock.now(),
        digest_key,
        events: (0, [0; 32]),
    };
    head::write(&mut *storage, &mut *random, &wrapping, &vault_key, &state)?;
    let index = Index::default();
    Ok(vault(storage, random, settings, (wrapping, vault_key), state, index, true))
}

/// Opens a vault, and destroys what has expired in it.
pub(super) fn open(
    mut storage: Box<dyn Storage>,
    unlock: &Unlock,
    settings: Settings,
    random: Box<dyn Random>,
) -> Result<Vault, Error> {
    // what is not a vault is told first, and nothing is written into somebody's folder
    head::read(&mut *storage)?;
    lock(&mut *storage)?;
    let sealed = head::read(&mut *storage)?;
    let vault_key = sealed.wrapping.open(unlock)?;
    let state = sealed.open(&vault_key)?;
    if state.generation < settings.least_generation {
        let (found, expected) = (state.generation, settings.least_generation);
        return Err(Error::RolledBack { found, expected });
    }
    let (index, rewrite) = load(&mut *storage, &state)?;
    let keys = (sealed.wrapping, vault_key);
    let mut vault = vault(storage, random, settings, keys, state, index, rewrite);
    vault.settle()?;
    Ok(vault)
}

fn vault(
    storage: Box<dyn Storage>,
    random: Box<dyn Random>,
    settings: Settings,
    (wrapping, vault_key): (Wrapping, SecretKey),
    state: State,
    index: Index,
    rewrite: bool,
) -> Vault {
    let Settings { clock, cost, .. } = settings;
    let (over, rekeyed, doubt, sweep) = (HashMap::new(), None, false, true);
    Vault {
        storage,
        random,
        clock,
        cost,
        wrapping,
        vault_key,
        rekeyed,
        state,
        index,
        over,
        doubt,
        rewrite,
        sweep,
    }
}

/// Takes the storage for this vault alone.
pub(super) fn lock(storage: &mut dyn Storage) -> Result<(), Error> {
    storage.lock().map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock => Error::Held,
        _ => Error::disk("locking its folder")(error),
    })
}

/// The key that wraps the keys of records, one for each index.
pub(super) fn wrapping_key(index_key: &SecretKey) -> Result<SecretKey, Error> {
    derive(b"", index_key.bytes(), &[b"unmarked vault 1: keys of records"])
}

fn blocks_key(index_key: &SecretKey) -> Result<SecretKey, Error> {
    derive(b"", index_key.bytes(), &[b"unmarked vault 1: blocks of the index"])
}

/// Reads the index that `state` names, and tells whether it must be written anew before it goes on.
fn load(storage: &mut dyn Storage, state: &State) -> Result<(Index, bool), Error> {
    let mut index = Index::default();
    let mut longer = true;
    // a vault that never held anything has no file for it
    if state.end.blocks > 0 {
        let key = (state.algorithm, &blocks_key(&state.index_key)?);
        let name = state.index.to_string();
        longer = block::read(storage, &name, key, &state.end, |entry| index.apply(entry))?;
    }
    if index.events_end() != state.events {
        return Err(Error::Damaged(Part::Index));
    }
    scrub_stack();
    Ok((index, longer))
}

impl Vault {
    /// Brings what is in memory in line with the disk and the clock, and tells the time. What has
    /// expired is destroyed; if that fails, it is still not shown.
    pub(super) fn settle(&mut self) -> Result<u64, Error> {
        self.reload_if_in_doubt()?;
        let now = self.now();
        if self.index.records().any(|held| held.record.over(now).is_some()) {
            let _ = self.commit(Changes::default());
            self.reload_if_in_doubt()?;
        }
        // seen is seen, even if nothing could be written
        self.state.latest = self.state.latest.max(now);
        Ok(now)
    }

    /// After a commit that failed nobody knows whether it came to its end: the disk does. What it gives
    /// may not last yet, so nothing is appended to it.
    fn reload_if_in_doubt(&mut self) -> Result<(), Error> {
        if !self.doubt {
            return Ok(());
        }
        let sealed = head::read(&mut *self.storage)?;
        let mut state = match (sealed.open(&self.vault_key), self.rekeyed.take()) {
            (Err(_), Some(key)) => {
                let state = sealed.open(&key)?;
                self.vault_key = key;
                state
            }
            (state, _) => state?,
        };
        self.wrapping = sealed.wrapping;
        state.latest = state.latest.max(self.state.latest);
        (self.index, _) = load(&mut *self.storage, &state)?;
        self.state = state;
        (self.doubt, self.rewrite, self.sweep) = (false, true, true);
        Ok(())
    }

    /// Makes `changes`, together with what time has brought. If it fails, the vault is in doubt.
    pub(super) fn commit(&mut self, changes: Changes) -> Result<(), Error> {
        self.doubt = true;
        let now = self.now();
        let encoded: Vec<_> = changes.entries.iter().map(index::encode).collect();
        for entry in changes.entries {
            self.index.apply(entry).ok_or(Error::NoSuchRecord)?;
        }
        let mut gone = changes.remove;
        for held in self.index.records() {
            if let Some(over) = held.record.over(now) {
                self.over.insert(held.record.id, over);
                gone.push(held.record.id);
            }
        }
        gone.iter().for_each(|id| self.index.remove(*id));

        let old = self.state.index;
        let grown = self.state.end.blocks > SMALL
            && self.state.end.blocks > self.index.least_blocks().saturating_mul(GROWTH);
        // a key is gone once no index holds it
        let rewrite = self.rewrite || grown || !gone.is_empty() || changes.rekey.is_some();
        let name = self.state.index.to_string();
        // and what somebody else wrote behind the end must not come into the chain
        let size = self.state.end.blocks.saturating_mul(block::BLOCK as u64);
        let rewrite = rewrite || !self.storage.length(&name).is_ok_and(|length| length == size);
        if rewrite {
            self.rewrite_index()?;
        } else {
            let key = (self.state.algorithm, &blocks_key(&self.state.index_key)?);
            let (storage, random) = (&mut *self.storage, &mut *self.random);
            let mut writer = Writer::new(storage, random, &name, key, self.state.end)?;
            encoded.iter().try_for_each(|entry| writer.push(entry))?;
            self.state.end = writer.finish()?;
        }
        if let Some((wrapping, vault_key)) = changes.rekey {
            self.wrapping = wrapping;
            self.rekeyed = Some(vault_key);
        }
        self.state.generation = self.state.generation.saturating_add(1);
        self.state.latest = now;
        self.state.events = self.index.events_end();
        let (storage, random) = (&mut *self.storage, &mut *self.random);
        let vault_key = self.rekeyed.as_ref().unwrap_or(&self.vault_key);
        head::write(storage, random, &self.wrapping, vault_key, &self.state)?;
        scrub_stack();
        if let Some(vault_key) = self.rekeyed.take() {
            self.vault_key = vault_key;
        }
        (self.doubt, self.rewrite) = (false, false);

        // the keys are gone; a file that cannot be removed now is no more than noise, and is later
        for id in gone.iter().chain(rewrite.then_some(&old)) {
            self.sweep |= remove_if_there(&mut *self.storage, &id.to_string()).is_err();
        }
        let removed = self.sweep || rewrite || !gone.is_empty();
        if self.sweep {
            self.sweep = self.remove_unnamed().is_err();
        }
        if removed {
            self.sweep |= self.storage.sync_folder().is_err();
        }
        Ok(())
    }

    /// Writes the whole index to a new file under a new key, with the keys of records wrapped anew.
    fn rewrite_index(&mut self) -> Result<(), Error> {
        let index_key = self.new_key()?;
        let algorithm = Algorithm::of_this_processor();
        let id = Id(random::public(&mut *self.random)?);
        let before = self.wrapper()?;
        let after = Wrapper::new(algorithm, &wrapping_key(&index_key)?)?;
        for held in self.index.records_mut() {
            let id = held.record.id;
            let key = before.unwrap(id, &held.key).ok_or(Error::Damaged(Part::Index))?;
            held.key = after.wrap(id, &key, &mut *self.random)?;
        }
        let name = id.to_string();
        let key = blocks_key(&index_key)?;
        let (storage, random) = (&mut *self.storage, &mut *self.random);
        storage.create(&name).map_err(Error::disk("writing its index"))?;
        let mut writer = Writer::new(storage, random, &name, (algorithm, &key), End::START)?;
        for entry in self.index.entries() {
            writer.push(&entry)?;
        }
        let end = writer.finish()?;
        (self.state.index, self.state.index_key) = (id, index_key);
        (self.state.algorithm, self.state.end) = (algorithm, end);
        Ok(())
    }

    /// Removes files that a crash or a failure left and nothing names.
    fn remove_unnamed(&mut self) -> io::Result<()> {
        let mut named: HashSet<Id> = self.index.records().map(|held| held.record.id).collect();
        named.insert(self.state.index);
        for name in self.storage.list()? {
            // what has another name than the vault gives was put there by somebody, and stays
            if name.parse::<Id>().is_ok_and(|id| !named.contains(&id)) {
                remove_if_there(&mut *self.storage, &name)?;
            }
        }
        Ok(())
    }
}
