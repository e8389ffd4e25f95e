//! A file sealed with a password (age, "scrypt recipient stanza").

use std::{fmt, io};

use age::secrecy::SecretString;
use age::{DecryptError, scrypt};
use age_core::format::{FileKey, Stanza};
use zeroize::Zeroizing;

use super::Error;
use crate::Memory;

/// The work factor of every file that is sealed, as that of age's own command: it tells nothing of
/// the machine. 256 MiB of memory, and about a second.
const WORK_FACTOR: u8 = 18;

/// The largest work factor that is opened: 1 GiB of memory. What asks for more is a bomb.
pub(super) const MOST_WORK: u8 = 20;

/// A password. Wiped on drop; its words never show it.
pub struct Password(Zeroizing<String>);

impl Password {
    /// `text`, which must not be empty.
    pub fn new(text: Zeroizing<String>) -> Option<Password> {
        (!text.is_empty()).then_some(Password(text))
    }

    /// What seals with it.
    pub(super) fn recipient(&self) -> Result<scrypt::Recipient, Error> {
        memory_for(WORK_FACTOR)?;
        let mut recipient = scrypt::Recipient::new(self.secret());
        recipient.set_work_factor(WORK_FACTOR);
        Ok(recipient)
    }

    /// What opens with it.
    pub(super) fn identity(&self) -> Identity {
        let mut identity = scrypt::Identity::new(self.secret());
        identity.set_max_work_factor(MOST_WORK);
        Identity(identity)
    }

    fn secret(&self) -> SecretString {
        SecretString::from(self.0.as_str())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// What opens files with a password: that of age's crate, if there is memory for its work.
pub(super) struct Identity(scrypt::Identity);

impl age::Identity for Identity {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        // the crate judges what is no number, or too large a one
        let work = stanza.args.get(1).and_then(|work| work.parse().ok());
        if let Some(work @ ..=MOST_WORK) = work
            && memory_for(work).is_err()
        {
            return Some(Err(io::Error::from(io::ErrorKind::OutOfMemory).into()));
        }
        self.0.unwrap_stanza(stanza)
    }
}

/// An error where scrypt would find no memory, which ends the process.
fn memory_for(work_factor: u8) -> Result<(), Error> {
    // 128 · r bytes for each of the steps, with r = 8
    let bytes = 1024usize.checked_shl(work_factor.into()).ok_or(Error::Memory)?;
    Memory::with_capacity(bytes)?;
    Ok(())
}
