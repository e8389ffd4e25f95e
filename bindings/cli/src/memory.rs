//! Memory for the bytes of one photo: it never moves, is left out of core dumps, and is wiped before
//! it is given back.

use std::fmt;
use std::io;
use std::ops::Deref;
use std::os::fd::AsFd;

use memmap2::{MmapMut, MmapOptions};
use zeroize::Zeroize;

use crate::problem::Problem;

/// What a large page holds on the processors that people have, in bytes. Elsewhere the advice is in
/// vain, and nothing else.
const LARGE_PAGE: usize = 2 << 20;

/// Bytes that are read one after the other into an anonymous mapping.
pub(crate) struct Memory {
    mapping: MmapMut,
    filled: usize,
}

impl Memory {
    /// Room for `capacity` bytes, or more.
    pub(crate) fn with_capacity(capacity: usize) -> Result<Memory, Problem> {
        // Linux places whole large pages so that they can be large, and nothing else
        let length = if capacity < LARGE_PAGE / 2 {
            capacity.max(1)
        } else {
            capacity.next_multiple_of(LARGE_PAGE)
        };
        let mapping = MmapOptions::new()
            .len(length)
            .map_anon()
            .map_err(|_| Problem::reading(&io::ErrorKind::OutOfMemory.into()))?;
        #[cfg(target_os = "linux")]
        for advice in [memmap2::Advice::DontDump, memmap2::Advice::HugePage] {
            // large pages take one fault for 512: half the time of reading a photo. A kernel that
            // knows neither reads as well
            let _ = mapping.advise(advice);
        }
        Ok(Memory { mapping, filled: 0 })
    }

    /// True if nothing more fits.
    pub(crate) fn is_full(&self) -> bool {
        self.filled >= self.mapping.len()
    }

    /// Reads once into the room that is left; false at the end, or if there is none.
    pub(crate) fn fill(&mut self, from: impl AsFd) -> Result<bool, Problem> {
        loop {
            let room = self.mapping.get_mut(self.filled..).unwrap_or_default();
            match rustix::io::read(&from, room) {
                Ok(count) => {
                    self.filled = self.filled.saturating_add(count).min(self.mapping.len());
                    return Ok(count > 0);
                }
                Err(rustix::io::Errno::INTR) => {}
                Err(errno) => return Err(Problem::reading(&errno.into())),
            }
        }
    }

    /// The same bytes with room for twice as many.
    pub(crate) fn doubled(&self) -> Result<Memory, Problem> {
        let mut larger = Memory::with_capacity(self.mapping.len().saturating_mul(2))?;
        if let Some(room) = larger.mapping.get_mut(..self.filled) {
            room.copy_from_slice(self);
            larger.filled = self.filled;
        }
        Ok(larger)
    }
}

impl Deref for Memory {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        self.mapping.get(..self.filled).unwrap_or_default()
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if let Some(filled) = self.mapping.get_mut(..self.filled) {
            filled.zeroize();
        }
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.filled)
    }
}
