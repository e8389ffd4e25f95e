//! Recode of a PNG: the same pixels, filtered and deflated in the one canonical way, not interlaced.

use zeroize::Zeroizing;

use crate::container::png::{Dress, Header, Picture};
use crate::picture::png::encoder::Encoder;
use crate::picture::png::inflate::{Block, Halt, Taker, inflate};
use crate::picture::png::look::{Facts, Loose, check_length, fault};
use crate::picture::png::rows::{Row, Rows, Viewer};
use crate::picture::png::seen::Seen;
use crate::picture::png::strip::Stripped;
use crate::{Error, Limits};

/// Writes `picture` in the canonical form, and its pixels in the canonical coding. `dress` has what is
/// known before its pixels were seen.
pub(crate) fn recode(
    file: &[u8],
    picture: &Picture<'_>,
    mut dress: Dress,
    limits: &Limits,
) -> Result<Stripped, Error> {
    dress.palette = vec![[0; 3]; if picture.palette.is_empty() { 0 } else { 256 }];
    dress.transparency = vec![0; if picture.transparency.is_empty() { 0 } else { 256 }];
    dress.header.interlaced = false;
    let sizes: Vec<(u32, u32)> = picture
        .pictures
        .iter()
        .map(|coded| picture.header_of(coded))
        .map(|header| (header.width, header.height))
        .collect();
    let mut encoder = Encoder::animated(dress.clone(), &sizes)?;
    let mut seen = Seen::new(picture.header, picture.palette, picture.transparency);
    let mut loose = Vec::new();
    for (coded, size) in picture.pictures.iter().zip(sizes) {
        let header = picture.header_of(coded);
        check_length(file, &header, &coded.stream)?;
        encoder.start(size, coded.frame.as_ref(), coded.further)?;
        let mut decode = Decode {
            empty: 0,
            rows: Rows::unfiltered(&header).ok_or(Error::Memory)?,
            pixels: Pixels {
                header,
                look: seen.has_to_look(&header),
                padding: false,
                seen: &mut seen,
                encoder: &mut encoder,
                whole: Whole::new(&header, limits)?,
                row: Zeroizing::default(),
            },
        };
        let end = inflate(coded.stream.clone(), &mut decode);
        if !decode.rows.are_complete() {
            return Err(fault(file, &coded.stream, end.err()));
        }
        loose.push(Loose::of(end.as_ref(), decode.pixels.padding, decode.empty));
        let whole = decode.pixels.whole;
        whole.iter().flat_map(Whole::rows).try_for_each(|row| encoder.row(row))?;
    }
    let facts = Facts::new(seen, loose);
    (dress.palette, dress.transparency) = (facts.palette.clone(), facts.transparency.clone());
    let bytes = encoder.finish_as(&dress)?;
    Ok(Stripped { bytes, dress, facts })
}

struct Decode<'p, 's> {
    rows: Rows,
    empty: u64,
    pixels: Pixels<'p, 's>,
}

impl Taker for Decode<'_, '_> {
    fn bytes(&mut self, bytes: &[u8]) -> Result<(), Halt> {
        self.rows.take(bytes, &mut self.pixels)
    }

    fn block(&mut self, block: Block) -> Result<(), Halt> {
        self.empty += u64::from(block.empty);
        Ok(())
    }
}

/// Looks at rows, and gives them to the encoder, or puts them together first.
struct Pixels<'p, 's> {
    header: Header,
    look: bool,
    /// True if bits behind the last pixel of a row are set.
    padding: bool,
    seen: &'p mut Seen<'s>,
    encoder: &'p mut Encoder,
    whole: Option<Whole>,
    row: Zeroizing<Vec<u8>>,
}

impl Viewer for Pixels<'_, '_> {
    fn row(&mut self, row: Row<'_>) -> Result<(), Halt> {
        let mask = self.header.last_mask(row.pass.width);
        self.row.clear();
        self.row.extend_from_slice(row.bytes);
        if let Some(last) = self.row.last_mut() {
            self.padding |= *last & !mask != 0;
            *last &= mask;
        }
        match &mut self.whole {
            Some(whole) => whole.put(&row, &self.row),
            None => self.encoder.row(&self.row)?,
        }
        if self.look { self.seen.row(Row { bytes: &self.row, ..row }) } else { Ok(()) }
    }
}

/// A picture of which rows come in several passes.
struct Whole {
    bytes: Zeroizing<Vec<u8>>,
    row_bytes: usize,
    bits: usize,
}

impl Whole {
    /// Room for an interlaced picture; nothing for others.
    fn new(header: &Header, limits: &Limits) -> Result<Option<Whole>, Error> {
        if !header.interlaced {
            return Ok(None);
        }
        let row_bytes = header.row_bytes(header.width).ok_or(Error::Memory)?;
        let size = row_bytes as u64 * u64::from(header.height);
        if size > limits.memory {
            return Err(Error::Limit { what: "too many interlaced pixels", limit: limits.memory });
        }
        let bytes = vec![0; usize::try_from(size).map_err(|_| Error::Memory)?];
        let bits = usize::from(header.bits());
        Ok(Some(Whole { bytes: Zeroizing::new(bytes), row_bytes, bits }))
    }

    /// Puts the pixels of a row where they belong.
    fn put(&mut self, row: &Row<'_>, pixels: &[u8]) {
        let pass = row.pass;
        let y = (pass.first.1 + row.y * pass.step.1) as usize;
        let line = &mut self.bytes[y * self.row_bytes..][..self.row_bytes];
        let (first, step) = (pass.first.0 as usize, pass.step.0 as usize);
        let places = (first..).step_by(step).take(pass.width as usize);
        if self.bits >= 8 {
            let size = self.bits / 8;
            for (x, pixel) in places.zip(pixels.chunks_exact(size)) {
                line[x * size..][..size].copy_from_slice(pixel);
            }
            return;
        }
        let mask = (1u8 << self.bits) - 1;
        for (from, x) in places.enumerate() {
            let shift = |pixel: usize| 8 - self.bits - pixel * self.bits % 8;
            let pixel = pixels[from * self.bits / 8] >> shift(from) & mask;
            line[x * self.bits / 8] |= pixel << shift(x);
        }
    }

    fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.bytes.chunks_exact(self.row_bytes)
    }
}
