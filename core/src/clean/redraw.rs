//! Rebuild: of a JPEG, of what the other decoders show, or of pixels that a platform's decoder gave.

use crate::clean::{Draft, jpeg::outcome};
use crate::container::jpeg;
use crate::container::jpeg::walk::Walk;
use crate::inspect::{inspect_as, inspect_jpeg};
use crate::picture::bitmap::Needs;
use crate::picture::decode::{decode, of_pixels};
use crate::picture::pixels::Pixels;
use crate::picture::rebuild::{
    Rebuilt, rebuild_bitmap, rebuild_jpeg, rebuild_jpeg_as_png, rebuild_pixels,
};
use crate::policy::{DrawnAs, Rebuild};
use crate::profile::Outcome;
use crate::receipt::{Kept, Note, Remaining};
use crate::{Error, Format, Inspection, Limits, Method, Orientation, Policy, Receipt};

/// The most pixels that a file has for each of its bytes. A whole picture has 512 at most (one bit of
/// DC a block); with a hundred times as many next to nothing of it is there, and to draw that would
/// take seconds.
const MOST_PIXELS_A_BYTE: u64 = 1 << 16;

/// Rebuilds a JPEG. `reason` says why it was not left to another method.
pub(super) fn jpeg(walk: &Walk<'_>, policy: &Policy, reason: Option<Note>) -> Result<Draft, Error> {
    let picture = jpeg::read(walk, jpeg::Tolerance::ShowWhatThereIs)?;
    let pixels = u64::from(picture.frame.width) * u64::from(picture.frame.height);
    let bytes = walk.data.len() as u64;
    if pixels <= policy.limits.pixels && pixels / MOST_PIXELS_A_BYTE > bytes {
        return Err(Error::CutOff { at: bytes });
    }
    let rebuilt = if as_png(Format::Jpeg, &policy.rebuild) {
        rebuild_jpeg_as_png(&picture, &policy.rebuild, &policy.limits)?
    } else {
        rebuild_jpeg(&picture, &policy.rebuild, &policy.limits)?
    };
    let profile = match outcome(&picture) {
        _ if rebuilt.colours_guessed => Some(Note::ProfileTakenForSrgb),
        Ok(Outcome::Cmyk) => Some(Note::CmykProfileDropped),
        Ok(Outcome::Unusable) => Some(Note::UnusableProfileDropped),
        // followed, also where no constant profile could stand in for it
        Ok(Outcome::Srgb | Outcome::Known(_)) | Err(_) => None,
    };
    let found = inspect_jpeg(walk, Ok(&picture), &policy.limits);
    let size = (u32::from(picture.frame.width), u32::from(picture.frame.height));
    let mut draft = draft(rebuilt, found, upright(size, picture.orientation), policy);
    let notes = &mut draft.receipt.notes;
    notes.splice(..0, reason);
    notes.extend(profile);
    Ok(draft)
}

/// Rebuilds a photo of another format that is decoded here, of a TIFF the page asked for.
pub(super) fn photo(photo: &[u8], format: Format, policy: &Policy) -> Result<Draft, Error> {
    let (settings, limits) = (&policy.rebuild, &policy.limits);
    let decoded = decode(photo, format, policy.page, limits)?;
    let bitmap = &decoded.bitmap;
    // edges of a picture are below 2^32 long
    let size = (bitmap.width as u32, bitmap.height as u32);
    let as_png = as_png(format, settings);
    let (mut rebuilt, needs) = rebuild_bitmap(bitmap, as_png, settings, limits)?;
    rebuilt.missing = decoded.missing;
    let found = said_by(photo, format, limits);
    let mut draft = draft(rebuilt, found, size, policy);
    let receipt = &mut draft.receipt;
    receipt.notes.extend(decoded.notes);
    receipt.notes.extend(seen_through(needs, as_png));
    if needs.depth && !as_png {
        receipt.notes.push(Note::Rounded { bits: 8 });
    }
    if needs.alpha && as_png {
        receipt.kept.push(Kept::Transparency);
    }
    Ok(draft)
}

/// What the file says. What cannot be told of a damaged one is no reason to keep the clean one back.
fn said_by(photo: &[u8], format: Format, limits: &Limits) -> Inspection {
    inspect_as(format, photo, limits).unwrap_or_else(|error| Inspection {
        format,
        bytes: photo.len() as u64,
        size: None,
        findings: Vec::new(),
        more: false,
        problem: Some(error.to_string()),
    })
}

/// True if the result is a PNG: where that is asked for, or where the photo is one of those that lose
/// nothing, and nothing has to be lost for what is asked for.
fn as_png(format: Format, settings: &Rebuild) -> bool {
    let full_size = settings.longest_edge.is_none() && settings.max_bytes.is_none();
    match settings.drawn_as {
        DrawnAs::Png => true,
        DrawnAs::Jpeg => false,
        DrawnAs::BySource => matches!(format, Format::Tiff | Format::Bmp) && full_size,
    }
}

/// What became of transparency.
fn seen_through(needs: Needs, as_png: bool) -> Option<Note> {
    match (as_png, needs) {
        (false, Needs { alpha: true, .. }) => Some(Note::OnWhite),
        (true, Needs { hidden_colour: true, .. }) => Some(Note::HiddenColourCleared),
        _ => None,
    }
}

/// Rebuilds a picture of pixels.
pub(super) fn pixels(pixels: &Pixels<'_>, policy: &Policy) -> Result<Draft, Error> {
    let (settings, limits) = (&policy.rebuild, &policy.limits);
    let (rebuilt, needs) = if settings.drawn_as == DrawnAs::Png {
        rebuild_bitmap(&of_pixels(pixels, limits)?, true, settings, limits)?
    } else {
        (rebuild_pixels(pixels, settings, limits)?, pixels.needs())
    };
    let size = (pixels.width, pixels.height);
    let decoded_from = pixels.photo.and_then(|photo| Some((photo, Format::detect(photo)?)));
    let found = match decoded_from {
        Some((photo, format)) => said_by(photo, format, limits),
        None => Inspection {
            // which format they came from is not told: that of the result
            format: rebuilt.format,
            bytes: pixels.rgba.len() as u64,
            size: Some(size),
            findings: Vec::new(),
            more: false,
            problem: None,
        },
    };
    let as_png = rebuilt.format == Format::Png;
    let mut draft = draft(rebuilt, found, upright(size, pixels.orientation), policy);
    draft.receipt.notes.extend(seen_through(needs, as_png));
    if needs.alpha && as_png {
        draft.receipt.kept.push(Kept::Transparency);
    }
    if decoded_from.is_none() {
        draft.receipt.notes.push(Note::NotInspected);
    }
    Ok(draft)
}

fn upright((width, height): (u32, u32), orientation: Orientation) -> (u32, u32) {
    if orientation.swaps_sides() { (height, width) } else { (width, height) }
}

/// The photo and its receipt, of a picture that had the size `from` when it stood upright.
fn draft(rebuilt: Rebuilt, found: Inspection, from: (u32, u32), policy: &Policy) -> Draft {
    let settings = &policy.rebuild;
    let bytes = rebuilt.bytes.len() as u64;
    let mut receipt = Receipt::new(Method::Rebuild, found, bytes);
    receipt.format = rebuilt.format;
    receipt.size_after = Some(rebuilt.size);
    receipt.kept = vec![Kept::ShownPicture];

    let notes = &mut receipt.notes;
    if receipt.format != receipt.format_before {
        notes.insert(0, Note::Converted { from: receipt.format_before, to: receipt.format });
    }
    if rebuilt.missing > 0 {
        notes.push(Note::Missing { parts: rebuilt.missing });
    }
    let in_vain = rebuilt.covered_nothing;
    let covered = settings.redactions.len().saturating_sub(in_vain);
    let shapes = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    if covered > 0 {
        notes.push(Note::Covered { shapes: shapes(covered) });
    }
    if in_vain > 0 {
        notes.push(Note::CoveredNothing { shapes: shapes(in_vain) });
    }
    if rebuilt.size != from {
        notes.push(Note::Resized { from, to: rebuilt.size });
    }
    if rebuilt.cropped {
        notes.push(Note::Cropped);
    }
    if settings.grey {
        notes.push(Note::Grey);
    }
    match settings.max_bytes {
        Some(max_bytes) if rebuilt.quality != settings.quality => {
            notes.push(Note::Fitted { max_bytes, quality: rebuilt.quality });
        }
        _ => {}
    }

    let size = Sizes { from, to: rebuilt.size };
    receipt.remaining = vec![Remaining::PictureContent];
    receipt.remaining.push(if size.blurs_noise() {
        Remaining::FainterSensorNoise
    } else {
        Remaining::SensorNoise
    });
    if !size.is_scaled(rebuilt.cropped) {
        receipt.remaining.push(Remaining::EarlierEncoding);
    }
    receipt.remaining.push(Remaining::PrinterDots);
    receipt.remaining.push(match rebuilt.format {
        Format::Jpeg => Remaining::AndroidForm,
        _ => Remaining::ToolForm,
    });
    Draft { bytes: rebuilt.bytes, receipt }
}

/// Width and height before and after.
struct Sizes {
    from: (u32, u32),
    to: (u32, u32),
}

impl Sizes {
    /// True if it is as small as those pictures were, and made smaller by as much, in which the
    /// plain search for a camera's noise was measured to fail: 3008 to 1600 pixels.
    fn blurs_noise(&self) -> bool {
        let (before, after) = (self.from.0.max(self.from.1), self.to.0.max(self.to.1));
        after <= 1600 && u64::from(before) * 1600 >= u64::from(after) * 3008
    }

    /// True if it was made smaller, which a crop alone does to one side only.
    fn is_scaled(&self, cropped: bool) -> bool {
        let (wide, high) = (self.from.0 != self.to.0, self.from.1 != self.to.1);
        if cropped { wide && high } else { wide || high }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_called_fainter_only_where_that_was_measured() {
        let blurs = |from, to| Sizes { from, to }.blurs_noise();
        assert!(blurs((3008, 2000), (1600, 1064)));
        assert!(blurs((4032, 3024), (1024, 768)));
        assert!(!blurs((3000, 2000), (1600, 1067)), "not as much smaller");
        assert!(!blurs((8000, 6000), (2048, 1536)), "not as small");
        assert!(!blurs((1600, 1200), (1600, 1200)));
    }

    #[test]
    fn a_crop_is_no_scaling() {
        let scaled = |to, cropped| Sizes { from: (4000, 3010), to }.is_scaled(cropped);
        assert!(!scaled((4000, 3010), false));
        assert!(!scaled((4000, 3000), true));
        assert!(scaled((2000, 1500), true));
        assert!(scaled((2000, 1505), false));
    }
}
