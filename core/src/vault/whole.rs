//! The one place where a file is replaced: whole or not at all, whatever fails and whenever it stops.

use std::io;

use super::storage::Storage;

/// The end of a name under which a file is written before it is one.
const UNFINISHED: &str = ".new";

/// True if `unfinished` is left of a [`replace`] of `name` that did not come to its end.
pub(super) fn is_unfinished(unfinished: &str, name: &str) -> bool {
    unfinished.strip_suffix(UNFINISHED) == Some(name)
}

/// Puts `bytes` in the place of what the file `name` held: temporary, sync, rename, sync folder. Once
/// it has returned, the new content lasts; before, either the old one lasts or the new one.
///
/// The folder is synced before the rename too, so that nothing the new content speaks of can be
/// missing where it lasts.
pub(crate) fn replace(storage: &mut dyn Storage, name: &str, bytes: &[u8]) -> io::Result<()> {
    let unfinished = format!("{name}{UNFINISHED}");
    remove_if_there(storage, &unfinished)?;
    storage.create(&unfinished)?;
    storage.append(&unfinished, bytes)?;
    storage.sync(&unfinished)?;
    storage.sync_folder()?;
    storage.rename(&unfinished, name)?;
    storage.sync_folder()
}

/// Writes `noise` over the file `name` and over what is left of an unfinished one, and removes both.
/// Each step is done even if another fails; the first failure is told.
pub(super) fn destroy(storage: &mut dyn Storage, name: &str, noise: &[u8]) -> io::Result<()> {
    let mut done = Ok(());
    for name in [name, &format!("{name}{UNFINISHED}")] {
        let there = match storage.overwrite(name, noise) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            other => {
                done = done.and(other).and(storage.sync(name));
                true
            }
        };
        if there {
            done = done.and(remove_if_there(storage, name));
        }
    }
    done.and(storage.sync_folder())
}

/// Removes a file that may not be there.
pub(super) fn remove_if_there(storage: &mut dyn Storage, name: &str) -> io::Result<()> {
    match storage.remove(name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
