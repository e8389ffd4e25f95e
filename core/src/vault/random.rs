//! Where a vault gets its keys, nonces and names from. Tests alone can hand in another source.

use ring::rand::{SecureRandom, SystemRandom};

use super::Error;

/// A source of random bytes.
pub(super) trait Random: Send {
    /// Fills `room`.
    fn fill(&mut self, room: &mut [u8]) -> Result<(), Error>;
}

/// The system's generator.
pub(super) struct System;

impl Random for System {
    fn fill(&mut self, room: &mut [u8]) -> Result<(), Error> {
        SystemRandom::new().fill(room).map_err(|_| Error::Random)
    }
}

/// `N` random bytes that are no secret: a nonce, a salt, a name.
pub(super) fn public<const N: usize>(random: &mut dyn Random) -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    random.fill(&mut bytes)?;
    Ok(bytes)
}
