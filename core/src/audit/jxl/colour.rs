//! What the colours mean: ISO/IEC 18181-1, D.3.4.

use super::bits::Bits;
use crate::audit::Rejection;

/// Chromaticities that are written as such, in millionths: the white of D50, and the primaries of
/// Adobe RGB (1998) and of ROMM RGB.
const D50: [u32; 2] = [345_704, 358_540];
const PRIMARIES: [[u32; 6]; 2] = [
    [640_000, 330_000, 210_000, 710_000, 150_000, 60_000],
    [734_699, 265_301, 159_597, 840_403, 36_598, 105],
];

/// The exponents that are written, in ten-millionths.
const EXPONENTS: [u32; 11] = [
    5_555_556, 5_555_600, 4_545_455, 4_545_500, 4_547_069, 4_166_667, 4_166_700, 3_846_154,
    3_846_200, 3_571_429, 3_571_400,
];

/// What matters of it elsewhere.
#[derive(Debug, Clone, Copy)]
pub(super) struct Colour {
    pub(super) default: bool,
    /// True for PQ and HLG.
    pub(super) hdr: bool,
}

/// Coordinates that have to be `expected`; signed numbers are coded doubled.
fn coordinates(bits: &mut Bits<'_>) -> Result<u32, Rejection> {
    bits.number([(19, 0), (19, 524_288), (20, 1_048_576), (21, 2_097_152)])
}

fn points<const N: usize>(bits: &mut Bits<'_>, known: &[[u32; N]]) -> Result<(), Rejection> {
    let before = bits.clone();
    let mut found = [0; N];
    for value in &mut found {
        *value = coordinates(bits)?;
    }
    let same = |place: &[u32; N]| place.iter().zip(found).all(|(a, b)| a.checked_mul(2) == Some(b));
    if known.iter().any(same) { Ok(()) } else { before.reject("constant chromaticities") }
}

/// Goes over the colour encoding.
pub(super) fn recognise(bits: &mut Bits<'_>) -> Result<Colour, Rejection> {
    if bits.flag()? {
        return Ok(Colour { default: true, hdr: false });
    }
    let before = bits.clone();
    bits.demand(1, 0, "no ICC profile")?;
    let space = bits.kind()?;
    bits.require(space <= 2, "RGB, grey or XYB")?;
    let (mut white, mut primaries, mut exponent, mut transfer) = (1, 1, 0, 13);
    if space < 2 {
        white = bits.kind()?;
        match white {
            1 | 10 | 11 => {}
            2 if space == 0 => points(bits, &[D50])?,
            _ => return bits.reject("a usual white"),
        }
    }
    if space == 0 {
        primaries = bits.kind()?;
        match primaries {
            1 | 9 | 11 => {}
            2 => points(bits, &PRIMARIES)?,
            _ => return bits.reject("usual primaries"),
        }
    }
    if space < 2 {
        if bits.flag()? {
            exponent = bits.take(24)?;
            bits.require(EXPONENTS.contains(&exponent), "a usual exponent")?;
        } else {
            transfer = bits.kind()?;
            let usual = matches!(transfer, 1 | 8 | 13 | 16 | 17 | 18);
            bits.require(usual, "a transfer function of the standard")?;
        }
    }
    let intent = bits.kind()?;
    bits.require(intent == 1, "the intent that is always written")?;
    if (space, white, primaries, exponent, transfer) == (0, 1, 1, 0, 13) {
        return before.reject("sRGB coded as default");
    }
    Ok(Colour { default: false, hdr: matches!(transfer, 16 | 18) })
}
