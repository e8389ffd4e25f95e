//! scrypt (RFC 7914) with r = 8 and p = 1, as age uses it: a key out of a password, slowly, and in
//! memory that is wiped and may be refused, where the usual crates leave it behind or abort.

use std::num::NonZeroU32;

use ring::pbkdf2;
use zeroize::{Zeroize, Zeroizing};

use super::Error;
use crate::Memory;

/// Words in a block: 128 · r bytes.
const BLOCK: usize = 256;
/// Bytes in a block.
const BLOCK_BYTES: usize = 4 * BLOCK;

type Block = [u32; BLOCK];

/// The key of `password` and `salt` with a cost of 2 to the power of `work_factor`; takes 1 KiB of
/// memory times the cost.
pub(super) fn derive(
    password: &[u8],
    salt: &[u8],
    work_factor: u8,
) -> Result<Zeroizing<[u8; 32]>, Error> {
    let cost = 1usize.checked_shl(work_factor.into()).filter(|cost| *cost > 1);
    let length = cost.and_then(|cost| cost.checked_mul(BLOCK_BYTES)).ok_or(Error::Memory)?;
    let mut bytes = Zeroizing::new([0; BLOCK_BYTES]);
    pbkdf2(password, salt, &mut bytes[..]);
    let mut block = Zeroizing::new([0; BLOCK]);
    load(&mut block, &bytes[..]);
    let mut table = Memory::with_capacity(length)?;
    table.fill(|room| {
        mix(&mut block, room.get_mut(..length).ok_or(Error::Memory)?);
        Ok::<_, Error>(length)
    })?;
    store(&block, &mut bytes[..]);
    let mut key = Zeroizing::new([0; 32]);
    pbkdf2(password, &bytes[..], &mut key[..]);
    Ok(key)
}

fn pbkdf2(password: &[u8], salt: &[u8], out: &mut [u8]) {
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, NonZeroU32::MIN, salt, password, out);
}

/// scryptROMix (section 5), with a table of as many blocks as the cost.
fn mix(block: &mut Block, table: &mut [u8]) {
    let mut next = Zeroizing::new([0; BLOCK]);
    for row in table.chunks_exact_mut(BLOCK_BYTES) {
        store(block, row);
        mix_block(block, &mut next);
        *block = *next;
    }
    let cost = table.len() / BLOCK_BYTES;
    for _ in 0..cost {
        // the first word of the last 64 bytes: the cost is a power of two, and at most 2^32
        let chosen =
            block.get(BLOCK - 16).map_or(0, |word| *word as usize) & cost.saturating_sub(1);
        let at = chosen.saturating_mul(BLOCK_BYTES);
        let row = table.get(at..).and_then(|rest| rest.first_chunk::<BLOCK_BYTES>());
        let words = row.into_iter().flat_map(|row| row.chunks_exact(4));
        for (word, bytes) in block.iter_mut().zip(words) {
            *word ^= word_of(bytes);
        }
        mix_block(block, &mut next);
        *block = *next;
    }
}

/// scryptBlockMix (section 4).
fn mix_block(block: &Block, out: &mut Block) {
    let (parts, _) = block.as_chunks::<16>();
    let (even, odd) = out.split_at_mut(BLOCK / 2);
    let (even, _) = even.as_chunks_mut::<16>();
    let (odd, _) = odd.as_chunks_mut::<16>();
    let mut x = parts.last().copied().unwrap_or_default();
    for (pair, (even, odd)) in parts.chunks_exact(2).zip(even.iter_mut().zip(odd)) {
        for (part, to) in pair.iter().zip([even, odd]) {
            for (x, word) in x.iter_mut().zip(part) {
                *x ^= word;
            }
            salsa(&mut x);
            *to = x;
        }
    }
    x.zeroize();
}

/// Salsa20/8 (section 3).
fn salsa(words: &mut [u32; 16]) {
    let [mut x0, mut x1, mut x2, mut x3, mut x4, mut x5, mut x6, mut x7, ..] = *words;
    let [.., mut x8, mut x9, mut x10, mut x11, mut x12, mut x13, mut x14, mut x15] = *words;
    for _ in 0..4 {
        [x0, x4, x8, x12] = quarter(x0, x4, x8, x12);
        [x5, x9, x13, x1] = quarter(x5, x9, x13, x1);
        [x10, x14, x2, x6] = quarter(x10, x14, x2, x6);
        [x15, x3, x7, x11] = quarter(x15, x3, x7, x11);
        [x0, x1, x2, x3] = quarter(x0, x1, x2, x3);
        [x5, x6, x7, x4] = quarter(x5, x6, x7, x4);
        [x10, x11, x8, x9] = quarter(x10, x11, x8, x9);
        [x15, x12, x13, x14] = quarter(x15, x12, x13, x14);
    }
    let mixed = [x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, x12, x13, x14, x15];
    for (word, mixed) in words.iter_mut().zip(mixed) {
        *word = word.wrapping_add(mixed);
    }
}

/// The quarter round of Salsa20.
fn quarter(mut a: u32, mut b: u32, mut c: u32, mut d: u32) -> [u32; 4] {
    b ^= a.wrapping_add(d).rotate_left(7);
    c ^= b.wrapping_add(a).rotate_left(9);
    d ^= c.wrapping_add(b).rotate_left(13);
    a ^= d.wrapping_add(c).rotate_left(18);
    [a, b, c, d]
}

fn word_of(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

fn load(block: &mut Block, bytes: &[u8]) {
    for (word, bytes) in block.iter_mut().zip(bytes.chunks_exact(4)) {
        *word = word_of(bytes);
    }
}

fn store(block: &Block, bytes: &mut [u8]) {
    for (word, bytes) in block.iter().zip(bytes.chunks_exact_mut(4)) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn the_core_is_that_of_the_standard() {
        // RFC 7914, section 8
        let bytes: Vec<u8> = "7e879a214f3ec9867ca940e641718f26baee555b8c61c1b50df846116dcd3b1d\
            ee24f319df9b3d8514121e4b5ac5aa3276021d2909c74829edebc68db8b8c25e"
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect();
        let mut words: [u32; 16] = std::array::from_fn(|i| word_of(&bytes[4 * i..]));
        salsa(&mut words);
        let out: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        assert_eq!(
            hex(&out),
            "a41f859c6608cc993b81cacb020cef05044b2181a2fd337dfd7b1c6396682f29\
             b4393168e3c9e6bcfe6bc5b7a06d96bae424cc102c91745c24ad673dc7618f81"
        );
    }

    #[test]
    fn keys_are_those_of_the_standard() {
        // RFC 7914, section 12: N = 16384, r = 8, p = 1, the first 32 of 64 bytes
        let key = derive(b"pleaseletmein", b"SodiumChloride", 14).unwrap();
        assert_eq!(
            hex(&key[..]),
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
        );
    }

    #[test]
    fn costs_that_cannot_be_are_refused() {
        assert_eq!(derive(b"", b"", 0).err(), Some(Error::Memory));
        assert_eq!(derive(b"", b"", 255).err(), Some(Error::Memory));
    }
}
