//! Texts: section 11.3.3. They are read for what they say, never kept.

use zeroize::Zeroizing;

use crate::picture::png::inflate::inflate_some;

/// A text chunk as it is stored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text<'a> {
    /// What it is about.
    pub(crate) keyword: &'a [u8],
    /// The language and the keyword in that language, of iTXt.
    pub(crate) language: (&'a [u8], &'a [u8]),
    /// True if the content is a zlib stream.
    pub(crate) compressed: bool,
    /// The content as it is stored.
    pub(crate) stored: &'a [u8],
}

/// The most bytes of a text that are read.
const MOST: usize = 1 << 20;

impl<'a> Text<'a> {
    /// That of a chunk, if it is a text.
    pub(crate) fn of(kind: &[u8; 4], payload: &'a [u8]) -> Option<Text<'a>> {
        let (keyword, rest) = until_zero(payload)?;
        let plain = Text { keyword, language: (&[], &[]), compressed: false, stored: rest };
        match kind {
            b"tEXt" => Some(plain),
            b"zTXt" => {
                let [0, stored @ ..] = rest else { return None };
                Some(Text { compressed: true, stored, ..plain })
            }
            b"iTXt" => {
                let [flag, _, rest @ ..] = rest else { return None };
                let (language, rest) = until_zero(rest)?;
                let (translated, stored) = until_zero(rest)?;
                Some(Text {
                    language: (language, translated),
                    compressed: *flag == 1,
                    stored,
                    keyword,
                })
            }
            _ => None,
        }
    }

    /// The content: its first megabyte, and as far as it can be inflated.
    pub(crate) fn content(&self) -> Zeroizing<Vec<u8>> {
        if self.compressed {
            inflate_some(self.stored, MOST).bytes
        } else {
            Zeroizing::new(self.stored.get(..MOST).unwrap_or(self.stored).to_vec())
        }
    }
}

/// What stands before the first zero byte, and behind it.
fn until_zero(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(0, bytes)?;
    Some((bytes.get(..at)?, bytes.get(at.checked_add(1)?..)?))
}

/// The block that a "Raw profile" text holds: a name and a length on lines of their own, then the bytes
/// in hexadecimal digits.
pub(crate) fn raw_profile(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let text = text.trim_ascii_start();
    let name = memchr::memchr(b'\n', text)?;
    let rest = text.get(name..)?.trim_ascii_start();
    let length = memchr::memchr(b'\n', rest)?;
    let (length, digits) = (rest.get(..length)?, rest.get(length..)?);
    if !length.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(digits.len() / 2));
    let mut high: Option<u8> = None;
    for digit in digits.iter().filter(|digit| !digit.is_ascii_whitespace()) {
        let value = u8::try_from(char::from(*digit).to_digit(16)?).ok()?;
        match high.take() {
            Some(high) => bytes.push(high << 4 | value),
            None => high = Some(value),
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_every_kind_are_read() {
        let plain = Text::of(b"tEXt", b"Title\0words").unwrap();
        assert_eq!((plain.keyword, &**plain.content()), (&b"Title"[..], &b"words"[..]));
        // "words" in a stored block
        let stream = b"\x78\x01\x01\x05\0\xfa\xffwords\x06\xcf\x02\x2a";
        let zipped = [b"Title\0\0".as_slice(), stream].concat();
        assert_eq!(&**Text::of(b"zTXt", &zipped).unwrap().content(), b"words");
        let wide = [b"Title\0\x01\0de\0Titel\0".as_slice(), stream].concat();
        let wide = Text::of(b"iTXt", &wide).unwrap();
        assert_eq!(wide.language, (&b"de"[..], &b"Titel"[..]));
        assert_eq!(&**wide.content(), b"words");
        for (kind, payload) in [
            (b"tEXt", &b"Title"[..]),
            (b"zTXt", b"Title\0"),
            (b"iTXt", b"T\0\0\0"),
            (b"tIME", b"\0"),
        ] {
            assert!(Text::of(kind, payload).is_none());
        }
    }

    #[test]
    fn raw_profiles_are_read() {
        let read = |text: &str| raw_profile(text.as_bytes()).map(|bytes| bytes.to_vec());
        assert_eq!(read("\nexif\n       3\n4d4D\n2a\n"), Some(vec![0x4D, 0x4D, 0x2A]));
        assert_eq!(read("\nexif\n no\n4d4D"), None);
        assert_eq!(read("\nexif\n 1\n4x"), None);
        assert_eq!(read(""), None);
    }
}
