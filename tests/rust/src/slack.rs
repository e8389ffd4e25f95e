//! What entropy-coded data can carry without changing what libjpeg shows.
//!
//! T.81 leaves an encoder choices that no decoder sees, and decoders read more than it allows. Each
//! is a place for a mark: the bits of the mark make the choices.

use std::cell::Cell;

/// One kind of choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Choice {
    /// The bits that fill the last byte of a scan or of a restart interval, which have to be ones:
    /// T.81, F.1.2.3.
    Padding,
    /// The same, all zero, as some cameras write them.
    ZeroPadding,
    /// Bytes behind the last MCU of a scan.
    AfterScan,
    /// Bytes behind the last MCU of every restart interval.
    AfterInterval,
    /// Bytes 0xFF behind the last MCU of a scan, each with its stuffed zero.
    OnesAfterScan,
    /// Restart markers behind the last MCU of a scan.
    RestartsAfterScan,
    /// Bytes and restart markers by turns behind the last MCU of a scan.
    IntervalsAfterScan,
    /// Fill bytes before every restart marker: T.81, B.1.1.2.
    FillBeforeRestart,
    /// Blocks of interleaved MCUs that hold no sample of the picture: T.81, A.2.4.
    OutsideBlocks,
    /// Runs of sixteen zeros before the end of a block, which its end says already: T.81, F.1.2.2.1.
    ZeroRuns,
    /// A run of sixteen zeros, of which some would stand behind the last coefficient, for the end of
    /// a block: libjpeg takes it.
    ZeroRunPastEnd,
    /// One of the fourteen symbols which T.81 leaves undefined, and libjpeg takes for the end of a
    /// block.
    EndSymbols,
    /// Where runs of ended blocks are cut: T.81, G.1.2.2.
    EndRuns,
    /// A run of ended blocks that is longer than its scan.
    EndRunPastScan,
    /// Symbols in the Huffman tables which never occur.
    UnusedSymbols,
    /// The order of symbols whose codes are equally long.
    SymbolOrder,
}

impl Choice {
    /// All of them.
    pub const ALL: [Choice; 16] = [
        Choice::Padding,
        Choice::ZeroPadding,
        Choice::AfterScan,
        Choice::AfterInterval,
        Choice::OnesAfterScan,
        Choice::RestartsAfterScan,
        Choice::IntervalsAfterScan,
        Choice::FillBeforeRestart,
        Choice::OutsideBlocks,
        Choice::ZeroRuns,
        Choice::ZeroRunPastEnd,
        Choice::EndSymbols,
        Choice::EndRuns,
        Choice::EndRunPastScan,
        Choice::UnusedSymbols,
        Choice::SymbolOrder,
    ];

    /// True if it stands beside the coded symbols, so that it goes when those are copied untouched.
    /// The others are made of symbols or tables, and go when the coefficients are coded again.
    pub fn is_beside_symbols(self) -> bool {
        matches!(
            self,
            Choice::Padding
                | Choice::ZeroPadding
                | Choice::AfterScan
                | Choice::AfterInterval
                | Choice::OnesAfterScan
                | Choice::RestartsAfterScan
                | Choice::IntervalsAfterScan
                | Choice::FillBeforeRestart
        )
    }

    /// True if T.81 forbids it: a strict decoder may refuse what libjpeg shows.
    pub fn is_forbidden(self) -> bool {
        matches!(
            self,
            Choice::Padding
                | Choice::ZeroPadding
                | Choice::AfterScan
                | Choice::AfterInterval
                | Choice::OnesAfterScan
                | Choice::RestartsAfterScan
                | Choice::IntervalsAfterScan
                | Choice::ZeroRunPastEnd
                | Choice::EndSymbols
                | Choice::EndRunPastScan
        )
    }
}

/// A choice, and the mark whose bits make it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slack {
    /// What is chosen.
    pub choice: Choice,
    /// What is planted. None of its bytes may be 0xFF.
    pub mark: Vec<u8>,
}

/// Takes the bits of a mark one after the other, and again from the first after the last.
#[derive(Debug)]
pub(crate) struct Planter<'a> {
    slack: Option<&'a Slack>,
    next: Cell<usize>,
}

impl<'a> Planter<'a> {
    pub(crate) fn new(slack: Option<&'a Slack>) -> Planter<'a> {
        Planter { slack, next: Cell::new(0) }
    }

    /// The mark, if it is planted in this choice.
    pub(crate) fn mark(&self, choice: Choice) -> Option<&'a [u8]> {
        self.slack.filter(|slack| slack.choice == choice).map(|slack| slack.mark.as_slice())
    }

    /// The next bits of the mark; none if this is not the choice it is planted in.
    pub(crate) fn bits(&self, choice: Choice, count: u32) -> Option<u32> {
        let mark = self.mark(choice)?;
        Some((0..count).fold(0, |bits, _| {
            let at = self.next.replace(self.next.get() + 1) % (8 * mark.len());
            bits << 1 | u32::from(mark[at / 8] >> (7 - at % 8) & 1)
        }))
    }

    /// The next bit of the mark; false if this is not the choice it is planted in.
    pub(crate) fn bit(&self, choice: Choice) -> bool {
        self.bits(choice, 1) == Some(1)
    }
}
