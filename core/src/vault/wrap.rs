//! Keys of records, wrapped: ten thousand of them need no locked memory.

use zeroize::Zeroizing;

use super::Error;
use super::aead::{Algorithm, Cipher, NONCE, TAG};
use super::random::{self, Random};
use super::record::Id;
use crate::secret::SecretKey;

/// A record's key, encrypted under a key of the index: nonce, key, tag; bound to the record's id.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct WrappedKey(pub(super) [u8; WrappedKey::LENGTH]);

impl WrappedKey {
    const LENGTH: usize = NONCE + SecretKey::LENGTH + TAG;
}

/// Wraps and unwraps keys of records, by a key of the index.
pub(super) struct Wrapper(Cipher);

impl Wrapper {
    pub(super) fn new(algorithm: Algorithm, key: &SecretKey) -> Result<Wrapper, Error> {
        Ok(Wrapper(Cipher::new(algorithm, key.bytes())?))
    }

    pub(super) fn wrap(
        &self,
        id: Id,
        key: &[u8; SecretKey::LENGTH],
        random: &mut dyn Random,
    ) -> Result<WrappedKey, Error> {
        let nonce: [u8; NONCE] = random::public(random)?;
        let mut text = Zeroizing::new(*key);
        let tag = self.0.seal(nonce, &id.0, &mut *text)?;
        let mut wrapped = [0; WrappedKey::LENGTH];
        let parts = nonce.iter().chain(&*text).chain(&tag);
        wrapped.iter_mut().zip(parts).for_each(|(to, from)| *to = *from);
        Ok(WrappedKey(wrapped))
    }

    /// The key, or `None` if it was wrapped for another record or by another index.
    pub(super) fn unwrap(
        &self,
        id: Id,
        wrapped: &WrappedKey,
    ) -> Option<Zeroizing<[u8; SecretKey::LENGTH]>> {
        let (nonce, sealed) = wrapped.0.split_first_chunk::<NONCE>()?;
        let mut sealed: Zeroizing<[u8; SecretKey::LENGTH + TAG]> =
            Zeroizing::new(sealed.try_into().ok()?);
        let text = self.0.open(*nonce, &id.0, &mut *sealed)?;
        let mut key = Zeroizing::new([0; SecretKey::LENGTH]);
        key.copy_from_slice(text);
        Some(key)
    }
}
