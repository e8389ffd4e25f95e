//! Recognises the canonical WebP: RFC 9649.

use crate::Method;
use crate::audit::Rejection;

/// Accepts `file` if it is exactly a WebP that Unmarked writes, by `method` if one is named.
pub(crate) fn recognise(file: &[u8], method: Option<Method>) -> Result<(), Rejection> {
    let _ = (file, method);
    Err(Rejection { at: 0, what: "a format that Unmarked writes" })
}
