//! Colour tables, and which of their entries are needed: GIF89a, sections 19 and 21.

/// A set of colour indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Used([u64; 4]);

impl Used {
    #[inline(always)]
    pub(crate) fn insert(&mut self, index: u8) {
        if let Some(word) = self.0.get_mut(usize::from(index >> 6)) {
            *word |= 1 << (index & 63);
        }
    }

    pub(crate) fn contains(&self, index: u8) -> bool {
        self.0.get(usize::from(index >> 6)).is_some_and(|word| word >> (index & 63) & 1 == 1)
    }

    pub(crate) fn remove(&mut self, index: u8) {
        if let Some(word) = self.0.get_mut(usize::from(index >> 6)) {
            *word &= !(1 << (index & 63));
        }
    }

    pub(crate) fn union(&mut self, other: &Used) {
        self.0.iter_mut().zip(other.0).for_each(|(word, other)| *word |= other);
    }

    /// The indices, from the lowest on.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u8> + '_ {
        (0..=255).filter(|index| self.contains(*index))
    }

    /// The lowest index that is not in the set.
    pub(crate) fn lowest_free(&self) -> Option<u8> {
        (0..=255).find(|index| !self.contains(*index))
    }
}

/// A colour table as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Needed {
    /// The entries that can be seen.
    pub(crate) seen: Used,
    /// The entries that have to be there, seen or not.
    pub(crate) present: Used,
}

impl Needed {
    /// Adds what a frame needs: the indices `used` by its pixels, of which `transparent` is not seen.
    pub(crate) fn frame(&mut self, used: &Used, transparent: Option<u8>) {
        self.present.union(used);
        let mut seen = *used;
        if let Some(index) = transparent {
            seen.remove(index);
            self.present.insert(index);
        }
        self.seen.union(&seen);
    }

    /// Adds a colour that can be seen.
    pub(crate) fn colour(&mut self, index: u8) {
        self.seen.insert(index);
        self.present.insert(index);
    }

    /// How many bits an index of the table takes, less one: the smallest power of two of entries that
    /// holds every one of `table` that has to be there.
    pub(crate) fn size(&self, table: &[u8]) -> u8 {
        let entries = table.len() / 3;
        let highest = self.present.iter().filter(|index| usize::from(*index) < entries).last();
        let bits = 8u32.saturating_sub(highest.unwrap_or(0).leading_zeros());
        bits.saturating_sub(1) as u8
    }

    /// The entries of `table` that are written: those that nobody sees are black.
    pub(crate) fn entries<'t>(&'t self, table: &'t [u8]) -> impl Iterator<Item = [u8; 3]> + 't {
        let count = 2usize << self.size(table);
        let (entries, _) = table.as_chunks::<3>();
        (0u8..=255)
            .zip(entries)
            .take(count)
            .map(|(index, entry)| if self.seen.contains(index) { *entry } else { [0; 3] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_cut_to_what_is_needed() {
        let table: Vec<u8> = (1..=48).collect();
        let mut needed = Needed::default();
        assert_eq!(needed.size(&table), 0);
        let mut used = Used::default();
        [1, 4, 99].iter().for_each(|index| used.insert(*index));
        needed.frame(&used, Some(4));
        // 99 lies outside
        assert_eq!(needed.size(&table), 2);
        let entries: Vec<[u8; 3]> = needed.entries(&table).collect();
        assert_eq!(entries.len(), 8);
        assert_eq!(entries[1], [4, 5, 6]);
        assert!(entries.iter().enumerate().all(|(i, e)| i == 1 || *e == [0; 3]));
        needed.frame(&used, None);
        assert_eq!(needed.entries(&table).nth(4), Some([13, 14, 15]));
        needed.colour(15);
        assert_eq!(needed.size(&table), 3);
        assert_eq!(used.lowest_free(), Some(0));
    }
}
