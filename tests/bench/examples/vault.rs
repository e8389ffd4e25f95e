//! Makes a vault of so many records (default 10,000, each with a name and 1 KB of content) in a new
//! folder, and prints how long opening it takes (with a key, so without Argon2id), listing it, and
//! opening with a passphrase at the default cost; each the median of 11.
//!
//! Half of the records are stored one by one, as a phone does, which leaves the longest index.

#![forbid(unsafe_code)]

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use unmarked::vault::{Error, Folder, Kind, NewRecord, Settings, Unlock, Vault};
use unmarked::{Passphrase, SecretKey};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count = std::env::args().nth(1).map_or(Ok(10_000), |count| count.parse::<u32>())?;
    let path = std::env::temp_dir().join(format!("vault-bench-{}", std::process::id()));
    let done = measure(&path, count);
    std::fs::remove_dir_all(&path)?;
    done
}

fn measure(path: &Path, count: u32) -> Result<(), Box<dyn std::error::Error>> {
    let unlock = Unlock { platform_key: Some(SecretKey::copy_from(&[7; 32])?), passphrase: None };
    let folder = || Folder::create(path).map(Box::new);
    let mut vault = Vault::create(folder()?, &unlock, Settings::default())?;
    let name = |number: u32| format!("IMG_{number:06}.jpg");
    let start = Instant::now();
    for number in 0..count / 2 {
        let name = name(number);
        let new = NewRecord { name: Some(&name), ..NewRecord::new(Kind::Original) };
        vault.add(&number.to_be_bytes().repeat(256), &new)?;
    }
    println!("stored {} one by one: {:.0?}", count / 2, start.elapsed());
    let start = Instant::now();
    let mut batch = vault.batch()?;
    for number in count / 2..count {
        let name = name(number);
        let new = NewRecord { name: Some(&name), ..NewRecord::new(Kind::Original) };
        batch.add(&number.to_be_bytes().repeat(256), &new)?;
    }
    batch.commit()?;
    println!("stored {} in one batch: {:.0?}", count - count / 2, start.elapsed());
    drop(vault);

    let open = || {
        Vault::open(
            Box::new(Folder::open(path).map_err(|_| Error::NotAVault)?),
            &unlock,
            Settings::default(),
        )
    };
    println!("open: {:.1?}", median(|| open().map(black_box))?);
    let mut vault = open()?;
    println!("list: {:.1?}", median(|| vault.list().map(black_box))?);
    let words = Unlock { platform_key: None, passphrase: Some(Passphrase::new("some words")?) };
    vault.rekey(&words)?;
    drop(vault);
    let open = || {
        Vault::open(
            Box::new(Folder::open(path).map_err(|_| Error::NotAVault)?),
            &words,
            Settings::default(),
        )
    };
    println!("open with a passphrase, Argon2id of 64 MiB and 3 passes: {:.0?}", median(open)?);
    Ok(())
}

fn median<T>(mut run: impl FnMut() -> Result<T, Error>) -> Result<Duration, Error> {
    let mut times = Vec::new();
    for _ in 0..11 {
        let start = Instant::now();
        let result = run()?;
        times.push(start.elapsed());
        drop(result);
    }
    times.sort();
    Ok(times.get(times.len() / 2).copied().unwrap_or_default())
}
