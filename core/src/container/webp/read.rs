//! Keeps by allow-list what decodes the picture.
//!
//! Where files contradict the standard, libwebp decides: what it shows is read as it shows it. What
//! it refuses for the order of chunks or a wrong size alone is read nevertheless.

use crate::bytes::{Endian, slice_at, u8_at};
use crate::container::webp::damaged;
use crate::container::webp::riff::{Chunk, FRAME_HEAD, Part, Walk};
use crate::picture::webp::Coded;
use crate::picture::webp::vp8::{self, Lossy};
use crate::picture::webp::vp8l::{self, Ended, Lossless};
use crate::{Error, Limits, Orientation};

/// What decodes the picture, and nothing else.
#[derive(Debug)]
pub(crate) struct Picture<'a> {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) image: Image<'a>,
    pub(crate) orientation: Orientation,
    /// The colour profile, if it is told.
    pub(crate) profile: Option<&'a [u8]>,
}

/// A picture that stands still, or moves.
#[derive(Debug)]
pub(crate) enum Image<'a> {
    Still(Pixels<'a>),
    Animation {
        /// How often it runs; 0 for ever.
        loops: u16,
        /// True if something lets the background through: in a frame, or where none is and the file
        /// says so.
        alpha: bool,
        frames: Vec<Frame<'a>>,
    },
}

/// A frame of an animation: section 2.7.1.1.
#[derive(Debug)]
pub(crate) struct Frame<'a> {
    /// Half its distance from the left edge, in pixels.
    pub(crate) half_x: u32,
    /// Half its distance from the top edge.
    pub(crate) half_y: u32,
    /// In milliseconds.
    pub(crate) duration: u32,
    /// True if it stands in for what is there, false if it is blended with that.
    pub(crate) replaces: bool,
    /// True if its place is cleared afterwards.
    pub(crate) disposed: bool,
    pub(crate) pixels: Pixels<'a>,
}

impl Frame<'_> {
    fn covers(&self, whole: Extended) -> bool {
        let (width, height) = self.pixels.size();
        u32::from(width) == whole.width && u32::from(height) == whole.height
    }
}

/// Coded pixels.
#[derive(Debug)]
pub(crate) enum Pixels<'a> {
    Lossy { alpha: Option<Alpha<'a>>, lossy: Lossy<'a> },
    Lossless(Lossless<'a>),
}

impl Pixels<'_> {
    /// Width and height.
    pub(crate) fn size(&self) -> (u16, u16) {
        match self {
            Pixels::Lossy { lossy, .. } => (lossy.width, lossy.height),
            Pixels::Lossless(lossless) => (lossless.width, lossless.height),
        }
    }

    /// True if something lets the background through.
    fn has_alpha(&self) -> bool {
        match self {
            Pixels::Lossy { alpha, .. } => alpha.is_some(),
            Pixels::Lossless(lossless) => lossless.alpha,
        }
    }
}

impl Image<'_> {
    /// True if something lets the background through.
    pub(crate) fn has_alpha(&self) -> bool {
        match self {
            Image::Still(pixels) => pixels.has_alpha(),
            Image::Animation { alpha, .. } => *alpha,
        }
    }
}

/// The transparency of a lossy picture: section 2.7.1.2.
#[derive(Debug)]
pub(crate) struct Alpha<'a> {
    /// How it was filtered: 0 to 3.
    pub(crate) filter: u8,
    pub(crate) plane: Plane<'a>,
}

/// A coded alpha plane.
#[derive(Debug)]
pub(crate) enum Plane<'a> {
    Raw(&'a [u8]),
    Compressed(Ended<'a>),
}

/// What the header of the extended format says: section 2.7.
#[derive(Debug, Clone, Copy, Default)]
struct Extended {
    flags: u8,
    width: u32,
    height: u32,
}

const HAS_PROFILE: u8 = 0x20;
const HAS_ALPHA: u8 = 0x10;
const HAS_EXIF: u8 = 0x08;
const HAS_XMP: u8 = 0x04;
const IS_ANIMATION: u8 = 0x02;

impl Extended {
    fn parse(payload: &[u8]) -> Option<Extended> {
        let flags = u8_at(payload, 0)?;
        let width = three_bytes(payload, 4)?.checked_add(1)?;
        let height = three_bytes(payload, 7)?.checked_add(1)?;
        Some(Extended { flags, width, height })
    }
}

fn three_bytes(data: &[u8], at: usize) -> Option<u32> {
    match slice_at(data, at, 3)? {
        [a, b, c] => Some(u32::from_le_bytes([*a, *b, *c, 0])),
        _ => None,
    }
}

/// Reads the picture of a WebP that `walk` took apart.
pub(crate) fn read<'a>(walk: &Walk<'a>, limits: &Limits) -> Result<Picture<'a>, Error> {
    if let Some(limit) = walk.too_many {
        return Err(Error::Limit { what: "too many chunks", limit: limit as u64 });
    }
    // the RIFF has room for one chunk at least: libwebp
    if walk.size < 12 {
        return Err(if walk.data.len() < 20 {
            Error::CutOff { at: walk.data.len() as u64 }
        } else {
            damaged(4, "the RIFF has a size that none has")
        });
    }
    let reader = Reader { walk, limits };
    let extended = reader.extended()?;
    let flags = extended.map_or(0, |extended| extended.flags);
    let image = match extended {
        Some(extended) if flags & IS_ANIMATION != 0 => reader.animation(extended)?,
        _ => Image::Still(reader.still(extended.is_some())?),
    };
    let (width, height) = match (&image, extended) {
        (Image::Animation { .. }, Some(extended)) => (extended.width, extended.height),
        (Image::Still(pixels), _) => {
            let (width, height) = pixels.size();
            (u32::from(width), u32::from(height))
        }
        (Image::Animation { .. }, None) => (0, 0),
    };
    let told = |flag: u8, name: &[u8; 4]| {
        reader.first(name).filter(|_| flags & flag != 0).map(|chunk| walk.payload(&chunk))
    };
    let by_exif = told(HAS_EXIF, b"EXIF")
        .and_then(|exif| Orientation::from_tiff(exif.strip_prefix(b"Exif\0\0").unwrap_or(exif)));
    let by_xmp = || told(HAS_XMP, b"XMP ").and_then(Orientation::from_xmp);
    Ok(Picture {
        width,
        height,
        image,
        orientation: by_exif.or_else(by_xmp).unwrap_or_default(),
        profile: told(HAS_PROFILE, b"ICCP"),
    })
}

struct Reader<'w, 'a> {
    walk: &'w Walk<'a>,
    limits: &'w Limits,
}

impl<'a> Reader<'_, 'a> {
    fn chunks(&self) -> impl Iterator<Item = Chunk> {
        self.walk.parts.iter().filter_map(|part| match part {
            Part::Chunk(chunk) => Some(*chunk),
            _ => None,
        })
    }

    fn first(&self, name: &[u8; 4]) -> Option<Chunk> {
        self.chunks().find(|chunk| &chunk.name == name)
    }

    fn coded(&self, chunk: &Chunk) -> Coded<'a> {
        Coded { data: self.walk.payload(chunk), at: chunk.payload_start() }
    }

    /// What is missing, where the file ends before there is any.
    fn missing(&self, what: &'static str) -> Error {
        if self.walk.is_cut() {
            Error::CutOff { at: self.walk.data.len() as u64 }
        } else {
            damaged(12, what)
        }
    }

    /// The header of the extended format, which comes first if there is one.
    fn extended(&self) -> Result<Option<Extended>, Error> {
        let Some(first) = self.chunks().next().filter(|chunk| &chunk.name == b"VP8X") else {
            return Ok(None);
        };
        match Extended::parse(self.walk.payload(&first)) {
            None if first.cut => Err(self.missing("the header of the extended format is short")),
            None => Err(damaged(first.start, "the header of the extended format is short")),
            Some(extended) => Ok(Some(extended)),
        }
    }

    /// The picture: the first one. Only the extended format has transparency of its own.
    fn still(&self, extended: bool) -> Result<Pixels<'a>, Error> {
        let mut chunks: Vec<Chunk> = self.chunks().collect();
        if let Some(at) = chunks.iter().position(is_image) {
            chunks.truncate(at.saturating_add(1));
        }
        let pixels = self.pixels(&chunks, extended)?;
        pixels.ok_or_else(|| self.missing("there is no picture"))
    }

    fn animation(&self, extended: Extended) -> Result<Image<'a>, Error> {
        let control = self
            .first(b"ANIM")
            .ok_or_else(|| self.missing("an animation does not say how often it runs"))?;
        let loops = Endian::Little
            .u16(self.walk.payload(&control), 4)
            .ok_or_else(|| damaged(control.start, "how often an animation runs is cut short"))?;
        let mut frames = Vec::new();
        let mut pixels = 0u64;
        let mut parts = self.walk.parts.iter().peekable();
        while let Some(part) = parts.next() {
            let Part::Chunk(chunk) = part else { continue };
            if &chunk.name != b"ANMF" {
                continue;
            }
            let mut inner = Vec::new();
            while let Some(part) = parts.next_if(|part| !matches!(part, Part::Chunk(_))) {
                if let Part::Inner(chunk) = part {
                    inner.push(*chunk);
                }
            }
            let frame = self.frame(chunk, &inner, extended)?;
            let (width, height) = frame.pixels.size();
            pixels = pixels.saturating_add(u64::from(width).saturating_mul(u64::from(height)));
            let limit = self.limits.pixels.saturating_mul(MOST_FULL_FRAMES);
            if pixels > limit {
                return Err(Error::Limit { what: "too many pixels in all its frames", limit });
            }
            frames.push(frame);
        }
        if frames.is_empty() {
            return Err(self.missing("an animation has no frame"));
        }
        if self.walk.is_cut() {
            return Err(Error::CutOff { at: self.walk.data.len() as u64 });
        }
        let bare = frames.first().is_some_and(|first| !first.covers(extended))
            || frames.iter().any(|frame| frame.disposed);
        let alpha = frames.iter().any(|frame| frame.pixels.has_alpha())
            || bare && extended.flags & HAS_ALPHA != 0;
        Ok(Image::Animation { loops, alpha, frames })
    }

    fn frame(
        &self,
        chunk: &Chunk,
        inner: &[Chunk],
        extended: Extended,
    ) -> Result<Frame<'a>, Error> {
        let payload = self.walk.payload(chunk);
        let field = |at| three_bytes(payload, at);
        let head = field(0).zip(field(3)).zip(field(12)).zip(u8_at(payload, 15));
        let Some((((half_x, half_y), duration), flags)) = head else {
            return Err(if chunk.cut {
                Error::CutOff { at: self.walk.data.len() as u64 }
            } else {
                damaged(chunk.start, "a frame is cut short")
            });
        };
        let image = inner.iter().position(is_image).map_or(inner.len(), |at| at.saturating_add(1));
        let pixels = self.pixels(inner.get(..image).unwrap_or_default(), true)?;
        let pixels = pixels.ok_or_else(|| {
            if chunk.cut {
                Error::CutOff { at: self.walk.data.len() as u64 }
            } else {
                damaged(
                    chunk.start.saturating_add(8).saturating_add(FRAME_HEAD),
                    "a frame shows nothing",
                )
            }
        })?;
        let (width, height) = pixels.size();
        let inside = |half: u32, side: u16, whole: u32| {
            half.saturating_mul(2).saturating_add(u32::from(side)) <= whole
        };
        if !inside(half_x, width, extended.width) || !inside(half_y, height, extended.height) {
            return Err(damaged(chunk.start, "a frame reaches out of the picture"));
        }
        let (replaces, disposed) = (flags & 2 != 0, flags & 1 != 0);
        Ok(Frame { half_x, half_y, duration, replaces, disposed, pixels })
    }

    /// The pixels that the last of `chunks` codes, with the transparency in the last chunk before it
    /// that has some.
    fn pixels(&self, chunks: &[Chunk], with_alpha: bool) -> Result<Option<Pixels<'a>>, Error> {
        let Some(image) = chunks.last().filter(|chunk| is_image(chunk)) else { return Ok(None) };
        let coded = self.coded(image);
        let size = match &image.name {
            b"VP8L" => vp8l::size(coded.data).map(|(width, height, _)| (width, height)),
            _ => vp8::size(coded.data),
        };
        let (width, height) = size.unwrap_or_default();
        let limit = self.limits.pixels;
        if u64::from(width).saturating_mul(u64::from(height)) > limit {
            return Err(Error::Limit { what: "too many pixels", limit });
        }
        if &image.name == b"VP8L" {
            // it has its own transparency; what stands before it is passed over
            return Ok(Some(Pixels::Lossless(vp8l::walk(coded, self.limits)?)));
        }
        let alpha = chunks.iter().rev().find(|chunk| &chunk.name == b"ALPH" && with_alpha);
        let alpha = alpha.map(|alpha| self.alpha(alpha, width, height)).transpose()?;
        Ok(Some(Pixels::Lossy { alpha, lossy: vp8::walk(coded)? }))
    }

    fn alpha(&self, chunk: &Chunk, width: u16, height: u16) -> Result<Alpha<'a>, Error> {
        let coded = self.coded(chunk);
        let Some((head, data)) = coded.data.split_first() else {
            return Err(damaged(chunk.start, "transparency is cut short"));
        };
        let filter = head >> 2 & 3;
        let plane = match head & 3 {
            0 => {
                let samples = usize::from(width).saturating_mul(usize::from(height));
                let plane = data.get(..samples).ok_or_else(|| {
                    if chunk.cut {
                        Error::CutOff { at: chunk.end as u64 }
                    } else {
                        damaged(chunk.start, "transparency is cut short")
                    }
                });
                Plane::Raw(plane?)
            }
            1 => {
                let coded = Coded { data, at: coded.at.saturating_add(1) };
                Plane::Compressed(vp8l::walk_alpha(coded, width, height, self.limits)?)
            }
            _ => return Err(damaged(chunk.payload_start(), "transparency has an unknown coding")),
        };
        Ok(Alpha { filter, plane })
    }
}

/// How many frames of the largest picture an animation may have.
const MOST_FULL_FRAMES: u64 = 16;

fn is_image(chunk: &Chunk) -> bool {
    matches!(&chunk.name, b"VP8 " | b"VP8L")
}
