//! What can go wrong with a sealed file: one line each, never a key, a password or a photo's data.

use std::io;

use age::{DecryptError, EncryptError};

use super::password;

/// Why a file was not sealed or not opened. Nothing is released with any of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The content is not that of a sealed file.
    #[error("this is not a sealed file")]
    NotSealed,
    /// An age file in words.
    #[error("this is a sealed file in words (ASCII armor), which is not read")]
    Armor,
    /// An age file of another version than 1.
    #[error("this file is sealed in a newer form of age than this version knows")]
    Version,
    /// The bytes are not what somebody sealed.
    #[error("the sealed file is damaged: {0}")]
    Damaged(&'static str),
    /// The file was sealed to somebody else.
    #[error("the file is not sealed to any of these identities")]
    Identities,
    /// The password does not open it.
    #[error("the password is wrong, or the file is damaged")]
    Password,
    /// The file asks for more work than any honest one.
    #[error("the file wants a work factor of more than {most} for its password")]
    Work {
        /// The most that is opened: each step more doubles time and memory.
        most: u8,
    },
    /// The file was sealed with a password, and an identity was handed in.
    #[error("the file is sealed with a password")]
    WantsPassword,
    /// The file was sealed to recipients, and a password was handed in.
    #[error("the file is sealed to recipients, not with a password")]
    WantsIdentity,
    /// It must not be opened any more.
    #[error("the file has expired")]
    Expired,
    /// It was opened as often as it may be.
    #[error("the file has been opened as many times as it may be here")]
    NoViewsLeft,
    /// What has been opened before cannot be told.
    #[error("the record of what was opened is damaged")]
    State,
    /// What has been opened before cannot be read or kept: the words of who keeps it.
    #[error("the record of what was opened cannot be kept: {0}")]
    Store(String),
    /// A text that is no recipient that can be sealed to.
    #[error("cannot seal to this recipient: {0}")]
    Recipient(&'static str),
    /// A text that is no identity that can open files.
    #[error("cannot use this identity: {0}")]
    Identity(&'static str),
    /// Terms that no file can have.
    #[error("the file cannot be sealed so: {0}")]
    Terms(&'static str),
    /// One of the [`Limits`](crate::Limits) is passed.
    #[error("the file has {what} (limit {limit})")]
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// The limit, in the unit that `what` names.
        limit: u64,
    },
    /// The system gave no memory.
    #[error("there is not enough memory for the file")]
    Memory,
    /// The system gave no random numbers.
    #[error("the system gave no random numbers")]
    Random,
    /// The crate of age wrote what it does not write, which does not happen.
    #[error("there is a fault in the cipher")]
    Cipher,
}

impl Error {
    pub(super) const CUT: Error = Error::Damaged("it is cut off");
    pub(super) const CHANGED: Error = Error::Damaged("it was changed after it was sealed");
    pub(super) const HEADER: Error = Error::Damaged("its header is not in order");
    pub(super) const HEADER_TOO_LONG: Error = Error::Damaged("its header is too long");

    /// What the person can do instead, in one sentence.
    pub fn advice(&self) -> &'static str {
        match self {
            Error::NotSealed => "choose a file that was sealed by Unmarked or age",
            Error::Armor => "decrypt it with age -d",
            Error::Version => "get a newer version of Unmarked",
            Error::Damaged(_) => "copy it again, or ask for it once more",
            Error::Identities => {
                "choose the identity that belongs to the recipient it was sealed to"
            }
            Error::Password => "type the password again as it was told to you",
            Error::Work { .. } => "ask for it to be sealed again with the usual one",
            Error::WantsPassword => "leave --identity out and give the password",
            Error::WantsIdentity => "give the identity file that opens it",
            Error::Expired | Error::NoViewsLeft => "ask the sender to seal it again",
            Error::State => "remove the record to begin a new one",
            Error::Store(_) => "make room for it, or set XDG_STATE_HOME to a folder of yours",
            Error::Recipient(_) => "ask for a public key that begins with age1",
            Error::Identity(_) => "choose a file that age-keygen wrote",
            Error::Terms(_) => "choose others",
            Error::Limit { .. } => "export a smaller photo",
            Error::Memory => "close other programs and try again",
            Error::Random => "try again; if it stays so, restart the device",
            Error::Cipher => "report it as SECURITY.md says",
        }
    }
}

impl From<crate::Error> for Error {
    /// Of what seals and opens, only memory can fail.
    fn from(_: crate::Error) -> Error {
        Error::Memory
    }
}

impl From<io::Error> for Error {
    /// Of age's crate, which reads and writes memory alone.
    fn from(error: io::Error) -> Error {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Error::CUT,
            io::ErrorKind::OutOfMemory => Error::Memory,
            _ => Error::CHANGED,
        }
    }
}

impl From<EncryptError> for Error {
    /// Nothing but writing can fail: the recipients are there, and of one kind.
    fn from(error: EncryptError) -> Error {
        match error {
            EncryptError::Io(error) => error.into(),
            _ => Error::Cipher,
        }
    }
}

impl From<DecryptError> for Error {
    fn from(error: DecryptError) -> Error {
        match error {
            DecryptError::Io(error) => error.into(),
            DecryptError::InvalidMac => Error::CHANGED,
            DecryptError::NoMatchingKeys => Error::Identities,
            // a stanza for another identity is passed over, so this one is a password's
            DecryptError::DecryptionFailed => Error::Password,
            DecryptError::ExcessiveWork { .. } => Error::Work { most: password::MOST_WORK },
            // the version has been looked at before: what is unknown to the crate is a header in disorder
            _ => Error::HEADER,
        }
    }
}
