//! Header fields as bits: ISO/IEC 18181-1, annex B.

/// A way to code a number after its selector: so many bits, and what is added to them.
pub type Way = (u32, u32);

/// Writes bits, the least significant of a byte first.
#[derive(Debug, Clone, Default)]
pub struct Bits {
    pub(super) bytes: Vec<u8>,
    pub(super) count: u32,
    /// Of several codes for a number the longest is written, and nothing is coded as default.
    pub loose: bool,
    /// What is written where zeros belong, up to a whole byte.
    pub padding: u8,
}

impl Bits {
    /// `count` bits.
    pub fn put(&mut self, count: u32, value: u32) {
        for place in 0..count {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let bit = (value >> place & 1) as u8;
            *self.bytes.last_mut().unwrap() |= bit << (self.count % 8);
            self.count += 1;
        }
    }

    /// One bit.
    pub fn flag(&mut self, value: bool) {
        self.put(1, value.into());
    }

    /// True if a bundle that holds only defaults is coded as such; writes that.
    pub fn as_default(&mut self, holds: bool) -> bool {
        let default = holds && !self.loose;
        self.flag(default);
        default
    }

    /// A number with a selector.
    pub fn number(&mut self, ways: [Way; 4], value: u32) {
        let fitting = ways.iter().enumerate().filter(|(_, (bits, offset))| {
            value.checked_sub(*offset).is_some_and(|rest| u64::from(rest) < 1 << bits)
        });
        let key = |(place, (bits, _)): &(usize, &Way)| (*bits, *place);
        let way = if self.loose { fitting.max_by_key(key) } else { fitting.min_by_key(key) };
        let (place, (bits, offset)) = way.expect("the number can be coded");
        self.put(2, place as u32);
        self.put(*bits, value - offset);
    }

    /// An enumerated value.
    pub fn kind(&mut self, value: u32) {
        self.number([(0, 0), (0, 1), (4, 2), (6, 18)], value);
    }

    /// A number of up to 64 bits.
    pub fn long(&mut self, value: u64) {
        match value {
            0 if !self.loose => self.put(2, 0),
            1..=16 if !self.loose => {
                self.put(2, 1);
                self.put(4, value as u32 - 1);
            }
            17..=272 if !self.loose => {
                self.put(2, 2);
                self.put(8, value as u32 - 17);
            }
            _ => {
                self.put(2, 3);
                self.put(12, (value & 0xFFF) as u32);
                for shift in (12..=60).step_by(8) {
                    let more = value >> shift > 0 || self.loose && shift < 36;
                    self.flag(more);
                    if !more {
                        break;
                    }
                    self.put(if shift == 60 { 4 } else { 8 }, (value >> shift & 0xFF) as u32);
                }
            }
        }
    }

    /// A name.
    pub fn name(&mut self, name: &str) {
        self.number([(0, 0), (4, 0), (5, 16), (10, 48)], name.len() as u32);
        name.bytes().for_each(|byte| self.put(8, byte.into()));
    }

    /// Extensions: one that holds `content`, or none if that is empty.
    pub fn extension(&mut self, content: &[u8]) {
        if content.is_empty() {
            return self.long(0);
        }
        self.long(1 << 5);
        self.long(content.len() as u64 * 8);
        content.iter().for_each(|byte| self.put(8, (*byte).into()));
    }

    /// Fills up the last byte.
    pub fn pad(&mut self) {
        for _ in 0..(8 - self.count % 8) % 8 {
            self.put(1, (self.padding >> (self.count % 8) & 1).into());
        }
    }

    /// Whole bytes.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.pad();
        bytes.iter().for_each(|byte| self.put(8, (*byte).into()));
    }

    /// All that was written, filled up.
    pub fn finish(mut self) -> Vec<u8> {
        self.pad();
        self.bytes
    }
}
