//! What all benchmarks share: the photos, and the methods with their settings.

#![forbid(unsafe_code)]

use unmarked::{Method, Policy, Rebuild};
use unmarked_fixtures::exif::{Order, ascii, directory, payload, rationals, short};
use unmarked_fixtures::{Colour, Photo, Piece, marker};

/// Quantisation steps, in percent of the example tables in T.81, with which [`phone_photo`] has about
/// 4 MB; 47 give 5 MB.
pub const STEPS_4_MB: u32 = 61;

/// What is timed and counted: a word, and what cleans. Nothing stands in for a method that refuses.
pub fn methods() -> [(&'static str, Policy); 3] {
    let policy = |method, rebuild| Policy {
        method,
        rebuild_if_refused: false,
        rebuild,
        ..Policy::default()
    };
    [
        ("strip", policy(Method::Strip, Rebuild::FULL_SIZE)),
        ("recode", policy(Method::Recode, Rebuild::FULL_SIZE)),
        // to 1600 pixels at quality 70
        ("rebuild", policy(Method::Rebuild, Rebuild::SIGNAL_STANDARD)),
    ]
}

/// The policy that this word names.
pub fn method(word: &str) -> Option<Policy> {
    methods().into_iter().find_map(|(name, policy)| (name == word).then_some(policy))
}

/// A photo of 12 megapixels as a phone writes it: 4:2:0, with Exif, place and thumbnail.
pub fn phone_photo(steps: u32) -> Vec<u8> {
    let mut photo = Photo::new(4_000, 3_000, Colour::YCbCr);
    photo.sampling = vec![(2, 2), (1, 1), (1, 1)];
    photo.percent = steps;
    photo.noise = 27;
    let mut jpeg = photo.encode();
    let gps = vec![
        ascii(0x0001, "N"),
        rationals(0x0002, &[(59, 1), (56, 1), (4, 1)]),
        ascii(0x0003, "E"),
        rationals(0x0004, &[(30, 1), (18, 1), (51, 1)]),
    ];
    let ifd0 = vec![
        ascii(0x010F, "Example"),
        ascii(0x0110, "Phone 5"),
        short(0x0112, 6),
        directory(0x8769, vec![ascii(0x9003, "2024:03:17 12:34:56")]),
        directory(0x8825, gps),
    ];
    let thumbnail = Photo::new(160, 120, Colour::YCbCr).bytes();
    let block = payload(Order::Big, ifd0, Some((vec![short(0x0103, 6)], &thumbnail)), &[]);
    let at = jpeg.frame();
    jpeg.insert(at, Piece::segment(marker::APP1, block));
    jpeg.bytes()
}

/// A photo of 200 megapixels: 16,320 × 12,240, baseline, 4:2:0, upright, without restarts.
pub fn large_photo() -> Vec<u8> {
    let mut photo = Photo::new(16_320, 80, Colour::YCbCr);
    photo.sampling = vec![(2, 2), (1, 1), (1, 1)];
    photo.repeated(153).bytes()
}
