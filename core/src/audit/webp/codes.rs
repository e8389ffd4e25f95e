//! Prefix codes: RFC 9649, section 3.7.2.1. A code is found by its length: codes of one length are
//! numbers in a row, and those of the next start behind them.

use crate::audit::webp::bits::Bits;
use crate::constants::vp8l::LENGTH_ORDER;

/// A complete prefix code, or a single symbol without a code.
#[derive(Debug)]
pub(super) struct Code {
    /// The symbols by length and number.
    symbols: Vec<u16>,
    /// By the first bits of what follows, how long the code is at least.
    starts: Vec<u8>,
    /// For each length, the first 16 bits that no code of it has; and by how much the place of a
    /// symbol is off the number of its code.
    limits: [(u32, u16); 16],
}

/// How many bits tell the least length.
const START: u32 = 7;

impl Code {
    /// From the lengths by symbol; `None` if the code is not complete.
    fn new(lengths: &[u8]) -> Option<Code> {
        let mut by_length: [Vec<u16>; 16] = Default::default();
        for (symbol, length) in (0u16..).zip(lengths) {
            by_length.get_mut(usize::from(*length))?.push(symbol);
        }
        let used: usize = by_length.iter().skip(1).map(Vec::len).sum();
        if used == 0 {
            return None;
        }
        let mut symbols: Vec<u16> = Vec::with_capacity(used);
        if used == 1 {
            symbols.extend(by_length.iter().skip(1).flatten());
            return Some(Code { symbols, starts: Vec::new(), limits: [(0, 0); 16] });
        }
        let mut limits = [(0u32, 0u16); 16];
        let mut starts = vec![0u8; 1 << START];
        let mut next = 0u32; // of 16 bits, from the left
        for (length, of_length) in (0u32..).zip(&by_length).skip(1) {
            let step = 1u32 << 16u32.saturating_sub(length);
            let first = next >> 16u32.saturating_sub(length);
            let off = (symbols.len() as u32).wrapping_sub(first) as u16;
            symbols.extend(of_length);
            next = next.checked_add(step.checked_mul(u32::try_from(of_length.len()).ok()?)?)?;
            if next > 1 << 16 {
                return None;
            }
            *limits.get_mut(length as usize)? = (next, off);
        }
        if next != 1 << 16 {
            return None;
        }
        for (prefix, start) in (0u32..).zip(&mut starts) {
            let bits = prefix << 16u32.saturating_sub(START);
            let length = limits.iter().skip(1).position(|(limit, _)| bits < *limit)?;
            *start = u8::try_from(length.checked_add(1)?).ok()?;
        }
        Some(Code { symbols, starts, limits })
    }

    /// The single symbol, if there is but one.
    pub(super) fn single(&self) -> Option<u16> {
        if self.starts.is_empty() { self.symbols.first().copied() } else { None }
    }

    /// Goes over the next symbol.
    #[inline(always)]
    pub(super) fn symbol(&self, bits: &mut Bits<'_>) -> u16 {
        let ahead = u32::from((bits.ahead() as u16).reverse_bits());
        let prefix = (ahead >> 16u32.saturating_sub(START)) as usize;
        let Some(start) = self.starts.get(prefix) else {
            return self.symbols.first().copied().unwrap_or(0);
        };
        let mut length = u32::from(*start);
        loop {
            // the last limit is above all
            let (limit, off) = self.limits.get((length & 15) as usize).copied().unwrap_or_default();
            if ahead < limit || length >= 15 {
                bits.pass(length);
                let number = (ahead >> (16u32.wrapping_sub(length) & 31)) as u16;
                let place = usize::from(number.wrapping_add(off));
                return self.symbols.get(place).copied().unwrap_or(0);
            }
            length = length.wrapping_add(1);
        }
    }

    /// Reads the code of an alphabet of `count` symbols; `None` if there is none.
    pub(super) fn read(bits: &mut Bits<'_>, count: usize) -> Option<Code> {
        let mut lengths = vec![0u8; count];
        if bits.flag() {
            let symbols = bits.number(1);
            let wide = if bits.flag() { 8 } else { 1 };
            let mut have = |symbol: u32| {
                if let Some(length) = lengths.get_mut(symbol as usize) {
                    *length = 1;
                }
            };
            have(bits.number(wide));
            if symbols == 1 {
                have(bits.number(8));
            }
            return Code::new(&lengths);
        }
        let mut own = [0u8; 19];
        let told = (bits.number(4) as usize).saturating_add(4);
        for place in LENGTH_ORDER.iter().take(told) {
            *own.get_mut(usize::from(*place))? = bits.number(3) as u8;
        }
        let own = Code::new(&own)?;
        let mut most = count;
        if bits.flag() {
            let wide = bits.number(3).saturating_mul(2).saturating_add(2);
            most = (bits.number(wide) as usize).saturating_add(2);
            if most > count {
                return None;
            }
        }
        let (mut rest, mut before) = (lengths.as_mut_slice(), 8u8);
        for _ in 0..most {
            if rest.is_empty() {
                break;
            }
            let symbol = own.symbol(bits);
            let (length, again) = match symbol {
                16 => (before, bits.number(2).saturating_add(3)),
                17 => (0, bits.number(3).saturating_add(3)),
                18 => (0, bits.number(7).saturating_add(11)),
                length => (length as u8, 1),
            };
            if symbol < 16 && length > 0 {
                before = length;
            }
            let (these, behind) = rest.split_at_mut_checked(again as usize)?;
            these.fill(length);
            rest = behind;
        }
        Code::new(&lengths)
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        self.symbols.capacity().saturating_mul(2).saturating_add(self.starts.len())
    }
}
