//! The codes of an image: GIF89a, appendix F. Each has to mean something, to the last bit.

use super::colours::Colours;
use crate::audit::Rejection;
use crate::audit::cursor::Cursor;
use crate::constants::gif::LEAST_CODE_SIZE;

/// How many strings there can be.
const MOST: usize = 1 << 12;

/// What a code stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Text {
    /// How many pixels; 0 if it stands for nothing.
    length: u16,
    /// The code of all but the last pixel.
    before: u16,
    /// The first pixel, and the last.
    first: u8,
    last: u8,
    /// True if its pixels are among the colours already.
    told: bool,
}

/// What the codes of an image stand for. One is enough for all images.
pub(super) struct Strings(Vec<Text>);

impl Default for Strings {
    fn default() -> Strings {
        Strings(vec![Text::default(); MOST])
    }
}

impl Strings {
    fn get(&self, code: u16) -> Text {
        self.0.get(usize::from(code)).copied().unwrap_or_default()
    }

    fn set(&mut self, code: u16, text: Text) {
        if let Some(place) = self.0.get_mut(usize::from(code)) {
            *place = text;
        }
    }

    /// Adds the pixels of `code` to `colours`.
    #[inline(always)]
    fn tell(&mut self, mut code: u16, colours: &mut Colours) {
        while let Some(text) = self.0.get_mut(usize::from(code)).filter(|text| !text.told) {
            text.told = true;
            colours.add(text.last);
            code = text.before;
        }
    }
}

/// What the codes do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The first code has to clear.
    Start,
    /// After a clear code: a pixel, or the end if the image has none.
    Cleared,
    /// Strings.
    Running,
    /// The end code was there.
    Ended,
}

/// Where a decoder stands.
struct Decoder<'s> {
    strings: &'s mut Strings,
    state: State,
    clear: u16,
    /// The code of the string that is next.
    fresh: u16,
    width: u32,
    last: u16,
    left: u64,
    pixels: u64,
    colours: Colours,
}

/// Goes over the code size and the codes of an image with so many `pixels`; gives their colours.
pub(super) fn recognise(
    cursor: &mut Cursor<'_>,
    strings: &mut Strings,
    pixels: u64,
) -> Result<Colours, Rejection> {
    let code_size = cursor.byte("a code size")?;
    let least = if pixels > 1 { LEAST_CODE_SIZE } else { 1 };
    cursor.require((least..=8).contains(&code_size), "a code size that all viewers read alike")?;
    let clear = 1u16.rotate_left(code_size.into());
    for code in 0..clear {
        let colour = code.to_le_bytes()[0];
        let (length, before) = (1, u16::MAX);
        strings.set(code, Text { length, before, first: colour, last: colour, told: false });
    }
    let mut decoder = Decoder {
        strings,
        state: State::Start,
        clear,
        fresh: 0,
        width: u32::from(code_size).saturating_add(1),
        last: 0,
        left: pixels,
        pixels,
        colours: Colours::default(),
    };
    let first_width = decoder.width;
    let (mut window, mut held) = (0u64, 0u32);
    let mut full = true;
    loop {
        let length = cursor.byte("a sub-block")?;
        if length == 0 {
            break;
        }
        cursor.require(full, "a full sub-block before the last")?;
        cursor.require(decoder.state != State::Ended, "no byte behind the end code")?;
        full = length == 255;
        let start = cursor.clone();
        let mut bytes = cursor.take(length.into(), "the bytes of a sub-block")?;
        while let [byte, rest @ ..] = bytes {
            window |= u64::from(*byte).wrapping_shl(held);
            held = held.saturating_add(8);
            bytes = rest;
            while held >= decoder.width && decoder.state != State::Ended {
                let width = decoder.width;
                let mask = 1u64.wrapping_shl(width).wrapping_sub(1);
                let code = (window & mask) as u16;
                window = window.wrapping_shr(width);
                held = held.saturating_sub(width);
                if let Err(what) = decoder.code(code, first_width) {
                    return start.reject(what);
                }
            }
            if decoder.state == State::Ended && (!bytes.is_empty() || held >= 8 || window != 0) {
                return start.reject("nothing behind the end code");
            }
        }
    }
    cursor.require(decoder.state == State::Ended, "an end code")?;
    Ok(decoder.colours)
}

impl Decoder<'_> {
    #[inline(always)]
    fn code(&mut self, code: u16, first_width: u32) -> Result<(), &'static str> {
        if code == self.clear {
            if !matches!(self.state, State::Start | State::Running)
                || self.left == 0 && self.pixels > 0
            {
                return Err("a code that does not clear what is clear");
            }
            self.state = State::Cleared;
            self.width = first_width;
            self.fresh = self.clear.saturating_add(2);
            return Ok(());
        }
        if code == self.clear.saturating_add(1) {
            let nothing = self.state == State::Cleared && self.left == self.pixels;
            if self.state != State::Running && !nothing {
                return Err("a clear code before the codes, and none at their end");
            }
            self.state = State::Ended;
            return Ok(());
        }
        let mut text = self.strings.get(code);
        match self.state {
            State::Cleared if code < self.clear => {}
            State::Running if code < self.fresh => {}
            State::Running if code == self.fresh && usize::from(code) < MOST => {
                let before = self.strings.get(self.last);
                text = Text { length: before.length.saturating_add(1), ..before };
            }
            _ => return Err("a code that stands for something"),
        }
        if self.state == State::Running && usize::from(self.fresh) < MOST {
            let before = self.strings.get(self.last);
            let length = before.length.saturating_add(1);
            let (first, last) = (before.first, text.first);
            let fresh = Text { length, before: self.last, first, last, told: false };
            self.strings.set(self.fresh, fresh);
            self.fresh = self.fresh.saturating_add(1);
            if self.width < 12 && u64::from(self.fresh) == 1u64.wrapping_shl(self.width) {
                self.width = self.width.saturating_add(1);
            }
        }
        self.strings.tell(code, &mut self.colours);
        let Some(left) = self.left.checked_sub(text.length.into()) else {
            return Err("no pixel more than the image has");
        };
        self.left = left;
        self.last = code;
        self.state = State::Running;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(data: &[u8], pixels: u64) -> Result<Vec<u8>, &'static str> {
        let mut cursor = Cursor::new(data);
        let colours = recognise(&mut cursor, &mut Strings::default(), pixels);
        let colours = colours.map_err(|rejection| rejection.what)?;
        assert!(cursor.rest().is_empty());
        Ok((0..=255).filter(|index| colours.has(*index)).collect())
    }

    #[test]
    fn only_one_form_is_accepted() {
        // three bits each: clear 1 6 7, then four bits: end
        let codes = [0b110_001_100, 0b101_111];
        let bits = codes[0] | codes[1] << 9;
        let data = |bits: u32, length: u8| {
            [&[2, length], &bits.to_le_bytes()[..length.into()], &[0]].concat()
        };
        assert_eq!(told(&data(bits, 2), 6), Ok(vec![1]));
        assert_eq!(told(&data(bits, 2), 7), Ok(vec![1]));
        assert!(told(&data(bits, 2), 5).is_err());
        assert!(told(&data(bits, 3), 6).is_err());
        assert!(told(&data(bits | 1 << 16, 3), 6).is_err());
        assert!(told(&[2, 1, bits as u8, 1, (bits >> 8) as u8, 0], 6).is_err());
        // nothing drawn: clear, end
        assert_eq!(told(&data(0b101_100, 1), 6), Ok(vec![]));
        // a code size of 1, of one pixel alone: clear 1 end
        assert_eq!(told(&[1, 1, 0b11_01_10, 0], 1), Ok(vec![1]));
        assert!(told(&[1, 1, 0b11_01_10, 0], 2).is_err());
        // with a bit behind it; without a clear code; with two; with one at the end
        assert!(told(&data(0b001_101_100, 1), 6).is_err());
        assert!(told(&data(0b101_001, 1), 6).is_err());
        assert!(told(&data(0b101_001_100_100, 2), 6).is_err());
        assert!(told(&data(0b101_100_001_100, 2), 6).is_err());
        assert_eq!(told(&data(0b101_001_100, 2), 6), Ok(vec![1]));
    }
}
