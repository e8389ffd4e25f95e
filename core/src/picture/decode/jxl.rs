//! JPEG XL: ISO/IEC 18181.

use std::io::Cursor;

use jxl_oxide::color::ColourEncoding;
use jxl_oxide::{AllocTracker, EnumColourEncoding, JxlImage, PixelFormat, RenderingIntent};
use zeroize::Zeroizing;

use super::colours::Colours;
use super::{Coded, cut_off};
use crate::picture::bitmap::{Bitmap, Channels, Samples, within, zeros};
use crate::receipt::Note;
use crate::{Error, Format, Limits};

/// Decodes the picture, of an animation its first frame.
pub(super) fn decode(photo: &[u8], limits: &Limits) -> Result<Coded, Error> {
    let bytes = usize::try_from(limits.memory).unwrap_or(usize::MAX);
    let mut image = JxlImage::builder()
        .alloc_tracker(AllocTracker::with_limit(bytes))
        .read(Cursor::new(photo))
        .map_err(|error| refusal(&*error, photo, limits))?;
    // the decoder works in numbers of 32 bits
    let size = (image.width(), image.height());
    within(size, 12, limits)?;
    let metadata = &image.image_header().metadata;
    let deep = metadata.bit_depth.bits_per_sample() > 8;
    let premultiplied = metadata.ec_info.iter().find_map(|info| info.alpha_associated());
    let grey = metadata.grayscale();
    let follows =
        metadata.xyb_encoded || matches!(metadata.colour_encoding, ColourEncoding::Enum(_));
    let colours = if follows && !image.pixel_format().has_black() {
        // primaries, curves and HDR: the decoder's own conversion, tone mapping included
        image.request_color_encoding(if grey {
            EnumColourEncoding::gray_srgb(RenderingIntent::Relative)
        } else {
            EnumColourEncoding::srgb(RenderingIntent::Relative)
        });
        Colours::Srgb
    } else {
        image.original_icc().map_or(Colours::Srgb, |profile| Colours::Icc(profile.to_vec()))
    };
    let frames = image.num_loaded_keyframes();
    if frames == 0 {
        return Err(cut_off(photo));
    }
    let format = image.pixel_format();
    let render = image.render_frame(0).map_err(|error| refusal(&*error, photo, limits))?;
    let mut stream = render.stream();
    let (width, height) = (stream.width() as usize, stream.height() as usize);
    if (stream.width(), stream.height()) != size {
        return Err(Error::Damaged { at: 0, what: "the frame has another size than the picture" });
    }
    let channels = match format {
        PixelFormat::Gray => Channels::Grey,
        PixelFormat::Graya => Channels::GreyAlpha,
        PixelFormat::Rgb => Channels::Rgb,
        PixelFormat::Rgba => Channels::Rgba,
        PixelFormat::Cmyk | PixelFormat::Cmyka => {
            return Err(Error::Unsupported { format: Format::Jxl, what: "inks (CMYK)" });
        }
    };
    if stream.channels() as usize != channels.count() {
        return Err(Error::Unsupported { format: Format::Jxl, what: "an unknown kind of samples" });
    }
    let count = width * height * channels.count();
    let mut bitmap = if deep {
        let mut samples: Zeroizing<Vec<u16>> = zeros(count)?;
        stream.write_to_buffer(&mut samples);
        Bitmap { width, height, channels, samples: Samples::Sixteen(samples) }
    } else {
        let mut samples: Zeroizing<Vec<u8>> = zeros(count)?;
        stream.write_to_buffer(&mut samples);
        Bitmap { width, height, channels, samples: Samples::Eight(samples) }
    };
    if premultiplied == Some(true) {
        bitmap.unmultiply();
    }
    // the stream is upright
    let mut coded = Coded::new(bitmap, colours);
    if frames > 1 {
        let frames = u32::try_from(frames).unwrap_or(u32::MAX);
        coded.notes.push(Note::FirstFrame { frames });
    }
    Ok(coded)
}

/// What an error of the decoder means. Its words are not shown: they may quote the file.
fn refusal(error: &(dyn std::error::Error + 'static), photo: &[u8], limits: &Limits) -> Error {
    let mut cause = Some(error);
    while let Some(error) = cause {
        // a type of its own, which the crate does not give out
        if error.to_string().starts_with("failed to allocate") {
            let what = "too many pixels to be decoded in the memory allowed, in bytes";
            return Error::Limit { what, limit: limits.memory };
        }
        let ended = error
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::UnexpectedEof);
        if ended {
            return cut_off(photo);
        }
        cause = error.source();
    }
    Error::Damaged { at: 0, what: "its decoder cannot make a picture of it" }
}
