//! What the pixels of a picture use: entries of the colour table, the transparent colour, the bits
//! behind the last pixel of a row, and colours that nobody sees.

use crate::container::png::{ColourType, Header};
use crate::picture::png::inflate::Halt;
use crate::picture::png::rows::{Row, Viewer};

/// What was seen in all pictures of a file.
#[derive(Debug)]
pub(crate) struct Seen<'a> {
    header: Header,
    palette: &'a [[u8; 3]],
    transparency: &'a [u8],
    /// Entries that a pixel uses.
    used: [bool; 256],
    /// Whole bytes of several pixels that occur, where a pixel takes less.
    packed: [bool; 256],
    /// True if a pixel has the one transparent colour.
    keyed: bool,
    /// True if bits that belong to no pixel are set.
    padding: bool,
    /// A colour under full transparency, and how many pixels are so.
    under: Option<[u8; 6]>,
    transparent: u64,
    /// True if there are several such colours.
    hidden: bool,
}

impl<'a> Seen<'a> {
    /// Nothing seen yet of pictures with this header, colour table and content of tRNS.
    pub(crate) fn new(header: Header, palette: &'a [[u8; 3]], transparency: &'a [u8]) -> Seen<'a> {
        Seen {
            header,
            palette,
            transparency,
            used: [false; 256],
            packed: [false; 256],
            keyed: false,
            padding: false,
            under: None,
            transparent: 0,
            hidden: false,
        }
    }

    /// True if a picture with this header has to be looked at pixel by pixel.
    pub(crate) fn has_to_look(&self, header: &Header) -> bool {
        self.header.colour == ColourType::Palette
            || self.header.colour.has_alpha()
            || !self.transparency.is_empty()
            || header.passes().any(|pass| header.last_mask(pass.width) != 0xFF)
    }

    /// True if bits that belong to no pixel are set in what was looked at since the last time.
    pub(crate) fn take_padding(&mut self) -> bool {
        std::mem::take(&mut self.padding)
    }

    /// The colour table up to the last entry that is used, others black; and what tRNS has to hold.
    pub(crate) fn needed(&mut self) -> (Vec<[u8; 3]>, Vec<u8>) {
        self.unpack();
        if self.header.colour != ColourType::Palette {
            let depth = u32::from(self.header.depth);
            let mask = 1u16.checked_shl(depth).map_or(u16::MAX, |bit| bit - 1);
            let samples = self.transparency.as_chunks::<2>().0;
            let samples = samples.iter().map(|raw| u16::from_be_bytes(*raw) & mask);
            let kept =
                if self.keyed { samples.flat_map(u16::to_be_bytes).collect() } else { vec![] };
            return (Vec::new(), kept);
        }
        let count = self.used.iter().rposition(|used| *used).map_or(1, |last| last + 1);
        let entries = (0..count).map(|index| match self.palette.get(index) {
            Some(entry) if self.used[index] => *entry,
            _ => [0; 3],
        });
        let mut alphas: Vec<u8> = (0..count).map(|index| self.alpha(index)).collect();
        while alphas.last() == Some(&0xFF) {
            alphas.pop();
        }
        (entries.collect(), alphas)
    }

    /// The alpha of an entry; one that no pixel uses is opaque.
    fn alpha(&self, index: usize) -> u8 {
        let alpha = self.transparency.get(index).copied().unwrap_or(0xFF);
        if self.used[index] { alpha } else { 0xFF }
    }

    /// True if a picture can be hidden in colours under full transparency: there are several.
    pub(crate) fn hides_colours(&mut self) -> bool {
        self.unpack();
        let clear = (0..256).filter(|index| self.alpha(*index) == 0).count();
        self.hidden || (self.header.colour == ColourType::Palette && clear > 1)
    }

    /// How many pixels are fully transparent, if every pixel tells its own alpha.
    pub(crate) fn transparent_pixels(&self) -> u64 {
        self.transparent
    }

    /// The entries or greys that packed bytes stand for.
    fn unpack(&mut self) {
        let depth = usize::from(self.header.depth);
        if depth >= 8 {
            return;
        }
        for byte in 0..256usize {
            if std::mem::take(&mut self.packed[byte]) {
                for place in (0..8).step_by(depth) {
                    self.sample(byte >> place & ((1 << depth) - 1));
                }
            }
        }
    }

    /// A sample of a pixel that has no other.
    fn sample(&mut self, sample: usize) {
        self.used[sample] = true;
        if self.header.colour == ColourType::Grey
            && let [_, low] = self.transparency
        {
            self.keyed |= usize::from(*low) & ((1 << self.header.depth) - 1) == sample;
        }
    }

    fn under(&mut self, colour: &[u8]) {
        let mut known = [0; 6];
        known.iter_mut().zip(colour).for_each(|(to, from)| *to = *from);
        self.transparent += 1;
        self.hidden |= *self.under.get_or_insert(known) != known;
    }
}

impl Viewer for Seen<'_> {
    fn row(&mut self, row: Row<'_>) -> Result<(), Halt> {
        let mask = self.header.last_mask(row.pass.width);
        let Some((last, before)) = row.bytes.split_last() else { return Ok(()) };
        self.padding |= last & !mask != 0;
        let colour = self.header.colour;
        match (colour, self.header.depth) {
            (ColourType::Palette, 8) => {
                row.bytes.iter().for_each(|index| self.used[usize::from(*index)] = true);
            }
            (ColourType::Palette | ColourType::Grey, depth @ (1 | 2 | 4)) => {
                before.iter().for_each(|byte| self.packed[usize::from(*byte)] = true);
                let used = mask.count_ones() as u8;
                for place in (8 - used..8).step_by(usize::from(depth)) {
                    self.sample(usize::from(last >> place) & ((1 << depth) - 1));
                }
            }
            (ColourType::Grey, 8) => {
                if let [_, key] = self.transparency {
                    self.keyed |= memchr::memchr(*key, row.bytes).is_some();
                }
            }
            (ColourType::Grey, _) => {
                self.keyed |= row.bytes.as_chunks::<2>().0.iter().any(|p| p == self.transparency);
            }
            (ColourType::Rgb, 8) => {
                if let [_, red, _, green, _, blue] = self.transparency {
                    let key = [*red, *green, *blue];
                    self.keyed |= row.bytes.as_chunks::<3>().0.contains(&key);
                }
            }
            (ColourType::Rgb, _) => {
                self.keyed |= row.bytes.as_chunks::<6>().0.iter().any(|p| p == self.transparency);
            }
            (ColourType::GreyAlpha, 8) => {
                let clear = row.bytes.as_chunks::<2>().0.iter().filter(|p| p[1] == 0);
                clear.for_each(|p| self.under(&p[..1]));
            }
            (ColourType::GreyAlpha, _) => {
                let clear = row.bytes.as_chunks::<4>().0.iter().filter(|p| p[2..] == [0; 2]);
                clear.for_each(|p| self.under(&p[..2]));
            }
            (ColourType::Rgba, 8) => {
                let clear = row.bytes.as_chunks::<4>().0.iter().filter(|p| p[3] == 0);
                clear.for_each(|p| self.under(&p[..3]));
            }
            (ColourType::Rgba, _) => {
                let clear = row.bytes.as_chunks::<8>().0.iter().filter(|p| p[6..] == [0; 2]);
                clear.for_each(|p| self.under(&p[..6]));
            }
            (ColourType::Palette, _) => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::png::rows::Rows;

    fn header(width: u32, depth: u8, colour: ColourType) -> Header {
        Header { width, height: 1, depth, colour, interlaced: false }
    }

    fn look<'a>(
        header: Header,
        palette: &'a [[u8; 3]],
        transparency: &'a [u8],
        row: &[u8],
    ) -> Seen<'a> {
        let mut seen = Seen::new(header, palette, transparency);
        let mut rows = Rows::unfiltered(&header).unwrap();
        rows.take(&[&[0], row].concat(), &mut seen).unwrap();
        seen
    }

    #[test]
    fn unused_entries_go() {
        let palette: Vec<[u8; 3]> = (1..=16).map(|n| [n; 3]).collect();
        let alphas = [9, 0, 7, 0, 5];
        // five pixels of four bits: entries 1, 3, 2, 0, 1 are not all used
        let mut seen =
            look(header(5, 4, ColourType::Palette), &palette, &alphas, &[0x13, 0x31, 0x1F]);
        assert!(seen.take_padding() && !seen.take_padding());
        let (entries, kept) = seen.needed();
        assert_eq!(entries, [[0; 3], [2; 3], [0; 3], [4; 3]]);
        assert_eq!(kept, [255, 0, 255, 0]);
        assert!(seen.hides_colours());
        // beyond the table all is black and opaque
        let mut seen = look(header(1, 8, ColourType::Palette), &palette[..2], &[3], &[3]);
        assert_eq!(seen.needed(), (vec![[0; 3]; 4], vec![]));
    }

    /// Depth, colour type, what tRNS tells, a row, and what is kept of tRNS.
    type Case<'a> = (u8, ColourType, &'a [u8], &'a [u8], &'a [u8]);

    #[test]
    fn a_colour_that_no_pixel_has_need_not_be_told() {
        let cases: [Case<'_>; 6] = [
            (8, ColourType::Rgb, &[9, 1, 9, 2, 9, 3], &[1, 2, 3], &[0, 1, 0, 2, 0, 3]),
            (8, ColourType::Rgb, &[0, 1, 0, 2, 0, 3], &[1, 2, 4], &[]),
            (8, ColourType::Grey, &[9, 7], &[7], &[0, 7]),
            (16, ColourType::Grey, &[9, 7], &[9, 7], &[9, 7]),
            (16, ColourType::Grey, &[9, 7], &[0, 7], &[]),
            (2, ColourType::Grey, &[0xFF, 0xFE], &[0x80], &[0, 2]),
        ];
        for (depth, colour, told, row, kept) in cases {
            let mut seen = look(header(1, depth, colour), &[], told, row);
            assert_eq!(seen.needed().1, kept, "{depth} {colour:?}");
        }
    }

    #[test]
    fn several_colours_under_transparency_are_seen() {
        let rgba = header(3, 8, ColourType::Rgba);
        let mut seen = look(rgba, &[], &[], &[1, 2, 3, 0, 9, 9, 9, 1, 1, 2, 3, 0]);
        assert!(!seen.hides_colours());
        assert_eq!(seen.transparent_pixels(), 2);
        let mut seen = look(rgba, &[], &[], &[1, 2, 3, 0, 9, 9, 9, 1, 1, 2, 4, 0]);
        assert!(seen.hides_colours());
        let wide = header(2, 16, ColourType::GreyAlpha);
        assert!(!look(wide, &[], &[], &[1, 2, 0, 1, 3, 4, 1, 0]).hides_colours());
        assert!(look(wide, &[], &[], &[1, 2, 0, 0, 1, 3, 0, 0]).hides_colours());
    }
}
