//! Writing one file, a clean photo or a sealed one: whole or not at all, in its folder only, never over
//! another file unless told.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, renameat, unlinkat};
use unmarked::name;

use crate::destination::Destination;
use crate::input::Identity;
use crate::names::shown;
use crate::problem::Problem;
use crate::staged::{Readers, Staged};

/// Under which name a file is written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Naming<'a> {
    /// A fresh one.
    Fresh,
    /// This one, or not at all.
    New(&'a OsStr),
    /// This one, also if a file has it.
    Replacing(&'a OsStr),
}

/// The folder and name for what is made of the file `input`; none for standard output.
pub(crate) fn place<'a>(
    destination: &'a Destination,
    replace: bool,
    input: &'a Path,
) -> Option<(&'a Path, Naming<'a>)> {
    match destination {
        Destination::Standard => None,
        Destination::Folder(folder) => Some((folder, Naming::Fresh)),
        Destination::File { folder, name } if replace => Some((folder, Naming::Replacing(name))),
        Destination::File { folder, name } => Some((folder, Naming::New(name))),
        Destination::Beside => {
            let folder = input.parent().filter(|folder| !folder.as_os_str().is_empty());
            Some((folder.unwrap_or(Path::new(".")), Naming::Fresh))
        }
    }
}

/// Refuses what can be known to fail before the photo is cleaned: that the name is taken, or is
/// that of the photo itself, whichever way it is spelled.
pub(crate) fn refuse_early(
    folder: &Path,
    naming: Naming<'_>,
    photo: Option<Identity>,
) -> Result<(), Problem> {
    let (Naming::New(name) | Naming::Replacing(name)) = naming else { return Ok(()) };
    let path = beside(folder, name);
    let place = shown(&path);
    if photo.is_some() && fs::metadata(&path).is_ok_and(|about| Some(Identity::of(&about)) == photo)
    {
        return Err(Problem::new(
            format!("{place} is the photo itself, which is never changed"),
            "choose another name with -o",
        ));
    }
    match (fs::symlink_metadata(&path), naming) {
        (Err(_), _) => Ok(()),
        (Ok(_), Naming::New(_)) => Err(Problem::exists(&place)),
        // a device that is renamed over would be lost
        (Ok(about), _) if !about.is_file() => Err(Problem::new(
            format!("{place} is no plain file and is not replaced"),
            "choose another name with -o",
        )),
        (Ok(_), _) => Ok(()),
    }
}

/// What is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Content<'a> {
    pub(crate) bytes: &'a [u8],
    /// What a fresh name ends with; nothing where that is not known.
    pub(crate) extension: &'a str,
    pub(crate) readers: Readers,
}

impl<'a> Content<'a> {
    /// What is made to be handed on.
    pub(crate) fn to_hand_on(bytes: &'a [u8], extension: &'a str) -> Content<'a> {
        Content { bytes, extension, readers: Readers::Umask }
    }
}

/// Writes `content` into `folder`, and gives the path under which it is there.
pub(crate) fn write(
    folder: &Path,
    naming: Naming<'_>,
    content: Content<'_>,
) -> Result<PathBuf, Problem> {
    let folder = Folder::open(folder)?;
    let name = match naming {
        Naming::Fresh => folder.put(content, &fresh_names(content.extension)?)?,
        Naming::New(name) => folder.put(content, &[name.into()])?,
        Naming::Replacing(name) => {
            let whole = folder.put(content, &fresh_names(content.extension)?)?;
            folder.rename_over(&whole, name.as_ref())?;
            name.into()
        }
    };
    Ok(beside(&folder.path, name.as_os_str()))
}

/// Writes `content` to `place`, as [`place`] gave it; gives the path, and none for standard output.
pub(crate) fn deliver(
    place: Option<(&Path, Naming<'_>)>,
    content: Content<'_>,
) -> Result<Option<PathBuf>, Problem> {
    match place {
        Some((folder, naming)) => write(folder, naming, content).map(Some),
        None => print(content.bytes).map(|()| None),
    }
}

/// Writes `bytes` to standard output, past any buffer that would keep a part of them in memory.
fn print(bytes: &[u8]) -> Result<(), Problem> {
    let write = || File::from(io::stdout().as_fd().try_clone_to_owned()?).write_all(bytes);
    write().map_err(|error| Problem::writing(&error, "standard output"))
}

/// A fresh name, and some more in case that it is taken.
fn fresh_names(extension: &str) -> Result<Vec<PathBuf>, Problem> {
    (0..4).map(|_| Ok(name::fresh_as(extension)?.into())).collect()
}

/// A folder that is written into, held open: it stays the same one if it is renamed meanwhile.
struct Folder {
    path: PathBuf,
    handle: File,
}

impl Folder {
    fn open(path: &Path) -> Result<Folder, Problem> {
        let handle = File::open(path).map_err(|error| Problem::writing(&error, &shown(path)))?;
        Ok(Folder { path: path.to_path_buf(), handle })
    }

    /// Writes `content` under the first of `names` that nothing has, and gives that one.
    fn put(&self, content: Content<'_>, names: &[PathBuf]) -> Result<PathBuf, Problem> {
        let Content { bytes, extension, readers } = content;
        let problem = |error: io::Error| match (error.kind(), names) {
            (ErrorKind::AlreadyExists, [.., name]) => {
                Problem::exists(&shown(&beside(&self.path, name.as_os_str())))
            }
            _ => Problem::writing(&error, &shown(&self.path)),
        };
        let folder = self.handle.as_fd();
        if let Some(staged) = Staged::unnamed(folder, bytes, readers).map_err(problem)? {
            match self.publish(&staged, names) {
                // no /proc, or a sandbox that forbids to link from it: the other way may be open
                Err(error) if error.kind() != ErrorKind::AlreadyExists => {}
                published => return published.map_err(problem),
            }
        }
        let temporary = self.path.join(name::fresh_as(extension)?);
        let staged = Staged::named(folder, temporary, bytes, readers).map_err(problem)?;
        self.publish(&staged, names).map_err(problem)
    }

    fn publish(&self, staged: &Staged, names: &[PathBuf]) -> io::Result<PathBuf> {
        let mut taken = io::Error::from(ErrorKind::AlreadyExists);
        for name in names {
            match staged.publish(self.handle.as_fd(), name) {
                Ok(()) => return Ok(name.clone()),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => taken = error,
                Err(error) => return Err(error),
            }
        }
        Err(taken)
    }

    /// Gives the photo that is whole under the name `whole` the name `name`, and removes it if that
    /// cannot be.
    fn rename_over(&self, whole: &Path, name: &Path) -> Result<(), Problem> {
        let folder = self.handle.as_fd();
        renameat(folder, whole, folder, name).map_err(|errno| {
            let _ = unlinkat(folder, whole, AtFlags::empty());
            Problem::writing(&errno.into(), &shown(&self.path))
        })
    }
}

/// The path of `name` in `folder`, as a person would write it.
fn beside(folder: &Path, name: &OsStr) -> PathBuf {
    if folder == Path::new(".") { PathBuf::from(name) } else { folder.join(name) }
}
