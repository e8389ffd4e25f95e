//! The header of a key frame: RFC 6386, section 9. It tells nothing that changes no pixel.

use crate::audit::webp::bools::Bools;
use crate::constants::vp8::{TOKEN_DEFAULTS, TOKEN_UPDATES, TokenProbabilities};

/// What the rest of the frame is judged by, and what has to turn out to be used.
#[derive(Debug)]
pub(super) struct Header {
    /// The probabilities of the tree of segments, if there is a map of them.
    pub(super) map: Option<[u8; 3]>,
    /// The segments that have settings.
    settings: [bool; 4],
    /// True if subblocks with modes of their own have a filter level of their own.
    own_level: bool,
    /// How many partitions of tokens there are, less one: 0, 1, 3 or 7.
    pub(super) more_partitions: usize,
    /// True if there is a quantiser that is not 0; true if there is one for Y2 blocks.
    quantised: bool,
    y2_quantised: bool,
    pub(super) tokens: TokenProbabilities,
    /// The probabilities that are told.
    told: [[[[bool; 11]; 3]; 8]; 4],
    /// The probability that a macroblock has tokens, if each tells.
    pub(super) has_tokens: Option<u8>,
}

/// What the frame turned out to use.
#[derive(Debug)]
pub(super) struct Used {
    pub(super) segments: [bool; 4],
    pub(super) subblocks: bool,
    pub(super) tokens: bool,
    pub(super) y2: bool,
    pub(super) probabilities: [[[[bool; 11]; 3]; 8]; 4],
}

impl Used {
    /// Nothing yet.
    pub(super) fn nothing() -> Used {
        Used {
            segments: [false; 4],
            subblocks: false,
            tokens: false,
            y2: false,
            probabilities: [[[[false; 11]; 3]; 8]; 4],
        }
    }
}

/// A number with a sign that is told only if it is not zero; true if it is told.
fn signed(bools: &mut Bools<'_>, bits: u32) -> Result<bool, &'static str> {
    let told = bools.flag();
    if told {
        let size = bools.number(bits);
        bools.flag();
        if size == 0 {
            return Err("no zero that is told");
        }
    }
    Ok(told)
}

impl Header {
    pub(super) fn read(bools: &mut Bools<'_>) -> Result<Header, &'static str> {
        if bools.number(2) != 0 {
            return Err("colour space and clamping that are zero");
        }
        let mut map = None;
        let mut settings = [false; 4];
        let mut levels = false;
        let mut absolute = false;
        let mut quantised = false;
        if bools.flag() {
            let has_map = bools.flag();
            if bools.flag() {
                absolute = bools.flag();
                for segment in &mut settings {
                    *segment |= signed(bools, 7)?;
                    quantised |= *segment;
                }
                for segment in &mut settings {
                    let told = signed(bools, 6)?;
                    *segment |= told;
                    levels |= told;
                }
            }
            if has_map {
                let mut tree = [255u8; 3];
                for probability in &mut tree {
                    if bools.flag() {
                        *probability = bools.number(8);
                        if *probability == 255 {
                            return Err("no probability that is told and is the usual one");
                        }
                    }
                }
                map = Some(tree);
            }
        }
        let simple = bools.flag();
        let level = bools.number(6);
        let sharpness = bools.number(3);
        if level == 0 && (simple || sharpness != 0 || levels) {
            return Err("no settings of a filter that is off");
        }
        let mut own_level = false;
        if bools.flag() {
            if level == 0 || !bools.flag() {
                return Err("changes of the filter level where there are some");
            }
            let mut told = [false; 8];
            for delta in &mut told {
                *delta = signed(bools, 6)?;
            }
            let [key, false, false, false, own, false, false, false] = told else {
                return Err("changes of the filter level for key frames alone");
            };
            if !key && !own {
                return Err("changes of the filter level where there are some");
            }
            own_level = own;
        }
        let more_partitions = (1usize << bools.number(2)).saturating_sub(1);
        let quantiser = bools.number(7);
        if absolute && quantiser != 0 {
            return Err("no quantiser that those of the segments stand in for");
        }
        let mut deltas = [false; 5];
        for delta in &mut deltas {
            *delta = signed(bools, 4)?;
        }
        let [_, y2_dc, y2_ac, _, _] = deltas;
        if bools.flag() {
            return Err("probabilities that last for this frame");
        }
        let mut tokens = TOKEN_DEFAULTS;
        let mut told = [[[[false; 11]; 3]; 8]; 4];
        let all = tokens.as_flattened_mut().as_flattened_mut().as_flattened_mut();
        let updates = TOKEN_UPDATES.as_flattened().as_flattened().as_flattened();
        let told_all = told.as_flattened_mut().as_flattened_mut().as_flattened_mut();
        for ((probability, update), told) in all.iter_mut().zip(updates).zip(told_all) {
            if bools.next(*update) {
                let before = std::mem::replace(probability, bools.number(8));
                *told = true;
                if *probability == before {
                    return Err("no probability that is told and is the usual one");
                }
            }
        }
        let has_tokens = if bools.flag() { Some(bools.number(8)) } else { None };
        Ok(Header {
            map,
            settings,
            own_level,
            more_partitions,
            quantised: quantised || quantiser != 0 || deltas.contains(&true),
            y2_quantised: y2_dc || y2_ac,
            tokens,
            told,
            has_tokens,
        })
    }

    /// True if everything that it tells is used.
    pub(super) fn is_used(&self, used: &Used) -> bool {
        let [a, b, c, d] = used.segments;
        let map =
            self.map.is_none_or(|[_, low, high]| (a || b || low == 255) && (c || d || high == 255));
        let settings = self.settings.iter().zip(&used.segments).all(|(told, used)| *used || !told);
        let told = self.told.as_flattened().as_flattened().as_flattened();
        let probabilities = used.probabilities.as_flattened().as_flattened().as_flattened();
        let probabilities = told.iter().zip(probabilities).all(|(told, used)| *used || !told);
        map && settings
            && probabilities
            && (used.subblocks || !self.own_level)
            && (used.tokens || !self.quantised)
            && (used.y2 || !self.y2_quantised)
    }
}
