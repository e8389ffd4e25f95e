//! Rebuild from every format: the pixels that were there, upright and in sRGB; what stands in where a
//! method cannot be had; and what is never dropped.

mod made;

#[path = "../common/mod.rs"]
mod common;

use std::io::Cursor;
use std::time::{Duration, Instant};

use common::{Faults, METHODS, alone, by_default, clean, rebuilding, stored_at};
use made::{Kind, Page, SIZE, Tiff, bmp, chunk, exif, pixel, png, tiff, webp};
use unmarked::receipt::{Kept, Note, Remaining};
use unmarked::{Channel, DrawnAs, Error, Format, Method, Policy, Rebuild, Redaction, pages};
use unmarked_fixtures::decode::{run, zune};
use unmarked_fixtures::icc::{Fields, Space, profile};

/// As a PNG at full size.
const LOSSLESS: Rebuild = Rebuild {
    drawn_as: DrawnAs::Png,
    longest_edge: None,
    quality: 90,
    max_bytes: None,
    grey: false,
    redactions: Vec::new(),
};

/// Width, height, and red, green, blue and alpha of 16 bits of each pixel of a PNG.
fn shown(png: &[u8]) -> (usize, usize, Vec<[u16; 4]>) {
    let picture = image::load_from_memory_with_format(png, image::ImageFormat::Png).unwrap();
    let rgba = picture.into_rgba16();
    let size = (rgba.width() as usize, rgba.height() as usize);
    (size.0, size.1, rgba.pixels().map(|pixel| pixel.0).collect())
}

/// That `photo` is shown as `expected` says of each pixel of the upright picture.
fn assert_shows(
    photo: &[u8],
    (wide, high): (usize, usize),
    tolerance: u16,
    expected: impl Fn(usize, usize) -> [u16; 4],
) {
    let (w, h, pixels) = shown(&clean(photo, &rebuilding(LOSSLESS)).unwrap());
    assert_eq!((w, h), (wide, high));
    for (at, pixel) in pixels.iter().enumerate() {
        let (x, y) = (at % wide, at / wide);
        let want = expected(x, y);
        let near = pixel.iter().zip(want).all(|(a, b)| a.abs_diff(b) <= tolerance);
        assert!(near, "{x},{y}: {pixel:?} and not {want:?}");
    }
}

fn notes(photo: &[u8], policy: &Policy) -> Vec<Note> {
    unmarked::clean(photo, policy).unwrap().receipt().notes.clone()
}

#[test]
fn a_png_keeps_every_sample() {
    for kind in Kind::ALL {
        let samples = |x, y| kind.shown(x, y);
        assert_shows(&png(kind, &[]), SIZE, 0, samples);
    }
}

#[test]
fn webp_and_bmp_keep_every_sample() {
    for kind in Kind::ALL.into_iter().filter(|kind| !kind.grey && kind.bits == 8) {
        assert_shows(&webp(kind, None), SIZE, 0, |x, y| kind.shown(x, y));
    }
    assert_shows(&bmp(), SIZE, 0, |x, y| Kind::ALL[0].shown(x, y));
}

#[test]
fn every_orientation_of_every_format_stands_upright() {
    let kind = Kind::ALL[0];
    for value in 1..=8u8 {
        let upright = if value > 4 { (SIZE.1, SIZE.0) } else { SIZE };
        let expected = |x, y| {
            let (x, y) = stored_at(value, (x, y), upright);
            kind.shown(x, y)
        };
        let tagged = Page::new(2, 8, 3, kind.bytes(false)).with(274, &[u32::from(value)]);
        for photo in
            [png(kind, &[chunk(b"eXIf", &exif(value))]), webp(kind, Some(value)), tiff(tagged)]
        {
            assert_shows(&photo, upright, 0, expected);
        }
    }
}

#[test]
fn a_jpeg_lies_on_white_and_a_png_hides_no_colour() {
    let kind = Kind { grey: false, alpha: true, bits: 8 };
    let photo = png(kind, &[]);
    let jpeg = Policy {
        rebuild: Rebuild { drawn_as: DrawnAs::Jpeg, quality: 100, ..Rebuild::FULL_SIZE },
        ..alone(Method::Rebuild)
    };
    assert!(notes(&photo, &jpeg).contains(&Note::OnWhite));
    let kept = notes(&photo, &rebuilding(LOSSLESS));
    assert!(kept.contains(&Note::HiddenColourCleared) && !kept.contains(&Note::OnWhite));
    let receipt = unmarked::clean(&photo, &rebuilding(LOSSLESS)).unwrap().receipt().clone();
    assert_eq!(receipt.kept, [Kept::ShownPicture, Kept::Transparency]);
    // a wide picture whose left half lets all through, over a colour that shall not show
    let rgba: Vec<u8> = (0..64 * 32)
        .flat_map(|n| if n % 64 < 32 { [255, 0, 0, 0] } else { [0, 0, 255, 255] })
        .collect();
    let mut half = Vec::new();
    image::ImageEncoder::write_image(
        image::codecs::png::PngEncoder::new(&mut half),
        &rgba,
        64,
        32,
        image::ColorType::Rgba8.into(),
    )
    .unwrap();
    let white = zune(&clean(&half, &jpeg).unwrap()).unwrap().samples;
    assert!(white[..3].iter().all(|v| *v >= 250), "{:?}", &white[..3]);
    let smaller = Rebuild { longest_edge: Some(31), ..LOSSLESS };
    let (wide, _, pixels) = shown(&clean(&half, &rebuilding(smaller)).unwrap());
    for (at, [r, _, b, alpha]) in pixels.into_iter().enumerate() {
        assert_eq!(r, 0, "red mixed into {} of {wide}", at % wide);
        assert_eq!(b > 60_000, alpha > 0);
    }
    // nothing to say of a photo that hides nothing
    let opaque = png(Kind::ALL[0], &[]);
    assert_eq!(notes(&opaque, &rebuilding(LOSSLESS)), []);
    let jpeg_of_opaque = notes(&opaque, &jpeg);
    let converted = Note::Converted { from: Format::Png, to: Format::Jpeg };
    assert_eq!(jpeg_of_opaque, [converted]);
}

#[test]
fn sixteen_bits_stay_in_a_png_and_are_rounded_in_a_jpeg() {
    let photo = png(Kind { grey: false, alpha: false, bits: 16 }, &[]);
    assert!(notes(&photo, &alone(Method::Rebuild)).contains(&Note::Rounded { bits: 8 }));
    assert!(!notes(&photo, &rebuilding(LOSSLESS)).contains(&Note::Rounded { bits: 8 }));
    // 16 bits that need only 8 are the same file as 8 bits
    let eight = Kind { grey: false, alpha: false, bits: 8 };
    let wide: Vec<u8> = eight.bytes(true).iter().flat_map(|v| [*v, *v]).collect();
    let deep = tiff(Page::new(2, 16, 3, wide));
    assert_eq!(by_default(&deep), clean(&png(eight, &[]), &rebuilding(LOSSLESS)));
}

#[test]
fn the_same_pixels_make_the_same_file_whatever_they_came_in() {
    let kind = Kind::ALL[0];
    let plain = png(kind, &[]);
    let marked = png(
        kind,
        &[
            chunk(b"tEXt", b"Comment\0PLANTED"),
            chunk(b"pHYs", &[0, 0, 1, 2, 0, 0, 3, 4, 1]),
            chunk(b"sRGB", &[2]),
        ],
    );
    let tiled = tiff(Page::new(2, 8, 3, kind.bytes(false)).with(282, &[77]));
    for policy in [rebuilding(LOSSLESS), Channel::SecureDrop.policy()] {
        let expected = clean(&plain, &policy).unwrap();
        for other in [&marked, &webp(kind, Some(1)), &bmp(), &tiled] {
            assert_eq!(clean(other, &policy).unwrap(), expected);
        }
    }
}

/// Red, green and blue of a space to sRGB in 64-bit floating point.
fn to_srgb(primaries: [[f64; 3]; 3], light: impl Fn(f64) -> f64, rgb: [u16; 3]) -> [f64; 3] {
    // IEC 61966-2-1 relative to D50
    let srgb: [[f64; 3]; 3] = [
        [3.1338561, -1.6168667, -0.4906146],
        [-0.9787684, 1.9161415, 0.0334540],
        [0.0719453, -0.2289914, 1.4052427],
    ];
    let times = |m: [[f64; 3]; 3], v: [f64; 3]| m.map(|r| r[0] * v[0] + r[1] * v[1] + r[2] * v[2]);
    let light = rgb.map(|v| light(f64::from(v) / 65_535.0));
    times(srgb, times(primaries, light)).map(|l| {
        let l = l.clamp(0.0, 1.0);
        if l <= 0.0031308 { 12.92 * l } else { 1.055 * l.powf(1.0 / 2.4) - 0.055 }
    })
}

/// The chunk that tells a colour space, its primaries relative to D50, and how values become light.
type Case<'a> = (Vec<u8>, [[f64; 3]; 3], &'a dyn Fn(f64) -> f64);

#[test]
fn other_colours_become_those_of_srgb() {
    let p3 =
        [[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]];
    let adobe =
        [[0.60974, 0.20528, 0.14919], [0.31111, 0.62567, 0.06322], [0.01947, 0.06087, 0.74457]];
    let srgb_light =
        |v: f64| if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) };
    let adobe_light = |v: f64| v.powf(563.0 / 256.0);
    let iccp = |space: Space| {
        let mut payload = b"profile\0\0".to_vec();
        payload.extend(zlib(&profile(space, &Fields::default(), false)));
        chunk(b"iCCP", &payload)
    };
    for bits in [8, 16] {
        let kind = Kind { grey: false, alpha: false, bits };
        let cases: [Case<'_>; 3] = [
            (iccp(Space::DisplayP3), p3, &srgb_light),
            (chunk(b"cICP", &[12, 13, 0, 1]), p3, &srgb_light),
            (iccp(Space::AdobeRgb), adobe, &adobe_light),
        ];
        for (chunk, primaries, light) in cases {
            // within a level of 8 bits: primaries of five digits, on both sides, weigh most in the
            // dark
            assert_shows(&png(kind, &[chunk]), SIZE, 257, |x, y| {
                let [r, g, b, _] = kind.shown(x, y);
                let [r, g, b] =
                    to_srgb(primaries, light, [r, g, b]).map(|v| (v * 65_535.0).round() as u16);
                [r, g, b, u16::MAX]
            });
        }
    }
    let hdr = png(Kind::ALL[0], &[chunk(b"cICP", &[9, 16, 0, 1])]);
    assert!(notes(&hdr, &rebuilding(LOSSLESS)).contains(&Note::ProfileTakenForSrgb));
}

/// A zlib stream of stored blocks.
fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let last = bytes.len().div_ceil(65_535).max(1) - 1;
    for (index, block) in bytes.chunks(65_535).enumerate() {
        out.push(u8::from(index == last));
        out.extend((block.len() as u16).to_le_bytes());
        out.extend((!(block.len() as u16)).to_le_bytes());
        out.extend(block);
    }
    let (a, b) = bytes.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    out.extend((b << 16 | a).to_be_bytes());
    out
}

#[test]
fn a_tiff_keeps_every_sample_of_every_kind() {
    for big in [false, true] {
        for kind in Kind::ALL {
            let samples = kind.samples(0, 0).len() as u32;
            let photometric = if kind.grey { 1 } else { 2 };
            let mut page = Page::new(photometric, u32::from(kind.bits), samples, kind.bytes(big));
            if kind.alpha {
                page = page.with(338, &[2]);
            }
            assert_shows(&Tiff { big, pages: vec![page] }.bytes(), SIZE, 0, |x, y| {
                kind.shown(x, y)
            });
        }
    }
}

#[test]
fn a_tiff_of_other_kinds_shows_what_it_means() {
    let grey = |v: u16| [v, v, v, u16::MAX];
    let (wide, high) = SIZE;
    // fewer bits a sample, rows end on a byte; black is 0 or the largest
    for bits in [1u32, 2, 4] {
        let most = (1u16 << bits) - 1;
        let value = |x: usize, y: usize| pixel(x, y)[0] & most;
        let rows: Vec<u8> = (0..high)
            .flat_map(|y| {
                let all: Vec<bool> = (0..wide)
                    .flat_map(|x| (0..bits).rev().map(move |bit| value(x, y) >> bit & 1 == 1))
                    .collect();
                let byte = |bits: &[bool]| {
                    bits.iter().enumerate().fold(0u8, |b, (n, bit)| b | u8::from(*bit) << (7 - n))
                };
                all.chunks(8).map(byte).collect::<Vec<u8>>()
            })
            .collect();
        for (photometric, inverted) in [(1, false), (0, true)] {
            let photo = tiff(Page::new(photometric, bits, 1, rows.clone()));
            assert_shows(&photo, SIZE, 0, |x, y| {
                let value = if inverted { most - value(x, y) } else { value(x, y) };
                grey(value * (u16::MAX / most))
            });
        }
        // a colour table: all reds, all greens, all blues
        let table: Vec<u32> = (0..3 << bits).map(|n: u32| (n * 37 % 256) * 257).collect();
        let palette = tiff(Page::new(3, bits, 1, rows.clone()).with(320, &table));
        assert_shows(&palette, SIZE, 0, |x, y| {
            let entry = |plane: usize| table[plane * (1 << bits) + usize::from(value(x, y))] as u16;
            [entry(0), entry(1), entry(2), u16::MAX]
        });
    }
    // inks: none of it is white
    let inks: Vec<u8> = (0..high)
        .flat_map(|y| (0..wide).flat_map(move |x| pixel(x, y).map(|v| (v >> 8) as u8)))
        .collect();
    let light = |ink: u16, black: u16| {
        let part = |v: u16| f64::from(255 - (v >> 8)) / 255.0;
        (part(ink) * part(black) * 65_535.0).round() as u16
    };
    assert_shows(&tiff(Page::new(5, 8, 4, inks)), SIZE, 129, |x, y| {
        let [c, m, yellow, k] = pixel(x, y);
        [light(c, k), light(m, k), light(yellow, k), u16::MAX]
    });
    // planes, each in strips of its own
    let kind = Kind::ALL[0];
    let plane = |n: usize| -> Vec<u8> {
        (0..high).flat_map(|y| (0..wide).map(move |x| kind.samples(x, y)[n] as u8)).collect()
    };
    let mut planar = Page::new(2, 8, 3, Vec::new()).with(284, &[2]).with(278, &[10]);
    planar.strips = (0..3)
        .flat_map(|n| plane(n).chunks(wide * 10).map(<[u8]>::to_vec).collect::<Vec<_>>())
        .collect();
    assert_shows(&tiff(planar), SIZE, 0, |x, y| kind.shown(x, y));
    // alpha that colours were multiplied with
    let associated: Vec<u8> = (0..high)
        .flat_map(|y| {
            (0..wide).flat_map(move |x| {
                let [r, g, b, a] = Kind::ALL[5].shown(x, y).map(u64::from);
                [r, g, b].map(|v| v * a / 65_535).into_iter().chain([a])
            })
        })
        .flat_map(|v| (v as u16).to_le_bytes())
        .collect();
    let photo = tiff(Page::new(2, 16, 4, associated).with(338, &[1]));
    assert_shows(&photo, SIZE, 2, |x, y| Kind::ALL[5].shown(x, y));
}

#[test]
fn what_libtiff_compresses_shows_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let bilevel: Vec<u8> =
        (0..SIZE.1).flat_map(|y| (0..5).map(move |x| (x * y * 41) as u8)).collect();
    let kind = Kind::ALL[0];
    let deep = Kind { grey: false, alpha: false, bits: 16 };
    let sources = [
        ("one", Page::new(0, 1, 1, bilevel)),
        ("rgb", Page::new(2, 8, 3, kind.bytes(false))),
        ("deep", Page::new(2, 16, 3, deep.bytes(false))),
    ];
    for (name, page) in sources {
        let page = page.with(284, &[1]);
        std::fs::write(path(name), tiff(page)).unwrap();
    }
    let forms = [
        ("one", "-c g3:1d"),
        ("one", "-c g3:2d"),
        ("one", "-c g3:2d:fill"),
        ("one", "-c g4"),
        ("one", "-c g4 -f lsb2msb"),
        ("one", "-c packbits"),
        ("rgb", "-c lzw"),
        ("rgb", "-c lzw:2"),
        ("rgb", "-c zip:2 -r 5"),
        ("rgb", "-c packbits -B"),
        ("rgb", "-c lzw:2 -t -w 16 -l 32"),
        ("rgb", "-p separate -c zip:2 -t -w 32 -l 16"),
        ("rgb", "-8 -c none"),
        ("deep", "-c lzw:2 -B"),
        ("deep", "-c zip:2"),
    ];
    for (name, form) in forms {
        let mut arguments: Vec<&str> = form.split(' ').collect();
        let (from, to) = (path(name), path("out"));
        arguments.extend([from.as_str(), to.as_str()]);
        let Some(out) = run("tiffcp", &arguments, &[]) else {
            println!(
                "NOTICE: tiffcp is not installed: compressed TIFFs are not compared (install libtiff-tools)"
            );
            return;
        };
        assert!(out.status.success(), "{form}: {}", String::from_utf8_lossy(&out.stderr));
        let expected = by_default(&std::fs::read(&from).unwrap()).unwrap();
        let compressed = std::fs::read(&to).unwrap();
        assert_eq!(by_default(&compressed).as_ref(), Ok(&expected), "{name} {form}");
    }
}

#[test]
fn every_page_can_be_had() {
    let kind = Kind::ALL[0];
    let inverted: Vec<u8> = kind.bytes(false).iter().map(|v| 255 - v).collect();
    let thumbnail = Page::new(2, 8, 3, kind.bytes(false)).with(254, &[1]);
    let second = Page::new(2, 8, 3, inverted).with(254, &[2]);
    let file =
        Tiff { big: true, pages: vec![Page::new(2, 8, 3, kind.bytes(true)), thumbnail, second] };
    let file = file.bytes();
    assert_eq!(pages(&file), Ok(2));
    for page in 0..2 {
        let policy = Policy { page, ..Policy::default() };
        let clean = unmarked::clean(&file, &policy).unwrap();
        let (number, of) = (page + 1, 2);
        assert!(clean.receipt().notes.contains(&Note::Page { number, of }));
        let (_, _, pixels) = shown(clean.bytes());
        let [r, g, b, _] = kind.shown(0, 0);
        let first = if page == 0 { [r, g, b] } else { [r, g, b].map(|v| !v) };
        assert_eq!(pixels[0][..3], first);
    }
    for (photo, page) in [(&file, 2), (&png(kind, &[]), 1), (&bmp(), 1)] {
        let policy = Policy { page, ..Policy::default() };
        assert!(matches!(unmarked::clean(photo, &policy), Err(Error::Policy(_))));
    }
    assert_eq!(pages(&png(kind, &[])), Ok(1));
    assert_eq!(pages(b"letter"), Err(Error::NotAPhoto));
}

#[test]
fn tiff_and_bmp_become_png_and_lose_nothing() {
    for photo in [tiff(Page::new(2, 8, 3, Kind::ALL[0].bytes(false))), bmp()] {
        let format = Format::detect(&photo).unwrap();
        let clean = unmarked::clean(&photo, &Policy::default()).unwrap();
        let receipt = clean.receipt();
        assert_eq!((receipt.method, receipt.format), (Method::Rebuild, Format::Png));
        assert_eq!(receipt.notes, [Note::Converted { from: format, to: Format::Png }]);
        assert!(receipt.remaining.contains(&Remaining::ToolForm));
        assert!(clean.name().ends_with(".png") && clean.media_type() == "image/png");
        // a channel, or a size that was asked for, means JPEG
        for policy in [
            Channel::SignalStandard.policy(),
            rebuilding(Rebuild { longest_edge: Some(20), ..Rebuild::FULL_SIZE }),
            rebuilding(Rebuild { max_bytes: Some(9_000), ..Rebuild::FULL_SIZE }),
        ] {
            let clean = unmarked::clean(&photo, &policy).unwrap();
            assert_eq!(clean.receipt().format, Format::Jpeg);
        }
        for method in [Method::Strip, Method::Recode] {
            assert_eq!(
                unmarked::clean(&photo, &alone(method)).err(),
                Some(Error::Method { method, format })
            );
        }
    }
}

#[test]
fn a_format_without_recode_is_stripped_and_says_so() {
    let photo = webp(Kind::ALL[0], None);
    let clean = unmarked::clean(&photo, &alone(Method::Recode)).unwrap();
    assert_eq!((clean.receipt().method, clean.receipt().format), (Method::Strip, Format::WebP));
    let first = clean.receipt().notes.first();
    assert!(matches!(first, Some(Note::StrippedInstead { of: Method::Recode, .. })));
    assert_eq!(common::strip(&photo).unwrap(), clean.bytes());
}

#[test]
fn what_was_to_be_covered_is_never_left() {
    // by the brand alone: what is inside is not looked at before the refusal
    let heif = b"\0\0\0\x18ftypheic\0\0\0\0heicmif1".to_vec();
    let avif = b"\0\0\0\x18ftypavif\0\0\0\0avifmif1".to_vec();
    let shape = Redaction::Rectangle { x: 8, y: 8, width: 8, height: 8 };
    for (photo, format) in [(heif, Format::Heif), (avif, Format::Avif)] {
        let error = Error::Method { method: Method::Rebuild, format };
        let refused = Some(error.clone());
        assert_eq!(unmarked::clean(&photo, &alone(Method::Rebuild)).err(), refused);
        for channel in Channel::ALL {
            let mut policy = channel.policy();
            policy.rebuild.redactions = vec![shape.clone()];
            assert_eq!(unmarked::clean(&photo, &policy).err(), refused, "{channel}");
            policy.rebuild.redactions.clear();
            policy.rebuild.grey = true;
            assert_eq!(unmarked::clean(&photo, &policy).err(), refused, "{channel}");
        }
        assert!(!error.may_be_rebuilt());
    }
    // where it can be covered, nothing of it is in any file
    let kind = Kind { grey: false, alpha: true, bits: 16 };
    let photos = [
        png(kind, &[]),
        tiff(Page::new(2, 8, 3, Kind::ALL[0].bytes(false))),
        webp(Kind::ALL[1], None),
    ];
    for photo in &photos {
        for settings in [LOSSLESS, Rebuild { longest_edge: Some(19), ..LOSSLESS }] {
            let scale = if settings.longest_edge.is_some() { 2 } else { 1 };
            let settings = Rebuild { redactions: vec![shape.clone()], ..settings };
            let (wide, _, pixels) = shown(&clean(photo, &rebuilding(settings)).unwrap());
            let inside =
                (8 / scale..16 / scale).flat_map(|y| (8 / scale..16 / scale).map(move |x| (x, y)));
            for (x, y) in inside {
                assert_eq!(pixels[y * wide + x], [0, 0, 0, u16::MAX], "{x},{y}");
            }
        }
        for method in [Method::Strip, Method::Recode] {
            let mut policy = alone(method);
            policy.rebuild.redactions = vec![shape.clone()];
            assert!(matches!(unmarked::clean(photo, &policy), Err(Error::Policy(_))));
        }
    }
}

#[test]
fn a_png_gets_smaller_until_it_fits() {
    let photo = png(Kind::ALL[0], &[]);
    let whole = clean(&photo, &rebuilding(LOSSLESS)).unwrap().len() as u64;
    for most in [whole, whole / 2, 500] {
        let settings = Rebuild { max_bytes: Some(most), ..LOSSLESS };
        let fitted = clean(&photo, &rebuilding(settings)).unwrap();
        assert!(fitted.len() as u64 <= most);
        assert_eq!(most == whole, shown(&fitted).0 == SIZE.0);
    }
    let settings = Rebuild { max_bytes: Some(20), ..LOSSLESS };
    assert_eq!(clean(&photo, &rebuilding(settings)).err(), Some(Error::Target { max_bytes: 20 }));
}

#[test]
fn an_animation_is_its_first_frame() {
    let mut gif = Vec::new();
    {
        let mut encoder = image::codecs::gif::GifEncoder::new(Cursor::new(&mut gif));
        for level in [200u8, 90, 30] {
            let frame = image::RgbaImage::from_pixel(20, 10, image::Rgba([level, 0, 0, 255]));
            encoder.encode_frame(image::Frame::new(frame)).unwrap();
        }
    }
    assert!(notes(&gif, &rebuilding(LOSSLESS)).contains(&Note::FirstFrame { frames: 3 }));
    assert_shows(&gif, (20, 10), 0, |_, _| [200 * 257, 0, 0, u16::MAX]);
}

#[test]
fn bombs_are_refused_before_they_are_unpacked() {
    let header = |wide: u32, high: u32| {
        let mut payload = [wide.to_be_bytes(), high.to_be_bytes()].concat();
        payload.extend([16, 6, 0, 0, 0]);
        let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
        file.extend(chunk(b"IHDR", &payload));
        file.extend(chunk(b"IDAT", &zlib(&[0; 100])));
        file.extend(chunk(b"IEND", &[]));
        file
    };
    let page = |wide: u32, high: u32| {
        tiff(
            Page::new(2, 16, 3, vec![0; 100])
                .with(256, &[wide])
                .with(257, &[high])
                .with(278, &[high]),
        )
    };
    let mut bitmap = bmp();
    bitmap[18..26].copy_from_slice(&[0xFF, 0xFF, 0, 0, 0xFF, 0xFF, 0, 0]);
    let mut gif = b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff".to_vec();
    gif.extend(b",\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x44\x01\0;");
    let mut faults = Faults::default();
    for (name, photo) in [
        ("PNG", header(60_000, 60_000)),
        ("PNG", header(0x7FFF_FFFF, 0x7FFF_FFFF)),
        ("TIFF", page(60_000, 60_000)),
        ("TIFF", page(u32::MAX, u32::MAX)),
        ("BMP", bitmap),
        ("GIF", gif),
    ] {
        let start = Instant::now();
        let refused = unmarked::clean(&photo, &alone(Method::Rebuild)).err();
        faults
            .check(matches!(refused, Some(Error::Limit { .. })), || format!("{name}: {refused:?}"));
        // a size check takes no time; to unpack any of them takes seconds
        faults.check(start.elapsed() < Duration::from_secs(1), || format!("{name} took long"));
    }
    faults.none();
}

#[test]
fn photos_that_are_cut_off_are_refused_or_said_to_be_incomplete() {
    let kind = Kind::ALL[1];
    for photo in [
        png(kind, &[]),
        png(Kind::ALL[4], &[]),
        webp(kind, Some(6)),
        tiff(Page::new(2, 8, 4, kind.bytes(false)).with(338, &[2])),
        bmp(),
    ] {
        for end in (0..photo.len()).step_by(7) {
            for policy in [Policy::default(), rebuilding(LOSSLESS), Channel::SignalHigh.policy()] {
                match unmarked::clean(&photo[..end], &policy) {
                    Err(error) => assert!(!matches!(error, Error::Audit { .. }), "{error}"),
                    Ok(clean) => {
                        assert_eq!(unmarked::audit(clean.bytes()), unmarked::Verdict::Clean);
                    }
                }
            }
        }
    }
    let whole = png(Kind::ALL[0], &[]);
    let cut = &whole[..whole.len() * 2 / 3];
    let notes = notes(cut, &rebuilding(LOSSLESS));
    assert!(matches!(notes[..], [Note::Missing { parts: 1_000..=6_000 }]), "{notes:?}");
}

#[test]
fn damage_does_no_harm() {
    let mut state = 7u64;
    let mut next = move |most: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % most
    };
    let kind = Kind::ALL[1];
    for photo in [
        png(kind, &[chunk(b"cICP", &[12, 13, 0, 1])]),
        webp(kind, Some(6)),
        tiff(Page::new(3, 4, 1, vec![9; 800]).with(320, &[7; 48])),
        tiff(Page::new(6, 8, 3, vec![9; 4000]).with(530, &[2, 2])),
        tiff(Page::new(8, 16, 3, Kind::ALL[4].bytes(false))),
        tiff(Page::new(0, 1, 1, vec![0x5A; 400]).with(259, &[4])),
        bmp(),
    ] {
        for _ in 0..300 {
            let mut damaged = photo.clone();
            for _ in 0..1 + next(3) {
                let at = next(damaged.len());
                damaged[at] = [0, 1, 0x7F, 0xFF, next(256) as u8][next(5)];
            }
            let mut policy = rebuilding(LOSSLESS);
            policy.limits.pixels = 1 << 22;
            // whatever comes is clean, or refused
            let _ = clean(&damaged, &policy);
        }
    }
}

#[test]
fn a_gain_map_is_gone_by_every_method_and_said_to_be() {
    let all = common::photos::photos();
    let mut with = 0;
    for photo in &all {
        let Ok(inspection) = unmarked::inspect(&photo.bytes) else { continue };
        let carries = inspection.findings.iter().any(|f| f.carrier == unmarked::Carrier::GainMap);
        if carries {
            with += 1;
        }
        for method in METHODS {
            let Ok(clean) = unmarked::clean(&photo.bytes, &alone(method)) else { continue };
            let said = clean.receipt().notes.contains(&Note::GainMapDropped);
            assert_eq!(said, carries, "{method}: {}", photo.path.display());
        }
    }
    println!("{with} of {} photos have a gain map", all.len());
}
