//! Resampling of one plane along its axes: the average over the area of each new pixel.

use std::collections::VecDeque;

use zeroize::Zeroizing;

/// Which samples make each new one, and with which weights that sum to 1.
///
/// New samples that are no smaller than old ones are averages over their area, with fractions of
/// samples at both ends: an exact box filter. Smaller ones (of components that the source holds at a
/// lower resolution than asked for) are interpolated linearly between the centres of the old ones.
/// Centres align either way, so nothing shifts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Spans {
    /// For each new sample its first old one.
    firsts: Vec<usize>,
    /// `taps` a new sample, filled up with zeros.
    weights: Vec<f32>,
    taps: usize,
}

impl Spans {
    /// New samples that cover `bounds[i]..bounds[i + 1]` each, in units of old samples, of which
    /// there are `count` (at least 1). Bounds ascend.
    pub(crate) fn new(bounds: &[f64], count: usize) -> Spans {
        let last = count - 1;
        // the new samples are of one size, but for what the end cuts off
        let averages = bounds.windows(2).any(|pair| pair[1] - pair[0] >= 1.0 - 1e-9);
        let of = if averages { area } else { between };
        let spans: Vec<(usize, Vec<f64>)> =
            bounds.windows(2).map(|pair| of(pair[0], pair[1], last)).collect();
        let taps = spans.iter().map(|(_, weights)| weights.len()).max().unwrap_or(1);
        let mut firsts = Vec::with_capacity(spans.len());
        let mut weights = vec![0.0; spans.len() * taps];
        for ((first, of_one), weights) in spans.iter().zip(weights.chunks_exact_mut(taps)) {
            // a window of zeros may not reach past the end
            let moved = (*first).min(count.saturating_sub(taps));
            let sum: f64 = of_one.iter().sum();
            for (weight, of_one) in weights[first - moved..].iter_mut().zip(of_one) {
                *weight = (of_one / sum) as f32;
            }
            firsts.push(moved);
        }
        Spans { firsts, weights, taps }
    }

    /// How many new samples there are.
    pub(crate) fn len(&self) -> usize {
        self.firsts.len()
    }

    /// The old samples that count for the new sample `index`: first and last.
    pub(crate) fn support(&self, index: usize) -> (usize, usize) {
        let weights = self.weights(index);
        let counts = |weight: &f32| *weight != 0.0;
        let first = weights.iter().position(counts).unwrap_or(0);
        let last = weights.iter().rposition(counts).unwrap_or(0);
        (self.firsts[index] + first, self.firsts[index] + last)
    }

    /// How much the old sample `old` counts for the new sample `index`, in whose support it is.
    fn weight(&self, index: usize, old: usize) -> f32 {
        self.weights(index)[old - self.firsts[index]]
    }

    fn weights(&self, index: usize) -> &[f32] {
        &self.weights[index * self.taps..][..self.taps]
    }

    /// Makes a row of new samples of a row of old ones.
    fn apply(&self, old: &[f32], new: &mut [f32]) {
        match self.taps {
            1 => self.apply_taps::<1>(old, new),
            2 => self.apply_taps::<2>(old, new),
            3 => self.apply_taps::<3>(old, new),
            4 => self.apply_taps::<4>(old, new),
            taps => {
                let all = self.firsts.iter().zip(self.weights.chunks_exact(taps));
                for (new, (first, weights)) in new.iter_mut().zip(all) {
                    let old = &old[*first..][..taps];
                    *new = old.iter().zip(weights).map(|(old, weight)| old * weight).sum();
                }
            }
        }
    }

    /// The same for a number of taps that is known here.
    fn apply_taps<const TAPS: usize>(&self, old: &[f32], new: &mut [f32]) {
        let (weights, _) = self.weights.as_chunks::<TAPS>();
        for (new, (first, weights)) in new.iter_mut().zip(self.firsts.iter().zip(weights)) {
            let old = &old[*first..][..TAPS];
            let mut sum = 0.0;
            for tap in 0..TAPS {
                sum += old[tap] * weights[tap];
            }
            *new = sum;
        }
    }
}

/// The weights of all old samples from 0 to `last` that `start..end` covers.
fn area(start: f64, end: f64, last: usize) -> (usize, Vec<f64>) {
    let first = (start.max(0.0).floor() as usize).min(last);
    let beyond = (end.ceil().max(0.0) as usize).clamp(first + 1, last + 1);
    let covered = |i: usize| end.min((i + 1) as f64) - start.max(i as f64);
    let weights: Vec<f64> = (first..beyond).map(covered).collect();
    // what rounding of the bounds left over is no part of the picture
    let kept = |weight: &f64| *weight > 1e-6;
    let skipped = weights.iter().position(kept).unwrap_or(0);
    let end = weights.iter().rposition(kept).map_or(1, |at| at + 1);
    match weights.get(skipped..end) {
        Some(kept) if !kept.is_empty() => (first + skipped, kept.to_vec()),
        _ => (first, vec![1.0]),
    }
}

/// The weights of the two old samples whose centres the middle of `start..end` lies between.
fn between(start: f64, end: f64, last: usize) -> (usize, Vec<f64>) {
    let position = ((start + end) / 2.0 - 0.5).clamp(0.0, last as f64);
    let first = position.floor() as usize;
    let part = position - first as f64;
    match first < last && part > 1e-6 {
        true => (first, vec![1.0 - part, part]),
        false => (first, vec![1.0]),
    }
}

/// Takes the rows of one plane and gives those of the resampled one, each as soon as it is complete.
#[derive(Debug)]
pub(crate) struct PlaneScaler {
    across: Spans,
    down: Spans,
    /// Samples in an old row.
    width: usize,
    /// How many old rows have come.
    taken: usize,
    /// New rows that are begun, at old width: number n in place n modulo their count.
    sums: Vec<Row>,
    /// How many new rows are complete.
    complete: usize,
    /// Complete rows that nobody has taken away.
    ready: VecDeque<Row>,
    /// Rows to be used again.
    spare: Vec<Row>,
}

/// A row of samples, wiped on drop.
type Row = Zeroizing<Vec<f32>>;

fn row(width: usize) -> Row {
    Zeroizing::new(vec![0.0; width])
}

impl PlaneScaler {
    /// From rows of `width` samples by the spans of both axes.
    pub(crate) fn new(width: usize, across: Spans, down: Spans) -> PlaneScaler {
        let open = most_open(&down);
        PlaneScaler {
            across,
            down,
            width,
            taken: 0,
            sums: (0..open).map(|_| row(width)).collect(),
            complete: 0,
            ready: VecDeque::new(),
            spare: Vec::new(),
        }
    }

    /// Which old samples each new one is made of.
    pub(crate) fn spans(&self) -> (&Spans, &Spans) {
        (&self.across, &self.down)
    }

    /// Takes in the next old row, of at least as many samples as a row has.
    pub(crate) fn push(&mut self, old: &[f32]) {
        let old = &old[..self.width];
        let open = self.sums.len();
        for index in self.complete..self.down.len() {
            let (first, last) = self.down.support(index);
            if first > self.taken {
                break;
            }
            let weight = self.down.weight(index, self.taken);
            let sums = &mut self.sums[index % open];
            if first == self.taken {
                sums.iter_mut().zip(old).for_each(|(sum, old)| *sum = old * weight);
            } else {
                sums.iter_mut().zip(old).for_each(|(sum, old)| *sum += old * weight);
            }
            if last == self.taken {
                let mut new = self.spare.pop().unwrap_or_else(|| row(self.across.len()));
                self.across.apply(&self.sums[index % open], &mut new);
                self.ready.push_back(new);
                self.complete = index + 1;
            }
        }
        self.taken += 1;
    }

    /// The first complete row that was not taken away.
    pub(crate) fn front(&self) -> Option<&[f32]> {
        self.ready.front().map(|row| row.as_slice())
    }

    /// Takes it away.
    pub(crate) fn pop(&mut self) {
        self.spare.extend(self.ready.pop_front());
    }
}

/// The most new samples that are begun and not complete at a time.
fn most_open(spans: &Spans) -> usize {
    let (mut beyond, mut most) = (0, 1);
    for index in 0..spans.len() {
        let (_, last) = spans.support(index);
        while beyond < spans.len() && spans.support(beyond).0 <= last {
            beyond += 1;
        }
        most = most.max(beyond - index);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bounds(start: f64, length: f64, count: usize) -> Vec<f64> {
        (0..=count).map(|i| start + length * i as f64 / count as f64).collect()
    }

    /// The average of a step function over `start..end`.
    fn average(samples: &[f64], start: f64, end: f64) -> f64 {
        let covered = |i: usize| (end.min((i + 1) as f64) - start.max(i as f64)).max(0.0);
        let sum: f64 = samples.iter().enumerate().map(|(i, s)| s * covered(i)).sum();
        sum / (end - start)
    }

    proptest! {
        #[test]
        fn every_new_sample_is_the_average_of_its_area(
            old in prop::collection::vec(prop::collection::vec(0u8..=255, 40), 30),
            left in 0.0f64..5.0, top in 0.0f64..5.0, wide in 1usize..30, high in 1usize..20,
        ) {
            let (across, down) = (bounds(left, 40.0 - 2.0 * left, wide), bounds(top, 30.0 - 2.0 * top, high));
            let mut scaler = PlaneScaler::new(40, Spans::new(&across, 40), Spans::new(&down, 30));
            for row in &old {
                scaler.push(&row.iter().map(|s| f32::from(*s)).collect::<Vec<_>>());
            }
            for y in 0..high {
                let columns: Vec<f64> = (0..40).map(|x| {
                    let column: Vec<f64> = old.iter().map(|row| f64::from(row[x])).collect();
                    average(&column, down[y], down[y + 1])
                }).collect();
                let new = scaler.front().unwrap();
                prop_assert_eq!(new.len(), wide);
                for x in 0..wide {
                    let exact = average(&columns, across[x], across[x + 1]);
                    prop_assert!((f64::from(new[x]) - exact).abs() < 0.001, "{} {}", new[x], exact);
                }
                scaler.pop();
            }
            prop_assert!(scaler.front().is_none());
        }

        #[test]
        fn what_is_symmetric_stays_so(
            half in prop::collection::vec(0u8..=255, 1..40), odd in any::<bool>(), count in 1usize..200,
        ) {
            let mut samples: Vec<f32> = half.iter().map(|s| f32::from(*s)).collect();
            samples.extend(half.iter().rev().skip(usize::from(odd)).map(|s| f32::from(*s)));
            // smaller, the same or larger
            let spans = Spans::new(&bounds(0.0, samples.len() as f64, count), samples.len());
            let mut new = vec![0.0; count];
            spans.apply(&samples, &mut new);
            for x in 0..count {
                prop_assert!((new[x] - new[count - 1 - x]).abs() < 0.001);
                prop_assert!((0.0..=255.01).contains(&new[x]));
            }
            if count == samples.len() {
                prop_assert_eq!(new, samples);
            }
        }
    }

    #[test]
    fn twice_as_many_are_what_libjpegs_triangle_gives() {
        let spans = Spans::new(&bounds(0.0, 3.0, 6), 3);
        let mut new = [0.0; 6];
        spans.apply(&[0.0, 40.0, 80.0], &mut new);
        assert_eq!(new, [0.0, 10.0, 30.0, 50.0, 70.0, 80.0]);
    }
}
