//! The picture stays: by the decoder of the `image` crate, frame by frame, and by Pillow.

use std::io::Cursor;

use image::codecs::gif::GifDecoder;
use image::{AnimationDecoder, ImageDecoder};
use unmarked::{Error, Verdict, audit, clean};
use unmarked_fixtures::gif::{Coding, Gif, Image, control, kinds};

use crate::common::{Faults, alone, strip};

/// The delay in milliseconds, as a fraction, and the pixels.
type Frame = ((u32, u32), Vec<u8>);

/// Every frame as it is seen, with its delay; as far as the decoder goes.
pub fn frames(gif: &[u8]) -> Option<Vec<Frame>> {
    let decoder = GifDecoder::new(Cursor::new(gif)).ok()?;
    assert!(decoder.total_bytes() > 0);
    let frames = decoder.into_frames().map_while(Result::ok).map(|frame| {
        let delay = frame.delay().numer_denom_ms();
        let mut pixels = frame.into_buffer().into_raw();
        // a colour under full transparency is not seen
        for pixel in pixels.chunks_mut(4).filter(|pixel| pixel[3] == 0) {
            pixel.fill(0);
        }
        (delay, pixels)
    });
    Some(frames.collect())
}

/// The same without the delay where there is one frame alone.
fn seen(gif: &[u8]) -> Option<Vec<Frame>> {
    let mut frames = frames(gif)?;
    if let [(delay, _)] = frames.as_mut_slice() {
        *delay = (0, 1);
    }
    Some(frames)
}

#[test]
fn every_kind_shows_the_same() {
    let mut faults = Faults::default();
    let (mut compared, mut frames) = (0, 0);
    for kind in kinds() {
        let before = kind.gif.bytes();
        let after = match strip(&before) {
            Ok(after) => after,
            Err(error) => {
                faults.add(format!("{}: refused: {error}", kind.name));
                continue;
            }
        };
        faults.check(strip(&after).as_ref() == Ok(&after), || format!("{}: not stable", kind.name));
        // the decoder refuses missing pixels and a missing table
        if let Some(seen_before) = seen(&before).filter(|frames| !frames.is_empty()) {
            compared += 1;
            frames += seen_before.len();
            let same = seen(&after).as_ref() == Some(&seen_before);
            faults.check(same, || format!("{}: another picture", kind.name));
        }
    }
    println!("{compared} kinds of GIF compared, {frames} frames");
    assert!(compared > 15);
    faults.none();
}

#[test]
fn codes_that_draw_too_much_are_cut_inside() {
    let mut faults = Faults::default();
    for count in 1..120usize {
        let mut gif = Gif::new(20, 6, 3);
        let long = Image { coding: Coding::Greedy, ..Image::new(20, 60, 3, count as u32) };
        *gif.image(0) = long;
        gif.image(0).size = (20, 6);
        // long strings, so that the last code goes far past the end
        let pixels = &mut gif.image(0).pixels;
        pixels[count..].fill(1);
        let mut exact = gif.clone();
        exact.image(0).pixels.truncate(120);
        let after = strip(&gif.bytes()).unwrap();
        faults.check(seen(&after) == seen(&exact.bytes()), || format!("{count}: other pixels"));
        assert!(seen(&after).is_some_and(|frames| frames.len() == 1));
    }
    faults.none();
}

#[test]
fn transparency_that_no_pixel_has_says_nothing() {
    let files: Vec<Vec<u8>> = [13u8, 14, 200]
        .into_iter()
        .map(|index| {
            let mut gif = Gif::new(8, 8, 5);
            gif.table.resize(256, [9; 3]);
            gif.blocks.insert(0, control(0, 0, Some(index)));
            strip(&gif.bytes()).unwrap()
        })
        .collect();
    assert!(files.iter().all(|file| file == &files[0]));
}

#[test]
fn what_remains_is_told() {
    let policy = alone(unmarked::Method::Strip);
    for kind in kinds() {
        let receipt = clean(&kind.gif.bytes(), &policy).unwrap().receipt().clone();
        let moves = kind.name.starts_with("animation");
        let animation = |kept: &unmarked::receipt::Kept| {
            matches!(kept, unmarked::receipt::Kept::Animation { frames: 4 })
        };
        assert_eq!(receipt.kept.iter().any(animation), moves, "{}", kind.name);
        assert_eq!(receipt.remaining.contains(&unmarked::receipt::Remaining::Timing), moves);
        let missing = |note: &unmarked::receipt::Note| {
            matches!(note, unmarked::receipt::Note::Missing { .. })
        };
        let short = matches!(kind.name, "pixels missing" | "nothing drawn");
        assert_eq!(receipt.notes.iter().any(missing), short, "{}", kind.name);
    }
}

#[test]
fn what_is_no_picture_is_refused() {
    let mut none = Gif::new(4, 4, 2);
    none.blocks.clear();
    assert!(matches!(strip(&none.bytes()), Err(Error::CutOff { .. } | Error::Damaged { .. })));
    let mut flat = Gif::new(4, 4, 2);
    flat.image(0).size = (0, 4);
    assert!(matches!(strip(&flat.bytes()), Err(Error::Damaged { .. })));
    for code_size in [0, 9, 12, 255] {
        let mut bytes = Gif::new(4, 4, 2).bytes();
        let at = 13 + 6 + 10;
        bytes[at] = code_size;
        assert!(matches!(strip(&bytes), Err(Error::Damaged { at: 19, .. })), "{code_size}");
    }
    // viewers read its second code with different widths, and the first one alike
    let mut least = Gif::new(4, 4, 2);
    least.image(0).code_size = 1;
    assert!(matches!(strip(&least.bytes()), Err(Error::Unsupported { .. })));
    let mut dot = Gif::new(1, 1, 2);
    dot.image(0).code_size = 1;
    assert_eq!(strip(&dot.bytes()).map(|clean| audit(&clean)), Ok(Verdict::Clean));
    let mut huge = Gif::new(4, 4, 2);
    huge.image(0).size = (65_535, 65_535);
    assert!(matches!(strip(&huge.bytes()), Err(Error::Limit { .. })));
}
