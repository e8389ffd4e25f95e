//! Huffman codes for a reader that only has to know how far they reach: T.81, annex C.

use crate::container::jpeg::HuffmanTable;

/// How many bits a look-up takes in.
const BITS: u32 = 12;
const ENTRIES: usize = 1 << BITS;

/// The codes of one table.
pub(super) struct Codes {
    /// By the next [`BITS`] bits: the length of the code times 256, and its symbol; 0 if the code is
    /// longer, or none.
    short: Box<[u16; ENTRIES]>,
    /// By length: the first number of 16 bits, read from the start of a code, that is past all codes
    /// of this length.
    past: [u32; 17],
    /// By length: what to add to a code of this length for its place among the symbols, modulo 2^32.
    offset: [u32; 17],
    symbols: [u8; 256],
}

impl Codes {
    /// The codes of `table`, which has no more of them than fit (T.81, C.2).
    pub(super) fn new(table: &HuffmanTable) -> Codes {
        let mut codes = Codes {
            short: Box::new([0; ENTRIES]),
            past: [0; 17],
            offset: [0; 17],
            symbols: [0; 256],
        };
        for (place, symbol) in codes.symbols.iter_mut().zip(&table.symbols) {
            *place = *symbol;
        }
        let (mut code, mut place) = (0u32, 0u32);
        for (length, count) in (1..=16u32).zip(table.counts) {
            codes.offset[length as usize] = place.wrapping_sub(code);
            for symbol in table.symbols.iter().skip(place as usize).take(usize::from(count)) {
                if length <= BITS {
                    let first = (code << (BITS - length)) as usize;
                    let entries = codes.short.iter_mut().skip(first).take(1 << (BITS - length));
                    entries.for_each(|entry| *entry = (length as u16) << 8 | u16::from(*symbol));
                }
                code += 1;
            }
            place += u32::from(count);
            codes.past[length as usize] = code << (16 - length);
            code <<= 1;
        }
        codes
    }

    /// The code at the top of `word`: its length in bits and its symbol.
    #[inline(always)]
    pub(super) fn find(&self, word: u64) -> Option<(u32, u8)> {
        // the index has BITS bits
        match self.short[(word >> (64 - BITS)) as usize] {
            0 => self.find_long(word),
            entry => Some((u32::from(entry >> 8), entry as u8)),
        }
    }

    #[cold]
    fn find_long(&self, word: u64) -> Option<(u32, u8)> {
        let bits = (word >> 48) as u32;
        let length = (BITS + 1..=16).find(|length| bits < self.past[*length as usize])?;
        let place = (bits >> (16 - length)).wrapping_add(self.offset[length as usize]);
        // codes below `past` of their length and not below that of the length before have a symbol
        Some((length, *self.symbols.get(place as usize)?))
    }
}

/// What the next bits of a block hold: as many whole codes as a look-up can see, each with the bits
/// of its value.
#[derive(Clone, Copy)]
pub(super) struct Sequence(u16);

impl Sequence {
    /// Nothing could be told: the code is too long, or there is none.
    const UNKNOWN: Sequence = Sequence(512 << 6);

    /// All bits of the codes and their values.
    #[inline(always)]
    pub(super) fn bits(self) -> u32 {
        u32::from(self.0 & 63)
    }

    /// How many coefficients they stand for, and 128 more if the block ends with them. More than
    /// 511 if nothing could be told.
    #[inline(always)]
    pub(super) fn advance(self) -> u32 {
        u32::from(self.0 >> 6)
    }
}

/// Added to the advance of a [`Sequence`] that ends its block.
pub(super) const END: u32 = 128;

/// Sequences of sequential blocks, by the next [`BITS`] bits.
pub(super) struct Sequences(Box<[Sequence; ENTRIES]>);

impl Sequences {
    /// Sequences that start with a code of `first`, of DC differences if `dc`, and go on with `rest`.
    pub(super) fn new(first: &Codes, dc: bool, rest: &Codes) -> Sequences {
        let mut sequences = Sequences(Box::new([Sequence::UNKNOWN; ENTRIES]));
        for (index, sequence) in sequences.0.iter_mut().enumerate() {
            let (mut bits, mut advance) = (0u32, 0u32);
            let (mut codes, mut dc) = (first, dc);
            while bits < BITS {
                // the bits that are left, and zeros
                let word = (index as u64) << (64 - BITS) << bits;
                let entry = codes.short[(word >> (64 - BITS)) as usize];
                let (length, symbol) = (u32::from(entry >> 8), u32::from(entry & 0xFF));
                if length == 0 || bits + length > BITS {
                    break;
                }
                let (run, size) = (symbol >> 4, symbol & 0x0F);
                let ends = !dc && size == 0 && run != 15;
                let step = if dc { 1 } else { run + 1 };
                if !ends && advance + step > 64 {
                    break;
                }
                // at most 12 bits of codes, and 15 of the last value: fewer than 64
                bits += length + if ends { 0 } else { size };
                advance += if ends { END } else { step };
                *sequence = Sequence((advance << 6 | bits) as u16);
                if ends {
                    break;
                }
                (codes, dc) = (rest, false);
            }
        }
        sequences
    }

    /// The sequence at the top of `word`.
    #[inline(always)]
    pub(super) fn find(&self, word: u64) -> Sequence {
        // the index has BITS bits
        self.0[(word >> (64 - BITS)) as usize]
    }
}
