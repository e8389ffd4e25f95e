//! A photo out of a sealed file.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use unmarked::sealed::{self, Identity, Key, Opened, Opens, Password, StateFolder};
use unmarked::{Format, Limits, name};

use super::seal::typed;
use super::{SealTerms, SealedError};
use crate::given_out;

/// What opens a sealed file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum SealedNeeds {
    /// An identity: the secret key of one that it was sealed to.
    Identity,
    /// The password.
    Password,
}

/// What a person brings to open a sealed file. It is wiped when the last reference goes; wipe what you
/// gave right after.
#[derive(Debug, uniffi::Object)]
pub struct SealKey {
    key: Held,
}

#[derive(Debug)]
enum Held {
    Identities(Vec<Identity>),
    Password(Password),
}

#[uniffi::export]
impl SealKey {
    /// Identities in UTF-8 as age-keygen writes them, one a line; lines that begin with # say nothing.
    ///
    /// Errors: `Unusable` if there is none, or a line is none.
    #[uniffi::constructor]
    pub fn with_identities(identities: &[u8]) -> Result<Arc<SealKey>, SealedError> {
        const KEYGEN: &str = "choose a file that age-keygen wrote";
        let text = std::str::from_utf8(identities)
            .map_err(|_| SealedError::unusable("the identities are not text", KEYGEN))?;
        let identities = Identity::all_in(text).map_err(|(_, error)| error)?;
        if identities.is_empty() {
            return Err(SealedError::unusable("there is no identity", KEYGEN));
        }
        Ok(Arc::new(SealKey { key: Held::Identities(identities) }))
    }

    /// A password in UTF-8.
    ///
    /// Errors: `Unusable` if it is empty or not UTF-8.
    #[uniffi::constructor]
    pub fn with_password(password: &[u8]) -> Result<Arc<SealKey>, SealedError> {
        Ok(Arc::new(SealKey { key: Held::Password(typed(password)?) }))
    }
}

/// What opens `file`, told by its header: nothing is decrypted.
///
/// Errors: `NotSealed`, `Damaged`.
#[uniffi::export]
pub fn sealed_needs(file: &[u8]) -> Result<SealedNeeds, SealedError> {
    Ok(match sealed::opens(file)? {
        Opens::Identity => SealedNeeds::Identity,
        Opens::Password => SealedNeeds::Password,
    })
}

/// Opens `file`. Where the sealer limited the views, this one is counted in `folder`, for good, before
/// anything is given; the folder is made if it is not there, the one above it must be. Always name the
/// same one: in another folder the count begins anew.
///
/// Errors: `NotSealed`, `Damaged`, `WrongKey`, `NeedsOther`, `Expired`, `NoViewsLeft`, `NotCounted`,
/// `TooLarge`, `Failed`.
#[uniffi::export]
pub fn open_sealed(
    file: &[u8],
    key: Arc<SealKey>,
    folder: String,
) -> Result<Arc<OpenedFile>, SealedError> {
    let key = match &key.key {
        Held::Identities(identities) => Key::Identities(identities),
        Held::Password(password) => Key::Password(password),
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let opened = sealed::open(file, key, &Limits::default(), &mut StateFolder::at(folder), now)?;
    let extension = opened.format().map_or("", Format::extension);
    let name = name::fresh_as(extension).map_err(sealed::Error::from)?;
    Ok(Arc::new(OpenedFile { opened, name }))
}

/// What was in a sealed file, in memory. It is wiped when the last reference goes.
#[derive(Debug, uniffi::Object)]
pub struct OpenedFile {
    opened: Opened,
    name: String,
}

#[uniffi::export]
impl OpenedFile {
    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.opened.bytes().len() as u64
    }

    /// Its media type: "image/jpeg"; none if it is no photo that Unmarked knows.
    pub fn media_type(&self) -> Option<String> {
        self.opened.format().map(Format::media_type).map(str::to_owned)
    }

    /// A fresh neutral file name, the same for the life of this object.
    pub fn file_name(&self) -> String {
        self.name.clone()
    }

    /// What the sealer asked for.
    pub fn terms(&self) -> SealTerms {
        let terms = self.opened.terms();
        SealTerms { expires: terms.expires(), views: terms.views() }
    }

    /// How many times it can still be opened on this device; none if that is not limited.
    pub fn views_left(&self) -> Option<u8> {
        self.opened.views_left()
    }

    /// Up to `length` bytes from `offset`, never more than 256 KiB; none at or past the end.
    pub fn read(&self, offset: u64, length: u32) -> Vec<u8> {
        given_out::piece(self.opened.bytes(), offset, length)
    }

    /// Writes all of it to the open file descriptor `fd`, from where it stands: in the clear.
    ///
    /// The descriptor is borrowed and never closed. It has to stay open until this returns.
    pub fn write_to(&self, fd: i32) -> Result<(), SealedError> {
        given_out::write("the photo", self.opened.bytes(), fd).map_err(SealedError::not_written)
    }
}
