//! Zlib streams, block by block: RFC 1950 and 1951. Plain and slow, so that every bit can be chosen.

use super::adler;

/// Bits, the first one lowest.
#[derive(Debug, Default, Clone)]
pub struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    /// Appends `count` bits of `value`, the lowest first.
    pub fn put(&mut self, value: u32, count: usize) {
        for bit in 0..count {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            *self.bytes.last_mut().unwrap() |= ((value >> bit & 1) as u8) << (self.count % 8);
            self.count += 1;
        }
    }

    /// Appends a code, its highest bit first.
    pub fn code(&mut self, code: u32, length: usize) {
        (0..length).rev().for_each(|bit| self.put(code >> bit & 1, 1));
    }

    /// The bytes so far.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Fills up the byte with the bits of `fill`.
    pub fn align(&mut self, fill: u8) {
        let free = (8 - self.count % 8) % 8;
        self.put(u32::from(fill), free);
    }
}

/// A block that is put into a stream.
#[derive(Debug, Clone)]
pub enum Block<'a> {
    /// As it is, with these fill bits before its length.
    Stored(&'a [u8], u8),
    /// By the codes of section 3.2.6, every byte a literal.
    Fixed(&'a [u8]),
    /// By codes of its own, in which all literals are 8 or 9 bits long; those of unused symbols take
    /// different lengths by the number.
    Dynamic(&'a [u8], u8),
}

/// A stream of these blocks, with these last fill bits.
pub fn stream(blocks: &[Block<'_>], fill: u8) -> Vec<u8> {
    let mut bits = Bits::default();
    let mut data = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        bits.put(u32::from(index + 1 == blocks.len()), 1);
        match block {
            Block::Stored(bytes, fill) => {
                bits.put(0, 2);
                bits.align(*fill);
                bits.put(bytes.len() as u32, 16);
                bits.put(!(bytes.len() as u32) & 0xFFFF, 16);
                bytes.iter().for_each(|byte| bits.put(u32::from(*byte), 8));
                data.extend_from_slice(bytes);
            }
            Block::Fixed(bytes) => {
                bits.put(1, 2);
                for byte in *bytes {
                    match *byte {
                        low @ 0..144 => bits.code(0x30 + u32::from(low), 8),
                        high => bits.code(0x190 + u32::from(high) - 144, 9),
                    }
                }
                bits.code(0, 7);
                data.extend_from_slice(bytes);
            }
            Block::Dynamic(bytes, variant) => {
                bits.put(2, 2);
                dynamic(bytes, *variant, &mut bits);
                data.extend_from_slice(bytes);
            }
        }
    }
    bits.align(fill);
    [&[0x78, 0x9C], bits.bytes.as_slice(), &adler(&data).to_be_bytes()].concat()
}

/// 254 codes of 8 bits; the last two prefixes become four codes of 9 bits, one of them for the end and
/// one for a length that is not used, which one is the variant's choice.
fn dynamic(bytes: &[u8], variant: u8, bits: &mut Bits) {
    let length = |symbol: usize| match symbol {
        0..254 => 8u32,
        254 | 255 => 9,
        256 => 9,
        other => {
            if other == 257 + usize::from(variant % 20) {
                9
            } else {
                0
            }
        }
    };
    let symbols = 257 + 20;
    bits.put(symbols as u32 - 257, 5);
    bits.put(0, 5);
    // lengths 0, 1, 8 and 9 have codes of two bits: in the order 16 17 18 0 8 7 9 6 10 5 11 4 12 3 13 2 14 1
    bits.put(18 - 4, 4);
    for told in [0, 0, 0, 2, 2, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2] {
        bits.put(told, 3);
    }
    let told = |length: u32, bits: &mut Bits| {
        let code = match length {
            0 => 0,
            1 => 1,
            8 => 2,
            _ => 3,
        };
        bits.code(code, 2);
    };
    (0..symbols).for_each(|symbol| told(length(symbol), bits));
    // one distance, of one bit, that is not used
    told(1, bits);
    for byte in bytes {
        match *byte {
            low @ 0..254 => bits.code(u32::from(low), 8),
            high => bits.code(508 + u32::from(high) - 254, 9),
        }
    }
    bits.code(510, 9);
}

/// A stream of stored blocks.
pub fn stored(data: &[u8]) -> Vec<u8> {
    let blocks: Vec<Block<'_>> = data.chunks(60_000).map(|part| Block::Stored(part, 0)).collect();
    stream(&blocks, 0)
}

/// The bytes in the stream of [`stored`].
pub fn unstored(stream: &[u8]) -> Vec<u8> {
    let mut rest = &stream[2..];
    let mut data = Vec::new();
    loop {
        let length = usize::from(u16::from_le_bytes([rest[1], rest[2]]));
        data.extend(&rest[5..5 + length]);
        if rest[0] == 1 {
            return data;
        }
        rest = &rest[5 + length..];
    }
}
