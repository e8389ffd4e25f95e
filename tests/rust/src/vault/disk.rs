//! A disk in memory with a layer that lasts and one that does not.
//!
//! Bytes last once their file was synced, names once the folder was. What lasts of the rest after
//! [`Disk::crash`] is chosen: nothing, everything, or any mixture, with files cut or zeroed inside the
//! write that was under way. A sync that fails loses what it should have written for good, even if a
//! later one succeeds, as on Linux.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use unmarked::vault::Storage;

/// What happens at one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It fails, after half of it if it writes; later ones succeed.
    Once(io::ErrorKind),
    /// It and all later ones fail.
    FromThenOn(io::ErrorKind),
    /// The process is stopped right before it, or halfway if it writes.
    Stop,
}

/// What of the things that need not last does last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crash {
    /// Nothing.
    Nothing,
    /// Everything.
    Everything,
    /// Everything, but of the last write to each file half.
    HalfOfTheLastWrite,
    /// Names, but no bytes.
    Names,
    /// Bytes, but no names.
    Bytes,
    /// Each name and each file's bytes by the draw of a generator with this seed: as synced, as
    /// written, cut, or with zeros in the place of bytes.
    Mixed(u64),
}

/// The disk. A clone is another view of the same one, as another process has it; [`Disk::copy`] makes
/// another disk.
#[derive(Default)]
pub struct Disk {
    shared: Arc<Mutex<Inner>>,
    /// This view has locked it.
    holds: bool,
}

impl Clone for Disk {
    fn clone(&self) -> Disk {
        Disk { shared: Arc::clone(&self.shared), holds: false }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.holds {
            self.inner().locked = false;
        }
    }
}

#[derive(Clone, Default)]
struct Inner {
    names: BTreeMap<String, usize>,
    lasting_names: BTreeMap<String, usize>,
    /// Changes of names since the folder was synced, each made whole or not at all.
    pending: Vec<Vec<(String, Option<usize>)>>,
    files: Vec<File>,
    locked: bool,
    operations: u64,
    fault: Option<(u64, Fault)>,
    /// Everything that was ever handed over to be written, and all names.
    written: Vec<Vec<u8>>,
}

#[derive(Clone, Default)]
struct File {
    bytes: Vec<u8>,
    lasting: Vec<u8>,
    /// What the file was before the last write that is not synced.
    before_last: Option<Vec<u8>>,
    /// Ranges that a failed sync lost.
    lost: Vec<(usize, usize)>,
}

impl File {
    fn lasting(bytes: Vec<u8>) -> File {
        File { lasting: bytes.clone(), bytes, ..File::default() }
    }
}

/// How an operation ends.
enum Ends {
    Well,
    Halfway(io::Error),
}

impl Disk {
    /// Another disk with the same files, free, without a fault, all of them lasting.
    pub fn copy(&self) -> Disk {
        let inner = self.inner();
        let names = inner.names.clone();
        let files = inner.files.iter().map(|file| File::lasting(file.bytes.clone())).collect();
        let copy = Inner { lasting_names: names.clone(), names, files, ..Inner::default() };
        Disk { shared: Arc::new(Mutex::new(copy)), holds: false }
    }

    /// Sets the fault of operation `at`, counted from now and from 0.
    pub fn break_at(&self, at: u64, fault: Fault) {
        let mut inner = self.inner();
        inner.operations = 0;
        inner.fault = Some((at, fault));
    }

    /// Repairs the disk.
    pub fn repair(&self) {
        self.inner().fault = None;
    }

    /// How many operations there were since [`Disk::break_at`] or the start.
    pub fn operations(&self) -> u64 {
        self.inner().operations
    }

    /// Takes the power away and gives it back.
    pub fn crash(&self, crash: Crash) {
        let mut inner = self.inner();
        let mut draw = Draw(match crash {
            Crash::Mixed(seed) => seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            _ => 1,
        });
        let names = match crash {
            Crash::Nothing | Crash::Bytes => inner.lasting_names.clone(),
            Crash::Everything | Crash::HalfOfTheLastWrite | Crash::Names => inner.names.clone(),
            Crash::Mixed(_) => {
                let mut names = inner.lasting_names.clone();
                for change in &inner.pending {
                    if draw.below(2) == 0 {
                        apply(&mut names, change);
                    }
                }
                names
            }
        };
        for file in &mut inner.files {
            let bytes = match crash {
                Crash::Nothing | Crash::Names => file.lasting.clone(),
                Crash::Everything | Crash::Bytes => file.bytes.clone(),
                Crash::HalfOfTheLastWrite => half(file),
                Crash::Mixed(_) => match draw.below(5) {
                    0 => file.lasting.clone(),
                    1 => file.bytes.clone(),
                    2 => half(file),
                    // what was synced is never lost
                    _ if file.bytes == file.lasting => file.lasting.clone(),
                    3 => {
                        let start = common(&file.lasting, &file.bytes);
                        let cut = start + draw.below((file.bytes.len() - start).max(1));
                        file.bytes[..cut.max(start)].to_vec()
                    }
                    _ => {
                        let start = common(&file.lasting, &file.bytes);
                        let mut bytes = file.bytes.clone();
                        bytes[start..].fill(0);
                        bytes
                    }
                },
            };
            *file = File::lasting(bytes);
        }
        (inner.names, inner.lasting_names) = (names.clone(), names);
        inner.pending.clear();
        (inner.locked, inner.operations, inner.fault) = (false, 0, None);
    }

    /// The names of all files.
    pub fn names(&self) -> Vec<String> {
        self.inner().names.keys().cloned().collect()
    }

    /// What a file holds.
    pub fn file(&self, name: &str) -> Option<Vec<u8>> {
        let inner = self.inner();
        Some(inner.files[*inner.names.get(name)?].bytes.clone())
    }

    /// Makes a file hold `bytes`, or removes it, as an attacker can.
    pub fn set_file(&self, name: &str, bytes: Option<&[u8]>) {
        let mut inner = self.inner();
        match bytes {
            Some(bytes) => {
                inner.files.push(File::lasting(bytes.to_vec()));
                let at = inner.files.len() - 1;
                inner.names.insert(name.to_owned(), at);
                inner.lasting_names.insert(name.to_owned(), at);
            }
            None => {
                inner.names.remove(name);
                inner.lasting_names.remove(name);
            }
        }
    }

    /// True if `text` was ever part of what was handed over to be written, or of a name.
    pub fn was_written(&self, text: &[u8]) -> bool {
        let inner = self.inner();
        inner.written.iter().any(|bytes| bytes.windows(text.len()).any(|window| window == text))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.shared.lock().expect("no thread panicked")
    }
}

fn apply(names: &mut BTreeMap<String, usize>, change: &[(String, Option<usize>)]) {
    for (name, file) in change {
        match file {
            Some(file) => names.insert(name.clone(), *file),
            None => names.remove(name),
        };
    }
}

/// The file with half of the last write that is not synced.
fn half(file: &File) -> Vec<u8> {
    let Some(before) = &file.before_last else { return file.bytes.clone() };
    let start = common(before, &file.bytes);
    let kept = start + (file.bytes.len() - start) / 2;
    let mut bytes = file.bytes[..kept].to_vec();
    bytes.extend_from_slice(before.get(kept..).unwrap_or_default());
    bytes
}

/// How many bytes two files have in common from their start.
fn common(one: &[u8], two: &[u8]) -> usize {
    one.iter().zip(two).take_while(|(a, b)| a == b).count()
}

/// Xorshift: draws that a seed repeats.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }
}

impl Inner {
    /// Counts an operation, and fails it if its turn has come.
    fn operation(&mut self) -> Ends {
        let now = self.operations;
        self.operations += 1;
        let kind = match self.fault {
            Some((at, Fault::Once(kind))) if now == at => kind,
            Some((at, Fault::FromThenOn(kind))) if now >= at => kind,
            Some((at, Fault::Stop)) if now == at => io::ErrorKind::Other,
            // a process that was stopped does nothing any more
            Some((at, Fault::Stop)) if now > at => io::ErrorKind::BrokenPipe,
            _ => return Ends::Well,
        };
        Ends::Halfway(io::Error::from(kind))
    }

    fn whole(&mut self) -> io::Result<()> {
        match self.operation() {
            Ends::Well => Ok(()),
            Ends::Halfway(error) => Err(error),
        }
    }

    fn at(&self, name: &str) -> io::Result<usize> {
        self.names.get(name).copied().ok_or(io::Error::from(io::ErrorKind::NotFound))
    }

    fn change(&mut self, change: Vec<(String, Option<usize>)>) {
        apply(&mut self.names, &change);
        self.pending.push(change);
    }

    fn write(&mut self, name: &str, bytes: &[u8], at: impl Fn(&File) -> usize) -> io::Result<()> {
        let ends = self.operation();
        self.written.push(bytes.to_vec());
        let index = self.at(name)?;
        let file = &mut self.files[index];
        let start = at(file);
        let (written, result) = match ends {
            Ends::Well => (bytes, Ok(())),
            Ends::Halfway(error) if error.kind() == io::ErrorKind::BrokenPipe => return Err(error),
            Ends::Halfway(error) => (&bytes[..bytes.len() / 2], Err(error)),
        };
        file.before_last = Some(file.bytes.clone());
        let end = start + written.len();
        file.bytes.resize(file.bytes.len().max(end), 0);
        file.bytes[start..end].copy_from_slice(written);
        result
    }
}

impl Storage for Disk {
    fn lock(&mut self) -> io::Result<()> {
        let mut inner = self.inner();
        inner.whole()?;
        if std::mem::replace(&mut inner.locked, true) {
            return Err(io::Error::from(io::ErrorKind::WouldBlock));
        }
        drop(inner);
        self.holds = true;
        Ok(())
    }

    fn list(&mut self) -> io::Result<Vec<String>> {
        self.inner().whole()?;
        Ok(self.names())
    }

    fn length(&mut self, name: &str) -> io::Result<u64> {
        let mut inner = self.inner();
        inner.whole()?;
        let at = inner.at(name)?;
        Ok(inner.files[at].bytes.len() as u64)
    }

    fn read(&mut self, name: &str, at: u64, room: &mut [u8]) -> io::Result<usize> {
        let mut inner = self.inner();
        inner.whole()?;
        let file = inner.at(name)?;
        let bytes = inner.files[file].bytes.get(at as usize..).unwrap_or_default();
        let count = bytes.len().min(room.len());
        room[..count].copy_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn create(&mut self, name: &str) -> io::Result<()> {
        let mut inner = self.inner();
        inner.whole()?;
        inner.written.push(name.as_bytes().to_vec());
        if inner.names.contains_key(name) {
            return Err(io::Error::from(io::ErrorKind::AlreadyExists));
        }
        inner.files.push(File::default());
        let at = inner.files.len() - 1;
        inner.change(vec![(name.to_owned(), Some(at))]);
        Ok(())
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.inner().write(name, bytes, |file| file.bytes.len())
    }

    fn overwrite(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.inner().write(name, bytes, |_| 0)
    }

    fn sync(&mut self, name: &str) -> io::Result<()> {
        let mut inner = self.inner();
        let ends = inner.operation();
        let at = inner.at(name)?;
        let file = &mut inner.files[at];
        match ends {
            Ends::Well => {
                file.before_last = None;
                file.lasting = file.bytes.clone();
                for (start, end) in &file.lost {
                    let end = (*end).min(file.lasting.len());
                    file.lasting[*start..end].fill(0);
                }
                Ok(())
            }
            Ends::Halfway(error) => {
                let start = common(&file.lasting, &file.bytes);
                file.lost.push((start, file.bytes.len()));
                Err(error)
            }
        }
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        let mut inner = self.inner();
        inner.whole()?;
        inner.written.push(to.as_bytes().to_vec());
        let at = inner.at(from)?;
        inner.change(vec![(from.to_owned(), None), (to.to_owned(), Some(at))]);
        Ok(())
    }

    fn remove(&mut self, name: &str) -> io::Result<()> {
        let mut inner = self.inner();
        inner.whole()?;
        inner.at(name)?;
        inner.change(vec![(name.to_owned(), None)]);
        Ok(())
    }

    fn sync_folder(&mut self) -> io::Result<()> {
        let mut inner = self.inner();
        inner.whole()?;
        inner.pending.clear();
        inner.lasting_names = inner.names.clone();
        Ok(())
    }
}
