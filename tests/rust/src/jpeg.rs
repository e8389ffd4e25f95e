//! A JPEG as a list of pieces, so that anything can be put anywhere between them.

/// Marker codes: T.81, table B.1.
pub mod marker {
    #![allow(missing_docs)]
    pub const TEM: u8 = 0x01;
    pub const SOF0: u8 = 0xC0;
    pub const SOF1: u8 = 0xC1;
    pub const SOF2: u8 = 0xC2;
    pub const DHT: u8 = 0xC4;
    pub const JPG: u8 = 0xC8;
    pub const DAC: u8 = 0xCC;
    pub const RST0: u8 = 0xD0;
    pub const SOI: u8 = 0xD8;
    pub const EOI: u8 = 0xD9;
    pub const SOS: u8 = 0xDA;
    pub const DQT: u8 = 0xDB;
    pub const DNL: u8 = 0xDC;
    pub const DRI: u8 = 0xDD;
    pub const APP0: u8 = 0xE0;
    pub const APP1: u8 = 0xE1;
    pub const APP2: u8 = 0xE2;
    pub const APP11: u8 = 0xEB;
    pub const APP13: u8 = 0xED;
    pub const APP14: u8 = 0xEE;
    pub const JPG0: u8 = 0xF0;
    pub const COM: u8 = 0xFE;
}

/// One piece of a JPEG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A marker without payload.
    Marker(u8),
    /// A marker segment; its length field is written from the payload's length.
    Segment {
        /// The marker's code.
        marker: u8,
        /// What follows the length field.
        payload: Vec<u8>,
    },
    /// The entropy-coded data of one scan, restart markers included.
    Coded(Vec<u8>),
    /// Bytes as they are: fill bytes, garbage, trailers.
    Raw(Vec<u8>),
}

impl Piece {
    /// A marker segment.
    pub fn segment(marker: u8, payload: impl Into<Vec<u8>>) -> Piece {
        Piece::Segment { marker, payload: payload.into() }
    }

    /// True for a segment with this marker.
    pub fn is(&self, code: u8) -> bool {
        matches!(self, Piece::Segment { marker, .. } if *marker == code)
    }

    /// True for a start of frame: T.81, table B.1.
    pub fn is_frame(&self) -> bool {
        matches!(self, Piece::Segment { marker: 0xC0..=0xCF, .. })
            && ![marker::DHT, marker::JPG, marker::DAC].iter().any(|m| self.is(*m))
    }

    /// The payload of a segment, the data of other pieces, nothing for a bare marker.
    pub fn payload(&self) -> &[u8] {
        match self {
            Piece::Marker(_) => &[],
            Piece::Segment { payload, .. } => payload,
            Piece::Coded(data) | Piece::Raw(data) => data,
        }
    }

    /// The payload of a segment or the data of other pieces, to change it.
    pub fn payload_mut(&mut self) -> Option<&mut Vec<u8>> {
        match self {
            Piece::Marker(_) => None,
            Piece::Segment { payload, .. } => Some(payload),
            Piece::Coded(data) | Piece::Raw(data) => Some(data),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Piece::Marker(code) => out.extend([0xFF, *code]),
            Piece::Segment { marker, payload } => {
                let length =
                    u16::try_from(payload.len() + 2).expect("a segment holds 65,533 bytes");
                out.extend([0xFF, *marker]);
                out.extend(length.to_be_bytes());
                out.extend(payload);
            }
            Piece::Coded(data) | Piece::Raw(data) => out.extend(data),
        }
    }
}

/// A JPEG file in pieces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Jpeg {
    /// The pieces in file order, from SOI to EOI and what follows it.
    pub pieces: Vec<Piece>,
}

impl Jpeg {
    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.pieces.iter().for_each(|piece| piece.write(&mut out));
        out
    }

    /// Where the first piece stands that `wanted` is true for.
    pub fn position(&self, wanted: impl Fn(&Piece) -> bool) -> Option<usize> {
        self.pieces.iter().position(wanted)
    }

    /// Where the frame header stands.
    pub fn frame(&self) -> usize {
        self.position(Piece::is_frame).expect("every JPEG here has a frame")
    }

    /// How many components the frame has.
    pub fn components(&self) -> usize {
        usize::from(self.pieces[self.frame()].payload()[5])
    }

    /// Where each SOS segment stands.
    pub fn scans(&self) -> Vec<usize> {
        (0..self.pieces.len()).filter(|i| self.pieces[*i].is(marker::SOS)).collect()
    }

    /// Where the first EOI stands.
    pub fn end(&self) -> usize {
        self.position(|p| *p == Piece::Marker(marker::EOI)).expect("every JPEG here has an end")
    }

    /// The segments with this marker.
    pub fn segments(&self, code: u8) -> impl Iterator<Item = &[u8]> {
        self.pieces.iter().filter(move |p| p.is(code)).map(Piece::payload)
    }

    /// Puts a piece at `at`, before the one that stands there.
    pub fn insert(&mut self, at: usize, piece: Piece) {
        self.pieces.insert(at, piece);
    }

    /// True if a JFIF header stands before the first scan, as libjpeg recognises it.
    pub fn has_jfif(&self) -> bool {
        let first = self.scans().first().copied().unwrap_or(self.pieces.len());
        self.pieces[..first].iter().any(|p| {
            p.is(marker::APP0) && p.payload().len() >= 12 && p.payload().starts_with(b"JFIF\0")
        })
    }

    /// The transform of the Adobe segment before the first scan, if there is one.
    pub fn adobe_transform(&self) -> Option<u8> {
        let first = self.scans().first().copied().unwrap_or(self.pieces.len());
        self.pieces[..first]
            .iter()
            .rfind(|p| {
                p.is(marker::APP14) && p.payload().len() >= 12 && p.payload().starts_with(b"Adobe")
            })
            .map(|p| p.payload()[11])
    }

    /// Takes a whole, well-formed file apart; `None` for others.
    pub fn parse(data: &[u8]) -> Option<Jpeg> {
        let mut pieces = Vec::new();
        let mut at = 0;
        while at < data.len() {
            let (0xFF, code) = (data[at], *data.get(at + 1)?) else { return None };
            if matches!(code, 0x00 | 0xFF) {
                return None;
            }
            if matches!(code, 0x01 | 0xD0..=0xD9) {
                pieces.push(Piece::Marker(code));
                at += 2;
                if code == marker::EOI && at < data.len() {
                    pieces.push(Piece::Raw(data[at..].to_vec()));
                    return Some(Jpeg { pieces });
                }
                continue;
            }
            let length = usize::from(u16::from_be_bytes([*data.get(at + 2)?, *data.get(at + 3)?]));
            pieces.push(Piece::segment(code, data.get(at + 4..at + 2 + length)?));
            at += 2 + length;
            if code == marker::SOS {
                let coded = data[at..]
                    .windows(2)
                    .position(|w| w[0] == 0xFF && !matches!(w[1], 0x00 | 0xD0..=0xD7))?;
                pieces.push(Piece::Coded(data[at..at + coded].to_vec()));
                at += coded;
            }
        }
        Some(Jpeg { pieces })
    }
}
