//! A photo for trusted people, as a file of age.

use std::sync::Arc;

use unmarked::sealed::{self, Lock, Password, Recipient, Terms};
use unmarked::{Limits, Memory, name, words};
use zeroize::Zeroizing;

use super::SealedError;
use crate::{CleanPhoto, given_out};

/// For whom a file is sealed.
#[derive(Debug, uniffi::Object)]
pub struct SealLock {
    lock: Held,
    new_password: Option<Zeroizing<String>>,
}

#[derive(Debug)]
enum Held {
    Recipients(Vec<Recipient>),
    Password(Password),
}

#[uniffi::export]
impl SealLock {
    /// For whoever has the identity of one of these, in words as age has them: "age1…".
    ///
    /// Errors: `Unusable` if one of them is no recipient.
    #[uniffi::constructor]
    pub fn with_recipients(recipients: Vec<String>) -> Result<Arc<SealLock>, SealedError> {
        let parsed = recipients.iter().map(|recipient| recipient.parse::<Recipient>());
        let lock = Held::Recipients(parsed.collect::<Result<_, _>>()?);
        Ok(Arc::new(SealLock { lock, new_password: None }))
    }

    /// For whoever knows this password, in UTF-8. Wipe what you gave right after.
    ///
    /// Errors: `Unusable` if it is empty or not UTF-8.
    #[uniffi::constructor]
    pub fn with_password(password: &[u8]) -> Result<Arc<SealLock>, SealedError> {
        Ok(Arc::new(SealLock { lock: Held::Password(typed(password)?), new_password: None }))
    }

    /// For whoever knows a new password of words, which `newPassword` gives.
    ///
    /// Errors: `Failed` without random numbers.
    #[uniffi::constructor]
    pub fn with_new_password() -> Result<Arc<SealLock>, SealedError> {
        let new = words::password().map_err(sealed::Error::from)?;
        let lock = Held::Password(typed(new.as_bytes())?);
        Ok(Arc::new(SealLock { lock, new_password: Some(new) }))
    }

    /// The password that was made, none if it was given. Show it once, and keep it nowhere: it is meant
    /// for another channel than the file's.
    pub fn new_password(&self) -> Option<String> {
        self.new_password.as_deref().cloned()
    }
}

/// What the sealer asks of whoever opens a file. A reader of another make can ignore both: tell the
/// person so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, uniffi::Record)]
pub struct SealTerms {
    /// Until when, in seconds since 1970-01-01 00:00 UTC, rounded up to the hour.
    #[uniffi(default = None)]
    pub expires: Option<u64>,
    /// How often, 1 to 255.
    #[uniffi(default = None)]
    pub views: Option<u8>,
}

/// Seals `photo` as it is: every mark in it goes along, so use `sealCleanPhoto` unless the receiver is
/// to have the original.
///
/// Errors: `Unusable` for the terms, `TooLarge`, `Failed`.
#[uniffi::export]
pub fn seal_photo(
    photo: &[u8],
    lock: Arc<SealLock>,
    terms: SealTerms,
) -> Result<Arc<SealedFile>, SealedError> {
    let terms = Terms::new(terms.expires, terms.views)?;
    let lock = match &lock.lock {
        Held::Recipients(recipients) => Lock::Recipients(recipients),
        Held::Password(password) => Lock::Password(password),
    };
    let name = name::fresh_as("age").map_err(sealed::Error::from)?;
    let file = sealed::seal(photo, lock, &terms, &Limits::default())?;
    Ok(Arc::new(SealedFile { file, name }))
}

/// Seals a clean photo.
///
/// Errors: as of `sealPhoto`.
#[uniffi::export]
pub fn seal_clean_photo(
    photo: Arc<CleanPhoto>,
    lock: Arc<SealLock>,
    terms: SealTerms,
) -> Result<Arc<SealedFile>, SealedError> {
    seal_photo(photo.bytes(), lock, terms)
}

/// A sealed file in memory: nothing of it is secret.
#[derive(Debug, uniffi::Object)]
pub struct SealedFile {
    file: Memory,
    name: String,
}

#[uniffi::export]
impl SealedFile {
    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.file.len() as u64
    }

    /// A fresh neutral file name, the same for the life of this object.
    pub fn file_name(&self) -> String {
        self.name.clone()
    }

    /// Up to `length` bytes from `offset`, never more than 256 KiB; none at or past the end.
    pub fn read(&self, offset: u64, length: u32) -> Vec<u8> {
        given_out::piece(&self.file, offset, length)
    }

    /// Writes all of it to the open file descriptor `fd`, from where it stands.
    ///
    /// The descriptor is borrowed and never closed. It has to stay open until this returns.
    pub fn write_to(&self, fd: i32) -> Result<(), SealedError> {
        given_out::write("the sealed file", &self.file, fd).map_err(SealedError::not_written)
    }
}

/// A password out of UTF-8.
pub(super) fn typed(password: &[u8]) -> Result<Password, SealedError> {
    let text = std::str::from_utf8(password)
        .map_err(|_| SealedError::unusable("the password is not text", "hand it over as UTF-8"))?;
    Password::new(Zeroizing::new(text.to_owned()))
        .ok_or_else(|| SealedError::unusable("the password is empty", "choose one of some words"))
}
