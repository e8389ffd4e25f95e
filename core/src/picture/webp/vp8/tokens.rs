//! The coefficients of a frame: RFC 6386, section 13. They are passed over; only which
//! probabilities they use is noted.

use super::modes::Mode;
use crate::constants::vp8::{BANDS, LARGE_CATEGORIES, TOKEN_DEFAULTS, TokenProbabilities};
use crate::picture::webp::bools::Bools;

/// A probability, and above it whether it was used.
type Probability = u16;

const USED: Probability = 0x100;

/// Goes over tokens; where a block has some depends on the blocks above and to the left.
#[derive(Debug)]
pub(super) struct Tokens {
    probabilities: [[[[Probability; 11]; 3]; 8]; 4],
    above: Vec<Context>,
}

/// Which blocks at an edge of a macroblock have coefficients: 1, or 0.
#[derive(Debug, Clone, Copy, Default)]
struct Context {
    luma: [u8; 4],
    blue: [u8; 2],
    red: [u8; 2],
    y2: u8,
}

/// The kinds of blocks: section 13.3.
#[derive(Clone, Copy)]
enum Kind {
    LumaWithoutDc,
    Y2,
    Chroma,
    LumaWithDc,
}

impl Tokens {
    pub(super) fn new(probabilities: TokenProbabilities, across: usize) -> Tokens {
        let probabilities = probabilities.map(|b| b.map(|c| c.map(|p| p.map(Probability::from))));
        Tokens { probabilities, above: vec![Context::default(); across] }
    }

    /// Goes over the tokens of a row of macroblocks.
    pub(super) fn row(&mut self, reader: &mut Bools<'_>, modes: &[Mode]) {
        let mut bools = reader.clone();
        let mut left = Context::default();
        for (mode, above) in modes.iter().zip(&mut self.above) {
            if mode.is_empty() {
                // Y2 is seen by the next macroblock that has it
                let y2 = [above.y2, left.y2];
                (*above, left) = (Context::default(), Context::default());
                if mode.has_subblocks() {
                    [above.y2, left.y2] = y2;
                }
                continue;
            }
            let kinds = &mut self.probabilities;
            let (kind, first) = if mode.has_subblocks() {
                (Kind::LumaWithDc, 0)
            } else {
                let context = above.y2 + left.y2;
                let some = block(&mut bools, &mut kinds[Kind::Y2 as usize], context, 0);
                (above.y2, left.y2) = (some, some);
                (Kind::LumaWithoutDc, 1)
            };
            let luma = &mut kinds[kind as usize];
            for left in &mut left.luma {
                for above in &mut above.luma {
                    let some = block(&mut bools, luma, *above + *left, first);
                    (*above, *left) = (some, some);
                }
            }
            let chroma = &mut kinds[Kind::Chroma as usize];
            let planes = [(&mut above.blue, &mut left.blue), (&mut above.red, &mut left.red)];
            for (above, left) in planes {
                for left in left.iter_mut() {
                    for above in above.iter_mut() {
                        let some = block(&mut bools, chroma, *above + *left, 0);
                        (*above, *left) = (some, some);
                    }
                }
            }
            if bools.is_past_end() {
                break;
            }
        }
        *reader = bools;
    }

    /// Sets every probability that was not used to what it is where nothing tells another.
    pub(super) fn keep_used(&self, told: &mut TokenProbabilities) {
        let told = told.as_flattened_mut().as_flattened_mut().as_flattened_mut();
        let defaults = TOKEN_DEFAULTS.as_flattened().as_flattened().as_flattened();
        let noted = self.probabilities.as_flattened().as_flattened().as_flattened();
        for ((told, default), noted) in told.iter_mut().zip(defaults).zip(noted) {
            if noted & USED == 0 {
                *told = *default;
            }
        }
    }
}

/// The next bool by the probability `index` of `node`, which is noted as used.
#[inline(always)]
fn bit(bools: &mut Bools<'_>, node: &mut [Probability; 11], index: usize) -> bool {
    let probability = node[index];
    node[index] = probability | USED;
    bools.bit(probability as u8)
}

/// Goes over the tokens of a block from the coefficient `first` on; 1 if there are any.
#[inline]
fn block(
    bools: &mut Bools<'_>,
    bands: &mut [[[Probability; 11]; 3]; 8],
    context: u8,
    first: usize,
) -> u8 {
    let mut at = first;
    let mut context = usize::from(context);
    // 16 is past the last coefficient
    while at < 16 {
        // contexts are 0 to 2
        let node = &mut bands[usize::from(BANDS[at])][context];
        if !bit(bools, node, 0) {
            return u8::from(at > first);
        }
        let mut node = node;
        while !bit(bools, node, 1) {
            at += 1;
            if at == 16 {
                return 1;
            }
            node = &mut bands[usize::from(BANDS[at])][0];
        }
        context = if bit(bools, node, 2) {
            large(bools, node);
            2
        } else {
            1
        };
        bools.flag(); // the sign
        at += 1;
    }
    1
}

/// Goes over what is left of a coefficient above 1: section 13.2.
#[inline]
fn large(bools: &mut Bools<'_>, node: &mut [Probability; 11]) {
    if !bit(bools, node, 3) {
        if bit(bools, node, 4) {
            bit(bools, node, 5);
        }
    } else if !bit(bools, node, 6) {
        if bit(bools, node, 7) {
            bools.bit(165);
            bools.bit(145);
        } else {
            bools.bit(159);
        }
    } else {
        let high = usize::from(bit(bools, node, 8));
        let low = usize::from(bit(bools, node, 9 + high));
        for probability in LARGE_CATEGORIES[2 * high + low] {
            bools.bit(*probability);
        }
    }
}
