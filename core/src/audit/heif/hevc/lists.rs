//! Scaling lists: ITU-T H.265, section 7.3.4. Those of intra prediction stand there as the default
//! or value by value, those of inter prediction are the default.

use super::super::bits::Bits;
use crate::audit::Rejection;

/// Table 7-6, in scan order, for intra prediction: runs of a value and how long they are.
const RUNS: [(u8, u8); 44] = [
    (16, 10),
    (17, 1),
    (16, 1),
    (17, 1),
    (16, 1),
    (17, 1),
    (18, 1),
    (17, 1),
    (18, 2),
    (17, 1),
    (18, 1),
    (21, 1),
    (19, 1),
    (20, 1),
    (21, 1),
    (20, 1),
    (19, 1),
    (21, 1),
    (24, 1),
    (22, 2),
    (24, 2),
    (22, 2),
    (24, 1),
    (25, 2),
    (27, 1),
    (30, 1),
    (27, 1),
    (25, 2),
    (29, 1),
    (31, 1),
    (35, 2),
    (31, 1),
    (29, 1),
    (36, 1),
    (41, 1),
    (44, 1),
    (41, 1),
    (36, 1),
    (47, 1),
    (54, 2),
    (47, 1),
    (65, 1),
    (70, 1),
    (65, 1),
];

pub(super) fn recognise(bits: &mut Bits<'_>) -> Result<(), Rejection> {
    for size in 0..4 {
        let matrices = if size == 3 { 1 } else { 3 };
        for _ in 0..matrices {
            intra(bits, size)?;
        }
        for _ in 0..matrices {
            bits.demand(2, 1, "the default as a scaling list that is not used")?;
        }
    }
    Ok(())
}

fn intra(bits: &mut Bits<'_>, size: u32) -> Result<(), Rejection> {
    const WHAT: &str = "a scaling list of 1 to 255";
    if !bits.flag()? {
        return bits.demand(1, 1, "a scaling list by its values, or the default");
    }
    let mut value = 8i32;
    let mut plain = true;
    if size > 1 {
        value = bits.signed(247, WHAT)?.saturating_add(8);
        bits.require((1..=255).contains(&value), WHAT)?;
        plain = value == 16;
    }
    let default: Vec<u8> = match size {
        0 => vec![16; 16],
        _ => {
            let runs = RUNS.iter().flat_map(|(value, count)| (0..*count).map(|_| *value));
            runs.chain([88, 88, 115]).collect()
        }
    };
    for expected in default {
        let step = bits.signed(128, WHAT)?;
        // 128 and -128 mean the same
        bits.require(step < 128, WHAT)?;
        value = value.saturating_add(step).rem_euclid(256);
        bits.require(value != 0, WHAT)?;
        plain &= value == i32::from(expected);
    }
    bits.require(!plain, "the default by its short name")
}
