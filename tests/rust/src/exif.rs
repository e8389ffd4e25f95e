//! Exif blocks: TIFF 6.0 directories as CIPA DC-008 arranges them.

/// The order of bytes in a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// "MM".
    Big,
    /// "II".
    Little,
}

impl Order {
    fn u16(self, value: u16) -> [u8; 2] {
        if self == Order::Big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    fn u32(self, value: u32) -> [u8; 4] {
        if self == Order::Big { value.to_be_bytes() } else { value.to_le_bytes() }
    }
}

/// One entry of a directory.
#[derive(Debug, Clone)]
pub struct Entry {
    tag: u16,
    kind: u16,
    count: u32,
    value: Value,
}

#[derive(Debug, Clone)]
enum Value {
    Bytes(Vec<u8>),
    Shorts(Vec<u16>),
    Longs(Vec<u32>),
    Directory(Vec<Entry>),
}

/// Text (type 2), with its final zero.
pub fn ascii(tag: u16, text: &str) -> Entry {
    let mut bytes = text.as_bytes().to_vec();
    bytes.push(0);
    Entry { tag, kind: 2, count: bytes.len() as u32, value: Value::Bytes(bytes) }
}

/// Bytes (type 1).
pub fn byte(tag: u16, bytes: &[u8]) -> Entry {
    Entry { tag, kind: 1, count: bytes.len() as u32, value: Value::Bytes(bytes.to_vec()) }
}

/// Bytes of another meaning (type 7).
pub fn undefined(tag: u16, bytes: &[u8]) -> Entry {
    Entry { tag, kind: 7, count: bytes.len() as u32, value: Value::Bytes(bytes.to_vec()) }
}

/// 16-bit numbers (type 3).
pub fn short(tag: u16, value: u16) -> Entry {
    Entry { tag, kind: 3, count: 1, value: Value::Shorts(vec![value]) }
}

/// A 32-bit number (type 4).
pub fn long(tag: u16, value: u32) -> Entry {
    Entry { tag, kind: 4, count: 1, value: Value::Longs(vec![value]) }
}

/// Fractions (type 5).
pub fn rationals(tag: u16, fractions: &[(u32, u32)]) -> Entry {
    let longs = fractions.iter().flat_map(|(n, d)| [*n, *d]).collect();
    Entry { tag, kind: 5, count: fractions.len() as u32, value: Value::Longs(longs) }
}

/// A directory of its own that the entry points to.
pub fn directory(tag: u16, entries: Vec<Entry>) -> Entry {
    Entry { tag, kind: 4, count: 1, value: Value::Directory(entries) }
}

/// The payload of an APP1 segment: the identifier and a block with these directories.
///
/// `thumbnail` is put behind IFD1, which then points to it; `gap` stands where nothing points to.
pub fn payload(
    order: Order,
    ifd0: Vec<Entry>,
    ifd1: Option<(Vec<Entry>, &[u8])>,
    gap: &[u8],
) -> Vec<u8> {
    let mut tiff = if order == Order::Big { b"MM".to_vec() } else { b"II".to_vec() };
    tiff.extend(order.u16(42));
    tiff.extend(order.u32(8 + gap.len() as u32));
    tiff.extend(gap);
    let next = write(&mut tiff, order, &ifd0);
    if let Some((mut entries, thumbnail)) = ifd1 {
        let at = tiff.len() as u32;
        tiff.extend(thumbnail);
        entries.push(long(0x0201, at));
        entries.push(long(0x0202, thumbnail.len() as u32));
        patch(&mut tiff, order, next);
        write(&mut tiff, order, &entries);
    }
    [b"Exif\0\0".as_slice(), &tiff].concat()
}

/// A block with the orientation alone, as an unsigned number of TIFF type 1, 3 or 4.
pub fn orientation(order: Order, kind: u16, value: u8) -> Vec<u8> {
    let entry = match kind {
        1 => byte(0x0112, &[value]),
        4 => long(0x0112, u32::from(value)),
        _ => short(0x0112, u16::from(value)),
    };
    payload(order, vec![entry], None, &[])
}

/// Puts the end of `tiff` into the four bytes at `at`.
fn patch(tiff: &mut [u8], order: Order, at: usize) {
    let end = order.u32(tiff.len() as u32);
    tiff[at..at + 4].copy_from_slice(&end);
}

/// Appends a directory and what its entries point to; gives where its link to the next one stands.
fn write(tiff: &mut Vec<u8>, order: Order, entries: &[Entry]) -> usize {
    let mut entries = entries.to_vec();
    entries.sort_by_key(|e| e.tag);
    tiff.extend(order.u16(entries.len() as u16));
    let mut later = Vec::new();
    for entry in &entries {
        tiff.extend(order.u16(entry.tag));
        tiff.extend(order.u16(entry.kind));
        tiff.extend(order.u32(entry.count));
        let mut value: Vec<u8> = match &entry.value {
            Value::Bytes(bytes) => bytes.clone(),
            Value::Shorts(list) => list.iter().flat_map(|v| order.u16(*v)).collect(),
            Value::Longs(list) => list.iter().flat_map(|v| order.u32(*v)).collect(),
            Value::Directory(_) => vec![0; 5],
        };
        if value.len() > 4 {
            later.push((tiff.len(), entry, value));
            value = Vec::new();
        }
        value.resize(4, 0);
        tiff.extend(value);
    }
    let next = tiff.len();
    tiff.extend([0; 4]);
    for (at, entry, value) in later {
        patch(tiff, order, at);
        if let Value::Directory(entries) = &entry.value {
            write(tiff, order, entries);
        } else {
            tiff.extend(value);
        }
        if tiff.len() % 2 == 1 {
            tiff.push(0);
        }
    }
    next
}

/// The orientation that the first Exif block of a file tells, by a reader that knows no more than
/// what [`orientation`] writes with type 3.
pub fn read_orientation(jpeg: &crate::Jpeg) -> Option<u16> {
    let block = jpeg.segments(0xE1).find_map(|p| p.strip_prefix(b"Exif\0\0"))?;
    let big = block.starts_with(b"MM");
    let u16_at = |at: usize| {
        let raw = [*block.get(at)?, *block.get(at + 1)?];
        Some(if big { u16::from_be_bytes(raw) } else { u16::from_le_bytes(raw) })
    };
    // the directory stands within the first 64 KiB of a segment, so two bytes tell where
    let ifd = usize::from(u16_at(if big { 6 } else { 4 })?);
    let entries = (0..usize::from(u16_at(ifd)?)).map(|i| ifd + 2 + 12 * i);
    entries.filter(|at| u16_at(*at) == Some(0x0112)).find_map(|at| u16_at(at + 8))
}
