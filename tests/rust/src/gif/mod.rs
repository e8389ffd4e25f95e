//! GIFs made by code: [`Gif`] is taken apart and put together field by field, [`kinds`] has one of each
//! kind, [`carriers`] everything that can carry a mark.
//!
//! What is expected comes from GIF89a, Netscape's loop extension, and from what browsers do.

mod carriers;
mod kinds;
mod lzw;

pub use carriers::{Carrier, Holds, PLANTED, all as carriers};
pub use kinds::{Kind, all as kinds};
pub use lzw::Coding;

/// A GIF, field by field.
#[derive(Debug, Clone)]
pub struct Gif {
    /// "87a" or "89a".
    pub version: [u8; 3],
    /// Width and height of the logical screen.
    pub screen: (u16, u16),
    /// Colour resolution and sort flag, in their places.
    pub flags: u8,
    /// Index of the background colour.
    pub background: u8,
    /// Aspect ratio of the pixels.
    pub aspect: u8,
    /// The global colour table: a power of two of colours.
    pub table: Vec<[u8; 3]>,
    /// What follows.
    pub blocks: Vec<Block>,
    /// Everything from the trailer on.
    pub end: Vec<u8>,
}

/// One block.
#[derive(Debug, Clone)]
pub enum Block {
    /// An extension: its label and the content of its sub-blocks.
    Extension(u8, Vec<Vec<u8>>),
    /// An image.
    Image(Image),
    /// Anything.
    Raw(Vec<u8>),
}

/// An image.
#[derive(Debug, Clone)]
pub struct Image {
    /// The corner at the left and top.
    pub corner: (u16, u16),
    /// Width and height.
    pub size: (u16, u16),
    /// Interlace and sort flag and the reserved bits, in their places; the size of a table that is
    /// not there.
    pub flags: u8,
    /// The local colour table; empty if there is none.
    pub table: Vec<[u8; 3]>,
    /// The LZW code size.
    pub code_size: u8,
    /// The indices of the pixels in the order in which they are coded.
    pub pixels: Vec<u8>,
    /// How they are coded.
    pub coding: Coding,
    /// The longest sub-block.
    pub sub_block: usize,
    /// Bytes behind the end code, in the same sub-blocks.
    pub tail: Vec<u8>,
}

impl Image {
    /// A picture of so many colours, at the corner of the screen.
    pub fn new(width: u16, height: u16, colours: u16, seed: u32) -> Image {
        let mut state = seed;
        let count = usize::from(width) * usize::from(height);
        let pixels = (0..count).map(|at| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // areas of one colour, and noise
            let noise = if state >> 28 < 4 { state >> 20 } else { 0 };
            ((at as u32 / 5 + noise) % u32::from(colours)) as u8
        });
        let code_size = (16 - (colours - 1).leading_zeros()).max(2) as u8;
        Image {
            corner: (0, 0),
            size: (width, height),
            flags: 0,
            table: Vec::new(),
            code_size,
            pixels: pixels.collect(),
            coding: Coding::Greedy,
            sub_block: 255,
            tail: Vec::new(),
        }
    }

    fn bytes(&self, out: &mut Vec<u8>) {
        out.push(0x2C);
        for number in [self.corner.0, self.corner.1, self.size.0, self.size.1] {
            out.extend(number.to_le_bytes());
        }
        out.push(self.flags | table_flags(&self.table));
        out.extend(self.table.iter().flatten());
        out.push(self.code_size);
        let mut data = lzw::encode(&self.pixels, self.code_size, self.coding);
        data.extend(&self.tail);
        for part in data.chunks(self.sub_block) {
            out.push(part.len() as u8);
            out.extend(part);
        }
        out.push(0);
    }
}

/// The flag and the size of a colour table.
fn table_flags(table: &[[u8; 3]]) -> u8 {
    if table.is_empty() { 0 } else { 0x80 | (table.len().trailing_zeros() as u8 - 1) }
}

impl Gif {
    /// A still with a global table of so many colours.
    pub fn new(width: u16, height: u16, colours: u16) -> Gif {
        let entry = |index: u16| [index as u8 ^ 0x55, (index * 7) as u8, 255 - index as u8];
        Gif {
            version: *b"89a",
            screen: (width, height),
            flags: 0x70,
            background: 0,
            aspect: 0,
            table: (0..colours.next_power_of_two().max(2)).map(entry).collect(),
            blocks: vec![Block::Image(Image::new(width, height, colours, 7))],
            end: vec![0x3B],
        }
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = b"GIF".to_vec();
        out.extend(self.version);
        out.extend(self.screen.0.to_le_bytes());
        out.extend(self.screen.1.to_le_bytes());
        out.extend([self.flags | table_flags(&self.table), self.background, self.aspect]);
        out.extend(self.table.iter().flatten());
        for block in &self.blocks {
            match block {
                Block::Extension(label, parts) => {
                    out.extend([0x21, *label]);
                    for part in parts.iter().flat_map(|part| part.chunks(255)) {
                        out.push(part.len() as u8);
                        out.extend(part);
                    }
                    out.push(0);
                }
                Block::Image(image) => image.bytes(&mut out),
                Block::Raw(bytes) => out.extend(bytes),
            }
        }
        out.extend(&self.end);
        out
    }

    /// The places of the images among the blocks.
    pub fn images(&self) -> Vec<usize> {
        let is_image = |at: &usize| matches!(self.blocks[*at], Block::Image(_));
        (0..self.blocks.len()).filter(is_image).collect()
    }

    /// The image with this number.
    pub fn image(&mut self, number: usize) -> &mut Image {
        let images = self.blocks.iter_mut().filter_map(|block| match block {
            Block::Image(image) => Some(image),
            _ => None,
        });
        images.into_iter().nth(number).expect("a kind has as many images")
    }
}

/// A graphic control extension.
pub fn control(disposal: u8, delay: u16, transparent: Option<u8>) -> Block {
    let [low, high] = delay.to_le_bytes();
    let flags = disposal << 2 | u8::from(transparent.is_some());
    Block::Extension(0xF9, vec![vec![flags, low, high, transparent.unwrap_or(0)]])
}

/// A loop extension by the name of `program`.
pub fn loops(program: &[u8; 11], count: u16) -> Block {
    let [low, high] = count.to_le_bytes();
    Block::Extension(0xFF, vec![program.to_vec(), vec![1, low, high]])
}
