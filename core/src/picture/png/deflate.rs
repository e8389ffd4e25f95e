//! Deflate, RFC 1951: always the same bytes for the same data.
//!
//! A match is looked for among the last [`DEEPEST`] places with the same four bytes, and the longest is
//! taken. What is found goes into blocks with codes of their own, or into stored ones where these are
//! shorter.

use zeroize::Zeroizing;

use crate::Error;
use crate::picture::png::huffman::{codes, lengths};

/// How far back a match may lie.
const WINDOW: usize = 1 << 15;
/// The shortest match that is looked for, and the longest that can be coded.
const SHORTEST: usize = 4;
const LONGEST: usize = 258;
/// How many earlier places are tried.
const DEEPEST: usize = 12;
/// No longer match is looked for once there is one of this length.
const NICE: usize = 16;
/// Bytes that are looked at in one go; and symbols of one block.
const STRETCH: usize = 1 << 18;
const MOST_SYMBOLS: usize = 1 << 15;
/// Number of heads of chains, as a power of two.
const HASH_BITS: u32 = 15;
/// Set in a symbol that is a match: length less 3 in bits 16 to 23, distance less 1 below.
const MATCH: u32 = 1 << 31;

/// Where compressed bytes go.
pub(crate) type Sink<'s> = &'s mut dyn FnMut(&[u8]) -> Result<(), Error>;

/// Compresses bytes as they come.
#[derive(Debug)]
pub(crate) struct Deflater {
    /// Up to [`WINDOW`] bytes that are done, and what is to be done.
    data: Zeroizing<Vec<u8>>,
    /// How many bytes of `data` are done.
    done: usize,
    /// Where in all of the data `data` starts, wrapping.
    base: u16,
    /// The last place with each hash, and the one before each place; counted from the start of all
    /// data, wrapping: what they point to is compared in any case.
    head: Box<Zeroizing<[u16; 1 << HASH_BITS]>>,
    before: Box<Zeroizing<[u16; WINDOW]>>,
    symbols: Zeroizing<Vec<u32>>,
    bits: BitWriter,
}

impl Deflater {
    /// Nothing compressed yet.
    pub(crate) fn new() -> Deflater {
        Deflater {
            data: Zeroizing::new(Vec::with_capacity(WINDOW + STRETCH)),
            done: 0,
            // so that 0 lies too far back
            base: WINDOW as u16 + 1,
            head: Box::new(Zeroizing::new([0; 1 << HASH_BITS])),
            before: Box::new(Zeroizing::new([0; WINDOW])),
            symbols: Zeroizing::new(Vec::with_capacity(MOST_SYMBOLS)),
            bits: BitWriter::default(),
        }
    }

    /// Takes more bytes.
    pub(crate) fn push(&mut self, mut bytes: &[u8], sink: Sink<'_>) -> Result<(), Error> {
        while !bytes.is_empty() {
            let room = WINDOW + STRETCH - self.data.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.data.extend_from_slice(now);
            bytes = later;
            if self.data.len() == WINDOW + STRETCH {
                self.compress(false, sink)?;
            }
        }
        Ok(())
    }

    /// Ends the data.
    pub(crate) fn finish(mut self, sink: Sink<'_>) -> Result<(), Error> {
        self.compress(true, sink)?;
        self.bits.align();
        sink(&self.bits.bytes)
    }

    /// Compresses what there is, but for the last bytes, if there are more to come: a match there
    /// could be longer.
    fn compress(&mut self, last: bool, sink: Sink<'_>) -> Result<(), Error> {
        let end = if last { self.data.len() } else { self.data.len() - LONGEST - 1 };
        let mut at = self.done;
        while at < end {
            let (length, distance) = self.longest(at);
            if length == 0 {
                self.symbols.push(u32::from(self.data[at]));
                at += 1;
            } else {
                self.symbols.push(MATCH | (length as u32 - 3) << 16 | (distance as u32 - 1));
                for inside in at + 1..at + length {
                    if let Some(four) = Self::four(&self.data, inside) {
                        self.enter(inside, four);
                    }
                }
                at += length;
            }
            if self.symbols.len() == MOST_SYMBOLS && at < end {
                self.block(at, false, sink)?;
            }
        }
        self.block(at, last, sink)?;
        if !last {
            let keep = at.saturating_sub(WINDOW);
            self.data.copy_within(keep.., 0);
            let left = self.data.len() - keep;
            self.data.truncate(left);
            self.done = at - keep;
            self.base = self.base.wrapping_add(keep as u16);
        }
        Ok(())
    }

    /// The hash of four bytes.
    #[inline(always)]
    fn hash(four: [u8; 4]) -> usize {
        let mixed = u32::from_le_bytes(four).wrapping_mul(0x9E37_79B1);
        (mixed >> (32 - HASH_BITS)) as usize
    }

    /// Lets `at` be found later; gives the place before it with the same hash.
    #[inline(always)]
    fn enter(&mut self, at: usize, four: [u8; 4]) -> u16 {
        let place = self.base.wrapping_add(at as u16);
        let before = std::mem::replace(&mut self.head[Self::hash(four)], place);
        self.before[usize::from(place) % WINDOW] = before;
        before
    }

    /// The four bytes at `at`; `None` at the end.
    #[inline(always)]
    fn four(data: &[u8], at: usize) -> Option<[u8; 4]> {
        data.get(at..)?.first_chunk().copied()
    }

    /// Enters `at`, and gives the longest match there, with its distance; no length if there is none.
    #[inline(always)]
    fn longest(&mut self, at: usize) -> (usize, usize) {
        let Some(four) = Self::four(&self.data, at) else { return (0, 0) };
        let mut candidate = self.enter(at, four);
        let data = self.data.as_slice();
        let place = self.base.wrapping_add(at as u16);
        let most = (data.len() - at).min(LONGEST);
        let (mut best, mut distance) = (SHORTEST - 1, 0);
        // one that differs in the last four of the bytes that it has to have is no longer
        let mut end = Self::four(data, at + best - 3);
        let furthest = at.min(WINDOW - LONGEST);
        let mut nearer = 0;
        for _ in 0..DEEPEST {
            let back = usize::from(place.wrapping_sub(candidate));
            if back <= nearer || back > furthest {
                break;
            }
            nearer = back;
            let there = at - back;
            if Self::four(data, there + best - 3) == end && Self::four(data, there) == Some(four) {
                let length = common(&data[at..at + most], &data[there..there + most]);
                if length > best {
                    (best, distance) = (length, back);
                    if length >= NICE.min(most) {
                        break;
                    }
                    end = Self::four(data, at + best - 3);
                }
            }
            candidate = self.before[usize::from(candidate) % WINDOW];
        }
        if distance == 0 { (0, 0) } else { (best, distance) }
    }

    /// Writes the symbols that have gathered as one block, or as stored ones. They stand for the data
    /// up to `at`.
    fn block(&mut self, at: usize, last: bool, sink: Sink<'_>) -> Result<(), Error> {
        let raw = self.done..at;
        self.done = at;
        let block = Block::of(&self.symbols);
        // a header of 4 bytes and up to 10 bits for every 65,535 bytes
        let stored = raw.len() as u64 * 8 + raw.len().div_ceil(65_535).max(1) as u64 * 42;
        if block.bits() > stored && !raw.is_empty() {
            let mut parts = self.data[raw].chunks(65_535).peekable();
            while let Some(part) = parts.next() {
                self.bits.put(u64::from(last && parts.peek().is_none()), 3);
                self.bits.align();
                let length = part.len() as u16;
                self.bits.bytes.extend(length.to_le_bytes());
                self.bits.bytes.extend((!length).to_le_bytes());
                self.bits.bytes.extend(part);
            }
        } else {
            block.write(&self.symbols, last, &mut self.bits);
        }
        self.symbols.clear();
        sink(&self.bits.bytes)?;
        self.bits.bytes.clear();
        Ok(())
    }
}

/// How many bytes two runs of the same length have in common at their start.
fn common(a: &[u8], b: &[u8]) -> usize {
    let (a8, a_rest) = a.as_chunks::<8>();
    let (b8, b_rest) = b.as_chunks::<8>();
    for (index, (x, y)) in a8.iter().zip(b8).enumerate() {
        let differ = u64::from_le_bytes(*x) ^ u64::from_le_bytes(*y);
        if differ != 0 {
            return index * 8 + (differ.trailing_zeros() / 8) as usize;
        }
    }
    a8.len() * 8 + a_rest.iter().zip(b_rest).take_while(|(x, y)| x == y).count()
}

/// The symbol of a length from 3 to 258, the number of its extra bits, and these: RFC 1951, 3.2.5.
fn length_symbol(length: u32) -> (usize, u32, u32) {
    let x = length - 3;
    match x {
        255 => (285, 0, 0),
        0..8 => (257 + x as usize, 0, 0),
        _ => {
            let extra = x.ilog2() - 2;
            (257 + (4 * extra + (x >> extra)) as usize, extra, x & ((1 << extra) - 1))
        }
    }
}

/// The same of a distance from 1 to 32,768.
fn distance_symbol(distance: u32) -> (usize, u32, u32) {
    let x = distance - 1;
    if x < 4 {
        return (x as usize, 0, 0);
    }
    let extra = x.ilog2() - 1;
    ((2 * extra + (x >> extra)) as usize, extra, x & ((1 << extra) - 1))
}

/// Length and distance of a match.
fn split(symbol: u32) -> (u32, u32) {
    ((symbol >> 16 & 0xFF) + 3, (symbol & 0xFFFF) + 1)
}

/// The order in which the lengths of the code for code lengths are told: RFC 1951, 3.2.7.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// A block with codes of its own.
struct Block {
    literals: [u8; 286],
    distances: [u8; 30],
    /// The lengths of both, in runs: symbol, number of extra bits, and these.
    runs: Vec<(u8, u32, u32)>,
    run_lengths: [u8; 19],
    counts: (usize, usize, usize),
    bits: u64,
}

impl Block {
    fn of(symbols: &[u32]) -> Block {
        let (mut literal_counts, mut distance_counts) = ([0u32; 286], [0u32; 30]);
        let mut extra_bits = 0u64;
        literal_counts[256] = 1;
        for symbol in symbols {
            if symbol & MATCH == 0 {
                literal_counts[*symbol as usize & 0xFF] += 1;
            } else {
                let (length, distance) = split(*symbol);
                let (length, of_length, _) = length_symbol(length);
                let (distance, of_distance, _) = distance_symbol(distance);
                literal_counts[length] += 1;
                distance_counts[distance] += 1;
                extra_bits += u64::from(of_length + of_distance);
            }
        }
        let literals = lengths(&literal_counts, 15);
        let distances = lengths(&distance_counts, 15);
        let last = |lengths: &[u8]| lengths.iter().rposition(|length| *length > 0).unwrap_or(0) + 1;
        let (of_literals, of_distances) = (last(&literals).max(257), last(&distances));
        let all: Vec<u8> =
            literals[..of_literals].iter().chain(&distances[..of_distances]).copied().collect();
        let runs = runs(&all);
        let mut run_counts = [0u32; 19];
        runs.iter().for_each(|(symbol, ..)| run_counts[usize::from(*symbol)] += 1);
        let run_lengths = lengths(&run_counts, 7);
        let of_runs =
            ORDER.iter().rposition(|symbol| run_lengths[*symbol] > 0).map_or(4, |at| at + 1).max(4);

        let coded = |counts: &[u32], lengths: &[u8]| -> u64 {
            counts.iter().zip(lengths).map(|(n, l)| u64::from(*n) * u64::from(*l)).sum()
        };
        let run_extra: u64 = runs.iter().map(|(_, extra, _)| u64::from(*extra)).sum();
        let bits = 17
            + 3 * of_runs as u64
            + coded(&run_counts, &run_lengths)
            + run_extra
            + coded(&literal_counts, &literals)
            + coded(&distance_counts, &distances)
            + extra_bits;
        let counts = (of_literals, of_distances, of_runs);
        Block { literals, distances, runs, run_lengths, counts, bits }
    }

    /// How many bits it takes.
    fn bits(&self) -> u64 {
        self.bits
    }

    fn write(&self, symbols: &[u32], last: bool, out: &mut BitWriter) {
        let (of_literals, of_distances, of_runs) = self.counts;
        out.put(u64::from(last) | 2 << 1, 3);
        out.put((of_literals - 257) as u64, 5);
        out.put((of_distances - 1) as u64, 5);
        out.put((of_runs - 4) as u64, 4);
        for symbol in &ORDER[..of_runs] {
            out.put(u64::from(self.run_lengths[*symbol]), 3);
        }
        let run_codes = codes(&self.run_lengths);
        for (symbol, extra, value) in &self.runs {
            let symbol = usize::from(*symbol);
            out.put(u64::from(run_codes[symbol]), u32::from(self.run_lengths[symbol]));
            out.put(u64::from(*value), *extra);
        }
        let (literal_codes, distance_codes) = (codes(&self.literals), codes(&self.distances));
        for symbol in symbols {
            if symbol & MATCH == 0 {
                let literal = *symbol as usize & 0xFF;
                out.put(u64::from(literal_codes[literal]), u32::from(self.literals[literal]));
                continue;
            }
            let (length, distance) = split(*symbol);
            let (length, extra, value) = length_symbol(length);
            let code = u64::from(literal_codes[length]);
            let bits = u32::from(self.literals[length]);
            out.put(code | u64::from(value) << bits, bits + extra);
            let (distance, extra, value) = distance_symbol(distance);
            let code = u64::from(distance_codes[distance]);
            let bits = u32::from(self.distances[distance]);
            out.put(code | u64::from(value) << bits, bits + extra);
        }
        out.put(u64::from(literal_codes[256]), u32::from(self.literals[256]));
    }
}

/// Code lengths in runs: RFC 1951, 3.2.7.
fn runs(lengths: &[u8]) -> Vec<(u8, u32, u32)> {
    let mut runs = Vec::new();
    for same in lengths.chunk_by(|a, b| a == b) {
        let length = same[0];
        let mut left = same.len() as u32;
        if length > 0 {
            runs.push((length, 0, 0));
            left -= 1;
        }
        while left >= 3 {
            let (symbol, most, extra, least) = match (length, left) {
                (0, 11..) => (18, 138, 7, 11),
                (0, _) => (17, 10, 3, 3),
                _ => (16, 6, 2, 3),
            };
            let count = left.min(most);
            runs.push((symbol, extra, count - least));
            left -= count;
        }
        runs.extend((0..left).map(|_| (length, 0, 0)));
    }
    runs
}

/// Bits, the first one lowest.
#[derive(Debug, Default)]
struct BitWriter {
    bytes: Zeroizing<Vec<u8>>,
    /// Fewer than 32 between two calls.
    pending: u64,
    count: u32,
}

impl BitWriter {
    /// Appends `count` bits, 32 at most; those above are zero.
    fn put(&mut self, value: u64, count: u32) {
        self.pending |= value << self.count;
        self.count += count;
        if self.count >= 32 {
            self.bytes.extend((self.pending as u32).to_le_bytes());
            self.pending >>= 32;
            self.count -= 32;
        }
    }

    /// Zeros up to the next whole byte.
    fn align(&mut self) {
        let count = self.count.div_ceil(8) as usize;
        self.bytes.extend(&self.pending.to_le_bytes()[..count]);
        (self.pending, self.count) = (0, 0);
    }
}
