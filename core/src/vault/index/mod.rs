//! What a vault holds, in memory, and its encrypted log.

pub(super) mod block;
pub(super) mod entry;

use std::collections::{BTreeMap, HashMap};

use zeroize::Zeroizing;

use super::log::{Event, Log};
use super::record::Id;
use entry::{Digest, Entry, Held};

/// Every record and event of a vault.
#[derive(Default)]
pub(super) struct Index {
    records: BTreeMap<u64, Held>,
    sequences: HashMap<Id, u64>,
    originals: HashMap<Digest, Id>,
    events: Vec<Event>,
    events_hash: [u8; 32],
}

impl Index {
    /// Takes one entry in; `None`, and nothing done, if it contradicts what is there.
    pub(super) fn apply(&mut self, entry: Entry) -> Option<()> {
        match entry {
            Entry::Record(held) => {
                let later = self.records.last_key_value().is_none_or(|(at, _)| *at < held.sequence);
                if !later || self.sequences.contains_key(&held.record.id) {
                    return None;
                }
                self.sequences.insert(held.record.id, held.sequence);
                if let Some(digest) = held.digest {
                    self.originals.insert(digest, held.record.id);
                }
                self.records.insert(held.sequence, *held);
            }
            Entry::Limits { id, expires, views_left } => {
                let record = &mut self.records.get_mut(self.sequences.get(&id)?)?.record;
                // no limit at all counts as the loosest
                let tighter = expires.unwrap_or(u64::MAX) <= record.expires.unwrap_or(u64::MAX)
                    && views_left.map_or(u64::MAX, u64::from)
                        <= record.views_left.map_or(u64::MAX, u64::from);
                if !tighter {
                    return None;
                }
                (record.expires, record.views_left) = (expires, views_left);
            }
            Entry::Event(event) => {
                self.events_hash = event.chain(self.events_hash);
                self.events.push(event);
            }
        }
        Some(())
    }

    /// Forgets a record.
    pub(super) fn remove(&mut self, id: Id) {
        let Some(held) = self.sequences.remove(&id).and_then(|at| self.records.remove(&at)) else {
            return;
        };
        if let Some(digest) = held.digest
            && self.originals.get(&digest) == Some(&id)
        {
            self.originals.remove(&digest);
        }
    }

    pub(super) fn get(&self, id: Id) -> Option<&Held> {
        self.records.get(self.sequences.get(&id)?)
    }

    /// The original that has this digest.
    pub(super) fn original(&self, digest: &Digest) -> Option<Id> {
        self.originals.get(digest).copied()
    }

    /// All records in the order of adding.
    pub(super) fn records(&self) -> impl Iterator<Item = &Held> {
        self.records.values()
    }

    pub(super) fn records_mut(&mut self) -> impl Iterator<Item = &mut Held> {
        self.records.values_mut()
    }

    /// The sequence of the next record.
    pub(super) fn next_sequence(&self) -> u64 {
        self.records.last_key_value().map_or(0, |(last, _)| last.saturating_add(1))
    }

    /// The audit log.
    pub(super) fn log(&self) -> Log {
        Log { events: self.events.clone(), hash: self.events_hash }
    }

    /// How many events there are, and the hash of their chain.
    pub(super) fn events_end(&self) -> (u64, [u8; 32]) {
        (self.events.len() as u64, self.events_hash)
    }

    /// Everything, as the entries of a new log.
    pub(super) fn entries(&self) -> impl Iterator<Item = Zeroizing<Vec<u8>>> {
        let events = self.events.iter().map(entry::encode_event);
        self.records.values().map(Held::encode).chain(events)
    }

    /// How many blocks a new log of everything takes, about.
    pub(super) fn least_blocks(&self) -> u64 {
        let records: usize = self
            .records
            .values()
            .map(|held| {
                let record = &held.record;
                let texts = [&record.name, &record.media_type, &record.note];
                texts.map(|text| text.as_ref().map_or(0, String::len)).iter().sum::<usize>()
            })
            .fold(0, usize::saturating_add)
            .saturating_add(self.records.len().saturating_mul(RECORD));
        let bytes = records.saturating_add(self.events.len().saturating_mul(Event::LENGTH + 3));
        (bytes as u64).div_ceil(block::TEXT as u64)
    }
}

/// What the entry of a record takes without its words, in bytes.
const RECORD: usize = 3 + 8 + 16 + 1 + 16 + 60 + 8 + 8 + 1 + 8 + 4 + 32 + 6;

/// An entry as bytes for the log.
pub(super) fn encode(entry: &Entry) -> Zeroizing<Vec<u8>> {
    entry.encode()
}
