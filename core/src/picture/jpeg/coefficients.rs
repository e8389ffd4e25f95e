//! Quantised coefficients in memory, wiped on drop.

use zeroize::Zeroizing;

use crate::picture::jpeg::layout::Layout;

/// Coefficients in a block.
pub(crate) const COEFFICIENTS: usize = 64;

/// Where each coefficient stands in a block of rows and columns (row × 8 + column), by its place in
/// the zigzag order: T.81, figure A.6.
pub(crate) const NATURAL: [u8; COEFFICIENTS] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// Blocks of one component, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Blocks {
    /// Blocks side by side.
    pub(crate) wide: usize,
    /// Rows of blocks.
    pub(crate) high: usize,
    /// 64 a block, in natural order (row × 8 + column), not multiplied by the quantisation steps.
    pub(crate) values: Zeroizing<Vec<i16>>,
    /// One a block: bit k is set if the coefficient at place k of the *zigzag* order is not zero.
    pub(crate) nonzero: Zeroizing<Vec<u64>>,
}

impl Blocks {
    /// All zero.
    pub(crate) fn new(wide: usize, high: usize) -> Blocks {
        let count = wide * high;
        Blocks {
            wide,
            high,
            values: Zeroizing::new(vec![0; count * COEFFICIENTS]),
            nonzero: Zeroizing::new(vec![0; count]),
        }
    }

    /// Block `x` of row `y`: its values, and which are not zero.
    #[inline]
    pub(crate) fn block(&self, x: usize, y: usize) -> (&[i16; COEFFICIENTS], u64) {
        let index = y * self.wide + x;
        (&self.values.as_chunks().0[index], self.nonzero[index])
    }

    /// Block `x` of row `y`.
    #[inline]
    pub(crate) fn block_mut(&mut self, x: usize, y: usize) -> (&mut [i16; COEFFICIENTS], &mut u64) {
        let index = y * self.wide + x;
        (&mut self.values.as_chunks_mut().0[index], &mut self.nonzero[index])
    }
}

/// Coefficients of all components of a frame, of one row of MCUs or of all rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Coefficients {
    /// One a component.
    pub(crate) planes: Vec<Blocks>,
}

impl Coefficients {
    /// Room for one row of interleaved MCUs: `padded_wide × v` blocks a component.
    pub(crate) fn of_a_row(layout: &Layout) -> Coefficients {
        let planes = layout.components.iter().map(|c| Blocks::new(c.padded_wide, c.v));
        Coefficients { planes: planes.collect() }
    }

    /// Room for the whole picture: `padded_wide × padded_high` blocks a component.
    pub(crate) fn of_a_picture(layout: &Layout) -> Coefficients {
        let planes = layout.components.iter().map(|c| Blocks::new(c.padded_wide, c.padded_high));
        Coefficients { planes: planes.collect() }
    }
}
