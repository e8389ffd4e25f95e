//! Small pictures of every format, as other programs write them, damaged in every place.

use std::sync::Mutex;

use unmarked::Format;

use super::{Seen, build, watch};

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
