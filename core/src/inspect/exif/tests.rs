use super::*;
use crate::Limits;
use crate::inspect::Finding;

/// One field: tag, type, value in big-endian bytes.
pub(in crate::inspect) type Plain<'a> = (u16, u16, &'a [u8]);

/// A big-endian TIFF structure: the first directory, the Exif and GPS directories, the thumbnail's
/// directory, and the thumbnail.
pub(in crate::inspect) fn tiff(
    first: &[Plain<'_>],
    exif: &[Plain<'_>],
    gps: &[Plain<'_>],
    thumbnail: &[u8],
) -> Vec<u8> {
    let size = |fields: &[Plain<'_>], more: usize| {
        6 + 12 * (fields.len() + more)
            + fields.iter().map(|f| if f.2.len() > 4 { f.2.len() } else { 0 }).sum::<usize>()
    };
    let exif_at = 8 + size(first, 2);
    let gps_at = exif_at + size(exif, 0);
    let second_at = gps_at + size(gps, 0);
    let picture_at = second_at + size(&[], 2);
    let long = |n: usize| (n as u32).to_be_bytes();
    let (exif_raw, gps_raw) = (long(exif_at), long(gps_at));
    let pointers: [Plain<'_>; 2] = [(0x8769, 4, &exif_raw), (0x8825, 4, &gps_raw)];
    let mut out = b"MM\0\x2A\0\0\0\x08".to_vec();
    let next = if thumbnail.is_empty() { 0 } else { second_at };
    directory(&mut out, &[first, &pointers].concat(), next);
    directory(&mut out, exif, 0);
    directory(&mut out, gps, 0);
    if !thumbnail.is_empty() {
        let (at, length) = (long(picture_at), long(thumbnail.len()));
        directory(&mut out, &[(0x0201, 4, &at), (0x0202, 4, &length)], 0);
        out.extend(thumbnail);
    }
    out
}

fn directory(out: &mut Vec<u8>, fields: &[Plain<'_>], next: usize) {
    let mut values_at = out.len() + 6 + 12 * fields.len();
    let mut values: Vec<u8> = vec![];
    out.extend((fields.len() as u16).to_be_bytes());
    for (tag, kind, value) in fields {
        let unit = match kind {
            3 => 2,
            4 => 4,
            5 => 8,
            _ => 1,
        };
        out.extend(tag.to_be_bytes());
        out.extend(kind.to_be_bytes());
        out.extend(((value.len() / unit) as u32).to_be_bytes());
        if value.len() > 4 {
            out.extend((values_at as u32).to_be_bytes());
            values_at += value.len();
            values.extend(*value);
        } else {
            out.extend(*value);
            out.resize(out.len() + 4 - value.len(), 0);
        }
    }
    out.extend((next as u32).to_be_bytes());
    out.extend(values);
}

fn told_of(payload: &[u8]) -> Vec<Finding> {
    let segment = [b"\xFF\xE1\0\0", payload].concat();
    let whole = Block { segment: "APP1", offset: 2, data: &segment, joined: None };
    let mut findings = Findings::new(&Limits::default());
    inspect(whole, whole.from(4), &mut findings, &mut |_, _| {});
    findings.into_list().0
}

fn told(tiff: &[u8]) -> Vec<Finding> {
    told_of(&[SIGNATURE, tiff].concat())
}

fn rationals(list: &[(u32, u32)]) -> Vec<u8> {
    list.iter().flat_map(|(n, d)| [n.to_be_bytes(), d.to_be_bytes()].concat()).collect()
}

fn value<'a>(told: &'a [Finding], label: &str) -> &'a str {
    told.iter().find(|f| f.label == label).map_or("", |f| &f.value)
}

#[test]
fn names_dates_and_numbers_are_told() {
    let lens = rationals(&[(24, 1), (70, 1), (28, 10), (28, 10)]);
    let exposure = rationals(&[(1, 250)]);
    let block = tiff(
        &[
            (0x010F, 2, b"NIKON CORPORATION\0"),
            (0x0110, 2, b"NIKON D70 \0"),
            (0x0112, 3, b"\0\x06"),
            (0x0131, 2, b"Ver.1.00 \0"),
            (0x010E, 2, b"          \0"),
            (0x013B, 2, "Zoë\0".as_bytes()),
            (0x9C9B, 1, b"T\0i\0t\0\0\0"),
            (0xC4A5, 7, b"PrintIM\0"),
            (0xFDE9, 2, b"SN42\0"),
        ],
        &[
            (0x829A, 5, &exposure),
            (0x8827, 3, b"\0\x64"),
            (0x9003, 2, b"2008:05:30 15:56:01\0"),
            (0x9011, 2, b"+02:00\0"),
            (0x9291, 2, b"25\0"),
            (0x9286, 7, b"UNICODE\0\0H\0i"),
            (0xA431, 2, b"2000123\0"),
            (0xA432, 5, &lens),
            (0xA420, 2, b"ID-1\0"),
        ],
        &[],
        b"",
    );
    let told = told(&block);
    for (label, expected) in [
        ("Camera maker", "NIKON CORPORATION"),
        ("Camera model", "NIKON D70"),
        ("Orientation", "turned by 90° clockwise"),
        ("Software", "Ver.1.00"),
        ("Artist", "Zoë"),
        ("Title", "Tit"),
        ("Print Image Matching", "8 bytes; readable: PrintIM"),
        ("Camera serial number", "SN42"),
        ("Taken", "2008-05-30 15:56:01.25 +02:00"),
        ("Comment", "Hi"),
        ("Lens specification", "24-70 mm, f/2.8-2.8"),
        ("Image unique ID", "ID-1"),
        ("Settings", "1/250 s; ISO 100"),
        ("Form of the Exif block", "Description: blank"),
    ] {
        assert_eq!(value(&told, label).trim(), expected, "{label}: {told:#?}");
    }
    let model = told.iter().find(|f| f.label == "Camera model").unwrap();
    let at = block.windows(9).position(|w| w == b"NIKON D70").unwrap() as u64;
    assert_eq!((model.place.offset, model.place.length), (2 + 4 + 6 + at, 11));
}

#[test]
fn the_position_is_told_in_degrees_and_plain() {
    let lat = rationals(&[(48, 1), (51, 1), (30_132, 1_000)]);
    let lon = rationals(&[(2, 1), (17, 1), (401_316, 10_000)]);
    let (altitude, heading) = (rationals(&[(352, 10)]), rationals(&[(1234, 10)]));
    let clock = rationals(&[(14, 1), (27, 1), (7, 1)]);
    let block = tiff(
        &[],
        &[],
        &[
            (0, 1, b"\x02\x03\0\0"),
            (1, 2, b"N\0"),
            (2, 5, &lat),
            (3, 2, b"E\0"),
            (4, 5, &lon),
            (5, 1, b"\0"),
            (6, 5, &altitude),
            (7, 5, &clock),
            (0x10, 2, b"T\0"),
            (0x11, 5, &heading),
            (0x1C, 7, b"ASCII\0\0\0Quay"),
            (0x1D, 2, b"2008:10:23\0"),
        ],
        b"",
    );
    let told = told(&block);
    for (label, expected) in [
        ("Position", "48.858370, 2.294481 (48° 51′ 30.1″ N, 2° 17′ 40.1″ E)"),
        ("Altitude", "35.2 m above sea level"),
        ("Direction of view", "123.4° from true north"),
        ("Time by satellite", "2008-10-23 14:27:07 UTC"),
    ] {
        assert_eq!(value(&told, label), expected, "{told:#?}");
    }
    let places = told.iter().filter(|f| f.betrays == Betrays::Place).count();
    assert_eq!(places, 4, "{told:#?}");
}

#[test]
fn the_thumbnail_is_told_with_its_size_and_given_on() {
    let jpeg = b"\xFF\xD8\xFF\xC0\0\x0B\x08\0\x78\0\xA0\x01\x01\x11\0\xFF\xD9";
    let block = [SIGNATURE, &tiff(&[], &[], &[], jpeg)].concat();
    let whole = Block { segment: "APP1", offset: 0, data: &block, joined: None };
    let mut findings = Findings::new(&Limits::default());
    let mut given = 0;
    inspect(whole, whole, &mut findings, &mut |block, _| given += block.data.len());
    let told = findings.into_list().0;
    assert_eq!(value(&told, "Thumbnail"), "160 × 120 pixels, 17 bytes");
    assert_eq!(given, jpeg.len());
}

#[test]
fn orientation_alone_is_no_mark_and_one_byte_more_is() {
    for value in 0..=9u8 {
        let big =
            [b"Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", &[value][..], &[0; 6]]
                .concat();
        let little =
            [b"Exif\0\0II\x2A\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", &[value][..], &[0; 7]]
                .concat();
        for block in [big, little] {
            let marks = |payload: &[u8]| {
                told_of(payload).iter().filter(|f| f.betrays != Betrays::Structure).count()
            };
            assert_eq!(marks(&block) == 0, (1..=8).contains(&value), "{value}");
            assert!(marks(&[&block[..], &[0]].concat()) > 0);
            for at in [4, 13, 18, 26, 27, 31] {
                let mut changed = block.clone();
                changed[at] ^= 0x40;
                assert!(marks(&changed) > 0, "byte {at}");
            }
        }
    }
}

#[test]
fn broken_blocks_are_marks_and_what_can_be_read_is_told() {
    let block =
        tiff(&[(0x010F, 2, b"Camera maker's name\0"), (0x0110, 2, b"Some model\0")], &[], &[], b"");
    for end in 0..block.len() {
        let told = told(&block[..end]);
        assert!(told.iter().any(|f| f.betrays != Betrays::Structure), "{end}");
    }
    let cut = told(&block[..block.len() - 20]);
    assert_eq!(value(&cut, "Camera maker"), "Camera maker's name");
    assert!(!value(&cut, "Damaged Exif block").is_empty(), "{cut:#?}");
    let late = told_of(&[b"exif\0\xFFpad", &block[..]].concat());
    assert_eq!(value(&late, "Camera model"), "Some model");
}

#[test]
fn unknown_fields_are_told_by_number() {
    let told = told(&tiff(
        &[(0xABCD, 2, b"secret\0"), (0xABCE, 7, b"\x01\x02\x03\x04\x05\x06\x07\x08\x09")],
        &[],
        &[],
        b"",
    ));
    assert_eq!(value(&told, "Exif tag 0xABCD"), "secret");
    assert_eq!(value(&told, "Exif tag 0xABCE"), "9 bytes");
}

#[test]
fn long_lists_are_told_by_their_size() {
    let told = told(&tiff(&[(0xABCD, 3, &[1; 600])], &[], &[], b""));
    assert_eq!(value(&told, "Exif tag 0xABCD"), "600 bytes");
}
