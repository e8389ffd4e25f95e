//! A key frame of VP8 to its last bool: RFC 6386.

use crate::audit::Rejection;
use crate::audit::cursor::Cursor;
use crate::audit::webp::bools::Bools;
use crate::audit::webp::frame::three_bytes;
use crate::audit::webp::header::{Header, Used};
use crate::constants::vp8::{
    BANDS, CHROMA_MODE, LARGE_CATEGORIES, LUMA_MODE, SUBBLOCK_MODE, SUBBLOCK_TREE,
};

/// A key frame; its width and height.
pub(super) fn picture(cursor: &mut Cursor<'_>) -> Result<(u32, u32), Rejection> {
    let tag = three_bytes(cursor, "the tag of a frame")?;
    // a key frame, version 0 to 3, to be shown
    cursor.require(tag & 0b11001 == 0b10000, "a key frame that is shown")?;
    cursor.demand(&[0x9D, 0x01, 0x2A], "the start of a key frame")?;
    let size = super::frame::four_bytes(cursor, "the size of a key frame")?;
    let (width, height) = (size & 0xFFFF, size >> 16);
    let possible = (1..=0x3FFF).contains(&width) && (1..=0x3FFF).contains(&height);
    cursor.require(possible, "a size without hints for scaling")?;
    let length = usize::try_from(tag >> 5).unwrap_or(usize::MAX);
    let first = cursor.take(length, "a whole first partition")?;
    let mut modes = Bools::new(first);
    cursor.require(modes.is_number(), "a first partition that codes bools")?;
    let header = match Header::read(&mut modes) {
        Ok(header) => header,
        Err(what) => return cursor.reject(what),
    };
    let least = modes.bytes().saturating_add(1);

    let mut sizes = Vec::new();
    for _ in 0..header.more_partitions {
        let size = three_bytes(cursor, "the size of a partition")?;
        sizes.push(usize::try_from(size).unwrap_or(usize::MAX));
    }
    let mut partitions = Vec::new();
    for size in sizes {
        partitions.push(Bools::new(cursor.take(size, "a whole partition")?));
    }
    let last = cursor.rest();
    cursor.take(last.len(), "the last partition")?;
    partitions.push(Bools::new(last));
    let numbers = partitions.iter().all(Bools::is_number);
    cursor.require(numbers, "partitions that code bools")?;

    let (across, down) = (width.div_ceil(16), height.div_ceil(16));
    let mut frame = Frame::new(header, usize::try_from(across).unwrap_or(0));
    for row in 0..down as usize {
        let Some(tokens) = partitions.get_mut(row & frame.header.more_partitions) else {
            return cursor.reject("a partition for each row");
        };
        frame.row(&mut modes, tokens);
        cursor.require(!modes.is_over() && !tokens.is_over(), "a frame to its last block")?;
    }
    cursor.require(modes.is_end(least), "the end of the first partition")?;
    let ended = partitions.iter().all(|partition| partition.is_end(1));
    cursor.require(ended, "the end of each partition")?;
    cursor.require(frame.header.is_used(&frame.used), "a header that tells what is used")?;
    Ok((width, height))
}

/// Which blocks along an edge of a macroblock have coefficients: four of luma, two and two of
/// chroma, one of Y2.
#[derive(Debug, Clone, Copy, Default)]
struct Edge {
    luma: [bool; 4],
    chroma: [[bool; 2]; 2],
    y2: bool,
}

/// What a frame knows of the macroblocks above.
struct Frame {
    header: Header,
    used: Used,
    modes: Vec<[u8; 4]>,
    edges: Vec<Edge>,
}

impl Frame {
    fn new(header: Header, across: usize) -> Frame {
        let (modes, edges) = (vec![[0; 4]; across], vec![Edge::default(); across]);
        Frame { header, used: Used::nothing(), modes, edges }
    }

    /// A row of macroblocks: the modes of each, then its tokens.
    fn row(&mut self, modes: &mut Bools<'_>, tokens: &mut Bools<'_>) {
        let mut left_modes = [0u8; 4];
        let mut left_edge = Edge::default();
        let mut bools = tokens.clone();
        for (above_modes, above_edge) in self.modes.iter_mut().zip(&mut self.edges) {
            let segment = match self.header.map {
                None => 0,
                Some([root, low, high]) => match modes.next(root) {
                    false => usize::from(modes.next(low)),
                    true => usize::from(modes.next(high)).saturating_add(2),
                },
            };
            if let Some(used) = self.used.segments.get_mut(segment) {
                *used = true;
            }
            let empty = self.header.has_tokens.is_some_and(|probability| modes.next(probability));
            let subblocks = luma_modes(modes, above_modes, &mut left_modes);
            chroma_mode(modes);
            self.used.subblocks |= subblocks;
            if empty {
                let keep = |edge: &Edge| Edge { y2: edge.y2 && subblocks, ..Edge::default() };
                *above_edge = keep(above_edge);
                left_edge = keep(&left_edge);
                continue;
            }
            self.used.tokens = true;
            self.used.y2 |= !subblocks;
            let (header, used) = (&self.header.tokens, &mut self.used.probabilities);
            let ([luma, y2, chroma, whole], [luma_used, y2_used, chroma_used, whole_used]) =
                (header, used);
            if subblocks {
                let (above, left) = (&mut above_edge.luma, &mut left_edge.luma);
                blocks(&mut bools, whole, whole_used, above, left, 0);
            } else {
                let (above, left) = ([above_edge.y2], [left_edge.y2]);
                let (mut above, mut left) = (above, left);
                blocks(&mut bools, y2, y2_used, &mut above, &mut left, 0);
                let [some] = above;
                (above_edge.y2, left_edge.y2) = (some, some);
                let (above, left) = (&mut above_edge.luma, &mut left_edge.luma);
                blocks(&mut bools, luma, luma_used, above, left, 1);
            }
            for (above, left) in above_edge.chroma.iter_mut().zip(&mut left_edge.chroma) {
                blocks(&mut bools, chroma, chroma_used, above, left, 0);
            }
        }
        *tokens = bools;
    }
}

/// The luma modes of a macroblock; true if each subblock has its own.
fn luma_modes(bools: &mut Bools<'_>, above: &mut [u8; 4], left: &mut [u8; 4]) -> bool {
    let [own, far, vertical, horizontal] = LUMA_MODE;
    if bools.next(own) {
        // DC, vertical; true motion, horizontal: as the same mode of a subblock
        let mode = match bools.next(far) {
            false => u8::from(bools.next(vertical)).wrapping_mul(2),
            true if bools.next(horizontal) => 1,
            true => 3,
        };
        (*above, *left) = ([mode; 4], [mode; 4]);
        return false;
    }
    for left in left {
        for above in above.iter_mut() {
            let by_above = SUBBLOCK_MODE.get(usize::from(*above));
            let tree = by_above.and_then(|by_left| by_left.get(usize::from(*left)));
            let mode = tree.map_or(0, |tree| subblock_mode(bools, tree));
            (*above, *left) = (mode, mode);
        }
    }
    true
}

fn subblock_mode(bools: &mut Bools<'_>, probabilities: &[u8; 9]) -> u8 {
    let mut pair = 0usize;
    while let Some(probability) = probabilities.get(pair >> 1) {
        let branch = pair | usize::from(bools.next(*probability));
        match SUBBLOCK_TREE.get(branch) {
            Some(next) if *next > 0 => pair = usize::from(next.unsigned_abs()),
            Some(mode) => return mode.unsigned_abs(),
            None => break,
        }
    }
    0
}

fn chroma_mode(bools: &mut Bools<'_>) {
    for probability in CHROMA_MODE {
        if !bools.next(probability) {
            break;
        }
    }
}

type Bands = [[[u8; 11]; 3]; 8];
type UsedBands = [[[bool; 11]; 3]; 8];

/// A square of blocks, row by row, from the coefficient `first` of each.
#[inline(always)]
fn blocks(
    bools: &mut Bools<'_>,
    bands: &Bands,
    used: &mut UsedBands,
    above: &mut [bool],
    left: &mut [bool],
    first: usize,
) {
    for left in left {
        for above in above.iter_mut() {
            let context = usize::from(*above).wrapping_add(usize::from(*left));
            let some = block(bools, bands, used, context, first);
            (*above, *left) = (some, some);
        }
    }
}

/// The tokens of a block; true if there are any.
#[inline]
fn block(
    bools: &mut Bools<'_>,
    bands: &Bands,
    used: &mut UsedBands,
    mut context: usize,
    first: usize,
) -> bool {
    let mut after_zero = false;
    for place in first..16 {
        let band = BANDS.get(place).map_or(0, |band| usize::from(*band));
        let of_band = bands.get(band).zip(used.get_mut(band));
        let node = of_band.and_then(|(p, u)| p.get(context).zip(u.get_mut(context)));
        let Some((node, used)) = node else { return true };
        let mut next = |index: usize| match (node.get(index), used.get_mut(index)) {
            (Some(probability), Some(used)) => {
                *used = true;
                bools.next(*probability)
            }
            _ => false,
        };
        // behind a zero there is more
        if !after_zero && !next(0) {
            return place > first;
        }
        after_zero = !next(1);
        if after_zero {
            context = 0;
            continue;
        }
        context = 1;
        if next(2) {
            context = 2;
            let extra: &[u8] = if !next(3) {
                if next(4) {
                    next(5);
                }
                &[]
            } else if !next(6) {
                if next(7) { &[165, 145] } else { &[159] }
            } else {
                let category = if next(8) {
                    usize::from(next(10)).wrapping_add(2)
                } else {
                    usize::from(next(9))
                };
                LARGE_CATEGORIES.get(category).copied().unwrap_or_default()
            };
            for probability in extra {
                bools.next(*probability);
            }
        }
        bools.flag();
    }
    true
}
