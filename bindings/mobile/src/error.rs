//! Errors that a person can act on.

use unmarked::{Error, Format, Method, Policy};

/// Why there is no clean photo. Each variant is a different thing to do; the words are one
/// English sentence each, without anything that the photo says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum PhotoError {
    /// Not a photo, or empty: choose another file.
    #[error("{reason}")]
    NotAPhoto {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// A format, coding or colour profile that cannot be cleaned: export it as JPEG.
    #[error("{reason}")]
    Unsupported {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// As it is it cannot be cleaned, but the platform's decoder may draw it: hand its pixels to
    /// `rebuildPixels`. Where that fails too, tell the person this.
    #[error("{reason}")]
    Undecoded {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// Cut off or damaged: copy it again.
    #[error("{reason}")]
    Damaged {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// Too large: export a smaller one.
    #[error("{reason}")]
    TooLarge {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// The clean photo could not be written where it was asked for.
    #[error("{reason}")]
    NotWritten {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
    /// The result did not pass the audit, or the system failed. Nothing was released.
    #[error("{reason}")]
    Failed {
        /// What is wrong.
        reason: String,
        /// What to do instead.
        advice: String,
    },
}

impl PhotoError {
    /// The refusal of a photo, of this format if it has a known one, that was to be cleaned as
    /// `policy` says.
    pub(crate) fn refused(error: Error, format: Option<Format>, policy: &Policy) -> PhotoError {
        let named = policy.method != Method::Rebuild && !policy.rebuild_if_refused;
        let decoded = format.is_some_and(Format::is_decoded);
        if !named && format.is_some_and(|format| error.may_be_drawn_by_platform(format)) {
            let (reason, advice) = (error.to_string(), error.advice().to_owned());
            return PhotoError::Undecoded { reason, advice };
        }
        let advice = if named && decoded && error.may_be_rebuilt() {
            "choose Rebuild, which draws again what can be shown"
        } else {
            error.advice()
        };
        PhotoError::new(&error, advice)
    }

    fn new(error: &Error, advice: &str) -> PhotoError {
        let (reason, advice) = (error.to_string(), advice.to_owned());
        match error {
            Error::Empty | Error::NotAPhoto => PhotoError::NotAPhoto { reason, advice },
            Error::Format(_)
            | Error::Method { .. }
            | Error::Unsupported { .. }
            | Error::Profile(_)
            | Error::Recode(_) => PhotoError::Unsupported { reason, advice },
            Error::CutOff { .. } | Error::Damaged { .. } => PhotoError::Damaged { reason, advice },
            Error::Limit { .. } | Error::Memory | Error::Target { .. } => {
                PhotoError::TooLarge { reason, advice }
            }
            _ => PhotoError::Failed { reason, advice },
        }
    }
}

impl From<Error> for PhotoError {
    fn from(error: Error) -> PhotoError {
        PhotoError::new(&error, error.advice())
    }
}
