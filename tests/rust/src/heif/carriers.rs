//! Everything in a HEIC that can carry a mark without changing what is shown.
//!
//! Not here: what the data of slices carries, which Strip copies.

use super::kinds::{ALPHA, COLOUR, auxiliary, plain, size};
use super::{Heif, boxed, full};
use crate::carriers::{Holds, Mark};
use crate::icc::{Fields, Space, profile};

type Plant = Box<dyn Fn(&mut Heif, &Mark) -> bool>;

/// One place in a HEIC that can carry something.
pub struct Carrier {
    /// Where, in words that name the box.
    pub id: &'static str,
    /// What it holds.
    pub holds: Holds,
    plant: Plant,
}

impl Carrier {
    /// `photo` with the mark planted; `None` if this kind has no such place.
    pub fn planted(&self, photo: &Heif, variant: u8) -> Option<Heif> {
        let mut photo = photo.clone();
        (self.plant)(&mut photo, &Mark::new(self.id, variant)).then_some(photo)
    }
}

fn text(id: &'static str, plant: impl Fn(&mut Heif, Vec<u8>) + 'static) -> Carrier {
    let plant = move |photo: &mut Heif, mark: &Mark| {
        plant(photo, mark.text.clone().into_bytes());
        true
    };
    Carrier { id, holds: Holds::Text, plant: Box::new(plant) }
}

fn number(id: &'static str, plant: impl Fn(&mut Heif, u8) -> bool + 'static) -> Carrier {
    let plant = move |photo: &mut Heif, mark: &Mark| plant(photo, mark.number);
    Carrier { id, holds: Holds::Number, plant: Box::new(plant) }
}

/// The body of the first property of this kind that the item which holds `number` has.
fn property<'a>(photo: &'a mut Heif, kind: &[u8; 4]) -> Option<&'a mut Vec<u8>> {
    let all = photo.items.iter_mut().flat_map(|item| &mut item.properties);
    all.map(|(_, property)| property).find(|property| property[4..8] == *kind)
}

/// Changes every property of this kind, and its length with it.
fn every(photo: &mut Heif, kind: &[u8; 4], change: impl Fn(&mut Vec<u8>)) -> bool {
    let all = photo.items.iter_mut().flat_map(|item| &mut item.properties);
    let mut any = false;
    for property in all.map(|(_, property)| property).filter(|p| p[4..8] == *kind) {
        let mut body = property[8..].to_vec();
        change(&mut body);
        *property = boxed(kind, &body);
        any = true;
    }
    any
}

/// A NAL unit of this kind, with text that holds no start code.
fn unit(kind: u8, layer: u8, payload: &[u8]) -> Vec<u8> {
    let head = [kind << 1 | layer >> 5, layer << 3 | 1];
    [&((payload.len() + 2) as u32).to_be_bytes()[..], &head, payload].concat()
}

/// A message of user data.
fn message(text: &[u8]) -> Vec<u8> {
    let content = [&[0x55; 16][..], text].concat();
    [&[5, content.len() as u8][..], &content, &[0x80]].concat()
}

/// Puts a NAL unit into every coded item.
fn into_payload(
    id: &'static str,
    before: bool,
    make: impl Fn(&[u8]) -> Vec<u8> + 'static,
) -> Carrier {
    text(id, move |photo, text| {
        for item in photo.items.iter_mut().filter(|item| &item.kind == b"hvc1") {
            let at = if before { 0 } else { item.payload.len() };
            item.payload.splice(at..at, make(&text));
        }
    })
}

/// Adds an array of one NAL unit to every `hvcC`.
fn into_configuration(
    id: &'static str,
    kind: u8,
    make: impl Fn(&[u8]) -> Vec<u8> + 'static,
) -> Carrier {
    text(id, move |photo, text| {
        let unit = [&[kind << 1, 1][..], &make(&text)].concat();
        every(photo, b"hvcC", |body| {
            body[22] += 1;
            body.extend([kind, 0, 1]);
            body.extend((unit.len() as u16).to_be_bytes());
            body.extend(&unit);
        });
    })
}

/// The first item of kind `hvc1`.
fn first(photo: &mut Heif) -> &mut super::Item {
    photo.items.iter_mut().find(|item| &item.kind == b"hvc1").expect("a coded picture")
}

/// Adds a property to the item that is shown.
fn property_of_shown(id: &'static str, make: impl Fn(&[u8]) -> Vec<u8> + 'static) -> Carrier {
    text(id, move |photo, text| {
        let primary = photo.primary;
        photo.item(primary).properties.push((false, make(&text)));
    })
}

/// Adds an item that refers to the one that is shown.
fn item(
    id: &'static str,
    reference: &'static [u8; 4],
    make: impl Fn(&[u8]) -> super::Item + 'static,
) -> Carrier {
    text(id, move |photo, text| {
        let primary = photo.primary;
        photo.refer(make(&text), reference, primary);
    })
}

/// Exif with a camera's name.
fn exif(text: &[u8]) -> Vec<u8> {
    let mut out = b"\0\0\0\x06Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x10\0\x02".to_vec();
    out.extend((text.len() as u32 + 1).to_be_bytes());
    out.extend(26u32.to_be_bytes());
    out.extend([0; 4]);
    out.extend(text);
    out.push(0);
    out
}

fn xmp(text: &[u8]) -> Vec<u8> {
    [
        &b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>"[..],
        text,
        b"</dc:title></rdf:Description></rdf:RDF></x:xmpmeta>",
    ]
    .concat()
}

/// A picture of its own, with a text behind its slice.
fn further(id: u32, text: &[u8]) -> super::Item {
    let mut item = COLOUR.item(id);
    item.payload.extend(unit(39, 0, &message(text)));
    item
}

/// Every carrier whose mark must be gone without a trace.
pub fn all() -> Vec<Carrier> {
    let mut list = vec![
        text("ftyp: a brand", |p, t| p.brands.extend(&t[..t.len() / 4 * 4])),
        number("ftyp: the minor version", |p, n| {
            p.brands[4..8].copy_from_slice(&[n; 4]);
            true
        }),
        text("hdlr: the name", |p, t| {
            p.handler.pop();
            p.handler.extend(t);
            p.handler.push(0);
        }),
        number("hdlr: reserved", |p, n| {
            p.handler[8..20].fill(n);
            true
        }),
        text("infe: the name", |p, t| {
            let primary = p.primary;
            p.item(primary).names = [&t[..], &[0]].concat();
        }),
        text("infe: behind the name", |p, t| {
            let primary = p.primary;
            p.item(primary).names = [&[0][..], &t].concat();
        }),
        text("free at the top", |p, t| p.between.push(boxed(b"free", &t))),
        text("skip at the top", |p, t| p.between.push(boxed(b"skip", &t))),
        text("uuid at the top", |p, t| {
            p.between.push(boxed(b"uuid", &[&[7; 16][..], &t].concat()))
        }),
        text("jumb at the top", |p, t| p.between.push(boxed(b"jumb", &t))),
        text("sefd: Samsung", |p, t| p.between.push(boxed(b"sefd", &t))),
        text("mpvd: Motion Photo", |p, t| {
            let film = [boxed(b"ftyp", b"mp42\0\0\0\0"), boxed(b"free", &t)].concat();
            p.between.push(boxed(b"mpvd", &film));
        }),
        text("moov", |p, t| p.between.push(boxed(b"moov", &boxed(b"udta", &t)))),
        text("an unknown box at the top", |p, t| p.between.push(boxed(b"PLAN", &t))),
        text("bytes behind the last box", |p, t| p.trailer = t),
        text("mdat: before the items", |p, t| p.gaps[0] = t),
        text("mdat: behind the items", |p, t| p.gaps[1] = t),
        text("a second mdat", |p, t| p.between.push(boxed(b"mdat", &t))),
        text("idat: bytes of no item", |p, t| p.idat_gap = t),
        text("free in meta", |p, t| p.in_meta.push(boxed(b"free", &t))),
        text("uuid in meta", |p, t| p.in_meta.push(boxed(b"uuid", &[&[7; 16][..], &t].concat()))),
        text("xml in meta", |p, t| p.in_meta.push(full(b"xml ", &t))),
        text("grpl in meta", |p, t| {
            p.in_meta.push(boxed(
                b"grpl",
                &full(b"altr", &[&[0, 0, 0, 9, 0, 0, 0, 0], &t[..]].concat()),
            ));
        }),
        text("dref: an address that nothing uses", |p, t| {
            let entry = boxed(b"url ", &[&[0; 4], &t[..], &[0]].concat());
            let dref = full(b"dref", &[&[0, 0, 0, 1], &entry[..]].concat());
            p.in_meta.push(boxed(b"dinf", &dref));
        }),
        text("an unknown box in meta", |p, t| p.in_meta.push(boxed(b"PLAN", &t))),
        text("a property that no item has", |p, t| p.unused.push(boxed(b"PLAN", &t))),
        text("free in ipco", |p, t| p.unused.push(boxed(b"free", &t))),
        item("Exif", b"cdsc", |t| plain(90, b"Exif", &exif(t))),
        item("XMP", b"cdsc", |t| {
            let mut item = plain(91, b"mime", &xmp(t));
            item.names = b"\0application/rdf+xml\0".to_vec();
            item
        }),
        item("an item with a content type", b"cdsc", |t| {
            let mut item = plain(92, b"mime", t);
            item.names = b"\0text/plain\0".to_vec();
            item
        }),
        item("the content type of an item", b"cdsc", |t| {
            let mut item = plain(93, b"mime", b"....");
            item.names = [&[0], t, &[0]].concat();
            item
        }),
        item("an item with an address", b"cdsc", |t| {
            let mut item = plain(94, b"uri ", b"....");
            item.names = [&[0], t, &[0]].concat();
            item
        }),
        item("an item of an unknown kind", b"cdsc", |t| plain(95, b"PLAN", t)),
        item("a thumbnail", b"thmb", |t| further(96, t)),
        item("depth", b"auxl", |t| {
            let mut item = further(97, t);
            item.properties.push((true, auxiliary("urn:mpeg:hevc:2015:auxid:2", &[])));
            item
        }),
        item("a gain map", b"auxl", |t| {
            let mut item = further(98, t);
            let name = "urn:com:apple:photo:2020:aux:hdrgainmap";
            item.properties.push((true, auxiliary(name, &[])));
            item
        }),
        item("a matte", b"auxl", |t| {
            let mut item = further(99, t);
            let name = "urn:com:apple:photo:2018:aux:portraiteffectsmatte";
            item.properties.push((true, auxiliary(name, &[])));
            item
        }),
        item("a further picture", b"cdsc", |t| further(100, t)),
        text("a tone map", |p, t| {
            let primary = p.primary;
            p.items.push(further(101, &t));
            let mut map = plain(102, b"tmap", &t);
            map.properties.push((false, size(64, 64)));
            p.items.push(map);
            p.references.push((*b"dimg", 102, vec![primary, 101]));
        }),
        property_of_shown("an unknown property", |t| boxed(b"PLAN", t)),
        property_of_shown("a uuid property", |t| boxed(b"uuid", &[&[7; 16], t].concat())),
        property_of_shown("a description", |t| full(b"udes", &[b"en\0", t, &[0, 0, 0]].concat())),
        property_of_shown("an alternative text", |t| full(b"altt", &[t, &[0, 0]].concat())),
        property_of_shown("a file name in a property", |t| full(b"rloc", t)),
        number("clli", |p, n| {
            let primary = p.primary;
            p.item(primary).properties.push((false, boxed(b"clli", &[3, n, 1, n])));
            true
        }),
        number("mdcv", |p, n| {
            let primary = p.primary;
            p.item(primary).properties.push((false, boxed(b"mdcv", &[n; 24])));
            true
        }),
        number("crtt", |p, n| {
            let primary = p.primary;
            let time = full(b"crtt", &[0, 13, 80, 62, n, n, n, n]);
            p.item(primary).properties.push((false, time));
            true
        }),
        into_payload("SEI before the slice", true, |t| unit(39, 0, &message(t))),
        into_payload("SEI behind the slice", false, |t| unit(40, 0, &message(t))),
        into_payload("a delimiter with bytes", true, |t| unit(35, 0, t)),
        into_payload("filler", false, |t| unit(38, 0, t)),
        into_payload("the end of a sequence with bytes", false, |t| unit(36, 0, t)),
        into_payload("a NAL unit of a reserved kind", true, |t| unit(41, 0, t)),
        into_payload("a NAL unit of an own kind", false, |t| unit(50, 0, t)),
        into_payload("a slice of a reserved kind", false, |t| unit(22, 0, t)),
        into_payload("a slice of another layer", false, |t| unit(1, 1, t)),
        into_payload("a video parameter set in the item", true, |t| unit(32, 0, t)),
        into_payload("a sequence parameter set that nothing uses", false, |t| unit(33, 0, t)),
        into_configuration("hvcC: SEI", 39, message),
        into_configuration("hvcC: an array of an unknown kind", 50, <[u8]>::to_vec),
        // set 15 of the picture, which no slice uses
        into_configuration("hvcC: a picture parameter set that nothing uses", 34, |t| {
            [&[0x08, 0x80], t].concat()
        }),
        text("hvcC: behind the arrays", |p, t| {
            every(p, b"hvcC", |body| body.extend(&t));
        }),
        text("ispe: behind the size", |p, t| {
            every(p, b"ispe", |body| body.extend(&t));
        }),
        text("pixi: behind the depths", |p, t| {
            every(p, b"pixi", |body| body.extend(&t));
        }),
    ];
    list.extend(numbers());
    list
}

/// Numbers in what is kept.
fn numbers() -> Vec<Carrier> {
    vec![
        number("hvcC: compatibility, constraints, level", |p, n| {
            every(p, b"hvcC", |body| body[2..13].fill(n))
        }),
        number("hvcC: segmentation, frame rate", |p, n| {
            every(p, b"hvcC", |body| {
                body[13..15].fill(n);
                body[19..21].fill(n);
            })
        }),
        number("hvcC: reserved bits", |p, n| {
            every(p, b"hvcC", |body| {
                body[15] = n;
                body[16] = body[16] & 3 | n & 0xFC;
                body[23] = body[23] & 0x3F | n << 6;
            })
        }),
        number("pixi: the depths", |p, n| every(p, b"pixi", |body| body[5] = n)),
        number("ispe: the size of a coded picture", |p, n| {
            let item = first(p);
            let at = item.properties.iter().position(|(_, p)| p[4..8] == *b"ispe").unwrap();
            item.properties[at].1 = size(u32::from(n), 64);
            true
        }),
        number("irot: reserved bits", |p, n| every(p, b"irot", |body| body[0] |= n << 2)),
        number("imir: reserved bits", |p, n| every(p, b"imir", |body| body[0] |= n << 1)),
        number("colr: reserved bits", |p, n| match property(p, b"colr") {
            Some(property) if &property[8..12] == b"nclx" => every(p, b"colr", |body| {
                if body.starts_with(b"nclx") {
                    body[10] |= n & 0x7F;
                }
            }),
            _ => false,
        }),
        number("clap: a common factor", |p, n| {
            every(p, b"clap", |body| {
                for value in body.chunks_mut(4) {
                    let number = i32::from_be_bytes(value.try_into().unwrap()) * i32::from(n);
                    value.copy_from_slice(&number.to_be_bytes());
                }
            })
        }),
        number("turned all around", |p, n| {
            let primary = p.primary;
            let turns = [n & 3, 4 - (n & 3)];
            let list = &mut p.item(primary).properties;
            list.extend(turns.map(|turn| (true, boxed(b"irot", &[turn & 3]))));
            true
        }),
        number("zeros behind a slice", |p, n| {
            for item in p.items.iter_mut().filter(|item| &item.kind == b"hvc1") {
                let first = item.payload.first_chunk::<4>().copied().unwrap();
                let length = u32::from_be_bytes(first) + u32::from(n);
                let end = 4 + u32::from_be_bytes(first) as usize;
                item.payload[..4].copy_from_slice(&length.to_be_bytes());
                item.payload.splice(end..end, vec![0; usize::from(n)]);
            }
            true
        }),
        number("zero words behind a slice", |p, n| {
            for item in p.items.iter_mut().filter(|item| &item.kind == b"hvc1") {
                let first = item.payload.first_chunk::<4>().copied().unwrap();
                let length = u32::from_be_bytes(first) + 3 * u32::from(n);
                let end = 4 + u32::from_be_bytes(first) as usize;
                item.payload[..4].copy_from_slice(&length.to_be_bytes());
                item.payload.splice(end..end, [0, 0, 3].repeat(usize::from(n)));
            }
            true
        }),
        number("the type of IDR picture", |p, n| {
            let items = p.items.iter_mut().filter(|item| &item.kind == b"hvc1");
            items.for_each(|item| item.payload[4] = 19 << 1);
            n == 7
        }),
        number("auxC: bytes behind the name", |p, n| every(p, b"auxC", |body| body.extend([n; 9]))),
        number("the other name of alpha", |p, _| {
            let name = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0";
            every(p, b"auxC", |body| {
                body.truncate(4);
                body.extend(name);
            })
        }),
        number("nclx of alpha", |p, n| {
            let list = p.items.iter_mut().filter(|item| item.payload == ALPHA.payload());
            let mut any = false;
            for item in list.filter(|item| item.properties.len() > 3) {
                let body = [&b"nclx\0\x01\0"[..], &[n], b"\0\x06\x80"].concat();
                item.properties.push((false, boxed(b"colr", &body)));
                any = true;
            }
            any
        }),
    ]
}

/// Profiles that are replaced: the mark must be gone, the meaning stays.
pub fn profiles(space: Space) -> Carrier {
    text("colr: a profile", move |photo, text| {
        let fields = Fields {
            text: String::from_utf8(text.clone()).expect("marks are text"),
            ..Fields::default()
        };
        let body = [&b"prof"[..], &profile(space, &fields, false)].concat();
        let primary = photo.primary;
        let list = &mut photo.item(primary).properties;
        list.retain(|(_, property)| property[4..8] != *b"colr");
        list.push((false, boxed(b"colr", &body)));
    })
}
