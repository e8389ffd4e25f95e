//! The folder: who may read it, what its files tell, and processes that are killed.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use unmarked::vault::{Error, Folder, Id, Kind, NewRecord, Part, Settings, Storage, Vault};

use super::common::{MARK, add, content, filled, name, unlock};

/// The folder that a child process works in.
const CHILD: &str = "UNMARKED_TEST_VAULT";

fn folder(path: &Path) -> Box<dyn Storage> {
    Box::new(Folder::create(path).unwrap())
}

fn open(path: &Path) -> Result<Vault, Error> {
    Vault::open(Box::new(Folder::open(path).unwrap()), &unlock(1), Settings::default())
}

fn files(path: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn files_tell_nothing_but_their_sizes() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault");
    let mut vault = filled(folder(&path));
    let id = vault.list().unwrap()[0].id;
    vault.read(id).unwrap();
    vault.remove(&[id]).unwrap();
    drop(vault);
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o7777, 0o700);
    assert_eq!(path.metadata().unwrap().mtime(), 946_684_800);
    for file in files(&path) {
        let facts = file.metadata().unwrap();
        assert_eq!(facts.permissions().mode() & 0o7777, 0o600, "{file:?}");
        assert_eq!((facts.mtime(), facts.mtime_nsec()), (946_684_800, 0), "{file:?}");
        assert_eq!(facts.atime(), 946_684_800, "{file:?}");
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(name == "head" || name == "lock" || name.parse::<Id>().is_ok(), "{name}");
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(MARK.len()).any(|text| text == MARK.as_bytes()));
        if name.parse::<Id>().is_ok() && bytes.len() > 64 << 10 {
            assert_eq!((bytes.len() - 16) % 65_552, 0);
        }
    }
}

#[test]
fn nothing_outside_the_folder_is_reached() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault");
    let mut vault = Vault::create(folder(&path), &unlock(1), Settings::default()).unwrap();
    let id = vault.add(b"photo", &NewRecord::new(Kind::Original)).unwrap();
    drop(vault);
    for name in [id.to_string(), "head".to_owned()] {
        let (inside, outside) = (path.join(&name), dir.path().join(&name));
        std::fs::rename(&inside, &outside).unwrap();
        symlink(&outside, &inside).unwrap();
        let met = open(&path).and_then(|mut vault| vault.read(id).map(|_| ()));
        let part = if name == "head" { Part::Head } else { Part::Record(id) };
        assert_eq!(met, Err(Error::Damaged(part)));
        std::fs::remove_file(&inside).unwrap();
        std::fs::rename(&outside, &inside).unwrap();
    }
    assert!(open(&path).unwrap().read(id).is_ok());

    // a folder of somebody's photos does not become a vault, and no vault is made over one
    let photos = dir.path().join("photos");
    std::fs::create_dir(&photos).unwrap();
    std::fs::write(photos.join("photo.jpg"), b"photo").unwrap();
    for (path, files_in_it) in [(&photos, 1), (&path, 4)] {
        let made = Vault::create(folder(path), &unlock(1), Settings::default());
        assert_eq!(made.map(|_| ()), Err(Error::Exists));
        assert!(files(path).len() <= files_in_it + 1);
    }
    assert_eq!(open(&photos).map(|_| ()), Err(Error::NotAVault));
    assert!(Folder::open(&dir.path().join("nothing")).is_err());
}

/// What a child process does: holds a vault, or fills it until it is killed. On its own it does nothing.
#[test]
fn child() {
    let Some(path) = std::env::var_os(CHILD) else { return };
    let mut vault = open(Path::new(&path)).unwrap();
    println!("open");
    for number in 0.. {
        let name = name(number);
        let new = NewRecord { name: Some(&name), ..NewRecord::new(Kind::Original) };
        let id = vault.add(&content(number % 3), &new).unwrap();
        println!("{id} {number}");
    }
}

/// Starts [`child`] on the vault at `path`, under `program` if there is one.
fn start(path: &Path, program: &[&str]) -> std::process::Child {
    let this = std::env::current_exe().unwrap();
    let mut words = program.to_vec();
    words.push(this.to_str().unwrap());
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).args(["--exact", "folder::child", "--nocapture"]);
    command.env(CHILD, path).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn a_killed_process_loses_nothing_that_it_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault");
    drop(Vault::create(folder(&path), &unlock(1), Settings::default()).unwrap());
    let mut acknowledged = Vec::new();
    for round in 0..10 {
        let mut child = start(&path, &[]);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        lines.find(|line| line.contains("open")).unwrap();
        // another process is told so, and changes nothing
        assert_eq!(open(&path).map(|_| ()), Err(Error::Held));
        let id = |line: &String| {
            let (id, number) = line.split_once(' ')?;
            Some((id.parse::<Id>().ok()?, number.parse::<usize>().ok()?))
        };
        acknowledged.extend(lines.by_ref().filter_map(|line| id(&line)).take(1 + round));
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged.extend(lines.filter_map(|line| id(&line)));

        let mut vault = open(&path).unwrap();
        for (id, number) in &acknowledged {
            assert_eq!(&*vault.read(*id).unwrap(), content(number % 3));
        }
        let there: BTreeSet<String> =
            vault.list().unwrap().iter().map(|record| record.id.to_string()).collect();
        // at most one more a round was stored whose acknowledgement nobody read
        assert!(there.len() <= acknowledged.len() + round + 1);
        add(&mut vault, 0, None, None);
        acknowledged.push((vault.list().unwrap().last().unwrap().id, 0));
        drop(vault);
        assert_eq!(files(&path).len(), there.len() + 1 + 3, "what was left half-made is gone");
    }
    println!("{} records acknowledged in 10 killed processes, all there", acknowledged.len());
}

#[test]
fn no_system_call_writes_plaintext() {
    if Command::new("strace").arg("-V").output().is_err() {
        println!("NOTICE: strace is not installed: the trace of system calls is left out");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (path, trace) = (dir.path().join("vault"), dir.path().join("trace"));
    drop(Vault::create(folder(&path), &unlock(1), Settings::default()).unwrap());
    let calls = "trace=write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,open,openat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,memfd_create,mmap,splice,sendfile,copy_file_range";
    let to = trace.to_str().unwrap();
    let mut child = start(&path, &["strace", "-f", "-s", "70000", "-e", calls, "-o", to]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let stored = lines.by_ref().filter(|line| line.ends_with(" 5")).take(1).count();
    assert_eq!(stored, 1, "the traced process stores photos (containers may forbid tracing)");
    drop(lines);
    child.kill().unwrap();
    child.wait().unwrap();
    let trace = String::from_utf8_lossy(&std::fs::read(&trace).unwrap()).into_owned();
    let mut writes = 0;
    for line in trace.lines() {
        assert!(!line.contains(MARK) && !line.contains("PLAINTEXT"), "{line:.200}");
        writes += usize::from(line.contains("write("));
        // every file that is opened to be written is one of the vault's, by its folder's descriptor
        if line.contains("O_WRONLY") || line.contains("O_RDWR") {
            assert!(!line.contains("AT_FDCWD") || line.contains("/dev/null"), "{line:.200}");
        }
        // no file is mapped to be written through memory
        assert!(!line.contains("MAP_SHARED") || !line.contains("PROT_WRITE"), "{line:.200}");
    }
    assert!(writes > 30, "{writes}");
    println!("{writes} writes traced, none of them plaintext");
}
