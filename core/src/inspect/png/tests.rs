use super::*;

fn chunk(kind: &[u8; 4], payload: &[u8]) -> Vec<u8> {
    let body = [kind, payload].concat();
    let length = (payload.len() as u32).to_be_bytes();
    [&length[..], &body, &crc32fast::hash(&body).to_be_bytes()].concat()
}

/// A picture of one grey pixel, with these chunks before and behind its data.
fn photo(before: &[(&[u8; 4], &[u8])], behind: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let all = |chunks: &[(&[u8; 4], &[u8])]| -> Vec<u8> {
        chunks.iter().flat_map(|(kind, payload)| chunk(kind, payload)).collect()
    };
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]),
        all(before),
        chunk(b"IDAT", b"\x78\x9c\x01\x02\0\xfd\xff\0\x07\0\x09\0\x08"),
        all(behind),
        chunk(b"IEND", b""),
    ]
    .concat()
}

fn told(photo: &[u8]) -> Vec<(Betrays, String, String)> {
    let found = inspect(photo, &Limits::default()).unwrap();
    assert_eq!((found.size, &found.problem), (Some((1, 1)), &None));
    found.findings.into_iter().map(|f| (f.betrays, f.label, f.value)).collect()
}

#[test]
fn a_plain_picture_says_nothing() {
    assert_eq!(told(&photo(&[], &[])), []);
}

/// Name and payload of a chunk; what it betrays, under which label, and a part of what it says.
type Case<'a> = (&'a [u8; 4], &'a [u8], Betrays, &'a str, &'a str);

#[test]
fn texts_are_told_by_their_keywords() {
    let cases: [Case<'_>; 7] = [
        (b"tEXt", b"Author\0Ann", Betrays::Owner, "Author", "Ann"),
        (b"tEXt", b"Creation Time\x002020", Betrays::Time, "Made", "2020"),
        (b"tEXt", b"parameters\0a cat", Betrays::History, "Words it was generated from", "a cat"),
        (b"tEXt", b"Whatever\0words", Betrays::Owner, "Whatever", "words"),
        (b"iTXt", b"Title\0\0\0\0\0Z\xc3\xbcrich", Betrays::Owner, "Title", "Zürich"),
        (
            b"iTXt",
            b"XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta><rdf:RDF><rdf:Description xmp:CreatorTool='T'/></rdf:RDF></x:xmpmeta>",
            Betrays::History,
            "Made with",
            "T",
        ),
        (b"tEXt", b"no keyword", Betrays::Unknown, "Damaged text", "10 bytes; readable: no keyword"),
    ];
    for (kind, payload, betrays, label, value) in cases {
        let told = told(&photo(&[], &[(kind, payload)]));
        assert!(told.contains(&(betrays, label.into(), value.into())), "{told:?}");
    }
}

#[test]
fn every_other_chunk_is_a_mark() {
    let kinds: [&[u8; 4]; 26] = [
        b"tIME", b"pHYs", b"oFFs", b"sCAL", b"pCAL", b"bKGD", b"sBIT", b"hIST", b"sPLT", b"sTER",
        b"caBX", b"iDOT", b"vpAg", b"caNv", b"orNT", b"prVW", b"npTc", b"cpIp", b"iTXT", b"msOG",
        b"seAl", b"mDCV", b"cLLI", b"eXIf", b"iCCP", b"prVt",
    ];
    for kind in kinds {
        let found = inspect(&photo(&[(kind, b"0123456789")], &[]), &Limits::default()).unwrap();
        let name = words::latin1(kind);
        let marked = found.marks().any(|finding| finding.place.segment == name);
        assert!(marked, "{name}: {:?}", found.findings);
    }
}

#[test]
fn what_follows_the_end_is_told() {
    let plain = photo(&[], &[]);
    let with = |bytes: &[u8]| told(&[&plain[..], bytes].concat());
    assert_eq!(with(b"PK\x03\x04")[0].1, "Appended: ZIP archive");
    assert_eq!(with(b"words words")[0].1, "Bytes after the picture");
    let cropped = with(b"rows of the larger picture\0\0\0\0IEND\xae\x42\x60\x82");
    assert_eq!(cropped[0].0, Betrays::HiddenPicture);
    let mut long = plain.clone();
    let end = long.len() - 12;
    long.splice(end.., chunk(b"IEND", b"payload"));
    assert_eq!(told(&long)[0].1, "Bytes in the chunk that it does not call for");
}

#[test]
fn damage_is_told_and_what_was_read_too() {
    let whole = photo(&[(b"tEXt", b"Author\0Ann")], &[]);
    for end in 8..whole.len() {
        let found = inspect(&whole[..end], &Limits::default()).unwrap();
        // the picture is complete before its checksum and the last chunk
        assert!(found.problem.is_some() || end > whole.len() - 25, "{end}");
    }
    let cut = inspect(&whole[..whole.len() - 30], &Limits::default()).unwrap();
    assert!(cut.findings.iter().any(|finding| finding.value == "Ann"));
}
