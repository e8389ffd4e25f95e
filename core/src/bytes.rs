//! Reading numbers out of untrusted bytes: every read is bounded and gives `None` past the end.

#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

/// The byte at `at`.
pub(crate) fn u8_at(data: &[u8], at: usize) -> Option<u8> {
    data.get(at).copied()
}

/// `N` bytes from `at`.
pub(crate) fn array_at<const N: usize>(data: &[u8], at: usize) -> Option<[u8; N]> {
    data.get(at..)?.first_chunk().copied()
}

/// `len` bytes from `at`.
pub(crate) fn slice_at(data: &[u8], at: usize, len: usize) -> Option<&[u8]> {
    data.get(at..at.checked_add(len)?)
}

/// The order of the bytes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endian {
    /// The most significant byte first ("MM" in TIFF, everything in JPEG).
    Big,
    /// The least significant byte first ("II" in TIFF).
    Little,
}

impl Endian {
    /// An unsigned 16-bit number at `at`.
    pub(crate) fn u16(self, data: &[u8], at: usize) -> Option<u16> {
        let raw = array_at(data, at)?;
        Some(match self {
            Endian::Big => u16::from_be_bytes(raw),
            Endian::Little => u16::from_le_bytes(raw),
        })
    }

    /// An unsigned 32-bit number at `at`.
    pub(crate) fn u32(self, data: &[u8], at: usize) -> Option<u32> {
        let raw = array_at(data, at)?;
        Some(match self {
            Endian::Big => u32::from_be_bytes(raw),
            Endian::Little => u32::from_le_bytes(raw),
        })
    }

    /// An unsigned 64-bit number at `at`.
    pub(crate) fn u64(self, data: &[u8], at: usize) -> Option<u64> {
        let raw = array_at(data, at)?;
        Some(match self {
            Endian::Big => u64::from_be_bytes(raw),
            Endian::Little => u64::from_le_bytes(raw),
        })
    }
}
