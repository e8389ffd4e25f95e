//! Segments of makers and programs.

use crate::bytes::{Endian, slice_at};
use crate::container::jpeg::marker::Marker;
use crate::inspect::block::Block;
use crate::inspect::group::Group;
use crate::inspect::{Betrays, Carrier, Findings, text};

use Betrays::{Device, HiddenPicture, History, Owner, Unknown};

/// The signature of gain map metadata (ISO 21496-1, annex C) in APP2.
pub(super) const GAIN_MAP: &[u8] = b"urn:iso:std:iso:ts:21496:-1\0";

/// Segment numbers, first bytes, what such segments betray, and whose they are.
const KNOWN: &[(u8, &[u8], Betrays, &str)] = &[
    (0, b"CIFF", Device, "Canon CIFF"),
    (0, b"AVI1", Device, "Motion JPEG"),
    (0, b"Ocad", History, "Photobucket"),
    (1, b"FLIR\0", Device, "FLIR thermal image"),
    (1, b"PIC\0", Device, "Picture information"),
    (1, b"PARROT\0", Device, "Parrot thermal image"),
    (1, b"IXML", Owner, "Sound recording notes"),
    (2, b"FPXR\0", History, "FlashPix"),
    (2, b"PreviewImage", HiddenPicture, "Samsung preview"),
    (2, b"UHDR", HiddenPicture, "Ultra HDR"),
    (3, b"META\0", Device, "Kodak Meta"),
    (3, b"Meta\0", Device, "Kodak Meta"),
    (3, b"Exif\0", Device, "Kodak Meta"),
    (3, b"Stim\0", Device, "Stereo image"),
    (3, b"_JPSJPS_", Device, "Stereo image"),
    (3, b"DJI", Device, "DJI"),
    (3, b"THER", Device, "Thermal image"),
    (4, b"SCALADO\0", Device, "Scalado"),
    (4, b"FPXR\0", History, "FlashPix"),
    (4, b"QTI Debug Metadata", Device, "Qualcomm"),
    (4, b"Qualcomm Camera", Device, "Qualcomm"),
    (4, b"DJI", Device, "DJI thermal parameters"),
    (4, b"\xAA\x55\x12\x06", Device, "DJI thermal parameters"),
    (5, b"RMETA\0", Device, "Ricoh RMETA"),
    (5, b"ssuniqueid\0", Device, "Samsung unique ID"),
    (5, b"\xAA\x55\x38\x00", Device, "DJI thermal calibration"),
    (6, b"EPPIM\0", Device, "Epson print matching"),
    (6, b"NITF", History, "NITF"),
    (6, b"TDHD\x01\0\x01\0", Device, "Hewlett-Packard TDHD"),
    (6, b"GoPro\0", Device, "GoPro"),
    (6, b"MMIMETA\0", Device, "Motorola"),
    (6, b"DJI", Device, "DJI thermal"),
    (7, b"PENTAX \0", Device, "Pentax maker note"),
    (7, b"HUAWEI", Device, "Huawei"),
    (7, b"Qualcomm", Device, "Qualcomm"),
    (7, b"DJI", Device, "DJI"),
    (7, b"\x1AQualcomm Camera Attributes", Device, "Qualcomm"),
    (8, b"SPIFF\0", History, "SPIFF header"),
    (8, b"SEAL", History, "SEAL signature"),
    (9, b"Media Jukebox\0", History, "Media Jukebox"),
    (10, b"UNICODE\0", Owner, "PhotoStudio comment"),
    (10, b"AROT\0", Device, "Apple tone curve (AROT)"),
    (11, b"HDR_RI ver", HiddenPicture, "JPEG-HDR"),
    (11, b"Pictureinfo", Device, "Picture information"),
    (13, b"Adobe_CM", History, "Adobe colour management"),
    (13, b"VMRK", History, "Watermark"),
    (15, b"Q ", History, "GraphicConverter quality"),
    (15, b"TEXT", Owner, "Text"),
];

/// Tells a segment that no other reader knows.
pub(super) fn inspect(
    marker: Marker,
    whole: Block<'_>,
    payload: Block<'_>,
    findings: &mut Findings,
) {
    let data = payload.data;
    let number = if (0xE0..=0xEF).contains(&marker.0) { Some(marker.0 & 15) } else { None };
    let mut add = |betrays, carrier, label: &str, value: &str| {
        findings.add(betrays, carrier, whole.place(), label, value);
    };
    if data.starts_with(GAIN_MAP) {
        let value = text::size(data.len() as u64);
        add(HiddenPicture, Carrier::GainMap, "Gain map metadata (ISO 21496-1)", &value);
        return;
    }
    let known =
        KNOWN.iter().find(|(of, signature, ..)| Some(*of) == number && data.starts_with(signature));
    match (number, known) {
        (Some(12), _) if data.starts_with(b"Ducky") => ducky(whole, payload, findings),
        (Some(12), _) if is_text(data) => picture_info(whole, data, findings),
        (_, Some((_, signature, betrays, name))) => {
            let rest = data.get(signature.len()..).unwrap_or_default();
            add(*betrays, Carrier::VendorBlock, name, &text::summary(rest));
        }
        (Some(_), None) if infrared(data) => {
            add(Device, Carrier::VendorBlock, "Infrared camera", &text::summary(data));
        }
        (Some(_), None) => {
            add(Unknown, Carrier::UnknownSegment, "Unknown segment", &text::summary(data))
        }
        (None, _) => {
            add(Unknown, Carrier::UnknownSegment, "Reserved segment", &text::summary(data))
        }
    }
}

/// InfiRay and others start blocks with their names a few bytes in.
fn infrared(data: &[u8]) -> bool {
    let head = data.get(..64).unwrap_or(data);
    [&b"IJPEG"[..], b"INFIRAY", b"GUIDEIR", b"HIKMICRO"]
        .iter()
        .any(|name| head.windows(name.len()).any(|w| w == *name))
}

/// True if `data` is text: notes of old Agfa, Olympus, Epson and Kodak cameras.
fn is_text(data: &[u8]) -> bool {
    !data.is_empty()
        && data.iter().all(|b| matches!(b, 0 | b'\t' | b'\r' | b'\n' | 0x20..=0x7E))
        && data.contains(&b'=')
}

/// Lines of "TimeDate=…", "Serial#=…" in APP12.
fn picture_info(whole: Block<'_>, data: &[u8], findings: &mut Findings) {
    let mut group =
        Group::new(Device, Carrier::VendorBlock, whole.place(), "Picture information", 6);
    let lines = data.split(|b| matches!(b, 0 | b'\r' | b'\n')).map(text::latin1);
    for line in lines.filter(|line| !line.trim().is_empty()) {
        match line.split_once('=') {
            Some((name, value)) if name.to_ascii_lowercase().contains("date") => {
                let date = value.trim().parse().ok().and_then(text::unix_time);
                let value = date.unwrap_or_else(|| value.trim().to_string());
                findings.add(Betrays::Time, Carrier::VendorBlock, whole.place(), "Taken", value);
            }
            Some((name, value)) if name.to_ascii_lowercase().contains("serial") => {
                let label = "Camera serial number";
                findings.add(Device, Carrier::VendorBlock, whole.place(), label, value);
            }
            _ => group.push(&line),
        }
    }
    group.tell(findings);
}

/// Adobe's "Save for Web": records of a tag, a length and data.
fn ducky(whole: Block<'_>, payload: Block<'_>, findings: &mut Findings) {
    let data = payload.data;
    let mut at = 5usize;
    let mut quality = String::from("unknown quality");
    while let Some(tag) = Endian::Big.u16(data, at).filter(|tag| *tag != 0) {
        let length = Endian::Big.u16(data, at.saturating_add(2)).map_or(0, usize::from);
        let Some(value) = slice_at(data, at.saturating_add(4), length) else { break };
        match tag {
            1 => quality = format!("quality {}", Endian::Big.u32(value, 0).unwrap_or(0)),
            _ => {
                let text = text::utf16(value.get(4..).unwrap_or_default(), false);
                let label = if tag == 3 { "Copyright" } else { "Comment" };
                findings.add(Owner, Carrier::VendorBlock, whole.place(), label, text);
            }
        }
        at = at.saturating_add(4).saturating_add(length);
    }
    findings.add(
        History,
        Carrier::VendorBlock,
        whole.place(),
        "Saved for the web by Adobe",
        quality,
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn told(marker: u8, payload: &[u8]) -> Vec<(Betrays, String, String)> {
        let whole = Block { segment: "APPn", offset: 2, data: payload, joined: None };
        let mut findings = Findings::new(&Limits::default());
        inspect(Marker(marker), whole, whole, &mut findings);
        findings.into_list().0.into_iter().map(|f| (f.betrays, f.label, f.value)).collect()
    }

    #[test]
    fn known_and_unknown_segments_are_told() {
        assert_eq!(told(0xE5, b"ssuniqueid\0SERIAL01")[0].1, "Samsung unique ID");
        assert_eq!(
            told(0xE4, b"whatever")[0],
            (Unknown, "Unknown segment".into(), "8 bytes; readable: whatever".into())
        );
        assert_eq!(told(0xF3, b"x")[0].1, "Reserved segment");
        assert_eq!(told(0xE2, GAIN_MAP)[0].0, HiddenPicture);
        assert_eq!(told(0xE9, b"")[0].2, "0 bytes");
    }

    #[test]
    fn notes_of_old_cameras_are_told_line_by_line() {
        let told = told(0xEC, b"[picture info]\r\nTimeDate=915148800\r\nSerial#=A12\r\nType=X\0");
        assert_eq!(told[0].2, "1999-01-01 00:00:00 UTC");
        assert_eq!(told[1].2, "A12");
        assert_eq!(told[2].2, "[picture info]; Type=X");
    }

    #[test]
    fn quality_and_comment_of_save_for_web_are_told() {
        let told = told(0xEC, b"Ducky\0\x01\0\x04\0\0\0\x3C\0\x02\0\x08\0\0\0\x02\0h\0i\0\0");
        assert_eq!(told[0], (Owner, "Comment".into(), "hi".into()));
        assert_eq!(told[1].2, "quality 60");
    }
}
