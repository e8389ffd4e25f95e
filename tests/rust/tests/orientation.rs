//! The picture stays the right way up: Exif's orientation (CIPA DC-008, 4.6.4) is kept, alone.

mod common;

use common::{Faults, strip};
use unmarked_fixtures::decode::{exiftool_installed, run};
use unmarked_fixtures::exif::{self, Order, ascii, orientation, payload, short};
use unmarked_fixtures::{Jpeg, Piece, kinds, marker};

fn with_segments(kind: &str, payloads: &[Vec<u8>]) -> Vec<u8> {
    let mut jpeg = kinds::named(kind).encode();
    for app1 in payloads.iter().rev() {
        let at = jpeg.frame();
        jpeg.insert(at, Piece::segment(marker::APP1, app1.as_slice()));
    }
    jpeg.bytes()
}

/// What the clean photo tells: nothing means upright.
fn told(clean: &[u8]) -> u16 {
    let jpeg = Jpeg::parse(clean).expect("a clean photo is well formed");
    exif::read_orientation(&jpeg).unwrap_or(1)
}

#[test]
fn all_eight_are_kept_whatever_block_tells_them() {
    let mut faults = Faults::default();
    for kind in ["grey", "420", "progressive", "rgb-ids", "cmyk-plain", "ycck"] {
        for value in 1..=8u8 {
            let mut first: Option<Vec<u8>> = None;
            for (order, tiff_type) in [Order::Big, Order::Little]
                .into_iter()
                .flat_map(|order| [1, 3, 4].map(|tiff_type| (order, tiff_type)))
            {
                let name = format!("{value} as type {tiff_type}, {order:?}, in {kind}");
                let clean =
                    strip(&with_segments(kind, &[orientation(order, tiff_type, value)])).unwrap();
                faults.check(told(&clean) == u16::from(value), || {
                    format!("{name}: {}", told(&clean))
                });
                let first = first.get_or_insert_with(|| clean.clone());
                faults.check(*first == clean, || format!("{name}: the block leaves a trace"));
            }
        }
    }
    faults.none();
}

#[test]
fn upright_is_told_by_silence() {
    let silent = strip(&kinds::named("420").bytes()).unwrap();
    assert!(!silent.windows(4).any(|w| w == b"Exif"));
    for value in [0, 1, 9, 255] {
        let photo = with_segments("420", &[orientation(Order::Big, 3, value)]);
        assert_eq!(strip(&photo).unwrap(), silent, "{value}");
    }
}

#[test]
fn it_is_kept_beside_everything_else_that_exif_tells() {
    for order in [Order::Big, Order::Little] {
        let ifd0 = vec![ascii(0x010F, "NIKON"), short(0x0112, 6), ascii(0x0131, "Editor 1.0")];
        let block = payload(order, ifd0, None, b"in the gap");
        let clean = strip(&with_segments("420", &[block])).unwrap();
        assert_eq!(told(&clean), 6);
        let alone = strip(&with_segments("420", &[orientation(order, 3, 6)])).unwrap();
        assert_eq!(clean, alone);
    }
}

/// The thumbnail's orientation is not the picture's.
#[test]
fn that_of_the_thumbnail_does_not_count() {
    let thumbnail = kinds::named("grey").bytes();
    let block = payload(Order::Big, Vec::new(), Some((vec![short(0x0112, 6)], &thumbnail)), &[]);
    assert_eq!(told(&strip(&with_segments("420", &[block])).unwrap()), 1);
}

#[test]
fn xmp_tells_it_where_exif_does_not() {
    let packet = |description: &str| {
        let mut payload = b"http://ns.adobe.com/xap/1.0/\0<?xpacket begin='' id=''?>".to_vec();
        payload.extend(b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>");
        payload.extend(b"<rdf:Description rdf:about='' xmlns:tiff='http://ns.adobe.com/tiff/1.0/'");
        payload.extend(description.as_bytes());
        payload.extend(b"</rdf:RDF></x:xmpmeta>");
        payload
    };
    for value in 1..=8u16 {
        let attribute = packet(&format!(" tiff:Orientation=\"{value}\"/>"));
        let element = format!("><tiff:Orientation>{value}</tiff:Orientation></rdf:Description>");
        for payload in [attribute.clone(), packet(&element)] {
            assert_eq!(told(&strip(&with_segments("420", &[payload])).unwrap()), value);
        }
        // Exif is what viewers turn by where both tell
        let both = [orientation(Order::Little, 3, 3), attribute];
        assert_eq!(told(&strip(&with_segments("420", &both)).unwrap()), 3);
    }
}

#[test]
fn exiftool_reads_it_back() {
    if !exiftool_installed() {
        return;
    }
    for value in 2..=8u8 {
        let clean = strip(&with_segments("420", &[orientation(Order::Little, 4, value)])).unwrap();
        let out = run("exiftool", &["-n", "-s3", "-Orientation", "-"], &clean).unwrap();
        assert_eq!(String::from_utf8_lossy(&out.stdout).trim(), value.to_string());
    }
}
