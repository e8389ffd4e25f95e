//! The codes of a Huffman table: T.81, annex C and section F.2.2.3.

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
    const NOTHING: Look = Look(0);

    fn new(bits: u32, coefficients: u32, ends: bool) -> Look {
        // at most 12 bits of codes and 15 of a value; at most 64 coefficients
        Look((bits & 63 | (coefficients & 127) << 6 | u32::from(ends) << 13) as u16)
    }

    /// How many bits they take; 0 if nothing can be told.
    #[inline(always)]
    pub(crate) fn bits(self) -> u32 {
        u32::from(self.0 & 63)
    }

    /// How many coefficients they code, zeros included, but those that the end of the block stands
    /// for.
    #[inline(always)]
    pub(crate) fn coefficients(self) -> u32 {
        u32::from(self.0 >> 6 & 127)
    }

    /// True if the last of them is the end of the block.
    #[inline(always)]
    pub(crate) fn ends(self) -> bool {
        self.0 >> 13 != 0
    }
}

/// All looks from one place in a block, and how often each was taken.
#[derive(Debug)]
pub(crate) struct Looks {
    looks: Box<[Look; LOOKS]>,
    taken: Box<[u32; LOOKS]>,
}

impl Looks {
    /// From the start of a block.
    pub(crate) fn at_start(dc: &Codes, ac: &Codes) -> Looks {
        let mut looks =
            Looks { looks: Box::new([Look::NOTHING; LOOKS]), taken: Box::new([0; LOOKS]) };
        for (length, code, size) in dc.all() {
            looks.grow(ac, Path::default(), length, code, u32::from(size), 1);
        }
        looks
    }

    /// From any later place.
    pub(crate) fn later(ac: &Codes) -> Looks {
        let mut looks =
            Looks { looks: Box::new([Look::NOTHING; LOOKS]), taken: Box::new([0; LOOKS]) };
        looks.follow(ac, Path::default());
        looks
    }

    /// The look at the top of `word`.
    #[inline(always)]
    pub(crate) fn at(&self, word: u64) -> Look {
        self.looks.get((word >> (64 - BITS)) as usize).copied().unwrap_or(Look::NOTHING)
    }

    /// Notes that the look at the top of `word` was taken.
    #[inline(always)]
    pub(crate) fn take(&mut self, word: u64) {
        if let Some(taken) = self.taken.get_mut((word >> (64 - BITS)) as usize) {
            *taken = taken.saturating_add(1);
        }
    }

    /// The looks that were taken: the bits they saw, what they told of them, and how often.
    pub(crate) fn taken(&self) -> impl Iterator<Item = (u64, Look, u32)> {
        let all = self.looks.iter().zip(self.taken.iter()).zip(0u64..);
        all.filter(|((_, taken), _)| **taken > 0)
            .map(|((look, taken), index)| (index << (64 - BITS), *look, *taken))
    }

    /// Sets all looks that go on from `path` with an AC code.
    fn follow(&mut self, ac: &Codes, path: Path) {
        for (length, code, symbol) in ac.all() {
            let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 0x0F));
            match (run, size) {
                (0, 0) => {
                    let used = path.used.saturating_add(length);
                    self.set(path.with(length, code), used, used, path.coefficients, true);
                }
                // runs of zeros are gone over one by one
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
