//! Boxes of ISO base media files (ISO/IEC 14496-12, section 4.2), and the numbers in them.

use super::{cut_off, damaged};
use crate::Error;
use crate::bytes::{array_at, slice_at};

/// The kind of a box, four letters.
pub(crate) type Kind = [u8; 4];

/// A box, or a part of one: bytes that know where in the file they stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bytes<'a> {
    pub(crate) data: &'a [u8],
    /// Where they start, from the start of the file.
    pub(crate) at: usize,
}

/// A box without its header.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'a> {
    pub(crate) kind: Kind,
    /// Where its header starts, from the start of the file.
    pub(crate) at: usize,
    pub(crate) body: Bytes<'a>,
}

/// The boxes that stand one after the other in some bytes.
#[derive(Debug, Clone)]
pub(crate) struct Boxes<'a> {
    rest: Bytes<'a>,
    /// True on the top level, where the last box may say that it goes to the end of the file.
    top: bool,
}

impl<'a> Boxes<'a> {
    /// The boxes of a whole file.
    pub(crate) fn of_file(data: &'a [u8]) -> Boxes<'a> {
        Boxes { rest: Bytes { data, at: 0 }, top: true }
    }

    /// The boxes inside another one.
    pub(crate) fn inside(bytes: Bytes<'a>) -> Boxes<'a> {
        Boxes { rest: bytes, top: false }
    }

    fn read(&self) -> Result<(Part<'a>, Bytes<'a>), Error> {
        let Bytes { data, at } = self.rest;
        let short = || if self.top { cut_off(at, data) } else { damaged(at, "a whole box") };
        let size = u32::from_be_bytes(array_at(data, 0).ok_or_else(short)?);
        let kind: Kind = array_at(data, 4).ok_or_else(short)?;
        let (header, length) = match size {
            0 if self.top => (8, data.len()),
            1 => {
                let large = u64::from_be_bytes(array_at(data, 8).ok_or_else(short)?);
                (16, usize::try_from(large).map_err(|_| short())?)
            }
            size => (8, usize::try_from(size).map_err(|_| short())?),
        };
        if length < header {
            return Err(damaged(at, "a box is as long as its header at least"));
        }
        let whole = data.get(..length).ok_or_else(short)?;
        let body = whole.get(header..).unwrap_or_default();
        let part = Part { kind, at, body: Bytes { data: body, at: at.saturating_add(header) } };
        let rest = data.get(length..).unwrap_or_default();
        Ok((part, Bytes { data: rest, at: at.saturating_add(length) }))
    }
}

impl<'a> Iterator for Boxes<'a> {
    type Item = Result<Part<'a>, Error>;

    fn next(&mut self) -> Option<Result<Part<'a>, Error>> {
        if self.rest.data.is_empty() {
            return None;
        }
        match self.read() {
            Ok((part, rest)) => {
                self.rest = rest;
                Some(Ok(part))
            }
            Err(error) => {
                self.rest.data = &[];
                Some(Err(error))
            }
        }
    }
}

impl<'a> Bytes<'a> {
    /// What is wrong at the start of these bytes.
    pub(crate) fn damaged(&self, what: &'static str) -> Error {
        damaged(self.at, what)
    }

    /// The first `count` bytes, which are gone over.
    pub(crate) fn take(&mut self, count: usize) -> Result<Bytes<'a>, Error> {
        let data = slice_at(self.data, 0, count)
            .ok_or_else(|| self.damaged("a box as long as what it holds"))?;
        let taken = Bytes { data, at: self.at };
        self.data = self.data.get(count..).unwrap_or_default();
        self.at = self.at.saturating_add(count);
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let taken = self.take(N)?;
        array_at(taken.data, 0).ok_or_else(|| taken.damaged("a box as long as what it holds"))
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Error> {
        self.array().map(u8::from_be_bytes)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Error> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Error> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn kind(&mut self) -> Result<Kind, Error> {
        self.array()
    }

    /// A number of 16 bits, or of 32 where `wide`.
    pub(crate) fn either(&mut self, wide: bool) -> Result<u32, Error> {
        if wide { self.u32() } else { self.u16().map(u32::from) }
    }

    /// A number of 0, 4 or 8 bytes.
    pub(crate) fn sized(&mut self, size: u8) -> Result<u64, Error> {
        match size {
            0 => Ok(0),
            4 => self.u32().map(u64::from),
            8 => self.array().map(u64::from_be_bytes),
            _ => Err(self.damaged("numbers of 0, 4 or 8 bytes")),
        }
    }

    /// The version and the flags of a full box.
    pub(crate) fn full(&mut self) -> Result<(u8, u32), Error> {
        let word = self.u32()?;
        let [version, ..] = word.to_be_bytes();
        Ok((version, word & 0x00FF_FFFF))
    }
}
