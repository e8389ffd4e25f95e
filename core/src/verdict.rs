//! Is this photo clean? The audit answers, and inspection says what it carries if not.

use crate::audit::recognise;
use crate::{Finding, inspect};

/// The answer to: is this photo clean?
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The audit accounts for every byte: it is exactly what Unmarked writes.
    Clean,
    /// It carries these marks, at least.
    Carries(Vec<Finding>),
    /// Not what Unmarked writes, and nothing was found either; or it cannot be read. The words say
    /// which.
    CannotTell(String),
}

/// Is `photo` clean?
///
/// [`Verdict::Clean`] is said only of what the audit recognises byte by byte. That inspection
/// finds nothing is never enough for it.
pub fn audit(photo: &[u8]) -> Verdict {
    let rejection = match recognise(photo) {
        Ok(()) => return Verdict::Clean,
        Err(rejection) => rejection,
    };
    match inspect(photo) {
        Err(error) => Verdict::CannotTell(error.to_string()),
        Ok(found) => {
            let marks: Vec<Finding> = found.marks().cloned().collect();
            if marks.is_empty() {
                Verdict::CannotTell(format!(
                    "no mark was found, but it is not a file that Unmarked wrote: byte {}: {}",
                    rejection.at, rejection.what
                ))
            } else {
                Verdict::Carries(marks)
            }
        }
    }
}
