//! Scans: only the tables that they need, only the changes of restart interval, each coefficient
//! coded once, data to the next marker.

use crate::audit::Rejection;
use crate::audit::cursor::Cursor;
use crate::audit::jpeg::coded;
use crate::audit::jpeg::coverage::Coverage;
use crate::audit::jpeg::header::Frame;

/// The Huffman tables that a decoder holds: by class, by slot, the bytes of counts and symbols.
#[derive(Debug, Default, Clone, Copy)]
struct Tables<'a>([[Option<&'a [u8]>; 4]; 2]);

const DC: usize = 0;
const AC: usize = 1;

impl<'a> Tables<'a> {
    fn get(&self, class: usize, slot: usize) -> Option<&'a [u8]> {
        *self.0.get(class)?.get(slot)?
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

/// Goes over all scans.
pub(crate) fn recognise(cursor: &mut Cursor<'_>, frame: &Frame) -> Result<(), Rejection> {
    let mut tables = Tables::default();
    let mut coverage = Coverage::new(frame);
    let mut interval = 0u16;
    let mut many_slots = false;
    while !cursor.sees(b"\xFF\xD9") {
        let done = frame.kind != 0xC2 && coverage.is_whole();
        cursor.require(!done, "the end of the picture after its last component")?;
        let before = tables;
        let defined = huffman_tables(cursor, &mut tables)?;
        restart_interval(cursor, &mut interval)?;
        let header = scan_header(cursor, frame, &tables, &mut coverage)?;
        let places = header.places();
        for class in [DC, AC] {
            let slots: Vec<usize> =
                places.iter().filter(|(c, _)| *c == class).map(|(_, slot)| *slot).collect();
            many_slots |= slots.len() > 2;
            let new: Vec<usize> =
                defined.iter().filter(|(c, _)| *c == class).map(|(_, slot)| *slot).collect();
            let canonical = defined_as_needed(&before, &tables, class, &slots, &new);
            cursor.require(canonical, "only the Huffman tables that the scan lacks")?;
        }
        let ordered = places.iter().filter(|place| defined.contains(place)).eq(&defined);
        cursor.require(ordered, "Huffman tables in the order in which the scan names them")?;
        let selected: Vec<usize> = header.selectors.iter().map(|(index, ..)| *index).collect();
        let restarts = coded::restarts(frame, &selected, interval);
        let needed = interval == 0 || restarts > 0;
        cursor.require(needed, "a restart interval only where there are restarts")?;
        coded::recognise(cursor, restarts)?;
    }
    cursor.require(coverage.is_whole(), "a scan of every component")?;
    let extended = frame.wide || many_slots;
    cursor.require(
        frame.kind == 0xC2 || (frame.kind == 0xC1) == extended,
        "a baseline frame if it can be one",
    )
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
    Ok(Header { selectors })
}
