//! One HEIC of each kind that phones and programs write.
//!
//! The coded pictures, 64 × 64 pixels each, were made once by heif-enc 1.15.1 with x265 3.5: a
//! gradient, as 4:2:0 of 8 bits; its alpha, monochrome; as 4:2:2 of 10 bits; and in two slices with
//! wavefronts.

use super::{Heif, Item, boxed, full};
use crate::icc::{Fields, Space, profile};

/// A kind of photo.
#[derive(Debug, Clone)]
pub struct Kind {
    /// What is special about it.
    pub name: &'static str,
    /// A photo of the kind.
    pub photo: Heif,
}

/// `hvcC` and NAL units of a coded picture.
#[derive(Debug, Clone, Copy)]
pub struct Coded {
    configuration: &'static str,
    payload: &'static str,
    depths: &'static [u8],
}

/// 4:2:0 of 8 bits.
pub const COLOUR: Coded = Coded {
    configuration: "0103700000000000000000001ef000fcfdf8f800000f03200001001840010c01ffff037000000300\
        90000003000003001eba0240210001002b42010103700000030090000003000003001ea020810596\
        ea4929ae6e04040c08000003000800000300084022000100074401c172b02240",
    payload: "000000702801af1980ed3cb45181943bca54c4ab99d46d7160e55703bf3d1241e1c51c6c6bb1985e\
        7d487e51aac62405aed95e9a7fdb028d9ac02ab214b8b1c5450de62ee52870b3fec6248419d8ce90\
        b9db53823b90ff7f710aa5c05fd0442c067463fa4f7443e0824ce46045f49be55d9b3080",
    depths: &[8, 8, 8],
};

/// Monochrome, of 8 bits.
pub const ALPHA: Coded = Coded {
    configuration: "0104080000000000000000001ef000fcfcf8f800000f03200001001740010c01ffff040800000300\
        9ff800000300001eba024021000100264201010408000003009ff800000300001ec08204165ba924\
        a6b9b0200000030020000003002122000100074401c172b02240",
    payload: "0000003e2801ae3342cec711c47ff5fc2156ea4f9d4283ff839c72f75408a6632a298497c13a0c35\
        353cd7684543c50d55ce8c0182ad4372e7aa7bfc6c1e93981db0",
    depths: &[8],
};

/// 4:2:2 of 10 bits.
pub const DEEP: Coded = Coded {
    configuration: "0104080000000000000000001ef000fcfefafa00000f03200001001740010c01ffff040800000300\
        9d3800000300001eba0240210001002a4201010408000003009d3800000300001eb0208104d96ea4\
        929ae6e04040c0800000030080000003008422000100074401c172b02240",
    payload: "0000008e2801af1980edfc026779543df6e2d8f32cb05eecab55e8abe190345e65cfb18bd6ad9b42\
        eb8bed9ef2e714e2109647c830be23c3ecd5395cb103809a45103070b1a07a7cc6669bd73930ad97\
        ecab27ad6b73ba2cee705df9814e2ec00207d60a501efa1c629fa5d04cd13916d7d99f7aa4f7ac34\
        b6e3089805bf1e493f8252e931d7eb665a026b25579b50725980",
    depths: &[10, 10, 10],
};

/// In two slices with wavefronts.
pub const SLICES: Coded = Coded {
    configuration: "0103700000000000000000001ef000fcfdf8f800000f03200001001840010c01ffff037000000300\
        90000003000003001eba0240210001002a42010103700000030090000003000003001ea020810596\
        eaae9ae6e04040c0800000030080000003008422000100064401c173c109",
    payload: "0000003f2801af188cfcef6959f438c19c28f306713125c47a3753f69696866e22a58ab621b1c57e\
        ddd8d80d7909d5b87978733533965480b28e8b4ef8129baa0362860000006a280130f188dc40ef63\
        7b626b67f20112127bbf69a4ffa357fa5bf72260d88f38fe1f4b91bc0972d951efd17c4a95e82fbf\
        ed06da7388e544c48773259e50e3a0d9690eb08b9dc91333d81fbfa8aa609457525ff781c5fdfb08\
        828888d23e144fdd0b09a7787c2ef8031c",
    depths: &[8, 8, 8],
};

impl Coded {
    /// The body of its `hvcC`.
    pub fn configuration(&self) -> Vec<u8> {
        hex(self.configuration)
    }

    /// Its NAL units.
    pub fn payload(&self) -> Vec<u8> {
        hex(self.payload)
    }

    /// An item that holds it.
    pub fn item(&self, id: u32) -> Item {
        Item {
            id,
            kind: *b"hvc1",
            names: vec![0],
            payload: self.payload(),
            properties: vec![
                (true, boxed(b"hvcC", &self.configuration())),
                (false, size(64, 64)),
                (false, full(b"pixi", &[&[self.depths.len() as u8], self.depths].concat())),
            ],
        }
    }
}

fn hex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2);
    digits.map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap()).collect()
}

/// `ispe`.
pub fn size(width: u32, height: u32) -> Vec<u8> {
    full(b"ispe", &[width.to_be_bytes(), height.to_be_bytes()].concat())
}

/// An item without properties.
pub fn plain(id: u32, kind: &[u8; 4], payload: &[u8]) -> Item {
    Item { id, kind: *kind, names: vec![0], payload: payload.to_vec(), properties: Vec::new() }
}

/// `auxC`.
pub fn auxiliary(urn: &str, subtype: &[u8]) -> Vec<u8> {
    full(b"auxC", &[urn.as_bytes(), &[0], subtype].concat())
}

/// What says that a picture is alpha beside HEVC.
pub const ALPHA_NAME: &str = "urn:mpeg:hevc:2015:auxid:1";

fn nclx() -> Vec<u8> {
    boxed(b"colr", b"nclx\0\x01\0\x0D\0\x06\x80")
}

fn prof(space: Space) -> Vec<u8> {
    boxed(b"colr", &[&b"prof"[..], &profile(space, &Fields::default(), false)].concat())
}

fn clap(numbers: [u32; 8]) -> Vec<u8> {
    boxed(b"clap", &numbers.map(u32::to_be_bytes).concat())
}

fn with(coded: Coded, properties: Vec<(bool, Vec<u8>)>) -> Heif {
    let mut item = coded.item(1);
    item.properties.extend(properties);
    Heif::new(vec![item])
}

/// As iPhones write it: tiles, then the grid, which is shown.
fn grid() -> Heif {
    let tile = |id| {
        let mut item = COLOUR.item(id);
        item.properties.push((false, prof(Space::DisplayP3)));
        item
    };
    let mut grid = plain(7, b"grid", &[0, 0, 1, 1, 0, 120, 0, 100]);
    grid.properties = vec![
        (false, prof(Space::DisplayP3)),
        (false, size(120, 100)),
        (true, boxed(b"irot", &[3])),
    ];
    let mut photo = Heif::new(vec![tile(1), tile(2), tile(3), tile(4), grid]);
    photo.primary = 7;
    // tiles of different bytes, as in photos
    let slices = SLICES.item(4);
    photo.item(4).payload = slices.payload;
    photo.item(4).properties[0] = slices.properties[0].clone();
    photo.references.push((*b"dimg", 7, vec![1, 2, 3, 4]));
    photo.form.idat = true;
    photo
}

fn alpha(multiplied: bool) -> Heif {
    let mut photo = with(COLOUR, vec![(false, nclx())]);
    let mut item = ALPHA.item(2);
    item.properties.push((true, auxiliary(ALPHA_NAME, &[])));
    photo.refer(item, b"auxl", 1);
    if multiplied {
        photo.references.push((*b"prem", 1, vec![2]));
    }
    photo
}

fn overlay() -> Heif {
    let mut over = plain(3, b"iovl", &[0, 0]);
    for number in [0u16, 0, 0, 0xFFFF, 80, 70, 0, 0, 16, 6] {
        over.payload.extend(number.to_be_bytes());
    }
    over.properties = vec![(false, size(80, 70))];
    let mut photo = Heif::new(vec![COLOUR.item(1), SLICES.item(2), over]);
    photo.primary = 3;
    photo.references.push((*b"dimg", 3, vec![1, 2]));
    photo
}

fn identity() -> Heif {
    let mut item = plain(2, b"iden", &[]);
    item.properties = vec![(false, size(64, 64)), (true, boxed(b"irot", &[1]))];
    let mut photo = Heif::new(vec![COLOUR.item(1), item]);
    photo.primary = 2;
    photo.references.push((*b"dimg", 2, vec![1]));
    photo
}

/// All kinds.
pub fn all() -> Vec<Kind> {
    let kind = |name, photo| Kind { name, photo };
    vec![
        kind("plain", with(COLOUR, vec![])),
        kind("slices", with(SLICES, vec![(false, nclx())])),
        kind("monochrome", with(ALPHA, vec![])),
        kind("10 bits, 4:2:2", with(DEEP, vec![(false, nclx())])),
        kind("sRGB profile", with(COLOUR, vec![(false, prof(Space::Srgb))])),
        kind(
            "P3 profile and code points",
            with(COLOUR, vec![(false, prof(Space::DisplayP3)), (false, nclx())]),
        ),
        kind("mirrored", with(COLOUR, vec![(true, boxed(b"imir", &[1]))])),
        kind(
            "aperture, turned, mirrored",
            with(
                COLOUR,
                vec![
                    (true, clap([50, 1, 40, 1, 3, 1, 0xFFFF_FFFE, 1])),
                    (true, boxed(b"irot", &[1])),
                    (true, boxed(b"imir", &[0])),
                ],
            ),
        ),
        kind("grid", grid()),
        kind("alpha", alpha(false)),
        kind("premultiplied alpha", alpha(true)),
        kind("overlay", overlay()),
        kind("identity", identity()),
    ]
}
