//! A file sealed with a password (age, "scrypt recipient stanza").

use std::fmt;

use zeroize::Zeroizing;

use super::header::Stanza;
use super::keys::{self, FileKey};
use super::{Error, base64, scrypt};

pub(super) const KIND: &str = "scrypt";
const SALT_LABEL: &[u8] = b"age-encryption.org/v1/scrypt";
const SALT: usize = 16;

/// The work factor of every file that is sealed, as that of age's own command: it tells nothing of
/// the machine. 256 MiB of memory, and about a second.
const WORK_FACTOR: u8 = 18;

/// The largest work factor that is opened: 1 GiB of memory. What asks for more is a bomb.
const MOST_WORK: u8 = 20;

/// A password. Wiped on drop; its words never show it.
pub struct Password(Zeroizing<String>);

impl Password {
    /// `text`, which must not be empty.
    pub fn new(text: Zeroizing<String>) -> Option<Password> {
        (!text.is_empty()).then_some(Password(text))
    }

    /// The password.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// The stanza of `password`: its arguments and its body.
pub(super) fn wrap(password: &str, file_key: &FileKey) -> Result<([String; 2], Vec<u8>), Error> {
    let salt = keys::random::<SALT>()?;
    let key = key(password, &salt[..], WORK_FACTOR)?;
    let arguments = [base64::encode(&salt[..]), WORK_FACTOR.to_string()];
    Ok((arguments, file_key.wrap(&key)?.to_vec()))
}

/// The file key that `stanza` holds.
pub(super) fn unwrap(password: &str, stanza: &Stanza<'_>) -> Result<FileKey, Error> {
    let [salt, work] = stanza.arguments.as_slice() else { return Err(Error::HEADER) };
    let salt = base64::decode(salt.as_bytes()).ok_or(Error::HEADER)?;
    let wrapped = stanza.body.as_slice().try_into().map_err(|_| Error::HEADER)?;
    if salt.len() != SALT || work.starts_with('0') || !work.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::HEADER);
    }
    // what does not even fit is more than the most
    match work.parse::<u8>() {
        Ok(work @ ..=MOST_WORK) => {
            let key = key(password, &salt, work)?;
            FileKey::unwrap(&key, wrapped).ok_or(Error::Password)
        }
        _ => Err(Error::Work { most: MOST_WORK }),
    }
}

fn key(password: &str, salt: &[u8], work_factor: u8) -> Result<Zeroizing<[u8; 32]>, Error> {
    scrypt::derive(password.as_bytes(), &[SALT_LABEL, salt].concat(), work_factor)
}
