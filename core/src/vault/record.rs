//! What a vault says about each thing that it keeps.

use std::fmt;
use std::str::FromStr;

use zeroize::Zeroize;

/// The name of a record: 16 random bytes, shown as 32 hexadecimal digits. Its file has no other name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub(super) [u8; Id::LENGTH]);

impl Id {
    pub(super) const LENGTH: usize = 16;
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Id {
    type Err = super::Error;

    /// Reads 32 hexadecimal digits, lower case; [`Error::NoSuchRecord`](super::Error::NoSuchRecord) for
    /// anything else.
    fn from_str(text: &str) -> Result<Id, super::Error> {
        let mut id = [0; Id::LENGTH];
        let digits = text.as_bytes();
        if digits.len() != Id::LENGTH.saturating_mul(2) {
            return Err(super::Error::NoSuchRecord);
        }
        for (byte, pair) in id.iter_mut().zip(digits.chunks_exact(2)) {
            for digit in pair {
                let value = match digit {
                    b'0'..=b'9' => digit.wrapping_sub(b'0'),
                    b'a'..=b'f' => digit.wrapping_sub(b'a').wrapping_add(10),
                    _ => return Err(super::Error::NoSuchRecord),
                };
                *byte = (*byte << 4) | value;
            }
        }
        Ok(Id(id))
    }
}

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A photo as it was captured or received.
    Original,
    /// A cleaned photo.
    Clean {
        /// Which original it was made of, if that was kept. It may be gone since.
        of: Option<Id>,
    },
    /// Something else that is small, like a list of contacts.
    Data,
}

/// What is told about a record when it is added. Everything but the kind may be left out.
#[derive(Debug, Clone, Copy)]
pub struct NewRecord<'a> {
    /// What it is.
    pub kind: Kind,
    /// A name, up to 255 bytes of UTF-8.
    pub name: Option<&'a str>,
    /// The media type, as registered with IANA, up to 127 bytes.
    pub media_type: Option<&'a str>,
    /// Words about it, up to 400 bytes of UTF-8.
    pub note: Option<&'a str>,
    /// When it is destroyed, in seconds since 1970-01-01 00:00 UTC.
    pub expires: Option<u64>,
    /// How often it can be read, at least once.
    pub views: Option<u32>,
}

impl NewRecord<'_> {
    /// A record of `kind` of which nothing else is said, and that has no limit.
    pub fn new(kind: Kind) -> NewRecord<'static> {
        NewRecord { kind, name: None, media_type: None, note: None, expires: None, views: None }
    }
}

/// What a vault says about a record. Its words are wiped on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// Its name in the vault.
    pub id: Id,
    /// What it is.
    pub kind: Kind,
    /// The name that it was given.
    pub name: Option<String>,
    /// Its media type.
    pub media_type: Option<String>,
    /// Words about it.
    pub note: Option<String>,
    /// How long the content is, in bytes.
    pub length: u64,
    /// When it was added, in seconds since 1970-01-01 00:00 UTC.
    pub added: u64,
    /// When it is destroyed, in seconds since 1970-01-01 00:00 UTC.
    pub expires: Option<u64>,
    /// How often it can still be read.
    pub views_left: Option<u32>,
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Record {}", self.id)
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        self.name.zeroize();
        self.media_type.zeroize();
        self.note.zeroize();
    }
}

impl Record {
    /// Why the record cannot be read at the time `now`, if so.
    pub(super) fn over(&self, now: u64) -> Option<Over> {
        if self.expires.is_some_and(|expires| expires <= now) {
            return Some(Over::Expired);
        }
        (self.views_left == Some(0)).then_some(Over::NoViews)
    }
}

/// Why a record came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    Expired,
    NoViews,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_they_are_shown() {
        let id = Id([0, 1, 0x9a, 0xbc, 0xff, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
        assert_eq!(id.to_string().parse(), Ok(id));
        for wrong in ["", "00", "zz9abcff05060708090a0b0c0d0e0f", &"A".repeat(32), &"é".repeat(16)]
        {
            assert_eq!(wrong.parse::<Id>(), Err(super::super::Error::NoSuchRecord));
        }
    }
}
