//! Where the sections of a frame are: ISO/IEC 18181-1, F.3.

use std::ops::Range;

use crate::Error;
use crate::container::jxl::bits::BitReader;
use crate::container::jxl::entropy::{Budget, Decoder};
use crate::container::jxl::fields::Way::Bits;
use crate::container::jxl::fields::{Coder, Ways};

const LENGTH: Ways = [Bits(10, 0), Bits(14, 1_024), Bits(22, 17_408), Bits(30, 4_211_712)];

/// The contexts of a permutation.
const CONTEXTS: usize = 8;

/// The sections of a frame.
#[derive(Debug)]
pub(crate) struct Toc {
    /// Where each is in the codestream, in the order that the standard numbers them in.
    pub(crate) sections: Vec<Range<usize>>,
    /// Where the last of them ends.
    pub(crate) end: usize,
}

/// Reads the table of `count` sections, which follow it. `left` is how many bytes there are.
pub(super) fn read(
    reader: &mut BitReader<'_>,
    count: u64,
    left: usize,
    budget: &mut Budget,
) -> Result<Toc, Error> {
    // the shortest entry has 12 bits
    let fits = count.checked_mul(12).is_some_and(|bits| bits / 8 <= left as u64);
    let count = usize::try_from(count).ok().filter(|_| fits);
    let count =
        count.ok_or_else(|| reader.fault("a frame of more sections than there are bytes"))?;
    let permuted = reader.bit()?;
    let order = if permuted { permutation(reader, count, budget)? } else { (0..count).collect() };
    reader.align();
    let mut lengths = Vec::with_capacity(count);
    for _ in 0..count {
        let mut length = 0;
        reader.number(&LENGTH, &mut length)?;
        lengths.push(length);
    }
    let mut at = reader.align();
    let mut stored: Vec<Range<usize>> = Vec::with_capacity(count);
    for length in lengths {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let end = at.checked_add(length);
        let end = end.ok_or_else(|| reader.fault("a section that is longer than memory"))?;
        stored.push(at..end);
        at = end;
    }
    let sections = order.iter().filter_map(|place| stored.get(*place).cloned()).collect();
    Ok(Toc { sections, end: at })
}

/// Writes the table of sections that follow it in their order.
pub(super) fn write(
    writer: &mut super::bits::BitWriter,
    lengths: impl Iterator<Item = usize>,
) -> Result<(), Error> {
    writer.bool(&mut false)?;
    writer.align();
    for length in lengths {
        let length = u32::try_from(length).ok();
        let mut length = length.ok_or_else(|| writer.fault("a section that is too long"))?;
        writer.number(&LENGTH, &mut length)?;
    }
    writer.align();
    Ok(())
}

/// The order of `count` things, by their Lehmer code: F.3.2.
fn permutation(
    reader: &mut BitReader<'_>,
    count: usize,
    budget: &mut Budget,
) -> Result<Vec<usize>, Error> {
    let mut decoder = Decoder::read(reader, CONTEXTS, budget)?;
    let context = |value: usize| {
        let bits = usize::BITS.saturating_sub(value.leading_zeros());
        usize::try_from(bits).unwrap_or(CONTEXTS).min(CONTEXTS - 1)
    };
    let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let told = size(decoder.number(reader, context(count), budget)?);
    if told > count {
        return Err(reader.fault("an impossible order of sections"));
    }
    let mut left = Left::new(count);
    let mut order = Vec::with_capacity(count);
    let mut code = 0usize;
    for _ in 0..told {
        code = size(decoder.number(reader, context(code), budget)?);
        let place = left.take(code);
        order.push(place.ok_or_else(|| reader.fault("an impossible order of sections"))?);
    }
    decoder.finish(reader)?;
    while let Some(place) = left.take(0) {
        order.push(place);
    }
    Ok(order)
}

/// Which of some things are left, so that the n-th of them is found in few steps: a binary indexed
/// tree of counts.
struct Left {
    counts: Vec<usize>,
    left: usize,
}

impl Left {
    fn new(count: usize) -> Left {
        // each place of the tree counts as many things as its lowest bit says
        let counts = (0..=count).map(|at| at & at.wrapping_neg()).collect();
        Left { counts, left: count }
    }

    /// Takes away what has `before` others before it.
    fn take(&mut self, before: usize) -> Option<usize> {
        if before >= self.left {
            return None;
        }
        let (mut at, mut rest) = (0usize, before);
        let mut step = self.counts.len().next_power_of_two();
        while step > 0 {
            let next = at.saturating_add(step);
            match self.counts.get_mut(next) {
                Some(count) if *count <= rest => {
                    rest = rest.saturating_sub(*count);
                    at = next;
                }
                // what is taken is among these
                Some(count) => *count = count.saturating_sub(1),
                None => {}
            }
            step /= 2;
        }
        self.left = self.left.saturating_sub(1);
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_taken_by_their_place_among_those_left() {
        for count in [0usize, 1, 2, 3, 7, 8, 9, 100] {
            for seed in 0..5usize {
                let (mut left, mut plain) = (Left::new(count), (0..count).collect::<Vec<_>>());
                let mut state = seed;
                while !plain.is_empty() {
                    state = (state * 1_103_515_245 + 12_345) & 0x7FFF_FFFF;
                    let place = state / 7 % plain.len();
                    assert_eq!(left.take(plain.len()), None);
                    assert_eq!(left.take(place), Some(plain.remove(place)));
                }
                assert_eq!(left.take(0), None);
            }
        }
    }
}
