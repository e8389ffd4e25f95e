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
use crate::{Channel, Error, Format, Handling, Method, Policy, Receipt, name};

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

impl Draft {
    /// Says first that this method stood in for another.
    fn stands_in(&mut self, note: Note) {
        self.receipt.notes.insert(0, note);
    }
}

/// Cleans `photo` as `policy` says. What the audit cannot account for is never returned.
pub fn clean(photo: &[u8], policy: &Policy) -> Result<Clean, Error> {
    policy.check()?;
    if photo.is_empty() {
        return Err(Error::Empty);
    }
    within_bytes(photo, policy)?;
    let format = Format::detect(photo).ok_or(Error::NotAPhoto)?;
    if policy.page != 0 && format != Format::Tiff {
        return Err(NO_SUCH_PAGE);
    }
    let draft = match format {
        Format::Jpeg => jpeg::clean(photo, policy)?,
        Format::Raw => return Err(Error::Format(format)),
        _ => by_method(photo, format, policy)?,
    };
    release(draft, policy)
}

const NO_SUCH_PAGE: Error = Error::Policy("the photo has no such page");

/// How many pages `photo` has: [`Policy::page`] chooses one. Only a TIFF has more than one.
///
/// Errors: [`Error::NotAPhoto`]; of a TIFF those of its directories.
pub fn pages(photo: &[u8]) -> Result<u32, Error> {
    match Format::detect(photo) {
        Some(Format::Tiff) => tiff::pages(photo),
        Some(_) => Ok(1),
        None => Err(Error::NotAPhoto),
    }
}

/// Cleans a photo of any format but JPEG: by the method asked for, or by the one that stands in.
fn by_method(photo: &[u8], format: Format, policy: &Policy) -> Result<Draft, Error> {
    let exact = match policy.method {
        Method::Rebuild if !format.is_decoded() => return undecoded(photo, format, policy),
        Method::Rebuild => return redraw::photo(photo, format, policy),
        method if !format.is_stripped() => Err(Error::Method { method, format }),
        Method::Recode if format == Format::Png => png::recode(photo, policy),
        Method::Recode => strip(photo, format, policy).map(|mut draft| {
            let because = format!("{format} has none");
            draft.stands_in(Note::StrippedInstead { of: Method::Recode, because });
            draft
        }),
        Method::Strip => strip(photo, format, policy),
    };
    let error = match exact {
        Err(error)
            if policy.rebuild_if_refused && format.is_decoded() && error.may_be_rebuilt() =>
        {
            error
        }
        done => return done,
    };
    let mut draft = redraw::photo(photo, format, policy).map_err(|second| match second {
        // nothing of it can be shown, and the first error says best why
        Error::Damaged { .. } | Error::CutOff { .. } | Error::Unsupported { .. }
            if !matches!(error, Error::Method { .. }) =>
        {
            error.clone()
        }
        second => second,
    })?;
    // where a format has no other method, that it has another format now says all
    if !matches!(error, Error::Method { .. }) {
        let because = error.to_string();
        draft.stands_in(Note::RebuiltInstead { of: policy.method, because });
    }
    Ok(draft)
}

/// What can be done by Rebuild with a photo that nothing here decodes: Strip, if that may stand in
/// and leaves out nothing that was asked for.
fn undecoded(photo: &[u8], format: Format, policy: &Policy) -> Result<Draft, Error> {
    let settings = &policy.rebuild;
    // to leave what was to be covered, or to be grey, would be found out too late
    if !policy.strip_if_not_decoded || !settings.redactions.is_empty() || settings.grey {
        return Err(Error::Method { method: Method::Rebuild, format });
    }
    let mut draft = strip(photo, format, policy)?;
    let mut because = format!("nothing here decodes {format} to pixels, so it keeps its size");
    if let Some(max_bytes) = settings.max_bytes.filter(|most| draft.bytes.len() as u64 > *most) {
        // a channel that makes the picture small itself takes it as it is
        match policy.channel.map(Channel::handling) {
            Some(Handling::EncodesAgain { .. }) => {
                because.push_str(", also past what the channel takes")
            }
            _ => return Err(Error::Target { max_bytes }),
        }
    }
    draft.stands_in(Note::StrippedInstead { of: Method::Rebuild, because });
    Ok(draft)
}

fn strip(photo: &[u8], format: Format, policy: &Policy) -> Result<Draft, Error> {
    match format {
        Format::Png => png::strip(photo, policy),
        Format::WebP => webp::strip(photo, policy),
        Format::Gif => gif::strip(photo, policy),
        Format::Heif | Format::Avif => heif::strip(photo, policy),
        Format::Jxl => jxl::strip(photo, policy),
        // JPEG goes its own road; the others have no Strip
        Format::Jpeg | Format::Tiff | Format::Raw | Format::Bmp => {
            Err(Error::Method { method: Method::Strip, format })
        }
    }
}

/// Rebuilds a picture from the pixels that a platform's decoder gave, as `policy` says, whatever
/// method it names: for formats whose coding Unmarked does not decode itself.
pub fn rebuild_pixels(pixels: &Pixels<'_>, policy: &Policy) -> Result<Clean, Error> {
    let of = policy.method;
    let policy = Policy { method: Method::Rebuild, ..policy.clone() };
    policy.check()?;
    within_bytes(pixels.rgba, &policy)?;
    let mut draft = redraw::pixels(pixels, &policy)?;
    if pixels.photo.is_some() && of != Method::Rebuild {
        let because = "only the decoder of this system can draw it".to_owned();
        draft.stands_in(Note::RebuiltInstead { of, because });
    }
    release(draft, &policy)
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
