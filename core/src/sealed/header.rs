//! The header of an age file (age, "Textual header"): bounds for what age's crate reads, and the place
//! of the terms in what it writes.
//!
//! Into every file to recipients the crate puts one more stanza, the last one, for nobody: "grease" of
//! random kind, arguments and length. The terms take the place of its first random bytes. Where it has
//! too few (nine of a hundred have) another one is drawn, and that is all that an observer of many
//! files could count.

use age_core::format::Stanza;
use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use memchr::{memchr, memchr_iter, memmem};

use super::Error;
use super::keys::{self, FileKey};
use super::terms::{HIDDEN, Terms};

const VERSION: &[u8] = b"age-encryption.org/v1\n";
const ANY_VERSION: &[u8] = b"age-encryption.org/";
const ARMOR: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
const SUFFIX: &str = "-grease";

/// The most bytes that a header may have: those of 600 recipients.
pub(super) const LONGEST: usize = 64 << 10;
/// The most lines: the crate begins anew with each.
const MOST_LINES: usize = 2048;

/// Characters of the MAC, and of the line feed and the space around it.
const MAC: usize = 43;
const MAC_LINE: usize = "--- ".len() + MAC + 1;
/// Characters of the terms.
const TERMS: usize = HIDDEN / 3 * 4;

/// How many bytes the header of `file` has; an error if age's crate had better not see it.
pub(super) fn length(file: &[u8]) -> Result<usize, Error> {
    if !file.starts_with(ANY_VERSION) {
        return Err(if file.starts_with(ARMOR) { Error::Armor } else { Error::NotSealed });
    }
    let start = file.get(..file.len().min(LONGEST)).unwrap_or_default();
    let too_short = if start.len() < LONGEST { Error::CUT } else { Error::HEADER_TOO_LONG };
    if !start.starts_with(VERSION) {
        return Err(if memchr(b'\n', start).is_some() { Error::Version } else { too_short });
    }
    let last_line = memmem::find(start, b"\n---").ok_or(too_short.clone())?.saturating_add(1);
    let rest = start.get(last_line..).unwrap_or_default();
    match memchr(b'\n', rest) {
        Some(feed) if feed.saturating_add(1) == MAC_LINE => {}
        Some(_) => return Err(Error::HEADER),
        None if rest.len() < MAC_LINE => return Err(too_short),
        None => return Err(Error::HEADER),
    }
    let length = last_line.saturating_add(MAC_LINE);
    let header = file.get(..length).ok_or(Error::HEADER)?;
    if memchr_iter(b'\n', header).count() > MOST_LINES {
        return Err(Error::HEADER_TOO_LONG);
    }
    Ok(length)
}

/// `header`, as age's crate wrote it, with `terms` in its grease; none if that has too few bytes.
pub(super) fn with_terms(
    header: &[u8],
    terms: &Terms,
    file_key: &FileKey,
) -> Result<Option<Vec<u8>>, Error> {
    let last = memmem::rfind(header, b"\n-> ").ok_or(Error::Cipher)?.saturating_add(4);
    let (before, stanza) = header.split_at_checked(last).ok_or(Error::Cipher)?;
    let end = memchr(b'\n', stanza).ok_or(Error::Cipher)?;
    let kind = stanza.get(..end).and_then(|line| line.split(|byte| *byte == b' ').next());
    if !kind.is_some_and(|kind| kind.ends_with(SUFFIX.as_bytes())) {
        return Err(Error::Cipher);
    }
    let body = before.len().saturating_add(end).saturating_add(1);
    let mut header = header.to_vec();
    let room = header.get_mut(body..body.saturating_add(TERMS)).ok_or(Error::Cipher)?;
    if room.contains(&b'\n') {
        return Ok(None);
    }
    write_base64(&terms.hide(file_key), room)?;
    // the MAC is over all that stands before it, without the space
    let at = header.len().checked_sub(MAC + 1).ok_or(Error::Cipher)?;
    let covered = header.get(..at.saturating_sub(1)).ok_or(Error::Cipher)?;
    let mac = keys::hmac(&file_key.derive(b"header")[..], covered);
    let room = header.get_mut(at..at.saturating_add(MAC)).ok_or(Error::Cipher)?;
    write_base64(&mac, room)?;
    Ok(Some(header))
}

fn write_base64(bytes: &[u8], room: &mut [u8]) -> Result<(), Error> {
    let written = BASE64_STANDARD_NO_PAD.encode_slice(bytes, room).map_err(|_| Error::Cipher)?;
    if written == room.len() { Ok(()) } else { Err(Error::Cipher) }
}

/// What may be terms in the last of `stanzas`; none if it is no grease.
pub(super) fn hidden(stanzas: &[Stanza]) -> Option<[u8; HIDDEN]> {
    let last = stanzas.last().filter(|stanza| stanza.tag.ends_with(SUFFIX))?;
    last.body.first_chunk().copied()
}
