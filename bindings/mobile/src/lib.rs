//! Unmarked for Kotlin and Swift: converts types, sets up logging, nothing else.
//!
//! A photo goes in as bytes that are not copied; the clean photo stays in Rust as a
//! [`CleanPhoto`] that writes itself to a file descriptor or is read in pieces. So does what is read
//! from a vault, and what is sealed or opened.

mod clean_photo;
mod error;
mod given_out;
mod inspection;
mod logging;
mod policy;
mod receipt;
mod sealed;
mod vault;

pub use clean_photo::{CleanPhoto, clean_photo, rebuild_pixels};
pub use error::PhotoError;
pub use inspection::{
    Betrayal, FindingCarrier, PhotoFinding, PhotoInspection, PhotoVerdict, check_photo,
    inspect_photo, page_count,
};
pub use logging::start_logging;
pub use policy::{
    CleaningMethod, CleaningPolicy, PictureFormat, PicturePoint, RebuildSettings, RedactionShape,
    SharingChannel, channel_policy,
};
pub use receipt::{KeptPart, PhotoReceipt, ReceiptNote, RemainingRisk, RemovedPart};

pub use sealed::{
    OpenedFile, SealKey, SealLock, SealTerms, SealedError, SealedFile, SealedNeeds, open_sealed,
    seal_clean_photo, seal_photo, sealed_needs,
};
pub use vault::{
    OpenVault, PassphraseCost, RecordLimits, VaultContent, VaultError, VaultEvent, VaultEventKind,
    VaultLog, VaultNeeds, VaultRecord, VaultRecordKind, VaultRecordToAdd, VaultSettings,
    VaultUnlock, create_vault, open_vault, vault_needs, wipe_vault,
};

/// Wipes what is given back: also what libraries hold (keys, decoded pictures), and the copies that the
/// boundary makes of words.
#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

uniffi::setup_scaffolding!();
