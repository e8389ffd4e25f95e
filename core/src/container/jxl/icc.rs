//! An ICC profile as a codestream holds it: ISO/IEC 18181-1, annex E.4.

use zeroize::Zeroizing;

use crate::Error;
use crate::bytes::{slice_at, u8_at};
use crate::container::jxl::bits::BitReader;
use crate::container::jxl::entropy::{Budget, Decoder};
use crate::container::jxl::fields::Coder;

/// The largest profile that is read, and how much larger its coding may be.
const LARGEST: u64 = 4 << 20;
const ROOM: u64 = 65_536;

/// The contexts of its bytes.
const CONTEXTS: usize = 41;

/// Where the header of a profile ends.
const HEADER: usize = 128;

/// Reads the profile that follows the header. What is larger than profiles are is refused as one.
pub(super) fn read(
    reader: &mut BitReader<'_>,
    budget: &mut Budget,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut size = 0;
    reader.long(&mut size)?;
    if size > LARGEST.saturating_add(ROOM) {
        return Err(Error::Profile("it is too large"));
    }
    let mut decoder = Decoder::read(reader, CONTEXTS, budget)?;
    let mut coded = Zeroizing::new(Vec::new());
    let (mut last, mut before) = (0u8, 0u8);
    for at in 0..size {
        let context = if at <= HEADER as u64 { 0 } else { context(last, before) };
        let byte = decoder.number(reader, context, budget)?;
        let byte = u8::try_from(byte).map_err(|_| reader.fault("a profile of impossible bytes"))?;
        coded.push(byte);
        (last, before) = (byte, last);
    }
    decoder.finish(reader)?;
    decode(&coded).ok_or_else(|| reader.fault("a profile that cannot be decoded"))
}

/// The context of a byte after `last`, which came after `before`.
fn context(last: u8, before: u8) -> usize {
    let first = match last {
        b'a'..=b'z' | b'A'..=b'Z' => 0,
        b'0'..=b'9' | b'.' | b',' => 1,
        0 => 2,
        1 => 3,
        2..=15 => 4,
        241..=254 => 5,
        255 => 6,
        _ => 7,
    };
    let second = match before {
        b'a'..=b'z' | b'A'..=b'Z' => 0usize,
        b'0'..=b'9' | b'.' | b',' => 1,
        0..=15 => 2,
        241..=255 => 3,
        _ => 4,
    };
    second.saturating_mul(8).saturating_add(first).saturating_add(1)
}

/// Bytes that are taken from the front.
struct Source<'a>(&'a [u8]);

impl<'a> Source<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    /// Seven bits a byte, the least significant first.
    fn number(&mut self) -> Option<u64> {
        let mut number = 0u64;
        for shift in (0..63u32).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F).wrapping_shl(shift);
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn size(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    fn word(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }
}

/// The profile that `coded` makes: commands, and the data that they use.
fn decode(coded: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut source = Source(coded);
    let size = source.number().filter(|size| *size <= LARGEST)?;
    let commands = source.size()?;
    let commands = source.take(commands)?;
    let mut making = Making {
        size: usize::try_from(size).ok()?,
        commands: Source(commands),
        data: source,
        profile: Zeroizing::new(Vec::new()),
    };
    making.header()?;
    if making.profile.len() < making.size {
        making.tags()?;
    }
    while !making.commands.0.is_empty() {
        making.content()?;
    }
    (making.profile.len() == making.size).then_some(making.profile)
}

/// A profile in the making.
struct Making<'a> {
    size: usize,
    commands: Source<'a>,
    data: Source<'a>,
    profile: Zeroizing<Vec<u8>>,
}

impl Making<'_> {
    /// Appends `bytes`; `None` if the profile would get larger than it said.
    fn push(&mut self, bytes: &[u8]) -> Option<()> {
        let room = self.size.checked_sub(self.profile.len())?;
        (bytes.len() <= room).then(|| self.profile.extend_from_slice(bytes))
    }

    /// The header, as differences from what most profiles have: E.4.3.
    fn header(&mut self) -> Option<()> {
        let coded = self.data.take(self.size.min(HEADER))?;
        let size = u32::try_from(self.size).ok()?.to_be_bytes();
        let mut expected = [0u8; HEADER];
        let mut put = |at: usize, bytes: &[u8]| {
            let end = at.saturating_add(bytes.len());
            if let Some(place) = expected.get_mut(at..end) {
                place.copy_from_slice(bytes);
            }
        };
        put(0, &size);
        put(8, &[4]);
        put(12, b"mntrRGB XYZ ");
        put(36, b"acsp");
        // half of the D50 illuminant
        put(68, &[0, 0, 246, 214, 0, 1, 0, 0, 0, 0, 211, 45]);
        for (at, difference) in coded.iter().enumerate() {
            let made = |at: usize| u8_at(&self.profile, at).unwrap_or(0);
            let platform = [made(40), made(41)];
            let expected = match (at, platform) {
                (41 | 42, [b'A', _]) => b'P',
                (43, [b'A', _]) => b'L',
                (41, [b'M', _]) => b'S',
                (42, [b'M', _]) => b'F',
                (43, [b'M', _]) => b'T',
                (42, [b'S', b'G']) => b'I',
                (43, [b'S', b'G']) => b' ',
                (42, [b'S', b'U']) => b'N',
                (43, [b'S', b'U']) => b'W',
                (80..=83, _) => made(at.saturating_sub(76)),
                _ => u8_at(&expected, at).unwrap_or(0),
            };
            self.profile.push(difference.wrapping_add(expected));
        }
        Some(())
    }

    /// The table of tags: E.4.4.
    fn tags(&mut self) -> Option<()> {
        const COMMON: [&[u8; 4]; 19] = [
            b"rTRC", b"rXYZ", b"cprt", b"wtpt", b"bkpt", b"rXYZ", b"gXYZ", b"bXYZ", b"kXYZ",
            b"rTRC", b"gTRC", b"bTRC", b"kTRC", b"chad", b"desc", b"chrm", b"dmnd", b"dmdd",
            b"lumi",
        ];
        let Some(count) = self.commands.word()?.checked_sub(1) else { return Some(()) };
        self.push(&count.to_be_bytes())?;
        let mut start = count.checked_mul(12)?.checked_add(128)?;
        let mut length = 0u32;
        while let Some(command) = self.commands.byte() {
            let code = command & 0x3F;
            let tag: [u8; 4] = match code {
                0 => return Some(()),
                1 => *self.data.take(4)?.first_chunk()?,
                code => **COMMON.get(usize::from(code).checked_sub(2)?)?,
            };
            start = match command & 0x40 {
                0 => start.checked_add(length)?,
                _ => self.commands.word()?,
            };
            length = match (command & 0x80, &tag) {
                (0, b"rXYZ" | b"gXYZ" | b"bXYZ" | b"kXYZ" | b"wtpt" | b"bkpt" | b"lumi") => 20,
                (0, _) => length,
                _ => self.commands.word()?,
            };
            let after = |times: u32| length.checked_mul(times)?.checked_add(start);
            self.tag(tag, start, length)?;
            match code {
                2 => {
                    [*b"gTRC", *b"bTRC"].iter().try_for_each(|tag| self.tag(*tag, start, length))?
                }
                3 => {
                    self.tag(*b"gXYZ", after(1)?, length)?;
                    self.tag(*b"bXYZ", after(2)?, length)?;
                }
                _ => {}
            }
        }
        Some(())
    }

    fn tag(&mut self, tag: [u8; 4], start: u32, length: u32) -> Option<()> {
        self.push(&tag)?;
        self.push(&start.to_be_bytes())?;
        self.push(&length.to_be_bytes())
    }

    /// A piece of the content: E.4.5.
    fn content(&mut self) -> Option<()> {
        const COMMON: [&[u8; 4]; 8] =
            [b"XYZ ", b"desc", b"text", b"mluc", b"para", b"curv", b"sf32", b"gbd "];
        match self.commands.byte()? {
            1 => {
                let count = self.commands.size()?;
                let data = self.data.take(count)?;
                self.push(data)
            }
            width @ (2 | 3) => {
                let count = self.commands.size()?;
                let data = self.data.take(count)?;
                self.push(&unshuffled(data, if width == 2 { 2 } else { 4 }))
            }
            4 => self.predicted(),
            10 => {
                self.push(b"XYZ \0\0\0\0")?;
                let data = self.data.take(12)?;
                self.push(data)
            }
            code => {
                let name = COMMON.get(usize::from(code).checked_sub(16)?)?;
                self.push(*name)?;
                self.push(&[0; 4])
            }
        }
    }

    /// Numbers as differences from what a line or a parabola through the ones before makes.
    fn predicted(&mut self) -> Option<()> {
        let flags = self.commands.byte()?;
        let width = usize::from(flags & 3).saturating_add(1);
        let order = usize::from(flags >> 2 & 3);
        let mut stride = width;
        if flags & 16 != 0 {
            stride = self.commands.size()?;
        }
        let enough = stride.checked_mul(4)? < self.profile.len();
        if width == 3 || order == 3 || stride < width || !enough {
            return None;
        }
        let count = self.commands.size()?;
        let data = unshuffled(self.data.take(count)?, width);
        for chunk in data.chunks(width) {
            let before = |times: usize| -> Option<u32> {
                let at = self.profile.len().checked_sub(stride.checked_mul(times)?)?;
                let bytes = slice_at(&self.profile, at, width)?;
                Some(bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
            };
            let (a, b, c) = (before(1)?, before(2)?, before(3)?);
            let expected = match order {
                0 => a,
                1 => a.wrapping_mul(2).wrapping_sub(b),
                _ => a.wrapping_sub(b).wrapping_mul(3).wrapping_add(c),
            };
            let bytes = expected.to_be_bytes();
            let expected = bytes.get(4usize.saturating_sub(width)..).unwrap_or_default();
            let made: Vec<u8> =
                chunk.iter().zip(expected).map(|(d, e)| d.wrapping_add(*e)).collect();
            self.push(&made)?;
        }
        Some(())
    }
}

/// Bytes that were sorted by their place in numbers of `width` bytes, in their order again.
fn unshuffled(data: &[u8], width: usize) -> Zeroizing<Vec<u8>> {
    let rows = data.len().div_ceil(width.max(1));
    // the last of the numbers may be short: then rows after a few have one less
    let full = match data.len().checked_rem(width) {
        None | Some(0) => width,
        Some(rest) => rest,
    };
    let mut out = Zeroizing::new(Vec::with_capacity(data.len()));
    for number in 0..rows {
        let mut at = number;
        for place in 0..width {
            let length = if place < full { rows } else { rows.saturating_sub(1) };
            if number < length {
                out.extend(u8_at(data, at));
            }
            at = at.saturating_add(length);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shuffled_bytes_are_put_back() {
        assert_eq!(*unshuffled(b"acebdf", 2), *b"abcdef");
        assert_eq!(*unshuffled(b"acegbdf", 2), *b"abcdefg");
        assert_eq!(*unshuffled(b"aeibfcgdh", 4), *b"abcdefghi");
        assert_eq!(*unshuffled(b"aeibfjcgdh", 4), *b"abcdefghij");
        assert_eq!(*unshuffled(b"abc", 1), *b"abc");
        assert_eq!(*unshuffled(b"", 4), *b"");
    }

    #[test]
    fn sizes_that_contradict_each_other_make_no_profile() {
        for coded in
            [&b""[..], b"\x01", b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80", b"\x04\x00abc"]
        {
            assert!(decode(coded).is_none(), "{coded:?}");
        }
        assert_eq!(decode(b"\x04\x00\x00\x00\x00\x00").map(|p| p.to_vec()), Some(vec![0, 0, 0, 4]));
    }
}
