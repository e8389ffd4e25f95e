//! JPEG XL made by code: ISO/IEC 18181-1 and -2.

mod bits;
mod entropy;
mod frame;
mod icc;

pub mod carriers;
pub mod kinds;

pub use bits::Bits;
pub use frame::{Frame, Kind, Patch};

/// The clock of an animation.
#[derive(Debug, Clone)]
pub struct Animation {
    /// Ticks a second, as a fraction.
    pub ticks: (u32, u32),
    /// How often it runs.
    pub loops: u32,
    /// True if each frame has a time code.
    pub timecodes: bool,
}

/// A channel besides those of colour.
#[derive(Debug, Clone)]
pub struct Extra {
    /// 0: alpha, 1: depth, …
    pub kind: u32,
    /// A free text.
    pub name: String,
}

/// What the colours mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Colour {
    /// sRGB, or its greys.
    Srgb,
    /// Display P3.
    DisplayP3,
    /// Names of the standard for white, primaries and transfer.
    Named(u32, u32, u32),
    /// Chromaticities of white, red, green and blue in millionths, and a gamma in ten-millionths.
    Numbers([[u32; 2]; 4], u32),
    /// As a profile says.
    Profile(Vec<u8>),
}

/// A picture.
#[derive(Debug, Clone)]
pub struct Picture {
    /// In pixels, 256 at most.
    pub width: u32,
    /// In pixels, 256 at most.
    pub height: u32,
    /// True if the size is coded as eighths where it can be, or as a ratio.
    pub short_size: bool,
    /// As Exif counts it.
    pub orientation: u32,
    /// The size at which it is meant to be shown.
    pub intrinsic: Option<(u32, u32)>,
    /// A small picture of this size before it.
    pub preview: Option<(u32, u32, Frame)>,
    /// If it moves.
    pub animation: Option<Animation>,
    /// Bits a sample.
    pub depth: u32,
    /// Further channels.
    pub extra: Vec<Extra>,
    /// True for one channel.
    pub grey: bool,
    /// True if colours are coded as XYB.
    pub xyb: bool,
    /// What the colours mean.
    pub colour: Colour,
    /// How colours are to be fitted: 1 is usual.
    pub intent: u32,
    /// Brightest and darkest, linear below; as F16.
    pub tone: Option<[u16; 3]>,
    /// Extensions of the metadata.
    pub extension: Vec<u8>,
    /// Weights for enlarging by 8, all the same.
    pub weights: Option<u16>,
    /// Its frames.
    pub frames: Vec<Frame>,
    /// What stands after the last of them.
    pub trailer: Vec<u8>,
    /// True if each value is coded as long as can be.
    pub loose: bool,
    /// What is written where zeros belong.
    pub padding: u8,
}

impl Picture {
    /// Of this size, grey, in one frame.
    pub fn new(width: u32, height: u32) -> Picture {
        Picture {
            width,
            height,
            short_size: false,
            orientation: 1,
            intrinsic: None,
            preview: None,
            animation: None,
            depth: 8,
            extra: Vec::new(),
            grey: true,
            xyb: false,
            colour: Colour::Srgb,
            intent: 1,
            tone: None,
            extension: Vec::new(),
            weights: None,
            frames: vec![Frame::default()],
            trailer: Vec::new(),
            loose: false,
            padding: 0,
        }
    }

    /// The bare codestream.
    pub fn codestream(&self) -> Vec<u8> {
        let mut bits = Bits::default();
        (bits.loose, bits.padding) = (self.loose, self.padding);
        bits.put(16, 0x0AFF);
        self.size(&mut bits, self.width, self.height);
        self.metadata(&mut bits);
        if !bits.as_default(self.weights.is_none()) {
            if self.xyb {
                bits.flag(true);
            }
            bits.put(3, if self.weights.is_some() { 4 } else { 0 });
            (0..self.weights.map_or(0, |_| 210))
                .for_each(|_| bits.put(16, self.weights.unwrap_or(0).into()));
        }
        if let Colour::Profile(profile) = &self.colour {
            icc::put(&mut bits, profile);
        }
        bits.pad();
        if let Some((width, height, frame)) = &self.preview {
            let small = Picture { width: *width, height: *height, ..self.clone() };
            frame.put(&mut bits, &small);
        }
        self.frames.iter().for_each(|frame| frame.put(&mut bits, self));
        bits.bytes(&self.trailer);
        bits.finish()
    }

    fn size(&self, bits: &mut Bits, width: u32, height: u32) {
        const SIDE: [bits::Way; 4] = [(9, 1), (13, 1), (18, 1), (30, 1)];
        let square = self.short_size && width == height;
        let small = self.short_size && width.is_multiple_of(8) && height.is_multiple_of(8);
        let side = |bits: &mut Bits, side: u32| match small {
            true => bits.put(5, side / 8 - 1),
            false => bits.number(SIDE, side),
        };
        bits.flag(small);
        side(bits, height);
        bits.put(3, square.into());
        if !square {
            side(bits, width);
        }
    }

    fn metadata(&self, bits: &mut Bits) {
        let usual = self.depth == 8
            && self.extra.is_empty()
            && self.xyb
            && self.colour == Colour::Srgb
            && !self.grey
            && self.intent == 1
            && self.extension.is_empty();
        let more = self.orientation != 1
            || self.intrinsic.is_some()
            || self.preview.is_some()
            || self.animation.is_some()
            || self.tone.is_some()
            || bits.loose;
        if bits.as_default(usual && !more) {
            return;
        }
        bits.flag(more);
        if more {
            bits.put(3, self.orientation - 1);
            bits.flag(self.intrinsic.is_some());
            if let Some((width, height)) = self.intrinsic {
                self.size(bits, width, height);
            }
            bits.flag(self.preview.is_some());
            if let Some((width, height, _)) = &self.preview {
                const SIDE: [bits::Way; 4] = [(6, 1), (8, 65), (10, 321), (12, 1_345)];
                bits.flag(false);
                bits.number(SIDE, *height);
                bits.put(3, 0);
                bits.number(SIDE, *width);
            }
            bits.flag(self.animation.is_some());
            if let Some(animation) = &self.animation {
                let (ticks, seconds) = animation.ticks;
                bits.number([(0, 100), (0, 1_000), (10, 1), (30, 1)], ticks);
                bits.number([(0, 1), (0, 1_001), (8, 1), (10, 1)], seconds);
                bits.number([(0, 0), (3, 0), (16, 0), (32, 0)], animation.loops);
                bits.flag(animation.timecodes);
            }
        }
        depth(bits, self.depth);
        bits.flag(true); // 16 bits are enough
        bits.number([(0, 0), (0, 1), (4, 2), (12, 1)], self.extra.len() as u32);
        for extra in &self.extra {
            if bits.as_default(extra.kind == 0 && extra.name.is_empty() && self.depth == 8) {
                continue;
            }
            bits.kind(extra.kind);
            depth(bits, self.depth);
            bits.number([(0, 0), (0, 3), (0, 4), (3, 1)], 0);
            bits.name(&extra.name);
            match extra.kind {
                0 => bits.flag(false),
                2 => [0x3C00, 0, 0, 0x3800].iter().for_each(|half| bits.put(16, *half)),
                5 => bits.number([(0, 1), (2, 0), (4, 3), (8, 19)], 1),
                _ => {}
            }
        }
        bits.flag(self.xyb);
        self.colours(bits);
        if more && !bits.as_default(self.tone.is_none()) {
            let [brightest, darkest, below] = self.tone.unwrap_or([0x5BF8, 0, 0]);
            bits.put(16, brightest.into());
            bits.put(16, darkest.into());
            bits.flag(false);
            bits.put(16, below.into());
        }
        bits.extension(&self.extension);
    }

    fn colours(&self, bits: &mut Bits) {
        if bits.as_default(self.colour == Colour::Srgb && !self.grey && self.intent == 1) {
            return;
        }
        bits.flag(matches!(self.colour, Colour::Profile(_)));
        bits.kind(self.grey.into());
        let point = |bits: &mut Bits, [x, y]: [u32; 2]| {
            const PLACE: [bits::Way; 4] =
                [(19, 0), (19, 524_288), (20, 1_048_576), (21, 2_097_152)];
            bits.number(PLACE, 2 * x);
            bits.number(PLACE, 2 * y);
        };
        let (white, primaries, transfer) = match &self.colour {
            Colour::Profile(_) => return,
            Colour::Numbers([white, colours @ ..], gamma) => {
                bits.kind(2);
                point(bits, *white);
                if !self.grey {
                    bits.kind(2);
                    colours.iter().for_each(|colour| point(bits, *colour));
                }
                bits.flag(true);
                bits.put(24, *gamma);
                return bits.kind(self.intent);
            }
            Colour::Srgb => (1, 1, 13),
            Colour::DisplayP3 => (1, 11, 13),
            Colour::Named(white, primaries, transfer) => (*white, *primaries, *transfer),
        };
        bits.kind(white);
        if !self.grey {
            bits.kind(primaries);
        }
        bits.flag(false);
        bits.kind(transfer);
        bits.kind(self.intent);
    }
}

fn depth(bits: &mut Bits, depth: u32) {
    bits.flag(false);
    bits.number([(0, 8), (0, 10), (0, 12), (6, 1)], depth);
}

/// A box, by its type and its content.
pub type Part = ([u8; 4], Vec<u8>);

/// A file of boxes.
#[derive(Debug, Clone)]
pub struct File {
    /// The boxes after the signature.
    pub boxes: Vec<Part>,
    /// What stands after them.
    pub trailer: Vec<u8>,
}

impl File {
    /// One with `codestream` in as many pieces.
    pub fn new(codestream: &[u8], pieces: usize) -> File {
        let mut boxes = vec![(*b"ftyp", b"jxl \0\0\0\0jxl ".to_vec())];
        if pieces == 1 {
            boxes.push((*b"jxlc", codestream.to_vec()));
        } else {
            let size = codestream.len().div_ceil(pieces);
            let count = codestream.chunks(size).count() as u32;
            for (number, piece) in (0u32..).zip(codestream.chunks(size)) {
                let last = if number + 1 == count { 1 << 31 } else { 0 };
                boxes.push((*b"jxlp", [&(number | last).to_be_bytes(), piece].concat()));
            }
        }
        File { boxes, trailer: Vec::new() }
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = b"\0\0\0\x0cJXL \r\n\x87\n".to_vec();
        for (kind, content) in &self.boxes {
            out.extend((content.len() as u32 + 8).to_be_bytes());
            out.extend(kind);
            out.extend(content);
        }
        out.extend(&self.trailer);
        out
    }
}

/// `content` as a Brotli stream, stored: RFC 7932, section 9.2.
pub fn brotli(content: &[u8]) -> Vec<u8> {
    let mut bits = <Bits as Default>::default();
    bits.put(1, 0); // a window of 16 bits
    for piece in content.chunks(1 << 16) {
        bits.put(1, 0);
        bits.put(2, 0); // a length of 16 bits
        bits.put(16, piece.len() as u32 - 1);
        bits.put(1, 1);
        bits.bytes(piece);
    }
    bits.put(2, 3);
    bits.finish()
}
