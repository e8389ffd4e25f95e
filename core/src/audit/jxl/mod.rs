//! Recognises the canonical JPEG XL: ISO/IEC 18181.

use crate::Method;
use crate::audit::Rejection;

/// Accepts `file` if it is exactly a JPEG XL that Unmarked writes, by `method` if one is named.
pub(crate) fn recognise(file: &[u8], method: Option<Method>) -> Result<(), Rejection> {
    let _ = (file, method);
    Err(Rejection { at: 0, what: "a format that Unmarked writes" })
}
