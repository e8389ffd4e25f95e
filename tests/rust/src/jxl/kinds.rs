//! One JPEG XL of each kind.

use super::{Animation, Colour, Extra, Frame, Kind, Patch, Picture};

/// Every kind, by name.
pub fn all() -> Vec<(&'static str, Picture)> {
    let small = || Picture::new(20, 12);
    let step = |step: u32| Frame { step, last: false, ..Frame::default() };
    let last = |step: u32| Frame { step, ..Frame::default() };
    let alpha = || vec![Extra { kind: 0, name: String::new() }];
    let moving = |timecodes| Some(Animation { ticks: (100, 1), loops: 2, timecodes });
    let srgb = |points: &mut Picture| points.grey = false;
    let mut list = vec![
        ("grey", small()),
        ("rgb", small()),
        ("xyb", Picture { xyb: true, grey: false, ..small() }),
        ("sixteen-bits", Picture { depth: 16, ..small() }),
        ("turned", Picture { orientation: 6, ..small() }),
        ("alpha", Picture { extra: alpha(), grey: false, ..small() }),
        ("display-p3", Picture { colour: Colour::DisplayP3, grey: false, ..small() }),
        ("hlg", Picture { colour: Colour::Named(1, 9, 18), grey: false, ..small() }),
        ("bright", Picture { tone: Some([0x63D0, 0, 0]), ..small() }),
        (
            "animation",
            Picture {
                animation: moving(false),
                frames: vec![
                    Frame { duration: 5, ..step(2) },
                    Frame { duration: 300, ..step(3) },
                    Frame { duration: 1, ..last(4) },
                ],
                ..small()
            },
        ),
        (
            "moving-part",
            Picture {
                animation: moving(false),
                extra: alpha(),
                frames: vec![
                    Frame { duration: 5, slot: 1, ..step(2) },
                    Frame { duration: 7, crop: Some([2, 3, 8, 6]), source: 1, blend: 1, ..last(3) },
                ],
                ..small()
            },
        ),
        (
            "layers",
            Picture {
                frames: vec![
                    step(2),
                    Frame { crop: Some([1, 1, 9, 9]), blend: 1, slot: 2, ..step(1) },
                    Frame { crop: Some([4, 4, 9, 7]), source: 2, ..last(5) },
                ],
                ..small()
            },
        ),
        (
            "patches",
            Picture {
                frames: vec![
                    Frame {
                        kind: Kind::ReferenceOnly,
                        crop: Some([0, 0, 8, 8]),
                        slot: 3,
                        ..step(6)
                    },
                    Frame { patch: Some(Patch { slot: 3 }), ..last(2) },
                ],
                ..small()
            },
        ),
        (
            "enlarged",
            Picture {
                frames: vec![Frame { upsampling: 8, ..last(9) }],
                weights: Some(0x2C00),
                ..small()
            },
        ),
    ];
    list.iter_mut().filter(|(name, _)| *name == "rgb").for_each(|(_, picture)| srgb(picture));
    list
}

/// The one of this name.
pub fn named(name: &str) -> Picture {
    let mut all = all().into_iter();
    all.find(|(of, _)| *of == name).map(|(_, picture)| picture).expect("a kind of this name")
}
