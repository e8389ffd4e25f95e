//! Entropy-coded bytes: most significant bit first, a zero after each 0xFF, ones at the end: T.81,
//! F.1.2.3.

/// Bits that do not fill a word yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bits {
    /// The bits in the low places. What stands above them was written before.
    held: u64,
    /// How many more fit: 1 to 64.
    free: u32,
}

impl Bits {
    /// None.
    pub(crate) const NONE: Bits = Bits { held: 0, free: 64 };

    /// Appends the low `count` bits of `bits`, whose other bits are zero. At most 32 at a time.
    #[inline(always)]
    pub(crate) fn put(&mut self, bits: u32, count: u32, out: &mut Room<'_>) {
        if count < self.free {
            self.held = self.held << count | u64::from(bits);
            self.free -= count;
        } else {
            // at most 32 bits are free here, and as many are over
            let over = count - self.free;
            out.word(self.held << self.free | u64::from(bits) >> over);
            self.held = u64::from(bits);
            self.free = 64 - over;
        }
    }

    /// Appends ones up to a whole byte, and writes what is left.
    pub(crate) fn finish(mut self, out: &mut Room<'_>) {
        // 64 - free bits are held: as many ones as they lack to a multiple of eight
        let missing = self.free % 8;
        if missing > 0 {
            self.put((1 << missing) - 1, missing, out);
        }
        if self.free < 64 {
            let bytes = (self.held << self.free).to_be_bytes();
            let count = (64 - self.free) / 8;
            out.bytes(&bytes[..count as usize]);
        }
    }
}

/// Where entropy-coded bytes go.
#[derive(Debug)]
pub(crate) struct Room<'a> {
    room: &'a mut [u8],
    filled: usize,
    /// True if there was not enough room.
    overflowed: bool,
}

impl<'a> Room<'a> {
    /// From the start of `room`.
    pub(crate) fn new(room: &'a mut [u8]) -> Room<'a> {
        Room { room, filled: 0, overflowed: false }
    }

    /// How many bytes were written; none if there was not enough room for them.
    pub(crate) fn filled(&self) -> Option<usize> {
        if self.overflowed { None } else { Some(self.filled) }
    }

    /// Appends eight bytes.
    #[inline]
    fn word(&mut self, word: u64) {
        let bytes = word.to_be_bytes();
        if has_ff(word) {
            self.bytes(&bytes);
        } else if let Some(place) = self.room.get_mut(self.filled..self.filled + 8) {
            place.copy_from_slice(&bytes);
            self.filled += 8;
        } else {
            self.overflowed = true;
        }
    }

    /// Appends bytes, each 0xFF with a zero behind it.
    #[inline(never)]
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let stuffed = [*byte, 0];
            let stuffed = if *byte == 0xFF { &stuffed[..] } else { &stuffed[..1] };
            match self.room.get_mut(self.filled..self.filled + stuffed.len()) {
                Some(place) => place.copy_from_slice(stuffed),
                None => self.overflowed = true,
            }
            self.filled += stuffed.len();
        }
    }
}

/// True if one of the eight bytes is 0xFF.
#[inline]
fn has_ff(word: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // a byte with its high bit set loses it by adding one only if it is 0xFF; a carry out of a
    // byte below comes from an 0xFF too
    word & !word.wrapping_add(ONES) & HIGH != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same, a bit at a time.
    fn slowly(values: &[(u32, u32)]) -> Vec<u8> {
        let mut bits: Vec<u8> = values
            .iter()
            .flat_map(|(value, count)| (0..*count).rev().map(move |i| (value >> i & 1) as u8))
            .collect();
        while !bits.len().is_multiple_of(8) {
            bits.push(1);
        }
        bits.chunks(8)
            .map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | bit))
            .flat_map(|byte| if byte == 0xFF { vec![0xFF, 0] } else { vec![byte] })
            .collect()
    }

    fn write(values: &[(u32, u32)], room: &mut [u8]) -> Option<usize> {
        let mut room = Room::new(room);
        let mut bits = Bits::NONE;
        values.iter().for_each(|(value, count)| bits.put(*value, *count, &mut room));
        bits.finish(&mut room);
        room.filled()
    }

    fn values() -> impl Strategy<Value = Vec<(u32, u32)>> {
        let value = (0..=32u32, any::<u32>(), any::<bool>()).prop_map(|(count, value, ones)| {
            let mask = 1u32.checked_shl(count).unwrap_or(0).wrapping_sub(1);
            (if ones { mask } else { value & mask }, count)
        });
        prop::collection::vec(value, 0..200)
    }

    proptest! {
        #[test]
        fn words_are_written_as_single_bits_are(values in values()) {
            let expected = slowly(&values);
            let mut room = vec![0; expected.len()];
            prop_assert_eq!(write(&values, &mut room), Some(expected.len()));
            prop_assert_eq!(&room, &expected);
            if let Some(short) = expected.len().checked_sub(1) {
                prop_assert_eq!(write(&values, &mut vec![0; short]), None);
            }
        }
    }
}
