//! Goes over the entropy-coded data of every scan to its last MCU, without decoding it: what stands
//! behind it is cut, and bits that only fill a byte are set to ones (T.81, F.1.2.3).
//!
//! Where libjpeg shows what the standard does not allow, the walk goes as libjpeg goes. What libjpeg
//! has to guess is refused.

mod progressive;
mod reader;
mod sequential;
mod table;
#[cfg(test)]
mod tests;

use zeroize::Zeroizing;

use crate::container::jpeg::marker::Marker;
use crate::container::jpeg::{Frame, HuffmanTable, Picture, Process, Scan, ScanComponent};
use crate::memory::Memory;
use crate::{Error, Limits};
use progressive::{Ac, DcFirst, DcRefine};
use reader::{Position, Reader};
use sequential::Sequential;

/// Why coded data cannot be gone over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// It ends before its last MCU.
    Ends,
    /// There is a code that no table has.
    Code,
    /// A run of coefficients goes past the end of its band.
    Run,
    /// A coefficient is too large, or none where there has to be one.
    Value,
    /// A run of blocks goes past the last block of its interval.
    EndOfBands,
}

impl Fault {
    fn words(self) -> &'static str {
        match self {
            Fault::Ends => "the data of a scan ends before its last block",
            Fault::Code => "the data of a scan has a code that its tables lack",
            Fault::Run => "a run of coefficients goes past the end of its block",
            Fault::Value => "a coefficient has a size that no JPEG has",
            Fault::EndOfBands => "a run of blocks goes past the last block",
        }
    }
}

/// Goes over the MCUs of restart intervals, one interval after the other.
trait Interval {
    /// Goes over the next `mcus` MCUs, which are an interval.
    fn skip(
        &mut self,
        reader: &mut Reader<'_>,
        position: &mut Position,
        mcus: u64,
    ) -> Result<(), Fault>;
}

/// Goes over all scans of `picture`, which was read from a photo of `end` bytes, and cuts their data
/// behind the last MCU. Gives for each scan the data that has to stand for it, if it cannot stay as
/// it is.
pub(crate) fn walk(
    picture: &mut Picture<'_>,
    end: usize,
    limits: &Limits,
) -> Result<Vec<Option<Memory>>, Error> {
    let frame = &picture.frame;
    let scans = &mut picture.scans;
    bounded(frame, scans, end, limits)?;
    let mut masks: Vec<Zeroizing<Vec<u64>>> = Vec::new();
    for index in 0..frame.components.len() {
        let refined = scans.iter().any(|scan| {
            scan.band.first > 0
                && scan.band.high > 0
                && scan.components.iter().any(|component| component.index == index)
        });
        // within the limits, as `bounded` saw
        let blocks = if refined { frame.mcus(&[index]) } else { 0 };
        masks.push(Zeroizing::new(vec![0; blocks as usize]));
    }
    scans.iter_mut().map(|scan| walk_scan(frame, scan, end, &mut masks)).collect()
}

/// Refuses what would take too long or too much memory, and what cannot be whole.
fn bounded(frame: &Frame, scans: &[Scan<'_>], end: usize, limits: &Limits) -> Result<(), Error> {
    if scans.len() as u64 > limits.scans {
        return Err(Error::Limit { what: "too many scans", limit: limits.scans });
    }
    let pixels = u64::from(frame.width) * u64::from(frame.height);
    if pixels > limits.pixels {
        return Err(Error::Limit { what: "too many pixels", limit: limits.pixels });
    }
    // sizes are at most 65,535 and factors 4, so no product here passes 2^40
    let (mut masks, mut visits) = (0u64, 0u64);
    for scan in scans {
        let blocks = blocks(frame, scan);
        let bits = match (frame.process, scan.band.first) {
            // a DC code and an AC code a block
            (Process::Sequential, _) => blocks * 2,
            (Process::Progressive, 0) => blocks,
            (Process::Progressive, _) => {
                if scan.band.high > 0 {
                    visits += blocks;
                    masks = masks.max(blocks * 4 * 8);
                }
                1
            }
        };
        if (scan.coded.len() as u64) * 8 < bits {
            return Err(fault(Fault::Ends, scan, scan.coded.len(), end));
        }
    }
    if masks > limits.memory {
        return Err(Error::Limit { what: "too large a progressive picture", limit: limits.memory });
    }
    // a run of blocks costs next to nothing in the file: a picture of the most pixels may be refined
    // as often as usual ones are, and smaller ones more often
    if visits > limits.pixels {
        return Err(Error::Limit {
            what: "too many blocks in all its scans",
            limit: limits.pixels,
        });
    }
    Ok(())
}

/// How many blocks `scan` codes.
fn blocks(frame: &Frame, scan: &Scan<'_>) -> u64 {
    let indices: Vec<usize> = scan.components.iter().map(|component| component.index).collect();
    frame.mcus(&indices) * indices.iter().map(|index| per_mcu(frame, scan, *index)).sum::<u64>()
}

/// How many blocks of the component `index` an MCU of `scan` has: T.81, A.2.
fn per_mcu(frame: &Frame, scan: &Scan<'_>, index: usize) -> u64 {
    match (scan.components.len(), frame.components.get(index)) {
        (2.., Some(component)) => u64::from(component.h) * u64::from(component.v),
        _ => 1,
    }
}

fn walk_scan(
    frame: &Frame,
    scan: &mut Scan<'_>,
    end: usize,
    masks: &mut [Zeroizing<Vec<u64>>],
) -> Result<Option<Memory>, Error> {
    let missing = || fault(Fault::Code, scan, 0, end);
    let band = scan.band;
    let tables = |of: fn(&ScanComponent) -> Option<&HuffmanTable>| {
        let tables = scan.components.iter().map(|component| {
            Some((of(component)?, per_mcu(frame, scan, component.index) as usize))
        });
        tables.collect::<Option<Vec<_>>>()
    };
    let indices: Vec<usize> = scan.components.iter().map(|component| component.index).collect();
    let mcus = frame.mcus(&indices);
    match (frame.process, band.first, band.high) {
        (Process::Sequential, ..) => {
            let sequential = Sequential::new(frame, scan).ok_or_else(missing)?;
            walk_intervals(scan, mcus, sequential, end)
        }
        (Process::Progressive, 0, 0) => {
            let tables = tables(|component| component.dc.as_ref()).ok_or_else(missing)?;
            let first = DcFirst::new(&tables);
            walk_intervals(scan, mcus, first, end)
        }
        (Process::Progressive, 0, _) => {
            let blocks = indices.iter().map(|index| per_mcu(frame, scan, *index)).sum();
            walk_intervals(scan, mcus, DcRefine { blocks }, end)
        }
        (Process::Progressive, ..) => {
            let tables = tables(|component| component.ac.as_ref()).ok_or_else(missing)?;
            let (Some((table, _)), Some(index)) = (tables.first(), indices.first()) else {
                return Err(missing());
            };
            let masks = masks.get_mut(*index).ok_or_else(missing)?;
            let ac = Ac::new(table, band, masks);
            walk_intervals(scan, mcus, ac, end)
        }
    }
}

/// Goes over the restart intervals of `scan`.
fn walk_intervals(
    scan: &mut Scan<'_>,
    mcus: u64,
    mut blocks: impl Interval,
    end: usize,
) -> Result<Option<Memory>, Error> {
    let coded = scan.coded;
    let mut reader = Reader::new(coded);
    let mut repair = Repair { coded, copied: 0, out: None };
    let interval = match scan.restart_interval {
        0 => mcus,
        interval => u64::from(interval),
    };
    let (mut left, mut start, mut restarts) = (mcus, 0usize, 0u8);
    loop {
        let count = left.min(interval);
        let mut position = reader.start(start);
        let walked = blocks.skip(&mut reader, &mut position, count);
        // zeros stand behind the end, and may be any code
        let last = walked
            .map_err(|fault| reader.blame(&position, fault))
            .and_then(|()| reader.end(&position))
            .map_err(|what| fault(what, scan, start, end))?;
        if let Some(padded) = last.padded {
            repair.last_byte(last.at, padded)?;
        }
        left -= count;
        if left == 0 {
            repair.cut(last.at)?;
            scan.coded = coded.get(..last.at).unwrap_or(coded);
            return Ok(repair.out);
        }
        let (marker, after) = next_marker(coded, last.at)
            .ok_or_else(|| fault(Fault::Ends, scan, coded.len(), end))?;
        if coded.get(marker.saturating_add(1)) != Some(&(Marker::RST0.0 | restarts)) {
            let at = scan.start + marker;
            let what = "the restart markers of a scan are missing or out of order";
            return Err(Error::Damaged { at: at as u64, what });
        }
        if marker > last.at {
            repair.leave_out(last.at, marker)?;
        }
        restarts = (restarts + 1) & 7;
        start = after;
    }
}

/// The error for `what` at byte `at` of the data of `scan`, in a photo of `end` bytes.
fn fault(what: Fault, scan: &Scan<'_>, at: usize, end: usize) -> Error {
    // a marker of two bytes follows the data, or the photo is cut off
    if what == Fault::Ends && scan.start + scan.coded.len() + 2 > end {
        return Error::CutOff { at: end as u64 };
    }
    Error::Damaged { at: (scan.start + at) as u64, what: what.words() }
}

/// The next marker at or after byte `at` of coded data: where its last 0xFF stands, and where it
/// ends.
fn next_marker(coded: &[u8], at: usize) -> Option<(usize, usize)> {
    let mut at = at;
    loop {
        at += memchr::memchr(0xFF, coded.get(at..)?)?;
        match coded.get(at + 1)? {
            0xFF => at += 1,
            0 => at += 2,
            _ => return Some((at, at + 2)),
        }
    }
}

/// Writes coded data again where it cannot stay as it is.
struct Repair<'a> {
    coded: &'a [u8],
    /// Up to where the data was copied, or left out.
    copied: usize,
    /// None as long as all can stay.
    out: Option<Memory>,
}

impl Repair<'_> {
    /// Copies up to byte `end`, and goes on at `next`.
    fn copy(&mut self, end: usize, next: usize) -> Result<&mut Memory, Error> {
        let out = match &mut self.out {
            Some(out) => out,
            none => {
                // padding that becomes 0xFF takes one byte more, and follows a marker of two
                let most = self.coded.len() + self.coded.len() / 2 + 2;
                none.insert(Memory::with_capacity(most)?)
            }
        };
        out.push(self.coded.get(self.copied..end).unwrap_or_default())?;
        self.copied = next;
        Ok(out)
    }

    /// Puts `byte` in the place of the one that ends at `end`.
    fn last_byte(&mut self, end: usize, byte: u8) -> Result<(), Error> {
        let out = self.copy(end.saturating_sub(1), end)?;
        out.push(&[byte])?;
        if byte == 0xFF { out.push(&[0]) } else { Ok(()) }
    }

    /// Leaves out what stands from byte `start` to byte `end`.
    fn leave_out(&mut self, start: usize, end: usize) -> Result<(), Error> {
        self.copy(start, end).map(drop)
    }

    /// Ends at byte `end`.
    fn cut(&mut self, end: usize) -> Result<(), Error> {
        if self.out.is_some() { self.copy(end, end).map(drop) } else { Ok(()) }
    }
}
