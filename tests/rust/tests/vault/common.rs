//! Vaults that the tests start from.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use unmarked::SecretKey;
use unmarked::vault::{Kind, NewRecord, Settings, Storage, Unlock, Vault};

/// The text that every content and every word of the tests holds: it must never reach the disk.
pub const MARK: &str = "PLAINTEXT-THAT-MUST-NOT-BE-SEEN";

/// A key of a device.
pub fn unlock(key: u8) -> Unlock {
    let platform_key = Some(SecretKey::copy_from(&[key; 32]).unwrap());
    Unlock { platform_key, passphrase: None }
}

/// A clock that tests set.
#[derive(Clone)]
pub struct Time(pub Arc<AtomicU64>);

impl Time {
    pub fn at(seconds: u64) -> Time {
        Time(Arc::new(AtomicU64::new(seconds)))
    }

    pub fn settings(&self) -> Settings {
        let time = Arc::clone(&self.0);
        Settings { clock: Box::new(move || time.load(Ordering::Relaxed)), ..Settings::default() }
    }
}

/// A content that bears the mark, and is long enough for several chunks.
pub fn content(number: usize) -> Vec<u8> {
    let mut bytes = format!("{MARK} {number} ").repeat(1 + number * 1300).into_bytes();
    bytes.extend_from_slice(&(0..=255).collect::<Vec<u8>>());
    bytes
}

/// A name that bears the mark.
pub fn name(number: usize) -> String {
    format!("{MARK} name {number}")
}

/// Adds record `number` with limits.
pub fn add(vault: &mut Vault, number: usize, expires: Option<u64>, views: Option<u32>) {
    let (name, note) = (name(number), format!("{MARK} note"));
    let new = NewRecord {
        name: Some(&name),
        note: Some(&note),
        media_type: Some("image/jpeg"),
        expires,
        views,
        ..NewRecord::new(Kind::Original)
    };
    vault.add(&content(number), &new).unwrap();
}

/// A vault of four records, made at 1000: 0 has no limit, 1 three views, 2 one view, 3 expires at 2000.
pub fn filled(storage: Box<dyn Storage>) -> Vault {
    let mut vault = Vault::create(storage, &unlock(1), Time::at(1000).settings()).unwrap();
    add(&mut vault, 0, None, None);
    add(&mut vault, 1, None, Some(3));
    add(&mut vault, 2, None, Some(1));
    add(&mut vault, 3, Some(2000), None);
    vault
}
