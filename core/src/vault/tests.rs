//! A vault in a folder, from making it to wiping it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::{Passphrase, SecretKey};

fn unlock(key: u8) -> Unlock {
    let platform_key = Some(SecretKey::copy_from(&[key; 32]).unwrap());
    Unlock { platform_key, passphrase: None }
}

fn folder(dir: &tempfile::TempDir) -> Box<dyn Storage> {
    Box::new(Folder::create(&dir.path().join("vault")).unwrap())
}

fn at(time: &Arc<AtomicU64>) -> Settings {
    let time = Arc::clone(time);
    Settings { clock: Box::new(move || time.load(Ordering::Relaxed)), ..Settings::default() }
}

#[test]
fn what_is_stored_is_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let photo: Vec<u8> = (0..200_000u32).map(|i| (i * 7) as u8).collect();
    let mut vault = Vault::create(folder(&dir), &unlock(1), Settings::default()).unwrap();
    let new = NewRecord {
        name: Some("IMG_0001.jpg"),
        media_type: Some("image/jpeg"),
        note: Some("market"),
        ..NewRecord::new(Kind::Original)
    };
    let id = vault.add(&photo, &new).unwrap();
    let clean = vault.add(b"clean", &NewRecord::new(Kind::Clean { of: Some(id) })).unwrap();
    drop(vault);

    assert_eq!(
        Vault::open(folder(&dir), &unlock(2), Settings::default()).map(|_| ()),
        Err(Error::WrongKey)
    );
    let mut vault = Vault::open(folder(&dir), &unlock(1), Settings::default()).unwrap();
    let second = Vault::open(folder(&dir), &unlock(1), Settings::default());
    assert_eq!(second.map(|_| ()), Err(Error::Held));
    let list = vault.list().unwrap();
    assert_eq!(list.iter().map(|record| record.id).collect::<Vec<_>>(), [id, clean]);
    assert_eq!(list[0].name.as_deref(), Some("IMG_0001.jpg"));
    assert_eq!(list[1].kind, Kind::Clean { of: Some(id) });
    assert_eq!(&*vault.read(id).unwrap(), &photo[..]);
    assert_eq!(&*vault.read(clean).unwrap(), b"clean");
    assert_eq!(vault.find(&photo).unwrap(), Some(id));
    assert_eq!(vault.find(b"clean").unwrap(), None);

    vault.remove(&[id]).unwrap();
    assert_eq!(vault.read(id).map(|_| ()), Err(Error::NoSuchRecord));
    assert_eq!(vault.find(&photo).unwrap(), None);
    assert_eq!(std::fs::read_dir(dir.path().join("vault")).unwrap().count(), 4);
    vault.wipe().unwrap();
    let gone = Vault::open(folder(&dir), &unlock(1), Settings::default());
    assert_eq!(gone.map(|_| ()), Err(Error::NotAVault));
}

#[test]
fn limits_hold() {
    let dir = tempfile::tempdir().unwrap();
    let time = Arc::new(AtomicU64::new(1000));
    let mut vault = Vault::create(folder(&dir), &unlock(1), at(&time)).unwrap();
    let twice = NewRecord { views: Some(2), ..NewRecord::new(Kind::Data) };
    let brief = NewRecord { expires: Some(2000), ..NewRecord::new(Kind::Data) };
    let (twice, brief) =
        (vault.add(b"twice", &twice).unwrap(), vault.add(b"brief", &brief).unwrap());
    let over = NewRecord { expires: Some(1000), ..NewRecord::new(Kind::Data) };
    assert_eq!(vault.add(b"over", &over), Err(Error::Expired));

    assert_eq!(&*vault.read(twice).unwrap(), b"twice");
    drop(vault);
    let mut vault = Vault::open(folder(&dir), &unlock(1), at(&time)).unwrap();
    assert_eq!(vault.record(twice).unwrap().views_left, Some(1));
    assert_eq!(&*vault.read(twice).unwrap(), b"twice");
    assert_eq!(vault.read(twice).map(|_| ()), Err(Error::NoViews));
    assert_eq!(&*vault.read(brief).unwrap(), b"brief");
    time.store(2000, Ordering::Relaxed);
    assert_eq!(vault.read(brief).map(|_| ()), Err(Error::Expired));
    drop(vault);

    time.store(1000, Ordering::Relaxed);
    let mut vault = Vault::open(folder(&dir), &unlock(1), at(&time)).unwrap();
    assert_eq!(vault.read(brief).map(|_| ()), Err(Error::NoSuchRecord));
    assert_eq!(vault.read(twice).map(|_| ()), Err(Error::NoSuchRecord));
    assert!(vault.list().unwrap().is_empty());
}

#[test]
fn both_together_or_neither() {
    let dir = tempfile::tempdir().unwrap();
    let both =
        |words: &str| Unlock { passphrase: Some(Passphrase::new(words).unwrap()), ..unlock(1) };
    let cost = Cost::new(8 << 10, 1).unwrap();
    let settings = || Settings { cost, ..Settings::default() };
    let mut vault = Vault::create(folder(&dir), &both("horse"), settings()).unwrap();
    let id = vault.add(b"photo", &NewRecord::new(Kind::Original)).unwrap();
    drop(vault);
    let open = |unlock: &Unlock| Vault::open(folder(&dir), unlock, settings());
    assert_eq!(open(&unlock(1)).map(|_| ()), Err(Error::Needs(Needs::Both)));
    assert_eq!(open(&both("house")).map(|_| ()), Err(Error::WrongKey));
    assert_eq!(Vault::needs(&mut *folder(&dir)), Ok(Needs::Both));
    let mut vault = open(&both("horse")).unwrap();
    vault.event(EventKind::Received, Some(id), 3).unwrap();
    vault.rekey(&unlock(2)).unwrap();
    drop(vault);
    assert_eq!(open(&both("horse")).map(|_| ()), Err(Error::Needs(Needs::PlatformKey)));
    let mut vault = open(&unlock(2)).unwrap();
    assert_eq!(&*vault.read(id).unwrap(), b"photo");
    let log = vault.log().unwrap();
    assert_eq!(log.events.len(), 1);
    assert_eq!(log.hash_after(1), Some(log.hash));
    assert_eq!(log.hash_after(0), Some([0; 32]));
}

#[test]
fn a_batch_is_made_whole_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let mut vault = Vault::create(folder(&dir), &unlock(1), Settings::default()).unwrap();
    let files = || std::fs::read_dir(dir.path().join("vault")).unwrap().count();
    let before = files();
    let mut batch = vault.batch().unwrap();
    batch.add(b"one", &NewRecord::new(Kind::Original)).unwrap();
    assert!(batch.find(b"one").is_some());
    drop(batch);
    assert_eq!(files(), before);
    assert!(vault.list().unwrap().is_empty());

    let mut batch = vault.batch().unwrap();
    for n in 0..1000u32 {
        let name = format!("name {n} {}", "x".repeat(n as usize % 240));
        let new = NewRecord { name: Some(&name), ..NewRecord::new(Kind::Original) };
        batch.add(&n.to_be_bytes(), &new).unwrap();
        batch.event(EventKind::Received, None, u64::from(n));
    }
    batch.commit().unwrap();
    drop(vault);
    let mut vault = Vault::open(folder(&dir), &unlock(1), Settings::default()).unwrap();
    let list = vault.list().unwrap();
    assert_eq!(list.len(), 1000);
    assert_eq!(&*vault.read(list[77].id).unwrap(), 77u32.to_be_bytes());
    assert_eq!(vault.log().unwrap().events.len(), 1000);
}
