//! Raw files that are no TIFFs: Fujifilm's RAF, Canon's CR3 and CRW, Sigma's X3F, Minolta's MRW.

use crate::bytes::Endian;
use crate::inspect::block::{Block, find};
use crate::inspect::jpeg::tell_thumbnail;
use crate::inspect::{Betrays, Carrier, Findings, exif, text};

/// The boxes of a CR3 that hold a TIFF structure each: of the picture, of Exif, of the maker, of GPS.
const BOXES: [&[u8; 4]; 4] = [b"CMT1", b"CMT2", b"CMT3", b"CMT4"];

/// How far into the file these boxes are looked for, in bytes.
const HEAD: usize = 1 << 20;

/// Tells what `file` says, as far as it is known.
pub(super) fn tell(file: Block<'_>, findings: &mut Findings) {
    let data = file.data;
    let kind = match data {
        [b'F', b'U', b'J', b'I', ..] => "Fujifilm",
        [b'F', b'O', b'V', b'b', ..] => "Sigma",
        [0, b'M', b'R', b'M', ..] => "Minolta",
        _ => "Canon",
    };
    let value = format!("{kind}, {}", text::summary(data));
    let (betrays, carrier) = (Betrays::Device, Carrier::RawData);
    findings.add(betrays, carrier, file.place(), "Sensor data", value);
    if kind == "Fujifilm" {
        fujifilm(file, findings);
    }
    if kind == "Minolta"
        && let Some(at) = find(file.before(HEAD).data, b"\0TTW", 0)
    {
        // the length of the block, then a TIFF structure
        structure(Block { segment: "TTW", ..file.from(at.saturating_add(4)) }, findings);
    }
    for name in BOXES.iter().filter(|_| kind == "Canon") {
        let Some(at) = find(file.before(HEAD).data, *name, 0) else { continue };
        let length = at.checked_sub(4).and_then(|at| Endian::Big.u32(data, at));
        let length = length.and_then(|length| usize::try_from(length).ok()?.checked_sub(4));
        let block = file.from(at).before(length.unwrap_or(data.len()));
        structure(Block { segment: &text::latin1(*name), ..block }, findings);
    }
}

/// A TIFF structure with four bytes in front.
fn structure(block: Block<'_>, findings: &mut Findings) {
    exif::inspect(block, block, findings, &mut tell_thumbnail);
}

/// The header of a RAF: the camera's name, and a JPEG with its Exif.
fn fujifilm(file: Block<'_>, findings: &mut Findings) {
    if let Some(model) = file.part(28, 32) {
        let (betrays, label) = (Betrays::Device, "Camera model");
        findings.add(betrays, Carrier::RawData, model.place(), label, text::decode(model.data));
    }
    let number = |at| Endian::Big.u32(file.data, at).and_then(|n| usize::try_from(n).ok());
    let block = number(84).zip(number(88)).and_then(|(at, length)| file.part(at, length));
    if let Some(jpeg) = block.filter(|block| block.data.starts_with(b"\xFF\xD8\xFF")) {
        let jpeg = Block { segment: "preview", ..jpeg };
        let value = text::size(jpeg.data.len() as u64);
        let (betrays, carrier) = (Betrays::HiddenPicture, Carrier::Thumbnail);
        findings.add(betrays, carrier, jpeg.place(), "Preview", value);
        tell_thumbnail(jpeg, findings);
    }
}
