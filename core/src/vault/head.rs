//! The head: the one file by which a vault is opened, and the one whose replacement is a commit.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `unmarkdV` |
//! | 2 | version, 1 |
//! | 90 | [how the vault key is wrapped](super::keys::Wrapping) |
//! | 12 | nonce |
//! | 864 + 16 | state, encrypted under a key derived from the vault key, and its tag |
//! | 32 | SHA-256 of all that, so that damage is not taken for a wrong passphrase |
//!
//! The associated data is everything before the nonce. The state is: generation 8, name of the index
//! 16, algorithm of the index 1, key of the index 32, blocks of the index 8, chain 32, latest time seen
//! 8, key of the digests 32, events 8, their chain 32, and zeros. Numbers are big-endian.

use ring::digest::{SHA256, digest};
use zeroize::Zeroizing;

use super::aead::{Algorithm, Cipher, NONCE, TAG, derive};
use super::error::{Error, Part};
use super::index::block::End;
use super::keys::Wrapping;
use super::random::{self, Random};
use super::record::Id;
use super::storage::Storage;
use super::whole;
use crate::bytes::{Endian, array_at, slice_at};
use crate::secret::{SecretKey, scrub_stack};

const NAME: &str = "head";
const MAGIC: &[u8; 8] = b"unmarkdV";
const VERSION: u16 = 1;
const START: usize = 8 + 2;
const PLAIN: usize = START + Wrapping::LENGTH;
const STATE: usize = 864;
const SEALED: usize = PLAIN + NONCE + STATE + TAG;
const LENGTH: usize = SEALED + 32;
/// No head of any version is longer.
const LONGEST: usize = 4096;

/// What the vault was like after its last commit.
pub(super) struct State {
    /// Counts the commits.
    pub(super) generation: u64,
    /// The file of the index.
    pub(super) index: Id,
    pub(super) algorithm: Algorithm,
    pub(super) index_key: SecretKey,
    pub(super) end: End,
    /// The latest time that the vault has seen: a clock that is set back is not believed.
    pub(super) latest: u64,
    pub(super) digest_key: SecretKey,
    /// How many events there are, and their chain.
    pub(super) events: (u64, [u8; 32]),
}

/// The head as it was read, not opened yet.
pub(super) struct Sealed {
    pub(super) wrapping: Wrapping,
    bytes: [u8; LENGTH],
}

/// Reads the head.
///
/// Errors: [`Error::NotAVault`], [`Error::Newer`], [`Error::Older`], [`Error::Damaged`], and those of the disk.
pub(super) fn read(storage: &mut dyn Storage) -> Result<Sealed, Error> {
    let mut room = [0; LONGEST];
    let count = storage.read(NAME, 0, &mut room).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Error::NotAVault,
        std::io::ErrorKind::InvalidData => Error::Damaged(Part::Head),
        _ => Error::disk("reading its head")(error),
    })?;
    let bytes = room.get(..count).unwrap_or_default();
    if slice_at(bytes, 0, MAGIC.len()) != Some(MAGIC) {
        return Err(if bytes.is_empty() { Error::NotAVault } else { Error::Damaged(Part::Head) });
    }
    match Endian::Big.u16(bytes, MAGIC.len()) {
        Some(VERSION) => {}
        Some(newer) if newer > VERSION => return Err(Error::Newer(newer)),
        Some(older) => return Err(Error::Older(older)),
        None => return Err(Error::Damaged(Part::Head)),
    }
    let bytes: [u8; LENGTH] = bytes.try_into().map_err(|_| Error::Damaged(Part::Head))?;
    let (sealed, checksum) = bytes.split_at(SEALED);
    if digest(&SHA256, sealed).as_ref() != checksum {
        return Err(Error::Damaged(Part::Head));
    }
    let wrapping = bytes.get(START..).and_then(Wrapping::decode);
    Ok(Sealed { wrapping: wrapping.ok_or(Error::Damaged(Part::Head))?, bytes })
}

impl Sealed {
    /// The state; [`Error::Damaged`] if it is not as it was written.
    pub(super) fn open(&self, vault_key: &SecretKey) -> Result<State, Error> {
        let damaged = Error::Damaged(Part::Head);
        let cipher = cipher(self.wrapping.algorithm, vault_key)?;
        let mut sealed = Zeroizing::new([0; STATE + TAG]);
        let (Some(aad), Some(nonce), Some(bytes)) = (
            self.bytes.get(..PLAIN),
            array_at(&self.bytes, PLAIN),
            array_at(&self.bytes, PLAIN + NONCE),
        ) else {
            return Err(damaged);
        };
        *sealed = bytes;
        let state = cipher.open(nonce, aad, &mut *sealed).ok_or(damaged.clone())?;
        let state = State::decode(state)?.ok_or(damaged);
        drop(cipher);
        scrub_stack();
        state
    }
}

/// Replaces the head, whole or not at all; what was created in the folder before lasts with it.
pub(super) fn write(
    storage: &mut dyn Storage,
    random: &mut dyn Random,
    wrapping: &Wrapping,
    vault_key: &SecretKey,
    state: &State,
) -> Result<(), Error> {
    let mut bytes = Vec::with_capacity(LENGTH);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&VERSION.to_be_bytes());
    bytes.extend_from_slice(&wrapping.encode());
    let nonce: [u8; NONCE] = random::public(random)?;
    let mut text = state.encode();
    let cipher = cipher(wrapping.algorithm, vault_key)?;
    let tag = cipher.seal(nonce, &bytes, &mut *text)?;
    drop(cipher);
    scrub_stack();
    for part in [&nonce[..], &*text, &tag] {
        bytes.extend_from_slice(part);
    }
    let checksum = digest(&SHA256, &bytes);
    bytes.extend_from_slice(checksum.as_ref());
    whole::replace(storage, NAME, &bytes).map_err(Error::disk("writing its head"))
}

/// Destroys the head: writes over it where it stands, then removes it. There is nothing to do without one.
pub(super) fn destroy(storage: &mut dyn Storage, random: &mut dyn Random) -> Result<(), Error> {
    whole::destroy(storage, NAME, &random::public::<LENGTH>(random)?)
        .map_err(Error::disk("destroying its keys"))
}

/// True if `name` is a file that a head is, or was about to be.
pub(super) fn is_name(name: &str) -> bool {
    name == NAME || whole::is_unfinished(name, NAME)
}

/// True if `name` is left of a head that was never finished.
pub(super) fn is_unfinished(name: &str) -> bool {
    whole::is_unfinished(name, NAME)
}

fn cipher(algorithm: Algorithm, vault_key: &SecretKey) -> Result<Cipher, Error> {
    let key = derive(b"", vault_key.bytes(), &[b"unmarked vault 1: head"])?;
    Cipher::new(algorithm, key.bytes())
}

impl State {
    fn encode(&self) -> Zeroizing<[u8; STATE]> {
        let mut bytes = Zeroizing::new([0; STATE]);
        let parts: [&[u8]; 10] = [
            &self.generation.to_be_bytes(),
            &self.index.0,
            &[self.algorithm.number()],
            self.index_key.bytes(),
            &self.end.blocks.to_be_bytes(),
            &self.end.chain,
            &self.latest.to_be_bytes(),
            self.digest_key.bytes(),
            &self.events.0.to_be_bytes(),
            &self.events.1,
        ];
        bytes.iter_mut().zip(parts.into_iter().flatten()).for_each(|(to, from)| *to = *from);
        bytes
    }

    /// Reads what [`encode`](State::encode) wrote; `None` if it cannot be that.
    fn decode(bytes: &[u8]) -> Result<Option<State>, Error> {
        let key = |at: usize| -> Result<Option<SecretKey>, Error> {
            let Some(bytes) = bytes.get(at..).and_then(<[u8]>::first_chunk) else {
                return Ok(None);
            };
            Ok(Some(SecretKey::copy_from(bytes)?))
        };
        let (Some(index_key), Some(digest_key)) = (key(25)?, key(105)?) else { return Ok(None) };
        let fields = || {
            Some((
                Endian::Big.u64(bytes, 0)?,
                Id(array_at(bytes, 8)?),
                Algorithm::of_number(*bytes.get(24)?)?,
                End { blocks: Endian::Big.u64(bytes, 57)?, chain: array_at(bytes, 65)? },
                Endian::Big.u64(bytes, 97)?,
                (Endian::Big.u64(bytes, 137)?, array_at(bytes, 145)?),
            ))
        };
        Ok(fields().map(|(generation, index, algorithm, end, latest, events)| State {
            generation,
            index,
            algorithm,
            index_key,
            end,
            latest,
            digest_key,
            events,
        }))
    }
}
