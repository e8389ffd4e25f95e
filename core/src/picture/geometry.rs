//! What part of a picture is shown, how large, and which way its axes run.

use crate::Orientation;

/// Ratios of the long edge to the short one that cameras make.
const RATIOS: [(usize, usize); 4] = [(1, 1), (4, 3), (3, 2), (16, 9)];

/// How a coded picture becomes an upright one. Everything here is in the coded orientation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Geometry {
    /// The picture as it is coded.
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// What is shown of it.
    pub(crate) across: Axis,
    pub(crate) down: Axis,
    pub(crate) orientation: Orientation,
}

/// One axis of a picture, in the coded orientation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Axis {
    /// The first pixel that is shown.
    pub(crate) start: usize,
    /// How many pixels are shown, at least 1.
    pub(crate) length: usize,
    /// How many pixels they become, 1 to `length`.
    pub(crate) target: usize,
    /// True if it runs against the upright picture's axis.
    pub(crate) backwards: bool,
}

impl Axis {
    /// True if every pixel that is shown stays a pixel.
    pub(crate) fn keeps_size(&self) -> bool {
        self.length == self.target
    }
}

impl Geometry {
    /// For a picture of `width` × `height` coded pixels (each at least 1), whose longest edge is to
    /// be at most `longest_edge` (0 counts as 1).
    ///
    /// If its shape is within 2 % of 1:1, 4:3, 3:2 or 16:9, either way up, it is cropped to the
    /// largest centred part of exactly that ratio. The short edge of a smaller picture is rounded
    /// down, as image loaders of Android do.
    pub(crate) fn new(
        width: usize,
        height: usize,
        orientation: Orientation,
        longest_edge: Option<u32>,
    ) -> Geometry {
        Geometry::of_part((width, height), cropped(width, height), orientation, longest_edge)
    }

    /// The same without a crop.
    pub(crate) fn whole(
        width: usize,
        height: usize,
        orientation: Orientation,
        longest_edge: Option<u32>,
    ) -> Geometry {
        Geometry::of_part((width, height), (width, height), orientation, longest_edge)
    }

    fn of_part(
        (width, height): (usize, usize),
        (shown_wide, shown_high): (usize, usize),
        orientation: Orientation,
        longest_edge: Option<u32>,
    ) -> Geometry {
        let (long, short) = (shown_wide.max(shown_high), shown_wide.min(shown_high));
        let edge = longest_edge.map_or(long, |edge| usize::try_from(edge).unwrap_or(long).max(1));
        let (long_target, short_target) = match edge < long {
            // sizes are below 2^32, so products fit
            true => (edge, (short as u64 * edge as u64 / long as u64).max(1) as usize),
            false => (long, short),
        };
        let (wide, high) = match shown_wide >= shown_high {
            true => (long_target, short_target),
            false => (short_target, long_target),
        };
        let (back_across, back_down) = backwards(orientation);
        let axis = |size: usize, length: usize, target: usize, backwards: bool| {
            // of an odd rest the larger part goes at the upright picture's right and bottom
            let rest = size - length;
            let start = if backwards { rest - rest / 2 } else { rest / 2 };
            Axis { start, length, target, backwards }
        };
        Geometry {
            width,
            height,
            across: axis(width, shown_wide, wide, back_across),
            down: axis(height, shown_high, high, back_down),
            orientation,
        }
    }

    /// True if something is cut off.
    pub(crate) fn crops(&self) -> bool {
        (self.across.length, self.down.length) != (self.width, self.height)
    }

    /// True if no pixel has to be mixed with another.
    pub(crate) fn keeps_size(&self) -> bool {
        self.across.keeps_size() && self.down.keeps_size()
    }

    /// Width and height of the upright result.
    pub(crate) fn upright_size(&self) -> (usize, usize) {
        match swaps(self.orientation) {
            true => (self.down.target, self.across.target),
            false => (self.across.target, self.down.target),
        }
    }
}

/// True if rows become columns.
pub(crate) fn swaps(orientation: Orientation) -> bool {
    orientation.exif_value() >= 5
}

/// Whether the coded axes, across and down, run against the upright picture's.
pub(crate) fn backwards(orientation: Orientation) -> (bool, bool) {
    match orientation {
        Orientation::Upright | Orientation::Transposed => (false, false),
        Orientation::Mirrored | Orientation::CounterClockwise => (true, false),
        Orientation::HalfTurn | Orientation::Transversed => (true, true),
        Orientation::Flipped | Orientation::Clockwise => (false, true),
    }
}

/// The size of the largest part that has the exact ratio to which the picture is close, or its own.
fn cropped(width: usize, height: usize) -> (usize, usize) {
    let (long, short) = (width.max(height), width.min(height));
    let close = RATIOS.into_iter().find(|(a, b)| {
        // |long/short − a/b| ≤ a/b × 2 %
        let (one, other) = (long as u64 * *b as u64, short as u64 * *a as u64);
        one.abs_diff(other) * 50 <= other
    });
    let Some((a, b)) = close else { return (width, height) };
    let unit = (long / a).min(short / b);
    match (unit, width >= height) {
        (0, _) => (width, height),
        (_, true) => (unit * a, unit * b),
        (_, false) => (unit * b, unit * a),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn upright(width: usize, height: usize, edge: Option<u32>) -> Geometry {
        Geometry::new(width, height, Orientation::Upright, edge)
    }

    #[test]
    fn sizes_become_common_ones() {
        for (size, edge, shown, target) in [
            ((4000, 3000), Some(1600), (4000, 3000), (1600, 1200)),
            ((3024, 4032), Some(1600), (3024, 4032), (1200, 1600)),
            ((4080, 3072), None, (4080, 3060), (4080, 3060)),
            ((6000, 4000), Some(1600), (6000, 4000), (1600, 1066)),
            ((1919, 1080), None, (1904, 1071), (1904, 1071)),
            ((3001, 2990), Some(100), (2990, 2990), (100, 100)),
            ((5000, 1000), Some(2000), (5000, 1000), (2000, 400)),
            ((65_535, 1), Some(1), (65_535, 1), (1, 1)),
            ((1, 1), Some(0), (1, 1), (1, 1)),
            ((640, 480), Some(1600), (640, 480), (640, 480)),
        ] {
            let geometry = upright(size.0, size.1, edge);
            assert_eq!((geometry.across.length, geometry.down.length), shown, "{size:?}");
            assert_eq!(geometry.upright_size(), target, "{size:?}");
        }
    }

    proptest! {
        #[test]
        fn the_crop_is_centred_exact_and_small(
            width in 1usize..5000, height in 1usize..5000, value in 1u32..=8,
        ) {
            let orientation = Orientation::from_exif_value(value).unwrap();
            let geometry = Geometry::new(width, height, orientation, None);
            let sides = [(width, geometry.across), (height, geometry.down)];
            for (size, axis) in sides {
                prop_assert!(axis.length >= 1);
                prop_assert!(axis.start.abs_diff(size - axis.length - axis.start) <= 1);
                // 2 % and what rounding to a multiple of at most 16 takes
                prop_assert!(size - axis.length <= size / 49 + 16);
            }
            if geometry.crops() {
                let (a, b) = (geometry.across.length, geometry.down.length);
                let (long, short) = (a.max(b), a.min(b));
                prop_assert!(RATIOS.iter().any(|(p, q)| long * q == short * p));
            }
        }

        #[test]
        fn all_orientations_show_the_same_part(
            width in 1usize..5000, height in 1usize..5000, edge in 1u32..5000,
        ) {
            let plain = upright(width, height, Some(edge));
            for orientation in Orientation::ALL {
                let (w, h) = if swaps(orientation) { (height, width) } else { (width, height) };
                let turned = Geometry::new(w, h, orientation, Some(edge));
                prop_assert_eq!(turned.upright_size(), plain.upright_size());
                let (across, down) = match swaps(orientation) {
                    true => (turned.down, turned.across),
                    false => (turned.across, turned.down),
                };
                for (axis, as_upright, size) in [(across, plain.across, width), (down, plain.down, height)] {
                    let start = match axis.backwards {
                        true => size - axis.length - axis.start,
                        false => axis.start,
                    };
                    prop_assert_eq!(start, as_upright.start);
                    prop_assert_eq!(axis.target, as_upright.target);
                }
            }
        }
    }
}
