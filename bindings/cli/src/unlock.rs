//! Opening a vault, or making one, with what a person brings.

use std::io::ErrorKind;

use unmarked::Passphrase;
use unmarked::vault::{Error, Folder, Needs, Settings, Storage, Unlock, Vault};

use crate::args::Which;
use crate::problem::{Problem, words};
use crate::{key_file, password};

/// How often a passphrase can be typed.
const TRIES: usize = 3;

/// A passphrase of fewer characters is said to be short: one factor alone should have 15 (NIST SP 800-63B-4,
/// section 3.1.1.2), and four short words have as many.
const SHORT: usize = 15;

const QUESTION: &str = "Passphrase of the vault: ";
const AGAIN: &str = "That is not it. Passphrase of the vault: ";

/// A vault, open.
pub(crate) struct Opened {
    pub(crate) vault: Vault,
    /// It was made just now.
    pub(crate) made: bool,
    /// The key file was made just now.
    pub(crate) key_made: bool,
    /// The passphrase is so short that a thief of the folder can find it by trying.
    pub(crate) guessable: bool,
}

/// Opens the vault that `which` names.
pub(crate) fn open(which: &Which) -> Result<Vault, Problem> {
    let mut folder = Folder::open(&which.vault).map_err(|error| no_folder(&error))?;
    let needs = Vault::needs(&mut folder)?;
    let platform_key = match (needs, &which.key_file) {
        (Needs::Passphrase, Some(_)) => {
            return Err(Problem::new(
                "the vault was made without a key file",
                "leave --key-file out",
            ));
        }
        (Needs::Both | Needs::PlatformKey, None) => {
            return Err(Problem::new(
                "the vault is opened with its key file",
                "add --key-file FILE",
            ));
        }
        (_, key_file) => key_file.as_deref().map(key_file::read).transpose()?,
    };
    let mut unlock = Unlock { platform_key, passphrase: None };
    for tries_left in (0..TRIES).rev() {
        if needs != Needs::PlatformKey {
            let question = if unlock.passphrase.is_none() { QUESTION } else { AGAIN };
            let typed = password::get(which.password_file.as_deref(), question)?;
            unlock.passphrase = Some(Passphrase::new(&typed)?);
        }
        let folder = Folder::open(&which.vault).map_err(|error| no_folder(&error))?;
        match Vault::open(Box::new(folder), &unlock, Settings::default()) {
            Err(Error::WrongKey) if tries_left > 0 && asks(which, needs) => {}
            Err(Error::WrongKey) => return Err(wrong(needs)),
            opened => return Ok(opened?),
        }
    }
    Err(wrong(needs))
}

/// Opens the vault that `which` names, or makes it where there is nothing.
pub(crate) fn open_or_make(which: &Which) -> Result<Opened, Problem> {
    match Folder::open(&which.vault) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(no_folder(&error)),
        Ok(mut folder) => match Vault::needs(&mut folder) {
            Err(Error::NotAVault) => {
                // told before a passphrase is asked for; a first run that was stopped left no more than this
                let names = folder.list().map_err(|error| no_folder(&error))?;
                if names.iter().any(|name| name != "head.new") {
                    return Err(Error::Exists.into());
                }
            }
            _ => {
                return Ok(Opened {
                    vault: open(which)?,
                    made: false,
                    key_made: false,
                    guessable: false,
                });
            }
        },
    }
    make(which)
}

fn make(which: &Which) -> Result<Opened, Problem> {
    let question = "A new vault is made. Choose a passphrase for it: ";
    let typed = password::choose(which.password_file.as_deref(), question)?;
    let passphrase = Passphrase::new(&typed)?;
    let guessable = passphrase.text().chars().count() < SHORT && which.key_file.is_none();
    let passphrase = Some(passphrase);
    let folder = Folder::create(&which.vault).map_err(|error| {
        Problem::new(
            format!("the vault cannot be made: {}", words(&error)),
            "choose another folder with --vault, in one that exists",
        )
    })?;
    let key_made = which.key_file.as_deref().is_some_and(|path| !path.exists());
    let platform_key = match &which.key_file {
        Some(path) if key_made => Some(key_file::make(path)?),
        Some(path) => Some(key_file::read(path)?),
        None => None,
    };
    let unlock = Unlock { platform_key, passphrase };
    let vault = Vault::create(Box::new(folder), &unlock, Settings::default())?;
    Ok(Opened { vault, made: true, key_made, guessable })
}

/// Whether a passphrase is typed, and may be typed again.
fn asks(which: &Which, needs: Needs) -> bool {
    needs != Needs::PlatformKey && which.password_file.is_none()
}

fn wrong(needs: Needs) -> Problem {
    match needs {
        Needs::Passphrase => Problem::new("the passphrase is wrong", "try again"),
        Needs::PlatformKey => {
            Problem::new("this is not the key file of the vault", "check the name after --key-file")
        }
        Needs::Both => Problem::new(
            "the passphrase is wrong, or this is not the key file of the vault",
            "check both, and try again",
        ),
    }
}

/// The folder of a vault cannot be opened.
pub(crate) fn no_folder(error: &std::io::Error) -> Problem {
    match error.kind() {
        ErrorKind::NotFound => {
            Problem::new("there is no such vault", "check the name after --vault")
        }
        ErrorKind::NotADirectory => {
            Problem::new("it is a file, and a vault is a folder", "check the name after --vault")
        }
        ErrorKind::PermissionDenied => {
            Problem::new("no permission to look into it", "open it as the person who made it")
        }
        _ => Problem::new(
            format!("it cannot be read: {}", words(error)),
            "check the disk, and the name after --vault",
        ),
    }
}
