//! The checksums of PNG: CRC-32 of chunks (section 5.5, annex D), Adler-32 of zlib streams (RFC 1950,
//! section 8).

/// The CRC of `parts`, one after the other.
pub(super) fn crc(parts: &[&[u8]]) -> u32 {
    let mut crc = !0u32;
    for part in parts {
        let (blocks, rest) = part.as_chunks::<16>();
        for block in blocks {
            let mixed = (u128::from_le_bytes(*block) ^ u128::from(crc)).to_le_bytes();
            crc = 0;
            for (byte, table) in mixed.iter().zip(&TABLES) {
                crc ^= table.get(usize::from(*byte)).copied().unwrap_or_default();
            }
        }
        for byte in rest {
            let [first, ..] = &TABLES_LAST;
            let low = crc.to_le_bytes().first().copied().unwrap_or_default() ^ byte;
            crc = first.get(usize::from(low)).copied().unwrap_or_default() ^ (crc >> 8);
        }
    }
    !crc
}

/// What a byte makes of the CRC once 15, 14, … 0 bytes have followed it.
static TABLES: [[u32; 256]; 16] = tables();
/// What it makes at once.
static TABLES_LAST: [[u32; 256]; 1] = [one_byte()];

#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // checked when it is compiled
const fn one_byte() -> [u32; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut value = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { 0xEDB8_8320 ^ (value >> 1) } else { value >> 1 };
            bit += 1;
        }
        table[byte] = value;
        byte += 1;
    }
    table
}

#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // checked when it is compiled
const fn tables() -> [[u32; 256]; 16] {
    let first = one_byte();
    let mut tables = [first; 16];
    let mut after = 1;
    while after < 16 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[16 - after][byte];
            tables[15 - after][byte] = first[(before & 0xFF) as usize] ^ (before >> 8);
            byte += 1;
        }
        after += 1;
    }
    tables
}

/// Adler-32 of bytes that come in parts.
#[derive(Debug)]
pub(super) struct Adler {
    sum: u32,
    sums: u32,
}

const MODULUS: u32 = 65_521;

/// Bytes that are added side by side, and how often until they are put together: 255 times 23 · 22 / 2
/// is the most that 16 bits hold.
const LANES: usize = 32;
const BLOCKS: usize = 23;

impl Adler {
    pub(super) fn new() -> Adler {
        Adler { sum: 1, sums: 0 }
    }

    pub(super) fn add(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(LANES * BLOCKS) {
            let (blocks, rest) = part.as_chunks::<LANES>();
            // of the bytes at each place of all blocks: their sum, and the sum of these sums so far,
            // in which a byte counts once for every block behind it
            let (mut plain, mut summed) = ([0u16; LANES], [0u16; LANES]);
            for block in blocks {
                for ((byte, plain), summed) in block.iter().zip(&mut plain).zip(&mut summed) {
                    *summed = summed.wrapping_add(*plain);
                    *plain = plain.wrapping_add(u16::from(*byte));
                }
            }
            let whole = part.len().wrapping_sub(rest.len()) as u32;
            self.sums = self.sums.wrapping_add(self.sum.wrapping_mul(whole));
            // and once for each byte from its own to the end of its block
            for ((plain, summed), weight) in plain.iter().zip(&summed).zip((1..=LANES as u32).rev())
            {
                let behind = u32::from(*summed).wrapping_mul(LANES as u32);
                let inside = u32::from(*plain).wrapping_mul(weight);
                self.sums = self.sums.wrapping_add(behind).wrapping_add(inside);
                self.sum = self.sum.wrapping_add(u32::from(*plain));
            }
            for byte in rest {
                self.sum = self.sum.wrapping_add(u32::from(*byte));
                self.sums = self.sums.wrapping_add(self.sum);
            }
            self.sum %= MODULUS;
            self.sums %= MODULUS;
        }
    }

    pub(super) fn value(&self) -> u32 {
        self.sums << 16 | self.sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_the_standards() {
        assert_eq!(crc(&[b"IEND"]), 0xAE42_6082);
        assert_eq!(crc(&[b"1234", b"56789"]), 0xCBF4_3926);
        let long: Vec<u8> = (0..1_000u32).map(|n| (n * 7) as u8).collect();
        assert_eq!(crc(&[&long[..37], &long[37..]]), crc32fast::hash(&long));
        let mut adler = Adler::new();
        adler.add(b"Wikipedia");
        assert_eq!(adler.value(), 0x11E6_0398);
        let high = vec![0xFF; 100_000];
        let mut adler = Adler::new();
        high.chunks(7_777).for_each(|part| adler.add(part));
        assert_eq!(adler.value(), simd_adler32::adler32(&high.as_slice()));
    }
}
