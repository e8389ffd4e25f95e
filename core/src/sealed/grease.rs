//! The stanza that carries the terms of a file for recipients, in the form of those that age's tool in
//! Rust puts last into every such header: of random kind, arguments and length, for nobody.
//!
//! age-core's `grease_the_joint` draws: a kind of 1 to 8 graphic characters and `-grease`; 0 to 4
//! arguments of 1 to 8 graphic characters; a body of 0 to 99 random bytes. So does this, but for
//! bodies that are too short for the terms, which are never drawn: one of five of theirs is.

use super::Error;
use super::header::Stanza;
use super::keys::{self, FileKey};
use super::terms::{SEALED, Terms};

const SUFFIX: &str = "-grease";
const MOST_LETTERS: u8 = 8;
const MOST_ARGUMENTS: u8 = 4;
const LONGEST_BODY: u8 = 99;

/// What a stanza is made of.
pub(super) struct Grease {
    kind: String,
    arguments: Vec<String>,
    body: Vec<u8>,
}

impl Grease {
    /// A new one, which carries `terms`.
    pub(super) fn new(terms: &Terms, file_key: &FileKey) -> Result<Grease, Error> {
        let kind = format!("{}{SUFFIX}", letters()?);
        let arguments =
            (0..below::<{ MOST_ARGUMENTS + 1 }>()?).map(|_| letters()).collect::<Result<_, _>>()?;
        let more = below::<{ LONGEST_BODY + 1 - SEALED as u8 }>()?;
        let mut body = terms.seal(file_key)?.to_vec();
        let random = keys::random::<{ LONGEST_BODY as usize }>()?;
        body.extend(random.iter().take(usize::from(more)));
        Ok(Grease { kind, arguments, body })
    }

    /// As the header takes it, the last one.
    pub(super) fn stanza(self: &Grease) -> Stanza<'_> {
        Stanza {
            kind: &self.kind,
            arguments: self.arguments.iter().map(String::as_str).collect(),
            body: self.body.clone(),
        }
    }
}

/// The terms that the last of `stanzas` carries; none if the file was made by another tool.
pub(super) fn terms(stanzas: &[Stanza<'_>], file_key: &FileKey) -> Option<Terms> {
    let last = stanzas.last().filter(|stanza| stanza.kind.ends_with(SUFFIX))?;
    Terms::open(file_key, last.body.first_chunk::<SEALED>()?)
}

/// One to eight graphic characters of ASCII.
fn letters() -> Result<String, Error> {
    let graphic = || Ok(char::from(below::<{ b'~' - b'!' + 1 }>()?.saturating_add(b'!')));
    (0..=below::<MOST_LETTERS>()?).map(|_| graphic()).collect()
}

/// A random number below `LIMIT`, each as likely as any other.
fn below<const LIMIT: u8>() -> Result<u8, Error> {
    // of what is at or above the largest multiple, small numbers would be likelier
    let whole = const { u8::MAX - u8::MAX % LIMIT };
    loop {
        let [byte] = *keys::random::<1>()?;
        if byte < whole {
            return Ok(byte.checked_rem(LIMIT).unwrap_or_default());
        }
    }
}
