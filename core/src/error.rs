//! What can go wrong with a photo: the place and the rule, never the data.

use crate::{Format, Method};

/// Why a photo was refused. No bytes are released with any of them.
///
/// The words are one line each and hold nothing that the photo says; [`Error::advice`] says
/// what the person can do instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// The content is that of no photo format that Unmarked knows.
    #[error("this is not a photo in a format that Unmarked knows")]
    NotAPhoto,
    /// A format of which nothing can be cleaned, only inspected.
    #[error("{0}s cannot be cleaned: the data of a sensor is its fingerprint")]
    Format(Format),
    /// The method cannot be had for photos of this format.
    #[error("{format} photos cannot be cleaned by {method}")]
    Method {
        /// The method.
        method: Method,
        /// The format of the photo.
        format: Format,
    },
    /// A known format with a coding that this version cannot take apart.
    #[error("the {format} uses {what}, which cannot be cleaned")]
    Unsupported {
        /// The format of the photo.
        format: Format,
        /// The coding, by the name that the standard gives it.
        what: &'static str,
    },
    /// The photo ends before its picture does.
    #[error("the photo is cut off after {at} bytes")]
    CutOff {
        /// Where the bytes end.
        at: u64,
    },
    /// The photo contradicts its standard where its picture stands.
    #[error("the photo is damaged at byte {at}: {what}")]
    Damaged {
        /// Where, in bytes from the start.
        at: u64,
        /// The rule that does not hold.
        what: &'static str,
    },
    /// The colours of the photo are told by a profile that has no constant stand-in.
    #[error("the colour profile cannot be replaced without changing colours: {0}")]
    Profile(&'static str),
    /// The coefficients of the photo cannot be coded again as they are.
    #[error("the picture cannot be coded again without changing it: {0}")]
    Recode(&'static str),
    /// Not even the smallest picture of the photo takes so few bytes.
    #[error("the photo cannot be made as small as {max_bytes} bytes")]
    Target {
        /// The size that was asked for.
        max_bytes: u64,
    },
    /// The policy asks for what cannot be done with any photo.
    #[error("this cannot be done: {0}")]
    Policy(&'static str),
    /// One of the [`Limits`](crate::Limits) is passed.
    #[error("the photo has {what} (limit {limit})")]
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// The limit, in the unit that `what` names.
        limit: u64,
    },
    /// The system gave no memory for the photo.
    #[error("there is not enough memory for the photo")]
    Memory,
    /// The audit could not account for the result, so it was thrown away.
    #[error("the cleaned photo did not pass the audit at byte {at}: {what}")]
    Audit {
        /// Where in the result, in bytes from its start.
        at: u64,
        /// What the audit expected there.
        what: &'static str,
    },
    /// The system gave no random numbers.
    #[error("the system gave no random numbers")]
    Random,
    /// A passphrase that is empty or too long.
    #[error("the passphrase is empty or longer than {longest} bytes")]
    Passphrase {
        /// The longest that is taken, in bytes of UTF-8.
        longest: usize,
    },
}

impl Error {
    /// True if [`Method::Rebuild`](crate::Method::Rebuild) may be able to clean the photo where the
    /// other methods refuse it with this error, because the picture can still be shown.
    pub fn may_be_rebuilt(&self) -> bool {
        match self {
            Error::CutOff { .. } | Error::Damaged { .. } | Error::Profile(_) | Error::Recode(_) => {
                true
            }
            Error::Method { method, .. } => *method != Method::Rebuild,
            // JPEG is decoded by the same code that refuses it, the others by decoders that know more
            Error::Unsupported { format, .. } => {
                format.is_decoded() && !matches!(format, Format::Jpeg | Format::Tiff | Format::Bmp)
            }
            _ => false,
        }
    }

    /// True if a platform's decoder may be able to draw a photo of `format` that is refused with this
    /// error, so that [`rebuild_pixels`](crate::rebuild_pixels) can clean it. What no decoder should
    /// draw is not among them: raw data, and what passes a limit.
    pub fn may_be_drawn_by_platform(&self, format: Format) -> bool {
        match self {
            Error::Unsupported { .. } | Error::Method { method: Method::Rebuild, .. } => true,
            Error::CutOff { .. } | Error::Damaged { .. } | Error::Profile(_) => {
                !format.is_decoded() && format != Format::Raw
            }
            _ => false,
        }
    }

    /// What the person can do instead, in one sentence.
    pub fn advice(&self) -> &'static str {
        match self {
            Error::Empty => "check that the photo was copied whole",
            Error::NotAPhoto => "choose a photo, or export this file as JPEG",
            Error::Format(_) => {
                "export it as JPEG with the program that develops it, and clean that"
            }
            Error::Method { method: Method::Rebuild, .. } => {
                "clean it by Strip, or on a phone, whose own decoder can draw it; or export it as JPEG and clean that"
            }
            Error::Method { .. } => {
                "clean it by Rebuild, which makes a PNG of it and loses nothing"
            }
            Error::Unsupported { .. } => "export it as JPEG at full quality and clean that",
            Error::CutOff { .. } => "copy the photo again",
            Error::Damaged { .. } => {
                "copy the photo again; if it stays so, open it in an image editor, export a new JPEG and clean that"
            }
            Error::Recode(_) => "clean it by another method",
            Error::Target { .. } => "allow more bytes",
            Error::Policy(_) => "ask for something else",
            Error::Profile(_) => "export it as JPEG with the sRGB profile and clean that",
            Error::Limit { .. } => "export a smaller JPEG and clean that",
            Error::Memory => "close other programs and try again",
            Error::Audit { .. } => "do not send this photo; report the fault as SECURITY.md says",
            Error::Random => "try again; if it stays so, restart the device",
            Error::Passphrase { .. } => "choose another passphrase",
        }
    }
}
