//! What a vault asks of a disk, at the grain at which a disk can fail.

use std::io;

/// A flat set of named files. The vault touches a disk by nothing else.
///
/// Each call may fail or be the last one before the power goes, and the vault stays whole as long as
/// the storage keeps to this: bytes last once [`sync`](Storage::sync) of their file has returned, and
/// names (created, renamed, removed) once [`sync_folder`](Storage::sync_folder) has; before that any
/// part of them may last or not. A rename is either seen whole or not at all.
///
/// Errors are told by their [`kind`](io::Error::kind): `NotFound`, `AlreadyExists`, `WouldBlock` (held by
/// another), `StorageFull`, `QuotaExceeded`, `ReadOnlyFilesystem` and `PermissionDenied` are told apart.
/// Names are given by the vault: `head`, `head.new` or 32 hexadecimal digits.
pub trait Storage: Send {
    /// Takes the storage for this process until it is dropped; `WouldBlock` if another has it.
    fn lock(&mut self) -> io::Result<()>;

    /// The names of all files, in any order, but for what the storage itself needs to be locked.
    fn list(&mut self) -> io::Result<Vec<String>>;

    /// How many bytes the file holds.
    fn length(&mut self, name: &str) -> io::Result<u64>;

    /// Reads into `room` from byte `at` on, and tells how much; fewer bytes than there is room for only
    /// where the file ends.
    fn read(&mut self, name: &str, at: u64, room: &mut [u8]) -> io::Result<usize>;

    /// Makes an empty file; `AlreadyExists` if there is one.
    fn create(&mut self, name: &str) -> io::Result<()>;

    /// Writes behind the end of the file. If it fails, some of the bytes may have been written.
    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()>;

    /// Writes over the start of the file, in place.
    fn overwrite(&mut self, name: &str, bytes: &[u8]) -> io::Result<()>;

    /// Makes the bytes of the file last.
    fn sync(&mut self, name: &str) -> io::Result<()>;

    /// Gives a file the name of another, which is replaced.
    fn rename(&mut self, from: &str, to: &str) -> io::Result<()>;

    /// Removes a file.
    fn remove(&mut self, name: &str) -> io::Result<()>;

    /// Makes names last: what was created, renamed or removed.
    fn sync_folder(&mut self) -> io::Result<()>;
}

impl<S: Storage + ?Sized> Storage for Box<S> {
    fn lock(&mut self) -> io::Result<()> {
        (**self).lock()
    }
    fn list(&mut self) -> io::Result<Vec<String>> {
        (**self).list()
    }
    fn length(&mut self, name: &str) -> io::Result<u64> {
        (**self).length(name)
    }
    fn read(&mut self, name: &str, at: u64, room: &mut [u8]) -> io::Result<usize> {
        (**self).read(name, at, room)
    }
    fn create(&mut self, name: &str) -> io::Result<()> {
        (**self).create(name)
    }
    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        (**self).append(name, bytes)
    }
    fn overwrite(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        (**self).overwrite(name, bytes)
    }
    fn sync(&mut self, name: &str) -> io::Result<()> {
        (**self).sync(name)
    }
    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        (**self).rename(from, to)
    }
    fn remove(&mut self, name: &str) -> io::Result<()> {
        (**self).remove(name)
    }
    fn sync_folder(&mut self) -> io::Result<()> {
        (**self).sync_folder()
    }
}
