//! The scan header, and the order of progressive scans: T.81, sections B.2.3 and G.1.1.1.

use crate::Error;
use crate::bytes::u8_at;
use crate::container::jpeg::damaged;
use crate::container::jpeg::frame::{Frame, Process};
use crate::container::jpeg::tables::{HuffmanTable, SLOTS};

/// One component as a scan codes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScanComponent {
    /// Its place among the components of the frame.
    pub(crate) index: usize,
    /// The table of its DC differences, if the scan codes any.
    pub(crate) dc: Option<HuffmanTable>,
    /// The table of its AC coefficients, if the scan codes any with a table.
    pub(crate) ac: Option<HuffmanTable>,
}

/// Which coefficients a scan codes, and which bits of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Band {
    /// First coefficient in zigzag order.
    pub(crate) first: u8,
    /// Last coefficient.
    pub(crate) last: u8,
    /// The bit position before, 0 if the coefficients are coded for the first time.
    pub(crate) high: u8,
    /// The bit position after.
    pub(crate) low: u8,
}

impl Band {
    /// All of every coefficient, as sequential scans code them.
    pub(crate) const WHOLE: Band = Band { first: 0, last: 63, high: 0, low: 0 };

    /// True if a progressive scan of `components` components may code it: T.81, G.1.1.1.
    fn is_progressive(self, components: usize) -> bool {
        let band = match self.first {
            0 => self.last == 0,
            first => first <= self.last && self.last <= 63 && components == 1,
        };
        band && self.low <= 13 && (self.high == 0 || self.high == self.low.saturating_add(1))
    }
}

/// One scan: what it codes, with which tables, and its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scan<'a> {
    pub(crate) components: Vec<ScanComponent>,
    pub(crate) band: Band,
    /// MCUs between restart markers; 0 if there are none.
    pub(crate) restart_interval: u16,
    /// Where its data starts, in bytes from the start of the file.
    pub(crate) start: usize,
    /// The entropy-coded data with its restart markers.
    pub(crate) coded: &'a [u8],
    /// True if fill bytes stand in the data and have to be left out.
    pub(crate) filled: bool,
}

/// A scan header as it stands in a file.
pub(crate) struct Header {
    /// The component's place in the frame, its DC slot, its AC slot.
    pub(crate) selectors: Vec<(usize, usize, usize)>,
    pub(crate) band: Band,
}

impl Header {
    /// The header that the segment at byte `at` tells.
    pub(crate) fn parse(payload: &[u8], at: usize, frame: &Frame) -> Result<Header, Error> {
        let short = || damaged(at, "the scan header has a wrong length");
        let count = usize::from(u8_at(payload, 0).ok_or_else(short)?);
        let specs_end = count.saturating_mul(2).saturating_add(1);
        if !(1..=SLOTS).contains(&count) || payload.len() != specs_end.saturating_add(3) {
            return Err(short());
        }
        let mut selectors: Vec<(usize, usize, usize)> = Vec::new();
        for spec in payload.get(1..specs_end).unwrap_or_default().chunks_exact(2) {
            let (id, slots) =
                (u8_at(spec, 0).ok_or_else(short)?, u8_at(spec, 1).ok_or_else(short)?);
            // two components of one name: the first that the scan has not named yet, as libjpeg
            let index = (0..frame.components.len())
                .find(|i| {
                    frame.components.get(*i).is_some_and(|c| c.id == id)
                        && selectors.iter().all(|(taken, ..)| taken != i)
                })
                .ok_or_else(|| damaged(at, "a scan names a component that the frame has not"))?;
            selectors.push((index, usize::from(slots >> 4), usize::from(slots & 0x0F)));
        }
        let blocks: u32 = selectors
            .iter()
            .filter_map(|(index, ..)| frame.components.get(*index))
            .map(|c| u32::from(c.h).saturating_mul(u32::from(c.v)))
            .sum();
        if count > 1 && blocks > 10 {
            return Err(damaged(at, "a scan has more than ten blocks an MCU"));
        }
        let band = match frame.process {
            Process::Sequential => Band::WHOLE,
            Process::Progressive => {
                let tail = payload.get(specs_end..).unwrap_or_default();
                let bits = u8_at(tail, 2).ok_or_else(short)?;
                Band {
                    first: u8_at(tail, 0).ok_or_else(short)?,
                    last: u8_at(tail, 1).ok_or_else(short)?,
                    high: bits >> 4,
                    low: bits & 0x0F,
                }
            }
        };
        if frame.process == Process::Progressive && !band.is_progressive(count) {
            return Err(damaged(at, "a progressive scan codes a band that no JPEG has"));
        }
        Ok(Header { selectors, band })
    }
}

/// Which bits of which coefficients have been coded so far. It refuses what would code anything
/// twice: only the last of two codings is seen, so the first could hide a picture.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// For each component and coefficient, the bit position reached; `None` before the first scan.
    reached: Vec<[Option<u8>; 64]>,
}

impl Progress {
    /// Nothing coded yet, of `components` components.
    pub(crate) fn new(components: usize) -> Progress {
        Progress { reached: vec![[None; 64]; components] }
    }

    /// Enters the scan of `header`. False if it codes what another one has coded, or refines what
    /// none has.
    pub(crate) fn enter(&mut self, header: &Header) -> bool {
        let band = header.band;
        let before = (band.high != 0).then_some(band.high);
        let mut fits = true;
        for (index, ..) in &header.selectors {
            let coefficients = self.reached.get_mut(*index).map(|c| {
                c.get_mut(usize::from(band.first)..=usize::from(band.last)).unwrap_or_default()
            });
            for reached in coefficients.unwrap_or_default() {
                fits &= *reached == before;
                *reached = Some(band.low);
            }
        }
        fits
    }

    /// True when no component lacks its DC coefficients: there is a whole picture.
    pub(crate) fn is_whole(&self) -> bool {
        self.reached.iter().all(|coefficients| coefficients.first().is_some_and(Option::is_some))
    }

    /// True when every bit of every coefficient was coded: nothing can be missing.
    pub(crate) fn is_complete(&self) -> bool {
        self.reached.iter().flatten().all(|reached| *reached == Some(0))
    }
}
