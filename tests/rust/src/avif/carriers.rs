//! Everything in the coded part of an AVIF that can carry something and changes nothing of the
//! picture.

use super::file::{Avif, boxed};
use super::picture::{Av1, Full, Model, Timing, obu};
use crate::carriers::Mark;

type Plant = Box<dyn Fn(&mut Avif, &Mark) -> bool>;

/// One place in an AVIF that can carry something.
pub struct Carrier {
    /// Where.
    pub id: &'static str,
    /// True if a text fits: then inspection must find something.
    pub text: bool,
    plant: Plant,
}

impl Carrier {
    /// `file` with the mark planted; `None` if this kind has no such place.
    pub fn planted(&self, file: &Avif, variant: u8) -> Option<Avif> {
        let mut file = file.clone();
        (self.plant)(&mut file, &Mark::new(self.id, variant)).then_some(file)
    }
}

/// A carrier in each coded picture.
fn coded(id: &'static str, text: bool, plant: impl Fn(&mut Av1, &Mark) + 'static) -> Carrier {
    let plant = move |file: &mut Avif, mark: &Mark| {
        file.pictures().for_each(|picture| plant(picture, mark));
        true
    };
    Carrier { id, text, plant: Box::new(plant) }
}

/// A carrier in pictures of several tiles.
fn tiled(id: &'static str, plant: impl Fn(&mut Av1, &Mark) + 'static) -> Carrier {
    let plant = move |file: &mut Avif, mark: &Mark| {
        let several = file.pictures().all(|picture| picture.tiles.len() > 1);
        file.pictures().for_each(|picture| plant(picture, mark));
        several
    };
    Carrier { id, text: false, plant: Box::new(plant) }
}

/// A carrier in a full sequence header or in what it makes a frame header say.
fn full(id: &'static str, plant: impl Fn(&mut Full, &Mark) + 'static) -> Carrier {
    coded(id, false, move |picture, mark| plant(picture.full.get_or_insert_default(), mark))
}

/// A carrier in the boxes.
fn container(id: &'static str, text: bool, plant: impl Fn(&mut Avif, &Mark) + 'static) -> Carrier {
    let plant = move |file: &mut Avif, mark: &Mark| {
        plant(file, mark);
        true
    };
    Carrier { id, text, plant: Box::new(plant) }
}

/// A metadata OBU of this type.
fn metadata(kind: u8, mark: &Mark) -> Vec<u8> {
    obu(5, &[&[kind], mark.text.as_bytes(), &[0x80]].concat())
}

fn timing(full: &mut Full) -> &mut Timing {
    full.timing.get_or_insert_default()
}

fn model(full: &mut Full, mark: &Mark) -> Model {
    // a model needs a time scale
    timing(full).ticks = (1, 30);
    let number = u32::from(mark.number) << 24 | 0x5A5A;
    Model { units: number, delays: (number, !number), removal: Some(number), presentation: number }
}

/// All of them.
pub fn carriers() -> Vec<Carrier> {
    let text = |mark: &Mark| mark.text.clone().into_bytes();
    let mut list = vec![
        coded("metadata OBU, ITU-T T.35", true, |p, m| {
            p.between.push(obu(5, &[&[4, 0xB5], m.text.as_bytes(), &[0x80]].concat()));
        }),
        coded("metadata OBU of a private type", true, |p, m| p.between.push(metadata(31, m))),
        coded("metadata OBU, time code", true, |p, m| p.between.push(metadata(5, m))),
        coded("metadata OBU, light level", true, |p, m| p.between.push(metadata(1, m))),
        coded("metadata OBU, mastering display", true, |p, m| p.between.push(metadata(2, m))),
        coded("metadata OBU, scalability", true, |p, m| p.between.push(metadata(3, m))),
        coded("metadata OBU behind the frame", true, |p, m| p.behind.push(metadata(4, m))),
        coded("padding OBU", true, move |p, m| p.behind.push(obu(15, &text(m)))),
        coded("padding OBU in front", true, move |p, m| p.before.push(obu(15, &text(m)))),
        coded("OBU of a reserved type", true, move |p, m| p.between.push(obu(9, &text(m)))),
        coded("OBU of type 0", true, move |p, m| p.between.push(obu(0, &text(m)))),
        coded("tile list OBU", true, move |p, m| p.behind.push(obu(8, &text(m)))),
        coded("temporal delimiter", false, |p, _| p.before.push(obu(2, &[]))),
        coded("payload of a temporal delimiter", true, move |p, m| {
            p.before.push(obu(2, &text(m)));
        }),
        coded("second frame", true, |p, m| {
            let twin = Av1 { before: vec![metadata(4, m)], ..p.clone() };
            p.behind.push(twin.payload());
        }),
        coded("extension of OBU headers", false, |p, m| p.extension = Some(m.number & 7)),
        coded("reserved bit of OBU headers", false, |p, _| p.reserved_bit = true),
        coded("long sizes", false, |p, m| p.longer_sizes = usize::from(m.number / 4)),
        coded("no size of the last OBU", false, |p, _| p.last_without_size = true),
        coded("sequence header twice", false, |p, m| {
            p.sequence_headers = 1 + usize::from(m.number / 4);
        }),
        coded("level", false, |p, m| p.level = m.number / 4),
        coded("long sides", false, |p, m| p.longer_sides = m.number / 4),
        coded("tools that are not used", false, |p, _| p.idle_tools = true),
        coded("size to draw", false, |p, m| p.render = Some((m.number.into(), 0x5A5A))),
        coded("filter differences of other references", false, |p, m| {
            p.filter_deltas = Some([m.number; 9]);
        }),
        coded("grain that draws nothing", false, |p, m| p.idle_grain = Some(m.number.into())),
        coded("bits of fill", false, |p, _| p.fill = true),
        coded("zeros behind tiles", false, |p, m| p.zeros = usize::from(m.number)),
        coded("frame header OBU and tile group OBU", false, |p, _| p.groups = true),
        coded("uneven tiles", false, |p, _| p.explicit_tiles = p.tiles.len() > 1),
        coded("code points in the sequence header", false, |p, m| {
            p.codes = (!p.monochrome).then_some([9, 16, m.number]);
        }),
        coded("sequence header in av1C", false, |p, _| p.configured = true),
        coded("sequence header in av1C alone", false, |p, _| {
            (p.configured, p.sequence_headers) = (true, 0);
        }),
        coded("metadata OBU in av1C", true, |p, m| p.in_configuration.push(metadata(4, m))),
        coded("padding OBU in av1C", true, move |p, m| p.in_configuration.push(obu(15, &text(m)))),
        coded("reserved bits of av1C", false, |p, m| p.configuration_bits = (m.number & 7, 0)),
        coded("initial presentation delay of av1C", false, |p, m| {
            p.configuration_bits = (0, 0x10 | m.number & 15);
        }),
        tiled("tile for the context", |p, _| p.context_tile = 1),
        tiled("long sizes of tiles", |p, m| p.size_bytes = 1 + usize::from(m.number / 4)),
        tiled("message between tile groups", |p, m| {
            p.groups = true;
            p.inside.push(metadata(4, m));
        }),
        container("bytes of no item", true, move |file, m| file.gap = text(m)),
        container("names of items", true, |file, m| file.name = m.text.clone()),
        container("light level", false, |file, m| {
            file.properties.push(boxed(b"clli", &[&[0, m.number, 0, 1]]));
        }),
        container("layer sizes", false, |file, m| {
            file.properties.push(boxed(b"a1lx", &[&[0, 0, m.number, 0, 0, 0, 0]]));
        }),
    ];
    list.extend([
        full("full header", |_, _| {}),
        full("time scale", |f, m| timing(f).ticks = (m.number.into(), 0x5A5A)),
        full("equal intervals", |f, m| {
            *timing(f) = Timing { ticks: (1, 30), per_picture: Some(m.number.into()), model: None };
        }),
        full("model of a decoder", |f, m| {
            let model = model(f, m);
            timing(f).model = Some(model);
        }),
        full("model of a decoder at equal intervals", |f, m| {
            let model = model(f, m);
            (timing(f).per_picture, timing(f).model) = (Some(1), Some(model));
        }),
        full("delay of display", |f, m| f.display_delay = Some(m.number & 15)),
        full("further operating points", |f, m| {
            f.further_points = vec![0x101; usize::from(m.number)];
        }),
        full("identifier of the frame", |f, m| f.frame_id = Some(m.number.into())),
        full("order hint", |f, m| f.order_hint = Some(m.number)),
        full("tools of other frames", |f, m| {
            (f.tools, f.order_hint) = (m.number << 1, Some(0));
        }),
        full("no screen content", |f, _| f.no_screen_content = true),
        full("size in the frame", |f, _| f.own_size = true),
        full("no update at the end", |f, _| f.no_update_at_end = true),
    ]);
    list.push(Carrier {
        id: "URN of the alpha",
        text: false,
        plant: Box::new(|file, _| {
            file.other_urn = true;
            file.alpha.is_some()
        }),
    });
    list
}
