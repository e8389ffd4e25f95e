//! Everything in a GIF that can carry a mark without changing what is shown.

use super::{Block, Coding, Gif, loops};

/// What every planted text starts with.
pub const PLANTED: &str = "PLANTED";

/// What a carrier holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// A text, so inspection must find something.
    Text,
    /// Numbers only: they are seen by comparing two outputs.
    Number,
}

type Plant = Box<dyn Fn(&mut Gif, &str, u8) -> bool>;

/// One place in a GIF that can carry something.
pub struct Carrier {
    /// Where.
    pub id: &'static str,
    /// What it holds.
    pub holds: Holds,
    plant: Plant,
}

impl Carrier {
    /// The GIF with the mark planted; `None` if this kind has no such place.
    pub fn planted(&self, gif: &Gif, variant: u8) -> Option<Gif> {
        let mut gif = gif.clone();
        let text = format!("{PLANTED} {} #{variant}", self.id);
        (self.plant)(&mut gif, &text, 4 * variant + 3).then_some(gif)
    }
}

fn text(id: &'static str, plant: impl Fn(&mut Gif, &str, u8) -> bool + 'static) -> Carrier {
    Carrier { id, holds: Holds::Text, plant: Box::new(plant) }
}

fn number(id: &'static str, plant: impl Fn(&mut Gif, u8) -> bool + 'static) -> Carrier {
    Carrier { id, holds: Holds::Number, plant: Box::new(move |gif, _, number| plant(gif, number)) }
}

/// Where an extension can stand.
fn everywhere(gif: &mut Gif, block: Block) -> bool {
    for at in (0..=gif.blocks.len()).rev() {
        gif.blocks.insert(at, block.clone());
    }
    true
}

fn application(name: &[u8], parts: Vec<Vec<u8>>) -> Block {
    Block::Extension(0xFF, std::iter::once(name.to_vec()).chain(parts).collect())
}

/// The indices that pixels of images with the global table have, and the transparent colours.
fn used(gif: &Gif) -> Vec<u8> {
    let mut used = Vec::new();
    for block in &gif.blocks {
        match block {
            Block::Image(image) if image.table.is_empty() => used.extend(&image.pixels),
            Block::Extension(0xF9, parts) => used.push(parts[0][3]),
            _ => {}
        }
    }
    used
}

/// Every carrier: the clean file is the same with it as without it.
pub fn all() -> Vec<Carrier> {
    let mut list = vec![
        text("comment", |gif, mark, _| everywhere(gif, Block::Extension(0xFE, vec![mark.into()]))),
        text("comment, long", |gif, mark, _| {
            let long = mark.bytes().cycle().take(3_000).collect();
            everywhere(gif, Block::Extension(0xFE, vec![long]))
        }),
        text("plain text", |gif, mark, _| {
            let place = [0, 0, 0, 0, 9, 0, 9, 0, 8, 8, 1, 0].to_vec();
            everywhere(gif, Block::Extension(0x01, vec![place, mark.into()]))
        }),
        text("application", |gif, mark, _| {
            everywhere(gif, application(b"PROGRAM 1.0", vec![mark.into()]))
        }),
        text("application name", |gif, mark, _| {
            let name: Vec<u8> = mark.bytes().chain(*b"12345678901").take(11).collect();
            everywhere(gif, application(&name, vec![]))
        }),
        text("XMP", |gif, mark, _| {
            let mut raw =
                b"!\xFF\x0BXMP DataXMP<x:xmpmeta><rdf:RDF><rdf:Description dc:title=\"".to_vec();
            raw.extend(mark.bytes());
            raw.extend(b"\"/></rdf:RDF></x:xmpmeta>\x01");
            raw.extend((0..=255u8).rev());
            raw.push(0);
            everywhere(gif, Block::Raw(raw))
        }),
        text("ICC", |gif, mark, _| {
            everywhere(gif, application(b"ICCRGBG1012", vec![mark.repeat(20).into()]))
        }),
        text("IPTC", |gif, mark, _| {
            let mut data = vec![0x1C, 2, 120, 0, mark.len() as u8];
            data.extend(mark.bytes());
            everywhere(gif, application(b"MGKIPTC0000", vec![data]))
        }),
        text("C2PA", |gif, mark, _| {
            everywhere(gif, application(b"C2PA_GIF\x01\0\0", vec![mark.into()]))
        }),
        text("beside the loop count", |gif, mark, _| {
            let Some(Block::Extension(0xFF, parts)) = gif.blocks.first_mut() else { return false };
            parts.push(mark.into());
            parts.insert(1, mark.into());
            true
        }),
        text("buffering", |gif, mark, _| {
            let block = application(b"NETSCAPE2.0", vec![[b"\x02", mark.as_bytes()].concat()]);
            everywhere(gif, block)
        }),
        text("unknown extension", |gif, mark, _| {
            everywhere(gif, Block::Extension(0x42, vec![mark.into()]))
        }),
        text("behind a graphic control", |gif, mark, _| {
            let mut any = false;
            for block in &mut gif.blocks {
                if let Block::Extension(0xF9, parts) = block {
                    parts.push(mark.into());
                    any = true;
                }
            }
            any
        }),
        text("behind the last code", |gif, mark, _| {
            (0..gif.images().len()).for_each(|n| gif.image(n).tail = mark.into());
            gif.image(0).pixels.len() == gif.image(0).size.0 as usize * gif.image(0).size.1 as usize
        }),
        text("behind the trailer", |gif, mark, _| {
            gif.end.extend(mark.bytes());
            true
        }),
        text("in place of the trailer", |gif, mark, _| {
            gif.end = mark.into();
            true
        }),
        text("another file behind", |gif, mark, _| {
            let mut other = Gif::new(3, 3, 2);
            other.blocks.insert(0, Block::Extension(0xFE, vec![mark.into()]));
            gif.end.extend(other.bytes());
            true
        }),
        text("unused colours", |gif, mark, _| {
            let used = used(gif);
            if gif.table.is_empty() || gif.background != 0 {
                return false;
            }
            gif.table.resize(256, [0; 3]);
            let mut bytes = mark.bytes().cycle();
            for (index, entry) in gif.table.iter_mut().enumerate() {
                if !used.contains(&(index as u8)) {
                    *entry = std::array::from_fn(|_| bytes.next().unwrap_or(0));
                }
            }
            // out of reach of the smallest code size
            !used.is_empty()
        }),
        number("colour resolution", |gif, number| {
            gif.flags = number << 4 & 0x70;
            true
        }),
        number("sorted", |gif, number| {
            gif.flags |= number & 8;
            number & 8 != 0
        }),
        number("aspect ratio", |gif, number| {
            gif.aspect = number;
            true
        }),
        number("background", |gif, number| {
            let size = gif.image(0).size;
            let fills = gif.screen == size && gif.images().len() == 1;
            gif.background = number % 12;
            fills && gif.table.len() >= 12
        }),
        number("bits of an image", |gif, number| {
            (0..gif.images().len()).for_each(|n| {
                let free = if gif.image(n).table.is_empty() { 0x3F } else { 0x38 };
                gif.image(n).flags |= number.wrapping_mul(9) & free;
            });
            true
        }),
        number("bits of a graphic control", |gif, number| {
            let mut any = false;
            for block in &mut gif.blocks {
                if let Block::Extension(0xF9, parts) = block {
                    parts[0][0] |= number << 5 | 2;
                    if parts[0][0] & 1 == 0 {
                        parts[0][3] = number;
                    }
                    any = true;
                }
            }
            any
        }),
        number("a still's control", |gif, number| {
            let still = gif.blocks.len() == 1;
            gif.blocks.insert(0, super::control(2, number.into(), None));
            gif.blocks.insert(0, loops(b"ANIMEXTS1.0", number.into()));
            still
        }),
        number("earlier controls", |gif, number| {
            for at in gif.images().into_iter().rev() {
                // one without a meaning where there is none yet
                let has = at > 0 && matches!(gif.blocks[at - 1], Block::Extension(0xF9, _));
                if has {
                    gif.blocks.insert(at - 1, super::control(3, number.into(), Some(number)));
                }
            }
            gif.blocks.len() > 1
        }),
        number("a control behind", |gif, number| {
            gif.blocks.push(super::control(1, number.into(), Some(number)));
            true
        }),
        number("the program of the loop count", |gif, number| {
            let Some(Block::Extension(0xFF, parts)) = gif.blocks.first_mut() else { return false };
            parts[0] = b"ANIMEXTS1.0".to_vec();
            gif.blocks.insert(0, loops(b"NETSCAPE2.0", number.into()));
            true
        }),
        number("zeros between blocks", |gif, number| {
            everywhere(gif, Block::Raw(vec![0; number.into()]))
        }),
        number("sizes of sub-blocks", |gif, number| {
            (0..gif.images().len()).for_each(|n| gif.image(n).sub_block = number.into());
            true
        }),
        number("more pixels than there are", |gif, number| {
            for n in 0..gif.images().len() {
                let image = gif.image(n);
                if image.pixels.len() < usize::from(image.size.0) * usize::from(image.size.1) {
                    return false;
                }
                // by codes of their own, so that those before stay as they are
                if image.coding != Coding::Plain {
                    return false;
                }
                image.pixels.extend(std::iter::repeat_n(number % 2, number.into()));
            }
            true
        }),
    ];
    for coding in Coding::SAME {
        list.push(number("form of the codes", move |gif, _| {
            for n in 0..gif.images().len() {
                if gif.image(n).coding != Coding::Greedy {
                    return false;
                }
                gif.image(n).coding = coding;
            }
            true
        }));
    }
    list
}
