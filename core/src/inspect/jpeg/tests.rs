use proptest::prelude::*;

use super::*;
use crate::inspect::Finding;
use crate::inspect::exif::tests::tiff;

fn segment(code: u8, payload: &[u8]) -> Vec<u8> {
    [&[0xFF, code][..], &((payload.len() + 2) as u16).to_be_bytes(), payload].concat()
}

/// A grey picture of 8 × 8 pixels with `extra` segments after SOI.
fn photo(extra: &[Vec<u8>]) -> Vec<u8> {
    let mut out = vec![0xFF, 0xD8];
    extra.iter().for_each(|segment| out.extend(segment));
    out.extend(segment(0xDB, &[&[0][..], &[1; 64]].concat()));
    out.extend(segment(0xC0, &[8, 0, 8, 0, 8, 1, 1, 0x11, 0]));
    for class in [0x00, 0x10] {
        out.extend(huffman_table(class));
    }
    out.extend(segment(0xDA, &[1, 1, 0, 0, 63, 0]));
    // a DC code and an AC code of two zeros each, and padding
    out.extend([0x0F, 0xFF, 0xD9]);
    out
}

/// A table of one code.
fn huffman_table(class: u8) -> Vec<u8> {
    let mut payload = vec![class, 0, 1];
    payload.resize(17, 0);
    payload.push(0);
    segment(0xC4, &payload)
}

fn inspected(photo: &[u8]) -> Inspection {
    inspect(photo, &Limits::default())
}

fn marks(photo: &[u8]) -> Vec<Finding> {
    inspected(photo).marks().cloned().collect()
}

/// One carrier of each kind; each holds the text MARK, and is a whole segment.
fn carriers() -> Vec<(Carrier, Vec<u8>)> {
    let exif = [b"Exif\0\0", &tiff(&[(0x010F, 2, b"MARK maker\0")], &[], &[], b"")[..]].concat();
    let xmp = b"http://ns.adobe.com/xap/1.0/\0<rdf:Description dc:title='MARK'/>";
    let guid = [b'A'; 32];
    let extended = [
        b"http://ns.adobe.com/xmp/extension/\0",
        &guid[..],
        &[0, 0, 0, 9, 0, 0, 0, 0],
        b"<dc:title>MARK</dc:title>",
    ]
    .concat();
    let iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x09\x1C\x02\x50\0\x04MARK\0";
    let mut icc = b"ICC_PROFILE\0\x01\x01".to_vec();
    icc.extend([0; 36]);
    icc.extend(b"acsp");
    icc.extend([0; 8]);
    icc.extend(b"MARK");
    icc.extend([0; 80]);
    let jumbf = b"JP\0\x01\0\0\0\x01\0\0\0\x2Ajumb\0\0\0\x22jumd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x03c2paMARK\0";
    vec![
        (Carrier::Exif, segment(0xE1, &exif)),
        (Carrier::Xmp, segment(0xE1, xmp)),
        (Carrier::Xmp, segment(0xE1, &extended)),
        (Carrier::Iptc, segment(0xED, iptc)),
        (Carrier::Icc, segment(0xE2, &icc)),
        (Carrier::C2pa, segment(0xEB, jumbf)),
        (Carrier::Comment, segment(0xFE, b"MARK")),
        (Carrier::UnknownSegment, segment(0xE9, b"MARK")),
        (Carrier::UnknownSegment, segment(0xF4, b"MARK")),
        (Carrier::VendorBlock, segment(0xE5, b"RMETA\0MARK")),
        (Carrier::Adobe, segment(0xEE, b"Adobe\0\x64\0\0\0\0\x01MARK")),
        (Carrier::Jfif, segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0MARK")),
        (Carrier::JfifThumbnail, segment(0xE0, b"JFXX\0\x13\x01\x01RGB")),
        (Carrier::Mpf, segment(0xE2, b"MPF\0MARK")),
        (Carrier::GainMap, segment(0xE2, b"urn:iso:std:iso:ts:21496:-1\0\0\0\0\0")),
    ]
}

#[test]
fn a_bare_picture_has_no_marks() {
    let plain = [
        segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        segment(0xEE, b"Adobe\0\x64\0\0\0\0\x01"),
        segment(
            0xE1,
            b"Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0",
        ),
    ];
    let seen = inspected(&photo(&plain));
    assert_eq!(seen.marks().count(), 0, "{:#?}", seen.findings);
    assert_eq!(seen.size, Some((8, 8)));
    assert_eq!((seen.problem, seen.more), (None, false));
    let labels: Vec<_> = seen.findings.iter().map(|f| f.label.as_str()).collect();
    assert_eq!(labels, ["JFIF header", "Adobe segment", "Orientation", "Picture"]);
}

#[test]
fn every_carrier_is_told_with_its_place() {
    for (carrier, segment) in carriers() {
        let photo = photo(&[self::segment(0xFE, b"first"), segment.clone()]);
        let found = marks(&photo);
        let found: Vec<_> = found.iter().filter(|f| f.place.offset != 2).collect();
        assert!(found.iter().any(|f| f.carrier == carrier), "{carrier:?}: {found:#?}");
        if segment.windows(4).any(|w| w == b"MARK") {
            assert!(found.iter().any(|f| f.value.contains("MARK")), "{carrier:?}: {found:#?}");
        }
        let (start, end) = (11, 11 + segment.len() as u64);
        for finding in found {
            let place = &finding.place;
            assert!(place.offset >= start && place.offset + place.length <= end, "{finding:?}");
        }
    }
}

#[test]
fn extra_bytes_are_told_wherever_they_stand() {
    let whole = photo(&[]);
    let eoi = whole.len() - 2;
    for (at, extra, carrier, segment) in [
        (2, &b"\x01\x02gap"[..], Carrier::Gap, "gap"),
        (2, b"\xFF\xFF", Carrier::Gap, "fill bytes"),
        (2, b"\xFF\x01", Carrier::Gap, "TEM"),
        (2, b"\xFF\xD3", Carrier::Gap, "RST3"),
        (2, b"\xFF\xD8", Carrier::Gap, "SOI"),
        (2, b"\xFF\xE4\0\x01", Carrier::UnknownSegment, "APP4"),
        (2, b"\xFF\xC8\0\x02", Carrier::UnknownSegment, "JPG"),
        (2, b"\xFF\x55\0\x02", Carrier::UnknownSegment, "RES55"),
        (eoi, b"\xFF\xFE\0\x05abc", Carrier::Comment, "COM"),
        (eoi, b"\xFF\xFF\xFF", Carrier::Gap, "fill bytes"),
        (eoi + 2, b"tail", Carrier::Trailer, "trailer"),
        (eoi + 2, b"\0", Carrier::Trailer, "trailer"),
    ] {
        let photo = [&whole[..at], extra, &whole[at..]].concat();
        let found = marks(&photo);
        assert_eq!(found.len(), 1, "{segment}: {found:#?}");
        let finding = &found[0];
        assert_eq!((finding.carrier, finding.place.segment.as_str()), (carrier, segment));
        assert_eq!((finding.place.offset, finding.place.length), (at as u64, extra.len() as u64));
    }
}

#[test]
fn what_no_decoder_uses_is_told() {
    let table = huffman_table(0x03);
    let found = marks(&photo(std::slice::from_ref(&table)));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].carrier, found[0].value.as_str()), (Carrier::UnusedTable, "18 bytes"));
    assert_eq!((found[0].place.offset, found[0].place.length), (6, 18));

    let whole = photo(&[]);
    let eoi = whole.len() - 2;
    let late = [&whole[..eoi], &table, &whole[eoi..]].concat();
    assert_eq!(marks(&late)[0].place.offset, eoi as u64);

    let tail = segment(0xDD, b"\0\0MARK");
    let found = marks(&photo(std::slice::from_ref(&tail)));
    assert_eq!((found[0].place.offset, found[0].value.as_str()), (8, "4 bytes; readable: MARK"));

    let at = whole.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
    let twice = [&whole[..at + 13], &whole[at..]].concat();
    assert_eq!(marks(&twice)[0].label, "Second frame");

    for tail in [&b"\xFF\xD0"[..], b"MARK", b"\xFF\0\xFF\xD0MARK"] {
        let scan = [&whole[..eoi], tail, &whole[eoi..]].concat();
        let found = marks(&scan);
        assert_eq!(found[0].label, "Bytes after the end of a scan", "{found:#?}");
        let place = (found[0].place.offset, found[0].place.length);
        assert_eq!(place, (eoi as u64, tail.len() as u64));
    }
}

#[test]
fn further_pictures_are_told_with_what_they_say() {
    let inner = photo(&[segment(0xFE, b"inner MARK")]);
    let map = photo(&[segment(0xE2, b"urn:iso:std:iso:ts:21496:-1\0\0\0\0\0MARK")]);
    let outer = photo(&[]);
    let file = [&outer[..], &inner, &map].concat();
    let found = marks(&file);
    let lines: Vec<_> =
        found.iter().map(|f| (f.carrier, f.place.segment.as_str(), f.place.offset)).collect();
    let (second, third) = (outer.len() as u64, (outer.len() + inner.len()) as u64);
    assert_eq!(
        lines,
        [
            (Carrier::FurtherImage, "trailer", second),
            (Carrier::Comment, "COM of picture 2", second + 2),
            (Carrier::GainMap, "trailer", third),
            (Carrier::GainMap, "APP2 of picture 3", third + 2),
        ]
    );
    assert_eq!(found[0].value, format!("8 × 8 pixels, {} bytes", inner.len()));
}

#[test]
fn a_thumbnail_is_searched_too() {
    let thumbnail = photo(&[segment(0xFE, b"inner MARK")]);
    let exif = [b"Exif\0\0", &tiff(&[], &[], &[], &thumbnail)[..]].concat();
    let found = marks(&photo(&[segment(0xE1, &exif)]));
    let comment = found.iter().find(|f| f.carrier == Carrier::Comment).unwrap();
    assert_eq!(comment.place.segment, "COM of the thumbnail in APP1");
    assert_eq!(comment.value, "inner MARK");
}

#[test]
fn problems_say_where() {
    let whole = photo(&[]);
    let problem = |data: &[u8]| inspected(data).problem;
    let last = whole.len() - 2;
    for end in 2..last {
        assert_eq!(problem(&whole[..end]), Some(format!("cut off after {end} bytes")));
    }
    assert_eq!(problem(&whole[..last]), None, "the picture is whole without the end marker");
    let short = [&whole[..last - 1], &whole[last..]].concat();
    assert!(problem(&short).unwrap().starts_with("damaged"));
    let wrong = [&whole[..2], b"\xFF\xFE\0\x01", &whole[2..]].concat();
    assert_eq!(problem(&wrong).unwrap(), "damaged at byte 2: a segment has a wrong length");
    assert_eq!(problem(b"\xFF\xD8\xFF\xD9").unwrap(), "damaged at byte 4: there is no frame");
}

#[test]
fn what_is_cut_off_is_still_read() {
    let exif =
        [b"Exif\0\0", &tiff(&[(0x010F, 2, b"MARK maker\0")], &[], &[], &[0; 50])[..]].concat();
    let file = photo(&[segment(0xE1, &exif)]);
    let found = marks(&file[..exif.len() - 40]);
    assert!(found.iter().any(|f| f.value == "MARK maker"), "{found:#?}");
    assert!(found.iter().any(|f| f.label == "Segment with a wrong length"));
}

#[test]
fn too_many_blocks_are_told_one_by_one() {
    let exif = segment(0xE1, b"Exif\0\0MM\0\x2A\0\0\0\x08");
    let found = marks(&photo(&vec![exif; 40]));
    let further = found.iter().filter(|f| f.label == "Further block of this kind").count();
    assert_eq!(further, 40 - MOST_EXIF);
    let offsets: std::collections::HashSet<_> = found.iter().map(|f| f.place.offset).collect();
    assert_eq!(offsets.len(), 40);
}

/// A file with every carrier, and a trailer.
fn everything() -> Vec<u8> {
    let all: Vec<Vec<u8>> = carriers().into_iter().map(|(_, segment)| segment).collect();
    let mut file = photo(&all);
    let inner = photo(&all);
    file.extend(&inner);
    file.extend([0; 20]);
    file.extend(samsung::tests::trailer(&[
        ("MotionPhoto_Data", b"\0\0\0\x10ftypmp42\0\0\0\0\0\0\0\x10moov\0\0\0\x08mvhd"),
        ("Image_UTC_Data", b"1212162961000"),
        ("Preview", &inner),
    ]));
    file
}

#[test]
fn places_lie_in_the_file_and_findings_in_its_order() {
    let file = everything();
    let seen = inspected(&file);
    assert!(seen.findings.len() > 40, "{}", seen.findings.len());
    for finding in &seen.findings {
        assert!(finding.place.offset + finding.place.length <= file.len() as u64, "{finding:?}");
        assert!(!finding.label.is_empty() && !finding.place.segment.is_empty(), "{finding:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn changed_files_never_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop_oneof![any::<u8>(), Just(0), Just(0xFF), Just(1)]), 1..24),
        cut in any::<prop::sample::Index>(),
        whole in any::<bool>(),
    ) {
        let mut file = everything();
        for (at, byte) in changes {
            let at = at.index(file.len());
            file[at] = byte;
        }
        if !whole {
            file.truncate(cut.index(file.len()) + 1);
        }
        let seen = inspected(&file);
        for finding in &seen.findings {
            prop_assert!(finding.place.offset + finding.place.length <= file.len() as u64, "{:?}", finding);
        }
    }

    #[test]
    fn any_segment_but_structure_is_a_mark(code in 0xE0u8..=0xFE, payload in prop::collection::vec(any::<u8>(), 0..80), name in 0usize..16) {
        let mut full = carriers().get(name).map(|(_, segment)| segment[4..].to_vec()).unwrap_or_default();
        full.extend(&payload);
        let segment = segment(code, &full);
        let file = photo(std::slice::from_ref(&segment));
        let found = marks(&file);
        prop_assert!(found.iter().any(|f| f.place.offset >= 2 && f.place.offset < 2 + segment.len() as u64));
    }
}
