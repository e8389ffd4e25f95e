//! What becomes of colours, orientation, transparency and animations; and what is refused.

use unmarked::receipt::{Kept, Note, Remaining};
use unmarked::{Error, Method, Orientation, Policy, ProfileClass};
use unmarked_fixtures::icc::{Fields, Space, profile};
use unmarked_fixtures::png::{Chunk, Png, kinds, zlib};

use crate::common::{alone, clean, strip};
use crate::{METHODS, shown};

/// The kind with this chunk before its picture.
fn with(kind: &str, chunk: &[u8; 4], payload: &[u8]) -> Png {
    let mut png = kinds::named(kind);
    png.insert(b"IDAT", Chunk::new(chunk, payload));
    png
}

fn iccp(space: Space) -> Vec<u8> {
    let profile = profile(space, &Fields { text: "Some Maker".into(), ..Fields::default() }, false);
    [b"Some Maker\0\0".as_slice(), &zlib::stored(&profile)].concat()
}

/// The payload of a chunk of the clean photo.
fn left(png: &Png, kind: &[u8; 4]) -> Option<Vec<u8>> {
    let clean = Png::parse(&strip(&png.bytes()).unwrap()).unwrap();
    clean.chunks.into_iter().find(|chunk| chunk.is(kind)).map(|chunk| chunk.payload)
}

#[test]
fn what_means_srgb_is_left_out() {
    let plain = strip(&kinds::named("rgb-8").bytes()).unwrap();
    let gamma = 45_455u32.to_be_bytes();
    for (kind, payload) in [
        (b"sRGB", vec![0]),
        (b"gAMA", gamma.to_vec()),
        (b"iCCP", iccp(Space::Srgb)),
        (b"cICP", vec![1, 13, 0, 1]),
    ] {
        assert_eq!(strip(&with("rgb-8", kind, &payload).bytes()).unwrap(), plain);
    }
}

#[test]
fn other_colours_become_constant() {
    for (space, class) in
        [(Space::DisplayP3, ProfileClass::DisplayP3), (Space::AdobeRgb, ProfileClass::AdobeRgb)]
    {
        let png = with("rgb-8", b"iCCP", &iccp(space));
        let kept = unmarked::clean(&png.bytes(), &Policy::default()).unwrap();
        assert!(kept.receipt().kept.contains(&Kept::Profile(class)));
        let payload = left(&png, b"iCCP").expect("a profile");
        assert!(payload.starts_with(b"ICC Profile\0\0\x78\x9c\x01"));
        assert!(!payload.windows(5).any(|w| w == b"Maker"));
    }
    // as chromaticities of Display P3 and sRGB's gamma
    let p3: [u32; 8] = [31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6_000];
    let p3: Vec<u8> = p3.iter().flat_map(|n| n.to_be_bytes()).collect();
    let mut png = with("rgb-8", b"cHRM", &p3);
    png.insert(b"IDAT", Chunk::new(b"gAMA", 45_455u32.to_be_bytes()));
    assert_eq!(
        left(&png, b"iCCP"),
        left(&with("rgb-8", b"iCCP", &iccp(Space::DisplayP3)), b"iCCP")
    );
    // gammas that are not sRGB's stay, as the nearest of a few
    for (gamma, kept) in [(100_000u32, 100_000u32), (100_300, 100_000), (50_000, 49_831)] {
        let png = with("grey-8", b"gAMA", &gamma.to_be_bytes());
        assert_eq!(left(&png, b"gAMA"), Some(kept.to_be_bytes().to_vec()), "{gamma}");
    }
    // and so do code points, each by its first code
    let png = with("rgb-16", b"cICP", &[9, 14, 0, 1]);
    assert_eq!(left(&png, b"cICP"), Some(vec![9, 1, 0, 1]));
}

#[test]
fn colours_that_nothing_stands_for_are_refused_and_broken_ones_left_out() {
    let png = with("rgb-8", b"iCCP", &iccp(Space::ProPhoto));
    for method in METHODS {
        assert!(matches!(clean(&png.bytes(), &alone(method)), Err(Error::Profile(_))));
    }
    let png = with("rgb-8", b"iCCP", b"name\0\0no zlib stream");
    let clean = unmarked::clean(&png.bytes(), &Policy::default()).unwrap();
    assert!(clean.receipt().notes.contains(&Note::UnusableProfileDropped));
}

#[test]
fn the_orientation_stays_and_nothing_else_of_its_block() {
    for value in 2..=8u8 {
        let block = kinds::orientation(value);
        let hex: String = block.iter().map(|byte| format!("{byte:02x}")).collect();
        let raw = format!("Raw profile type exif\0\nexif\n{:8}\n{hex}\n", block.len());
        let xmp = format!("XML:com.adobe.xmp\0\0\0\0\0<x tiff:Orientation=\"{value}\"/>");
        for (kind, payload) in
            [(b"eXIf", block.as_slice()), (b"tEXt", raw.as_bytes()), (b"iTXt", xmp.as_bytes())]
        {
            for place in [b"IDAT", b"IEND"] {
                let mut png = kinds::named("rgb-8");
                png.insert(place, Chunk::new(kind, payload));
                assert_eq!(left(&png, b"eXIf").as_ref(), Some(&block), "{value} {kind:?}");
            }
        }
        let png = with("rgb-8", b"eXIf", &block);
        let clean = unmarked::clean(&png.bytes(), &Policy::default()).unwrap();
        let told = Orientation::from_exif_value(value.into()).unwrap();
        assert!(clean.receipt().kept.contains(&Kept::Orientation(told)));
    }
    assert_eq!(left(&with("rgb-8", b"eXIf", &kinds::orientation(1)), b"eXIf"), None);
}

#[test]
fn colours_under_full_transparency_are_told() {
    let mut png = kinds::named("rgba-8");
    let row = [1, 2, 3, 0, 9, 9, 9, 255, 4, 5, 6, 0];
    png.chunks[0] = kinds::header((3, 1), 8, 6, false);
    png.set_stream(zlib::stored(&[&[0], row.as_slice()].concat()));
    for method in METHODS {
        let cleaned = unmarked::clean(&png.bytes(), &alone(method)).unwrap();
        assert!(cleaned.receipt().remaining.contains(&Remaining::HiddenColour));
        assert!(cleaned.receipt().found.is_empty(), "what stays is not told as removed");
        assert_eq!(shown(cleaned.bytes()), shown(&png.bytes()));
    }
    let found = unmarked::inspect(&png.bytes()).unwrap();
    assert!(found.marks().any(|finding| finding.carrier == unmarked::Carrier::HiddenColour));
}

#[test]
fn frames_and_their_timing_stay() {
    for (kind, frames, beside) in
        [("animated", 3, false), ("animated-beside-still", 3, true), ("animated-palette", 3, false)]
    {
        let png = kinds::named(kind);
        for method in METHODS {
            let cleaned = unmarked::clean(&png.bytes(), &alone(method)).unwrap();
            let receipt = cleaned.receipt();
            assert!(receipt.kept.contains(&Kept::Animation { frames }), "{kind}");
            assert_eq!(receipt.remaining.contains(&Remaining::StillPicture), beside, "{kind}");
            assert!(receipt.remaining.contains(&Remaining::Timing));
            let after = Png::parse(cleaned.bytes()).unwrap();
            let numbers = |png: &Png, range: std::ops::Range<usize>| -> Vec<Vec<u8>> {
                let all = png.chunks.iter().filter(|chunk| chunk.is(b"fcTL"));
                all.map(|chunk| chunk.payload[range.clone()].to_vec()).collect()
            };
            // number, size, place; and all delays are in lowest terms already
            assert_eq!(numbers(&after, 0..24), numbers(&png, 0..24), "{kind}");
            let told = |png: &Png| png.chunks[png.find(b"acTL").unwrap()].payload.clone();
            assert_eq!(told(&after), told(&png), "{kind}");
        }
    }
}

#[test]
fn forms_that_are_no_png_of_the_standard_are_refused_by_name() {
    let mut apple = kinds::named("rgb-8");
    apple.chunks.insert(0, Chunk::new(b"CgBI", [0x50, 0, 0x20, 2]));
    let mut critical = kinds::named("rgb-8");
    critical.insert(b"IDAT", Chunk::new(b"XYZW", *b"x"));
    for png in [apple, critical] {
        for method in METHODS {
            let error = clean(&png.bytes(), &alone(method)).unwrap_err();
            assert!(matches!(error, Error::Unsupported { .. }), "{error}");
        }
    }
}

/// What nobody can decode to the end is damaged; a picture that is whole is not, whatever follows it.
#[test]
fn a_picture_that_is_whole_is_cleaned_without_what_follows() {
    let png = kinds::named("rgb-8");
    let whole = strip(&png.bytes()).unwrap();
    let file = png.bytes();
    for end in file.len() - 11..file.len() {
        assert_eq!(strip(&file[..end]).as_ref(), Ok(&whole), "{end}");
    }
    let mut short = png.clone();
    let rows = zlib::unstored(&png.stream());
    short.set_stream(zlib::stored(&rows[..rows.len() - 1]));
    assert!(matches!(strip(&short.bytes()), Err(Error::Damaged { .. })));
    let mut filter = png.clone();
    let mut rows = rows;
    rows[0] = 5;
    filter.set_stream(zlib::stored(&rows));
    assert!(matches!(strip(&filter.bytes()), Err(Error::Damaged { .. })));
}

/// Recode depends on pixels alone: filters, blocks and interlacing are gone.
#[test]
fn recode_gives_the_same_for_the_same_pixels() {
    use zlib::Block;
    let policy = alone(Method::Recode);
    for (depth, colour) in [(8, 2), (16, 2), (8, 6), (4, 3), (1, 0), (8, 4)] {
        let flat = kinds::still(depth, colour, false);
        let (width, height) = kinds::SIZE;
        let expected = clean(&flat.bytes(), &policy).unwrap();
        // coded anew by another encoder, interlaced where that is ours to do
        let picture = image::load_from_memory(&flat.bytes()).unwrap();
        let data = zlib::unstored(&flat.stream());
        for blocks in [
            vec![Block::Fixed(&data)],
            vec![Block::Dynamic(&data, 3)],
            vec![Block::Stored(&data[..9], 0xFF), Block::Fixed(&data[9..])],
        ] {
            let mut other = flat.clone();
            other.set_stream(zlib::stream(&blocks, 0xFF));
            assert_eq!(clean(&other.bytes(), &policy).unwrap(), expected, "{depth} {colour}");
        }
        if depth == 8 && colour != 3 {
            let mut filtered = Vec::new();
            let bytes = picture.as_bytes();
            let row = bytes.len() / height as usize;
            assert_eq!(picture.width(), width);
            for line in bytes.chunks(row) {
                filtered.push(0);
                filtered.extend(line);
            }
            let mut other = flat.clone();
            other.set_stream(zlib::stored(&filtered));
            assert_eq!(clean(&other.bytes(), &policy).unwrap(), expected, "{depth} {colour}");
        }
    }
}
