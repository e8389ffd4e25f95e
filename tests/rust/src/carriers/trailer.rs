//! What stands after the picture: further scans, frames, images, films, archives.

use super::application::marked_photo;
use super::{Carrier, Mark};
use crate::{Jpeg, Piece, marker};

type Make = fn(&Mark) -> Vec<u8>;

pub(super) fn all() -> Vec<Carrier> {
    let after: [(&str, Make); 10] = [
        ("text", |m| m.text.clone().into_bytes()),
        ("second-image", marked_photo),
        ("comment", |m| {
            Jpeg { pieces: vec![Piece::segment(marker::COM, m.text.as_bytes())] }.bytes()
        }),
        ("second-end", |m| [&[0xFF, 0xD9], m.text.as_bytes()].concat()),
        ("samsung", samsung),
        ("motion-photo", motion_photo),
        ("zip", zip),
        ("gain-map", |m| {
            let xmp = b"http://ns.adobe.com/xap/1.0/\0<x hdrgm:Version=\"1.0\"/>";
            let mut image = crate::Photo::new(8, 8, crate::Colour::Grey).encode();
            image.insert(
                2,
                Piece::segment(marker::APP1, [xmp.as_slice(), m.text.as_bytes()].concat()),
            );
            image.bytes()
        }),
        ("png", |m| [b"\x89PNG\r\n\x1a\n".as_slice(), m.text.as_bytes()].concat()),
        ("zeros-then-text", |m| [vec![0; 4_096], m.text.clone().into_bytes()].concat()),
    ];
    let mut list: Vec<Carrier> = after
        .into_iter()
        .map(|(name, make)| {
            Carrier::text(format!("after-end-{name}"), move |jpeg, mark| {
                jpeg.pieces.push(Piece::Raw(make(mark)));
                true
            })
        })
        .collect();
    list.push(Carrier::number("after-end-zeros", |jpeg, mark| {
        jpeg.pieces.push(Piece::Raw(vec![0; usize::from(mark.number)]));
        true
    }));
    list.push(Carrier::text("mpf-second-image", |jpeg, mark| {
        let mut index =
            b"MPF\0MM\0\x2a\0\0\0\x08\0\x01\xb0\x01\0\x04\0\0\0\x01\0\0\0\x02\0\0\0\0".to_vec();
        index.extend(mark.text.as_bytes());
        jpeg.insert(1, Piece::segment(marker::APP2, index));
        jpeg.pieces.push(Piece::Raw(marked_photo(mark)));
        true
    }));
    // libjpeg stops with an error, or lets the last scan win
    list.push(Carrier::text("extra-scan", extra_scan).refused());
    list.push(
        Carrier::text("second-frame", |jpeg, mark| {
            let mut frame = jpeg.pieces[jpeg.frame()].clone();
            if let Some(payload) = frame.payload_mut() {
                payload.extend(mark.text.bytes());
            }
            let end = jpeg.end();
            jpeg.insert(end, frame);
            true
        })
        .refused(),
    );
    list.push(
        Carrier::text("second-start", |jpeg, mark| {
            let end = jpeg.end();
            jpeg.insert(end, Piece::segment(marker::COM, mark.text.as_bytes()));
            jpeg.insert(end, Piece::Marker(marker::SOI));
            true
        })
        .refused(),
    );
    list
}

/// The last scan again, with the mark for its data.
fn extra_scan(jpeg: &mut Jpeg, mark: &Mark) -> bool {
    let header = jpeg.scans().pop().map(|at| jpeg.pieces[at].clone());
    let end = jpeg.end();
    jpeg.insert(end, Piece::Coded(mark.text.as_bytes().to_vec()));
    header.map(|piece| jpeg.insert(end, piece)).is_some()
}

/// Samsung's trailer: blocks, a directory of them, and its length before the last four bytes.
fn samsung(mark: &Mark) -> Vec<u8> {
    let name = b"Image_UTC_Data";
    let mut block = vec![0, 0, 0x01, 0x0A];
    block.extend((name.len() as u32).to_le_bytes());
    block.extend(name);
    block.extend(mark.text.as_bytes());
    let length = block.len() as u32;
    let mut directory = b"SEFH\x6a\0\0\0\x01\0\0\0\0\0\x01\x0a".to_vec();
    directory.extend(length.to_le_bytes());
    directory.extend(length.to_le_bytes());
    let size = directory.len() as u32;
    [block, directory, size.to_le_bytes().to_vec(), b"SEFT".to_vec()].concat()
}

/// The start of an MP4 film.
fn motion_photo(mark: &Mark) -> Vec<u8> {
    let mut film = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42".to_vec();
    film.extend((mark.text.len() as u32 + 8).to_be_bytes());
    film.extend(b"mdat");
    film.extend(mark.text.as_bytes());
    film
}

/// A local file header of a ZIP archive, stored.
fn zip(mark: &Mark) -> Vec<u8> {
    let mut archive = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
    let length = mark.text.len() as u32;
    archive.extend(length.to_le_bytes());
    archive.extend(length.to_le_bytes());
    archive.extend([1, 0, 0, 0, b'a']);
    archive.extend(mark.text.as_bytes());
    archive
}
