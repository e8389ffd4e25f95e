//! PNG files made by code: W3C Portable Network Graphics, third edition.
//!
//! | to get this | start here |
//! |---|---|
//! | a PNG of each kind | [`kinds::all`] |
//! | everything that can carry a mark in a PNG | [`carriers::all`] |
//! | a PNG, chunk by chunk | [`Png`] |
//! | a zlib stream, block by block | [`zlib`] |

pub mod carriers;
pub mod kinds;
pub mod zlib;

/// The first bytes of every PNG.
pub const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";

/// A chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Its name.
    pub kind: [u8; 4],
    /// What it holds.
    pub payload: Vec<u8>,
}

impl Chunk {
    /// A chunk of this name that holds this.
    pub fn new(kind: &[u8; 4], payload: impl Into<Vec<u8>>) -> Chunk {
        Chunk { kind: *kind, payload: payload.into() }
    }

    /// With its length and its checksum.
    pub fn bytes(&self) -> Vec<u8> {
        let body = [self.kind.as_slice(), &self.payload].concat();
        let length = (self.payload.len() as u32).to_be_bytes();
        [length.as_slice(), &body, &crc(&body).to_be_bytes()].concat()
    }

    /// True if it has this name.
    pub fn is(&self, kind: &[u8; 4]) -> bool {
        self.kind == *kind
    }
}

/// A PNG as its chunks, and what stands behind the last one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Png {
    /// In their order, IHDR first.
    pub chunks: Vec<Chunk>,
    /// Bytes behind IEND.
    pub trailer: Vec<u8>,
}

impl Png {
    /// The chunks of a file; `None` if it is not made of whole chunks up to IEND.
    pub fn parse(file: &[u8]) -> Option<Png> {
        let mut rest = file.strip_prefix(SIGNATURE)?;
        let mut png = Png::default();
        loop {
            let length = u32::from_be_bytes(*rest.first_chunk()?) as usize;
            let kind: [u8; 4] = *rest.get(4..)?.first_chunk()?;
            let payload = rest.get(8..8 + length)?.to_vec();
            rest = rest.get(12 + length..)?;
            png.chunks.push(Chunk { kind, payload });
            if &kind == b"IEND" {
                png.trailer = rest.to_vec();
                return Some(png);
            }
        }
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let chunks = self.chunks.iter().flat_map(Chunk::bytes);
        SIGNATURE.iter().copied().chain(chunks).chain(self.trailer.iter().copied()).collect()
    }

    /// Where the first chunk of this name stands.
    pub fn find(&self, kind: &[u8; 4]) -> Option<usize> {
        self.chunks.iter().position(|chunk| chunk.is(kind))
    }

    /// Puts a chunk before the first one named `before`.
    pub fn insert(&mut self, before: &[u8; 4], chunk: Chunk) {
        let at = self.find(before).expect("such a chunk");
        self.chunks.insert(at, chunk);
    }

    /// What the header tells: width, height, bit depth, colour type, interlace method.
    pub fn header(&self) -> (u32, u32, u8, u8, u8) {
        let payload = &self.chunks[0].payload;
        let number = |at: usize| u32::from_be_bytes(payload[at..at + 4].try_into().unwrap());
        (number(0), number(4), payload[8], payload[9], payload[12])
    }

    /// The zlib stream of the picture that is shown where nothing moves.
    pub fn stream(&self) -> Vec<u8> {
        let data = self.chunks.iter().filter(|chunk| chunk.is(b"IDAT"));
        data.flat_map(|chunk| chunk.payload.iter().copied()).collect()
    }

    /// Puts another zlib stream in its place, in one chunk.
    pub fn set_stream(&mut self, stream: Vec<u8>) {
        let at = self.find(b"IDAT").expect("a picture");
        self.chunks.retain(|chunk| !chunk.is(b"IDAT"));
        self.chunks.insert(at, Chunk::new(b"IDAT", stream));
    }
}

/// CRC-32 of a chunk: annex D.
pub fn crc(bytes: &[u8]) -> u32 {
    let step = |mut crc: u32, byte: &u8| {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
        }
        crc
    };
    !bytes.iter().fold(!0, step)
}

/// Adler-32 of what a zlib stream holds: RFC 1950, section 8.2.
pub fn adler(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (a + b) % 65_521)
    });
    b << 16 | a
}
