//! Scaling lists: ITU-T H.265, section 7.3.4. Only those that intra prediction uses are kept.

use super::super::bits::{BitReader, BitWriter};
use crate::Error;

/// One list: the value at the start of the matrix, and the coefficients in scan order.
#[derive(Debug, Clone, PartialEq, Eq)]
struct List {
    /// Of matrices of 16 × 16 and 32 × 32.
    dc: u8,
    coefficients: Vec<u8>,
}

/// The lists of a parameter set, by size and matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ScalingLists {
    sizes: [Vec<List>; 4],
}

/// Table 7-6 in scan order: coefficients of intra and inter matrices of 8 × 8 and more.
const INTRA: [u8; 64] = [
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 17, 16, 17, 16, 17, 18, 17, 18, 18, 17, 18, 21, 19, 20,
    21, 20, 19, 21, 24, 22, 22, 24, 24, 22, 22, 24, 25, 25, 27, 30, 27, 25, 25, 29, 31, 35, 35, 31,
    29, 36, 41, 44, 41, 36, 47, 54, 54, 47, 65, 70, 65, 88, 88, 115,
];

/// How many matrices of a size are told, and by how much their numbers differ.
fn matrices(size: usize) -> (usize, usize) {
    if size == 3 { (2, 3) } else { (6, 1) }
}

/// How many coefficients are told of a matrix of this size.
fn count(size: usize) -> usize {
    if size == 0 { 16 } else { 64 }
}

fn default(size: usize) -> List {
    let coefficients = if size == 0 { vec![16; 16] } else { INTRA.to_vec() };
    List { dc: 16, coefficients }
}

impl ScalingLists {
    pub(super) fn read(bits: &mut BitReader<'_>) -> Result<ScalingLists, Error> {
        let mut sizes: [Vec<List>; 4] = Default::default();
        for (size, lists) in sizes.iter_mut().enumerate() {
            let (told, step) = matrices(size);
            for number in 0..told {
                let list = if bits.flag()? {
                    explicit(bits, size)?
                } else {
                    let back = usize::try_from(bits.ue(5)?).unwrap_or(usize::MAX);
                    match number.checked_sub(back) {
                        // inter matrices have another default, and are not kept
                        Some(_) if back == 0 => default(size),
                        Some(from) => lists.get(from).cloned().unwrap_or_else(|| default(size)),
                        None => return Err(bits.damaged("a scaling list that was there before")),
                    }
                };
                lists.push(list);
            }
            debug_assert!(step > 0);
            // matrices 3 to 5 (32 × 32: the second) are for inter prediction
            lists.truncate(told / 2);
        }
        Ok(ScalingLists { sizes })
    }

    /// Each kept list as what it holds, or as the default; every other list as the default.
    pub(super) fn write(&self, bits: &mut BitWriter) {
        for (size, lists) in self.sizes.iter().enumerate() {
            let plain = default(size);
            for list in lists {
                if *list == plain {
                    bits.flag(false);
                    bits.ue(0);
                    continue;
                }
                bits.flag(true);
                let mut last = 8u8;
                if size > 1 {
                    bits.se(i32::from(list.dc).saturating_sub(8));
                    last = list.dc;
                }
                for value in &list.coefficients {
                    bits.se(i32::from(value.wrapping_sub(last).cast_signed()));
                    last = *value;
                }
            }
            for _ in lists {
                bits.flag(false);
                bits.ue(0);
            }
        }
    }
}

fn explicit(bits: &mut BitReader<'_>, size: usize) -> Result<List, Error> {
    let (mut dc, mut last) = (16, 8u8);
    if size > 1 {
        let told = bits.se(247)?.saturating_add(8);
        dc = u8::try_from(told).map_err(|_| bits.damaged("a coefficient of 1 to 255"))?;
        last = dc;
    }
    let mut coefficients = Vec::with_capacity(count(size));
    for _ in 0..count(size) {
        let delta = bits.se(128)?;
        let value = i32::from(last).saturating_add(delta).rem_euclid(256);
        last = u8::try_from(value).unwrap_or(0);
        coefficients.push(last);
    }
    if dc == 0 || coefficients.contains(&0) {
        return Err(bits.damaged("a coefficient of 1 to 255"));
    }
    Ok(List { dc, coefficients })
}
