//! Which kept frames a frame takes patches from: ISO/IEC 18181-1, annex I.3.

use std::ops::Range;

use crate::Error;
use crate::container::jxl::bits::BitReader;
use crate::container::jxl::entropy::{Budget, Decoder};
use crate::container::jxl::fields::Coder;
use crate::container::jxl::header::{Kind, Metadata};
use crate::container::jxl::stream::Stream;

/// The contexts, by what is coded: I.3.
const CONTEXTS: usize = 10;
const COUNT: usize = 0;
const FRAME: usize = 1;
const SIZE: usize = 2;
const PLACE_IN_FRAME: usize = 3;
const PLACE: usize = 4;
const MODE: usize = 5;
const DIFFERENCE: usize = 6;
const USES: usize = 7;
const ALPHA: usize = 8;
const CLAMP: usize = 9;

/// From which way of blending on an alpha channel is used, and from which on a range may be.
const BY_ALPHA: u32 = 4;
const CLAMPED: u32 = 3;

/// The slots from which patches are taken by a frame whose first section is `section`.
pub(super) fn sources(
    stream: &Stream<'_>,
    section: &Range<usize>,
    metadata: &Metadata,
    budget: &mut Budget,
) -> Result<[bool; 4], Error> {
    let mut reader = BitReader::between(stream, section.start, section.end);
    let reader = &mut reader;
    let mut decoder = Decoder::read(reader, CONTEXTS, budget)?;
    let alphas = metadata.extra.iter().filter(|c| matches!(c.kind, Kind::Alpha { .. })).count();
    let mut used = [false; 4];
    let count = decoder.number(reader, COUNT, budget)?;
    for _ in 0..count {
        let slot = decoder.number(reader, FRAME, budget)?;
        let slot = usize::try_from(slot).ok().and_then(|slot| used.get_mut(slot));
        *slot.ok_or_else(|| reader.fault("a patch from an impossible frame"))? = true;
        for context in [PLACE_IN_FRAME, PLACE_IN_FRAME, SIZE, SIZE] {
            decoder.number(reader, context, budget)?;
        }
        let uses = decoder.number(reader, USES, budget)?;
        for n in 0..=uses {
            let context = if n == 0 { PLACE } else { DIFFERENCE };
            decoder.number(reader, context, budget)?;
            decoder.number(reader, context, budget)?;
            for _ in 0..=metadata.extra.len() {
                let mode = decoder.number(reader, MODE, budget)?;
                if mode >= BY_ALPHA && alphas >= 2 {
                    decoder.number(reader, ALPHA, budget)?;
                }
                if mode >= CLAMPED {
                    decoder.number(reader, CLAMP, budget)?;
                }
            }
        }
    }
    decoder.finish(reader)?;
    Ok(used)
}
