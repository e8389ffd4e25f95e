//! Rebuild: the picture that was there, in the form of the crowd's files. libjpeg-turbo's programs and
//! a decoder in 64-bit floating point judge.

mod common;

use common::transcode::optimised;
use common::{Faults, rebuild, rebuilding, stored_at};
use unmarked::{
    Error, Method, Orientation, Pixels, Policy, ProfileClass, Rebuild, Verdict, audit,
    rebuild_pixels,
};
use unmarked_fixtures::decode::{libjpeg, run, zune};
use unmarked_fixtures::exif::{Order, orientation};
use unmarked_fixtures::icc::{Fields, Space, payloads, profile};
use unmarked_fixtures::reference::psnr;
use unmarked_fixtures::{Colour, Jpeg, Photo, Piece, kinds, marker};

/// Rebuild with these settings; refusals end the test.
fn rebuilt(photo: &[u8], settings: Rebuild) -> Vec<u8> {
    common::clean(photo, &rebuilding(settings)).unwrap_or_else(|error| panic!("{error}"))
}

fn at(quality: u8) -> Rebuild {
    Rebuild { quality, ..Rebuild::FULL_SIZE }
}

fn to(longest_edge: u32, quality: u8) -> Rebuild {
    Rebuild { longest_edge: Some(longest_edge), ..at(quality) }
}

/// Width and height of a JPEG.
fn size(jpeg: &[u8]) -> (usize, usize) {
    let jpeg = Jpeg::parse(jpeg).unwrap();
    let payload = jpeg.pieces[jpeg.frame()].payload();
    let number = |at: usize| usize::from(u16::from_be_bytes([payload[at], payload[at + 1]]));
    (number(3), number(1))
}

/// Some RGBA pixels: a slope in every direction, waves and noise.
fn rgba(width: u32, height: u32) -> Vec<u8> {
    let mut state = 7u32;
    let mut out = Vec::new();
    for y in 0..height {
        for x in 0..width {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (state >> 28) as f64;
            let wave = 30.0 * (f64::from(x * 3 + y * 2) / 17.0).sin();
            let red = f64::from(x * 180 / width) + 20.0 + noise;
            let green = f64::from(y * 180 / height) + 40.0 + wave;
            let blue = 200.0 - f64::from((x + y) * 150 / (width + height)) + noise - wave / 2.0;
            out.extend([red, green, blue].map(|v| v.clamp(0.0, 255.0) as u8));
            out.push(255);
        }
    }
    out
}

fn pixels(rgba: &[u8], width: u32, height: u32) -> Pixels<'_> {
    let (stride, orientation) = (4 * width, Orientation::Upright);
    Pixels { width, height, stride, rgba, orientation, profile: None, photo: None }
}

fn drawn(pixels: &Pixels<'_>, settings: Rebuild) -> Vec<u8> {
    let policy = rebuilding(settings);
    let clean = rebuild_pixels(pixels, &policy).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(audit(clean.bytes()), Verdict::Clean);
    clean.bytes().to_vec()
}

/// What libjpeg's cjpeg makes of pixels, with optimal tables and accurate integers.
fn cjpeg(rgba: &[u8], (width, height): (u32, u32), quality: u8) -> Option<Vec<u8>> {
    let mut ppm = format!("P6\n{width} {height}\n255\n").into_bytes();
    rgba.chunks(4).for_each(|pixel| ppm.extend(&pixel[..3]));
    let quality = quality.to_string();
    let arguments =
        ["-quality", &quality, "-baseline", "-optimize", "-sample", "2x2", "-dct", "int"];
    Some(run("cjpeg", &arguments, &ppm)?.stdout)
}

/// The segments that Android's encoder writes, in their order, as measured from Android 14; and what
/// is in them, by cjpeg, but for the profile.
#[test]
fn the_header_is_androids() {
    let mut faults = Faults::default();
    for quality in [1, 25, 50, 70, 75, 90, 95, 100] {
        let photo = kinds::named("progressive-restart").bytes();
        let clean = rebuilt(&photo, at(quality));
        let jpeg = Jpeg::parse(&clean).unwrap();
        let codes: Vec<(u8, usize)> = jpeg
            .pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Marker(code) => Some((*code, 0)),
                Piece::Segment { marker, payload } => Some((*marker, payload.len() + 2)),
                _ => None,
            })
            .collect();
        let tables: Vec<usize> =
            jpeg.segments(marker::DHT).map(|payload| payload.len() + 2).collect();
        let [dc, ac, dc_chroma, ac_chroma] = tables[..] else { panic!("{} tables", tables.len()) };
        let expected = [
            (marker::SOI, 0),
            (marker::APP0, 16),
            (marker::APP2, 552),
            (marker::DQT, 67),
            (marker::DQT, 67),
            (marker::SOF0, 17),
            (marker::DHT, dc),
            (marker::DHT, ac),
            (marker::DHT, dc_chroma),
            (marker::DHT, ac_chroma),
            (marker::SOS, 12),
            (marker::EOI, 0),
        ];
        faults.check(codes == expected, || format!("quality {quality}: {codes:02X?}"));
        let (width, height) = size(&clean);
        let grey = vec![128; 4 * width * height];
        let Some(model) = cjpeg(&grey, (width as u32, height as u32), quality) else { continue };
        let model = Jpeg::parse(&model).unwrap();
        for code in [marker::APP0, marker::DQT, marker::SOF0, marker::SOS] {
            let of = |jpeg: &Jpeg| jpeg.segments(code).map(<[u8]>::to_vec).collect::<Vec<_>>();
            faults.check(of(&jpeg) == of(&model), || format!("quality {quality}: {code:02X}"));
        }
    }
    let signal = rebuilt(&kinds::named("420").bytes(), Rebuild::SIGNAL_STANDARD);
    let signal = Jpeg::parse(&signal).unwrap();
    let luminance = signal.segments(marker::DQT).next().unwrap().to_vec();
    faults.check(luminance.starts_with(&[0, 0x0A, 7, 7, 8]), || format!("{luminance:02X?}"));
    faults.none();
}

/// The same pixels, the same file as libjpeg-turbo's but for Android's profile: colour conversion,
/// downsampling, transform, quantisation and tables, to the last bit.
#[test]
fn pixels_are_encoded_as_libjpeg_does() {
    let mut faults = Faults::default();
    // none of these is near a ratio that is cropped to
    for (width, height) in [(40, 17), (64, 23), (1, 1), (2, 9), (100, 31), (33, 70), (16, 16)] {
        let picture = rgba(width, height);
        for quality in [10, 70, 75, 90, 100] {
            let Some(model) = cjpeg(&picture, (width, height), quality) else { return };
            let clean = drawn(&pixels(&picture, width, height), at(quality));
            let mut jpeg = Jpeg::parse(&clean).unwrap();
            jpeg.pieces.retain(|piece| !piece.is(marker::APP2));
            faults.check(jpeg.bytes() == model, || {
                format!("{width}x{height} at {quality}: {} and {} bytes", clean.len(), model.len())
            });
        }
    }
    faults.none();
}

/// What stands behind the pixels of a row, and their alpha where it is full, says nothing.
#[test]
fn bytes_between_rows_tell_nothing() {
    let (width, height) = (37u32, 20u32);
    let picture = rgba(width, height);
    let plain = drawn(&pixels(&picture, width, height), at(80));
    for fill in [0u8, 0xAA] {
        let stride = 4 * width + 12;
        let mut padded = Vec::new();
        for row in picture.chunks(4 * width as usize) {
            padded.extend(row);
            padded.extend([fill; 12]);
        }
        let with = Pixels { stride, rgba: &padded, ..pixels(&picture, width, height) };
        assert_eq!(drawn(&with, at(80)), plain);
        // the last row may end with its last pixel
        let short = &padded[..padded.len() - 12];
        let with = Pixels { stride, rgba: short, ..pixels(&picture, width, height) };
        assert_eq!(drawn(&with, at(80)), plain);
    }
}

/// Sizes that contradict each other are refused.
#[test]
fn pixels_that_are_not_there_are_refused() {
    let picture = rgba(8, 8);
    let good = pixels(&picture, 8, 8);
    let wrong = [
        Pixels { width: 0, ..good },
        Pixels { height: 0, ..good },
        Pixels { stride: 31, ..good },
        Pixels { height: 9, ..good },
        Pixels { width: u32::MAX, stride: u32::MAX, ..good },
        Pixels { height: u32::MAX, ..good },
        Pixels { stride: u32::MAX, ..good },
        Pixels { width: 65_536, stride: 4 * 65_536, height: 1, ..good },
        Pixels { rgba: &[], ..good },
    ];
    for pixels in wrong {
        let refused = rebuild_pixels(&pixels, &rebuilding(Rebuild::FULL_SIZE));
        let words = format!("{}x{} stride {}", pixels.width, pixels.height, pixels.stride);
        assert!(refused.is_err(), "{words}");
    }
}

/// At full size and the finest quality luminance is what libjpeg's accurate transform shows, but for
/// the rounding of the new one.
#[test]
fn luminance_is_what_libjpeg_shows() {
    let mut faults = Faults::default();
    let mut least = f64::MAX;
    for kind in kinds::all() {
        if !matches!(kind.photo.colour, Colour::Grey | Colour::YCbCr) {
            continue;
        }
        // where all but DC is missing libjpeg makes it up, and beyond the range it wraps around
        if kind.name == "progressive-dc-only" || kind.name.starts_with("large") {
            continue;
        }
        let photo = kind.photo.bytes();
        let clean = rebuilt(&photo, at(100));
        let shown = |jpeg: &[u8], colours: &str, channels: usize| -> Option<Vec<[f64; 3]>> {
            let arguments = [colours, "-pnm", "-dct", "int"];
            let out = run("djpeg", &arguments, jpeg)?.stdout;
            let (width, height) = size(jpeg);
            let pixels = out[out.len() - channels * width * height..].chunks(channels);
            Some(pixels.map(|p| std::array::from_fn(|c| f64::from(p[c % channels]))).collect())
        };
        let Some(before) = shown(&photo, "-grayscale", 1) else { return };
        let after = shown(&clean, "-grayscale", 1).unwrap();
        let colours = shown(&photo, "-rgb", 3).unwrap();
        let before = cropped(&before, size(&photo), size(&clean));
        let colours = cropped(&colours, size(&photo), size(&clean));
        // a colour beyond the range is clamped, and its luminance with it
        let (mut a, mut b) = (Vec::new(), Vec::new());
        for ((before, after), colour) in before.iter().zip(&after).zip(&colours) {
            if colour.iter().all(|v| (1.0..=254.0).contains(v)) {
                a.push(before[0]);
                b.push(after[0]);
            }
        }
        let (before, after) = (a, b);
        // too few to tell
        if before.len() < 20 {
            continue;
        }
        let quality = psnr(&before, &after);
        least = least.min(quality);
        faults.check(quality >= 45.0, || format!("{}: {quality:.1} dB", kind.name));
    }
    println!("luminance at full size, against libjpeg: at least {least:.1} dB");
    faults.none();
}

/// The part of a plane that is left of it, from its middle.
fn cropped(plane: &[[f64; 3]], from: (usize, usize), to: (usize, usize)) -> Vec<[f64; 3]> {
    let (x, y) = ((from.0 - to.0) / 2, (from.1 - to.1) / 2);
    let rows = plane.chunks(from.0).skip(y).take(to.1);
    rows.flat_map(|row| row[x..x + to.0].iter().copied()).collect()
}

/// Shapes near those that cameras make become exactly those; others stay. Nothing is enlarged.
#[test]
fn shapes_become_exact_and_edges_as_long_as_asked() {
    let cases = [
        // already exact
        ((80, 60), None, (80, 60)),
        ((60, 80), None, (60, 80)),
        ((90, 60), None, (90, 60)),
        ((160, 90), None, (160, 90)),
        ((50, 50), None, (50, 50)),
        // within 2 %
        ((404, 300), None, (400, 300)),
        ((300, 404), None, (300, 400)),
        ((200, 197), None, (197, 197)),
        // between
        ((140, 100), None, (140, 100)),
        ((300, 100), None, (300, 100)),
        // smaller, and never larger
        ((80, 60), Some(40), (40, 30)),
        ((60, 80), Some(40), (30, 40)),
        ((80, 60), Some(81), (80, 60)),
        ((300, 100), Some(30), (30, 10)),
        ((404, 300), Some(100), (100, 75)),
    ];
    let mut faults = Faults::default();
    for ((width, height), edge, expected) in cases {
        let mut photo = Photo::new(width, height, Colour::YCbCr);
        for sampling in [(1, 1), (2, 2)] {
            photo.sampling[0] = sampling;
            let settings = Rebuild { longest_edge: edge, ..at(80) };
            let got = size(&rebuilt(&photo.bytes(), settings));
            faults.check(got == expected, || {
                format!("{width}x{height} to {edge:?}: {got:?}, not {expected:?}")
            });
        }
    }
    faults.none();
}

/// In all eight orientations the same picture comes out as of the one that was stored upright.
#[test]
fn every_orientation_comes_out_upright() {
    let mut faults = Faults::default();
    let (wide, high) = (80usize, 48usize);
    let picture = rgba(80, 48);
    for edge in [None, Some(40)] {
        let settings = Rebuild { longest_edge: edge, ..at(95) };
        let plain = drawn(&pixels(&picture, 80, 48), settings.clone());
        let Ok(plain_shown) = zune(&plain) else { panic!("a photo") };
        for value in 1..=8u8 {
            let (w, h) = if value > 4 { (high, wide) } else { (wide, high) };
            // as a camera held that way stores it
            let mut stored = vec![0; 4 * w * h];
            for y in 0..high {
                for x in 0..wide {
                    let (u, v) = stored_at(value, (x, y), (wide, high));
                    stored[4 * (v * w + u)..][..4]
                        .copy_from_slice(&picture[4 * (y * wide + x)..][..4]);
                }
            }
            let turned = Pixels {
                width: w as u32,
                height: h as u32,
                stride: 4 * w as u32,
                rgba: &stored,
                orientation: Orientation::from_exif_value(value.into()).expect("1 to 8"),
                profile: None,
                photo: None,
            };
            let got = drawn(&turned, settings.clone());
            let shown = zune(&got).unwrap();
            let worst = worst(&shown.samples, &plain_shown.samples);
            faults.check(shown.shape == plain_shown.shape && worst <= 6, || {
                format!("pixels, orientation {value} to {edge:?}: {} {worst} off", shown.shape)
            });
            // and the same by a file
            let Some(mut file) = cjpeg(&stored, (w as u32, h as u32), 98) else { continue };
            let block = orientation(Order::Little, 3, value);
            let mut jpeg = Jpeg::parse(&file).unwrap();
            jpeg.insert(1, Piece::segment(marker::APP1, block));
            file = jpeg.bytes();
            let shown = zune(&rebuilt(&file, settings.clone())).unwrap();
            let far = mean(&shown.samples, &plain_shown.samples);
            faults.check(shown.shape == plain_shown.shape && far < 3.0, || {
                format!("file, orientation {value} to {edge:?}: {} {far:.2} off", shown.shape)
            });
        }
    }
    faults.none();
}

fn worst(a: &[u8], b: &[u8]) -> u8 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0)
}

fn mean(a: &[u8], b: &[u8]) -> f64 {
    assert_eq!(a.len(), b.len());
    let sum: u64 = a.iter().zip(b).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / a.len() as f64
}

/// The mean colour of a picture is that of the same photo shown by libjpeg: no cast.
#[test]
fn colours_stay() {
    let mut faults = Faults::default();
    for kind in kinds::all() {
        if kind.name.starts_with("large") {
            continue;
        }
        let photo = kind.photo.bytes();
        let Some(before) = shown_as_colours(&photo, kind.photo.colour) else { return };
        for settings in [at(95), to(10, 95)] {
            let clean = rebuilt(&photo, settings.clone());
            let Some(after) = shown_as_colours(&clean, Colour::YCbCr) else { return };
            for c in 0..3 {
                let mean = |list: &[[f64; 3]]| {
                    list.iter().map(|pixel| pixel[c]).sum::<f64>() / list.len() as f64
                };
                let off = mean(&after) - mean(&before);
                // small pictures with noise, cropped, and colours beyond the range clamped
                faults.check(off.abs() < 4.0, || {
                    format!("{} to {:?}: {off:.2} in {c}", kind.name, settings.longest_edge)
                });
            }
        }
    }
    faults.none();
}

/// Red, green and blue of each pixel, as libjpeg shows them. Inks as most viewers turn them to light.
fn shown_as_colours(jpeg: &[u8], colour: Colour) -> Option<Vec<[f64; 3]>> {
    let inks = matches!(colour, Colour::Cmyk | Colour::Ycck);
    if !inks {
        let out = run("djpeg", &["-rgb", "-pnm", "-dct", "int"], jpeg)?.stdout;
        let (width, height) = size(jpeg);
        let samples = &out[out.len() - 3 * width * height..];
        return Some(samples.chunks(3).map(|p| [p[0], p[1], p[2]].map(f64::from)).collect());
    }
    // djpeg gives inks of a CMYK file as red, green and blue
    let Ok(shown) = libjpeg(jpeg)? else { return None };
    let channels = 3;
    Some(shown.samples.chunks(channels).map(|p| [p[0], p[1], p[2]].map(f64::from)).collect())
}

/// A profile is turned into sRGB: what is as red as Display P3 can say becomes as red as sRGB can.
#[test]
fn profiles_become_srgb() {
    let with = |space: Option<Space>, rgb: [u8; 3]| {
        let picture: Vec<u8> = [rgb[0], rgb[1], rgb[2], 255].repeat(32 * 32);
        let mut jpeg = Jpeg::parse(&cjpeg(&picture, (32, 32), 100)?).unwrap();
        if let Some(space) = space {
            for part in payloads(&profile(space, &Fields::default(), false), 60_000) {
                jpeg.insert(2, Piece::segment(marker::APP2, part));
            }
        }
        let shown = zune(&rebuilt(&jpeg.bytes(), at(100))).unwrap();
        let middle = 3 * (16 * 32 + 16);
        Some([shown.samples[middle], shown.samples[middle + 1], shown.samples[middle + 2]])
    };
    let Some(plain) = with(None, [200, 100, 60]) else { return };
    let near =
        |got: [u8; 3], wanted: [u8; 3]| got.iter().zip(wanted).all(|(g, w)| g.abs_diff(w) <= 3);
    assert!(near(plain, [200, 100, 60]), "{plain:?}");
    // ICC.1 matrices of the profiles to D50 and back by that of sRGB, with sRGB's curve
    let cases = [
        (Space::DisplayP3, [200, 100, 60], [215, 93, 47]),
        (Space::DisplayP3, [128, 128, 128], [128, 128, 128]),
        (Space::DisplayP3, [255, 0, 0], [255, 0, 0]),
        (Space::AdobeRgb, [128, 128, 128], [128, 128, 128]),
        (Space::AdobeRgb, [120, 180, 90], [81, 181, 83]),
        (Space::Srgb, [200, 100, 60], [200, 100, 60]),
    ];
    for (space, rgb, wanted) in cases {
        let got = with(Some(space), rgb).unwrap();
        assert!(near(got, wanted), "{space:?} {rgb:?}: {got:?}, not {wanted:?}");
    }
    // and of pixels
    let picture: Vec<u8> = [200, 100, 60, 255].repeat(32 * 32);
    let p3 = Pixels { profile: Some(ProfileClass::DisplayP3), ..pixels(&picture, 32, 32) };
    let shown = zune(&drawn(&p3, at(100))).unwrap();
    let middle = 3 * (16 * 32 + 16);
    let got = [shown.samples[middle], shown.samples[middle + 1], shown.samples[middle + 2]];
    assert!(near(got, [215, 93, 47]), "{got:?}");
}

/// A target size is kept, and not with less quality than needed.
#[test]
fn a_target_size_is_kept() {
    let mut photo = Photo::new(320, 240, Colour::YCbCr);
    photo.percent = 20;
    let photo = photo.bytes();
    let most = rebuilt(&photo, at(90)).len() as u64;
    let mut last = usize::MAX;
    for target in [most * 2, most, most - 1, most / 2, most / 4, most / 10, 4_000, 2_000] {
        let settings = Rebuild { max_bytes: Some(target), ..at(90) };
        let clean = rebuilt(&photo, settings);
        assert!(clean.len() as u64 <= target, "{} bytes, not {target}", clean.len());
        assert!(clean.len() <= last, "{} after {last}", clean.len());
        last = clean.len();
        let small = size(&clean) != (320, 240);
        assert!(
            clean.len() as u64 * 10 >= target * 6 || target >= most || small,
            "{} of {target}",
            clean.len()
        );
    }
    // no picture fits, and that is said
    let tiny = Rebuild { max_bytes: Some(100), ..at(90) };
    let refused = unmarked::clean(&photo, &rebuilding(tiny)).map(|clean| clean.bytes().len());
    assert!(matches!(refused, Err(Error::Target { max_bytes: 100 })), "{refused:?}");
}

/// Without colours the form stays that of the crowd, and luminance stays.
#[test]
fn grey_has_no_colours() {
    let photo = kinds::named("444").bytes();
    let grey = rebuilt(&photo, Rebuild { grey: true, ..at(95) });
    let shown = zune(&grey).unwrap();
    assert!(shown.samples.chunks(3).all(|p| p[0] == p[1] && p[1] == p[2]));
    assert_eq!(Jpeg::parse(&grey).unwrap().components(), 3);
    let colours = zune(&rebuilt(&photo, at(95))).unwrap();
    let luminance =
        |p: &[u8]| 0.299 * f64::from(p[0]) + 0.587 * f64::from(p[1]) + 0.114 * f64::from(p[2]);
    let off: f64 = shown
        .samples
        .chunks(3)
        .zip(colours.samples.chunks(3))
        .map(|(g, c)| (luminance(g) - luminance(c)).abs())
        .sum::<f64>()
        / (shown.samples.len() / 3) as f64;
    assert!(off < 2.0, "{off}");
}

/// jpegtran, asked for optimal tables, has nothing to change but the profile that it leaves out.
#[test]
fn tables_are_the_best() {
    let mut faults = Faults::default();
    for kind in kinds::all() {
        let clean = rebuild(&kind.photo.bytes()).unwrap_or_else(|e| panic!("{}: {e}", kind.name));
        let Some(again) = optimised(&clean, 1) else { return };
        let mut jpeg = Jpeg::parse(&clean).unwrap();
        jpeg.pieces.retain(|piece| !piece.is(marker::APP2));
        faults.check(again == Ok(jpeg.bytes()), || format!("{}: other bytes", kind.name));
    }
    faults.none();
}

/// Settings that no picture can follow are wrong usage, not refusals of the photo.
#[test]
fn settings_are_checked() {
    let photo = kinds::named("420").bytes();
    for settings in [at(0), at(101), to(0, 70)] {
        let policy = Policy { rebuild: settings, method: Method::Rebuild, ..Policy::default() };
        assert!(matches!(unmarked::clean(&photo, &policy), Err(Error::Policy(_))));
    }
}
