//! Pixels of every format but JPEG, for Rebuild: bytes in, an upright picture in sRGB out.
//!
//! PNG, WebP, GIF and BMP are decoded by the crates of image-rs, JPEG XL by jxl-oxide; TIFF is taken
//! apart here, with their crates for LZW, deflate and CCITT and our own decoder for JPEG inside it.
//! Sizes are checked against [`Limits`] before anything is unpacked. What is returned is wiped on
//! drop; what these crates hold while they work is not.

mod bmp;
mod colours;
mod frames;
mod gif;
mod jxl;
mod png;
mod tiff;
mod webp;

use std::panic::{AssertUnwindSafe, catch_unwind};

use image::{ImageDecoder, ImageError};
use zeroize::Zeroizing;

use self::colours::Colours;
use crate::picture::bitmap::{Bitmap, Channels, Samples, within, zeros};
use crate::picture::pixels::Pixels;
use crate::profile;
use crate::receipt::Note;
use crate::{Error, Format, Limits, Orientation};

/// A decoded picture.
#[derive(Debug)]
pub(crate) struct Decoded {
    /// The picture, upright and in sRGB.
    pub(crate) bitmap: Bitmap,
    /// What a person should know of how it became so.
    pub(crate) notes: Vec<Note>,
    /// How many parts of ten thousand of the picture are missing.
    pub(crate) missing: u32,
}

/// A picture as its file codes it.
struct Coded {
    bitmap: Bitmap,
    orientation: Orientation,
    colours: Colours,
    notes: Vec<Note>,
    missing: u32,
}

impl Coded {
    /// A whole picture that stands upright.
    fn new(bitmap: Bitmap, colours: Colours) -> Coded {
        Coded { bitmap, orientation: Orientation::Upright, colours, notes: Vec::new(), missing: 0 }
    }
}

/// Decodes `photo`, of a TIFF its page `page`, from 0.
///
/// Errors: [`Error::CutOff`] and [`Error::Damaged`] where nothing can be shown,
/// [`Error::Unsupported`] for what no decoder here knows, [`Error::Limit`], [`Error::Memory`].
pub(crate) fn decode(
    photo: &[u8],
    format: Format,
    page: u32,
    limits: &Limits,
) -> Result<Decoded, Error> {
    // a fault in a decoder of others is a refusal of this photo, and nothing more
    let coded = catch_unwind(AssertUnwindSafe(|| match format {
        Format::Png => png::decode(photo, limits),
        Format::WebP => webp::decode(photo, limits),
        Format::Gif => gif::decode(photo, limits),
        Format::Bmp => bmp::decode(photo, limits),
        Format::Jxl => jxl::decode(photo, limits),
        Format::Tiff => tiff::decode(photo, page, limits),
        _ => Err(Error::Format(format)),
    }));
    let wrong = Error::Damaged { at: 0, what: "its decoder cannot make a picture of it" };
    let Coded { bitmap, orientation, colours, mut notes, missing } = coded.unwrap_or(Err(wrong))?;
    let (bitmap, note) = colours::to_srgb(bitmap, &colours)?;
    notes.extend(note);
    let bitmap = bitmap.upright(orientation, limits)?;
    Ok(Decoded { bitmap, notes, missing })
}

/// The picture of a platform's decoder, upright and in sRGB.
///
/// Errors: as [`decode`]; [`Error::Damaged`] if there are fewer bytes than the size says.
pub(crate) fn of_pixels(pixels: &Pixels<'_>, limits: &Limits) -> Result<Bitmap, Error> {
    pixels.check(limits)?;
    let colours =
        pixels.profile.map_or(Colours::Srgb, |class| Colours::Icc(profile::constant(class)));
    let (bitmap, _) = colours::to_srgb(pixels.bitmap(limits)?, &colours)?;
    bitmap.upright(pixels.orientation, limits)
}

/// Lets one of image's decoders fill a bitmap; `size` is checked.
fn fill(
    decoder: impl ImageDecoder,
    format: Format,
    photo: &[u8],
    limits: &Limits,
) -> Result<Bitmap, Error> {
    let channels = match decoder.color_type() {
        image::ColorType::L8 => Channels::Grey,
        image::ColorType::La8 => Channels::GreyAlpha,
        image::ColorType::Rgb8 => Channels::Rgb,
        image::ColorType::Rgba8 => Channels::Rgba,
        _ => return Err(Error::Unsupported { format, what: "an unknown kind of samples" }),
    };
    let count = channels.count();
    let (width, height) = within(decoder.dimensions(), count as u64, limits)?;
    let mut samples: Zeroizing<Vec<u8>> = zeros(width * height * count)?;
    decoder.read_image(&mut samples).map_err(|error| refusal(&error, format, photo, limits))?;
    Ok(Bitmap { width, height, channels, samples: Samples::Eight(samples) })
}

/// What an error of image's decoders means.
fn refusal(error: &ImageError, format: Format, photo: &[u8], limits: &Limits) -> Error {
    use std::error::Error as _;
    let eof = |error: &(dyn std::error::Error + 'static)| {
        error
            .downcast_ref::<std::io::Error>()
            .is_some_and(|e| e.kind() == std::io::ErrorKind::UnexpectedEof)
    };
    match error {
        ImageError::Limits(_) => {
            let what = "too many pixels to be decoded in the memory allowed, in bytes";
            Error::Limit { what, limit: limits.memory }
        }
        ImageError::Unsupported(_) => {
            Error::Unsupported { format, what: "a coding that the decoder does not know" }
        }
        error if eof(error) || error.source().is_some_and(eof) => cut_off(photo),
        ImageError::IoError(_) => cut_off(photo),
        _ => Error::Damaged { at: 0, what: "its decoder cannot make a picture of it" },
    }
}

/// That there is more than next to nothing of a picture of this size: the codings of PNG, GIF, TIFF and
/// BMP put some thousands of pixels into a byte at most. To draw what is not there would take seconds.
fn is_there((width, height): (u32, u32), photo: &[u8]) -> Result<(), Error> {
    const MOST_PIXELS_A_BYTE: u64 = 1 << 14;
    // below 2^64
    let pixels = u64::from(width) * u64::from(height);
    if pixels / MOST_PIXELS_A_BYTE > photo.len() as u64 { Err(cut_off(photo)) } else { Ok(()) }
}

fn cut_off(photo: &[u8]) -> Error {
    Error::CutOff { at: photo.len() as u64 }
}

/// The orientation of an Exif block, with or without the signature in front of it.
fn exif_orientation(block: &[u8]) -> Orientation {
    let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    Orientation::from_tiff(tiff).unwrap_or_default()
}
