//! The quantisation tables that encoders make of the examples in T.81, annex K.1, for a quality from
//! 1 to 100, by libjpeg's rule.

/// Table K.1, row by row.
#[rustfmt::skip]
const LUMINANCE: [u8; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61,
    12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77,
    24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
];

/// Table K.2, row by row.
#[rustfmt::skip]
const CHROMINANCE: [u8; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99,
    18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
];

/// True if `luminance` and `chrominance`, in zigzag order, are the tables of one quality.
pub(crate) fn is_standard(luminance: &[u8], chrominance: &[u8]) -> bool {
    (1..=100).any(|quality| {
        table(&LUMINANCE, quality) == luminance && table(&CHROMINANCE, quality) == chrominance
    })
}

/// `example` at `quality`, in zigzag order.
fn table(example: &[u8; 64], quality: u32) -> Vec<u8> {
    let percent = match quality {
        0..50 => 5000u32.checked_div(quality).unwrap_or(5000),
        _ => 200u32.saturating_sub(quality.saturating_mul(2)),
    };
    zigzag()
        .map(|(row, column)| {
            let step = example.as_chunks::<8>().0.get(row).and_then(|steps| steps.get(column));
            let step = u32::from(step.copied().unwrap_or(1)).saturating_mul(percent);
            u8::try_from(step.saturating_add(50).div_euclid(100).clamp(1, 255)).unwrap_or(255)
        })
        .collect()
}

/// Row and column of each coefficient: T.81, figure A.6. The diagonals one after the other, the even
/// ones upwards.
fn zigzag() -> impl Iterator<Item = (usize, usize)> {
    (0..15usize).flat_map(|diagonal| {
        (0..8usize).filter_map(move |n| {
            let other = diagonal.checked_sub(n).filter(|other| *other < 8)?;
            Some(if diagonal.is_multiple_of(2) { (other, n) } else { (n, other) })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_those_that_libjpeg_makes() {
        assert_eq!(
            zigzag().take(6).collect::<Vec<_>>(),
            [(0, 0), (0, 1), (1, 0), (2, 0), (1, 1), (0, 2)]
        );
        assert_eq!(zigzag().last(), Some((7, 7)));
        assert_eq!(zigzag().count(), 64);
        // as Android writes them at quality 70
        assert_eq!(table(&LUMINANCE, 70)[..6], [10, 7, 7, 8, 7, 6]);
        assert_eq!(table(&LUMINANCE, 100), [1; 64]);
        assert_eq!(table(&CHROMINANCE, 1), [255; 64]);
        assert!(is_standard(&table(&LUMINANCE, 33), &table(&CHROMINANCE, 33)));
        assert!(!is_standard(&table(&LUMINANCE, 33), &table(&CHROMINANCE, 34)));
    }
}
