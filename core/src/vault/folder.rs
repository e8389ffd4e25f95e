//! The default storage: a folder of the file system, for its owner alone.

use std::ffi::OsStr;
use std::fs::{File, FileTimes};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use rustix::fs::{AtFlags, CWD, Dir, FlockOperation, Mode, OFlags};
use rustix::io::Errno;

use super::Storage;

/// Held locked while the vault is open. It stays empty, and is never renamed or removed: a lock on a
/// file that can be replaced locks nothing.
const LOCK: &str = "lock";

/// The time that every file bears, in seconds since 1970: 2000-01-01. FAT knows none before 1980.
const TIME: u64 = 946_684_800;

/// A folder that only its owner reads, whose files bear one constant date and are reached through the
/// folder's descriptor alone, never through a symbolic link.
#[derive(Debug)]
pub struct Folder {
    folder: File,
    lock: Option<File>,
    /// The file that was used last: a file is written, synced and dated through one descriptor, so
    /// that an error of writing it back to the disk cannot get lost.
    open: Option<(String, File)>,
}

impl Folder {
    /// Opens the folder at `path`. Nothing is changed in it.
    ///
    /// Errors: as the system gives them; `NotFound`, `NotADirectory`.
    pub fn open(path: &Path) -> io::Result<Folder> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = rustix::fs::openat(CWD, path, flags, Mode::empty())?;
        Ok(Folder { folder: File::from(folder), lock: None, open: None })
    }

    /// Makes the folder at `path` if there is none, readable by its owner alone (mode 0700), and opens
    /// it. Folders above it must be there.
    ///
    /// Errors: as the system gives them.
    pub fn create(path: &Path) -> io::Result<Folder> {
        match rustix::fs::mkdirat(CWD, path, Mode::RWXU) {
            Ok(()) => {
                // the folder's own name must last too
                let above = path.parent().filter(|above| !above.as_os_str().is_empty());
                File::open(above.unwrap_or(Path::new(".")))?.sync_all()?;
            }
            Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
        Folder::open(path)
    }

    /// Opens a file of the folder: never a symbolic link, and never anything but a file.
    fn open_file(&self, name: &str, flags: OFlags) -> io::Result<File> {
        // without NONBLOCK, opening a FIFO that somebody put there would wait for ever
        let always = OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let mode = Mode::RUSR | Mode::WUSR;
        // that a record was read is nobody's business; only the owner of a file may ask for this
        #[cfg(any(target_os = "linux", target_os = "android"))]
        let quiet = OFlags::NOATIME;
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        let quiet = OFlags::empty();
        let file = match rustix::fs::openat(&self.folder, name, flags | always | quiet, mode) {
            Err(Errno::PERM) => rustix::fs::openat(&self.folder, name, flags | always, mode),
            other => other,
        };
        let file = match file {
            // a symbolic link or a folder stands where a file should
            Err(Errno::LOOP | Errno::ISDIR | Errno::NXIO) => {
                return Err(io::Error::from(io::ErrorKind::InvalidData));
            }
            other => other?,
        };
        let file = File::from(file);
        if !file.metadata()?.is_file() {
            return Err(io::Error::from(io::ErrorKind::InvalidData));
        }
        Ok(file)
    }

    /// The file `name`, as it is open or opened now.
    fn file(&mut self, name: &str) -> io::Result<&mut File> {
        if self.open.as_ref().is_none_or(|(open, _)| open != name) {
            // a folder that cannot be written to can still be read
            let file = match self.open_file(name, OFlags::RDWR) {
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied
                    ) =>
                {
                    self.open_file(name, OFlags::RDONLY)?
                }
                other => other?,
            };
            self.open = Some((name.to_owned(), file));
        }
        match &mut self.open {
            Some((_, file)) => Ok(file),
            None => Err(io::Error::from(io::ErrorKind::NotFound)),
        }
    }

    /// Forgets the open file if it is one of `names`.
    fn forget(&mut self, names: &[&str]) {
        self.open.take_if(|(open, _)| names.contains(&open.as_str()));
    }
}

/// A file that cannot be written to fails with `EBADF`, since it is open for reading alone.
fn writing(result: io::Result<()>) -> io::Result<()> {
    result.map_err(|error| match Errno::from_io_error(&error) {
        Some(Errno::BADF) => io::Error::from(io::ErrorKind::ReadOnlyFilesystem),
        _ => error,
    })
}

/// Gives a file or folder the one constant date.
fn date(file: &File) -> io::Result<()> {
    let time = UNIX_EPOCH.checked_add(Duration::from_secs(TIME)).unwrap_or(UNIX_EPOCH);
    file.set_times(FileTimes::new().set_accessed(time).set_modified(time))
}

impl Storage for Folder {
    fn lock(&mut self) -> io::Result<()> {
        let lock = match self.open_file(LOCK, OFlags::RDWR | OFlags::CREATE) {
            // where nothing can be written there may be no lock either, and nobody to be locked out
            Err(error) if error.kind() == io::ErrorKind::ReadOnlyFilesystem => {
                match self.open_file(LOCK, OFlags::RDONLY) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                    other => other?,
                }
            }
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                self.open_file(LOCK, OFlags::RDONLY)?
            }
            other => other?,
        };
        rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
        // on a file system that keeps no such times, there is nothing to tell either
        let _ = date(&lock);
        self.lock = Some(lock);
        Ok(())
    }

    fn list(&mut self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in Dir::read_from(&self.folder)? {
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            if !matches!(name, b"." | b"..") && name != LOCK.as_bytes() {
                // a name that is not UTF-8 is none of the vault's; it is told so that nothing is
                // created beside it
                names.push(String::from_utf8_lossy(name).into_owned());
            }
        }
        Ok(names)
    }

    fn length(&mut self, name: &str) -> io::Result<u64> {
        Ok(self.file(name)?.metadata()?.len())
    }

    fn read(&mut self, name: &str, at: u64, room: &mut [u8]) -> io::Result<usize> {
        let file = self.file(name)?;
        file.seek(SeekFrom::Start(at))?;
        let mut read = 0;
        while let Some(left) = room.get_mut(read..).filter(|left| !left.is_empty()) {
            match file.read(left) {
                Ok(0) => break,
                Ok(count) => read = read.saturating_add(count),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(read)
    }

    fn create(&mut self, name: &str) -> io::Result<()> {
        let file = self.open_file(name, OFlags::RDWR | OFlags::CREATE | OFlags::EXCL)?;
        date(&file)?;
        self.open = Some((name.to_owned(), file));
        Ok(())
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let file = self.file(name)?;
        file.seek(SeekFrom::End(0))?;
        writing(file.write_all(bytes))?;
        date(file)
    }

    fn overwrite(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let file = self.file(name)?;
        writing(file.write_all_at(bytes, 0))?;
        date(file)
    }

    fn sync(&mut self, name: &str) -> io::Result<()> {
        self.file(name)?.sync_all()
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        self.forget(&[from, to]);
        Ok(rustix::fs::renameat(&self.folder, from, &self.folder, to)?)
    }

    fn remove(&mut self, name: &str) -> io::Result<()> {
        self.forget(&[name]);
        Ok(rustix::fs::unlinkat(&self.folder, OsStr::new(name), AtFlags::empty())?)
    }

    fn sync_folder(&mut self) -> io::Result<()> {
        date(&self.folder)?;
        self.folder.sync_all()
    }
}
