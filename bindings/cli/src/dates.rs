//! Times in words: UTC, since a vault may be opened in another part of the world than it was made in.

/// A moment, in the parts of the Gregorian calendar.
struct Moment {
    year: u64,
    month: u64,
    day: u64,
    hour: u64,
    minute: u64,
    second: u64,
}

/// The moment `seconds` after 1970-01-01 00:00 UTC.
fn moment(seconds: u64) -> Moment {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // the calendar repeats every 400 years of 146,097 days; a year that begins in March has its leap day last
    let days = days.saturating_add(719_468);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let january = u64::from(month >= 10);
    Moment {
        year: era * 400 + year + january,
        month: if month < 10 { month + 3 } else { month - 9 },
        day,
        hour: rest / 3_600,
        minute: rest / 60 % 60,
        second: rest % 60,
    }
}

/// "2026-11-24 00:31".
pub(crate) fn short(seconds: u64) -> String {
    let m = moment(seconds);
    format!("{:04}-{:02}-{:02} {:02}:{:02}", m.year, m.month, m.day, m.hour, m.minute)
}

/// "2026-11-24T00:31:07Z", as RFC 3339 writes it.
pub(crate) fn exact(seconds: u64) -> String {
    let m = moment(seconds);
    let date = format!("{:04}-{:02}-{:02}", m.year, m.month, m.day);
    format!("{date}T{:02}:{:02}:{:02}Z", m.hour, m.minute, m.second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_078_012_800, "2004-02-29T00:00:00Z"),
            (1_763_942_467, "2025-11-24T00:01:07Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(exact(seconds), text);
        }
        assert_eq!(short(1_763_942_467), "2025-11-24 00:01");
        exact(u64::MAX);
    }
}
