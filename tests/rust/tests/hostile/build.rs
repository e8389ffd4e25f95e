//! Building blocks of files, by the standards: chunks of PNG and RIFF, boxes, deflate, TIFF.

/// A PNG chunk: length, type, data, CRC (PNG, section 5.3).
pub fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap();
    let checked = [kind.as_slice(), data].concat();
    [&length.to_be_bytes(), checked.as_slice(), &crc(&checked).to_be_bytes()].concat()
}

pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A PNG of this size and kind with these chunks between IHDR and IEND.
pub fn png(width: u32, height: u32, depth: u8, colour: u8, chunks: &[Vec<u8>]) -> Vec<u8> {
    let header =
        [&width.to_be_bytes(), &height.to_be_bytes(), &[depth, colour, 0, 0, 0][..]].concat();
    [PNG, &chunk(b"IHDR", &header), &chunks.concat(), &chunk(b"IEND", &[])].concat()
}

/// The same PNG with the CRC of every chunk that its length leads to as it has to be.
pub fn mended(png: &[u8]) -> Vec<u8> {
    let mut png = png.to_vec();
    let mut at = 8;
    while let Some(length) = png.get(at..at + 4) {
        let length = u32::from_be_bytes(length.try_into().unwrap()) as usize;
        let Some(checked) = png.get(at + 4..(at + 8).saturating_add(length)) else { break };
        let sum = crc(checked).to_be_bytes();
        at += 8 + length;
        let Some(place) = png.get_mut(at..at + 4) else { break };
        place.copy_from_slice(&sum);
        at += 4;
    }
    png
}

/// CRC-32 of ISO 3309, as PNG has it.
fn crc(data: &[u8]) -> u32 {
    !data.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| crc >> 1 ^ (0xEDB8_8320 * (crc & 1)))
    })
}

/// A zlib stream (RFC 1950) of about `count` zeros in two bits for every 258: the smallest there can be,
/// by a table of codes of its own (RFC 1951, section 3.2.7).
pub fn zeros(count: u64) -> Vec<u8> {
    let mut bits = Bits::default();
    // one block, last, dynamic
    bits.put(1, 1);
    bits.put(2, 2);
    // 286 literal and length codes, 1 distance code, 18 code length codes
    bits.put(29, 5);
    bits.put(0, 5);
    bits.put(14, 4);
    // lengths of the code length codes in their order 16 17 18 0 8 7 9 6 10 5 11 4 12 3 13 2 14 1
    for symbol in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1] {
        bits.put(if [18, 0, 2, 1].contains(&symbol) { 2 } else { 0 }, 3);
    }
    // canonical codes of 2 bits: 0 is 00, 1 is 01, 2 is 10, 18 is 11; codes stand highest bit first
    let (two, run) = (0b01, 0b11);
    // literal 0: 2 bits; 1 to 255: none; 256: 2 bits; 257 to 284: none; 285: 1 bit
    bits.put(two, 2);
    bits.put(run, 2);
    bits.put(138 - 11, 7);
    bits.put(run, 2);
    bits.put(117 - 11, 7);
    bits.put(two, 2);
    bits.put(run, 2);
    bits.put(28 - 11, 7);
    bits.put(0b10, 2);
    // distance 1: 1 bit
    bits.put(0b10, 2);
    // codes: 285 is 0, literal 0 is 10, the end is 11
    bits.put(0b01, 2);
    for _ in 0..count / 258 {
        bits.put(0, 2);
    }
    bits.put(0b11, 2);
    // of n zeros the sum is 1, and its sum n
    let sum = ((count / 258 * 258 + 1) % 65_521) as u32;
    [&[0x78, 0xDA], bits.done().as_slice(), &(sum << 16 | 1).to_be_bytes()].concat()
}

/// Bits as deflate packs them: the lowest first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u64, count: u32) {
        self.held |= value << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.held as u8);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    fn done(mut self) -> Vec<u8> {
        self.put(0, (8 - self.count % 8) % 8);
        self.bytes
    }
}

/// A RIFF chunk (RFC 9649, section 2.3), padded to an even size.
pub fn riff(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap();
    let padding = &[0][..data.len() % 2];
    [kind.as_slice(), &length.to_le_bytes(), data, padding].concat()
}

/// A WebP file of these chunks.
pub fn webp(chunks: &[Vec<u8>]) -> Vec<u8> {
    riff(b"RIFF", &[b"WEBP", chunks.concat().as_slice()].concat())
}

/// A VP8X chunk (section 2.7) with these flags for a canvas of this size.
pub fn vp8x(flags: u8, width: u32, height: u32) -> Vec<u8> {
    let size = [(width - 1).to_le_bytes(), (height - 1).to_le_bytes()];
    riff(b"VP8X", &[&[flags, 0, 0, 0], &size[0][..3], &size[1][..3]].concat())
}

/// A box (ISO/IEC 14496-12, section 4.2).
pub fn isobox(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len() + 8).unwrap();
    [&length.to_be_bytes(), kind.as_slice(), data].concat()
}

/// A box that tells its size in 64 bits, whatever it holds.
pub fn large_box(kind: &[u8; 4], size: u64, data: &[u8]) -> Vec<u8> {
    [&1_u32.to_be_bytes(), kind.as_slice(), &size.to_be_bytes(), data].concat()
}

/// A box of version 0 and no flags.
pub fn full_box(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    isobox(kind, &[&[0; 4], data].concat())
}

/// A TIFF (6.0, section 2) of one directory: tag, type, count and value of its entries.
pub fn tiff(entries: &[(u16, u16, u32, u32)], behind: &[u8]) -> Vec<u8> {
    let mut file = b"II\x2a\0\x08\0\0\0".to_vec();
    file.extend(u16::try_from(entries.len()).unwrap().to_le_bytes());
    for (tag, kind, count, value) in entries {
        file.extend(tag.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend(count.to_le_bytes());
        file.extend(value.to_le_bytes());
    }
    file.extend([0; 4]);
    file.extend(behind);
    file
}
