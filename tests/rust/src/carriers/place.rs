//! Where in a JPEG something is planted.

use crate::{Jpeg, Piece, marker};

/// A place between the segments of a JPEG.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Right after SOI.
    Start,
    /// Right before the frame header.
    BeforeFrame,
    /// Right before the first scan.
    BeforeScan,
    /// Between the first scan and the next. A comment stands before it, so that it does not
    /// follow entropy-coded data.
    BetweenScans,
    /// Between the last scan and EOI, after a comment as well.
    BeforeEnd,
}

impl Place {
    /// All of them.
    pub const ALL: [Place; 5] = [
        Place::Start,
        Place::BeforeFrame,
        Place::BeforeScan,
        Place::BetweenScans,
        Place::BeforeEnd,
    ];

    /// A word for names.
    pub fn word(self) -> &'static str {
        match self {
            Place::Start => "start",
            Place::BeforeFrame => "before-frame",
            Place::BeforeScan => "before-scan",
            Place::BetweenScans => "between-scans",
            Place::BeforeEnd => "before-end",
        }
    }

    /// Puts `piece` there; false if the photo has no such place.
    pub fn put(self, jpeg: &mut Jpeg, piece: Piece) -> bool {
        let scans = jpeg.scans();
        let at = match self {
            Place::Start => 1,
            Place::BeforeFrame => jpeg.frame(),
            Place::BeforeScan => scans[0],
            Place::BetweenScans if scans.len() < 2 => return false,
            Place::BetweenScans => scans[0] + 2,
            Place::BeforeEnd => jpeg.end(),
        };
        jpeg.insert(at, piece);
        if matches!(self, Place::BetweenScans | Place::BeforeEnd) {
            jpeg.insert(at, Piece::segment(marker::COM, *b"-"));
        }
        true
    }
}
