//! Maker notes: whose they are, and what in them names the one camera.
//!
//! Their forms are not published. The signatures and the few tags read here are those that
//! ExifTool documents; a note that is not known is told by its maker and size.

use crate::bytes::Endian;
use crate::inspect::block::Block;
use crate::inspect::{Betrays, Carrier, Findings, text};

/// How the directory in a note is found, and what its offsets count from.
struct Form {
    /// Where the directory starts, from the start of the note.
    directory: usize,
    /// Its byte order, if the note fixes it.
    endian: Option<Endian>,
    base: Base,
    tags: &'static [(u16, Betrays, &'static str)],
}

/// What the offsets in a directory count from.
enum Base {
    /// The TIFF header of the Exif block.
    Tiff,
    /// The start of the note, or further in.
    Note(usize),
}

use Betrays::{Device, History, Owner, Place};

const CANON: &[(u16, Betrays, &str)] = &[
    (0x06, Device, "Camera type"),
    (0x07, Device, "Camera firmware"),
    (0x09, Owner, "Camera owner"),
    (0x0C, Device, "Camera serial number"),
    (0x28, Device, "Image unique ID"),
    (0x95, Device, "Lens model"),
    (0x96, Device, "Internal serial number"),
];
const NIKON: &[(u16, Betrays, &str)] = &[
    (0x1D, Device, "Camera serial number"),
    (0xA0, Device, "Camera serial number"),
    (0xA7, Device, "Shutter count"),
];
const APPLE: &[(u16, Betrays, &str)] = &[
    (0x11, History, "Content identifier, shared with its film"),
    (0x15, Device, "Image unique ID"),
    (0x20, Device, "Capture request"),
    (0x2B, Device, "Photo identifier"),
];
const FUJIFILM: &[(u16, Betrays, &str)] = &[(0x10, Device, "Internal serial number")];
const PANASONIC: &[(u16, Betrays, &str)] = &[
    (0x25, Device, "Internal serial number"),
    (0x52, Device, "Lens serial number"),
    (0x69, Place, "Country"),
    (0x6B, Place, "State"),
    (0x6D, Place, "City"),
    (0x6F, Place, "Landmark"),
];
const PENTAX: &[(u16, Betrays, &str)] = &[
    (0x06, Betrays::Time, "Date"),
    (0x229, Device, "Camera serial number"),
    (0x22E, Owner, "Artist"),
    (0x22F, Owner, "Copyright"),
];
const OLYMPUS: &[(u16, Betrays, &str)] =
    &[(0x209, Device, "Camera ID"), (0x404, Device, "Camera serial number")];
const SAMSUNG: &[(u16, Betrays, &str)] =
    &[(0xA001, Device, "Firmware"), (0xA002, Device, "Camera serial number")];

/// Signatures and the makers that write them, most special first.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"Nikon\0", "Nikon"),
    (b"Apple iOS\0", "Apple"),
    (b"SONY DSC", "Sony"),
    (b"SONY CAM", "Sony"),
    (b"SONY MOBILE", "Sony"),
    (b"VHAB", "Sony"),
    (b"\0\0SONY PIC", "Sony"),
    (b"SEMC MS\0", "Sony Ericsson"),
    (b"OLYMP\0", "Olympus"),
    (b"OLYMPUS\0", "Olympus"),
    (b"OM SYSTEM\0", "OM System"),
    (b"EPSON\0", "Epson"),
    (b"MINOL\0", "Minolta"),
    (b"CAMER\0", "Olympus or Premier"),
    (b"Panasonic\0", "Panasonic"),
    (b"MKED", "Panasonic"),
    (b"FUJIFILM", "Fujifilm"),
    (b"GENERALE", "General Electric"),
    (b"GE\0\0", "General Electric"),
    (b"GENIC\0", "General Electric"),
    (b"PENTAX ", "Pentax"),
    (b"AOC\0", "Pentax"),
    (b"RICOH\0", "Ricoh"),
    (b"Ricoh", "Ricoh"),
    (b"RICOH", "Ricoh"),
    (b"Rev", "Ricoh"),
    (b"Rv", "Ricoh"),
    (b"LEICA", "Leica"),
    (b"SIGMA\0", "Sigma"),
    (b"FOVEON\0", "Sigma"),
    (b"QVC\0", "Casio"),
    (b"DCI\0", "Casio"),
    (b"CASIO\0", "Casio"),
    (b"KDK", "Kodak"),
    (b"Kodak", "Kodak"),
    (b"SANYO\0", "Sanyo"),
    (b"HUAWEI\0", "Huawei"),
    (b"HDRP", "Google HDR+"),
    (b"MOT", "Motorola"),
    (b"MMMI", "Motorola"),
    (b"JVC ", "JVC"),
    (b"KC\0", "Kyocera"),
    (b"KYOCERA", "Kyocera"),
    (b"STMN", "Samsung"),
    (b"HW_", "Huawei"),
    (b"[ae_dbg_info:", "DJI"),
    (b"DJI", "DJI"),
    (b"FLIR", "FLIR"),
    (b"RECONYX", "Reconyx"),
    (b"HP\0", "Hewlett-Packard"),
    (b"Hewlett-Packard", "Hewlett-Packard"),
    (b"IIII", "Hewlett-Packard"),
    (b"Phase One", "Phase One"),
    (b"ISL\0", "ISL"),
    (b"NOKIA", "Nokia"),
    (b"LSI1\0", "LSI"),
];

/// Tells the maker's note `note` in the Exif block `tiff`, of a camera whose maker says `make`.
pub(crate) fn inspect(note: Block<'_>, tiff: Block<'_>, make: &str, findings: &mut Findings) {
    let signature = SIGNATURES.iter().find(|(signature, _)| note.data.starts_with(signature));
    let maker = match (signature, make.split_whitespace().next()) {
        (Some((_, maker)), _) => (*maker).to_string(),
        (None, Some(_)) => make.to_string(),
        (None, None) => String::from("unknown maker"),
    };
    let value = format!("{maker}, {}", text::summary(note.data));
    findings.add(Device, Carrier::MakerNote, note.place(), "Maker note", value);
    if let Some(form) = form(note, &maker) {
        directory(note, tiff, &form, findings);
    }
}

/// The form of a note whose directory can be read safely.
fn form(note: Block<'_>, maker: &str) -> Option<Form> {
    let data = note.data;
    let brand = maker.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    let known = |directory, endian, base, tags| Some(Form { directory, endian, base, tags });
    match brand.as_str() {
        "canon" => known(0, None, Base::Tiff, CANON),
        "nikon" if data.starts_with(b"Nikon\0\x02") => {
            let endian = if data.get(10..12)? == b"II" { Endian::Little } else { Endian::Big };
            let at = usize::try_from(endian.u32(data, 14)?).ok()?;
            known(at.checked_add(10)?, Some(endian), Base::Note(10), NIKON)
        }
        "apple" => known(14, Some(Endian::Big), Base::Note(0), APPLE),
        "fujifilm" => {
            let at = usize::try_from(Endian::Little.u32(data, 8)?).ok()?;
            known(at, Some(Endian::Little), Base::Note(0), FUJIFILM)
        }
        "panasonic" => known(12, None, Base::Tiff, PANASONIC),
        "pentax" if data.starts_with(b"AOC\0") => {
            let endian = match data.get(4..6)? {
                b"II" => Some(Endian::Little),
                b"MM" => Some(Endian::Big),
                _ => None,
            };
            known(6, endian, Base::Tiff, PENTAX)
        }
        "olympus" if data.starts_with(b"OLYMP\0") => known(8, None, Base::Tiff, OLYMPUS),
        "samsung" => known(0, None, Base::Note(0), SAMSUNG),
        _ => None,
    }
}

/// Tells the fields of the directory that name the one camera or its owner.
fn directory(note: Block<'_>, tiff: Block<'_>, form: &Form, findings: &mut Findings) {
    let endian = form.endian.unwrap_or(match tiff.data.first() {
        Some(b'I') => Endian::Little,
        _ => Endian::Big,
    });
    let base = match form.base {
        Base::Tiff => tiff,
        Base::Note(at) => note.from(at),
    };
    let count = endian.u16(note.data, form.directory).unwrap_or(0).min(512);
    for index in 0..usize::from(count) {
        let at = form.directory.saturating_add(2).saturating_add(index.saturating_mul(12));
        let Some(entry) = note.part(at, 12) else { return };
        let number = endian.u16(entry.data, 0);
        let Some((_, betrays, label)) = form.tags.iter().find(|(tag, ..)| Some(*tag) == number)
        else {
            continue;
        };
        let (Some(kind), Some(count)) = (endian.u16(entry.data, 2), endian.u32(entry.data, 4))
        else {
            return;
        };
        let unit: usize = match kind {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 => 4,
            _ => continue,
        };
        let Some(length) = usize::try_from(count).ok().and_then(|c| c.checked_mul(unit)) else {
            continue;
        };
        let value = if length <= 4 {
            entry.part(8, length)
        } else {
            endian.u32(entry.data, 8).and_then(|at| base.part(usize::try_from(at).ok()?, length))
        };
        let Some(value) = value.filter(|v| v.data.len() <= 256) else { continue };
        let shown = match (kind, length) {
            (4 | 9, 4) => endian.u32(value.data, 0).map(|n| n.to_string()),
            (3 | 8, 2) => endian.u16(value.data, 0).map(|n| n.to_string()),
            (2, _) => Some(text::decode(value.data)),
            _ => identifier(value.data),
        };
        if let Some(shown) = shown.filter(|s| !s.is_empty() && s != "0") {
            findings.add(*betrays, Carrier::MakerNote, value.place(), *label, shown);
        }
    }
}

/// Bytes that name something: as text if they are, else as hexadecimal digits.
fn identifier(data: &[u8]) -> Option<String> {
    if data.iter().all(|b| *b == 0) {
        return None;
    }
    let readable = text::readable(data, 4, 1);
    let text = match readable.into_iter().next() {
        Some(text) => text,
        None => data.iter().take(16).map(|b| format!("{b:02x}")).collect(),
    };
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn told(note: &[u8], make: &str) -> Vec<(String, String)> {
        let note = Block { segment: "APP1", offset: 50, data: note, joined: None };
        let mut findings = Findings::new(&Limits::default());
        inspect(note, Block { data: b"II*\0", ..note }, make, &mut findings);
        findings.into_list().0.into_iter().map(|f| (f.label, f.value)).collect()
    }

    #[test]
    fn the_serial_number_of_a_canon_is_told() {
        let mut note = vec![1, 0, 0x0C, 0, 4, 0, 1, 0, 0, 0];
        note.extend(1_234_567u32.to_le_bytes());
        let told = told(&note, "Canon");
        assert_eq!(told[0], ("Maker note".into(), "Canon, 14 bytes".into()));
        assert_eq!(told[1], ("Camera serial number".into(), "1234567".into()));
    }

    #[test]
    fn signatures_go_before_the_maker() {
        assert_eq!(told(b"Nikon\0\x01\0", "NIKON")[0].1, "Nikon, 8 bytes; readable: Nikon");
        assert_eq!(told(b"\x01\x02", "Vivitar Ltd")[0].1, "Vivitar Ltd, 2 bytes");
        assert_eq!(told(b"\x01\x02", "")[0].1, "unknown maker, 2 bytes");
        assert_eq!(told(b"", "Canon")[0].1, "Canon, 0 bytes");
    }
}
