//! The vault for Kotlin and Swift.
//!
//! Every call blocks until the disk has done its part, and with a passphrase opening takes about a
//! second and 64 MiB: none belongs on the main thread.

mod content;
mod error;
mod log;
mod open;
mod record;
mod unlock;

pub use content::VaultContent;
pub use error::VaultError;
pub use log::{VaultEvent, VaultEventKind, VaultLog};
pub use open::{
    OpenVault, PassphraseCost, VaultSettings, create_vault, open_vault, vault_needs, wipe_vault,
};
pub use record::{RecordLimits, VaultRecord, VaultRecordKind, VaultRecordToAdd};
pub use unlock::{VaultNeeds, VaultUnlock};
