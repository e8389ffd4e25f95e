//! Tables that decode the codes of deflate: RFC 1951, section 3.2.

/// What the next bits of a stream stand for.
///
/// Bits 0 to 4: how many bits the code takes; 5 and 6: how many literals it is, which stand in bits 16
/// to 23 and 24 to 31; 7: a match of a length or distance from bits 16 to 31 on, to which as many more
/// bits are added as bits 8 to 11 say; 12: the end of the block; 13: a longer code, whose entries start
/// at bits 16 to 31. Zero stands for nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Entry(u32);

const ONE: u32 = 1 << 5;
const MATCH: u32 = 1 << 7;
const END: u32 = 1 << 12;
const LONG: u32 = 1 << 13;

impl Entry {
    #[inline(always)]
    pub(super) fn bits(self) -> u32 {
        self.0 & 0x1F
    }

    #[inline(always)]
    pub(super) fn literals(self) -> u32 {
        self.0 >> 5 & 3
    }

    #[inline(always)]
    pub(super) fn first(self) -> u8 {
        (self.0 >> 16) as u8
    }

    #[inline(always)]
    pub(super) fn second(self) -> u8 {
        (self.0 >> 24) as u8
    }

    #[inline(always)]
    pub(super) fn is_match(self) -> bool {
        self.0 & MATCH != 0
    }

    #[inline(always)]
    pub(super) fn is_end(self) -> bool {
        self.0 & END != 0
    }

    #[inline(always)]
    pub(super) fn is_long(self) -> bool {
        self.0 & LONG != 0
    }

    #[inline(always)]
    pub(super) fn base(self) -> u32 {
        self.0 >> 16
    }

    /// What the bits behind the code add to the base.
    #[inline(always)]
    pub(super) fn extra(self, bits: u64) -> u32 {
        (bits >> self.bits()) as u32 & ((1 << (self.0 >> 8 & 0xF)) - 1)
    }

    /// The bits of the code and those behind it.
    #[inline(always)]
    pub(super) fn all_bits(self) -> u32 {
        self.bits() + (self.0 >> 8 & 0xF)
    }
}

/// The longest code.
const MOST: usize = 15;

/// A table that `PRIMARY` bits look up at once, and longer codes in two steps; `SIZE` entries in all.
#[derive(Debug, Clone)]
pub(super) struct Table<const PRIMARY: usize, const SIZE: usize> {
    entries: [Entry; SIZE],
    /// True if these are the codes of blocks that tell none.
    fixed: bool,
}

/// Literals, lengths, and the end: pairs of short literals are looked up as one. Of longer codes there
/// are two at least behind the same first bits, so 143 such starts at most.
pub(super) type Literals = Table<11, { (1 << 11) + 144 * 16 }>;
/// Distances: with 32 symbols, there are 16 such starts at most.
pub(super) type Distances = Table<8, { (1 << 8) + 16 * 128 }>;

impl<const PRIMARY: usize, const SIZE: usize> Default for Table<PRIMARY, SIZE> {
    fn default() -> Self {
        Table { entries: [Entry(0); SIZE], fixed: false }
    }
}

impl<const PRIMARY: usize, const SIZE: usize> Table<PRIMARY, SIZE> {
    /// The entry for the next bits.
    #[inline(always)]
    pub(super) fn look_up(&self, bits: u64) -> Entry {
        self.entries[bits as usize % (1 << PRIMARY)]
    }

    /// The entry of a longer code, which starts with the bits of `start`.
    #[inline(always)]
    pub(super) fn look_up_long(&self, start: Entry, bits: u64) -> Entry {
        let behind = bits as usize >> PRIMARY & ((1 << (MOST - PRIMARY)) - 1);
        self.entries.get(start.base() as usize + behind).copied().unwrap_or_default()
    }

    /// The entry for the next bits, with one literal at most.
    pub(super) fn look_up_one(&self, bits: u64) -> Entry {
        let entry = self.look_up(bits);
        if entry.is_long() {
            return self.look_up_long(entry, bits);
        }
        if entry.literals() < 2 {
            return entry;
        }
        let length = entry.0 >> 8 & 0xF;
        Entry(entry.0 & 0x00FF_0000 | ONE | length)
    }

    /// Makes the table of `lengths`, whose symbols stand for what `meaning` says, without their bits.
    /// False if there are codes for more or fewer than all bits; one code of one bit may stand alone.
    fn fill(&mut self, lengths: &[u8], meaning: impl Fn(usize) -> u32) -> bool {
        self.fixed = false;
        let mut counts = [0usize; MOST + 1];
        for length in lengths {
            counts[usize::from(*length) % 16] += 1;
        }
        counts[0] = 0;
        let used: usize = counts.iter().sum();
        let mut left = 1isize;
        let mut next = [0u16; MOST + 2];
        let mut starts = [0usize; MOST + 2];
        for length in 1..=MOST {
            left = 2 * left - counts[length] as isize;
            if left < 0 {
                return false;
            }
            next[length + 1] = (next[length] + counts[length] as u16) << 1;
            starts[length + 1] = starts[length] + counts[length];
        }
        let lone = used == 0 || (used == 1 && counts[1] == 1);
        if left > 0 {
            if !lone {
                return false;
            }
            self.entries[..1 << PRIMARY].fill(Entry(0));
        }
        // symbols by the lengths of their codes
        let mut symbols = [0u16; 288];
        for (symbol, length) in lengths.iter().enumerate().filter(|(_, length)| **length > 0) {
            let start = &mut starts[usize::from(*length)];
            symbols[*start] = symbol as u16;
            *start += 1;
        }
        let mut ordered = symbols[..used].iter().map(|symbol| usize::from(*symbol));
        let mut free = 1 << PRIMARY;
        let mut open: Option<(usize, usize)> = None;
        for length in 1..=MOST {
            for _ in 0..counts[length] {
                let Some(symbol) = ordered.next() else { return false };
                let code = usize::from(next[length].reverse_bits() >> (16 - length));
                next[length] = next[length].wrapping_add(1);
                let entry = Entry(meaning(symbol) | length as u32);
                if length <= PRIMARY {
                    let places = self.entries[..1 << PRIMARY].iter_mut().skip(code);
                    places.step_by(1 << length).for_each(|place| *place = entry);
                    continue;
                }
                let start = code % (1 << PRIMARY);
                let base = match open {
                    Some((known, base)) if known == start => base,
                    _ => {
                        let base = free;
                        free += 1 << (MOST - PRIMARY);
                        self.entries[start] = Entry(LONG | (base as u32) << 16);
                        open = Some((start, base));
                        base
                    }
                };
                let behind = &mut self.entries[base..base + (1 << (MOST - PRIMARY))];
                let places = behind.iter_mut().skip(code >> PRIMARY);
                places.step_by(1 << (length - PRIMARY)).for_each(|place| *place = entry);
            }
        }
        true
    }
}

impl Literals {
    /// The codes of literals and lengths.
    pub(super) fn build(&mut self, lengths: &[u8]) -> bool {
        if !self.fill(lengths, literal) {
            return false;
        }
        // from the last place on, so that what a place is paired with is not paired itself
        for place in (0..1usize << 11).rev() {
            let first = self.entries[place];
            if first.literals() == 0 {
                continue;
            }
            let length = first.bits();
            let second = self.entries[place >> length];
            let both = length + second.bits();
            if second.literals() == 1 && both <= 11 {
                let values = u32::from(second.first()) << 24 | u32::from(first.first()) << 16;
                self.entries[place] = Entry(values | (2 * ONE) | (length << 8) | both);
            }
        }
        true
    }
}

impl Distances {
    /// The codes of distances.
    pub(super) fn build(&mut self, lengths: &[u8]) -> bool {
        self.fill(lengths, distance)
    }
}

/// What a literal, the end or a length stands for: RFC 1951, section 3.2.5.
fn literal(symbol: usize) -> u32 {
    match symbol as u32 {
        literal @ 0..256 => literal << 16 | ONE,
        256 => END,
        short @ 257..265 => (short - 254) << 16 | MATCH,
        long @ 265..285 => {
            let extra = (long - 261) / 4;
            let base = ((4 + (long - 261) % 4) << extra) + 3;
            base << 16 | extra << 8 | MATCH
        }
        285 => 258 << 16 | MATCH,
        _ => 0,
    }
}

/// What a distance stands for.
fn distance(symbol: usize) -> u32 {
    match symbol as u32 {
        short @ 0..4 => (short + 1) << 16 | MATCH,
        long @ 4..30 => {
            let extra = long / 2 - 1;
            let base = ((2 + long % 2) << extra) + 1;
            base << 16 | extra << 8 | MATCH
        }
        _ => 0,
    }
}

/// Makes the tables of the blocks that tell no codes: RFC 1951, section 3.2.6.
pub(super) fn fixed(literals: &mut Literals, distances: &mut Distances) {
    if literals.fixed && distances.fixed {
        return;
    }
    let mut lengths = [8u8; 288];
    lengths[144..256].fill(9);
    lengths[256..280].fill(7);
    literals.build(&lengths);
    distances.build(&[5; 32]);
    (literals.fixed, distances.fixed) = (true, true);
}

/// The symbols of code lengths and their bits, for the next seven bits; `None` if the codes are not
/// complete.
pub(super) fn runs(lengths: &[u8; 19]) -> Option<[(u8, u8); 128]> {
    let kraft: u32 = lengths.iter().filter(|l| **l > 0).map(|l| 128 >> l).sum();
    if kraft != 128 {
        return None;
    }
    let mut table = [(0, 0); 128];
    let mut code = 0u8;
    for length in 1..=7u8 {
        for (symbol, _) in lengths.iter().enumerate().filter(|(_, l)| **l == length) {
            let first = usize::from(code.reverse_bits() >> (8 - length));
            let places = table.iter_mut().skip(first).step_by(1 << length);
            places.for_each(|place| *place = (symbol as u8, length));
            code += 1;
        }
        code <<= 1;
    }
    Some(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_stand_for_what_the_standard_says() {
        let told = |entry: u32| (entry >> 16, entry >> 8 & 15);
        let lengths = [(257, 3, 0), (264, 10, 0), (265, 11, 1), (284, 227, 5), (285, 258, 0)];
        for (symbol, base, extra) in lengths {
            assert_eq!(told(literal(symbol)), (base, extra));
        }
        for (symbol, base, extra) in [(0, 1, 0), (3, 4, 0), (4, 5, 1), (29, 24_577, 13)] {
            assert_eq!(told(distance(symbol)), (base, extra));
        }
        assert_eq!((literal(286), distance(30)), (0, 0));
    }

    #[test]
    fn codes_have_to_be_complete() {
        let mut table = Distances::default();
        assert!(table.build(&[1, 1]) && table.build(&[1]) && table.build(&[]));
        assert!(!table.build(&[2]) && !table.build(&[1, 1, 1]) && !table.build(&[1, 2]));
        assert!(table.build(&[1, 2, 2]));
        let mut three = [0u8; 19];
        three[..3].fill(1);
        assert!(runs(&three).is_none() && runs(&[0; 19]).is_none());
    }

    #[test]
    fn the_longest_codes_are_looked_up() {
        let mut table = Literals::default();
        let mut lengths: Vec<u8> = (1..=15).collect();
        lengths.push(15);
        assert!(table.build(&lengths));
        // the first bits of the last two codes are all ones
        assert_eq!(table.look_up_one(0x7FFF).first(), 15);
        assert_eq!(table.look_up_one(0x3FFF).first(), 14);
        let pair = table.look_up(0);
        assert_eq!((pair.literals(), pair.bits(), pair.first(), pair.second()), (2, 2, 0, 0));
        assert_eq!(table.look_up_one(0).bits(), 1);
    }
}
