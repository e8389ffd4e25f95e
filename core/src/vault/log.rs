//! The audit log: what was done, without names or content, each event chained to the one before.

use ring::digest::{SHA256, digest};

use super::record::Id;

/// What was done. The vault itself writes no events: a list of what was once in it is a danger on the
/// phone of a source and a duty in a newsroom, so the program decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventKind {
    /// A file was received and stored.
    Received,
    /// A file was received that is stored already.
    ReceivedAgain,
    /// A clean copy was made.
    Cleaned,
    /// A file was refused.
    Refused,
    /// A record was shown.
    Shown,
    /// A record was exported.
    Exported,
    /// A record was given a shorter time or fewer views.
    Restricted,
    /// A record was removed.
    Removed,
    /// What opens the vault was changed.
    Rekeyed,
}

impl EventKind {
    const ALL: [EventKind; 9] = [
        EventKind::Received,
        EventKind::ReceivedAgain,
        EventKind::Cleaned,
        EventKind::Refused,
        EventKind::Shown,
        EventKind::Exported,
        EventKind::Restricted,
        EventKind::Removed,
        EventKind::Rekeyed,
    ];

    /// The number that stands for it in the index and in the chain. It never changes.
    pub(super) fn number(self) -> u8 {
        match self {
            EventKind::Received => 1,
            EventKind::ReceivedAgain => 2,
            EventKind::Cleaned => 3,
            EventKind::Refused => 4,
            EventKind::Shown => 5,
            EventKind::Exported => 6,
            EventKind::Restricted => 7,
            EventKind::Removed => 8,
            EventKind::Rekeyed => 9,
        }
    }

    pub(super) fn of_number(number: u8) -> Option<EventKind> {
        EventKind::ALL.into_iter().find(|kind| kind.number() == number)
    }
}

/// One event of the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// When, in seconds since 1970-01-01 00:00 UTC, by the clock of the vault.
    pub time: u64,
    /// What was done.
    pub kind: EventKind,
    /// To which record. It may be gone since.
    pub record: Option<Id>,
    /// A number that the program chose, like how many things in a photo could identify its source.
    pub number: u64,
}

impl Event {
    /// How long an event is in the index, in bytes.
    pub(super) const LENGTH: usize = 8 + 1 + 1 + Id::LENGTH + 8;

    /// As it stands in the index and in the chain: time, kind, whether there is a record, its id or
    /// zeros, number; numbers big-endian.
    pub(super) fn encode(&self) -> [u8; Event::LENGTH] {
        let mut bytes = [0; Event::LENGTH];
        let id = self.record.map_or([0; Id::LENGTH], |id| id.0);
        let (time, number) = (self.time.to_be_bytes(), self.number.to_be_bytes());
        let parts: [&[u8]; 4] =
            [&time, &[self.kind.number(), u8::from(self.record.is_some())], &id, &number];
        bytes.iter_mut().zip(parts.concat()).for_each(|(to, from)| *to = from);
        bytes
    }

    /// The hash of the chain up to this event, `before` being that of the one before: SHA-256 over a
    /// constant text, `before` and the event as [encoded](Event::encode).
    pub(super) fn chain(&self, before: [u8; 32]) -> [u8; 32] {
        let text = [&b"unmarked vault 1: event"[..], &before, &self.encode()].concat();
        let mut hash = [0; 32];
        hash.iter_mut().zip(digest(&SHA256, &text).as_ref()).for_each(|(to, from)| *to = *from);
        hash
    }
}

/// The audit log, verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// All events, oldest first.
    pub events: Vec<Event>,
    /// The hash of the chain up to the last event; zeros if there is none. Noted elsewhere, it shows
    /// later that nothing before it was changed.
    pub hash: [u8; 32],
}

impl Log {
    /// The hash of the chain after the first `count` events, to compare with one that was noted when
    /// there were as many. `None` if there are fewer.
    pub fn hash_after(&self, count: usize) -> Option<[u8; 32]> {
        let events = self.events.get(..count)?;
        Some(events.iter().fold([0; 32], |before, event| event.chain(before)))
    }
}
