//! One block of coefficients: T.81, sections F.2.2 (sequential) and G.2 (progressive).
//!
//! What a damaged stream asks for is done as libjpeg does it, and told by [`Cursor::bad`].

use crate::picture::jpeg::bits::{Bits, Cursor};
use crate::picture::jpeg::coefficients::{COEFFICIENTS, NATURAL};
use crate::picture::jpeg::huffman::Table;

/// [`NATURAL`] by the place behind a coefficient. What would stand behind the last one goes to the
/// last, as in libjpeg.
static PLACES: [u8; COEFFICIENTS + 32] = {
    let mut places = [63; COEFFICIENTS + 32];
    let mut k = 0;
    while k < COEFFICIENTS {
        places[k + 1] = NATURAL[k];
        k += 1;
    }
    places
};

/// A block in natural order, and which places of the zigzag order are not zero.
pub(crate) struct Block<'b> {
    pub(crate) values: &'b mut [i16; COEFFICIENTS],
    pub(crate) nonzero: &'b mut u64,
}

impl Block<'_> {
    /// Sets the coefficient at place `k` of the zigzag order, at most 63.
    #[inline(always)]
    fn set(&mut self, k: usize, value: i16) {
        self.values[usize::from(NATURAL[k])] = value;
        let bit = 1 << k;
        *self.nonzero = *self.nonzero & !bit | if value == 0 { 0 } else { bit };
    }
}

/// Which coefficients a progressive scan codes, and from which bit on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spectrum {
    /// First and last place in the zigzag order, at most 63.
    pub(crate) first: usize,
    pub(crate) last: usize,
    /// The lowest bit, at most 13.
    pub(crate) low: u32,
}

impl Spectrum {
    /// The places, each a bit.
    pub(crate) fn places(self) -> u64 {
        u64::MAX << self.first & u64::MAX >> (COEFFICIENTS - 1 - self.last)
    }
}

/// Takes a DC difference and gives the new prediction.
#[inline(always)]
fn prediction(cursor: &mut Cursor, dc: &Table, before: i32) -> i32 {
    let entry = dc.take(cursor);
    let difference = match (entry.value(), entry.size()) {
        (0, 0) => 0,
        (0, size) => cursor.value(size),
        (value, _) => value,
    };
    before.wrapping_add(difference)
}

/// All of a block of zeros: T.81, F.2.2.1 and F.2.2.2.
#[inline(always)]
pub(crate) fn sequential(
    bits: &mut Bits<'_>,
    dc: &Table,
    ac: &Table,
    predicted: &mut i32,
    block: Block<'_>,
) {
    let (mut cursor, window) = bits.block();
    cursor.refill(window);
    *predicted = prediction(&mut cursor, dc, *predicted);
    let first = *predicted as i16;
    cursor.bad |= i32::from(first) != *predicted;
    block.values[0] = first;
    // of a component that is coded again, what is not zero stays
    let mut nonzero = *block.nonzero & !1 | u64::from(first != 0);
    // the bits of it stand one place higher until the end
    nonzero = nonzero.rotate_left(1);
    let mut next = 1;
    'block: loop {
        cursor.refill(window);
        let mut entry = ac.look(&mut cursor);
        // two looks that see a whole value leave enough bits for any third
        for _ in 0..2 {
            if entry.value() == 0 {
                break;
            }
            next += entry.places();
            block.values[usize::from(PLACES[next])] = entry.value() as i16;
            nonzero |= 1u64.wrapping_shl(next as u32);
            if next >= COEFFICIENTS {
                break 'block;
            }
            entry = ac.look(&mut cursor);
        }
        let mut value = entry.value();
        if value == 0 {
            entry = ac.resolve(entry, &mut cursor);
            if entry.size() > 0 {
                value = cursor.value(entry.size());
            } else if entry.run() == 15 {
                next += 16;
                if next < COEFFICIENTS {
                    continue;
                }
                break;
            } else {
                // the end of the block, whatever its run says: as libjpeg takes it
                break;
            }
        }
        next += entry.places();
        block.values[usize::from(PLACES[next])] = value as i16;
        nonzero |= 1u64.wrapping_shl(next as u32);
        if next >= COEFFICIENTS {
            break;
        }
    }
    *block.nonzero = nonzero.rotate_right(1);
    if next > COEFFICIENTS {
        cursor.bad = true;
        *block.nonzero = (0..COEFFICIENTS).fold(0, |nonzero, k| {
            nonzero | u64::from(block.values[usize::from(NATURAL[k])] != 0) << k
        });
    }
    bits.put_back(cursor);
}

/// The upper bits of DC: T.81, G.1.2.1.
#[inline(always)]
pub(crate) fn dc_first(
    bits: &mut Bits<'_>,
    dc: &Table,
    low: u32,
    predicted: &mut i32,
    mut block: Block<'_>,
) {
    let (mut cursor, window) = bits.block();
    cursor.refill(window);
    *predicted = prediction(&mut cursor, dc, *predicted);
    let value = *predicted << low;
    cursor.bad |= value >> low != *predicted || i32::from(value as i16) != value;
    block.set(0, value as i16);
    bits.put_back(cursor);
}

/// One more bit of DC: T.81, G.1.2.1.1.
#[inline(always)]
pub(crate) fn dc_refine(bits: &mut Bits<'_>, low: u32, mut block: Block<'_>) {
    let (mut cursor, window) = bits.block();
    cursor.refill(window);
    if cursor.take(1) == 1 {
        let value = block.values[0] | 1 << low;
        block.set(0, value);
    }
    bits.put_back(cursor);
}

/// The upper bits of AC coefficients: T.81, G.1.2.2. `ended` counts the blocks whose band has ended
/// before it.
#[inline(always)]
pub(crate) fn ac_first(
    bits: &mut Bits<'_>,
    ac: &Table,
    band: Spectrum,
    ended: &mut u32,
    mut block: Block<'_>,
) {
    if *ended > 0 {
        *ended -= 1;
        return;
    }
    let (mut cursor, window) = bits.block();
    let mut k = band.first;
    while k <= band.last {
        cursor.refill(window);
        let entry = ac.take(&mut cursor);
        let mut value = entry.value();
        if value == 0 {
            if entry.size() == 0 {
                if entry.run() == 15 {
                    k += 16;
                    continue;
                }
                *ended = end_of_bands(&mut cursor, entry.run()) - 1;
                break;
            }
            value = cursor.value(entry.size());
        }
        k += entry.run() as usize;
        let value = value << band.low;
        cursor.bad |= k > band.last || i32::from(value as i16) != value;
        block.set(k.min(COEFFICIENTS - 1), value as i16);
        k += 1;
    }
    cursor.bad |= k > band.last + 1;
    bits.put_back(cursor);
}

/// How many bands end here: T.81, G.1.2.2, with `size` bits to read, at most 14.
#[inline(always)]
fn end_of_bands(cursor: &mut Cursor, size: u32) -> u32 {
    let rest = if size > 0 { cursor.take(size) } else { 0 };
    (1 << size) + rest
}

/// One more bit of AC coefficients: T.81, G.1.2.3.
#[inline(always)]
pub(crate) fn ac_refine(
    bits: &mut Bits<'_>,
    ac: &Table,
    band: Spectrum,
    ended: &mut u32,
    mut block: Block<'_>,
) {
    let (mut cursor, window) = bits.block();
    let mut k = band.first;
    if *ended == 0 {
        while k <= band.last {
            cursor.refill(window);
            let entry = ac.take(&mut cursor);
            if entry.size() == 0 && entry.run() < 15 {
                *ended = end_of_bands(&mut cursor, entry.run());
                break;
            }
            let mut new = 0;
            if entry.size() > 0 {
                cursor.bad |= entry.size() != 1;
                new = if cursor.take(1) == 1 { 1 << band.low } else { -1 << band.low };
            }
            let mut zeros = entry.run();
            while k <= band.last {
                if *block.nonzero >> k & 1 == 1 {
                    cursor.refill(window);
                    refine(&mut cursor, band.low, k, &mut block);
                } else if zeros == 0 {
                    break;
                } else {
                    zeros -= 1;
                }
                k += 1;
            }
            if new != 0 {
                cursor.bad |= k > band.last;
                block.set(k.min(COEFFICIENTS - 1), new);
            }
            k += 1;
        }
    }
    if *ended > 0 {
        *ended -= 1;
        // k is at most 63 here
        let mut left = *block.nonzero & Spectrum { first: k, ..band }.places();
        while left != 0 {
            cursor.refill(window);
            refine(&mut cursor, band.low, left.trailing_zeros() as usize, &mut block);
            left &= left - 1;
        }
    }
    bits.put_back(cursor);
}

/// Takes the bit that corrects the coefficient at place `k`, which is not zero.
#[inline(always)]
fn refine(cursor: &mut Cursor, low: u32, k: usize, block: &mut Block<'_>) {
    if cursor.take(1) == 1 {
        let value = &mut block.values[usize::from(NATURAL[k])];
        // a coefficient that has the bit already is damage; it is left alone
        if *value & 1 << low == 0 {
            let step = 1 << low;
            *value = if *value >= 0 { value.wrapping_add(step) } else { value.wrapping_sub(step) };
        }
    }
}
