//! Prefix codes: ISO/IEC 18181-1, C.2.4, which has them from RFC 7932 (Brotli), sections 3.2 to 3.5.

use super::{invalid, width};
use crate::Error;
use crate::container::jxl::bits::BitReader;

/// The longest code, in bits.
const LONGEST: usize = 15;

/// A canonical prefix code.
#[derive(Debug, Clone)]
pub(super) struct PrefixCode {
    /// How many codes have each length, from 0.
    counts: [u32; LONGEST + 1],
    /// The symbols by the lengths of their codes.
    symbols: Vec<u32>,
}

impl PrefixCode {
    /// How many symbols there are.
    pub(super) fn alphabet(reader: &mut BitReader<'_>) -> Result<u32, Error> {
        if !reader.bit()? {
            return Ok(1);
        }
        let count = reader.read(4)?;
        let size = 1u32.wrapping_shl(count).saturating_add(reader.read(count)?).saturating_add(1);
        if size <= 1 << LONGEST { Ok(size) } else { Err(invalid(reader)) }
    }

    /// A code for `size` symbols.
    pub(super) fn read(reader: &mut BitReader<'_>, size: u32) -> Result<PrefixCode, Error> {
        if size == 1 {
            return Ok(PrefixCode::alone(0));
        }
        match reader.read(2)? {
            1 => PrefixCode::simple(reader, size),
            skipped => PrefixCode::complex(reader, size, skipped),
        }
    }

    /// The code of one symbol, which takes no bits.
    fn alone(symbol: u32) -> PrefixCode {
        let mut counts = [0; LONGEST + 1];
        let [none, ..] = &mut counts;
        *none = 1;
        PrefixCode { counts, symbols: vec![symbol] }
    }

    /// The code of symbols with codes of these lengths, 0 for none; `None` if it is not complete.
    fn of(lengths: &[u8]) -> Option<PrefixCode> {
        let mut counts = [0u32; LONGEST + 1];
        let mut symbols: Vec<(u8, u32)> = Vec::new();
        for (symbol, length) in (0u32..).zip(lengths).filter(|(_, length)| **length > 0) {
            let count = counts.get_mut(usize::from(*length))?;
            *count = count.saturating_add(1);
            symbols.push((*length, symbol));
        }
        let spaces = (0u32..)
            .zip(counts)
            .map(|(length, count)| u64::from(count).wrapping_shl(15u32.saturating_sub(length)));
        if spaces.sum::<u64>() != 1 << LONGEST {
            return None;
        }
        symbols.sort_unstable();
        Some(PrefixCode {
            counts,
            symbols: symbols.into_iter().map(|(_, symbol)| symbol).collect(),
        })
    }

    fn simple(reader: &mut BitReader<'_>, size: u32) -> Result<PrefixCode, Error> {
        let bits = width(size.saturating_sub(1));
        let count = reader.read(2)?.saturating_add(1);
        let mut symbols = Vec::new();
        for _ in 0..count {
            let symbol = reader.read(bits)?;
            if symbol >= size || symbols.contains(&symbol) {
                return Err(invalid(reader));
            }
            symbols.push(symbol);
        }
        let lengths: &[u8] = match count {
            1 => return Ok(PrefixCode::alone(symbols.first().copied().unwrap_or(0))),
            2 => &[1, 1],
            3 => &[1, 2, 2],
            _ if reader.bit()? => &[1, 2, 3, 3],
            _ => &[2, 2, 2, 2],
        };
        let mut of = vec![0; usize::try_from(size).unwrap_or(0)];
        for (symbol, length) in symbols.iter().zip(lengths) {
            if let Some(place) = usize::try_from(*symbol).ok().and_then(|at| of.get_mut(at)) {
                *place = *length;
            }
        }
        PrefixCode::of(&of).ok_or_else(|| invalid(reader))
    }

    fn complex(reader: &mut BitReader<'_>, size: u32, skipped: u32) -> Result<PrefixCode, Error> {
        let of_lengths = PrefixCode::of_lengths(reader, skipped)?;
        let size = usize::try_from(size).unwrap_or(0);
        let mut lengths: Vec<u8> = Vec::with_capacity(size);
        let (mut space, mut last) = (0u32, 8u8);
        // the repeat code before this one, and how often it repeats
        let mut repeat: Option<(u32, usize)> = None;
        while lengths.len() < size && space < 1 << LONGEST {
            let symbol = of_lengths.next(reader)?;
            let Some((bits, length)) = (match symbol {
                16 => Some((2u32, last)),
                17 => Some((3, 0)),
                _ => None,
            }) else {
                repeat = None;
                let length = u8::try_from(symbol).unwrap_or(0);
                lengths.push(length);
                if length > 0 {
                    last = length;
                    space = space.saturating_add(room(length));
                }
                continue;
            };
            let extra = usize::try_from(reader.read(bits)?).unwrap_or(0);
            let before = repeat.filter(|(code, _)| *code == symbol).map_or(0, |(_, times)| times);
            let times = match before {
                0 => extra.saturating_add(3),
                before => before
                    .saturating_sub(2)
                    .wrapping_shl(bits)
                    .saturating_add(extra)
                    .saturating_add(3),
            };
            let more = times.saturating_sub(before);
            repeat = Some((symbol, times));
            if more > size.saturating_sub(lengths.len()) {
                return Err(invalid(reader));
            }
            lengths.resize(lengths.len().saturating_add(more), length);
            if length > 0 {
                let more = u32::try_from(more).unwrap_or(u32::MAX);
                space = space.saturating_add(room(length).saturating_mul(more));
            }
        }
        PrefixCode::of(&lengths).ok_or_else(|| invalid(reader))
    }

    /// The code of the lengths of codes.
    fn of_lengths(reader: &mut BitReader<'_>, skipped: u32) -> Result<PrefixCode, Error> {
        const ORDER: [usize; 18] = [1, 2, 3, 4, 0, 5, 17, 6, 16, 7, 8, 9, 10, 11, 12, 13, 14, 15];
        let mut lengths = [0u8; 18];
        let mut space = 0u32;
        for symbol in ORDER.into_iter().skip(usize::try_from(skipped).unwrap_or(0)) {
            let length = match reader.read(2)? {
                0 => 0,
                1 => 4,
                2 => 3,
                _ if !reader.bit()? => 2,
                _ if !reader.bit()? => 1,
                _ => 5,
            };
            if let Some(place) = lengths.get_mut(symbol) {
                *place = length;
            }
            if length > 0 {
                space = space.saturating_add(room(length));
            }
            if space >= 1 << LONGEST {
                break;
            }
        }
        let mut used = (0u32..).zip(lengths).filter(|(_, length)| *length > 0);
        match (used.next(), used.next()) {
            (Some((symbol, _)), None) => Ok(PrefixCode::alone(symbol)),
            _ => PrefixCode::of(&lengths).ok_or_else(|| invalid(reader)),
        }
    }

    /// The next symbol.
    pub(super) fn next(&self, reader: &mut BitReader<'_>) -> Result<u32, Error> {
        let [alone, counts @ ..] = &self.counts;
        let (mut code, mut first, mut index) = (0u32, 0u32, 0u32);
        let symbol = |index: u32| usize::try_from(index).ok().and_then(|at| self.symbols.get(at));
        if *alone > 0 {
            return symbol(0).copied().ok_or_else(|| invalid(reader));
        }
        for count in counts {
            code = code.wrapping_shl(1) | u32::from(reader.bit()?);
            if let Some(within) = code.checked_sub(first).filter(|within| within < count) {
                let found = symbol(index.saturating_add(within)).copied();
                return found.ok_or_else(|| invalid(reader));
            }
            index = index.saturating_add(*count);
            first = first.saturating_add(*count).wrapping_shl(1);
        }
        Err(invalid(reader))
    }
}

/// The share that a code of `length` takes of all codes of the longest length.
fn room(length: u8) -> u32 {
    (1u32 << LONGEST).wrapping_shr(u32::from(length))
}
