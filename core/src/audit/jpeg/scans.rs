//! Scans: only the tables that they need, only the changes of restart interval, each coefficient
//! coded once, data to the next marker.

use crate::audit::Rejection;
use crate::audit::cursor::Cursor;
use crate::audit::jpeg::bits::Bits;
use crate::audit::jpeg::coded::{self, Grid};
use crate::audit::jpeg::codes::Codes;
use crate::audit::jpeg::coverage::Coverage;
use crate::audit::jpeg::header::Frame;
use crate::audit::jpeg::progressive::{AcScan, History, dc_first};
use crate::audit::jpeg::sequential::Coding;
use zeroize::Zeroizing;

/// The Huffman tables that a decoder holds: by class, by slot, the bytes of counts and symbols.
#[derive(Debug, Default, Clone, Copy)]
struct Tables<'a>([[Option<&'a [u8]>; 4]; 2]);

const DC: usize = 0;
const AC: usize = 1;

impl<'a> Tables<'a> {
    fn get(&self, class: usize, slot: usize) -> Option<&'a [u8]> {
        *self.0.get(class)?.get(slot)?
    }

    /// The table of a slot that a scan names.
    fn held(&self, class: usize, slot: Option<usize>) -> Option<&'a [u8]> {
        self.get(class, slot?)
    }

    fn set(&mut self, class: usize, slot: usize, table: &'a [u8]) {
        if let Some(held) = self.0.get_mut(class).and_then(|slots| slots.get_mut(slot)) {
            *held = Some(table);
        }
    }

    /// The slot that holds `table`.
    fn slot_of(&self, class: usize, table: &[u8]) -> Option<usize> {
        (0..4).find(|slot| self.get(class, *slot) == Some(table))
    }
}

/// A scan header: which coefficients of which components, and the slots of their tables.
struct Header {
    /// Component, DC slot, AC slot; a slot only if the scan uses a table of that class.
    selectors: Vec<(usize, Option<usize>, Option<usize>)>,
    /// First and last coefficient.
    first: u8,
    last: u8,
    /// Bit position before and after.
    high: u8,
    low: u8,
}

impl Header {
    /// Class and slot of the tables in the order in which they are named, each once: by component,
    /// DC before AC.
    fn places(&self) -> Vec<(usize, usize)> {
        let mut places = Vec::new();
        for (_, dc, ac) in &self.selectors {
            let named = [(DC, *dc), (AC, *ac)];
            for place in named.into_iter().filter_map(|(class, slot)| Some((class, slot?))) {
                if !places.contains(&place) {
                    places.push(place);
                }
            }
        }
        places
    }
}

/// Goes over all scans. `canonical` asks for scans as Recode and Rebuild write them.
pub(crate) fn recognise(
    cursor: &mut Cursor<'_>,
    frame: &Frame,
    canonical: bool,
) -> Result<(), Rejection> {
    let mut tables = Tables::default();
    let mut coverage = Coverage::new(frame);
    let mut interval = 0u16;
    let mut many_slots = false;
    let mut walker = Walker::new(frame);
    cursor.require(!canonical || frame.kind != 0xC2, "a sequential frame")?;
    let mut left = if canonical { canonical_scans(frame) } else { Vec::new() }.into_iter();
    while !cursor.sees(b"\xFF\xD9") {
        let done = frame.kind != 0xC2 && coverage.is_whole();
        cursor.require(!done, "the end of the picture after its last component")?;
        let before = tables;
        let defined = huffman_tables(cursor, &mut tables)?;
        restart_interval(cursor, &mut interval)?;
        cursor.require(!canonical || interval == 0, "no restart interval")?;
        let header = scan_header(cursor, frame, &tables, &mut coverage)?;
        let places = header.places();
        for class in [DC, AC] {
            let slots: Vec<usize> =
                places.iter().filter(|(c, _)| *c == class).map(|(_, slot)| *slot).collect();
            many_slots |= slots.len() > 2;
            let new: Vec<usize> =
                defined.iter().filter(|(c, _)| *c == class).map(|(_, slot)| *slot).collect();
            // Rebuild defines tables for chroma as well where they are those of luma
            let as_needed = if frame.rebuilt {
                slots == [0, 1] && new == slots
            } else {
                defined_as_needed(&before, &tables, class, &slots, &new)
            };
            cursor.require(as_needed, "only the Huffman tables that the scan lacks")?;
        }
        let ordered = places.iter().filter(|place| defined.contains(place)).eq(&defined);
        cursor.require(ordered, "Huffman tables in the order in which the scan names them")?;
        let selected: Vec<usize> = header.selectors.iter().map(|(index, ..)| *index).collect();
        let grid = Grid::new(frame, &selected);
        let needed = interval == 0 || u64::from(interval) < grid.mcus();
        cursor.require(needed, "a restart interval only where there are restarts")?;
        if canonical {
            let expected = left.next();
            cursor.require(expected == Some(selected), "the scan that has its turn")?;
            canonical_scan(cursor, frame, &header, &tables, &grid)?;
        } else {
            walker.scan(cursor, &header, &tables, &grid, interval)?;
        }
    }
    cursor.require(coverage.is_whole(), "a scan of every component")?;
    let extended = frame.wide || many_slots;
    cursor.require(
        frame.kind == 0xC2 || (frame.kind == 0xC1) == extended,
        "a baseline frame if it can be one",
    )
}

/// The components of each scan in which Recode writes a picture: one scan if an MCU can hold all.
fn canonical_scans(frame: &Frame) -> Vec<Vec<usize>> {
    let blocks = frame.components.iter().map(|(_, h, v)| h.saturating_mul(*v));
    let blocks = blocks.fold(0, u8::saturating_add);
    let all = 0..frame.components.len();
    if all.len() > 1 && blocks > 10 {
        all.map(|index| vec![index]).collect()
    } else {
        vec![all.collect()]
    }
}

/// Which components of a scan share a pair of tables, by libjpeg's rule: for each the number of its
/// pair.
fn pairs(frame: &Frame, count: usize) -> &'static [usize] {
    let names: Vec<u8> = frame.components.iter().map(|(name, ..)| *name).collect();
    match (names.as_slice(), count) {
        ([1, 2, 3], 3) => &[0, 1, 1],
        ([1, 2, 3, 4], 4) => &[0, 1, 1, 0],
        _ => &[0; 4],
    }
}

/// Goes over a scan that is coded in the one canonical way, by the best tables for it.
fn canonical_scan(
    cursor: &mut Cursor<'_>,
    frame: &Frame,
    header: &Header,
    tables: &Tables<'_>,
    grid: &Grid,
) -> Result<(), Rejection> {
    let pairs = pairs(frame, header.selectors.len());
    let mut codings: Vec<(Coding, &[u8], &[u8])> = Vec::new();
    for (pair, (_, dc, ac)) in pairs.iter().zip(&header.selectors) {
        let (Some(dc), Some(ac)) = (tables.held(DC, *dc), tables.held(AC, *ac)) else {
            return cursor.reject("a Huffman table that was defined");
        };
        match codings.get(*pair) {
            None => codings.push((Coding::new(dc, ac, cursor.rest().len(), true), dc, ac)),
            Some((_, same_dc, same_ac)) => {
                let shared = *same_dc == dc && *same_ac == ac;
                cursor.require(shared, "the tables that components share")?;
            }
        }
    }
    let mut walk = |bits: &mut Bits<'_>, _, _| {
        for row in 1..=grid.high {
            for column in 1..=grid.wide {
                for place in &grid.blocks {
                    let pair = pairs.get(place.component).copied().unwrap_or(0);
                    let Some((coding, ..)) = codings.get_mut(pair) else { continue };
                    let beyond = column == grid.wide && place.beyond_right
                        || row == grid.high && place.beyond_bottom;
                    *bits = if beyond {
                        coding.blank_block(*bits)?
                    } else {
                        coding.block::<true>(*bits)?
                    };
                }
                bits.not_past()?;
            }
        }
        Ok(())
    };
    coded::intervals(cursor, grid.mcus(), 0, &mut walk)?;
    let best = codings.iter().all(|(coding, dc, ac)| coding.is_best(dc, ac));
    cursor.require(best, "the best Huffman tables for the scan")
}

/// The most blocks of all later scans of a progressive picture together: a run of blocks takes next
/// to nothing in the file.
const MOST_VISITS: u64 = 1 << 30;

/// The most memory that the history of a progressive picture takes, in bytes.
const MOST_HISTORY: u64 = 1 << 30;

/// Goes over scans one after the other, and keeps what later ones need.
struct Walker<'f> {
    frame: &'f Frame,
    /// For each component, once an AC scan was there.
    history: Vec<History>,
    visits: u64,
}

impl<'f> Walker<'f> {
    fn new(frame: &'f Frame) -> Walker<'f> {
        let history = frame.components.iter().map(|_| Zeroizing::default()).collect();
        Walker { frame, history, visits: 0 }
    }

    /// Goes over the data of a scan.
    fn scan(
        &mut self,
        cursor: &mut Cursor<'_>,
        header: &Header,
        tables: &Tables<'_>,
        grid: &Grid,
        interval: u16,
    ) -> Result<(), Rejection> {
        let blocks = grid.mcus().saturating_mul(grid.blocks.len() as u64);
        let length = cursor.rest().len() as u64;
        let progressive = self.frame.kind == 0xC2;
        // at least one bit for a block, but in a run of blocks
        let enough = progressive && header.first > 0 || blocks <= length.saturating_mul(8);
        cursor.require(enough, "data up to the last block")?;
        match (progressive, header.first, header.high) {
            (false, ..) => sequential_scan(cursor, header, tables, grid, interval),
            (true, 0, 0) => {
                let codes: Vec<Codes> = header
                    .selectors
                    .iter()
                    .map(|(_, dc, _)| Codes::new(tables.held(DC, *dc).unwrap_or_default()))
                    .collect();
                let blocks: Vec<&Codes> =
                    grid.blocks.iter().filter_map(|place| codes.get(place.component)).collect();
                coded::intervals(cursor, grid.mcus(), interval, |bits, _, mcus| {
                    for _ in 0..mcus {
                        blocks.iter().try_for_each(|codes| dc_first(bits, codes))?;
                        bits.not_past()?;
                    }
                    Ok(())
                })
            }
            (true, 0, _) => {
                // one bit a block
                let blocks = grid.blocks.len() as u64;
                coded::intervals(cursor, grid.mcus(), interval, |bits, _, mcus| {
                    bits.pass_many(mcus.saturating_mul(blocks))
                })
            }
            (true, ..) => self.ac_scan(cursor, header, tables, grid, interval),
        }
    }

    fn ac_scan(
        &mut self,
        cursor: &mut Cursor<'_>,
        header: &Header,
        tables: &Tables<'_>,
        grid: &Grid,
        interval: u16,
    ) -> Result<(), Rejection> {
        let Some((index, _, ac)) = header.selectors.first() else {
            return cursor.reject("a component");
        };
        let Some(history) = self.history.get_mut(*index) else {
            return cursor.reject("a component that the frame has");
        };
        self.visits = self.visits.saturating_add(grid.mcus());
        cursor.require(self.visits <= MOST_VISITS, "fewer blocks in all scans together")?;
        if history.is_empty() {
            // each block has a bit of DC somewhere in the file
            let likely = grid.mcus()
                <= (cursor.at() as u64)
                    .saturating_add(cursor.rest().len() as u64)
                    .saturating_mul(8);
            let bytes = grid.mcus().saturating_mul(8).saturating_mul(4);
            cursor.require(likely && bytes <= MOST_HISTORY, "a smaller picture")?;
            let blocks = usize::try_from(grid.mcus()).unwrap_or(0);
            *history = Zeroizing::new(vec![0; blocks]);
        }
        let scan = AcScan {
            codes: Codes::new(tables.held(AC, *ac).unwrap_or_default()),
            first: u32::from(header.first),
            last: u32::from(header.last),
            low: u32::from(header.low),
            refines: header.high > 0,
        };
        coded::intervals(cursor, grid.mcus(), interval, |bits, done, blocks| {
            let done = usize::try_from(done).unwrap_or(usize::MAX);
            scan.interval(bits, history.get_mut(done..).unwrap_or_default(), blocks)
        })
    }
}

/// Goes over a sequential scan, however it is coded.
fn sequential_scan(
    cursor: &mut Cursor<'_>,
    header: &Header,
    tables: &Tables<'_>,
    grid: &Grid,
    interval: u16,
) -> Result<(), Rejection> {
    let mut codings: Vec<Coding> = Vec::new();
    let mut known: Vec<(&Option<usize>, &Option<usize>)> = Vec::new();
    let mut coding_of: Vec<usize> = Vec::new();
    for (_, dc, ac) in &header.selectors {
        let at = known.iter().position(|slots| *slots == (dc, ac)).unwrap_or(known.len());
        coding_of.push(at);
        if at == known.len() {
            known.push((dc, ac));
            let (dc, ac) = (tables.held(DC, *dc), tables.held(AC, *ac));
            let (dc, ac) = (dc.unwrap_or_default(), ac.unwrap_or_default());
            codings.push(Coding::new(dc, ac, cursor.rest().len(), false));
        }
    }
    let blocks: Vec<usize> =
        grid.blocks.iter().filter_map(|place| coding_of.get(place.component).copied()).collect();
    coded::intervals(cursor, grid.mcus(), interval, |bits, _, mcus| {
        for _ in 0..mcus {
            for coding in &blocks {
                if let Some(coding) = codings.get_mut(*coding) {
                    *bits = coding.block::<false>(*bits)?;
                }
            }
            bits.not_past()?;
        }
        Ok(())
    })
}

/// One segment a table. Gives class and slot of each.
fn huffman_tables<'a>(
    cursor: &mut Cursor<'a>,
    tables: &mut Tables<'a>,
) -> Result<Vec<(usize, usize)>, Rejection> {
    let mut defined: Vec<(usize, usize)> = Vec::new();
    while cursor.passes(b"\xFF\xC4") {
        let length = usize::from(cursor.word("the length of a Huffman table")?);
        let head = usize::from(cursor.byte("a Huffman table")?);
        let place = (head >> 4, head & 0x0F);
        let (class, slot) = place;
        cursor.require(class <= AC && slot < 4, "a Huffman table in a slot that there is")?;
        cursor.require(!defined.contains(&place), "one Huffman table a slot")?;
        let table = cursor.take(length.saturating_sub(3), "a whole Huffman table")?;
        cursor.require(is_prefix_code(table, class), "a Huffman table that is a code")?;
        tables.set(class, slot, table);
        defined.push(place);
    }
    Ok(defined)
}

/// True if `table` is sixteen counts and as many symbols as they say, the codes fit (T.81, annex
/// C), and DC symbols are at most 15.
fn is_prefix_code(table: &[u8], class: usize) -> bool {
    let Some((counts, symbols)) = table.split_at_checked(16) else { return false };
    let total: usize = counts.iter().map(|count| usize::from(*count)).sum();
    // Kraft's sum in units of the longest code
    let used: u32 = (1u32..=16)
        .zip(counts)
        .map(|(bits, count)| u32::from(*count).wrapping_shl(16u32.saturating_sub(bits)))
        .fold(0, u32::saturating_add);
    total == symbols.len()
        && total <= 256
        && used <= 65_536
        && (class == AC || symbols.iter().all(|symbol| *symbol < 16))
}

/// True if exactly the tables were defined that the scan names and that were not there before, each
/// in the lowest slot that was free.
fn defined_as_needed(
    before: &Tables<'_>,
    after: &Tables<'_>,
    class: usize,
    named: &[usize],
    defined: &[usize],
) -> bool {
    let mut taken: Vec<usize> =
        named.iter().copied().filter(|slot| !defined.contains(slot)).collect();
    let new_in_order: Vec<usize> =
        named.iter().copied().filter(|slot| defined.contains(slot)).collect();
    if new_in_order.len() != defined.len() {
        return false; // one that the scan does not name
    }
    new_in_order.iter().all(|slot| {
        let lowest = (0..4).find(|free| !taken.contains(free));
        taken.push(*slot);
        let Some(table) = after.get(class, *slot) else { return false };
        let known = before.slot_of(class, table).is_some();
        let twice = (0..4).filter(|s| after.get(class, *s) == Some(table)).count() > 1;
        lowest == Some(*slot) && !known && !twice
    })
}

/// A restart interval, if it is another one than before.
fn restart_interval(cursor: &mut Cursor<'_>, interval: &mut u16) -> Result<(), Rejection> {
    if cursor.passes(b"\xFF\xDD\0\x04") {
        let value = cursor.word("a restart interval")?;
        cursor.require(value != *interval, "a restart interval only where it changes")?;
        *interval = value;
    }
    Ok(())
}

fn scan_header(
    cursor: &mut Cursor<'_>,
    frame: &Frame,
    tables: &Tables<'_>,
    coverage: &mut Coverage,
) -> Result<Header, Rejection> {
    cursor.demand(b"\xFF\xDA", "a scan")?;
    let length = cursor.word("the length of a scan header")?;
    let count = cursor.byte("the number of components of a scan")?;
    let whole =
        (1..=4).contains(&count) && u16::from(count).saturating_mul(2).saturating_add(6) == length;
    cursor.require(whole, "a whole scan header")?;
    let specs = cursor.take(usize::from(count).saturating_mul(2), "the components of a scan")?;
    let (first, last) = (cursor.byte("a band")?, cursor.byte("a band")?);
    let bits = cursor.byte("a bit position")?;
    let (high, low) = (bits >> 4, bits & 0x0F);

    let progressive = frame.kind == 0xC2;
    let band_exists = if progressive {
        first <= last && last < 64 && low <= 13 && if first == 0 { last == 0 } else { count == 1 }
    } else {
        (first, last, high, low) == (0, 63, 0, 0)
    };
    cursor.require(band_exists, "a band that such a frame has")?;
    let (uses_dc, uses_ac) = (first == 0 && high == 0, last > 0);

    let mut selectors: Vec<(usize, Option<usize>, Option<usize>)> = Vec::new();
    let mut blocks = 0u8;
    for spec in specs.chunks_exact(2) {
        let [name, slots] = *spec else { return cursor.reject("a component") };
        let found = frame.components.iter().enumerate().find(|(_, (n, ..))| *n == name);
        let Some((index, (_, h, v))) = found else {
            return cursor.reject("a component that the frame has");
        };
        blocks = blocks.saturating_add(h.saturating_mul(*v));
        let (dc, ac) = (usize::from(slots >> 4), usize::from(slots & 0x0F));
        cursor.require(uses_dc || dc == 0, "no slot where no table is used")?;
        cursor.require(uses_ac || ac == 0, "no slot where no table is used")?;
        let held = (!uses_dc || tables.get(DC, dc).is_some())
            && (!uses_ac || tables.get(AC, ac).is_some());
        cursor.require(held, "a Huffman table that was defined")?;
        let follows = coverage.code(index, first, last, high, low);
        cursor.require(follows, "coefficients that were not coded before")?;
        selectors.push((index, uses_dc.then_some(dc), uses_ac.then_some(ac)));
    }
    cursor.require(count == 1 || blocks <= 10, "at most ten blocks an MCU")?;
    Ok(Header { selectors, first, last, high, low })
}
