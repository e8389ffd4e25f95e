//! What becomes of colour profiles: the meaning stays, everything else goes, or the photo is refused.

mod common;

use common::{changed, strip};
use unmarked::receipt::{Kept, Note};
use unmarked::{Error, Policy, ProfileClass};
use unmarked_fixtures::icc::{Fields, Space, payloads, profile};
use unmarked_fixtures::{Jpeg, Piece, kinds, marker};

fn with_profile(kind: &str, profile: &[u8]) -> Vec<u8> {
    let mut jpeg = kinds::named(kind).encode();
    let at = jpeg.frame();
    for payload in payloads(profile, 60_000) {
        jpeg.insert(at, Piece::segment(marker::APP2, payload));
    }
    jpeg.bytes()
}

fn named(space: Space) -> Vec<u8> {
    profile(space, &Fields { text: "Some Maker's profile".into(), ..Fields::default() }, false)
}

/// A profile with one tag signature exchanged for another.
fn exchanged(mut profile: Vec<u8>, from: &[u8; 4], to: &[u8; 4]) -> Vec<u8> {
    let at = profile.windows(4).position(|w| w == from).unwrap();
    profile[at..at + 4].copy_from_slice(to);
    profile
}

/// A colorant of the profile that a clean photo carries, as three fractions.
fn colorant(clean: &[u8], tag: &[u8; 4]) -> [f64; 3] {
    let jpeg = Jpeg::parse(clean).unwrap();
    let payload = jpeg.segments(marker::APP2).next().expect("a profile").to_vec();
    let profile = payload.strip_prefix(b"ICC_PROFILE\0\x01\x01").expect("a profile in one segment");
    let number = |at: usize| u32::from_be_bytes(profile[at..at + 4].try_into().unwrap());
    assert_eq!(number(0) as usize, profile.len(), "size field");
    assert_eq!(&profile[36..40], b"acsp");
    let entry = (0..number(128) as usize)
        .map(|i| 132 + 12 * i)
        .find(|at| &profile[*at..*at + 4] == tag)
        .expect("a colorant");
    let at = number(entry + 4) as usize;
    assert_eq!(&profile[at..at + 4], b"XYZ ");
    std::array::from_fn(|i| f64::from(number(at + 8 + 4 * i) as i32) / 65_536.0)
}

#[test]
fn srgb_is_left_out() {
    for kind in ["420", "progressive", "rgb-adobe"] {
        let plain = strip(&kinds::named(kind).bytes()).unwrap();
        assert_eq!(strip(&with_profile(kind, &named(Space::Srgb))).unwrap(), plain, "{kind}");
    }
}

#[test]
fn others_are_replaced_by_one_of_the_same_primaries() {
    // red primaries: SMPTE EG 432-1 and Adobe RGB (1998) 4.3.1, adapted to D50 by Bradford
    let cases = [
        (Space::DisplayP3, ProfileClass::DisplayP3, [0.5151, 0.2412, -0.0011]),
        (Space::AdobeRgb, ProfileClass::AdobeRgb, [0.6097, 0.3111, 0.0195]),
    ];
    for (space, class, red) in cases {
        let photo = with_profile("420", &named(space));
        let clean = unmarked::clean(&photo, &Policy::default()).unwrap();
        assert!(clean.receipt().kept.contains(&Kept::Profile(class)), "{space:?}");
        let got = colorant(clean.bytes(), b"rXYZ");
        assert!(got.iter().zip(red).all(|(g, r)| (g - r).abs() < 0.001), "{space:?}: {got:?}");
        assert_eq!(changed(&photo, clean.bytes()), None);
    }
    let grey = unmarked::clean(&with_profile("grey", &named(Space::Grey22)), &Policy::default());
    assert!(grey.unwrap().receipt().kept.contains(&Kept::Profile(ProfileClass::GreyGamma22)));
}

#[test]
fn ink_profiles_are_dropped_and_it_is_said() {
    for kind in ["cmyk-adobe", "cmyk-plain", "ycck"] {
        let clean = unmarked::clean(&with_profile(kind, &named(Space::Cmyk)), &Policy::default());
        let clean = clean.unwrap();
        assert!(clean.receipt().notes.contains(&Note::CmykProfileDropped), "{kind}");
        assert_eq!(clean.bytes(), strip(&kinds::named(kind).bytes()).unwrap(), "{kind}");
    }
}

#[test]
fn what_has_no_stand_in_is_refused() {
    let mut linear = named(Space::Grey22);
    let gamma = linear.windows(2).rposition(|w| w == [0x02, 0x33]).unwrap();
    linear[gamma..gamma + 2].copy_from_slice(&[0x01, 0x00]);
    let swapped = exchanged(named(Space::DisplayP3), b"rXYZ", b"????");
    let swapped = exchanged(exchanged(swapped, b"gXYZ", b"rXYZ"), b"????", b"gXYZ");
    let mut gamma_18 = named(Space::AdobeRgb);
    let gamma = gamma_18.windows(2).rposition(|w| w == [0x02, 0x33]).unwrap();
    gamma_18[gamma..gamma + 2].copy_from_slice(&[0x01, 0xCD]);
    let cases = [
        ("ROMM RGB", "420", named(Space::ProPhoto)),
        ("grey, linear", "grey", linear),
        ("red and green exchanged", "420", swapped),
        ("Adobe RGB with a gamma of 1.8", "420", gamma_18),
    ];
    for (words, kind, profile) in cases {
        let error = strip(&with_profile(kind, &profile)).expect_err(words);
        assert!(matches!(error, Error::Profile(_)), "{words}: {error}");
    }
}

/// Viewers show the photo as if it had no profile: so may we, but not silently.
#[test]
fn what_viewers_cannot_use_is_dropped_and_it_is_said() {
    let p3 = named(Space::DisplayP3);
    let mut no_magic = p3.clone();
    no_magic[36] = b'x';
    let cases = [
        ("of inks, in a photo of light", "420", named(Space::Cmyk)),
        ("of light, in a photo of inks", "cmyk-adobe", p3.clone()),
        ("cut off", "420", p3[..100].to_vec()),
        ("without its magic", "420", no_magic),
    ];
    for (words, kind, profile) in cases {
        let clean = unmarked::clean(&with_profile(kind, &profile), &Policy::default());
        let clean = clean.unwrap_or_else(|e| panic!("{words}: {e}"));
        assert_eq!(clean.bytes(), strip(&kinds::named(kind).bytes()).unwrap(), "{words}");
        let notes = &clean.receipt().notes;
        let said = [Note::UnusableProfileDropped, Note::CmykProfileDropped];
        assert!(said.iter().any(|n| notes.contains(n)), "{words}: {notes:?}");
    }
}

/// Some viewers use the curve of such a profile, others show the photo without it: either way is
/// right if it is told.
#[test]
fn a_profile_of_colours_in_a_grey_photo_is_not_dropped_silently() {
    let photo = with_profile("grey", &named(Space::DisplayP3));
    let clean = unmarked::clean(&photo, &Policy::default()).unwrap();
    let receipt = clean.receipt();
    assert!(
        receipt.kept.contains(&Kept::Profile(ProfileClass::DisplayP3))
            || receipt.notes.contains(&Note::UnusableProfileDropped)
    );
}

/// A part is missing: viewers show the photo without it.
#[test]
fn half_a_profile_is_none() {
    let mut jpeg = kinds::named("420").encode();
    let at = jpeg.frame();
    for payload in payloads(&named(Space::DisplayP3), 200).into_iter().skip(1) {
        jpeg.insert(at, Piece::segment(marker::APP2, payload));
    }
    assert_eq!(strip(&jpeg.bytes()).unwrap(), strip(&kinds::named("420").bytes()).unwrap());
}
