//! Recognises the canonical JPEG, in the order in which it stands in the file.

mod coded;
mod coverage;
mod header;
mod scans;

use crate::audit::Rejection;
use crate::audit::cursor::Cursor;

/// Accepts `file` if it is exactly a JPEG that Unmarked writes.
pub(crate) fn recognise(file: &[u8]) -> Result<(), Rejection> {
    let mut cursor = Cursor::new(file);
    let frame = header::recognise(&mut cursor)?;
    scans::recognise(&mut cursor, &frame)?;
    cursor.demand(b"\xFF\xD9", "the end of the picture")?;
    cursor.require(cursor.rest().is_empty(), "nothing after the end of the picture")
}
