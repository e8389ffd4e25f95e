//! The header of a picture (IHDR, section 11.2.1), and how its rows are laid out (sections 7.2, 8.1).

use crate::Error;
use crate::bytes::{Endian, u8_at};
use crate::container::png::damaged;

/// What the samples of a pixel are: section 11.2.1, table 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColourType {
    /// One sample of grey.
    Grey,
    /// Red, green, blue.
    Rgb,
    /// An entry of the colour table.
    Palette,
    /// Grey and alpha.
    GreyAlpha,
    /// Red, green, blue, alpha.
    Rgba,
}

impl ColourType {
    /// The number that the header tells.
    pub(crate) fn code(self) -> u8 {
        match self {
            ColourType::Grey => 0,
            ColourType::Rgb => 2,
            ColourType::Palette => 3,
            ColourType::GreyAlpha => 4,
            ColourType::Rgba => 6,
        }
    }

    fn from_code(code: u8) -> Option<ColourType> {
        Some(match code {
            0 => ColourType::Grey,
            2 => ColourType::Rgb,
            3 => ColourType::Palette,
            4 => ColourType::GreyAlpha,
            6 => ColourType::Rgba,
            _ => return None,
        })
    }

    /// How many samples a pixel has.
    pub(crate) fn samples(self) -> u8 {
        match self {
            ColourType::Grey | ColourType::Palette => 1,
            ColourType::GreyAlpha => 2,
            ColourType::Rgb => 3,
            ColourType::Rgba => 4,
        }
    }

    /// True if every pixel tells its own alpha.
    pub(crate) fn has_alpha(self) -> bool {
        matches!(self, ColourType::GreyAlpha | ColourType::Rgba)
    }

    /// True if there are no reds, greens and blues.
    pub(crate) fn is_grey(self) -> bool {
        matches!(self, ColourType::Grey | ColourType::GreyAlpha)
    }
}

/// The header of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    /// Width in pixels, from 1 to 2³¹ − 1.
    pub(crate) width: u32,
    /// Height in pixels, from 1 to 2³¹ − 1.
    pub(crate) height: u32,
    /// Bits of a sample: 1, 2, 4, 8 or 16.
    pub(crate) depth: u8,
    /// What the samples are.
    pub(crate) colour: ColourType,
    /// True for Adam7, section 8.1.
    pub(crate) interlaced: bool,
}

/// The largest number that four bytes may hold: section 7.1.
pub(crate) const MOST: u32 = 0x7FFF_FFFF;

impl Header {
    /// What the IHDR chunk with `payload`, which stands at `at`, tells.
    pub(super) fn read(payload: &[u8], at: usize) -> Result<Header, Error> {
        let wrong = |what| Err(damaged(at, what));
        let (Some(width), Some(height)) =
            (Endian::Big.u32(payload, 0), Endian::Big.u32(payload, 4))
        else {
            return wrong("a header of another length");
        };
        let [depth, colour, compression, filter, interlace] =
            [8, 9, 10, 11, 12].map(|at| u8_at(payload, at).unwrap_or(u8::MAX));
        if payload.len() != 13 {
            return wrong("a header of another length");
        }
        if !(1..=MOST).contains(&width) || !(1..=MOST).contains(&height) {
            return wrong("a picture without a size");
        }
        let Some(colour) = ColourType::from_code(colour) else {
            return wrong("a colour type that does not exist");
        };
        let depths: &[u8] = match colour {
            ColourType::Grey => &[1, 2, 4, 8, 16],
            ColourType::Palette => &[1, 2, 4, 8],
            _ => &[8, 16],
        };
        if !depths.contains(&depth) {
            return wrong("a bit depth that does not exist");
        }
        if compression != 0 || filter != 0 || interlace > 1 {
            return wrong("a compression, filter or interlace method that does not exist");
        }
        Ok(Header { width, height, depth, colour, interlaced: interlace == 1 })
    }

    /// Bits of a pixel, 64 at most.
    pub(crate) fn bits(&self) -> u8 {
        self.depth.saturating_mul(self.colour.samples())
    }

    /// From how many bytes further left a filter predicts: section 9.2.
    pub(crate) fn step(&self) -> usize {
        usize::from(self.bits().div_ceil(8))
    }

    /// The bytes of a row of `width` pixels, without its filter byte; `None` past what memory can hold.
    pub(crate) fn row_bytes(&self, width: u32) -> Option<usize> {
        let bits = u64::from(width).saturating_mul(u64::from(self.bits()));
        usize::try_from(bits.div_ceil(8)).ok()
    }

    /// The bits of the last byte of a row of `width` pixels that belong to pixels; all others are
    /// padding.
    pub(crate) fn last_mask(&self, width: u32) -> u8 {
        // less than 8 bits a pixel where there is padding at all
        let used = u64::from(width).saturating_mul(u64::from(self.bits())) % 8;
        if used == 0 { 0xFF } else { !(0xFFu8 >> used) }
    }

    /// The passes of the picture, without those that hold no pixel.
    pub(crate) fn passes(&self) -> impl Iterator<Item = Pass> + use<> {
        let Header { width, height, interlaced, .. } = *self;
        let passes: &'static [[u8; 4]] = if interlaced { &ADAM7 } else { &[[0, 0, 1, 1]] };
        passes
            .iter()
            .map(move |[x, y, across, down]| {
                let count = |size: u32, first: u8, step: u8| {
                    size.saturating_sub(u32::from(first)).div_ceil(u32::from(step).max(1))
                };
                Pass {
                    width: count(width, *x, *across),
                    height: count(height, *y, *down),
                    first: (u32::from(*x), u32::from(*y)),
                    step: (u32::from(*across), u32::from(*down)),
                }
            })
            .filter(|pass| pass.width > 0 && pass.height > 0)
    }

    /// The bytes of all rows with their filter bytes, as they are before compression.
    pub(crate) fn raw_bytes(&self) -> u64 {
        self.passes().fold(0, |sum: u64, pass| {
            let bits = u64::from(pass.width).saturating_mul(u64::from(self.bits()));
            let row = bits.div_ceil(8).saturating_add(1);
            sum.saturating_add(row.saturating_mul(u64::from(pass.height)))
        })
    }
}

/// First column, first row, columns and rows from one pixel to the next.
const ADAM7: [[u8; 4]; 7] = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
];

/// A reduced picture: section 8.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pass {
    /// Its size in pixels.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Where its first pixel stands in the picture, across and down.
    pub(crate) first: (u32, u32),
    /// How far its pixels stand apart, across and down.
    pub(crate) step: (u32, u32),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(width: u32, height: u32, depth: u8, colour: ColourType, interlaced: bool) -> Header {
        Header { width, height, depth, colour, interlaced }
    }

    #[test]
    fn rows_are_as_long_as_their_pixels() {
        let grey = header(9, 1, 1, ColourType::Grey, false);
        assert_eq!((grey.row_bytes(9), grey.last_mask(9), grey.step()), (Some(2), 0x80, 1));
        assert_eq!((grey.row_bytes(8), grey.last_mask(8)), (Some(1), 0xFF));
        let four = header(3, 1, 4, ColourType::Palette, false);
        assert_eq!((four.row_bytes(3), four.last_mask(3)), (Some(2), 0xF0));
        let wide = header(3, 1, 16, ColourType::Rgba, false);
        assert_eq!((wide.row_bytes(3), wide.last_mask(3), wide.step()), (Some(24), 0xFF, 8));
    }

    #[test]
    fn passes_hold_every_pixel_once() {
        for width in 1..20 {
            for height in 1..20 {
                let picture = header(width, height, 8, ColourType::Grey, true);
                let mut seen = vec![0u8; (width * height) as usize];
                for pass in picture.passes() {
                    for y in 0..pass.height {
                        for x in 0..pass.width {
                            let (x, y) =
                                (pass.first.0 + x * pass.step.0, pass.first.1 + y * pass.step.1);
                            seen[(y * width + x) as usize] += 1;
                        }
                    }
                }
                assert!(seen.iter().all(|times| *times == 1));
            }
        }
    }

    #[test]
    fn headers_that_cannot_be_are_refused() {
        let whole = [0, 0, 0, 7, 0, 0, 0, 9, 8, 2, 0, 0, 1];
        let read = |at: usize, value: u8| {
            let mut payload = whole;
            payload[at] = value;
            Header::read(&payload, 8)
        };
        assert_eq!(read(3, 7), Ok(header(7, 9, 8, ColourType::Rgb, true)));
        for (at, value) in
            [(0, 0x80), (3, 0), (7, 0), (8, 4), (8, 0), (9, 1), (9, 7), (10, 1), (11, 64), (12, 2)]
        {
            assert!(read(at, value).is_err(), "{value} at {at}");
        }
        assert!(Header::read(&whole[..12], 8).is_err());
    }
}
