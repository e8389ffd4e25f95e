//! What stands before the first frame: ISO/IEC 18181-1, annex D.

use super::bits::{Bits, Way};
use super::colour;
use crate::audit::Rejection;

/// What the frames are judged by.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) animated: bool,
    pub(super) xyb: bool,
    /// How many channels there are besides those of colour.
    pub(super) extra: usize,
    /// True if one of them has fewer samples.
    pub(super) shifted: bool,
    /// The factors of enlarging for which there are weights.
    pub(super) weights: Vec<u32>,
}

const SIDE: [Way; 4] = [(9, 1), (13, 1), (18, 1), (30, 1)];

/// Goes over everything before the first frame, but for the zeros up to a whole byte.
pub(super) fn recognise(bits: &mut Bits<'_>) -> Result<Header, Rejection> {
    bits.demand(1, 0, "a size in pixels")?;
    let height = bits.number(SIDE)?;
    bits.demand(3, 0, "a width in pixels")?;
    let width = bits.number(SIDE)?;
    let mut header = Header {
        width,
        height,
        animated: false,
        xyb: true,
        extra: 0,
        shifted: false,
        weights: Vec::new(),
    };
    metadata(bits, &mut header)?;
    transform(bits, &mut header)?;
    Ok(header)
}

fn metadata(bits: &mut Bits<'_>, header: &mut Header) -> Result<(), Rejection> {
    if bits.flag()? {
        return Ok(());
    }
    let before = bits.clone();
    let more = bits.flag()?;
    let mut turns = 0;
    if more {
        turns = bits.take(3)?;
        bits.demand(1, 0, "no other size to show it at")?;
        bits.demand(1, 0, "no preview")?;
        header.animated = bits.flag()?;
        if header.animated {
            animation(bits)?;
        }
    }
    let usual_depth = depth(bits)?;
    let narrow = bits.flag()?;
    let count = bits.number([(0, 0), (0, 1), (4, 2), (12, 1)])?;
    let mut alphas = 0u32;
    for _ in 0..count {
        extra_channel(bits, header, &mut alphas)?;
    }
    bits.require(alphas <= 1, "one alpha channel at most")?;
    header.extra = usize::try_from(count).unwrap_or(usize::MAX);
    header.xyb = bits.flag()?;
    let colour = colour::recognise(bits)?;
    let tone = more && tone_mapping(bits, colour.hdr)?;
    bits.demand(2, 0, "no extensions")?;
    if more && turns == 0 && !header.animated && !tone {
        return before.reject("no fields that say only defaults");
    }
    if !more && usual_depth && narrow && count == 0 && header.xyb && colour.default {
        return before.reject("metadata coded as default");
    }
    Ok(())
}

fn animation(bits: &mut Bits<'_>) -> Result<(), Rejection> {
    let before = bits.clone();
    let ticks = bits.number([(0, 100), (0, 1000), (10, 1), (30, 1)])?;
    let seconds = bits.number([(0, 1), (0, 1001), (8, 1), (10, 1)])?;
    let (mut a, mut b) = (ticks, seconds);
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
    }
    if a != 1 {
        return before.reject("a reduced fraction");
    }
    bits.number([(0, 0), (3, 0), (16, 0), (32, 0)])?;
    bits.demand(1, 0, "no time codes")
}

/// How samples are coded. True if that is as in most pictures: 8 bits, no fraction.
fn depth(bits: &mut Bits<'_>) -> Result<bool, Rejection> {
    if !bits.flag()? {
        let count = bits.number([(0, 8), (0, 10), (0, 12), (6, 1)])?;
        bits.require(count <= 31, "31 bits at most")?;
        return Ok(count == 8);
    }
    let count = bits.number([(0, 32), (0, 16), (0, 24), (6, 1)])?;
    let exponent = bits.take(4)?.saturating_add(1);
    let mantissa = count.saturating_sub(exponent).saturating_sub(1);
    let valid = (2..=8).contains(&exponent) && (2..=23).contains(&mantissa);
    bits.require(valid, "a possible floating-point number")?;
    Ok(false)
}

fn extra_channel(
    bits: &mut Bits<'_>,
    header: &mut Header,
    alphas: &mut u32,
) -> Result<(), Rejection> {
    if bits.flag()? {
        *alphas = alphas.saturating_add(1);
        return Ok(());
    }
    let before = bits.clone();
    let kind = bits.kind()?;
    let usual_depth = depth(bits)?;
    let shift = bits.number([(0, 0), (0, 3), (0, 4), (3, 1)])?;
    header.shifted |= shift > 0;
    bits.demand(2, 0, "no name of a channel")?;
    match kind {
        0 => {
            *alphas = alphas.saturating_add(1);
            let associated = bits.flag()?;
            if usual_depth && shift == 0 && !associated {
                return before.reject("an alpha channel coded as default");
            }
            Ok(())
        }
        2 => bits.halves(4),
        _ => before.reject("a channel that is shown"),
    }
}

/// The range of brightness. True if it is not that of most pictures.
fn tone_mapping(bits: &mut Bits<'_>, hdr: bool) -> Result<bool, Rejection> {
    if bits.flag()? {
        return Ok(false);
    }
    let before = bits.clone();
    let brightest = bits.half()?;
    let darkest = bits.half()?;
    bits.require(hdr || darkest == 0, "no darkest brightness but of HDR")?;
    bits.demand(17, 0, "no further range of brightness")?;
    // 255 nits
    if (brightest, darkest) == (0x5BF8, 0) {
        return before.reject("brightness coded as default");
    }
    Ok(true)
}

fn transform(bits: &mut Bits<'_>, header: &mut Header) -> Result<(), Rejection> {
    if bits.flag()? {
        return Ok(());
    }
    let before = bits.clone();
    let opsin = header.xyb && !bits.flag()?;
    if opsin {
        bits.halves(16)?;
    }
    let there = [(2, 15), (4, 55), (8, 210)].map(|weights| (bits.flag(), weights));
    for (there, (factor, count)) in there {
        if there? {
            bits.halves(count)?;
            header.weights.push(factor);
        }
    }
    if !opsin && header.weights.is_empty() {
        return before.reject("a transform coded as default");
    }
    Ok(())
}
