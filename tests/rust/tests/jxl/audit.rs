//! The audit takes what Strip writes, and nothing else.

use unmarked::{Verdict, audit};
use unmarked_fixtures::jxl::carriers::Photo;
use unmarked_fixtures::jxl::kinds;

use crate::common::{Faults, strip};

/// Each bit of the headers flipped: what is still called clean is what Strip would write.
#[test]
fn no_bit_of_a_header_can_be_changed_unseen() {
    let mut faults = Faults::default();
    for (name, picture) in kinds::all() {
        let file = strip(&picture.codestream()).unwrap();
        for at in 0..file.len() {
            for bit in 0..8 {
                let mut changed = file.clone();
                changed[at] ^= 1 << bit;
                if audit(&changed) == Verdict::Clean {
                    let written = strip(&changed);
                    faults.check(written.as_ref() == Ok(&changed), || {
                        format!(
                            "{name}: bit {bit} of byte {at}: clean, and not written: {written:?}"
                        )
                    });
                }
            }
        }
    }
    faults.none();
}

#[test]
fn bytes_more_or_less_are_seen() {
    let mut faults = Faults::default();
    for (name, picture) in kinds::all() {
        let file = strip(&picture.codestream()).unwrap();
        for end in 0..file.len() {
            let cut = audit(&file[..end]) == Verdict::Clean;
            faults.check(!cut, || format!("{name}: clean when cut at {end}"));
        }
        for at in 0..=file.len() {
            let mut longer = file.clone();
            longer.insert(at, 0);
            if audit(&longer) == Verdict::Clean {
                let written = strip(&longer);
                faults.check(written.as_ref() == Ok(&longer), || format!("{name}: byte at {at}"));
            }
        }
        let boxed = Photo { pieces: 1, ..Photo::bare(picture) };
        let clean = audit(&boxed.bytes()) == Verdict::Clean;
        faults.check(!clean, || format!("{name}: clean in boxes"));
    }
    faults.none();
}

/// What is clean is cleaned to itself.
#[test]
fn clean_photos_stay_as_they_are() {
    for (name, picture) in kinds::all() {
        let clean = strip(&picture.codestream()).unwrap();
        assert_eq!(strip(&clean).as_ref(), Ok(&clean), "{name}");
    }
}
