//! Red, green, blue to luma and chroma: T.871, section 7, in the fixed point of libjpeg.

/// A number of T.871 with 16 bits behind the point.
const fn fixed(number: f64) -> i32 {
    (number * 65_536.0 + 0.5) as i32
}

/// A half, so that what is cut off is rounded.
const HALF: i32 = 1 << 15;

/// Chroma 0 as a sample, and the largest number that is rounded down to nothing more: libjpeg's
/// choice, so that 255.5 does not become 256.
const CHROMA_ZERO: i32 = (128 << 16) + HALF - 1;

/// Converts a row of pixels of three bytes. All rows are of one length.
pub(crate) fn convert(rgb: &[u8], luma: &mut [u8], blue: &mut [u8], red: &mut [u8]) {
    let pixels = rgb.as_chunks::<3>().0;
    for (((pixel, luma), blue), red) in pixels.iter().zip(luma).zip(blue).zip(red) {
        let [r, g, b] = pixel.map(i32::from);
        // the weights of a row add up to 1 or 0 exactly, so that no result is outside a byte
        let y = fixed(0.299) * r + fixed(0.587) * g + fixed(0.114) * b + HALF;
        let cb = fixed(0.5) * b - fixed(0.168_74) * r - fixed(0.331_26) * g + CHROMA_ZERO;
        let cr = fixed(0.5) * r - fixed(0.418_69) * g - fixed(0.081_31) * b + CHROMA_ZERO;
        (*luma, *blue, *red) = ((y >> 16) as u8, (cb >> 16) as u8, (cr >> 16) as u8);
    }
}

/// Halves two rows of chroma in both directions, rounding down and up in turns as libjpeg does.
/// The rows are twice as long as `out`.
pub(crate) fn halve(above: &[u8], below: &[u8], out: &mut [u8]) {
    let pairs = above.as_chunks::<2>().0.iter().zip(below.as_chunks::<2>().0);
    for ((out, (above, below)), i) in out.iter_mut().zip(pairs).zip(0u16..) {
        let sum = [above[0], above[1], below[0], below[1]].map(u16::from).iter().sum::<u16>();
        *out = ((sum + 1 + i % 2) >> 2) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(rgb: [u8; 3]) -> [u8; 3] {
        let [mut y, mut cb, mut cr] = [[0]; 3];
        convert(&rgb, &mut y, &mut cb, &mut cr);
        [y[0], cb[0], cr[0]]
    }

    #[test]
    fn colours_are_within_half_a_level_of_the_standard() {
        for i in 0..4096u32 {
            let rgb = [i % 16, i / 16 % 16, i / 256].map(|level| (level * 17) as u8);
            let [r, g, b] = rgb.map(f64::from);
            let y = 0.299 * r + 0.587 * g + 0.114 * b;
            let exact = [y, (b - y) / 1.772 + 128.0, (r - y) / 1.402 + 128.0];
            for (ours, exact) in one(rgb).iter().zip(exact) {
                assert!((f64::from(*ours) - exact).abs() <= 0.502, "{rgb:?}: {ours} {exact}");
            }
        }
    }

    #[test]
    fn greys_have_no_chroma() {
        for level in 0..=255 {
            assert_eq!(one([level; 3]), [level, 128, 128]);
        }
    }

    #[test]
    fn halves_are_rounded_in_turns() {
        let mut out = [0; 4];
        halve(&[0, 0, 0, 0, 255, 255, 1, 1], &[0, 2, 0, 2, 255, 255, 1, 2], &mut out);
        // 2/4 down, 2/4 up, 255, 5/4
        assert_eq!(out, [0, 1, 255, 1]);
    }
}
