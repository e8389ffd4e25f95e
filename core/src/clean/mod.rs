//! The one road: detect → read → method → write → audit → receipt.

mod gif;
mod heif;
mod jpeg;
mod jxl;
mod png;
mod redraw;
mod webp;

use zeroize::Zeroize;

use crate::audit::recognise_as;
use crate::container::tiff;
use crate::memory::Memory;
use crate::picture::pixels::Pixels;
use crate::receipt::Note;
use crate::{Error, Format, Method, Policy, Receipt, name};

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
    let format = Format::detect(photo).ok_or(Error::NotAPhoto)?;
    let draft = match format {
        Format::Jpeg => jpeg::clean(photo, policy)?,
        _ => by_method(photo, format, policy)?,
    };
    release(draft, policy)
}

/// How many pages `photo` has: [`Policy::page`] chooses one. Only a TIFF has more than one.
pub fn pages(photo: &[u8]) -> Result<u32, Error> {
    match Format::detect(photo) {
        Some(Format::Tiff) => tiff::pages(photo),
        _ => Ok(1),
    }
}

/// Cleans a photo whose format tells nothing but what [`strip`] and Rebuild can do.
fn by_method(photo: &[u8], format: Format, policy: &Policy) -> Result<Draft, Error> {
    match policy.method {
        Method::Strip => strip(photo, format, policy),
        Method::Recode if format == Format::Png => png::recode(photo, policy),
        _ => Err(Error::Format(format)),
    }
}

fn strip(photo: &[u8], format: Format, policy: &Policy) -> Result<Draft, Error> {
    match format {
        Format::Png => png::strip(photo, policy),
        Format::WebP => webp::strip(photo, policy),
        Format::Gif => gif::strip(photo, policy),
        Format::Heif | Format::Avif => heif::strip(photo, policy),
        Format::Jxl => jxl::strip(photo, policy),
        Format::Jpeg | Format::Tiff | Format::Raw | Format::Bmp => Err(Error::Format(format)),
    }
}

/// Rebuilds a picture from the pixels that a platform's decoder gave, as `policy` says, whatever
/// method it names: for formats whose coding Unmarked does not decode itself.
pub fn rebuild_pixels(pixels: &Pixels<'_>, policy: &Policy) -> Result<Clean, Error> {
    let policy = Policy { method: Method::Rebuild, ..policy.clone() };
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
