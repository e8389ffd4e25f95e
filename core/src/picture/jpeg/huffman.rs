//! Huffman tables for decoding: T.81, annex C and section F.2.2.3.

use crate::container::jpeg::HuffmanTable;
use crate::picture::jpeg::bits::Cursor;

/// How many bits one look sees.
const SEEN: u32 = 10;

/// What a look tells of a symbol (run and size: T.81, F.1.2.2.1), and the value if the look has
/// seen all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry(u32);

impl Entry {
    /// The code is longer than what a look sees, or there is none.
    const LONG: Entry = Entry(0);
    /// There is no such code. It counts as 17 bits and symbol 0, as libjpeg takes it.
    const NONE: Entry = Entry::new(17, 0, 0, 0);

    /// Of a code of `bits` bits, with its value if that is here. From the lowest bit on: six bits
    /// for how many bits to pass, five for how many places to go on, four for the size of a value
    /// that has to be read yet, and in the upper half the value.
    const fn new(bits: u32, run: u32, size: u32, value: i32) -> Entry {
        Entry(bits | (run + 1) << 6 | size << 11 | (value as u32) << 16)
    }

    /// The value; 0 if it has to be read yet, or if there is none.
    #[inline(always)]
    pub(crate) fn value(self) -> i32 {
        self.0 as i32 >> 16
    }

    /// How many places of the zigzag order it takes: the zeros and the value. At most 31 for the
    /// compiler, at most 16 in truth.
    #[inline(always)]
    pub(crate) fn places(self) -> usize {
        (self.0 >> 6 & 0x1F) as usize
    }

    /// The upper half of the symbol, of an entry that is not [`Entry::LONG`].
    #[inline(always)]
    pub(crate) fn run(self) -> u32 {
        (self.0 >> 6 & 0x1F) - 1
    }

    /// The lower half of the symbol: how many bits the value takes that have to be read yet.
    #[inline(always)]
    pub(crate) fn size(self) -> u32 {
        self.0 >> 11 & 0xF
    }
}

/// A table that gives symbols, run and size, and most values with them.
#[derive(Debug)]
pub(crate) struct Table {
    seen: [Entry; 1 << SEEN],
    /// For each length: the first 16 bits that stand behind all codes up to this length.
    ends: [u32; 17],
    /// For each length: what has to be added to a code for the place of its symbol.
    places: [i32; 17],
    symbols: [u8; 256],
}

impl Table {
    /// From a table that is usable; the symbols of a DC table are sizes, 0 to 15. `values` is true
    /// if as many bits as the size says follow each code.
    pub(crate) fn new(table: &HuffmanTable, values: bool) -> Box<Table> {
        let mut built = Box::new(Table {
            seen: [Entry::LONG; 1 << SEEN],
            ends: [0; 17],
            places: [0; 17],
            symbols: [0; 256],
        });
        for (place, symbol) in built.symbols.iter_mut().zip(&table.symbols) {
            *place = *symbol;
        }
        let (mut code, mut place) = (0u32, 0u32);
        for (length, count) in (1..=16u32).zip(table.counts) {
            built.places[length as usize] = place as i32 - code as i32;
            for _ in 0..count {
                if length <= SEEN {
                    let symbol = built.symbols[place as usize & 0xFF];
                    fill(&mut built.seen, code, length, symbol, values);
                }
                code += 1;
                place += 1;
            }
            // a usable table has no more codes than fit: code is at most 2^length
            built.ends[length as usize] = code << (16 - length);
            code <<= 1;
        }
        built
    }

    /// Looks at the next symbol and passes what is seen of it.
    #[inline(always)]
    pub(crate) fn look(&self, cursor: &mut Cursor) -> Entry {
        let entry = self.seen[cursor.peek(SEEN) as usize];
        cursor.pass(entry.0);
        entry
    }

    /// What `entry` stands for, which the last look gave and which has no value: run and size.
    #[inline(always)]
    pub(crate) fn resolve(&self, entry: Entry, cursor: &mut Cursor) -> Entry {
        if entry != Entry::LONG {
            return entry;
        }
        let entry = self.long(cursor.peek(16));
        cursor.bad |= entry == Entry::NONE;
        cursor.pass(entry.0);
        entry
    }

    /// Takes the next symbol.
    #[inline(always)]
    pub(crate) fn take(&self, cursor: &mut Cursor) -> Entry {
        let entry = self.look(cursor);
        self.resolve(entry, cursor)
    }

    /// The symbol whose code the 16 bits `next` begin with.
    #[cold]
    #[inline(never)]
    fn long(&self, next: u32) -> Entry {
        let length = (SEEN + 1..=16).find(|length| next < self.ends[*length as usize]);
        let Some(length) = length else { return Entry::NONE };
        let code = (next >> (16 - length)) as i32;
        let place = (code + self.places[length as usize]) as usize & 0xFF;
        let symbol = u32::from(self.symbols[place]);
        Entry::new(length, symbol >> 4, symbol & 0xF, 0)
    }
}

/// Enters all looks that begin with `code`.
fn fill(seen: &mut [Entry; 1 << SEEN], code: u32, length: u32, symbol: u8, values: bool) {
    let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 0xF));
    let unseen = SEEN - length;
    for rest in 0..1u32 << unseen {
        let entry = if values && size > 0 && size <= unseen {
            let mut behind = Cursor::of(u64::from(rest) << (64 - unseen));
            Entry::new(length + size, run, 0, behind.value(size))
        } else {
            Entry::new(length, run, size, 0)
        };
        seen[(code << unseen | rest) as usize] = entry;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The code of the symbol at `place`, and its length: T.81, annex C.
    fn code(table: &HuffmanTable, place: usize) -> (u64, u32) {
        let (mut code, mut before) = (0, 0);
        for (length, count) in (1..).zip(table.counts.map(usize::from)) {
            if place < before + count {
                return (code + (place - before) as u64, length);
            }
            before += count;
            code = (code + count as u64) << 1;
        }
        panic!("no such place");
    }

    proptest! {
        #[test]
        fn every_symbol_is_found_with_its_value(
            wished in prop::array::uniform16(0u8..20),
            symbols in Just((0..=255).collect::<Vec<u8>>()).prop_shuffle(),
            values: bool,
            rest: u64,
        ) {
            // as many codes as fit
            let mut free = 1u32;
            let counts = wished.map(|count| {
                let count = u32::from(count).min(free * 2);
                free = free * 2 - count;
                count as u8
            });
            let total = counts.iter().map(|count| usize::from(*count)).sum::<usize>().min(256);
            let table = HuffmanTable { counts, symbols: symbols[..total].to_vec() };
            let built = Table::new(&table, values);
            for (place, symbol) in table.symbols.iter().enumerate() {
                let (code, length) = code(&table, place);
                let bits = code << (64 - length) | rest >> length;
                let mut cursor = Cursor::of(bits);
                let entry = built.take(&mut cursor);
                prop_assert_eq!(entry.run(), u32::from(symbol >> 4));
                let size = u32::from(symbol & 0xF);
                let mut behind = Cursor::of(bits << length);
                let value = if values && size > 0 { behind.value(size) } else { 0 };
                prop_assert!(!cursor.bad);
                match entry.value() {
                    0 => {
                        prop_assert_eq!(entry.size(), size);
                        if value != 0 {
                            prop_assert_eq!(cursor.value(size), value);
                        }
                    }
                    seen => prop_assert_eq!(seen, value),
                }
                // both have passed the same
                prop_assert_eq!(cursor.peek(16), behind.peek(16));
            }
            if free > 0 {
                let mut cursor = Cursor::of(u64::MAX);
                let entry = built.take(&mut cursor);
                prop_assert!(cursor.bad && entry == Entry::NONE);
            }
        }
    }
}
