//! Rebuild: decoded to pixels, turned upright, scaled, covered, and encoded as the commonest file
//! there is.

use zeroize::Zeroizing;

use crate::container::jpeg::{Colour, Picture, Tolerance};
use crate::memory::Memory;
use crate::picture::bitmap::{Bitmap, Channels, Needs, Samples, within, zeros};
use crate::picture::cover::Cover;
use crate::picture::draw::{
    Finished, colours_of_jpeg, colours_of_pixels, cover_of_jpeg, cover_of_pixels, draw_jpeg,
    draw_pixels,
};
use crate::picture::geometry::Geometry;
use crate::picture::jpeg::encoder::{Aim, Encoded, Encoder, Pixel};
use crate::picture::jpeg::layout::Layout;
use crate::picture::jpeg::planes::McuRows;
use crate::picture::jpeg::source::Source;
use crate::picture::lossless::Lossless;
use crate::picture::pixels::{PixelRows, Pixels};
use crate::picture::srgb::ToSrgb;
use crate::picture::upright::UprightRows;
use crate::policy::Rebuild;
use crate::{Error, Format, Limits, Orientation};

/// The longest edge that libjpeg, and so nearly every viewer, takes.
const LONGEST_EDGE: u32 = 65_500;

/// The lowest quality that is tried before the size gives way, if a higher one was asked for.
const LOWEST_QUALITY: u8 = 30;

/// A picture that was drawn again.
#[derive(Debug)]
pub(crate) struct Rebuilt {
    /// The whole file.
    pub(crate) bytes: Memory,
    /// Width and height in pixels.
    pub(crate) size: (u32, u32),
    /// True if edges were cut off to reach an exact ratio.
    pub(crate) cropped: bool,
    /// The quality it was encoded with, 1 to 100.
    pub(crate) quality: u8,
    /// How many parts of ten thousand of the picture were missing in the source; at least one if any
    /// was.
    pub(crate) missing: u32,
    /// How many shapes that should cover something lay off the picture or had no area.
    pub(crate) covered_nothing: usize,
    /// True if it could not be told what the profile means, and colours were taken as sRGB.
    pub(crate) colours_guessed: bool,
    /// JPEG or PNG.
    pub(crate) format: Format,
}

/// Draws the picture of a JPEG again. What is damaged is shown as far as it goes.
///
/// Errors: [`Error::Limit`] for what passes `limits`; [`Error::Target`] where even the smallest
/// picture takes more than the bytes that `settings` allow; [`Error::Memory`].
pub(crate) fn rebuild_jpeg(
    picture: &Picture<'_>,
    settings: &Rebuild,
    limits: &Limits,
) -> Result<Rebuilt, Error> {
    let layout = Layout::of(&picture.frame);
    let size = (layout.width, layout.height);
    let whole = Geometry::new(size.0, size.1, picture.orientation, None);
    let cover = cover_of_jpeg(&settings.redactions, &whole, &layout);
    let (to_srgb, colours_guessed) = colours_of_jpeg(picture);
    let mut missing = 0;
    let draft = fitted(settings, |edge, aim| {
        let geometry = Geometry::new(size.0, size.1, picture.orientation, Some(edge));
        // opened anew for every try: it takes little, where to hold the picture takes much
        let source = Source::open(picture, Tolerance::ShowWhatThereIs, limits)?;
        let colours = (&to_srgb, settings.grey);
        let mut rows = draw_jpeg(source, picture, geometry, &cover, colours, limits)?;
        let grey = settings.grey
            || (picture.colour == Colour::Grey && !matches!(to_srgb, ToSrgb::Light(_)));
        let encoded = encode(&mut rows, &geometry, grey, aim, limits)?;
        missing = rows.rows().source().map_or(0, |source| parts_missing(source, &layout));
        Ok((encoded, geometry))
    })?;
    Ok(Rebuilt { missing, colours_guessed, ..draft.rebuilt(&cover) })
}

/// Draws the picture of a JPEG again as a PNG, without a crop.
///
/// Errors: as [`rebuild_jpeg`].
pub(crate) fn rebuild_jpeg_as_png(
    picture: &Picture<'_>,
    settings: &Rebuild,
    limits: &Limits,
) -> Result<Rebuilt, Error> {
    let layout = Layout::of(&picture.frame);
    let (width, height) = (layout.width, layout.height);
    let geometry = Geometry::whole(width, height, picture.orientation, None);
    // by whole MCUs: chroma mixes what is covered into pixels around it, which are painted as well
    let cover = cover_of_jpeg(&settings.redactions, &geometry, &layout);
    let (to_srgb, colours_guessed) = colours_of_jpeg(picture);
    let source = Source::open(picture, Tolerance::ShowWhatThereIs, limits)?;
    let mut rows = draw_jpeg(source, picture, geometry, &cover, (&to_srgb, false), limits)?;
    // at most `LONGEST_EDGE`
    let upright = geometry.upright_size();
    let (width, height) = within((upright.0 as u32, upright.1 as u32), 3, limits)?;
    let mut samples = zeros(width * height * 3)?;
    for row in samples.chunks_exact_mut(width * 3) {
        rows.next_row(row)?;
    }
    let missing = rows.rows().source().map_or(0, |source| parts_missing(source, &layout));
    let samples = Samples::Eight(samples);
    let bitmap = Bitmap { width, height, channels: Channels::Rgb, samples };
    let covered = Rebuild { redactions: Vec::new(), ..settings.clone() };
    let (rebuilt, _) = rebuild_bitmap(&bitmap, true, &covered, limits)?;
    Ok(Rebuilt { missing, colours_guessed, covered_nothing: cover.in_vain(), ..rebuilt })
}

/// Draws the picture again that a platform's decoder gave, on white where it lets light through.
///
/// Errors: as [`rebuild_jpeg`]; [`Error::Damaged`] if there are fewer bytes than the size says.
pub(crate) fn rebuild_pixels(
    pixels: &Pixels<'_>,
    settings: &Rebuild,
    limits: &Limits,
) -> Result<Rebuilt, Error> {
    pixels.check(limits)?;
    drawn_on_white(pixels, pixels.orientation, &colours_of_pixels(pixels), settings, limits)
}

/// Draws an upright picture in sRGB again: as a PNG, or on white as a JPEG. What it needs is what it
/// had before.
///
/// Errors: as [`rebuild_jpeg`].
pub(crate) fn rebuild_bitmap(
    bitmap: &Bitmap,
    as_png: bool,
    settings: &Rebuild,
    limits: &Limits,
) -> Result<(Rebuilt, Needs), Error> {
    if !as_png {
        let rebuilt =
            drawn_on_white(bitmap, Orientation::Upright, &ToSrgb::Nothing, settings, limits)?;
        return Ok((rebuilt, bitmap.needs()));
    }
    let picture = Lossless::new(bitmap, settings.grey, &settings.redactions);
    let mut edge = settings.longest_edge;
    let (bytes, size) = loop {
        let (bytes, size) = picture.encode(edge)?;
        let length = bytes.len() as u64;
        let Some(most) = settings.max_bytes.filter(|most| length > *most) else {
            break (bytes, size);
        };
        let long = size.0.max(size.1);
        if long == 1 {
            return Err(Error::Target { max_bytes: most });
        }
        let ratio = (most as f64 / length as f64).sqrt() * 0.97;
        // `ratio` is below 1, and the edge shrinks by at least one pixel
        edge = Some(((f64::from(long) * ratio) as u32).clamp(1, long - 1));
    };
    let rebuilt = Rebuilt {
        bytes,
        size,
        cropped: false,
        quality: settings.quality,
        missing: 0,
        covered_nothing: picture.in_vain(),
        colours_guessed: false,
        format: Format::Png,
    };
    Ok((rebuilt, picture.needs()))
}

/// Draws pixels on white, as a JPEG.
fn drawn_on_white(
    pixels: &dyn PixelRows,
    orientation: Orientation,
    to_srgb: &ToSrgb,
    settings: &Rebuild,
    limits: &Limits,
) -> Result<Rebuilt, Error> {
    let (width, height) = pixels.size();
    let whole = Geometry::new(width, height, orientation, None);
    let cover = cover_of_pixels(&settings.redactions, &whole);
    let draft = fitted(settings, |edge, aim| {
        let geometry = Geometry::new(width, height, orientation, Some(edge));
        let colours = (to_srgb, settings.grey);
        let mut rows = draw_pixels::<Source<'_>>(pixels, geometry, &cover, colours, limits)?;
        let encoded = encode(&mut rows, &geometry, settings.grey, aim, limits)?;
        Ok((encoded, geometry))
    })?;
    Ok(draft.rebuilt(&cover))
}

/// A file and the picture in it.
struct Draft {
    encoded: Encoded,
    geometry: Geometry,
}

impl Draft {
    fn rebuilt(self, cover: &Cover) -> Rebuilt {
        let (width, height) = self.geometry.upright_size();
        Rebuilt {
            bytes: self.encoded.bytes,
            // at most `LONGEST_EDGE`
            size: (width as u32, height as u32),
            cropped: self.geometry.crops(),
            quality: self.encoded.quality,
            missing: 0,
            covered_nothing: cover.in_vain(),
            colours_guessed: false,
            format: Format::Jpeg,
        }
    }
}

/// Finds the largest picture, and of it the best quality, that `settings` allow. `try_at` draws and
/// encodes it with a longest edge; no file means that none is small enough.
fn fitted(
    settings: &Rebuild,
    mut try_at: impl FnMut(u32, Aim) -> Result<(Option<Encoded>, Geometry), Error>,
) -> Result<Draft, Error> {
    let quality = settings.quality.clamp(1, 100);
    let mut edge = settings.longest_edge.unwrap_or(LONGEST_EDGE).clamp(1, LONGEST_EDGE);
    let Some(most) = settings.max_bytes else {
        return match try_at(edge, Aim::Quality(quality))? {
            (Some(encoded), geometry) => Ok(Draft { encoded, geometry }),
            (None, _) => Err(Error::Target { max_bytes: 0 }),
        };
    };
    let lowest = quality.min(LOWEST_QUALITY);
    loop {
        let (encoded, geometry) = try_at(edge, Aim::Size(lowest..=quality, most))?;
        if let Some(encoded) = encoded {
            return Ok(Draft { encoded, geometry });
        }
        let (width, height) = geometry.upright_size();
        let long = width.max(height) as u32;
        if long == 1 {
            return Err(Error::Target { max_bytes: most });
        }
        // how much too large it is says how much smaller the edge has to be; bytes grow with the
        // area, and those of the header do not shrink
        let (too_large, _) = try_at(edge, Aim::Quality(lowest))?;
        let bytes = too_large.map_or(most, |encoded| encoded.bytes.len() as u64);
        let ratio = (most as f64 / bytes.max(1) as f64).sqrt() * 0.97;
        // `ratio` is below 1, and the edge shrinks by at least one pixel
        edge = ((f64::from(long) * ratio) as u32).clamp(1, long - 1);
    }
}

/// Encodes what `rows` give: as grey, which takes less time, if there is no colour in it.
fn encode<S: McuRows>(
    rows: &mut UprightRows<Finished<'_, S>>,
    geometry: &Geometry,
    grey: bool,
    aim: Aim,
    limits: &Limits,
) -> Result<Option<Encoded>, Error> {
    let (width, height) = geometry.upright_size();
    // at most `LONGEST_EDGE`
    let size = (width as u16, height as u16);
    let pixel = if grey { Pixel::Grey } else { Pixel::Rgb };
    let mut encoder = Encoder::new(size, pixel, aim, limits)?;
    let mut row = Zeroizing::new(vec![0; width * 3]);
    for _ in 0..height {
        rows.next_row(&mut row)?;
        if grey {
            for x in 0..width {
                row[x] = row[x * 3];
            }
            encoder.row(&row[..width])?;
        } else {
            encoder.row(&row)?;
        }
    }
    encoder.finish(limits)
}

/// How many parts of ten thousand of the blocks are missing, rounded up, but all only if all are.
fn parts_missing(source: &Source<'_>, layout: &Layout) -> u32 {
    let blocks: u64 =
        layout.components.iter().map(|c| c.blocks_wide as u64 * c.blocks_high as u64).sum();
    let missing = source.missing_blocks();
    let most = if missing < blocks { 9_999 } else { 10_000 };
    // at most ten thousand
    (missing * 10_000).div_ceil(blocks.max(1)).min(most) as u32
}
