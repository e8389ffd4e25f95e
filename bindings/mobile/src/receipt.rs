//! The receipt as records; the words are the core's.

use unmarked::Receipt;

use crate::{FindingCarrier, PhotoFinding};

/// What happened to one photo.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PhotoReceipt {
    /// The size of the photo before, in bytes.
    pub bytes_before: u64,
    /// The size of the clean photo, in bytes.
    pub bytes_after: u64,
    /// Everything that the photo said about its maker. None of it is in the clean photo.
    pub found: Vec<PhotoFinding>,
    /// True if there was more than the list holds. It is gone as well.
    pub more: bool,
    /// What was removed, by the part of the file that carried it.
    pub removed: Vec<RemovedPart>,
    /// What was kept, and why.
    pub kept: Vec<KeptPart>,
    /// What a person should know beyond that.
    pub notes: Vec<ReceiptNote>,
    /// What still remains in the clean photo.
    pub remaining: Vec<RemainingRisk>,
}

/// Findings that one part of the file carried.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RemovedPart {
    /// The part.
    pub carrier: FindingCarrier,
    /// How many findings it carried.
    pub findings: u64,
    /// The part's name in English.
    pub words: String,
}

/// What was kept.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct KeptPart {
    /// What, in English.
    pub words: String,
    /// Why, in English.
    pub why: String,
}

/// What a person should know.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ReceiptNote {
    /// The note in English.
    pub words: String,
}

/// What still remains in the clean photo.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RemainingRisk {
    /// The risk in English.
    pub words: String,
}

impl From<&Receipt> for PhotoReceipt {
    fn from(receipt: &Receipt) -> PhotoReceipt {
        PhotoReceipt {
            bytes_before: receipt.bytes_before,
            bytes_after: receipt.bytes_after,
            found: receipt.found.iter().map(PhotoFinding::from).collect(),
            more: receipt.more,
            removed: receipt
                .removed
                .iter()
                .map(|r| RemovedPart {
                    carrier: r.carrier.into(),
                    findings: r.findings,
                    words: r.carrier.to_string(),
                })
                .collect(),
            kept: receipt
                .kept
                .iter()
                .map(|k| KeptPart { words: k.to_string(), why: k.why().to_owned() })
                .collect(),
            notes: receipt.notes.iter().map(|n| ReceiptNote { words: n.to_string() }).collect(),
            remaining: receipt
                .remaining
                .iter()
                .map(|r| RemainingRisk { words: r.to_string() })
                .collect(),
        }
    }
}
