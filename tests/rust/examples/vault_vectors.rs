//! Writes `tests/vectors/vault/format-1.txt` (`--write`), or prints it. It is another one each time,
//! since keys and nonces of a vault are random: once a version with this format has been released, the
//! file must never be written again, so that later versions are held to what that one wrote.

use std::fmt::Write;
use std::path::Path;

use unmarked::vault::{Cost, EventKind, Folder, Kind, NewRecord, Settings, Unlock, Vault};
use unmarked::{Passphrase, SecretKey};

const HEAD: &str = "\
# Vaults of format 1, AES-256-GCM, read by the tests in Rust, Kotlin and Swift: every later version has to
# open them. Made by `cargo run -p unmarked-fixtures --example vault_vectors -- --write`.
#
# `platform_key` (hexadecimal) and `passphrase` open it; `file.NAME` is a file of its folder; `record.N` is the
# N-th record of its list: kind, length, name, media type, note and views left, - for none. The content of
# each is the bytes 0, 7, 14, … modulo 256; a clean photo was made of the first.
# `events` is how many events the audit log has, `log` the hash of its chain.
";

/// The platform key of the vault that needs both.
const BOTH: u8 = 0x22;

fn main() {
    let mut text = HEAD.to_owned();
    for (name, platform_key, passphrase) in [
        ("platform_key", Some(0x11), None),
        ("passphrase", None, Some("caf\u{e9}")),
        ("both", Some(BOTH), Some("one two")),
    ] {
        vault(&mut text, name, platform_key, passphrase);
    }
    if std::env::args().any(|argument| argument == "--write") {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/vault/format-1.txt");
        std::fs::write(&path, &text).expect("the file of vectors can be written");
        println!("{}: {} bytes", path.display(), text.len());
    } else {
        print!("{text}");
    }
}

fn vault(text: &mut String, name: &str, platform_key: Option<u8>, passphrase: Option<&str>) {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("vault");
    let unlock = Unlock {
        platform_key: platform_key.map(|byte| SecretKey::copy_from(&[byte; 32]).expect("a key")),
        passphrase: passphrase.map(|words| Passphrase::new(words).expect("a passphrase")),
    };
    let cost = Cost::new(8 << 10, 1).expect("the least cost");
    let storage = Box::new(Folder::create(&path).expect("a folder"));
    let mut vault =
        Vault::create(storage, &unlock, Settings { cost, ..Settings::default() }).expect("a vault");

    let mut records = Vec::new();
    // every record takes a whole chunk of 64 KiB or more: one vault has some
    if platform_key == Some(BOTH) {
        let content: Vec<u8> = (0..70_000u32).map(|at| at.wrapping_mul(7) as u8).collect();
        let original = NewRecord {
            name: Some("IMG_0001.jpg"),
            media_type: Some("image/jpeg"),
            note: Some("market"),
            ..NewRecord::new(Kind::Original)
        };
        let removed = vault.add(b"removed", &original).expect("a record");
        let first = vault.add(&content, &original).expect("a record");
        let clean = NewRecord { views: Some(3), ..NewRecord::new(Kind::Clean { of: Some(first) }) };
        let second = vault.add(&content[..100], &clean).expect("a record");
        vault.read(second).expect("a view");
        vault.remove(&[removed]).expect("a removal");
        vault.event(EventKind::Received, Some(first), 7).expect("an event");
        records.push("original 70000 IMG_0001.jpg image/jpeg market -");
        records.push("clean 100 - - - 2");
    }
    vault.event(EventKind::Rekeyed, None, 0).expect("an event");
    let log = vault.log().expect("the log");
    drop(vault);

    let mut line =
        |key: &str, value: &str| writeln!(text, "{key} = {value}").expect("a string takes it");
    line(
        &format!("\n[{name}]\nplatform_key"),
        &hex(&platform_key.map_or(vec![], |byte| vec![byte; 32])),
    );
    line("passphrase", passphrase.unwrap_or_default());
    for (number, record) in (1..).zip(records) {
        line(&format!("record.{number}"), record);
    }
    line("events", &log.events.len().to_string());
    line("log", &hex(&log.hash));
    let mut files: Vec<_> = std::fs::read_dir(&path)
        .expect("the folder")
        .map(|entry| entry.expect("a file").path())
        .collect();
    files.sort();
    for file in files {
        let name = file.file_name().and_then(|name| name.to_str()).expect("a name");
        if name != "lock" {
            line(&format!("file.{name}"), &hex(&std::fs::read(&file).expect("a file")));
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
