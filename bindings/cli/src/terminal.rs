//! Asking a person on the terminal, without showing what is typed.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};

use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};
use zeroize::Zeroizing;

/// Asks for one line of at most `longest` bytes on the terminal of the program, wherever its
/// standard input leads. Ctrl-C gives [`io::ErrorKind::Interrupted`].
pub(crate) fn ask(prompt: &str, longest: usize) -> io::Result<Zeroizing<String>> {
    let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    let mut quiet = Quiet::new(&terminal)?;
    quiet.write(prompt)?;
    let line = read_line(&terminal, longest);
    quiet.write("\n")?;
    drop(quiet);
    line
}

/// A terminal that shows nothing of what is typed; as before when dropped.
///
/// Keys come one by one, and none of them ends the program: the terminal would stay silent.
struct Quiet<'a> {
    terminal: &'a File,
    before: Termios,
}

impl<'a> Quiet<'a> {
    fn new(terminal: &'a File) -> io::Result<Quiet<'a>> {
        let before = tcgetattr(terminal)?;
        let mut modes = before.clone();
        modes.local_modes -=
            LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
        modes.special_codes[SpecialCodeIndex::VMIN] = 1;
        modes.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(terminal, OptionalActions::Flush, &modes)?;
        Ok(Quiet { terminal, before })
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        self.terminal.write_all(text.as_bytes())
    }
}

impl Drop for Quiet<'_> {
    fn drop(&mut self) {
        let _ = tcsetattr(self.terminal, OptionalActions::Flush, &self.before);
    }
}

fn read_line(mut from: impl Read, longest: usize) -> io::Result<Zeroizing<String>> {
    // never grown, so that nothing is left behind unwiped
    let mut line = Zeroizing::new(Vec::with_capacity(longest));
    let mut key = Zeroizing::new([0u8]);
    loop {
        let count = match from.read(&mut key[..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        let [byte] = *key;
        match byte {
            _ if count == 0 => break,
            b'\n' | b'\r' => break,
            // Ctrl-C, Ctrl-\, Ctrl-Z
            0x03 | 0x1C | 0x1A => return Err(io::ErrorKind::Interrupted.into()),
            // Ctrl-D
            0x04 => break,
            // Ctrl-U
            0x15 => line.clear(),
            // backspace: the last character, which may have several bytes
            0x08 | 0x7F => while line.pop().is_some_and(|last| last & 0xC0 == 0x80) {},
            _ if line.len() >= longest => return Err(io::ErrorKind::InvalidInput.into()),
            byte => line.push(byte),
        }
    }
    let text = std::str::from_utf8(&line).map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(Zeroizing::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_make_a_line() {
        for (keys, line) in [
            (&b"secret\n"[..], "secret"),
            (b"secret\rmore", "secret"),
            (b"sec\x7fcret\n", "secret"),
            (b"\x08\xC3\xBC\x7Fa\n", "a"),
            (b"wrong\x15right\n", "right"),
            (b"secret\x04", "secret"),
            (b"secret", "secret"),
            (b"\n", ""),
        ] {
            assert_eq!(read_line(keys, 16).unwrap().as_str(), line);
        }
        for keys in [&b"sec\x03"[..], b"\x1C", b"12345678901234567\n", b"\xFF\n"] {
            assert!(read_line(keys, 16).is_err());
        }
    }
}
