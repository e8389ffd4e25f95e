//! Reads and writes bits, the least significant of a byte first: ISO/IEC 18181-1, section 9.2 (u(n)).

use crate::Error;
use crate::container::jxl::damaged;
use crate::container::jxl::fields::Coder;
use crate::container::jxl::stream::Stream;

/// Reads bits of a codestream.
#[derive(Debug, Clone)]
pub(crate) struct BitReader<'s> {
    stream: &'s Stream<'s>,
    /// What is left of the piece that is being read.
    run: &'s [u8],
    /// Where in the codestream it starts.
    at: usize,
    /// Where reading ends.
    end: usize,
    /// Bits that were taken from the run and not read yet.
    held: u64,
    count: u32,
}

impl<'s> BitReader<'s> {
    /// From the byte `at` of `stream` to its end.
    pub(crate) fn new(stream: &'s Stream<'s>, at: usize) -> BitReader<'s> {
        BitReader::between(stream, at, stream.len())
    }

    /// From the byte `at` of `stream` to the byte `end`.
    pub(crate) fn between(stream: &'s Stream<'s>, at: usize, end: usize) -> BitReader<'s> {
        let run = stream.run(at);
        let run = run.get(..end.saturating_sub(at)).unwrap_or(run);
        BitReader { stream, run, at, end: end.min(stream.len()), held: 0, count: 0 }
    }

    /// Takes bytes until at least `count` bits (57 at most) are held, or there are no more.
    fn fill(&mut self, count: u32) {
        while self.count < count {
            let Some((byte, rest)) = self.run.split_first() else {
                if self.at >= self.end {
                    return;
                }
                let run = self.stream.run(self.at);
                if run.is_empty() {
                    return;
                }
                self.run = run.get(..self.end.saturating_sub(self.at)).unwrap_or(run);
                continue;
            };
            self.held |= u64::from(*byte).wrapping_shl(self.count);
            self.count = self.count.saturating_add(8);
            self.run = rest;
            self.at = self.at.saturating_add(1);
        }
    }

    /// `count` bits, 32 at most.
    pub(crate) fn read(&mut self, count: u32) -> Result<u32, Error> {
        self.fill(count);
        let Some(left) = self.count.checked_sub(count) else {
            return Err(match self.end < self.stream.len() {
                true => self.fault("coded data ends within a section"),
                false => self.stream.cut_off(),
            });
        };
        let mask = 1u64.wrapping_shl(count).wrapping_sub(1);
        let value = self.held & mask;
        self.held = self.held.wrapping_shr(count);
        self.count = left;
        Ok(u32::try_from(value).unwrap_or(0))
    }

    /// One bit.
    pub(crate) fn bit(&mut self) -> Result<bool, Error> {
        Ok(self.read(1)? != 0)
    }

    /// The bit of the codestream that is read next.
    pub(crate) fn position(&self) -> u64 {
        (self.at as u64).saturating_mul(8).saturating_sub(u64::from(self.count))
    }

    /// The byte of the codestream that is read next, after going over what is left of one that was
    /// begun.
    pub(crate) fn align(&mut self) -> usize {
        let within = self.count & 7;
        self.held = self.held.wrapping_shr(within);
        self.count = self.count.saturating_sub(within);
        usize::try_from(self.position() / 8).unwrap_or(usize::MAX)
    }
}

impl Coder for BitReader<'_> {
    fn bits(&mut self, count: u32, value: &mut u32) -> Result<(), Error> {
        *value = self.read(count)?;
        Ok(())
    }

    fn skip(&mut self, count: u64) -> Result<u64, Error> {
        let start = self.position();
        let end = start.saturating_add(count);
        let bytes = usize::try_from(end / 8).unwrap_or(usize::MAX);
        if bytes > self.end {
            return Err(self.stream.cut_off());
        }
        *self = BitReader::between(self.stream, bytes, self.end);
        self.read(u32::try_from(end % 8).unwrap_or(0))?;
        Ok(start)
    }

    fn fault(&self, what: &'static str) -> Error {
        let byte = usize::try_from(self.position() / 8).unwrap_or(usize::MAX);
        damaged(self.stream.offset(byte), what)
    }
}

/// Writes bits.
#[derive(Debug, Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    held: u64,
    count: u32,
}

impl BitWriter {
    /// Fills what is left of a byte that was begun with zeros.
    pub(crate) fn align(&mut self) {
        while self.count > 0 {
            self.bytes.push((self.held & 0xFF) as u8);
            self.held = self.held.wrapping_shr(8);
            self.count = self.count.saturating_sub(8);
        }
        self.held = 0;
    }

    /// The bytes, after filling up the last.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.align();
        self.bytes
    }
}

impl Coder for BitWriter {
    fn bits(&mut self, count: u32, value: &mut u32) -> Result<(), Error> {
        let mask = 1u64.wrapping_shl(count).wrapping_sub(1);
        self.held |= (u64::from(*value) & mask).wrapping_shl(self.count);
        self.count = self.count.saturating_add(count);
        while self.count >= 8 {
            self.bytes.push((self.held & 0xFF) as u8);
            self.held = self.held.wrapping_shr(8);
            self.count = self.count.saturating_sub(8);
        }
        Ok(())
    }

    fn skip(&mut self, _: u64) -> Result<u64, Error> {
        Err(self.fault("nothing is left out in what is written"))
    }

    fn fault(&self, what: &'static str) -> Error {
        damaged(self.bytes.len(), what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::jxl::fields::Way::{Bits, Value};

    #[test]
    fn fields_are_read_as_they_were_written() {
        let ways = [Value(3), Bits(4, 0), Bits(8, 16), Bits(32, 0)];
        let numbers = [0, 1, 3, 15, 16, 271, 272, u32::MAX];
        let longs =
            [0, 1, 16, 17, 272, 273, 4_095, 4_096, 1 << 20, (1 << 60) - 1, 1 << 60, u64::MAX];
        let mut writer = BitWriter::default();
        for mut value in numbers {
            writer.number(&ways, &mut value).unwrap();
        }
        for mut value in longs {
            writer.long(&mut value).unwrap();
        }
        writer.name(&mut b"name".to_vec()).unwrap();
        writer.half(&mut 0x3C00).unwrap();
        let bytes = writer.finish();
        let (one, two) = bytes.split_at(7);
        for pieces in [vec![(0, bytes.as_slice())], vec![(0, one), (9, two)]] {
            let stream = Stream::new(pieces);
            let mut reader = BitReader::new(&stream, 0);
            for expected in numbers {
                let mut value = 77;
                reader.number(&ways, &mut value).unwrap();
                assert_eq!(value, expected);
            }
            for expected in longs {
                let mut value = 77;
                reader.long(&mut value).unwrap();
                assert_eq!(value, expected);
            }
            let mut name = Vec::new();
            reader.name(&mut name).unwrap();
            let mut half = 0;
            reader.half(&mut half).unwrap();
            assert_eq!((name.as_slice(), half), (&b"name"[..], 0x3C00));
            assert_eq!(reader.align(), bytes.len());
            assert!(matches!(reader.read(1), Err(Error::CutOff { .. })));
        }
    }

    #[test]
    fn skipping_is_reading_without_looking() {
        let bytes: Vec<u8> = (0..40).collect();
        let (one, two) = bytes.split_at(3);
        let stream = Stream::new([(0, one), (50, two)]);
        for before in [0, 3, 9] {
            for count in [0, 1, 7, 8, 31, 100] {
                let mut reader = BitReader::new(&stream, 0);
                reader.read(before).unwrap();
                let mut plain = reader.clone();
                for _ in 0..count {
                    plain.bit().unwrap();
                }
                assert_eq!(reader.skip(count), Ok(u64::from(before)));
                assert_eq!(reader.position(), plain.position());
                assert_eq!(reader.read(20), plain.read(20));
            }
        }
        let mut reader = BitReader::new(&stream, 0);
        assert!(reader.skip(321).is_err() && reader.skip(u64::MAX).is_err());
    }
}
