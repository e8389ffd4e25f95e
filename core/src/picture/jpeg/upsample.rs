//! Upsampling of chroma at full scale, sample by sample as libjpeg does.
//!
//! Components at half the width, half the height or both are interpolated with libjpeg's triangle
//! filter ("fancy upsampling": ¾ of the nearer sample, ¼ of the further one along each axis, with its
//! alternating rounding); the width only if there are more than two samples. All others are
//! repeated.

/// How the samples of a component become those of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Upsampling {
    /// Sampling factors of the component and the largest of all, across and down.
    h: usize,
    h_max: usize,
    v: usize,
    v_max: usize,
    /// True if this axis is interpolated.
    smooth_across: bool,
    smooth_down: bool,
}

impl Upsampling {
    /// Of a component of factors `h` × `v` and `samples_wide` samples a row, where the largest
    /// factors are `h_max` × `v_max`.
    pub(crate) fn new(
        (h, v): (usize, usize),
        (h_max, v_max): (usize, usize),
        samples_wide: usize,
    ) -> Upsampling {
        let half_wide = h * 2 == h_max;
        let half_high = v * 2 == v_max;
        let smooth_across = half_wide && (v == v_max || half_high) && samples_wide > 2;
        let smooth_down = half_high && (h == h_max || smooth_across);
        Upsampling { h, h_max, v, v_max, smooth_across, smooth_down }
    }

    /// The rows of samples that the row `y` of the picture is made of: the nearer and the further
    /// one, which may lie before the first row or after the last.
    pub(crate) fn rows(&self, y: usize) -> (usize, Option<Neighbour>) {
        let near = y * self.v / self.v_max;
        let further = if y.is_multiple_of(2) { Neighbour::Before } else { Neighbour::After };
        (near, self.smooth_down.then_some(further))
    }

    /// Makes a row of `out.len()` pixels from the samples of the row `near` and its neighbour `far`,
    /// with the help of as many `sums`.
    pub(crate) fn apply(
        &self,
        near: &[u8],
        far: Option<(Neighbour, &[u8])>,
        sums: &mut [u16],
        out: &mut [u8],
    ) {
        match (self.smooth_across, far) {
            (true, Some((_, far))) => both(near, far, sums, out),
            (true, None) => across(near, sums, out),
            (false, Some((which, far))) => down(near, far, which, out),
            (false, None) if self.h == self.h_max => {
                let length = out.len();
                out.copy_from_slice(&near[..length]);
            }
            (false, None) => {
                for (x, out) in out.iter_mut().enumerate() {
                    *out = near[x * self.h / self.h_max];
                }
            }
        }
    }

    /// The samples that the pixel `x` is made of, first and last, of `count` samples a row.
    pub(crate) fn support_across(&self, x: usize, count: usize) -> (usize, usize) {
        support(x * self.h / self.h_max, x, self.smooth_across, count)
    }

    /// The same down, of `count` rows.
    pub(crate) fn support_down(&self, y: usize, count: usize) -> (usize, usize) {
        support(y * self.v / self.v_max, y, self.smooth_down, count)
    }
}

fn support(near: usize, at: usize, smooth: bool, count: usize) -> (usize, usize) {
    match (smooth, at.is_multiple_of(2)) {
        (false, _) => (near, near),
        (true, true) => (near.saturating_sub(1), near),
        (true, false) => (near, (near + 1).min(count - 1)),
    }
}

/// Which of the two neighbours of a row is the further one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Neighbour {
    Before,
    After,
}

/// Twice as wide: libjpeg's `h2v1_fancy_upsample`.
fn across(near: &[u8], sums: &mut [u16], out: &mut [u8]) {
    sums.iter_mut().zip(near).for_each(|(sum, near)| *sum = u16::from(*near));
    widen::<2>(&sums[..near.len()], [1, 2], out);
}

/// Twice as wide and high: libjpeg's `h2v2_fancy_upsample`.
fn both(near: &[u8], far: &[u8], sums: &mut [u16], out: &mut [u8]) {
    for ((sum, near), far) in sums.iter_mut().zip(near).zip(far) {
        *sum = 3 * u16::from(*near) + u16::from(*far);
    }
    widen::<4>(&sums[..near.len()], [8, 7], out);
}

/// Two pixels a sum: three quarters of it and one of the neighbour to the left and to the right,
/// which at the edges is itself, with these added before they are shifted right by `SHIFT`. Sums are
/// at most 4 × 255.
fn widen<const SHIFT: u32>(sums: &[u16], [left, right]: [u16; 2], out: &mut [u8]) {
    let (Some(first), Some(last)) = (sums.first(), sums.last()) else { return };
    let mixed = |near: u16, far: u16, add: u16| ((3 * near + far + add) >> SHIFT) as u8;
    let Some((start, rest)) = out.split_first_mut() else { return };
    *start = mixed(*first, *first, left);
    let (between, end) = rest.as_chunks_mut::<2>();
    for (pair, (a, b)) in between.iter_mut().zip(sums.iter().zip(&sums[1..])) {
        *pair = [mixed(*a, *b, right), mixed(*b, *a, left)];
    }
    end.iter_mut().for_each(|end| *end = mixed(*last, *last, right));
}

/// Twice as high: libjpeg-turbo's `h1v2_fancy_upsample`.
fn down(near: &[u8], far: &[u8], which: Neighbour, out: &mut [u8]) {
    let bias = match which {
        Neighbour::Before => 1,
        Neighbour::After => 2,
    };
    for ((out, near), far) in out.iter_mut().zip(near).zip(far) {
        *out = ((3 * u16::from(*near) + u16::from(*far) + bias) >> 2) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_repeat_and_inner_samples_mix() {
        let mut out = [0; 6];
        across(&[0, 40, 80], &mut [0; 3], &mut out);
        assert_eq!(out, [0, 10, 30, 50, 70, 80]);
        both(&[0, 40, 80], &[0, 40, 80], &mut [0; 3], &mut out);
        assert_eq!(out, [0, 10, 30, 50, 70, 80]);
        down(&[10], &[20], Neighbour::Before, &mut out[..1]);
        assert_eq!(out[0], 12);
        down(&[10], &[20], Neighbour::After, &mut out[..1]);
        assert_eq!(out[0], 13);
    }

    #[test]
    fn what_libjpeg_repeats_is_repeated() {
        let narrow = Upsampling::new((1, 1), (2, 2), 2);
        assert_eq!(narrow.rows(3), (1, None));
        let quarter = Upsampling::new((1, 1), (4, 1), 9);
        let mut out = [0; 6];
        quarter.apply(&[1, 2], None, &mut [0; 2], &mut out);
        assert_eq!(out, [1, 1, 1, 1, 2, 2]);
        let smooth = Upsampling::new((1, 1), (2, 2), 3);
        assert_eq!(smooth.rows(2), (1, Some(Neighbour::Before)));
        assert_eq!((smooth.support_across(0, 3), smooth.support_across(5, 3)), ((0, 0), (2, 2)));
    }
}
