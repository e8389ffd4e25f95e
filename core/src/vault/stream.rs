//! One record's content: a chunked AEAD, the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár,
//! "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", CRYPTO 2015).
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `unmarkdR` |
//! | 1 | version, 1 |
//! | 1 | algorithm |
//! | 6 | zeros |
//! | 65,536 + 16, again and again | a chunk, encrypted, and its tag |
//!
//! The nonce of a chunk is its number (88 bits, big-endian) and one byte, 1 for the last chunk and else
//! 0; its associated data is the header and the record's id. The key is random and for this record
//! alone. So a chunk that is cut off, swapped, repeated, or that comes from another record or another
//! state of it, does not open. Every chunk is full: contents are [padded](super::padding) with zeros.

use super::aead::{Algorithm, Cipher, NONCE, TAG};
use super::error::{Error, Part};
use super::padding::padded;
use super::record::Id;
use super::storage::Storage;
use crate::Memory;
use crate::secret::scrub_stack;

/// What one chunk holds, in bytes.
pub(super) const CHUNK: usize = 64 << 10;
const HEADER: usize = 16;
const VERSION: u8 = 1;

/// Writes `content` to a new file and syncs it; its name lasts once the folder is synced.
pub(super) fn write(
    storage: &mut dyn Storage,
    id: Id,
    key: &[u8],
    content: &[u8],
) -> Result<(), Error> {
    let name = id.to_string();
    let failed = Error::disk("storing a record");
    let algorithm = Algorithm::of_this_processor();
    let header = header(algorithm);
    let length = padded(content.len() as u64).ok_or(Error::NoSpace)?;
    let cipher = Cipher::new(algorithm, key)?;
    let mut sealed = Memory::with_capacity(CHUNK.saturating_add(TAG))?;

    storage.create(&name).map_err(&failed)?;
    storage.append(&name, &header).map_err(&failed)?;
    let last = length.div_euclid(CHUNK as u64).saturating_sub(1);
    let mut left = content;
    for number in 0..=last {
        let (now, later) = left.split_at_checked(CHUNK).unwrap_or((left, &[]));
        left = later;
        sealed.rewrite(CHUNK.saturating_add(TAG), |room| {
            let (text, rest) = room.split_at_mut(CHUNK);
            let (start, padding) = text.split_at_mut(now.len());
            start.copy_from_slice(now);
            padding.fill(0);
            let tag = cipher.seal(nonce(number, number == last), &aad(&header, id), text)?;
            rest.copy_from_slice(&tag);
            Ok::<_, Error>(())
        })?;
        storage.append(&name, &sealed).map_err(&failed)?;
    }
    storage.sync(&name).map_err(&failed)?;
    drop(cipher);
    scrub_stack();
    Ok(())
}

/// Reads and checks a whole record, whose content is `length` bytes long.
pub(super) fn read(
    storage: &mut dyn Storage,
    id: Id,
    key: &[u8],
    length: u64,
) -> Result<Memory, Error> {
    let name = id.to_string();
    let failed = Error::disk("reading a record");
    let damaged = || Error::Damaged(Part::Record(id));
    let missing = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::InvalidData => damaged(),
        _ => failed(error),
    };
    let padded = padded(length).ok_or_else(damaged)?;
    let chunks = padded.div_euclid(CHUNK as u64);
    let size = chunks
        .checked_mul((CHUNK + TAG) as u64)
        .and_then(|size| size.checked_add(HEADER as u64))
        .ok_or_else(damaged)?;
    if storage.length(&name).map_err(missing)? != size {
        return Err(damaged());
    }
    let mut header = [0; HEADER];
    if storage.read(&name, 0, &mut header).map_err(missing)? != HEADER {
        return Err(damaged());
    }
    let algorithm = algorithm(&header).ok_or_else(damaged)?;
    let cipher = Cipher::new(algorithm, key)?;

    let mut content = Memory::with_capacity(usize::try_from(length).map_err(|_| Error::Memory)?)?;
    let mut sealed = Memory::with_capacity(CHUNK.saturating_add(TAG))?;
    let mut left = usize::try_from(length).map_err(|_| Error::Memory)?;
    let mut at = HEADER as u64;
    for number in 0..chunks {
        let last = number == chunks.saturating_sub(1);
        sealed.rewrite(CHUNK.saturating_add(TAG), |room| {
            if storage.read(&name, at, room).map_err(missing)? != room.len() {
                return Err(damaged());
            }
            let text = cipher.open(nonce(number, last), &aad(&header, id), room);
            let text = text.ok_or_else(damaged)?;
            let (start, padding) = text.split_at_checked(left).unwrap_or((text, &[]));
            if padding.iter().any(|byte| *byte != 0) {
                return Err(damaged());
            }
            left = left.saturating_sub(start.len());
            Ok(content.push(start)?)
        })?;
        at = at.saturating_add((CHUNK + TAG) as u64);
    }
    drop(cipher);
    scrub_stack();
    Ok(content)
}

fn header(algorithm: Algorithm) -> [u8; HEADER] {
    let [m, a, g, i, c, k, d, r] = *b"unmarkdR";
    [m, a, g, i, c, k, d, r, VERSION, algorithm.number(), 0, 0, 0, 0, 0, 0]
}

/// The algorithm that the header names, if it is such a header.
fn algorithm(bytes: &[u8; HEADER]) -> Option<Algorithm> {
    let algorithm = Algorithm::of_number(crate::bytes::u8_at(bytes, 9)?)?;
    (*bytes == header(algorithm)).then_some(algorithm)
}

fn nonce(number: u64, last: bool) -> [u8; NONCE] {
    let [a, b, c, d, e, f, g, h] = number.to_be_bytes();
    [0, 0, 0, a, b, c, d, e, f, g, h, u8::from(last)]
}

fn aad(header: &[u8; HEADER], id: Id) -> [u8; HEADER + Id::LENGTH] {
    let mut aad = [0; HEADER + Id::LENGTH];
    aad.iter_mut().zip(header.iter().chain(&id.0)).for_each(|(to, from)| *to = *from);
    aad
}
