//! The forward DCT: T.81, A.3.3, by the algorithm of Loeffler, Ligtenberg and Moschytz (ICASSP
//! 1989) with 11 multiplications a row, in the fixed point of libjpeg's accurate integer method.
//!
//! The result is bit for bit that of libjpeg: its rounding is part of what the crowd's files look
//! like. Each pass handles eight rows or columns at once, so that compilers make vectors of them.

use crate::picture::jpeg::coefficients::COEFFICIENTS;
use crate::picture::jpeg::encoder::shuffle::transposed;
use crate::picture::jpeg::layout::BLOCK;

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

/// The frequencies of a block of samples, eight times as large as the standard defines them. Both
/// are in natural order.
#[inline]
pub(crate) fn forward(samples: &[u8; COEFFICIENTS], out: &mut [i16; COEFFICIENTS]) {
    let columns = transposed(samples).map(|sample| i16::from(sample) - 128);
    let mut across = [0; COEFFICIENTS];
    pass::<false>(&columns, &mut across);
    pass::<true>(&transposed(&across), out);
}

/// One dimension of the transform: over the first index, for each value of the second.
///
/// Samples are at most 128 in magnitude, so the first pass gives at most 2^12.5 and the second at
/// most 2^14: sums of two fit in 16 bits.
#[inline]
fn pass<const LAST: bool>(input: &[i16; COEFFICIENTS], output: &mut [i16; COEFFICIENTS]) {
    let input = input.as_chunks::<BLOCK>().0;
    let output = output.as_chunks_mut::<BLOCK>().0;
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
        // Sums of products are written out, and negative constants as negative factors: products
        // of 16 bits with positive constants are what processors multiply quickest.
        output[2][i] = descale(mul(e3, C_0_541 + C_0_765) + mul(e2, C_0_541));
        output[6][i] = descale(mul(e3, C_0_541) + mul(-e2, C_1_847 - C_0_541));

        // odd frequencies
        let (z3, z4) = (d3 + d1, d2 + d0);
        let a = mul(-z3, C_1_961 - C_1_175) + mul(z4, C_1_175);
        let b = mul(z3, C_1_175) + mul(z4, C_1_175 - C_0_390);
        output[7][i] = descale(mul(-d3, C_0_899 - C_0_298) + mul(-d0, C_0_899) + a);
        output[5][i] = descale(mul(-d2, C_2_562 - C_2_053) + mul(-d1, C_2_562) + b);
        output[3][i] = descale(mul(d1, C_3_072 - C_2_562) + mul(-d2, C_2_562) + a);
        output[1][i] = descale(mul(d0, C_1_501 - C_0_899) + mul(-d3, C_0_899) + b);
    }
}

/// A product of 16 bits each.
#[inline(always)]
fn mul(value: i16, constant: i32) -> i32 {
    i32::from(value) * constant
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, eight times as large: A.3.3.
    fn exact(samples: &[u8; 64]) -> [f64; 64] {
        let wave = |x: usize, u: usize| {
            let factor = if u == 0 { std::f64::consts::FRAC_1_SQRT_2 } else { 1.0 };
            factor * ((2 * x + 1) as f64 * u as f64 * std::f64::consts::PI / 16.0).cos()
        };
        std::array::from_fn(|place| {
            let (v, u) = (place / 8, place % 8);
            let places = (0..8).flat_map(|y| (0..8).map(move |x| (x, y)));
            let sum: f64 = places
                .map(|(x, y)| (f64::from(samples[y * 8 + x]) - 128.0) * wave(x, u) * wave(y, v))
                .sum();
            sum * 2.0
        })
    }

    fn check(samples: &[u8; 64]) {
        let mut ours = [0; 64];
        forward(samples, &mut ours);
        for (ours, exact) in ours.iter().zip(exact(samples)) {
            // a quarter of a level of the first pass, rounded in each of eight rows, and the last
            assert!((f64::from(*ours) - exact).abs() < 2.5, "{ours} {exact}");
        }
    }

    #[test]
    fn the_extremes_do_not_overflow() {
        for pattern in 0..256u32 {
            // checkers and waves of the two extremes
            let bit = |i: usize| pattern >> i & 1;
            check(&std::array::from_fn(|i| if bit(i % 8) == bit(7 - i / 8) { 255 } else { 0 }));
        }
    }

    proptest! {
        #[test]
        fn any_block_is_transformed_as_defined(
            samples in prop::collection::vec(any::<u8>(), 64),
            extreme in any::<bool>(),
        ) {
            check(&std::array::from_fn(|i| if extreme { samples[i] / 128 * 255 } else { samples[i] }));
        }
    }
}
