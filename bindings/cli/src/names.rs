//! File names, fit to be shown: a terminal must not be steered by how a file is called.

use std::fmt::Write;
use std::path::Path;

/// Whether `c` could move the cursor, hide text, or turn its direction.
pub(crate) fn is_steering(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// `path` on one line: what could steer a terminal, and what is not UTF-8, is escaped.
pub(crate) fn shown(path: &Path) -> String {
    let mut line = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        for c in chunk.valid().chars() {
            if is_steering(c) {
                line.extend(c.escape_default());
            } else {
                line.push(c);
            }
        }
        for byte in chunk.invalid() {
            // writing to a String does not fail
            let _ = write!(line, "\\x{byte:02x}");
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_steer_a_terminal() {
        assert_eq!(shown(Path::new("a/b ü→.jpg")), "a/b ü→.jpg");
        assert_eq!(shown(Path::new("a\x1b[31m\nb")), "a\\u{1b}[31m\\nb");
        assert_eq!(shown(Path::new("x\u{202E}gpj.exe\u{9b}")), "x\\u{202e}gpj.exe\\u{9b}");
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_are_shown_by_number() {
        use std::os::unix::ffi::OsStrExt;
        let name = std::ffi::OsStr::from_bytes(b"a\xff.jpg");
        assert_eq!(shown(Path::new(name)), "a\\xff.jpg");
    }
}
