//! The canonical HEIF.
//!
//! ```text
//! ftyp  major brand avif, heic or heix; minor version 0; compatible: mif1, then miaf for AVIF, then
//!       the major brand
//! meta  hdlr  pict, without a name
//!       pitm  version 0
//!       iloc  version 0, offsets and lengths of 4 bytes, no base: one extent each, none for iden
//!       iinf  version 0: infe version 2, without names; parts of others are hidden
//!       iref  version 0, if there is any: by item, dimg before auxl before prem
//!       iprp  ipco: each property once, in the order of use; ipma version 0
//! mdat  what the items hold, in their order, and nothing else; what two items hold alike, once
//! ```
//!
//! Items are numbered from 1: what a picture is put together from in the order in which it is used,
//! then the picture itself, then the alpha of each item in their order. The properties of an item are
//! hvcC or av1C, colr with code points, colr with a constant profile, ispe, pixi, pasp, auxC, then the
//! transforms in the order in which they are applied: of those that follow each other, irot before
//! imir. hvcC, av1C and transforms are essential.
//!
//! What follows from the coded pictures says nothing else: ispe, pixi, the colours in the samples.

use std::collections::HashMap;

use ring::digest;

use super::boxes::Kind;
use super::coding::{Coded, Coding, Nclx, Piece};
use super::read::{Content, Kept, Photo, Role};
use super::transform::{Crop, Transform, Turn};
use crate::profile;
use crate::{Error, Memory, ProfileClass};

/// An item as it is written.
struct Item<'a> {
    kind: Kind,
    hidden: bool,
    payload: Vec<Piece<'a>>,
    length: usize,
    /// Where it stands in `mdat`.
    offset: usize,
    /// True if an item before it holds the same.
    repeated: bool,
    /// Essential, and the index of the property from 1.
    properties: Vec<(bool, usize)>,
}

/// The properties of all items, each once.
#[derive(Default)]
struct Shelf {
    properties: Vec<Vec<u8>>,
    /// Where the constant profiles stand that are used: they take long to put together.
    profiles: Vec<(ProfileClass, usize)>,
}

impl Shelf {
    /// The index of a property, from 1.
    fn place(&mut self, kind: &Kind, body: &[u8]) -> usize {
        let mut property = Vec::new();
        boxed(&mut property, kind, |out| out.extend(body));
        let index =
            self.properties.iter().position(|known| *known == property).unwrap_or_else(|| {
                self.properties.push(property);
                self.properties.len().saturating_sub(1)
            });
        index.saturating_add(1)
    }

    /// The index of the constant profile of `class`, from 1.
    fn profile(&mut self, class: ProfileClass) -> usize {
        if let Some((_, index)) = self.profiles.iter().find(|(known, _)| *known == class) {
            return *index;
        }
        let index = self.place(b"colr", &[&b"prof"[..], &profile::constant(class)].concat());
        self.profiles.push((class, index));
        index
    }
}

/// Writes what is kept of `photo`; no more than `most` bytes are pictures.
pub(crate) fn write(photo: &Photo<'_>, most: usize) -> Result<Memory, Error> {
    let mut shelf = Shelf::default();
    let parts = photo.parts();
    let items = photo
        .items
        .iter()
        .zip(parts)
        .map(|(kept, part)| Item::of(kept, part, photo.coding, &mut shelf));
    let mut items: Vec<Item<'_>> = items.collect::<Result<_, _>>()?;
    let data = place(&mut items);
    if data > most {
        return Err(Error::Limit { what: "more coded pictures than bytes", limit: most as u64 });
    }
    let brand = photo.items.iter().filter_map(|kept| match &kept.content {
        Content::Coded(picture) => Some(picture.brand()),
        Content::Derived(_) => None,
    });
    // of two HEVC profiles the one that asks more
    let brand = brand.max().unwrap_or(*b"mif1");
    let mut head = Vec::new();
    boxed(&mut head, b"ftyp", |out| {
        out.extend(brand);
        out.extend([0; 4]);
        out.extend(b"mif1");
        out.extend(if &brand == b"avif" { &b"miaf"[..] } else { &[] });
        out.extend(brand);
    });
    // its length does not depend on where the data starts
    let length = meta(photo, &items, &shelf, 0)?.len();
    let start = head.len().saturating_add(length).saturating_add(8);
    let meta = meta(photo, &items, &shelf, start)?;
    let mut file = Memory::with_capacity(start.saturating_add(data))?;
    file.push(&head)?;
    file.push(&meta)?;
    let size = u32::try_from(data.saturating_add(8)).map_err(|_| Error::Memory)?;
    file.push(&size.to_be_bytes())?;
    file.push(b"mdat")?;
    for piece in items.iter().filter(|item| !item.repeated).flat_map(|item| &item.payload) {
        file.push(piece.bytes())?;
    }
    Ok(file)
}

/// Gives each item its place in `mdat`: what several hold alike stands there once. Gives how long that
/// is.
fn place(items: &mut [Item<'_>]) -> usize {
    let mut lengths: HashMap<usize, usize> = HashMap::new();
    for item in items.iter() {
        let count = lengths.entry(item.length).or_default();
        *count = count.saturating_add(1);
    }
    let mut known: HashMap<[u8; 32], usize> = HashMap::new();
    let mut next = 0usize;
    for item in items.iter_mut() {
        item.offset = next;
        // hardly ever are two as long
        if item.length > 0 && lengths.get(&item.length).is_some_and(|count| *count > 1) {
            item.offset = *known.entry(item.digest()).or_insert(next);
            item.repeated = item.offset != next;
        }
        if !item.repeated {
            next = next.saturating_add(item.length);
        }
    }
    next
}

impl<'a> Item<'a> {
    fn of(
        kept: &'a Kept<'_>,
        hidden: bool,
        coding: Coding,
        shelf: &mut Shelf,
    ) -> Result<Item<'a>, Error> {
        let (kind, coded) = match &kept.content {
            Content::Coded(picture) => (coding.item(), picture.write(in_samples(kept))?),
            Content::Derived(derived) => {
                let payload = vec![Piece::Written(derived.bytes())];
                (derived.kind(), Coded { configuration: Vec::new(), payload })
            }
        };
        let mut properties = Vec::new();
        if let Content::Coded(_) = &kept.content {
            properties.push((true, shelf.place(&coding.property(), &coded.configuration)));
        }
        if let Some(nclx) = kept.colour.nclx {
            properties.push((false, shelf.place(b"colr", &code_points(nclx))));
        }
        if let Some(class) = kept.colour.profile {
            properties.push((false, shelf.profile(class)));
        }
        let mut add = |essential, kind: &Kind, body: &[u8]| {
            properties.push((essential, shelf.place(kind, body)));
        };
        add(
            false,
            b"ispe",
            &[[0; 4], kept.size.0.to_be_bytes(), kept.size.1.to_be_bytes()].concat(),
        );
        let (luma, chroma) = kept.traits.depths;
        match kept.traits.monochrome {
            true => add(false, b"pixi", &[0, 0, 0, 0, 1, luma]),
            false => add(false, b"pixi", &[0, 0, 0, 0, 3, luma, chroma, chroma]),
        }
        if let Some((across, down)) = kept.spacing {
            add(false, b"pasp", &[across.to_be_bytes(), down.to_be_bytes()].concat());
        }
        if let Role::Alpha(_) = kept.role {
            let urn: &[u8] = match coding {
                Coding::Av1 => b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0",
                Coding::Hevc => b"urn:mpeg:hevc:2015:auxid:1\0",
            };
            add(false, b"auxC", &[&[0; 4], urn].concat());
        }
        for step in &kept.transforms {
            match step {
                Transform::Crop(crop) => add(true, b"clap", &aperture(crop)),
                Transform::Turn(turn) => {
                    let (quarters, mirror) = steps(*turn);
                    if quarters > 0 {
                        add(true, b"irot", &[quarters]);
                    }
                    if let Some(axis) = mirror {
                        add(true, b"imir", &[axis]);
                    }
                }
            }
        }
        let length =
            coded.payload.iter().fold(0usize, |sum, piece| sum.saturating_add(piece.bytes().len()));
        Ok(Item {
            kind,
            hidden,
            payload: coded.payload,
            length,
            offset: 0,
            repeated: false,
            properties,
        })
    }

    /// The same for items that hold the same, in whatever pieces.
    fn digest(&self) -> [u8; 32] {
        let mut context = digest::Context::new(&digest::SHA256);
        self.payload.iter().for_each(|piece| context.update(piece.bytes()));
        let mut value = [0; 32];
        value.iter_mut().zip(context.finish().as_ref()).for_each(|(to, from)| *to = *from);
        value
    }
}

/// What the samples of an item say of colours. Those of alpha mean none; only their range counts.
fn in_samples(kept: &Kept<'_>) -> Nclx {
    let coded = kept.traits.colour;
    match kept.role {
        Role::Shown => kept.colour.in_samples(coded),
        _ => Nclx { primaries: 2, transfer: 2, matrix: 2, full_range: coded.full_range },
    }
}

fn code_points(nclx: Nclx) -> Vec<u8> {
    let codes = [nclx.primaries, nclx.transfer, nclx.matrix];
    let codes = codes.iter().flat_map(|code| code.to_be_bytes());
    b"nclx".iter().copied().chain(codes).chain([u8::from(nclx.full_range) << 7]).collect()
}

fn aperture(Crop(fractions): &Crop) -> Vec<u8> {
    fractions.iter().flat_map(|(a, b)| [a.to_be_bytes(), b.to_be_bytes()]).flatten().collect()
}

/// Quarters to turn, and the axis to mirror at.
fn steps(turn: Turn) -> (u8, Option<u8>) {
    match (turn.quarters, turn.mirrored) {
        (2, true) => (0, Some(1)),
        (quarters, true) => (quarters, Some(0)),
        (quarters, false) => (quarters, None),
    }
}

fn meta(
    photo: &Photo<'_>,
    items: &[Item<'_>],
    shelf: &Shelf,
    start: usize,
) -> Result<Vec<u8>, Error> {
    let mut fits = true;
    let mut short = |value: usize| {
        fits &= u16::try_from(value).is_ok();
        u16::try_from(value).unwrap_or(0).to_be_bytes()
    };
    let id = |index: usize| index.saturating_add(1);
    let mut out = Vec::new();
    boxed(&mut out, b"meta", |out| {
        out.extend([0; 4]);
        boxed(out, b"hdlr", |out| {
            out.extend([0; 8]);
            out.extend(b"pict");
            out.extend([0; 13]);
        });
        boxed(out, b"pitm", |out| {
            out.extend([0; 4]);
            out.extend(short(id(photo.primary)));
        });
        boxed(out, b"iloc", |out| {
            out.extend([0, 0, 0, 0, 0x44, 0]);
            out.extend(short(items.len()));
            for (index, item) in items.iter().enumerate() {
                out.extend(short(id(index)));
                out.extend([0, 0]);
                let extents = usize::from(item.length > 0);
                out.extend(short(extents));
                if extents > 0 {
                    let at = start.saturating_add(item.offset);
                    out.extend(u32::try_from(at).unwrap_or(u32::MAX).to_be_bytes());
                    out.extend(u32::try_from(item.length).unwrap_or(u32::MAX).to_be_bytes());
                }
            }
        });
        boxed(out, b"iinf", |out| {
            out.extend([0; 4]);
            out.extend(short(items.len()));
            for (index, item) in items.iter().enumerate() {
                boxed(out, b"infe", |out| {
                    out.extend([2, 0, 0, u8::from(item.hidden)]);
                    out.extend(short(id(index)));
                    out.extend([0, 0]);
                    out.extend(item.kind);
                    out.push(0);
                });
            }
        });
        let mut references = Vec::new();
        for (index, kept) in photo.items.iter().enumerate() {
            let mut refer = |kind: &Kind, from: usize, to: &[usize]| {
                boxed(&mut references, kind, |out| {
                    out.extend(short(id(from)));
                    out.extend(short(to.len()));
                    to.iter().for_each(|to| out.extend(short(id(*to))));
                });
            };
            if !kept.inputs.is_empty() {
                refer(b"dimg", index, &kept.inputs);
            }
            if let Role::Alpha(masters) = &kept.role {
                let all: Vec<usize> = masters.iter().map(|(master, _)| *master).collect();
                refer(b"auxl", index, &all);
                for (master, _) in masters.iter().filter(|(_, multiplied)| *multiplied) {
                    refer(b"prem", *master, &[index]);
                }
            }
        }
        if !references.is_empty() {
            boxed(out, b"iref", |out| {
                out.extend([0; 4]);
                out.extend(references);
            });
        }
        boxed(out, b"iprp", |out| {
            boxed(out, b"ipco", |out| {
                shelf.properties.iter().for_each(|property| out.extend(property))
            });
            boxed(out, b"ipma", |out| {
                let wide = shelf.properties.len() > 127;
                out.extend([0, 0, 0, u8::from(wide)]);
                out.extend(u32::try_from(items.len()).unwrap_or(u32::MAX).to_be_bytes());
                for (index, item) in items.iter().enumerate() {
                    out.extend(short(id(index)));
                    out.push(u8::try_from(item.properties.len()).unwrap_or(u8::MAX));
                    for (essential, property) in &item.properties {
                        let [high, low] = short(*property);
                        let mark = u8::from(*essential) << 7;
                        if wide {
                            out.extend([high | mark, low]);
                        } else {
                            out.push(low | mark);
                        }
                    }
                }
            });
        });
    });
    if fits && shelf.properties.len() < 0x8000 {
        Ok(out)
    } else {
        Err(Error::Limit { what: "too many items or properties", limit: 0x7FFF })
    }
}

/// A box: its length, its kind, and what `fill` adds.
fn boxed(out: &mut Vec<u8>, kind: &Kind, fill: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend([0; 4]);
    out.extend(kind);
    fill(out);
    let length = u32::try_from(out.len().saturating_sub(start)).unwrap_or(u32::MAX);
    if let Some(room) = out.get_mut(start..).and_then(|rest| rest.first_chunk_mut()) {
        *room = length.to_be_bytes();
    }
}
