//! What a directory says of its picture: TIFF 6.0, sections 3 to 23, and technical note 2 (JPEG).

use crate::container::tiff::{Directory, Entry, Tiff};
use crate::picture::bitmap::within;
use crate::{Error, Format, Limits};

/// How the samples mean colours: tag 262.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Photometric {
    WhiteIsZero,
    BlackIsZero,
    Rgb,
    Palette,
    Inks,
    YCbCr,
    /// CIE L*a*b*: chroma is signed.
    Lab,
    /// The same as ICC.1 codes it: chroma has an offset.
    IccLab,
}

/// How samples are coded: tag 259.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Huffman,
    Group3,
    Group4,
    Lzw,
    Jpeg,
    Deflate,
    PackBits,
}

/// What was done to samples before they were coded: tag 317.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Predictor {
    None,
    Horizontal,
    Float,
}

/// What a sample is: tag 339.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    Unsigned,
    Signed,
    Float,
}

/// What the sample behind the colours is: tag 338.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alpha {
    None,
    Associated,
    Unassociated,
}

/// The picture of one directory.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) bits: usize,
    pub(super) samples: usize,
    pub(super) number: Number,
    pub(super) photometric: Photometric,
    pub(super) alpha: Alpha,
    pub(super) compression: Compression,
    pub(super) predictor: Predictor,
    /// Bits of a byte run from the least significant one.
    pub(super) reversed: bool,
    /// Each sample has planes of its own.
    pub(super) planar: bool,
    /// Width and height of a strip or tile.
    pub(super) chunk: (usize, usize),
    /// Tiles are padded to their size, strips end with the picture.
    pub(super) tiled: bool,
    /// How many pixels share a sample of chroma, across and down.
    pub(super) subsampling: (usize, usize),
    /// The weights of red, green and blue in luma.
    pub(super) luma: [f64; 3],
    /// What codes black and white of luma, and nothing and all of both chromas.
    pub(super) reference: Option<[f64; 6]>,
    /// T4Options.
    pub(super) two_dimensions: bool,
    pub(super) palette: Option<Entry>,
    pub(super) tables: Option<&'a [u8]>,
    offsets: Option<Entry>,
    counts: Option<Entry>,
    tiff: Tiff<'a>,
    pub(super) orientation: u32,
    pub(super) profile: Option<&'a [u8]>,
}

fn unsupported(what: &'static str) -> Error {
    Error::Unsupported { format: Format::Tiff, what }
}

fn damaged(at: usize, what: &'static str) -> Error {
    Error::Damaged { at: at as u64, what }
}

impl<'a> Layout<'a> {
    /// What `directory` says, checked against `limits`.
    pub(super) fn read(
        tiff: Tiff<'a>,
        directory: Directory,
        limits: &Limits,
    ) -> Result<Layout<'a>, Error> {
        let entry = |tag: u16| tiff.entries(directory).find(|entry| entry.tag == tag);
        let number = |tag: u16| entry(tag).and_then(|entry| tiff.number(&entry, 0));
        let numbers = |tag: u16, most: u64| -> Vec<u64> {
            let Some(entry) = entry(tag) else { return Vec::new() };
            (0..entry.count.min(most)).map_while(|index| tiff.number(&entry, index)).collect()
        };
        let bytes = |tag: u16| entry(tag).and_then(|entry| tiff.bytes(&entry));
        let edge = |tag: u16| {
            let what = "the picture has no size";
            u32::try_from(number(tag).unwrap_or(0)).map_err(|_| damaged(directory.at, what))
        };
        let size = (edge(256)?, edge(257)?);
        let (width, height) = within(size, 1, limits)?;
        let samples = number(277).unwrap_or(1);
        if !(1..=32).contains(&samples) {
            return Err(unsupported("an unknown number of samples a pixel"));
        }
        let samples = samples as usize;
        let depths = numbers(258, samples as u64);
        let bits = depths.first().copied().unwrap_or(1);
        if depths.iter().any(|depth| *depth != bits) {
            return Err(unsupported("samples of different depths"));
        }
        let compression = compression(number(259).unwrap_or(1))?;
        let photometric = photometric(number(262), compression, samples)?;
        let number_kind = match number(339).unwrap_or(1) {
            2 => Number::Signed,
            3 => Number::Float,
            1 | 4 => Number::Unsigned,
            _ => return Err(unsupported("complex samples")),
        };
        let known = match number_kind {
            Number::Float => matches!(bits, 16 | 24 | 32 | 64),
            _ => matches!(bits, 1..=16 | 24 | 32),
        };
        if !known {
            return Err(unsupported("samples of an unknown depth"));
        }
        let colours = photometric.colours();
        if samples < colours {
            return Err(damaged(directory.at, "a pixel has too few samples for its colours"));
        }
        let alpha = match (samples > colours, number(338)) {
            (true, Some(1)) => Alpha::Associated,
            // who forgot to say it means alpha
            (true, Some(2) | None) => Alpha::Unassociated,
            _ => Alpha::None,
        };
        let tiled = entry(322).is_some();
        let chunk = if tiled {
            let edge = |tag| number(tag).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            (edge(322), edge(323))
        } else {
            let rows = number(278).and_then(|n| usize::try_from(n).ok()).unwrap_or(height);
            (width, rows.min(height))
        };
        // tiles are whole multiples of 16, and none has reason to be much larger than its picture
        let most = |edge: usize| edge.next_multiple_of(16).max(4096);
        if chunk.0 == 0 || chunk.1 == 0 || chunk.0 > most(width) || chunk.1 > most(height) {
            return Err(damaged(directory.at, "a part of the picture has no sensible size"));
        }
        let subsampling = match (photometric, numbers(530, 2).as_slice()) {
            (Photometric::YCbCr, [across, down]) => (*across as usize, *down as usize),
            (Photometric::YCbCr, _) => (2, 2),
            _ => (1, 1),
        };
        if ![1, 2, 4].contains(&subsampling.0) || ![1, 2, 4].contains(&subsampling.1) {
            return Err(unsupported("an unknown sampling of chroma"));
        }
        let rationals = |tag: u16, count: usize| -> Option<Vec<f64>> {
            let bytes = bytes(tag)?;
            let value = |at: usize| {
                let (a, b) = (tiff.endian.u32(bytes, at)?, tiff.endian.u32(bytes, at + 4)?);
                let value = f64::from(a) / f64::from(b);
                value.is_finite().then_some(value)
            };
            (0..count).map(|index| value(index * 8)).collect()
        };
        let luma = rationals(529, 3)
            .and_then(|values| values.try_into().ok())
            .filter(|weights: &[f64; 3]| weights[1] > 0.0)
            .unwrap_or([0.299, 0.587, 0.114]);
        let reference = rationals(532, 6)
            .and_then(|values| <[f64; 6]>::try_from(values).ok())
            .filter(|r| r[1] > r[0] && r[3] > r[2] && r[5] > r[4]);
        Ok(Layout {
            width,
            height,
            bits: bits as usize,
            samples,
            number: number_kind,
            photometric,
            alpha,
            compression,
            predictor: match number(317).unwrap_or(1) {
                1 => Predictor::None,
                2 => Predictor::Horizontal,
                3 => Predictor::Float,
                _ => return Err(unsupported("an unknown predictor")),
            },
            reversed: number(266) == Some(2),
            planar: samples > 1 && number(284) == Some(2),
            chunk,
            tiled,
            subsampling,
            luma,
            reference,
            two_dimensions: number(292).unwrap_or(0) & 1 == 1,
            palette: entry(320),
            tables: bytes(347),
            // some programs tell tiles by the tags of strips
            offsets: tiled.then(|| entry(324)).flatten().or_else(|| entry(273)),
            counts: tiled.then(|| entry(325)).flatten().or_else(|| entry(279)),
            tiff,
            orientation: number(274).and_then(|n| u32::try_from(n).ok()).unwrap_or(1),
            profile: bytes(34_675),
        })
    }

    /// How many chunks stand side by side and below each other.
    pub(super) fn chunks(&self) -> (usize, usize) {
        (self.width.div_ceil(self.chunk.0), self.height.div_ceil(self.chunk.1))
    }

    /// The coded bytes of the chunk `index`, as far as the file has them; none if it has none.
    pub(super) fn coded(&self, index: usize) -> Option<&'a [u8]> {
        let number = |entry: &Option<Entry>| self.tiff.number(entry.as_ref()?, index as u64);
        let start = usize::try_from(number(&self.offsets)?).ok()?;
        let rest = self.tiff.data.get(start..).filter(|rest| !rest.is_empty())?;
        // one count was forgotten by some programs: the data ends with the file
        let count = number(&self.counts).and_then(|count| usize::try_from(count).ok());
        rest.get(..count.filter(|count| *count > 0).unwrap_or(rest.len()).min(rest.len()))
    }

    /// The value `index` of the colour table.
    pub(super) fn palette_value(&self, index: usize) -> Option<u16> {
        let value = self.tiff.number(self.palette.as_ref()?, index as u64)?;
        u16::try_from(value).ok()
    }

    /// True if the most significant byte of a sample comes first.
    pub(super) fn big_endian(&self) -> bool {
        self.tiff.endian == crate::bytes::Endian::Big
    }
}

impl Photometric {
    /// How many samples tell the colour.
    pub(super) fn colours(self) -> usize {
        match self {
            Photometric::WhiteIsZero | Photometric::BlackIsZero | Photometric::Palette => 1,
            Photometric::Inks => 4,
            _ => 3,
        }
    }
}

fn compression(code: u64) -> Result<Compression, Error> {
    Ok(match code {
        1 => Compression::None,
        2 => Compression::Huffman,
        3 => Compression::Group3,
        4 => Compression::Group4,
        5 => Compression::Lzw,
        7 => Compression::Jpeg,
        8 | 32_946 => Compression::Deflate,
        32_773 => Compression::PackBits,
        6 => return Err(unsupported("JPEG compression of the old kind")),
        34_712 => return Err(unsupported("JPEG 2000 compression")),
        34_925 => return Err(unsupported("LZMA compression")),
        50_000 => return Err(unsupported("Zstandard compression")),
        50_001 => return Err(unsupported("WebP compression")),
        50_002 | 52_546 => return Err(unsupported("JPEG XL compression")),
        _ => return Err(unsupported("an unknown compression")),
    })
}

fn photometric(
    code: Option<u64>,
    compression: Compression,
    samples: usize,
) -> Result<Photometric, Error> {
    let fax =
        matches!(compression, Compression::Huffman | Compression::Group3 | Compression::Group4);
    Ok(match code {
        Some(0) => Photometric::WhiteIsZero,
        Some(1) => Photometric::BlackIsZero,
        Some(2) => Photometric::Rgb,
        Some(3) => Photometric::Palette,
        Some(5) => Photometric::Inks,
        Some(6) => Photometric::YCbCr,
        Some(8) => Photometric::Lab,
        Some(9) => Photometric::IccLab,
        // as libtiff takes what is not said
        None if fax => Photometric::WhiteIsZero,
        None if samples >= 3 => Photometric::Rgb,
        None => Photometric::BlackIsZero,
        _ => return Err(unsupported("an unknown colour model")),
    })
}
