//! Film grain: AV1, sections 5.9.30 and 6.8.20. It is drawn over the decoded picture, so it stays.

use super::bits::{BitReader, BitWriter};
use super::sequence::ColourConfig;

/// `film_grain_params` of a frame that has grain.
#[derive(Debug)]
pub(super) struct Grain {
    seed: u16,
    /// Value and scaling, of Y, Cb and Cr.
    points: [Vec<(u8, u8)>; 3],
    chroma_from_luma: bool,
    scaling: u8,
    lag: u8,
    /// Of Y, Cb and Cr.
    coefficients: [Vec<u8>; 3],
    coefficient_shift: u8,
    scale_shift: u8,
    /// Multiplier, multiplier of luma and offset, of Cb and Cr.
    mixes: [Option<(u8, u8, u16)>; 2],
    overlap: bool,
    restricted: bool,
}

impl Grain {
    /// Reads what follows `apply_grain`. `Some(None)` if it draws nothing.
    pub(super) fn parse(bits: &mut BitReader<'_>, colour: &ColourConfig) -> Option<Option<Grain>> {
        let seed = u16::try_from(bits.bits(16)?).ok()?;
        let points = |bits: &mut BitReader<'_>, most: u8| {
            let count = bits.small(4)?;
            let pairs = (0..count).map(|_| Some((bits.small(8)?, bits.small(8)?)));
            let pairs = pairs.collect::<Option<Vec<_>>>()?;
            (count <= most).then_some(pairs)
        };
        let luma = points(bits, 14)?;
        let chroma_from_luma = !colour.monochrome && bits.bit()?;
        let chroma = tells_chroma(colour, chroma_from_luma, &luma);
        let cb = if chroma { points(bits, 10)? } else { Vec::new() };
        let cr = if chroma { points(bits, 10)? } else { Vec::new() };
        let (scaling, lag) = (bits.small(2)?, bits.small(2)?);
        let places = places(lag);
        let mut coefficients = |told: bool, count: usize| {
            let count = if told { count } else { 0 };
            (0..count).map(|_| bits.small(8)).collect::<Option<Vec<u8>>>()
        };
        let of_chroma = places.checked_add(usize::from(!luma.is_empty()))?;
        let coefficients = [
            coefficients(!luma.is_empty(), places)?,
            coefficients(chroma_from_luma || !cb.is_empty(), of_chroma)?,
            coefficients(chroma_from_luma || !cr.is_empty(), of_chroma)?,
        ];
        let (coefficient_shift, scale_shift) = (bits.small(2)?, bits.small(2)?);
        let mut mix = |told: bool| {
            if !told {
                return Some(None);
            }
            let (own, luma) = (bits.small(8)?, bits.small(8)?);
            Some(Some((own, luma, u16::try_from(bits.bits(9)?).ok()?)))
        };
        let mixes = [mix(!cb.is_empty())?, mix(!cr.is_empty())?];
        let (overlap, restricted) = (bits.bit()?, bits.bit()?);
        let draws = chroma_from_luma || [&luma, &cb, &cr].iter().any(|points| !points.is_empty());
        let points = [luma, cb, cr];
        Some(draws.then_some(Grain {
            seed,
            points,
            chroma_from_luma,
            scaling,
            lag,
            coefficients,
            coefficient_shift,
            scale_shift,
            mixes,
            overlap,
            restricted,
        }))
    }

    /// Writes what follows `apply_grain`.
    pub(super) fn write(&self, bits: &mut BitWriter, colour: &ColourConfig) {
        let points = |bits: &mut BitWriter, points: &[(u8, u8)]| {
            bits.bits(u32::try_from(points.len()).unwrap_or(0), 4);
            for (value, scaling) in points {
                bits.bits(*value, 8);
                bits.bits(*scaling, 8);
            }
        };
        let [luma, cb, cr] = &self.points;
        bits.bits(self.seed, 16);
        points(bits, luma);
        if !colour.monochrome {
            bits.bit(self.chroma_from_luma);
        }
        if tells_chroma(colour, self.chroma_from_luma, luma) {
            points(bits, cb);
            points(bits, cr);
        }
        bits.bits(self.scaling, 2);
        bits.bits(self.lag, 2);
        self.coefficients.iter().flatten().for_each(|value| bits.bits(*value, 8));
        bits.bits(self.coefficient_shift, 2);
        bits.bits(self.scale_shift, 2);
        for (own, luma, offset) in self.mixes.iter().flatten() {
            bits.bits(*own, 8);
            bits.bits(*luma, 8);
            bits.bits(*offset, 9);
        }
        bits.bit(self.overlap);
        bits.bit(self.restricted);
    }
}

/// True if chroma has points of its own.
fn tells_chroma(colour: &ColourConfig, from_luma: bool, luma: &[(u8, u8)]) -> bool {
    let halved = colour.subsampling == (true, true);
    !(colour.monochrome || from_luma || halved && luma.is_empty())
}

/// How many neighbours the filter of luma has.
fn places(lag: u8) -> usize {
    let lag = usize::from(lag);
    lag.saturating_mul(lag.saturating_add(1)).saturating_mul(2)
}
