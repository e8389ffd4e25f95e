//! What opens a vault: a key of the device, a passphrase, or both together.

use std::fmt;

use argon2::{Argon2, Block, Params, Version};
use zeroize::{Zeroize, Zeroizing};

use super::Error;
use super::aead::{Algorithm, Cipher, TAG, derive};
use super::random::{self, Random};
use crate::bytes::{Endian, array_at, u8_at};
use crate::secret::{Passphrase, SecretKey, scrub_stack};

/// What a person and a device bring to open a vault. With both, neither alone opens it.
#[derive(Debug)]
pub struct Unlock {
    /// A random key that the shell keeps wrapped by the device (Android Keystore, iOS Keychain), so
    /// that a copy of the folder cannot be opened elsewhere.
    pub platform_key: Option<SecretKey>,
    /// What a person remembers.
    pub passphrase: Option<Passphrase>,
}

/// What a vault is opened by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// The key of the device.
    PlatformKey,
    /// A passphrase.
    Passphrase,
    /// Both together.
    Both,
}

impl fmt::Display for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Needs::PlatformKey => "the key of the device, and no passphrase",
            Needs::Passphrase => "a passphrase, and no key of the device",
            Needs::Both => "the key of the device and a passphrase together",
        })
    }
}

impl Needs {
    fn number(self) -> u8 {
        match self {
            Needs::PlatformKey => 1,
            Needs::Passphrase => 2,
            Needs::Both => 3,
        }
    }

    fn of_number(number: u8) -> Option<Needs> {
        [Needs::PlatformKey, Needs::Passphrase, Needs::Both]
            .into_iter()
            .find(|needs| needs.number() == number)
    }
}

impl Unlock {
    /// What a vault that this opens needs; `None` if this is empty.
    pub fn needs(&self) -> Option<Needs> {
        match (&self.platform_key, &self.passphrase) {
            (Some(_), None) => Some(Needs::PlatformKey),
            (None, Some(_)) => Some(Needs::Passphrase),
            (Some(_), Some(_)) => Some(Needs::Both),
            (None, None) => None,
        }
    }
}

/// What a passphrase costs to try: the memory and passes of Argon2id (RFC 9106), one lane.
///
/// The default is the second choice of RFC 9106, section 4: 64 MiB and three passes, which a phone of
/// 2 GB has room for. It is kept in the vault, so one made with another cost opens anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
}

impl Cost {
    /// The least and the most memory, in KiB: less would be tried too fast, more would let a changed
    /// vault exhaust a phone.
    pub const MEMORY_KIB: std::ops::RangeInclusive<u32> = 8 << 10..=256 << 10;
    /// The fewest and the most passes.
    pub const PASSES: std::ops::RangeInclusive<u32> = 1..=16;

    /// A cost of `memory_kib` KiB and `passes`; `None` outside [`Cost::MEMORY_KIB`] and [`Cost::PASSES`].
    pub fn new(memory_kib: u32, passes: u32) -> Option<Cost> {
        let cost = Cost { memory_kib, passes };
        (Cost::MEMORY_KIB.contains(&memory_kib) && Cost::PASSES.contains(&passes)).then_some(cost)
    }
}

impl Default for Cost {
    fn default() -> Cost {
        Cost { memory_kib: 64 << 10, passes: 3 }
    }
}

/// The part of the head that anyone can read: how the vault key is wrapped.
///
/// | bytes | what |
/// |---|---|
/// | 1 | what opens it ([`Needs`]) |
/// | 1 | algorithm of the wrapping and of the head |
/// | 4, 4 | memory in KiB and passes of Argon2id; 0 without a passphrase |
/// | 32 | salt, new for every wrapping |
/// | 48 | the vault key, encrypted, and its tag |
#[derive(Debug, Clone)]
pub(super) struct Wrapping {
    needs: Needs,
    pub(super) algorithm: Algorithm,
    cost: Option<Cost>,
    salt: [u8; SALT],
    wrapped: [u8; WRAPPED],
}

const SALT: usize = 32;
const WRAPPED: usize = SecretKey::LENGTH + TAG;
/// How much of the wrapping is bound to the wrapped key as associated data.
const BOUND: usize = 10 + SALT;

impl Wrapping {
    /// How long it is, in bytes.
    pub(super) const LENGTH: usize = BOUND + WRAPPED;

    /// Wraps `vault_key` so that `unlock` opens it.
    pub(super) fn new(
        vault_key: &SecretKey,
        unlock: &Unlock,
        cost: Cost,
        random: &mut dyn Random,
    ) -> Result<Wrapping, Error> {
        let needs = unlock.needs().ok_or(Error::Needs(Needs::PlatformKey))?;
        let mut wrapping = Wrapping {
            needs,
            algorithm: Algorithm::of_this_processor(),
            cost: unlock.passphrase.is_some().then_some(cost),
            salt: random::public(random)?,
            wrapped: [0; WRAPPED],
        };
        let wrapping_key = wrapping.key(unlock)?;
        let cipher = Cipher::new(wrapping.algorithm, wrapping_key.bytes())?;
        let mut key = Zeroizing::new([0; SecretKey::LENGTH]);
        key.copy_from_slice(vault_key.bytes());
        // the wrapping key serves once: its salt is new
        let tag = cipher.seal(NONCE_OF_ONCE, &wrapping.bound(), &mut *key)?;
        let (text, rest) = wrapping.wrapped.split_at_mut(SecretKey::LENGTH);
        text.copy_from_slice(&*key);
        rest.copy_from_slice(&tag);
        drop(cipher);
        scrub_stack();
        Ok(wrapping)
    }

    /// The vault key.
    ///
    /// Errors: [`Error::Needs`], [`Error::WrongKey`], [`Error::Memory`].
    pub(super) fn open(&self, unlock: &Unlock) -> Result<SecretKey, Error> {
        if unlock.needs() != Some(self.needs) {
            return Err(Error::Needs(self.needs));
        }
        let wrapping_key = self.key(unlock)?;
        let cipher = Cipher::new(self.algorithm, wrapping_key.bytes())?;
        let mut wrapped = Zeroizing::new(self.wrapped);
        let key = SecretKey::made_by(|room| {
            let key =
                cipher.open(NONCE_OF_ONCE, &self.bound(), &mut *wrapped).ok_or(Error::WrongKey)?;
            room.copy_from_slice(key);
            Ok(())
        });
        drop(cipher);
        scrub_stack();
        key
    }

    /// What this vault is opened by.
    pub(super) fn needs(&self) -> Needs {
        self.needs
    }

    /// HKDF over the platform key and what Argon2id makes of the passphrase. Each is 32 bytes or not
    /// there, and which are there is part of the `info`, so no two pairs give the same input.
    fn key(&self, unlock: &Unlock) -> Result<SecretKey, Error> {
        let mut both = Zeroizing::new([0; 2 * SecretKey::LENGTH]);
        let mut length = 0;
        if let Some(platform_key) = &unlock.platform_key {
            let (start, _) = both.split_at_mut(SecretKey::LENGTH);
            start.copy_from_slice(platform_key.bytes());
            length = SecretKey::LENGTH;
        }
        if let (Some(passphrase), Some(cost)) = (&unlock.passphrase, self.cost) {
            let room = both.get_mut(length..length.saturating_add(SecretKey::LENGTH));
            stretch(passphrase, &self.salt, cost, room.ok_or(Error::Memory)?)?;
            length = length.saturating_add(SecretKey::LENGTH);
        }
        let secret = both.get(..length).ok_or(Error::Memory)?;
        derive(&self.salt, secret, &[b"unmarked vault 1: wrapping key", &[self.needs.number()]])
    }

    /// Everything but the wrapped key.
    fn bound(&self) -> [u8; BOUND] {
        let mut bytes = [0; BOUND];
        let cost = self.cost.map_or([0, 0], |cost| [cost.memory_kib, cost.passes]);
        let [memory, passes] = cost.map(u32::to_be_bytes);
        let parts: [&[u8]; 4] =
            [&[self.needs.number(), self.algorithm.number()], &memory, &passes, &self.salt];
        bytes.iter_mut().zip(parts.concat()).for_each(|(to, from)| *to = from);
        bytes
    }

    /// As it stands in the head.
    pub(super) fn encode(&self) -> Vec<u8> {
        [&self.bound()[..], &self.wrapped].concat()
    }

    /// Reads it from the start of `bytes`; `None` if a number stands for nothing or is out of bounds.
    pub(super) fn decode(bytes: &[u8]) -> Option<Wrapping> {
        let needs = Needs::of_number(u8_at(bytes, 0)?)?;
        let algorithm = Algorithm::of_number(u8_at(bytes, 1)?)?;
        let (memory, passes) = (Endian::Big.u32(bytes, 2)?, Endian::Big.u32(bytes, 6)?);
        let cost = match needs {
            Needs::PlatformKey if memory == 0 && passes == 0 => None,
            Needs::PlatformKey => return None,
            Needs::Passphrase | Needs::Both => Some(Cost::new(memory, passes)?),
        };
        let (salt, wrapped) = (array_at(bytes, 10)?, array_at(bytes, BOUND)?);
        Some(Wrapping { needs, algorithm, cost, salt, wrapped })
    }
}

/// The nonce of a key that encrypts one text and no other.
const NONCE_OF_ONCE: [u8; super::aead::NONCE] = [0; super::aead::NONCE];

/// Argon2id over `passphrase`, into `key`.
fn stretch(passphrase: &Passphrase, salt: &[u8], cost: Cost, key: &mut [u8]) -> Result<(), Error> {
    let params =
        Params::new(cost.memory_kib, cost.passes, 1, Some(key.len())).map_err(|_| Error::Memory)?;
    // one block a KiB; all of them are wiped, since the last ones give the key
    let mut blocks = Zeroizing::new(Vec::<Block>::new());
    let count = params.block_count();
    blocks.try_reserve_exact(count).map_err(|_| Error::Memory)?;
    blocks.resize(count, Block::default());
    let argon2 = Argon2::new(argon2::Algorithm::Argon2id, Version::V0x13, params);
    let made = argon2.hash_password_into_with_memory(
        passphrase.text().as_bytes(),
        salt,
        key,
        blocks.as_mut_slice(),
    );
    blocks.zeroize();
    scrub_stack();
    made.map_err(|_| Error::Memory)
}
