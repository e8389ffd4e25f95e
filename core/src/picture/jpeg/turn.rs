//! Turning a picture upright by its coefficients alone: nothing is decoded, nothing is lost.
//!
//! To mirror a block changes the sign of the coefficients of odd frequencies; to transpose it
//! transposes the coefficients. Only whole blocks can be mirrored: where the picture ends within
//! one, its other side would come into the picture.

use crate::container::jpeg::Frame;
use crate::container::jpeg::tables::QuantTable;
use crate::orientation::Orientation;
use crate::picture::jpeg::coefficients::{Blocks, COEFFICIENTS, Coefficients, NATURAL};
use crate::picture::jpeg::layout::{BLOCK, Layout};

/// What stands a coded picture upright: transposed first, mirrored after that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn {
    /// Mirrored along the diagonal from the top left.
    pub(crate) transposed: bool,
    /// Mirrored left to right.
    pub(crate) mirrored: bool,
    /// Mirrored top to bottom.
    pub(crate) flipped: bool,
}

impl From<Orientation> for Turn {
    fn from(orientation: Orientation) -> Turn {
        let (transposed, mirrored, flipped) = match orientation {
            Orientation::Upright => (false, false, false),
            Orientation::Mirrored => (false, true, false),
            Orientation::HalfTurn => (false, true, true),
            Orientation::Flipped => (false, false, true),
            Orientation::Transposed => (true, false, false),
            Orientation::Clockwise => (true, true, false),
            Orientation::Transversed => (true, true, true),
            Orientation::CounterClockwise => (true, false, true),
        };
        Turn { transposed, mirrored, flipped }
    }
}

impl Turn {
    /// True if each row of blocks can be turned by itself.
    pub(crate) fn is_by_rows(self) -> bool {
        !self.transposed && !self.flipped
    }

    /// True if a picture of this grid can be turned without loss: if it ends with whole blocks of
    /// every component on the sides from which it will begin.
    pub(crate) fn is_exact(self, layout: &Layout) -> bool {
        // what is mirrored after the transposition lay the other way before
        let (across, down) = match self.transposed {
            false => (self.mirrored, self.flipped),
            true => (self.flipped, self.mirrored),
        };
        let (wide, high) = (BLOCK * layout.h_max, BLOCK * layout.v_max);
        layout.components.iter().all(|c| {
            (!across || (layout.width * c.h).is_multiple_of(wide))
                && (!down || (layout.height * c.v).is_multiple_of(high))
        })
    }

    /// The frame of the turned picture.
    pub(crate) fn frame(self, frame: &Frame) -> Frame {
        let mut turned = frame.clone();
        if self.transposed {
            (turned.width, turned.height) = (frame.height, frame.width);
            for component in &mut turned.components {
                (component.h, component.v) = (component.v, component.h);
                component.quant = component.quant.as_ref().map(transposed_table);
            }
        }
        turned
    }

    /// Puts row `y` of MCUs, which `row` holds, into its place in `turned`. `layout` is the grid
    /// before.
    pub(crate) fn place_row(
        self,
        row: &Coefficients,
        y: usize,
        layout: &Layout,
        turned: &mut Coefficients,
    ) {
        for ((from, to), c) in row.planes.iter().zip(&mut turned.planes).zip(&layout.components) {
            let size = (c.blocks_wide, c.blocks_high);
            for block_row in 0..c.v.min(c.blocks_high.saturating_sub(y * c.v)) {
                for x in 0..c.blocks_wide {
                    let (to_x, to_y) = self.place((x, y * c.v + block_row), size);
                    self.block(from.block(x, block_row), to.block_mut(to_x, to_y));
                }
            }
        }
    }

    /// Turns a row of MCUs by itself, if [`Turn::is_by_rows`].
    pub(crate) fn turn_row(self, row: &mut Coefficients, layout: &Layout) {
        if !self.mirrored {
            return;
        }
        for (plane, component) in row.planes.iter_mut().zip(&layout.components) {
            mirror_rows(plane, component.blocks_wide);
        }
    }

    /// Where the block at `x` and `y` of a component of so many blocks comes to stand.
    fn place(self, (x, y): (usize, usize), (wide, high): (usize, usize)) -> (usize, usize) {
        let ((x, y), (wide, high)) =
            if self.transposed { ((y, x), (high, wide)) } else { ((x, y), (wide, high)) };
        (if self.mirrored { wide - 1 - x } else { x }, if self.flipped { high - 1 - y } else { y })
    }

    /// Turns a block into one that is all zero.
    fn block(
        self,
        (from, nonzero): (&[i16; COEFFICIENTS], u64),
        (to, to_nonzero): (&mut [i16; COEFFICIENTS], &mut u64),
    ) {
        let mut rest = nonzero;
        while rest != 0 {
            let zigzag = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            let zigzag_to = if self.transposed { TRANSPOSED_ZIGZAG[zigzag].into() } else { zigzag };
            *to_nonzero |= 1 << zigzag_to;
            let (place, place_to) = (usize::from(NATURAL[zigzag]), usize::from(NATURAL[zigzag_to]));
            let odd = self.mirrored && place_to % BLOCK % 2 == 1;
            let negative = odd != (self.flipped && place_to / BLOCK % 2 == 1);
            // only the DC coefficient can be -32,768 in a codable block, and has no odd frequency
            to[place_to] = if negative { from[place].wrapping_neg() } else { from[place] };
        }
    }
}

/// Reverses the first `blocks` blocks of each row, and each of these blocks.
fn mirror_rows(plane: &mut Blocks, blocks: usize) {
    let wide = plane.wide;
    let (values, _) = plane.values.as_chunks_mut::<COEFFICIENTS>();
    for (values, nonzero) in values.chunks_mut(wide).zip(plane.nonzero.chunks_mut(wide)) {
        values[..blocks].reverse();
        nonzero[..blocks].reverse();
        for value in values[..blocks].as_flattened_mut().iter_mut().skip(1).step_by(2) {
            *value = value.wrapping_neg();
        }
    }
}

/// Where the coefficient at each place of the zigzag order comes to stand in it when transposed.
const TRANSPOSED_ZIGZAG: [u8; COEFFICIENTS] = {
    let mut table = [0; COEFFICIENTS];
    let mut from = 0;
    while from < COEFFICIENTS {
        let place = NATURAL[from] as usize;
        let wanted = place % BLOCK * BLOCK + place / BLOCK;
        let mut to = 0;
        while NATURAL[to] as usize != wanted {
            to += 1;
        }
        table[from] = to as u8;
        from += 1;
    }
    table
};

fn transposed_table(table: &QuantTable) -> QuantTable {
    QuantTable(TRANSPOSED_ZIGZAG.map(|from| table.0[usize::from(from)]))
}
