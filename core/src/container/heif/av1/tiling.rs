//! How a frame is cut into tiles: AV1, sections 5.9.15 (`tile_info`) and 5.11.1 (tile groups).

use super::bits::{BitReader, BitWriter};

/// The sizes of the columns and rows of tiles, in superblocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tiling {
    pub(super) columns: Vec<u32>,
    pub(super) rows: Vec<u32>,
}

/// What `tile_info` says: beside the tiling, what tells tiles apart in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TileInfo {
    pub(super) tiling: Tiling,
    /// The length of a tile's number in a tile group header.
    pub(super) number_bits: u32,
    /// The length of a tile's size, in bytes.
    pub(super) size_bytes: usize,
}

/// The most columns, and rows, of tiles.
const MOST: u32 = 64;

/// What bounds the tiles of a frame.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// The frame, in superblocks.
    across: u32,
    down: u32,
    widest: u32,
    min_log2_columns: u32,
    min_log2_tiles: u32,
}

impl Bounds {
    /// Those of a frame of `width` × `height` pixels.
    fn of((width, height): (u32, u32), superblocks_128: bool) -> Bounds {
        let (side, widest, largest) =
            if superblocks_128 { (128, 32, 576) } else { (64, 64, 2_304) };
        let (across, down) = (width.div_ceil(side), height.div_ceil(side));
        let min_log2_columns = log2(widest, across);
        let area = across.saturating_mul(down);
        let min_log2_tiles = min_log2_columns.max(log2(largest, area));
        Bounds { across, down, widest, min_log2_columns, min_log2_tiles }
    }

    /// The highest tile of explicit rows next to columns of at most `widest`.
    fn highest(&self, widest: u32) -> u32 {
        let area = self.across.saturating_mul(self.down);
        let area = match self.min_log2_tiles {
            0 => area,
            log => area.checked_shr(log.saturating_add(1)).unwrap_or(0),
        };
        area.checked_div(widest).unwrap_or(0).max(1)
    }
}

/// The least k with `block << k >= target`: `tile_log2`.
fn log2(block: u32, target: u32) -> u32 {
    let mut k = 0_u32;
    while u64::from(block).wrapping_shl(k) < u64::from(target) {
        k = k.saturating_add(1);
    }
    k
}

/// The sizes that `length` superblocks have when they are cut evenly into at most `1 << log`.
fn even(length: u32, log: u32) -> Vec<u32> {
    let size = length.saturating_sub(1).checked_shr(log).unwrap_or(0).saturating_add(1);
    let mut sizes = Vec::new();
    let mut left = length;
    while left > 0 {
        let next = size.min(left);
        sizes.push(next);
        left = left.saturating_sub(next);
    }
    sizes
}

impl TileInfo {
    /// Reads `tile_info` of a frame of this size.
    pub(super) fn parse(
        bits: &mut BitReader<'_>,
        size: (u32, u32),
        superblocks_128: bool,
    ) -> Option<TileInfo> {
        let bounds = Bounds::of(size, superblocks_128);
        let (columns, rows, number_bits);
        if bits.bit()? {
            let log_columns =
                counted(bits, bounds.min_log2_columns, log2(1, bounds.across.min(MOST)))?;
            let least = bounds.min_log2_tiles.saturating_sub(log_columns);
            let log_rows = counted(bits, least, log2(1, bounds.down.min(MOST)))?;
            columns = even(bounds.across, log_columns);
            rows = even(bounds.down, log_rows);
            number_bits = log_columns.checked_add(log_rows)?;
        } else {
            columns = explicit(bits, bounds.across, bounds.widest)?;
            let widest = columns.iter().copied().max()?;
            rows = explicit(bits, bounds.down, bounds.highest(widest))?;
            let count = |sizes: &[u32]| u32::try_from(sizes.len()).map(|count| log2(1, count)).ok();
            number_bits = count(&columns)?.checked_add(count(&rows)?)?;
        }
        let size_bytes = if number_bits > 0 {
            bits.bits(number_bits)?; // context_update_tile_id: for frames to come
            usize::try_from(bits.bits(2)?).ok()?.checked_add(1)?
        } else {
            0
        };
        let most = usize::try_from(MOST).ok()?;
        let fits = columns.len() <= most && rows.len() <= most;
        fits.then_some(TileInfo { tiling: Tiling { columns, rows }, number_bits, size_bytes })
    }
}

/// A logarithm that is counted up, one bit a step.
fn counted(bits: &mut BitReader<'_>, least: u32, most: u32) -> Option<u32> {
    let mut log = least;
    while log < most && bits.bit()? {
        log = log.checked_add(1)?;
    }
    Some(log)
}

/// Sizes that are told one by one.
fn explicit(bits: &mut BitReader<'_>, length: u32, largest: u32) -> Option<Vec<u32>> {
    let mut sizes = Vec::new();
    let mut left = length;
    while left > 0 {
        let size = bits.one_of(left.min(largest))?.checked_add(1)?;
        sizes.push(size);
        left = left.checked_sub(size)?;
    }
    Some(sizes)
}

impl Tiling {
    /// How many tiles there are.
    pub(super) fn count(&self) -> usize {
        self.columns.len().saturating_mul(self.rows.len())
    }

    /// Writes `tile_info` in its canonical form: even, if it is; the first tile for the context.
    pub(super) fn write(
        &self,
        bits: &mut BitWriter,
        size: (u32, u32),
        superblocks_128: bool,
        size_bytes: usize,
    ) {
        let bounds = Bounds::of(size, superblocks_128);
        let number_bits = match self.evenly(&bounds) {
            Some((columns, rows)) => {
                bits.bit(true);
                count(bits, columns, bounds.min_log2_columns, log2(1, bounds.across.min(MOST)));
                let least = bounds.min_log2_tiles.saturating_sub(columns);
                count(bits, rows, least, log2(1, bounds.down.min(MOST)));
                columns.saturating_add(rows)
            }
            None => {
                bits.bit(false);
                let widest = self.columns.iter().copied().max().unwrap_or(1);
                tell(bits, &self.columns, bounds.across, bounds.widest);
                tell(bits, &self.rows, bounds.down, bounds.highest(widest));
                [&self.columns, &self.rows]
                    .map(|sizes| u32::try_from(sizes.len()).map_or(0, |count| log2(1, count)))
                    .into_iter()
                    .fold(0, u32::saturating_add)
            }
        };
        if number_bits > 0 {
            bits.bits(0_u32, number_bits);
            bits.bits(u32::try_from(size_bytes.saturating_sub(1)).unwrap_or(3), 2);
        }
    }

    /// The logarithms that cut the frame evenly into these tiles.
    fn evenly(&self, bounds: &Bounds) -> Option<(u32, u32)> {
        let log = |sizes: &[u32], length: u32, least: u32| {
            (least..=log2(1, length.min(MOST))).find(|log| even(length, *log) == sizes)
        };
        let columns = log(&self.columns, bounds.across, bounds.min_log2_columns)?;
        let least = bounds.min_log2_tiles.saturating_sub(columns);
        Some((columns, log(&self.rows, bounds.down, least)?))
    }
}

fn count(bits: &mut BitWriter, log: u32, least: u32, most: u32) {
    (least..log).for_each(|_| bits.bit(true));
    if log < most {
        bits.bit(false);
    }
}

fn tell(bits: &mut BitWriter, sizes: &[u32], length: u32, largest: u32) {
    let mut left = length;
    for size in sizes {
        bits.one_of(size.saturating_sub(1), left.min(largest));
        left = left.saturating_sub(*size);
    }
}

/// The tiles of a frame that were met so far, in their order.
#[derive(Debug, Default)]
pub(super) struct Tiles<'a>(Vec<&'a [u8]>);

impl<'a> Tiles<'a> {
    /// Takes the tiles of a group, which `data` holds behind any frame header. What follows the
    /// last byte of a tile that is not zero is padding: section 8.2.4. `None` if they are not the
    /// next ones, or cut short.
    pub(super) fn take(&mut self, data: &'a [u8], info: &TileInfo) -> Option<()> {
        let count = info.tiling.count();
        let mut bits = BitReader::new(data);
        let (mut first, mut last) = (0, count.checked_sub(1)?);
        if count > 1 && bits.bit()? {
            first = usize::try_from(bits.bits(info.number_bits)?).ok()?;
            last = usize::try_from(bits.bits(info.number_bits)?).ok()?;
        }
        if first != self.0.len() || last < first || last >= count {
            return None;
        }
        let mut rest = bits.rest();
        for number in first..=last {
            let tile = if number == last {
                rest
            } else {
                let (size, behind) = rest.split_at_checked(info.size_bytes)?;
                let size = size.iter().rev().try_fold(0_usize, |size, byte| {
                    size.checked_mul(256)?.checked_add(usize::from(*byte))
                })?;
                let (tile, behind) = behind.split_at_checked(size.checked_add(1)?)?;
                rest = behind;
                tile
            };
            let used = tile.iter().rposition(|byte| *byte != 0)?;
            self.0.push(tile.get(..=used)?);
        }
        Some(())
    }

    /// All of them, if they are all there.
    pub(super) fn whole(&self, tiling: &Tiling) -> bool {
        self.0.len() == tiling.count()
    }

    /// Each tile.
    pub(super) fn iter(&self) -> impl Iterator<Item = &'a [u8]> {
        self.0.iter().copied()
    }

    /// How many bytes the size of a tile takes: of all but the last one it is told, less one.
    pub(super) fn size_bytes(&self) -> usize {
        let told = self.0.len().saturating_sub(1);
        let largest = self.0.iter().take(told).map(|tile| tile.len().saturating_sub(1)).max();
        match largest.unwrap_or(0) {
            0..=0xFF => 1,
            0x100..=0xFFFF => 2,
            0x1_0000..=0xFF_FFFF => 3,
            _ => 4,
        }
    }
}
