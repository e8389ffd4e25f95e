//! Findings of a TIFF or raw file, part by part: TIFF 6.0, BigTIFF, TIFF/EP, DNG, GeoTIFF.

mod cover;
mod fields;
mod image;
mod raw;
mod walk;

use std::collections::HashSet;

use self::cover::Cover;
use crate::container::tiff::{Tiff, is_raw};
use crate::inspect::block::Block;
use crate::inspect::jpeg::tell_trailer;
use crate::inspect::{Betrays, Carrier, Findings, Inspection, text};
use crate::{Error, Format, Limits};

/// The most gaps that are told one by one.
const MOST_GAPS: usize = 64;

/// Everything that the TIFF or raw file `photo` says about its maker.
pub(crate) fn inspect(photo: &[u8], limits: &Limits) -> Result<Inspection, Error> {
    let mut findings = Findings::new(limits);
    let file = Block { segment: "", offset: 0, data: photo, joined: None };
    let mut size = None;
    let mut problem = None;
    let mut format = if is_raw(photo) { Format::Raw } else { Format::Tiff };
    match Tiff::open(photo) {
        Some((tiff, first)) => {
            let mut walk = walk::Walk {
                tiff,
                file,
                raw: format == Format::Raw,
                seen: HashSet::new(),
                budget: photo.len(),
                cover: Cover::new(photo.len()),
                make: String::new(),
                size: None,
                pages: 0,
                problem: None,
            };
            walk.chain(first, &mut findings);
            gaps(&walk.cover, file, &mut findings);
            (size, problem) = (walk.size, walk.problem);
        }
        None if photo.starts_with(b"II") || photo.starts_with(b"MM") => {
            if photo.starts_with(b"II\x1a\0") {
                format = Format::Raw;
                raw::tell(file, &mut findings);
            } else {
                problem = Some(format!("cut off after {} bytes", photo.len()));
            }
        }
        None => {
            format = Format::Raw;
            raw::tell(file, &mut findings);
        }
    }
    let (list, more) = findings.into_list();
    let bytes = photo.len() as u64;
    Ok(Inspection { format, bytes, size, findings: list, more, problem })
}

/// Tells the bytes that no tag refers to.
fn gaps(cover: &Cover, file: Block<'_>, findings: &mut Findings) {
    let mut count = 0usize;
    let mut left_over = 0u64;
    for (start, end) in cover.gaps() {
        let Some(gap) = file.part(start, end.saturating_sub(start)) else { continue };
        // values stand at even offsets: a zero in between is no gap
        if gap.data == [0] {
            continue;
        }
        count = count.saturating_add(1);
        if end == file.data.len() {
            tell_trailer(Block { segment: "trailer", ..gap }, findings);
        } else if count <= MOST_GAPS {
            let gap = Block { segment: "gap", ..gap };
            let (label, value) = ("Bytes that no tag refers to", text::summary(gap.data));
            findings.add(Betrays::Unknown, Carrier::Gap, gap.place(), label, value);
        } else {
            left_over = left_over.saturating_add(gap.data.len() as u64);
        }
    }
    if left_over > 0 {
        let (label, value) = ("Further bytes that no tag refers to", text::size(left_over));
        findings.add(Betrays::Unknown, Carrier::Gap, file.place(), label, value);
    }
}

#[cfg(test)]
mod tests;
