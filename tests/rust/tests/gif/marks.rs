//! Marks: each carrier in each kind, and all of them at once in any order.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use unmarked::{Verdict, audit, inspect};
use unmarked_fixtures::gif::{Holds, PLANTED, carriers, kinds};

use crate::common::{Faults, strip};

#[test]
fn planted_marks_are_told_and_gone_without_a_trace() {
    let mut faults = Faults::default();
    let mut planted = 0;
    for kind in kinds() {
        let Ok(plain) = strip(&kind.gif.bytes()) else { continue };
        for carrier in carriers() {
            let words = |what: &str| format!("{} in {}: {what}", carrier.id, kind.name);
            for variant in [1, 2] {
                let Some(gif) = carrier.planted(&kind.gif, variant) else { continue };
                planted += 1;
                let file = gif.bytes();
                match strip(&file) {
                    Ok(clean) => {
                        faults.check(clean == plain, || words("the clean file is another"));
                        let left = clean.windows(PLANTED.len()).any(|w| w == PLANTED.as_bytes());
                        faults.check(!left, || words("the mark is left"));
                    }
                    Err(error) => faults.add(words(&error.to_string())),
                }
                faults.check(audit(&file) != Verdict::Clean || file == plain, || words("clean?"));
                let told = inspect(&file).unwrap().marks().count();
                faults.check(told > 0 || carrier.holds == Holds::Number, || words("not told"));
            }
        }
    }
    println!("{planted} marks planted in GIFs");
    assert!(planted > 500);
    faults.none();
}

#[test]
fn clean_files_are_told_as_clean() {
    for kind in kinds() {
        let clean = strip(&kind.gif.bytes()).unwrap();
        let told = inspect(&clean).unwrap();
        assert_eq!(told.marks().count(), 0, "{}: {:?}", kind.name, told.findings);
        assert_eq!(told.problem, None, "{}", kind.name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        rng_seed: RngSeed::Fixed(5),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_mix_of_marks_leaves_no_trace(
        kind in any::<Index>(),
        mix in proptest::collection::vec((any::<Index>(), 1..4u8), 0..6),
    ) {
        let (kinds, carriers) = (kinds(), carriers());
        let kind = kind.get(&kinds);
        let mut gif = kind.gif.clone();
        for (carrier, variant) in mix {
            // zeros in front of a file's end are its end: what is behind them is told of the file
            if let Some(planted) = carrier.get(&carriers).planted(&gif, variant) {
                gif = planted;
            }
        }
        prop_assert_eq!(strip(&gif.bytes()), strip(&kind.gif.bytes()));
    }
}
