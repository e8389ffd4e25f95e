//! Damage: what comes out is whole and clean, or nothing does. And the audit knows what Strip writes.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use unmarked::{Verdict, audit, inspect};
use unmarked_fixtures::gif::{Gif, kinds};

use crate::common::{Faults, strip};

/// Small files of every kind.
fn small() -> Vec<(&'static str, Gif)> {
    kinds().into_iter().filter(|k| k.gif.screen.0 <= 40).map(|k| (k.name, k.gif)).collect()
}

#[test]
fn cut_files_are_kept_as_far_as_they_go() {
    for (name, gif) in small() {
        let file = gif.bytes();
        for end in 0..file.len() {
            let cut = &file[..end];
            if let Ok(clean) = strip(cut) {
                assert_eq!(strip(&clean).as_ref(), Ok(&clean), "{name} at {end}");
            }
            let told = inspect(cut);
            assert!(told.is_err() || told.is_ok_and(|t| t.problem.is_some()), "{name} at {end}");
        }
    }
}

#[test]
fn every_byte_may_be_anything() {
    for (name, gif) in small() {
        let file = gif.bytes();
        for at in 6..file.len() {
            for value in [0, 1, 0x21, 0x2C, 0x3B, 0x7F, 0x80, 0xFF] {
                let mut other = file.clone();
                other[at] = value;
                if let Ok(clean) = strip(&other) {
                    let again = strip(&clean);
                    assert_eq!(again.as_ref(), Ok(&clean), "{name}: {value} at {at}");
                }
                assert!(inspect(&other).is_ok());
            }
        }
    }
}

#[test]
fn the_audit_accepts_what_strip_writes_and_nothing_else() {
    let mut faults = Faults::default();
    let (mut rejected, mut others) = (0u32, 0u32);
    for (name, gif) in small() {
        let clean = strip(&gif.bytes()).unwrap();
        let mut judge = |file: Vec<u8>, words: String| {
            if audit(&file) != Verdict::Clean {
                rejected += 1;
                return;
            }
            others += 1;
            let stable = strip(&file).as_ref() == Ok(&file);
            faults.check(stable, || format!("{name}: {words}: clean, but not what Strip writes"));
        };
        for at in 0..clean.len() {
            for bit in 0..8 {
                let mut file = clean.clone();
                file[at] ^= 1 << bit;
                judge(file, format!("bit {bit} of byte {at}"));
            }
            let mut shorter = clean.clone();
            shorter.remove(at);
            judge(shorter, format!("byte {at} missing"));
            for byte in [0, 1, 0x21, 0x3B, 0xFF, clean[at]] {
                let mut longer = clean.clone();
                longer.insert(at, byte);
                judge(longer, format!("{byte} before byte {at}"));
            }
        }
        for byte in [0, 0x3B, 0xFF] {
            let mut longer = clean.clone();
            longer.push(byte);
            judge(longer, format!("{byte} at the end"));
        }
    }
    println!("changed GIFs: {rejected} rejected, {others} are other clean files");
    assert!(rejected > 10_000);
    faults.none();
}

/// One change of a file.
#[derive(Debug, Clone)]
enum Change {
    Set(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    Repeat(Index, usize),
    Swap(Index, Index),
}

fn change() -> impl Strategy<Value = Change> {
    let bytes = proptest::collection::vec(any::<u8>(), 1..9);
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        (any::<Index>(), bytes).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        (any::<Index>(), 1..30usize).prop_map(|(at, count)| Change::Remove(at, count)),
        (any::<Index>(), 1..60usize).prop_map(|(at, count)| Change::Repeat(at, count)),
        (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Change::Swap(a, b)),
    ]
}

fn changed(mut file: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        let length = file.len();
        if length == 0 {
            break;
        }
        match change {
            Change::Set(at, byte) => file[at.index(length)] = *byte,
            Change::Insert(at, bytes) => {
                let at = at.index(length);
                file.splice(at..at, bytes.iter().copied());
            }
            Change::Remove(at, count) => {
                let at = at.index(length);
                file.drain(at..(at + count).min(length));
            }
            Change::Repeat(at, count) => {
                let at = at.index(length);
                let part = file[at..(at + count).min(length)].to_vec();
                file.splice(at..at, part);
            }
            Change::Swap(a, b) => file.swap(a.index(length), b.index(length)),
        }
    }
    file
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 4_000,
        rng_seed: RngSeed::Fixed(9),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn changed_files_are_cleaned_or_refused(
        kind in any::<Index>(),
        changes in proptest::collection::vec(change(), 1..8),
    ) {
        let kinds = small();
        let file = changed(kind.get(&kinds).1.bytes(), &changes);
        if let Ok(clean) = strip(&file) {
            prop_assert_eq!(strip(&clean), Ok(clean));
        }
        let _ = inspect(&file);
        let _ = audit(&file);
    }

    #[test]
    fn changed_clean_files_are_what_strip_writes_or_rejected(
        kind in any::<Index>(),
        changes in proptest::collection::vec(change(), 1..4),
    ) {
        let kinds = small();
        let clean = strip(&kind.get(&kinds).1.bytes()).unwrap();
        let file = changed(clean, &changes);
        if audit(&file) == Verdict::Clean {
            prop_assert_eq!(strip(&file), Ok(file));
        }
    }
}
