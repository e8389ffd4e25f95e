//! The `meta` box: items, where they stand, how they refer to each other, their properties.
//! ISO/IEC 14496-12, section 8.11; ISO/IEC 23008-12, section 9.

use std::collections::HashMap;
use std::ops::Range;

use super::boxes::{Boxes, Bytes, Kind, Part};
use super::{cut_off, damaged, unsupported};
use crate::Error;

/// A `meta` box taken apart.
#[derive(Debug, Default)]
pub(crate) struct Meta<'a> {
    /// The item that is shown.
    pub(crate) primary: u32,
    /// The items in the order of `iinf`.
    pub(crate) items: Vec<Item>,
    /// Where items stand.
    pub(crate) locations: HashMap<u32, Location>,
    /// In the order of `iref`.
    pub(crate) references: Vec<Reference>,
    /// The boxes of `ipco`.
    pub(crate) properties: Vec<Part<'a>>,
    /// For each item: whether it is essential, and the index into `properties`.
    pub(crate) associations: HashMap<u32, Vec<(bool, usize)>>,
    /// The body of `idat`.
    pub(crate) idat: Option<Bytes<'a>>,
    /// For each entry of `dref`: true if it means this very file.
    pub(crate) own: Vec<bool>,
}

/// An item.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item {
    pub(crate) id: u32,
    /// None for items of the first versions, which hold no pictures.
    pub(crate) kind: Option<Kind>,
    pub(crate) protected: bool,
    /// Where its entry stands.
    pub(crate) at: usize,
}

/// Where the bytes of an item stand.
#[derive(Debug, Clone)]
pub(crate) struct Location {
    pub(crate) construction: u8,
    pub(crate) data_reference: u16,
    /// From the start of the file, or of `idat`.
    pub(crate) extents: Vec<Extent>,
    /// Where its entry stands.
    pub(crate) at: usize,
}

/// Bytes one after the other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    pub(crate) offset: u64,
    pub(crate) length: u64,
}

/// A reference from one item to others.
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    pub(crate) kind: Kind,
    pub(crate) from: u32,
    pub(crate) to: Vec<u32>,
}

/// How much of everything there may be.
#[derive(Debug)]
struct Room {
    left: usize,
    most: usize,
}

impl Room {
    /// Makes place for one more.
    fn one(&mut self) -> Result<(), Error> {
        self.left = self
            .left
            .checked_sub(1)
            .ok_or(Error::Limit { what: "too many parts", limit: self.most as u64 })?;
        Ok(())
    }
}

/// The one `meta` box of the file.
pub(crate) fn read<'a>(file: &'a [u8], most: usize) -> Result<Meta<'a>, Error> {
    let mut room = Room { left: most, most };
    let mut found = None;
    let mut boxes = Boxes::of_file(file);
    let first = boxes.next().ok_or(Error::Empty)??;
    if &first.kind != b"ftyp" {
        return Err(damaged(0, "a file type box first"));
    }
    for part in boxes {
        room.one()?;
        match part {
            Ok(part) if &part.kind == b"meta" => {
                if found.replace(part).is_some() {
                    return Err(damaged(part.at, "one meta box"));
                }
            }
            Ok(Part { kind, at, .. }) if &kind == b"ftyp" => {
                return Err(damaged(at, "one file type box"));
            }
            Ok(part) if &part.kind == b"mini" => return Err(unsupported("a minimized header")),
            Ok(_) => {}
            // bytes behind the last box that are no box are not of the picture
            Err(_) if found.is_some() => break,
            Err(error) => return Err(error),
        }
    }
    match found {
        Some(part) => Meta::read(part, &mut room),
        None if Boxes::of_file(file).flatten().any(|part| &part.kind == b"moov") => {
            Err(unsupported("a sequence of pictures and no still one"))
        }
        None => Err(cut_off(file.len(), &[])),
    }
}

impl<'a> Meta<'a> {
    fn read(part: Part<'a>, room: &mut Room) -> Result<Meta<'a>, Error> {
        let mut body = part.body;
        body.full()?;
        let mut meta = Meta::default();
        let mut seen: Vec<Kind> = Vec::new();
        for part in Boxes::inside(body) {
            let part = part?;
            room.one()?;
            let known = [b"hdlr", b"pitm", b"iinf", b"iloc", b"iref", b"iprp", b"idat", b"dinf"];
            if !known.contains(&&part.kind) {
                continue;
            }
            if seen.contains(&part.kind) {
                return Err(damaged(part.at, "each box of the meta box once"));
            }
            seen.push(part.kind);
            match &part.kind {
                b"hdlr" => handler(part)?,
                b"pitm" => meta.primary = primary(part)?,
                b"iinf" => meta.items = items(part, room)?,
                b"iloc" => meta.locations = locations(part, room)?,
                b"iref" => meta.references = references(part, room)?,
                b"iprp" => meta.properties(part, room)?,
                b"idat" => meta.idat = Some(part.body),
                _ => meta.own = data_references(part)?,
            }
        }
        for kind in [b"hdlr", b"pitm", b"iinf", b"iloc", b"iprp"] {
            if !seen.contains(kind) {
                return Err(damaged(part.at, "a meta box with every box that a picture needs"));
            }
        }
        Ok(meta)
    }

    /// `iprp`: the properties and which item has which.
    fn properties(&mut self, part: Part<'a>, room: &mut Room) -> Result<(), Error> {
        let mut container = None;
        let mut associations = Vec::new();
        for part in Boxes::inside(part.body) {
            let part = part?;
            match &part.kind {
                b"ipco" if container.is_some() => {
                    return Err(damaged(part.at, "one property container"));
                }
                b"ipco" => container = Some(part),
                b"ipma" => associations.push(part),
                _ => {}
            }
        }
        let container = container.ok_or_else(|| damaged(part.at, "a property container"))?;
        for part in Boxes::inside(container.body) {
            room.one()?;
            self.properties.push(part?);
        }
        for part in associations {
            self.associations(part, room)?;
        }
        Ok(())
    }

    /// `ipma`.
    fn associations(&mut self, part: Part<'_>, room: &mut Room) -> Result<(), Error> {
        let mut body = part.body;
        let (version, flags) = body.full()?;
        for _ in 0..body.u32()? {
            room.one()?;
            let entry = body;
            let id = body.either(version >= 1)?;
            let count = body.u8()?;
            let mut list = Vec::new();
            for _ in 0..count {
                let (essential, index) = if flags & 1 == 1 {
                    let word = body.u16()?;
                    (word >> 15 == 1, word & 0x7FFF)
                } else {
                    let byte = body.u8()?;
                    (byte >> 7 == 1, u16::from(byte & 0x7F))
                };
                // 0 means none
                let Some(index) = usize::from(index).checked_sub(1) else { continue };
                if index >= self.properties.len() {
                    return Err(entry.damaged("properties that are there"));
                }
                list.push((essential, index));
            }
            if self.associations.insert(id, list).is_some() {
                return Err(entry.damaged("the properties of an item in one place"));
            }
        }
        Ok(())
    }
}

fn handler(part: Part<'_>) -> Result<(), Error> {
    let mut body = part.body;
    body.full()?;
    body.u32()?;
    if &body.kind()? == b"pict" { Ok(()) } else { Err(damaged(part.at, "a meta box of pictures")) }
}

fn primary(part: Part<'_>) -> Result<u32, Error> {
    let mut body = part.body;
    let (version, _) = body.full()?;
    body.either(version >= 1)
}

fn items(part: Part<'_>, room: &mut Room) -> Result<Vec<Item>, Error> {
    let mut body = part.body;
    let (version, _) = body.full()?;
    let count = body.either(version >= 1)?;
    let mut items: HashMap<u32, usize> = HashMap::new();
    let mut list = Vec::new();
    for part in Boxes::inside(body) {
        let part = part?;
        room.one()?;
        if &part.kind != b"infe" {
            return Err(damaged(part.at, "items only in the list of items"));
        }
        let mut body = part.body;
        let (version, _) = body.full()?;
        if version > 3 {
            return Err(unsupported("items of an unknown version"));
        }
        let id = body.either(version >= 3)?;
        let protected = body.u16()? != 0;
        let kind = if version >= 2 { Some(body.kind()?) } else { None };
        if items.insert(id, list.len()).is_some() {
            return Err(damaged(part.at, "each item once"));
        }
        list.push(Item { id, kind, protected, at: part.at });
    }
    if u32::try_from(list.len()) != Ok(count) {
        return Err(damaged(part.at, "as many items as the list of items says"));
    }
    Ok(list)
}

fn locations(part: Part<'_>, room: &mut Room) -> Result<HashMap<u32, Location>, Error> {
    let mut body = part.body;
    let (version, _) = body.full()?;
    if version > 2 {
        return Err(unsupported("item locations of an unknown version"));
    }
    let (first, second) = (body.u8()?, body.u8()?);
    let (offset_size, length_size, base_size) = (first >> 4, first & 15, second >> 4);
    let index_size = if version >= 1 { second & 15 } else { 0 };
    let mut map = HashMap::new();
    for _ in 0..body.either(version >= 2)? {
        room.one()?;
        let entry = body;
        let id = body.either(version >= 2)?;
        let [_, construction] = if version >= 1 { body.u16()?.to_be_bytes() } else { [0, 0] };
        let data_reference = body.u16()?;
        let base = body.sized(base_size)?;
        let mut extents = Vec::new();
        for _ in 0..body.u16()? {
            room.one()?;
            body.sized(index_size)?;
            let offset = base.checked_add(body.sized(offset_size)?);
            let offset = offset.ok_or_else(|| entry.damaged("offsets inside the file"))?;
            extents.push(Extent { offset, length: body.sized(length_size)? });
        }
        let construction = construction & 15;
        let location = Location { construction, data_reference, extents, at: entry.at };
        if map.insert(id, location).is_some() {
            return Err(entry.damaged("the location of an item in one place"));
        }
    }
    Ok(map)
}

fn references(part: Part<'_>, room: &mut Room) -> Result<Vec<Reference>, Error> {
    let mut body = part.body;
    let (version, _) = body.full()?;
    let wide = version >= 1;
    let mut list: Vec<Reference> = Vec::new();
    for part in Boxes::inside(body) {
        let part = part?;
        room.one()?;
        let mut body = part.body;
        let from = body.either(wide)?;
        let mut to = Vec::new();
        for _ in 0..body.u16()? {
            room.one()?;
            to.push(body.either(wide)?);
        }
        if &part.kind == b"dimg" && list.iter().any(|r| r.kind == part.kind && r.from == from) {
            return Err(damaged(part.at, "what an item is derived from in one place"));
        }
        list.push(Reference { kind: part.kind, from, to });
    }
    Ok(list)
}

/// `dinf` and its `dref`: for each entry, whether it means this file.
fn data_references(part: Part<'_>) -> Result<Vec<bool>, Error> {
    let mut own = Vec::new();
    for part in Boxes::inside(part.body) {
        let part = part?;
        if &part.kind == b"dref" {
            let mut body = part.body;
            body.full()?;
            body.u32()?;
            for entry in Boxes::inside(body) {
                let mut entry = entry?;
                let (_, flags) = entry.body.full()?;
                own.push(&entry.kind == b"url " && flags & 1 == 1);
            }
        }
    }
    Ok(own)
}

impl Meta<'_> {
    /// The item with `id`.
    pub(crate) fn item(&self, id: u32) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// What `from` refers to.
    pub(crate) fn referred(&self, kind: &Kind, from: u32) -> &[u32] {
        let found = self.references.iter().find(|r| &r.kind == kind && r.from == from);
        found.map_or(&[], |reference| &reference.to)
    }

    /// Where the bytes of `item` stand: ranges of `file`, or of `idat`.
    pub(crate) fn extents<'a>(
        &self,
        item: &Item,
        file: Bytes<'a>,
        idat: Option<Bytes<'a>>,
    ) -> Result<Vec<Bytes<'a>>, Error> {
        let location = self
            .locations
            .get(&item.id)
            .ok_or_else(|| damaged(item.at, "an item that stands somewhere"))?;
        let external = match usize::from(location.data_reference).checked_sub(1) {
            None => false,
            Some(index) => !self.own.get(index).copied().unwrap_or(false),
        };
        if external {
            return Err(unsupported("data outside of the file"));
        }
        let source = match (location.construction, idat) {
            (0, _) => file,
            (1, Some(idat)) => idat,
            (1, None) => return Err(damaged(location.at, "the data that items stand in")),
            _ => return Err(unsupported("items that are built from other items")),
        };
        let range = |extent: &Extent| -> Option<Range<usize>> {
            let start = usize::try_from(extent.offset).ok()?;
            Some(start..start.checked_add(usize::try_from(extent.length).ok()?)?)
        };
        let mut list = Vec::new();
        for extent in &location.extents {
            if extent.length == 0 {
                return Err(damaged(location.at, "extents with a length"));
            }
            let outside = || match location.construction {
                0 => cut_off(file.data.len(), &[]),
                _ => damaged(location.at, "extents inside the data of the meta box"),
            };
            let range = range(extent).ok_or_else(outside)?;
            let data = source.data.get(range.clone()).ok_or_else(outside)?;
            list.push(Bytes { data, at: source.at.saturating_add(range.start) });
        }
        Ok(list)
    }
}
