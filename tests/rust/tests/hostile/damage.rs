//! Small pictures of every format, as other programs write them, damaged in every place.

use std::sync::Mutex;

use unmarked::{Error, Format};

use super::{Seen, build, watch, watch_strip};

macro_rules! seeds {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_bytes!(concat!("seeds/", $name)).as_slice())),*]
    };
}

/// The pictures: see the README beside them.
const SEEDS: [(&str, &[u8]); 23] = seeds![
    "alpha.avif",
    "alpha.heic",
    "alpha.webp",
    "bare.jxl",
    "boxes.jxl",
    "deflate.tif",
    "frames.gif",
    "frames.jxl",
    "frames.png",
    "frames.webp",
    "jpeg.jxl",
    "jpeg.tif",
    "lossless.webp",
    "lossy.webp",
    "lzw.tif",
    "pages.tif",
    "palette.bmp",
    "palette.png",
    "rgb.avif",
    "rgb.bmp",
    "rgb.heic",
    "rgb.png",
    "rgba.png",
];

/// The numbers that stand in for whatever there is, by width: both ends, and 1 in both orders.
fn numbers_of(width: usize) -> Vec<Vec<u8>> {
    let mut all = vec![vec![0; width], vec![0xFF; width]];
    let (mut first, mut last) = (vec![0; width], vec![0; width]);
    first[0] = 1;
    last[width - 1] = 1;
    all.push(last);
    if width > 1 {
        all.push(first);
        // the most with a sign: what overflows where a signed number is read
        let mut signed = vec![0xFF; width];
        signed[0] = 0x7F;
        all.push(signed);
    }
    all
}

/// Every seed, cut off after each of its bytes.
pub fn cut(seen: &Mutex<Seen>) {
    shared(|name, seed| {
        for length in 1..seed.len() {
            watch(seen, &|| format!("{name} cut to {length}"), &seed[..length]);
        }
    });
}

/// Every window of 1, 2, 4 and 8 bytes of every seed, where a length may stand, at each number.
pub fn numbers(seen: &Mutex<Seen>) {
    shared(|name, seed| {
        for width in [1, 2, 4, 8] {
            for at in 4..=seed.len() - width {
                for (number, value) in numbers_of(width).iter().enumerate() {
                    let mut photo = seed.to_vec();
                    photo[at..at + width].copy_from_slice(value);
                    if photo == seed {
                        continue;
                    }
                    let name = || {
                        format!("{name} at {at}, {width} bytes {:02x?}", numbers_of(width)[number])
                    };
                    watch(seen, &name, &photo);
                    // behind a checksum that holds, too
                    let mended = build::mended(&photo);
                    if Format::detect(seed) == Some(Format::Png) && mended != seed {
                        watch(seen, &|| format!("{}, CRC mended", name()), &mended);
                    }
                }
            }
        }
    });
}

/// Every byte of every seed, by Strip alone: the reading side and the audit tell the same end of the
/// coded data, or Strip makes what its own audit refuses. At each value where that end is found by
/// decoding to the last symbol and little else stands in the file; in other formats at one of sixteen,
/// which differ from byte to byte.
pub fn bytes(seen: &Mutex<Seen>) {
    shared(|name, seed| {
        let step = match Format::detect(seed) {
            // there is no Strip of these
            Some(Format::Tiff | Format::Bmp) => return,
            Some(Format::WebP | Format::Gif) => 1,
            _ => 16,
        };
        let mut photo = seed.to_vec();
        for (at, was) in seed.iter().enumerate() {
            let first = (at % step) as u8;
            for value in (first..=u8::MAX).step_by(step).filter(|value| value != was) {
                photo[at] = value;
                let name = || format!("{name}, byte {at} as {value:#04x}");
                watch_strip(seen, &name, &photo);
                // behind a checksum that holds, too
                if Format::detect(seed) == Some(Format::Png) {
                    watch_strip(
                        seen,
                        &|| format!("{}, CRC mended", name()),
                        &build::mended(&photo),
                    );
                }
            }
            photo[at] = *was;
        }
    });
}

/// Bytes of seeds with which Strip once made what its own audit refused: what they are, the seed, the
/// place, the value; and what they are refused as.
const FOUND: [(&str, &str, usize, u8, &str); 9] = [
    ("tokens past their range", "lossy.webp", 46, 0xFF, "damaged"),
    ("tokens past their range, with alpha", "alpha.webp", 122, 0xFF, "damaged"),
    ("tokens past their range, in the first frame", "frames.webp", 96, 0xFF, "damaged"),
    ("tokens past their range, in a later frame", "frames.webp", 190, 0xFF, "damaged"),
    ("tokens that start where the modes do not end", "frames.webp", 76, 0xD0, "damaged"),
    ("code size 1 in the first image", "frames.gif", 74, 1, "unsupported"),
    ("code size 1 in the second image", "frames.gif", 198, 1, "unsupported"),
    ("code size 1 in the last image", "frames.gif", 333, 1, "unsupported"),
    ("alpha put together from the picture", "alpha.heic", 777, 2, "unsupported"),
];

/// What was found by the search of [`bytes`], by name.
pub fn found(seen: &Mutex<Seen>) {
    for (what, name, at, value, expected) in FOUND {
        let seed = SEEDS.iter().find(|(seed, _)| *seed == name);
        let mut photo = seed.unwrap_or_else(|| panic!("no {name}")).1.to_vec();
        photo[at] = value;
        let refused = watch_strip(seen, &|| String::from(what), &photo);
        let class = match &refused {
            Some(Error::Damaged { .. }) => "damaged",
            Some(Error::Unsupported { .. }) => "unsupported",
            _ => "another",
        };
        if class != expected {
            seen.lock().unwrap().faults.push(format!("{what}: not {expected}: {refused:?}"));
        }
    }
}

/// The seeds on as many threads as there are processors.
fn shared(task: impl Fn(&str, &[u8]) + Sync) {
    let left = Mutex::new(SEEDS.to_vec());
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let next = left.lock().unwrap().pop();
                    let Some((name, seed)) = next else { return };
                    task(name, seed);
                }
            });
        }
    });
}
