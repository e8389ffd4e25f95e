//! Marks in colour profiles: every field that does not say what the colours mean.

use super::{Carrier, Mark, Place};
use crate::icc::{Fields, Space, payloads, profile};
use crate::{Jpeg, Piece, marker};

/// Profiles that mean sRGB, which no profile means as well, and profiles that mean nothing.
pub(super) fn same_as_none() -> Vec<Carrier> {
    vec![
        Carrier::text("icc-srgb", |jpeg, mark| rgb(jpeg, Space::Srgb, mark, false, 60_000)),
        Carrier::text("icc-srgb-version-2", |jpeg, mark| {
            rgb(jpeg, Space::Srgb, mark, true, 60_000)
        }),
        Carrier::text("icc-srgb-in-parts", |jpeg, mark| rgb(jpeg, Space::Srgb, mark, false, 100)),
        Carrier::text("icc-cmyk", |jpeg, mark| {
            jpeg.components() == 4 && put(jpeg, Space::Cmyk, mark, false, 60_000)
        }),
    ]
}

/// Profiles that are replaced by a constant one.
pub(super) fn replaced() -> Vec<Carrier> {
    let mut list = Vec::new();
    for (word, space) in [("p3", Space::DisplayP3), ("adobe-rgb", Space::AdobeRgb)] {
        for (version, old) in [(4, false), (2, true)] {
            list.push(Carrier::text(format!("icc-{word}-version-{version}"), move |jpeg, mark| {
                rgb(jpeg, space, mark, old, 60_000)
            }));
        }
        list.push(Carrier::text(format!("icc-{word}-in-parts"), move |jpeg, mark| {
            rgb(jpeg, space, mark, false, 90)
        }));
    }
    for (version, old) in [(4, false), (2, true)] {
        list.push(Carrier::text(format!("icc-grey-version-{version}"), move |jpeg, mark| {
            jpeg.components() == 1 && put(jpeg, Space::Grey22, mark, old, 60_000)
        }));
    }
    list
}

fn rgb(jpeg: &mut Jpeg, space: Space, mark: &Mark, old: bool, size: usize) -> bool {
    jpeg.components() == 3 && put(jpeg, space, mark, old, size)
}

fn put(jpeg: &mut Jpeg, space: Space, mark: &Mark, old: bool, size: usize) -> bool {
    let number = mark.number;
    let fields = Fields {
        text: mark.text.clone(),
        signatures: [*b"appl", [b'M', b'K', b'R', number], [b'M', b'D', b'L', number], *b"UNMK"],
        date: [2024, 5, u16::from(number), 13, 37, 11],
        reserved: [number; 28],
        nudge: (number / 4) as i8,
    };
    payloads(&profile(space, &fields, old), size)
        .into_iter()
        .all(|payload| Place::BeforeFrame.put(jpeg, Piece::segment(marker::APP2, payload)))
}
