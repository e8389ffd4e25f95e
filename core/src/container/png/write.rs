//! The one canonical form. `audit` recognises exactly this, by its own means.
//!
//! Signature, IHDR; cICP if the colours are told by code points; iCCP if by a constant profile (always
//! named "ICC Profile", in one stored block of deflate), else gAMA with a power of 1.01 if they are told
//! by a power that is not sRGB's; PLTE up to the last entry that a pixel uses,
//! entries that none uses black; tRNS up to the last entry that is not opaque, or the one transparent
//! colour if a pixel has it; eXIf with the orientation alone if it is not 1; acTL if it is animated;
//! then each picture: fcTL if it is a frame, and its zlib stream in IDAT or fdAT chunks of 65,536 bytes
//! of data, the last one shorter; IEND.
//!
//! A zlib stream starts with 78 9C (window of 32 KiB, no dictionary) and ends with its Adler-32.

use zeroize::Zeroizing;

use crate::container::png::header::Header;
use crate::memory::Memory;
use crate::{Error, Orientation, ProfileClass, profile};

/// The first bytes of every PNG.
pub(crate) const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";

/// The first bytes of every zlib stream that is written: RFC 1950, section 2.2.
pub(crate) const ZLIB: [u8; 2] = [0x78, 0x9C];

/// The most bytes of a zlib stream in one chunk.
pub(crate) const MOST_DATA: usize = 1 << 16;

/// What goes around the coded pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dress {
    pub(crate) header: Header,
    /// Primaries, transfer characteristics, matrix coefficients and range by ITU-T H.273.
    pub(crate) code_points: Option<[u8; 4]>,
    pub(crate) profile: Option<ProfileClass>,
    /// By what power, times 100,000: one of a few.
    pub(crate) gamma: Option<u32>,
    /// Red, green and blue of each entry; empty where there is no colour table.
    pub(crate) palette: Vec<[u8; 3]>,
    /// The content of tRNS; empty where there is none.
    pub(crate) transparency: Vec<u8>,
    pub(crate) orientation: Orientation,
    /// How many frames, and how often they run (0: for ever).
    pub(crate) animation: Option<(u32, u32)>,
}

impl Dress {
    /// A picture with `header`, and nothing else.
    pub(crate) fn plain(header: Header) -> Dress {
        Dress {
            header,
            code_points: None,
            profile: None,
            gamma: None,
            palette: Vec::new(),
            transparency: Vec::new(),
            orientation: Orientation::Upright,
            animation: None,
        }
    }

    /// Everything before the first frame.
    fn bytes(&self) -> Vec<u8> {
        let Header { width, height, depth, colour, interlaced } = self.header;
        let mut out = SIGNATURE.to_vec();
        let mut ihdr = [width.to_be_bytes(), height.to_be_bytes()].concat();
        ihdr.extend([depth, colour.code(), 0, 0, u8::from(interlaced)]);
        chunk(&mut out, b"IHDR", &ihdr);
        if let Some(points) = self.code_points {
            chunk(&mut out, b"cICP", &points);
        }
        if let Some(class) = self.profile {
            chunk(&mut out, b"iCCP", &profile_payload(class));
        }
        if let Some(gamma) = self.gamma {
            chunk(&mut out, b"gAMA", &gamma.to_be_bytes());
        }
        if !self.palette.is_empty() {
            chunk(&mut out, b"PLTE", self.palette.as_flattened());
        }
        if !self.transparency.is_empty() {
            chunk(&mut out, b"tRNS", &self.transparency);
        }
        if self.orientation != Orientation::Upright {
            // big-endian TIFF, one directory at 8 with one SHORT, no next directory
            let tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01";
            let value = [0, self.orientation.exif_value(), 0, 0];
            chunk(&mut out, b"eXIf", &[&tiff[..], &value, &[0; 4]].concat());
        }
        if let Some((frames, plays)) = self.animation {
            chunk(&mut out, b"acTL", &[frames.to_be_bytes(), plays.to_be_bytes()].concat());
        }
        out
    }
}

/// A constant profile as iCCP holds it.
fn profile_payload(class: ProfileClass) -> Vec<u8> {
    let profile = profile::constant(class);
    // every constant profile is far below the 65,535 bytes of a stored block
    let length = u16::try_from(profile.len()).unwrap_or(u16::MAX);
    let mut out = b"ICC Profile\0\0".to_vec();
    out.extend(ZLIB);
    out.push(1);
    out.extend(length.to_le_bytes());
    out.extend((!length).to_le_bytes());
    out.extend(&profile);
    out.extend(simd_adler32::adler32(&profile.as_slice()).to_be_bytes());
    out
}

/// Appends a chunk. Every payload here is far below the 2³¹ − 1 bytes that fit.
fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], payload: &[u8]) {
    out.extend(u32::try_from(payload.len()).unwrap_or(u32::MAX).to_be_bytes());
    let mut crc = crc32fast::Hasher::new();
    for part in [kind, payload] {
        crc.update(part);
        out.extend(part);
    }
    out.extend(crc.finalize().to_be_bytes());
}

/// A frame of an animation: fcTL, section 11.3.6.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Where its top left corner stands.
    pub(crate) x: u32,
    pub(crate) y: u32,
    /// How long it is shown, as a fraction of a second in lowest terms.
    pub(crate) delay: (u16, u16),
    /// What becomes of it: 0 stays, 1 cleared, 2 what was there before.
    pub(crate) dispose: u8,
    /// How it is put on what is there: 0 instead, 1 over.
    pub(crate) blend: u8,
}

/// Puts a file together, chunk by chunk.
#[derive(Debug)]
pub(crate) struct Writer {
    out: Memory,
    /// Room for what stands before the first frame, which may be known only at the end.
    room: usize,
    sequence: u32,
    /// True if data belongs into fdAT.
    further: bool,
    data: Zeroizing<Vec<u8>>,
}

impl Writer {
    /// With memory for `coded` bytes of zlib streams in so many `pictures`, in a dress that takes no
    /// more than `widest`.
    pub(crate) fn new(widest: &Dress, coded: u64, pictures: u64) -> Result<Writer, Error> {
        // length, name and checksum of a chunk, and a sequence number; fcTL takes 38
        const FRAMING: u64 = 16;
        const FRAME: u64 = 38;
        let room = widest.bytes().len();
        let chunks = coded.div_euclid(MOST_DATA as u64).saturating_add(pictures);
        let total = coded
            .saturating_add(chunks.saturating_mul(FRAMING))
            .saturating_add(pictures.saturating_mul(FRAME))
            .saturating_add(room as u64)
            .saturating_add(12);
        let mut out = Memory::with_capacity(usize::try_from(total).map_err(|_| Error::Memory)?)?;
        out.fill(|_| Ok::<_, Error>(room))?;
        let data = Zeroizing::new(Vec::with_capacity(MOST_DATA));
        Ok(Writer { out, room, sequence: 0, further: false, data })
    }

    /// Starts a picture: the one that is shown where nothing moves, unless it is `further`; a frame
    /// if there is one.
    pub(crate) fn start(&mut self, frame: Option<&Frame>, further: bool) -> Result<(), Error> {
        self.further = further;
        let Some(frame) = frame else { return Ok(()) };
        let mut payload = self.next_number().to_vec();
        for number in [frame.width, frame.height, frame.x, frame.y] {
            payload.extend(number.to_be_bytes());
        }
        payload.extend(frame.delay.0.to_be_bytes());
        payload.extend(frame.delay.1.to_be_bytes());
        payload.extend([frame.dispose, frame.blend]);
        let mut whole = Vec::new();
        chunk(&mut whole, b"fcTL", &payload);
        self.out.push(&whole)
    }

    fn next_number(&mut self) -> [u8; 4] {
        let number = self.sequence.to_be_bytes();
        self.sequence = self.sequence.saturating_add(1);
        number
    }

    /// Appends bytes of the picture's zlib stream.
    pub(crate) fn data(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        while !bytes.is_empty() {
            if self.data.len() == MOST_DATA {
                self.flush()?;
            }
            let count = MOST_DATA.saturating_sub(self.data.len()).min(bytes.len());
            let (now, later) = bytes.split_at_checked(count).unwrap_or((bytes, &[]));
            self.data.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    /// Ends the picture.
    pub(crate) fn end(&mut self) -> Result<(), Error> {
        self.flush()
    }

    /// Writes the data that has gathered as one chunk.
    fn flush(&mut self) -> Result<(), Error> {
        if self.data.is_empty() {
            return Ok(());
        }
        let number = if self.further { self.next_number().to_vec() } else { Vec::new() };
        let kind: &[u8; 4] = if self.further { b"fdAT" } else { b"IDAT" };
        let length = self.data.len().saturating_add(number.len());
        self.out.push(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes())?;
        let mut crc = crc32fast::Hasher::new();
        for part in [kind.as_slice(), &number, &self.data] {
            crc.update(part);
            self.out.push(part)?;
        }
        self.out.push(&crc.finalize().to_be_bytes())?;
        self.data.clear();
        Ok(())
    }

    /// Ends the file, now that its dress is known; it takes no more than the widest did.
    pub(crate) fn finish(mut self, dress: &Dress) -> Result<Memory, Error> {
        self.out.push(b"\0\0\0\0IEND\xae\x42\x60\x82")?;
        self.out.replace_start(self.room, &dress.bytes())?;
        Ok(self.out)
    }
}
