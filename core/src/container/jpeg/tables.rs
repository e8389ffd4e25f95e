//! Quantisation and Huffman tables: T.81, sections B.2.4.1 and B.2.4.2.

use crate::bytes::{Endian, array_at, slice_at, u8_at};

/// How many slots there are for each kind of table.
pub(crate) const SLOTS: usize = 4;

/// A quantisation table: 64 steps in zigzag order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QuantTable(pub(crate) [u16; 64]);

impl QuantTable {
    /// True if a step is larger than a byte holds.
    pub(crate) fn is_wide(&self) -> bool {
        self.0.iter().any(|step| *step > 0xFF)
    }
}

/// Whether a Huffman table codes DC differences or AC coefficients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Dc,
    Ac,
}

/// A Huffman table: how many codes of each length from 1 to 16 bits, and their symbols.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HuffmanTable {
    pub(crate) counts: [u8; 16],
    pub(crate) symbols: Vec<u8>,
}

impl HuffmanTable {
    /// True if decoders can build codes from it: no length has more codes than fit (T.81, annex
    /// C), and no DC symbol asks for more than 15 bits, as libjpeg demands.
    pub(crate) fn is_usable(&self, class: Class) -> bool {
        let mut free: u32 = 1;
        for count in self.counts {
            free = free.saturating_mul(2);
            let Some(left) = free.checked_sub(u32::from(count)) else { return false };
            free = left;
        }
        class == Class::Ac || self.symbols.iter().all(|symbol| *symbol <= 15)
    }
}

/// One table as a segment defines it.
#[derive(Debug)]
pub(crate) struct Defined<T> {
    /// Its class and slot.
    pub(crate) class: Class,
    pub(crate) slot: usize,
    /// Where it stands in the payload.
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) table: T,
}

/// The tables of a DQT payload, if it holds whole tables and nothing else.
pub(crate) fn quant_tables(payload: &[u8]) -> Option<Vec<Defined<QuantTable>>> {
    let mut tables = Vec::new();
    let mut at = 0usize;
    while at < payload.len() {
        let head = u8_at(payload, at)?;
        let slot = usize::from(head & 0x0F);
        let first = at.checked_add(1)?;
        let mut steps = [0u16; 64];
        let end = match head >> 4 {
            0 => {
                let raw: [u8; 64] = array_at(payload, first)?;
                steps.iter_mut().zip(raw).for_each(|(step, raw)| *step = u16::from(raw));
                first.checked_add(64)?
            }
            1 => {
                let raw = slice_at(payload, first, 128)?;
                for (step, raw) in steps.iter_mut().zip(raw.chunks_exact(2)) {
                    *step = Endian::Big.u16(raw, 0)?;
                }
                first.checked_add(128)?
            }
            _ => return None,
        };
        if slot >= SLOTS {
            return None;
        }
        tables.push(Defined { class: Class::Dc, slot, start: at, end, table: QuantTable(steps) });
        at = end;
    }
    Some(tables)
}

/// The tables of a DHT payload, if it holds whole tables and nothing else.
pub(crate) fn huffman_tables(payload: &[u8]) -> Option<Vec<Defined<HuffmanTable>>> {
    let mut tables = Vec::new();
    let mut at = 0usize;
    while at < payload.len() {
        let head = u8_at(payload, at)?;
        let class = match head >> 4 {
            0 => Class::Dc,
            1 => Class::Ac,
            _ => return None,
        };
        let slot = usize::from(head & 0x0F);
        let counts: [u8; 16] = array_at(payload, at.checked_add(1)?)?;
        let total: usize = counts.iter().map(|c| usize::from(*c)).sum();
        if slot >= SLOTS || total > 256 {
            return None;
        }
        let first = at.checked_add(17)?;
        let symbols = slice_at(payload, first, total)?.to_vec();
        let end = first.checked_add(total)?;
        tables.push(Defined {
            class,
            slot,
            start: at,
            end,
            table: HuffmanTable { counts, symbols },
        });
        at = end;
    }
    Some(tables)
}

/// The table that decoders take for a sequential scan when the file defines none in slot 0
/// (luminance) or 1 (chrominance), as Motion JPEG frames do: T.81, tables K.3 to K.6.
pub(crate) fn standard(class: Class, slot: usize) -> Option<HuffmanTable> {
    let (counts, symbols): ([u8; 16], Vec<u8>) = match (class, slot) {
        (Class::Dc, 0) => ([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], (0..12).collect()),
        (Class::Dc, 1) => ([0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0], (0..12).collect()),
        (Class::Ac, 0) => {
            ([0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7D], AC_LUMINANCE.to_vec())
        }
        (Class::Ac, 1) => {
            ([0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77], AC_CHROMINANCE.to_vec())
        }
        _ => return None,
    };
    Some(HuffmanTable { counts, symbols })
}

/// The symbols of table K.5.
#[rustfmt::skip]
const AC_LUMINANCE: [u8; 162] = [
    0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07,
    0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xA1, 0x08, 0x23, 0x42, 0xB1, 0xC1, 0x15, 0x52, 0xD1, 0xF0,
    0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0A, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x25, 0x26, 0x27, 0x28,
    0x29, 0x2A, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49,
    0x4A, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5A, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69,
    0x6A, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89,
    0x8A, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7,
    0xA8, 0xA9, 0xAA, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xC2, 0xC3, 0xC4, 0xC5,
    0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA, 0xE1, 0xE2,
    0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8,
    0xF9, 0xFA,
];

/// The symbols of table K.6.
#[rustfmt::skip]
const AC_CHROMINANCE: [u8; 162] = [
    0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71,
    0x13, 0x22, 0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xA1, 0xB1, 0xC1, 0x09, 0x23, 0x33, 0x52, 0xF0,
    0x15, 0x62, 0x72, 0xD1, 0x0A, 0x16, 0x24, 0x34, 0xE1, 0x25, 0xF1, 0x17, 0x18, 0x19, 0x1A, 0x26,
    0x27, 0x28, 0x29, 0x2A, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48,
    0x49, 0x4A, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5A, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68,
    0x69, 0x6A, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87,
    0x88, 0x89, 0x8A, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0xA2, 0xA3, 0xA4, 0xA5,
    0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xC2, 0xC3,
    0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA,
    0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8,
    0xF9, 0xFA,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_tables_are_whole() {
        for slot in 0..2 {
            for class in [Class::Dc, Class::Ac] {
                let table = standard(class, slot).unwrap();
                let total: usize = table.counts.iter().map(|c| usize::from(*c)).sum();
                assert_eq!(total, table.symbols.len());
                assert!(table.is_usable(class));
                let distinct: std::collections::HashSet<_> = table.symbols.iter().collect();
                assert_eq!(distinct.len(), total);
            }
        }
        assert_eq!(standard(Class::Dc, 2), None);
    }

    #[test]
    fn tables_that_do_not_fit_are_told() {
        let mut counts = [0u8; 16];
        counts[0] = 2;
        let table = HuffmanTable { counts, symbols: vec![0, 16] };
        assert!(table.is_usable(Class::Ac));
        assert!(!table.is_usable(Class::Dc));
        counts[0] = 3;
        assert!(!HuffmanTable { counts, symbols: vec![0, 1, 2] }.is_usable(Class::Ac));
        assert!(huffman_tables(&[0x04; 40]).is_none());
        assert!(quant_tables(&[0x00; 64]).is_none());
        assert!(quant_tables(&[0x20; 65]).is_none());
    }
}
