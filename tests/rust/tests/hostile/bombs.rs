//! Files that ask for far more than they hold, nest deeply, or go in circles.

use std::sync::Mutex;

use super::build::{PNG, chunk, full_box, isobox, large_box, png, riff, tiff, vp8x, webp, zeros};
use super::{Seen, watch};

/// How deep things nest here: deeper than any call stack.
const DEEP: usize = 100_000;

/// What each file is, and its bytes.
type Bombs = Vec<(String, Vec<u8>)>;

fn all(seen: &Mutex<Seen>, bombs: Bombs) {
    for (name, bomb) in bombs {
        if watch(seen, &|| name.clone(), &bomb).is_none() {
            println!("  {name}, {} bytes: cleaned", bomb.len());
        }
    }
}

/// That the blocks of which all this is built are as others read them.
pub fn blocks_are_right() {
    let read = |file: &[u8]| image::load_from_memory_with_format(file, image::ImageFormat::Png);
    assert!(read(&grey_png(&[])).is_ok_and(|picture| picture.into_bytes() == [0x80]));
    // 259 bytes: the filter of one row and its pixels
    let row = png(258, 1, 8, 0, &[chunk(b"IDAT", &zeros(258))]);
    assert!(read(&row).is_ok_and(|picture| picture.into_bytes() == [0; 258]));
}

/// What nests, and what refers to itself.
pub fn nested(seen: &Mutex<Seen>) {
    let mut bombs = Bombs::new();
    for (format, start) in BOXED {
        for kind in
            [b"meta", b"iprp", b"ipco", b"dinf", b"moov", b"trak", b"jumb", b"grpl", b"iinf"]
        {
            let name = format!("{format}: {} in itself", String::from_utf8_lossy(kind));
            bombs.push((name, [start, boxes_in_boxes(kind).as_slice()].concat()));
        }
    }
    let (xmp, jumbf) = (deep_xmp(), boxes_in_boxes(b"jumb"));
    let texts = [
        ("deep XMP", b"XML:com.adobe.xmp\0\0\0\0\0".to_vec(), xmp.clone()),
        ("deep XMP by name", b"Raw profile type xmp\0\0\0\0\0".to_vec(), xmp.clone()),
    ];
    for (name, head, text) in texts {
        let text = chunk(b"iTXt", &[head, text].concat());
        bombs.push((format!("PNG: {name}"), grey_png(&[text])));
    }
    bombs.push(("PNG: deep C2PA".into(), grey_png(&[chunk(b"caBX", &jumbf)])));
    for (name, exif) in exif_circles() {
        bombs.push((format!("PNG: {name}"), grey_png(&[chunk(b"eXIf", &exif)])));
        bombs.push((format!("WebP: {name}"), webp_with(8, b"EXIF", &exif)));
        let exif_box = isobox(b"Exif", &[&[0; 4], exif.as_slice()].concat());
        bombs.push((format!("JPEG XL: {name}"), [JXL, &exif_box].concat()));
        bombs.push((format!("TIFF: {name}"), exif));
    }
    bombs.push(("WebP: deep XMP".into(), webp_with(4, b"XMP ", &xmp)));
    bombs.push(("JPEG XL: deep XMP".into(), [JXL, &isobox(b"xml ", &xmp)].concat()));
    bombs.push((
        "GIF: deep XMP".into(),
        [GIF, b"\x21\xff\x0bXMP DataXMP", &xmp, &[0, 0x3B]].concat(),
    ));
    let frames = (0..DEEP).fold(Vec::new(), |inner, _| {
        if inner.len() > 1 << 20 {
            inner
        } else {
            riff(b"ANMF", &[&[0; 16], inner.as_slice()].concat())
        }
    });
    bombs.push(("WebP: frames in frames".into(), webp(&[vp8x(2, 9, 9), frames])));
    for (name, references) in [
        ("a grid of itself", vec![(1, vec![1; 4])]),
        ("a grid of a grid of the first", vec![(1, vec![2; 4]), (2, vec![1; 4])]),
        ("grids of grids", (1..60).map(|item| (item, vec![item + 1; 4])).collect()),
        ("a grid of its alpha", vec![(1, vec![2; 4]), (2, vec![2; 4])]),
    ] {
        for brand in [b"heic", b"avif"] {
            let brand_name = String::from_utf8_lossy(brand);
            bombs.push((format!("{brand_name}: {name}"), grids(brand, &references)));
        }
    }
    all(seen, bombs);
}

/// What is larger than it says, or says that it is larger than it is.
pub fn large(seen: &Mutex<Seen>) {
    let mut bombs = Bombs::new();
    of_png(&mut bombs);
    of_gif_and_webp(&mut bombs);
    of_tiff_and_bmp(&mut bombs);
    of_boxes(&mut bombs);
    all(seen, bombs);
}

/// How files made of boxes start.
const BOXED: [(&str, &[u8]); 3] = [
    ("HEIC", b"\0\0\0\x14ftypheic\0\0\0\0mif1"),
    ("AVIF", b"\0\0\0\x14ftypavif\0\0\0\0mif1"),
    ("JPEG XL", JXL),
];
const JXL: &[u8] = b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl \0\0\0\0jxl ";
/// 1 × 1, a table of two colours.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff";
/// A lossless picture of one pixel: RFC 9649, section 3.
const VP8L: &[u8] = b"\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07";

fn grey_png(chunks: &[Vec<u8>]) -> Vec<u8> {
    let picture = [chunk(b"IDAT", b"\x78\x01\x01\x02\0\xfd\xff\0\x80\0\x82\0\x81")];
    png(1, 1, 8, 0, &[chunks, &picture].concat())
}

fn webp_with(flags: u8, kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    webp(&[vp8x(flags, 1, 1), riff(b"VP8L", VP8L), riff(kind, data)])
}

fn boxes_in_boxes(kind: &[u8; 4]) -> Vec<u8> {
    // from outside: each holds the rest; room for version and flags, as `meta` has them
    let each = 12;
    let mut file = Vec::with_capacity(DEEP * each);
    for depth in 0..DEEP {
        let length = u32::try_from((DEEP - depth) * each).unwrap();
        file.extend(length.to_be_bytes());
        file.extend(kind);
        file.extend([0; 4]);
    }
    file
}

fn deep_xmp() -> Vec<u8> {
    let open = "<rdf:Description><dc:creator>".repeat(DEEP / 2);
    let close = "</dc:creator></rdf:Description>".repeat(DEEP / 2);
    format!(
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' \
         xmlns:dc='http://purl.org/dc/elements/1.1/'>{open}name{close}</rdf:RDF></x:xmpmeta>"
    )
    .into_bytes()
}

/// Directories of Exif that lead back to themselves, or on and on.
fn exif_circles() -> Vec<(&'static str, Vec<u8>)> {
    let mut next = tiff(&[(0x0100, 3, 1, 1)], &[]);
    next.truncate(22);
    next.extend(8_u32.to_le_bytes());
    let own = [0x8769, 0x8825, 0xA005, 0x014A].map(|tag| (tag, 4, 1, 8));
    let mut chain = b"II\x2a\0\x08\0\0\0".to_vec();
    for _ in 0..DEEP / 4 {
        let behind = u32::try_from(chain.len() + 18).unwrap();
        chain.extend([1, 0, 0, 1, 3, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
        chain.extend(behind.to_le_bytes());
    }
    let mut down = b"II\x2a\0\x08\0\0\0".to_vec();
    for _ in 0..DEEP / 4 {
        let behind = u32::try_from(down.len() + 18).unwrap();
        down.extend([1, 0, 0x4A, 1, 4, 0, 1, 0, 0, 0]);
        down.extend(behind.to_le_bytes());
        down.extend([0; 4]);
    }
    vec![
        ("the next directory is this one", next),
        ("directories that are their own", tiff(&own, &[])),
        ("25,000 directories", chain),
        ("25,000 directories in each other", down),
        ("2^32 - 1 values", tiff(&[(0x010E, 2, u32::MAX, 8), (0x014A, 4, u32::MAX, 8)], &[])),
        ("2^29 values of 8 bytes", tiff(&[(0x0111, 5, 1 << 29, 8), (0x0117, 12, 1 << 29, 8)], &[])),
    ]
}

fn of_png(bombs: &mut Bombs) {
    let mut add = |name: &str, file: Vec<u8>| bombs.push((format!("PNG: {name}"), file));
    let four = zeros(4 << 30);
    let idat = |data: &[u8]| chunk(b"IDAT", data);
    add("4 GiB behind one pixel", png(1, 1, 8, 0, &[idat(&four)]));
    add("4 GiB for 2^31 - 1 squared", png(i32::MAX as u32, i32::MAX as u32, 16, 6, &[idat(&four)]));
    add("2^32 - 1 wide", png(u32::MAX, u32::MAX, 8, 2, &[idat(&four[..1_000])]));
    add("60,000 squared, a little of it", png(60_000, 60_000, 8, 6, &[idat(&zeros(1 << 20))]));
    add("one row of 2^29 - 1", png((1 << 29) - 1, 1, 8, 2, &[idat(&zeros(1 << 20))]));
    add("2^28 rows of one", png(1, 1 << 28, 8, 0, &[idat(&zeros(1 << 24))]));
    let text = |kind: &[u8; 4], head: &[u8]| chunk(kind, &[head, four.as_slice()].concat());
    add("4 GiB of XMP", grey_png(&[text(b"iTXt", b"XML:com.adobe.xmp\0\x01\0\0\0")]));
    add("4 GiB of text", grey_png(&[text(b"zTXt", b"Comment\0\0")]));
    add("4 GiB of Exif as text", grey_png(&[text(b"zTXt", b"Raw profile type exif\0\0")]));
    add("4 GiB of a profile", grey_png(&[text(b"iCCP", b"name\0\0")]));
    let small = zeros(64 << 20);
    let many = vec![chunk(b"zTXt", &[b"Comment\0\0", small.as_slice()].concat()); 100];
    add("100 texts of 64 MiB", grey_png(&many));
    add("300,000 empty chunks", grey_png(&vec![chunk(b"tEXt", b"a\0"); 300_000]));
    add("300,000 empty IDAT", png(1, 1, 8, 0, &vec![idat(&[]); 300_000]));
    let frames = |count: u32| {
        let control =
            [[0, 0, 0, 0], 9_u32.to_be_bytes(), 9_u32.to_be_bytes(), [0; 4], [0; 4]].concat();
        let control = chunk(b"fcTL", &[control.as_slice(), &[0, 1, 0, 1, 0, 0]].concat());
        let animated = chunk(b"acTL", &[count.to_be_bytes(), [0; 4]].concat());
        png(9, 9, 8, 0, &[animated, control, idat(&zeros(1 << 20))])
    };
    add("2^32 - 1 frames", frames(u32::MAX));
    add("no frames", frames(0));
    for length in [i32::MAX as u32, u32::MAX, u32::MAX - 3, 1 << 31] {
        let mut file = [PNG, &chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])].concat();
        file.extend(length.to_be_bytes());
        file.extend(b"IDAT");
        file.extend([0; 64]);
        add(&format!("a chunk of {length:#x}"), file);
    }
}

fn of_gif_and_webp(bombs: &mut Bombs) {
    let frame = |width: u16, height: u16, data: &[u8]| {
        let head =
            [&[0x2C, 0, 0, 0, 0][..], &width.to_le_bytes(), &height.to_le_bytes(), &[0]].concat();
        [head.as_slice(), &[2, data.len() as u8], data, &[0]].concat()
    };
    let gif = |width: u16, height: u16, frames: &[u8]| {
        let size = [width.to_le_bytes(), height.to_le_bytes()].concat();
        [b"GIF89a", size.as_slice(), &[0x80, 0, 0, 0, 0, 0, 255, 255, 255], frames, &[0x3B]]
            .concat()
    };
    let mut add = |name: &str, file: Vec<u8>| bombs.push((name.to_owned(), file));
    add("GIF: 65,535 squared", gif(65_535, 65_535, &frame(65_535, 65_535, &[0x44, 0x01])));
    add("GIF: 20,000 squared", gif(20_000, 20_000, &frame(20_000, 20_000, &[0x44, 0x01])));
    add("GIF: a frame larger than all", gif(1, 1, &frame(65_535, 65_535, &[0x44, 0x01])));
    add(
        "GIF: 1,000 frames of 65,535 squared",
        gif(65_535, 65_535, &frame(65_535, 65_535, &[0x44, 0x01]).repeat(1_000)),
    );
    add("GIF: 100,000 frames", gif(1, 1, &frame(1, 1, &[0x44, 0x01]).repeat(100_000)));
    add(
        "GIF: 300,000 extensions",
        gif(1, 1, &[b"\x21\xfe\x01a\0".repeat(300_000), frame(1, 1, &[0x44, 0x01])].concat()),
    );
    // VP8L: 14 bits of width, 14 of height, and of what follows as little as can be
    let lossless = |size: u32| {
        let bits = 0x2F_u64 | u64::from(size - 1) << 8 | u64::from(size - 1) << 22;
        riff(b"VP8L", &[&bits.to_le_bytes()[..5], &[0; 59]].concat())
    };
    add("WebP: lossless, 16,384 squared", webp(&[lossless(16_384)]));
    let lossy =
        b"\x30\x01\0\x9d\x01\x2a\xff\x3f\xff\x3f\0\x47\x08\x85\x85\x88\x85\x84\x88\x02\0".to_vec();
    add("WebP: lossy, 16,383 squared", webp(&[riff(b"VP8 ", &lossy)]));
    add(
        "WebP: a canvas of 2^24 squared",
        webp(&[vp8x(2, 1 << 24, 1 << 24), riff(b"ANIM", &[0; 6])]),
    );
    add("WebP: a canvas of 65,535 squared", webp(&[vp8x(0, 65_535, 65_535), lossless(16_384)]));
    let frame = riff(
        b"ANMF",
        &[&[0; 6][..], &[0xFF, 0x3F, 0, 0xFF, 0x3F, 0, 1, 0, 0, 0], &lossless(16_384)].concat(),
    );
    add(
        "WebP: 1,000 frames of 16,384 squared",
        webp(&[vec![vp8x(2, 16_384, 16_384), riff(b"ANIM", &[0; 6])], vec![frame; 1_000]].concat()),
    );
    add(
        "WebP: 300,000 empty chunks",
        webp(
            &[vec![vp8x(0, 1, 1), riff(b"VP8L", VP8L)], vec![riff(b"abcd", &[]); 300_000]].concat(),
        ),
    );
    let alpha = riff(b"ALPH", &[1; 64]);
    add(
        "WebP: alpha for 16,383 squared",
        webp(&[vp8x(16, 16_383, 16_383), alpha, riff(b"VP8 ", &lossy)]),
    );
    for length in [u32::MAX, u32::MAX - 1, i32::MAX as u32, 0] {
        let mut whole = webp(&[riff(b"VP8L", VP8L)]);
        whole[4..8].copy_from_slice(&length.to_le_bytes());
        add(&format!("WebP: RIFF of {length:#x}"), whole);
        let mut part = webp(&[riff(b"VP8L", VP8L)]);
        part[16..20].copy_from_slice(&length.to_le_bytes());
        add(&format!("WebP: VP8L of {length:#x}"), part);
    }
}

fn of_tiff_and_bmp(bombs: &mut Bombs) {
    // width, height, bits, compression, photometric, strip offsets, samples, rows per strip, byte counts
    let picture = |width: u32, height: u32, compression: u32, samples: u32, data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap();
        let at = 8 + 2 + 9 * 12 + 4;
        let entries = [
            (256, 4, 1, width),
            (257, 4, 1, height),
            (258, 3, 1, 8),
            (259, 3, 1, compression),
            (262, 3, 1, 1),
            (273, 4, 1, at),
            (277, 3, 1, samples),
            (278, 4, 1, height),
            (279, 4, 1, length),
        ];
        tiff(&entries, data)
    };
    let mut add = |name: &str, file: Vec<u8>| bombs.push((name.to_owned(), file));
    for compression in [1, 5, 8, 32_773, 7] {
        let data = if compression == 8 { zeros(4 << 30) } else { vec![0; 4_096] };
        for (width, height, samples) in [
            (u32::MAX, u32::MAX, 1),
            (1 << 16, 1 << 16, 4),
            (20_000, 20_000, 1),
            (1, 1, 65_535),
            (1, 1, 1),
        ] {
            let name =
                format!("TIFF: {width} × {height}, {samples} samples, compression {compression}");
            add(&name, picture(width, height, compression, samples, &data));
        }
    }
    let tiles = [
        (256, 4, 1, 16),
        (257, 4, 1, 16),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (277, 3, 1, 1),
        (322, 4, 1, u32::MAX - 15),
        (323, 4, 1, u32::MAX - 15),
        (324, 4, 1, 8),
        (325, 4, 1, 64),
    ];
    add("TIFF: a tile of 2^32", tiff(&tiles, &[0; 64]));
    let strips = [
        (256, 4, 1, 1),
        (257, 4, 1, u32::MAX),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, u32::MAX, 8),
        (277, 3, 1, 1),
        (278, 4, 1, 1),
        (279, 4, u32::MAX, 8),
    ];
    add("TIFF: 2^32 strips", tiff(&strips, &[0; 64]));
    let big = |next: u64, count: u64| {
        [&b"II\x2b\0\x08\0\0\0"[..], &next.to_le_bytes(), &count.to_le_bytes(), &[0; 64]].concat()
    };
    for (next, count) in
        [(u64::MAX, 1), (16, u64::MAX), (16, 1 << 60), (1 << 32, 1), (u64::MAX - 7, u64::MAX)]
    {
        add(&format!("BigTIFF: a directory at {next:#x} of {count:#x}"), big(next, count));
    }
    let bmp = |width: i32, height: i32, bits: u16, compression: u32, colours: u32, at: u32| {
        let mut file = b"BM".to_vec();
        for number in [u32::MAX, 0, at, 40] {
            file.extend(number.to_le_bytes());
        }
        file.extend(width.to_le_bytes());
        file.extend(height.to_le_bytes());
        file.extend([1, 0]);
        file.extend(bits.to_le_bytes());
        for number in [compression, u32::MAX, 0, 0, colours, 0] {
            file.extend(number.to_le_bytes());
        }
        file.extend([0; 256]);
        file
    };
    for (width, height) in [
        (i32::MAX, i32::MAX),
        (i32::MAX, i32::MIN),
        (1, i32::MIN),
        (65_535, -65_535),
        (20_000, 20_000),
        (-1, 1),
        (0, 0),
    ] {
        for (bits, compression) in [(1, 0), (8, 0), (8, 1), (4, 2), (24, 0), (32, 3)] {
            add(
                &format!("BMP: {width} × {height}, {bits} bits, compression {compression}"),
                bmp(width, height, bits, compression, 2, 62),
            );
        }
    }
    add("BMP: 2^32 - 1 colours", bmp(1, 1, 8, 0, u32::MAX, 62));
    add("BMP: data at 2^32 - 1", bmp(1, 1, 8, 0, 2, u32::MAX));
}

/// Sizes that no number of 32 bits holds, or that wrap where they are added.
const SIZES: [u64; 9] =
    [0, 1, 7, 15, u32::MAX as u64, 1 << 32, (1 << 32) + 8, i64::MAX as u64, u64::MAX];

fn of_boxes(bombs: &mut Bombs) {
    for (format, start) in BOXED {
        for size in SIZES {
            for kind in [b"meta", b"mdat", b"moov", b"free", b"jxlc", b"jxlp", b"brob", b"Exif"] {
                let name = format!("{format}: {} of {size:#x}", String::from_utf8_lossy(kind));
                bombs.push((name, [start, &large_box(kind, size, &[0; 64])].concat()));
            }
        }
        let empty = isobox(b"free", &[]).repeat(300_000);
        bombs.push((format!("{format}: 300,000 empty boxes"), [start, &empty].concat()));
    }
    for (brand, coding) in [(b"heic", b"hvc1"), (b"avif", b"av01")] {
        let brand_name = String::from_utf8_lossy(brand).into_owned();
        // one item of as many extents as there can be, each of the same mebibyte
        for (name, offset, length, extents) in [
            ("one mebibyte 65,535 times", 0, 1 << 20, 65_535),
            ("nothing 65,535 times", 0, 0, 65_535),
            ("an extent at 2^64 - 1", u64::MAX, 1, 1),
            ("an extent of 2^64 - 1", 64, u64::MAX, 1),
            ("an extent of 2^32", 64, 1 << 32, 2),
            ("extents whose sum wraps", u64::MAX / 2, u64::MAX / 2, 3),
        ] {
            bombs.push((
                format!("{brand_name}: {name}"),
                one_item(brand, coding, offset, length, extents),
            ));
        }
        for side in [0, 1, u32::MAX] {
            let properties = full_box(b"ispe", &[side.to_be_bytes(), side.to_be_bytes()].concat());
            let meta = meta(coding, 1, &[], &properties, &iloc(0, 64, 1));
            bombs.push((
                format!("{brand_name}: {side} squared"),
                [ftyp(brand), meta, vec![0; 1 << 10]].concat(),
            ));
        }
    }
    // bare: 30 bits of height, no ratio, 30 bits of width; then zeros, and ones
    for fill in [0x00, 0xFF] {
        let bits: u128 =
            0b110 | ((1_u128 << 30) - 1) << 3 | 0b11 << 36 | ((1_u128 << 30) - 1) << 38;
        let file = [&[0xFF, 0x0A][..], &bits.to_le_bytes()[..9], &[fill; 256]].concat();
        bombs.push((format!("JPEG XL: 2^30 squared, then {fill:#x}"), file));
    }
}

fn ftyp(brand: &[u8; 4]) -> Vec<u8> {
    isobox(b"ftyp", &[*brand, [0; 4], *b"mif1", *brand].concat())
}

fn one_item(brand: &[u8; 4], coding: &[u8; 4], offset: u64, length: u64, extents: u16) -> Vec<u8> {
    let properties = full_box(b"ispe", &[0, 0, 0, 64, 0, 0, 0, 64]);
    let meta = meta(coding, 1, &[], &properties, &iloc(offset, length, extents));
    [ftyp(brand), meta, isobox(b"mdat", &vec![0; 1 << 20])].concat()
}

/// One item's places, in numbers of 64 bits (ISO/IEC 14496-12, section 8.11.3).
fn iloc(offset: u64, length: u64, extents: u16) -> Vec<u8> {
    let extent = [offset.to_be_bytes(), length.to_be_bytes()].concat();
    let head = [&[0x88, 0, 0, 1, 0, 1, 0, 0][..], &extents.to_be_bytes()].concat();
    full_box(b"iloc", &[head, extent.repeat(usize::from(extents))].concat())
}

/// A `meta` box of `count` items of this type that all have all of these properties.
fn meta(
    coding: &[u8; 4],
    count: u16,
    references: &[u8],
    properties: &[u8],
    iloc: &[u8],
) -> Vec<u8> {
    let items = (1..=count).flat_map(|item| {
        isobox(b"infe", &[&[2, 0, 0, 0][..], &item.to_be_bytes(), &[0, 0], coding, &[0]].concat())
    });
    let items: Vec<u8> = items.collect();
    let number: u8 = 1;
    let associations = (1..=count).flat_map(|item| [item.to_be_bytes(), [1, number]].concat());
    let associations: Vec<u8> = associations.collect();
    let ipma =
        full_box(b"ipma", &[&u32::from(count).to_be_bytes(), associations.as_slice()].concat());
    full_box(
        b"meta",
        &[
            full_box(b"hdlr", b"\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0"),
            full_box(b"pitm", &[0, 1]),
            full_box(b"iinf", &[&count.to_be_bytes(), items.as_slice()].concat()),
            iloc.to_vec(),
            if references.is_empty() { Vec::new() } else { full_box(b"iref", references) },
            isobox(b"iprp", &[isobox(b"ipco", properties), ipma].concat()),
        ]
        .concat(),
    )
}

/// Grids of 2 × 2 that are made of each other.
fn grids(brand: &[u8; 4], references: &[(u16, Vec<u16>)]) -> Vec<u8> {
    let boxes = references.iter().flat_map(|(from, to)| {
        let to_count = u16::try_from(to.len()).unwrap();
        let to: Vec<u8> = to.iter().flat_map(|item| item.to_be_bytes()).collect();
        isobox(b"dimg", &[from.to_be_bytes().as_slice(), &to_count.to_be_bytes(), &to].concat())
    });
    let boxes: Vec<u8> = boxes.collect();
    let count =
        references.iter().flat_map(|(from, to)| to.iter().chain([from])).max().copied().unwrap();
    let properties = full_box(b"ispe", &[0, 0, 0, 64, 0, 0, 0, 64]);
    let places = |at: u32| {
        let each = (1..=count).flat_map(|item| {
            [&item.to_be_bytes()[..], &[0, 0, 0, 1], &at.to_be_bytes(), &8_u32.to_be_bytes()]
                .concat()
        });
        let each: Vec<u8> = each.collect();
        full_box(b"iloc", &[&[0x44, 0][..], &count.to_be_bytes(), each.as_slice()].concat())
    };
    let length = ftyp(brand).len() + meta(b"grid", count, &boxes, &properties, &places(0)).len();
    let at = u32::try_from(length + 8).unwrap();
    let meta = meta(b"grid", count, &boxes, &properties, &places(at));
    // two by two, of 64 × 64 pixels: ISO/IEC 23008-12, section 6.6.2.3
    [ftyp(brand), meta, isobox(b"mdat", &[0, 0, 1, 1, 0, 64, 0, 64])].concat()
}
