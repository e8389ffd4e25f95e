//! The one road: detect → read → method → write → audit → receipt.

use zeroize::Zeroize;

use crate::audit::recognise;
use crate::container::jpeg::{self, Colour, Dress, Embedded};
use crate::inspect::inspect_jpeg;
use crate::memory::Memory;
use crate::picture;
use crate::profile::{self, Components, Outcome};
use crate::receipt::{Kept, Note};
use crate::{Error, Format, Method, Orientation, Policy, ProfileClass, Receipt, name};

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

/// Cleans `photo` as `policy` says. What the audit cannot account for is never returned.
pub fn clean(photo: &[u8], policy: &Policy) -> Result<Clean, Error> {
    let limit = policy.limits.bytes;
    if photo.is_empty() {
        return Err(Error::Empty);
    }
    if photo.len() as u64 > limit {
        return Err(Error::Limit { what: "too many bytes", limit });
    }
    let format = Format::detect(photo).ok_or(Error::NotAPhoto)?;
    let (bytes, receipt) = match (format, policy.method) {
        (Format::Jpeg, Method::Strip) => strip_jpeg(photo, policy)?,
        (other, _) => return Err(Error::Format(other)),
    };
    recognise(&bytes).map_err(|no| Error::Audit { at: no.at, what: no.what })?;
    Ok(Clean { bytes, format, name: name::fresh(format)?, receipt })
}

/// Strip of a JPEG, not audited yet.
fn strip_jpeg(photo: &[u8], policy: &Policy) -> Result<(Memory, Receipt), Error> {
    let parts = usize::try_from(policy.limits.parts).unwrap_or(usize::MAX);
    let walk = jpeg::walk::walk(photo, parts);
    let mut picture = jpeg::read(&walk)?;
    let repaired = picture::jpeg::walk::walk(&mut picture, photo.len(), &policy.limits)?;
    let (profile, profile_note) = dress_profile(&picture)?;
    let dress = Dress { orientation: picture.orientation, profile };
    let found = inspect_jpeg(&walk, Ok(&picture), &policy.limits);
    for (scan, repaired) in picture.scans.iter_mut().zip(&repaired) {
        if let Some(repaired) = repaired {
            scan.coded = repaired;
        }
    }
    let bytes = jpeg::write(&picture, dress)?;

    let mut receipt = Receipt::new(policy.method, found, bytes.len() as u64);
    if picture.orientation != Orientation::Upright {
        receipt.kept.push(Kept::Orientation(picture.orientation));
    }
    receipt.kept.extend(profile.map(Kept::Profile));
    if matches!(picture.colour, Colour::Rgb | Colour::Cmyk { adobe: true } | Colour::Ycck) {
        receipt.kept.push(Kept::ColourTransform);
    }
    receipt.notes.extend(profile_note);
    Ok((bytes, receipt))
}

/// The constant profile that stands in for the picture's own, and what to say of it.
fn dress_profile(
    picture: &jpeg::Picture<'_>,
) -> Result<(Option<ProfileClass>, Option<Note>), Error> {
    let components = match picture.colour {
        Colour::Grey => Components::Grey,
        Colour::YCbCr | Colour::Rgb => Components::Rgb,
        Colour::Cmyk { .. } | Colour::Ycck => Components::Cmyk,
    };
    let outcome = match &picture.profile {
        Embedded::None => return Ok((None, None)),
        Embedded::Broken => Outcome::Unusable,
        Embedded::Whole(bytes) => profile::judge(bytes, components)?,
    };
    Ok(match outcome {
        Outcome::Srgb => (None, None),
        Outcome::Known(class) => (Some(class), None),
        Outcome::Cmyk => (None, Some(Note::CmykProfileDropped)),
        Outcome::Unusable => (None, Some(Note::UnusableProfileDropped)),
    })
}
