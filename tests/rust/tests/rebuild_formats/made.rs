//! Pictures of every decoded format, written here sample by sample, so that what they show is known.

use std::io::Cursor;

use image::{ColorType, ImageEncoder};

/// Width and height of them, no multiple of 8.
pub const SIZE: (usize, usize) = (37, 23);

/// Red, green, blue and alpha of the pixel at `x`, `y`, 16 bits each. No two corners are the same,
/// and some pixels let all of the background through.
pub fn pixel(x: usize, y: usize) -> [u16; 4] {
    let value = |n: usize| ((n * 2_654_435_761) >> 7 & 0xFFFF) as u16;
    let alpha = match (x + y) % 5 {
        0 => 0,
        1 => 0x8080,
        _ => u16::MAX,
    };
    [value(x * 3 + y * 1000 + 1), value(x * 500 + y * 7 + 2), value(x * 11 + y * 13 + 3), alpha]
}

/// What to keep of [`pixel`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    pub grey: bool,
    pub alpha: bool,
    pub bits: u8,
}

impl Kind {
    pub const ALL: [Kind; 8] = [
        Kind { grey: false, alpha: false, bits: 8 },
        Kind { grey: false, alpha: true, bits: 8 },
        Kind { grey: true, alpha: false, bits: 8 },
        Kind { grey: true, alpha: true, bits: 8 },
        Kind { grey: false, alpha: false, bits: 16 },
        Kind { grey: false, alpha: true, bits: 16 },
        Kind { grey: true, alpha: false, bits: 16 },
        Kind { grey: true, alpha: true, bits: 16 },
    ];

    /// The samples of a pixel, of `bits` each.
    pub fn samples(self, x: usize, y: usize) -> Vec<u16> {
        let [r, g, b, alpha] = pixel(x, y).map(|v| v >> (16 - self.bits));
        let colours = if self.grey { vec![r] } else { vec![r, g, b] };
        colours.into_iter().chain(self.alpha.then_some(alpha)).collect()
    }

    /// What the pixel shows: red, green, blue and alpha of 16 bits, all 0 where nothing is seen.
    pub fn shown(self, x: usize, y: usize) -> [u16; 4] {
        let most = if self.bits == 16 { u16::MAX } else { (1 << self.bits) - 1 };
        let scaled = |v: u16| (u32::from(v) * 65_535 / u32::from(most)) as u16;
        let samples = self.samples(x, y);
        let alpha = if self.alpha { scaled(*samples.last().unwrap()) } else { u16::MAX };
        let colour = |n: usize| scaled(samples[if self.grey { 0 } else { n }]);
        if alpha == 0 { [0; 4] } else { [colour(0), colour(1), colour(2), alpha] }
    }

    /// All samples, row by row, as bytes of this order.
    pub fn bytes(self, big: bool) -> Vec<u8> {
        let (wide, high) = SIZE;
        let all = (0..high).flat_map(|y| (0..wide).flat_map(move |x| self.samples(x, y)));
        match (self.bits, big) {
            (8, _) => all.map(|v| v as u8).collect(),
            (_, true) => all.flat_map(u16::to_be_bytes).collect(),
            (_, false) => all.flat_map(u16::to_le_bytes).collect(),
        }
    }

    fn colour_type(self) -> ColorType {
        match (self.grey, self.alpha, self.bits) {
            (true, false, 8) => ColorType::L8,
            (true, true, 8) => ColorType::La8,
            (false, false, 8) => ColorType::Rgb8,
            (false, true, 8) => ColorType::Rgba8,
            (true, false, _) => ColorType::L16,
            (true, true, _) => ColorType::La16,
            (false, false, _) => ColorType::Rgb16,
            (false, true, _) => ColorType::Rgba16,
        }
    }
}

/// A chunk of a PNG.
pub fn chunk(name: &[u8; 4], payload: &[u8]) -> Vec<u8> {
    let mut chunk = (payload.len() as u32).to_be_bytes().to_vec();
    chunk.extend(name);
    chunk.extend(payload);
    let crc = crc(&chunk[4..]);
    chunk.extend(crc.to_be_bytes());
    chunk
}

/// PNG, annex D.
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { 0xEDB8_8320 ^ (crc >> 1) } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

/// A PNG of `kind`, with these chunks before its data.
pub fn png(kind: Kind, chunks: &[Vec<u8>]) -> Vec<u8> {
    let mut file = Vec::new();
    let samples = kind.bytes(false);
    image::codecs::png::PngEncoder::new(&mut file)
        .write_image(&samples, SIZE.0 as u32, SIZE.1 as u32, kind.colour_type().into())
        .unwrap();
    // behind the signature and the header
    file.splice(33..33, chunks.concat());
    file
}

/// A lossless WebP, with an Exif block of this orientation.
pub fn webp(kind: Kind, orientation: Option<u8>) -> Vec<u8> {
    let mut file = Vec::new();
    image::codecs::webp::WebPEncoder::new_lossless(Cursor::new(&mut file))
        .write_image(&kind.bytes(false), SIZE.0 as u32, SIZE.1 as u32, kind.colour_type().into())
        .unwrap();
    let Some(value) = orientation else { return file };
    let (wide, high) = (SIZE.0 as u32 - 1, SIZE.1 as u32 - 1);
    let mut extended = vec![8 | if kind.alpha { 16 } else { 0 }, 0, 0, 0];
    extended.extend(&wide.to_le_bytes()[..3]);
    extended.extend(&high.to_le_bytes()[..3]);
    let riff = |name: &[u8; 4], payload: &[u8]| {
        let mut chunk = name.to_vec();
        chunk.extend((payload.len() as u32).to_le_bytes());
        chunk.extend(payload);
        chunk.resize(chunk.len().next_multiple_of(2), 0);
        chunk
    };
    let vp8l = file[12..].to_vec();
    let body = [riff(b"VP8X", &extended), vp8l, riff(b"EXIF", &exif(value))].concat();
    [b"RIFF", (body.len() as u32 + 4).to_le_bytes().as_slice(), b"WEBP", &body].concat()
}

/// A TIFF structure that tells an orientation.
pub fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    tiff.extend([orientation, 0, 0, 0, 0, 0, 0]);
    tiff
}

/// A BMP of 24 bits.
pub fn bmp() -> Vec<u8> {
    let kind = Kind { grey: false, alpha: false, bits: 8 };
    let mut file = Vec::new();
    image::codecs::bmp::BmpEncoder::new(&mut file)
        .write_image(&kind.bytes(false), SIZE.0 as u32, SIZE.1 as u32, kind.colour_type().into())
        .unwrap();
    file
}

/// A TIFF: its directories, each with its tags and the data of its strips.
pub struct Tiff {
    pub big: bool,
    pub pages: Vec<Page>,
}

/// The tags of one directory (short values, or long ones where one is larger) and its strips.
pub struct Page {
    pub tags: Vec<(u16, Vec<u32>)>,
    pub strips: Vec<Vec<u8>>,
}

impl Page {
    /// One strip of samples of this kind, not compressed.
    pub fn new(photometric: u32, bits: u32, samples: u32, strip: Vec<u8>) -> Page {
        let tags = vec![
            (256, vec![SIZE.0 as u32]),
            (257, vec![SIZE.1 as u32]),
            (258, vec![bits; samples as usize]),
            (259, vec![1]),
            (262, vec![photometric]),
            (277, vec![samples]),
            (278, vec![SIZE.1 as u32]),
        ];
        Page { tags, strips: vec![strip] }
    }

    /// The page with a tag more, or another value of it.
    pub fn with(mut self, tag: u16, values: &[u32]) -> Page {
        self.tags.retain(|(other, _)| *other != tag);
        self.tags.push((tag, values.to_vec()));
        self
    }
}

impl Tiff {
    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let short = |v: u32| {
            if self.big { (v as u16).to_be_bytes() } else { (v as u16).to_le_bytes() }
        };
        let long = |v: u32| if self.big { v.to_be_bytes() } else { v.to_le_bytes() };
        let mut file = if self.big { b"MM\0\x2a".to_vec() } else { b"II\x2a\0".to_vec() };
        file.extend(long(0));
        let mut link = 4;
        for page in &self.pages {
            let mut offsets = Vec::new();
            for strip in &page.strips {
                offsets.push(file.len() as u32);
                file.extend(strip);
                file.resize(file.len().next_multiple_of(2), 0);
            }
            let counts = page.strips.iter().map(|strip| strip.len() as u32).collect();
            let mut tags = page.tags.clone();
            tags.extend([(273, offsets), (279, counts)]);
            tags.sort();
            let mut entries = Vec::new();
            for (tag, values) in &tags {
                let longs = values.iter().any(|v| *v > 0xFFFF) || matches!(tag, 273 | 279);
                let bytes: Vec<u8> = match longs {
                    true => values.iter().flat_map(|v| long(*v)).collect(),
                    false => values.iter().flat_map(|v| short(*v)).collect(),
                };
                entries.extend(short(u32::from(*tag)));
                entries.extend(short(if longs { 4 } else { 3 }));
                entries.extend(long(values.len() as u32));
                if bytes.len() <= 4 {
                    entries.extend(bytes.iter().chain(&[0; 4]).take(4));
                } else {
                    entries.extend(long(file.len() as u32));
                    file.extend(bytes);
                    file.resize(file.len().next_multiple_of(2), 0);
                }
            }
            let at = file.len() as u32;
            file.splice(link..link + 4, long(at));
            file.extend(short(tags.len() as u32));
            file.extend(entries);
            link = file.len();
            file.extend(long(0));
        }
        file
    }
}

/// A TIFF of one page.
pub fn tiff(page: Page) -> Vec<u8> {
    Tiff { big: false, pages: vec![page] }.bytes()
}
