//! Quantisation: T.81, A.3.4, with the typical tables of K.1 as libjpeg scales them.

use crate::container::jpeg::tables::QuantTable;
use crate::picture::jpeg::coefficients::{COEFFICIENTS, NATURAL};
use crate::picture::jpeg::layout::BLOCK;

/// Table K.1, row by row.
const LUMINANCE: [u8; COEFFICIENTS] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
    92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];

/// Table K.2, row by row.
const CHROMINANCE: [u8; COEFFICIENTS] = [
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

/// The tables of luma and of chroma at a quality from 1 to 100, as libjpeg and Android count it.
pub(crate) fn tables(quality: u8) -> [QuantTable; 2] {
    let quality = u32::from(quality.clamp(1, 100));
    let percent = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
    [&LUMINANCE, &CHROMINANCE].map(|base| {
        QuantTable(NATURAL.map(|place| {
            let step = (u32::from(base[usize::from(place)]) * percent + 50) / 100;
            step.clamp(1, 255) as u16
        }))
    })
}

/// How to divide by the steps of a table, by multiplication.
///
/// With 2^k < d <= 2^(k+1) and r = ceil(2^(16+k) / d), floor(n r / 2^(16+k)) is floor(n / d) for all
/// n below 2^15: r d exceeds 2^(16+k) by less than d, which makes less than 1/d of n.
#[derive(Debug, Clone)]
pub(crate) struct Divisors {
    /// Half of each divisor, which rounds.
    half: [u16; COEFFICIENTS],
    reciprocal: [u16; COEFFICIENTS],
    /// 2^(16-k): a shift that can differ from lane to lane.
    scale: [u16; COEFFICIENTS],
}

impl Divisors {
    /// For frequencies that are eight times too large. The steps are 8-bit.
    pub(crate) fn new(table: &QuantTable) -> Divisors {
        let mut divisors = Divisors { half: [0; 64], reciprocal: [0; 64], scale: [0; 64] };
        for (place, step) in NATURAL.iter().zip(table.0) {
            let place = usize::from(*place);
            let divisor = u32::from(step.clamp(1, 255)) * 8;
            let k = (divisor - 1).ilog2();
            divisors.half[place] = (divisor / 2) as u16;
            divisors.reciprocal[place] = (1u32 << (16 + k)).div_ceil(divisor) as u16;
            divisors.scale[place] = 1 << (16 - k);
        }
        divisors
    }

    /// Divides the frequencies of a block, rounded to the nearest, halves away from zero. Gives
    /// which results are not zero, by their place in the zigzag order.
    #[inline]
    pub(crate) fn quantise(
        &self,
        frequencies: &[i16; COEFFICIENTS],
        out: &mut [i16; COEFFICIENTS],
    ) -> u64 {
        let mut nonzero = [0u8; COEFFICIENTS];
        for i in 0..COEFFICIENTS {
            let sign = frequencies[i] >> 15;
            // at most 2^14 and half of 2040
            let magnitude = ((frequencies[i] ^ sign) - sign) as u16 + self.half[i];
            let quotient = high_half(high_half(magnitude, self.reciprocal[i]), self.scale[i]);
            out[i] = (quotient as i16 ^ sign) - sign;
            nonzero[i] = u8::from(quotient != 0);
        }
        zigzag_mask(&nonzero)
    }
}

/// The upper 16 bits of a product.
#[inline]
fn high_half(a: u16, b: u16) -> u16 {
    ((u32::from(a) * u32::from(b)) >> 16) as u16
}

/// One bit for each byte that is 1 rather than 0, from natural to zigzag order.
#[inline]
fn zigzag_mask(nonzero: &[u8; COEFFICIENTS]) -> u64 {
    let rows = nonzero.as_chunks::<BLOCK>().0.iter().zip(ZIGZAG_BITS.as_chunks::<2>().0);
    rows.fold(0, |mask, (row, [left, right])| {
        // bit 56 + i of the product is byte i: 2^(8i) meets 2^(7(8-i)), and nothing else
        let bits = (u64::from_le_bytes(*row).wrapping_mul(0x0102_0408_1020_4080) >> 56) as usize;
        mask | left[bits % 16] | right[bits / 16]
    })
}

/// The zigzag bits of each half row in natural order, for each pattern of its four bits.
const ZIGZAG_BITS: [[u64; 16]; 16] = {
    let mut table = [[0; 16]; 16];
    let mut zigzag = 0;
    while zigzag < COEFFICIENTS {
        let place = NATURAL[zigzag] as usize;
        let mut pattern = 0;
        while pattern < 16 {
            if pattern >> (place % 4) & 1 == 1 {
                table[place / 4][pattern] |= 1 << zigzag;
            }
            pattern += 1;
        }
        zigzag += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_divisors_divide_exactly() {
        for step in 1..=255u16 {
            let divisors = Divisors::new(&QuantTable([step; 64]));
            let divisor = i32::from(step) * 8;
            for from in (-16_384..16_384i32).step_by(64) {
                let frequencies = std::array::from_fn(|i| (from + i as i32) as i16);
                let mut ours = [0; 64];
                let mask = divisors.quantise(&frequencies, &mut ours);
                for (zigzag, place) in NATURAL.iter().enumerate() {
                    let frequency = i32::from(frequencies[usize::from(*place)]);
                    let exact = (frequency.abs() + divisor / 2) / divisor * frequency.signum();
                    let ours = ours[usize::from(*place)];
                    assert_eq!(i32::from(ours), exact, "{frequency} / {divisor}");
                    assert_eq!(mask >> zigzag & 1 == 1, ours != 0);
                }
            }
        }
    }

    #[test]
    fn qualities_are_those_of_libjpeg() {
        // Signal's 70, as Android writes it; the best; the worst
        assert_eq!(tables(70)[0].0[..8], [10, 7, 7, 8, 7, 6, 10, 8]);
        assert_eq!(tables(100), [QuantTable([1; 64]), QuantTable([1; 64])]);
        assert_eq!(tables(50)[1].0[..4], [17, 18, 18, 24]);
        assert_eq!(tables(0)[0].0[63], 255);
    }
}
