//! Marks inside Exif blocks. None of them tells an orientation but 1.

use super::{Carrier, Mark, Place, application::marked_photo};
use crate::exif::{Entry, Order, ascii, byte, directory, payload, rationals, short, undefined};
use crate::{Jpeg, Piece, marker};

const EXIF_IFD: u16 = 0x8769;
const GPS_IFD: u16 = 0x8825;
const INTEROP_IFD: u16 = 0xA005;

pub(super) fn all() -> Vec<Carrier> {
    let mut list = Vec::new();
    for (word, order) in [("big", Order::Big), ("little", Order::Little)] {
        let mut entry = |name: &str, make: fn(&Mark) -> Vec<Entry>| {
            list.push(Carrier::text(format!("exif-{name}-{word}"), move |jpeg, mark| {
                plant(jpeg, payload(order, make(mark), None, &[]))
            }));
        };
        entry("make-model", |m| vec![ascii(0x010F, &m.text), ascii(0x0110, &m.text)]);
        entry("with-orientation", |m| vec![short(0x0112, 1), ascii(0x013B, &m.text)]);
        entry("serial", |m| vec![directory(EXIF_IFD, vec![ascii(0xA431, &m.text)])]);
        entry("maker-note", |m| {
            let note = [b"Nikon\0\x02\x10\0\0".as_slice(), m.text.as_bytes()].concat();
            vec![ascii(0x010F, "NIKON"), directory(EXIF_IFD, vec![undefined(0x927C, &note)])]
        });
        entry("user-comment", |m| {
            let text = [b"ASCII\0\0\0".as_slice(), m.text.as_bytes()].concat();
            vec![directory(EXIF_IFD, vec![undefined(0x9286, &text)])]
        });
        entry("title-utf-16", |m| {
            let wide: Vec<u8> = m.text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            vec![byte(0x9C9B, &wide)]
        });
        entry("interop", |m| {
            let interop =
                directory(INTEROP_IFD, vec![ascii(0x0001, "R98"), ascii(0x1000, &m.text)]);
            vec![directory(EXIF_IFD, vec![interop])]
        });
        entry("private-tag", |m| {
            vec![ascii(0xC5D8, &m.text), undefined(0xFE00, m.text.as_bytes())]
        });
        entry("gps", |m| {
            let place = [(52, 1), (30, 1), (u32::from(m.number), 1)];
            let gps = vec![
                byte(0x0000, &[2, 3, 0, 0]),
                ascii(0x0001, "N"),
                rationals(0x0002, &place),
                ascii(0x0003, "E"),
                rationals(0x0004, &place),
                undefined(0x001B, m.text.as_bytes()),
            ];
            vec![directory(GPS_IFD, gps)]
        });
        list.push(Carrier::text(format!("exif-gap-{word}"), move |jpeg, mark| {
            let ifd0 = vec![short(0x0112, 1)];
            plant(jpeg, payload(order, ifd0, None, mark.text.as_bytes()))
        }));
        list.push(Carrier::text(format!("exif-thumbnail-{word}"), move |jpeg, mark| {
            let ifd1 = vec![short(0x0103, 6), ascii(0x010E, &mark.text)];
            let ifd1 = Some((ifd1, marked_photo(mark)));
            let ifd1 = ifd1.as_ref().map(|(entries, data)| (entries.clone(), data.as_slice()));
            plant(jpeg, payload(order, vec![short(0x0112, 1)], ifd1, &[]))
        }));
    }
    list.push(Carrier::text("exif-twice", |jpeg, mark| {
        (0..2).all(|_| plant(jpeg, payload(Order::Big, vec![ascii(0x010F, &mark.text)], None, &[])))
    }));
    list
}

fn plant(jpeg: &mut Jpeg, payload: Vec<u8>) -> bool {
    Place::BeforeFrame.put(jpeg, Piece::segment(marker::APP1, payload))
}
