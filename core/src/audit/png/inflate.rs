//! Goes over a zlib stream to its last bit: RFC 1950 and 1951.
//!
//! Nothing is taken but what is written: no block that holds nothing, no bit set where none counts, the
//! one header, the right checksum, and nothing behind it. Codes of up to eleven bits are looked up, longer
//! ones counted out.

use zeroize::Zeroizing;

use crate::audit::png::checksum::Adler;

/// Which rule does not hold.
pub(super) type Broken = &'static str;

/// Takes what is inflated, in its order.
pub(super) trait Reader {
    fn read(&mut self, bytes: &[u8]) -> Result<(), Broken>;
}

/// Goes over the stream that `pieces` make.
pub(super) fn inflate(pieces: &[&[u8]], reader: &mut impl Reader) -> Result<(), Broken> {
    let mut stream = Stream { pieces, piece: &[], bits: 0, count: 0 };
    if stream.take(16)? != 0x9C78 {
        return Err("the one header of a zlib stream");
    }
    let mut output = Output::new(reader);
    let mut codes = Codes::default();
    loop {
        let last = stream.take(1)? == 1;
        let before = output.total();
        match stream.take(2)? {
            0 => stored(&mut stream, &mut output)?,
            1 => {
                codes.fix();
                symbols(&mut stream, &mut output, &codes)?;
            }
            2 => {
                codes.read(&mut stream)?;
                symbols(&mut stream, &mut output, &codes)?;
            }
            _ => return Err("a block of a kind that exists"),
        }
        if output.total() == before {
            return Err("no block that holds nothing");
        }
        if last {
            break;
        }
    }
    output.hand_over()?;
    stream.align()?;
    if (stream.take(32)? as u32).swap_bytes() != output.adler.value() {
        return Err("the checksum of the zlib stream");
    }
    if stream.count > 0 || stream.advance() {
        return Err("nothing behind the zlib stream");
    }
    Ok(())
}

const SHORT: Broken = "a whole zlib stream";

/// Bits, the first one lowest.
struct Stream<'a> {
    pieces: &'a [&'a [u8]],
    piece: &'a [u8],
    /// Those above `count` are zero.
    bits: u64,
    count: u32,
}

impl Stream<'_> {
    /// Goes on to a piece that has bytes; false at the end.
    fn advance(&mut self) -> bool {
        while self.piece.is_empty() {
            let Some((piece, rest)) = self.pieces.split_first() else { return false };
            (self.piece, self.pieces) = (piece, rest);
        }
        true
    }

    /// Fills up to 48 bits at least, or what is left.
    #[inline(always)]
    fn fill(&mut self) {
        if self.count >= 48 {
            return;
        }
        if let Some((word, _)) = self.piece.split_first_chunk::<8>() {
            // whole bytes that there is room for
            let bytes = 7u32.wrapping_sub(self.count >> 3);
            let mask = (1u64 << (bytes << 3)).wrapping_sub(1);
            self.bits |= (u64::from_le_bytes(*word) & mask) << self.count;
            self.count = self.count.wrapping_add(bytes << 3);
            self.piece = self.piece.get(bytes as usize..).unwrap_or_default();
        } else {
            self.fill_slowly();
        }
    }

    #[cold]
    fn fill_slowly(&mut self) {
        while self.count <= 48 && self.advance() {
            let Some((byte, rest)) = self.piece.split_first() else { return };
            self.bits |= u64::from(*byte) << self.count;
            self.count = self.count.saturating_add(8);
            self.piece = rest;
        }
    }

    /// Goes over `count` bits, which have been filled in.
    #[inline(always)]
    fn skip(&mut self, count: u32) -> Result<(), Broken> {
        if count > self.count {
            return Err(SHORT);
        }
        self.bits >>= count;
        self.count = self.count.wrapping_sub(count);
        Ok(())
    }

    /// The next `count` bits, 32 at most.
    fn take(&mut self, count: u32) -> Result<u64, Broken> {
        self.fill();
        let taken = self.bits & (1u64 << count).wrapping_sub(1);
        self.skip(count)?;
        Ok(taken)
    }

    /// The bits up to the next whole byte, which have to be zero.
    fn align(&mut self) -> Result<(), Broken> {
        if self.take(self.count & 7)? != 0 {
            return Err("zeros up to the next whole byte");
        }
        Ok(())
    }
}

/// The bytes that a match may reach back to, and as many that are to be handed over.
const WINDOW: usize = 1 << 15;
const ROOM: usize = 3 * WINDOW;
const LONGEST: usize = 258;
/// There is no room for the longest match behind this.
const FULL: usize = ROOM - LONGEST - SPAN;
/// Matches are copied in pieces of so many bytes, and up to one less is written behind them.
const SPAN: usize = 16;

struct Output<'r, R> {
    bytes: Box<Zeroizing<[u8; ROOM]>>,
    /// How many bytes are there, and how many of these were handed over.
    filled: usize,
    handed: usize,
    /// How many bytes have left the window.
    gone: u64,
    adler: Adler,
    reader: &'r mut R,
}

impl<'r, R: Reader> Output<'r, R> {
    fn new(reader: &'r mut R) -> Self {
        let bytes = Box::new(Zeroizing::new([0; ROOM]));
        Output { bytes, filled: 0, handed: 0, gone: 0, adler: Adler::new(), reader }
    }

    fn total(&self) -> u64 {
        self.gone.saturating_add(self.filled as u64)
    }

    /// Gives the reader what it has not seen.
    fn hand_over(&mut self) -> Result<(), Broken> {
        let bytes = self.bytes.get(self.handed..self.filled).unwrap_or_default();
        self.adler.add(bytes);
        self.reader.read(bytes)?;
        self.handed = self.filled;
        Ok(())
    }

    /// Sees to it that there is room for a match.
    #[inline(always)]
    fn make_room(&mut self) -> Result<(), Broken> {
        if self.filled > FULL { self.slide() } else { Ok(()) }
    }

    #[cold]
    fn slide(&mut self) -> Result<(), Broken> {
        self.hand_over()?;
        let from = self.filled.saturating_sub(WINDOW);
        self.bytes.copy_within(from..self.filled, 0);
        self.gone = self.gone.saturating_add(from as u64);
        self.filled = self.filled.saturating_sub(from);
        self.handed = self.filled;
        Ok(())
    }

    #[inline(always)]
    fn literal(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.filled) {
            *place = byte;
        }
        self.filled = self.filled.wrapping_add(1);
    }

    #[inline(always)]
    fn repeat(&mut self, distance: usize, length: usize) -> Result<(), Broken> {
        let Some(from) = self.filled.checked_sub(distance) else { return Err(TOO_FAR) };
        repeat(&mut self.bytes, from, self.filled, length);
        self.filled = self.filled.wrapping_add(length);
        Ok(())
    }
}

const TOO_FAR: Broken = "matches that start in the data";

/// Copies `length` bytes from `from` to `to`, which lies behind; what was copied may be copied again.
#[inline(always)]
fn repeat(bytes: &mut [u8; ROOM], from: usize, to: usize, length: usize) {
    let distance = to.wrapping_sub(from);
    // so many bytes are known, and each stands again after so many
    let (known, every) = match distance {
        SPAN.. => (None, SPAN),
        _ => pattern(bytes, from, distance),
    };
    let mut done = 0;
    while done < length {
        let span = match known {
            Some(span) => span,
            None => span_at(bytes, from.wrapping_add(done)),
        };
        let place = bytes.get_mut(to.wrapping_add(done)..).and_then(<[u8]>::first_chunk_mut);
        if let Some(place) = place {
            *place = span;
        }
        done = done.wrapping_add(every);
    }
}

#[inline(always)]
fn span_at(bytes: &[u8; ROOM], at: usize) -> [u8; SPAN] {
    bytes.get(at..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default()
}

/// The bytes at `at`, of which the first `distance` follow each other again and again; and after how
/// many bytes such a piece can stand again: as many repetitions as fit in as a whole.
#[inline(always)]
fn pattern(bytes: &[u8; ROOM], at: usize, distance: usize) -> (Option<[u8; SPAN]>, usize) {
    let bits = (distance as u32).wrapping_mul(8);
    let once = 1u128.checked_shl(bits).map_or(u128::MAX, |bit| bit.wrapping_sub(1));
    let mut span = u128::from_le_bytes(span_at(bytes, at)) & once;
    for doubled in 0..4u32 {
        span |= span.checked_shl(bits << doubled).unwrap_or(0);
    }
    let whole = SPAN.checked_rem(distance).map_or(SPAN, |rest| SPAN.wrapping_sub(rest));
    (Some(span.to_le_bytes()), whole)
}

/// RFC 1951, section 3.2.4.
fn stored<R: Reader>(stream: &mut Stream<'_>, output: &mut Output<'_, R>) -> Result<(), Broken> {
    stream.align()?;
    let (length, inverse) = (stream.take(16)?, stream.take(16)?);
    if length ^ inverse != 0xFFFF {
        return Err("a stored block of one length");
    }
    let mut left = usize::try_from(length).unwrap_or(0);
    while left > 0 {
        output.make_room()?;
        if stream.count > 0 {
            let byte = stream.take(8)?.to_le_bytes().first().copied().unwrap_or_default();
            output.literal(byte);
            left = left.saturating_sub(1);
            continue;
        }
        if !stream.advance() {
            return Err(SHORT);
        }
        let room = output.bytes.get_mut(output.filled..).unwrap_or_default();
        let count = left.min(stream.piece.len()).min(room.len());
        let (now, later) = stream.piece.split_at_checked(count).ok_or(SHORT)?;
        room.get_mut(..count).unwrap_or_default().copy_from_slice(now);
        stream.piece = later;
        output.filled = output.filled.saturating_add(count);
        left = left.saturating_sub(count);
    }
    Ok(())
}

/// Everything up to the end of a block: RFC 1951, section 3.2.3.
fn symbols<R: Reader>(
    stream: &mut Stream<'_>,
    output: &mut Output<'_, R>,
    codes: &Codes,
) -> Result<(), Broken> {
    loop {
        output.make_room()?;
        // what remains is a long code, or near the end of a piece
        if quick(stream, output, codes)? || one(stream, output, codes)? {
            return Ok(());
        }
    }
}

/// The shortest length of each symbol from 257 on, and how many bits add to it; and the distances.
const LENGTHS: [(u16, u8); 29] = lengths();
const DISTANCES: [(u16, u8); 30] = bases(&[4, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2], 1);

/// A symbol, and the match that it may start; true at the end of the block.
fn one<R: Reader>(
    stream: &mut Stream<'_>,
    output: &mut Output<'_, R>,
    codes: &Codes,
) -> Result<bool, Broken> {
    output.make_room()?;
    stream.fill();
    let symbol = codes.literals.next(stream)?;
    if symbol < END {
        output.literal(symbol.to_le_bytes().first().copied().unwrap_or_default());
        return Ok(false);
    }
    if symbol == END {
        return Ok(true);
    }
    let place = usize::from(symbol.wrapping_sub(END + 1));
    let (length, extra) = *LENGTHS.get(place).ok_or(NOTHING)?;
    let length = u64::from(length).wrapping_add(stream.bits & low(extra));
    stream.skip(u32::from(extra))?;
    stream.fill();
    let symbol = codes.distances.next(stream)?;
    let (distance, extra) = *DISTANCES.get(usize::from(symbol)).ok_or(NOTHING)?;
    let distance = u64::from(distance).wrapping_add(stream.bits & low(extra));
    stream.skip(u32::from(extra))?;
    output.repeat(distance as usize, length as usize)?;
    Ok(false)
}

/// The symbol that ends a block; literals are below, lengths above.
const END: u16 = 256;

/// Goes over symbols with short codes as long as there are bytes for any, and room; true at the end of
/// the block.
fn quick<R: Reader>(
    stream: &mut Stream<'_>,
    output: &mut Output<'_, R>,
    codes: &Codes,
) -> Result<bool, Broken> {
    let bytes: &mut [u8; ROOM] = &mut output.bytes;
    // bits above the count are those of the bytes that come next
    let Stream { mut piece, mut bits, mut count, .. } = *stream;
    let mut filled = output.filled;
    let mut result = Ok(false);
    macro_rules! fill {
        () => {
            let word = piece.first_chunk().copied().unwrap_or_default();
            bits |= u64::from_le_bytes(word) << count;
            // as many whole bytes as there was room for
            piece = piece.get((63u32.wrapping_sub(count) >> 3) as usize..).unwrap_or_default();
            count |= 56;
        };
    }
    macro_rules! skip {
        ($count:expr) => {
            let skipped = u32::from($count);
            bits >>= skipped;
            count = count.wrapping_sub(skipped);
        };
    }
    // to fill in twice takes 15 bytes
    while filled <= FULL && piece.len() >= 15 {
        fill!();
        let mut entry = codes.literals.quick(bits);
        // three literals take 33 bits at most, and leave enough for a length
        let mut more = 3u8;
        while entry.wrapping_sub(1) < (END << 4) - 1 && more > 0 {
            if let Some(place) = bytes.get_mut(filled) {
                *place = (entry >> 4) as u8;
            }
            filled = filled.wrapping_add(1);
            skip!(entry & 15);
            entry = codes.literals.quick(bits);
            more = more.wrapping_sub(1);
        }
        if more == 0 {
            continue;
        }
        if entry >> 4 == END {
            skip!(entry & 15);
            result = Ok(true);
            break;
        }
        let before = (bits, count, piece);
        let length = LENGTHS.get(usize::from(entry >> 4).wrapping_sub(usize::from(END) + 1));
        skip!(entry & 15);
        let (length, extra) = length.copied().unwrap_or_default();
        let length = usize::from(length).wrapping_add((bits & low(extra)) as usize);
        skip!(extra);
        fill!();
        let found = codes.distances.quick(bits);
        if length == 0 || found == 0 {
            // a long code, or one that stands for nothing
            (bits, count, piece) = before;
            break;
        }
        let Some((distance, extra)) = DISTANCES.get(usize::from(found >> 4)) else {
            result = Err(NOTHING);
            break;
        };
        skip!(found & 15);
        let distance = usize::from(*distance).wrapping_add((bits & low(*extra)) as usize);
        skip!(*extra);
        let Some(from) = filled.checked_sub(distance) else {
            result = Err(TOO_FAR);
            break;
        };
        repeat(bytes, from, filled, length);
        filled = filled.wrapping_add(length);
    }
    (stream.piece, stream.bits, stream.count) = (piece, bits & low(count as u8), count);
    output.filled = filled;
    result
}

const NOTHING: Broken = "codes that stand for something";

/// A mask of so many bits.
fn low(bits: u8) -> u64 {
    (1u64 << bits).wrapping_sub(1)
}

/// The values at which symbols start: so many with no extra bits, so many with one, …
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // checked when it is compiled
const fn bases<const N: usize>(counts: &[usize], first: u16) -> [(u16, u8); N] {
    let mut table = [(0, 0); N];
    let (mut symbol, mut base, mut extra) = (0, first, 0);
    while extra < counts.len() {
        let mut left = counts[extra];
        while left > 0 && symbol < N {
            table[symbol] = (base, extra as u8);
            base = base.wrapping_add(1 << extra);
            symbol += 1;
            left -= 1;
        }
        extra += 1;
    }
    table
}

/// The longest match has a symbol of its own, though the one before would reach to it.
#[allow(clippy::indexing_slicing)] // checked when it is compiled
const fn lengths() -> [(u16, u8); 29] {
    let mut table = bases(&[8, 4, 4, 4, 4, 4], 3);
    table[28] = (LONGEST as u16, 0);
    table
}

/// The codes of a block.
#[derive(Default)]
struct Codes {
    literals: Code,
    distances: Code,
    fixed: bool,
}

impl Codes {
    /// RFC 1951, section 3.2.6.
    fn fix(&mut self) {
        if self.fixed {
            return;
        }
        let length = |symbol: usize| match symbol {
            0..144 => 8,
            144..256 => 9,
            256..280 => 7,
            _ => 8,
        };
        let lengths: Vec<u8> = (0..288).map(length).collect();
        // both are complete
        self.fixed = self.literals.set(&lengths) && self.distances.set(&[5; 32]);
    }

    /// RFC 1951, section 3.2.7.
    fn read(&mut self, stream: &mut Stream<'_>) -> Result<(), Broken> {
        const ORDER: [u8; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
        self.fixed = false;
        let of_literals = (stream.take(5)? as usize).saturating_add(257);
        let of_distances = (stream.take(5)? as usize).saturating_add(1);
        let of_runs = (stream.take(4)? as usize).saturating_add(4);
        if of_literals > 286 || of_distances > 30 {
            return Err("no more codes than symbols");
        }
        let mut run_lengths = [0u8; 19];
        for symbol in ORDER.iter().take(of_runs) {
            let length = stream.take(3)?.to_le_bytes().first().copied().unwrap_or_default();
            if let Some(place) = run_lengths.get_mut(usize::from(*symbol)) {
                *place = length;
            }
        }
        let mut runs = Code::default();
        if !runs.set(&run_lengths) || runs.lone {
            return Err(INCOMPLETE);
        }
        let total = of_literals.saturating_add(of_distances);
        let mut lengths: Vec<u8> = Vec::with_capacity(total.saturating_add(138));
        while lengths.len() < total {
            stream.fill();
            let symbol = runs.next(stream)?;
            let (value, least, extra) = match symbol {
                0..=15 => (symbol.to_le_bytes().first().copied().unwrap_or_default(), 1, 0),
                16 => (*lengths.last().ok_or("a code length before it is repeated")?, 3, 2),
                17 => (0, 3, 3),
                _ => (0, 11, 7),
            };
            let count = (stream.take(extra)? as usize).saturating_add(least);
            lengths.extend(std::iter::repeat_n(value, count));
        }
        if lengths.len() != total || lengths.get(256).is_none_or(|end| *end == 0) {
            return Err("as many code lengths as codes, and one for the end");
        }
        let (literals, distances) = lengths.split_at_checked(of_literals).ok_or(INCOMPLETE)?;
        if self.literals.set(literals) && self.distances.set(distances) {
            Ok(())
        } else {
            Err(INCOMPLETE)
        }
    }
}

const INCOMPLETE: Broken = "codes that are complete";

/// Bits that are looked up at once.
const QUICK: u32 = 11;

/// A code: RFC 1951, section 3.2.2.
struct Code {
    /// Symbol and length (in the low four bits) for the next bits; 0 for longer codes, and for none.
    quick: [u16; 1 << QUICK],
    /// How many codes have each length, and the symbols in the order of their codes.
    counts: [u16; 16],
    symbols: Vec<u16>,
    /// True if it has fewer codes than bits allow.
    lone: bool,
}

impl Default for Code {
    fn default() -> Code {
        Code { quick: [0; 1 << QUICK], counts: [0; 16], symbols: Vec::new(), lone: false }
    }
}

impl Code {
    /// Takes these code lengths; false if they are too many or too few. One code of one bit may stand
    /// alone, and there may be none.
    fn set(&mut self, lengths: &[u8]) -> bool {
        self.counts = [0; 16];
        for length in lengths.iter().filter(|length| **length > 0) {
            if let Some(count) = self.counts.get_mut(usize::from(*length)) {
                *count = count.saturating_add(1);
            }
        }
        let mut left = 1i32;
        for count in self.counts.iter().skip(1) {
            left = left.saturating_mul(2).saturating_sub(i32::from(*count));
            if left < 0 {
                return false;
            }
        }
        let used: u32 = self.counts.iter().map(|count| u32::from(*count)).sum();
        self.lone = left > 0;
        if self.lone && used > 0 && !(used == 1 && self.counts.get(1) == Some(&1)) {
            return false;
        }
        self.symbols.clear();
        self.quick = [0; 1 << QUICK];
        let mut code = 0u32;
        for length in 1..=15u32 {
            let symbols = (0u16..).zip(lengths).filter(|(_, l)| u32::from(**l) == length);
            for (symbol, _) in symbols {
                self.symbols.push(symbol);
                if length <= QUICK {
                    let first = code.reverse_bits().checked_shr(32u32.wrapping_sub(length));
                    let places = self.quick.iter_mut().skip(first.unwrap_or(0) as usize);
                    let entry = symbol << 4 | length as u16;
                    places.step_by(1 << length).for_each(|place| *place = entry);
                }
                code = code.wrapping_add(1);
            }
            code <<= 1;
        }
        true
    }

    /// Symbol and length of the code with which `bits` start; 0 if it is longer, or none.
    #[inline(always)]
    fn quick(&self, bits: u64) -> u16 {
        self.quick.get((bits & low(QUICK as u8)) as usize).copied().unwrap_or_default()
    }

    /// The next symbol; its bits have been filled in.
    #[inline(always)]
    fn next(&self, stream: &mut Stream<'_>) -> Result<u16, Broken> {
        let entry = self.quick(stream.bits);
        if entry == 0 {
            return self.next_slowly(stream);
        }
        stream.skip(u32::from(entry & 15))?;
        Ok(entry >> 4)
    }

    /// Counts out a code bit by bit.
    #[cold]
    fn next_slowly(&self, stream: &mut Stream<'_>) -> Result<u16, Broken> {
        let (mut code, mut first, mut index) = (0u32, 0u32, 0u32);
        for (length, count) in (0u32..).zip(&self.counts).skip(1) {
            let bit = (stream.bits >> length.wrapping_sub(1)) & 1;
            code |= bit as u32;
            let count = u32::from(*count);
            if let Some(place) = code.checked_sub(first)
                && place < count
            {
                stream.skip(length)?;
                let place = index.wrapping_add(place) as usize;
                return self.symbols.get(place).copied().ok_or(NOTHING);
            }
            index = index.wrapping_add(count);
            first = first.wrapping_add(count) << 1;
            code <<= 1;
        }
        Err(if stream.count < 15 { SHORT } else { NOTHING })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::png::deflate::Deflater;
    use proptest::prelude::*;

    #[derive(Default)]
    struct All(Vec<u8>);

    impl Reader for All {
        fn read(&mut self, bytes: &[u8]) -> Result<(), Broken> {
            self.0.extend(bytes);
            Ok(())
        }
    }

    fn inflated(stream: &[u8], piece: usize) -> Result<Vec<u8>, Broken> {
        let mut all = All::default();
        inflate(&stream.chunks(piece).collect::<Vec<_>>(), &mut all)?;
        Ok(all.0)
    }

    fn deflated(data: &[u8]) -> Vec<u8> {
        let mut out = vec![0x78, 0x9C];
        let mut deflater = Deflater::new();
        deflater
            .push(data, &mut |bytes| {
                out.extend(bytes);
                Ok(())
            })
            .unwrap();
        deflater
            .finish(&mut |bytes| {
                out.extend(bytes);
                Ok(())
            })
            .unwrap();
        out.extend(simd_adler32::adler32(&data).to_be_bytes());
        out
    }

    fn data() -> impl Strategy<Value = Vec<u8>> {
        let part = prop_oneof![
            (any::<u8>(), 1..3_000usize).prop_map(|(byte, n)| vec![byte; n]),
            (proptest::collection::vec(any::<u8>(), 1..40), 1..400usize)
                .prop_map(|(bytes, n)| bytes.repeat(n)),
            proptest::collection::vec(any::<u8>(), 1..20_000),
            proptest::collection::vec(0..4u8, 1..20_000),
        ];
        proptest::collection::vec(part, 1..40).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn what_is_deflated_comes_back(data in data(), piece in 1..9_000usize) {
            let stream = deflated(&data);
            prop_assert!(inflated(&stream, piece) == Ok(data));
        }

        #[test]
        fn every_changed_bit_is_seen(
            data in data(),
            at in any::<proptest::sample::Index>(),
            bit in 0..8u8,
        ) {
            let mut stream = deflated(&data);
            let at = at.index(stream.len());
            stream[at] ^= 1 << bit;
            prop_assert!(inflated(&stream, 4_096).is_err());
            stream[at] ^= 1 << bit;
            prop_assert!(inflated(&stream[..at], 4_096).is_err());
            stream.push(0);
            prop_assert!(inflated(&stream, 4_096).is_err());
        }
    }

    #[test]
    fn tables_are_those_of_the_standard() {
        assert_eq!((LENGTHS[0], LENGTHS[8], LENGTHS[27]), ((3, 0), (11, 1), (227, 5)));
        assert_eq!(LENGTHS[28], (258, 0));
        assert_eq!((DISTANCES[3], DISTANCES[4], DISTANCES[29]), ((4, 0), (5, 1), (24_577, 13)));
    }

    #[test]
    fn blocks_that_hold_nothing_and_bits_that_do_not_count_are_seen() {
        // a stored block
        let plain = b"\x78\x9C\x01\x02\0\xFD\xFFhi\x01\x3B\0\xD2";
        assert_eq!(inflated(plain, 3), Ok(b"hi".to_vec()));
        let with = |at: usize, bytes: &[u8]| {
            let mut stream = plain.to_vec();
            stream.splice(at..at, bytes.iter().copied());
            inflated(&stream, 99)
        };
        assert!(with(2, b"\0\0\0\xFF\xFF").is_err());
        // an empty block that tells no codes, and the header of the stored one behind it
        let mut stream = plain.to_vec();
        stream.splice(2..3, [0b10, 0b100]);
        assert!(inflated(&stream, 99).is_err());
        for bit in 3..8 {
            let mut stream = plain.to_vec();
            stream[2] |= 1 << bit;
            assert!(inflated(&stream, 99).is_err());
        }
        let mut other = plain.to_vec();
        other[1] = 0x01;
        assert!(inflated(&other, 99).is_err());
    }
}
