//! What is told of small TIFFs.

use super::*;

/// A TIFF with these fields (tag, type, count, bytes) in one directory, and these bytes behind.
fn tiff(fields: &[(u16, u16, u32, &[u8])], behind: &[u8]) -> Vec<u8> {
    let mut file = b"II\x2a\0\x08\0\0\0".to_vec();
    let mut values = Vec::new();
    file.extend((fields.len() as u16).to_le_bytes());
    let values_at = 8 + 2 + fields.len() * 12 + 4;
    for (tag, kind, count, bytes) in fields {
        file.extend(tag.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend(count.to_le_bytes());
        if bytes.len() <= 4 {
            file.extend(bytes.iter().chain(&[0; 4]).take(4));
        } else {
            file.extend(((values_at + values.len()) as u32).to_le_bytes());
            values.extend_from_slice(bytes);
        }
    }
    file.extend([0; 4]);
    file.extend(values);
    file.extend(behind);
    file
}

fn told(file: &[u8]) -> Vec<(Betrays, Carrier, String, String)> {
    let inspection = inspect(file, &Limits::default()).unwrap();
    for finding in &inspection.findings {
        assert!(finding.place.offset + finding.place.length <= file.len() as u64, "{finding:?}");
    }
    let all = inspection.findings.into_iter();
    all.map(|f| (f.betrays, f.carrier, f.label, f.value)).collect()
}

#[test]
fn every_kind_of_field_is_told() {
    let mut gps = [0u8; 24];
    for (at, number) in [(0usize, 48u32), (4, 1), (8, 30), (12, 1), (16, 0), (20, 1)] {
        gps[at..at + 4].copy_from_slice(&number.to_le_bytes());
    }
    let picture: &[(u16, u16, u32, &[u8])] = &[
        (256, 3, 1, &[2, 0]),
        (257, 3, 1, &[1, 0]),
        (262, 3, 1, &[1, 0]),
        (0x010E, 2, 12, b"Ann's garden"),
        (0x010F, 2, 6, b"Canon\0"),
        (0x013B, 2, 6, b"Ann B\0"),
        (0x0132, 2, 20, b"2020:01:02 03:04:05\0"),
        (0x8649, 1, 13, b"8BIM\x04\x22\0\0\0\0\0\x01x"),
        (0x87AF, 3, 4, &[1, 0, 1, 0, 0, 0, 0, 0]),
        (0xC634, 1, 9, b"Adobe\0abc"),
        (0xFDE9, 2, 8, b"SN12345\0"),
        (0xEEEE, 7, 8, b"whatever"),
        (0xEEEF, 99, 8, b""),
    ];
    let all = told(&tiff(picture, b"hidden words"));
    for (betrays, carrier, words) in [
        (Betrays::Structure, Carrier::Picture, "2 × 1 pixels, grey"),
        (Betrays::Owner, Carrier::Exif, "Ann's garden"),
        (Betrays::Device, Carrier::Exif, "Canon"),
        (Betrays::Owner, Carrier::Exif, "Ann B"),
        (Betrays::Time, Carrier::Exif, "2020-01-02"),
        (Betrays::Place, Carrier::VendorBlock, "1 1 0 0"),
        (Betrays::Device, Carrier::MakerNote, "Adobe"),
        (Betrays::Device, Carrier::Exif, "SN12345"),
        (Betrays::Unknown, Carrier::VendorBlock, "whatever"),
        (Betrays::Unknown, Carrier::Exif, "0xEEEF"),
        (Betrays::Unknown, Carrier::Trailer, "hidden words"),
    ] {
        let found = all.iter().any(|(b, c, label, value)| {
            *b == betrays && *c == carrier && (value.contains(words) || label.contains(words))
        });
        assert!(found, "{betrays} {carrier} {words}: {all:#?}");
    }
    // a position, by a directory of its own
    let at = 8 + 2 + 12 + 4;
    let mut file = tiff(&[(0x8825, 4, 1, &[at as u8, 0, 0, 0])], &[]);
    let below =
        tiff(&[(1, 2, 2, b"N\0"), (2, 5, 3, &gps), (3, 2, 2, b"W\0"), (4, 5, 3, &gps)], &[]);
    let mut below = below[8..].to_vec();
    let shift = (at - 8) as u32;
    for entry in [1usize, 3] {
        let field = 2 + entry * 12 + 8;
        let value = u32::from_le_bytes(below[field..field + 4].try_into().unwrap()) + shift;
        below[field..field + 4].copy_from_slice(&value.to_le_bytes());
    }
    file.extend(below);
    let told = told(&file);
    assert!(
        told.iter().any(|(b, _, label, value)| {
            *b == Betrays::Place && label == "Position" && value.contains("48.5")
        }),
        "{told:#?}"
    );
}

#[test]
fn raw_files_are_told_by_name() {
    let file =
        tiff(&[(256, 3, 1, &[9, 0]), (257, 3, 1, &[9, 0]), (0xC612, 1, 4, &[1, 4, 0, 0])], &[]);
    assert_eq!(inspect(&file, &Limits::default()).unwrap().format, Format::Raw);
    for start in [&b"FUJIFILMCCD-RAW 0201"[..], b"FOVb\0\0", b"\0MRM", b"II\x1a\0\0\0HEAPCCDR"] {
        let inspection = inspect(start, &Limits::default()).unwrap();
        assert_eq!(inspection.format, Format::Raw);
        assert!(inspection.marks().next().is_some());
    }
    let cr3 = [
        b"\0\0\0\x18ftypcrx \0\0\0\x01\0\0\0\x30CMT1".as_slice(),
        &tiff(&[(0x010F, 2, 6, b"Canon\0")], &[]),
    ];
    let told = told(&cr3.concat());
    assert!(told.iter().any(|(_, _, label, value)| label == "Camera maker" && value == "Canon"));
}

#[test]
fn circles_and_cut_files_end() {
    let mut file = tiff(&[(330, 4, 1, &[8, 0, 0, 0]), (256, 3, 1, &[9, 0])], &[]);
    let end = file.len();
    file[end - 4..].copy_from_slice(&8u32.to_le_bytes());
    let inspection = inspect(&file, &Limits::default()).unwrap();
    assert!(inspection.problem.is_some());
    for end in 0..file.len() {
        told(&file[..end]);
    }
}
