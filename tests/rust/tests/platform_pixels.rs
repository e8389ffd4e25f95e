//! Pixels that a platform's decoder gave: what the file said is told, and no way leads from it into
//! the clean photo.

mod common;

use common::{Faults, rebuilding};
use unmarked::receipt::Note;
use unmarked::{
    Clean, Error, Format, Method, Orientation, Pixels, Policy, Rebuild, Verdict, audit, clean,
    rebuild_pixels,
};
use unmarked_fixtures::carriers;
use unmarked_fixtures::heif::{carriers as heif, kinds};

/// What a decoder drew of `photo`: 16 by 8 pixels of a ramp.
fn drawn(photo: Option<&[u8]>, policy: &Policy) -> Clean {
    let rgba: Vec<u8> = (0..16 * 8u8).flat_map(|level| [level, 255 - level, 99, 255]).collect();
    let orientation = Orientation::Upright;
    let pixels =
        Pixels { width: 16, height: 8, stride: 64, rgba: &rgba, orientation, profile: None, photo };
    rebuild_pixels(&pixels, policy).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_receipt_tells_what_the_photo_said_and_the_clean_one_has_none_of_it() {
    let mut faults = Faults::default();
    let policy = rebuilding(Rebuild::FULL_SIZE);
    let alone = drawn(None, &policy);
    assert!(alone.receipt().notes.contains(&Note::NotInspected));
    let (mut planted, mut told) = (0, 0);
    for kind in kinds::all() {
        for carrier in heif::all() {
            let Some(photo) = carrier.planted(&kind.photo, 0).map(|photo| photo.bytes()) else {
                continue;
            };
            planted += 1;
            let name = format!("{} in {}", carrier.id, kind.name);
            let clean = drawn(Some(&photo), &policy);
            faults.check(clean.bytes() == alone.bytes(), || format!("{name}: the bytes differ"));
            faults.check(carriers::find(clean.bytes()).is_none(), || format!("{name}: left"));
            let receipt = clean.receipt();
            faults.check(!receipt.notes.contains(&Note::NotInspected), || name.clone());
            faults.check(receipt.format_before == Format::Heif, || name.clone());
            faults.check(receipt.bytes_before == photo.len() as u64, || name.clone());
            told += u32::from(!receipt.removed.is_empty());
        }
    }
    println!("{planted} photos, findings in the receipts of {told}");
    assert!(planted > 500 && told * 10 > planted * 9);
    assert_eq!(audit(alone.bytes()), Verdict::Clean);
    faults.none();
}

#[test]
fn it_is_said_that_the_decoder_of_the_system_stood_in() {
    let photo = kinds::all()[0].photo.bytes();
    let method = |policy: &Policy| drawn(Some(&photo), policy).receipt().notes.first().cloned();
    let strip = Policy { method: Method::Strip, ..Policy::default() };
    assert!(matches!(method(&strip), Some(Note::RebuiltInstead { of: Method::Strip, .. })));
    let rebuild = rebuilding(Rebuild::FULL_SIZE);
    assert_eq!(method(&rebuild), Some(Note::Converted { from: Format::Heif, to: Format::Jpeg }));
}

#[test]
fn the_core_says_where_a_platform_may_draw() {
    let photo = kinds::all()[0].photo.bytes();
    let refused = clean(&photo, &rebuilding(Rebuild::FULL_SIZE)).unwrap_err();
    assert!(refused.may_be_drawn_by_platform(Format::Heif), "{refused}");
    let cut = clean(&photo[..photo.len() / 2], &Policy::default()).unwrap_err();
    assert!(cut.may_be_drawn_by_platform(Format::Heif), "{cut}");
    for (error, format) in [
        (Error::Format(Format::Raw), Format::Raw),
        (Error::NotAPhoto, Format::Heif),
        (Error::Limit { what: "too many pixels", limit: 1 }, Format::Heif),
        (Error::Audit { at: 0, what: "" }, Format::Heif),
        // the core's own decoder has shown what there is
        (Error::CutOff { at: 9 }, Format::Png),
    ] {
        assert!(!error.may_be_drawn_by_platform(format), "{error}");
    }
}
