//! The codes of a Huffman table: T.81, annex C and section F.2.2.3.

use crate::audit::jpeg::bits::Bits;

/// The codes of one table.
#[derive(Debug, Clone)]
pub(crate) struct Codes {
    /// By the first eight bits: the length of the code times 256, and its symbol; 0 if it is longer,
    /// or none.
    short: [u16; 256],
    /// For each length from 1 to 16: the first code, how many there are, and the place of their
    /// symbols.
    lengths: [(u32, u32, usize); 16],
    symbols: Vec<u8>,
}

impl Codes {
    /// The codes of a table of sixteen counts and its symbols, which is a prefix code.
    pub(crate) fn new(table: &[u8]) -> Codes {
        let (counts, symbols) = table.split_at_checked(16).unwrap_or((table, &[]));
        let mut codes =
            Codes { short: [0; 256], lengths: [(0, 0, 0); 16], symbols: symbols.to_vec() };
        let (mut code, mut place) = (0u32, 0usize);
        for (of_length, count) in codes.lengths.iter_mut().zip(counts) {
            code = code.wrapping_shl(1);
            *of_length = (code, u32::from(*count), place);
            code = code.saturating_add(u32::from(*count));
            place = place.saturating_add(usize::from(*count));
        }
        for (length, code, symbol) in codes.clone().all() {
            let spare = 8u32.checked_sub(length);
            for low in 0..spare.map_or(0, |spare| 1u32.wrapping_shl(spare)) {
                let index = code.wrapping_shl(spare.unwrap_or(0)) | low;
                if let Some(entry) = codes.short.get_mut(index as usize) {
                    *entry = u16::from_be_bytes([u8::try_from(length).unwrap_or(0), symbol]);
                }
            }
        }
        codes
    }

    /// All codes: length, bits, symbol.
    pub(crate) fn all(&self) -> impl Iterator<Item = (u32, u32, u8)> {
        (1u32..).zip(&self.lengths).flat_map(|(length, (first, count, place))| {
            let symbols = self.symbols.iter().skip(*place);
            (0..*count)
                .zip(symbols)
                .map(move |(n, symbol)| (length, first.wrapping_add(n), *symbol))
        })
    }

    /// The code at the top of `word`: its length and its symbol.
    #[inline(always)]
    pub(crate) fn next(&self, word: u64) -> Result<(u32, u8), &'static str> {
        match self.short.get((word >> 56) as usize) {
            Some(0) | None => self.next_long(word),
            Some(entry) => Ok((u32::from(entry >> 8), (entry & 0xFF) as u8)),
        }
    }

    #[cold]
    #[inline(never)]
    fn next_long(&self, word: u64) -> Result<(u32, u8), &'static str> {
        for (length, (first, count, place)) in (1u32..).zip(&self.lengths).skip(8) {
            let code = word.wrapping_shr(64u32.wrapping_sub(length)) as u32;
            let number = code.wrapping_sub(*first);
            if number < *count {
                let symbol = self.symbols.get(place.saturating_add(number as usize));
                return symbol.map(|symbol| (length, *symbol)).ok_or(MISSING);
            }
        }
        Err(MISSING)
    }
}

const MISSING: &str = "a code that the table has";

/// How many bits a look takes in.
const BITS: u32 = 12;
const LOOKS: usize = 1 << BITS;

/// What the next bits of a block are, as far as one look can tell: codes and their values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look(u16);

impl Look {
    /// Takes more room than a block has.
    const NOTHING: Look = Look(512 << 6);

    fn new(bits: u32, coefficients: u32, ends: bool) -> Look {
        // at most 12 bits of codes and 15 of a value; at most 64 coefficients
        Look((bits & 63 | (coefficients & 127) << 6 | u32::from(ends) << 13) as u16)
    }

    /// How many bits they take.
    #[inline(always)]
    fn bits(self) -> u32 {
        u32::from(self.0 & 63)
    }

    /// How much room they take: one for each coefficient, zeros included, and 128 if the last of them
    /// is the end of the block.
    #[inline(always)]
    fn room(self) -> u32 {
        u32::from(self.0 >> 6)
    }

    /// How many coefficients they code, but those that the end of the block stands for.
    pub(crate) fn coefficients(self) -> u32 {
        self.room() & 127
    }

    /// True if the last of them is the end of the block.
    pub(crate) fn ends(self) -> bool {
        self.room() & 128 != 0
    }
}

/// How a look went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It told nothing, or too much for the room there is.
    None,
    /// The block goes on.
    Some,
    /// The block ends.
    Last,
}

/// All looks from one place in a block, and how often each was taken.
#[derive(Debug)]
pub(crate) struct Looks {
    looks: Box<[Look; LOOKS]>,
    taken: Box<[u32; LOOKS]>,
    zeros: bool,
}

impl Looks {
    fn new(zeros: bool) -> Looks {
        let (looks, taken) = (Box::new([Look::NOTHING; LOOKS]), Box::new([0; LOOKS]));
        Looks { looks, taken, zeros }
    }

    /// From the start of a block. `zeros` if runs of sixteen zeros need not be gone over one by one.
    pub(crate) fn at_start(dc: &Codes, ac: &Codes, zeros: bool) -> Looks {
        let mut looks = Looks::new(zeros);
        for (length, code, size) in dc.all() {
            looks.grow(ac, Path::default(), length, code, u32::from(size), 1);
        }
        looks
    }

    /// From any later place.
    pub(crate) fn later(ac: &Codes, zeros: bool) -> Looks {
        let mut looks = Looks::new(zeros);
        looks.follow(ac, Path::default());
        looks
    }

    /// Takes the next look, if there is `room` for its coefficients; counts it if `COUNT`.
    #[inline(always)]
    pub(crate) fn take<const COUNT: bool>(&mut self, bits: &mut Bits<'_>, room: &mut u32) -> Taken {
        let index = (bits.word() >> (64 - BITS)) as usize;
        let look = self.looks.get(index).copied().unwrap_or(Look::NOTHING);
        let goes_on = look.room() < *room;
        // the last coefficient, or an end of the block, which stands for one coefficient at least
        let fits = look.room() == *room
            || look.ends() && look.coefficients() < *room && look != Look::NOTHING;
        if !goes_on && !fits {
            return Taken::None;
        }
        if COUNT && let Some(taken) = self.taken.get_mut(index) {
            *taken = taken.saturating_add(1);
        }
        bits.pass(look.bits());
        if !goes_on {
            return Taken::Last;
        }
        *room = room.wrapping_sub(look.room());
        Taken::Some
    }

    /// The looks that were taken: the bits they saw, what they told of them, and how often.
    pub(crate) fn taken(&self) -> impl Iterator<Item = (u64, Look, u32)> {
        let all = self.looks.iter().zip(self.taken.iter()).zip(0u64..);
        all.filter(|((_, taken), _)| **taken > 0)
            .map(|((look, taken), index)| (index << (64 - BITS), *look, *taken))
    }

    /// Sets all looks that go on from `path` with an AC code.
    fn follow(&mut self, ac: &Codes, path: Path) {
        // the short ones stand first
        let spare = BITS.saturating_sub(path.used);
        for (length, code, symbol) in ac.all().take_while(|(length, ..)| *length <= spare) {
            let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 0x0F));
            match (run, size) {
                (0, 0) => {
                    let used = path.used.saturating_add(length);
                    self.set(path.with(length, code), used, used, path.coefficients, true);
                }
                (15, 0) if self.zeros => self.grow(ac, path, length, code, 0, 16),
                // other runs without a value are gone over one by one
                (_, 0) => {}
                _ => self.grow(ac, path, length, code, size, run.saturating_add(1)),
            }
        }
    }

    /// Sets all looks that go on from `path` with this code of `coefficients`, whose value has `size`
    /// bits.
    fn grow(
        &mut self,
        ac: &Codes,
        path: Path,
        length: u32,
        code: u32,
        size: u32,
        coefficients: u32,
    ) {
        let coefficients = path.coefficients.saturating_add(coefficients);
        let seen = path.used.saturating_add(length);
        let used = seen.saturating_add(size);
        if seen > BITS || coefficients > 64 {
            return;
        }
        let bits = path.with(length, code);
        self.set(bits, seen, used, coefficients, false);
        if used < BITS {
            for value in 0..1u32.wrapping_shl(size) {
                let path = Path { bits, used: seen, coefficients };
                let path = Path { bits: path.with(size, value), used, coefficients };
                self.follow(ac, path);
            }
        }
    }

    /// Sets the looks that start with the first `seen` of `bits`.
    fn set(&mut self, bits: u32, seen: u32, used: u32, coefficients: u32, ends: bool) {
        let Some(spare) = BITS.checked_sub(seen) else { return };
        let first = bits as usize;
        let last = first.saturating_add(1usize.wrapping_shl(spare));
        if let Some(looks) = self.looks.get_mut(first..last) {
            looks.fill(Look::new(used, coefficients, ends));
        }
    }
}

/// What stands before a code in a look.
#[derive(Debug, Clone, Copy, Default)]
struct Path {
    /// From the top of [`BITS`] bits.
    bits: u32,
    used: u32,
    coefficients: u32,
}

impl Path {
    /// Its bits, with `length` more.
    fn with(self, length: u32, more: u32) -> u32 {
        let spare = BITS.checked_sub(self.used.saturating_add(length));
        self.bits | spare.map_or(0, |spare| more.wrapping_shl(spare))
    }
}
