//! Authenticated encryption and the derivation of keys, by `ring`.

use std::hint::black_box;

use ring::aead::{AES_256_GCM, Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};

use super::Error;
use crate::secret::SecretKey;

/// The nonce of both algorithms, in bytes.
pub(super) const NONCE: usize = NONCE_LEN;
/// The tag of both algorithms, in bytes.
pub(super) const TAG: usize = 16;

/// An AEAD algorithm. What is encrypted says which it was, so a vault can move to another processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// AES-256-GCM (NIST SP 800-38D).
    Aes256Gcm,
    /// ChaCha20-Poly1305 (RFC 8439).
    ChaCha20Poly1305,
}

impl Algorithm {
    /// The one that this processor does well: without instructions for AES, AES is slower, and hard to
    /// do in constant time.
    pub(super) fn of_this_processor() -> Algorithm {
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        let aes = std::arch::is_x86_feature_detected!("aes")
            && std::arch::is_x86_feature_detected!("pclmulqdq");
        #[cfg(target_arch = "aarch64")]
        let aes = std::arch::is_aarch64_feature_detected!("aes")
            && std::arch::is_aarch64_feature_detected!("pmull");
        #[cfg(not(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64")))]
        let aes = false;
        if aes { Algorithm::Aes256Gcm } else { Algorithm::ChaCha20Poly1305 }
    }

    /// The number that stands for it in a file.
    pub(super) fn number(self) -> u8 {
        match self {
            Algorithm::Aes256Gcm => 1,
            Algorithm::ChaCha20Poly1305 => 2,
        }
    }

    /// The algorithm that `number` stands for.
    pub(super) fn of_number(number: u8) -> Option<Algorithm> {
        [Algorithm::Aes256Gcm, Algorithm::ChaCha20Poly1305]
            .into_iter()
            .find(|algorithm| algorithm.number() == number)
    }

    fn ring(self) -> &'static ring::aead::Algorithm {
        match self {
            Algorithm::Aes256Gcm => &AES_256_GCM,
            Algorithm::ChaCha20Poly1305 => &CHACHA20_POLY1305,
        }
    }
}

/// A key made ready for use. `ring` does not wipe what it makes of a key, so it lives no longer than
/// a call, on the stack, and is written over at the end.
pub(super) struct Cipher {
    algorithm: Algorithm,
    key: LessSafeKey,
}

impl Cipher {
    pub(super) fn new(algorithm: Algorithm, key: &[u8]) -> Result<Cipher, Error> {
        // fails only for a key of another length than 32 bytes, and no such key is made
        let key = UnboundKey::new(algorithm.ring(), key).map_err(|_| Error::Memory)?;
        Ok(Cipher { algorithm, key: LessSafeKey::new(key) })
    }

    /// Encrypts `text` in place and gives its tag. A nonce is for one text alone.
    pub(super) fn seal(
        &self,
        nonce: [u8; NONCE],
        aad: &[u8],
        text: &mut [u8],
    ) -> Result<[u8; TAG], Error> {
        // fails only for texts of many gigabytes
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self
            .key
            .seal_in_place_separate_tag(nonce, Aad::from(aad), text)
            .map_err(|_| Error::Memory)?;
        tag.as_ref().try_into().map_err(|_| Error::Memory)
    }

    /// Decrypts `sealed`, a text and its tag, in place, and gives the text; `None` if it is not
    /// exactly what was encrypted.
    pub(super) fn open<'a>(
        &self,
        nonce: [u8; NONCE],
        aad: &[u8],
        sealed: &'a mut [u8],
    ) -> Option<&'a mut [u8]> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        self.key.open_in_place(nonce, Aad::from(aad), sealed).ok()
    }
}

impl Drop for Cipher {
    fn drop(&mut self) {
        if let Ok(zero) = UnboundKey::new(self.algorithm.ring(), &[0; SecretKey::LENGTH]) {
            self.key = LessSafeKey::new(zero);
            black_box(&mut self.key);
        }
    }
}

/// Derives a key by HKDF-SHA-256 (RFC 5869). `info` says what for, so that no key serves two ends.
pub(super) fn derive(salt: &[u8], secret: &[u8], info: &[&[u8]]) -> Result<SecretKey, Error> {
    let secret = Salt::new(HKDF_SHA256, salt).extract(secret);
    SecretKey::made_by(|key| {
        // fails only for keys of more than 8160 bytes
        let derived = secret.expand(info, HKDF_SHA256).map_err(|_| Error::Memory)?;
        derived.fill(key).map_err(|_| Error::Memory)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8439, section 2.8.2, and test case 14 of GCM (McGrew and Viega): that the numbers stand
    /// for the algorithms that they are said to stand for.
    #[test]
    fn numbers_stand_for_the_standards() {
        let aes = Cipher::new(Algorithm::of_number(1).unwrap(), &[0; 32]).unwrap();
        let mut text = [0; 16];
        let tag = aes.seal([0; 12], b"", &mut text).unwrap();
        // GCM test case 14
        assert_eq!(hex(&text), "cea7403d4d606b6e074ec5d3baf39d18");
        assert_eq!(hex(&tag), "d0d1c8a799996bf0265b98b5d48ab919");

        let key: Vec<u8> = (0x80..0xa0).collect();
        let chacha = Cipher::new(Algorithm::of_number(2).unwrap(), &key).unwrap();
        let nonce = [7, 0, 0, 0, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47];
        let aad = [0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7];
        let mut text = *b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
        let tag = chacha.seal(nonce, &aad, &mut text).unwrap();
        assert_eq!(hex(&tag), "1ae10b594f09e26a7e902ecbd0600691");
        assert_eq!(Algorithm::of_number(0).or(Algorithm::of_number(3)), None);
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
