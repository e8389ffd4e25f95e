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

    /// Of a code of `bits` bits, with its value if that is here. From the lowest bit on: six bits
    /// for how many bits to pass, five for how many places to go on, four for the size of a value
    /// that has to be read yet, and in the upper half the value.
    fn new(bits: u32, run: u32, size: u32, value: i32) -> Entry {
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

    /// What `entry` stands for, which the last look gave and which has no value: run and size. A
    /// code that the table has not counts as 17 bits and symbol 0, as libjpeg takes it.
    #[inline(always)]
    pub(crate) fn resolve(&self, entry: Entry, cursor: &mut Cursor) -> Entry {
        if entry == Entry::LONG { self.long(cursor) } else { entry }
    }

    /// Takes the next symbol.
    #[inline(always)]
    pub(crate) fn take(&self, cursor: &mut Cursor) -> Entry {
        let entry = self.look(cursor);
        self.resolve(entry, cursor)
    }

    #[cold]
    fn long(&self, cursor: &mut Cursor) -> Entry {
        let next = cursor.peek(16);
        let length = (SEEN + 1..=16).find(|length| next < self.ends[*length as usize]);
        let entry = match length {
            Some(length) => {
                let code = (next >> (16 - length)) as i32;
                let place = (code + self.places[length as usize]) as usize & 0xFF;
                let symbol = u32::from(self.symbols[place]);
                Entry::new(length, symbol >> 4, symbol & 0xF, 0)
            }
            None => {
                cursor.bad = true;
                Entry::new(17, 0, 0, 0)
            }
        };
        cursor.pass(entry.0);
        entry
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
