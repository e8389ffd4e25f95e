//! JFIF and JFXX segments: T.871, sections 10.1 and 10.2.

use crate::bytes::{Endian, array_at, u8_at};
use crate::inspect::block::{Block, Pictures};
use crate::inspect::exif::jpeg_size;
use crate::inspect::{Betrays, Carrier, Findings, text};

/// The payload of a JFIF segment that says nothing: version 1.01, aspect ratio 1:1, no thumbnail.
const PLAIN: &[u8] = b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0";

/// Tells a JFIF segment.
pub(super) fn jfif(whole: Block<'_>, payload: Block<'_>, findings: &mut Findings) {
    if payload.data == PLAIN {
        findings.add(Betrays::Structure, Carrier::Jfif, whole.place(), "JFIF header", "plain");
        return;
    }
    let before = findings.marks();
    let data = payload.data;
    if let Some([major, minor, unit, x1, x2, y1, y2]) = array_at::<7>(data, 5) {
        let (x, y) = (u16::from_be_bytes([x1, x2]), u16::from_be_bytes([y1, y2]));
        let unit_name = match unit {
            0 => "as aspect ratio",
            1 => "dots per inch",
            2 => "dots per cm",
            _ => "in an unknown unit",
        };
        if [major, minor, unit, x1, x2, y1, y2] != [1, 1, 0, 0, 1, 0, 1] {
            let value = format!("version {major}.{minor:02}, density {x} × {y} {unit_name}");
            findings.add(Betrays::History, Carrier::Jfif, whole.place(), "JFIF density", value);
        }
    }
    if let Some([width, height]) = array_at(data, 12) {
        let wanted = usize::from(width).saturating_mul(usize::from(height)).saturating_mul(3);
        let thumbnail = payload.from(14).before(wanted);
        if !thumbnail.data.is_empty() {
            let value = format!("{width} × {height} pixels, not compressed");
            let place = thumbnail.place();
            findings.add(
                Betrays::HiddenPicture,
                Carrier::JfifThumbnail,
                place,
                "JFIF thumbnail",
                value,
            );
        }
        let rest = payload.from(wanted.saturating_add(14));
        if !rest.data.is_empty() {
            let value = text::summary(rest.data);
            findings.add(
                Betrays::Unknown,
                Carrier::Jfif,
                rest.place(),
                "Bytes after the JFIF header",
                value,
            );
        }
    }
    if findings.marks() == before {
        let value = text::summary(data);
        findings.add(Betrays::Unknown, Carrier::Jfif, whole.place(), "Damaged JFIF header", value);
    }
}

/// Tells a JFXX segment; a JPEG thumbnail is also given to `picture`.
pub(super) fn jfxx(
    whole: Block<'_>,
    payload: Block<'_>,
    findings: &mut Findings,
    picture: Pictures<'_>,
) {
    let thumbnail = payload.from(6);
    let raw = |colours| {
        let (width, height) = (u8_at(thumbnail.data, 0)?, u8_at(thumbnail.data, 1)?);
        Some(format!("{width} × {height} pixels, {colours}"))
    };
    let kind = match u8_at(payload.data, 5) {
        Some(0x10) => jpeg_size(thumbnail.data).map(|(w, h)| format!("{w} × {h} pixels, JPEG")),
        Some(0x11) => raw("with a palette"),
        Some(0x13) => raw("not compressed"),
        _ => None,
    };
    let amount = text::size(payload.data.len() as u64);
    let value = kind.map_or(amount.clone(), |kind| format!("{kind}, {amount}"));
    findings.add(
        Betrays::HiddenPicture,
        Carrier::JfifThumbnail,
        whole.place(),
        "JFXX thumbnail",
        value,
    );
    if Endian::Big.u16(thumbnail.data, 0) == Some(0xFFD8) {
        picture(thumbnail, findings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn told(payload: &[u8]) -> Vec<(Betrays, String, String)> {
        let whole = Block { segment: "APP0", offset: 2, data: payload, joined: None };
        let mut findings = Findings::new(&Limits::default());
        jfif(whole, whole, &mut findings);
        findings.into_list().0.into_iter().map(|f| (f.betrays, f.label, f.value)).collect()
    }

    #[test]
    fn all_but_the_plain_header_is_a_mark() {
        assert_eq!(told(PLAIN)[0].0, Betrays::Structure);
        let dense = told(b"JFIF\0\x01\x02\x01\x01\x2C\x01\x2C\0\0");
        assert_eq!(dense[0].2, "version 1.02, density 300 × 300 dots per inch");
        let more = told(b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01rgbSECRET");
        assert_eq!(more[0].1, "JFIF thumbnail");
        assert_eq!(more[1].2, "6 bytes; readable: SECRET");
        for end in 5..PLAIN.len() {
            assert_ne!(told(&PLAIN[..end])[0].0, Betrays::Structure);
        }
    }
}
