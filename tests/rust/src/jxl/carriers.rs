//! Everything in a JPEG XL that can carry a mark without changing what libjxl shows.
//!
//! Not here: what stands in a section after its last symbol, which no one finds without decoding it;
//! and choices of the encoder in it.

use super::{Animation, Colour, Extra, File, Frame, Kind, Picture, brotli};
use crate::carriers::{Holds, Mark, Reading};
use crate::icc;

/// A file in the making.
#[derive(Debug, Clone)]
pub struct Photo {
    /// The picture.
    pub picture: Picture,
    /// In how many pieces the codestream is, if it is in boxes.
    pub pieces: usize,
    /// Boxes before the codestream, but after the file type.
    pub before: Vec<super::Part>,
    /// Boxes after it.
    pub after: Vec<super::Part>,
    /// What the box of the file type says.
    pub file_type: Vec<u8>,
    /// What stands after all boxes.
    pub trailer: Vec<u8>,
}

impl Photo {
    /// A bare codestream.
    pub fn bare(picture: Picture) -> Photo {
        Photo {
            picture,
            pieces: 0,
            before: Vec::new(),
            after: Vec::new(),
            file_type: b"jxl \0\0\0\0jxl ".to_vec(),
            trailer: Vec::new(),
        }
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let codestream = self.picture.codestream();
        if self.pieces == 0 {
            return codestream;
        }
        let mut file = File::new(&codestream, self.pieces);
        file.boxes[0].1.clone_from(&self.file_type);
        file.boxes.splice(1..1, self.before.clone());
        file.boxes.extend(self.after.clone());
        file.trailer.clone_from(&self.trailer);
        file.bytes()
    }
}

type Plant = Box<dyn Fn(&mut Photo, &Mark) -> bool>;

/// One place in a JPEG XL that can carry something.
pub struct Carrier {
    /// Where, in words.
    pub id: String,
    /// What it holds.
    pub holds: Holds,
    /// What libjxl does with it.
    pub reading: Reading,
    plant: Plant,
}

impl Carrier {
    fn text(id: &str, plant: impl Fn(&mut Photo, &Mark) -> bool + 'static) -> Carrier {
        let (holds, reading) = (Holds::Text, Reading::Shown);
        Carrier { id: id.into(), holds, reading, plant: Box::new(plant) }
    }

    fn number(id: &str, plant: impl Fn(&mut Photo, &Mark) -> bool + 'static) -> Carrier {
        Carrier { holds: Holds::Number, ..Carrier::text(id, plant) }
    }

    fn refused(self) -> Carrier {
        Carrier { reading: Reading::Refused, ..self }
    }

    /// `photo` with the mark planted; `None` if this kind has no such place.
    pub fn planted(&self, photo: &Photo, variant: u8) -> Option<Photo> {
        let mut photo = photo.clone();
        (self.plant)(&mut photo, &Mark::new(&self.id, variant)).then_some(photo)
    }
}

/// Every carrier whose mark must be gone without a trace: the clean photo is the same with it as
/// without it.
pub fn all() -> Vec<Carrier> {
    let mut list = boxes();
    list.extend(codestream());
    list.extend(frames());
    list
}

fn text(mark: &Mark) -> Vec<u8> {
    mark.text.clone().into_bytes()
}

/// A TIFF structure with a description, after the offset that the box starts with.
fn exif(mark: &Mark) -> Vec<u8> {
    let mut out = b"\0\0\0\0MM\0\x2a\0\0\0\x08\0\x02\x01\x0e\0\x02".to_vec();
    out.extend((mark.text.len() as u32 + 1).to_be_bytes());
    out.extend(38u32.to_be_bytes());
    // an orientation that no viewer follows: the codestream tells it
    out.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x08\0\0\0\0\0\0");
    out.extend(mark.text.bytes());
    out.push(0);
    out
}

fn xmp(mark: &Mark) -> Vec<u8> {
    format!(
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-\
         syntax-ns#'><rdf:Description xmlns:dc='http://purl.org/dc/elements/1.1/' dc:creator='{}'/>\
         </rdf:RDF></x:xmpmeta>",
        mark.text
    )
    .into_bytes()
}

/// A description box with a label.
fn jumbf(mark: &Mark) -> Vec<u8> {
    let mut inner = b"c2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71\x03".to_vec();
    inner.extend(mark.text.bytes());
    inner.push(0);
    [&(inner.len() as u32 + 8).to_be_bytes()[..], b"jumd", &inner].concat()
}

type Make = fn(&Mark) -> Vec<u8>;

fn boxes() -> Vec<Carrier> {
    let kinds: [(&str, [u8; 4], Make); 17] = [
        ("exif", *b"Exif", exif),
        ("exif-broken", *b"Exif", text),
        ("xml", *b"xml ", xmp),
        ("xml-text", *b"xml ", text),
        ("jumb", *b"jumb", jumbf),
        ("jumb-broken", *b"jumb", text),
        ("jbrd", *b"jbrd", text),
        ("uuid", *b"uuid", |m| [&[7; 16][..], m.text.as_bytes()].concat()),
        ("uuid-xmp", *b"uuid", |m| {
            let id = b"\xBE\x7A\xCF\xCB\x97\xA9\x42\xE8\x9C\x71\x99\x94\x91\xE3\xAF\xAC";
            [&id[..], &xmp(m)].concat()
        }),
        ("free", *b"free", text),
        ("skip", *b"skip", text),
        ("unknown", *b"MaRk", text),
        ("jxli", *b"jxli", text),
        ("brob-exif", *b"brob", |m| [&b"Exif"[..], &brotli(&exif(m))].concat()),
        ("brob-xml", *b"brob", |m| [&b"xml "[..], &brotli(&xmp(m))].concat()),
        ("brob-jumb", *b"brob", |m| [&b"jumb"[..], &brotli(&jumbf(m))].concat()),
        ("brob-broken", *b"brob", |m| [&b"Exif"[..], m.text.as_bytes()].concat()),
    ];
    let mut list = Vec::new();
    for (name, kind, make) in kinds {
        list.push(Carrier::text(&format!("{name}-before"), move |photo, mark| {
            photo.before.push((kind, make(mark)));
            photo.pieces > 0
        }));
        list.push(Carrier::text(&format!("{name}-after"), move |photo, mark| {
            photo.after.push((kind, make(mark)));
            photo.pieces > 0
        }));
    }
    list.push(Carrier::text("brands", |photo, mark| {
        photo.file_type.extend(mark.text.bytes());
        photo.pieces > 0
    }));
    list.push(Carrier::number("brand-version", |photo, mark| {
        photo.file_type[7] = mark.number;
        photo.pieces > 0
    }));
    list.push(Carrier::text("level", |photo, mark| {
        photo.before.push((*b"jxll", [&[10], mark.text.as_bytes()].concat()));
        photo.pieces > 0
    }));
    list.push(Carrier::number("level-alone", |photo, mark| {
        photo.before.push((*b"jxll", vec![if mark.number % 8 == 7 { 5 } else { 10 }]));
        photo.pieces > 0
    }));
    // libjxl takes what is no box for one
    list.push(
        Carrier::text("after-boxes", |photo, mark| {
            photo.trailer = text(mark);
            photo.pieces > 0
        })
        .refused(),
    );
    list.push(Carrier::number("pieces", |photo, mark| {
        let boxed = photo.pieces > 0;
        photo.pieces = if boxed { usize::from(mark.number) } else { 0 };
        boxed
    }));
    list
}

fn codestream() -> Vec<Carrier> {
    vec![
        Carrier::text("after-last-frame", |photo, mark| {
            photo.picture.trailer = text(mark);
            true
        }),
        Carrier::text("after-last-frame-picture", |photo, mark| {
            let mut second = Picture::new(8, 8);
            second.frames[0].name.clone_from(&mark.text);
            photo.picture.trailer = second.codestream();
            true
        }),
        Carrier::text("metadata-extension", |photo, mark| {
            photo.picture.extension = text(mark);
            true
        }),
        Carrier::number("intrinsic-size", |photo, mark| {
            photo.picture.intrinsic = Some((u32::from(mark.number), 9));
            true
        }),
        Carrier::text("channel-name", |photo, mark| {
            photo.picture.extra.iter_mut().for_each(|extra| extra.name.clone_from(&mark.text));
            !photo.picture.extra.is_empty()
        }),
        Carrier::text("preview", |photo, mark| {
            let name = mark.text.clone();
            let frame = Frame { step: 1, name, tail: text(mark), ..Frame::default() };
            photo.picture.preview = Some((9, 7, frame));
            true
        }),
        Carrier::text("profile", |photo, mark| {
            let (number, date) = (mark.number, u16::from(mark.number));
            let fields = icc::Fields {
                text: mark.text.clone(),
                signatures: [[number; 4]; 4],
                date: [2000 + date, 1, 2, 3, 4, 5],
                reserved: [number; 28],
                nudge: 0,
            };
            let space = match photo.picture.colour {
                Colour::Srgb => icc::Space::Srgb,
                Colour::DisplayP3 => icc::Space::DisplayP3,
                _ => return false,
            };
            photo.picture.colour = Colour::Profile(icc::profile(space, &fields, number % 8 == 3));
            !photo.picture.grey
        }),
        Carrier::number("intent", |photo, mark| {
            photo.picture.intent = if mark.number % 8 == 7 { 0 } else { 2 };
            photo.picture.colour != Colour::Srgb || !photo.picture.grey
        }),
        Carrier::number("colour-numbers", |photo, mark| {
            let off = u32::from(mark.number);
            let colour = [
                [312_700 - off, 329_000],
                [680_000, 320_000 + off],
                [265_000, 690_000],
                [150_000 + off, 60_000],
            ];
            let p3 = photo.picture.colour == Colour::DisplayP3;
            // P3 with gamma 2.2, which has no name
            photo.picture.colour = Colour::Numbers(colour, 4_545_455 + off);
            p3 && { photo.picture.colour != Colour::DisplayP3 }
        }),
        Carrier::number("linear-below", |photo, mark| {
            let [brightest, darkest, _] = photo.picture.tone.unwrap_or([0x5BF8, 0, 0]);
            photo.picture.tone = Some([brightest, darkest, 0x3C00 + u16::from(mark.number)]);
            true
        }),
        Carrier::number("unused-weights", |photo, mark| {
            photo.picture.weights = Some(0x2C00 + u16::from(mark.number));
            photo.picture.frames.iter().all(|frame| frame.upsampling == 1)
        }),
        Carrier::number("long-codes", |photo, mark| {
            photo.picture.loose = mark.number > 7;
            true
        }),
        Carrier::number("short-size", |photo, mark| {
            photo.picture.short_size = mark.number > 7;
            true
        }),
        // libjxl wants zeros
        Carrier::number("padding", |photo, mark| {
            photo.picture.padding = mark.number << 4 | mark.number;
            true
        })
        .refused(),
        Carrier::number("time-codes", |photo, mark| {
            let Some(animation) = &mut photo.picture.animation else { return false };
            animation.timecodes = true;
            for frame in &mut photo.picture.frames {
                frame.timecode = u32::from(mark.number) << 16;
            }
            true
        }),
        Carrier::number("ticks", |photo, mark| {
            let Some(Animation { ticks, .. }) = &mut photo.picture.animation else { return false };
            *ticks = (ticks.0 * u32::from(mark.number), ticks.1 * u32::from(mark.number));
            true
        }),
    ]
}

fn frames() -> Vec<Carrier> {
    let every = |photo: &mut Photo, change: &dyn Fn(&mut Frame)| {
        photo.picture.frames.iter_mut().for_each(change);
        true
    };
    let hidden = |photo: &mut Photo, at: usize, mark: &Mark, frame: Frame| {
        let name = mark.text.clone();
        photo.picture.frames.insert(
            at,
            Frame { name, last: false, step: u32::from(mark.number), tail: text(mark), ..frame },
        );
        true
    };
    vec![
        Carrier::text("frame-name", move |photo, mark| {
            every(photo, &|frame| frame.name.clone_from(&mark.text))
        }),
        Carrier::text("long-frame-name", move |photo, mark| {
            every(photo, &|frame| frame.name = mark.text.repeat(20))
        }),
        Carrier::text("frame-extension", move |photo, mark| {
            every(photo, &|frame| frame.extension = text(mark))
        }),
        Carrier::text("filter-extension", move |photo, mark| {
            every(photo, &|frame| frame.filter_extension = text(mark))
        }),
        Carrier::number("order-of-sections", move |photo, mark| {
            every(photo, &|frame| frame.permuted = mark.number > 7)
        }),
        Carrier::number("unknown-flags", move |photo, mark| {
            every(photo, &|frame| frame.flags = u64::from(mark.number) << 20)
        }),
        Carrier::number("useless-flag", move |photo, _| every(photo, &|frame| frame.flags = 0x80)),
        Carrier::number("slot-of-no-use", |photo, mark| {
            // the last slot that no frame of a kind uses
            let animated = photo.picture.animation.is_some();
            for frame in photo.picture.frames.iter_mut().filter(|f| f.slot == 0 && !f.last) {
                frame.slot = if mark.number > 7 { 3 } else { 2 };
            }
            animated
        }),
        Carrier::text("hidden-reference", move |photo, mark| {
            let kind = Kind::ReferenceOnly;
            hidden(photo, 0, mark, Frame { kind, slot: 1, ..Frame::default() })
        }),
        Carrier::text("hidden-reference-before-last", move |photo, mark| {
            let at = photo.picture.frames.len() - 1;
            let frame = Frame { kind: Kind::ReferenceOnly, slot: 0, ..Frame::default() };
            // the layers below are in slot 0
            photo.picture.frames.len() != 3 && hidden(photo, at, mark, frame)
        }),
        Carrier::text("hidden-under-others", move |photo, mark| {
            hidden(photo, 0, mark, Frame { slot: 1, ..Frame::default() })
        }),
    ]
}
