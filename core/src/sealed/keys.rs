//! What hangs on the file key of age beside its payload: keys by HKDF (RFC 5869), and MACs (RFC 2104).

use age::secrecy::ExposeSecret;
use age_core::format::FILE_KEY_BYTES;
use age_core::primitives::hkdf;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::Error;

/// The random key that everything in one file hangs on. Wiped on drop.
pub(super) struct FileKey(Zeroizing<[u8; FILE_KEY_BYTES]>);

impl FileKey {
    /// As age's crate hands it to recipients and gets it from identities.
    pub(super) fn of(key: &age_core::format::FileKey) -> FileKey {
        FileKey(Zeroizing::new(*key.expose_secret()))
    }

    /// A key for one purpose, told by `info`: HKDF-SHA-256 without salt.
    pub(super) fn derive(&self, info: &[u8]) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(hkdf(&[], info, &self.0[..]))
    }
}

/// HMAC-SHA-256 of `message` with `key`.
pub(super) fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message);
    let mut out = [0; 32];
    for (to, from) in out.iter_mut().zip(tag.as_ref()) {
        *to = *from;
    }
    out
}

/// An error if the system gives no random numbers, where age's crate would panic.
pub(super) fn generator_works() -> Result<(), Error> {
    let mut bytes = Zeroizing::new([0; 32]);
    SystemRandom::new().fill(&mut bytes[..]).map_err(|_| Error::Random)
}

#[cfg(test)]
impl FileKey {
    /// One whose bytes are all `byte`.
    pub(super) fn of_byte(byte: u8) -> FileKey {
        FileKey(Zeroizing::new([byte; FILE_KEY_BYTES]))
    }
}
