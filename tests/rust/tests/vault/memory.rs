//! What stays in the memory of a process that used a vault and let go of it.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::process::Command;

use unmarked::vault::{Cost, Folder, Kind, NewRecord, Settings, Unlock, Vault};
use unmarked::{Error, Memory, Passphrase, SecretKey};
use zeroize::Zeroizing;

/// Set for the child process that plants and searches.
const CHILD: &str = "UNMARKED_TEST_MEMORY";

/// How long the photo is, in bytes.
const PHOTO: usize = 300_000;

/// What is planted is never in the memory of the test but where it is planted: it is made byte by byte.
fn planted(seed: u64, at: usize) -> u8 {
    let mut state = (at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ seed;
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (state ^ (state >> 27)) as u8
}

/// Letters, for what must be text.
fn letter(seed: u64, at: usize) -> u8 {
    b'a' + planted(seed, at) % 26
}

const KEY: u64 = 1;
const WORDS: u64 = 2;
const PICTURE: u64 = 3;
const NAME: u64 = 4;

fn text(seed: u64, length: usize) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(length));
    (0..length).for_each(|at| text.push(char::from(letter(seed, at))));
    text
}

fn unlock() -> Unlock {
    let key = SecretKey::made_by(|room| {
        room.iter_mut().enumerate().for_each(|(at, byte)| *byte = planted(KEY, at));
        Ok::<_, Error>(())
    });
    let passphrase = Passphrase::new(&text(WORDS, 32)).unwrap();
    Unlock { platform_key: Some(key.unwrap()), passphrase: Some(passphrase) }
}

/// Uses a vault for everything that a photo goes through.
fn use_a_vault(path: &std::path::Path) {
    let settings = || Settings { cost: Cost::new(8 << 10, 1).unwrap(), ..Settings::default() };
    let mut photo = Memory::with_capacity(PHOTO).unwrap();
    photo
        .fill(|room| {
            let room = &mut room[..PHOTO];
            room.iter_mut().enumerate().for_each(|(at, byte)| *byte = planted(PICTURE, at));
            Ok::<_, Error>(PHOTO)
        })
        .unwrap();
    let folder = || Box::new(Folder::create(path).unwrap());
    let mut vault = Vault::create(folder(), &unlock(), settings()).unwrap();
    let name = text(NAME, 32);
    let new = NewRecord { name: Some(&name), views: Some(9), ..NewRecord::new(Kind::Original) };
    let id = vault.add(&photo, &new).unwrap();
    drop(vault);
    let mut vault = Vault::open(folder(), &unlock(), settings()).unwrap();
    assert_eq!(vault.find(&photo).unwrap(), Some(id));
    assert!(*vault.read(id).unwrap() == *photo);
    let other = vault.add(&photo[..1000], &NewRecord::new(Kind::Data)).unwrap();
    vault.remove(&[other]).unwrap();
    vault.rekey(&unlock()).unwrap();
    assert_eq!(vault.list().unwrap()[0].name.as_deref(), Some(name.as_str()));
}

/// A pattern of what was planted: 16 bytes from `at`.
struct Wanted {
    what: &'static str,
    byte: fn(usize) -> u8,
    length: usize,
}

const WANTED: [Wanted; 4] = [
    Wanted { what: "key", byte: |at| planted(KEY, at), length: 32 },
    Wanted { what: "passphrase", byte: |at| letter(WORDS, at), length: 32 },
    Wanted { what: "photo", byte: |at| planted(PICTURE, at), length: PHOTO },
    Wanted { what: "name", byte: |at| letter(NAME, at), length: 32 },
];

/// A run of so many bytes is no accident.
const RUN: usize = 12;

/// Searches all memory that this process can write to, and gives what was found in which mapping.
fn search() -> Vec<(String, String)> {
    // at each multiple of 4 a piece of the photo could be found by its first bytes
    let mut starts: std::collections::HashMap<[u8; 4], Vec<(usize, usize)>> = Default::default();
    for (which, wanted) in WANTED.iter().enumerate() {
        let step = if wanted.length > 1000 { 97 } else { 1 };
        for at in (0..=wanted.length - RUN).step_by(step) {
            // masked, or the search would find its own list
            let first = std::array::from_fn(|n| (wanted.byte)(at + n) ^ 0xa5);
            starts.entry(first).or_default().push((which, at));
        }
    }
    let memory = File::open("/proc/self/mem").unwrap();
    let mut room = vec![0u8; 1 << 20];
    let own = room.as_ptr() as u64..room.as_ptr() as u64 + room.len() as u64;
    let mut found = Vec::new();
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    for line in maps.lines() {
        let mut fields = line.split_whitespace();
        let (range, rights) = (fields.next().unwrap(), fields.next().unwrap());
        let where_ = fields.nth(3).unwrap_or("anonymous").to_owned();
        if !rights.starts_with("rw") {
            continue;
        }
        let (start, end) = range.split_once('-').unwrap();
        let number = |text| u64::from_str_radix(text, 16).unwrap();
        let (mut at, end) = (number(start), number(end));
        while at < end {
            if own.contains(&at) {
                at = own.end.min(end);
                continue;
            }
            let stop = if at < own.start { end.min(own.start) } else { end };
            let count = (stop - at).min(room.len() as u64) as usize;
            let Ok(count) = memory.read_at(&mut room[..count], at) else { break };
            for (offset, window) in room[..count].windows(RUN).enumerate() {
                let first = std::array::from_fn(|n| window[n] ^ 0xa5);
                for (which, from) in starts.get(&first).into_iter().flatten() {
                    let wanted = &WANTED[*which];
                    if (0..RUN).all(|n| window[n] == (wanted.byte)(from + n)) {
                        found.push((wanted.what.to_owned(), where_.clone()));
                        let _ = offset;
                    }
                }
            }
            // a run over the edge of two pieces is seen in the next
            at += if count > RUN { (count - RUN + 1) as u64 } else { count.max(1) as u64 };
            if at + RUN as u64 > stop && stop == end {
                break;
            }
        }
    }
    found
}

/// What the child process does; on its own it does nothing.
#[test]
fn child() {
    let Some(what) = std::env::var_os(CHILD) else { return };
    let dir = tempfile::tempdir().unwrap();
    if what == "leak" {
        // that the search can find at all: something is left on purpose
        std::mem::forget((text(NAME, 32), unlock()));
    }
    use_a_vault(&dir.path().join("vault"));
    for (what, where_) in search() {
        println!("FOUND {what} in {where_}");
    }
    println!("searched");
}

fn run(what: &str) -> Vec<String> {
    let this = std::env::current_exe().unwrap();
    let output = Command::new(this)
        .args(["--exact", "memory::child", "--nocapture", "--test-threads=1"])
        .env(CHILD, what)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("searched"), "{text} {}", String::from_utf8_lossy(&output.stderr));
    text.lines().filter(|line| line.contains("FOUND")).map(str::to_owned).collect()
}

#[test]
fn nothing_stays_in_memory() {
    let leaked = run("leak");
    for what in ["key", "passphrase", "name"] {
        assert!(leaked.iter().any(|line| line.contains(&format!("FOUND {what}"))), "{leaked:?}");
    }
    let found = run("nothing");
    assert!(found.is_empty(), "{found:?}");
}
