//! One entry of the index: a tag, a length (16 bits), and what the tag says. Numbers are big-endian.
//!
//! | tag | what | bytes |
//! |---|---|---|
//! | 1 | a record | sequence 8, id 16, kind 1, original 16, wrapped key 60, length 8, added 8, flags 1, expires 8, views left 4, digest 32, then name, media type and note, each behind its length (16 bits) |
//! | 2 | new limits of a record, never looser than before | id 16, flags 1, expires 8, views left 4 |
//! | 3 | an event of the audit log | [`Event::encode`] |
//!
//! Kinds: 1 original, 2 clean, 3 data. Flags say what is there: 1 expires, 2 views, 4 digest, 8 name,
//! 16 media type, 32 note, 64 original; what is not there is zero or empty.

use zeroize::{Zeroize, Zeroizing};

use super::super::error::Error;
use super::super::log::{Event, EventKind};
use super::super::record::{Id, Kind, Record};
use super::super::wrap::WrappedKey;

const RECORD: u8 = 1;
const LIMITS: u8 = 2;
const EVENT: u8 = 3;

const EXPIRES: u8 = 1;
const VIEWS: u8 = 2;
const DIGEST: u8 = 4;
const NAME: u8 = 8;
const MEDIA_TYPE: u8 = 16;
const NOTE: u8 = 32;
const OF: u8 = 64;

/// How long each text may be, in bytes: together they leave an entry shorter than a block.
pub(in super::super) const LONGEST_NAME: usize = 255;
pub(in super::super) const LONGEST_MEDIA_TYPE: usize = 127;
pub(in super::super) const LONGEST_NOTE: usize = 400;

/// A keyed digest of an original, by which it is found again.
pub(in super::super) type Digest = [u8; 32];

/// A record and what only the vault needs of it.
pub(in super::super) struct Held {
    pub(in super::super) record: Record,
    /// Its place in the order of adding.
    pub(in super::super) sequence: u64,
    pub(in super::super) key: WrappedKey,
    pub(in super::super) digest: Option<Digest>,
}

/// One change of what the vault holds.
pub(in super::super) enum Entry {
    Record(Box<Held>),
    Limits { id: Id, expires: Option<u64>, views_left: Option<u32> },
    Event(Event),
}

impl Held {
    /// The record as an entry.
    pub(in super::super) fn encode(&self) -> Zeroizing<Vec<u8>> {
        let record = &self.record;
        let (kind, of) = match record.kind {
            Kind::Original => (1, None),
            Kind::Clean { of } => (2, of),
            Kind::Data => (3, None),
        };
        let texts = [&record.name, &record.media_type, &record.note];
        let flags = flag(EXPIRES, record.expires.is_some())
            | flag(VIEWS, record.views_left.is_some())
            | flag(DIGEST, self.digest.is_some())
            | flag(NAME, record.name.is_some())
            | flag(MEDIA_TYPE, record.media_type.is_some())
            | flag(NOTE, record.note.is_some())
            | flag(OF, of.is_some());
        let mut body = Body::new();
        body.push(&self.sequence.to_be_bytes());
        body.push(&record.id.0);
        body.push(&[kind]);
        body.push(&of.map_or([0; Id::LENGTH], |id| id.0));
        body.push(&self.key.0);
        body.push(&record.length.to_be_bytes());
        body.push(&record.added.to_be_bytes());
        body.push(&[flags]);
        body.push(&record.expires.unwrap_or(0).to_be_bytes());
        body.push(&record.views_left.unwrap_or(0).to_be_bytes());
        body.push(&self.digest.unwrap_or_default());
        for text in texts {
            let text = text.as_deref().unwrap_or_default();
            body.push(&u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes());
            body.push(text.as_bytes());
        }
        body.into_entry(RECORD)
    }
}

impl Entry {
    /// The entry as it stands in a block.
    pub(super) fn encode(&self) -> Zeroizing<Vec<u8>> {
        match self {
            Entry::Record(held) => held.encode(),
            Entry::Limits { id, expires, views_left } => {
                let mut body = Body::new();
                body.push(&id.0);
                body.push(&[flag(EXPIRES, expires.is_some()) | flag(VIEWS, views_left.is_some())]);
                body.push(&expires.unwrap_or(0).to_be_bytes());
                body.push(&views_left.unwrap_or(0).to_be_bytes());
                body.into_entry(LIMITS)
            }
            Entry::Event(event) => encode_event(event),
        }
    }

    /// Takes the first entry off `bytes`; `None` if there is none that this version knows.
    pub(super) fn decode(bytes: &mut &[u8]) -> Option<Entry> {
        let mut rest = Fields(bytes);
        let [tag] = rest.take()?;
        let length = u16::from_be_bytes(rest.take()?);
        let mut body = Fields(rest.slice(usize::from(length))?);
        let entry = match tag {
            RECORD => record(&mut body)?,
            LIMITS => {
                let id = Id(body.take()?);
                let [flags] = body.take()?;
                let (expires, views_left) = limits(&mut body, flags)?;
                Entry::Limits { id, expires, views_left }
            }
            EVENT => Entry::Event(event(&mut body)?),
            _ => return None,
        };
        *bytes = rest.0;
        body.0.is_empty().then_some(entry)
    }
}

/// An event as an entry.
pub(super) fn encode_event(event: &Event) -> Zeroizing<Vec<u8>> {
    let mut body = Body::new();
    body.push(&event.encode());
    body.into_entry(EVENT)
}

fn record(body: &mut Fields<'_>) -> Option<Entry> {
    let sequence = u64::from_be_bytes(body.take()?);
    let id = Id(body.take()?);
    let [kind] = body.take()?;
    let of = Id(body.take()?);
    let key = WrappedKey(body.take()?);
    let length = u64::from_be_bytes(body.take()?);
    let added = u64::from_be_bytes(body.take()?);
    let [flags] = body.take()?;
    let (expires, views_left) = limits(body, flags)?;
    let digest = body.take()?;
    let of = (flags & OF != 0).then_some(of);
    let kind = match (kind, of) {
        (1, None) => Kind::Original,
        (2, of) => Kind::Clean { of },
        (3, None) => Kind::Data,
        _ => return None,
    };
    let name = body.text(flags & NAME != 0)?;
    let media_type = body.text(flags & MEDIA_TYPE != 0)?;
    let note = body.text(flags & NOTE != 0)?;
    let digest = (flags & DIGEST != 0).then_some(digest);
    let record = Record { id, kind, name, media_type, note, length, added, expires, views_left };
    Some(Entry::Record(Box::new(Held { record, sequence, key, digest })))
}

fn limits(body: &mut Fields<'_>, flags: u8) -> Option<(Option<u64>, Option<u32>)> {
    let expires = u64::from_be_bytes(body.take()?);
    let views = u32::from_be_bytes(body.take()?);
    Some(((flags & EXPIRES != 0).then_some(expires), (flags & VIEWS != 0).then_some(views)))
}

fn event(body: &mut Fields<'_>) -> Option<Event> {
    let time = u64::from_be_bytes(body.take()?);
    let [kind, has_record] = body.take()?;
    let id = Id(body.take()?);
    let number = u64::from_be_bytes(body.take()?);
    let kind = EventKind::of_number(kind)?;
    Some(Event { time, kind, record: (has_record != 0).then_some(id), number })
}

fn flag(bit: u8, set: bool) -> u8 {
    if set { bit } else { 0 }
}

/// An entry in the making, in one piece of memory from the start.
struct Body(Zeroizing<Vec<u8>>);

/// Tag and length.
const PREFIX: usize = 3;

impl Body {
    fn new() -> Body {
        let mut bytes = Zeroizing::new(Vec::with_capacity(super::block::TEXT));
        bytes.extend_from_slice(&[0; PREFIX]);
        Body(bytes)
    }

    fn push(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn into_entry(mut self, tag: u8) -> Zeroizing<Vec<u8>> {
        let length = u16::try_from(self.0.len().saturating_sub(PREFIX)).unwrap_or(u16::MAX);
        let [high, low] = length.to_be_bytes();
        self.0.iter_mut().zip([tag, high, low]).for_each(|(to, from)| *to = from);
        self.0
    }
}

/// What is left of a body.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*first)
    }

    fn slice(&mut self, length: usize) -> Option<&'a [u8]> {
        let (first, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(first)
    }

    fn text(&mut self, there: bool) -> Option<Option<String>> {
        let length = u16::from_be_bytes(self.take()?);
        let text = std::str::from_utf8(self.slice(usize::from(length))?).ok()?;
        Some(there.then(|| text.to_owned()))
    }
}

/// The words of a new record, checked against what an entry has room for.
pub(in super::super) fn check(
    what: &'static str,
    text: Option<&str>,
    limit: usize,
) -> Result<Option<String>, Error> {
    match text {
        Some(text) if text.len() > limit => Err(Error::TooLong { what, limit: limit as u64 }),
        other => Ok(other.map(str::to_owned)),
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.digest.zeroize();
    }
}
