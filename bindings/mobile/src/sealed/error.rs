//! Errors of sealed files that a person can act on.

use unmarked::sealed::Error;

/// Why a file was not sealed or not opened. Each variant is a different thing to do; the words are one
/// English sentence each, without a key, a password or anything of a photo.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum SealedError {
    /// Not a sealed file, or one in a form that is not read.
    #[error("{reason}")]
    NotSealed {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// Cut off, changed, or asking for more work than any honest file: ask for it once more.
    #[error("{reason}")]
    Damaged {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// The password is wrong, or it is sealed to somebody else.
    #[error("{reason}")]
    WrongKey {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// It is opened by a password, and an identity was given, or the other way round.
    #[error("{reason}")]
    NeedsOther {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// Its time is over.
    #[error("{reason}")]
    Expired {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// It was opened here as often as it may be.
    #[error("{reason}")]
    NoViewsLeft {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// The views cannot be counted, so nothing is opened.
    #[error("{reason}")]
    NotCounted {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// What was given cannot be used: a recipient, an identity, a password, terms.
    #[error("{reason}")]
    Unusable {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// Too large.
    #[error("{reason}")]
    TooLarge {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// It could not be written where it was asked for.
    #[error("{reason}")]
    NotWritten {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// The system failed, or there is a fault in Unmarked.
    #[error("{reason}")]
    Failed {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
}

impl From<Error> for SealedError {
    fn from(error: Error) -> SealedError {
        let (reason, advice) = (error.to_string(), error.advice().to_owned());
        match error {
            Error::NotSealed | Error::Armor | Error::Version => {
                SealedError::NotSealed { reason, advice }
            }
            Error::Damaged(_) | Error::Work { .. } => SealedError::Damaged { reason, advice },
            Error::Identities | Error::Password => SealedError::WrongKey { reason, advice },
            // the core's advice names arguments of the command line
            Error::WantsPassword => SealedError::NeedsOther {
                reason,
                advice: "give the password that was told to you".to_owned(),
            },
            Error::WantsIdentity => SealedError::NeedsOther { reason, advice },
            Error::Expired => SealedError::Expired { reason, advice },
            Error::NoViewsLeft => SealedError::NoViewsLeft { reason, advice },
            Error::State => SealedError::NotCounted { reason, advice },
            Error::Store(_) => SealedError::NotCounted {
                reason,
                advice: "check the space that is left and try again".to_owned(),
            },
            Error::Recipient(_) | Error::Identity(_) | Error::Terms(_) => {
                SealedError::Unusable { reason, advice }
            }
            Error::Limit { .. } => SealedError::TooLarge { reason, advice },
            _ => SealedError::Failed { reason, advice },
        }
    }
}

impl SealedError {
    pub(super) fn unusable(reason: &str, advice: &str) -> SealedError {
        SealedError::Unusable { reason: reason.to_owned(), advice: advice.to_owned() }
    }

    pub(super) fn not_written(reason: String) -> SealedError {
        SealedError::NotWritten {
            reason,
            advice: "check the space that is left and try again".to_owned(),
        }
    }
}
