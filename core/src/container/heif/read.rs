//! Keeps by allow-list what shows the picture.
//!
//! That is the primary item, what it is derived from, the alpha of these, and of their properties the
//! ones that a decoder needs. Everything else stays behind: what describes the picture, further
//! pictures, depth, gain maps, mattes, thumbnails, films, groups, names.

use super::boxes::{Bytes, Kind, Part};
use super::coding::{Coding, Nclx, Picture, Source, Traits};
use super::colour::{Colour, Told};
use super::derived::Derived;
use super::meta::{self, Item, Meta};
use super::transform::{self, Transform};
use super::{damaged, unsupported};
use crate::{Error, Limits, Memory};

/// The bytes of the items that are kept, joined where they stand in pieces.
#[derive(Debug)]
pub(crate) struct Layout<'a> {
    meta: Meta<'a>,
    /// In the order in which they are written: what an item is derived from stands before it.
    items: Vec<Placed<'a>>,
    most_parts: usize,
    most_pixels: u64,
}

/// An item that is kept, and its bytes.
#[derive(Debug)]
struct Placed<'a> {
    item: Item,
    kind: Kind,
    at: usize,
    bytes: Held<'a>,
    /// Where its extents start in the file, and how long they are.
    spans: Vec<(usize, usize)>,
    /// Indices of what it is derived from.
    inputs: Vec<usize>,
    role: Role,
}

/// The bytes of an item.
#[derive(Debug)]
enum Held<'a> {
    InPlace(&'a [u8]),
    Joined(Memory),
}

/// What an item is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Role {
    /// It is shown, or a part of what is.
    Shown,
    /// A part of an alpha plane.
    AlphaPart,
    /// The alpha of the items with these indices; true for those that are multiplied with it.
    Alpha(Vec<(usize, bool)>),
}

/// What is kept of a photo.
#[derive(Debug)]
pub(crate) struct Photo<'a> {
    /// In the order in which they are written.
    pub(crate) items: Vec<Kept<'a>>,
    /// The index of the item that is shown.
    pub(crate) primary: usize,
    pub(crate) coding: Coding,
}

/// An item that is kept, and what is written of it.
#[derive(Debug)]
pub(crate) struct Kept<'a> {
    pub(crate) content: Content<'a>,
    /// Indices of what it is derived from.
    pub(crate) inputs: Vec<usize>,
    pub(crate) role: Role,
    /// Before `transforms`.
    pub(crate) size: (u32, u32),
    pub(crate) traits: Traits,
    pub(crate) colour: Colour,
    /// Width and height of a pixel, if they differ.
    pub(crate) spacing: Option<(u32, u32)>,
    pub(crate) transforms: Vec<Transform>,
}

/// What an item holds.
#[derive(Debug)]
pub(crate) enum Content<'a> {
    Coded(Box<Picture<'a>>),
    Derived(Derived),
}

/// The properties of an item that are kept.
#[derive(Debug, Default)]
struct Properties<'a> {
    configuration: Option<Part<'a>>,
    colour: Told<'a>,
    spacing: Option<(u32, u32)>,
    transforms: Vec<Transform>,
}

/// What says that an auxiliary picture is alpha.
const ALPHA: [&[u8]; 2] =
    [b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1"];

/// Properties that say what a picture is, and change nothing of it even if a reader has to know
/// them.
const DESCRIPTIVE: [&Kind; 22] = [
    b"ispe", b"pixi", b"auxC", b"rloc", b"udes", b"clli", b"mdcv", b"cclv", b"amve", b"reve",
    b"ndwt", b"altt", b"crtt", b"mdft", b"cmin", b"cmex", b"cloc", b"subs", b"tols", b"lhvC",
    b"oinf", b"a1lx",
];

/// Of these, the ones that say how bright the scene or the maker's screen was: ISO/IEC 23008-12, section
/// 6.5, ISO/IEC 14496-12, section 12.1.5.
const LIGHT: [&Kind; 5] = [b"clli", b"mdcv", b"cclv", b"amve", b"reve"];

/// Takes the container of `file` apart.
pub(crate) fn read<'a>(file: &'a [u8], limits: &Limits) -> Result<Layout<'a>, Error> {
    let most_parts = usize::try_from(limits.parts).unwrap_or(usize::MAX);
    let meta = meta::read(file, most_parts)?;
    let mut chooser = Chooser { meta: &meta, file, items: Vec::new(), most: most_parts, joined: 0 };
    chooser.choose()?;
    let items = chooser.items;
    apart(&items)?;
    Ok(Layout { items, meta, most_parts, most_pixels: limits.pixels })
}

/// Walks from the primary item to everything that shows it.
struct Chooser<'m, 'a> {
    meta: &'m Meta<'a>,
    file: &'a [u8],
    items: Vec<Placed<'a>>,
    most: usize,
    /// How many bytes were joined.
    joined: usize,
}

impl<'a> Chooser<'_, 'a> {
    fn choose(&mut self) -> Result<(), Error> {
        let mut primary = self.meta.primary;
        let item = self.meta.item(primary);
        if item.is_some_and(|item| item.kind == Some(*b"tmap")) {
            // the base picture stands first; the gain map stays behind
            let base = self.meta.referred(b"dimg", primary).first();
            primary = *base.ok_or_else(|| damaged(0, "a picture to be shown"))?;
        }
        self.add(primary, 0, &Role::Shown)?;
        let mut master = 0;
        while let Some(id) = self.items.get(master).map(|placed| placed.item.id) {
            let shown = self.items.get(master).is_some_and(|placed| placed.role == Role::Shown);
            if let Some(alpha) = self.alpha_of(id).filter(|_| shown) {
                let multiplied = self.meta.referred(b"prem", id).contains(&alpha);
                let index = self.add(alpha, 0, &Role::Alpha(Vec::new()))?;
                match self.items.get_mut(index).map(|placed| &mut placed.role) {
                    Some(Role::Alpha(masters)) => masters.push((master, multiplied)),
                    _ => return Err(damaged(0, "alpha that is no part of the picture")),
                }
            }
            master = master.saturating_add(1);
        }
        Ok(())
    }

    /// The first item that is the alpha of `master`.
    fn alpha_of(&self, master: u32) -> Option<u32> {
        let mut auxiliary =
            self.meta.references.iter().filter(|r| &r.kind == b"auxl" && r.to.contains(&master));
        auxiliary.find(|reference| self.is_alpha(reference.from)).map(|reference| reference.from)
    }

    fn is_alpha(&self, id: u32) -> bool {
        let list = self.meta.associations.get(&id).map_or(&[][..], Vec::as_slice);
        list.iter().filter_map(|(_, index)| self.meta.properties.get(*index)).any(|part| {
            let mut body = part.body;
            let full = body.full().is_ok();
            let urn = body.data.split(|byte| *byte == 0).next();
            &part.kind == b"auxC" && full && urn.is_some_and(|urn| ALPHA.contains(&urn))
        })
    }

    /// Adds an item behind what it is derived from; gives its index.
    fn add(&mut self, id: u32, depth: u8, role: &Role) -> Result<usize, Error> {
        let item = *self.meta.item(id).ok_or_else(|| damaged(0, "items that are there"))?;
        if item.protected {
            return Err(unsupported("protected items"));
        }
        let kind = item.kind.ok_or_else(|| damaged(item.at, "an item of a kind"))?;
        let rank = match &kind {
            b"hvc1" | b"av01" => 3,
            b"grid" => 2,
            b"iden" => 1,
            b"iovl" => 0,
            _ => return Err(unsupported(other_kind(&kind))),
        };
        // each kind may only be put together from kinds of a higher rank, also from one that is there
        // already: so it ends
        if rank < depth {
            return Err(unsupported("pictures put together from pictures put together so"));
        }
        if let Some(index) = self.items.iter().position(|placed| placed.item.id == id) {
            return Ok(index);
        }
        let mut inputs = Vec::new();
        if rank < 3 {
            let part_role = if *role == Role::Shown { Role::Shown } else { Role::AlphaPart };
            for input in self.meta.referred(b"dimg", id) {
                inputs.push(self.add(
                    *input,
                    if rank == 2 { 3 } else { rank.saturating_add(1) },
                    &part_role,
                )?);
            }
        }
        if self.items.len() >= self.most {
            return Err(Error::Limit { what: "too many parts", limit: self.most as u64 });
        }
        let extents = match &kind {
            b"iden" => Vec::new(),
            _ => self.meta.extents(&item, Bytes { data: self.file, at: 0 }, self.meta.idat)?,
        };
        let (bytes, at) = match extents.as_slice() {
            [] if &kind == b"iden" => (Held::InPlace(&[]), item.at),
            [] => return Err(damaged(item.at, "an item that stands somewhere")),
            [extent] => (Held::InPlace(extent.data), extent.at),
            [first, ..] => (Held::Joined(self.join(&extents)?), first.at),
        };
        let spans = extents.iter().map(|extent| (extent.at, extent.data.len())).collect();
        self.items.push(Placed { item, kind, at, bytes, spans, inputs, role: role.clone() });
        Ok(self.items.len().saturating_sub(1))
    }

    fn join(&mut self, extents: &[Bytes<'a>]) -> Result<Memory, Error> {
        let total = extents.iter().fold(0usize, |sum, e| sum.saturating_add(e.data.len()));
        self.joined = self.joined.saturating_add(total);
        // whether any two stand at the same place is looked at later
        if self.joined > self.file.len() {
            return Err(damaged(0, "extents that do not overlap"));
        }
        let mut joined = Memory::with_capacity(total)?;
        for extent in extents {
            joined.push(extent.data)?;
        }
        Ok(joined)
    }
}

/// The name of an item that cannot be shown.
fn other_kind(kind: &Kind) -> &'static str {
    match kind {
        b"unci" => "uncompressed pictures",
        b"j2k1" => "JPEG 2000",
        b"jpeg" => "a JPEG inside",
        b"avc1" => "H.264",
        b"vvc1" => "H.266",
        b"evc1" => "EVC",
        b"lhv1" => "layered HEVC",
        b"hev1" => "HEVC with parameter sets in the items",
        b"mski" => "a mask as its picture",
        b"tmap" => "a tone-mapped picture inside another",
        _ => "an unknown kind of picture",
    }
}

/// An error if two items share some bytes, but not all of them.
fn apart(items: &[Placed<'_>]) -> Result<(), Error> {
    let mut spans: Vec<(usize, usize)> =
        items.iter().flat_map(|placed| &placed.spans).copied().collect();
    spans.sort_unstable();
    spans.dedup();
    let overlap = spans.windows(2).find(|pair| match pair {
        [(start, length), (next, _)] => start.saturating_add(*length) > *next,
        _ => false,
    });
    match overlap {
        Some(pair) => {
            let at = pair.first().map_or(0, |(at, _)| *at);
            Err(damaged(at, "extents that do not overlap"))
        }
        None => Ok(()),
    }
}

impl<'a> Layout<'a> {
    /// What is kept of the photo.
    pub(crate) fn photo(&self) -> Result<Photo<'_>, Error> {
        let mut kept: Vec<Kept<'_>> = Vec::new();
        let mut codings: Vec<Coding> = Vec::new();
        let mut answered: Option<((Told<'_>, Nclx, bool), Colour)> = None;
        let mut primary = 0;
        for (index, placed) in self.items.iter().enumerate() {
            let properties = self.properties(placed)?;
            let (bytes, at) = (placed.bytes.get(), placed.at);
            let inputs = placed.inputs.len();
            let derived = Derived::read(&placed.kind, Bytes { data: bytes, at }, inputs)?;
            let (content, traits, size) = match derived {
                Some(derived) => {
                    let first = placed.inputs.first().and_then(|input| kept.get(*input));
                    let first = first.ok_or_else(|| damaged(at, "a picture to be shown"))?;
                    let shown = transform::size_after(&first.transforms, first.size);
                    let size = derived.size().unwrap_or(shown);
                    (Content::Derived(derived), Traits { size, ..first.traits }, size)
                }
                None => {
                    let coding = Coding::of(&placed.kind);
                    if !codings.contains(&coding) {
                        codings.push(coding);
                    }
                    let configuration = properties
                        .configuration
                        .filter(|part| part.kind == coding.property())
                        .ok_or_else(|| damaged(placed.item.at, "an item with a configuration"))?;
                    let picture = coding.read(Source {
                        configuration: configuration.body.data,
                        configuration_at: configuration.body.at,
                        payload: bytes,
                        payload_at: at,
                        most_parts: self.most_parts,
                    })?;
                    let traits = picture.traits();
                    (Content::Coded(Box::new(picture)), traits, traits.size)
                }
            };
            let (width, height) = size;
            if u64::from(width).saturating_mul(u64::from(height)) > self.most_pixels {
                return Err(Error::Limit { what: "too many pixels", limit: self.most_pixels });
            }
            let colour = match placed.role {
                Role::Shown => {
                    // tiles and their grid say the same, and a profile takes long to judge
                    let asked = (properties.colour, traits.colour, traits.monochrome);
                    match answered {
                        Some((before, colour)) if before == asked => colour,
                        _ => {
                            let colour = asked.0.colour(asked.1, asked.2)?;
                            answered = Some((asked, colour));
                            colour
                        }
                    }
                }
                _ => Colour::default(),
            };
            let mut transforms = properties.transforms;
            transforms
                .retain(|step| !matches!(step, Transform::Crop(crop) if crop.keeps_all(size)));
            if placed.role == Role::Shown && index_of_last_shown(&self.items) == Some(index) {
                primary = index;
            }
            kept.push(Kept {
                content,
                inputs: placed.inputs.clone(),
                role: placed.role.clone(),
                size,
                traits,
                colour,
                spacing: properties.spacing,
                transforms,
            });
        }
        match codings.as_slice() {
            [coding] => Ok(Photo { items: kept, primary, coding: *coding }),
            _ => Err(unsupported("pictures of two codings")),
        }
    }

    /// The properties of an item that are kept.
    fn properties(&self, placed: &Placed<'_>) -> Result<Properties<'a>, Error> {
        let mut kept = Properties::default();
        let list = self.meta.associations.get(&placed.item.id).map_or(&[][..], Vec::as_slice);
        for (essential, index) in list {
            let Some(part) = self.meta.properties.get(*index) else { continue };
            let mut body = part.body;
            match &part.kind {
                b"hvcC" | b"av1C" => {
                    let twice = kept.configuration.replace(*part);
                    if twice.is_some_and(|before| before.body.data != part.body.data) {
                        return Err(damaged(part.at, "one configuration"));
                    }
                }
                b"colr" => kept.colour.add(*part)?,
                b"irot" | b"imir" | b"clap" => transform::add(&mut kept.transforms, *part)?,
                b"pasp" => {
                    let (across, down) = (body.u32()?, body.u32()?);
                    if across > 0 && down > 0 {
                        let common = transform::common(across, down);
                        let part = |side: u32| side.checked_div(common).unwrap_or(1);
                        kept.spacing = Some((part(across), part(down)));
                    }
                }
                // the first operating point, and all of its layers, are what is shown anyway
                b"a1op" if body.u8()? == 0 => {}
                b"a1op" => return Err(unsupported("a choice of operating points")),
                // pictures with further layers are refused, or lose them, where they are read
                b"lsel" if matches!(body.u16()?, 0 | 0xFFFF) => {}
                b"lsel" => return Err(unsupported("a choice of layers")),
                kind if DESCRIPTIVE.contains(&kind) => {}
                _ if *essential => {
                    return Err(unsupported(
                        "a property that a reader has to know, and is unknown",
                    ));
                }
                _ => {}
            }
        }
        kept.spacing = kept.spacing.filter(|spacing| *spacing != (1, 1));
        Ok(kept)
    }
}

/// The primary item stands behind everything that is a part of it.
fn index_of_last_shown(items: &[Placed<'_>]) -> Option<usize> {
    items.iter().rposition(|placed| placed.role == Role::Shown)
}

impl Held<'_> {
    fn get(&self) -> &[u8] {
        match self {
            Held::InPlace(bytes) => bytes,
            Held::Joined(memory) => memory,
        }
    }
}

impl Layout<'_> {
    /// True if the file says how bright the scene or the maker's screen was.
    pub(crate) fn tells_light(&self) -> bool {
        self.meta.properties.iter().any(|part| LIGHT.contains(&&part.kind))
    }
}

impl Photo<'_> {
    /// The item that is shown.
    pub(crate) fn shown(&self) -> Option<&Kept<'_>> {
        self.items.get(self.primary)
    }

    /// For each item, whether another one is put together from it.
    pub(super) fn parts(&self) -> Vec<bool> {
        let mut parts = vec![false; self.items.len()];
        for input in self.items.iter().flat_map(|kept| &kept.inputs) {
            parts.get_mut(*input).into_iter().for_each(|part| *part = true);
        }
        parts
    }

    /// True if something is coded that no viewer shows: outside of an aperture or a window, beyond the
    /// edges of a grid, under other pictures.
    pub(crate) fn hides(&self) -> bool {
        self.items.iter().any(|kept| {
            let crops = kept.transforms.iter().any(|step| matches!(step, Transform::Crop(_)));
            let first = || kept.inputs.first().and_then(|input| self.items.get(*input));
            crops
                || match &kept.content {
                    Content::Coded(picture) => picture.is_cropped(),
                    Content::Derived(Derived::Identity) => false,
                    Content::Derived(Derived::Overlay { .. }) => true,
                    Content::Derived(Derived::Grid { rows, columns, size }) => {
                        let covered = |parts: u8, side: u32| {
                            u32::from(parts).saturating_add(1).saturating_mul(side)
                        };
                        first().is_some_and(|tile| {
                            covered(*columns, tile.size.0) > size.0
                                || covered(*rows, tile.size.1) > size.1
                        })
                    }
                }
        })
    }
}
