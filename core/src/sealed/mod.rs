//! Sealed files: one photo for trusted people, in the format of age (age-encryption.org/v1, C2SP), so
//! that its own tools open it as well.
//!
//! | part | where |
//! |---|---|
//! | who can open it | `x25519` (recipients, identities), `password` with `scrypt` |
//! | the file | `header`, `stream` (the payload), `keys` (what hangs on the file key) |
//! | until when and how many times | `terms`; carried by `grease`, or behind the photo; counted by `state` |
//! | keys and headers in words | `bech32`, `base64` |
//!
//! The terms are encrypted, and their place looks like what age's tools write: an observer of the file
//! learns neither them nor that Unmarked made it. A file to recipients has one more stanza, as the files
//! of `rage` do; a file with a password has 20 bytes more behind the photo.
//!
//! This is its own code rather than the crate `age`: that one frees plaintext and keys unwiped, brings
//! about a hundred crates to a phone, and leaves no say over the header.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod base64;
mod bech32;
mod error;
mod grease;
mod header;
mod keys;
mod password;
mod scrypt;
mod state;
mod stream;
mod terms;
mod x25519;

#[cfg(test)]
mod tests;

pub use error::Error;
pub use password::Password;
pub use state::{State, Step};
pub use terms::Terms;
pub use x25519::{Identity, Recipient};

use crate::{Format, Limits, Memory};
use grease::Grease;
use header::{Header, Stanza};
use keys::FileKey;

/// The most recipients of one file.
const MOST_RECIPIENTS: usize = 256;
/// The most identities that are tried on one file.
const MOST_IDENTITIES: usize = 64;

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

/// Seals `photo` as it is: clean it before.
///
/// `photo` is bounded by [`Limits::bytes`].
pub fn seal(photo: &[u8], lock: Lock<'_>, terms: &Terms, limits: &Limits) -> Result<Memory, Error> {
    let limit = limits.bytes;
    if photo.len() as u64 > limit {
        return Err(Error::Limit { what: "too many bytes", limit });
    }
    let file_key = FileKey::generate()?;
    let (header, trailer) = match lock {
        Lock::Recipients([]) => return Err(Error::Recipient("there is none")),
        Lock::Recipients(recipients) if recipients.len() > MOST_RECIPIENTS => {
            return Err(Error::Limit {
                what: "too many recipients",
                limit: MOST_RECIPIENTS as u64,
            });
        }
        Lock::Recipients(recipients) => {
            let wrapped: Vec<(String, Vec<u8>)> =
                recipients.iter().map(|to| to.wrap(&file_key)).collect::<Result<_, _>>()?;
            let grease = Grease::new(terms, &file_key)?;
            let mut stanzas: Vec<Stanza<'_>> = Vec::with_capacity(wrapped.len().saturating_add(1));
            for (share, body) in &wrapped {
                let arguments = vec![share.as_str()];
                stanzas.push(Stanza { kind: x25519::KIND, arguments, body: body.clone() });
            }
            stanzas.push(grease.stanza());
            (header::write(&stanzas, &file_key), None)
        }
        Lock::Password(password) => {
            let ([salt, work], body) = password::wrap(password.as_str(), &file_key)?;
            let stanza = Stanza { kind: password::KIND, arguments: vec![&salt, &work], body };
            (header::write(&[stanza], &file_key), Some(terms.seal(&file_key)?))
        }
    };
    let trailer = trailer.as_ref().map_or(&[][..], |trailer| &trailer[..]);
    let length = photo.len().checked_add(trailer.len()).and_then(stream::sealed_len);
    let length = length.and_then(|length| length.checked_add(header.len())).ok_or(Error::Memory)?;
    let mut sealed = Memory::with_capacity(length)?;
    sealed.push(header.as_bytes())?;
    stream::seal(&file_key, photo, trailer, &mut sealed)?;
    Ok(sealed)
}

/// The most bytes that a file may have to be opened: a photo of [`Limits::bytes`] fits, whoever sealed
/// it.
pub fn longest(limits: &Limits) -> u64 {
    // a chunk of 64 KiB gets 16 bytes longer
    let tags = limits.bytes / 4096;
    limits.bytes.saturating_add(tags).saturating_add(header::LONGEST as u64).saturating_add(4096)
}

/// What opens `file`, told by its header: nothing is decrypted.
pub fn opens(file: &[u8]) -> Result<Opens, Error> {
    let header = Header::read(file)?;
    Ok(match lone_password(&header)? {
        Some(_) => Opens::Password,
        None => Opens::Identity,
    })
}

/// Opens `file`, also one that another tool of age sealed, at `now` in seconds of Unix time.
///
/// `file` is bounded by [`longest`]. All of it is decrypted before anything is given; where the sealer limited time or views, `state`
/// has counted this one durably before this returns. A file of another tool has no terms, and nothing
/// is remembered of it.
pub fn open(
    file: &[u8],
    key: Key<'_>,
    limits: &Limits,
    state: &mut dyn State,
    now: u64,
) -> Result<Opened, Error> {
    let limit = longest(limits);
    if file.len() as u64 > limit {
        return Err(Error::Limit { what: "too many bytes", limit });
    }
    let header = Header::read(file)?;
    let file_key = match (key, lone_password(&header)?) {
        (Key::Password(password), Some(stanza)) => password::unwrap(password.as_str(), stanza)?,
        (Key::Identities(identities), None) => by_identity(identities, &header)?,
        (Key::Password(_), None) => return Err(Error::WantsIdentity),
        (Key::Identities(_), Some(_)) => return Err(Error::WantsPassword),
    };
    header.verify(&file_key)?;
    let photo = stream::open(&file_key, header.payload)?;
    let (terms, trailer) = match key {
        Key::Identities(_) => (grease::terms(&header.stanzas, &file_key), 0),
        Key::Password(_) => {
            let end = photo.last_chunk::<{ terms::SEALED }>();
            let terms = end.and_then(|end| Terms::open(&file_key, end));
            (terms, if terms.is_some() { terms::SEALED } else { 0 })
        }
    };
    let terms = terms.unwrap_or_default();
    let views_left = state::take(state, &file_key, &terms, now)?;
    Ok(Opened { photo, trailer, terms, views_left })
}

/// The stanza of a password, which has to be alone; none if there are others only.
fn lone_password<'a, 'f>(header: &'a Header<'f>) -> Result<Option<&'a Stanza<'f>>, Error> {
    match header.stanzas.as_slice() {
        [only] if only.kind == password::KIND => Ok(Some(only)),
        stanzas if stanzas.iter().any(|stanza| stanza.kind == password::KIND) => Err(Error::HEADER),
        _ => Ok(None),
    }
}

fn by_identity(identities: &[Identity], header: &Header<'_>) -> Result<FileKey, Error> {
    if identities.len() > MOST_IDENTITIES {
        return Err(Error::Limit { what: "too many identities", limit: MOST_IDENTITIES as u64 });
    }
    for identity in identities {
        for stanza in &header.stanzas {
            if let Some(file_key) = identity.unwrap(stanza)? {
                return Ok(file_key);
            }
        }
    }
    Err(Error::Identities)
}
