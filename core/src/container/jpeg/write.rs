//! The one canonical form. `audit` recognises exactly this, by its own means.
//!
//! SOI, JFIF or not, orientation if it is not 1, constant profile, Adobe or not, one DQT a table,
//! SOF; then for each scan the DHT segments that it needs and that are not there yet, in libjpeg's
//! order (by component, DC before AC), DRI if it changes, SOS, data; EOI. Slots, identifiers and selectors are chosen by rule, so that none of
//! the source's choices shows.

use crate::container::jpeg::colour::Colour;
use crate::container::jpeg::frame::{Frame, Process};
use crate::container::jpeg::marker::Marker;
use crate::container::jpeg::read::Picture;
use crate::container::jpeg::scan::{Band, Scan, ScanComponent};
use crate::container::jpeg::tables::{Class, HuffmanTable, QuantTable, SLOTS};
use crate::memory::Memory;
use crate::{Error, Orientation, ProfileClass, profile};

/// What goes around the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dress {
    pub(crate) orientation: Orientation,
    pub(crate) profile: Option<ProfileClass>,
}

/// Writes `picture` in the canonical form. It fails only for want of memory.
pub(crate) fn write(picture: &Picture<'_>, dress: Dress) -> Result<Memory, Error> {
    let extended = picture.scans.iter().any(needs_many_slots);
    let header = header(&picture.frame, picture.colour, extended, dress);

    let mut tables = Tables::default();
    let mut heads: Vec<Vec<u8>> = Vec::new();
    let mut total = header.len().saturating_add(2);
    for scan in &picture.scans {
        let head = tables.scan_head(picture.colour, scan);
        total = total.saturating_add(head.len()).saturating_add(scan.coded.len());
        heads.push(head);
    }
    let mut out = Memory::with_capacity(total)?;
    out.push(&header)?;
    for (head, scan) in heads.iter().zip(&picture.scans) {
        out.push(head)?;
        push_coded(&mut out, scan)?;
    }
    out.push(&END)?;
    Ok(out)
}

/// Everything before the tables of the first scan. `extended` is true if a scan uses more than the
/// two tables of a class that a baseline decoder holds.
pub(crate) fn header(frame: &Frame, colour: Colour, extended: bool, dress: Dress) -> Vec<u8> {
    let (quant, quant_of) = match dress.profile {
        Some(ProfileClass::AndroidSrgb) => rebuilt_quant_slots(frame),
        _ => quant_slots(frame),
    };
    let mut out = Marker::SOI.bytes().to_vec();
    application_segments(&mut out, colour, dress);
    for (slot, table) in quant.iter().enumerate() {
        quant_segment(&mut out, slot, table);
    }
    let extended = extended || quant.iter().any(|table| table.is_wide());
    frame_segment(&mut out, frame, colour, &quant_of, extended);
    out
}

/// The end of the file.
pub(crate) const END: [u8; 2] = [0xFF, Marker::EOI.0];

impl Marker {
    fn bytes(self) -> [u8; 2] {
        [0xFF, self.0]
    }
}

/// Appends a marker segment. Every payload here is far below the 65,533 bytes that fit.
fn segment(out: &mut Vec<u8>, marker: Marker, payload: &[&[u8]]) {
    let length: usize = payload.iter().map(|p| p.len()).sum::<usize>().saturating_add(2);
    out.extend(marker.bytes());
    out.extend(u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes());
    payload.iter().for_each(|p| out.extend_from_slice(p));
}

fn application_segments(out: &mut Vec<u8>, colour: Colour, dress: Dress) {
    if matches!(colour, Colour::Grey | Colour::YCbCr) {
        // version 1.01, no unit, density 1 × 1, no thumbnail
        segment(out, Marker::APP0, &[b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"]);
    }
    if dress.orientation != Orientation::Upright {
        let value = [0, dress.orientation.exif_value(), 0, 0];
        // big-endian TIFF, one directory at 8 with one SHORT, no next directory
        let tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01";
        segment(out, Marker::APP1, &[b"Exif\0\0", tiff, &value, &[0; 4]]);
    }
    if let Some(class) = dress.profile {
        segment(out, Marker::APP2, &[b"ICC_PROFILE\0\x01\x01", &profile::constant(class)]);
    }
    let transform = match colour {
        Colour::Rgb | Colour::Cmyk { adobe: true } => Some(0),
        Colour::Ycck => Some(2),
        Colour::Grey | Colour::YCbCr | Colour::Cmyk { adobe: false } => None,
    };
    if let Some(transform) = transform {
        // version 100, flags 0
        segment(out, Marker::APP14, &[b"Adobe\0\x64\0\0\0\0", &[transform]]);
    }
}

/// The quantisation tables by their slots, and the slot of each component.
type QuantSlots<'f> = (Vec<&'f QuantTable>, Vec<usize>);

/// The distinct tables in the order in which the components name them.
fn quant_slots(frame: &Frame) -> QuantSlots<'_> {
    let mut slots: Vec<&QuantTable> = Vec::new();
    let mut of_component = Vec::new();
    for table in frame.components.iter().filter_map(|c| c.quant.as_ref()) {
        let slot = slots.iter().position(|held| *held == table).unwrap_or_else(|| {
            slots.push(table);
            slots.len().saturating_sub(1)
        });
        of_component.push(slot);
    }
    (slots, of_component)
}

/// That of luma, that of chroma.
fn rebuilt_quant_slots(frame: &Frame) -> QuantSlots<'_> {
    let slots = frame.components.iter().take(2).filter_map(|c| c.quant.as_ref());
    (slots.collect(), (0..frame.components.len()).map(|index| index.min(1)).collect())
}

fn quant_segment(out: &mut Vec<u8>, slot: usize, table: &QuantTable) {
    let slot = slot_bits(slot);
    if table.is_wide() {
        let steps: Vec<u8> = table.0.iter().flat_map(|step| step.to_be_bytes()).collect();
        segment(out, Marker::DQT, &[&[0x10 | slot], &steps]);
    } else {
        let steps: Vec<u8> =
            table.0.iter().flat_map(|step| step.to_be_bytes()).skip(1).step_by(2).collect();
        segment(out, Marker::DQT, &[&[slot], &steps]);
    }
}

fn frame_segment(
    out: &mut Vec<u8>,
    frame: &Frame,
    colour: Colour,
    quant_of: &[usize],
    extended: bool,
) {
    let marker = match frame.process {
        Process::Progressive => Marker(0xC2),
        Process::Sequential if extended => Marker(0xC1),
        Process::Sequential => Marker(0xC0),
    };
    let mut payload = vec![8];
    payload.extend(frame.height.to_be_bytes());
    payload.extend(frame.width.to_be_bytes());
    payload.push(slot_bits(frame.components.len()));
    for ((id, component), slot) in identifiers(colour).iter().zip(&frame.components).zip(quant_of) {
        payload.extend([*id, component.h << 4 | component.v, slot_bits(*slot)]);
    }
    segment(out, marker, &[&payload]);
}

/// The identifiers that libjpeg writes for each meaning, and reads back as that meaning.
fn identifiers(colour: Colour) -> &'static [u8] {
    match colour {
        Colour::Grey => &[1],
        Colour::YCbCr => &[1, 2, 3],
        Colour::Rgb => b"RGB",
        Colour::Cmyk { .. } => b"CMYK",
        Colour::Ycck => &[1, 2, 3, 4],
    }
}

/// True if a scan uses more than the two tables of a class that a baseline decoder holds.
fn needs_many_slots(scan: &Scan<'_>) -> bool {
    [ScanComponent::dc_table, ScanComponent::ac_table]
        .iter()
        .any(|table| distinct(scan, *table).len() > 2)
}

impl ScanComponent {
    fn dc_table(&self) -> Option<&HuffmanTable> {
        self.dc.as_ref()
    }
    fn ac_table(&self) -> Option<&HuffmanTable> {
        self.ac.as_ref()
    }
}

/// Which table of a component: its DC or its AC table.
type TableOf = fn(&ScanComponent) -> Option<&HuffmanTable>;

/// The distinct tables of one class in the order in which the scan names them.
fn distinct<'s>(scan: &'s Scan<'_>, table: TableOf) -> Vec<&'s HuffmanTable> {
    let mut tables = Vec::new();
    for table in scan.components.iter().filter_map(table) {
        if !tables.contains(&table) {
            tables.push(table);
        }
    }
    tables
}

/// The Huffman tables of one class that a decoder of the output holds.
#[derive(Debug, Default)]
struct Slots([Option<HuffmanTable>; SLOTS]);

impl Slots {
    fn find(&self, table: &HuffmanTable) -> Option<usize> {
        self.0.iter().position(|held| held.as_ref() == Some(table))
    }

    /// Takes in what `needed` lacks: each in the lowest slot that the scan does not use otherwise.
    /// Gives the slots that were defined.
    fn take_in(&mut self, needed: &[&HuffmanTable]) -> Vec<usize> {
        let mut busy: Vec<usize> = needed.iter().filter_map(|t| self.find(t)).collect();
        let mut defined = Vec::new();
        for table in needed {
            if self.find(table).is_some() {
                continue;
            }
            let free = (0..SLOTS).find(|slot| !busy.contains(slot));
            if let Some((slot, held)) = free.and_then(|s| Some((s, self.0.get_mut(s)?))) {
                *held = Some((*table).clone());
                busy.push(slot);
                defined.push(slot);
            }
        }
        defined
    }
}

/// The tables and the restart interval that a decoder of the output holds.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    dc: Slots,
    ac: Slots,
    interval: u16,
}

impl Tables {
    /// What stands before the data of `scan`: it defines what a decoder does not hold yet.
    pub(crate) fn scan_head(&mut self, colour: Colour, scan: &Scan<'_>) -> Vec<u8> {
        let mut classes: [(&mut Slots, Class, TableOf); 2] = [
            (&mut self.dc, Class::Dc, ScanComponent::dc_table),
            (&mut self.ac, Class::Ac, ScanComponent::ac_table),
        ];
        let mut defined =
            classes.each_mut().map(|(slots, _, table)| slots.take_in(&distinct(scan, *table)));
        // libjpeg's order: by component, its DC table before its AC table
        let mut define = Vec::new();
        for component in &scan.components {
            for ((slots, class, table), defined) in classes.iter().zip(&mut defined) {
                let Some(table) = table(component) else { continue };
                let Some(slot) = slots.find(table) else { continue };
                if let Some(at) = defined.iter().position(|new| *new == slot) {
                    defined.remove(at);
                    define.push((*class, slot, table));
                }
            }
        }
        let interval = scan.restart_interval;
        let changed = interval != self.interval;
        self.interval = interval;
        let selectors = scan.components.iter().map(|component| {
            let dc = component.dc.as_ref().and_then(|t| self.dc.find(t)).unwrap_or(0);
            let ac = component.ac.as_ref().and_then(|t| self.ac.find(t)).unwrap_or(0);
            (component.index, dc, ac)
        });
        let (selectors, interval) = (selectors.collect(), changed.then_some(interval));
        segments_of(colour, &ScanHead { define, interval, selectors, band: scan.band })
    }
}

/// What stands before the data of the only scan of a file of Rebuild. Each component has a DC and
/// an AC table.
pub(crate) fn rebuilt_scan_head(colour: Colour, scan: &Scan<'_>) -> Vec<u8> {
    let mut define: Vec<(Class, usize, &HuffmanTable)> = Vec::new();
    for (slot, component) in scan.components.iter().take(2).enumerate() {
        define.extend(component.dc_table().map(|table| (Class::Dc, slot, table)));
        define.extend(component.ac_table().map(|table| (Class::Ac, slot, table)));
    }
    let selectors = scan.components.iter().map(|component| {
        let slot = component.index.min(1);
        (component.index, slot, slot)
    });
    let selectors = selectors.collect();
    segments_of(colour, &ScanHead { define, interval: None, selectors, band: scan.band })
}

/// What stands before the data of a scan.
#[derive(Debug)]
struct ScanHead<'t> {
    /// The tables to define, in this order, each with its class and slot.
    define: Vec<(Class, usize, &'t HuffmanTable)>,
    /// The restart interval, if it changes.
    interval: Option<u16>,
    /// The components by their place in the frame, each with its DC slot and its AC slot.
    selectors: Vec<(usize, usize, usize)>,
    band: Band,
}

/// The segments of `head`: DHT, DRI, SOS.
fn segments_of(colour: Colour, head: &ScanHead<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    for (class, slot, table) in &head.define {
        let class = match class {
            Class::Dc => 0x00,
            Class::Ac => 0x10,
        };
        let place = [class | slot_bits(*slot)];
        segment(&mut out, Marker::DHT, &[&place, &table.counts, &table.symbols]);
    }
    if let Some(interval) = head.interval {
        segment(&mut out, Marker::DRI, &[&interval.to_be_bytes()]);
    }
    let ids = identifiers(colour);
    let mut payload = vec![slot_bits(head.selectors.len())];
    for (index, dc, ac) in &head.selectors {
        let id = ids.get(*index).copied().unwrap_or_default();
        payload.extend([id, slot_bits(*dc) << 4 | slot_bits(*ac)]);
    }
    let band = head.band;
    payload.extend([band.first, band.last, band.high << 4 | band.low]);
    segment(&mut out, Marker::SOS, &[&payload]);
    out
}

/// A slot or a count of components: at most four.
fn slot_bits(n: usize) -> u8 {
    u8::try_from(n).unwrap_or(0) & 0x0F
}

/// Appends the data of a scan, without the fill bytes in it.
fn push_coded(out: &mut Memory, scan: &Scan<'_>) -> Result<(), Error> {
    let mut rest = scan.coded;
    if scan.filled {
        // each run of 0xFF before another byte shrinks to one
        while let Some(at) = rest.windows(2).position(|pair| pair == [0xFF, 0xFF]) {
            let (before, after) = rest.split_at_checked(at).unwrap_or((rest, &[]));
            out.push(before)?;
            rest = after.get(1..).unwrap_or_default();
        }
    }
    out.push(rest)
}
