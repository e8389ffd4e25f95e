//! Text as photos hold it, and numbers as people read them.

/// `bytes` as text: UTF-8 where it is valid, else Latin-1. Ends of strings (0) part strings; blanks
/// around them go.
pub(crate) fn decode(bytes: &[u8]) -> String {
    let strings = bytes.split(|b| *b == 0).map(|raw| match std::str::from_utf8(raw) {
        Ok(text) => text.trim().to_string(),
        Err(_) => latin1(raw).trim().to_string(),
    });
    let filled: Vec<String> = strings.filter(|s| !s.is_empty()).collect();
    filled.join(", ")
}

/// `bytes` as Latin-1, in which every byte means something.
pub(crate) fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|b| char::from(*b)).collect()
}

/// `bytes` as UTF-16, up to the first 0.
pub(crate) fn utf16(bytes: &[u8], little: bool) -> String {
    let units = bytes
        .as_chunks()
        .0
        .iter()
        .map(|pair| if little { u16::from_le_bytes(*pair) } else { u16::from_be_bytes(*pair) })
        .take_while(|unit| *unit != 0);
    let text: String =
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    text.trim().trim_start_matches('\u{FEFF}').to_string()
}

/// How much `count` bytes are.
pub(crate) fn size(count: u64) -> String {
    match count {
        1 => String::from("1 byte"),
        0..10_000 => format!("{count} bytes"),
        10_000..1_000_000 => format!("{} KB", count / 1_000),
        _ => format!("{}.{} MB", count / 1_000_000, count / 100_000 % 10),
    }
}

/// Readable runs of at least `shortest` characters in `bytes`, the first `most` different ones.
///
/// Looks at the first 16 KiB only: what is further back is told by its size.
pub(crate) fn readable(bytes: &[u8], shortest: usize, most: usize) -> Vec<String> {
    let head = bytes.get(..0x4000).unwrap_or(bytes);
    let mut found: Vec<String> = Vec::new();
    for run in head.split(|b| !(0x20..0x7F).contains(b)).filter(|run| run.len() >= shortest) {
        let words = run.iter().filter(|b| b.is_ascii_alphanumeric() || **b == b' ').count();
        let text: String = latin1(run).trim().chars().take(60).collect();
        if words >= shortest.min(run.len().saturating_mul(3) / 4)
            && text.len() >= shortest
            && !found.contains(&text)
        {
            found.push(text);
            if found.len() >= most {
                break;
            }
        }
    }
    found
}

/// The size of `bytes` and what can be read in them: "4012 bytes; readable: …".
pub(crate) fn summary(bytes: &[u8]) -> String {
    // the more bytes, the longer the runs that are readable by chance
    let shortest = match bytes.len() {
        0..32 => 3,
        32..512 => 6,
        512..4_096 => 8,
        _ => 12,
    };
    let strings = readable(bytes, shortest, 4);
    let amount = size(bytes.len() as u64);
    if !bytes.is_empty() && bytes.iter().all(|b| *b == 0) {
        format!("{amount}, all zero")
    } else if strings.is_empty() {
        amount
    } else {
        format!("{amount}; readable: {}", strings.join(" | "))
    }
}

/// `text` with no more than three digits after each decimal point.
pub(crate) fn rounded(text: &str) -> String {
    let mut out = String::new();
    let mut digits = None;
    for c in text.chars() {
        digits = match (digits, c) {
            (None, '.') if out.ends_with(|before: char| before.is_ascii_digit()) => Some(0u32),
            (Some(count), '0'..='9') => Some(count.saturating_add(1)),
            _ => None,
        };
        if digits.is_none_or(|count| count <= 3) {
            out.push(c);
        }
    }
    out
}

/// An Exif or IPTC date as people write it: "2008:05:30 15:56:01" becomes "2008-05-30 15:56:01".
/// Blank dates are `None`.
pub(crate) fn date(text: &str) -> Option<String> {
    if !text.chars().any(|c| matches!(c, '1'..='9')) {
        return None;
    }
    let dashed = text.trim().char_indices().map(|(at, c)| {
        let early = c == ':' && at < 8;
        if early { '-' } else { c }
    });
    Some(dashed.collect())
}

/// `seconds` since 1970 as a date in UTC; `None` for years past 9999.
pub(crate) fn unix_time(seconds: u64) -> Option<String> {
    // days from 0000-03-01, in eras of 400 years: the calendar repeats after each
    let days = (seconds / 86_400).checked_add(719_468)?;
    let (era, day) = (days / 146_097, days % 146_097);
    let leap_days = (day / 1_460).checked_add(day / 146_096)?;
    let year = day.checked_sub(leap_days)?.checked_add(day / 36_524)? / 365;
    let before = (year.checked_mul(365)?).checked_add(year / 4)?.checked_sub(year / 100)?;
    let day_of_year = day.checked_sub(before)?;
    let month = day_of_year.checked_mul(5)?.checked_add(2)? / 153;
    let day_of_month =
        day_of_year.checked_sub(month.checked_mul(153)?.checked_add(2)? / 5)?.checked_add(1)?;
    let late = month >= 10;
    let month = if late { month.checked_sub(9)? } else { month.checked_add(3)? };
    let year = era.checked_mul(400)?.checked_add(year)?.checked_add(u64::from(late))?;
    let time = seconds % 86_400;
    let (hour, minute, second) = (time / 3_600, time / 60 % 60, time % 60);
    let date =
        format!("{year:04}-{month:02}-{day_of_month:02} {hour:02}:{minute:02}:{second:02} UTC");
    (year <= 9_999).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_in_any_encoding() {
        assert_eq!(decode(b"NIKON D70 \0\0"), "NIKON D70");
        assert_eq!(decode("Zoë\0\0Ann".as_bytes()), "Zoë, Ann");
        assert_eq!(decode(b"Zo\xEB"), "Zoë");
        assert_eq!(utf16(b"h\0i\0\0\0x\0", true), "hi");
        assert_eq!(utf16(b"\0h\0i", false), "hi");
    }

    #[test]
    fn dates_read_well() {
        assert_eq!(date("2008:05:30 15:56:01").as_deref(), Some("2008-05-30 15:56:01"));
        assert_eq!(date("2008-05-30T15:56:01").as_deref(), Some("2008-05-30T15:56:01"));
        assert_eq!(date("    :  :     :  :  "), None);
        assert_eq!(date("0000:00:00 00:00:00"), None);
    }

    #[test]
    fn seconds_become_dates() {
        for (seconds, date) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (951_782_399, "2000-02-28 23:59:59 UTC"),
            (951_782_400, "2000-02-29 00:00:00 UTC"),
            (1_212_162_961, "2008-05-30 15:56:01 UTC"),
            (1_735_689_599, "2024-12-31 23:59:59 UTC"),
        ] {
            assert_eq!(unix_time(seconds).as_deref(), Some(date));
        }
        assert_eq!(unix_time(u64::MAX), None);
    }

    #[test]
    fn sizes_and_summaries() {
        assert_eq!(size(1), "1 byte");
        assert_eq!(size(9_999), "9999 bytes");
        assert_eq!(size(65_490), "65 KB");
        assert_eq!(size(4_120_000), "4.1 MB");
        assert_eq!(summary(b"\x01\x02SERIAL42\xFF\0ab"), "14 bytes; readable: SERIAL42");
        assert_eq!(summary(&[0; 4]), "4 bytes, all zero");
        assert_eq!(summary(b"AMPF"), "4 bytes; readable: AMPF");
        assert_eq!(summary(&b"\x01abcdef".repeat(9)), "63 bytes; readable: abcdef");
        assert_eq!(rounded("1/147.900114 s, 0.123456 5."), "1/147.900 s, 0.123 5.");
    }
}
