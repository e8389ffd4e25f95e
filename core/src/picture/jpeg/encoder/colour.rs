//! Red, green, blue to luma and chroma: T.871, section 7, in the fixed point of libjpeg.

use crate::picture::jpeg::encoder::shuffle::planar;

/// A number of T.871 with 16 bits behind the point.
const fn fixed(number: f64) -> i32 {
    (number * 65_536.0 + 0.5) as i32
}

/// A half, so that what is cut off is rounded.
const HALF: i32 = 1 << 15;

/// Chroma 0 as a sample, and the largest number that is rounded down to nothing more: libjpeg's
/// choice, so that 255.5 does not become 256.
const CHROMA_ZERO: i32 = (128 << 16) + HALF - 1;

/// Pixels that are converted at once.
const LANES: usize = 32;

/// Converts a row of pixels of three bytes. All rows are of one length.
pub(crate) fn convert(rgb: &[u8], luma: &mut [u8], blue: &mut [u8], red: &mut [u8]) {
    let (pixels, rest) = rgb.as_chunks();
    let (lumas, luma) = luma.as_chunks_mut();
    let (blues, blue) = blue.as_chunks_mut();
    let (reds, red) = red.as_chunks_mut();
    for (((pixels, luma), blue), red) in pixels.iter().zip(lumas).zip(blues).zip(reds) {
        convert_lanes(pixels, luma, blue, red);
    }
    // the last ones among pixels that do not count
    let mut pixels = [0; 3 * LANES];
    let [mut lumas, mut blues, mut reds] = [[0; LANES]; 3];
    pixels.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    convert_lanes(&pixels, &mut lumas, &mut blues, &mut reds);
    for (to, from) in [(luma, lumas), (blue, blues), (red, reds)] {
        to.iter_mut().zip(from).for_each(|(to, from)| *to = from);
    }
}

#[inline]
fn convert_lanes(
    pixels: &[u8; 3 * LANES],
    luma: &mut [u8; LANES],
    blue: &mut [u8; LANES],
    red: &mut [u8; LANES],
) {
    let planes = planar(pixels);
    let [reds, greens, blues] = [0, 1, 2].map(|plane| &planes.as_chunks::<LANES>().0[plane]);
    for i in 0..LANES {
        // The weights of luma add up to 1, those of chroma to 0: differences to green do with fewer
        // products, and the same result, never outside a byte. Products of 16 bits with positive
        // constants are what processors multiply quickest.
        let [r, g, b] = [reds[i], greens[i], blues[i]].map(i16::from);
        let (r, b) = (r - g, b - g);
        let y = mul(r, fixed(0.299)) + mul(b, fixed(0.114)) + HALF;
        let cb = (i32::from(b) << 15) + mul(-r, fixed(0.168_74)) + CHROMA_ZERO;
        let cr = (i32::from(r) << 15) + mul(-b, fixed(0.081_31)) + CHROMA_ZERO;
        luma[i] = (g + (y >> 16) as i16) as u8;
        blue[i] = (cb >> 16) as u8;
        red[i] = (cr >> 16) as u8;
    }
}

/// A product of 16 bits each.
#[inline(always)]
fn mul(value: i16, constant: i32) -> i32 {
    i32::from(value) * constant
}

/// Halves two rows of chroma in both directions, rounding down and up in turns as libjpeg does.
/// The rows are twice as long as `out`.
pub(crate) fn halve(above: &[u8], below: &[u8], out: &mut [u8]) {
    let sum = |pair: &[u8; 2]| {
        let pair = u16::from_le_bytes(*pair);
        (pair & 0xFF) + (pair >> 8)
    };
    let pairs = above.as_chunks().0.iter().zip(below.as_chunks().0);
    for ((out, (above, below)), i) in out.iter_mut().zip(pairs).zip(0u16..) {
        *out = ((sum(above) + sum(below) + 1 + i % 2) >> 2) as u8;
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
