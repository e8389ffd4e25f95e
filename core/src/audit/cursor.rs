//! Goes through a file byte by byte, once, never back.

use crate::audit::Rejection;

/// Where in a file the audit stands.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// At the start of `file`.
    pub(crate) fn new(file: &'a [u8]) -> Cursor<'a> {
        Cursor { rest: file, at: 0 }
    }

    /// What was expected here and is not.
    pub(crate) fn reject<T>(&self, what: &'static str) -> Result<T, Rejection> {
        Err(Rejection { at: self.at as u64, what })
    }

    /// Rejects with `what` unless `holds`.
    pub(crate) fn require(&self, holds: bool, what: &'static str) -> Result<(), Rejection> {
        if holds { Ok(()) } else { self.reject(what) }
    }

    /// How many bytes it has gone over.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// What is left.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// True if what is left starts with `bytes`.
    pub(crate) fn sees(&self, bytes: &[u8]) -> bool {
        self.rest.starts_with(bytes)
    }

    /// Goes over `bytes` if they stand here.
    pub(crate) fn passes(&mut self, bytes: &[u8]) -> bool {
        let seen = self.sees(bytes);
        if seen {
            self.skip(bytes.len());
        }
        seen
    }

    /// Goes over `bytes`, which have to stand here.
    pub(crate) fn demand(&mut self, bytes: &[u8], what: &'static str) -> Result<(), Rejection> {
        if self.passes(bytes) { Ok(()) } else { self.reject(what) }
    }

    /// Goes over `count` bytes that are to be judged by the caller.
    pub(crate) fn take(&mut self, count: usize, what: &'static str) -> Result<&'a [u8], Rejection> {
        match self.rest.get(..count) {
            Some(taken) => {
                self.skip(count);
                Ok(taken)
            }
            None => self.reject(what),
        }
    }

    /// Leaves `count` bytes of what is left: what stands behind them is for another cursor.
    pub(crate) fn limit(&mut self, count: usize, what: &'static str) -> Result<(), Rejection> {
        match self.rest.get(..count) {
            Some(rest) => {
                self.rest = rest;
                Ok(())
            }
            None => self.reject(what),
        }
    }

    /// One byte.
    pub(crate) fn byte(&mut self, what: &'static str) -> Result<u8, Rejection> {
        match self.take(1, what)? {
            [byte] => Ok(*byte),
            _ => self.reject(what),
        }
    }

    /// A big-endian 16-bit number.
    pub(crate) fn word(&mut self, what: &'static str) -> Result<u16, Rejection> {
        match self.take(2, what)? {
            [high, low] => Ok(u16::from_be_bytes([*high, *low])),
            _ => self.reject(what),
        }
    }

    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
        self.at = self.at.saturating_add(count);
    }
}
