//! Intake: everything named is in the vault once, whatever happens on the way.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::failing::can_mount;
use crate::photos;
use crate::program::{
    PROGRAM, Run, assert_clean, command, files, has_neutral_name, put_marked, run, scratch,
};
use crate::trace::with_fault;

/// A folder with a passphrase in a file of its own.
pub fn desk() -> tempfile::TempDir {
    let folder = scratch();
    fs::write(folder.path().join("passphrase"), "correct horse battery staple\n").unwrap();
    folder
}

/// Arguments with those that open the vault `V` behind them.
pub fn opening<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [arguments, &["--vault", "V", "--password-file", "passphrase"]].concat()
}

/// The records of the vault in `folder`, as `vault list --json` tells them.
pub fn records(folder: &Path) -> Vec<Value> {
    let run = run(folder, &opening(&["vault", "list", "--json"]));
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{run:?}");
    run.json()["records"].as_array().unwrap().clone()
}

/// Puts `count` photos that differ into `folder`, and gives their names and bytes.
fn put_many(folder: &Path, count: u16) -> BTreeMap<String, Vec<u8>> {
    fs::create_dir(folder).unwrap();
    let one = |i| {
        let (name, photo) = (format!("IMG_{i:04}.jpg"), photos::marked(64 + i, 48));
        fs::write(folder.join(&name), &photo).unwrap();
        (name, photo)
    };
    (0..count).map(one).collect()
}

/// Asserts that the vault in `folder` has each of `photos` once, with one clean copy, and nothing else.
fn assert_each_once(folder: &Path, photos: &BTreeMap<String, Vec<u8>>) {
    let records = records(folder);
    let of_kind =
        |kind: &str| -> Vec<&Value> { records.iter().filter(|r| r["kind"] == kind).collect() };
    let originals = of_kind("original");
    let names: Vec<&str> = originals.iter().map(|r| r["name"].as_str().unwrap()).collect();
    let distinct: HashSet<&str> = names.iter().copied().collect();
    assert_eq!(names.len(), distinct.len(), "an original is there twice");
    assert!(names.len() == photos.len() && names.iter().all(|name| photos.contains_key(*name)));
    let ids: HashSet<&str> = originals.iter().map(|r| r["id"].as_str().unwrap()).collect();
    let cleaned: Vec<&str> = of_kind("clean").iter().map(|r| r["of"].as_str().unwrap()).collect();
    assert_eq!(cleaned.len(), ids.len(), "each has one clean copy");
    assert_eq!(cleaned.iter().copied().collect::<HashSet<_>>(), ids);
    assert_eq!(records.len(), 2 * photos.len());
}

#[test]
fn a_folder_of_a_source() {
    let folder = desk();
    let at = folder.path();
    fs::create_dir(at.join("Inbox")).unwrap();
    let photo = put_marked(&at.join("Inbox/IMG_1234.jpg"));
    fs::write(at.join("Inbox/letter.txt"), "Dear editor").unwrap();
    fs::write(at.join("Inbox/cut.jpg"), &photo[..photo.len() / 2]).unwrap();
    fs::write(at.join("Inbox/empty"), "").unwrap();

    let first = run(at, &opening(&["receive", "Inbox"]));
    assert_eq!(first.code, Some(1), "{first:?}");
    let lines = first.lines();
    assert_eq!(lines.len(), 4, "{first:?}");
    assert!(
        lines[0].starts_with("Inbox/IMG_1234.jpg says where and with which device it was taken"),
        "{first:?}"
    );
    assert!(lines[1].starts_with("Inbox/cut.jpg says"), "{first:?}");
    assert!(lines[2].starts_with("Inbox/empty is no photo, and is kept as it is → "), "{first:?}");
    assert!(
        lines[3].starts_with("Inbox/letter.txt is no photo, and is kept as it is → "),
        "{first:?}"
    );
    assert!(
        first.err.starts_with("unmarked: V was made. Only its passphrase will open it."),
        "{}",
        first.err
    );
    assert!(first.err.ends_with("unmarked: 4 files received; 1 clean copy; 2 no photo; 1 without a clean copy. The files named stay where they are.\n"), "{}", first.err);

    // what is received again is stored once, under whatever name
    fs::rename(at.join("Inbox/IMG_1234.jpg"), at.join("Inbox/other name.jpg")).unwrap();
    let before = records(at);
    let second = run(at, &opening(&["receive", "Inbox"]));
    // the photo that was refused gets another try
    assert_eq!((second.code, second.lines().len()), (Some(1), 4), "{second:?}");
    let again = |line: &&&str| line.contains(" was received before → ");
    assert_eq!(second.lines().iter().filter(again).count(), 3, "{second:?}");
    assert!(second.err.ends_with("unmarked: 0 files received; 0 clean copies; 4 received before; 1 without a clean copy. The files named stay where they are.\n"), "{}", second.err);
    assert_eq!(records(at), before);
    assert_eq!(fs::read(at.join("Inbox/other name.jpg")).unwrap(), photo);

    // everything comes out again as it came
    for record in &before {
        let id = record["id"].as_str().unwrap();
        let out = run(at, &opening(&["vault", "export", id, "-o", "-"]));
        assert_eq!((out.code, out.err.as_str()), (Some(0), ""));
        match (record["kind"].as_str().unwrap(), record["name"].as_str().unwrap()) {
            ("original", "IMG_1234.jpg") => assert_eq!(out.out, photo),
            ("original", "cut.jpg") => assert_eq!(out.out, &photo[..photo.len() / 2]),
            ("original", "letter.txt") => assert_eq!(out.out, b"Dear editor"),
            ("original", name) => assert!(name == "empty" && out.out.is_empty()),
            (_, name) => {
                assert!(has_neutral_name(Path::new(name)));
                crate::program::assert_clean_bytes(&out.out);
            }
        }
    }
}

#[test]
fn what_cannot_be_cleaned_is_kept_and_said() {
    let folder = desk();
    let at = folder.path();
    // a TIFF of camera raw: what it is told by is the DNG version (tag 0xC612)
    let raw = b"II\x2a\0\x08\0\0\0\x01\0\x12\xc6\x01\0\x04\0\0\0\x01\x04\0\0\0\0\0\0".to_vec();
    fs::write(at.join("raw.dng"), &raw).unwrap();
    let received = run(at, &opening(&["receive", "raw.dng", "missing.jpg"]));
    assert_eq!((received.code, received.lines().len()), (Some(1), 1), "{received:?}");
    let err: Vec<&str> = received.err.lines().collect();
    assert!(
        err[1].starts_with("unmarked: raw.dng: kept, but there is no clean copy: "),
        "{received:?}"
    );
    assert_eq!(err[2], "unmarked: missing.jpg: there is no such file; check the name");
    assert_eq!(
        err[3],
        "unmarked: 1 file received; 0 clean copies; 1 without a clean copy; 1 not received. The files named stay where they are."
    );
    let all = records(at);
    assert_eq!(all.len(), 1);
    let out = run(at, &opening(&["vault", "export", all[0]["id"].as_str().unwrap(), "-o", "-"]));
    assert_eq!(out.out, raw);
    // and is tried again, since another method or version may clean it
    let again = run(at, &opening(&["receive", "raw.dng"]));
    assert_eq!((again.code, again.lines().len()), (Some(1), 1), "{again:?}");
    assert!(again.err.starts_with(err[1]), "{again:?}");
    assert_eq!(records(at).len(), 1);
}

#[test]
fn one_document_for_programs() {
    let folder = desk();
    let at = folder.path();
    put_marked(&at.join("a.jpg"));
    fs::write(at.join("b.txt"), "text").unwrap();
    let received = run(at, &opening(&["receive", "a.jpg", "b.txt", "c.jpg", "--json", "--quiet"]));
    assert_eq!(received.code, Some(1), "{received:?}");
    let document = received.json();
    let photos = document["photos"].as_array().unwrap();
    assert_eq!(
        (photos[0]["file"].as_str(), photos[0]["again"].as_bool()),
        (Some("a.jpg"), Some(false))
    );
    assert!(photos[0]["inspection"]["findings"].as_array().unwrap().len() > 3);
    assert_eq!(photos[0]["copies"][0]["method"], "strip");
    assert_eq!(photos[1]["error"], "this is not a photo in a format that Unmarked knows");
    assert_eq!(photos[2]["error"], "there is no such file");
    assert_eq!((document["received"].as_u64(), document["refused"].as_u64()), (Some(2), Some(1)));
    assert_eq!(received.err, "unmarked: c.jpg: there is no such file; check the name\n");
    let ids: HashSet<String> =
        records(at).iter().map(|r| r["id"].as_str().unwrap().to_owned()).collect();
    for id in [&photos[0]["id"], &photos[0]["copies"][0]["id"], &photos[1]["id"]] {
        assert!(ids.contains(id.as_str().unwrap()));
    }
}

#[test]
fn clean_copies_for_editors_are_written_once() {
    let folder = desk();
    let at = folder.path();
    let photos = put_many(&at.join("Inbox"), 5);
    fs::create_dir(at.join("Editors")).unwrap();
    // without the folder first: the copies are made up for
    assert_eq!(run(at, &opening(&["receive", "Inbox"])).code, Some(0));
    let asked = opening(&["receive", "Inbox", "--copies", "Editors"]);
    let received = run(at, &asked);
    assert_eq!(received.code, Some(0), "{received:?}");
    let copies = files(&at.join("Editors"));
    assert!(copies.len() == 5 && copies.iter().all(|path| has_neutral_name(path)), "{copies:?}");
    copies.iter().for_each(|path| assert_clean(path));
    // who has moved them on does not get them again
    fs::remove_file(&copies[0]).unwrap();
    assert_eq!(run(at, &asked).code, Some(0));
    assert_eq!(files(&at.join("Editors")), copies[1..]);
    assert_each_once(at, &photos);
    let missing = run(at, &opening(&["receive", "Inbox", "--copies", "Nowhere"]));
    assert_eq!(missing.code, Some(2));
    assert_eq!(
        missing.err,
        "unmarked: there is no folder Nowhere; make it first, or choose another with --copies\n"
    );
}

#[test]
fn a_channel_or_a_method_is_the_newsrooms_policy() {
    let folder = desk();
    let at = folder.path();
    fs::write(at.join("a.jpg"), photos::marked(3000, 2000)).unwrap();
    fs::create_dir(at.join("Editors")).unwrap();
    let asked = ["receive", "a.jpg", "--for", "signal", "--copies", "Editors", "--json"];
    let received = run(at, &opening(&asked));
    assert_eq!(received.code, Some(0), "{received:?}");
    assert_eq!(received.json()["photos"][0]["copies"][0]["method"], "rebuild");
    let inspected = run(at, &["inspect", "--json", "Editors"]).json();
    assert_eq!(inspected["photos"][0]["inspection"]["size"][0], 1600);
}

#[test]
fn what_is_its_own_is_not_received() {
    let folder = desk();
    let at = folder.path();
    put_marked(&at.join("a.jpg"));
    fs::create_dir(at.join("Editors")).unwrap();
    let asked = opening(&["receive", ".", "--copies", "Editors", "--key-file", "key"]);
    for turn in 0..2 {
        let received = run(at, &asked);
        assert_eq!(received.code, Some(0), "{received:?}");
        assert!(
            received.lines().len() == 1 && received.lines()[0].starts_with("./a.jpg "),
            "{turn}: {received:?}"
        );
    }
}

#[test]
fn a_run_that_is_killed_is_taken_up_again() {
    const PHOTOS: u16 = 200;
    const TURNS: usize = 12;
    let folder = desk();
    let at = folder.path();
    let photos = put_many(&at.join("Inbox"), PHOTOS);
    fs::create_dir(at.join("Editors")).unwrap();
    let asked = opening(&["receive", "Inbox", "--copies", "Editors"]);
    let mut told = HashSet::new();
    let mut partly = 0;
    for turn in 0..TURNS {
        let output = fs::File::create(at.join("told")).unwrap();
        let mut child = command(at, &asked).stdout(output).stderr(Stdio::null()).spawn().unwrap();
        // so many files are there, and the next ones are being written
        let enough = (turn + 1) * 2 * usize::from(PHOTOS) / TURNS;
        let there = || fs::read_dir(at.join("V")).map_or(0, Iterator::count);
        while there() < enough && child.try_wait().unwrap().is_none() {
            sleep(Duration::from_micros(300));
        }
        sleep(Duration::from_micros(turn as u64 * 700));
        // a child that is not waited for can be sent a signal, also when it has ended
        kill_process(Pid::from_child(&child), Signal::KILL).unwrap();
        child.wait().unwrap();
        let lines = fs::read_to_string(at.join("told")).unwrap();
        told.extend(
            lines.lines().filter_map(|line| Some(line.split_once("→ ")?.1[..8].to_owned())),
        );
        if turn == 0 && !at.join("V/head").exists() {
            continue;
        }
        let there = records(at);
        let starts: HashSet<&str> = there.iter().map(|r| &r["id"].as_str().unwrap()[..8]).collect();
        assert!(told.iter().all(|id| starts.contains(id.as_str())), "what was told is lost");
        partly += u32::from(!there.is_empty() && there.len() < 2 * usize::from(PHOTOS));
    }
    assert!(partly > 0, "it was never killed between its first and its last photo");
    let last = run(at, &asked);
    assert_eq!(last.code, Some(0), "{last:?}");
    assert_each_once(at, &photos);
    let copies = files(&at.join("Editors"));
    assert_eq!(copies.len(), usize::from(PHOTOS), "each copy was written once");
    // nothing is left behind that no record names: one file for each, the index, the head and the lock
    assert_eq!(files(&at.join("V")).len(), 2 * usize::from(PHOTOS) + 3);
}

/// Every call by which the program changes the disk fails once, or is its last: what was told is there, and
/// the same command goes on.
#[test]
fn every_change_of_the_disk_can_fail() {
    let mut faults = 0;
    for call in ["fsync", "renameat", "unlinkat", "write"] {
        for what in ["error=EIO", "error=ENOSPC", "signal=KILL"] {
            for at in 1.. {
                let folder = desk();
                let path = folder.path();
                let photos = put_many(&path.join("Inbox"), 2);
                let asked = opening(&["receive", "Inbox"]);
                let fault = format!("{call}:{what}:when={at}");
                let Some((output, hit)) = with_fault(path, &asked, &fault) else { return };
                if !hit {
                    assert!(at > 1 && output.status.success(), "{fault}");
                    break;
                }
                faults += 1;
                let err = String::from_utf8_lossy(&output.stderr);
                assert!(
                    !err.contains("fault in the program") && !err.contains("panic"),
                    "{fault}: {err}"
                );
                let told = String::from_utf8_lossy(&output.stdout);
                let told: Vec<&str> =
                    told.lines().filter_map(|line| Some(line.split_once("→ ")?.1)).collect();
                // where nothing was told there may be no vault yet
                if !told.is_empty() {
                    let there = records(path);
                    let is_there = |line: &&str| {
                        there.iter().any(|r| r["id"].as_str().unwrap().starts_with(&line[..8]))
                    };
                    assert!(told.iter().all(is_there), "{fault}: what was told is lost");
                }
                let again = run(path, &asked);
                assert_eq!(again.code, Some(0), "{fault}: {again:?}");
                assert_each_once(path, &photos);
                assert_eq!(
                    files(&path.join("V")).len(),
                    2 * 2 + 3,
                    "{fault}: nothing is left behind"
                );
            }
        }
    }
    println!("{faults} faults, nothing lost");
    assert!(faults > 60, "{faults}");
}

#[test]
fn two_at_once() {
    let folder = desk();
    let at = folder.path();
    let photos = put_many(&at.join("Inbox"), 60);
    assert_eq!(run(at, &opening(&["receive", "Inbox/IMG_0000.jpg"])).code, Some(0));
    let asked = opening(&["receive", "Inbox"]);
    let both: Vec<_> = (0..2)
        .map(|_| command(at, &asked).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap())
        .collect();
    let both: Vec<Run> =
        both.into_iter().map(|child| child.wait_with_output().unwrap().into()).collect();
    // one after the other where the first was quick
    for run in both.iter().filter(|run| run.code != Some(0)) {
        assert_eq!(
            (run.code, run.err.as_str()),
            (
                Some(2),
                "unmarked: V: the vault is in use by another program; close the other program\n"
            )
        );
    }
    assert!(both.iter().any(|run| run.code == Some(0)), "{both:?}");
    assert_each_once(at, &photos);
}

#[test]
fn a_disk_that_fills_up() {
    if !can_mount() {
        return;
    }
    let folder = desk();
    let at = folder.path();
    let photos = put_many(&at.join("Inbox"), 100);
    // room for about ninety records; what got in stays, and goes on where there is more room
    let script = "mkdir small && mount -t tmpfs -o size=6m none small || exit 99
        \"$0\" receive Inbox --vault small/V --password-file passphrase; echo $?
        \"$0\" vault list --vault small/V --password-file passphrase | grep -c original
        cp -r small/V V";
    let full =
        Command::new("unshare").args(["-rm", "sh", "-c", script, PROGRAM]).current_dir(at).output();
    let full = Run::from(full.unwrap());
    let (lines, err): (Vec<&str>, Vec<&str>) = (full.lines(), full.err.lines().collect());
    let [told @ .., status, kept] = &lines[..] else { panic!("{full:?}") };
    assert_eq!(*status, "1", "{full:?}");
    assert!(!told.is_empty() && told.len() <= kept.parse().unwrap(), "{full:?}");
    assert_eq!(
        err[1..],
        [
            "unmarked: small/V: there is no space left for the vault; free some space on this disk",
            "unmarked: stopped; what was told so far is kept, and the same command goes on from there",
        ]
    );
    assert_eq!(run(at, &opening(&["receive", "Inbox"])).code, Some(0));
    assert_each_once(at, &photos);
}

#[test]
fn a_folder_that_cannot_be_written_to() {
    if !can_mount() {
        return;
    }
    let folder = desk();
    let at = folder.path();
    put_many(&at.join("Inbox"), 2);
    assert_eq!(run(at, &opening(&["receive", "Inbox/IMG_0000.jpg"])).code, Some(0));
    let script = "mount --bind V V && mount -o remount,bind,ro V || exit 99
        \"$0\" receive Inbox --vault V --password-file passphrase; echo $?
        \"$0\" vault list --vault V --password-file passphrase | wc -l";
    let output =
        Command::new("unshare").args(["-rm", "sh", "-c", script, PROGRAM]).current_dir(at).output();
    let run = Run::from(output.unwrap());
    assert_eq!(run.lines(), ["1", "3"], "a list can be read: {run:?}");
    assert!(run.err.starts_with("unmarked: V: the folder of the vault cannot be written to; make the folder writable, or copy the vault elsewhere\n"), "{}", run.err);
}

#[test]
fn what_is_no_place_for_a_vault() {
    let folder = desk();
    let at = folder.path();
    put_marked(&at.join("a.jpg"));
    fs::write(at.join("file"), "mine").unwrap();
    fs::create_dir(at.join("full")).unwrap();
    fs::write(at.join("full/mine.txt"), "mine").unwrap();
    for (vault, words) in [
        (
            "file",
            "unmarked: file: it is a file, and a vault is a folder; check the name after --vault\n",
        ),
        (
            "full",
            "unmarked: full: the folder is not empty; name a folder that is empty or does not exist\n",
        ),
        (
            "none/V",
            "unmarked: none/V: the vault cannot be made: no such file or directory; choose another folder with --vault, in one that exists\n",
        ),
    ] {
        let run = run(at, &["receive", "a.jpg", "--vault", vault, "--password-file", "passphrase"]);
        assert_eq!((run.code, run.out.len(), run.err.as_str()), (Some(2), 0, words), "{vault}");
    }
    assert_eq!(files(&at.join("full")), [at.join("full/mine.txt")]);
    // where nobody can be asked
    let script = "exec setsid \"$0\" receive a.jpg --vault V";
    let asked = Command::new("sh")
        .args(["-c", script, PROGRAM])
        .current_dir(at)
        .stdin(Stdio::null())
        .output();
    let asked = Run::from(asked.unwrap());
    assert_eq!(
        (asked.code, asked.err.as_str()),
        (Some(2), "unmarked: V: there is no terminal to ask on; add --password-file FILE\n")
    );
    assert!(!at.join("V").exists());
    // a folder that is there and empty is as good as none
    fs::create_dir(at.join("V")).unwrap();
    fs::set_permissions(at.join("V"), Permissions::from_mode(0o700)).unwrap();
    assert_eq!(run(at, &opening(&["receive", "a.jpg"])).code, Some(0));
    let nothing = run(at, &opening(&["receive", "V"]));
    assert_eq!(
        (nothing.code, nothing.err.as_str()),
        (
            Some(1),
            "unmarked: there is no file in what was named; name files, or folders that hold some\n"
        )
    );
}
