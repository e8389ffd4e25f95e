//! Filters: section 9. Bytes are predicted from those of the pixel to the left, above, and both.

use zeroize::Zeroizing;

/// How many filters there are.
pub(crate) const FILTERS: u8 = 5;

/// The predictor of Paeth, of bytes: section 9.4. What is nearest to left + above − corner is the
/// smaller or the larger of left and above if the corner is further up or down than a third of the way
/// between them, and else the corner.
#[inline(always)]
fn paeth(left: i16, above: i16, corner: i16) -> i16 {
    let bound = 3 * corner - (left + above);
    let (low, high) = (left.min(above), left.max(above));
    let other = if high <= bound { low } else { corner };
    if bound <= low { high } else { other }
}

/// Undoes `filter` in `row`; `above` is the row before, or zeros, and as long. Pixels are `step` bytes
/// apart.
pub(crate) fn undo(filter: u8, row: &mut [u8], above: &[u8], step: usize) {
    match filter {
        1 => match step {
            1 => undo_sub::<1>(row),
            2 => undo_sub::<2>(row),
            3 => undo_sub::<3>(row),
            4 => undo_sub::<4>(row),
            6 => undo_sub::<6>(row),
            _ => undo_sub::<8>(row),
        },
        2 => row.iter_mut().zip(above).for_each(|(x, b)| *x = x.wrapping_add(*b)),
        3 => match step {
            1 => undo_average::<1>(row, above),
            2 => undo_average::<2>(row, above),
            3 => undo_average::<3>(row, above),
            4 => undo_average::<4>(row, above),
            6 => undo_average::<6>(row, above),
            _ => undo_average::<8>(row, above),
        },
        4 => match step {
            1 => undo_paeth::<1>(row, above),
            2 => undo_paeth::<2>(row, above),
            3 => undo_paeth::<3>(row, above),
            4 => undo_paeth::<4>(row, above),
            6 => undo_paeth::<6>(row, above),
            _ => undo_paeth::<8>(row, above),
        },
        _ => {}
    }
}

// Rows are whole pixels wherever these have more than one byte. What stands to the left is kept in
// lanes that compilers hold in one vector register, and only copied from there.

fn undo_sub<const N: usize>(row: &mut [u8]) {
    let mut left = [0u8; N];
    for pixel in row.as_chunks_mut::<N>().0 {
        for i in 0..N {
            left[i] = left[i].wrapping_add(pixel[i]);
        }
        *pixel = left;
    }
}

fn undo_average<const N: usize>(row: &mut [u8], above: &[u8]) {
    let mut left = [0u16; N];
    for (pixel, above) in row.as_chunks_mut::<N>().0.iter_mut().zip(above.as_chunks::<N>().0) {
        for i in 0..N {
            left[i] = (u16::from(pixel[i]) + (left[i] + u16::from(above[i])) / 2) & 0xFF;
        }
        for i in 0..N {
            pixel[i] = left[i] as u8;
        }
    }
}

fn undo_paeth<const N: usize>(row: &mut [u8], above: &[u8]) {
    let (mut left, mut corner) = ([0i16; N], [0i16; N]);
    for (pixel, above) in row.as_chunks_mut::<N>().0.iter_mut().zip(above.as_chunks::<N>().0) {
        for i in 0..N {
            let up = i16::from(above[i]);
            left[i] = (i16::from(pixel[i]) + paeth(left[i], up, corner[i])) & 0xFF;
            corner[i] = up;
        }
        for i in 0..N {
            pixel[i] = left[i] as u8;
        }
    }
}

/// Filters `row` by `filter` into `out`; all three are of one length, and at least `step` bytes long.
pub(crate) fn apply(filter: u8, row: &[u8], above: &[u8], step: usize, out: &mut [u8]) {
    let step = step.min(row.len());
    let left = &row[..row.len() - step];
    let (first, rest) = out.split_at_mut(step);
    let later = row[step..].iter().zip(rest);
    match filter {
        1 => {
            first.copy_from_slice(&row[..step]);
            later.zip(left).for_each(|((x, out), a)| *out = x.wrapping_sub(*a));
        }
        2 => {
            let all = out.iter_mut().zip(row).zip(above);
            all.for_each(|((out, x), b)| *out = x.wrapping_sub(*b));
        }
        3 => {
            let start = first.iter_mut().zip(row).zip(above);
            start.for_each(|((out, x), b)| *out = x.wrapping_sub(*b / 2));
            for (((x, out), a), b) in later.zip(left).zip(&above[step..]) {
                *out = x.wrapping_sub(((u16::from(*a) + u16::from(*b)) / 2) as u8);
            }
        }
        4 => {
            // left and corner are zero, so that above is nearest
            let start = first.iter_mut().zip(row).zip(above);
            start.for_each(|((out, x), b)| *out = x.wrapping_sub(*b));
            let predicted = left.iter().zip(&above[step..]).zip(&above[..above.len() - step]);
            for ((x, out), ((a, b), c)) in later.zip(predicted) {
                *out = x.wrapping_sub(paeth(i16::from(*a), i16::from(*b), i16::from(*c)) as u8);
            }
        }
        _ => out.copy_from_slice(row),
    }
}

/// The sum of what is left after filtering, as signed numbers without their sign.
fn weight(filtered: &[u8]) -> u64 {
    // 64 times 128 fits
    let part = |part: &[u8]| -> u64 {
        u64::from(part.iter().map(|x| u16::from((*x as i8).unsigned_abs())).sum::<u16>())
    };
    filtered.chunks(64).map(part).sum()
}

/// Chooses a filter for each row: that which leaves least (section 12.7), the first of several; none
/// where a pixel takes less than a byte or is an entry of a colour table.
#[derive(Debug)]
pub(crate) struct Chooser {
    step: usize,
    choose: bool,
    above: Zeroizing<Vec<u8>>,
    best: Zeroizing<Vec<u8>>,
    tried: Zeroizing<Vec<u8>>,
}

impl Chooser {
    /// For rows of `bytes` bytes.
    pub(crate) fn new(bytes: usize, step: usize, choose: bool) -> Chooser {
        let room = || Zeroizing::new(vec![0; if choose { bytes } else { 0 }]);
        Chooser { step, choose, above: room(), best: room(), tried: room() }
    }

    /// The filter for the next row, and the row filtered by it.
    pub(crate) fn filter<'a>(&'a mut self, row: &'a [u8]) -> (u8, &'a [u8]) {
        if !self.choose {
            return (0, row);
        }
        let (mut filter, mut least) = (0, weight(row));
        self.best.copy_from_slice(row);
        for other in 1..FILTERS {
            apply(other, row, &self.above, self.step, &mut self.tried);
            let weight = weight(&self.tried);
            if weight < least {
                (filter, least) = (other, weight);
                std::mem::swap(&mut self.best, &mut self.tried);
            }
        }
        self.above.copy_from_slice(row);
        (filter, &self.best)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_filtered_comes_back(
            rows in proptest::collection::vec(any::<u8>(), 48..400),
            step in proptest::sample::select(vec![1usize, 2, 3, 4, 6, 8]),
        ) {
            let width = rows.len() / 2 / step * step;
            let (above, row) = (&rows[..width], &rows[width..2 * width]);
            for filter in 0..FILTERS {
                let mut there = vec![0; width];
                apply(filter, row, above, step, &mut there);
                undo(filter, &mut there, above, step);
                prop_assert_eq!(&there, row, "{}", filter);
            }
        }
    }

    #[test]
    fn the_predictor_is_that_of_the_standard() {
        for (a, b) in (0..=255i16).flat_map(|a| (0..=255i16).map(move |b| (a, b))) {
            for c in (0..=255i16).step_by(3).chain([1, 254]) {
                let guess = a + b - c;
                let [to_a, to_b, to_c] = [a, b, c].map(|x| (guess - x).abs());
                let nearest = if to_a <= to_b && to_a <= to_c {
                    a
                } else if to_b <= to_c {
                    b
                } else {
                    c
                };
                assert_eq!(paeth(a, b, c), nearest, "{a} {b} {c}");
            }
        }
    }

    #[test]
    fn the_filter_that_leaves_least_is_chosen() {
        let mut chooser = Chooser::new(6, 1, true);
        assert_eq!(chooser.filter(&[9, 9, 9, 9, 9, 9]), (1, &[9, 0, 0, 0, 0, 0][..]));
        assert_eq!(chooser.filter(&[9, 9, 9, 9, 9, 9]), (2, &[0; 6][..]));
        assert_eq!(chooser.filter(&[0; 6]), (0, &[0; 6][..]));
        let mut plain = Chooser::new(6, 1, false);
        assert_eq!(plain.filter(&[9; 6]), (0, &[9; 6][..]));
    }
}
