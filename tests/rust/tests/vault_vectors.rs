//! Vaults that an earlier version wrote, which Rust, Kotlin and Swift open alike.

use std::collections::BTreeMap;
use std::path::Path;

use unmarked::vault::{Error, Folder, Kind, Needs, Settings, Unlock, Vault};
use unmarked::{Passphrase, SecretKey};

#[test]
fn vaults_of_format_1_open() {
    let text = include_str!("../../vectors/vault/format-1.txt");
    let vaults = records(text);
    assert_eq!(vaults.keys().copied().collect::<Vec<_>>(), ["both", "passphrase", "platform_key"]);
    assert!(text.contains("\nrecord.2 = "));
    for (name, values) in vaults {
        let dir = tempfile::tempdir().unwrap();
        for (file, content) in
            values.iter().filter_map(|(key, value)| Some((key.strip_prefix("file.")?, value)))
        {
            std::fs::write(dir.path().join(file), bytes(content)).unwrap();
        }
        opens(name, &values, dir.path());
    }
}

fn opens(name: &str, values: &BTreeMap<&str, &str>, folder: &Path) {
    let key = bytes(values["platform_key"]);
    let unlock = |last: u8| Unlock {
        platform_key: <[u8; 32]>::try_from(&*key).ok().map(|mut key| {
            key[31] ^= last;
            SecretKey::copy_from(&key).unwrap()
        }),
        passphrase: Some(values["passphrase"])
            .filter(|words| !words.is_empty())
            .map(|words| Passphrase::new(if last == 0 { words } else { "another" }).unwrap()),
    };
    let storage = || Box::new(Folder::open(folder).unwrap());
    let needs = match name {
        "both" => Needs::Both,
        "passphrase" => Needs::Passphrase,
        _ => Needs::PlatformKey,
    };
    assert_eq!(Vault::needs(&mut *storage()), Ok(needs), "{name}");
    let wrong = Vault::open(storage(), &unlock(1), Settings::default()).map(|_| ());
    assert_eq!(wrong, Err(Error::WrongKey), "{name}");

    let mut vault = Vault::open(storage(), &unlock(0), Settings::default()).unwrap();
    let list = vault.list().unwrap();
    let shown: Vec<String> = list
        .iter()
        .map(|record| {
            let kind = match record.kind {
                Kind::Original => "original",
                Kind::Clean { .. } => "clean",
                Kind::Data => "data",
            };
            let word = |words: &Option<String>| words.clone().unwrap_or("-".into());
            let views = word(&record.views_left.map(|views| views.to_string()));
            let (name, media_type, note) =
                (word(&record.name), word(&record.media_type), word(&record.note));
            format!("{kind} {} {name} {media_type} {note} {views}", record.length)
        })
        .collect();
    let expected: Vec<&str> =
        (1..).map_while(|n: u32| values.get(&*format!("record.{n}")).copied()).collect();
    assert_eq!(shown, expected, "{name}");
    for record in list.iter().filter(|record| matches!(record.kind, Kind::Clean { .. })) {
        assert_eq!(record.kind, Kind::Clean { of: Some(list[0].id) }, "{name}");
    }
    for record in &list {
        let content: Vec<u8> = (0..record.length).map(|at| at.wrapping_mul(7) as u8).collect();
        assert!(*vault.read(record.id).unwrap() == *content, "{name}");
    }
    let log = vault.log().unwrap();
    assert_eq!(
        (log.events.len().to_string(), &log.hash[..]),
        (values["events"].into(), &*bytes(values["log"])),
        "{name}"
    );
}

/// The `[name]` records of `key = value` lines.
fn records(text: &str) -> BTreeMap<&str, BTreeMap<&str, &str>> {
    let mut records = BTreeMap::new();
    let mut values: Option<&mut BTreeMap<_, _>> = None;
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            values = Some(records.entry(name).or_default());
        } else {
            let (key, value) = line.split_once('=').expect("key = value");
            values.as_mut().expect("a record").insert(key.trim(), value.trim());
        }
    }
    records
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}
