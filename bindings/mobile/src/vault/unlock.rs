//! What opens a vault, in memory that is locked and wiped.

use std::sync::Arc;

use unmarked::vault::{Needs, Unlock};
use unmarked::{Error, Passphrase, SecretKey};

use super::VaultError;

/// What a vault is opened by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum VaultNeeds {
    /// The key of the device.
    PlatformKey,
    /// A passphrase.
    Passphrase,
    /// Both together; neither alone opens it.
    Both,
}

impl From<Needs> for VaultNeeds {
    fn from(needs: Needs) -> VaultNeeds {
        match needs {
            Needs::PlatformKey => VaultNeeds::PlatformKey,
            Needs::Passphrase => VaultNeeds::Passphrase,
            Needs::Both => VaultNeeds::Both,
        }
    }
}

/// What a person and a device bring to open a vault. It is copied into locked memory and wiped when
/// the last reference goes; wipe what you gave right after.
///
/// A platform key is 32 random bytes that the shell keeps wrapped by the device. A passphrase is
/// UTF-8; it is composed (NFC), so any keyboard types the same one.
///
/// Kotlin: pass direct buffers whose position is 0.
#[derive(Debug, uniffi::Object)]
pub struct VaultUnlock {
    pub(super) unlock: Unlock,
}

#[uniffi::export]
impl VaultUnlock {
    /// The key of the device alone.
    ///
    /// Errors: `Unusable` if it is not 32 bytes, `Failed` without memory.
    #[uniffi::constructor]
    pub fn with_platform_key(platform_key: &[u8]) -> Result<Arc<VaultUnlock>, VaultError> {
        made(Some(key(platform_key)?), None)
    }

    /// A passphrase alone: whoever has the folder can try passphrases, at the cost that the vault
    /// was created with.
    ///
    /// Errors: `Unusable` if it is empty, too long or not UTF-8.
    #[uniffi::constructor]
    pub fn with_passphrase(passphrase: &[u8]) -> Result<Arc<VaultUnlock>, VaultError> {
        made(None, Some(composed(passphrase)?))
    }

    /// Both together.
    ///
    /// Errors: as of each alone.
    #[uniffi::constructor]
    pub fn with_both(
        platform_key: &[u8],
        passphrase: &[u8],
    ) -> Result<Arc<VaultUnlock>, VaultError> {
        made(Some(key(platform_key)?), Some(composed(passphrase)?))
    }
}

fn made(
    platform_key: Option<SecretKey>,
    passphrase: Option<Passphrase>,
) -> Result<Arc<VaultUnlock>, VaultError> {
    Ok(Arc::new(VaultUnlock { unlock: Unlock { platform_key, passphrase } }))
}

fn key(bytes: &[u8]) -> Result<SecretKey, VaultError> {
    let key = bytes.try_into().map_err(|_| {
        VaultError::unusable("a platform key has 32 bytes", "make one with the system's generator")
    })?;
    SecretKey::copy_from(key).map_err(unusable)
}

fn composed(bytes: &[u8]) -> Result<Passphrase, VaultError> {
    let typed = std::str::from_utf8(bytes)
        .map_err(|_| VaultError::unusable("the passphrase is not text", "hand it over as UTF-8"))?;
    Passphrase::new(typed).map_err(unusable)
}

fn unusable(error: Error) -> VaultError {
    let (reason, advice) = (error.to_string(), error.advice().to_owned());
    match error {
        Error::Passphrase { .. } => VaultError::Unusable { reason, advice },
        _ => VaultError::Failed { reason, advice },
    }
}
