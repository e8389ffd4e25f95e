//! What was read from a vault: it stays in Rust, as a clean photo does.

use std::sync::Arc;

use unmarked::Memory;

use super::VaultError;
use crate::{CleanPhoto, CleaningPolicy, PhotoError, PhotoInspection, clean_photo, given_out};

/// The content of a record in memory. It is wiped when the last reference goes.
#[derive(Debug, uniffi::Object)]
pub struct VaultContent {
    content: Memory,
}

impl VaultContent {
    pub(super) fn new(content: Memory) -> Arc<VaultContent> {
        Arc::new(VaultContent { content })
    }
}

#[uniffi::export]
impl VaultContent {
    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.content.len() as u64
    }

    /// Up to `length` bytes from `offset`, never more than 256 KiB; none at or past the end.
    pub fn read(&self, offset: u64, length: u32) -> Vec<u8> {
        given_out::piece(&self.content, offset, length)
    }

    /// Writes all of it to the open file descriptor `fd`, from where it stands: in the clear.
    ///
    /// The descriptor is borrowed and never closed. It has to stay open until this returns.
    pub fn write_to(&self, fd: i32) -> Result<(), VaultError> {
        given_out::write("the content", &self.content, fd).map_err(|reason| VaultError::Storage {
            reason,
            advice: "check the space that is left and try again".to_owned(),
        })
    }

    /// Cleans the photo that this is, as `cleanPhoto` does, without handing its bytes over.
    pub fn clean(&self, policy: CleaningPolicy) -> Result<Arc<CleanPhoto>, PhotoError> {
        clean_photo(&self.content, policy)
    }

    /// What the photo that this is says about its maker, as `inspectPhoto` does.
    pub fn inspect(&self) -> Result<PhotoInspection, PhotoError> {
        crate::inspect_photo(&self.content)
    }
}
