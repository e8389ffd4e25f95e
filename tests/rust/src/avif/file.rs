//! The boxes around coded pictures.

use super::picture::Av1;

/// A file of coded pictures.
#[derive(Debug, Clone)]
pub struct Avif {
    /// The pictures that are shown: one, or the two cells of a grid, of 128 × 64 pixels each, side by
    /// side.
    pub shown: Vec<Av1>,
    /// Alpha of the first one.
    pub alpha: Option<Av1>,
    /// Primaries, transfer, matrix and range of a `colr` property.
    pub nclx: Option<([u16; 3], bool)>,
    /// Bytes before each payload in `mdat`, of no item.
    pub gap: Vec<u8>,
    /// The name of each item.
    pub name: String,
    /// True if the alpha is named by the URN of HEVC.
    pub other_urn: bool,
    /// Further properties of the shown pictures, not essential.
    pub properties: Vec<Vec<u8>>,
}

impl Avif {
    /// A file of this picture.
    pub fn of(picture: Av1) -> Avif {
        Avif {
            shown: vec![picture],
            alpha: None,
            nclx: Some(([1, 13, 6], true)),
            gap: Vec::new(),
            name: String::new(),
            other_urn: false,
            properties: Vec::new(),
        }
    }

    /// All coded pictures.
    pub fn pictures(&mut self) -> impl Iterator<Item = &mut Av1> {
        self.shown.iter_mut().chain(self.alpha.as_mut())
    }

    /// The bytes of the file.
    pub fn encode(&self) -> Vec<u8> {
        let grid = self.shown.len() > 1;
        let mut items: Vec<Item> = Vec::new();
        for picture in &self.shown {
            let mut properties = vec![
                (true, boxed(b"av1C", &[&picture.configuration()])),
                (false, extent(picture.size)),
                (false, boxed(b"pixi", &[&pixi(picture)])),
            ];
            properties.extend(self.nclx.map(|nclx| (false, colr(nclx))));
            if !grid {
                properties.extend(self.properties.iter().map(|p| (false, p.clone())));
            }
            items.push(Item { kind: *b"av01", payload: picture.payload(), properties });
        }
        if grid {
            let (width, height) = (256_u32, 64_u32);
            let sides = [(width as u16).to_be_bytes(), (height as u16).to_be_bytes()].concat();
            let payload = [&[0, 0, 0, 1], sides.as_slice()].concat();
            let mut properties = vec![
                (false, extent((width, height))),
                (false, boxed(b"pixi", &[&[0, 0, 0, 0, 3, 8, 8, 8]])),
            ];
            properties.extend(self.nclx.map(|nclx| (false, colr(nclx))));
            properties.extend(self.properties.iter().map(|p| (false, p.clone())));
            items.push(Item { kind: *b"grid", payload, properties });
        }
        let primary = items.len();
        if let Some(alpha) = &self.alpha {
            let urn: &[u8] = if self.other_urn {
                b"urn:mpeg:hevc:2015:auxid:1\0"
            } else {
                b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0"
            };
            let properties = vec![
                (true, boxed(b"av1C", &[&alpha.configuration()])),
                (false, extent(alpha.size)),
                (false, boxed(b"pixi", &[&pixi(alpha)])),
                (false, boxed(b"auxC", &[&[0; 4], urn])),
            ];
            items.push(Item { kind: *b"av01", payload: alpha.payload(), properties });
        }
        let head = boxed(b"ftyp", &[b"avif\0\0\0\0avifmif1miafMA1B"]);
        let length = self.meta(&items, primary, grid, 0).len();
        let meta = self.meta(&items, primary, grid, head.len() + length + 8);
        let data: Vec<u8> = items
            .iter()
            .flat_map(|item| [self.gap.clone(), item.payload.clone()].concat())
            .collect();
        [head, meta, boxed(b"mdat", &[&data])].concat()
    }

    fn meta(&self, items: &[Item], primary: usize, grid: bool, mut at: usize) -> Vec<u8> {
        let mut locations = vec![0, 0, 0, 0, 0x44, 0, 0, items.len() as u8];
        let mut infos = vec![0, 0, 0, 0, 0, items.len() as u8];
        let (mut properties, mut associations) = (Vec::new(), Vec::new());
        let mut count = 0;
        for (index, item) in items.iter().enumerate() {
            let id = index as u8 + 1;
            at += self.gap.len();
            locations.extend([0, id, 0, 0, 0, 1]);
            locations.extend((at as u32).to_be_bytes());
            locations.extend((item.payload.len() as u32).to_be_bytes());
            at += item.payload.len();
            let hidden = u8::from(grid && index + 1 < primary);
            let head = [2, 0, 0, hidden, 0, id, 0, 0];
            infos.extend(boxed(b"infe", &[&head, &item.kind, self.name.as_bytes(), &[0]]));
            associations.extend([0, id, item.properties.len() as u8]);
            for (essential, property) in &item.properties {
                properties.extend(property);
                count += 1;
                associations.push(u8::from(*essential) << 7 | count);
            }
        }
        let mut references = vec![0; 4];
        if grid {
            references.extend(boxed(b"dimg", &[&[0, primary as u8, 0, 2, 0, 1, 0, 2]]));
        }
        if self.alpha.is_some() {
            references.extend(boxed(b"auxl", &[&[0, items.len() as u8, 0, 1, 0, primary as u8]]));
        }
        let list = [&[0, 0, 0, 0, 0, 0, 0, items.len() as u8], associations.as_slice()].concat();
        let mut parts = vec![
            vec![0; 4],
            boxed(b"hdlr", &[&[0; 8], b"pict", &[0; 13]]),
            boxed(b"pitm", &[&[0, 0, 0, 0, 0, primary as u8]]),
            boxed(b"iloc", &[&locations]),
            boxed(b"iinf", &[&infos]),
        ];
        if references.len() > 4 {
            parts.push(boxed(b"iref", &[&references]));
        }
        parts.push(boxed(b"iprp", &[&boxed(b"ipco", &[&properties]), &boxed(b"ipma", &[&list])]));
        boxed(b"meta", &[&parts.concat()])
    }
}

struct Item {
    kind: [u8; 4],
    payload: Vec<u8>,
    properties: Vec<(bool, Vec<u8>)>,
}

fn extent((width, height): (u32, u32)) -> Vec<u8> {
    boxed(b"ispe", &[&[0; 4], &width.to_be_bytes(), &height.to_be_bytes()])
}

fn pixi(picture: &Av1) -> Vec<u8> {
    if picture.monochrome { vec![0, 0, 0, 0, 1, 8] } else { vec![0, 0, 0, 0, 3, 8, 8, 8] }
}

fn colr((codes, full): ([u16; 3], bool)) -> Vec<u8> {
    let codes: Vec<u8> = codes.iter().flat_map(|code| code.to_be_bytes()).collect();
    boxed(b"colr", &[b"nclx", &codes, &[u8::from(full) << 7]])
}

/// A box.
pub fn boxed(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    [&(body.len() as u32 + 8).to_be_bytes(), kind.as_slice(), &body].concat()
}

/// One file of each kind, with its name.
pub fn kinds() -> Vec<(&'static str, Avif)> {
    let alpha = Avif { alpha: Some(Av1::grey()), ..Avif::of(Av1::small()) };
    let grid = Avif { shown: vec![Av1::tiled(), Av1::tiled()], ..Avif::of(Av1::tiled()) };
    vec![
        ("colour", Avif::of(Av1::small())),
        ("two tiles", Avif::of(Av1::tiled())),
        ("grey", Avif::of(Av1::grey())),
        ("alpha", alpha),
        ("grid", grid),
    ]
}
