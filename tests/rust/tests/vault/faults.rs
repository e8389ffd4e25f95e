//! Every operation of every command fails, or the process stops there and the power goes.

use std::io::ErrorKind;

use unmarked::Passphrase;
use unmarked::vault::{Cost, Error, EventKind, Kind, NewRecord, Part, Settings, Unlock, Vault};
use unmarked_fixtures::vault::{Crash, Disk, Fault};

use super::common::{MARK, Time, add, content, filled, name, unlock};

/// Name, content, expiry and views left of a record.
type SeenRecord = (String, Vec<u8>, Option<u64>, Option<u32>);

/// What someone who opens a vault sees, and how many events there are.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    records: Vec<SeenRecord>,
    events: usize,
}

/// One command on an open vault.
struct Command {
    what: &'static str,
    /// What the clock says.
    time: u64,
    start: fn() -> Disk,
    /// What opens the vault after it.
    opens: fn() -> Unlock,
    /// Gives what content it released, if any.
    run: fn(&mut Vault) -> Result<Option<Vec<u8>>, Error>,
}

fn four_records() -> Disk {
    let disk = Disk::default();
    drop(filled(Box::new(disk.clone())));
    disk
}

/// An index that the next commit finds worth writing anew.
fn long_index() -> Disk {
    let disk = Disk::default();
    let mut vault = filled(Box::new(disk.clone()));
    for number in 0..256 {
        vault.event(EventKind::Shown, None, number).unwrap();
    }
    drop(vault);
    disk
}

fn settings(time: u64) -> Settings {
    let cost = Cost::new(8 << 10, 1).unwrap();
    Settings { cost, ..Time::at(time).settings() }
}

fn with_words() -> Unlock {
    Unlock { passphrase: Some(Passphrase::new("two words").unwrap()), ..unlock(2) }
}

fn read(vault: &mut Vault, number: usize) -> Result<Option<Vec<u8>>, Error> {
    let id = id(vault, number)?;
    Ok(Some(vault.read(id)?.to_vec()))
}

fn id(vault: &mut Vault, number: usize) -> Result<unmarked::vault::Id, Error> {
    let wanted = name(number);
    let list = vault.list()?;
    let found = list.iter().find(|record| record.name.as_ref() == Some(&wanted));
    found.map(|record| record.id).ok_or(Error::NoSuchRecord)
}

const COMMANDS: &[Command] = &[
    Command {
        what: "open",
        time: 1500,
        start: four_records,
        opens: || unlock(1),
        run: |_| Ok(None),
    },
    Command {
        what: "open what has expired",
        time: 2500,
        start: four_records,
        opens: || unlock(1),
        run: |_| Ok(None),
    },
    Command {
        what: "add",
        time: 1500,
        start: four_records,
        opens: || unlock(1),
        run: |vault| {
            let name = name(4);
            let new = NewRecord { name: Some(&name), ..NewRecord::new(Kind::Data) };
            vault.add(&content(2), &new).map(|_| None)
        },
    },
    Command {
        what: "batch",
        time: 1500,
        start: four_records,
        opens: || unlock(1),
        run: |vault| {
            let gone = id(vault, 0)?;
            let mut batch = vault.batch()?;
            for number in 5..8 {
                let name = name(number);
                let new = NewRecord { name: Some(&name), ..NewRecord::new(Kind::Original) };
                let id = batch.add(&content(number % 2), &new)?;
                batch.event(EventKind::Received, Some(id), number as u64);
            }
            batch.remove(gone)?;
            batch.commit().map(|()| None)
        },
    },
    Command {
        what: "batch that only adds",
        time: 1500,
        start: four_records,
        opens: || unlock(1),
        run: |vault| {
            let mut batch = vault.batch()?;
            for number in 5..7 {
                let name = name(number);
                let new = NewRecord { name: Some(&name), ..NewRecord::new(Kind::Original) };
                batch.add(&content(number % 2), &new)?;
            }
            batch.commit().map(|()| None)
        },
    },
    Command {
        what: "read without limit",
        time: 1500,
        start: four_records,
        opens: || unlock(1),
        run: |vault| read(vault, 0),
    },
    Command {
        what: "read with views",
        time: 1500,
        start: four_records,
        opens: || unlock(1),
        run: |vault| read(vault, 1),
    },
    Command {
        what: "read the last view",
        time: 1500,
        start: four_records,
        opens: || unlock(1),
        run: |vault| read(vault, 2),
    },
    Command {
        what: "restrict",
        time: 1500,
        start: four_records,
        opens: || unlock(1),
        run: |vault| {
            let id = id(vault, 1)?;
            vault.restrict(id, Some(1800), Some(2)).map(|()| None)
        },
    },
    Command {
        what: "restrict to nothing",
        time: 1500,
        start: four_records,
        opens: || unlock(1),
        run: |vault| {
            let id = id(vault, 0)?;
            vault.restrict(id, None, Some(0)).map(|()| None)
        },
    },
    Command {
        what: "remove",
        time: 1500,
        start: four_records,
        opens: || unlock(1),
        run: |vault| {
            let ids = [id(vault, 0)?, id(vault, 3)?];
            vault.remove(&ids).map(|()| None)
        },
    },
    Command {
        what: "event",
        time: 1500,
        start: four_records,
        opens: || unlock(1),
        run: |vault| vault.event(EventKind::Exported, None, 7).map(|()| None),
    },
    Command {
        what: "compaction",
        time: 1500,
        start: long_index,
        opens: || unlock(1),
        run: |vault| vault.event(EventKind::Exported, None, 7).map(|()| None),
    },
    Command {
        what: "change the key of the device",
        time: 1500,
        start: four_records,
        opens: || unlock(2),
        run: |vault| vault.rekey(&unlock(2)).map(|()| None),
    },
    Command {
        what: "change to a passphrase",
        time: 1500,
        start: || {
            let disk = Disk::default();
            let vault = Vault::create(Box::new(disk.clone()), &unlock(1), settings(1000));
            add(&mut vault.unwrap(), 0, None, None);
            disk
        },
        opens: with_words,
        run: |vault| vault.rekey(&with_words()).map(|()| None),
    },
];

fn crashes() -> impl Iterator<Item = Crash> {
    let named =
        [Crash::Nothing, Crash::Everything, Crash::HalfOfTheLastWrite, Crash::Names, Crash::Bytes];
    named.into_iter().chain((0..7).map(Crash::Mixed))
}

const FAULTS: [Fault; 4] = [
    Fault::Stop,
    Fault::Once(ErrorKind::StorageFull),
    Fault::Once(ErrorKind::Other),
    Fault::FromThenOn(ErrorKind::StorageFull),
];

/// What someone sees who opens a copy of the disk.
fn look(disk: &Disk, unlock: &Unlock, time: u64) -> Result<Seen, Error> {
    let mut vault = Vault::open(Box::new(disk.copy()), unlock, settings(time))?;
    let records = vault
        .list()?
        .iter()
        .map(|record| {
            let content = vault.read(record.id)?.to_vec();
            Ok((record.name.clone().unwrap(), content, record.expires, record.views_left))
        })
        .collect::<Result<_, Error>>()?;
    Ok(Seen { records, events: vault.log()?.events.len() })
}

/// The same by either of two ways to open it, of which exactly one works.
fn look_either(disk: &Disk, before: &Unlock, after: &Unlock, time: u64) -> (Seen, bool) {
    match (look(disk, before, time), look(disk, after, time)) {
        (Ok(seen), Err(Error::WrongKey | Error::Needs(_))) => (seen, false),
        (Err(Error::WrongKey | Error::Needs(_)), Ok(seen)) => (seen, true),
        (Ok(one), Ok(other)) if one == other => (one, false),
        (one, other) => panic!("{one:?} {other:?}"),
    }
}

#[test]
fn nothing_that_was_acknowledged_is_lost() {
    let mut total = 0u64;
    for command in COMMANDS {
        let count = try_command(command);
        println!("{}: {count} faults", command.what);
        total += count;
    }
    println!("{total} faults in all, nothing lost, nothing half-made, no view given back");
    assert!(total > 10_000);
}

/// Puts every fault into every operation of a command, and tells how many.
fn try_command(command: &Command) -> u64 {
    let start = (command.start)();
    let (old, new) = (unlock(1), (command.opens)());
    let before = look(&start, &old, command.time).unwrap();
    // without a fault
    let disk = start.copy();
    let mut vault = Vault::open(Box::new(disk.clone()), &old, settings(command.time)).unwrap();
    let released = (command.run)(&mut vault).unwrap();
    drop(vault);
    let operations = disk.operations();
    let after = look(&disk, &new, command.time).unwrap();
    assert!(operations > 2, "{}", command.what);

    let mut count = 0;
    for at in 0..operations {
        for fault in FAULTS {
            for crash in crashes() {
                let context = || format!("{}: {fault:?} at {at}, {crash:?}", command.what);
                let disk = start.copy();
                disk.break_at(at, fault);
                let opened = Vault::open(Box::new(disk.clone()), &old, settings(command.time));
                let mut acknowledged = false;
                if let Ok(mut vault) = opened {
                    let result = (command.run)(&mut vault);
                    acknowledged = result.is_ok();
                    if let Ok(Some(bytes)) = &result {
                        assert_eq!(Some(bytes), released.as_ref(), "{}", context());
                    }
                    if fault != Fault::Stop {
                        disk.repair();
                        let done = shows(&mut vault, &before, &after, acknowledged, &context());
                        if !acknowledged && !done && crash == Crash::Nothing {
                            // what failed and was not done can be done again
                            let again = (command.run)(&mut vault);
                            again.unwrap_or_else(|error| panic!("{}: {error}", context()));
                            acknowledged = true;
                        }
                    }
                }
                if crash == Crash::Nothing {
                    assert!(!disk.was_written(MARK.as_bytes()), "{}", context());
                }
                disk.crash(crash);
                recovered(
                    command,
                    &disk,
                    (&old, &before),
                    (&new, &after),
                    acknowledged,
                    &context(),
                );
                count += 1;
            }
        }
    }
    count
}

/// The vault that met a failure still shows one state or the other; tells whether it is, or may be,
/// that after the command.
fn shows(
    vault: &mut Vault,
    before: &Seen,
    after: &Seen,
    acknowledged: bool,
    context: &str,
) -> bool {
    let list = vault.list().unwrap_or_else(|error| panic!("{context}: {error}"));
    let events = vault.log().unwrap().events.len();
    let shown: Vec<_> = list.iter().map(|r| (r.name.clone(), r.expires, r.views_left)).collect();
    let is = |seen: &Seen| {
        let names = seen.records.iter().map(|r| (Some(r.0.clone()), r.2, r.3));
        names.eq(shown.iter().cloned()) && events == seen.events
    };
    assert!(is(after) || !acknowledged && is(before), "{context}: shows {}", shown.len());
    is(after)
}

/// After the power came back there is one state or the other, and the vault works.
fn recovered(
    command: &Command,
    disk: &Disk,
    (old, before): (&Unlock, &Seen),
    (new, after): (&Unlock, &Seen),
    acknowledged: bool,
    context: &str,
) {
    let (seen, by_new) = look_either(disk, old, new, command.time);
    let whole = seen == *after || !acknowledged && seen == *before;
    assert!(whole, "{context}: {} records, {} events", seen.records.len(), seen.events);
    let unlock = if by_new { new } else { old };
    let opened = Vault::open(Box::new(disk.clone()), unlock, settings(command.time));
    let mut vault = opened.unwrap_or_else(|error| panic!("{context}: {error}"));
    add(&mut vault, 9, None, None);
    drop(vault);
    disk.crash(Crash::Nothing);
    let later = look(disk, unlock, command.time).unwrap_or_else(|e| panic!("{context}: {e}"));
    assert!(later.records.starts_with(&seen.records), "{context}");
    assert_eq!(later.records.last().map(|record| &record.1), Some(&content(9)), "{context}");
    let mut vault = Vault::open(Box::new(disk.clone()), unlock, settings(command.time)).unwrap();
    vault.event(EventKind::Shown, None, 0).unwrap();
    // each record, the index, the head: what was left half-made, or removed when the power went, is gone
    assert_eq!(disk.names().len(), later.records.len() + 2, "{context}");
}

#[test]
fn a_vault_is_created_or_not() {
    let create =
        |disk: &Disk| Vault::create(Box::new(disk.clone()), &unlock(1), settings(1000)).map(|_| ());
    let disk = Disk::default();
    create(&disk).unwrap();
    let mut count = 0;
    for at in 0..disk.operations() {
        for fault in FAULTS {
            for crash in crashes() {
                let context = format!("{fault:?} at {at}, {crash:?}");
                let disk = Disk::default();
                disk.break_at(at, fault);
                let acknowledged = create(&disk).is_ok();
                disk.crash(crash);
                match look(&disk, &unlock(1), 1000) {
                    Ok(seen) => assert!(seen.records.is_empty(), "{context}"),
                    Err(Error::NotAVault) if !acknowledged => {
                        create(&disk).unwrap_or_else(|error| panic!("{context}: {error}"));
                        look(&disk, &unlock(1), 1000).unwrap();
                    }
                    Err(error) => panic!("{context}: {error}"),
                }
                count += 1;
            }
        }
    }
    println!("create: {count} faults");
}

#[test]
fn a_vault_is_wiped_or_whole() {
    let opened =
        |disk: &Disk| Vault::open(Box::new(disk.clone()), &unlock(1), settings(1500))?.wipe();
    let unopened = |disk: &Disk| Vault::wipe_unopened(Box::new(disk.clone()));
    let start = four_records();
    let mut count = 0;
    for wipe in [&opened as &dyn Fn(&Disk) -> Result<(), Error>, &unopened] {
        let disk = start.copy();
        wipe(&disk).unwrap();
        assert!(disk.names().is_empty());
        for at in 0..disk.operations() {
            for fault in FAULTS {
                for crash in crashes() {
                    let context = format!("{fault:?} at {at}, {crash:?}");
                    let disk = start.copy();
                    disk.break_at(at, fault);
                    let acknowledged = wipe(&disk).is_ok();
                    disk.crash(crash);
                    let gone = match look(&disk, &unlock(1), 1500) {
                        Ok(seen) => {
                            assert_eq!(seen.records.len(), 4, "{context}");
                            false
                        }
                        Err(Error::NotAVault | Error::Damaged(Part::Head)) => true,
                        // files go only after the keys
                        Err(error) => panic!("{context}: {error}"),
                    };
                    assert!(gone || !acknowledged, "{context}");
                    match unopened(&disk) {
                        Ok(()) => assert!(disk.names().is_empty(), "{context}"),
                        Err(Error::NotAVault) => assert!(gone, "{context}"),
                        Err(error) => panic!("{context}: {error}"),
                    }
                    count += 1;
                }
            }
        }
    }
    println!("wipe: {count} faults");
}

#[test]
fn a_disk_that_is_full_or_read_only_is_told_by_name() {
    for (kind, error) in [
        (ErrorKind::StorageFull, Error::NoSpace),
        (ErrorKind::QuotaExceeded, Error::NoSpace),
        (ErrorKind::ReadOnlyFilesystem, Error::ReadOnly),
        (ErrorKind::PermissionDenied, Error::ReadOnly),
    ] {
        let disk = four_records();
        let mut vault = Vault::open(Box::new(disk.clone()), &unlock(1), settings(1500)).unwrap();
        let id = id(&mut vault, 0).unwrap();
        disk.break_at(0, Fault::FromThenOn(kind));
        assert_eq!(vault.add(b"more", &NewRecord::new(Kind::Data)), Err(error));
        disk.repair();
        assert_eq!(&*vault.read(id).unwrap(), content(0));
    }
}

#[test]
fn a_second_process_is_told_by_name() {
    let disk = four_records();
    let open = || Vault::open(Box::new(disk.clone()), &unlock(1), settings(1500));
    let vault = open().unwrap();
    assert_eq!(open().map(|_| ()), Err(Error::Held));
    assert_eq!(Vault::wipe_unopened(Box::new(disk.clone())), Err(Error::Held));
    drop(vault);
    assert_eq!(open().map(|_| ()), Ok(()));
}
