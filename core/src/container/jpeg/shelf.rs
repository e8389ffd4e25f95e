//! Tables and settings as a file defines them: what is in which slot, and what was never used.

use crate::container::jpeg::marker::Marker;
use crate::container::jpeg::tables::SLOTS;

/// A table, setting, frame or scan that nothing uses: `start..end` in bytes from the start of the
/// file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unused {
    pub(crate) marker: Marker,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// A table as the file defines it, and whether a scan uses it.
#[derive(Debug)]
pub(crate) struct Definition<T> {
    pub(crate) table: T,
    pub(crate) marker: Marker,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) used: bool,
}

/// Tables of one kind: all definitions, and which one is in each slot now.
#[derive(Debug)]
pub(crate) struct Shelf<T> {
    definitions: Vec<Definition<T>>,
    slots: [Option<usize>; SLOTS],
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Shelf { definitions: Vec::new(), slots: [None; SLOTS] }
    }
}

impl<T: Clone> Shelf<T> {
    pub(crate) fn define(&mut self, slot: usize, definition: Definition<T>) {
        if let Some(current) = self.slots.get_mut(slot) {
            *current = Some(self.definitions.len());
            self.definitions.push(definition);
        }
    }

    /// The table in `slot`.
    pub(crate) fn peek(&self, slot: usize) -> Option<&T> {
        Some(&self.definitions.get((*self.slots.get(slot)?)?)?.table)
    }

    /// The table in `slot`, which from now on counts as used.
    pub(crate) fn take(&mut self, slot: usize) -> Option<T> {
        let definition = self.definitions.get_mut((*self.slots.get(slot)?)?)?;
        definition.used = true;
        Some(definition.table.clone())
    }

    pub(crate) fn unused(self) -> impl Iterator<Item = Unused> {
        self.definitions.into_iter().filter(|d| !d.used).map(|d| Unused {
            marker: d.marker,
            start: d.start,
            end: d.end,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(table: u16, start: usize) -> Definition<u16> {
        Definition { table, marker: Marker::DRI, start, end: start + 6, used: false }
    }

    #[test]
    fn what_is_taken_counts_as_used_and_what_is_replaced_does_not() {
        let mut shelf = Shelf::default();
        shelf.define(0, definition(1, 10));
        shelf.define(0, definition(2, 20));
        shelf.define(3, definition(3, 30));
        shelf.define(4, definition(4, 40)); // no such slot
        assert_eq!((shelf.peek(0), shelf.peek(1)), (Some(&2), None));
        assert_eq!((shelf.take(0), shelf.take(1)), (Some(2), None));
        let unused: Vec<usize> = shelf.unused().map(|unused| unused.start).collect();
        assert_eq!(unused, [10, 30]);
    }
}
