//! Entropy-coded data: every scan to its last MCU, with nothing in it but what codes the picture.

use crate::audit::Rejection;
use crate::audit::cursor::Cursor;
use crate::audit::jpeg::bits::Bits;
use crate::audit::jpeg::header::Frame;

/// The grid of a scan: T.81, section A.2.
#[derive(Debug, Clone)]
pub(crate) struct Grid {
    /// MCUs side by side.
    pub(crate) wide: u64,
    /// Rows of MCUs.
    pub(crate) high: u64,
    /// The blocks of an MCU, in their order.
    pub(crate) blocks: Vec<Place>,
}

/// A block of an MCU.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// Which of the components that the scan names.
    pub(crate) component: usize,
    /// True if the block of this place is outside the picture in the last column of MCUs.
    pub(crate) beyond_right: bool,
    /// The same for the last row.
    pub(crate) beyond_bottom: bool,
}

impl Grid {
    /// Of a scan of the components `selected` of `frame`.
    pub(crate) fn new(frame: &Frame, selected: &[usize]) -> Grid {
        let most = |factor: fn(&(u8, u8, u8)) -> u8| {
            u64::from(frame.components.iter().map(factor).max().unwrap_or(1).max(1))
        };
        let (most_h, most_v) = (most(|c| c.1), most(|c| c.2));
        let components: Vec<(u64, u64)> = selected
            .iter()
            .filter_map(|index| frame.components.get(*index))
            .map(|(_, h, v)| (u64::from(*h), u64::from(*v)))
            .collect();
        // how many blocks hold samples of the picture
        let blocks = |pixels: u16, factor: u64, most: u64| {
            u64::from(pixels).saturating_mul(factor).div_ceil(most.saturating_mul(8))
        };
        if let [(h, v)] = *components {
            // alone, block by block
            return Grid {
                wide: blocks(frame.width, h, most_h),
                high: blocks(frame.height, v, most_v),
                blocks: vec![Place { component: 0, beyond_right: false, beyond_bottom: false }],
            };
        }
        let (wide, high) = (blocks(frame.width, 1, most_h), blocks(frame.height, 1, most_v));
        let mut places = Vec::new();
        for (component, (h, v)) in components.into_iter().enumerate() {
            // of the last MCU
            let right = blocks(frame.width, h, most_h)
                .saturating_sub(wide.saturating_sub(1).saturating_mul(h));
            let bottom = blocks(frame.height, v, most_v)
                .saturating_sub(high.saturating_sub(1).saturating_mul(v));
            for y in 0..v {
                let beyond_bottom = y >= bottom;
                places.extend((0..h).map(|x| Place {
                    component,
                    beyond_right: x >= right,
                    beyond_bottom,
                }));
            }
        }
        Grid { wide, high, blocks: places }
    }

    /// How many MCUs there are.
    pub(crate) fn mcus(&self) -> u64 {
        self.wide.saturating_mul(self.high)
    }
}

/// Goes over the data of a scan of `mcus` MCUs with a restart marker after every `interval` of them
/// but the last (0: none). `walk` goes over as many MCUs as it is told, an interval; it is told how
/// many came before.
pub(crate) fn intervals(
    cursor: &mut Cursor<'_>,
    mcus: u64,
    interval: u16,
    mut walk: impl FnMut(&mut Bits<'_>, u64, u64) -> Result<(), &'static str>,
) -> Result<(), Rejection> {
    let mut bits = Bits::new(cursor.rest());
    let mut one_by_one = || {
        let length = if interval == 0 { mcus } else { u64::from(interval) };
        let (mut done, mut restarts) = (0u64, 0u8);
        loop {
            let count = length.min(mcus.saturating_sub(done));
            walk(&mut bits, done, count)?;
            bits.end()?;
            done = done.saturating_add(count);
            if done >= mcus {
                return Ok(());
            }
            bits.restart(0xD0 | restarts)?;
            restarts = restarts.wrapping_add(1) & 7;
        }
    };
    let walked = one_by_one();
    cursor.take(bits.at(), "data")?;
    if let Err(what) = walked {
        return cursor.reject(what);
    }
    let ends = matches!(cursor.rest(), [0xFF, 0xC4 | 0xD9 | 0xDA | 0xDD, ..]);
    cursor.require(ends, "a table, a scan or the end after the data of a scan")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(components: Vec<(u8, u8, u8)>) -> Frame {
        Frame { kind: 0xC0, wide: false, width: 33, height: 17, components, ..Frame::default() }
    }

    #[test]
    fn blocks_are_counted_as_the_standard_does() {
        let f = frame(vec![(1, 2, 2), (2, 1, 1), (3, 2, 1)]);
        let all = Grid::new(&f, &[0, 1, 2]);
        assert_eq!((all.wide, all.high, all.blocks.len()), (3, 2, 7));
        let beyond: Vec<_> = all.blocks.iter().map(|b| (b.beyond_right, b.beyond_bottom)).collect();
        // luma: 5 × 3 blocks of 6 × 4; the others 3 × 2 of 3 × 2, and 5 × 2 of 6 × 2
        let luma = [(false, false), (true, false), (false, true), (true, true)];
        let others = [(false, false), (false, false), (true, false)];
        assert_eq!(beyond, [&luma[..], &others].concat());
        let alone = Grid::new(&f, &[0]);
        assert_eq!((alone.wide, alone.high, alone.blocks.len()), (5, 3, 1));
        assert_eq!(Grid::new(&f, &[1]).mcus(), 6);
    }

    #[test]
    fn only_the_markers_that_belong_pass() {
        // an MCU is a byte
        let passes = |data: &[u8], mcus, interval| {
            let mut cursor = Cursor::new(data);
            let walk = |bits: &mut Bits<'_>, _, count: u64| bits.pass_many(count.saturating_mul(8));
            intervals(&mut cursor, mcus, interval, walk).is_ok()
        };
        assert!(passes(b"a\xFF\0b\xFF\xD0c\xFF\xD9", 4, 3));
        assert!(passes(b"a\xFF\xD0b\xFF\xD1c\xFF\xDA", 3, 1));
        assert!(!passes(b"a\xFF\xD1c\xFF\xD9", 2, 1));
        assert!(!passes(b"a\xFF\xD0c\xFF\xD9", 2, 0));
        assert!(!passes(b"a\xFF\xD9", 2, 1));
        assert!(!passes(b"a\xFF\xFF\xD0c\xFF\xD9", 2, 1));
        assert!(!passes(b"a\xFF\xFE\0\x02", 1, 0));
        assert!(!passes(b"ab\xFF\xD9", 1, 0));
        assert!(!passes(b"a\xFF\xD0b\xFF\xD1\xFF\xD9", 2, 1));
        assert!(!passes(b"\xFF\xD9", 1, 0));
        assert!(!passes(b"a", 1, 0));
    }
}
