//! What can go wrong with a vault: each something a person can act on, never a key, a name or a photo.

use std::io;

use super::keys::Needs;
use super::record::Id;

/// Why a vault did not do what it was asked. Nothing that it acknowledged before is lost by any of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The key or the passphrase is wrong; which of the two cannot be told.
    #[error("the key or the passphrase does not open this vault")]
    WrongKey,
    /// Not exactly what opens this vault was given.
    #[error("this vault is opened by {0}")]
    Needs(Needs),
    /// The folder holds no vault.
    #[error("there is no vault in this folder")]
    NotAVault,
    /// The folder holds a vault or something else already.
    #[error("the folder is not empty")]
    Exists,
    /// Written by a later version of Unmarked.
    #[error("the vault was written by a later version of Unmarked (format {0})")]
    Newer(u16),
    /// Written in a format that this version no longer reads.
    #[error("the vault was written in an old format ({0}) that this version does not read")]
    Older(u16),
    /// A file of the vault was changed, cut, exchanged, or is missing.
    #[error("{0} is damaged or was changed")]
    Damaged(Part),
    /// The whole vault is an earlier state than the caller knows of.
    #[error("the vault is an old copy: its state {found} is older than {expected}")]
    RolledBack {
        /// The generation found.
        found: u64,
        /// The least generation that was asked for.
        expected: u64,
    },
    /// Another process, or another part of this one, has the vault open.
    #[error("the vault is in use by another program")]
    Held,
    /// There is no room on the disk.
    #[error("there is no space left for the vault")]
    NoSpace,
    /// The folder cannot be written to.
    #[error("the folder of the vault cannot be written to")]
    ReadOnly,
    /// The disk failed in another way.
    #[error("the disk failed while the vault was {doing}: {kind}")]
    Disk {
        /// What was being done.
        doing: &'static str,
        /// What the system says.
        kind: io::ErrorKind,
    },
    /// The record's time is over. Its key is destroyed.
    #[error("the record has expired")]
    Expired,
    /// The record was read as often as it may be. Its key is destroyed.
    #[error("the record has no views left")]
    NoViews,
    /// No record has this id, or it was removed.
    #[error("there is no such record in the vault")]
    NoSuchRecord,
    /// More than a field of a record has room for.
    #[error("{what} is longer than {limit} bytes")]
    TooLong {
        /// Which field.
        what: &'static str,
        /// How long it may be, in bytes.
        limit: u64,
    },
    /// The system gave no memory.
    #[error("there is not enough memory")]
    Memory,
    /// The system gave no random numbers.
    #[error("the system gave no random numbers")]
    Random,
}

/// A part of a vault that can be damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What opens the vault, and says which state of the index counts.
    Head,
    /// The list of records.
    Index,
    /// The content of one record.
    Record(Id),
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Part::Head => f.write_str("the head of the vault"),
            Part::Index => f.write_str("the index of the vault"),
            Part::Record(id) => write!(f, "the record {id}"),
        }
    }
}

impl Error {
    /// What the person can do, in one sentence.
    pub fn advice(&self) -> &'static str {
        match self {
            Error::WrongKey => "type the passphrase again, on the device that made the vault",
            Error::Needs(_) => "give exactly that",
            Error::NotAVault => "name the folder of a vault, or create one",
            Error::Exists => "name a folder that is empty or does not exist",
            Error::Newer(_) => "install the latest version of Unmarked",
            Error::Older(_) => "open it with the version that wrote it, and export what it holds",
            Error::Damaged(Part::Record(_)) => {
                "the other records are not touched; restore the vault from a copy to get this one"
            }
            Error::Damaged(_) => "restore the whole folder from a copy",
            Error::RolledBack { .. } => "find out who put an old copy there before you trust it",
            Error::Held => "close the other program",
            Error::NoSpace => "free some space on this disk",
            Error::ReadOnly => "make the folder writable, or copy the vault elsewhere",
            Error::Disk { .. } => "check the disk, and try again",
            Error::Expired | Error::NoViews => "nobody can bring it back",
            Error::NoSuchRecord => "list the vault to see what it holds",
            Error::TooLong { .. } => "make it shorter",
            Error::Memory => "close other programs and try again",
            Error::Random => "try again; if it stays so, restart the device",
        }
    }

    /// The error of a disk that failed while the vault was `doing` something.
    pub(super) fn disk(doing: &'static str) -> impl Fn(io::Error) -> Error {
        move |error| match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::NoSpace,
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => Error::ReadOnly,
            io::ErrorKind::OutOfMemory => Error::Memory,
            kind => Error::Disk { doing, kind },
        }
    }
}

impl From<crate::Error> for Error {
    /// Only what memory and random numbers give.
    fn from(error: crate::Error) -> Error {
        match error {
            crate::Error::Random => Error::Random,
            _ => Error::Memory,
        }
    }
}
