//! The inverse DCT at N/8 of the scale: N × N samples of a block from its N × N lowest coefficients.
//!
//! T.81 knows full scale alone. Leaving out the higher frequencies of an orthonormal DCT and
//! transforming the others back at N points low-passes and scales in one (what libjpeg's scaled
//! transforms do too). In 32-bit floating point: off by less than 0.001 of a level.

use crate::container::jpeg::tables::QuantTable;
use crate::picture::jpeg::coefficients::{COEFFICIENTS, NATURAL};

/// The most samples on a side of a block: full scale.
pub(crate) const FULL: usize = 8;

/// Bits of the coefficients, in zigzag order, that stand in each row and each column of a block.
const ROW_BITS: [u64; 8] = bits_by(true);
const COLUMN_BITS: [u64; 8] = bits_by(false);

const fn bits_by(row: bool) -> [u64; 8] {
    let mut bits = [0; 8];
    let mut k = 0;
    while k < COEFFICIENTS {
        let place = NATURAL[k] as usize;
        bits[if row { place / 8 } else { place % 8 }] |= 1 << k;
        k += 1;
    }
    bits
}

/// The transform of one component: its scale and its quantisation steps.
#[derive(Debug, Clone)]
pub(crate) struct ScaledDct {
    /// Samples on a side of a block, 1 to 8.
    size: usize,
    /// In natural order.
    steps: [f32; COEFFICIENTS],
    /// `basis[u][x]`: what frequency u of amplitude 1 gives at sample x; 0 past `size`.
    basis: [[f32; 8]; 8],
    /// The coefficients that count, in zigzag order.
    counted: u64,
}

impl ScaledDct {
    /// To `size` × `size` samples a block, 1 to 8.
    pub(crate) fn new(size: usize, table: &QuantTable) -> ScaledDct {
        let mut steps = [0.0; COEFFICIENTS];
        for (step, place) in table.0.iter().zip(NATURAL) {
            steps[usize::from(place)] = f32::from(*step);
        }
        let mut basis = [[0.0; 8]; 8];
        for (u, row) in basis.iter_mut().enumerate().take(size) {
            for (x, value) in row.iter_mut().enumerate().take(size) {
                let angle = (2 * x + 1) as f64 * u as f64 * std::f64::consts::PI;
                let scale = if u == 0 { 0.125f64.sqrt() } else { 0.5 };
                *value = (scale * (angle / (2 * size) as f64).cos()) as f32;
            }
        }
        let low = |bits: &[u64; 8]| bits[..size].iter().fold(0, |all, bits| all | bits);
        let counted = low(&ROW_BITS) & low(&COLUMN_BITS);
        ScaledDct { size, steps, basis, counted }
    }

    /// Samples on a side of a block.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// Writes the samples of one block, 0 to 255 with their fraction, to `out`: a row every `stride`.
    /// `out` holds at least `size` − 1 strides and 8 samples. Up to 7 samples to the right of the
    /// block are overwritten too, so blocks are written from left to right.
    pub(crate) fn inverse(&self, values: &[i16], nonzero: u64, out: &mut [f32], stride: usize) {
        let nonzero = nonzero & self.counted;
        if nonzero & !1 == 0 {
            let level = sample(f32::from(values[0]) * self.steps[0] * 0.125);
            for row in out.chunks_mut(stride).take(self.size) {
                row[..8].fill(level);
            }
            return;
        }
        match self.size {
            1 => {} // DC alone
            2 => self.transform::<2, 4>(values, nonzero, out, stride),
            3 => self.transform::<3, 4>(values, nonzero, out, stride),
            4 => self.transform::<4, 4>(values, nonzero, out, stride),
            5 => self.transform::<5, 8>(values, nonzero, out, stride),
            6 => self.transform::<6, 8>(values, nonzero, out, stride),
            7 => self.transform::<7, 8>(values, nonzero, out, stride),
            _ => self.transform::<8, 8>(values, nonzero, out, stride),
        }
    }

    /// `N` samples on a side, `L` ≥ `N` lanes.
    fn transform<const N: usize, const L: usize>(
        &self,
        values: &[i16],
        nonzero: u64,
        out: &mut [f32],
        stride: usize,
    ) {
        // what is zero costs nothing, but in small blocks to find out costs more
        let used = |bits: &[u64; 8]| match N {
            0..=4 => N - 1,
            _ => (0..N).rev().find(|k| nonzero & bits[*k] != 0).unwrap_or(0),
        };
        let (last_row, last_column) = (used(&ROW_BITS), used(&COLUMN_BITS));
        // columns: every lane is one
        let mut rows = [[0.0f32; L]; N];
        for ((row, values), steps) in
            rows.iter_mut().zip(values.as_chunks::<8>().0).zip(self.steps.as_chunks::<8>().0)
        {
            *row = std::array::from_fn(|lane| f32::from(values[lane]) * steps[lane]);
        }
        let mut between = [[0.0f32; L]; N];
        for y in 0..N.div_ceil(2) {
            let mut halves = [[0.0f32; L]; 2];
            for (v, row) in rows[..=last_row].iter().enumerate() {
                add(&mut halves[v % 2], row, self.basis[v][y]);
            }
            let [even, odd] = halves;
            between[y] = std::array::from_fn(|lane| even[lane] + odd[lane]);
            between[N - 1 - y] = std::array::from_fn(|lane| even[lane] - odd[lane]);
        }
        // rows: every lane is a sample of the row
        for (row, line) in between.iter().zip(out.chunks_mut(stride)) {
            let mut samples = [0.0f32; L];
            for (value, basis) in row[..=last_column].iter().zip(&self.basis) {
                if let Some(basis) = basis.first_chunk::<L>() {
                    add(&mut samples, basis, *value);
                }
            }
            if let Some(line) = line.first_chunk_mut::<L>() {
                *line = samples.map(sample);
            }
        }
    }
}

#[inline]
fn add<const L: usize>(sums: &mut [f32; L], values: &[f32; L], weight: f32) {
    *sums = std::array::from_fn(|lane| sums[lane] + values[lane] * weight);
}

/// The level shift and the range of samples.
fn sample(value: f32) -> f32 {
    let value = value + 128.0;
    // in this form one instruction each
    let value = if value > 0.0 { value } else { 0.0 };
    if value < 255.0 { value } else { 255.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::f64::consts::PI;

    fn reference(dequantised: &[f64; 64], size: usize) -> Vec<f64> {
        let n = size as f64;
        let c = |k: usize| if k == 0 { (1.0 / n).sqrt() } else { (2.0 / n).sqrt() };
        let mut samples = Vec::new();
        for y in 0..size {
            for x in 0..size {
                let mut sum = 0.0;
                for v in 0..size {
                    for u in 0..size {
                        let (along, down) = (2.0 * x as f64 + 1.0, 2.0 * y as f64 + 1.0);
                        sum += c(u)
                            * c(v)
                            * dequantised[v * 8 + u]
                            * (along * u as f64 * PI / (2.0 * n)).cos()
                            * (down * v as f64 * PI / (2.0 * n)).cos();
                    }
                }
                samples.push((sum * n / 8.0 + 128.0).clamp(0.0, 255.0));
            }
        }
        samples
    }

    proptest! {
        #[test]
        fn every_size_is_the_low_pass_of_the_standards(
            values in prop::collection::vec(-60i16..60, 64),
            kept in any::<u64>(), thinned in any::<u64>(), step in 1u16..40, size in 1usize..=8,
        ) {
            let mut block = [0i16; 64];
            let mut mask = 0;
            for (k, value) in values.iter().enumerate() {
                if kept & thinned & 1 << k != 0 && *value != 0 {
                    block[usize::from(NATURAL[k])] = *value;
                    mask |= 1 << k;
                }
            }
            let dct = ScaledDct::new(size, &QuantTable([step; 64]));
            let mut out = [-1.0f32; 8 * 16];
            dct.inverse(&block, mask, &mut out, 16);
            let exact =
                reference(&std::array::from_fn(|k| f64::from(block[k]) * f64::from(step)), size);
            for (at, exact) in exact.iter().enumerate() {
                let sample = out[at / size * 16 + at % size];
                prop_assert!((f64::from(sample) - exact).abs() < 0.01, "{} {}", sample, exact);
            }
        }

        #[test]
        fn no_coefficient_leaves_the_range(values in prop::collection::vec(any::<i16>(), 64), size in 1usize..=8) {
            let dct = ScaledDct::new(size, &QuantTable([65_535; 64]));
            let mut out = [0.0f32; 64];
            dct.inverse(&values, u64::MAX, &mut out, 8);
            prop_assert!(out.iter().all(|s| (0.0..=255.0).contains(s)));
        }
    }
}
