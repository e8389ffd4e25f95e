//! Whatever can vary in a file without changing its coded pictures has no way into the clean photo.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use unmarked::Method;
use unmarked_fixtures::png::carriers::{self, Trace};
use unmarked_fixtures::png::{Png, kinds};

use crate::common::{alone, clean};

/// Which carriers are planted, with which variant.
fn marks() -> impl Strategy<Value = Vec<(Index, u8)>> {
    proptest::collection::vec((any::<Index>(), 1..3u8), 0..4)
}

/// The kind with all these marks.
fn planted(png: &Png, marks: &[(Index, u8)]) -> Vec<u8> {
    // what stands outside of chunks comes last, and one of the changed streams at most
    let all: Vec<_> = carriers::all().into_iter().filter(|c| c.trace == Trace::None).collect();
    let mut png = png.clone();
    let mut file = png.bytes();
    for (index, variant) in marks {
        let carrier = &all[index.index(all.len())];
        if let Some(marked) = carrier.planted(&png, *variant)
            && let Some(parsed) = Png::parse(&marked)
            && !carrier.id.contains("checksum")
            && !(carrier.id.contains("zlib")
                || carrier.id.contains("block")
                || carrier.id.contains("IDAT"))
        {
            (png, file) = (parsed, marked);
        }
    }
    file
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn marks_together_leave_no_trace(
        kind in select(kinds::all().into_iter().map(|kind| kind.name).collect::<Vec<_>>()),
        first in marks(),
        second in marks(),
    ) {
        let png = kinds::named(&kind);
        for method in [Method::Strip, Method::Recode] {
            let cleaned = [&first, &second].map(|marks| clean(&planted(&png, marks), &alone(method)));
            let [Ok(a), Ok(b)] = cleaned else {
                return Err(TestCaseError::fail(format!("{kind}: refused: {cleaned:?}")));
            };
            prop_assert!(a == b, "{}, {}: leaves a trace", method, kind);
        }
    }
}
