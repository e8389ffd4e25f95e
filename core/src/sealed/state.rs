//! What a reader remembers of the files that it opened: how many times each, and the latest hour that
//! its clock ever showed.
//!
//! The record names no file. That a file was opened for the n-th time is told by 32 bytes that only who
//! has its file key can make; each time they are replaced by those of the next time. Who finds the
//! record learns the hour, and how many files with a number of views were opened, and nothing else.

use super::keys::{self, FileKey};
use super::{Error, Terms};

/// Where the reader keeps its record: [`StateFolder`](super::StateFolder), or what is handed in.
pub trait State {
    /// Shows `step` the record that was kept last (`None` if there is none yet) and keeps what it gives
    /// in its stead. Where `step` gives an error, the old one stays, and that error comes back.
    ///
    /// It must be whole or not at all, **durable before this returns**, and nobody else may read or
    /// write the record in between; else one view could be given twice. Errors of its own are
    /// [`Error::Store`].
    fn exchange(&mut self, step: Step<'_>) -> Result<(), Error>;
}

/// What is done with a record: the old one in, the new one out.
pub type Step<'a> = &'a mut dyn FnMut(Option<&[u8]>) -> Result<Vec<u8>, Error>;

/// Takes one view of the file of `file_key`, so that it is durable, at `now` in seconds of Unix time.
/// Gives how many are left.
///
/// Nothing is remembered of a file without terms.
pub(super) fn take(
    state: &mut dyn State,
    file_key: &FileKey,
    terms: &Terms,
    now: u64,
) -> Result<Option<u8>, Error> {
    if terms == &Terms::default() {
        return Ok(None);
    }
    let mut outcome = Err(Error::State);
    state.exchange(&mut |kept| {
        let mut record = kept.map_or(Ok(Record::default()), Record::read)?;
        // a clock that was set back does not count
        record.latest = record.latest.max(now);
        outcome = record.take(file_key, terms);
        // also where it is refused: what has expired once stays so
        Ok(record.write())
    })?;
    outcome
}

const MAGIC: &[u8; 8] = b"views/1\n";
const TOKEN: usize = 32;
/// The most files that are remembered: 2 MiB.
const MOST: usize = 1 << 16;

type Token = [u8; TOKEN];

#[derive(Default)]
struct Record {
    /// Seconds of Unix time; kept to the hour.
    latest: u64,
    /// One for each file, in the order of their bytes, which tells nothing.
    tokens: Vec<Token>,
}

impl Record {
    fn take(&mut self, file_key: &FileKey, terms: &Terms) -> Result<Option<u8>, Error> {
        if terms.expires().is_some_and(|expires| self.latest >= expires) {
            return Err(Error::Expired);
        }
        let Some(views) = terms.views() else { return Ok(None) };
        let key = file_key.derive(b"unmarked/v1/views");
        let token = |taken: u8| keys::hmac(&key[..], &[taken]);
        let find = |taken: u8| self.tokens.binary_search(&token(taken)).ok().map(|at| (taken, at));
        let taken = match (1..=views).find_map(find) {
            Some((taken, at)) => {
                if taken == views {
                    return Err(Error::NoViewsLeft);
                }
                self.tokens.remove(at);
                taken
            }
            None if self.tokens.len() >= MOST => {
                return Err(Error::Store("it holds as many files as it can".into()));
            }
            None => 0,
        };
        let taken = taken.saturating_add(1);
        self.tokens.push(token(taken));
        self.tokens.sort_unstable();
        Ok(Some(views.saturating_sub(taken)))
    }

    /// The hours, the tokens, and a sum over both, which finds damage and no forgery: who can write
    /// the record can also remove it.
    fn write(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let hours = u32::try_from(self.latest / 3600).unwrap_or(u32::MAX);
        bytes.extend(hours.to_be_bytes());
        self.tokens.iter().for_each(|token| bytes.extend(token));
        let sum = sum(&bytes);
        bytes.extend(sum);
        bytes
    }

    fn read(bytes: &[u8]) -> Result<Record, Error> {
        let (body, end) = bytes.split_last_chunk::<TOKEN>().ok_or(Error::State)?;
        let rest = body.strip_prefix(MAGIC).ok_or(Error::State)?;
        let (hours, tokens) = rest.split_first_chunk().ok_or(Error::State)?;
        let (tokens, odd) = tokens.as_chunks::<TOKEN>();
        if sum(body) != *end || !odd.is_empty() || tokens.len() > MOST || !tokens.is_sorted() {
            return Err(Error::State);
        }
        let latest = u64::from(u32::from_be_bytes(*hours)).saturating_mul(3600);
        Ok(Record { latest, tokens: tokens.to_vec() })
    }
}

fn sum(bytes: &[u8]) -> [u8; 32] {
    keys::hmac(b"unmarked/v1/record", bytes)
}
