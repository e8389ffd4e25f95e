//! The one road: detect → read → method → write → audit → receipt.

use crate::wipe::Wiped;
use crate::{Error, Format, Policy, Receipt};

/// A clean photo: audited, named, and wiped from memory on drop.
#[derive(Debug)]
pub struct Clean {
    bytes: Wiped,
    format: Format,
    name: String,
    receipt: Receipt,
}

impl Clean {
    /// The photo.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its media type, as registered with IANA.
    pub fn media_type(&self) -> &'static str {
        self.format.media_type()
    }

    /// A fresh neutral file name with the extension that fits.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What was found, removed, kept, and what still remains.
    pub fn receipt(&self) -> &Receipt {
        &self.receipt
    }
}

/// Cleans `photo` as `policy` says. What the audit cannot account for is never returned.
pub fn clean(photo: &[u8], policy: &Policy) -> Result<Clean, Error> {
    let _ = policy;
    if photo.is_empty() {
        return Err(Error::Empty);
    }
    Err(Error::NotAPhoto)
}
