//! A vault in a folder, from creating to wiping.

use std::path::Path;
use std::sync::{Arc, Mutex};

use unmarked::vault::{self, Cost, Folder, Id, Kind, NewRecord, Settings, Storage, Vault};

use super::{
    RecordLimits, VaultContent, VaultError, VaultEventKind, VaultLog, VaultNeeds, VaultRecord,
    VaultRecordToAdd, VaultUnlock,
};
use crate::CleanPhoto;

/// What a passphrase costs to try: the memory and the passes of Argon2id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct PassphraseCost {
    /// Memory in KiB, 8192 to 262144.
    pub memory_kib: u32,
    /// Passes over it, 1 to 16.
    pub passes: u32,
}

/// How a vault is created or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct VaultSettings {
    /// The least `generation()` that is opened. Note the generation where whoever can exchange the
    /// folder cannot change it: an old copy is told by it.
    #[uniffi(default = 0)]
    pub least_generation: u64,
    /// What a passphrase costs to try, for a new vault; none is 64 MiB and three passes.
    #[uniffi(default = None)]
    pub cost: Option<PassphraseCost>,
}

impl VaultSettings {
    fn to_core(self) -> Result<Settings, VaultError> {
        let VaultSettings { least_generation, cost } = self;
        let cost = match cost {
            None => Cost::default(),
            Some(PassphraseCost { memory_kib, passes }) => Cost::new(memory_kib, passes)
                .ok_or_else(|| {
                    VaultError::unusable("a passphrase cannot have this cost", "leave it out")
                })?,
        };
        Ok(Settings { least_generation, cost, ..Settings::default() })
    }
}

/// Makes a vault in `folder`, which is made too if it is not there; the folder above it must be.
/// Blocks: with a passphrase for about a second.
///
/// Errors: `NotEmpty`, `InUse`, `Unusable`, `Storage`, `Failed`.
#[uniffi::export]
pub fn create_vault(
    folder: String,
    unlock: Arc<VaultUnlock>,
    settings: VaultSettings,
) -> Result<Arc<OpenVault>, VaultError> {
    let settings = settings.to_core()?;
    let folder = Folder::create(Path::new(&folder)).map_err(VaultError::folder)?;
    opened(Vault::create(Box::new(folder), &unlock.unlock, settings))
}

/// Opens the vault in `folder`. Blocks: with a passphrase for about a second.
///
/// Errors: `NoVault`, `InUse`, `NeedsOther`, `WrongKey`, `OtherVersion`, `Damaged`, `RolledBack`,
/// `Unusable`, `Storage`, `Failed`.
#[uniffi::export]
pub fn open_vault(
    folder: String,
    unlock: Arc<VaultUnlock>,
    settings: VaultSettings,
) -> Result<Arc<OpenVault>, VaultError> {
    let settings = settings.to_core()?;
    opened(Vault::open(Box::new(existing(&folder)?), &unlock.unlock, settings))
}

/// What opens the vault in `folder`, also while it is open elsewhere.
///
/// Errors: `NoVault`, `OtherVersion`, `Damaged`, `Storage`.
#[uniffi::export]
pub fn vault_needs(folder: String) -> Result<VaultNeeds, VaultError> {
    Ok(Vault::needs(&mut existing(&folder)?)?.into())
}

/// Destroys the vault in `folder` without what opens it: its keys first, which takes an instant, then
/// its files. Destroy the platform key as well.
///
/// Errors: `NoVault`, `InUse`, `Storage`.
#[uniffi::export]
pub fn wipe_vault(folder: String) -> Result<(), VaultError> {
    let storage: Box<dyn Storage> = Box::new(existing(&folder)?);
    Ok(Vault::wipe_unopened(storage)?)
}

fn existing(folder: &str) -> Result<Folder, VaultError> {
    Folder::open(Path::new(folder)).map_err(VaultError::folder)
}

fn opened(vault: Result<Vault, vault::Error>) -> Result<Arc<OpenVault>, VaultError> {
    Ok(Arc::new(OpenVault { vault: Mutex::new(Some(vault?)) }))
}

/// An open vault. Every call blocks, and waits for the one before. Its keys are wiped, and its folder
/// is free for others, after `lock()`, `wipe()`, or when the last reference goes.
///
/// Besides the errors that each call names, all of them give `Locked` after `lock()` or `wipe()`,
/// `Storage` where the disk fails, and `Failed`.
#[derive(Debug, uniffi::Object)]
pub struct OpenVault {
    vault: Mutex<Option<Vault>>,
}

impl OpenVault {
    fn with<T, E>(&self, ask: impl FnOnce(&mut Vault) -> Result<T, E>) -> Result<T, VaultError>
    where
        VaultError: From<E>,
    {
        let mut held = self.vault.lock().map_err(|_| faulty())?;
        Ok(ask(held.as_mut().ok_or_else(VaultError::locked)?)?)
    }

    fn taken(&self) -> Option<Vault> {
        // also after a fault: what is wanted is that the keys go
        self.vault.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take()
    }
}

/// A call before this one did not come to its end.
fn faulty() -> VaultError {
    VaultError::failed("there is a fault in the vault")
}

#[uniffi::export]
impl OpenVault {
    /// Counts what was ever changed in this vault: see `VaultSettings`.
    pub fn generation(&self) -> Result<u64, VaultError> {
        self.with(|vault| Ok::<_, VaultError>(vault.generation()))
    }

    /// All records in the order of adding.
    pub fn list(&self) -> Result<Vec<VaultRecord>, VaultError> {
        self.with(|vault| {
            Ok::<_, VaultError>(vault.list()?.iter().map(VaultRecord::from).collect())
        })
    }

    /// One record.
    ///
    /// Errors: `NoSuchRecord`, `Expired`, `NoViewsLeft`.
    pub fn record(&self, id: String) -> Result<VaultRecord, VaultError> {
        self.with(|vault| Ok::<_, VaultError>(VaultRecord::from(&vault.record(id.parse()?)?)))
    }

    /// The id of the original that holds exactly these bytes, if there is one.
    pub fn find(&self, original: &[u8]) -> Result<Option<String>, VaultError> {
        self.with(|vault| Ok::<_, VaultError>(vault.find(original)?.map(|id: Id| id.to_string())))
    }

    /// Stores `content`, and gives its id. It is there for good once this has returned.
    ///
    /// Errors: `Expired` and `NoViewsLeft` if it could never be read, `NoSuchRecord` if it is said to
    /// be made of something that is no id, `Unusable` for words that are too long.
    pub fn add(&self, content: &[u8], what: VaultRecordToAdd) -> Result<String, VaultError> {
        self.with(|vault| vault.add(content, &what.to_core()?)).map(|id| id.to_string())
    }

    /// Stores a clean photo under its neutral name, as made of the original `of`, if that was kept.
    ///
    /// Errors: as of `add`.
    pub fn add_clean(
        &self,
        photo: Arc<CleanPhoto>,
        of: Option<String>,
        limits: RecordLimits,
    ) -> Result<String, VaultError> {
        let RecordLimits { expires, views } = limits;
        let (name, media_type) = (photo.file_name(), photo.media_type());
        let stored = self.with(|vault| {
            let of = of.as_deref().map(str::parse).transpose()?;
            let new = NewRecord {
                name: Some(&name),
                media_type: Some(&media_type),
                expires,
                views,
                ..NewRecord::new(Kind::Clean { of })
            };
            vault.add(photo.bytes(), &new)
        });
        stored.map(|id| id.to_string())
    }

    /// The content of a record. If its views are counted, this one lasts before the content is
    /// released; after the last one the record's key is destroyed. There is no other way to the
    /// content.
    ///
    /// Errors: `NoSuchRecord`, `Expired`, `NoViewsLeft`, `Damaged`.
    pub fn read(&self, id: String) -> Result<Arc<VaultContent>, VaultError> {
        self.with(|vault| vault.read(id.parse()?)).map(VaultContent::new)
    }

    /// Gives a record a shorter time or fewer views, from now on; what is none, or would be looser,
    /// stays as it is. A time that is over, or no views, destroys the record at once.
    ///
    /// Errors: `NoSuchRecord`, `Expired`, `NoViewsLeft`.
    pub fn restrict(&self, id: String, limits: RecordLimits) -> Result<(), VaultError> {
        self.with(|vault| vault.restrict(id.parse()?, limits.expires, limits.views))
    }

    /// Destroys the keys of records, then their files.
    ///
    /// Errors: `NoSuchRecord`, and nothing done, if one of them is not there.
    pub fn remove(&self, ids: Vec<String>) -> Result<(), VaultError> {
        self.with(|vault| {
            let ids: Vec<Id> = ids.iter().map(|id| id.parse()).collect::<Result<_, _>>()?;
            vault.remove(&ids)
        })
    }

    /// Writes an event into the audit log, at the time of the vault's clock.
    ///
    /// Errors: `NoSuchRecord` if `record` is no id.
    pub fn event(
        &self,
        kind: VaultEventKind,
        record: Option<String>,
        number: u64,
    ) -> Result<(), VaultError> {
        self.with(|vault| {
            let record = record.as_deref().map(str::parse).transpose()?;
            vault.event(kind.into(), record, number)
        })
    }

    /// The audit log.
    pub fn log(&self) -> Result<VaultLog, VaultError> {
        self.with(|vault| VaultLog::try_from(vault.log()?))
    }

    /// The hash of the audit log's chain after the first `count` events, to compare with one that was
    /// noted when there were as many; none if there are fewer.
    pub fn log_hash_after(&self, count: u64) -> Result<Option<Vec<u8>>, VaultError> {
        self.with(|vault| {
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            Ok::<_, VaultError>(vault.log()?.hash_after(count).map(|hash| hash.to_vec()))
        })
    }

    /// Changes what opens the vault, with a new vault key and a new index. What opened it before opens
    /// it no more.
    pub fn rekey(&self, unlock: Arc<VaultUnlock>) -> Result<(), VaultError> {
        self.with(|vault| vault.rekey(&unlock.unlock))
    }

    /// Wipes the keys from memory and frees the folder. Locking again does nothing.
    pub fn lock(&self) {
        drop(self.taken());
    }

    /// Destroys the vault: its keys first, which takes an instant, then its files. From then on nothing
    /// in it can be read, even where this fails. Destroy the platform key as well: flash may keep old
    /// copies of what was written over.
    pub fn wipe(&self) -> Result<(), VaultError> {
        Ok(self.taken().ok_or_else(VaultError::locked)?.wipe()?)
    }
}
