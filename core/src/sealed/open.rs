//! Opening: age's crate reads the file, and all of it, before anything is given.

use std::cell::Cell;
use std::io::Read;
use std::iter;

use age::{DecryptError, Decryptor};
use age_core::format::Stanza;

use super::keys::FileKey;
use super::state::{self, State};
use super::terms::{HIDDEN, Terms};
use super::{Error, Identity, Key, Opened, Opens, header};
use crate::{Limits, Memory};

/// The most identities that are tried on one file.
const MOST_IDENTITIES: usize = 64;

/// The most bytes that a file may have to be opened: a photo of [`Limits::bytes`] fits, whoever sealed
/// it.
pub fn longest(limits: &Limits) -> u64 {
    // a chunk of 64 KiB gets 16 bytes longer
    let tags = limits.bytes / 4096;
    limits.bytes.saturating_add(tags).saturating_add(header::LONGEST as u64).saturating_add(4096)
}

/// What opens `file`, told by its header: nothing is decrypted.
pub fn opens(file: &[u8]) -> Result<Opens, Error> {
    let (_, decryptor) = parts(file)?;
    Ok(if decryptor.is_scrypt() { Opens::Password } else { Opens::Identity })
}

/// Opens `file`, also one that another tool of age sealed, at `now` in seconds of Unix time.
///
/// `file` is bounded by [`longest`]. All of it is decrypted before anything is given; where the sealer
/// limited time or views, `state` has counted this one durably before this returns. A file of another
/// tool has no terms, and nothing is remembered of it.
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
    let (payload, decryptor) = parts(file)?;
    let by_password = decryptor.is_scrypt();
    let unlock = |keys: &[&dyn age::Identity]| {
        let keys = Keys { all: keys, found: Cell::default() };
        let photo = read(decryptor, &keys, payload)?;
        // only now what the header held is known to be genuine
        Ok::<_, Error>((photo, keys.found.take().ok_or(Error::HEADER)?))
    };
    let (photo, file_key, terms, trailer) = match (key, by_password) {
        (Key::Password(_), false) => return Err(Error::WantsIdentity),
        (Key::Identities(_), true) => return Err(Error::WantsPassword),
        (Key::Identities(identities), false) if identities.len() > MOST_IDENTITIES => {
            let limit = MOST_IDENTITIES as u64;
            return Err(Error::Limit { what: "too many identities", limit });
        }
        (Key::Identities(identities), false) => {
            let identities: Vec<_> = identities.iter().map(Identity::as_age).collect();
            let (photo, found) = unlock(&identities)?;
            let terms = found.hidden.and_then(|hidden| Terms::find(&found.file_key, &hidden));
            (photo, found.file_key, terms, 0)
        }
        (Key::Password(password), true) => {
            let (photo, found) = unlock(&[&password.identity()])?;
            let trailer = photo.last_chunk().copied();
            let terms = trailer.and_then(|trailer| Terms::find(&found.file_key, &trailer));
            let trailer = if terms.is_some() { HIDDEN } else { 0 };
            (photo, found.file_key, terms, trailer)
        }
    };
    let terms = terms.unwrap_or_default();
    let views_left = state::take(state, &file_key, &terms, now)?;
    Ok(Opened { photo, trailer, terms, views_left })
}

/// What stands behind the header of `file`, and what decrypts it.
fn parts(file: &[u8]) -> Result<(usize, Decryptor<&[u8]>), Error> {
    let payload = file.len().saturating_sub(header::length(file)?);
    Ok((payload, Decryptor::new_buffered(file)?))
}

/// What the payload holds, all of it: what does not open whole is not given at all.
fn read(decryptor: Decryptor<&[u8]>, keys: &Keys<'_>, payload: usize) -> Result<Memory, Error> {
    let mut reader = decryptor.decrypt(iter::once(keys as &dyn age::Identity))?;
    // which is longer, so that room is left at the end, and nothing read means that it was the end
    let mut photo = Memory::with_capacity(payload)?;
    while photo.fill(|room| reader.read(room))? > 0 {}
    Ok(photo)
}

/// All identities that may open a file as one, which sees its key and its stanzas.
struct Keys<'a> {
    all: &'a [&'a dyn age::Identity],
    found: Cell<Option<Found>>,
}

struct Found {
    file_key: FileKey,
    hidden: Option<[u8; HIDDEN]>,
}

impl age::Identity for Keys<'_> {
    fn unwrap_stanza(
        &self,
        stanza: &Stanza,
    ) -> Option<Result<age_core::format::FileKey, DecryptError>> {
        self.unwrap_stanzas(std::slice::from_ref(stanza))
    }

    fn unwrap_stanzas(
        &self,
        stanzas: &[Stanza],
    ) -> Option<Result<age_core::format::FileKey, DecryptError>> {
        let unwrapped = self.all.iter().find_map(|identity| identity.unwrap_stanzas(stanzas))?;
        if let Ok(file_key) = &unwrapped {
            let file_key = FileKey::of(file_key);
            self.found.set(Some(Found { file_key, hidden: header::hidden(stanzas) }));
        }
        Some(unwrapped)
    }
}
