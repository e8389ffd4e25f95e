//! The forward DCT: T.81, A.3.3, by the algorithm of Loeffler, Ligtenberg and Moschytz (ICASSP
//! 1989) with 11 multiplications a row, in the fixed point of libjpeg's accurate integer method.
//!
//! The result is bit for bit that of libjpeg: its rounding is part of what the crowd's files look
//! like. Each pass handles eight rows or columns at once, so that compilers make vectors of them.

use crate::picture::jpeg::coefficients::COEFFICIENTS;
use crate::picture::jpeg::layout::BLOCK;

/// Eight rows or columns.
type Square = [[i16; BLOCK]; BLOCK];

/// Bits behind the point of the constants.
const CONSTANT_BITS: u32 = 13;
/// Bits behind the point between the passes.
const BETWEEN_BITS: u32 = 2;

/// A constant of the algorithm.
const fn fixed(number: f64) -> i32 {
    (number * (1 << CONSTANT_BITS) as f64 + 0.5) as i32
}

const C_0_298: i32 = fixed(0.298_631_336);
const C_0_390: i32 = fixed(0.390_180_644);
const C_0_541: i32 = fixed(0.541_196_100);
const C_0_765: i32 = fixed(0.765_366_865);
const C_0_899: i32 = fixed(0.899_976_223);
const C_1_175: i32 = fixed(1.175_875_602);
const C_1_501: i32 = fixed(1.501_321_110);
const C_1_847: i32 = fixed(1.847_759_065);
const C_1_961: i32 = fixed(1.961_570_560);
const C_2_053: i32 = fixed(2.053_119_869);
const C_2_562: i32 = fixed(2.562_915_447);
const C_3_072: i32 = fixed(3.072_711_026);

/// The frequencies of a block of samples, eight times as large as the standard defines them, in
/// natural order. `rows` are the samples of the block, one row after another.
#[inline]
pub(crate) fn forward(rows: &[[u8; BLOCK]; BLOCK], out: &mut [i16; COEFFICIENTS]) {
    let mut across: Square = [[0; BLOCK]; BLOCK];
    for y in 0..BLOCK {
        for x in 0..BLOCK {
            across[x][y] = i16::from(rows[y][x]) - 128;
        }
    }
    let mut frequencies = [[0; BLOCK]; BLOCK];
    pass::<false>(&across, &mut frequencies);
    let mut down: Square = [[0; BLOCK]; BLOCK];
    for y in 0..BLOCK {
        for u in 0..BLOCK {
            down[y][u] = frequencies[u][y];
        }
    }
    let out = &mut out.as_chunks_mut::<BLOCK>().0;
    if let Some(out) = out.first_chunk_mut() {
        pass::<true>(&down, out);
    }
}

/// One dimension of the transform: over the first index, for each value of the second.
///
/// Samples are at most 128 in magnitude, so the first pass gives at most 2^12.5 and the second at
/// most 2^14: sums of two fit in 16 bits.
#[inline]
fn pass<const LAST: bool>(input: &Square, output: &mut Square) {
    // what the first pass keeps behind the point goes with the second
    let shift = if LAST { CONSTANT_BITS + BETWEEN_BITS } else { CONSTANT_BITS - BETWEEN_BITS };
    let descale = |value: i32| ((value + (1 << (shift - 1))) >> shift) as i16;
    for i in 0..BLOCK {
        let (s0, d0) = (input[0][i] + input[7][i], input[0][i] - input[7][i]);
        let (s1, d1) = (input[1][i] + input[6][i], input[1][i] - input[6][i]);
        let (s2, d2) = (input[2][i] + input[5][i], input[2][i] - input[5][i]);
        let (s3, d3) = (input[3][i] + input[4][i], input[3][i] - input[4][i]);

        // even frequencies
        let (e0, e3) = (s0 + s3, s0 - s3);
        let (e1, e2) = (s1 + s2, s1 - s2);
        let (sum, difference) = (e0 + e1, e0 - e1);
        if LAST {
            let half = 1 << (BETWEEN_BITS - 1);
            output[0][i] = (sum + half) >> BETWEEN_BITS;
            output[4][i] = (difference + half) >> BETWEEN_BITS;
        } else {
            output[0][i] = sum << BETWEEN_BITS;
            output[4][i] = difference << BETWEEN_BITS;
        }
        let [e2, e3] = [e2, e3].map(i32::from);
        output[2][i] = descale(e3 * (C_0_541 + C_0_765) + e2 * C_0_541);
        output[6][i] = descale(e3 * C_0_541 + e2 * (C_0_541 - C_1_847));

        // odd frequencies; sums of products are written out, since two products of 16 bits take
        // less than one of 32
        let [z3, z4] = [d3 + d1, d2 + d0].map(i32::from);
        let [d0, d1, d2, d3] = [d0, d1, d2, d3].map(i32::from);
        let a = z3 * (C_1_175 - C_1_961) + z4 * C_1_175;
        let b = z3 * C_1_175 + z4 * (C_1_175 - C_0_390);
        output[7][i] = descale(d3 * (C_0_298 - C_0_899) - d0 * C_0_899 + a);
        output[5][i] = descale(d2 * (C_2_053 - C_2_562) - d1 * C_2_562 + b);
        output[3][i] = descale(d1 * (C_3_072 - C_2_562) - d2 * C_2_562 + a);
        output[1][i] = descale(d0 * (C_1_501 - C_0_899) - d3 * C_0_899 + b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, eight times as large: A.3.3.
    fn exact(rows: &[[u8; 8]; 8]) -> [f64; 64] {
        let wave = |x: usize, u: usize| {
            let factor = if u == 0 { std::f64::consts::FRAC_1_SQRT_2 } else { 1.0 };
            factor * ((2 * x + 1) as f64 * u as f64 * std::f64::consts::PI / 16.0).cos()
        };
        std::array::from_fn(|place| {
            let (v, u) = (place / 8, place % 8);
            let places = (0..8).flat_map(|y| (0..8).map(move |x| (x, y)));
            let sum: f64 = places
                .map(|(x, y)| (f64::from(rows[y][x]) - 128.0) * wave(x, u) * wave(y, v))
                .sum();
            sum * 2.0
        })
    }

    fn check(rows: &[[u8; 8]; 8]) {
        let mut ours = [0; 64];
        forward(rows, &mut ours);
        for (ours, exact) in ours.iter().zip(exact(rows)) {
            // a quarter of a level of the first pass, rounded in each of eight rows, and the last
            assert!((f64::from(*ours) - exact).abs() < 2.5, "{ours} {exact}");
        }
    }

    #[test]
    fn the_extremes_do_not_overflow() {
        for pattern in 0..256u32 {
            // checkers and waves of the two extremes
            let bit = |i: usize| pattern >> i & 1;
            check(&std::array::from_fn(|y| {
                std::array::from_fn(|x| if bit(x) == bit(7 - y) { 255 } else { 0 })
            }));
        }
    }

    proptest! {
        #[test]
        fn any_block_is_transformed_as_defined(
            rows in prop::array::uniform8(prop::array::uniform8(any::<u8>())),
            extreme in any::<bool>(),
        ) {
            check(&rows.map(|row| row.map(|s| if extreme { s / 128 * 255 } else { s })));
        }
    }
}
