//! Where the views of sealed files are counted: one file in a folder of the app, whole or not at all.

use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use unmarked::sealed::{Error, State, Step};
use unmarked::vault::{Folder, Storage};

/// The record; what it holds is the core's matter.
const RECORD: &str = "opened";
/// The next record, before it is whole.
const NEXT: &str = "opened.new";
/// More is no record.
const LONGEST: u64 = 4 << 20;

/// Threads of this process take turns; another process is refused by the folder's lock.
static TURN: Mutex<()> = Mutex::new(());

pub(super) struct Count {
    folder: PathBuf,
}

impl Count {
    pub(super) fn new(folder: String) -> Count {
        Count { folder: folder.into() }
    }
}

impl State for Count {
    fn exchange(&mut self, step: Step<'_>) -> Result<(), Error> {
        let kept = |error: io::Error| Error::Store(words(&error).to_owned());
        // it guards no data, so one that a fault left behind is as good as any
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let mut folder = Folder::create(&self.folder).map_err(kept)?;
        folder.lock().map_err(kept)?;
        let old = read(&mut folder).map_err(kept)?;
        let new = step(old.as_deref())?;
        if old.as_deref() == Some(&new) { Ok(()) } else { write(&mut folder, &new).map_err(kept) }
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

fn write(folder: &mut Folder, record: &[u8]) -> io::Result<()> {
    match folder.remove(NEXT) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    folder.create(NEXT)?;
    folder.append(NEXT, record)?;
    folder.sync(NEXT)?;
    folder.rename(NEXT, RECORD)?;
    folder.sync_folder()
}

/// What is wrong, without a path.
fn words(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::WouldBlock => "another program is counting",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "there is no space left",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "its folder cannot be written to"
        }
        ErrorKind::NotFound => "the folder above it is not there",
        _ => "the disk failed",
    }
}
