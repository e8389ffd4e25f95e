//! Sets of colour indices, and tables that hold nothing but what is seen.

/// A set of colour indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Colours {
    low: u128,
    high: u128,
}

impl Colours {
    fn half(&mut self, index: u8) -> (&mut u128, u128) {
        let half = if index < 128 { &mut self.low } else { &mut self.high };
        (half, 1u128.rotate_left((index & 127).into()))
    }

    #[inline(always)]
    pub(super) fn add(&mut self, index: u8) {
        let (half, bit) = self.half(index);
        *half |= bit;
    }

    pub(super) fn take_out(&mut self, index: u8) {
        let (half, bit) = self.half(index);
        *half &= !bit;
    }

    pub(super) fn add_all(&mut self, other: &Colours) {
        self.low |= other.low;
        self.high |= other.high;
    }

    pub(super) fn has(mut self, index: u8) -> bool {
        let (half, bit) = self.half(index);
        *half & bit != 0
    }

    /// The lowest index that is not in the set.
    pub(super) fn first_missing(&self) -> Option<u8> {
        (0..=u8::MAX).find(|index| !self.has(*index))
    }
}

/// True if `table` is as small as it can be, given what pixels have and show, and what they have and
/// do not show, and holds no colour that is not shown.
pub(super) fn is_least(table: &[u8], shown: &Colours, unseen: &Colours) -> bool {
    let (entries, rest) = table.as_chunks::<3>();
    let black = |index: u8, entry: &[u8; 3]| shown.has(index) || *entry == [0; 3];
    let upper = entries.len() / 2;
    let needed = |index: u8| shown.has(index) || unseen.has(index);
    let numbered = || (0..=u8::MAX).zip(entries);
    rest.is_empty()
        && numbered().all(|(index, entry)| black(index, entry))
        && (entries.len() == 2 || numbered().skip(upper).any(|(index, _)| needed(index)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_hold_what_is_seen() {
        let mut shown = Colours::default();
        let mut unseen = Colours::default();
        shown.add(1);
        assert!(is_least(&[0, 0, 0, 9, 9, 9], &shown, &unseen));
        assert!(!is_least(&[0, 0, 1, 9, 9, 9], &shown, &unseen));
        let four = [0, 0, 0, 9, 9, 9, 0, 0, 0, 0, 0, 0];
        assert!(!is_least(&four, &shown, &unseen));
        unseen.add(3);
        assert!(is_least(&four, &shown, &unseen));
        shown.add(200);
        assert_eq!((shown.has(200), shown.has(201), shown.first_missing()), (true, false, Some(0)));
    }
}
