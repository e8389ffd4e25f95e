//! Whatever happened to a file: no panic, and what is released is audited and shows what the file
//! showed.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use unmarked::{Error, inspect};
use unmarked_fixtures::decode::libjxl;
use unmarked_fixtures::jxl::carriers::{Photo, all};
use unmarked_fixtures::jxl::kinds;

use crate::common::{Faults, strip};
use crate::photos;

#[test]
fn cut_off_anywhere_is_refused() {
    let mut faults = Faults::default();
    for (name, photo) in photos() {
        let whole = photo.bytes();
        let clean = strip(&whole).unwrap();
        for end in 0..whole.len() {
            let told = inspect(&whole[..end]);
            if let (Ok(told), Err(Error::CutOff { .. })) = (&told, strip(&whole[..end])) {
                faults.check(told.problem.is_some(), || format!("{name}: cut at {end}: not told"));
            }
            let cut = strip(&whole[..end]);
            // of some boxes only the end may be missing
            let right = cut.is_err() || cut.as_ref() == Ok(&clean);
            faults.check(right, || format!("{name}: cut at {end} is cleaned"));
            let bare = photo.pieces == 0 && cut.is_ok();
            faults.check(!bare, || format!("{name}: cut at {end} is cleaned"));
        }
    }
    faults.none();
}

/// Every 32-bit word of a file of boxes at values that lengths break at.
#[test]
fn no_length_breaks_it() {
    for name in ["grey", "animation"] {
        let mut planted = Photo { pieces: 2, ..Photo::bare(kinds::named(name)) };
        for carrier in all().iter().step_by(7) {
            planted = carrier.planted(&planted, 1).unwrap_or(planted);
        }
        let whole = planted.bytes();
        for at in 0..whole.len().saturating_sub(4).min(700) {
            for value in [0, 1, 2, 7, 8, 9, 16, 0x7FFF_FFFF, 0x8000_0000, u32::MAX - 7, u32::MAX] {
                let mut broken = whole.clone();
                broken[at..at + 4].copy_from_slice(&value.to_be_bytes());
                let _ = strip(&broken);
                if at % 16 == 0 {
                    assert!(inspect(&broken).is_ok() || at < 12, "{name}");
                }
            }
        }
    }
}

/// A short file that says it has more than fits in any memory.
#[test]
fn sizes_that_no_memory_holds_are_refused_at_once() {
    let mut picture = kinds::named("grey");
    (picture.width, picture.height) = (1 << 30, 1 << 30);
    assert!(strip(&picture.codestream()).is_err());
    for frame in &mut picture.frames {
        frame.permuted = true;
    }
    assert!(strip(&picture.codestream()).is_err());
}

fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let (kinds, carriers) = (photos().len(), all().len());
    (0..kinds, prop::collection::vec(0..carriers, 0..4), prop::collection::vec(change(), 1..6))
        .prop_map(move |(kind, marks, changes)| {
            let (_, mut photo) = photos().swap_remove(kind);
            for mark in marks {
                photo = all()[mark].planted(&photo, 1).unwrap_or(photo);
            }
            let mut file = photo.bytes();
            for (place, what, value) in changes {
                let at = (place * file.len() as f64) as usize;
                if at >= file.len() {
                    continue;
                }
                match what {
                    0 => file[at] = value,
                    1 => file[at] ^= 1 << (value % 8),
                    2 => file.insert(at, value),
                    3 => drop(file.remove(at)),
                    4 => {
                        let end = (at + usize::from(value)).min(file.len());
                        let copy = file[at..end].to_vec();
                        file.splice(at..at, copy);
                    }
                    _ => {
                        let end = (at + usize::from(value)).min(file.len());
                        file.drain(at..end);
                    }
                }
            }
            file
        })
}

fn change() -> impl Strategy<Value = (f64, u8, u8)> {
    (0.0..1.0f64, 0..6u8, any::<u8>())
}

fn config(cases: u32) -> ProptestConfig {
    let rng_seed = RngSeed::Fixed(0x6A78_6C00);
    ProptestConfig { cases, rng_seed, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(6_000))]
    /// `strip` asserts that the audit takes what it gives; once more gives the same.
    #[test]
    fn what_is_left_of_a_damaged_file_is_clean(file in mutated()) {
        let _ = inspect(&file);
        if let Ok(clean) = strip(&file) {
            let again = strip(&clean);
            prop_assert_eq!(again.as_ref(), Ok(&clean));
        }
    }
}

proptest! {
    #![proptest_config(config(120))]
    /// Where libjxl shows a damaged file, it shows the same of what is made of it.
    #[test]
    fn what_is_shown_of_a_damaged_file_stays(file in mutated()) {
        if let (Ok(clean), Some(Ok(before))) = (strip(&file), libjxl(&file)) {
            prop_assert_eq!(libjxl(&clean), Some(Ok(before)));
        }
    }
}

/// A picture whose header says so much that is left out that nothing else is left.
#[test]
fn many_boxes_and_frames_meet_the_limits() {
    let mut photo = Photo { pieces: 1, ..Photo::bare(kinds::named("grey")) };
    photo.before = vec![(*b"free", Vec::new()); 20_000];
    assert!(matches!(strip(&photo.bytes()), Err(Error::Limit { .. })));
    let mut picture = kinds::named("grey");
    let mut frame = picture.frames[0].clone();
    frame.last = false;
    picture.frames.splice(0..0, vec![frame; 20_000]);
    assert!(matches!(strip(&picture.codestream()), Err(Error::Limit { .. })));
}
