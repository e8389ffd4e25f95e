//! Sealed files: one photo for trusted people, in the format of age (age-encryption.org/v1, C2SP), so
//! that its own tools open it as well.
//!
//! | part | where |
//! |---|---|
//! | the file | [`seal`], [`open`]; its `header` |
//! | who can open it | `x25519` (recipients, identities), `password` |
//! | until when and how many times | `terms`; counted by `state`, in a `folder` |
//! | what hangs on the file key | `keys` |
//!
//! The format is that of the crate `age`, which its author keeps and many use: of our own are the terms,
//! which no tool of age knows. They are encrypted, in a place that looks like what age's tools in Rust
//! write: an observer of the file learns neither them nor that Unmarked made it. A file to recipients
//! has one stanza more, as the files of `rage` do; a file with a password has nine bytes more behind the
//! photo.
//!
//! The crate gives chunks of a photo back to the allocator unwiped: a program should have one that wipes,
//! as ours do. It ends the process where there is no memory for a chunk.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod error;
#[cfg(unix)]
mod folder;
mod header;
mod keys;
mod open;
mod password;
mod seal;
mod state;
mod terms;
mod x25519;

#[cfg(test)]
mod tests;

pub use error::Error;
#[cfg(unix)]
pub use folder::StateFolder;
pub use open::{longest, open, opens};
pub use password::Password;
pub use seal::seal;
pub use state::{State, Step};
pub use terms::Terms;
pub use x25519::{Identity, Recipient};

use crate::{Format, Memory};

/// For whom a file is sealed.
#[derive(Debug, Clone, Copy)]
pub enum Lock<'a> {
    /// For whoever has the identity of one of these.
    Recipients(&'a [Recipient]),
    /// For whoever knows this password.
    Password(&'a Password),
}

/// What a file is opened with.
#[derive(Debug, Clone, Copy)]
pub enum Key<'a> {
    /// Any of these.
    Identities(&'a [Identity]),
    /// This one.
    Password(&'a Password),
}

/// Which of the two opens a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opens {
    /// An identity.
    Identity,
    /// A password.
    Password,
}

/// A photo out of a sealed file. Wiped on drop.
#[derive(Debug)]
pub struct Opened {
    photo: Memory,
    trailer: usize,
    terms: Terms,
    views_left: Option<u8>,
}

impl Opened {
    /// The photo.
    pub fn bytes(&self) -> &[u8] {
        let end = self.photo.len().saturating_sub(self.trailer);
        self.photo.get(..end).unwrap_or_default()
    }

    /// Its format by its content; none if it is no photo that Unmarked knows, which other tools may
    /// have sealed.
    pub fn format(&self) -> Option<Format> {
        Format::detect(self.bytes())
    }

    /// What the sealer asked for.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// How many times it can still be opened here; none if that is not limited.
    pub fn views_left(&self) -> Option<u8> {
        self.views_left
    }
}
