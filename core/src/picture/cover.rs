//! Redaction: which cells of a picture are covered, and which pixels of the result show anything of
//! them.
//!
//! A cell is an MCU of a JPEG, or 8 × 8 pixels of other pictures. A shape covers every cell that it
//! touches. What covered cells hold is thrown away before anything can mix it outwards, and every
//! pixel of the result that a covered cell reaches, through upsampling or resampling, is painted.

use crate::Redaction;
use crate::picture::geometry::{Axis, Geometry, swaps};
use crate::picture::jpeg::coefficients::{COEFFICIENTS, Coefficients};
use crate::picture::jpeg::layout::Layout;
use crate::picture::resample::Spans;
use crate::picture::scale::Pairs;

/// The colour that covers: red, green, blue.
pub(crate) const COLOUR: [u8; 3] = [0, 0, 0];

/// The covered cells of a picture, in the coded orientation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cover {
    /// Pixels of a cell along each axis.
    cell: (usize, usize),
    cells_wide: usize,
    /// One a cell, row by row; empty if nothing is covered.
    covered: Vec<bool>,
    /// How many shapes covered nothing at all.
    in_vain: usize,
}

impl Cover {
    /// The cells of `cell` pixels, width and height, that `shapes` touch in the picture of
    /// `geometry`.
    pub(crate) fn new(shapes: &[Redaction], geometry: &Geometry, cell: (usize, usize)) -> Cover {
        let (cells_wide, cells_high) =
            (geometry.width.div_ceil(cell.0), geometry.height.div_ceil(cell.1));
        let mut cover = Cover { cell, cells_wide, covered: Vec::new(), in_vain: 0 };
        if shapes.is_empty() {
            return cover;
        }
        cover.covered = vec![false; cells_wide * cells_high];
        let axes = CodedAxes::of(geometry);
        for shape in shapes {
            let parts = parts(shape, &axes);
            let mut touched = false;
            for part in &parts {
                touched |= cover.add(part, geometry);
            }
            cover.in_vain += usize::from(!touched);
        }
        cover
    }

    /// True if nothing is covered.
    pub(crate) fn is_empty(&self) -> bool {
        self.covered.is_empty()
    }

    /// Throws away what the covered cells of the row of MCUs `y` hold.
    pub(crate) fn erase(&self, y: usize, row: &mut Coefficients, layout: &Layout) {
        let covered = self.row(y);
        for (component, blocks) in layout.components.iter().zip(&mut row.planes) {
            let per_row = blocks.nonzero.chunks_exact_mut(blocks.wide);
            for (nonzero, values) in
                per_row.zip(blocks.values.chunks_exact_mut(blocks.wide * COEFFICIENTS))
            {
                let cells = values.chunks_exact_mut(component.h * COEFFICIENTS);
                let cells = cells.zip(nonzero.chunks_exact_mut(component.h));
                for ((values, nonzero), _) in cells.zip(covered).filter(|(_, covered)| **covered) {
                    values.fill(0);
                    nonzero.fill(0);
                }
            }
        }
    }

    /// How many of the shapes lay off the picture or had no area.
    pub(crate) fn in_vain(&self) -> usize {
        self.in_vain
    }

    /// The cells of one row; none if nothing is covered.
    pub(crate) fn row(&self, y: usize) -> &[bool] {
        self.covered.chunks_exact(self.cells_wide).nth(y).unwrap_or_default()
    }

    /// Covers the cells that `part` touches; false if there are none.
    fn add(&mut self, part: &Part, geometry: &Geometry) -> bool {
        let (width, height) = (geometry.width as f64, geometry.height as f64);
        let (top, bottom) = part.rows();
        let (top, bottom) = (top.max(0.0), bottom.min(height));
        if top >= bottom {
            return false;
        }
        let mut touched = false;
        let first = (top / self.cell.1 as f64).floor() as usize;
        for (y, row) in self.covered.chunks_exact_mut(self.cells_wide).enumerate().skip(first) {
            let start = (y * self.cell.1) as f64;
            if start >= bottom {
                break;
            }
            let end = (start + self.cell.1 as f64).min(height);
            let Some((left, right)) = part.span(start, end) else { continue };
            let (left, right) = (left.max(0.0), right.min(width));
            if left >= right {
                continue;
            }
            // both are inside the picture
            let first = (left / self.cell.0 as f64).floor() as usize;
            let beyond = (right / self.cell.0 as f64).ceil() as usize;
            row[first.min(self.cells_wide - 1)..beyond.min(self.cells_wide)].fill(true);
            touched = true;
        }
        touched
    }
}

/// A convex part of a shape, in coded pixels.
#[derive(Debug)]
enum Part {
    /// Left, top, right, bottom.
    Rectangle([f64; 4]),
    /// The ellipse that fills this rectangle.
    Ellipse([f64; 4]),
    /// A round brush of this radius from one point to another.
    Stroke((f64, f64), (f64, f64), f64),
}

/// What a shape is made of. Coordinates are below 2^33, which 64-bit floating point holds exactly.
fn parts(shape: &Redaction, axes: &CodedAxes) -> Vec<Part> {
    let rectangle = |x: i32, y: i32, width: u32, height: u32| {
        let (left, top) = (f64::from(x), f64::from(y));
        let (right, bottom) = (left + f64::from(width), top + f64::from(height));
        (width > 0 && height > 0).then(|| axes.rectangle([left, top, right, bottom]))
    };
    match shape {
        Redaction::Rectangle { x, y, width, height } => {
            rectangle(*x, *y, *width, *height).into_iter().map(Part::Rectangle).collect()
        }
        Redaction::Ellipse { x, y, width, height } => {
            rectangle(*x, *y, *width, *height).into_iter().map(Part::Ellipse).collect()
        }
        Redaction::Stroke { points, radius } => {
            // a brush of no width still covers the pixels that it passes
            let radius = f64::from(*radius).max(0.5);
            let point = |(x, y): &(i32, i32)| axes.point(f64::from(*x), f64::from(*y));
            match points.as_slice() {
                [only] => vec![Part::Stroke(point(only), point(only), radius)],
                points => points
                    .windows(2)
                    .map(|pair| Part::Stroke(point(&pair[0]), point(&pair[1]), radius))
                    .collect(),
            }
        }
    }
}

impl Part {
    /// The rows that it spans: top and bottom.
    fn rows(&self) -> (f64, f64) {
        match self {
            Part::Rectangle([_, top, _, bottom]) | Part::Ellipse([_, top, _, bottom]) => {
                (*top, *bottom)
            }
            Part::Stroke((_, a), (_, b), radius) => (a.min(*b) - radius, a.max(*b) + radius),
        }
    }

    /// How far it reaches to the left and to the right between the rows `start` and `end`.
    fn span(&self, start: f64, end: f64) -> Option<(f64, f64)> {
        match self {
            Part::Rectangle([left, top, right, bottom]) => {
                (*top < end && *bottom > start).then_some((*left, *right))
            }
            Part::Ellipse([left, top, right, bottom]) => {
                let (x, y) = ((left + right) / 2.0, (top + bottom) / 2.0);
                let away = (y.clamp(start, end) - y) / ((bottom - top) / 2.0);
                disc(x, (right - left) / 2.0, away)
            }
            Part::Stroke(a, b, radius) => {
                let round =
                    |(x, y): (f64, f64)| disc(x, *radius, (y.clamp(start, end) - y) / radius);
                let sides = straight(*a, *b, *radius, start, end);
                [round(*a), round(*b), sides].into_iter().flatten().reduce(joined)
            }
        }
    }
}

fn joined(one: (f64, f64), other: (f64, f64)) -> (f64, f64) {
    (one.0.min(other.0), one.1.max(other.1))
}

/// From left to right of a round shape around `x` at a distance of `away` radii from its centre.
fn disc(x: f64, radius: f64, away: f64) -> Option<(f64, f64)> {
    let half = radius * (1.0 - away * away).max(0.0).sqrt();
    (away.abs() < 1.0).then_some((x - half, x + half))
}

/// From left to right of a stroke without its round ends between the rows `start` and `end`: the
/// corners of the turned rectangle that lie there, and where its sides enter and leave.
fn straight(
    (ax, ay): (f64, f64),
    (bx, by): (f64, f64),
    radius: f64,
    start: f64,
    end: f64,
) -> Option<(f64, f64)> {
    let length = (bx - ax).hypot(by - ay);
    if length == 0.0 {
        return None;
    }
    let (nx, ny) = ((ay - by) / length * radius, (bx - ax) / length * radius);
    let corners = [(ax + nx, ay + ny), (bx + nx, by + ny), (bx - nx, by - ny), (ax - nx, ay - ny)];
    let mut reached: Option<(f64, f64)> = None;
    let mut reach = |x: f64| reached = Some(reached.map_or((x, x), |r| joined(r, (x, x))));
    for (index, (x, y)) in corners.iter().enumerate() {
        if (start..=end).contains(y) {
            reach(*x);
        }
        let (to_x, to_y) = corners[(index + 1) % 4];
        for line in [start, end] {
            if (y - line) * (to_y - line) < 0.0 {
                reach(x + (to_x - x) * (line - y) / (to_y - y));
            }
        }
    }
    reached
}

/// How upright coordinates become coded ones.
struct CodedAxes {
    width: f64,
    height: f64,
    swaps: bool,
    backwards: (bool, bool),
}

impl CodedAxes {
    fn of(geometry: &Geometry) -> CodedAxes {
        CodedAxes {
            width: geometry.width as f64,
            height: geometry.height as f64,
            swaps: swaps(geometry.orientation),
            backwards: (geometry.across.backwards, geometry.down.backwards),
        }
    }

    fn point(&self, x: f64, y: f64) -> (f64, f64) {
        let (x, y) = if self.swaps { (y, x) } else { (x, y) };
        (
            if self.backwards.0 { self.width - x } else { x },
            if self.backwards.1 { self.height - y } else { y },
        )
    }

    fn rectangle(&self, [left, top, right, bottom]: [f64; 4]) -> [f64; 4] {
        let (a, b) = (self.point(left, top), self.point(right, bottom));
        [a.0.min(b.0), a.1.min(b.1), a.0.max(b.0), a.1.max(b.1)]
    }
}

/// For each pixel along one axis of the result the first and the last cell that anything of it is
/// made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reach(Vec<(usize, usize)>);

impl Reach {
    /// Nothing yet, for the pixels of `axis`.
    pub(crate) fn new(axis: &Axis) -> Reach {
        Reach(vec![(usize::MAX, 0); axis.target])
    }

    /// Adds that the pixel `index` is made of the samples `first` to `last`, of which `per_cell`
    /// stand in a cell.
    pub(crate) fn add(&mut self, index: usize, (first, last): (usize, usize), per_cell: usize) {
        let reached = &mut self.0[index];
        *reached = (reached.0.min(first / per_cell), reached.1.max(last / per_cell));
    }

    /// Adds that each pixel is made of the new sample of `spans` that `sample_of` names.
    pub(crate) fn add_spans(
        &mut self,
        spans: &Spans,
        per_cell: usize,
        sample_of: impl Fn(usize) -> usize,
    ) {
        for index in 0..self.0.len() {
            self.add(index, spans.support(sample_of(index)), per_cell);
        }
    }

    /// Lets the pixels of a pair reach as far as both.
    fn join_pairs(&mut self, pairs: Pairs) {
        let same = |a: usize, b: usize| pairs.pair(a) == pairs.pair(b);
        for index in 1..self.0.len() {
            if same(index - 1, index) {
                let (one, other) = (self.0[index - 1], self.0[index]);
                let both = (one.0.min(other.0), one.1.max(other.1));
                self.0[index - 1..=index].fill(both);
            }
        }
    }
}

/// Paints what shows anything of covered cells.
#[derive(Debug)]
pub(crate) struct Painter<'a> {
    cover: &'a Cover,
    across: Reach,
    down: Reach,
    /// The cells that the row reaches: how many are covered to the left of each.
    counts: Vec<usize>,
    /// The rows of cells that `counts` is of.
    counted: Option<(usize, usize)>,
}

impl<'a> Painter<'a> {
    /// For `cover`, where the pixels of the result reach as far as `across` and `down` say. Pixels
    /// whose chroma the encoder mixes are painted together, so that what is covered has no fringe.
    pub(crate) fn new(
        cover: &'a Cover,
        geometry: &Geometry,
        (mut across, mut down): (Reach, Reach),
    ) -> Painter<'a> {
        across.join_pairs(Pairs::of(&geometry.across));
        down.join_pairs(Pairs::of(&geometry.down));
        let counts = vec![0; cover.cells_wide + 1];
        Painter { cover, across, down, counts, counted: None }
    }

    /// Paints the pixels of the row `y` of the result.
    pub(crate) fn paint(&mut self, y: usize, rgb: &mut [u8]) {
        let (pixels, _) = rgb.as_chunks_mut::<3>();
        self.each(y, |x| pixels[x] = COLOUR);
    }

    /// Tells which pixels of the row `y` of the result are to be painted.
    pub(crate) fn each(&mut self, y: usize, mut paint: impl FnMut(usize)) {
        if self.cover.is_empty() {
            return;
        }
        let rows = self.down.0[y];
        if self.counted != Some(rows) {
            self.count(rows);
            self.counted = Some(rows);
        }
        if self.counts.last() == Some(&0) {
            return;
        }
        for (x, (first, last)) in self.across.0.iter().enumerate() {
            if self.counts[last + 1] > self.counts[*first] {
                paint(x);
            }
        }
    }

    fn count(&mut self, (first, last): (usize, usize)) {
        self.counts.fill(0);
        for y in first..=last {
            for (count, covered) in self.counts[1..].iter_mut().zip(self.cover.row(y)) {
                *count |= usize::from(*covered);
            }
        }
        let mut sum = 0;
        for count in &mut self.counts {
            sum += *count;
            *count = sum;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Orientation;
    use proptest::prelude::*;

    fn cover(shapes: &[Redaction], orientation: Orientation) -> Cover {
        Cover::new(shapes, &Geometry::new(100, 60, orientation, None), (16, 8))
    }

    fn cells(cover: &Cover) -> Vec<(usize, usize)> {
        let at = |(at, covered): (usize, &bool)| covered.then_some((at % 7, at / 7));
        cover.covered.iter().enumerate().filter_map(at).collect()
    }

    fn rectangle(x: i32, y: i32, width: u32, height: u32) -> Redaction {
        Redaction::Rectangle { x, y, width, height }
    }

    #[test]
    fn a_rectangle_covers_the_cells_that_it_touches() {
        let upright = Orientation::Upright;
        for (shape, expected) in [
            (rectangle(16, 8, 16, 8), vec![(1, 1)]),
            (rectangle(15, 7, 1, 1), vec![(0, 0)]),
            (rectangle(15, 8, 2, 1), vec![(0, 1), (1, 1)]),
            (rectangle(99, 59, 1, 1), vec![(6, 7)]),
            (rectangle(-5, -5, 6, 6), vec![(0, 0)]),
            (rectangle(i32::MAX, 0, u32::MAX, u32::MAX), vec![]),
            (rectangle(100, 0, 1, 1), vec![]),
            (rectangle(-5, -5, 5, 5), vec![]),
            (rectangle(0, 0, 0, 5), vec![]),
        ] {
            let covered = cover(std::slice::from_ref(&shape), upright);
            assert_eq!(cells(&covered), expected, "{shape:?}");
            assert_eq!(covered.in_vain(), usize::from(expected.is_empty()));
        }
        let all = rectangle(i32::MIN, i32::MIN, u32::MAX, u32::MAX);
        assert!(cover(&[all], upright).covered.iter().all(|c| *c));
        assert!(cover(&[], upright).is_empty());
    }

    #[test]
    fn shapes_are_told_in_upright_coordinates() {
        // the top left corner of the upright picture, by where it is coded
        for (orientation, corner) in [
            (Orientation::Upright, (0, 0)),
            (Orientation::Mirrored, (6, 0)),
            (Orientation::HalfTurn, (6, 7)),
            (Orientation::Flipped, (0, 7)),
            (Orientation::Transposed, (0, 0)),
            (Orientation::Clockwise, (0, 7)),
            (Orientation::Transversed, (6, 7)),
            (Orientation::CounterClockwise, (6, 0)),
        ] {
            for shape in [
                rectangle(0, 0, 2, 2),
                Redaction::Ellipse { x: 0, y: 0, width: 2, height: 2 },
                Redaction::Stroke { points: vec![(1, 1)], radius: 1 },
            ] {
                assert_eq!(cells(&cover(&[shape], orientation)), [corner], "{orientation}");
            }
        }
        // to the right of it
        let right = rectangle(30, 0, 1, 1);
        assert_eq!(cells(&cover(&[right], Orientation::Clockwise)), [(0, 3)]);
    }

    /// True if `x`, `y` is inside the shape.
    fn inside(shape: &Redaction, x: f64, y: f64) -> bool {
        match shape {
            Redaction::Rectangle { x: left, y: top, width, height } => {
                (x - f64::from(*left)).clamp(0.0, f64::from(*width)) == x - f64::from(*left)
                    && (y - f64::from(*top)).clamp(0.0, f64::from(*height)) == y - f64::from(*top)
            }
            Redaction::Ellipse { x: left, y: top, width, height } => {
                let (rx, ry) = (f64::from(*width) / 2.0, f64::from(*height) / 2.0);
                let (dx, dy) = (x - f64::from(*left) - rx, y - f64::from(*top) - ry);
                (dx / rx).powi(2) + (dy / ry).powi(2) < 1.0
            }
            Redaction::Stroke { points, radius } => {
                let segments = points.windows(2).map(|p| (p[0], p[1]));
                let dot = points.iter().map(|p| (*p, *p));
                segments.chain(dot).any(|((ax, ay), (bx, by))| {
                    let (ax, ay) = (f64::from(ax), f64::from(ay));
                    let (dx, dy) = (f64::from(bx) - ax, f64::from(by) - ay);
                    let squared = dx * dx + dy * dy;
                    let t = ((x - ax) * dx + (y - ay) * dy) / squared.max(1e-9);
                    let t = t.clamp(0.0, 1.0);
                    (x - ax - t * dx).hypot(y - ay - t * dy) < f64::from(*radius)
                })
            }
        }
    }

    fn shapes() -> impl Strategy<Value = Redaction> {
        let corner = (-50i32..150, -50i32..150, 1u32..120, 1u32..120);
        prop_oneof![
            corner.clone().prop_map(|(x, y, width, height)| rectangle(x, y, width, height)),
            corner.prop_map(|(x, y, width, height)| Redaction::Ellipse { x, y, width, height }),
            (prop::collection::vec((-50i32..150, -50i32..150), 1..4), 1u32..30)
                .prop_map(|(points, radius)| Redaction::Stroke { points, radius }),
        ]
    }

    proptest! {
        #[test]
        fn a_cell_is_covered_if_a_point_of_it_is_inside(shape in shapes()) {
            let covered = cover(std::slice::from_ref(&shape), Orientation::Upright);
            let mut any = false;
            for (at, covered) in covered.covered.iter().enumerate() {
                let (left, top) = (at % 7 * 16, at / 7 * 8);
                let points = (0..16 * 4).flat_map(|x| (0..8 * 4).map(move |y| (x, y)));
                let touched = points.map(|(x, y)| {
                    (left as f64 + 0.125 + f64::from(x) / 4.0, top as f64 + 0.125 + f64::from(y) / 4.0)
                }).any(|(x, y)| x < 100.0 && y < 60.0 && inside(&shape, x, y));
                prop_assert!(*covered || !touched, "{at}");
                any |= touched;
            }
            prop_assert!(!any || covered.in_vain() == 0);
            // and little more: all within a cell of the shape
            for (at, covered) in covered.covered.iter().enumerate() {
                let (left, top) = ((at % 7 * 16) as f64, (at / 7 * 8) as f64);
                let points = (-2..20).flat_map(|x| (-2..12).map(move |y| (f64::from(x) + 0.5, f64::from(y) + 0.5)));
                let near = points.into_iter().any(|(x, y)| inside(&shape, left + x, top + y));
                prop_assert!(near || !*covered, "{at}");
            }
        }

        #[test]
        fn no_shape_is_too_wild(
            x in any::<i32>(), y in any::<i32>(), width in any::<u32>(), height in any::<u32>(),
            points in prop::collection::vec((any::<i32>(), any::<i32>()), 0..4), value in 1u32..=8,
        ) {
            let orientation = Orientation::from_exif_value(value).unwrap();
            let stroke = Redaction::Stroke { points, radius: width };
            cover(&[rectangle(x, y, width, height), Redaction::Ellipse { x, y, width, height }, stroke], orientation);
        }
    }
}
