//! Somebody changes the files: everything is refused, and nothing wrong is shown.

use unmarked::vault::{Error, EventKind, Id, Kind, NewRecord, Part, Settings, Vault};
use unmarked_fixtures::vault::Disk;

use super::common::{Time, add, content, unlock};

/// A vault whose files are known.
struct Known {
    disk: Disk,
    index: String,
    /// Name and content of each record, the longest last.
    records: Vec<(Id, Vec<u8>)>,
}

fn settings() -> Settings {
    Time::at(1500).settings()
}

fn open(disk: &Disk) -> Result<Vault, Error> {
    Vault::open(Box::new(disk.copy()), &unlock(1), settings())
}

fn known() -> Known {
    let disk = Disk::default();
    let mut vault =
        Vault::create(Box::new(disk.clone()), &unlock(1), Time::at(1000).settings()).unwrap();
    for number in 0..4 {
        add(&mut vault, number, None, None);
    }
    vault.event(EventKind::Received, None, 3).unwrap();
    let list = vault.list().unwrap();
    let records = list.iter().enumerate().map(|(n, record)| (record.id, content(n))).collect();
    drop(vault);
    let is_index =
        |name: &String| name != "head" && list.iter().all(|record| record.id.to_string() != *name);
    let index = disk.names().into_iter().find(is_index).unwrap();
    Known { disk, index, records }
}

/// How a change is met.
#[derive(Debug, PartialEq, Eq)]
enum Met {
    /// By an error that names what is wrong.
    Refused,
    /// By nothing, since everything is as it was.
    AsItWas,
}

/// Opens a copy of a changed disk and reads everything: what is shown must be what was stored.
fn meet(known: &Known, disk: &Disk) -> Met {
    let refused = |error: Error| {
        let named = matches!(
            error,
            Error::Damaged(_)
                | Error::WrongKey
                | Error::Needs(_)
                | Error::Newer(_)
                | Error::Older(_)
                | Error::NotAVault
        );
        assert!(named, "{error}");
        assert!(!error.to_string().is_empty() && !error.advice().is_empty());
        Met::Refused
    };
    let mut vault = match open(disk) {
        Ok(vault) => vault,
        Err(error) => return refused(error),
    };
    let list = vault.list().unwrap();
    let ids: Vec<Id> = list.iter().map(|record| record.id).collect();
    assert_eq!(ids, known.records.iter().map(|(id, _)| *id).collect::<Vec<_>>());
    assert_eq!(vault.log().unwrap().events.len(), 1);
    let mut met = Met::AsItWas;
    for (id, content) in &known.records {
        match vault.read(*id) {
            Ok(bytes) => assert!(*bytes == *content, "another content is shown"),
            Err(error) => {
                assert_eq!(error, Error::Damaged(Part::Record(*id)));
                met = refused(error);
            }
        }
    }
    met
}

/// A disk on which one file is another.
fn with(known: &Known, name: &str, bytes: &[u8]) -> Disk {
    let disk = known.disk.copy();
    disk.set_file(name, Some(bytes));
    disk
}

/// Xorshift, for places to change.
fn places(count: usize, below: usize) -> impl Iterator<Item = usize> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    (0..count).map(move |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 8) as usize % below
    })
}

#[test]
fn flipped_bits_are_refused() {
    let known = known();
    assert_eq!(meet(&known, &known.disk), Met::AsItWas);
    let mut count = 0;
    let mut flip = |name: &str, bits: &mut dyn Iterator<Item = usize>| {
        let bytes = known.disk.file(name).unwrap();
        for bit in bits {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let met = meet(&known, &with(&known, name, &changed));
            assert_eq!(met, Met::Refused, "bit {bit} of {name}");
            count += 1;
        }
    };
    let bits = |name: &str| known.disk.file(name).unwrap().len() * 8;
    flip("head", &mut (0..bits("head")));
    flip(&known.index, &mut (0..bits(&known.index)).step_by(7));
    for (id, _) in &known.records {
        let name = id.to_string();
        // the header, the first chunk's start, the last tag, and anywhere
        let last = bits(&name);
        flip(&name, &mut (0..256).chain(last - 128..last));
        flip(&name, &mut places(200, last));
    }
    println!("{count} flipped bits, all refused");
    assert!(count > 10_000);
}

#[test]
fn cut_and_lengthened_files_are_refused() {
    let known = known();
    let mut count = 0;
    let names = known.records.iter().map(|(id, _)| id.to_string());
    for name in names.chain(["head".to_owned(), known.index.clone()]) {
        let bytes = known.disk.file(&name).unwrap();
        let edges = [0, 1, 15, 16, 17, 1023, 1024, 2048, 65_552, 65_568, 65_569, bytes.len() - 1];
        for length in edges.into_iter().chain(places(100, bytes.len())) {
            if length >= bytes.len() {
                continue;
            }
            let met = meet(&known, &with(&known, &name, &bytes[..length]));
            assert_eq!(met, Met::Refused, "{name} cut at {length}");
            count += 1;
        }
        for more in [1, 16, 1024, 65_552] {
            let longer = [&bytes[..], &vec![7; more]].concat();
            let repeated = [&bytes[..], &bytes[..more.min(bytes.len())]].concat();
            for changed in [longer, repeated] {
                let met = meet(&known, &with(&known, &name, &changed));
                // behind the end of an index stands what was never acknowledged, and is never read
                let expected = if name == known.index { Met::AsItWas } else { Met::Refused };
                assert_eq!(met, expected, "{name} longer by {more}");
                count += 1;
            }
        }
        let missing = known.disk.copy();
        missing.set_file(&name, None);
        assert_eq!(meet(&known, &missing), Met::Refused, "{name} missing");
        count += 1;
    }
    println!("{count} files cut, lengthened or missing");
}

#[test]
fn moved_chunks_blocks_and_files_are_refused() {
    let known = known();
    let mut count = 0;
    let mut try_one = |disk: &Disk, what: &str| {
        assert_eq!(meet(&known, disk), Met::Refused, "{what}");
        count += 1;
    };
    let mut pieces = |name: &str, header: usize, piece: usize, others: &[String]| {
        let bytes = known.disk.file(name).unwrap();
        let (start, rest) = bytes.split_at(header);
        let parts: Vec<&[u8]> = rest.chunks(piece).collect();
        let put = |parts: &[&[u8]]| with(&known, name, &[start, &parts.concat()].concat());
        for one in 0..parts.len() {
            for other in 0..parts.len() {
                if one == other {
                    continue;
                }
                let mut changed = parts.clone();
                changed.swap(one, other);
                try_one(&put(&changed), "swapped");
                changed = parts.clone();
                changed[one] = parts[other];
                try_one(&put(&changed), "repeated");
            }
            let mut changed = parts.clone();
            changed.remove(one);
            try_one(&put(&changed), "left out");
            let mut changed = parts.clone();
            changed.insert(one, parts[one]);
            // an index whose only repeated block is the last has one too many behind its end
            if name != known.index || one + 1 < parts.len() {
                try_one(&put(&changed), "put in twice");
            }
            for other in others {
                let foreign = known.disk.file(other).unwrap();
                let foreign: Vec<&[u8]> = foreign[header..].chunks(piece).collect();
                if let Some(part) = foreign.get(one) {
                    let mut changed = parts.clone();
                    changed[one] = part;
                    try_one(&put(&changed), "from another file");
                }
            }
        }
    };
    let names: Vec<String> = known.records.iter().map(|(id, _)| id.to_string()).collect();
    for name in &names {
        let others: Vec<String> = names.iter().filter(|other| *other != name).cloned().collect();
        pieces(name, 16, 65_552, &others);
    }
    pieces(&known.index, 0, 1024, &[]);
    let mut all = names;
    all.extend(["head".to_owned(), known.index.clone()]);
    for one in &all {
        for other in &all {
            if one != other {
                let disk = with(&known, one, &known.disk.file(other).unwrap());
                try_one(&disk, "exchanged");
            }
        }
    }
    println!("{count} chunks, blocks and files moved");
}

#[test]
fn parts_of_an_earlier_state_are_refused() {
    let known = known();
    let later = known.disk.copy();
    let mut vault = Vault::open(Box::new(later.clone()), &unlock(1), settings()).unwrap();
    let id = vault.add(b"later", &NewRecord::new(Kind::Data)).unwrap();
    let generation = vault.generation();
    drop(vault);

    // an old index under a new head
    let disk = later.copy();
    disk.set_file(&known.index, Some(&known.disk.file(&known.index).unwrap()));
    assert_eq!(open(&disk).map(|_| ()), Err(Error::Damaged(Part::Index)));
    // an old head over a new index: what was not acknowledged by it is not shown
    let disk = later.copy();
    disk.set_file("head", Some(&known.disk.file("head").unwrap()));
    assert_eq!(meet(&known, &disk), Met::AsItWas);
    // which the folder cannot tell from a crash, but whoever noted the generation can
    let noted = Settings { least_generation: generation, ..settings() };
    let opened = Vault::open(Box::new(disk.copy()), &unlock(1), noted);
    let (found, expected) = (generation - 1, generation);
    assert_eq!(opened.map(|_| ()), Err(Error::RolledBack { found, expected }));
    let noted = Settings { least_generation: generation, ..settings() };
    assert!(Vault::open(Box::new(later.copy()), &unlock(1), noted).is_ok());

    // the index and head of before a removal: the record's file is gone with its key
    let mut vault = Vault::open(Box::new(later.clone()), &unlock(1), settings()).unwrap();
    let before = later.copy();
    vault.remove(&[id]).unwrap();
    drop(vault);
    for name in ["head", &known.index] {
        later.set_file(name, before.file(name).as_deref());
    }
    let mut vault = open(&later).unwrap();
    assert_eq!(vault.read(id).map(|_| ()), Err(Error::Damaged(Part::Record(id))));

    // the head of another vault with the same key
    let disk = known.disk.copy();
    let other = self::known();
    disk.set_file("head", other.disk.file("head").as_deref());
    assert_eq!(open(&disk).map(|_| ()), Err(Error::Damaged(Part::Index)));
}
