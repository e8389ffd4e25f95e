//! Asymmetric numeral systems: ISO/IEC 18181-1, C.2.5 (distributions), C.2.6 (alias mapping), C.3.2.

use super::invalid;
use crate::Error;
use crate::container::jxl::bits::BitReader;

/// The sum of all probabilities.
const TOTAL: u32 = 1 << 12;

/// The state in which the coding ends.
pub(super) const FINAL: u32 = 0x13_0000;

/// One of the equal parts that the range of the state is divided into: the symbol of its index below
/// `cutoff`, another above.
#[derive(Debug, Clone, Copy, Default)]
struct Bucket {
    cutoff: u32,
    other: usize,
    /// Added to a place above the cutoff.
    offset: u32,
}

/// How likely each symbol is.
#[derive(Debug, Clone)]
pub(super) struct Distribution {
    chances: Vec<u32>,
    buckets: Vec<Bucket>,
    log_bucket: u32,
}

/// A number of up to eight bits, by their count.
fn short(reader: &mut BitReader<'_>) -> Result<usize, Error> {
    if !reader.bit()? {
        return Ok(0);
    }
    let count = reader.read(3)?;
    let number = 1u32.wrapping_shl(count).saturating_add(reader.read(count)?);
    Ok(usize::try_from(number).unwrap_or(usize::MAX))
}

impl Distribution {
    /// One for an alphabet of 2 to the power of `log_alphabet` symbols, 8 at most.
    pub(super) fn read(
        reader: &mut BitReader<'_>,
        log_alphabet: u32,
    ) -> Result<Distribution, Error> {
        let mut chances = vec![0u32; 1usize.wrapping_shl(log_alphabet)];
        let set = |chances: &mut Vec<u32>, symbol: usize, chance: u32| match chances.get_mut(symbol)
        {
            Some(place) => *place = chance,
            // makes the sum wrong
            None => chances.clear(),
        };
        if reader.bit()? {
            let two = reader.bit()?;
            let first = short(reader)?;
            if two {
                let second = short(reader)?;
                if first == second {
                    return Err(invalid(reader));
                }
                let chance = reader.read(12)?;
                set(&mut chances, first, chance);
                set(&mut chances, second, TOTAL.saturating_sub(chance));
            } else {
                set(&mut chances, first, TOTAL);
            }
        } else if reader.bit()? {
            let count = short(reader)?.saturating_add(1);
            let divisor = u32::try_from(count).unwrap_or(u32::MAX);
            let (each, rest) = (TOTAL.checked_div(divisor), TOTAL.checked_rem(divisor));
            for symbol in 0..count.min(chances.len().saturating_add(1)) {
                let more = u32::try_from(symbol).unwrap_or(u32::MAX) < rest.unwrap_or(0);
                set(&mut chances, symbol, each.unwrap_or(0).saturating_add(u32::from(more)));
            }
        } else {
            logarithmic(reader, &mut chances)?;
        }
        if chances.iter().sum::<u32>() != TOTAL {
            return Err(invalid(reader));
        }
        let log_bucket = 12u32.saturating_sub(log_alphabet);
        let buckets = buckets(&chances, 1u32.wrapping_shl(log_bucket));
        Ok(Distribution { chances, buckets, log_bucket })
    }

    /// The next symbol.
    pub(super) fn next(&self, reader: &mut BitReader<'_>, state: &mut u32) -> Result<u32, Error> {
        let place = *state & (TOTAL - 1);
        let index = usize::try_from(place.wrapping_shr(self.log_bucket)).unwrap_or(usize::MAX);
        let within = place & 1u32.wrapping_shl(self.log_bucket).wrapping_sub(1);
        let bucket = self.buckets.get(index).ok_or_else(|| invalid(reader))?;
        let (symbol, offset) = if within < bucket.cutoff {
            (index, within)
        } else {
            (bucket.other, bucket.offset.wrapping_add(within))
        };
        let chance = self.chances.get(symbol).copied().unwrap_or(0);
        let next = state.wrapping_shr(12).wrapping_mul(chance).wrapping_add(offset);
        *state = if next < 1 << 16 { next.wrapping_shl(16) | reader.read(16)? } else { next };
        Ok(u32::try_from(symbol).unwrap_or(u32::MAX))
    }
}

/// The code of a logarithm of a chance; 13 stands for a repeat.
fn logarithm(reader: &mut BitReader<'_>) -> Result<u32, Error> {
    Ok(match reader.read(3)? {
        0 => 10,
        1 => {
            for code in [4, 0, 11, 13] {
                if reader.bit()? {
                    return Ok(code);
                }
            }
            12
        }
        2 => 7,
        3 if reader.bit()? => 1,
        3 => 3,
        4 => 6,
        5 => 8,
        6 => 9,
        _ if reader.bit()? => 2,
        _ => 5,
    })
}

/// Chances by their logarithms, and some bits after their first.
fn logarithmic(reader: &mut BitReader<'_>, chances: &mut [u32]) -> Result<(), Error> {
    let mut length = 0u32;
    while length < 3 && reader.bit()? {
        length = length.saturating_add(1);
    }
    let below = 1u32.wrapping_shl(length).saturating_sub(1);
    let shift = reader.read(length)?.saturating_add(below);
    let size = short(reader)?.saturating_add(3);
    if shift > 13 || size > chances.len() {
        return Err(invalid(reader));
    }
    /// What a symbol has: a logarithm, or the chance of the one before.
    #[derive(Clone, Copy)]
    enum Code {
        Logarithm(u32),
        Repeat,
    }
    let mut codes: Vec<Code> = Vec::with_capacity(size);
    // the largest, which gets what is left
    let mut rest: Option<(u32, usize)> = None;
    while codes.len() < size {
        match logarithm(reader)? {
            13 => {
                let end = codes.len().saturating_add(short(reader)?).saturating_add(4);
                if end > size {
                    return Err(invalid(reader));
                }
                codes.resize(end, Code::Repeat);
            }
            code => {
                if rest.is_none_or(|(most, _)| code > most) {
                    rest = Some((code, codes.len()));
                }
                codes.push(Code::Logarithm(code));
            }
        }
    }
    let Some((_, rest)) = rest else { return Err(invalid(reader)) };
    // a repeat of what gets the rest has no meaning
    if matches!(codes.get(rest.saturating_add(1)), Some(Code::Repeat)) {
        return Err(invalid(reader));
    }
    let (mut sum, mut before) = (0u32, 0u32);
    for (at, (code, chance)) in codes.iter().zip(chances.iter_mut()).enumerate() {
        *chance = match code {
            Code::Logarithm(_) if at == rest => 0,
            Code::Logarithm(code @ (0 | 1)) => *code,
            Code::Logarithm(code) => {
                let zeros = code.saturating_sub(1);
                let cut = 12u32.saturating_sub(zeros) / 2;
                let count = shift.saturating_sub(cut).min(zeros);
                let bits = reader.read(count)?.wrapping_shl(zeros.saturating_sub(count));
                1u32.wrapping_shl(zeros).saturating_add(bits)
            }
            Code::Repeat => before,
        };
        before = *chance;
        sum = sum.saturating_add(*chance);
    }
    let left = TOTAL.checked_sub(sum).filter(|left| *left > 0);
    match (left, chances.get_mut(rest)) {
        (Some(left), Some(chance)) => *chance = left,
        _ => return Err(invalid(reader)),
    }
    Ok(())
}

/// Divides the range of the state into parts of `size`: what a likely symbol has too much goes to
/// the parts of unlikely ones.
fn buckets(chances: &[u32], size: u32) -> Vec<Bucket> {
    if let Some(only) = chances.iter().position(|chance| *chance == TOTAL) {
        let bucket = |offset| Bucket { cutoff: 0, other: only, offset };
        return (0u32..).zip(chances).map(|(n, _)| bucket(n.saturating_mul(size))).collect();
    }
    let mut buckets: Vec<Bucket> = chances
        .iter()
        .enumerate()
        .map(|(other, chance)| Bucket { cutoff: *chance, other, offset: 0 })
        .collect();
    let (mut short, mut long) = (Vec::new(), Vec::new());
    for (at, chance) in chances.iter().enumerate() {
        if *chance < size {
            short.push(at);
        } else if *chance > size {
            long.push(at);
        }
    }
    while let (Some(from), Some(to)) = (long.pop(), short.pop()) {
        let Some(taker) = buckets.get(to).copied() else { break };
        let Some(giver) = buckets.get_mut(from) else { break };
        giver.cutoff = giver.cutoff.saturating_sub(size.saturating_sub(taker.cutoff));
        let left = giver.cutoff;
        if let Some(taker) = buckets.get_mut(to) {
            // places above the cutoff count from it
            (taker.other, taker.offset) = (from, left.wrapping_sub(taker.cutoff));
        }
        if left < size {
            short.push(from);
        } else if left > size {
            long.push(from);
        }
    }
    buckets
}
