//! The header of the one frame.

use super::bits::Bits;
use super::sequence::Sequence;
use crate::audit::Rejection;

/// What there is to know of the tiles behind it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tiles {
    pub(super) count: usize,
    /// The length of a tile's size; 0 if there is but one.
    pub(super) size_bytes: usize,
}

/// What decides which parts of the header there are.
#[derive(Debug, Default, Clone, Copy)]
struct State {
    /// The coded width is not the shown one.
    scaled: bool,
    intrabc: bool,
    lossless: bool,
    /// V is quantised otherwise than U.
    apart: bool,
}

/// Goes over a frame header up to its last whole byte, and the byte that says that all tiles follow.
pub(super) fn recognise(bits: &mut Bits<'_>, sequence: &Sequence) -> Result<Tiles, Rejection> {
    let mut state = State::default();
    bits.flag()?; // disable_cdf_update
    let screen = bits.flag()?;
    if screen {
        bits.demand(0, 1, "no word of motion vectors")?;
    }
    let mut width = sequence.width;
    if sequence.superres {
        bits.demand(1, 1, "superres where the sequence header allows it")?;
        let eighths = bits.number(3)?.wrapping_add(9);
        let numerator = width.wrapping_mul(8).wrapping_add(eighths.wrapping_shr(1));
        width = numerator.checked_div(eighths).unwrap_or(width);
        state.scaled = width != sequence.width;
    }
    bits.demand(0, 1, "no size to draw")?;
    if screen && !state.scaled {
        state.intrabc = bits.flag()?;
    }
    let tiles = tile_info(bits, width, sequence)?;
    quantisation(bits, sequence, &mut state)?;
    let told = sequence.chroma_apart;
    bits.require(told == state.apart, "V apart from U only where they differ")?;
    if !state.lossless && !state.intrabc {
        loop_filter(bits, sequence)?;
    }
    let filtered = !state.lossless && !state.intrabc;
    bits.require(filtered || !sequence.cdef, "no CDEF where nothing is filtered")?;
    if sequence.cdef {
        bits.number(2)?; // damping
        let strengths = 1_u32.wrapping_shl(bits.number(2)?);
        let planes = if sequence.planes == 1 { 1 } else { 2 };
        for _ in 0..strengths.wrapping_mul(planes) {
            bits.number(6)?;
        }
    }
    let restorable = !state.intrabc && (!state.lossless || state.scaled);
    bits.require(restorable || !sequence.restoration, "no restoration where there is none")?;
    if sequence.restoration {
        restoration(bits, sequence)?;
    }
    if !state.lossless {
        bits.flag()?; // tx_mode_select
    }
    bits.flag()?; // reduced_tx_set
    if sequence.grain {
        grain(bits, sequence)?;
    }
    bits.align()?;
    if tiles.count > 1 {
        bits.demand(0, 8, "all tiles in one group")?;
    }
    Ok(tiles)
}

/// Columns or rows of tiles.
struct Cut {
    sizes: Vec<u32>,
    /// The steps in which an even cut would have to be told, if it were one.
    even: Option<u32>,
    most: u32,
}

/// How many doublings of `from` reach `to`.
fn doublings(from: u32, to: u32) -> u32 {
    to.div_ceil(from.max(1)).max(1).next_power_of_two().trailing_zeros()
}

impl Cut {
    fn new(sizes: Vec<u32>, length: u32) -> Cut {
        let most = doublings(1, length.min(64));
        let even = (0..=most).find(|steps| Cut::evenly(length, *steps) == sizes);
        Cut { sizes, even, most }
    }

    fn evenly(length: u32, steps: u32) -> Vec<u32> {
        let parts = 1_u32.wrapping_shl(steps);
        let size = length.div_ceil(parts).max(1);
        let whole = length.checked_div(size).unwrap_or(0);
        let rest = length.wrapping_sub(whole.wrapping_mul(size));
        (0..whole).map(|_| size).chain((rest > 0).then_some(rest)).collect()
    }

    /// An even cut: its steps beyond the least.
    fn even(bits: &mut Bits<'_>, length: u32, least: u32) -> Result<Cut, Rejection> {
        let most = doublings(1, length.min(64));
        let mut steps = least;
        while steps < most && bits.flag()? {
            steps = steps.wrapping_add(1);
        }
        Ok(Cut { sizes: Cut::evenly(length, steps), even: Some(steps), most })
    }

    fn uneven(bits: &mut Bits<'_>, length: u32, largest: u32) -> Result<Cut, Rejection> {
        let mut sizes = Vec::new();
        let mut left = length;
        while left > 0 {
            let size = bits.choice(left.min(largest))?.wrapping_add(1);
            bits.require(size <= left && sizes.len() < 64, "tiles that fit into the picture")?;
            left = left.wrapping_sub(size);
            sizes.push(size);
        }
        Ok(Cut::new(sizes, length))
    }
}

/// `tile_info`.
fn tile_info(bits: &mut Bits<'_>, width: u32, sequence: &Sequence) -> Result<Tiles, Rejection> {
    let superblock = if sequence.large_superblocks { 128 } else { 64 };
    let across = width.div_ceil(superblock);
    let down = sequence.height.div_ceil(superblock);
    let area = across.saturating_mul(down);
    let widest = 4_096_u32.checked_div(superblock).unwrap_or(1);
    let largest = widest.wrapping_mul(2_304).checked_div(superblock).unwrap_or(1);
    let least_columns = doublings(widest, across);
    let least = least_columns.max(doublings(largest, area));
    let rows_after = |columns: u32| least.saturating_sub(columns);

    let steps;
    let (columns, rows);
    if bits.flag()? {
        columns = Cut::even(bits, across, least_columns)?;
        let taken = columns.even.unwrap_or(0);
        rows = Cut::even(bits, down, rows_after(taken))?;
        steps = taken.wrapping_add(rows.even.unwrap_or(0));
    } else {
        columns = Cut::uneven(bits, across, widest)?;
        let broadest = columns.sizes.iter().copied().max().unwrap_or(1);
        let room = if least == 0 { area } else { area.wrapping_shr(least.wrapping_add(1)) };
        let highest = room.checked_div(broadest).unwrap_or(0).max(1);
        rows = Cut::uneven(bits, down, highest)?;
        let even = |cut: &Cut, least: u32| {
            cut.even.filter(|steps| (least..=cut.most.max(least)).contains(steps))
        };
        let both = even(&columns, least_columns).and_then(|c| even(&rows, rows_after(c)));
        bits.require(both.is_none(), "even tiles told as such")?;
        let [c, r] = [&columns, &rows]
            .map(|cut| doublings(1, u32::try_from(cut.sizes.len()).unwrap_or(u32::MAX)));
        steps = c.wrapping_add(r);
    }
    let count = columns.sizes.len().saturating_mul(rows.sizes.len());
    let mut size_bytes = 0;
    if steps > 0 {
        bits.demand(0, steps, "the first tile for what comes after")?;
        size_bytes = usize::try_from(bits.number(2)?).unwrap_or(0).saturating_add(1);
    }
    Ok(Tiles { count, size_bytes })
}

/// From `quantization_params` to `delta_lf_params`.
fn quantisation(
    bits: &mut Bits<'_>,
    sequence: &Sequence,
    state: &mut State,
) -> Result<(), Rejection> {
    let base = bits.number(8)?.cast_signed();
    let luma = delta(bits)?;
    let [mut u, mut v] = [[0; 2]; 2];
    if sequence.planes > 1 {
        let apart = sequence.chroma_apart && bits.flag()?;
        u = [delta(bits)?, delta(bits)?];
        v = u;
        if apart {
            v = [delta(bits)?, delta(bits)?];
            bits.require(v != u, "V apart from U only where they differ")?;
        }
    }
    state.apart = u != v;
    if bits.flag()? {
        bits.number(4)?;
        let of_u = bits.number(4)?;
        bits.require(sequence.planes > 1 || of_u == 15, "no matrix where there is no chroma")?;
        if sequence.chroma_apart && bits.number(4)? != of_u {
            state.apart = true;
        }
    }
    let mut lossless = base == 0;
    if bits.flag()? {
        lossless = segmentation(bits, base)?;
    }
    state.lossless = lossless && luma == 0 && u == [0; 2] && v == [0; 2];
    if base > 0 && bits.flag()? {
        bits.number(2)?;
        if !state.intrabc && bits.flag()? {
            bits.number(3)?;
        }
    }
    Ok(())
}

/// `read_delta_q`: no word of zero.
fn delta(bits: &mut Bits<'_>) -> Result<i32, Rejection> {
    if !bits.flag()? {
        return Ok(0);
    }
    let value = bits.signed(7)?;
    bits.require(value != 0, "a difference that is one")?;
    Ok(value)
}

/// The features of eight segments. True if none of them is quantised.
fn segmentation(bits: &mut Bits<'_>, base: i32) -> Result<bool, Rejection> {
    let mut lossless = true;
    for _ in 0..8 {
        let quantiser = if bits.flag()? { bits.signed(9)? } else { 0 };
        bits.require(quantiser.abs() < 256, "a feature within its bounds")?;
        lossless &= base.saturating_add(quantiser) <= 0;
        for _ in 0..4 {
            let filter = if bits.flag()? { bits.signed(7)? } else { 0 };
            bits.require(filter.abs() < 64, "a feature within its bounds")?;
        }
        if bits.flag()? {
            bits.demand(0, 3, "no reference")?;
        }
        bits.number(2)?;
    }
    Ok(lossless)
}

fn loop_filter(bits: &mut Bits<'_>, sequence: &Sequence) -> Result<(), Rejection> {
    let off = bits.number(12)? == 0;
    if off {
        return bits.demand(0, 4, "no word of a filter that is off");
    }
    if sequence.planes > 1 {
        bits.number(12)?;
    }
    bits.number(3)?; // sharpness
    if bits.flag()? && bits.flag()? {
        bits.demand(1, 1, "what is added for blocks of this frame")?;
        let delta = bits.signed(7)?;
        bits.require(delta != 0 && delta != 1, "a difference that has to be told")?;
        bits.demand(0, 9, "no word of blocks of other frames")?;
    }
    Ok(())
}

fn restoration(bits: &mut Bits<'_>, sequence: &Sequence) -> Result<(), Rejection> {
    let luma = bits.number(2)?;
    let chroma = if sequence.planes > 1 { bits.number(4)? } else { 0 };
    bits.require(luma > 0 || chroma > 0, "a plane that is restored")?;
    if bits.flag()? && !sequence.large_superblocks {
        bits.flag()?;
    }
    if chroma > 0 && sequence.halved == [true; 2] {
        bits.flag()?;
    }
    Ok(())
}

/// `film_grain_params`.
fn grain(bits: &mut Bits<'_>, sequence: &Sequence) -> Result<(), Rejection> {
    bits.demand(1, 1, "grain where the sequence header allows it")?;
    bits.number(16)?; // grain_seed
    let colour = sequence.planes > 1;
    let luma = points(bits, 14)?;
    let from_luma = colour && bits.flag()?;
    let mut chroma = [0; 2];
    if colour && !from_luma && (luma > 0 || sequence.halved != [true; 2]) {
        chroma = [points(bits, 10)?, points(bits, 10)?];
    }
    let [cb, cr] = chroma;
    bits.require(luma > 0 || from_luma || cb > 0 || cr > 0, "grain that is drawn")?;
    bits.number(2)?; // grain_scaling_minus_8
    let lag = bits.number(2)?;
    let around = lag.wrapping_mul(lag.wrapping_add(1)).wrapping_mul(2);
    let of_chroma = around.wrapping_add(u32::from(luma > 0));
    let told = [
        if luma > 0 { around } else { 0 },
        if cb > 0 || from_luma { of_chroma } else { 0 },
        if cr > 0 || from_luma { of_chroma } else { 0 },
    ];
    for _ in 0..told.iter().fold(0, |sum, count| count.wrapping_add(sum)) {
        bits.number(8)?;
    }
    bits.number(4)?; // ar_coeff_shift_minus_6, grain_scale_shift
    for _ in chroma.iter().filter(|count| **count > 0) {
        bits.number(25)?;
    }
    bits.number(2)?; // overlap_flag, clip_to_restricted_range
    Ok(())
}

/// How many points a curve of grain has.
fn points(bits: &mut Bits<'_>, most: u32) -> Result<u32, Rejection> {
    let count = bits.number(4)?;
    bits.require(count <= most, "as many points as a curve may have")?;
    for _ in 0..count {
        bits.number(16)?;
    }
    Ok(count)
}
