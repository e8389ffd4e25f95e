//! Findings of a BMP, part by part: the bitmap headers of Windows (BITMAPCOREHEADER to
//! BITMAPV5HEADER) and OS/2.

use crate::bytes::{Endian, array_at};
use crate::inspect::block::Block;
use crate::inspect::jpeg::tell_trailer;
use crate::inspect::{Betrays, Carrier, Findings, Inspection, icc, text};
use crate::{Error, Format, Limits};

/// The length of the file header.
const FILE_HEADER: usize = 14;
/// "LINK" and "MBED": a profile by the name of its file, and in this file.
const LINKED: u32 = 0x4C49_4E4B;
const EMBEDDED: u32 = 0x4D42_4544;

/// Everything that the BMP `photo` says about its maker.
pub(crate) fn inspect(photo: &[u8], limits: &Limits) -> Result<Inspection, Error> {
    let mut findings = Findings::new(limits);
    let file = Block { segment: "", offset: 0, data: photo, joined: None };
    let header = Header::read(photo);
    let mut problem = None;
    match &header {
        Some(header) => {
            header.tell(file, &mut findings);
            let end = header.data.checked_add(header.length.unwrap_or(0));
            if end.is_none_or(|end| end > photo.len()) {
                problem = Some(format!("cut off after {} bytes", photo.len()));
            }
        }
        None => {
            let place = Block { segment: "header", ..file }.place();
            let value = text::summary(photo);
            findings.add(Betrays::Unknown, Carrier::Gap, place, "Damaged header", value);
            problem = Some(String::from("its header is cut off, or of an unknown kind"));
        }
    }
    let size = header.map(|header| (header.width.unsigned_abs(), header.height.unsigned_abs()));
    let (list, more) = findings.into_list();
    let bytes = photo.len() as u64;
    Ok(Inspection { format: Format::Bmp, bytes, size, findings: list, more, problem })
}

/// What both headers say.
struct Header {
    /// How long the second header is: it tells its kind.
    kind: usize,
    width: i32,
    height: i32,
    bits: u16,
    compression: u32,
    /// Where the pixels start, and how long they are, if that can be told.
    data: usize,
    length: Option<usize>,
    /// Where the colour table starts, and how long its entries are.
    table: usize,
    entry: usize,
    /// How many entries it has.
    colours: usize,
}

impl Header {
    fn read(file: &[u8]) -> Option<Header> {
        let little = Endian::Little;
        let size = |at| little.u32(file, at).and_then(|n| usize::try_from(n).ok());
        let data = size(10)?;
        let kind = size(14)?;
        let core = kind == 12;
        let (width, height, bits) = if core {
            (little.u16(file, 18)?.into(), little.u16(file, 20)?.into(), little.u16(file, 24)?)
        } else {
            (little.u32(file, 18)? as i32, little.u32(file, 22)? as i32, little.u16(file, 28)?)
        };
        if !(12..=1_024).contains(&kind) || (kind < 16 && !core) {
            return None;
        }
        let compression = if kind >= 20 { little.u32(file, 30)? } else { 0 };
        let told = if kind >= 36 { size(46)? } else { 0 };
        let most = if bits <= 8 { 1usize.checked_shl(bits.into())? } else { 0 };
        let colours = if told == 0 { most } else { told };
        // three masks, or four, behind a header that has no room for them
        let masks = match (kind, compression) {
            (40, 3) => 12,
            (40, 6) => 16,
            _ => 0,
        };
        let table = FILE_HEADER.checked_add(kind)?.checked_add(masks)?;
        let entry = if core { 3 } else { 4 };
        let mut header = Header {
            kind,
            width,
            height,
            bits,
            compression,
            data,
            length: None,
            table,
            entry,
            colours,
        };
        let coded = if kind >= 24 { size(34)? } else { 0 };
        header.length = match compression {
            0 | 3 | 6 => header.row()?.checked_mul(header.rows()),
            _ => Some(coded),
        };
        Some(header)
    }

    fn rows(&self) -> usize {
        usize::try_from(self.height.unsigned_abs()).unwrap_or(usize::MAX)
    }

    /// Bits of a row without its padding.
    fn row_bits(&self) -> Option<usize> {
        usize::try_from(self.width).ok()?.checked_mul(self.bits.into())
    }

    /// Bytes of a row with its padding.
    fn row(&self) -> Option<usize> {
        self.row_bits()?.div_ceil(32).checked_mul(4)
    }

    fn tell(&self, file: Block<'_>, findings: &mut Findings) {
        let whole = Block { segment: "header", ..file };
        let head = whole.before(self.table.min(file.data.len()));
        let form = match self.kind {
            12 => "OS/2 1",
            16 | 64 => "OS/2 2",
            40 => "Windows 3",
            52 | 56 => "Adobe",
            108 => "Windows 4",
            124 => "Windows 5",
            _ => "unknown header",
        };
        let value = format!(
            "{} × {} pixels, {} bits, {form}, {}",
            self.width.unsigned_abs(),
            self.height.unsigned_abs(),
            self.bits,
            compression(self.compression)
        );
        findings.add(Betrays::Structure, Carrier::Picture, head.place(), "Picture", value);
        let little = Endian::Little;
        let number = |at| little.u32(file.data, at).unwrap_or(0);
        let mut add = |at, length, betrays, carrier, label: &str, value: String| {
            if let Some(part) = whole.part(at, length) {
                findings.add(betrays, carrier, part.place(), label, value);
            }
        };
        if number(6) != 0 {
            let value = text::summary(&array_at::<4>(file.data, 6).unwrap_or_default());
            add(6, 4, Betrays::Unknown, Carrier::Gap, "Reserved bytes", value);
        }
        if self.kind >= 40 && (number(38), number(42)) != (0, 0) {
            let value = format!("{} × {} pixels a metre", number(38) as i32, number(42) as i32);
            add(38, 8, Betrays::Device, Carrier::Resolution, "Resolution", value);
        }
        if self.kind >= 40 && number(50) != 0 {
            let value = number(50).to_string();
            add(50, 4, Betrays::History, Carrier::Picture, "Important colours", value);
        }
        if self.kind == 64 {
            let tail = file.data.get(54..78).unwrap_or_default();
            if tail.iter().any(|byte| *byte != 0) {
                let (value, label) = (text::summary(tail), "Fields of OS/2");
                add(54, 24, Betrays::Unknown, Carrier::Picture, label, value);
            }
        }
        if self.kind >= 108 {
            let colours = file.data.get(74..122).unwrap_or_default();
            if colours.iter().any(|byte| *byte != 0) {
                let (value, label) =
                    (text::summary(colours), "End points and gamma of the colours");
                add(74, 48, Betrays::Device, Carrier::Icc, label, value);
            }
        }
        if self.kind >= 124 && number(134) != 0 {
            let value = text::summary(&array_at::<4>(file.data, 134).unwrap_or_default());
            add(134, 4, Betrays::Unknown, Carrier::Gap, "Reserved bytes", value);
        }
        let profile = self.profile(file);
        if let Some((block, space)) = profile {
            if space == LINKED {
                let (betrays, label) = (Betrays::Owner, "File name of the colour profile");
                let value = text::decode(block.data);
                findings.add(betrays, Carrier::Icc, block.place(), label, value);
            } else {
                icc::inspect(block.data, &block.place(), 0, findings);
            }
        }
        self.table(file, findings);
        self.padding(file, findings);
        self.gaps(file, profile.map(|(block, _)| block), findings);
    }

    /// The profile or its name, and which of them.
    fn profile<'a>(&self, file: Block<'a>) -> Option<(Block<'a>, u32)> {
        let little = Endian::Little;
        let space = little.u32(file.data, 70).filter(|_| self.kind >= 124)?;
        if !matches!(space, LINKED | EMBEDDED) {
            return None;
        }
        let size = |at| little.u32(file.data, at).and_then(|n| usize::try_from(n).ok());
        let at = FILE_HEADER.checked_add(size(126)?)?;
        let block = file.part(at, size(130)?)?;
        Some((Block { segment: "profile", ..block }, space))
    }

    /// Tells the fourth bytes of the entries of the colour table, and entries that no pixel has.
    fn table(&self, file: Block<'_>, findings: &mut Findings) {
        let length = self.colours.saturating_mul(self.entry);
        let end = self.table.saturating_add(length).min(self.data).max(self.table);
        let table = file.from(self.table).before(end.saturating_sub(self.table));
        let table = Block { segment: "colour table", ..table };
        let fourth: Vec<u8> = match self.entry {
            4 => table.data.iter().skip(3).step_by(4).copied().filter(|byte| *byte != 0).collect(),
            _ => Vec::new(),
        };
        if !fourth.is_empty() {
            let (label, value) = ("Reserved bytes of colours", text::summary(&fourth));
            findings.add(Betrays::Unknown, Carrier::UnusedTable, table.place(), label, value);
        }
        let Some(used) = self.used(file) else { return };
        let hidden: Vec<u8> = table
            .data
            .chunks(self.entry)
            .enumerate()
            .filter(|(index, entry)| {
                !used.get(*index).is_some_and(|used| *used) && entry.iter().any(|byte| *byte != 0)
            })
            .flat_map(|(_, entry)| entry.iter().copied())
            .collect();
        if !hidden.is_empty() {
            let colours = hidden.chunks(self.entry).len();
            let value = format!("{colours} colours, {}", text::summary(&hidden));
            let label = "Colours that no pixel has";
            findings.add(Betrays::Unknown, Carrier::UnusedTable, table.place(), label, value);
        }
    }

    /// Which colours pixels have; none if that cannot be told without decoding.
    fn used(&self, file: Block<'_>) -> Option<[bool; 256]> {
        let mut used = [false; 256];
        if self.bits > 8 {
            return Some(used);
        }
        if self.compression != 0 || !matches!(self.bits, 1 | 2 | 4 | 8) {
            return None;
        }
        let bits = u32::from(self.bits);
        let mask = u8::MAX.checked_shr(8u32.checked_sub(bits)?)?;
        let pixels = usize::try_from(self.width).ok()?;
        for row in self.rows_of(file)? {
            let values = row.iter().flat_map(|byte| {
                (0..8u32.checked_div(bits).unwrap_or(0)).rev().map(move |place| {
                    byte.checked_shr(place.saturating_mul(bits)).unwrap_or(0) & mask
                })
            });
            for value in values.take(pixels) {
                if let Some(used) = used.get_mut(usize::from(value)) {
                    *used = true;
                }
            }
        }
        Some(used)
    }

    /// The rows of pixels, with their padding.
    fn rows_of<'a>(&self, file: Block<'a>) -> Option<impl Iterator<Item = &'a [u8]>> {
        let row = self.row().filter(|row| *row > 0)?;
        Some(file.from(self.data).data.chunks(row).take(self.rows()))
    }

    /// Tells padding of rows that is not zero.
    fn padding(&self, file: Block<'_>, findings: &mut Findings) {
        if !matches!(self.compression, 0 | 3 | 6) {
            return;
        }
        let (Some(rows), Some(bits)) = (self.rows_of(file), self.row_bits()) else { return };
        let (whole, spare) = (bits / 8, (bits % 8) as u32);
        let mut padding = Vec::new();
        for row in rows {
            let mut rest = row.get(whole..).unwrap_or_default();
            if spare > 0
                && let Some((first, behind)) = rest.split_first()
            {
                padding.push(first & 0xFFu8.checked_shr(spare).unwrap_or(0));
                rest = behind;
            }
            padding.extend_from_slice(rest);
        }
        if padding.iter().any(|byte| *byte != 0) {
            let block = Block { segment: "pixels", ..file.from(self.data) };
            let (label, value) = ("Padding of rows, not zero", text::summary(&padding));
            findings.add(Betrays::Unknown, Carrier::Gap, block.place(), label, value);
        }
    }

    /// Tells the bytes between the parts and behind them.
    fn gaps(&self, file: Block<'_>, profile: Option<Block<'_>>, findings: &mut Findings) {
        let length = self.colours.saturating_mul(self.entry);
        let pixels = self.data.saturating_add(self.length.unwrap_or(file.data.len()));
        let mut parts = vec![
            (0, self.table),
            (self.table, self.table.saturating_add(length)),
            (self.data, pixels),
        ];
        if let Some(profile) = profile {
            let at = usize::try_from(profile.offset).unwrap_or(usize::MAX);
            parts.push((at, at.saturating_add(profile.data.len())));
        }
        parts.sort_unstable();
        let mut at = 0usize;
        let mut tell = |start: usize, end: usize| {
            let gap = file.from(start).before(end.saturating_sub(start));
            if gap.data.is_empty() {
                return;
            }
            if end >= file.data.len() {
                // files are often rounded up to whole numbers of 32 bits
                if gap.data.len() < 4 && gap.data.iter().all(|byte| *byte == 0) {
                    return;
                }
                tell_trailer(Block { segment: "trailer", ..gap }, findings);
            } else {
                let gap = Block { segment: "gap", ..gap };
                let (label, value) = ("Bytes that nothing refers to", text::summary(gap.data));
                findings.add(Betrays::Unknown, Carrier::Gap, gap.place(), label, value);
            }
        };
        for (start, end) in parts {
            if start > at {
                tell(at, start);
            }
            at = at.max(end);
        }
        tell(at, file.data.len());
    }
}

fn compression(number: u32) -> String {
    match number {
        0 => "not compressed".into(),
        1 => "RLE, 8 bits".into(),
        2 => "RLE, 4 bits".into(),
        3 | 6 => "bit fields".into(),
        4 => "JPEG".into(),
        5 => "PNG".into(),
        other => format!("compression {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two rows of one pixel of 24 bits, behind a header of `kind` bytes and `extra` ones.
    fn bmp(kind: u32, extra: &[u8]) -> Vec<u8> {
        let mut file = vec![0; 14 + kind as usize];
        file[..2].copy_from_slice(b"BM");
        let data = 14 + kind + extra.len() as u32;
        for (at, number) in [(10usize, data), (14, kind), (18, 1), (22, 2), (26, 24 << 16 | 1)] {
            file[at..at + 4].copy_from_slice(&number.to_le_bytes());
        }
        file.extend(extra);
        file.extend([1, 2, 3, 0, 4, 5, 6, 0]);
        file
    }

    fn told(file: &[u8]) -> Vec<(Betrays, Carrier, String)> {
        let inspection = inspect(file, &Limits::default()).unwrap();
        for finding in &inspection.findings {
            assert!(
                finding.place.offset + finding.place.length <= file.len() as u64,
                "{finding:?}"
            );
        }
        inspection.findings.into_iter().map(|f| (f.betrays, f.carrier, f.value)).collect()
    }

    #[test]
    fn a_plain_file_carries_nothing() {
        let inspection = inspect(&bmp(40, b""), &Limits::default()).unwrap();
        assert_eq!((inspection.size, inspection.problem.clone()), (Some((1, 2)), None));
        assert_eq!(inspection.marks().count(), 0, "{inspection:?}");
    }

    #[test]
    fn every_place_for_a_mark_is_told() {
        let mut file = bmp(124, b"between the parts");
        let at = file.len() as u32 - 14;
        file[6..10].copy_from_slice(b"rsvd");
        file[38..42].copy_from_slice(&2_835u32.to_le_bytes());
        file[70..74].copy_from_slice(&LINKED.to_le_bytes());
        file[74..78].copy_from_slice(b"endp");
        file[126..130].copy_from_slice(&at.to_le_bytes());
        file[130..134].copy_from_slice(&15u32.to_le_bytes());
        file[134..138].copy_from_slice(b"last");
        let end = file.len();
        file[end - 1] = b'p';
        file.extend(b"C:\\Users\\Ann\\p\0");
        file.extend(b"words at the end");
        let told = told(&file);
        for (carrier, words) in [
            (Carrier::Gap, "rsvd"),
            (Carrier::Resolution, "2835 × 0"),
            (Carrier::Icc, "C:\\Users\\Ann\\p"),
            (Carrier::Icc, "48 bytes"),
            (Carrier::Gap, "last"),
            (Carrier::Gap, "between the parts"),
            (Carrier::Gap, "2 bytes"),
            (Carrier::Trailer, "words at the end"),
        ] {
            let found = told.iter().any(|(betrays, of, value)| {
                *betrays != Betrays::Structure && *of == carrier && value.contains(words)
            });
            assert!(found, "{words}: {told:#?}");
        }
    }

    #[test]
    fn cut_files_are_told_as_far_as_they_go() {
        let whole = bmp(124, b"x");
        for end in 0..whole.len() {
            assert!(inspect(&whole[..end], &Limits::default()).unwrap().problem.is_some(), "{end}");
        }
    }
}
