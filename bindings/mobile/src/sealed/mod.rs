//! Sealed files for Kotlin and Swift. With a password every call takes about a second and 256 MiB, so
//! none belongs on the main thread.

mod error;
mod open;
mod seal;

pub use error::SealedError;
pub use open::{OpenedFile, SealKey, SealedNeeds, open_sealed, sealed_needs};
pub use seal::{SealLock, SealTerms, SealedFile, seal_clean_photo, seal_photo};
