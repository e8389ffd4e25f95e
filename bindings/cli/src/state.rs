//! What was opened before: one file in the person's folder for state, whole or not at all, durable,
//! and changed by one process at a time.

use std::env;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, OFlags, flock};
use unmarked::sealed::{Error, State, Step};

use crate::problem;

/// The record; what it holds is the core's matter.
const RECORD: &str = "opened";
/// The next record, before it is whole.
const NEXT: &str = "opened.new";
/// Held while the record is changed; the record itself is another file each time.
const LOCK: &str = "lock";
/// More is no record.
const LONGEST: u64 = 4 << 20;

/// The record in a folder, which is made when there is something to remember.
pub(crate) struct Opened {
    folder: Option<PathBuf>,
}

impl Opened {
    /// In `$XDG_STATE_HOME/unmarked`, or `~/.local/state/unmarked` (XDG Base Directory).
    pub(crate) fn of_person() -> Opened {
        let absolute =
            |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let home = || absolute("HOME").map(|home| home.join(".local/state"));
        let folder = absolute("XDG_STATE_HOME").or_else(home);
        Opened { folder: folder.map(|folder| folder.join("unmarked")) }
    }
}

impl State for Opened {
    fn exchange(&mut self, step: Step<'_>) -> Result<(), Error> {
        let kept = |error: io::Error| Error::Store(problem::words(&error));
        let Some(folder) = &self.folder else {
            return Err(Error::Store("there is no home folder".into()));
        };
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(kept)?;
        // released when it is dropped
        let lock = private(&folder.join(LOCK), OpenOptions::new().create(true).truncate(false))
            .map_err(kept)?;
        wait_for(&lock).map_err(kept)?;
        let old = read(&folder.join(RECORD)).map_err(kept)?;
        let new = step(old.as_deref())?;
        if old.as_deref() == Some(&new) {
            return Ok(());
        }
        write(folder, &new).map_err(kept)
    }
}

fn wait_for(lock: &File) -> io::Result<()> {
    loop {
        match flock(lock, FlockOperation::LockExclusive) {
            Err(rustix::io::Errno::INTR) => {}
            locked => return Ok(locked?),
        }
    }
}

fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match private(path, &mut OpenOptions::new()) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let mut bytes = Vec::new();
    file.take(LONGEST).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Temporary, sync, rename, sync of the folder: after a power cut there is the old record or this one,
/// and after this returns there is this one.
fn write(folder: &Path, bytes: &[u8]) -> io::Result<()> {
    let next = folder.join(NEXT);
    let mut file = private(&next, OpenOptions::new().create(true).truncate(true))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&next, folder.join(RECORD))?;
    File::open(folder)?.sync_all()
}

/// Opens a file that nobody else may read, and that is no link to elsewhere.
fn private(path: &Path, how: &mut OpenOptions) -> io::Result<File> {
    let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).unwrap_or_default();
    how.read(true).write(true).mode(0o600).custom_flags(flags).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    #[test]
    fn records_are_kept_privately_and_whole() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("state/unmarked");
        let mut state = Opened { folder: Some(folder.clone()) };
        let mut before = None;
        for record in [&b"one"[..], b"three", b""] {
            state
                .exchange(&mut |old| {
                    assert_eq!(old, before.as_deref());
                    Ok(record.to_vec())
                })
                .unwrap();
            before = Some(record.to_vec());
        }
        assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
        for entry in fs::read_dir(&folder).unwrap() {
            assert_eq!(entry.unwrap().metadata().unwrap().mode() & 0o777, 0o600);
        }
        // what a process that ended early left is no record
        fs::write(folder.join(NEXT), b"half").unwrap();
        state.exchange(&mut |old| Ok(old.unwrap().to_vec())).unwrap();
    }

    #[test]
    fn an_error_leaves_the_old_record() {
        let scratch = tempfile::tempdir().unwrap();
        let mut state = Opened { folder: Some(scratch.path().into()) };
        state.exchange(&mut |_| Ok(b"old".to_vec())).unwrap();
        assert_eq!(state.exchange(&mut |_| Err(Error::State)), Err(Error::State));
        state.exchange(&mut |old| Ok(old.filter(|old| old == b"old").unwrap().to_vec())).unwrap();
        let elsewhere = scratch.path().join("elsewhere");
        fs::write(&elsewhere, b"mine").unwrap();
        fs::remove_file(scratch.path().join(RECORD)).unwrap();
        std::os::unix::fs::symlink(&elsewhere, scratch.path().join(RECORD)).unwrap();
        assert!(matches!(state.exchange(&mut |_| Ok(vec![])), Err(Error::Store(_))));
        let mut nowhere = Opened { folder: None };
        assert!(matches!(nowhere.exchange(&mut |_| Ok(vec![])), Err(Error::Store(_))));
        // a file in the place of the folder
        let mut state = Opened { folder: Some(elsewhere) };
        assert!(matches!(state.exchange(&mut |_| Ok(vec![])), Err(Error::Store(_))));
    }

    #[test]
    fn many_at_once_count_to_the_end() {
        let scratch = tempfile::tempdir().unwrap();
        let count = |old: Option<&[u8]>| old.map_or(0, |old| old[0]);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let mut state = Opened { folder: Some(scratch.path().into()) };
                    for _ in 0..10 {
                        state.exchange(&mut |old| Ok(vec![count(old) + 1])).unwrap();
                    }
                });
            }
        });
        let mut state = Opened { folder: Some(scratch.path().into()) };
        state
            .exchange(&mut |old| {
                assert_eq!(count(old), 80);
                Ok(old.unwrap().to_vec())
            })
            .unwrap();
    }
}
