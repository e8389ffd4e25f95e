//! PNG and APNG: W3C Portable Network Graphics, third edition.

use std::io::Cursor;

use png::{
    ColorType, DecodeOptions, Decoder, DecodingError, InterlaceInfo, Reader, Transformations,
};
use zeroize::Zeroizing;

use super::colours::Colours;
use super::{Coded, cut_off, exif_orientation, is_there};
use crate::picture::bitmap::{Bitmap, Channels, Samples, within, zeros};
use crate::receipt::Note;
use crate::{Error, Format, Limits};

/// Decodes the picture, of an animation its first frame. Rows that are damaged or not there stay
/// black.
pub(super) fn decode(photo: &[u8], limits: &Limits) -> Result<Coded, Error> {
    let refused = |error: DecodingError| refusal(&error, photo, limits);
    let mut options = DecodeOptions::default();
    // a picture that can be shown is shown: what is wrong with it was told by who reads strictly
    options.set_ignore_checksums(true);
    options.set_ignore_text_chunk(true);
    let mut decoder = Decoder::new_with_options(Cursor::new(photo), options);
    let bytes = usize::try_from(limits.memory).unwrap_or(usize::MAX);
    decoder.set_limits(png::Limits { bytes });
    let header = decoder.read_header_info().map_err(refused)?;
    let size = (header.width, header.height);
    within(size, 1, limits)?;
    is_there(size, photo)?;
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(refused)?;
    let animation = reader.info().animation_control.map(|control| control.num_frames);
    if animation.is_some() && reader.info().frame_control.is_none() {
        // the first picture is for viewers that know no animation, and others never show it
        if reader.next_frame_info().is_err() {
            return Err(Error::Damaged { at: 0, what: "the animation has no frame" });
        }
    }
    let (bitmap, missing) = frame(&mut reader, photo, limits)?;
    // chunks may stand behind the picture; a file that is cut off has none
    let colours = colours(&reader);
    let _ = reader.finish();
    let orientation =
        reader.info().exif_metadata.as_deref().map(exif_orientation).unwrap_or_default();
    let notes = animation
        .filter(|frames| *frames > 1)
        .map(|frames| Note::FirstFrame { frames })
        .into_iter()
        .collect();
    Ok(Coded { bitmap, orientation, colours, notes, missing })
}

/// Decodes the frame that comes next and puts it on the canvas; the second is how many parts of ten
/// thousand are missing.
fn frame(
    reader: &mut Reader<Cursor<&[u8]>>,
    photo: &[u8],
    limits: &Limits,
) -> Result<(Bitmap, u32), Error> {
    let (colour, depth) = reader.output_color_type();
    let channels = match colour {
        ColorType::Grayscale => Channels::Grey,
        ColorType::GrayscaleAlpha => Channels::GreyAlpha,
        ColorType::Rgb => Channels::Rgb,
        ColorType::Rgba => Channels::Rgba,
        ColorType::Indexed => {
            return Err(Error::Damaged { at: 0, what: "the colour table is missing" });
        }
    };
    let deep = depth == png::BitDepth::Sixteen;
    let info = reader.info();
    let canvas = (info.width, info.height);
    let (size, offset) = match info.frame_control {
        Some(frame) => ((frame.width, frame.height), (frame.x_offset, frame.y_offset)),
        None => (canvas, (0, 0)),
    };
    let sample = if deep { 2 } else { 1 };
    // 16 bits are held as they come and as numbers
    let (width, height) = within(size, (channels.count() * sample * sample) as u64, limits)?;
    let stride = width * channels.count() * sample;
    let mut bytes: Zeroizing<Vec<u8>> = zeros(stride * height)?;
    let mut row: Zeroizing<Vec<u8>> =
        zeros(reader.output_line_size(canvas.0.max(size.0)).ok_or(Error::Memory)?.max(stride))?;
    let all = rows(size, reader.info().interlaced);
    let mut shown = 0u64;
    let failed = loop {
        match reader.read_row(&mut row) {
            Ok(None) => break None,
            Ok(Some(InterlaceInfo::Adam7(pass))) => {
                let bits = (channels.count() * sample * 8) as u8;
                png::expand_interlaced_row(&mut bytes, stride, &row, &pass, bits);
            }
            Ok(Some(InterlaceInfo::Null(_))) => {
                let at = shown as usize * stride;
                let Some(to) = bytes.get_mut(at..at + stride) else { continue };
                to.copy_from_slice(&row[..stride]);
            }
            Err(error) => break Some(error),
        }
        shown += 1;
    };
    let missing = match failed {
        // behind the last row nothing matters
        None => 0,
        Some(_) if shown >= all => 0,
        Some(error) if shown == 0 => return Err(refusal(&error, photo, limits)),
        Some(_) => ((all - shown) * 10_000).div_ceil(all).min(9_999) as u32,
    };
    let samples = if deep {
        let mut words: Zeroizing<Vec<u16>> = zeros(bytes.len() / 2)?;
        let pairs = bytes.as_chunks::<2>().0;
        words.iter_mut().zip(pairs).for_each(|(word, pair)| *word = u16::from_be_bytes(*pair));
        Samples::Sixteen(words)
    } else {
        Samples::Eight(bytes)
    };
    let bitmap = Bitmap { width, height, channels, samples };
    let canvas = within(canvas, if size == canvas { 1 } else { 12 }, limits)?;
    Ok((on_canvas(bitmap, canvas, offset)?, missing))
}

/// How many rows are coded: section 8.2 for Adam7, of which empty passes have none.
fn rows((width, height): (u32, u32), interlaced: bool) -> u64 {
    /// Of each pass the first column and row, and how far apart its columns and rows are.
    const PASSES: [[u32; 4]; 7] = [
        [0, 0, 8, 8],
        [4, 0, 8, 8],
        [0, 4, 4, 8],
        [2, 0, 4, 4],
        [0, 2, 2, 4],
        [1, 0, 2, 2],
        [0, 1, 1, 2],
    ];
    if !interlaced {
        return height.into();
    }
    let rows = |[left, top, _, down]: &[u32; 4]| {
        if *left < width { height.saturating_sub(*top).div_ceil(*down) } else { 0 }
    };
    PASSES.iter().map(|pass| u64::from(rows(pass))).sum()
}

/// `frame` at `offset` of a canvas that lets everything through elsewhere.
fn on_canvas(
    frame: Bitmap,
    (width, height): (usize, usize),
    offset: (u32, u32),
) -> Result<Bitmap, Error> {
    if (frame.width, frame.height) == (width, height) {
        return Ok(frame);
    }
    let (left, top) = (offset.0 as usize, offset.1 as usize);
    if left + frame.width > width || top + frame.height > height {
        return Err(Error::Damaged { at: 0, what: "a frame lies outside the canvas" });
    }
    let mut canvas: Zeroizing<Vec<u16>> = zeros(width * height * 4)?;
    let mut planes: [Zeroizing<Vec<f32>>; 4] = Default::default();
    for plane in &mut planes {
        *plane = zeros(frame.width)?;
    }
    for y in 0..frame.height {
        let [red, green, blue, alpha] = &mut planes;
        frame.levels(y, [red, green, blue, alpha]);
        let at = ((top + y) * width + left) * 4;
        let row = canvas[at..at + frame.width * 4].as_chunks_mut::<4>().0;
        for (x, pixel) in row.iter_mut().enumerate() {
            // a level is the 257th part of a sample: whole again but for rounding
            *pixel = std::array::from_fn(|channel| (planes[channel][x] * 257.0).round() as u16);
        }
    }
    let deep = matches!(frame.samples, Samples::Sixteen(_));
    let samples = if deep {
        Samples::Sixteen(canvas)
    } else {
        Samples::Eight(Zeroizing::new(canvas.iter().map(|word| (word / 257) as u8).collect()))
    };
    Ok(Bitmap { width, height, channels: Channels::Rgba, samples })
}

/// What the samples mean: cICP goes before iCCP, that before sRGB, and that before gAMA and cHRM
/// (section 4.3).
fn colours(reader: &Reader<Cursor<&[u8]>>) -> Colours {
    let info = reader.info();
    if let Some(points) = info.coding_independent_code_points {
        // RGB in full range is all that PNG allows
        if points.matrix_coefficients == 0 && points.is_video_full_range_image {
            return Colours::points(points.color_primaries, points.transfer_function);
        }
    }
    if let Some(profile) = &info.icc_profile {
        return Colours::Icc(profile.to_vec());
    }
    if info.srgb.is_some() {
        return Colours::Srgb;
    }
    let gamma = info.gama_chunk.map(|gamma| f64::from(gamma.into_scaled()) / 100_000.0);
    let chromaticities = info.chrm_chunk.map(|c| {
        [c.red, c.green, c.blue, c.white]
            .map(|(x, y)| [x, y].map(|value| f64::from(value.into_scaled()) / 100_000.0))
    });
    Colours::by_gamma(gamma, chromaticities)
}

fn refusal(error: &DecodingError, photo: &[u8], limits: &Limits) -> Error {
    match error {
        DecodingError::IoError(_) => cut_off(photo),
        DecodingError::LimitsExceeded => {
            let what = "too many pixels to be decoded in the memory allowed, in bytes";
            Error::Limit { what, limit: limits.memory }
        }
        DecodingError::Parameter(_) => Error::Unsupported {
            format: Format::Png,
            what: "a coding that the decoder does not know",
        },
        DecodingError::Format(_) => {
            Error::Damaged { at: 0, what: "its decoder cannot make a picture of it" }
        }
    }
}
