//! The audit log of a vault, as Kotlin and Swift see it.

use unmarked::vault::{Event, EventKind, Log};

use super::VaultError;

/// What was done. The vault writes no events by itself: on the phone of a source a list of what was
/// once in it is a danger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum VaultEventKind {
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

/// One event of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct VaultEvent {
    /// When, in seconds since 1970-01-01 00:00 UTC, by the clock of the vault.
    pub time: u64,
    /// What was done.
    pub kind: VaultEventKind,
    /// The id of the record that it was done to. It may be gone since.
    pub record: Option<String>,
    /// A number that the app chose.
    pub number: u64,
}

/// The audit log; its chain was verified when the vault was opened.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct VaultLog {
    /// All events, oldest first.
    pub events: Vec<VaultEvent>,
    /// The SHA-256 of the chain up to the last event, 32 bytes; zeros if there is none. Noted
    /// elsewhere, it shows later that nothing before it was changed.
    pub hash: Vec<u8>,
}

impl From<VaultEventKind> for EventKind {
    fn from(kind: VaultEventKind) -> EventKind {
        match kind {
            VaultEventKind::Received => EventKind::Received,
            VaultEventKind::ReceivedAgain => EventKind::ReceivedAgain,
            VaultEventKind::Cleaned => EventKind::Cleaned,
            VaultEventKind::Refused => EventKind::Refused,
            VaultEventKind::Shown => EventKind::Shown,
            VaultEventKind::Exported => EventKind::Exported,
            VaultEventKind::Restricted => EventKind::Restricted,
            VaultEventKind::Removed => EventKind::Removed,
            VaultEventKind::Rekeyed => EventKind::Rekeyed,
        }
    }
}

impl TryFrom<EventKind> for VaultEventKind {
    type Error = VaultError;

    fn try_from(kind: EventKind) -> Result<VaultEventKind, VaultError> {
        Ok(match kind {
            EventKind::Received => VaultEventKind::Received,
            EventKind::ReceivedAgain => VaultEventKind::ReceivedAgain,
            EventKind::Cleaned => VaultEventKind::Cleaned,
            EventKind::Refused => VaultEventKind::Refused,
            EventKind::Shown => VaultEventKind::Shown,
            EventKind::Exported => VaultEventKind::Exported,
            EventKind::Restricted => VaultEventKind::Restricted,
            EventKind::Removed => VaultEventKind::Removed,
            EventKind::Rekeyed => VaultEventKind::Rekeyed,
            // an event that is left out or renamed would make a false log
            _ => return Err(VaultError::failed("the audit log has an event without a name here")),
        })
    }
}

impl TryFrom<Log> for VaultLog {
    type Error = VaultError;

    fn try_from(log: Log) -> Result<VaultLog, VaultError> {
        let events = log.events.iter().map(|event: &Event| {
            Ok(VaultEvent {
                time: event.time,
                kind: event.kind.try_into()?,
                record: event.record.map(|id| id.to_string()),
                number: event.number,
            })
        });
        Ok(VaultLog { events: events.collect::<Result<_, VaultError>>()?, hash: log.hash.to_vec() })
    }
}
