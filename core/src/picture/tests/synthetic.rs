//! Pictures made of coefficients, without any coding.

use proptest::prelude::*;

use crate::container::jpeg::frame::{Component, Process};
use crate::container::jpeg::tables::QuantTable;
use crate::container::jpeg::{Colour, Embedded, Frame, Picture};
use crate::picture::jpeg::coefficients::{COEFFICIENTS, Coefficients, NATURAL};
use crate::picture::jpeg::layout::Layout;
use crate::picture::jpeg::planes::McuRows;
use crate::{Error, Orientation};

/// A frame with its coefficients.
#[derive(Debug, Clone)]
pub(super) struct Synthetic {
    pub(super) frame: Frame,
    pub(super) colour: Colour,
    pub(super) layout: Layout,
    /// One a row of MCUs.
    pub(super) rows: Vec<Coefficients>,
}

impl Synthetic {
    /// Random content: smooth for the most part, with some detail.
    pub(super) fn new(
        (width, height): (u16, u16),
        factors: &[(u8, u8)],
        colour: Colour,
        seed: u64,
    ) -> Synthetic {
        let component = |(id, (h, v)): (u8, &(u8, u8))| Component {
            id,
            h: *h,
            v: *v,
            quant_slot: 0,
            quant: Some(QuantTable(std::array::from_fn(|k| 3 + k as u16 / 4))),
        };
        let components = (1..).zip(factors).map(component).collect();
        let frame = Frame { process: Process::Sequential, width, height, components };
        let layout = Layout::of(&frame);
        let mut noise = Noise(seed);
        let rows = (0..layout.mcus_high).map(|_| {
            let mut row = Coefficients::of_a_row(&layout);
            for plane in &mut row.planes {
                let blocks = plane.values.as_chunks_mut::<COEFFICIENTS>().0;
                for (values, nonzero) in blocks.iter_mut().zip(plane.nonzero.iter_mut()) {
                    noise.block(values, nonzero);
                }
            }
            row
        });
        let rows = rows.collect();
        Synthetic { frame, colour, layout, rows }
    }

    /// The same with other content in the cells that `changed` names.
    pub(super) fn changed(&self, seed: u64, changed: impl Fn(usize, usize) -> bool) -> Synthetic {
        let mut other = self.clone();
        let mut noise = Noise(seed);
        for (y, row) in other.rows.iter_mut().enumerate() {
            for (plane, component) in row.planes.iter_mut().zip(&self.layout.components) {
                let wide = plane.wide;
                let blocks = plane.values.as_chunks_mut::<COEFFICIENTS>().0;
                let blocks = blocks.iter_mut().zip(plane.nonzero.iter_mut()).enumerate();
                for (at, (values, nonzero)) in blocks {
                    if changed(at % wide / component.h, y) {
                        noise.block(values, nonzero);
                    }
                }
            }
        }
        other
    }

    pub(super) fn picture(&self, orientation: Orientation) -> Picture<'static> {
        Picture {
            frame: self.frame.clone(),
            colour: self.colour,
            orientation,
            profile: Embedded::None,
            scans: Vec::new(),
            unused: Vec::new(),
        }
    }

    pub(super) fn source(&self) -> SyntheticRows<'_> {
        SyntheticRows { of: self, next: 0 }
    }
}

/// Its rows.
#[derive(Debug)]
pub(super) struct SyntheticRows<'s> {
    of: &'s Synthetic,
    next: usize,
}

impl McuRows for SyntheticRows<'_> {
    fn layout(&self) -> &Layout {
        &self.of.layout
    }

    fn next_row(&mut self, row: &mut Coefficients) -> Result<(), Error> {
        row.clone_from(&self.of.rows[self.next]);
        self.next += 1;
        Ok(())
    }
}

/// xorshift: Marsaglia, 2003.
struct Noise(u64);

impl Noise {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % limit
    }

    fn block(&mut self, values: &mut [i16; COEFFICIENTS], nonzero: &mut u64) {
        (*values, *nonzero) = ([0; COEFFICIENTS], 0);
        let detail = [0, 1, 4, 12, 40][self.below(5) as usize];
        for k in 0..=detail {
            let reach = 60u64.checked_div(k).map_or(300, |reach| reach + 2);
            let value = self.below(2 * reach + 1) as i16 - reach as i16;
            values[usize::from(NATURAL[k as usize])] = value;
            *nonzero |= u64::from(value != 0) << k;
        }
    }
}

/// Sampling factors and meanings that occur, and some that hardly do.
pub(super) fn any_kind() -> impl Strategy<Value = (Vec<(u8, u8)>, Colour)> {
    let of_three = prop::sample::select(vec![
        vec![(2, 2), (1, 1), (1, 1)],
        vec![(1, 1), (1, 1), (1, 1)],
        vec![(2, 1), (1, 1), (1, 1)],
        vec![(1, 2), (1, 1), (1, 1)],
        vec![(4, 1), (1, 1), (1, 1)],
        vec![(4, 2), (1, 1), (2, 1)],
        vec![(1, 4), (1, 2), (1, 1)],
        vec![(1, 1), (2, 2), (1, 1)],
        vec![(3, 1), (1, 1), (2, 1)],
        vec![(2, 3), (1, 1), (1, 2)],
    ]);
    let of_four = of_three.clone().prop_map(|mut factors| {
        factors.push(factors[0]);
        factors
    });
    prop_oneof![
        Just((vec![(1, 1)], Colour::Grey)),
        of_three.clone().prop_map(|factors| (factors, Colour::YCbCr)),
        of_three.prop_map(|factors| (factors, Colour::Rgb)),
        of_four.clone().prop_map(|factors| (factors, Colour::Ycck)),
        of_four.prop_map(|factors| (factors, Colour::Cmyk { adobe: true })),
    ]
}
