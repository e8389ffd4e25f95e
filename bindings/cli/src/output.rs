//! Writing one photo: whole or not at all, in its folder only, never over another file
//! unless told.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, renameat, unlinkat};
use unmarked::{Clean, Format, name};

use crate::input::Identity;
use crate::names::shown;
use crate::problem::Problem;
use crate::staged::{Readers, Staged};

/// Under which name a photo is written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Naming<'a> {
    /// The photo's own fresh name, or another fresh one if that is taken.
    Fresh,
    /// This one, or not at all.
    New(&'a OsStr),
    /// This one, also if a file has it.
    Replacing(&'a OsStr),
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
    /// The name that it has where no other is asked for.
    pub(crate) name: &'a str,
    /// None if it is no photo.
    pub(crate) format: Option<Format>,
    pub(crate) readers: Readers,
}

impl<'a> From<&'a Clean> for Content<'a> {
    fn from(photo: &'a Clean) -> Content<'a> {
        let format = Some(photo.receipt().format);
        Content { bytes: photo.bytes(), name: photo.name(), format, readers: Readers::Umask }
    }
}

/// A fresh neutral name for a file of `format`, without extension where that is not known.
pub(crate) fn neutral_name(format: Option<Format>) -> Result<String, unmarked::Error> {
    let mut name = name::fresh(format.unwrap_or(Format::Jpeg))?;
    if format.is_none() {
        name.truncate(name.find('.').unwrap_or(name.len()));
    }
    Ok(name)
}

/// Writes `photo` into `folder`, and gives the path under which it is there.
pub(crate) fn write(
    folder: &Path,
    naming: Naming<'_>,
    photo: Content<'_>,
) -> Result<PathBuf, Problem> {
    let folder = Folder::open(folder)?;
    let name = match naming {
        Naming::Fresh => folder.put(photo, &fresh_names(photo)?)?,
        Naming::New(name) => folder.put(photo, &[name.into()])?,
        Naming::Replacing(name) => {
            let whole = folder.put(photo, &fresh_names(photo)?)?;
            folder.rename_over(&whole, name.as_ref())?;
            name.into()
        }
    };
    Ok(beside(&folder.path, name.as_os_str()))
}

/// The name of `photo`, and some more in case that it is taken.
fn fresh_names(photo: Content<'_>) -> Result<Vec<PathBuf>, Problem> {
    let mut names = vec![PathBuf::from(photo.name)];
    for _ in 0..3 {
        names.push(neutral_name(photo.format)?.into());
    }
    Ok(names)
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

    /// Writes `photo` under the first of `names` that nothing has, and gives that one.
    fn put(&self, photo: Content<'_>, names: &[PathBuf]) -> Result<PathBuf, Problem> {
        let problem = |error: io::Error| match (error.kind(), names) {
            (ErrorKind::AlreadyExists, [.., name]) => {
                Problem::exists(&shown(&beside(&self.path, name.as_os_str())))
            }
            _ => Problem::writing(&error, &shown(&self.path)),
        };
        let folder = self.handle.as_fd();
        if let Some(staged) =
            Staged::unnamed(folder, photo.bytes, photo.readers).map_err(problem)?
        {
            match self.publish(&staged, names) {
                // no /proc, or a sandbox that forbids to link from it: the other way may be open
                Err(error) if error.kind() != ErrorKind::AlreadyExists => {}
                published => return published.map_err(problem),
            }
        }
        let temporary = self.path.join(neutral_name(photo.format)?);
        let staged =
            Staged::named(folder, temporary, photo.bytes, photo.readers).map_err(problem)?;
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
