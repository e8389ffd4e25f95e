//! A fault in the program: told without data, and never the end of the other photos.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};

use crate::problem::Problem;

/// Makes a panic say where it happened and nothing else: its message may quote what a photo says.
pub(crate) fn hide_data() {
    set_hook(Box::new(|info| {
        let place =
            info.location().map_or_else(String::new, |l| format!(" ({}:{})", l.file(), l.line()));
        let _ = writeln!(std::io::stderr(), "unmarked: there is a fault in the program{place}");
    }));
}

/// Runs `judge` on a photo; a panic becomes a refusal of that photo.
pub(crate) fn contain<T>(judge: impl FnOnce() -> Result<T, Problem>) -> Result<T, Problem> {
    catch_unwind(AssertUnwindSafe(judge)).unwrap_or_else(|_| {
        Err(Problem::new(
            "a fault in the program, not in the photo",
            "report it as SECURITY.md says",
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_a_refusal() {
        let refused = contain::<()>(|| panic!("quotes the photo")).unwrap_err().to_string();
        assert!(refused.starts_with("a fault in the program"), "{refused}");
        assert!(!refused.contains("quotes"));
    }
}
