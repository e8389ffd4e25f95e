//! The vault: photos that exist nowhere else, encrypted on the device.
//!
//! | to do this | start here |
//! |---|---|
//! | make or open a vault in a folder | [`Vault::create`], [`Vault::open`] with a [`Folder`], an [`Unlock`] and [`Settings`] |
//! | know what opens it | [`Vault::needs`] |
//! | store, list, read, limit, remove | [`Vault::add`], [`list`](Vault::list), [`read`](Vault::read), [`restrict`](Vault::restrict), [`remove`](Vault::remove) |
//! | store many at once | [`Vault::batch`] |
//! | keep an audit log | [`Vault::event`], [`Vault::log`] |
//! | change what opens it | [`Vault::rekey`] |
//! | destroy it | [`Vault::wipe`], [`Vault::wipe_unopened`] |
//! | keep it elsewhere than in a folder | [`Storage`] |
//!
//! # The format, version 1
//!
//! | file | what it is | format |
//! |---|---|---|
//! | `head` | what opens the vault, and which state of the index counts; 1 KiB, replaced at every commit | `head.rs`, `keys.rs` |
//! | 32 hexadecimal digits | the index: an encrypted log of blocks of 1 KiB, chained by SHA-256 | `index/block.rs`, `index/entry.rs` |
//! | 32 hexadecimal digits | one record's content, in chunks of 64 KiB, padded | `stream.rs`, `padding.rs` |
//! | `lock` | empty; held locked while the vault is open | `folder.rs` |
//! | `head.new` | a head that was not finished; it means nothing | `whole.rs` |
//!
//! ```text
//! platform key ‖ Argon2id(passphrase) ── HKDF ── wraps ── vault key ── HKDF ── encrypts ── head
//! head holds: index key ── HKDF ── encrypts ── blocks of the index
//!                       └─ HKDF ── wraps ───── a random key for each record, kept in the index
//!             digest key ── HMAC ── finds an original again
//! ```
//!
//! A commit writes in this order: files of records, each synced; blocks of the index, synced; the head,
//! by temporary, sync, rename, sync folder. The rename is the commit. What stands behind the end that
//! the head tells, and files that no record names, were never acknowledged: the first is not read, the
//! second are removed at the next commit.
//!
//! A record goes by a new index under a new key that leaves its key out, then its file. The same happens
//! when the index has grown to three times what it needs, and whenever a write failed before: on Linux,
//! after a sync that failed, nobody can know what of that file lasts.
//!
//! # Why so
//!
//! - Chunks are as in age (STREAM: number and last flag in the nonce), since Cryptomator's chunks with
//!   random nonces and their number as associated data cannot show that the last ones were cut off.
//! - Index and head are as LevelDB's log and manifest (append, then replace one small file whose rename
//!   is the commit), since SQLite's rollback journal and WAL need writes in the middle of a file that
//!   stays, and a torn one would have to be told from an attack.
//! - The head is one file with what opens the vault in it, so that a change of passphrase is one rename.
//! - Nonces of the index are random, not counted: after a crash the same place is written again.
//!
//! # What is not promised
//!
//! - An old copy of the whole folder is a vault too; [`Settings::least_generation`] tells it apart for
//!   whoever notes [`Vault::generation`] elsewhere.
//! - Expiry trusts the clock as far as it goes on: set back, it is not believed, and what was destroyed
//!   stays so; set forward, it destroys too early.
//! - How many records there are can be counted, and the system keeps the time of a file's last change
//!   of state (`ctime`), which no program can set.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod aead;
mod batch;
mod clock;
mod commit;
mod error;
#[cfg(unix)]
mod folder;
mod head;
mod index;
mod keys;
mod log;
mod opened;
mod padding;
mod random;
mod record;
mod storage;
mod stream;
#[cfg(test)]
mod tests;
mod whole;
mod wipe;
mod wrap;

pub use batch::Batch;
pub use clock::{Clock, SystemClock};
pub use error::{Error, Part};
#[cfg(unix)]
pub use folder::Folder;
pub use keys::{Cost, Needs, Unlock};
pub use log::{Event, EventKind, Log};
pub use opened::{Settings, Vault};
pub use record::{Id, Kind, NewRecord, Record};
pub use storage::Storage;
pub(crate) use whole::replace;
