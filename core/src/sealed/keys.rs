//! What age derives from its file key: HKDF (RFC 5869) and ChaCha20-Poly1305 (RFC 8439), by ring.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::{Zeroize, Zeroizing};

use super::Error;

/// Bytes that ChaCha20-Poly1305 adds.
pub(super) const TAG: usize = 16;

/// The random key that everything in one file hangs on. Wiped on drop.
pub(super) struct FileKey(Zeroizing<[u8; 16]>);

impl FileKey {
    /// A new one.
    pub(super) fn generate() -> Result<FileKey, Error> {
        Ok(FileKey(random()?))
    }

    /// As it is wrapped for somebody who has `key`.
    pub(super) fn wrap(&self, key: &[u8; 32]) -> Result<[u8; 16 + TAG], Error> {
        wrap(key, &self.0)
    }

    /// Out of what [`FileKey::wrap`] made; none if that was with another key.
    pub(super) fn unwrap(key: &[u8; 32], wrapped: &[u8; 16 + TAG]) -> Option<FileKey> {
        unwrap(key, wrapped).map(FileKey)
    }

    /// A key for one purpose, told by `info`.
    pub(super) fn derive(&self, salt: &[u8], info: &[u8]) -> Zeroizing<[u8; 32]> {
        hkdf(salt, info, &self.0[..])
    }
}

/// `bytes` encrypted with a key that encrypts nothing else, so the nonce is nought.
pub(super) fn wrap<const PLAIN: usize, const WRAPPED: usize>(
    key: &[u8; 32],
    bytes: &[u8; PLAIN],
) -> Result<[u8; WRAPPED], Error> {
    const { assert!(WRAPPED == PLAIN + TAG) }
    let mut wrapped = [0; WRAPPED];
    let (start, end) = wrapped.split_at_mut(PLAIN);
    start.copy_from_slice(bytes);
    let tag = cipher(key)?.seal_in_place_separate_tag(nonce([0; NONCE_LEN]), Aad::empty(), start);
    let Ok(tag) = tag else {
        start.zeroize();
        return Err(Error::Cipher);
    };
    end.copy_from_slice(tag.as_ref());
    Ok(wrapped)
}

/// What [`wrap`] made of it with this key, or none.
pub(super) fn unwrap<const PLAIN: usize, const WRAPPED: usize>(
    key: &[u8; 32],
    wrapped: &[u8; WRAPPED],
) -> Option<Zeroizing<[u8; PLAIN]>> {
    const { assert!(WRAPPED == PLAIN + TAG) }
    let mut bytes = Zeroizing::new(*wrapped);
    let opened = cipher(key)
        .ok()?
        .open_in_place(nonce([0; NONCE_LEN]), Aad::empty(), &mut bytes[..])
        .ok()?;
    let mut plain = Zeroizing::new([0; PLAIN]);
    plain.copy_from_slice(opened.get(..PLAIN)?);
    Some(plain)
}

/// ChaCha20-Poly1305 with `key`. ring keeps a copy on the stack, which it does not wipe.
pub(super) fn cipher(key: &[u8; 32]) -> Result<LessSafeKey, Error> {
    UnboundKey::new(&CHACHA20_POLY1305, key).map(LessSafeKey::new).map_err(|_| Error::Cipher)
}

pub(super) fn nonce(bytes: [u8; NONCE_LEN]) -> Nonce {
    Nonce::assume_unique_for_key(bytes)
}

/// HKDF-SHA-256 of `secret`, 32 bytes: RFC 5869 with one round.
pub(super) fn hkdf(salt: &[u8], info: &[u8], secret: &[u8]) -> Zeroizing<[u8; 32]> {
    let extracted = hmac(salt, &[secret]);
    hmac(&extracted[..], &[info, &[1]])
}

/// HMAC-SHA-256 of all `parts` with `key`.
pub(super) fn hmac(key: &[u8], parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    parts.iter().for_each(|part| context.update(part));
    let mut out = Zeroizing::new([0; 32]);
    for (to, from) in out.iter_mut().zip(context.sign().as_ref()) {
        *to = *from;
    }
    out
}

/// Bytes of the system's generator.
pub(super) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, Error> {
    let mut bytes = Zeroizing::new([0; N]);
    SystemRandom::new().fill(&mut bytes[..]).map_err(|_| Error::Random)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hkdf_is_that_of_the_standard() {
        // RFC 5869, A.1 and A.3, the first 32 bytes
        let hex = |text: &str| -> Vec<u8> {
            (0..text.len())
                .step_by(2)
                .map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap())
                .collect()
        };
        let secret = [0x0B; 22];
        let salt: Vec<u8> = (0..13).collect();
        let info: Vec<u8> = (0xF0..0xFA).collect();
        assert_eq!(
            hkdf(&salt, &info, &secret)[..],
            hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf")
        );
        assert_eq!(
            hkdf(&[], &[], &secret)[..],
            hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d")
        );
    }

    #[test]
    fn what_is_wrapped_opens_with_its_key_alone() {
        let key = FileKey::generate().unwrap();
        let wrapped = key.wrap(&[7; 32]).unwrap();
        assert_eq!(FileKey::unwrap(&[7; 32], &wrapped).unwrap().0, key.0);
        assert!(FileKey::unwrap(&[8; 32], &wrapped).is_none());
    }
}
