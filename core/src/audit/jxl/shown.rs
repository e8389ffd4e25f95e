//! Whether every frame has a part in what is shown.

use super::bits::Bits;
use super::frame::Frame;
use crate::audit::Rejection;

/// Rejects frames that nobody sees, and frames that are kept for none.
pub(super) fn check(bits: &Bits<'_>, frames: &[Frame]) -> Result<(), Rejection> {
    let (mut wanted, mut low) = (0u8, 0u8);
    let bit = |place: u32| 1u8.wrapping_shl(place);
    for frame in frames.iter().rev() {
        for (places, place) in [(&mut wanted, frame.kept_in), (&mut low, frame.low_in)] {
            if let Some(place) = place {
                bits.require(*places & bit(place) != 0, "no frame that is kept for none")?;
                *places &= !bit(place);
            }
        }
        let seen = frame.shown || frame.kept_in.is_some() || frame.low_in.is_some();
        bits.require(seen, "no frame that nobody sees")?;
        wanted |= frame.takes;
        low |= frame.takes_low.map_or(0, bit);
    }
    Ok(())
}
