//! Memory for a photo: left out of core dumps, wiped before it is given back, and quick to get.

use std::fmt;
use std::ops::Deref;
use std::sync::Mutex;

use memmap2::{MmapMut, MmapOptions};
use zeroize::Zeroize;

use crate::Error;

/// What a large page holds on the processors that people have, in bytes. Elsewhere the advice to use
/// one is in vain, and nothing else.
const LARGE_PAGE: usize = 2 << 20;

/// The last mapping that was given back, wiped: for a program that goes over many photos, to get
/// memory from the system takes longer than to clean one.
static SPARE: Mutex<Option<MmapMut>> = Mutex::new(None);

/// The largest mapping that is kept as a spare, in bytes.
const LARGEST_SPARE: usize = 16 << 20;

/// Bytes of a photo in memory of their own. Wiped on drop; its words never show what it holds.
///
/// It never moves or grows: the old memory would be given back unwiped.
pub struct Memory {
    /// There until it is dropped.
    mapping: Option<MmapMut>,
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
        let spare =
            SPARE.try_lock().ok().and_then(|mut spare| spare.take_if(|s| s.len() >= length));
        if let Some(mapping) = spare {
            return Ok(Memory { mapping: Some(mapping), filled: 0 });
        }
        let mapping = MmapOptions::new().len(length).map_anon().map_err(|_| Error::Memory)?;
        #[cfg(any(target_os = "linux", target_os = "android"))]
        for advice in [memmap2::Advice::DontDump, memmap2::Advice::HugePage] {
            // one fault for 512 pages: a copy of 4 MB into new memory takes a sixth of the time. A
            // kernel that knows neither advice works as well
            let _ = mapping.advise(advice);
        }
        Ok(Memory { mapping: Some(mapping), filled: 0 })
    }

    /// How many bytes there is room for in all.
    pub fn capacity(&self) -> usize {
        self.mapping.as_deref().map_or(0, <[u8]>::len)
    }

    /// True if there is no room left.
    pub fn is_full(&self) -> bool {
        self.filled >= self.capacity()
    }

    /// Lets `read` fill the room that is left from its start, and appends as many bytes as it says
    /// that it put there.
    pub fn fill<E>(
        &mut self,
        read: impl FnOnce(&mut [u8]) -> Result<usize, E>,
    ) -> Result<usize, E> {
        let mapping = self.mapping.as_deref_mut().unwrap_or_default();
        let count = read(mapping.get_mut(self.filled..).unwrap_or_default())?;
        self.filled = self.filled.saturating_add(count).min(self.capacity());
        Ok(count)
    }

    /// Appends `bytes`; an error, and nothing done, if there is no room for them.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.fill(|room| {
            room.get_mut(..bytes.len()).ok_or(Error::Memory)?.copy_from_slice(bytes);
            Ok(bytes.len())
        })?;
        Ok(())
    }
}

impl Memory {
    /// Puts `start` in the place of the first `length` bytes; what follows moves up. An error, and
    /// nothing done, if it is longer than these.
    pub(crate) fn replace_start(&mut self, length: usize, start: &[u8]) -> Result<(), Error> {
        let shorter = length.checked_sub(start.len()).ok_or(Error::Memory)?;
        let filled = self.filled;
        let mapping = self.mapping.as_deref_mut().unwrap_or_default();
        let bytes = mapping.get_mut(..filled).ok_or(Error::Memory)?;
        if length > filled {
            return Err(Error::Memory);
        }
        if shorter > 0 {
            bytes.copy_within(length.., start.len());
            self.filled = filled.saturating_sub(shorter);
            bytes.get_mut(self.filled..).unwrap_or_default().zeroize();
        }
        bytes.get_mut(..start.len()).ok_or(Error::Memory)?.copy_from_slice(start);
        Ok(())
    }

    /// Makes the first `length` bytes all that it holds, and lets `write` change them; what was there
    /// before is still there. An error if there is no room for them.
    pub(crate) fn rewrite<E: From<Error>>(
        &mut self,
        length: usize,
        write: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mapping = self.mapping.as_deref_mut().unwrap_or_default();
        let bytes = mapping.get_mut(..length).ok_or(Error::Memory)?;
        // what is left behind the new end must be wiped too when this is dropped
        self.filled = self.filled.max(length);
        write(bytes)?;
        let mapping = self.mapping.as_deref_mut().unwrap_or_default();
        mapping.get_mut(length..self.filled).unwrap_or_default().zeroize();
        self.filled = length;
        Ok(())
    }
}

impl Deref for Memory {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        let mapping = self.mapping.as_deref().unwrap_or_default();
        mapping.get(..self.filled).unwrap_or_default()
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        let Some(mut mapping) = self.mapping.take() else { return };
        if let Some(filled) = mapping.get_mut(..self.filled) {
            filled.zeroize();
        }
        if (LARGE_PAGE..=LARGEST_SPARE).contains(&mapping.len())
            && let Ok(mut spare) = SPARE.try_lock()
        {
            *spare = Some(mapping);
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
            assert!(memory.is_full());
            assert!(memory.len() == room && memory.iter().all(|byte| *byte == 7));
        }
        assert_eq!(Memory::with_capacity(usize::MAX).err(), Some(Error::Memory));
    }

    #[test]
    fn memory_that_is_used_again_holds_nothing_of_before() {
        for _ in 0..3 {
            let mut memory = Memory::with_capacity(LARGE_PAGE).unwrap();
            let used = memory.fill(|room| {
                assert!(room.iter().all(|byte| *byte == 0));
                room.fill(7);
                Ok::<_, Error>(room.len())
            });
            assert_eq!(used, Ok(memory.capacity()));
        }
    }

    #[test]
    fn what_is_read_into_the_room_counts() {
        let mut memory = Memory::with_capacity(4).unwrap();
        let read = |room: &mut [u8]| {
            room[..2].copy_from_slice(b"ab");
            Ok::<_, Error>(2)
        };
        assert_eq!(memory.fill(read), Ok(2));
        memory.push(b"c").unwrap();
        assert_eq!(&*memory, b"abc");
        assert_eq!(memory.fill(|_| Err(Error::Memory)), Err(Error::Memory));
        assert_eq!(memory.fill(|_| Ok::<_, Error>(usize::MAX)), Ok(usize::MAX));
        assert_eq!(memory.len(), memory.capacity());
    }

    #[test]
    fn a_start_can_be_put_in_later() {
        let mut memory = Memory::with_capacity(9).unwrap();
        memory.push(b"....rest").unwrap();
        assert_eq!(memory.replace_start(4, b"start"), Err(Error::Memory));
        assert_eq!(memory.replace_start(9, b""), Err(Error::Memory));
        memory.replace_start(4, b"head").unwrap();
        assert_eq!(&*memory, b"headrest");
        memory.replace_start(4, b"a").unwrap();
        assert_eq!(&*memory, b"arest");
        let left = memory.fill(|room| Ok::<_, Error>(usize::from(room.iter().any(|b| *b != 0))));
        assert_eq!(left, Ok(0), "nothing is left behind the end");
    }

    #[test]
    fn words_do_not_show_the_photo() {
        let mut memory = Memory::with_capacity(6).unwrap();
        memory.push(b"secret").unwrap();
        assert_eq!(format!("{memory:?}"), "6 bytes");
    }
}
