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
