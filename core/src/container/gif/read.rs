//! What a GIF shows, kept by allow-list: images, how they follow each other, and their colours.

use super::block::{Block, Descriptor, HEADER, Header, Kind, blocks, sub_blocks};
use super::lzw::{self, Stream};
use crate::bytes::Endian;
use crate::constants::gif::LEAST_CODE_SIZE;
use crate::{Error, Format, Limits};

/// What a GIF shows.
#[derive(Debug)]
pub(crate) struct Picture<'a> {
    pub(crate) header: Header,
    /// The global colour table; empty if there is none.
    pub(crate) table: &'a [u8],
    /// How often the animation runs, as the loop extension has it.
    pub(crate) loops: Option<u16>,
    /// The images, at least one.
    pub(crate) frames: Vec<Frame<'a>>,
}

/// One image.
#[derive(Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) descriptor: Descriptor,
    /// The local colour table; empty if there is none.
    pub(crate) table: &'a [u8],
    pub(crate) code_size: u8,
    /// The sub-blocks.
    pub(crate) data: &'a [u8],
    pub(crate) stream: Stream,
    pub(crate) control: Control,
}

impl Frame<'_> {
    /// True if a part of the image lies outside the logical screen.
    pub(crate) fn lies_outside(&self, header: &Header) -> bool {
        let Descriptor { corner, size, .. } = self.descriptor;
        let beyond = |at: u16, long: u16, screen: u16| {
            u32::from(at).saturating_add(long.into()) > screen.into()
        };
        beyond(corner.0, size.0, header.screen.0) || beyond(corner.1, size.1, header.screen.1)
    }
}

/// A graphic control extension: GIF89a, section 23. Without one, everything is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Control {
    /// Disposal method, user input flag, transparent colour flag.
    pub(crate) packed: u8,
    /// In hundredths of a second.
    pub(crate) delay: u16,
    /// The transparent colour index, also where the flag is not set.
    pub(crate) index: u8,
}

impl Control {
    /// The extension whose sub-blocks are `data`; `None` if it is too short, as viewers see it.
    pub(crate) fn read(data: &[u8]) -> Option<Control> {
        let block = sub_blocks(data).next()?;
        let (packed, index) = (*block.first()?, *block.get(3)?);
        Some(Control { packed, delay: Endian::Little.u16(block, 1)?, index })
    }

    pub(crate) fn transparent(&self) -> Option<u8> {
        (self.packed & 1 == 1).then_some(self.index)
    }

    /// The disposal method. The three that mean nothing are one and the same to every viewer, which
    /// cannot be said of them and of 0: some take them for "restore to previous". 4 is taken for that
    /// by browsers.
    pub(crate) fn disposal(&self) -> u8 {
        (self.packed >> 2 & 7).min(5)
    }
}

/// "Restore to background": a disposal method.
const TO_BACKGROUND: u8 = 2;

impl Picture<'_> {
    /// True if it moves, or tries to.
    pub(crate) fn is_animation(&self) -> bool {
        self.frames.len() > 1
    }

    /// True if the first image fills the logical screen exactly.
    pub(crate) fn first_fills_screen(&self) -> bool {
        self.frames.first().is_some_and(|frame| {
            frame.descriptor.corner == (0, 0) && frame.descriptor.size == self.header.screen
        })
    }

    /// True if the background colour can be seen. Browsers never show it. Others show it where an
    /// image is disposed of or where none is, unless there is a transparent colour to show there.
    pub(crate) fn shows_background(&self) -> bool {
        let opaque = |frame: &Frame<'_>| frame.control.transparent().is_none();
        let disposed = |frame: &Frame<'_>| frame.control.disposal() == TO_BACKGROUND;
        let entries = self.table.len() / 3;
        usize::from(self.header.background) < entries
            && (self.is_animation()
                && self.frames.iter().any(disposed)
                && self.frames.iter().any(opaque)
                || !self.first_fills_screen() && self.frames.first().is_some_and(opaque))
    }

    /// How many parts of ten thousand of the pixels are missing; at least one if any is.
    pub(crate) fn missing(&self) -> Option<u32> {
        let sum = |count: fn(&Frame<'_>) -> u64| {
            self.frames.iter().fold(0u64, |sum, frame| sum.saturating_add(count(frame)))
        };
        let all = sum(|frame| frame.descriptor.pixels());
        let missing = all.saturating_sub(sum(|frame| frame.stream.drawn));
        let parts = missing.saturating_mul(10_000).checked_div(all)?;
        (missing > 0).then(|| u32::try_from(parts).unwrap_or(u32::MAX).max(1))
    }
}

/// Reads what the GIF `photo` shows. What viewers pass over is passed over; data that ends too early
/// is kept as far as it goes, as viewers show it.
pub(crate) fn read<'a>(photo: &'a [u8], limits: &Limits) -> Result<Picture<'a>, Error> {
    let cut_off = Error::CutOff { at: photo.len() as u64 };
    let header = Header::read(photo).ok_or(cut_off.clone())?;
    let behind = HEADER.saturating_add(header.table());
    let table = photo.get(HEADER..behind).ok_or(cut_off.clone())?;
    let mut picture = Picture { header, table, loops: None, frames: Vec::new() };
    let mut control = Control::default();
    let mut stopped = photo.len();
    for block in blocks(photo, &header) {
        match block.kind {
            Kind::Extension { label: 0xF9, data } => {
                control = Control::read(data).unwrap_or(control);
            }
            Kind::Extension { label: 0xFF, data } => picture.loops = loops(data).or(picture.loops),
            Kind::Extension { .. } | Kind::Trailer => {}
            Kind::Image { .. } => {
                if picture.frames.len() as u64 >= limits.parts {
                    return Err(Error::Limit { what: "too many images", limit: limits.parts });
                }
                match frame(block, control, limits) {
                    // browsers stop at an image that cannot be, and show those before
                    Err(Error::Damaged { .. }) if !picture.frames.is_empty() => break,
                    frame => picture.frames.extend(frame?),
                }
                control = Control::default();
            }
            Kind::Gap => stopped = stopped.min(block.start),
        }
    }
    if picture.frames.iter().all(|frame| frame.descriptor.pixels() == 0) {
        if !picture.frames.is_empty() {
            let what = "no image has width and height";
            return Err(Error::Damaged { at: HEADER as u64, what });
        }
        return Err(if stopped < photo.len() && photo.get(stopped) != Some(&0x2C) {
            Error::Damaged { at: stopped as u64, what: "no image, extension or trailer" }
        } else {
            cut_off
        });
    }
    Ok(picture)
}

/// The image in `block`.
fn frame<'a>(
    block: Block<'a>,
    control: Control,
    limits: &Limits,
) -> Result<Option<Frame<'a>>, Error> {
    let Kind::Image { descriptor, table, code_size, data } = block.kind else { return Ok(None) };
    let damaged = |what| Error::Damaged { at: block.start as u64, what };
    if !(1..=8).contains(&code_size) {
        return Err(damaged("an LZW code size that GIF does not have"));
    }
    let pixels = descriptor.pixels();
    if code_size < LEAST_CODE_SIZE && pixels > 1 {
        return Err(Error::Unsupported { format: Format::Gif, what: "an LZW code size of 1" });
    }
    if pixels > limits.pixels {
        return Err(Error::Limit { what: "too many pixels", limit: limits.pixels });
    }
    let stream = lzw::scan(data, code_size, pixels);
    Ok(Some(Frame { descriptor, table, code_size, data, stream, control }))
}

/// How often to run, if the application extension with the sub-blocks `data` says that.
pub(crate) fn loops(data: &[u8]) -> Option<u16> {
    let mut blocks = sub_blocks(data);
    if !matches!(blocks.next()?, b"NETSCAPE2.0" | b"ANIMEXTS1.0") {
        return None;
    }
    // a sub-block of Netscape's starts with its kind: 1 is the loop count
    blocks.filter(|block| block.first() == Some(&1)).find_map(|block| Endian::Little.u16(block, 1))
}
