//! The payload of an age file: STREAM, ChaCha20-Poly1305 over chunks of 64 KiB (age, "Payload").
//!
//! A nonce is the number of the chunk, eleven bytes, and one byte that says whether it is the last:
//! chunks that are cut, swapped, repeated or left out do not open.

use ring::aead::{Aad, LessSafeKey, Nonce};
use zeroize::Zeroize;

use super::Error;
use super::keys::{self, FileKey, TAG};
use crate::Memory;

/// Bytes of plaintext in a chunk.
const CHUNK: usize = 64 << 10;
/// The salt of the payload's key, which stands before the first chunk.
pub(super) const SALT: usize = 16;

/// How many bytes the payload of `plain` bytes takes.
pub(super) fn sealed_len(plain: usize) -> Option<usize> {
    let chunks = plain.div_ceil(CHUNK).max(1);
    plain.checked_add(SALT)?.checked_add(chunks.checked_mul(TAG)?)
}

/// Appends the payload of `photo` with `trailer` behind it to `to`, which has room for it.
pub(super) fn seal(
    file_key: &FileKey,
    photo: &[u8],
    trailer: &[u8],
    to: &mut Memory,
) -> Result<(), Error> {
    let salt = keys::random::<SALT>()?;
    to.push(&salt[..])?;
    let cipher = payload_cipher(file_key, &salt[..])?;
    let length = photo.len().checked_add(trailer.len()).ok_or(Error::Memory)?;
    let chunks = length.div_ceil(CHUNK).max(1);
    for number in 0..chunks {
        let from = number.saturating_mul(CHUNK);
        let size = length.saturating_sub(from).min(CHUNK);
        let nonce = nonce(number, number.saturating_add(1) == chunks);
        to.fill(|room| {
            let (chunk, rest) = room.split_at_mut_checked(size).ok_or(Error::Memory)?;
            let tag_place = rest.get_mut(..TAG).ok_or(Error::Memory)?;
            copy_range(photo, trailer, from, chunk);
            match cipher.seal_in_place_separate_tag(nonce, Aad::empty(), chunk) {
                Ok(tag) => tag_place.copy_from_slice(tag.as_ref()),
                Err(_) => {
                    chunk.zeroize();
                    return Err(Error::Cipher);
                }
            }
            Ok(size.saturating_add(TAG))
        })?;
    }
    Ok(())
}

/// What a payload holds, all of it: what does not open whole is not given at all.
pub(super) fn open(file_key: &FileKey, payload: &[u8]) -> Result<Memory, Error> {
    let (salt, chunks) = payload.split_at_checked(SALT).ok_or(Error::CUT)?;
    let cipher = payload_cipher(file_key, salt)?;
    let mut plain = Memory::with_capacity(chunks.len())?;
    let count = chunks.len().div_ceil(CHUNK + TAG);
    if count == 0 {
        return Err(Error::CUT);
    }
    for (number, chunk) in chunks.chunks(CHUNK + TAG).enumerate() {
        let last = number.saturating_add(1) == count;
        // an empty chunk is the only one
        if chunk.len() < TAG || (chunk.len() == TAG && number > 0) {
            return Err(Error::CUT);
        }
        plain.fill(|room| {
            let room = room.get_mut(..chunk.len()).ok_or(Error::Memory)?;
            room.copy_from_slice(chunk);
            let opened = cipher.open_in_place(nonce(number, last), Aad::empty(), room);
            let opened = opened.map(|plain| plain.len());
            let kept = opened.as_ref().copied().unwrap_or_default();
            room.get_mut(kept..).unwrap_or_default().zeroize();
            opened.map_err(|_| Error::CHANGED)
        })?;
    }
    Ok(plain)
}

fn payload_cipher(file_key: &FileKey, salt: &[u8]) -> Result<LessSafeKey, Error> {
    keys::cipher(&file_key.derive(salt, b"payload"))
}

fn nonce(number: usize, last: bool) -> Nonce {
    let mut bytes = [0; 12];
    if let Some(count) = bytes.get_mut(3..11) {
        count.copy_from_slice(&(number as u64).to_be_bytes());
    }
    if let Some(flag) = bytes.last_mut() {
        *flag = u8::from(last);
    }
    keys::nonce(bytes)
}

/// Copies what stands at `from` in `start` with `end` behind it.
fn copy_range(start: &[u8], end: &[u8], from: usize, to: &mut [u8]) {
    let first = start.get(from..).unwrap_or_default();
    let (head, tail) = to.split_at_mut(first.len().min(to.len()));
    head.copy_from_slice(first.get(..head.len()).unwrap_or_default());
    let skipped = from.saturating_sub(start.len());
    let second = end.get(skipped..).unwrap_or_default();
    let length = tail.len().min(second.len());
    if let (Some(to), Some(from)) = (tail.get_mut(..length), second.get(..length)) {
        to.copy_from_slice(from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(photo: &[u8], trailer: &[u8], key: &FileKey) -> Vec<u8> {
        let length = sealed_len(photo.len() + trailer.len()).unwrap();
        let mut to = Memory::with_capacity(length).unwrap();
        seal(key, photo, trailer, &mut to).unwrap();
        assert_eq!(to.len(), length);
        to.to_vec()
    }

    #[test]
    fn every_length_comes_back() {
        let key = FileKey::generate().unwrap();
        let bytes: Vec<u8> = (0..3 * CHUNK + 9).map(|i| (i % 251) as u8).collect();
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 9] {
            // the seam between photo and trailer at every kind of place
            for trailer in [0, 1, 20, CHUNK] {
                let Some(at) = length.checked_sub(trailer) else { continue };
                let (photo, trailer) = bytes[..length].split_at(at);
                let payload = sealed(photo, trailer, &key);
                assert_eq!(*open(&key, &payload).unwrap(), bytes[..length]);
            }
        }
    }

    #[test]
    fn chunks_cut_swapped_repeated_or_changed_are_refused() {
        let key = FileKey::generate().unwrap();
        let bytes: Vec<u8> = (0..3 * CHUNK).map(|i| (i % 251) as u8).collect();
        let payload = sealed(&bytes, &[], &key);
        let refused = |payload: &[u8]| assert!(open(&key, payload).is_err());
        let (salt, chunks) = payload.split_at(SALT);
        let chunk: Vec<&[u8]> = chunks.chunks(CHUNK + TAG).collect();
        for order in [
            vec![],
            vec![0],
            vec![0, 1],
            vec![1, 2],
            vec![2],
            vec![0, 2],
            vec![1, 0, 2],
            vec![0, 0, 1, 2],
            vec![0, 1, 2, 2],
            vec![0, 1, 1, 2],
            vec![2, 1, 0],
        ] {
            let mut other = salt.to_vec();
            order.iter().for_each(|i: &usize| other.extend(chunk[*i]));
            refused(&other);
        }
        let mut other = payload.clone();
        for at in (0..payload.len()).step_by(997).chain([payload.len() - 1]) {
            other[at] ^= 1;
            refused(&other);
            other[at] ^= 1;
        }
        for length in (0..payload.len()).step_by(1999).chain([1, SALT, SALT + 1, payload.len() - 1])
        {
            refused(&payload[..length]);
        }
        other.push(0);
        refused(&other);
    }
}
