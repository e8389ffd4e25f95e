//! Free fields of JFIF (T.871, section 10) and of Adobe's segment (T.872, section 6.5.3).

use super::{Carrier, Place};
use crate::{Jpeg, Piece, marker};

pub(super) fn all() -> Vec<Carrier> {
    let mut list = vec![
        Carrier::number("jfif-version", |jpeg, mark| jfif(jpeg, |p| p[6] = mark.number)),
        Carrier::number("jfif-units", |jpeg, mark| jfif(jpeg, |p| p[7] = mark.number % 3)),
        Carrier::number("jfif-density", |jpeg, mark| {
            jfif(jpeg, |p| p[8..12].copy_from_slice(&[0, 72, mark.number, 200]))
        }),
        Carrier::text("jfif-thumbnail", |jpeg, mark| {
            jfif(jpeg, |p| {
                p[12..14].copy_from_slice(&[7, 4]);
                p.extend(mark.repeated(7 * 4 * 3));
            })
        }),
        Carrier::text("jfif-tail", |jpeg, mark| jfif(jpeg, |p| p.extend(mark.text.bytes()))),
        Carrier::text("jfif-twice", |jpeg, mark| {
            let again = [b"JFIF\0\x01\x02\x01\0\x48\0\x48\0\0".as_slice(), mark.text.as_bytes()];
            jpeg.has_jfif()
                && Place::BeforeScan.put(jpeg, Piece::segment(marker::APP0, again.concat()))
        }),
        // too short to be one for libjpeg, so it must not decide about colours
        Carrier::number("jfif-cut-short", |jpeg, mark| {
            let short = [b"JFIF\0\x01".as_slice(), &[mark.number]].concat();
            Place::BeforeScan.put(jpeg, Piece::segment(marker::APP0, short))
        }),
        Carrier::number("adobe-cut-short", |jpeg, mark| {
            let short = [b"Adobe\0\x64".as_slice(), &[mark.number, 0]].concat();
            Place::BeforeScan.put(jpeg, Piece::segment(marker::APP14, short))
        }),
        Carrier::number("adobe-version", |jpeg, mark| adobe(jpeg, |p| p[6] = mark.number)),
        Carrier::number("adobe-flags", |jpeg, mark| {
            adobe(jpeg, |p| p[7..11].copy_from_slice(&[mark.number, 1, 2, mark.number]))
        }),
        Carrier::text("adobe-tail", |jpeg, mark| adobe(jpeg, |p| p.extend(mark.text.bytes()))),
        // the first one does not count where there are two
        Carrier::number("adobe-overruled", |jpeg, mark| {
            let before = [b"Adobe\0\x64\0\0\0\0".as_slice(), &[mark.number % 3]].concat();
            jpeg.adobe_transform().is_some()
                && Place::Start.put(jpeg, Piece::segment(marker::APP14, before))
        }),
        Carrier::number("grey-transform", |jpeg, mark| {
            let payload = [b"Adobe\0\x64\0\0\0\0".as_slice(), &[mark.number % 3]].concat();
            jpeg.components() == 1
                && Place::BeforeFrame.put(jpeg, Piece::segment(marker::APP14, payload))
        }),
    ];
    // what comes after the first scan has begun decides nothing
    for place in [Place::BetweenScans, Place::BeforeEnd] {
        list.push(Carrier::text(format!("late-adobe@{}", place.word()), move |jpeg, mark| {
            let mut payload = b"Adobe\0\x64\0\0\0\0".to_vec();
            payload.push(mark.number % 3);
            payload.extend(mark.text.bytes());
            place.put(jpeg, Piece::segment(marker::APP14, payload))
        }));
        list.push(Carrier::text(format!("late-jfif@{}", place.word()), move |jpeg, mark| {
            let late = [b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0".as_slice(), mark.text.as_bytes()];
            place.put(jpeg, Piece::segment(marker::APP0, late.concat()))
        }));
    }
    list
}

/// Changes the JFIF header; without one a photo has no such place.
fn jfif(jpeg: &mut Jpeg, change: impl FnOnce(&mut Vec<u8>)) -> bool {
    let at = jpeg.position(|p| p.is(marker::APP0) && p.payload().starts_with(b"JFIF\0"));
    at.and_then(|at| jpeg.pieces[at].payload_mut()).map(change).is_some()
}

/// Changes the Adobe segment; without one a photo has no such place.
fn adobe(jpeg: &mut Jpeg, change: impl FnOnce(&mut Vec<u8>)) -> bool {
    let at = jpeg.position(|p| p.is(marker::APP14));
    at.and_then(|at| jpeg.pieces[at].payload_mut()).map(change).is_some()
}
