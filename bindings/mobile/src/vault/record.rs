//! Records of a vault, as Kotlin and Swift see them.

use unmarked::vault::{Error, Id, Kind, NewRecord, Record};

/// What a record is.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum VaultRecordKind {
    /// A photo as it was captured or received.
    Original,
    /// A cleaned photo.
    Clean {
        /// The id of the original that it was made of, if that was kept. It may be gone since.
        of: Option<String>,
    },
    /// Something else that is small, like a list of contacts.
    Data,
}

/// Until when and how often a record can be read. Neither is limited by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, uniffi::Record)]
pub struct RecordLimits {
    /// When it is destroyed, in seconds since 1970-01-01 00:00 UTC.
    #[uniffi(default = None)]
    pub expires: Option<u64>,
    /// How often it can be read, at least once.
    #[uniffi(default = None)]
    pub views: Option<u32>,
}

/// What is told about a record when it is added. All of it is encrypted.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct VaultRecordToAdd {
    /// What it is.
    pub kind: VaultRecordKind,
    /// A name, up to 255 bytes of UTF-8.
    #[uniffi(default = None)]
    pub name: Option<String>,
    /// The media type as registered with IANA, up to 127 bytes: "image/jpeg".
    #[uniffi(default = None)]
    pub media_type: Option<String>,
    /// Words about it, up to 400 bytes of UTF-8.
    #[uniffi(default = None)]
    pub note: Option<String>,
    /// How long it can be read.
    #[uniffi(default)]
    pub limits: RecordLimits,
}

impl VaultRecordToAdd {
    /// As the core takes it.
    ///
    /// Errors: [`Error::NoSuchRecord`] if it names an original by no id.
    pub(super) fn to_core(&self) -> Result<NewRecord<'_>, Error> {
        let RecordLimits { expires, views } = self.limits;
        Ok(NewRecord {
            kind: match &self.kind {
                VaultRecordKind::Original => Kind::Original,
                VaultRecordKind::Clean { of } => {
                    Kind::Clean { of: of.as_deref().map(str::parse).transpose()? }
                }
                VaultRecordKind::Data => Kind::Data,
            },
            name: self.name.as_deref(),
            media_type: self.media_type.as_deref(),
            note: self.note.as_deref(),
            expires,
            views,
        })
    }
}

/// What a vault says about a record. It is private: show it, never log it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct VaultRecord {
    /// Its name in the vault: 32 hexadecimal digits.
    pub id: String,
    /// What it is.
    pub kind: VaultRecordKind,
    /// The name that it was given.
    pub name: Option<String>,
    /// Its media type.
    pub media_type: Option<String>,
    /// Words about it.
    pub note: Option<String>,
    /// How long the content is, in bytes.
    pub length: u64,
    /// When it was added, in seconds since 1970-01-01 00:00 UTC.
    pub added: u64,
    /// When it is destroyed, in seconds since 1970-01-01 00:00 UTC.
    pub expires: Option<u64>,
    /// How often it can still be read.
    pub views_left: Option<u32>,
}

impl From<&Record> for VaultRecord {
    fn from(record: &Record) -> VaultRecord {
        VaultRecord {
            id: record.id.to_string(),
            kind: match record.kind {
                Kind::Original => VaultRecordKind::Original,
                Kind::Clean { of } => {
                    VaultRecordKind::Clean { of: of.map(|id: Id| id.to_string()) }
                }
                Kind::Data => VaultRecordKind::Data,
            },
            name: record.name.clone(),
            media_type: record.media_type.clone(),
            note: record.note.clone(),
            length: record.length,
            added: record.added,
            expires: record.expires,
            views_left: record.views_left,
        }
    }
}
