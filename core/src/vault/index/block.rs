//! The blocks of an index file: one size, each encrypted for its place behind all that come before.
//!
//! | bytes | what |
//! |---|---|
//! | 12 | nonce, random: after a crash the same place is written again with something else |
//! | 996 + 16 | text, encrypted, and its tag |
//!
//! The text is the length of what it holds (16 bits), whole [entries](super::entry), and zeros. The
//! associated data is the number of the block (64 bits) and the chain up to it; the chain goes on by
//! SHA-256 over what it was and the whole encrypted block, from 32 zeros.

use ring::digest::{Context, SHA256};
use zeroize::{Zeroize, Zeroizing};

use super::super::aead::{Algorithm, Cipher, NONCE, TAG};
use super::super::error::{Error, Part};
use super::super::random::{self, Random};
use super::super::storage::Storage;
use super::entry::Entry;
use crate::secret::SecretKey;

/// How long a block is, in bytes.
pub(in super::super) const BLOCK: usize = 1024;
/// How much of it is text, in bytes.
pub(super) const TEXT: usize = BLOCK - NONCE - TAG;
/// The length of what a text holds.
const USED: usize = 2;
/// How many blocks are read or written at once.
const AT_ONCE: usize = 64;

/// How far an index goes: how many blocks, and the chain up to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct End {
    pub(in super::super) blocks: u64,
    pub(in super::super) chain: [u8; 32],
}

impl End {
    /// Of an index without blocks.
    pub(in super::super) const START: End = End { blocks: 0, chain: [0; 32] };

    fn aad(&self) -> [u8; 40] {
        let mut aad = [0; 40];
        let parts = self.blocks.to_be_bytes().into_iter().chain(self.chain);
        aad.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
        aad
    }

    fn after(&self, block: &[u8]) -> End {
        let mut hash = Context::new(&SHA256);
        hash.update(&self.chain);
        hash.update(block);
        let mut chain = [0; 32];
        chain.iter_mut().zip(hash.finish().as_ref()).for_each(|(to, from)| *to = *from);
        End { blocks: self.blocks.saturating_add(1), chain }
    }
}

/// Writes entries behind the end of an index file.
pub(in super::super) struct Writer<'a> {
    storage: &'a mut dyn Storage,
    random: &'a mut dyn Random,
    name: &'a str,
    cipher: Cipher,
    end: End,
    /// The entries of the block in the making, behind room for its length.
    text: Zeroizing<Vec<u8>>,
    /// Blocks that are not written yet.
    sealed: Vec<u8>,
}

impl<'a> Writer<'a> {
    pub(in super::super) fn new(
        storage: &'a mut dyn Storage,
        random: &'a mut dyn Random,
        name: &'a str,
        (algorithm, key): (Algorithm, &SecretKey),
        end: End,
    ) -> Result<Writer<'a>, Error> {
        let cipher = Cipher::new(algorithm, key.bytes())?;
        let text = Zeroizing::new(Vec::with_capacity(TEXT));
        let mut writer = Writer { storage, random, name, cipher, end, text, sealed: Vec::new() };
        writer.begin();
        Ok(writer)
    }

    pub(in super::super) fn push(&mut self, entry: &[u8]) -> Result<(), Error> {
        if self.text.len().saturating_add(entry.len()) > TEXT {
            self.seal()?;
        }
        self.text.extend_from_slice(entry);
        Ok(())
    }

    /// Writes the last block, syncs the file, and tells how far the index goes now.
    pub(in super::super) fn finish(mut self) -> Result<End, Error> {
        if self.text.len() > USED {
            self.seal()?;
        }
        self.write()?;
        self.storage.sync(self.name).map_err(Error::disk("writing its index"))?;
        Ok(self.end)
    }

    fn begin(&mut self) {
        // in place: the memory stays where it is
        self.text.zeroize();
        self.text.extend_from_slice(&[0; USED]);
    }

    fn seal(&mut self) -> Result<(), Error> {
        let used = u16::try_from(self.text.len().saturating_sub(USED)).unwrap_or(u16::MAX);
        self.text.iter_mut().zip(used.to_be_bytes()).for_each(|(to, from)| *to = from);
        self.text.resize(TEXT, 0);
        let nonce: [u8; NONCE] = random::public(self.random)?;
        let tag = self.cipher.seal(nonce, &self.end.aad(), &mut self.text)?;
        let start = self.sealed.len();
        for part in [&nonce[..], &self.text, &tag] {
            self.sealed.extend_from_slice(part);
        }
        self.end = self.end.after(self.sealed.get(start..).unwrap_or_default());
        self.begin();
        if self.sealed.len() >= AT_ONCE * BLOCK { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), Error> {
        let written = self.storage.append(self.name, &self.sealed);
        self.sealed.clear();
        written.map_err(Error::disk("writing its index"))
    }
}

/// Reads an index file up to `end`, hands every entry to `take`, and tells whether something stands
/// behind it that was never acknowledged. Everything up to `end` must be there as it was written.
pub(in super::super) fn read(
    storage: &mut dyn Storage,
    name: &str,
    (algorithm, key): (Algorithm, &SecretKey),
    end: &End,
    mut take: impl FnMut(Entry) -> Option<()>,
) -> Result<bool, Error> {
    const DAMAGED: Error = Error::Damaged(Part::Index);
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::InvalidData => DAMAGED,
        _ => Error::disk("reading its index")(error),
    };
    let size = end.blocks.checked_mul(BLOCK as u64).ok_or(DAMAGED)?;
    let length = storage.length(name).map_err(failed)?;
    if length < size {
        return Err(DAMAGED);
    }
    let cipher = Cipher::new(algorithm, key.bytes())?;
    let mut room = Zeroizing::new(vec![0; AT_ONCE * BLOCK]);
    let mut so_far = End::START;
    while so_far.blocks < end.blocks {
        let left = end.blocks.saturating_sub(so_far.blocks).min(AT_ONCE as u64);
        let bytes = usize::try_from(left).unwrap_or(0).saturating_mul(BLOCK);
        let blocks = room.get_mut(..bytes).ok_or(DAMAGED)?;
        let at = so_far.blocks.saturating_mul(BLOCK as u64);
        if storage.read(name, at, blocks).map_err(failed)? != bytes {
            return Err(DAMAGED);
        }
        for block in blocks.chunks_exact_mut(BLOCK) {
            let aad = so_far.aad();
            so_far = so_far.after(block);
            let (nonce, sealed) = block.split_first_chunk_mut::<NONCE>().ok_or(DAMAGED)?;
            let text = cipher.open(*nonce, &aad, sealed).ok_or(DAMAGED)?;
            entries(text, &mut take).ok_or(DAMAGED)?;
        }
    }
    if so_far != *end {
        return Err(DAMAGED);
    }
    Ok(length > size)
}

/// Hands every entry of a block's text to `take`.
fn entries(text: &[u8], take: &mut impl FnMut(Entry) -> Option<()>) -> Option<()> {
    let (used, entries) = text.split_first_chunk::<USED>()?;
    let mut left = entries.get(..usize::from(u16::from_be_bytes(*used)))?;
    while !left.is_empty() {
        take(Entry::decode(&mut left)?)?;
    }
    Some(())
}
