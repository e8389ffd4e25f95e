//! The encoder of Rebuild. Its files are, byte for byte, those that Android's `Bitmap.compress`
//! makes of the same pixels, and so, but for the profile, those of libjpeg-turbo's
//! `cjpeg -sample 2x2 -optimize -baseline`.

mod colour;
mod fdct;
mod held;
mod quantise;
mod shuffle;
mod strip;
#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;
use std::slice;

use crate::container::jpeg::frame::{Component, Process};
use crate::container::jpeg::tables::QuantTable;
use crate::container::jpeg::write::{Dress, END, header, rebuilt_scan_head};
use crate::container::jpeg::{Colour, Frame};
use crate::memory::Memory;
use crate::picture::jpeg::bit_writer::Bits;
use crate::picture::jpeg::coefficients::Coefficients;
use crate::picture::jpeg::encoder::held::Held;
use crate::picture::jpeg::encoder::quantise::{Divisors, tables};
use crate::picture::jpeg::encoder::strip::Strip;
use crate::picture::jpeg::layout::Layout;
use crate::picture::jpeg::scan_coder::{ScanCoder, ScanCodes, finish, room_for};
use crate::picture::jpeg::token_store::TokenStore;
use crate::{Error, Limits, Orientation, ProfileClass};

/// What the file has to be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Aim {
    /// This quality, 1 to 100, as libjpeg and Android count it.
    Quality(u8),
    /// The best of these qualities at which the file has at most so many bytes. For that the
    /// frequencies of the picture are held: 3 bytes a pixel.
    Size(RangeInclusive<u8>, u64),
}

/// An encoded picture.
#[derive(Debug)]
pub(crate) struct Encoded {
    /// The whole file.
    pub(crate) bytes: Memory,
    /// Its quality.
    pub(crate) quality: u8,
}

/// What a pixel of the rows is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pixel {
    /// Red, green, blue: 3 bytes.
    Rgb,
    /// Grey: 1 byte. The file has three components all the same, like any other of the crowd.
    Grey,
}

/// Takes the rows of a picture from the top, and makes a JPEG of them.
#[derive(Debug)]
pub(crate) struct Encoder {
    layout: Layout,
    pixel: Pixel,
    strip: Strip,
    /// The row of MCUs that is being filled.
    row: usize,
    rest: Rest,
}

/// What becomes of the frequencies.
#[derive(Debug)]
enum Rest {
    /// They are quantised and turned into tokens row by row.
    Coded(Box<Coder>, TokenStore),
    /// They are held until all are there.
    Held(Held),
}

impl Encoder {
    /// For a picture of this size in pixels, 1 to 65,535 each.
    ///
    /// Errors: [`Error::Limit`] if what has to be held passes the limit of memory.
    pub(crate) fn new(
        (width, height): (u16, u16),
        pixel: Pixel,
        aim: Aim,
        limits: &Limits,
    ) -> Result<Encoder, Error> {
        let layout = Layout::of(&frame(width, height, 100));
        let rest = match aim {
            Aim::Quality(quality) => {
                let memory = usize::try_from(limits.memory).unwrap_or(usize::MAX);
                Rest::Coded(Box::new(Coder::new(&layout, quality)), TokenStore::within(memory))
            }
            Aim::Size(qualities, most) => Rest::Held(Held::new(&layout, qualities, most, limits)?),
        };
        Ok(Encoder { strip: Strip::new(&layout), layout, pixel, row: 0, rest })
    }

    /// Takes the next row of pixels, as many as the picture is wide. Rows below the picture count
    /// for nothing.
    pub(crate) fn row(&mut self, pixels: &[u8]) -> Result<(), Error> {
        match self.pixel {
            Pixel::Rgb => self.strip.push(pixels),
            Pixel::Grey => self.strip.push_grey(pixels),
        }
        if self.strip.is_full() { self.transform() } else { Ok(()) }
    }

    /// The file. If rows are missing the last one is repeated. None if no quality gives a file that
    /// is small enough.
    ///
    /// Errors: [`Error::Limit`] if what has to be held passes the limit of memory.
    pub(crate) fn finish(mut self, limits: &Limits) -> Result<Option<Encoded>, Error> {
        while self.row < self.layout.mcus_high {
            self.transform()?;
        }
        match self.rest {
            Rest::Coded(coder, tokens) => {
                let pieces = tokens.pieces().ok_or_else(|| too_much(limits))?;
                let (codes, mut out) = coder.start()?;
                let mut bits = Bits::NONE;
                codes.emit(pieces, &mut bits, &mut out)?;
                coder.end(bits, out).map(Some)
            }
            Rest::Held(held) => held.best(&self.layout),
        }
    }

    /// Transforms the samples of a row of MCUs.
    fn transform(&mut self) -> Result<(), Error> {
        if self.row == self.layout.mcus_high {
            return Ok(());
        }
        self.strip.complete();
        // chroma of greys is zero, and so are rows that were never written to
        let planes = if self.pixel == Pixel::Grey { 1 } else { 3 };
        match &mut self.rest {
            Rest::Coded(coder, tokens) => {
                let Coder { divisors, row, scan, .. } = &mut **coder;
                self.strip.transform(&self.layout, self.row, planes, |plane, x, y, block| {
                    let (out, nonzero) = row.planes[plane].block_mut(x, y);
                    *nonzero = divisors[plane.min(1)].quantise(block, out);
                });
                tokens
                    .append(scan.most_tokens(), |room| scan.row(row, self.row, self.row, room))?;
            }
            Rest::Held(held) => {
                let mut row = Coefficients::of_a_row(&self.layout);
                self.strip.transform(&self.layout, self.row, planes, |plane, x, y, block| {
                    *row.planes[plane].block_mut(x, y).0 = *block;
                });
                held.rows.push(row);
            }
        }
        self.row += 1;
        Ok(())
    }
}

/// Encodes frequencies at one quality.
#[derive(Debug)]
struct Coder {
    quality: u8,
    frame: Frame,
    divisors: [Divisors; 2],
    /// A row of MCUs, quantised.
    row: Coefficients,
    scan: ScanCoder,
}

impl Coder {
    fn new(layout: &Layout, quality: u8) -> Coder {
        // the layout is that of a frame, whose sizes are 16-bit
        let size = [layout.width, layout.height].map(|n| u16::try_from(n).unwrap_or(u16::MAX));
        Coder {
            quality,
            frame: frame(size[0], size[1], quality),
            divisors: tables(quality).each_ref().map(Divisors::new),
            row: Coefficients::of_a_row(layout),
            // an MCU of 4:2:0 has six blocks, so there is one scan
            scan: ScanCoder::of_all(layout, Colour::YCbCr),
        }
    }

    /// Everything before the coded data, by itself and before the end.
    fn head(&self, codes: &ScanCodes) -> [Vec<u8>; 2] {
        let dress =
            Dress { orientation: Orientation::Upright, profile: Some(ProfileClass::AndroidSrgb) };
        let header = header(&self.frame, Colour::YCbCr, false, dress);
        [header, rebuilt_scan_head(Colour::YCbCr, &codes.scan())]
    }

    /// Quantises a row of MCUs into `self.row`.
    fn quantise(&mut self, frequencies: &Coefficients) {
        for (plane, from) in frequencies.planes.iter().enumerate() {
            let to = &mut self.row.planes[plane];
            let blocks = from.values.as_chunks().0.iter().zip(to.values.as_chunks_mut().0);
            for ((from, to), nonzero) in blocks.zip(to.nonzero.iter_mut()) {
                *nonzero = self.divisors[plane.min(1)].quantise(from, to);
            }
        }
    }

    /// The best codes for what was counted. No step is below that of quality 100, at which no
    /// frequency of 8-bit samples is too large.
    fn codes(&self) -> Result<ScanCodes, Error> {
        self.scan.codes().ok_or(Error::Memory)
    }

    /// The size of the file in bytes, but for the zeros that are stuffed.
    fn least_size(&self) -> Result<u64, Error> {
        let codes = self.codes()?;
        let around = self.head(&codes).iter().map(Vec::len).sum::<usize>() + END.len();
        Ok(codes.bytes() + around as u64)
    }

    /// A file up to its coded data, and the codes for that.
    fn start(&self) -> Result<(ScanCodes, Memory), Error> {
        let codes = self.codes()?;
        let head = self.head(&codes);
        let mut out = room_for(&head, slice::from_ref(&codes))?;
        head.iter().try_for_each(|head| out.push(head))?;
        Ok((codes, out))
    }

    /// Ends the coded data and the file.
    fn end(&self, bits: Bits, mut out: Memory) -> Result<Encoded, Error> {
        finish(bits, &mut out)?;
        out.push(&END)?;
        Ok(Encoded { bytes: out, quality: self.quality })
    }
}

/// The frame of the crowd's files.
fn frame(width: u16, height: u16, quality: u8) -> Frame {
    let [luma, chroma] = tables(quality);
    let component = |id, factor, quant_slot, table: &QuantTable| Component {
        id,
        h: factor,
        v: factor,
        quant_slot,
        quant: Some(table.clone()),
    };
    let components =
        vec![component(1, 2, 0, &luma), component(2, 1, 1, &chroma), component(3, 1, 1, &chroma)];
    Frame { process: Process::Sequential, width, height, components }
}

/// More has to be held than may be.
fn too_much(limits: &Limits) -> Error {
    Error::Limit { what: "more picture than may be held in memory", limit: limits.memory }
}
