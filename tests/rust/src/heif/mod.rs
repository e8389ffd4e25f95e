//! HEIC photos by code: ISO/IEC 14496-12, ISO/IEC 23008-12.
//!
//! | to get this | start here |
//! |---|---|
//! | a photo of a given form | [`Heif`] |
//! | one of each kind | [`kinds::all`] |
//! | everything that can carry a mark in one | [`carriers::all`] |

pub mod carriers;
pub mod kinds;

/// A box.
pub fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut out = (body.len() as u32 + 8).to_be_bytes().to_vec();
    out.extend(kind);
    out.extend(body);
    out
}

/// A full box of version 0 without flags.
pub fn full(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    boxed(kind, &[&[0; 4], body].concat())
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its number.
    pub id: u32,
    /// Four letters.
    pub kind: [u8; 4],
    /// What follows the kind in `infe`: name, content type.
    pub names: Vec<u8>,
    /// What it holds.
    pub payload: Vec<u8>,
    /// Whether essential, and the property: the whole box.
    pub properties: Vec<(bool, Vec<u8>)>,
}

/// How the same photo is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    /// Numbers of 32 bits and the versions that have them.
    pub wide: bool,
    /// All items but coded pictures stand in `idat`.
    pub idat: bool,
    /// `mdat` with a length of 64 bits.
    pub long_data: bool,
    /// `mdat` before `meta`.
    pub data_first: bool,
    /// Offsets from a base.
    pub base: bool,
    /// Into how many extents each item is cut, at least 1.
    pub pieces: usize,
}

/// A photo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heif {
    /// Major brand, minor version, compatible brands.
    pub brands: Vec<u8>,
    /// Body of `hdlr` after version and flags.
    pub handler: Vec<u8>,
    /// The item that is shown.
    pub primary: u32,
    /// In the order of `iinf`.
    pub items: Vec<Item>,
    /// Kind, from, to.
    pub references: Vec<([u8; 4], u32, Vec<u32>)>,
    /// Properties that no item has: whole boxes.
    pub unused: Vec<Vec<u8>>,
    /// Further boxes in `meta`.
    pub in_meta: Vec<Vec<u8>>,
    /// Boxes between the others at the top level.
    pub between: Vec<Vec<u8>>,
    /// Bytes before and behind the items in `mdat`.
    pub gaps: [Vec<u8>; 2],
    /// Bytes before the items in `idat`.
    pub idat_gap: Vec<u8>,
    /// What follows the last box.
    pub trailer: Vec<u8>,
    /// How it is written.
    pub form: Form,
}

impl Heif {
    /// A photo of these items, the first of which is shown.
    pub fn new(items: Vec<Item>) -> Heif {
        Heif {
            brands: b"heic\0\0\0\0mif1heic".to_vec(),
            handler: b"\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec(),
            primary: items[0].id,
            items,
            references: Vec::new(),
            unused: Vec::new(),
            in_meta: Vec::new(),
            between: Vec::new(),
            gaps: Default::default(),
            idat_gap: Vec::new(),
            trailer: Vec::new(),
            form: Form { pieces: 1, ..Form::default() },
        }
    }

    /// The item with this number.
    pub fn item(&mut self, id: u32) -> &mut Item {
        self.items.iter_mut().find(|item| item.id == id).expect("an item that is there")
    }

    /// Adds an item that refers to another one.
    pub fn refer(&mut self, item: Item, kind: &[u8; 4], to: u32) {
        self.references.push((*kind, item.id, vec![to]));
        self.items.push(item);
    }

    /// Gives every item another number.
    pub fn renumber(&mut self, number: impl Fn(u32) -> u32) {
        self.primary = number(self.primary);
        self.items.iter_mut().for_each(|item| item.id = number(item.id));
        for (_, from, to) in &mut self.references {
            *from = number(*from);
            to.iter_mut().for_each(|to| *to = number(*to));
        }
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let head = boxed(b"ftyp", &self.brands);
        let between = self.between.concat();
        let data_head = if self.form.long_data { 16 } else { 8 };
        let length = self.meta(0).len();
        let start = head.len() + between.len() + data_head + self.gaps[0].len();
        let meta = self.meta(if self.form.data_first { start } else { start + length });
        assert_eq!(meta.len(), length);
        let mut data = self.gaps[0].clone();
        let held = self.items.iter().filter(|item| !self.in_idat(item));
        held.for_each(|item| data.extend(&item.payload));
        data.extend(&self.gaps[1]);
        let mdat = if self.form.long_data {
            let length = (data.len() as u64 + 16).to_be_bytes();
            [&[0, 0, 0, 1], &b"mdat"[..], &length, &data].concat()
        } else {
            boxed(b"mdat", &data)
        };
        let parts = if self.form.data_first {
            [head, between, mdat, meta]
        } else {
            [head, meta, between, mdat]
        };
        [parts.concat(), self.trailer.clone()].concat()
    }

    fn in_idat(&self, item: &Item) -> bool {
        self.form.idat && !matches!(&item.kind, b"hvc1" | b"av01")
    }

    fn id(&self, id: u32) -> Vec<u8> {
        let bytes = id.to_be_bytes();
        if self.form.wide { bytes.to_vec() } else { bytes[2..].to_vec() }
    }

    fn meta(&self, start: usize) -> Vec<u8> {
        let wide = self.form.wide;
        let count = |count: usize| self.id(count as u32);
        let versioned = |kind: &[u8; 4], version: u8, flags: u8, body: Vec<u8>| {
            boxed(kind, &[&[version, 0, 0, flags], &body[..]].concat())
        };
        let mut body = vec![0; 4];
        body.extend(full(b"hdlr", &self.handler));
        body.extend(versioned(b"pitm", u8::from(wide), 0, self.id(self.primary)));

        let version = if wide { 2 } else { u8::from(self.form.idat) };
        let mut iloc = vec![0x44, if self.form.base { 0x40 } else { 0 }];
        iloc.extend(count(self.items.len()));
        let (mut in_data, mut in_idat) = (start, self.idat_gap.len());
        let mut idat = self.idat_gap.clone();
        for item in &self.items {
            iloc.extend(self.id(item.id));
            let held = self.in_idat(item);
            if version > 0 {
                iloc.extend([0, u8::from(held)]);
            }
            iloc.extend([0, 0]);
            let next = if held { &mut in_idat } else { &mut in_data };
            let base = if self.form.base { *next } else { 0 };
            if self.form.base {
                iloc.extend((base as u32).to_be_bytes());
            }
            let pieces = self.form.pieces.min(item.payload.len());
            iloc.extend((pieces as u16).to_be_bytes());
            let piece = item.payload.len().div_ceil(pieces.max(1)).max(1);
            for number in 0..pieces {
                let from = (number * piece).min(item.payload.len() - (pieces - number - 1).min(1));
                let to = if number + 1 == pieces { item.payload.len() } else { from + piece };
                iloc.extend(((*next + from - base) as u32).to_be_bytes());
                iloc.extend(((to - from) as u32).to_be_bytes());
            }
            *next += item.payload.len();
            if held {
                idat.extend(&item.payload);
            }
        }
        body.extend(versioned(b"iloc", version, 0, iloc));

        let mut iinf = count(self.items.len());
        for item in &self.items {
            let infe = [&self.id(item.id)[..], &[0, 0], &item.kind, &item.names].concat();
            // parts of others are not shown by themselves
            let part =
                |(kind, _, to): &([u8; 4], u32, Vec<u32>)| kind == b"dimg" && to.contains(&item.id);
            let hidden = u8::from(self.references.iter().any(part));
            iinf.extend(versioned(b"infe", if wide { 3 } else { 2 }, hidden, infe));
        }
        body.extend(versioned(b"iinf", u8::from(wide), 0, iinf));

        if !self.references.is_empty() {
            let mut iref = Vec::new();
            for (kind, from, to) in &self.references {
                let mut list = self.id(*from);
                list.extend((to.len() as u16).to_be_bytes());
                to.iter().for_each(|to| list.extend(self.id(*to)));
                iref.extend(boxed(kind, &list));
            }
            body.extend(versioned(b"iref", u8::from(wide), 0, iref));
        }

        let mut properties: Vec<&Vec<u8>> = self.unused.iter().collect();
        let mut ipma = (self.items.len() as u32).to_be_bytes().to_vec();
        for item in &self.items {
            ipma.extend(self.id(item.id));
            ipma.push(item.properties.len() as u8);
            for (essential, property) in &item.properties {
                let at = properties.iter().position(|p| *p == property).unwrap_or_else(|| {
                    properties.push(property);
                    properties.len() - 1
                }) as u16
                    + 1;
                if wide {
                    ipma.extend((u16::from(*essential) << 15 | at).to_be_bytes());
                } else {
                    ipma.push(u8::from(*essential) << 7 | at as u8);
                }
            }
        }
        let ipco = boxed(b"ipco", &properties.into_iter().flatten().copied().collect::<Vec<u8>>());
        let ipma = versioned(b"ipma", u8::from(wide), u8::from(wide), ipma);
        body.extend(boxed(b"iprp", &[ipco, ipma].concat()));
        if !idat.is_empty() {
            body.extend(boxed(b"idat", &idat));
        }
        self.in_meta.iter().for_each(|part| body.extend(part));
        boxed(b"meta", &body)
    }
}
