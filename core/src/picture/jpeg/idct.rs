//! The inverse DCT at full scale: sample by sample what libjpeg's accurate integer transform gives.
//!
//! The algorithm is that of Loeffler, Ligtenberg and Moschytz (ICASSP 1989) with 12
//! multiplications; the fixed-point precision (13 bits, 2 more between the passes) and every
//! rounding are those of libjpeg's `jidctint`, so that viewers show the same samples.

use crate::container::jpeg::tables::QuantTable;
use crate::picture::jpeg::coefficients::{COEFFICIENTS, NATURAL};

/// Bits of fraction of the constants.
const CONST_BITS: u32 = 13;
/// Bits of fraction that the first pass keeps.
const PASS1_BITS: u32 = 2;

/// The largest coefficient, multiplied by its step, that is told apart. Those of a real picture are
/// below 1,024 and half a step; no sum of the transform leaves 32 bits below this bound.
const LARGEST: i32 = (1 << 14) - 1;

// the rotations, in units of 2^-13
const C0_298: i32 = 2446;
const C0_390: i32 = 3196;
const C0_541: i32 = 4433;
const C0_765: i32 = 6270;
const C0_899: i32 = 7373;
const C1_175: i32 = 9633;
const C1_501: i32 = 12299;
const C1_847: i32 = 15137;
const C1_961: i32 = 16069;
const C2_053: i32 = 16819;
const C2_562: i32 = 20995;
const C3_072: i32 = 25172;

/// Eight rows or columns.
type Square = [[i16; 8]; 8];

/// Steps of a quantisation table in natural order. Larger ones than `LARGEST` + 1 are as good as that:
/// whatever they multiply is not told apart.
pub(crate) fn natural_steps(table: &QuantTable) -> [i16; COEFFICIENTS] {
    let mut steps = [0; COEFFICIENTS];
    for (step, place) in table.0.iter().zip(NATURAL) {
        steps[usize::from(place)] = i32::from(*step).min(LARGEST + 1) as i16;
    }
    steps
}

/// Writes the 8 × 8 samples of one block to `out`, a row every `stride` bytes. `out` holds at least
/// seven strides and 8 bytes; `nonzero` is the mask of [`Blocks`](super::coefficients::Blocks).
pub(crate) fn inverse_dct(
    values: &[i16],
    nonzero: u64,
    steps: &[i16; COEFFICIENTS],
    out: &mut [u8],
    stride: usize,
) {
    if nonzero & !1 == 0 {
        let dc = dequantised(values[0], steps[0]);
        let sample = limited((i32::from(dc) + 4) >> 3);
        for row in out.chunks_mut(stride).take(8) {
            row[..8].fill(sample);
        }
        return;
    }
    let mut rows = [[0i16; 8]; 8];
    for ((row, values), steps) in
        rows.iter_mut().zip(values.as_chunks::<8>().0).zip(steps.as_chunks::<8>().0)
    {
        *row = std::array::from_fn(|lane| dequantised(values[lane], steps[lane]));
    }
    let columns = transposed(&pass::<{ CONST_BITS - PASS1_BITS }>(&rows));
    let samples = transposed(&pass::<{ CONST_BITS + PASS1_BITS + 3 }>(&columns));
    for (row, samples) in out.chunks_mut(stride).zip(&samples) {
        if let Some(row) = row.first_chunk_mut::<8>() {
            *row = samples.map(|sample| limited(i32::from(sample)));
        }
    }
}

fn dequantised(value: i16, step: i16) -> i16 {
    narrowed(i32::from(value) * i32::from(step))
}

/// To a sample: the level shift and the range 0 to 255.
fn limited(value: i32) -> u8 {
    (value + 128).clamp(0, 255) as u8
}

fn narrowed(value: i32) -> i16 {
    // in two steps, of which each is one instruction for eight
    let value = value.clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16;
    value.clamp(-LARGEST as i16, LARGEST as i16)
}

fn transposed(rows: &Square) -> Square {
    std::array::from_fn(|x| std::array::from_fn(|y| rows[y][x]))
}

/// One-dimensional transform of eight columns side by side, rounded and shifted right by `SHIFT`.
/// Inputs are at most `LARGEST`, so products and their sums stay below 2^31.
#[inline]
fn pass<const SHIFT: u32>(rows: &Square) -> Square {
    let mut out = [[0; 8]; 8];
    for i in 0..8 {
        let row = |n: usize| i32::from(rows[n][i]);
        // even part: rows 0, 4 by addition, 2 and 6 by a rotation
        let tmp2 = row(2) * C0_541 + row(6) * (C0_541 - C1_847);
        let tmp3 = row(2) * (C0_541 + C0_765) + row(6) * C0_541;
        let tmp0 = (row(0) + row(4)) << CONST_BITS;
        let tmp1 = (row(0) - row(4)) << CONST_BITS;
        let even = [tmp0 + tmp3, tmp1 + tmp2, tmp1 - tmp2, tmp0 - tmp3];
        // odd part; the sums of two are at most 2 × LARGEST, which 16 bits hold, and products of
        // numbers of 16 bits are cheap
        let z3 = i32::from(rows[7][i] + rows[3][i]);
        let z4 = i32::from(rows[5][i] + rows[1][i]);
        let y3 = z3 * (C1_175 - C1_961) + z4 * C1_175;
        let y4 = z3 * C1_175 + z4 * (C1_175 - C0_390);
        let odd = [
            row(1) * (C1_501 - C0_899) - row(7) * C0_899 + y4,
            row(3) * (C3_072 - C2_562) - row(5) * C2_562 + y3,
            row(5) * (C2_053 - C2_562) - row(3) * C2_562 + y4,
            row(7) * (C0_298 - C0_899) - row(1) * C0_899 + y3,
        ];
        const fn half(shift: u32) -> i32 {
            1 << (shift - 1)
        }
        for n in 0..4 {
            out[n][i] = narrowed((even[n] + odd[n] + half(SHIFT)) >> SHIFT);
            out[7 - n][i] = narrowed((even[n] - odd[n] + half(SHIFT)) >> SHIFT);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::f64::consts::PI;

    /// The transform of T.81, section A.3.3, level-shifted, not rounded.
    fn reference(dequantised: &[f64; 64]) -> [f64; 64] {
        let c = |k: usize| if k == 0 { 0.5f64.sqrt() } else { 1.0 };
        std::array::from_fn(|at| {
            let (y, x) = ((at / 8) as f64, (at % 8) as f64);
            let mut sum = 0.0;
            for (k, value) in dequantised.iter().enumerate() {
                let (v, u) = (k / 8, k % 8);
                sum += c(u)
                    * c(v)
                    * value
                    * ((2.0 * x + 1.0) * u as f64 * PI / 16.0).cos()
                    * ((2.0 * y + 1.0) * v as f64 * PI / 16.0).cos();
            }
            sum / 4.0 + 128.0
        })
    }

    pub(crate) fn mask(values: &[i16]) -> u64 {
        let set = NATURAL.iter().enumerate().filter(|(_, n)| values[usize::from(**n)] != 0);
        set.fold(0, |mask, (k, _)| mask | 1 << k)
    }

    fn samples(values: &[i16; 64], steps: &[i16; 64]) -> [u8; 64] {
        let mut out = [0; 64];
        inverse_dct(values, mask(values), steps, &mut out, 8);
        out
    }

    proptest! {
        #[test]
        fn samples_are_those_of_the_standard_rounded(
            values in prop::array::uniform32(-40i16..40), dc in -1000i16..1000,
            step in 1i16..20,
        ) {
            let mut block = [0; 64];
            for (k, value) in values.iter().enumerate() {
                block[usize::from(NATURAL[k])] = *value;
            }
            block[0] = dc / step;
            let steps = [step; 64];
            let exact = reference(&std::array::from_fn(|k| f64::from(block[k]) * f64::from(step)));
            for (sample, exact) in samples(&block, &steps).iter().zip(exact) {
                // the peak error that IEEE 1180 allows
                prop_assert!((f64::from(*sample) - exact.clamp(0.0, 255.0)).abs() < 1.0);
            }
        }

        #[test]
        fn no_coefficient_overflows(
            values in prop::collection::vec(any::<i16>(), 64), step in 0u16..,
        ) {
            let values: [i16; 64] = values.try_into().unwrap();
            let steps = natural_steps(&QuantTable([step; 64]));
            samples(&values, &steps);
            samples(&values.map(|v| if v < 0 { i16::MIN } else { i16::MAX }), &steps);
        }

        #[test]
        fn dc_alone_is_no_exception(dc in -2048i16..2048, step in 1i16..256) {
            let mut block = [0; 64];
            block[0] = dc;
            let mut out = [0; 64];
            // a mask that says more than there is takes the long way
            inverse_dct(&block, u64::MAX, &[step; 64], &mut out, 8);
            prop_assert_eq!(out, samples(&block, &[step; 64]));
        }
    }
}
