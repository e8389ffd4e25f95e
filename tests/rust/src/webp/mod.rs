//! WebPs taken apart and put together: RFC 9649. Nothing here judges them.

pub mod carriers;
pub mod kinds;

/// A chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Its four letters.
    pub name: [u8; 4],
    /// What it holds; of a frame of an animation (`ANMF`), the 16 bytes before its chunks.
    pub payload: Vec<u8>,
    /// The chunks in a frame of an animation.
    pub inner: Vec<Chunk>,
    /// Bytes behind them in the frame.
    pub behind: Vec<u8>,
    /// The byte that makes its length even.
    pub padding: u8,
    /// The length that it tells, if that is not the true one.
    pub told: Option<u32>,
}

impl Chunk {
    /// One with this payload.
    pub fn new(name: &[u8; 4], payload: impl Into<Vec<u8>>) -> Chunk {
        let (inner, behind) = (Vec::new(), Vec::new());
        Chunk { name: *name, payload: payload.into(), inner, behind, padding: 0, told: None }
    }

    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut payload = self.payload.clone();
        self.inner.iter().for_each(|chunk| payload.extend(chunk.bytes()));
        payload.extend(&self.behind);
        let mut out = self.name.to_vec();
        out.extend(self.told.unwrap_or(payload.len() as u32).to_le_bytes());
        out.extend(&payload);
        if payload.len() % 2 == 1 {
            out.push(self.padding);
        }
        out
    }
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebP {
    /// Its chunks.
    pub chunks: Vec<Chunk>,
    /// Bytes behind its RIFF.
    pub trailer: Vec<u8>,
}

/// The flags of the extended format.
pub mod flag {
    /// There is a profile.
    pub const PROFILE: u8 = 0x20;
    /// There is transparency.
    pub const ALPHA: u8 = 0x10;
    /// There is Exif.
    pub const EXIF: u8 = 0x08;
    /// There is XMP.
    pub const XMP: u8 = 0x04;
}

impl WebP {
    /// Takes a well-formed file apart.
    pub fn parse(data: &[u8]) -> WebP {
        let size = u32::from_le_bytes(data[4..8].try_into().expect("four bytes")) as usize;
        let (riff, trailer) = data.split_at(size + 8);
        WebP { chunks: chunks(&riff[12..]), trailer: trailer.to_vec() }
    }

    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let body: Vec<u8> = self.chunks.iter().flat_map(Chunk::bytes).collect();
        let mut out = b"RIFF".to_vec();
        out.extend((body.len() as u32 + 4).to_le_bytes());
        out.extend(b"WEBP");
        out.extend(body);
        out.extend(&self.trailer);
        out
    }

    /// The chunks that code pixels, also in frames, in their order.
    pub fn pixels(&mut self) -> Vec<&mut Chunk> {
        let is_pixels = |chunk: &&mut Chunk| matches!(&chunk.name, b"VP8 " | b"VP8L");
        let all = self.chunks.iter_mut().flat_map(|chunk| {
            if chunk.inner.is_empty() { vec![chunk] } else { chunk.inner.iter_mut().collect() }
        });
        all.filter(is_pixels).collect()
    }

    /// The first chunk of this name.
    pub fn chunk(&mut self, name: &[u8; 4]) -> Option<&mut Chunk> {
        self.chunks.iter_mut().find(|chunk| &chunk.name == name)
    }

    /// In the extended format, with these flags set as well.
    pub fn extend(&mut self, flags: u8) -> &mut Chunk {
        if self.chunk(b"VP8X").is_none() {
            let pixels = self.pixels().remove(0);
            let (size, alpha) = size(pixels);
            let mut payload = vec![if alpha { flag::ALPHA } else { 0 }, 0, 0, 0];
            for side in [size.0, size.1] {
                payload.extend(&(side - 1).to_le_bytes()[..3]);
            }
            self.chunks.insert(0, Chunk::new(b"VP8X", payload));
        }
        let head = self.chunk(b"VP8X").expect("just made");
        head.payload[0] |= flags;
        head
    }
}

/// Width and height of a chunk of pixels, and whether it has transparency.
fn size(pixels: &Chunk) -> ((u32, u32), bool) {
    let data = &pixels.payload;
    if &pixels.name == b"VP8L" {
        let bits = u32::from_le_bytes(data[1..5].try_into().expect("four bytes"));
        return (((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1), bits >> 28 & 1 == 1);
    }
    let side = |at: usize| u32::from(u16::from_le_bytes([data[at], data[at + 1]]) & 0x3FFF);
    ((side(6), side(8)), false)
}

fn chunks(mut data: &[u8]) -> Vec<Chunk> {
    let mut list = Vec::new();
    while data.len() >= 8 {
        let size = u32::from_le_bytes(data[4..8].try_into().expect("four bytes")) as usize;
        let mut chunk = Chunk::new(data[..4].try_into().expect("four bytes"), &data[8..8 + size]);
        if &chunk.name == b"ANMF" {
            chunk.inner = chunks(&chunk.payload[16..]);
            chunk.payload.truncate(16);
        }
        list.push(chunk);
        data = &data[(8 + size + size % 2).min(data.len())..];
    }
    list
}
