//! The one road: detect → read → method → write → audit → receipt.

mod jpeg;
mod redraw;

use zeroize::Zeroize;

use crate::audit::recognise_as;
use crate::memory::Memory;
use crate::picture::pixels::Pixels;
use crate::receipt::Note;
use crate::{Error, Format, Policy, Receipt, name};

/// A clean photo: audited, named, and wiped from memory on drop.
#[derive(Debug)]
pub struct Clean {
    bytes: Memory,
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

impl Drop for Clean {
    /// The photo wipes itself; this wipes what the receipt quotes from the original.
    fn drop(&mut self) {
        self.receipt.found.iter_mut().for_each(|finding| finding.value.zeroize());
    }
}

/// A photo that a method made, not audited yet.
struct Draft {
    bytes: Memory,
    receipt: Receipt,
}

/// Cleans `photo` as `policy` says. What the audit cannot account for is never returned.
pub fn clean(photo: &[u8], policy: &Policy) -> Result<Clean, Error> {
    policy.check()?;
    if photo.is_empty() {
        return Err(Error::Empty);
    }
    within_bytes(photo, policy)?;
    match Format::detect(photo).ok_or(Error::NotAPhoto)? {
        Format::Jpeg => release(jpeg::clean(photo, policy)?, policy),
        other => Err(Error::Format(other)),
    }
}

/// Rebuilds a picture from the pixels that a platform's decoder gave, as `policy` says, whatever
/// method it names: for formats whose coding Unmarked does not decode itself.
pub fn rebuild_pixels(pixels: &Pixels<'_>, policy: &Policy) -> Result<Clean, Error> {
    let policy = Policy { method: crate::Method::Rebuild, ..policy.clone() };
    policy.check()?;
    within_bytes(pixels.rgba, &policy)?;
    release(redraw::pixels(pixels, &policy)?, &policy)
}

fn within_bytes(input: &[u8], policy: &Policy) -> Result<(), Error> {
    let limit = policy.limits.bytes;
    if input.len() as u64 > limit {
        return Err(Error::Limit { what: "too many bytes", limit });
    }
    Ok(())
}

/// Audits the photo and names it.
fn release(draft: Draft, policy: &Policy) -> Result<Clean, Error> {
    let Draft { bytes, mut receipt } = draft;
    recognise_as(&bytes, receipt.method).map_err(|no| Error::Audit { at: no.at, what: no.what })?;
    receipt.notes.extend(policy.channel.map(Note::Channel));
    let format = receipt.format;
    Ok(Clean { bytes, format, name: name::fresh(format)?, receipt })
}
