//! Entropy-coded numbers: ISO/IEC 18181-1, annex C. Needed for what a codestream codes outside of its
//! pictures: profiles, the order of sections, which frames others take patches from.

mod ans;
mod clusters;
mod prefix;

use zeroize::Zeroizing;

use self::ans::Distribution;
use self::prefix::PrefixCode;
use crate::Error;
use crate::container::jxl::bits::BitReader;
use crate::container::jxl::fields::Way::{Bits, Value};
use crate::container::jxl::fields::{Coder, Ways};

const MIN_SYMBOL: Ways = [Value(224), Value(512), Value(4096), Bits(15, 8)];
const MIN_LENGTH: Ways = [Value(3), Value(4), Bits(2, 5), Bits(8, 9)];

/// How far back LZ77 reaches.
const WINDOW: usize = 1 << 20;

/// How many numbers may still be decoded: some codes make many numbers out of no bits at all.
#[derive(Debug)]
pub(super) struct Budget(u32);

/// More than any real picture has outside of its samples.
const MOST_NUMBERS: u32 = 1 << 25;

impl Budget {
    pub(super) fn new() -> Budget {
        Budget(MOST_NUMBERS)
    }

    fn spend(&mut self) -> Result<(), Error> {
        let limit =
            Error::Limit { what: "too much data besides its pixels", limit: MOST_NUMBERS.into() };
        self.0 = self.0.checked_sub(1).ok_or(limit)?;
        Ok(())
    }
}

/// How a number follows from a symbol and further bits: C.2.3 (HybridUintConfig).
#[derive(Debug, Clone, Copy)]
struct Hybrid {
    split: u32,
    /// Most and least significant bits that are in the symbol.
    msb: u32,
    lsb: u32,
}

/// The least number of bits that hold `most`.
fn width(most: u32) -> u32 {
    u32::BITS.saturating_sub(most.leading_zeros())
}

impl Hybrid {
    fn read(reader: &mut BitReader<'_>, log_alphabet: u32) -> Result<Hybrid, Error> {
        let split = reader.read(width(log_alphabet))?;
        let (mut msb, mut lsb) = (0, 0);
        if split != log_alphabet {
            msb = reader.read(width(split))?;
            let rest = split.checked_sub(msb).ok_or_else(|| invalid(reader))?;
            lsb = reader.read(width(rest))?;
            if lsb > rest {
                return Err(invalid(reader));
            }
        }
        if split > log_alphabet { Err(invalid(reader)) } else { Ok(Hybrid { split, msb, lsb }) }
    }

    /// The number that `symbol` starts.
    fn number(self, reader: &mut BitReader<'_>, symbol: u32) -> Result<u32, Error> {
        let split = 1u32.wrapping_shl(self.split);
        let Some(above) = symbol.checked_sub(split) else { return Ok(symbol) };
        let within = self.msb.saturating_add(self.lsb);
        let count = self.split.saturating_sub(within).saturating_add(above.wrapping_shr(within));
        if count > 31 {
            return Err(invalid(reader));
        }
        let mask = |bits: u32| 1u32.wrapping_shl(bits).wrapping_sub(1);
        let rest = u64::from(reader.read(count)?);
        let high = symbol.wrapping_shr(self.lsb) & mask(self.msb) | 1u32.wrapping_shl(self.msb);
        let number = u64::from(high).wrapping_shl(count) | rest;
        let number = number.wrapping_shl(self.lsb) | u64::from(symbol & mask(self.lsb));
        u32::try_from(number).map_err(|_| invalid(reader))
    }
}

/// The coding contradicts the standard.
fn invalid(reader: &BitReader<'_>) -> Error {
    reader.fault("an impossible entropy code")
}

/// The codes of the symbols of each cluster of contexts.
#[derive(Debug)]
enum Symbols {
    Prefix(Vec<PrefixCode>),
    Ans { of: Vec<Distribution>, state: u32 },
}

impl Symbols {
    fn next(&mut self, reader: &mut BitReader<'_>, cluster: usize) -> Result<u32, Error> {
        match self {
            Symbols::Prefix(of) => match of.get(cluster) {
                Some(code) => code.next(reader),
                None => Err(invalid(reader)),
            },
            Symbols::Ans { of, state } => match of.get(cluster) {
                Some(distribution) => distribution.next(reader, state),
                None => Err(invalid(reader)),
            },
        }
    }
}

/// Repeats of what was decoded before.
#[derive(Debug)]
struct Lz77 {
    min_symbol: u32,
    min_length: u32,
    length: Hybrid,
    /// What was decoded, in a ring.
    window: Zeroizing<Vec<u32>>,
    decoded: usize,
    /// What is still to be repeated, and from where.
    left: u32,
    from: usize,
}

/// Decodes numbers, each in one of a fixed count of contexts.
#[derive(Debug)]
pub(super) struct Decoder {
    clusters: Vec<usize>,
    hybrids: Vec<Hybrid>,
    symbols: Symbols,
    lz77: Option<Lz77>,
}

impl Decoder {
    /// Reads the codes for `contexts`: C.2.1.
    pub(super) fn read(
        reader: &mut BitReader<'_>,
        contexts: usize,
        budget: &mut Budget,
    ) -> Result<Decoder, Error> {
        Decoder::with(reader, contexts, true, budget)
    }

    fn with(
        reader: &mut BitReader<'_>,
        contexts: usize,
        repeats: bool,
        budget: &mut Budget,
    ) -> Result<Decoder, Error> {
        let lz77 = if reader.bit()? { Some(Lz77::read(reader)?) } else { None };
        if lz77.is_some() && !repeats {
            return Err(invalid(reader));
        }
        let contexts = contexts.saturating_add(usize::from(lz77.is_some()));
        let (count, clusters) = clusters::read(reader, contexts, budget)?;
        let prefix = reader.bit()?;
        let log_alphabet = if prefix { 15 } else { reader.read(2)?.saturating_add(5) };
        let hybrids: Result<Vec<Hybrid>, Error> =
            (0..count).map(|_| Hybrid::read(reader, log_alphabet)).collect();
        let symbols = if prefix {
            let sizes: Result<Vec<u32>, Error> =
                (0..count).map(|_| PrefixCode::alphabet(reader)).collect();
            let codes = sizes?.into_iter().map(|size| PrefixCode::read(reader, size));
            Symbols::Prefix(codes.collect::<Result<Vec<PrefixCode>, Error>>()?)
        } else {
            let of = (0..count).map(|_| Distribution::read(reader, log_alphabet));
            let of = of.collect::<Result<Vec<Distribution>, Error>>()?;
            Symbols::Ans { of, state: reader.read(32)? }
        };
        Ok(Decoder { clusters, hybrids: hybrids?, symbols, lz77 })
    }

    /// The next number, in `context`.
    pub(super) fn number(
        &mut self,
        reader: &mut BitReader<'_>,
        context: usize,
        budget: &mut Budget,
    ) -> Result<u32, Error> {
        budget.spend()?;
        let last = self.clusters.last().copied().unwrap_or(0);
        let cluster = self.clusters.get(context).copied().unwrap_or(usize::MAX);
        let Some(lz77) = &mut self.lz77 else {
            return plain(&mut self.symbols, &self.hybrids, reader, cluster);
        };
        if lz77.left == 0 {
            let symbol = self.symbols.next(reader, cluster)?;
            let Some(above) = symbol.checked_sub(lz77.min_symbol) else {
                let hybrid = self.hybrids.get(cluster).ok_or_else(|| invalid(reader))?;
                let number = hybrid.number(reader, symbol)?;
                lz77.keep(number);
                return Ok(number);
            };
            let length = lz77.length.number(reader, above)?.checked_add(lz77.min_length);
            lz77.left = length.ok_or_else(|| invalid(reader))?;
            let back = plain(&mut self.symbols, &self.hybrids, reader, last)?;
            let back = usize::try_from(back).unwrap_or(usize::MAX).saturating_add(1);
            lz77.from = lz77.decoded.saturating_sub(back.min(WINDOW));
        }
        Ok(lz77.repeat())
    }

    /// Checks that the coding ended as it must.
    pub(super) fn finish(self, reader: &BitReader<'_>) -> Result<(), Error> {
        match self.symbols {
            Symbols::Ans { state, .. } if state != ans::FINAL => Err(invalid(reader)),
            _ => Ok(()),
        }
    }
}

/// A number that is no repeat.
fn plain(
    symbols: &mut Symbols,
    hybrids: &[Hybrid],
    reader: &mut BitReader<'_>,
    cluster: usize,
) -> Result<u32, Error> {
    let symbol = symbols.next(reader, cluster)?;
    hybrids.get(cluster).ok_or_else(|| invalid(reader))?.number(reader, symbol)
}

impl Lz77 {
    fn read(reader: &mut BitReader<'_>) -> Result<Lz77, Error> {
        let (mut min_symbol, mut min_length) = (0, 0);
        reader.number(&MIN_SYMBOL, &mut min_symbol)?;
        reader.number(&MIN_LENGTH, &mut min_length)?;
        let length = Hybrid::read(reader, 8)?;
        let window = Zeroizing::new(Vec::new());
        Ok(Lz77 { min_symbol, min_length, length, window, decoded: 0, left: 0, from: 0 })
    }

    /// The next of the numbers to repeat: 0 where there was none.
    fn repeat(&mut self) -> u32 {
        let number = self.window.get(self.from & (WINDOW - 1)).copied().unwrap_or(0);
        self.from = self.from.saturating_add(1);
        self.left = self.left.saturating_sub(1);
        self.keep(number);
        number
    }

    fn keep(&mut self, number: u32) {
        let at = self.decoded & (WINDOW - 1);
        match self.window.get_mut(at) {
            Some(place) => *place = number,
            None => self.window.push(number),
        }
        self.decoded = self.decoded.saturating_add(1);
    }
}
