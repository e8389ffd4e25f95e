//! The end of a vault: keys first, then files.

use super::commit::lock;
use super::error::Error;
use super::head;
use super::random::Random;
use super::record::Id;
use super::storage::Storage;
use super::whole::remove_if_there;

/// Destroys the keys, then removes the files that a vault has. Every step is tried; the first failure
/// is told.
pub(super) fn wipe(storage: &mut dyn Storage, random: &mut dyn Random) -> Result<(), Error> {
    let mut done = head::destroy(storage, random);
    let failed = Error::disk("removing its files");
    match storage.list() {
        Ok(names) => {
            for name in names.iter().filter(|name| name.parse::<Id>().is_ok()) {
                done = done.and(remove_if_there(storage, name).map_err(&failed));
            }
        }
        Err(error) => done = done.and(Err(failed(error))),
    }
    done.and(storage.sync_folder().map_err(&failed))
}

/// [`wipe`] of a vault that nobody opened.
pub(super) fn unopened(storage: &mut dyn Storage, random: &mut dyn Random) -> Result<(), Error> {
    lock(storage)?;
    let names = storage.list().map_err(Error::disk("looking into its folder"))?;
    if !names.iter().any(|name| head::is_name(name)) {
        return Err(Error::NotAVault);
    }
    wipe(storage, random)
}
