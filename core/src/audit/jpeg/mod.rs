//! Recognises the canonical JPEG, in the order in which it stands in the file, and its coded data to
//! the last bit.

mod bits;
mod coded;
mod codes;
mod coverage;
mod header;
mod optimal;
mod progressive;
mod quality;
mod scans;
mod sequential;

use crate::Method;
use crate::audit::Rejection;
use crate::audit::cursor::Cursor;

/// Accepts `file` if it is exactly a JPEG that Unmarked writes, by `method` if one is named.
pub(crate) fn recognise(file: &[u8], method: Option<Method>) -> Result<(), Rejection> {
    let mut cursor = Cursor::new(file);
    let frame = header::recognise(&mut cursor)?;
    let form = method.is_none_or(|method| (method == Method::Rebuild) == frame.rebuilt);
    cursor.require(form, "a header as the method writes it")?;
    // what Recode writes, Strip may have to write as well: without a method it is not asked
    let canonical = frame.rebuilt || method == Some(Method::Recode);
    scans::recognise(&mut cursor, &frame, canonical)?;
    cursor.demand(b"\xFF\xD9", "the end of the picture")?;
    cursor.require(cursor.rest().is_empty(), "nothing after the end of the picture")
}
