//! Which bytes of a file something refers to.

/// The most runs that are held.
const MOST: usize = 1 << 18;

/// The bytes of a file that something refers to, run by run.
#[derive(Debug)]
pub(super) struct Cover {
    length: usize,
    runs: Vec<(usize, usize)>,
    /// Where something starts of which nothing says how long it is.
    open: Vec<usize>,
    full: bool,
}

impl Cover {
    pub(super) fn new(length: usize) -> Cover {
        Cover { length, runs: Vec::new(), open: Vec::new(), full: false }
    }

    /// Adds `length` bytes from `start`, as far as the file goes.
    pub(super) fn add(&mut self, start: u64, length: u64) {
        let bound = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(self.length);
        let (start, end) = (bound(start), bound(start.saturating_add(length)));
        let count = self.runs.len();
        match self.runs.last_mut() {
            Some((_, last)) if *last == start => *last = end,
            _ if count >= MOST => self.full = true,
            _ => self.runs.push((start, end)),
        }
    }

    /// Adds what starts at `start` and goes to the next run.
    pub(super) fn add_open(&mut self, start: u64) {
        match usize::try_from(start) {
            Ok(start) if self.open.len() < MOST => self.open.push(start),
            _ => {}
        }
    }

    /// The runs of bytes that nothing refers to; none if there are too many to tell.
    pub(super) fn gaps(&self) -> Vec<(usize, usize)> {
        let mut runs = self.runs.clone();
        runs.sort_unstable();
        let mut gaps = Vec::new();
        let mut at = 0usize;
        for (start, end) in runs {
            if start > at {
                gaps.push((at, start));
            }
            at = at.max(end);
        }
        if at < self.length {
            gaps.push((at, self.length));
        }
        let mut open = self.open.clone();
        open.sort_unstable();
        for gap in &mut gaps {
            let first = open.partition_point(|open| *open < gap.0);
            gap.1 = open.get(first).map_or(gap.1, |open| gap.1.min(*open));
        }
        gaps.retain(|(start, end)| start < end && !self.full);
        gaps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_what_nothing_refers_to() {
        let mut cover = Cover::new(100);
        cover.add(50, 10);
        cover.add(0, 8);
        cover.add(60, u64::MAX);
        cover.add(5, 10);
        assert_eq!(cover.gaps(), [(15, 50)]);
        cover.add_open(20);
        assert_eq!(cover.gaps(), [(15, 20)]);
        assert_eq!(Cover::new(3).gaps(), [(0, 3)]);
    }
}
