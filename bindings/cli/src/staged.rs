//! Bytes on their way into a folder: all there, but not yet under their name.
//!
//! Where the system can, they have no name at all, and a kill leaves nothing. Elsewhere (FAT and
//! other simple file systems) they have a neutral temporary one, which is taken away on any error
//! and on Ctrl-C, though nothing can be done against `kill -9`.
//!
//! As with `cp`, the disk is not waited for: that takes longer than everything else together, and a
//! power cut can cost the copy, never the photo.

use std::fs::{File, FileTimes};
use std::io::{self, Write};
use std::os::fd::BorrowedFd;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, SystemTime};

use rustix::fs::{AtFlags, Mode, OFlags, RenameFlags, linkat, openat, renameat_with};
use rustix::io::Errno;

/// 2000-01-01T00:00:00Z, in seconds of Unix time: the file time of every clean photo, so that it
/// does not tell when it was cleaned. FAT knows no time before 1980.
const FILE_TIME: Duration = Duration::from_secs(946_684_800);

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// As for every file that a program makes: the person's umask decides. What is clean is made to be
    /// handed on, and the rights of the original would say something about its owner.
    Umask,
    /// The person alone.
    Owner,
}

impl Readers {
    fn mode(self) -> Mode {
        match self {
            Readers::Umask => Mode::from_raw_mode(0o666),
            Readers::Owner => Mode::from_raw_mode(0o600),
        }
    }
}

/// Bytes that are complete, but not yet under their name.
pub(crate) enum Staged {
    /// In a file without a name.
    #[cfg(target_os = "linux")]
    Unnamed(File),
    /// In a file with a temporary name.
    Named(Temporary),
}

impl Staged {
    /// Writes `bytes` into a file without a name.
    ///
    /// `Ok(None)` where the system has no such files.
    pub(crate) fn unnamed(
        folder: BorrowedFd<'_>,
        bytes: &[u8],
        readers: Readers,
    ) -> io::Result<Option<Staged>> {
        #[cfg(target_os = "linux")]
        {
            let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
            match openat(folder, c".", flags, readers.mode()) {
                Ok(file) => fill(File::from(file), bytes).map(|file| Some(Staged::Unnamed(file))),
                // as open(2) tells that the file system or the kernel does not know O_TMPFILE
                Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL | Errno::NOENT) => Ok(None),
                Err(errno) => Err(errno.into()),
            }
        }
        #[cfg(not(target_os = "linux"))]
        {
            let _ = (folder, bytes, readers);
            Ok(None)
        }
    }

    /// Writes `bytes` into a file of the temporary name `path`, which is in `folder`.
    pub(crate) fn named(
        folder: BorrowedFd<'_>,
        path: PathBuf,
        bytes: &[u8],
        readers: Readers,
    ) -> io::Result<Staged> {
        let temporary = Temporary::new(path);
        let flags =
            OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let file = {
            // under the lock, so that Ctrl-C either prevents the file or knows of it
            let mut pending = pending();
            let file = openat(folder, file_name(&temporary.path)?, flags, readers.mode())?;
            pending.push(temporary.path.clone());
            file
        };
        fill(File::from(file), bytes)?;
        Ok(Staged::Named(temporary))
    }

    /// Gives the bytes the name `name` in `folder`, where nothing may have it yet
    /// ([`io::ErrorKind::AlreadyExists`]).
    pub(crate) fn publish(&self, folder: BorrowedFd<'_>, name: &Path) -> io::Result<()> {
        match self {
            #[cfg(target_os = "linux")]
            Staged::Unnamed(file) => {
                use std::os::fd::AsRawFd;
                let descriptor = format!("/proc/self/fd/{}", file.as_raw_fd());
                Ok(linkat(rustix::fs::CWD, descriptor, folder, name, AtFlags::SYMLINK_FOLLOW)?)
            }
            Staged::Named(temporary) => temporary.publish(folder, name),
        }
    }
}

fn fill(mut file: File, bytes: &[u8]) -> io::Result<File> {
    file.write_all(bytes)?;
    let time = SystemTime::UNIX_EPOCH + FILE_TIME;
    file.set_times(FileTimes::new().set_accessed(time).set_modified(time))?;
    Ok(file)
}

fn file_name(path: &Path) -> io::Result<&Path> {
    path.file_name().map(Path::new).ok_or_else(|| io::ErrorKind::InvalidFilename.into())
}

/// A file of a temporary name. Dropped, it is taken away, unless it was published.
pub(crate) struct Temporary {
    path: PathBuf,
}

impl Temporary {
    fn new(path: PathBuf) -> Temporary {
        static ONCE: Once = Once::new();
        ONCE.call_once(take_away_on_signals);
        Temporary { path }
    }

    fn publish(&self, folder: BorrowedFd<'_>, name: &Path) -> io::Result<()> {
        let from = file_name(&self.path)?;
        match renameat_with(folder, from, folder, name, RenameFlags::NOREPLACE) {
            // a file system without such a rename (NFS, …) has hard links, or neither (then this
            // fails, rather than to replace what may be there)
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
                Ok(linkat(folder, from, folder, name, AtFlags::empty())?)
            }
            renamed => Ok(renamed?),
        }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let mut pending = pending();
        if let Some(index) = pending.iter().position(|p| *p == self.path) {
            pending.swap_remove(index);
            // after a rename there is nothing under this name any more
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// The temporary files that exist now.
fn pending() -> MutexGuard<'static, Vec<PathBuf>> {
    static PENDING: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
    PENDING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on, a signal that ends the program takes temporary files away first.
fn take_away_on_signals() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    // without it everything works but for files left after Ctrl-C, so a failure is no reason to stop
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM]) else {
        return;
    };
    std::thread::spawn(move || {
        for signal in signals.forever() {
            // held until the end of the program: no file can be made meanwhile
            let pending = pending();
            for path in pending.iter() {
                let _ = std::fs::remove_file(path);
            }
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsFd;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Stages `bytes` in both ways; the unnamed one is checked to exist on Linux.
    fn each_way(test: impl Fn(&Path, BorrowedFd<'_>, Staged)) {
        for named in [false, true] {
            let scratch = tempfile::tempdir().unwrap();
            let folder = File::open(scratch.path()).unwrap();
            let staged = if named {
                let path = scratch.path().join("tmp.jpg");
                Some(Staged::named(folder.as_fd(), path, b"photo", Readers::Umask).unwrap())
            } else {
                Staged::unnamed(folder.as_fd(), b"photo", Readers::Umask).unwrap()
            };
            if let Some(staged) = staged {
                test(scratch.path(), folder.as_fd(), staged);
            } else {
                // Linux has such files in every folder for temporary files that this may run in
                assert_ne!(std::env::consts::OS, "linux");
            }
        }
    }

    #[test]
    fn what_is_published_is_whole_and_alone() {
        each_way(|path, folder, staged| {
            staged.publish(folder, Path::new("a.jpg")).unwrap();
            drop(staged);
            assert_eq!(names(path), ["a.jpg"]);
            assert_eq!(std::fs::read(path.join("a.jpg")).unwrap(), b"photo");
            let time = path.join("a.jpg").metadata().unwrap().modified().unwrap();
            assert_eq!(time, SystemTime::UNIX_EPOCH + FILE_TIME);
        });
    }

    #[test]
    fn what_exists_is_not_replaced() {
        each_way(|path, folder, staged| {
            std::fs::write(path.join("a.jpg"), b"mine").unwrap();
            let error = staged.publish(folder, Path::new("a.jpg")).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
            // and the same bytes can still get another name
            staged.publish(folder, Path::new("b.jpg")).unwrap();
            drop(staged);
            assert_eq!(names(path), ["a.jpg", "b.jpg"]);
            assert_eq!(std::fs::read(path.join("a.jpg")).unwrap(), b"mine");
        });
    }

    #[test]
    fn what_is_not_published_leaves_nothing() {
        each_way(|path, _, staged| {
            drop(staged);
            assert_eq!(names(path), [] as [&str; 0]);
        });
    }

    #[test]
    fn a_temporary_name_that_is_taken_is_left_alone() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = File::open(scratch.path()).unwrap();
        let path = scratch.path().join("tmp.jpg");
        std::fs::write(&path, b"mine").unwrap();
        let staged = Staged::named(folder.as_fd(), path.clone(), b"photo", Readers::Owner);
        assert!(staged.is_err());
        assert_eq!(std::fs::read(path).unwrap(), b"mine");
    }
}
