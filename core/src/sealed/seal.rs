//! Sealing: age's crate writes the file, and the terms go to their place in it.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::io::{self, Write};
use std::iter;

use age::{EncryptError, Encryptor};
use age_core::format::Stanza;

use super::keys::{self, FileKey};
use super::terms::Terms;
use super::{Error, Lock, Recipient, header};
use crate::{Limits, Memory};

/// The most recipients of one file.
const MOST_RECIPIENTS: usize = 256;
/// More than the bytes that a recipient takes in the header.
const RECIPIENT: usize = 128;
/// More than the bytes that stand in a header beside its recipients, with the nonce and the trailer.
const BESIDES: usize = 1024;
/// The nonce of the payload, which stands behind the header.
const NONCE: usize = 16;
/// How often grease is drawn: nine of a hundred have no room for terms.
const MOST_DRAWS: usize = 64;

/// Seals `photo` as it is: clean it before.
///
/// `photo` is bounded by [`Limits::bytes`].
pub fn seal(photo: &[u8], lock: Lock<'_>, terms: &Terms, limits: &Limits) -> Result<Memory, Error> {
    let limit = limits.bytes;
    if photo.len() as u64 > limit {
        return Err(Error::Limit { what: "too many bytes", limit });
    }
    keys::generator_works()?;
    match lock {
        Lock::Recipients([]) => Err(Error::Recipient("there is none")),
        Lock::Recipients(recipients) if recipients.len() > MOST_RECIPIENTS => {
            Err(Error::Limit { what: "too many recipients", limit: MOST_RECIPIENTS as u64 })
        }
        Lock::Recipients(recipients) => {
            let recipients: Vec<_> = recipients.iter().map(Recipient::as_age).collect();
            for _ in 0..MOST_DRAWS {
                if let Some(sealed) = attempt(&recipients, photo, terms, Place::Header)? {
                    return Ok(sealed);
                }
            }
            Err(Error::Cipher)
        }
        Lock::Password(password) => {
            let sealed = attempt(&[&password.recipient()?], photo, terms, Place::Trailer)?;
            sealed.ok_or(Error::Cipher)
        }
    }
}

/// Where the terms go.
enum Place {
    /// Into the grease.
    Header,
    /// Behind the photo.
    Trailer,
}

/// `photo` sealed to `recipients`; none if the header that was drawn has no room for `terms`.
fn attempt(
    recipients: &[&dyn age::Recipient],
    photo: &[u8],
    terms: &Terms,
    place: Place,
) -> Result<Option<Memory>, Error> {
    let all = Recipients { all: recipients, file_key: Cell::default() };
    let encryptor = Encryptor::with_recipients(iter::once(&all as &dyn age::Recipient))?;
    let file_key = all.file_key.take().ok_or(Error::Cipher)?;
    let room = room(recipients.len(), photo.len()).ok_or(Error::Memory)?;
    let sealed = RefCell::new(Memory::with_capacity(room)?);
    let mut writer = encryptor.wrap_output(Sink(&sealed))?;
    if let Place::Header = place {
        let mut sealed = sealed.borrow_mut();
        let length = sealed.len().saturating_sub(NONCE);
        let header = sealed.get(..length).unwrap_or_default();
        let Some(header) = header::with_terms(header, terms, &file_key)? else { return Ok(None) };
        sealed.replace_start(length, &header)?;
    }
    writer.write_all(photo)?;
    if let Place::Trailer = place {
        writer.write_all(&terms.hide(&file_key))?;
    }
    writer.finish()?;
    Ok(Some(sealed.into_inner()))
}

/// No file for so many recipients and so long a photo takes more.
fn room(recipients: usize, photo: usize) -> Option<usize> {
    let header = recipients.checked_mul(RECIPIENT)?.checked_add(BESIDES)?;
    // a chunk of 64 KiB gets 16 bytes longer
    photo.checked_add(photo / 4096)?.checked_add(header)
}

/// All recipients of one file as one, which sees its key.
struct Recipients<'a> {
    all: &'a [&'a dyn age::Recipient],
    file_key: Cell<Option<FileKey>>,
}

impl age::Recipient for Recipients<'_> {
    fn wrap_file_key(
        &self,
        file_key: &age_core::format::FileKey,
    ) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        self.file_key.set(Some(FileKey::of(file_key)));
        let mut all = (Vec::new(), HashSet::new());
        for recipient in self.all {
            let (stanzas, labels) = recipient.wrap_file_key(file_key)?;
            all.0.extend(stanzas);
            all.1.extend(labels);
        }
        Ok(all)
    }
}

/// Where age's crate writes to.
struct Sink<'a>(&'a RefCell<Memory>);

impl Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().push(bytes).map_err(|_| io::ErrorKind::OutOfMemory)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
