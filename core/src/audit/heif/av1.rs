//! Recognises `av1C` and the OBUs of one still picture: AV1 Bitstream & Decoding Process
//! Specification, AV1 Codec ISO Media File Format Binding.

use super::{Chosen, Shown, Stretch};
use crate::audit::Rejection;

/// Accepts what follows the header of an `av1C` and the payload of its item if Unmarked writes them
/// so, to the last bit that it can account for.
pub(super) fn recognise(
    configuration: Stretch<'_>,
    payload: Stretch<'_>,
    chosen: Chosen,
) -> Result<Shown, Rejection> {
    let _ = (payload, chosen);
    configuration.reject(0, "a coding that Unmarked writes")
}
