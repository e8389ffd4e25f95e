//! The header of an age file: stanzas, each of which may hold the file key wrapped for somebody, and
//! a MAC over all of it (age, "Textual header").

use ring::hmac;
use zeroize::Zeroizing;

use super::keys::{self, FileKey};
use super::{Error, base64};

const VERSION: &str = "age-encryption.org/v1";
const ANY_VERSION: &[u8] = b"age-encryption.org/";
const ARMOR: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
/// Columns of a full line of a stanza's body.
const COLUMNS: usize = 64;
/// The most bytes that a header may have: 500 recipients of every kind there is need less.
pub(super) const LONGEST: usize = 1 << 20;
/// The most stanzas: each X25519 one costs an exchange of keys for each identity that is tried.
const MOST_STANZAS: usize = 1024;

/// One stanza; `'a` is that of the file, or of what is to be written.
pub(super) struct Stanza<'a> {
    pub(super) kind: &'a str,
    pub(super) arguments: Vec<&'a str>,
    pub(super) body: Vec<u8>,
}

/// A header, taken apart, and what stands behind it.
pub(super) struct Header<'a> {
    pub(super) stanzas: Vec<Stanza<'a>>,
    pub(super) payload: &'a [u8],
    /// What the MAC is over.
    covered: &'a [u8],
    mac: [u8; 32],
}

impl<'a> Header<'a> {
    /// Takes the header of `file` apart; it is not known to be genuine before
    /// [`Header::verify`].
    pub(super) fn read(file: &'a [u8]) -> Result<Header<'a>, Error> {
        let start = file.get(..file.len().min(LONGEST)).unwrap_or_default();
        let mut lines = Lines { bytes: start, at: 0, whole: file.len() <= LONGEST };
        if !start.starts_with(ANY_VERSION) {
            return Err(if start.starts_with(ARMOR) { Error::Armor } else { Error::NotSealed });
        }
        match lines.next()? {
            VERSION => {}
            _ => return Err(Error::Version),
        }
        let mut stanzas = Vec::new();
        loop {
            let begin = lines.at;
            let line = lines.next()?;
            if let Some(arguments) = line.strip_prefix("-> ") {
                if stanzas.len() >= MOST_STANZAS {
                    return Err(Error::HEADER_TOO_LONG);
                }
                stanzas.push(stanza(arguments, &mut lines)?);
                continue;
            }
            let mac = line.strip_prefix("--- ").ok_or(Error::HEADER)?;
            let mac = base64::decode(mac.as_bytes()).ok_or(Error::HEADER)?;
            let mac = *mac.first_chunk().filter(|_| mac.len() == 32).ok_or(Error::HEADER)?;
            if stanzas.is_empty() {
                return Err(Error::HEADER);
            }
            let covered = file.get(..begin.saturating_add(3)).ok_or(Error::HEADER)?;
            let payload = file.get(lines.at..).ok_or(Error::HEADER)?;
            return Ok(Header { stanzas, payload, covered, mac });
        }
    }

    /// Makes sure that nobody without the file key changed the header.
    pub(super) fn verify(&self, file_key: &FileKey) -> Result<(), Error> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &mac_key(file_key)[..]);
        hmac::verify(&key, self.covered, &self.mac).map_err(|_| Error::CHANGED)
    }
}

/// The words of a header with `stanzas`.
pub(super) fn write(stanzas: &[Stanza<'_>], file_key: &FileKey) -> String {
    let mut text = format!("{VERSION}\n");
    for stanza in stanzas {
        text.push_str("-> ");
        text.push_str(stanza.kind);
        for argument in &stanza.arguments {
            text.push(' ');
            text.push_str(argument);
        }
        text.push('\n');
        let body = base64::encode(&stanza.body);
        let mut rest = body.as_str();
        while let Some((line, more)) = rest.split_at_checked(COLUMNS) {
            text.push_str(line);
            text.push('\n');
            rest = more;
        }
        // the last line is short, and empty if need be
        text.push_str(rest);
        text.push('\n');
    }
    text.push_str("---");
    let mac = base64::encode(&keys::hmac(&mac_key(file_key)[..], &[text.as_bytes()])[..]);
    text.push(' ');
    text.push_str(&mac);
    text.push('\n');
    text
}

fn mac_key(file_key: &FileKey) -> Zeroizing<[u8; 32]> {
    file_key.derive(&[], b"header")
}

fn stanza<'a>(line: &'a str, lines: &mut Lines<'a>) -> Result<Stanza<'a>, Error> {
    let mut words = line.split(' ');
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_graphic());
    let kind = words.next().filter(is_word).ok_or(Error::HEADER)?;
    let mut arguments = Vec::new();
    for word in words {
        arguments.push(Some(word).filter(is_word).ok_or(Error::HEADER)?);
    }
    let mut body = Vec::new();
    loop {
        let line = lines.next()?;
        if line.len() > COLUMNS {
            return Err(Error::HEADER);
        }
        body.extend_from_slice(&base64::decode(line.as_bytes()).ok_or(Error::HEADER)?);
        if line.len() < COLUMNS {
            return Ok(Stanza { kind, arguments, body });
        }
    }
}

/// The lines of a header, each without the line feed that ends it.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Whether `bytes` is all of the file.
    whole: bool,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Result<&'a str, Error> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some(length) = memchr::memchr(b'\n', rest) else {
            return Err(if self.whole { Error::CUT } else { Error::HEADER_TOO_LONG });
        };
        self.at = self.at.saturating_add(length).saturating_add(1);
        let line = rest.get(..length).unwrap_or_default();
        std::str::from_utf8(line).ok().filter(|line| line.is_ascii()).ok_or(Error::HEADER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(stanzas: &str) -> String {
        format!("{VERSION}\n{stanzas}--- {}\n", base64::encode(&[7; 32]))
    }

    #[test]
    fn what_is_written_is_read() {
        let key = FileKey::generate().unwrap();
        for length in [0, 1, 47, 48, 49, 95, 96, 100] {
            let body: Vec<u8> = (0..length).collect();
            let stanzas = [
                Stanza { kind: "a", arguments: vec![], body: body.clone() },
                Stanza { kind: "~!", arguments: vec!["b", "c"], body },
            ];
            let mut file = write(&stanzas, &key).into_bytes();
            file.extend(b"payload");
            let read = Header::read(&file).ok().unwrap();
            read.verify(&key).unwrap();
            assert_eq!(read.payload, b"payload");
            for (read, written) in read.stanzas.iter().zip(&stanzas) {
                assert_eq!((read.kind, &read.arguments), (written.kind, &written.arguments));
                assert_eq!(read.body, written.body);
            }
            assert!(read.verify(&FileKey::generate().unwrap()).is_err());
        }
    }

    #[test]
    fn headers_that_are_not_in_order_are_refused() {
        for (stanzas, error) in [
            ("", Error::HEADER),
            ("-> \n\n", Error::HEADER),
            ("->\n\n", Error::HEADER),
            ("-> a  b\n\n", Error::HEADER),
            ("-> a \n\n", Error::HEADER),
            ("-> a\r\n\r\n", Error::HEADER),
            ("-> a ü\n\n", Error::HEADER),
            ("-> a\nAAAA\nAAAA\n", Error::HEADER),
            ("-> a\nAAAA=\n", Error::HEADER),
            ("-> a\nAB\n", Error::HEADER),
            ("-> a\n", Error::HEADER),
            ("b\n", Error::HEADER),
        ] {
            assert_eq!(Header::read(header(stanzas).as_bytes()).err(), Some(error), "{stanzas:?}");
        }
        let full = "A".repeat(64);
        assert!(Header::read(header(&format!("-> a\n{full}\n\n")).as_bytes()).is_ok());
        assert!(Header::read(header(&format!("-> a\n{full}\n")).as_bytes()).is_err());
        assert!(Header::read(header(&format!("-> a\n{full}A\n\n")).as_bytes()).is_err());
        let mac = base64::encode(&[7; 31]);
        let file = format!("{VERSION}\n-> a\n\n--- {mac}\n");
        assert_eq!(Header::read(file.as_bytes()).err(), Some(Error::HEADER));
    }

    #[test]
    fn what_is_no_such_file_is_told_apart() {
        for (file, error) in [
            (&b""[..], Error::NotSealed),
            (b"\xFF\xD8\xFF", Error::NotSealed),
            (b"age-encryption.org/v2\n", Error::Version),
            (b"age-encryption.org/v1", Error::CUT),
            (b"age-encryption.org/v1\n-> a", Error::CUT),
            (b"-----BEGIN AGE ENCRYPTED FILE-----\n", Error::Armor),
        ] {
            assert_eq!(Header::read(file).err(), Some(error));
        }
    }

    #[test]
    fn bombs_are_refused() {
        let many = header(&"-> a\n\n".repeat(MOST_STANZAS + 1));
        assert_eq!(Header::read(many.as_bytes()).err(), Some(Error::HEADER_TOO_LONG));
        let line = format!("{}\n", "A".repeat(64));
        for long in [
            format!("-> {}\n\n", "a".repeat(LONGEST)),
            format!("-> a\n{}\n", line.repeat(LONGEST / 64)),
        ] {
            assert_eq!(Header::read(header(&long).as_bytes()).err(), Some(Error::HEADER_TOO_LONG));
        }
    }
}
