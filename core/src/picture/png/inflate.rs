//! Inflate, RFC 1950 and 1951: what zlib streams hold, and where each of their blocks stands.
//!
//! What is accepted and refused is what zlib accepts and refuses, as far as a picture needs it: windows
//! are always the largest there is, and a checksum that is wrong or missing is told, not refused.

use simd_adler32::Adler32;
use zeroize::Zeroizing;

use crate::Error;
use crate::picture::png::bits::Bits;
use crate::picture::png::codes::{self, Distances, Literals};

/// Bytes of a zlib stream, and where in the file they stand.
pub(crate) type Piece<'a> = (usize, &'a [u8]);

/// Takes what is inflated.
pub(crate) trait Taker {
    /// More bytes, in their order.
    fn bytes(&mut self, bytes: &[u8]) -> Result<(), Halt>;

    /// The block that these bytes came from has ended. Not all of its bytes need to be handed over
    /// yet.
    fn block(&mut self, block: Block) -> Result<(), Halt> {
        let _ = block;
        Ok(())
    }
}

/// Why inflating did not go on to the end of the stream.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Halt {
    /// The taker wants no more.
    Enough,
    /// The stream ends before its last block does.
    CutOff,
    /// It is no deflate stream: where in the file, and which rule does not hold.
    Damaged(usize, &'static str),
    /// The taker failed.
    Failed(Error),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Halt {
        Halt::Failed(error)
    }
}

/// One block of a stream. Positions are in bits from the start of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block {
    /// Where its header starts.
    pub(crate) start: u64,
    /// Where its last bit ends.
    pub(crate) end: u64,
    /// True if its bytes are stored as they are.
    pub(crate) stored: bool,
    /// True if it holds no byte.
    pub(crate) empty: bool,
    /// True if its header says that no other follows.
    pub(crate) last: bool,
}

/// What was found at the end of a stream.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct End {
    /// The checksum of what was inflated.
    pub(crate) adler: u32,
    /// True if the stream says the same.
    pub(crate) matches: bool,
    /// How many bytes the whole stream takes.
    pub(crate) length: u64,
}

/// Inflates the zlib stream that `pieces` make.
pub(crate) fn inflate<'a>(
    pieces: impl Iterator<Item = Piece<'a>>,
    taker: &mut impl Taker,
) -> Result<End, Halt> {
    let mut inflater = Inflater::new(pieces);
    inflater.header()?;
    let broken = loop {
        match inflater.block(taker) {
            Ok(true) => break None,
            Ok(false) => {}
            Err(halt) => break Some(halt),
        }
    };
    // what came before a fault may be all that is needed
    if !matches!(broken, Some(Halt::Enough | Halt::Failed(_))) {
        inflater.hand_over(taker)?;
    }
    if let Some(halt) = broken {
        return Err(halt);
    }
    let adler = inflater.adler.finish();
    inflater.input.align();
    let stated = inflater.input.take(32).map(|bits| (bits as u32).swap_bytes());
    let length = match stated {
        Some(_) => inflater.input.position() / 8,
        None => inflater.input.before + inflater.input.at as u64,
    };
    Ok(End { adler, matches: stated == Some(adler), length })
}

/// What could be inflated of a small stream.
#[derive(Debug)]
pub(crate) struct Inflated {
    /// The bytes.
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    /// True if that is all of them.
    pub(crate) whole: bool,
    /// How many bytes the stream takes, if it is whole.
    pub(crate) length: usize,
}

/// Inflates `stream` as far as it goes, but no more than `most` bytes.
pub(crate) fn inflate_some(stream: &[u8], most: usize) -> Inflated {
    struct First(Zeroizing<Vec<u8>>, usize);
    impl Taker for First {
        fn bytes(&mut self, bytes: &[u8]) -> Result<(), Halt> {
            let room = self.1 - self.0.len();
            self.0.extend_from_slice(&bytes[..room.min(bytes.len())]);
            if bytes.len() > room { Err(Halt::Enough) } else { Ok(()) }
        }
    }
    // memory that grows leaves what it held behind, so that it is taken at once
    let likely = stream.len().saturating_mul(1_032).min(most);
    let mut first = First(Zeroizing::new(Vec::with_capacity(likely)), most);
    let end = inflate(std::iter::once((0, stream)), &mut first);
    let length = end.as_ref().map_or(0, |end| end.length as usize);
    Inflated { bytes: first.0, whole: end.is_ok(), length }
}

/// Bytes that are kept: twice the window of RFC 1951, so that one half can be handed over while the
/// other is filled.
const RING: usize = 1 << 16;
const HALF: usize = RING / 2;

struct Inflater<'a, I> {
    input: Bits<'a, I>,
    ring: Box<Zeroizing<[u8; RING]>>,
    /// How many bytes were inflated, and how many of these were handed over.
    filled: u64,
    taken: u64,
    adler: Adler32,
    literals: Box<Literals>,
    distances: Box<Distances>,
}

impl<'a, I: Iterator<Item = Piece<'a>>> Inflater<'a, I> {
    fn new(pieces: I) -> Self {
        Inflater {
            input: Bits::new(pieces),
            ring: Box::new(Zeroizing::new([0; RING])),
            filled: 0,
            taken: 0,
            adler: Adler32::new(),
            literals: Box::default(),
            distances: Box::default(),
        }
    }

    /// RFC 1950, section 2.2.
    fn header(&mut self) -> Result<(), Halt> {
        let head = self.input.need(16)? as u16;
        let (cmf, flg) = (head & 0xFF, head >> 8);
        if cmf & 0x0F != 8 || cmf >> 4 > 7 || (cmf << 8 | flg) % 31 != 0 {
            return self.input.wrong("a zlib header that does not exist");
        }
        if flg & 0x20 != 0 {
            return self.input.wrong("a zlib stream that needs a dictionary");
        }
        Ok(())
    }

    /// Inflates a block; true if it was the last.
    fn block(&mut self, taker: &mut impl Taker) -> Result<bool, Halt> {
        let start = self.input.position();
        let filled = self.filled;
        let head = self.input.need(3)?;
        let (last, kind) = (head & 1 == 1, head >> 1);
        match kind {
            0 => self.stored(taker)?,
            1 => {
                codes::fixed(&mut self.literals, &mut self.distances);
                self.symbols(taker)?;
            }
            2 => {
                self.codes()?;
                self.symbols(taker)?;
            }
            _ => return self.input.wrong("a kind of block that does not exist"),
        }
        let empty = self.filled == filled;
        let end = self.input.position();
        taker.block(Block { start, end, stored: kind == 0, empty, last })?;
        Ok(last)
    }

    /// RFC 1951, section 3.2.4.
    fn stored(&mut self, taker: &mut impl Taker) -> Result<(), Halt> {
        self.input.align();
        let lengths = self.input.need(32)?;
        if lengths & 0xFFFF != !(lengths >> 16) & 0xFFFF {
            return self.input.wrong("a stored block that contradicts itself");
        }
        let mut left = lengths as usize & 0xFFFF;
        // what the bit buffer holds comes first
        while left > 0 && self.input.count > 0 {
            let byte = self.input.need(8)? as u8;
            self.ring[self.filled as usize % RING] = byte;
            self.filled += 1;
            left -= 1;
            self.make_room(taker)?;
        }
        while left > 0 {
            let at = self.filled as usize % RING;
            let room = (RING - at).min(HALF - (self.filled - self.taken) as usize);
            let bytes = self.input.bytes(left.min(room)).ok_or(Halt::CutOff)?;
            self.ring[at..at + bytes.len()].copy_from_slice(bytes);
            self.filled += bytes.len() as u64;
            left -= bytes.len();
            self.make_room(taker)?;
        }
        Ok(())
    }

    /// The codes of a block: RFC 1951, section 3.2.7.
    fn codes(&mut self) -> Result<(), Halt> {
        const ORDER: [usize; 19] =
            [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
        let of_literals = self.input.need(5)? as usize + 257;
        let of_distances = self.input.need(5)? as usize + 1;
        let of_runs = self.input.need(4)? as usize + 4;
        if of_literals > 286 || of_distances > 30 {
            return self.input.wrong("more codes than there are symbols");
        }
        let mut run_lengths = [0u8; 19];
        for symbol in &ORDER[..of_runs] {
            run_lengths[*symbol] = self.input.need(3)? as u8;
        }
        let Some(runs) = codes::runs(&run_lengths) else {
            return self.input.wrong("codes for code lengths that are not complete");
        };
        let mut lengths = [0u8; 286 + 30];
        let (mut at, end) = (0, of_literals + of_distances);
        while at < end {
            self.input.refill();
            let (symbol, bits) = runs[self.input.bits as usize % runs.len()];
            if self.input.take(u32::from(bits)).is_none() {
                return Err(Halt::CutOff);
            }
            let (value, count) = match symbol {
                0..=15 => (symbol, 1),
                16 if at == 0 => {
                    return self.input.wrong("a code length repeated before the first");
                }
                16 => (lengths[at - 1], 3 + self.input.need(2)? as usize),
                17 => (0, 3 + self.input.need(3)? as usize),
                _ => (0, 11 + self.input.need(7)? as usize),
            };
            if at + count > end {
                return self.input.wrong("more code lengths than codes");
            }
            lengths[at..at + count].fill(value);
            at += count;
        }
        let (literals, distances) = lengths[..end].split_at(of_literals);
        if literals[256] == 0 {
            return self.input.wrong("a block that has no end");
        }
        if !self.literals.build(literals) || !self.distances.build(distances) {
            return self.input.wrong("codes that are not complete");
        }
        Ok(())
    }

    /// Everything up to the end of the block: RFC 1951, section 3.2.3.
    fn symbols(&mut self, taker: &mut impl Taker) -> Result<(), Halt> {
        loop {
            self.make_room(taker)?;
            if self.quick()? {
                return Ok(());
            }
            // what remains is near the end of a piece, unless there is a half to hand over
            if self.filled - self.taken < HALF as u64 && self.careful()? {
                return Ok(());
            }
        }
    }

    /// Decodes symbols as long as there are bytes enough for any, and room; true at the end of the
    /// block.
    fn quick(&mut self) -> Result<bool, Halt> {
        let Inflater { input, ring, filled, taken, literals, distances, .. } = self;
        let ring: &mut [u8; RING] = ring;
        let full = *taken + HALF as u64;
        // in registers as long as the loop runs
        let (mut bits, mut count) = (input.bits, input.count);
        let (mut at, piece) = (input.at, input.piece);
        let mut place = *filled;
        let mut result = Ok(false);
        macro_rules! refill {
            () => {
                // eight bytes, of which as many count as there is room for
                let word = piece.get(at..).and_then(|rest| rest.first_chunk::<8>());
                bits |= u64::from_le_bytes(*word.unwrap_or(&[0; 8])) << count;
                at += (63 - count as usize) / 8;
                count |= 56;
            };
        }
        macro_rules! consume {
            ($n:expr) => {
                let n = $n;
                bits >>= n;
                count -= n;
            };
        }
        // bytes for two refills, of which the first takes seven at most
        while place < full && piece.len() - at >= 15 {
            refill!();
            let mut entry = literals.look_up(bits);
            // three entries of literals take 33 bits at most
            let mut more = 3;
            while entry.literals() > 0 && more > 0 {
                ring[place as usize % RING] = entry.first();
                ring[(place as usize + 1) % RING] = entry.second();
                place += u64::from(entry.literals());
                consume!(entry.bits());
                entry = literals.look_up(bits);
                more -= 1;
            }
            if entry.literals() > 0 {
                continue;
            }
            // and what follows 20
            if entry.is_long() {
                entry = literals.look_up_long(entry, bits);
            }
            if entry.literals() > 0 {
                ring[place as usize % RING] = entry.first();
                place += 1;
                consume!(entry.bits());
                continue;
            }
            if !entry.is_match() {
                consume!(entry.bits());
                result = if entry.is_end() { Ok(true) } else { Err(NOTHING) };
                break;
            }
            let length = entry.base() + entry.extra(bits);
            consume!(entry.all_bits());
            refill!();
            let mut entry = distances.look_up(bits);
            if entry.is_long() {
                entry = distances.look_up_long(entry, bits);
            }
            let distance = u64::from(entry.base() + entry.extra(bits));
            if !entry.is_match() || distance > place {
                result = Err(if entry.is_match() { TOO_FAR } else { NOTHING });
                break;
            }
            consume!(entry.all_bits());
            copy(ring, place as usize, distance as usize, length as usize);
            place += u64::from(length);
        }
        (input.bits, input.count, input.at) = (bits, count, at);
        *filled = place;
        result.or_else(|what| input.wrong(what))
    }

    /// Decodes one symbol, however few bytes are left; true at the end of the block.
    fn careful(&mut self) -> Result<bool, Halt> {
        self.input.refill();
        let entry = self.literals.look_up_one(self.input.bits);
        if entry.literals() > 0 {
            self.input.need(entry.bits())?;
            self.ring[self.filled as usize % RING] = entry.first();
            self.filled += 1;
            return Ok(false);
        }
        if !entry.is_match() {
            self.input.need(entry.bits().max(1))?;
            return if entry.is_end() { Ok(true) } else { self.input.wrong(NOTHING) };
        }
        let length = entry.base() + entry.extra(self.input.bits);
        self.input.need(entry.all_bits())?;
        self.input.refill();
        let entry = self.distances.look_up_one(self.input.bits);
        if !entry.is_match() {
            self.input.need(1)?;
            return self.input.wrong(NOTHING);
        }
        let distance = u64::from(entry.base() + entry.extra(self.input.bits));
        self.input.need(entry.all_bits())?;
        if distance > self.filled {
            return self.input.wrong(TOO_FAR);
        }
        copy(&mut self.ring, self.filled as usize, distance as usize, length as usize);
        self.filled += u64::from(length);
        Ok(false)
    }

    /// Hands bytes over if a half of the ring is full.
    fn make_room(&mut self, taker: &mut impl Taker) -> Result<(), Halt> {
        if self.filled - self.taken >= HALF as u64 { self.hand_over(taker) } else { Ok(()) }
    }

    /// Hands over what was inflated since the last time.
    fn hand_over(&mut self, taker: &mut impl Taker) -> Result<(), Halt> {
        while self.taken < self.filled {
            let at = self.taken as usize % RING;
            let count = (self.filled - self.taken).min((RING - at) as u64) as usize;
            let bytes = &self.ring[at..at + count];
            self.adler.write(bytes);
            taker.bytes(bytes)?;
            self.taken += count as u64;
        }
        Ok(())
    }
}

const NOTHING: &str = "a code that stands for nothing";
const TOO_FAR: &str = "a match that starts before the data";

/// Matches are copied in pieces of so many bytes.
const SPAN: usize = 16;

/// Copies `length` bytes from `distance` before `place`, which counts all bytes so far. What is up to
/// 15 bytes behind them in the ring may change too: it is further back than any match reaches.
#[inline(always)]
fn copy(ring: &mut [u8; RING], place: usize, distance: usize, length: usize) {
    let (from, to) = (place.wrapping_sub(distance) % RING, place % RING);
    if from.max(to) + length + SPAN > RING {
        for i in 0..length {
            ring[(to + i) % RING] = ring[(from + i) % RING];
        }
    } else if distance >= SPAN {
        for i in (0..length).step_by(SPAN) {
            ring.copy_within(from + i..from + i + SPAN, to + i);
        }
    } else {
        // what is repeated within a span, and again after as many repetitions as it holds whole
        let mut span = [0; SPAN];
        span.copy_from_slice(&ring[from..from + SPAN]);
        let mut pattern = u128::from_le_bytes(span) & ((1 << (8 * distance)) - 1);
        for doubled in 0..4 {
            pattern |= pattern.checked_shl((8 * distance as u32) << doubled).unwrap_or(0);
        }
        let span = pattern.to_le_bytes();
        for i in (0..length).step_by(SPAN - SPAN % distance) {
            ring[to + i..to + i + SPAN].copy_from_slice(&span);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::png::samples::{data, zlib};
    use proptest::prelude::*;
    use std::io::Read;

    /// Collects all, with the blocks.
    #[derive(Default)]
    struct All(Vec<u8>, Vec<Block>);

    impl Taker for All {
        fn bytes(&mut self, bytes: &[u8]) -> Result<(), Halt> {
            self.0.extend(bytes);
            Ok(())
        }

        fn block(&mut self, block: Block) -> Result<(), Halt> {
            self.1.push(block);
            Ok(())
        }
    }

    fn inflated(stream: &[u8], piece: usize) -> Result<(All, End), Halt> {
        let mut all = All::default();
        let pieces = stream.chunks(piece).enumerate().map(|(i, bytes)| (i * piece, bytes));
        let end = inflate(pieces, &mut all)?;
        Ok((all, end))
    }

    /// What miniz_oxide makes of a stream, if it finds nothing wrong with it.
    fn by_reference(stream: &[u8]) -> Option<Vec<u8>> {
        let mut all = Vec::new();
        flate2::read::ZlibDecoder::new(stream).read_to_end(&mut all).ok().map(|_| all)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_is_deflated_comes_back(data in data(0), step in 1..100_000usize, piece in 1..9_000usize) {
            let stream = zlib(&data, step);
            prop_assert_eq!(&stream, &zlib(&data, data.len().max(1)), "cut otherwise");
            let (all, end) = inflated(&stream, piece).unwrap();
            prop_assert!(all.0 == data);
            prop_assert_eq!(end.length, stream.len() as u64);
            prop_assert!(end.matches);
            let mut at = 16;
            for block in &all.1 {
                prop_assert_eq!(block.start, at);
                at = block.end;
            }
        }

        #[test]
        fn damage_is_told(
            stream in data(0).prop_map(|data| zlib(&data, 50_000)),
            at in any::<proptest::sample::Index>(),
            bit in 0..8u8,
            piece in 1..3_000usize,
        ) {
            let mut broken = stream.clone();
            broken[at.index(stream.len())] ^= 1 << bit;
            // where a fault lies is told to some bytes, by how far was read ahead
            let told = |piece| match inflated(&broken, piece) {
                Ok((all, end)) => Ok((all.0, end)),
                Err(Halt::Damaged(_, what)) => Err(Halt::Damaged(0, what)),
                Err(halt) => Err(halt),
            };
            let first = told(piece);
            prop_assert!(first == told(usize::MAX));
            // a bit can be such that nothing changes, or that Adler-32 does not see it; which codes that
            // are not whole are let through is each reader's own
            let seen = first.ok().filter(|(_, end)| end.matches).map(|(all, _)| all);
            let reference = by_reference(&broken);
            prop_assert!(seen.is_none() || reference.is_none() || seen == reference);
            let cut = inflated(&stream[..at.index(stream.len().saturating_sub(4))], piece);
            prop_assert_eq!(cut.map(|_| ()), Err(Halt::CutOff));
        }
    }

    #[test]
    fn every_kind_of_block_is_read() {
        // an empty stored one, a fixed one with a run, a stored one with what the fill bits hide
        let stream = [
            0x78, 0x01, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0x4A, 0x4C, 0x04, 0x01, 0x00, 0x00, 0x00,
            0x00, 0xFF, 0xFF, 0x81, 0x02, 0x00, 0xFD, 0xFF, b'h', b'i', 0, 0, 0, 0, b'x',
        ];
        let (all, end) = inflated(&stream, 3).unwrap();
        assert_eq!(all.0, b"aaaaaahi");
        let blocks: Vec<_> = all.1.iter().map(|b| (b.stored, b.empty, b.last)).collect();
        let expected =
            [(true, true, false), (false, false, false), (true, true, false), (true, false, true)];
        assert_eq!(blocks, expected);
        assert_eq!((end.matches, end.length), (false, stream.len() as u64 - 1));
    }
}
