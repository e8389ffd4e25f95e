//! Where a reader keeps its record by default: one file in a folder, whole or not at all, durable, and
//! changed by one process at a time.

use std::fs::DirBuilder;
use std::io::{self, ErrorKind};
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::time::Duration;

use super::{Error, State, Step};
use crate::vault::{Folder, Storage, replace};

/// The record; what it holds is the matter of [`super::state`].
const RECORD: &str = "opened";
/// More is no record.
const LONGEST: u64 = 4 << 20;

/// Another reader holds the record for some milliseconds, of which most go to the disk.
const PAUSE: Duration = Duration::from_millis(2);
/// So often another reader is waited for, five seconds in all: who holds it longer hangs.
const TURNS: u32 = 2_500;

/// The record of what was opened, in a folder that only its owner reads. It is made, with those above
/// it, when there is something to remember.
#[derive(Debug)]
pub struct StateFolder {
    folder: Option<PathBuf>,
}

impl StateFolder {
    /// In the folder at this path.
    pub fn at(folder: impl Into<PathBuf>) -> StateFolder {
        StateFolder { folder: Some(folder.into()) }
    }

    /// Where there is no folder to keep it in: files without terms open all the same.
    pub fn nowhere() -> StateFolder {
        StateFolder { folder: None }
    }

    /// The folder, held against other readers until it is dropped.
    fn hold(&self) -> io::Result<Folder> {
        let path = self.folder.as_deref().ok_or(ErrorKind::NotFound)?;
        DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        let mut folder = Folder::create(path)?;
        for _ in 0..TURNS {
            match folder.lock() {
                Err(error) if error.kind() == ErrorKind::WouldBlock => std::thread::sleep(PAUSE),
                locked => return locked.map(|()| folder),
            }
        }
        Err(ErrorKind::WouldBlock.into())
    }
}

impl State for StateFolder {
    fn exchange(&mut self, step: Step<'_>) -> Result<(), Error> {
        let kept = |error: io::Error| Error::Store(words(&error));
        let mut folder = self.hold().map_err(kept)?;
        let old = read(&mut folder).map_err(kept)?;
        let new = step(old.as_deref())?;
        if old.as_deref() == Some(&new) {
            return Ok(());
        }
        replace(&mut folder, RECORD, &new).map_err(kept)
    }
}

fn read(folder: &mut Folder) -> io::Result<Option<Vec<u8>>> {
    let length = match folder.length(RECORD) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        length => length?.min(LONGEST),
    };
    let mut record = vec![0; usize::try_from(length).unwrap_or_default()];
    let read = folder.read(RECORD, 0, &mut record)?;
    record.truncate(read);
    Ok(Some(record))
}

/// What is wrong, without a path.
fn words(error: &io::Error) -> String {
    String::from(match error.kind() {
        ErrorKind::NotFound => "there is no folder for it",
        ErrorKind::WouldBlock => "another program holds it",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "there is no space left",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "its folder cannot be written to"
        }
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
            "a file stands where its folder goes"
        }
        ErrorKind::InvalidData => "it is no file",
        _ => "the disk failed",
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn records_are_kept_privately_and_whole() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("state/unmarked");
        let mut state = StateFolder::at(&folder);
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
        fs::write(folder.join("opened.new"), b"half").unwrap();
        state.exchange(&mut |old| Ok(old.unwrap().to_vec())).unwrap();
    }

    #[test]
    fn an_error_leaves_the_old_record() {
        let scratch = tempfile::tempdir().unwrap();
        let mut state = StateFolder::at(scratch.path());
        state.exchange(&mut |_| Ok(b"old".to_vec())).unwrap();
        assert_eq!(state.exchange(&mut |_| Err(Error::State)), Err(Error::State));
        state.exchange(&mut |old| Ok(old.filter(|old| old == b"old").unwrap().to_vec())).unwrap();
        let elsewhere = scratch.path().join("elsewhere");
        fs::write(&elsewhere, b"mine").unwrap();
        fs::remove_file(scratch.path().join(RECORD)).unwrap();
        std::os::unix::fs::symlink(&elsewhere, scratch.path().join(RECORD)).unwrap();
        assert!(matches!(state.exchange(&mut |_| Ok(vec![])), Err(Error::Store(_))));
        let mut nowhere = StateFolder::nowhere();
        assert!(matches!(nowhere.exchange(&mut |_| Ok(vec![])), Err(Error::Store(_))));
        // a file in the place of the folder
        let mut state = StateFolder::at(elsewhere);
        assert!(matches!(state.exchange(&mut |_| Ok(vec![])), Err(Error::Store(_))));
    }

    #[test]
    fn many_at_once_count_to_the_end() {
        let scratch = tempfile::tempdir().unwrap();
        let count = |old: Option<&[u8]>| old.map_or(0, |old| old[0]);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let mut state = StateFolder::at(scratch.path());
                    for _ in 0..10 {
                        state.exchange(&mut |old| Ok(vec![count(old) + 1])).unwrap();
                    }
                });
            }
        });
        StateFolder::at(scratch.path())
            .exchange(&mut |old| {
                assert_eq!(count(old), 80);
                Ok(old.unwrap().to_vec())
            })
            .unwrap();
    }
}
