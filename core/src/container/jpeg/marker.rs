//! Marker codes: T.81, table B.1.

/// The second byte of a marker; the first is always 0xFF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marker(pub(crate) u8);

impl Marker {
    /// Temporary private use in arithmetic coding.
    pub(crate) const TEM: Marker = Marker(0x01);
    /// Huffman tables.
    pub(crate) const DHT: Marker = Marker(0xC4);
    /// Conditioning of arithmetic coding.
    pub(crate) const DAC: Marker = Marker(0xCC);
    /// First restart.
    pub(crate) const RST0: Marker = Marker(0xD0);
    /// Last restart.
    pub(crate) const RST7: Marker = Marker(0xD7);
    /// Start of image.
    pub(crate) const SOI: Marker = Marker(0xD8);
    /// End of image.
    pub(crate) const EOI: Marker = Marker(0xD9);
    /// Start of scan.
    pub(crate) const SOS: Marker = Marker(0xDA);
    /// Quantisation tables.
    pub(crate) const DQT: Marker = Marker(0xDB);
    /// Number of lines.
    pub(crate) const DNL: Marker = Marker(0xDC);
    /// Restart interval.
    pub(crate) const DRI: Marker = Marker(0xDD);
    /// Hierarchical progression.
    pub(crate) const DHP: Marker = Marker(0xDE);
    /// Expansion of reference components.
    pub(crate) const EXP: Marker = Marker(0xDF);
    /// JFIF.
    pub(crate) const APP0: Marker = Marker(0xE0);
    /// Exif, XMP.
    pub(crate) const APP1: Marker = Marker(0xE1);
    /// ICC, MPF.
    pub(crate) const APP2: Marker = Marker(0xE2);
    /// Adobe.
    pub(crate) const APP14: Marker = Marker(0xEE);

    /// One of the restart markers.
    pub(crate) fn is_restart(self) -> bool {
        (Marker::RST0.0..=Marker::RST7.0).contains(&self.0)
    }

    /// Below all that T.81 gives a meaning in a file: RES and TEM.
    pub(crate) fn is_reserved(self) -> bool {
        self.0 < 0xC0
    }

    /// A start of frame: SOF0 to SOF15 without DHT, JPG and DAC.
    pub(crate) fn is_frame(self) -> bool {
        matches!(self.0, 0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF)
    }

    /// True if decoders cannot do without what its segment says.
    pub(crate) fn is_needed(self) -> bool {
        let tables = [Marker::DQT, Marker::DHT, Marker::DRI, Marker::SOS];
        self.is_frame() || tables.contains(&self)
    }

    /// True if no length and payload follow the marker.
    pub(crate) fn is_standalone(self) -> bool {
        self.is_restart() || matches!(self, Marker::TEM | Marker::SOI | Marker::EOI)
    }

    /// The standard's name: "APP1", "SOF0", "COM".
    pub(crate) fn name(self) -> String {
        let fixed = match self.0 {
            0x01 => "TEM",
            0xC4 => "DHT",
            0xC8 => "JPG",
            0xCC => "DAC",
            0xD8 => "SOI",
            0xD9 => "EOI",
            0xDA => "SOS",
            0xDB => "DQT",
            0xDC => "DNL",
            0xDD => "DRI",
            0xDE => "DHP",
            0xDF => "EXP",
            0xFE => "COM",
            _ => "",
        };
        match self.0 {
            _ if !fixed.is_empty() => fixed.into(),
            0xC0..=0xCF => format!("SOF{}", self.0 & 0x0F),
            0xD0..=0xD7 => format!("RST{}", self.0 & 0x07),
            0xE0..=0xEF => format!("APP{}", self.0 & 0x0F),
            0xF0..=0xFD => format!("JPG{}", self.0 & 0x0F),
            other => format!("RES{other:02X}"),
        }
    }
}
