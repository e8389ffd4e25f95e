//! Amounts as people write them: sizes in bytes, spans of time, and rectangles.

use std::str::FromStr;

use unmarked::Redaction;

/// A size in bytes: "500K", "1M", "1.5MiB", "2000000".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bytes(pub(crate) u64);

impl FromStr for Bytes {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Bytes, Self::Err> {
        const WRONG: &str = "write a number of bytes, or one with K, M, KiB or MiB";
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit: u64 = match text.get(digits.len()..).unwrap_or_default().to_lowercase().as_str() {
            "" | "b" => 1,
            "k" | "kb" => 1_000,
            "kib" => 1 << 10,
            "m" | "mb" => 1_000_000,
            "mib" => 1 << 20,
            _ => return Err(WRONG),
        };
        let (whole, tenths) = digits.split_once('.').unwrap_or((digits, "0"));
        let number = |text: &str| -> Option<u64> {
            text.bytes().all(|c| c.is_ascii_digit()).then(|| text.parse().ok())?
        };
        let (whole, tenth) = match (number(whole), number(tenths)) {
            (Some(whole), Some(tenth)) if tenth < 10 => (whole, tenth),
            _ => return Err(WRONG),
        };
        let tenths = whole.checked_mul(10).and_then(|tenths| tenths.checked_add(tenth));
        match tenths.and_then(|tenths| tenths.checked_mul(unit)) {
            None => Err("that is too large"),
            Some(0..10) => Err("a photo takes more than that"),
            Some(tenths) => Ok(Bytes(tenths / 10)),
        }
    }
}

/// A span of time: "30m", "24h", "7d", "2w".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) seconds: u64,
}

impl FromStr for Span {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Span, Self::Err> {
        const WRONG: &str = "write a whole number with m, h, d or w: 30m, 24h, 7d, 2w";
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit: u64 = match text.get(digits.len()..).unwrap_or_default() {
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            "w" => 604_800,
            _ => return Err(WRONG),
        };
        if !digits.bytes().all(|c| c.is_ascii_digit()) {
            return Err(WRONG);
        }
        // as long as a century is as good as for ever, and no clock runs over
        let seconds = digits.parse().ok().and_then(|count: u64| count.checked_mul(unit));
        match seconds.filter(|seconds| *seconds <= 100 * 366 * 86_400) {
            None if digits.is_empty() => Err(WRONG),
            None => Err("that is longer than a hundred years"),
            Some(0) => Err("that is no time at all"),
            Some(seconds) => Ok(Span { seconds }),
        }
    }
}

/// A rectangle to be covered: "X,Y,W,H".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rectangle {
    x: i32,
    y: i32,
    width: u32,
    height: u32,
}

impl FromStr for Rectangle {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Rectangle, Self::Err> {
        const WRONG: &str = "write X,Y,W,H: four whole numbers of pixels";
        let mut numbers = text.split(',').map(str::trim);
        let mut next = || numbers.next().ok_or(WRONG);
        let (x, y, width, height) = (next()?, next()?, next()?, next()?);
        let corner = |text: &str| text.parse::<i32>().map_err(|_| WRONG);
        let side = |text: &str| match text.parse::<u32>() {
            Ok(0) => Err("a rectangle of no width or height covers nothing"),
            Ok(side) => Ok(side),
            Err(_) => Err(WRONG),
        };
        let parsed =
            Rectangle { x: corner(x)?, y: corner(y)?, width: side(width)?, height: side(height)? };
        if numbers.next().is_some() { Err(WRONG) } else { Ok(parsed) }
    }
}

impl From<Rectangle> for Redaction {
    fn from(b: Rectangle) -> Redaction {
        Redaction::Rectangle { x: b.x, y: b.y, width: b.width, height: b.height }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_they_are_written() {
        for (text, bytes) in [
            ("500K", 500_000),
            ("500kb", 500_000),
            ("1M", 1_000_000),
            ("1MiB", 1 << 20),
            ("1.5MiB", 3 << 19),
            ("64KiB", 65_536),
            ("2000000", 2_000_000),
            ("0.5M", 500_000),
        ] {
            assert_eq!(text.parse(), Ok(Bytes(bytes)), "{text}");
        }
        for text in [
            "",
            "K",
            "0",
            "0K",
            "0.9",
            "-1",
            "+1",
            "1G",
            "1 M",
            "1,5M",
            "1.55M",
            ".5M",
            "1.M",
            "x",
            "18446744073709551615",
            "99999999999999999999",
            "5\u{660}",
        ] {
            assert!(text.parse::<Bytes>().is_err(), "{text}");
        }
    }

    #[test]
    fn spans_are_read_as_they_are_written() {
        for (text, seconds) in [("30m", 1_800), ("24h", 86_400), ("7d", 604_800), ("2w", 1_209_600)]
        {
            assert_eq!(text.parse(), Ok(Span { seconds }), "{text}");
        }
        for text in ["", "h", "24", "0h", "-1h", "1.5h", "1 h", "1y", "24H", "99999w", "5\u{660}h"]
        {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
        assert!("18446744073709551615w".parse::<Span>().is_err());
    }

    #[test]
    fn rectangles_are_four_whole_numbers() {
        let read = "-10,20, 300,40".parse();
        assert_eq!(read, Ok(Rectangle { x: -10, y: 20, width: 300, height: 40 }));
        for text in [
            "",
            "1,2,3",
            "1,2,3,4,5",
            "1,2,0,4",
            "1,2,3,0",
            "1,2,-3,4",
            "a,b,c,d",
            "1;2;3;4",
            "1,2,3,4.5",
        ] {
            assert!(text.parse::<Rectangle>().is_err(), "{text}");
        }
    }
}
