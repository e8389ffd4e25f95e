//! What is told of small GIFs.

use super::*;

fn told(file: &[u8]) -> Vec<(Betrays, Carrier, String, String)> {
    let inspection = inspect(file, &Limits::default()).unwrap();
    for finding in &inspection.findings {
        assert!(finding.place.offset + finding.place.length <= file.len() as u64, "{finding:?}");
    }
    let all = inspection.findings.into_iter();
    all.map(|f| (f.betrays, f.carrier, f.label, f.value)).collect()
}

const CLEAN: &[u8] =
    b"GIF89a\x02\0\x01\0\xF0\0\0\0\0\0\x10\x20\x30,\0\0\0\0\x02\0\x01\0\0\x02\x02\x4C\x0A\0;";

#[test]
fn a_clean_file_carries_nothing() {
    let told = told(CLEAN);
    assert!(told.iter().all(|(betrays, ..)| *betrays == Betrays::Structure), "{told:?}");
    assert_eq!(told[0].3, "version 89a, 2 × 1 pixels");
    assert_eq!(told[1].3, "2 × 1 pixels");
}

#[test]
fn every_part_is_told() {
    let mut file = b"GIF87a\x02\0\x01\0\x91\x03\x31\0\0\0\x10\x20\x30\x77\x77\x77abc".to_vec();
    file.extend(b"!\xFE\x03Ann\0");
    file.extend(b"!\xFF\x0BNETSCAPE2.0\x03\x01\x05\0\x03hid\0");
    file.extend(b"!\xFF\x0BFRACTINT001\x04data\0");
    file.extend(b"!\x01\x0C\0\0\0\0\0\0\0\0\0\0\0\0\x05words\0");
    file.extend(b"!\x77\x04what\0");
    file.extend(b"!\xF9\x04\xEA\x09\0\x02\0!\xF9\x04\x02\x09\0\x02\0");
    file.extend(b",\0\0\0\0\x02\0\x01\0\x20\x02\x06\x4C\x0Atail\0;after");
    let told = told(&file);
    for (carrier, words) in [
        (Carrier::Picture, "colour resolution 2 bits"),
        (Carrier::Picture, "background colour 3"),
        (Carrier::Resolution, "64 of 64"),
        (Carrier::UnusedTable, "2 colours"),
        (Carrier::Comment, "Ann"),
        (Carrier::UnknownSegment, "hid"),
        (Carrier::UnknownSegment, "data"),
        (Carrier::Text, "words"),
        (Carrier::UnknownSegment, "what"),
        (Carrier::UnknownSegment, "8 bytes"),
        (Carrier::Picture, "delay 9 of a still"),
        (Carrier::Picture, "0x20"),
        (Carrier::Gap, "tail"),
        (Carrier::Trailer, "after"),
    ] {
        let found = told.iter().any(|(betrays, of, _, value)| {
            *betrays != Betrays::Structure && *of == carrier && value.contains(words)
        });
        assert!(found, "{carrier:?} {words}: {told:#?}");
    }
}

#[test]
fn damaged_files_are_told_as_far_as_they_go() {
    for end in 0..CLEAN.len() {
        let inspection = inspect(&CLEAN[..end], &Limits::default()).unwrap();
        assert!(inspection.problem.is_some(), "{end}");
    }
}
