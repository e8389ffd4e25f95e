//! The `meta` box as far as it can be read, and what it says besides its items.

use std::collections::HashMap;
use std::ops::Range;

use super::{MOST, Part, general, parts};
use crate::bytes::Endian;
use crate::inspect::block::Block;
use crate::inspect::{Betrays, Carrier, Findings, text};

/// What could be read of a `meta` box.
#[derive(Debug, Default)]
pub(super) struct Meta<'a> {
    pub(super) primary: u32,
    pub(super) items: Vec<Item<'a>>,
    pub(super) references: Vec<([u8; 4], u32, Vec<u32>)>,
    pub(super) properties: Vec<Part<'a>>,
    pub(super) associations: HashMap<u32, Vec<usize>>,
    extents: HashMap<u32, Vec<Block<'a>>>,
}

/// An item.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item<'a> {
    pub(super) id: u32,
    pub(super) kind: [u8; 4],
    /// Its entry.
    pub(super) entry: Block<'a>,
    /// Its names: item name, content type and encoding or address, each ended by a 0.
    pub(super) names: &'a [u8],
}

/// Reads numbers one after the other; past the end there are none.
struct Numbers<'a> {
    data: &'a [u8],
    at: usize,
}

impl Numbers<'_> {
    fn take(&mut self, bytes: u8) -> Option<u64> {
        let mut value = 0u64;
        for _ in 0..bytes {
            value = value << 8 | u64::from(*self.data.get(self.at)?);
            self.at = self.at.checked_add(1)?;
        }
        Some(value)
    }

    /// A number of 16 bits, or of 32.
    fn id(&mut self, wide: bool) -> Option<u32> {
        u32::try_from(self.take(if wide { 4 } else { 2 })?).ok()
    }
}

impl<'a> Meta<'a> {
    /// Reads `part`, and tells what stands in it besides items and their properties.
    pub(super) fn read(part: &Part<'a>, file: Block<'a>, findings: &mut Findings) -> Meta<'a> {
        let mut meta = Meta::default();
        let (children, rest) = parts(part.body.from(4));
        let idat = children.iter().find(|part| part.kind == *b"idat").map(|part| part.body);
        for part in &children {
            let data = part.body.data;
            let version = data.first().copied().unwrap_or(0);
            match &part.kind {
                b"pitm" => {
                    let mut numbers = Numbers { data, at: 4 };
                    meta.primary = numbers.id(version >= 1).unwrap_or(0);
                }
                b"hdlr" => handler(part, findings),
                b"iinf" => meta.entries(part, version, findings),
                b"iloc" => {
                    meta.locations(data, version, file, idat);
                }
                b"iref" => meta.references(part, version),
                b"iprp" => meta.properties(part),
                b"dinf" => addresses(part, findings),
                b"idat" => {}
                b"grpl" => {
                    let value = text::summary(data);
                    let place = part.whole.place();
                    findings.add(
                        Betrays::Unknown,
                        Carrier::UnknownBox,
                        place,
                        "Groups of items",
                        value,
                    );
                }
                _ => general(part, findings),
            }
        }
        if let Some(part) = children.iter().find(|part| part.kind == *b"idat") {
            meta.tell_gaps(part, findings);
        }
        if !rest.data.is_empty() {
            let value = text::summary(rest.data);
            let place = Block { segment: "meta", ..rest }.place();
            findings.add(Betrays::Unknown, Carrier::Gap, place, "Bytes that are no box", value);
        }
        meta
    }

    fn entries(&mut self, part: &Part<'a>, version: u8, findings: &mut Findings) {
        let (entries, rest) = parts(part.body.from(if version == 0 { 6 } else { 8 }));
        for entry in entries {
            let data = entry.body.data;
            let version = data.first().copied().unwrap_or(0);
            let mut numbers = Numbers { data, at: 4 };
            let Some(id) = numbers.id(version >= 3) else { continue };
            numbers.take(2);
            let kind = match version {
                0 | 1 => *b"mime",
                _ => {
                    let kind = crate::bytes::array_at(data, numbers.at).unwrap_or_default();
                    numbers.take(4);
                    kind
                }
            };
            let names = data.get(numbers.at..).unwrap_or_default();
            self.items.push(Item { id, kind, entry: entry.whole, names });
        }
        if !rest.data.is_empty() {
            let value = text::summary(rest.data);
            findings.add(
                Betrays::Unknown,
                Carrier::Gap,
                rest.place(),
                "Bytes that are no item",
                value,
            );
        }
    }

    fn locations(
        &mut self,
        data: &[u8],
        version: u8,
        file: Block<'a>,
        idat: Option<Block<'a>>,
    ) -> Option<()> {
        let mut numbers = Numbers { data, at: 4 };
        let sizes = u16::try_from(numbers.take(2)?).ok()?.to_be_bytes();
        let [offset, base] = [sizes.first()? >> 4, sizes.last()? >> 4];
        let [length, index] = [sizes.first()? & 15, sizes.last()? & 15];
        let count = numbers.id(version >= 2)?;
        for _ in 0..count {
            let id = numbers.id(version >= 2)?;
            let construction = if version >= 1 { numbers.take(2)? & 15 } else { 0 };
            numbers.take(2)?;
            let base = numbers.take(base)?;
            let source = if construction == 1 { idat } else { Some(file) };
            for _ in 0..numbers.take(2)? {
                if version >= 1 {
                    numbers.take(index)?;
                }
                let start = usize::try_from(base.checked_add(numbers.take(offset)?)?).ok()?;
                let length = usize::try_from(numbers.take(length)?).ok()?;
                let list = self.extents.entry(id).or_default();
                let room = source.map_or(0, |source| source.data.len().saturating_sub(start));
                let part = source.and_then(|source| source.part(start, length.min(room)));
                if let Some(part) = part.filter(|_| construction < 2 && list.len() < MOST) {
                    list.push(part);
                }
            }
        }
        Some(())
    }

    fn references(&mut self, part: &Part<'a>, version: u8) {
        for part in parts(part.body.from(4)).0 {
            let mut numbers = Numbers { data: part.body.data, at: 0 };
            let Some(from) = numbers.id(version >= 1) else { continue };
            let count = numbers.take(2).unwrap_or(0);
            let to = (0..count).map_while(|_| numbers.id(version >= 1)).collect();
            self.references.push((part.kind, from, to));
        }
    }

    fn properties(&mut self, part: &Part<'a>) {
        for part in parts(part.body).0 {
            match &part.kind {
                b"ipco" => self.properties.extend(parts(part.body).0),
                b"ipma" => {
                    self.associations(part.body.data);
                }
                _ => {}
            }
        }
    }

    fn associations(&mut self, data: &[u8]) -> Option<()> {
        let version = *data.first()?;
        let wide = data.get(3)? & 1 == 1;
        let mut numbers = Numbers { data, at: 4 };
        for _ in 0..numbers.take(4)? {
            let id = numbers.id(version >= 1)?;
            for _ in 0..numbers.take(1)? {
                let index = if wide { numbers.take(2)? & 0x7FFF } else { numbers.take(1)? & 0x7F };
                let index = usize::try_from(index).ok()?.checked_sub(1);
                self.associations.entry(id).or_default().extend(index);
            }
        }
        Some(())
    }

    /// The properties of an item.
    pub(super) fn of(&self, id: u32) -> impl Iterator<Item = &Part<'a>> {
        let list = self.associations.get(&id).map_or(&[][..], Vec::as_slice);
        list.iter().filter_map(|index| self.properties.get(*index))
    }

    /// The width and height that the properties of an item tell.
    pub(super) fn size_of(&self, id: u32) -> Option<(u32, u32)> {
        let size = self.of(id).find(|part| part.kind == *b"ispe")?.body.data;
        Some((Endian::Big.u32(size, 4)?, Endian::Big.u32(size, 8)?))
    }

    /// Width and height of the picture.
    pub(super) fn size(&self) -> Option<(u32, u32)> {
        self.size_of(self.primary)
    }

    /// The bytes of an item, in the order of its extents.
    pub(super) fn extents(&self, id: u32) -> &[Block<'a>] {
        self.extents.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Tells the bytes in `data` that belong to no item.
    pub(super) fn tell_gaps(&self, data: &Part<'_>, findings: &mut Findings) {
        let start = data.body.offset;
        let end = start.saturating_add(data.body.data.len() as u64);
        let mut spans: Vec<Range<u64>> = self
            .extents
            .values()
            .flatten()
            .map(|extent| extent.offset..extent.offset.saturating_add(extent.data.len() as u64))
            .filter(|span| span.start < end && span.end > start)
            .collect();
        spans.sort_unstable_by_key(|span| span.start);
        let mut at = start;
        for span in spans.into_iter().chain(std::iter::once(end..end)) {
            let gap = span.start.checked_sub(at).filter(|length| *length > 0);
            let from = usize::try_from(at.saturating_sub(start)).ok();
            let gap = gap.and_then(|length| data.body.part(from?, usize::try_from(length).ok()?));
            if let Some(gap) = gap {
                let value = text::summary(gap.data);
                findings.add(
                    Betrays::Unknown,
                    Carrier::Gap,
                    gap.place(),
                    "Bytes of no item",
                    value,
                );
            }
            at = at.max(span.end);
        }
    }
}

/// `hdlr`: a name that some programs fill in, and reserved numbers.
fn handler(part: &Part<'_>, findings: &mut Findings) {
    let name = part.body.from(24);
    let reserved = part.body.part(12, 12).is_some_and(|block| block.data.iter().any(|b| *b != 0));
    let before = part.body.part(4, 4).is_some_and(|block| block.data.iter().any(|b| *b != 0));
    if name.data.iter().any(|byte| *byte != 0) {
        let value = text::summary(name.data);
        findings.add(Betrays::History, Carrier::ItemName, part.whole.place(), "Handler", value);
    }
    if reserved || before {
        let value = text::summary(part.body.before(24).data);
        let place = part.whole.place();
        findings.add(
            Betrays::Unknown,
            Carrier::ItemName,
            place,
            "Reserved bytes of the handler",
            value,
        );
    }
}

/// `dinf`: where data outside of the file would stand.
fn addresses(part: &Part<'_>, findings: &mut Findings) {
    for part in parts(part.body).0.iter().filter(|part| part.kind == *b"dref") {
        for entry in parts(part.body.from(8)).0 {
            let address = entry.body.from(4);
            if address.data.iter().any(|byte| *byte != 0) {
                let value = text::summary(address.data);
                let place = entry.whole.place();
                findings.add(Betrays::Owner, Carrier::ItemName, place, "Address of data", value);
            }
        }
    }
}
