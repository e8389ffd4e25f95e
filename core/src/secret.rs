//! Keys and passphrases in memory: locked where the system allows, left out of core dumps, wiped.

use std::fmt;
use std::hint::black_box;

use memmap2::{MmapMut, MmapOptions};
use ring::rand::{SecureRandom, SystemRandom};
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, Zeroizing};

use crate::Error;

/// 32 secret bytes in a page of their own: kept out of swap and core dumps where the system allows,
/// wiped on drop. Its words show nothing.
///
/// It cannot be copied or compared: whoever needs it borrows it.
pub struct SecretKey {
    page: MmapMut,
    locked: bool,
}

impl SecretKey {
    /// How long a key is, in bytes.
    pub const LENGTH: usize = 32;

    /// A new key from the system's generator.
    ///
    /// Errors: [`Error::Random`], [`Error::Memory`].
    pub fn random() -> Result<SecretKey, Error> {
        SecretKey::made_by(|key| SystemRandom::new().fill(key).map_err(|_| Error::Random))
    }

    /// A copy of `key`; wiping the original is for the caller.
    ///
    /// Errors: [`Error::Memory`].
    pub fn copy_from(key: &[u8; SecretKey::LENGTH]) -> Result<SecretKey, Error> {
        SecretKey::made_by(|room| {
            room.copy_from_slice(key);
            Ok(())
        })
    }

    /// A key that `make` writes where it stays; `make` gets [`SecretKey::LENGTH`] zero bytes.
    pub fn made_by<E: From<Error>>(
        make: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<SecretKey, E> {
        let page =
            MmapOptions::new().len(SecretKey::LENGTH).map_anon().map_err(|_| Error::Memory)?;
        #[cfg(any(target_os = "linux", target_os = "android"))]
        let _ = page.advise(memmap2::Advice::DontDump);
        // the system may allow as little as 64 KiB of locked memory; a key that is not locked still works
        #[cfg(unix)]
        let locked = page.lock().is_ok();
        #[cfg(not(unix))]
        let locked = false;
        let mut key = SecretKey { page, locked };
        make(&mut key.page)?;
        Ok(key)
    }

    /// The [`SecretKey::LENGTH`] bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.page
    }

    /// True if the system keeps this key out of swap.
    pub fn is_locked(&self) -> bool {
        self.locked
    }
}

impl Drop for SecretKey {
    fn drop(&mut self) {
        self.page.zeroize();
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey")
    }
}

/// A passphrase, in Unicode's composed form (NFC, as RFC 8265 asks for), so that it opens whatever
/// keyboard typed it. Wiped on drop; its words show nothing.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// The longest passphrase, in bytes of UTF-8 after composition.
    pub const LONGEST: usize = 1024;

    /// `typed` in composed form; nothing else is changed, so a line's end is for the caller to cut.
    ///
    /// Errors: [`Error::Passphrase`] if it is empty or longer than [`Passphrase::LONGEST`].
    pub fn new(typed: &str) -> Result<Passphrase, Error> {
        // room for all of it from the start: a buffer that grows leaves its old contents behind
        let mut composed = Zeroizing::new(String::with_capacity(Passphrase::LONGEST));
        for character in typed.nfc() {
            if composed.len().saturating_add(character.len_utf8()) > Passphrase::LONGEST {
                return Err(Error::Passphrase { longest: Passphrase::LONGEST });
            }
            composed.push(character);
        }
        if composed.is_empty() {
            return Err(Error::Passphrase { longest: Passphrase::LONGEST });
        }
        Ok(Passphrase(composed))
    }

    /// The passphrase, composed.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase")
    }
}

/// Writes over what calls that have returned may have left on the stack below this one: best effort,
/// since safe code cannot reach the registers, nor another thread's stack.
#[inline(never)]
pub(crate) fn scrub_stack() {
    let mut below = [0u8; 32 << 10];
    below.zeroize();
    black_box(&mut below);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_and_show_nothing() {
        let (one, two) = (SecretKey::random().unwrap(), SecretKey::random().unwrap());
        assert_ne!(one.bytes(), two.bytes());
        assert_eq!(one.bytes().len(), SecretKey::LENGTH);
        assert_eq!(format!("{one:?}"), "SecretKey");
        assert_eq!(SecretKey::copy_from(&[7; 32]).unwrap().bytes(), [7; 32]);
    }

    #[test]
    fn a_passphrase_is_the_same_from_every_keyboard() {
        let composed = Passphrase::new("caf\u{e9} \u{212b}").unwrap();
        let decomposed = Passphrase::new("cafe\u{301} A\u{30a}").unwrap();
        assert_eq!(composed.text(), decomposed.text());
        assert_eq!(format!("{composed:?}"), "Passphrase");
        let refused = Err(Error::Passphrase { longest: 1024 });
        assert_eq!(Passphrase::new("").map(|_| ()), refused);
        assert!(Passphrase::new(&"a".repeat(1024)).is_ok());
        assert_eq!(Passphrase::new(&"a".repeat(1025)).map(|_| ()), refused);
    }
}
