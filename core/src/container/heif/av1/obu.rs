//! Open bitstream units: AV1, sections 5.3 and 6.2.

use crate::Error;

/// An OBU of the types that decode a picture, or another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    SequenceHeader,
    FrameHeader,
    TileGroup,
    Frame,
    /// Temporal delimiters, metadata, copies of frame headers, tile lists, padding and types that
    /// are reserved: decoders pass them over.
    Idle,
}

/// An OBU.
#[derive(Debug, Clone, Copy)]
pub(super) struct Obu<'a> {
    pub(super) kind: Kind,
    /// The scalable layers that it is of, if it says so.
    pub(super) layers: Option<Layers>,
    pub(super) payload: &'a [u8],
    /// Where it starts in the file.
    pub(super) at: usize,
}

/// The layers of an OBU: `obu_extension_header`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layers {
    pub(super) temporal: u8,
    pub(super) spatial: u8,
}

/// The OBUs of `data`, at most `most`, which starts at byte `at` of the file. It ends with the first
/// error.
pub(super) fn walk(
    data: &[u8],
    at: usize,
    most: usize,
) -> impl Iterator<Item = Result<Obu<'_>, Error>> {
    let mut rest = data;
    let mut count = 0_usize;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let start = at.saturating_add(data.len().saturating_sub(rest.len()));
        let next = if count >= most {
            Err(Error::Limit { what: "too many parts", limit: most as u64 })
        } else {
            let what = "an OBU does not fit into its item";
            first(rest, start).ok_or(Error::Damaged { at: start as u64, what })
        };
        count = count.saturating_add(1);
        let length = next.as_ref().map_or(rest.len(), |(_, length)| *length);
        rest = rest.get(length..).unwrap_or_default();
        Some(next.map(|(obu, _)| obu))
    })
}

/// The first OBU of `data` and its length.
fn first(data: &[u8], at: usize) -> Option<(Obu<'_>, usize)> {
    let header = *data.first()?;
    if header & 0x80 != 0 {
        return None;
    }
    let mut length = 1_usize;
    let layers = if header & 4 != 0 {
        length = 2;
        let extension = *data.get(1)?;
        Some(Layers { temporal: extension >> 5, spatial: extension >> 3 & 3 })
    } else {
        None
    };
    let size = if header & 2 != 0 {
        let (size, bytes) = leb128(data.get(length..)?)?;
        length = length.checked_add(bytes)?;
        size
    } else {
        data.len().checked_sub(length)?
    };
    let end = length.checked_add(size)?;
    let kind = match header >> 3 & 15 {
        1 => Kind::SequenceHeader,
        3 => Kind::FrameHeader,
        4 => Kind::TileGroup,
        6 => Kind::Frame,
        _ => Kind::Idle,
    };
    Some((Obu { kind, layers, payload: data.get(length..end)?, at }, end))
}

/// A number of `leb128()` and how many bytes it takes: section 4.10.5.
fn leb128(data: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0_u64;
    for (index, byte) in data.iter().take(8).enumerate() {
        let shift = u32::try_from(index).ok()?.checked_mul(7)?;
        value |= u64::from(byte & 0x7F).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            let value = u32::try_from(value).ok()?;
            return Some((usize::try_from(value).ok()?, index.checked_add(1)?));
        }
    }
    None
}

/// The header of an OBU in its canonical form: a size in as few bytes as it takes, and no layers
/// unless there are any to tell apart.
pub(super) fn header(kind: Kind, layers: Option<Layers>, size: usize) -> Vec<u8> {
    let kind: u8 = match kind {
        Kind::SequenceHeader => 1,
        Kind::FrameHeader => 3,
        Kind::TileGroup => 4,
        Kind::Frame => 6,
        Kind::Idle => 15,
    };
    let mut bytes = vec![kind << 3 | u8::from(layers.is_some()) << 2 | 2];
    bytes.extend(layers.map(|layers| layers.temporal << 5 | layers.spatial << 3));
    let mut left = size;
    while left > 0x7F {
        bytes.push(u8::try_from(left & 0x7F).unwrap_or(0) | 0x80);
        left >>= 7;
    }
    bytes.push(u8::try_from(left).unwrap_or(0));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(data: &[u8], at: usize, most: usize) -> Result<Vec<Obu<'_>>, Error> {
        super::walk(data, at, most).collect()
    }

    #[test]
    fn headers_are_read_as_they_are_written() {
        let layers = Some(Layers { temporal: 1, spatial: 2 });
        for (kind, layers, size) in [
            (Kind::SequenceHeader, None, 0),
            (Kind::Frame, None, 127),
            (Kind::Frame, layers, 128),
            (Kind::TileGroup, layers, 20_000),
        ] {
            let mut data = header(kind, layers, size);
            data.resize(data.len() + size, 7);
            let obus = walk(&data, 100, 1).unwrap();
            assert_eq!(obus.len(), 1);
            assert_eq!((obus[0].kind, obus[0].layers), (kind, layers));
            assert_eq!((obus[0].payload.len(), obus[0].at), (size, 100));
            assert!(walk(&data[..data.len() - 1], 0, 1).is_err() || size == 0);
        }
    }

    #[test]
    fn an_obu_without_a_size_goes_to_the_end_and_sizes_may_be_long() {
        let obus = walk(&[0x12, 0x80, 0x80, 0, 0x30, 1, 2], 0, 9).unwrap();
        assert_eq!(obus.len(), 2);
        assert_eq!(obus[0].kind, Kind::Idle);
        assert_eq!(obus[1].payload, [1, 2]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for data in [[0x92, 0].as_slice(), &[0x12], &[0x12, 1], &[0x36, 8], &[0x34]] {
            assert!(walk(data, 0, 9).is_err(), "{data:?}");
        }
        let long = [0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1];
        assert!(walk(&long, 0, 9).is_err());
        assert!(matches!(walk(&[0x12, 0, 0x12, 0], 0, 1), Err(Error::Limit { .. })));
    }
}
