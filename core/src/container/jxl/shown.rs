//! Which frames have a part in what is shown: ISO/IEC 18181-1, F.2. The others can hold pictures that
//! nobody sees, and are left out.

use crate::Error;
use crate::container::jxl::entropy::Budget;
use crate::container::jxl::frame::{LF_FRAME, NOISE, PATCHES, USE_LF_FRAME};
use crate::container::jxl::read::Codestream;
use crate::container::jxl::stream::Stream;
use crate::container::jxl::{patches, unsupported};

/// What becomes of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It has no part in what is shown.
    Dropped,
    /// It is shown, and no other frame uses it.
    Shown,
    /// Other frames use it; it may be shown as well.
    Kept,
}

/// Slots for kept frames, and for frames of low frequencies.
#[derive(Debug, Default)]
struct Wanted {
    kept: [bool; 4],
    low: [bool; 4],
}

/// The place of a slot.
fn slot(slots: &mut [bool; 4], number: u32) -> Option<&mut bool> {
    usize::try_from(number).ok().and_then(|n| slots.get_mut(n))
}

/// What becomes of each frame of `read`, of which the last is shown.
pub(crate) fn fates(read: &Codestream, stream: &Stream<'_>) -> Result<Vec<Fate>, Error> {
    let budget = &mut Budget::new();
    let mut wanted = Wanted::default();
    let mut fates = Vec::with_capacity(read.frames.len());
    // from the last to the first, so that who uses a frame is known before it
    for frame in read.frames.iter().rev() {
        let header = &frame.header;
        let place = if header.kind == LF_FRAME {
            slot(&mut wanted.low, header.lf_level.saturating_sub(1))
        } else {
            header.saves().and_then(|number| slot(&mut wanted.kept, number))
        };
        // what is kept takes the place of what was kept before
        let used = place.is_some_and(std::mem::take);
        let fate = match (used, header.is_shown()) {
            (true, _) => Fate::Kept,
            (false, true) => Fate::Shown,
            (false, false) => Fate::Dropped,
        };
        fates.push(fate);
        if fate == Fate::Dropped {
            continue;
        }
        for source in header.sources(read.size) {
            if let Some(wanted) = slot(&mut wanted.kept, source) {
                *wanted = true;
            }
        }
        if header.uses(PATCHES)
            && let Some(section) = frame.toc.sections.first()
        {
            let from = patches::sources(stream, section, &read.metadata, budget)?;
            for (wanted, from) in wanted.kept.iter_mut().zip(from) {
                *wanted |= from;
            }
        }
        if header.uses(USE_LF_FRAME)
            && let Some(wanted) = slot(&mut wanted.low, header.lf_level)
        {
            *wanted = true;
        }
    }
    fates.reverse();
    check_noise(read, &fates)?;
    Ok(fates)
}

/// The noise of a frame that is not shown by itself depends on how many such frames come before it
/// (annex I.5): then none of those can be left out.
fn check_noise(read: &Codestream, fates: &[Fate]) -> Result<(), Error> {
    let mut dropped = read.preview.is_some();
    for (frame, fate) in read.frames.iter().zip(fates) {
        let header = &frame.header;
        if *fate == Fate::Dropped {
            dropped = true;
        } else if header.is_shown() {
            dropped = false;
        } else if dropped && header.uses(NOISE) {
            return Err(unsupported("noise that depends on a hidden frame"));
        }
    }
    Ok(())
}
