//! Errors of the vault that a person can act on.

use std::io;

use unmarked::vault::Error;

use super::VaultNeeds;

/// Why a vault did not do what it was asked. Each variant is a different thing to do; the words are one
/// English sentence each, without a key, a name or anything of a photo. Nothing that the vault
/// acknowledged before is lost by any of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum VaultError {
    /// The platform key or the passphrase is wrong; which of the two cannot be told.
    #[error("{reason}")]
    WrongKey {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// It is opened by something else than what was given: ask for that.
    #[error("{reason}")]
    NeedsOther {
        /// What opens it.
        needs: VaultNeeds,
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// There is no vault in the folder: create one.
    #[error("{reason}")]
    NoVault {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// A vault is to be created where there is something already.
    #[error("{reason}")]
    NotEmpty {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// Another process, or another object of this one, has it open.
    #[error("{reason}")]
    InUse {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// Written by a newer or a much older version: get the one that fits.
    #[error("{reason}")]
    OtherVersion {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// The vault or one record of it is damaged or was changed.
    #[error("{reason}")]
    Damaged {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// An older state of the vault than the one that was noted: somebody may have put it there.
    #[error("{reason}")]
    RolledBack {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// No space, or a folder that cannot be written to, or a disk that fails.
    #[error("{reason}")]
    Storage {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// The record's time is over, and its key is destroyed.
    #[error("{reason}")]
    Expired {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// The record was read as often as it may be, and its key is destroyed.
    #[error("{reason}")]
    NoViewsLeft {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// No record has this id, or it was removed.
    #[error("{reason}")]
    NoSuchRecord {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// What was given cannot be used: a key of another length, a passphrase that is empty, words that
    /// are too long.
    #[error("{reason}")]
    Unusable {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// The vault was locked or wiped through this object: open it again.
    #[error("{reason}")]
    Locked {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// The system gave no memory or no random numbers, or there is a fault in Unmarked.
    #[error("{reason}")]
    Failed {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
}

impl From<Error> for VaultError {
    fn from(error: Error) -> VaultError {
        let (reason, advice) = (error.to_string(), error.advice().to_owned());
        match error {
            Error::WrongKey => VaultError::WrongKey { reason, advice },
            Error::Needs(needs) => VaultError::NeedsOther { needs: needs.into(), reason, advice },
            Error::NotAVault => VaultError::NoVault { reason, advice },
            Error::Exists => VaultError::NotEmpty { reason, advice },
            Error::Held => VaultError::InUse { reason, advice },
            Error::Newer(_) | Error::Older(_) => VaultError::OtherVersion { reason, advice },
            Error::Damaged(_) => VaultError::Damaged { reason, advice },
            Error::RolledBack { .. } => VaultError::RolledBack { reason, advice },
            Error::NoSpace | Error::ReadOnly | Error::Disk { .. } => {
                VaultError::Storage { reason, advice }
            }
            Error::Expired => VaultError::Expired { reason, advice },
            Error::NoViews => VaultError::NoViewsLeft { reason, advice },
            Error::NoSuchRecord => VaultError::NoSuchRecord { reason, advice },
            Error::TooLong { .. } => VaultError::Unusable { reason, advice },
            _ => VaultError::Failed { reason, advice },
        }
    }
}

impl VaultError {
    pub(super) fn unusable(reason: &str, advice: &str) -> VaultError {
        VaultError::Unusable { reason: reason.to_owned(), advice: advice.to_owned() }
    }

    pub(super) fn locked() -> VaultError {
        VaultError::Locked {
            reason: "the vault is locked".to_owned(),
            advice: "open it again".to_owned(),
        }
    }

    pub(super) fn failed(reason: &str) -> VaultError {
        VaultError::Failed {
            reason: reason.to_owned(),
            advice: "lock the vault and open it again".to_owned(),
        }
    }

    /// Of a folder that cannot be opened or made.
    pub(super) fn folder(error: io::Error) -> VaultError {
        let error = match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Error::NotAVault,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::NoSpace,
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => Error::ReadOnly,
            kind => Error::Disk { doing: "opening its folder", kind },
        };
        error.into()
    }
}
