//! The key file: 32 random bytes that are kept elsewhere than the vault, on a stick for instance.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use unmarked::SecretKey;

use crate::names::shown;
use crate::problem::{Problem, words};

/// The key in the file `path`.
pub(crate) fn read(path: &Path) -> Result<SecretKey, Problem> {
    let place = shown(path);
    // wiped as it is given back
    let mut bytes = Vec::with_capacity(SecretKey::LENGTH + 1);
    let read =
        File::open(path).and_then(|f| f.take(SecretKey::LENGTH as u64 + 1).read_to_end(&mut bytes));
    match (read, <&[u8; SecretKey::LENGTH]>::try_from(bytes.as_slice())) {
        (Ok(_), Ok(key)) => Ok(SecretKey::copy_from(key)?),
        (Ok(_), Err(_)) => Err(Problem::new(
            format!("{place} is no key file: that has exactly {} bytes", SecretKey::LENGTH),
            "check the name after --key-file",
        )),
        (Err(error), _) if error.kind() == ErrorKind::NotFound => {
            Err(Problem::new(format!("there is no key file {place}"), "put in what it is kept on"))
        }
        (Err(error), _) => Err(Problem::new(
            format!("the key file {place} cannot be read: {}", words(&error)),
            "check the name after --key-file",
        )),
    }
}

/// Makes the file `path` with a new key in it, for its owner alone.
pub(crate) fn make(path: &Path) -> Result<SecretKey, Problem> {
    let key = SecretKey::random()?;
    let write = || {
        let mut file = File::options().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(key.bytes())?;
        file.sync_all()?;
        // its name must last as well: without this file nobody opens the vault
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    };
    write().map_err(|error| {
        Problem::new(
            format!("the key file {} cannot be made: {}", shown(path), words(&error)),
            "choose another name with --key-file",
        )
    })?;
    Ok(key)
}
