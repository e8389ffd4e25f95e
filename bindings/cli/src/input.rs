//! Reading one photo into memory: bounded, and exactly sized.

use std::fs::{self, File, Metadata};
use std::io;
use std::ops::Deref;
use std::os::fd::AsFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::OFlags;
use unmarked::{Format, Limits, Memory};

use crate::problem::Problem;
use crate::sources::Source;

/// The bytes of one photo as it came. Wiped on drop.
pub(crate) struct Photo {
    bytes: Memory,
    identity: Option<Identity>,
}

/// Which file something is, whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    pub(crate) fn of(about: &Metadata) -> Identity {
        Identity { device: about.dev(), inode: about.ino() }
    }
}

impl Photo {
    /// Which file it was read from, if it is one.
    pub(crate) fn identity(&self) -> Option<Identity> {
        self.identity
    }
}

impl Deref for Photo {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Reads the photo of `source`; none if it was found in a folder and is no photo.
pub(crate) fn read(source: &Source, limits: &Limits) -> Result<Option<Photo>, Problem> {
    match source {
        Source::Standard => {
            let bytes = read_stream(io::stdin().as_fd(), limits)?;
            Ok(Some(Photo { bytes, identity: None }))
        }
        Source::Named(path) => read_named(path, limits).map(Some),
        Source::Found(path) => read_found(path, limits),
        Source::Unread(_, problem) => Err(problem.clone()),
    }
}

/// Reads the file of `source`, photo or not; none if what was found in a folder is no file.
pub(crate) fn read_any(source: &Source, limits: &Limits) -> Result<Option<Photo>, Problem> {
    match source {
        Source::Found(path) => {
            let about = about_found(path)?;
            if !about.is_file() {
                return Ok(None);
            }
            let (file, about) = open_file(path)?;
            read_file(&file, &about, limits).map(Some)
        }
        other => read(other, limits),
    }
}

fn read_named(path: &Path, limits: &Limits) -> Result<Photo, Problem> {
    let reading = |error: io::Error| Problem::reading(&error);
    let kind = fs::metadata(path).map_err(reading)?.file_type();
    if kind.is_fifo() {
        // waits for the writer, as every program does
        let bytes = read_stream(File::open(path).map_err(reading)?.as_fd(), limits)?;
        return Ok(Photo { bytes, identity: None });
    }
    if kind.is_dir() {
        return Err(Problem::new("it is a folder now", "name it again"));
    }
    if !kind.is_file() {
        return Err(Problem::new("it is a device or socket, not a file", "choose a photo"));
    }
    let (file, about) = open_file(path)?;
    read_file(&file, &about, limits)
}

fn read_found(path: &Path, limits: &Limits) -> Result<Option<Photo>, Problem> {
    if !about_found(path)?.is_file() {
        return Ok(None);
    }
    let (file, about) = open_file(path)?;
    let mut head = [0; 32];
    let length = loop {
        match rustix::io::pread(&file, &mut head, 0) {
            Err(rustix::io::Errno::INTR) => {}
            read => break read.map_err(|errno| Problem::reading(&errno.into()))?,
        }
    };
    if head.get(..length).and_then(Format::detect).is_none() {
        return Ok(None);
    }
    read_file(&file, &about, limits).map(Some)
}

fn about_found(path: &Path) -> Result<Metadata, Problem> {
    fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Problem::new(
            "it is a link that leads nowhere, or was removed meanwhile",
            "check the folder",
        ),
        _ => Problem::reading(&error),
    })
}

/// Opens what was a file a moment ago. If it has become a pipe or a device since, this does not
/// wait for it, and refuses.
fn open_file(path: &Path) -> Result<(File, Metadata), Problem> {
    let flags = i32::try_from((OFlags::NONBLOCK | OFlags::NOCTTY).bits()).unwrap_or_default();
    let open = || {
        let file = fs::OpenOptions::new().read(true).custom_flags(flags).open(path)?;
        let about = file.metadata()?;
        Ok((file, about))
    };
    let (file, about) = open().map_err(|error| Problem::reading(&error))?;
    if about.is_file() { Ok((file, about)) } else { Err(changed()) }
}

fn read_file(file: &File, about: &Metadata, limits: &Limits) -> Result<Photo, Problem> {
    let size = about.len();
    if size > limits.bytes {
        return Err(too_large(limits));
    }
    let identity = Some(Identity::of(about));
    if size == 0 {
        // some file systems tell no size before the bytes are read
        return Ok(Photo { bytes: read_stream(file.as_fd(), limits)?, identity });
    }
    // one byte more than told: if it comes, the file is still being written
    let room = usize::try_from(size).unwrap_or(usize::MAX).saturating_add(1);
    let mut bytes = Memory::with_capacity(room)?;
    while fill(&mut bytes, file)? {}
    if bytes.len() as u64 == size { Ok(Photo { bytes, identity }) } else { Err(changed()) }
}

fn read_stream(from: impl AsFd, limits: &Limits) -> Result<Memory, Problem> {
    const FIRST: usize = 1 << 16;
    let mut bytes = Memory::with_capacity(FIRST)?;
    while fill(&mut bytes, &from)? {
        if bytes.len() as u64 > limits.bytes {
            return Err(too_large(limits));
        }
        if bytes.is_full() {
            let mut larger = Memory::with_capacity(bytes.capacity().saturating_mul(2))?;
            larger.push(&bytes)?;
            bytes = larger;
        }
    }
    Ok(bytes)
}

/// Reads once into the room that is left; false at the end, or if there is none.
fn fill(bytes: &mut Memory, from: impl AsFd) -> Result<bool, Problem> {
    loop {
        match bytes.fill(|room| rustix::io::read(&from, room)) {
            Ok(count) => return Ok(count > 0),
            Err(rustix::io::Errno::INTR) => {}
            Err(errno) => return Err(Problem::reading(&errno.into())),
        }
    }
}

fn too_large(limits: &Limits) -> Problem {
    unmarked::Error::Limit { what: "too many bytes", limit: limits.bytes }.into()
}

fn changed() -> Problem {
    Problem::new("it changed while it was read", "wait until it is copied whole, and try again")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn limits(bytes: u64) -> Limits {
        let mut limits = Limits::default();
        limits.bytes = bytes;
        limits
    }

    #[test]
    fn a_stream_grows_to_its_limit_and_no_further() {
        let data: Vec<u8> = (0..200_000u32).map(|i| (i % 251) as u8).collect();
        for (limit, fits) in [(200_000, true), (199_999, false)] {
            let (reader, mut writer) = io::pipe().unwrap();
            let data = data.clone();
            let thread = std::thread::spawn(move || {
                let _ = writer.write_all(&data);
                data
            });
            let read = read_stream(&reader, &limits(limit));
            drop(reader);
            let data = thread.join().unwrap();
            match read {
                Ok(bytes) => assert!(fits && *bytes == data),
                Err(problem) => assert!(!fits && problem.to_string().contains("too many bytes")),
            }
        }
    }

    #[test]
    fn a_file_is_read_exactly() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"0123456789").unwrap();
        let about = file.as_file().metadata().unwrap();
        let reopened = file.reopen().unwrap();
        let photo = read_file(&reopened, &about, &limits(10)).ok().unwrap();
        assert_eq!(&*photo, b"0123456789");
        assert!(read_file(&file.reopen().unwrap(), &about, &limits(9)).is_err());
    }

    #[test]
    fn a_file_that_changes_meanwhile_is_refused() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"0123456789").unwrap();
        let about = file.as_file().metadata().unwrap();
        file.write_all(b"more").unwrap();
        assert_eq!(read_file(&file.reopen().unwrap(), &about, &limits(99)).err(), Some(changed()));
        file.as_file().set_len(5).unwrap();
        assert_eq!(read_file(&file.reopen().unwrap(), &about, &limits(99)).err(), Some(changed()));
    }
}
