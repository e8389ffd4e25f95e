//! How each macroblock is predicted: RFC 6386, sections 10 and 11.

use super::header::Header;
use crate::constants::vp8::{CHROMA_MODE, LUMA_MODE, SUBBLOCK_MODE, SUBBLOCK_TREE};
use crate::picture::webp::bools::{BoolWriter, Bools};

/// What the tokens of a macroblock depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mode(u8);

impl Mode {
    const SUBBLOCKS: u8 = 1;
    const EMPTY: u8 = 2;

    /// True if each subblock has a mode of its own: there is no Y2 block then.
    #[inline]
    pub(super) fn has_subblocks(self) -> bool {
        self.0 & Mode::SUBBLOCKS != 0
    }

    /// True if it has no tokens.
    #[inline]
    pub(super) fn is_empty(self) -> bool {
        self.0 & Mode::EMPTY != 0
    }
}

/// The modes of all macroblocks.
#[derive(Debug)]
pub(super) struct Modes {
    modes: Vec<Mode>,
    across: usize,
    segments: [bool; 4],
}

/// Takes bools one by one.
trait Source {
    fn bit(&mut self, probability: u8) -> bool;
}

impl Source for Bools<'_> {
    #[inline(always)]
    fn bit(&mut self, probability: u8) -> bool {
        Bools::bit(self, probability)
    }
}

/// Reads bools and writes each again.
struct Copier<'b, 'w> {
    from: Bools<'b>,
    to: &'w mut BoolWriter,
}

impl Source for Copier<'_, '_> {
    #[inline(always)]
    fn bit(&mut self, probability: u8) -> bool {
        let bit = self.from.bit(probability);
        self.to.put(bit, probability);
        bit
    }
}

impl Modes {
    /// Reads those of `down` rows of `across` macroblocks; `None` if the data ends before.
    pub(super) fn read(
        bools: &mut Bools<'_>,
        header: &Header,
        across: usize,
        down: usize,
    ) -> Option<Modes> {
        let mut walk = Walk::new(header, across);
        // at most 1,024 × 1,024
        let mut modes = Vec::with_capacity(across * down);
        for _ in 0..down {
            walk.row(bools, |mode| modes.push(mode));
            if bools.is_past_end() {
                return None;
            }
        }
        Some(Modes { modes, across, segments: walk.used })
    }

    /// Row by row.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[Mode]> {
        self.modes.chunks_exact(self.across)
    }

    /// True if there is a macroblock whose subblocks have modes of their own.
    pub(super) fn have_subblocks(&self) -> bool {
        self.modes.iter().any(|mode| mode.has_subblocks())
    }

    /// True if there are tokens, and true if there are such of Y2 blocks.
    pub(super) fn have_tokens(&self) -> (bool, bool) {
        let mut coded = self.modes.iter().filter(|mode| !mode.is_empty());
        let y2 = self.modes.iter().any(|mode| !mode.is_empty() && !mode.has_subblocks());
        (coded.next().is_some(), y2)
    }

    /// Which segments are in use.
    pub(super) fn segments(&self) -> [bool; 4] {
        self.segments
    }
}

/// Writes the modes that `from` starts with again. `header` may tell other probabilities than `from`
/// was coded with where no bool has them.
pub(super) fn copy(
    from: Bools<'_>,
    header: &Header,
    across: usize,
    down: usize,
    to: &mut BoolWriter,
) {
    let mut copier = Copier { from, to };
    let mut walk = Walk::new(header, across);
    for _ in 0..down {
        walk.row(&mut copier, |_| ());
    }
}

/// Goes over modes; each depends on those above and to the left.
struct Walk<'h> {
    header: &'h Header,
    above: Vec<[u8; 4]>,
    used: [bool; 4],
}

impl<'h> Walk<'h> {
    fn new(header: &'h Header, across: usize) -> Walk<'h> {
        Walk { header, above: vec![[0; 4]; across], used: [false; 4] }
    }

    fn row<S: Source>(&mut self, source: &mut S, mut tell: impl FnMut(Mode)) {
        let map = self.header.segments.as_ref().and_then(|segments| segments.map);
        let mut left = [0u8; 4];
        for above in &mut self.above {
            let segment = map.map_or(0, |[root, low, high]| {
                if source.bit(root) {
                    2 + usize::from(source.bit(high))
                } else {
                    usize::from(source.bit(low))
                }
            });
            self.used[segment] = true;
            let empty = self.header.has_tokens.is_some_and(|probability| source.bit(probability));
            let whole = luma(source);
            match whole {
                Some(mode) => {
                    *above = [mode; 4];
                    left = [mode; 4];
                }
                None => {
                    for left in &mut left {
                        for above in above.iter_mut() {
                            let mode = subblock(source, *above, *left);
                            (*above, *left) = (mode, mode);
                        }
                    }
                }
            }
            chroma(source);
            let subblocks = if whole.is_none() { Mode::SUBBLOCKS } else { 0 };
            tell(Mode(subblocks | if empty { Mode::EMPTY } else { 0 }));
        }
    }
}

/// The mode of a subblock that stands for that of its macroblock; `None` if each has its own.
fn luma<S: Source>(source: &mut S) -> Option<u8> {
    if !source.bit(LUMA_MODE[0]) {
        return None;
    }
    Some(match source.bit(LUMA_MODE[1]) {
        false if source.bit(LUMA_MODE[2]) => 2, // vertical
        false => 0,                             // DC
        true if source.bit(LUMA_MODE[3]) => 1,  // true motion
        true => 3,                              // horizontal
    })
}

fn subblock<S: Source>(source: &mut S, above: u8, left: u8) -> u8 {
    // modes are 0 to 9
    let probabilities = &SUBBLOCK_MODE[usize::from(above)][usize::from(left)];
    let mut at = 0usize;
    loop {
        let next = SUBBLOCK_TREE[at + usize::from(source.bit(probabilities[at / 2]))];
        if next <= 0 {
            return next.unsigned_abs();
        }
        at = next as usize;
    }
}

fn chroma<S: Source>(source: &mut S) {
    // DC, vertical, horizontal, true motion: each bool says whether it goes on
    let _mode = CHROMA_MODE.iter().take_while(|probability| source.bit(**probability)).count();
}
