//! Goes over a zlib stream to its last bit: RFC 1950 and 1951.
//!
//! Nothing is taken but what is written: no block that holds nothing, no bit set where none counts, the
//! one header, the right checksum, and nothing behind it. Codes of up to eleven bits are looked up, longer
//! ones counted out.

mod code;
mod stream;
mod window;

use code::Codes;
use stream::{Stream, low};
use window::{FULL, LONGEST, Output, ROOM, TOO_FAR, repeat};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::png::samples::{data, zlib};
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

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn what_is_deflated_comes_back(data in data(1), piece in 1..9_000usize) {
            let stream = zlib(&data, data.len());
            prop_assert!(inflated(&stream, piece) == Ok(data));
        }

        #[test]
        fn every_changed_bit_is_seen(
            data in data(1),
            at in any::<proptest::sample::Index>(),
            bit in 0..8u8,
        ) {
            let mut stream = zlib(&data, data.len());
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
