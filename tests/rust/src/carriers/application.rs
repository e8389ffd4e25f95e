//! Segments that are no part of the picture: applications, comments, reserved codes.

use super::{Carrier, Mark, Place};
use crate::{Colour, Jpeg, Photo, Piece, marker};

/// Identifiers by which programs know their application segments, and what they put behind.
const KNOWN: [(&str, u8, &[u8]); 24] = [
    ("jfxx-jpeg", 0xE0, b"JFXX\0\x10"),
    ("jfxx-palette", 0xE0, b"JFXX\0\x11\x01\x01"),
    ("jfxx-rgb", 0xE0, b"JFXX\0\x13\x04\x04"),
    ("avi1", 0xE0, b"AVI1\0"),
    ("ciff", 0xE0, b"II\x1a\0\0\0HEAPJPGM"),
    ("xmp", 0xE1, b"http://ns.adobe.com/xap/1.0/\0"),
    ("flir", 0xE1, b"FLIR\0\x01\0\0"),
    ("exif-broken", 0xE1, b"Exif\0\0MM\0\x2a\xff\xff\xff\xff"),
    ("mpf", 0xE2, b"MPF\0MM\0\x2a\0\0\0\x08\0\0"),
    ("fpxr", 0xE2, b"FPXR\0\x01"),
    ("gain-map-version", 0xE2, b"urn:iso:std:iso:ts:21496:-1\0\0\0\0\0"),
    ("meta", 0xE3, b"Meta\0\0II\x2a\0\x08\0\0\0"),
    ("stim", 0xE3, b"_JPSJPS_\0\x10"),
    ("samsung-qvci", 0xE4, b"QVCI"),
    ("ricoh-rmeta", 0xE5, b"RMETA\0"),
    ("nitf", 0xE6, b"NTIF\0"),
    ("gopro", 0xE6, b"GoPro\0DEVC"),
    ("qualcomm", 0xE7, b"\x1aQualcomm Camera Attributes"),
    ("spiff", 0xE8, b"SPIFF\0\x01\x02"),
    ("media-jukebox", 0xE9, b"Media Jukebox\0"),
    ("hdr-ri", 0xEB, b"HDR_RI ver=11 "),
    ("ducky", 0xEC, b"Ducky\0\x01\0\x04\0\0\0\x64\0\x02"),
    ("adobe-cm", 0xED, b"Adobe_CM\0"),
    ("graphic-converter", 0xEF, b"Q 90\0"),
];

pub(super) fn all() -> Vec<Carrier> {
    let mut list = Vec::new();
    for place in Place::ALL {
        for code in 0xE0..=0xEF {
            list.push(segment(format!("app{}", code & 15), code, b"", place));
            list.push(segment(format!("app{}-known", code & 15), code, b"Vendor Thing\0", place));
        }
        list.push(segment(String::from("com"), marker::COM, b"", place));
        for code in [marker::JPG0, 0xF7, 0xFD] {
            list.push(segment(format!("jpg{}", code & 15), code, b"", place).refused());
        }
        for code in [0x02, 0x5A, 0xBF, marker::JPG] {
            list.push(segment(format!("reserved-{code:02x}"), code, b"", place).refused());
        }
    }
    for (name, code, start) in KNOWN {
        list.push(segment(String::from(name), code, start, Place::BeforeFrame));
    }
    list.push(Carrier::text("com-many", |jpeg, mark| {
        (0..200u8).all(|n| {
            let text = format!("{}{n}", mark.text);
            Place::BeforeFrame.put(jpeg, Piece::segment(marker::COM, text))
        })
    }));
    list.push(Carrier::text("com-longest", |jpeg, mark| {
        Place::Start.put(jpeg, Piece::segment(marker::COM, mark.repeated(65_533)))
    }));
    list.push(Carrier::number("com-empty", |jpeg, mark| {
        (0..mark.number).all(|_| Place::Start.put(jpeg, Piece::segment(marker::COM, [])))
    }));
    list.push(Carrier::text("extended-xmp", extended_xmp));
    list.push(Carrier::text("iptc", iptc));
    list.push(Carrier::text("c2pa", c2pa));
    list.push(Carrier::text("jfxx-jpeg-thumbnail", |jpeg, mark| {
        let payload = [b"JFXX\0\x10".as_slice(), &marked_photo(mark)].concat();
        Place::BeforeFrame.put(jpeg, Piece::segment(marker::APP0, payload))
    }));
    list
}

/// A whole small JPEG with the mark in a comment.
pub(super) fn marked_photo(mark: &Mark) -> Vec<u8> {
    let mut jpeg = Photo::new(16, 16, Colour::YCbCr).encode();
    jpeg.insert(2, Piece::segment(marker::COM, mark.text.as_bytes()));
    jpeg.bytes()
}

fn segment(name: String, code: u8, start: &'static [u8], place: Place) -> Carrier {
    Carrier::text(format!("{name}@{}", place.word()), move |jpeg, mark| {
        place.put(jpeg, Piece::segment(code, [start, mark.text.as_bytes()].concat()))
    })
}

/// Adobe XMP, part 3, 1.1.3.1: a packet too long for one segment.
fn extended_xmp(jpeg: &mut Jpeg, mark: &Mark) -> bool {
    let guid = b"0123456789ABCDEF0123456789ABCDEF";
    let packet = mark.repeated(5_000);
    let mut main = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:Description ".to_vec();
    main.extend(b"xmpNote:HasExtendedXMP=\"0123456789ABCDEF0123456789ABCDEF\"/></x:xmpmeta>");
    let mut payloads = vec![main];
    for (number, part) in packet.chunks(2_000).enumerate() {
        let mut payload = b"http://ns.adobe.com/xmp/extension/\0".to_vec();
        payload.extend(guid);
        payload.extend((packet.len() as u32).to_be_bytes());
        payload.extend((number as u32 * 2_000).to_be_bytes());
        payload.extend(part);
        payloads.push(payload);
    }
    payloads
        .into_iter()
        .all(|payload| Place::BeforeFrame.put(jpeg, Piece::segment(marker::APP1, payload)))
}

/// IPTC-IIM in Photoshop's image resource 0x0404, and a resource of its own.
fn iptc(jpeg: &mut Jpeg, mark: &Mark) -> bool {
    let mut dataset = vec![0x1C, 2, 80];
    dataset.extend((mark.text.len() as u16).to_be_bytes());
    dataset.extend(mark.text.as_bytes());
    let mut payload = b"Photoshop 3.0\0".to_vec();
    for (number, data) in [(0x0404u16, dataset), (0x040A, mark.text.as_bytes().to_vec())] {
        payload.extend(b"8BIM");
        payload.extend(number.to_be_bytes());
        payload.extend([0, 0]);
        payload.extend((data.len() as u32).to_be_bytes());
        payload.extend(&data);
        if data.len() % 2 == 1 {
            payload.push(0);
        }
    }
    Place::BeforeFrame.put(jpeg, Piece::segment(marker::APP13, payload))
}

/// A JUMBF superbox in two APP11 segments: ISO/IEC 19566-5, annex D; C2PA, A.3.1.
fn c2pa(jpeg: &mut Jpeg, mark: &Mark) -> bool {
    let boxed = |kind: &[u8; 4], data: &[u8]| {
        [&(data.len() as u32 + 8).to_be_bytes()[..], kind, data].concat()
    };
    let mut description = b"c2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71\x03c2pa\0".to_vec();
    description.extend(mark.text.as_bytes());
    let content = [boxed(b"jumd", &description), boxed(b"cbor", &mark.repeated(900))].concat();
    let superbox = boxed(b"jumb", &content);
    let head = &superbox[..8];
    let payloads = superbox[8..]
        .chunks(600)
        .zip(1u32..)
        .map(|(part, number)| [b"JP\0\x01".as_slice(), &number.to_be_bytes(), head, part].concat());
    let payloads: Vec<Vec<u8>> = payloads.collect();
    payloads
        .into_iter()
        .all(|payload| Place::BeforeFrame.put(jpeg, Piece::segment(marker::APP11, payload)))
}
