//! Memory for a photo: left out of core dumps, wiped before it is given back, and quick to get.

use std::fmt;
use std::ops::Deref;

use memmap2::{MmapMut, MmapOptions};
use zeroize::Zeroize;

use crate::Error;

/// What a large page holds on the processors that people have, in bytes. Elsewhere the advice to use
/// one is in vain, and nothing else.
const LARGE_PAGE: usize = 2 << 20;

/// Bytes of a photo in memory of their own. Wiped on drop; its words never show what it holds.
///
/// It never moves or grows: the old memory would be given back unwiped.
pub struct Memory {
    mapping: MmapMut,
    filled: usize,
}

impl Memory {
    /// Empty, with room for at least `capacity` bytes.
    pub fn with_capacity(capacity: usize) -> Result<Memory, Error> {
        // Linux places whole large pages so that they can be large, and nothing else
        let length = match capacity {
            0 => 1,
            small if small < LARGE_PAGE / 2 => small,
            large => large.checked_next_multiple_of(LARGE_PAGE).ok_or(Error::Memory)?,
        };
        let mapping = MmapOptions::new().len(length).map_anon().map_err(|_| Error::Memory)?;
        #[cfg(any(target_os = "linux", target_os = "android"))]
        for advice in [memmap2::Advice::DontDump, memmap2::Advice::HugePage] {
            // one fault for 512 pages: a copy of 4 MB into new memory takes a sixth of the time. A
            // kernel that knows neither advice works as well
            let _ = mapping.advise(advice);
        }
        Ok(Memory { mapping, filled: 0 })
    }

    /// How many bytes there is room for in all.
    pub fn capacity(&self) -> usize {
        self.mapping.len()
    }

    /// The room that is left, to be filled from its start; then [`Memory::advance`].
    pub fn room(&mut self) -> &mut [u8] {
        self.mapping.get_mut(self.filled..).unwrap_or_default()
    }

    /// Counts the first `count` bytes of the room as filled, or all of it if there is less.
    pub fn advance(&mut self, count: usize) {
        self.filled = self.filled.saturating_add(count).min(self.mapping.len());
    }

    /// Appends `bytes`; an error, and nothing done, if there is no room for them.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.room().get_mut(..bytes.len()).ok_or(Error::Memory)?.copy_from_slice(bytes);
        self.advance(bytes.len());
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_grows_past_its_capacity() {
        for capacity in [0, 4, 5_000, LARGE_PAGE + 1] {
            let mut memory = Memory::with_capacity(capacity).unwrap();
            assert!(memory.capacity() >= capacity);
            let room = memory.capacity();
            memory.push(&vec![7; room]).unwrap();
            assert_eq!(memory.push(b"a"), Err(Error::Memory));
            assert_eq!(memory.room(), []);
            assert!(memory.len() == room && memory.iter().all(|byte| *byte == 7));
        }
        assert_eq!(Memory::with_capacity(usize::MAX).err(), Some(Error::Memory));
    }

    #[test]
    fn what_is_read_into_the_room_counts_when_told() {
        let mut memory = Memory::with_capacity(4).unwrap();
        memory.room()[..2].copy_from_slice(b"ab");
        assert!(memory.is_empty());
        memory.advance(2);
        memory.push(b"c").unwrap();
        assert_eq!(&*memory, b"abc");
        memory.advance(usize::MAX);
        assert_eq!(memory.len(), memory.capacity());
    }

    #[test]
    fn words_do_not_show_the_photo() {
        let mut memory = Memory::with_capacity(6).unwrap();
        memory.push(b"secret").unwrap();
        assert_eq!(format!("{memory:?}"), "6 bytes");
    }
}
