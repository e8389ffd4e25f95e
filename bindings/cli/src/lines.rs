//! Text in columns: padding and breaking, by the columns that a terminal gives to each character.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// `text` with spaces after it, `width` columns in all.
pub(crate) fn padded(mut text: String, width: usize) -> String {
    let missing = width.saturating_sub(text.width());
    text.extend(std::iter::repeat_n(' ', missing));
    text
}

/// `text` in lines of at most `width` columns, broken between words where that can be.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let gap = usize::from(!line.is_empty());
        if line.width().saturating_add(gap).saturating_add(word.width()) <= width {
            if gap == 1 {
                line.push(' ');
            }
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        // a word longer than a line is broken where the line ends
        for c in word.chars() {
            if line.width().saturating_add(c.width().unwrap_or(0)) > width && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_where_that_can_be() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrap("宽宽宽", 4), ["宽宽", "宽"]);
        assert_eq!(wrap("", 4), [] as [&str; 0]);
    }

    #[test]
    fn padding_counts_columns() {
        assert_eq!(padded("宽".into(), 4), "宽  ");
        assert_eq!(padded("long".into(), 2), "long");
    }
}
