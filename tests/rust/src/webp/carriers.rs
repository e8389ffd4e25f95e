//! Everything in a WebP that can carry a mark without changing what libwebp shows.
//!
//! Not here: what the symbols of coded data carry by which of several codes they use.

use super::{Chunk, WebP, flag};
use crate::carriers::{Holds, Mark, Reading};
use crate::exif::{Order, ascii, payload};
use crate::icc::{Fields, Space, profile};

type Plant = Box<dyn Fn(&mut WebP, &Mark) -> bool>;

/// One place in a WebP that can carry something.
pub struct Carrier {
    /// Where, in words that name the chunk.
    pub id: String,
    /// What it holds.
    pub holds: Holds,
    /// What libwebp does with it.
    pub reading: Reading,
    plant: Plant,
}

impl Carrier {
    fn text(id: &str, plant: impl Fn(&mut WebP, &Mark) -> bool + 'static) -> Carrier {
        let (holds, reading) = (Holds::Text, Reading::Shown);
        Carrier { id: id.into(), holds, reading, plant: Box::new(plant) }
    }

    fn number(id: &str, plant: impl Fn(&mut WebP, &Mark) -> bool + 'static) -> Carrier {
        Carrier { holds: Holds::Number, ..Carrier::text(id, plant) }
    }

    /// `webp` with the mark planted; `None` if this kind has no such place.
    pub fn planted(&self, webp: &WebP, variant: u8) -> Option<WebP> {
        let mut webp = webp.clone();
        (self.plant)(&mut webp, &Mark::new(&self.id, variant)).then_some(webp)
    }
}

fn exif(mark: &Mark) -> Vec<u8> {
    let block = payload(Order::Little, vec![ascii(0x010F, &mark.text)], None, &[]);
    block[6..].to_vec()
}

fn xmp(mark: &Mark) -> Vec<u8> {
    let text = &mark.text;
    format!("<x:xmpmeta><rdf:RDF><rdf:Description dc:creator=\"{text}\"/></rdf:RDF></x:xmpmeta>")
        .into_bytes()
}

fn srgb(mark: &Mark) -> Vec<u8> {
    marked_profile(Space::Srgb, mark)
}

/// A profile of this meaning with marks in everything else.
pub fn marked_profile(space: Space, mark: &Mark) -> Vec<u8> {
    let fields = Fields {
        text: mark.text.clone(),
        signatures: [*b"appl", [b'M', b'K', b'R', mark.number], *b"MDL1", *b"UNMK"],
        date: [2024, 5, u16::from(mark.number), 13, 37, 11],
        reserved: [mark.number; 28],
        nudge: 0,
    };
    profile(space, &fields, false)
}

/// Where the first partition of lossy pixels ends, and how many there are behind it, less one, if
/// that is told by `more`.
fn first_end(data: &[u8]) -> usize {
    let tag = u32::from_le_bytes([data[0], data[1], data[2], 0]);
    10 + (tag >> 5) as usize
}

/// Every carrier whose mark must be gone without a trace.
pub fn all() -> Vec<Carrier> {
    let mut list = Vec::new();
    for (name, flags, make) in [
        (b"EXIF", flag::EXIF, exif as fn(&Mark) -> Vec<u8>),
        (b"XMP ", flag::XMP, xmp),
        (b"ICCP", flag::PROFILE, srgb),
    ] {
        let word = String::from_utf8_lossy(name).trim_end().to_owned();
        for (how, flags) in [("", flags), ("-flag-clear", 0)] {
            list.push(Carrier::text(&format!("{word}-end{how}"), move |webp, mark| {
                webp.extend(flags);
                webp.chunks.push(Chunk::new(name, make(mark)));
                true
            }));
            list.push(Carrier::text(&format!("{word}-start{how}"), move |webp, mark| {
                webp.extend(flags);
                webp.chunks.insert(1, Chunk::new(name, make(mark)));
                true
            }));
        }
        list.push(Carrier::text(&format!("{word}-simple-format"), move |webp, mark| {
            let simple = webp.chunk(b"VP8X").is_none();
            webp.chunks.push(Chunk::new(name, make(mark)));
            simple
        }));
        list.push(Carrier::text(&format!("{word}-twice"), move |webp, mark| {
            webp.extend(flags);
            let quiet = Mark { text: String::new(), number: 0 };
            webp.chunks.push(Chunk::new(name, make(&quiet)));
            webp.chunks.push(Chunk::new(name, make(mark)));
            true
        }));
    }
    list.push(Carrier::text("exif-with-signature", |webp, mark| {
        webp.extend(flag::EXIF);
        webp.chunks.push(Chunk::new(b"EXIF", [b"Exif\0\0".as_slice(), &exif(mark)].concat()));
        true
    }));
    for (word, at) in [("start", 1), ("end", usize::MAX)] {
        list.push(Carrier::text(&format!("unknown-{word}"), move |webp, mark| {
            webp.extend(0);
            let at = at.min(webp.chunks.len());
            webp.chunks.insert(at, Chunk::new(b"UNKN", mark.text.as_bytes()));
            true
        }));
    }
    list.push(Carrier::text("unknown-name", |webp, mark| {
        webp.extend(0);
        let [a, b, ..] = mark.text.as_bytes() else { return false };
        let name = [*a, *b, b'0' + mark.number % 10, 0xFF];
        webp.chunks.push(Chunk::new(&name, mark.text.as_bytes()));
        true
    }));
    list.push(Carrier::text("unknown-between-frames", |webp, mark| {
        let frame = webp.chunks.iter().position(|chunk| &chunk.name == b"ANMF");
        let chunk = Chunk::new(b"UNKN", mark.text.as_bytes());
        frame.map(|at| webp.chunks.insert(at + 1, chunk)).is_some()
    }));
    for name in [b"UNKN", b"EXIF", b"XMP ", b"ICCP"] {
        let word = String::from_utf8_lossy(name).trim_end().to_owned();
        list.push(Carrier::text(&format!("in-frame-{word}"), move |webp, mark| {
            let chunk = Chunk::new(name, mark.text.as_bytes());
            webp.chunk(b"ANMF").map(|frame| frame.inner.push(chunk)).is_some()
        }));
    }
    list.push(Carrier::text("trailer", |webp, mark| {
        webp.trailer = mark.text.clone().into_bytes();
        true
    }));
    list.push(Carrier::text("second-picture", |webp, mark| {
        webp.extend(0);
        webp.chunks.push(Chunk::new(b"VP8L", mark.text.as_bytes()));
        webp.chunk(b"ANMF").is_none()
    }));
    list.push(Carrier::text("second-control", |webp, mark| {
        let animated = webp.chunk(b"ANIM").is_some();
        webp.chunks.push(Chunk::new(b"ANIM", mark.text.as_bytes()));
        animated
    }));
    list.push(Carrier::text("extended-header-longer", |webp, mark| {
        webp.extend(0).payload.extend(mark.text.bytes());
        true
    }));
    list.push(Carrier::text("control-longer", |webp, mark| {
        let control = webp.chunk(b"ANIM");
        control.map(|chunk| chunk.payload.extend(mark.text.bytes())).is_some()
    }));
    list.push(Carrier::text("pixels-longer", |webp, mark| {
        webp.pixels().iter_mut().for_each(|chunk| chunk.payload.extend(mark.text.bytes()));
        true
    }));
    list.push(Carrier::text("first-partition-longer", |webp, mark| {
        let mut planted = false;
        for chunk in webp.pixels().iter_mut().filter(|chunk| &chunk.name == b"VP8 ") {
            let end = first_end(&chunk.payload);
            let longer = end - 10 + mark.text.len();
            let tag = u32::from(chunk.payload[0] & 0x1F) | (longer as u32) << 5;
            chunk.payload.splice(..3, tag.to_le_bytes()[..3].to_vec());
            chunk.payload.splice(end..end, mark.text.bytes());
            planted = true;
        }
        planted
    }));
    list.push(Carrier::text("inner-partition-longer", |webp, mark| {
        // the one kind that has four
        let Some(chunk) = webp.pixels().into_iter().next().filter(|c| &c.name == b"VP8 ") else {
            return false;
        };
        let end = first_end(&chunk.payload);
        let Some(sizes) = chunk.payload.get(end..end + 9) else { return false };
        let size =
            |at: usize| u32::from_le_bytes([sizes[at], sizes[at + 1], sizes[at + 2], 0]) as usize;
        let (first, all) = (size(0), size(0) + size(3) + size(6));
        if end + 9 + all >= chunk.payload.len() || first == 0 {
            return false;
        }
        let longer = (first + mark.text.len()) as u32;
        chunk.payload.splice(end..end + 3, longer.to_le_bytes()[..3].to_vec());
        let at = end + 9 + first;
        chunk.payload.splice(at..at, mark.text.bytes());
        true
    }));
    list.push(Carrier::text("transparency-longer", |webp, mark| {
        let alpha = webp.chunk(b"ALPH");
        alpha.map(|chunk| chunk.payload.extend(mark.text.bytes())).is_some()
    }));
    list.push(Carrier::text("transparency-of-lossless", |webp, mark| {
        webp.extend(0);
        let lossless = webp.chunk(b"VP8L").is_some();
        webp.chunks.insert(1, Chunk::new(b"ALPH", mark.text.as_bytes()));
        lossless
    }));
    numbers(&mut list);
    list
}

fn numbers(list: &mut Vec<Carrier>) {
    list.push(Carrier::number("reserved-bits", |webp, mark| {
        let head = webp.extend(0);
        head.payload[0] |= (mark.number & 1) | (mark.number << 6 & 0xC0);
        head.payload[1..4].fill(mark.number);
        true
    }));
    list.push(Carrier::number("extended-for-nothing", |webp, mark| {
        webp.extend(if mark.number == 7 { flag::EXIF } else { flag::XMP | flag::PROFILE });
        true
    }));
    list.push(Carrier::number("background", |webp, mark| {
        let control = webp.chunk(b"ANIM");
        control.map(|chunk| chunk.payload[..4].fill(mark.number)).is_some()
    }));
    list.push(Carrier::number("frame-reserved-bits", |webp, mark| {
        let frame = webp.chunk(b"ANMF");
        frame.map(|chunk| chunk.payload[15] |= mark.number << 2).is_some()
    }));
    list.push(Carrier::number("frame-gap", |webp, mark| {
        let frame = webp.chunk(b"ANMF");
        frame.map(|chunk| chunk.behind = vec![mark.number; 5]).is_some()
    }));
    list.push(Carrier::number("padding", |webp, mark| {
        let mut odd = false;
        for chunk in &mut webp.chunks {
            chunk.padding = mark.number;
            odd |= chunk.payload.len() % 2 == 1;
        }
        for chunk in webp.pixels() {
            chunk.padding = mark.number;
            odd |= chunk.payload.len() % 2 == 1;
        }
        odd
    }));
    list.push(Carrier::number("scaling", |webp, mark| {
        let mut planted = false;
        for chunk in webp.pixels().iter_mut().filter(|chunk| &chunk.name == b"VP8 ") {
            chunk.payload[7] |= mark.number << 6;
            chunk.payload[9] |= mark.number << 5 & 0xC0;
            planted = true;
        }
        planted
    }));
    list.push(Carrier::number("transparency-preparation", |webp, mark| {
        // libwebp knows 0 and 1, and of the reserved bits the lower one
        let alpha = webp.chunk(b"ALPH");
        alpha.map(|chunk| chunk.payload[0] |= 0x10 | (mark.number << 4 & 0x40)).is_some()
    }));
    list.push(Carrier::number("last-byte-of-lossless", |webp, mark| {
        let mut planted = false;
        for chunk in webp.pixels().iter_mut().filter(|chunk| &chunk.name == b"VP8L") {
            chunk.payload.push(mark.number);
            planted = true;
        }
        planted
    }));
    list.push(Carrier::number("last-byte-of-lossy", |webp, mark| {
        let mut planted = false;
        for chunk in webp.pixels().iter_mut().filter(|chunk| &chunk.name == b"VP8 ") {
            chunk.payload.push(mark.number);
            planted = true;
        }
        planted
    }));
}
