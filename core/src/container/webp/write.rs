//! The one canonical form. `audit` recognises exactly this, by its own means.
//!
//! RIFF; then the picture alone (`VP8 ` or `VP8L`), where that says all. Otherwise `VP8X` with the
//! flags of what follows and the size of the picture; `ICCP` with a constant profile; `ANIM`, whose
//! background is fully transparent, and the frames, each in an `ANMF`; or `ALPH` and `VP8 `, or
//! `VP8L`; `EXIF` with the orientation alone, if it is not 1. Reserved bits and padding are zero,
//! and so is the hint of how transparency was prepared.
//!
//! A `VP8 ` chunk: the version is kept, the hints for scaling are zero. The first partition is
//! written again: colour space, clamping and refresh are zero; what no macroblock uses (segments,
//! filter settings, quantisers, probabilities) is not told. Each partition ends as the lowest number
//! that codes its bools, with the eight bits behind the last that a decoder looks at, and is one byte
//! long at least (why: `constants::vp8::PAST_RANGE`); the first one goes on for a byte after its header at least. A `VP8L` chunk, and
//! the coded data of an `ALPH` chunk, ends with the byte that holds its last symbol.

use crate::container::webp::read::{Alpha, Frame, Image, Picture, Pixels, Plane};
use crate::memory::Memory;
use crate::picture::webp::vp8l::Lossless;
use crate::{Error, Orientation, ProfileClass, profile};

/// What goes around the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dress {
    pub(crate) orientation: Orientation,
    pub(crate) profile: Option<ProfileClass>,
}

/// Writes `picture` in the canonical form.
pub(crate) fn write(picture: &Picture<'_>, dress: Dress) -> Result<Memory, Error> {
    let profile = dress.profile.map(profile::constant);
    let exif = (dress.orientation != Orientation::Upright).then(|| orientation(dress.orientation));
    let extended = Extended::of(picture, profile.is_some(), exif.is_some());

    let mut body = 4usize; // "WEBP"
    let mut add = |payload: usize| body = body.saturating_add(chunk_len(payload));
    if extended.is_some() {
        add(10);
    }
    [&profile, &exif].into_iter().flatten().for_each(|payload| add(payload.len()));
    match &picture.image {
        Image::Still(pixels) => body = body.saturating_add(pixels_len(pixels)),
        Image::Animation { frames, .. } => {
            add(6);
            frames.iter().for_each(|frame| add(pixels_len(&frame.pixels).saturating_add(16)));
        }
    }
    let size = u32::try_from(body).map_err(|_| TOO_LONG)?;
    let mut out = Memory::with_capacity(body.checked_add(8).ok_or(TOO_LONG)?)?;
    out.push(b"RIFF")?;
    out.push(&size.to_le_bytes())?;
    out.push(b"WEBP")?;
    if let Some(extended) = extended {
        extended.write(&mut out)?;
    }
    if let Some(profile) = profile {
        chunk(&mut out, b"ICCP", &profile)?;
    }
    match &picture.image {
        Image::Still(pixels) => push_pixels(&mut out, pixels)?,
        Image::Animation { loops, frames, .. } => {
            let [low, high] = loops.to_le_bytes();
            chunk(&mut out, b"ANIM", &[0, 0, 0, 0, low, high])?;
            frames.iter().try_for_each(|frame| push_frame(&mut out, frame))?;
        }
    }
    if let Some(exif) = exif {
        chunk(&mut out, b"EXIF", &exif)?;
    }
    Ok(out)
}

/// A RIFF tells its size in 32 bits.
const TOO_LONG: Error =
    Error::Limit { what: "more bytes than a WebP can have", limit: u32::MAX as u64 };

/// Big-endian TIFF, one directory at 8 with one SHORT, no next directory.
fn orientation(orientation: Orientation) -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    tiff.push(orientation.exif_value());
    tiff.extend([0; 6]);
    tiff
}

/// The header of the extended format.
struct Extended {
    flags: u8,
    width: u32,
    height: u32,
}

impl Extended {
    /// What `picture` needs; `None` if the simple format says all.
    fn of(picture: &Picture<'_>, profile: bool, exif: bool) -> Option<Extended> {
        let animation = matches!(picture.image, Image::Animation { .. });
        let alpha = picture.image.has_alpha();
        let simple = matches!(
            picture.image,
            Image::Still(Pixels::Lossless(_) | Pixels::Lossy { alpha: None, .. })
        );
        let bits = [(profile, 0x20), (alpha, 0x10), (exif, 0x08), (animation, 0x02)];
        let flags = bits.iter().filter(|(set, _)| *set).fold(0, |flags, (_, bit)| flags | bit);
        let Picture { width, height, .. } = *picture;
        (profile || exif || !simple).then_some(Extended { flags, width, height })
    }

    fn write(&self, out: &mut Memory) -> Result<(), Error> {
        let [w0, w1, w2, _] = self.width.saturating_sub(1).to_le_bytes();
        let [h0, h1, h2, _] = self.height.saturating_sub(1).to_le_bytes();
        chunk(out, b"VP8X", &[self.flags, 0, 0, 0, w0, w1, w2, h0, h1, h2])
    }
}

/// The bytes of a chunk with a payload of so many.
fn chunk_len(payload: usize) -> usize {
    payload.saturating_add(8).saturating_add(payload & 1)
}

fn head(out: &mut Memory, name: &[u8; 4], payload: usize) -> Result<(), Error> {
    out.push(name)?;
    out.push(&u32::try_from(payload).map_err(|_| TOO_LONG)?.to_le_bytes())
}

fn padding(out: &mut Memory, payload: usize) -> Result<(), Error> {
    if payload & 1 == 1 { out.push(&[0]) } else { Ok(()) }
}

fn chunk(out: &mut Memory, name: &[u8; 4], payload: &[u8]) -> Result<(), Error> {
    head(out, name, payload.len())?;
    out.push(payload)?;
    padding(out, payload.len())
}

fn alpha_len(alpha: &Alpha<'_>) -> usize {
    let plane = match &alpha.plane {
        Plane::Raw(samples) => samples.len(),
        Plane::Compressed(data) => data.len(),
    };
    plane.saturating_add(1)
}

fn lossless_len(lossless: &Lossless<'_>) -> usize {
    lossless.data.len()
}

fn pixels_len(pixels: &Pixels<'_>) -> usize {
    match pixels {
        Pixels::Lossless(lossless) => chunk_len(lossless_len(lossless)),
        Pixels::Lossy { alpha, lossy } => {
            let alpha = alpha.as_ref().map_or(0, |alpha| chunk_len(alpha_len(alpha)));
            alpha.saturating_add(chunk_len(lossy.len()))
        }
    }
}

fn push_frame(out: &mut Memory, frame: &Frame<'_>) -> Result<(), Error> {
    head(out, b"ANMF", pixels_len(&frame.pixels).saturating_add(16))?;
    let (width, height) = frame.pixels.size();
    let sides = [width, height].map(|side| u32::from(side).saturating_sub(1));
    let [width, height] = sides;
    for field in [frame.half_x, frame.half_y, width, height, frame.duration] {
        let [a, b, c, _] = field.to_le_bytes();
        out.push(&[a, b, c])?;
    }
    out.push(&[u8::from(frame.replaces) << 1 | u8::from(frame.disposed)])?;
    push_pixels(out, &frame.pixels)
}

fn push_pixels(out: &mut Memory, pixels: &Pixels<'_>) -> Result<(), Error> {
    match pixels {
        Pixels::Lossless(lossless) => {
            let length = lossless_len(lossless);
            head(out, b"VP8L", length)?;
            lossless.data.write(|bytes| out.push(bytes))?;
            padding(out, length)
        }
        Pixels::Lossy { alpha, lossy } => {
            if let Some(alpha) = alpha {
                let length = alpha_len(alpha);
                head(out, b"ALPH", length)?;
                match &alpha.plane {
                    Plane::Raw(samples) => {
                        out.push(&[alpha.filter << 2])?;
                        out.push(samples)?;
                    }
                    Plane::Compressed(data) => {
                        out.push(&[alpha.filter << 2 | 1])?;
                        data.write(|bytes| out.push(bytes))?;
                    }
                }
                padding(out, length)?;
            }
            head(out, b"VP8 ", lossy.len())?;
            lossy.write(|bytes| out.push(bytes))?;
            padding(out, lossy.len())
        }
    }
}
