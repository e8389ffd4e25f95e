//! Which way is up: eXIf (section 11.3.4.5), else Exif or XMP in a text chunk, as ImageMagick and
//! Photoshop put them there.

use crate::Orientation;
use crate::container::png::chunk::Chunk;
use crate::container::png::text::{Text, raw_profile};

/// The chunks that may tell the orientation: the first of each kind counts.
#[derive(Debug, Default)]
pub(crate) struct Turns<'a> {
    exif: Option<&'a [u8]>,
    raw_exif: Option<Text<'a>>,
    xmp: Option<Text<'a>>,
    raw_xmp: Option<Text<'a>>,
}

impl<'a> Turns<'a> {
    /// Looks at a chunk.
    pub(crate) fn chunk(&mut self, chunk: &Chunk<'a>) {
        if &chunk.kind == b"eXIf" {
            self.exif.get_or_insert(chunk.payload);
            return;
        }
        let Some(text) = Text::of(&chunk.kind, chunk.payload) else { return };
        let place = match text.keyword {
            b"Raw profile type exif" | b"Raw profile type APP1" => &mut self.raw_exif,
            b"XML:com.adobe.xmp" => &mut self.xmp,
            b"Raw profile type xmp" => &mut self.raw_xmp,
            _ => return,
        };
        place.get_or_insert(text);
    }

    /// What they tell.
    pub(crate) fn orientation(&self) -> Orientation {
        let raw = |text: &Option<Text<'a>>| raw_profile(&text.as_ref()?.content());
        let exif =
            |block: &[u8]| Orientation::from_tiff(block.strip_prefix(b"Exif\0\0").unwrap_or(block));
        // a block of the name APP1 may hold either
        let block = raw(&self.raw_exif);
        self.exif
            .and_then(exif)
            .or_else(|| block.as_deref().and_then(|block| exif(block)))
            .or_else(|| Orientation::from_xmp(&self.xmp.as_ref()?.content()))
            .or_else(|| Orientation::from_xmp(&raw(&self.raw_xmp)?))
            .or_else(|| Orientation::from_xmp(block.as_deref()?))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(chunks: &[(&[u8; 4], &[u8])]) -> Orientation {
        let mut turns = Turns::default();
        for (kind, payload) in chunks {
            turns.chunk(&Chunk { kind: **kind, start: 8, payload, end: 99, whole: true });
        }
        turns.orientation()
    }

    fn tiff(value: u8) -> Vec<u8> {
        let mut block = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        block.extend([value, 0, 0, 0, 0, 0, 0]);
        block
    }

    #[test]
    fn exif_goes_before_text() {
        let hex: String =
            [b"Exif\0\0".to_vec(), tiff(8)].concat().iter().map(|b| format!("{b:02x}")).collect();
        let raw = format!("Raw profile type exif\0\nexif\n      32\n{hex}\n");
        let xmp = b"XML:com.adobe.xmp\0\0\0\0\0<x tiff:Orientation=\"3\"/>";
        let (raw, xmp) = ((b"tEXt", raw.as_bytes()), (b"iTXt", xmp.as_slice()));
        let (six, none) = (tiff(6), tiff(9));
        assert_eq!(told(&[raw, xmp, (b"eXIf", &six)]), Orientation::Clockwise);
        assert_eq!(told(&[xmp, raw, (b"eXIf", &none)]), Orientation::CounterClockwise);
        assert_eq!(told(&[xmp]), Orientation::HalfTurn);
        assert_eq!(told(&[(b"tEXt", b"Comment\0tiff:Orientation=\"3\"")]), Orientation::Upright);
        assert_eq!(told(&[(b"eXIf", &[b"Exif\0\0", &six[..]].concat())]), Orientation::Clockwise);
    }
}
