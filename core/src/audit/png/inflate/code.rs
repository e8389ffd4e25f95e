//! Codes, as blocks tell them: RFC 1951, section 3.2.

use crate::audit::png::inflate::stream::{Stream, low};
use crate::audit::png::inflate::{Broken, NOTHING, SHORT};

/// The codes of a block.
#[derive(Default)]
pub(super) struct Codes {
    pub(super) literals: Code,
    pub(super) distances: Code,
    fixed: bool,
}

impl Codes {
    /// RFC 1951, section 3.2.6.
    pub(super) fn fix(&mut self) {
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
    pub(super) fn read(&mut self, stream: &mut Stream<'_>) -> Result<(), Broken> {
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
pub(super) struct Code {
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
    pub(super) fn quick(&self, bits: u64) -> u16 {
        self.quick.get((bits & low(QUICK as u8)) as usize).copied().unwrap_or_default()
    }

    /// The next symbol; its bits have been filled in.
    #[inline(always)]
    pub(super) fn next(&self, stream: &mut Stream<'_>) -> Result<u16, Broken> {
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
