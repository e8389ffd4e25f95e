//! What the sealer asks of whoever opens a file: until when, and how many times.

use std::num::NonZeroU8;

use super::Error;
use super::keys::FileKey;

const HOUR: u64 = 3600;
/// Hours are kept in three bytes: until the year 3883.
const MOST_HOURS: u64 = (1 << 24) - 1;

/// Bytes that [`Terms`] take in a file: hours, views, and five that are nought. Twelve characters of
/// Base64.
pub(super) const HIDDEN: usize = 9;

/// Until when and how many times a file may be opened. A reader of another make can ignore both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terms {
    /// Hours of Unix time; nought is never.
    hours: u32,
    views: Option<NonZeroU8>,
}

impl Terms {
    /// `expires` in seconds of Unix time is rounded up to the hour, so that it does not tell the
    /// minute of sealing; `views` is at least 1.
    pub fn new(expires: Option<u64>, views: Option<u8>) -> Result<Terms, Error> {
        let hours = match expires.map(|seconds| seconds.div_ceil(HOUR)) {
            None => 0,
            Some(hours @ 1..=MOST_HOURS) => u32::try_from(hours).unwrap_or_default(),
            Some(_) => return Err(Error::Terms("the time that it expires is out of range")),
        };
        let views = match views {
            None => None,
            Some(views) => Some(
                NonZeroU8::new(views).ok_or(Error::Terms("it has to be opened once at least"))?,
            ),
        };
        Ok(Terms { hours, views })
    }

    /// When the file expires, in seconds of Unix time, on the hour.
    pub fn expires(&self) -> Option<u64> {
        (self.hours > 0).then(|| u64::from(self.hours).saturating_mul(HOUR))
    }

    /// How many times it may be opened.
    pub fn views(&self) -> Option<u8> {
        self.views.map(NonZeroU8::get)
    }

    /// Encrypted, so that nobody without the file key can tell it from random bytes.
    ///
    /// The pad is for one file and this alone. What makes forgeries fail is the place where it stands:
    /// in the header, or in the payload, both of which are authenticated.
    pub(super) fn hide(&self, file_key: &FileKey) -> [u8; HIDDEN] {
        let [_, a, b, c] = self.hours.to_be_bytes();
        let views = self.views.map_or(0, NonZeroU8::get);
        xor(file_key, &[a, b, c, views, 0, 0, 0, 0, 0])
    }

    /// What [`Terms::hide`] made, or none if these are other bytes: of those one in 2^40 passes.
    pub(super) fn find(file_key: &FileKey, hidden: &[u8; HIDDEN]) -> Option<Terms> {
        let [a, b, c, views, 0, 0, 0, 0, 0] = xor(file_key, hidden) else { return None };
        Some(Terms { hours: u32::from_be_bytes([0, a, b, c]), views: NonZeroU8::new(views) })
    }
}

/// `bytes` with the pad of `file_key` on them, or off again.
fn xor(file_key: &FileKey, bytes: &[u8; HIDDEN]) -> [u8; HIDDEN] {
    let pad = file_key.derive(b"unmarked/v1/terms");
    let mut out = *bytes;
    out.iter_mut().zip(pad.iter()).for_each(|(byte, pad)| *byte ^= pad);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expiry_is_on_the_hour_and_never_early() {
        for (seconds, hour) in
            [(1, 3600), (3600, 3600), (3601, 7200), (1_764_000_001, 1_764_003_600)]
        {
            assert_eq!(Terms::new(Some(seconds), None).unwrap().expires(), Some(hour));
        }
        assert_eq!(Terms::default().expires(), None);
        for seconds in [0, u64::MAX, (1 << 24) * HOUR] {
            assert!(Terms::new(Some(seconds), None).is_err());
        }
        assert!(Terms::new(None, Some(0)).is_err());
    }

    #[test]
    fn terms_are_read_by_who_has_the_file_key() {
        let key = FileKey::of_byte(7);
        for terms in [
            Terms::default(),
            Terms::new(Some(1_764_000_000), Some(3)).unwrap(),
            Terms::new(Some(MOST_HOURS * HOUR), Some(255)).unwrap(),
        ] {
            let hidden = terms.hide(&key);
            assert_eq!(Terms::find(&key, &hidden), Some(terms));
            assert_eq!(Terms::find(&FileKey::of_byte(8), &hidden), None);
        }
    }
}
