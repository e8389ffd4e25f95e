//! How header fields are coded: ISO/IEC 18181-1, annex B.
//!
//! What a bundle of fields holds is said once, and goes both ways: a [`Coder`] that reads puts values
//! in, one that writes takes them out. Where a value has several codes, the shortest is written, and
//! of those of one length the first.

use crate::Error;

/// One of the four ways to code a number with a selector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// This value alone, without further bits.
    Value(u32),
    /// So many bits, with this added.
    Bits(u32, u32),
}

use Way::{Bits, Value};

/// The four ways of a number: `U32(d0, d1, d2, d3)`.
pub(crate) type Ways = [Way; 4];

/// The ways of an enumerated value: `Enum`.
const ENUM: Ways = [Value(0), Value(1), Bits(4, 2), Bits(6, 18)];
/// The ways of the length of a name.
const NAME: Ways = [Value(0), Bits(4, 0), Bits(5, 16), Bits(10, 48)];

impl Way {
    /// How many bits follow the selector, if it can code `value`.
    fn cost(self, value: u32) -> Option<u32> {
        match self {
            Value(only) => (only == value).then_some(0),
            Bits(count, offset) => {
                let rest = value.checked_sub(offset)?;
                (u64::from(rest) < 1u64.checked_shl(count)?).then_some(count)
            }
        }
    }
}

/// The selector that `value` is written with.
fn selector(ways: &Ways, value: u32) -> u32 {
    let costs = (0u32..).zip(ways).filter_map(|(n, way)| Some((way.cost(value)?, n)));
    costs.min().map_or(0, |(_, n)| n)
}

/// Reads or writes fields.
pub(crate) trait Coder {
    /// `count` bits, 32 at most, the least significant first: `u(n)`.
    fn bits(&mut self, count: u32, value: &mut u32) -> Result<(), Error>;

    /// Goes over `count` bits; says at which bit of the codestream they start.
    fn skip(&mut self, count: u64) -> Result<u64, Error>;

    /// What is said of a value that the standard does not allow.
    fn fault(&self, what: &'static str) -> Error;

    /// One bit: `Bool()`.
    fn bool(&mut self, value: &mut bool) -> Result<(), Error> {
        let mut bit = u32::from(*value);
        self.bits(1, &mut bit)?;
        *value = bit != 0;
        Ok(())
    }

    /// A number with a selector: `U32`.
    fn number(&mut self, ways: &Ways, value: &mut u32) -> Result<(), Error> {
        let mut select = selector(ways, *value);
        self.bits(2, &mut select)?;
        let way = usize::try_from(select).ok().and_then(|n| ways.get(n));
        match way {
            Some(Bits(count, offset)) => {
                let mut rest = value.wrapping_sub(*offset);
                self.bits(*count, &mut rest)?;
                *value = rest.wrapping_add(*offset);
            }
            Some(Value(only)) => *value = *only,
            None => {}
        }
        Ok(())
    }

    /// An enumerated value: `Enum`.
    fn kind(&mut self, value: &mut u32) -> Result<(), Error> {
        self.number(&ENUM, value)
    }

    /// A number of up to 64 bits: `U64`.
    fn long(&mut self, value: &mut u64) -> Result<(), Error> {
        let low = |value: u64| u32::try_from(value & 0xFFFF_FFFF).unwrap_or(0);
        let mut select = match *value {
            0 => 0,
            1..=16 => 1,
            17..=272 => 2,
            _ => 3,
        };
        self.bits(2, &mut select)?;
        let short = match select {
            0 => Some((0, 0)),
            1 => Some((4, 1)),
            2 => Some((8, 17)),
            _ => None,
        };
        if let Some((count, offset)) = short {
            let mut rest = low(value.wrapping_sub(u64::from(offset)));
            self.bits(count, &mut rest)?;
            *value = u64::from(rest.wrapping_add(offset));
            return Ok(());
        }
        let mut part = low(*value) & 0xFFF;
        self.bits(12, &mut part)?;
        let mut result = u64::from(part);
        for shift in (12..=60u32).step_by(8) {
            let rest = value.wrapping_shr(shift);
            let mut more = rest != 0;
            self.bool(&mut more)?;
            if !more {
                break;
            }
            let count = 64u32.saturating_sub(shift).min(8);
            let mut part = low(rest) & 0xFF;
            self.bits(count, &mut part)?;
            result |= u64::from(part).wrapping_shl(shift);
        }
        *value = result;
        Ok(())
    }

    /// A number of the form of IEEE 754 binary16: `F16`. Neither infinite nor no number; of the two
    /// zeros the positive one.
    fn half(&mut self, value: &mut u16) -> Result<(), Error> {
        let mut bits = u32::from(*value);
        self.bits(16, &mut bits)?;
        *value = match bits {
            0x8000 => 0,
            bits => u16::try_from(bits).unwrap_or(0),
        };
        if *value & 0x7C00 == 0x7C00 {
            return Err(self.fault("a header value that is no number"));
        }
        Ok(())
    }

    /// Several of them.
    fn halves(&mut self, values: &mut [u16]) -> Result<(), Error> {
        values.iter_mut().try_for_each(|value| self.half(value))
    }

    /// A name, in UTF-8.
    fn name(&mut self, name: &mut Vec<u8>) -> Result<(), Error> {
        let mut length = u32::try_from(name.len()).unwrap_or(0);
        self.number(&NAME, &mut length)?;
        name.resize(usize::try_from(length).unwrap_or(0), 0);
        for byte in name {
            let mut bits = u32::from(*byte);
            self.bits(8, &mut bits)?;
            *byte = u8::try_from(bits).unwrap_or(0);
        }
        Ok(())
    }

    /// What later versions of the standard may add: bits that every decoder goes over. None is ever
    /// written.
    fn extensions(&mut self, extensions: &mut Extensions) -> Result<(), Error> {
        let mut which = 0;
        self.long(&mut which)?;
        let mut total = 0u64;
        for _ in 0..which.count_ones() {
            let mut length = 0;
            self.long(&mut length)?;
            let sum = total.checked_add(length);
            total = sum.ok_or_else(|| self.fault("extensions of an impossible length"))?;
        }
        let start = if which == 0 { 0 } else { self.skip(total)? };
        *extensions = Extensions { which, start, bits: total };
        Ok(())
    }
}

/// Which extensions a bundle has, and where their bits are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Extensions {
    /// A bit for each.
    pub(crate) which: u64,
    /// The bit of the codestream at which they start.
    pub(crate) start: u64,
    /// How many bits they have in all.
    pub(crate) bits: u64,
}
