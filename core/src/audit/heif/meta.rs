//! The `meta` box: ISO/IEC 14496-12, section 8.11; ISO/IEC 23008-12, section 9.

use super::properties::{Property, property};
use crate::audit::Rejection;
use crate::audit::cursor::Cursor;

/// What the boxes say.
#[derive(Debug)]
pub(super) struct Meta<'a> {
    /// The number of the item that is shown, from 0.
    pub(super) primary: usize,
    pub(super) items: Vec<Item>,
    pub(super) references: Vec<Reference>,
    pub(super) properties: Vec<Property<'a>>,
}

/// An item.
#[derive(Debug)]
pub(super) struct Item {
    /// Where its location stands.
    pub(super) at: usize,
    /// From the start of the file, and how long.
    pub(super) extent: Option<(usize, usize)>,
    pub(super) kind: [u8; 4],
    pub(super) hidden: bool,
    /// Essential or not, and the number of the property, from 0.
    pub(super) properties: Vec<(bool, usize)>,
}

/// A reference from one item to others, by their numbers from 0.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) kind: [u8; 4],
    pub(super) from: usize,
    pub(super) to: Vec<usize>,
}

pub(super) fn recognise<'a>(cursor: &mut Cursor<'a>) -> Result<Meta<'a>, Rejection> {
    let end = open(cursor, b"meta", 4)?;
    cursor.demand(
        b"\0\0\0\x21hdlr\0\0\0\0\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0",
        "a handler of pictures without a name",
    )?;
    cursor.demand(b"\0\0\0\x0Epitm\0\0\0\0", "the item that is shown")?;
    let primary = number(cursor)?;
    let mut items = locations(cursor)?;
    kinds(cursor, &mut items)?;
    let mut references = Vec::new();
    if cursor.rest().get(4..8) == Some(b"iref") {
        let end = open(cursor, b"iref", 4)?;
        while cursor.at() < end {
            references.push(reference(cursor, items.len())?);
        }
        cursor.require(!references.is_empty(), "references in their box")?;
        close(cursor, end)?;
    }
    let both = open(cursor, b"iprp", 0)?;
    let container = open(cursor, b"ipco", 0)?;
    let mut properties = Vec::new();
    while cursor.at() < container {
        properties.push(property(cursor)?);
    }
    close(cursor, container)?;
    associations(cursor, &mut items, properties.len())?;
    close(cursor, both)?;
    close(cursor, end)?;
    Ok(Meta { primary, items, references, properties })
}

/// Goes over the header of a box with `zeros` zeros behind it; gives where the box ends.
pub(super) fn open(
    cursor: &mut Cursor<'_>,
    kind: &[u8; 4],
    zeros: usize,
) -> Result<usize, Rejection> {
    let start = cursor.at();
    let length = long(cursor)?;
    cursor.demand(kind, "the next box")?;
    for _ in 0..zeros {
        cursor.demand(&[0], "version 0 and no flags")?;
    }
    Ok(start.saturating_add(length))
}

/// Asks that a box ends here.
pub(super) fn close(cursor: &Cursor<'_>, end: usize) -> Result<(), Rejection> {
    cursor.require(cursor.at() == end, "the end of a box where it says")
}

/// A number of 32 bits.
pub(super) fn long(cursor: &mut Cursor<'_>) -> Result<usize, Rejection> {
    let (high, low) = (cursor.word("a number")?, cursor.word("a number")?);
    Ok(usize::from(high).checked_shl(16).unwrap_or(0) | usize::from(low))
}

/// The number of an item: they are told from 1.
fn number(cursor: &mut Cursor<'_>) -> Result<usize, Rejection> {
    let told = usize::from(cursor.word("the number of an item")?);
    told.checked_sub(1).map_or_else(|| cursor.reject("the number of an item"), Ok)
}

fn locations(cursor: &mut Cursor<'_>) -> Result<Vec<Item>, Rejection> {
    let end = open(cursor, b"iloc", 4)?;
    cursor.demand(&[0x44, 0], "offsets and lengths of 4 bytes")?;
    let count = usize::from(cursor.word("the number of items")?);
    let mut items = Vec::new();
    for index in 0..count {
        let at = cursor.at();
        let number = number(cursor)?;
        cursor.require(number == index, "items numbered from 1")?;
        cursor.demand(&[0, 0, 0], "an item in this file, of one extent")?;
        let extent = match cursor.byte("the number of extents")? {
            0 => None,
            1 => Some((long(cursor)?, long(cursor)?)),
            _ => return cursor.reject("one extent"),
        };
        let item = Item { at, extent, kind: [0; 4], hidden: false, properties: Vec::new() };
        items.push(item);
    }
    close(cursor, end)?;
    Ok(items)
}

fn kinds(cursor: &mut Cursor<'_>, items: &mut [Item]) -> Result<(), Rejection> {
    let end = open(cursor, b"iinf", 4)?;
    let count = usize::from(cursor.word("the number of items")?);
    cursor.require(count == items.len(), "as many items as locations")?;
    for (index, item) in items.iter_mut().enumerate() {
        cursor.demand(b"\0\0\0\x15infe\x02\0\0", "an item without a name")?;
        item.hidden = match cursor.byte("the flags of an item")? {
            0 => false,
            1 => true,
            _ => return cursor.reject("no other flag"),
        };
        let number = number(cursor)?;
        cursor.require(number == index, "items numbered from 1")?;
        cursor.demand(&[0, 0], "an item that is not protected")?;
        for letter in &mut item.kind {
            *letter = cursor.byte("the kind of an item")?;
        }
        cursor.demand(&[0], "no name")?;
    }
    close(cursor, end)
}

fn reference(cursor: &mut Cursor<'_>, items: usize) -> Result<Reference, Rejection> {
    let start = cursor.at();
    let length = long(cursor)?;
    let mut kind = [0; 4];
    for letter in &mut kind {
        *letter = cursor.byte("the kind of a reference")?;
    }
    let from = number(cursor)?;
    let mut to = Vec::new();
    for _ in 0..cursor.word("how many are referred to")? {
        to.push(number(cursor)?);
    }
    let known = to.iter().chain([&from]).all(|item| *item < items);
    cursor.require(known && !to.is_empty(), "references to items that are there")?;
    close(cursor, start.saturating_add(length))?;
    Ok(Reference { kind, from, to })
}

fn associations(
    cursor: &mut Cursor<'_>,
    items: &mut [Item],
    properties: usize,
) -> Result<(), Rejection> {
    let end = open(cursor, b"ipma", 3)?;
    let wide = properties > 127;
    cursor.demand(&[u8::from(wide)], "wide numbers only if they are needed")?;
    let count = long(cursor)?;
    cursor.require(count == items.len(), "properties of every item")?;
    let mut used = 0usize;
    for (index, item) in items.iter_mut().enumerate() {
        let number = number(cursor)?;
        cursor.require(number == index, "items numbered from 1")?;
        for _ in 0..cursor.byte("how many properties")? {
            let (essential, told) = if wide {
                let word = cursor.word("a property")?;
                (word >> 15 == 1, usize::from(word & 0x7FFF))
            } else {
                let byte = cursor.byte("a property")?;
                (byte >> 7 == 1, usize::from(byte & 0x7F))
            };
            // each is first used right after the one before it
            cursor.require(
                told > 0 && told <= usize::saturating_add(used, 1),
                "properties in order of use",
            )?;
            used = usize::max(used, told);
            item.properties.push((essential, told.saturating_sub(1)));
        }
    }
    cursor.require(used == properties, "no property that is not used")?;
    close(cursor, end)
}
