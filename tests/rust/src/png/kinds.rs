//! One PNG of each kind: every colour type and depth, interlaced or not, with and without transparency,
//! animations.

use super::{Chunk, Png, zlib};

/// A kind of PNG.
#[derive(Debug, Clone)]
pub struct Kind {
    /// What it is, in a word.
    pub name: String,
    /// The file.
    pub png: Png,
}

/// Width and height of all kinds: no row of them ends with a whole byte where pixels take less.
pub const SIZE: (u32, u32) = (13, 11);

/// How many samples a pixel of a colour type has.
fn samples(colour: u8) -> u32 {
    match colour {
        2 => 3,
        4 => 2,
        6 => 4,
        _ => 1,
    }
}

/// Filtered rows of a picture of the size `(width, height)`: each filter in turn, and noise that fills
/// whole pixels.
pub fn rows((width, height): (u32, u32), depth: u8, colour: u8, interlaced: bool) -> Vec<u8> {
    let adam7: [[u32; 4]; 7] = [
        [0, 0, 8, 8],
        [4, 0, 8, 8],
        [0, 4, 4, 8],
        [2, 0, 4, 4],
        [0, 2, 2, 4],
        [1, 0, 2, 2],
        [0, 1, 1, 2],
    ];
    let passes: &[[u32; 4]] = if interlaced { &adam7 } else { &[[0, 0, 1, 1]] };
    let mut out = Vec::new();
    let mut seed = 7u32;
    for [x, y, across, down] in passes {
        let columns = width.saturating_sub(*x).div_ceil(*across);
        let lines = height.saturating_sub(*y).div_ceil(*down);
        if columns == 0 {
            continue;
        }
        let bits = columns * samples(colour) * u32::from(depth);
        for line in 0..lines {
            // entries of a colour table are not filtered, so that none is out of its range; neither
            // are bits, so that those behind the last pixel stay zero
            let filter = if depth < 8 || colour == 3 { 0 } else { line % 5 };
            out.push(filter as u8);
            for at in 0..bits.div_ceil(8) {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let mut byte = (seed >> 24) as u8;
                if colour == 3 && depth == 8 {
                    byte %= 40;
                }
                let left = bits - at * 8;
                if left < 8 {
                    byte &= 0xFFu8 << (8 - left);
                }
                out.push(byte);
            }
        }
    }
    out
}

/// The header chunk.
pub fn header((width, height): (u32, u32), depth: u8, colour: u8, interlaced: bool) -> Chunk {
    let mut payload = [width.to_be_bytes(), height.to_be_bytes()].concat();
    payload.extend([depth, colour, 0, 0, u8::from(interlaced)]);
    Chunk::new(b"IHDR", payload)
}

/// A still picture.
pub fn still(depth: u8, colour: u8, interlaced: bool) -> Png {
    let mut chunks = vec![header(SIZE, depth, colour, interlaced)];
    if colour == 3 {
        let entries = (1u32 << depth).min(40);
        let payload: Vec<u8> = (0..entries * 3).map(|n| (n * 5 + 9) as u8).collect();
        chunks.push(Chunk::new(b"PLTE", payload));
    }
    let data = rows(SIZE, depth, colour, interlaced);
    chunks.push(Chunk::new(b"IDAT", zlib::stored(&data)));
    chunks.push(Chunk::new(b"IEND", []));
    Png { chunks, trailer: Vec::new() }
}

/// A frame's chunk: its number, size, place, delay, and what becomes of it.
pub fn frame(
    number: u32,
    (width, height): (u32, u32),
    (x, y): (u32, u32),
    delay: (u16, u16),
    [dispose, blend]: [u8; 2],
) -> Chunk {
    let numbers = [number, width, height, x, y];
    let mut payload: Vec<u8> = numbers.iter().flat_map(|n| n.to_be_bytes()).collect();
    payload.extend(delay.0.to_be_bytes());
    payload.extend(delay.1.to_be_bytes());
    payload.extend([dispose, blend]);
    Chunk::new(b"fcTL", payload)
}

/// A chunk that tells how many frames there are, and how often they run.
pub fn animation(frames: u32, plays: u32) -> Chunk {
    Chunk::new(b"acTL", [frames.to_be_bytes(), plays.to_be_bytes()].concat())
}

/// Three frames, of which the picture itself is the first, or none.
pub fn animated(depth: u8, colour: u8, beside: bool) -> Png {
    let mut png = still(depth, colour, false);
    png.insert(b"IDAT", animation(3, 4));
    let mut number = 0;
    let mut next = || {
        number += 1;
        number - 1
    };
    if !beside {
        png.insert(b"IDAT", frame(next(), SIZE, (0, 0), (1, 10), [1, 0]));
    }
    let further = if beside { 3 } else { 2 };
    for index in 0..further {
        let size = (5 + index, 4);
        let (place, delay) = ((index, 2), (7 + index as u16, 101));
        png.insert(b"IEND", frame(next(), size, place, delay, [if index == 0 { 1 } else { 0 }, 1]));
        let data = zlib::stored(&rows(size, depth, colour, false));
        let payload = [next().to_be_bytes().as_slice(), &data].concat();
        png.insert(b"IEND", Chunk::new(b"fdAT", payload));
    }
    png
}

/// One of each kind.
pub fn all() -> Vec<Kind> {
    let mut kinds = Vec::new();
    let mut add = |name: String, png: Png| kinds.push(Kind { name, png });
    let types: [(u8, &[u8], &str); 5] = [
        (0, &[1, 2, 4, 8, 16], "grey"),
        (2, &[8, 16], "rgb"),
        (3, &[1, 2, 4, 8], "palette"),
        (4, &[8, 16], "grey-alpha"),
        (6, &[8, 16], "rgba"),
    ];
    for (colour, depths, name) in types {
        for depth in depths {
            for (interlaced, word) in [(false, ""), (true, "-interlaced")] {
                add(format!("{name}-{depth}{word}"), still(*depth, colour, interlaced));
            }
        }
    }
    let mut transparent = still(8, 3, false);
    transparent.insert(b"IDAT", Chunk::new(b"tRNS", [255, 0, 128, 0, 255, 3]));
    add("palette-transparent".into(), transparent);
    let mut keyed = still(8, 0, false);
    let first = zlib::unstored(&keyed.stream())[1];
    keyed.insert(b"IDAT", Chunk::new(b"tRNS", [0, first]));
    add("grey-keyed".into(), keyed);
    let mut turned = still(8, 2, false);
    turned.insert(b"IDAT", Chunk::new(b"eXIf", orientation(6)));
    add("rgb-turned".into(), turned);
    for (depth, colour, beside, name) in [
        (8, 6, false, "animated"),
        (8, 6, true, "animated-beside-still"),
        (8, 2, false, "animated-rgb"),
        (4, 3, false, "animated-palette"),
        (16, 4, true, "animated-grey-alpha"),
    ] {
        add(name.into(), animated(depth, colour, beside));
    }
    kinds
}

/// The kind of this name.
pub fn named(name: &str) -> Png {
    all().into_iter().find(|kind| kind.name == name).expect("a kind of this name").png
}

/// An Exif block with the orientation alone.
pub fn orientation(value: u8) -> Vec<u8> {
    let payload = crate::exif::orientation(crate::exif::Order::Big, 3, value);
    payload[6..].to_vec()
}
