//! The clean photo: it stays in Rust, and is given out in pieces or to a file descriptor.

use std::os::fd::BorrowedFd;
use std::sync::Arc;

use unmarked::{Clean, Method, Policy};

use crate::{PhotoError, PhotoReceipt};

/// How a photo is cleaned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum CleaningMethod {
    /// The coded picture untouched in a new, canonical file.
    Strip,
}

/// A method with its settings.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CleaningPolicy {
    /// How the photo is cleaned.
    pub method: CleaningMethod,
}

impl From<CleaningPolicy> for Policy {
    fn from(policy: CleaningPolicy) -> Policy {
        let method = match policy.method {
            CleaningMethod::Strip => Method::Strip,
        };
        Policy { method, ..Policy::default() }
    }
}

/// Cleans a photo. The bytes are read where they stand and not kept.
///
/// Kotlin: pass a direct buffer whose position is 0 (`slice()` one that is not).
#[uniffi::export]
pub fn clean_photo(photo: &[u8], policy: CleaningPolicy) -> Result<Arc<CleanPhoto>, PhotoError> {
    match unmarked::clean(photo, &policy.into()) {
        Ok(clean) => Ok(Arc::new(CleanPhoto { clean })),
        Err(error) => {
            log::warn!("a photo was refused");
            Err(error.into())
        }
    }
}

/// A clean photo in memory. It is wiped when the last reference goes.
#[derive(Debug, uniffi::Object)]
pub struct CleanPhoto {
    clean: Clean,
}

/// The most bytes that one [`CleanPhoto::read`] gives: 256 KiB.
const LARGEST_READ: usize = 256 << 10;

#[uniffi::export]
impl CleanPhoto {
    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.clean.bytes().len() as u64
    }

    /// Its media type: "image/jpeg".
    pub fn media_type(&self) -> String {
        self.clean.media_type().to_owned()
    }

    /// A fresh neutral file name, the same for the life of this object.
    pub fn file_name(&self) -> String {
        self.clean.name().to_owned()
    }

    /// What was found, removed, kept, and what still remains.
    pub fn receipt(&self) -> PhotoReceipt {
        self.clean.receipt().into()
    }

    /// Up to `length` bytes from `offset`, never more than 256 KiB; none at or past the end.
    pub fn read(&self, offset: u64, length: u32) -> Vec<u8> {
        let bytes = self.clean.bytes();
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        let length = usize::try_from(length).unwrap_or(usize::MAX).min(LARGEST_READ);
        let end = start.saturating_add(length).min(bytes.len());
        bytes.get(start..end).unwrap_or_default().to_vec()
    }

    /// Writes the whole photo to the open file descriptor `fd`, from where it stands.
    ///
    /// The descriptor is borrowed and never closed (Android's fdsan aborts a process in which two
    /// owners close one). It has to stay open until this returns.
    pub fn write_to(&self, fd: i32) -> Result<(), PhotoError> {
        let failed = |reason: String| PhotoError::NotWritten {
            reason,
            advice: "check the space that is left and share the photo again".to_owned(),
        };
        if fd < 0 {
            return Err(failed("the file to write to is not open".to_owned()));
        }
        // SAFETY: the caller keeps `fd` open for this call, as the contract above says; a number
        // that is not open makes `write` fail with EBADF.
        let fd = unsafe { BorrowedFd::borrow_raw(fd) };
        let mut rest = self.clean.bytes();
        while !rest.is_empty() {
            match rustix::io::write(fd, rest) {
                Ok(0) => return Err(failed("the photo could not be written".to_owned())),
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(rustix::io::Errno::INTR) => {}
                Err(errno) => {
                    return Err(failed(format!("the photo could not be written: {errno}")));
                }
            }
        }
        Ok(())
    }
}
