//! What a vault gives out, to whom, and its end.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::photos::MARK;
use crate::program::{Run, assert_clean, files, has_neutral_name, put_marked, run, scratch};
use crate::receive::{desk, opening, records};
use crate::terminal::typed;

/// A vault `V` with one photo and its clean copy in `folder`; gives the photo and both ids.
fn with_a_photo(folder: &Path) -> (Vec<u8>, String, String) {
    let photo = put_marked(&folder.join("IMG_1234.jpg"));
    let received = run(folder, &opening(&["receive", "IMG_1234.jpg", "--quiet"]));
    assert_eq!((received.code, received.out.len(), received.err.as_str()), (Some(0), 0, ""));
    let records = records(folder);
    let id = |index: usize| records[index]["id"].as_str().unwrap().to_owned();
    (photo, id(0), id(1))
}

fn vault(folder: &Path, arguments: &[&str]) -> Run {
    run(folder, &opening(&[&["vault"], arguments].concat()))
}

#[test]
fn listed_and_shown() {
    let folder = desk();
    let at = folder.path();
    let (photo, original, clean) = with_a_photo(at);
    let list = vault(at, &["list"]);
    let lines = list.lines();
    assert_eq!((list.code, lines.len()), (Some(0), 3), "{list:?}");
    assert!(lines[0].starts_with("id        kind      size"), "{list:?}");
    assert!(
        lines[1].starts_with(&format!("{}  original  ", &original[..8]))
            && lines[1].ends_with("  IMG_1234.jpg")
    );
    assert!(lines[2].starts_with(&format!("{}  clean ", &clean[..8])), "{list:?}");

    let shown = vault(at, &["show", &original[..6]]);
    let text = shown.lines().join("\n");
    assert!(text.contains(&format!("id             {original}")), "{text}");
    assert!(text.contains(&format!("clean copies   {}", &clean[..8])), "{text}");
    assert!(text.contains(MARK) && text.contains("says where and with which device"), "{text}");
    let json = vault(at, &["show", &original, "--json"]).json();
    assert_eq!(json["bytes"].as_u64(), Some(photo.len() as u64));
    assert_eq!(
        (json["kind"].as_str(), json["inspection"]["format"].as_str()),
        (Some("original"), Some("jpeg"))
    );
    for (typed, words) in [
        (
            "ffffffffffffffffffffffffffffffff",
            "there is no such record in the vault; list the vault to see what it holds",
        ),
        (
            "IMG_1234.jpg",
            "that is no id; write the first digits of one that `unmarked vault list` prints",
        ),
    ] {
        let run = vault(at, &["show", typed]);
        assert_eq!((run.code, run.err), (Some(1), format!("unmarked: V: {words}\n")));
    }
}

#[test]
fn exported_whole_and_never_over_another() {
    let folder = desk();
    let at = folder.path();
    let (photo, original, clean) = with_a_photo(at);
    fs::create_dir(at.join("out")).unwrap();
    let both = vault(at, &["export", &original, &clean, "-o", "out"]);
    assert_eq!((both.code, both.lines().len()), (Some(0), 2), "{both:?}");
    let out = files(&at.join("out"));
    assert!(out.len() == 2 && out.iter().all(|path| has_neutral_name(path)), "{out:?}");
    for path in &out {
        let mode =
            std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).unwrap().permissions());
        if fs::read(path).unwrap() == photo {
            assert_eq!(mode & 0o777, 0o600, "an original is for its owner alone");
        } else {
            assert_clean(path);
        }
    }
    fs::write(at.join("mine.jpg"), "mine").unwrap();
    let refused = vault(at, &["export", &clean, "-o", "mine.jpg"]);
    assert_eq!(
        (refused.code, refused.err),
        (
            Some(1),
            format!(
                "unmarked: {clean}: mine.jpg exists already; choose another name, or add --replace\n"
            )
        )
    );
    assert_eq!(fs::read(at.join("mine.jpg")).unwrap(), b"mine");
    assert_eq!(vault(at, &["export", &clean, "-o", "mine.jpg", "--replace"]).code, Some(0));
    assert_clean(&at.join("mine.jpg"));
    fs::create_dir(at.join("all")).unwrap();
    assert_eq!(vault(at, &["export", "--all-clean", "-o", "all"]).code, Some(0));
    assert_eq!(files(&at.join("all")).len(), 1);
    for wrong in [
        &["export", &original, &clean, "-o", "new.jpg"][..],
        &["export", &original, "-o", "none/"],
        &["export", "-o", "out"],
    ] {
        assert_eq!(vault(at, wrong).code, Some(2), "{wrong:?}");
    }
}

#[test]
fn views_are_counted_and_times_run_out() {
    let folder = desk();
    let at = folder.path();
    let (_, original, clean) = with_a_photo(at);
    let limited = vault(at, &["expire", &clean, "--views", "2", "--after", "24h"]);
    assert!(limited.lines()[0].contains(" UTC, 2 views left"), "{limited:?}");
    // looser limits change nothing
    let same = vault(at, &["expire", &clean, "--views", "9", "--after", "2w"]);
    assert_eq!(limited.out, same.out);
    let shown = vault(at, &["show", &clean]);
    assert!(
        shown
            .lines()
            .iter()
            .any(|line| line.ends_with("2 views left; not inspected, which would take one")),
        "{shown:?}"
    );
    for (name, words) in [
        ("a.jpg", "; 1 view left"),
        ("b.jpg", "; that was its last view, and it is destroyed in the vault"),
    ] {
        let out = vault(at, &["export", &clean, "-o", name]);
        assert!(out.code == Some(0) && out.lines()[0].ends_with(words), "{out:?}");
        assert_clean(&at.join(name));
    }
    let over = vault(at, &["export", &clean, "-o", "c.jpg"]);
    assert_eq!((over.code, at.join("c.jpg").exists()), (Some(1), false), "{over:?}");

    // two files of records, the index, the head and the lock; then one file less each
    assert_eq!(files(&at.join("V")).len(), 4);
    assert_eq!(
        vault(at, &["expire", &original, "--now"]).lines(),
        [format!("{} is destroyed", &original[..8])]
    );
    assert_eq!(files(&at.join("V")).len(), 3);
    assert_eq!(records(at).len(), 0);
    for wrong in [
        &["expire", &original][..],
        &["expire", &original, "--now", "--views", "2"],
        &["expire", &original, "--views", "0"],
        &["expire", &original, "--after", "1y"],
    ] {
        assert_eq!(vault(at, wrong).code, Some(2), "{wrong:?}");
    }
}

#[test]
fn the_log_tells_what_was_done_and_nothing_else() {
    let folder = desk();
    let at = folder.path();
    let (_, original, clean) = with_a_photo(at);
    let noted = vault(at, &["log"]);
    let lines = noted.lines();
    assert_eq!(lines.len(), 4, "{noted:?}");
    assert!(lines[0].contains(&format!("Z  received        {}", &original[..8])), "{noted:?}");
    assert!(
        lines[1].contains(&format!("Z  cleaned         {}  ", &original[..8]))
            && lines[1].ends_with(" marks")
    );
    assert_eq!(lines[2], "2 events verified. To note elsewhere:");
    assert!(lines[3].starts_with("2:") && lines[3].len() == 66);
    vault(at, &["export", &clean, "-o", "a.jpg"]);
    vault(at, &["expire", &clean, "--now"]);
    let log = vault(at, &["log", "--json", "--expect", lines[3]]);
    assert_eq!(log.code, Some(0), "{log:?}");
    let events = log.json()["events"].as_array().unwrap().clone();
    let kinds: Vec<&str> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["received", "cleaned", "exported", "destroyed"]);
    assert_eq!(log.json()["head"]["count"], 4);
    assert!(!String::from_utf8_lossy(&log.out).contains("IMG_1234"));
    // another history
    let false_one = lines[3].replacen("2:", "3:", 1);
    let other = vault(at, &["log", "--expect", &false_one]);
    assert_eq!(other.code, Some(1));
    assert!(
        other.err.starts_with("unmarked: V: the log does not go on from the hash that was noted; "),
        "{other:?}"
    );
}

#[test]
fn only_what_made_it_opens_it() {
    let folder = desk();
    let at = folder.path();
    put_marked(&at.join("a.jpg"));
    fs::write(at.join("wrong"), "correct horse battery stable").unwrap();
    fs::write(at.join("short"), [1; 31]).unwrap();
    fs::write(at.join("other"), [1; 32]).unwrap();
    let made = run(at, &opening(&["receive", "a.jpg", "--key-file", "key"]));
    assert!(
        made.code == Some(0)
            && made.err.contains("key file key together will open it, which was made too"),
        "{made:?}"
    );
    assert_eq!(fs::metadata(at.join("key")).unwrap().len(), 32);
    let list = |password: &str, key: &[&str]| {
        let arguments = ["vault", "list", "--vault", "V", "--password-file", password];
        run(at, &[&arguments[..], key].concat())
    };
    assert_eq!(list("passphrase", &["--key-file", "key"]).code, Some(0));
    for (password, key, words) in [
        (
            "wrong",
            &["--key-file", "key"][..],
            "V: the passphrase is wrong, or this is not the key file of the vault; check both, and try again",
        ),
        (
            "passphrase",
            &["--key-file", "other"],
            "V: the passphrase is wrong, or this is not the key file of the vault; check both, and try again",
        ),
        ("passphrase", &[], "V: the vault is opened with its key file; add --key-file FILE"),
        (
            "passphrase",
            &["--key-file", "short"],
            "V: short is no key file: that has exactly 32 bytes; check the name after --key-file",
        ),
        (
            "passphrase",
            &["--key-file", "gone"],
            "V: there is no key file gone; put in what it is kept on",
        ),
        (
            "gone",
            &["--key-file", "key"],
            "V: the password file gone cannot be read: no such file or directory; check the name after --password-file",
        ),
    ] {
        let refused = list(password, key);
        assert_eq!(
            (refused.code, refused.err),
            (Some(2), format!("unmarked: {words}\n")),
            "{password} {key:?}"
        );
    }
    // and a vault without one
    fs::rename(at.join("V"), at.join("with key")).unwrap();
    assert_eq!(run(at, &opening(&["receive", "a.jpg"])).code, Some(0));
    let refused = list("wrong", &[]);
    assert_eq!(
        (refused.code, refused.err.as_str()),
        (Some(2), "unmarked: V: the passphrase is wrong; try again\n")
    );
    let refused = list("passphrase", &["--key-file", "key"]);
    assert_eq!(
        (refused.code, refused.err.as_str()),
        (Some(2), "unmarked: V: the vault was made without a key file; leave --key-file out\n")
    );
    let none = run(at, &["vault", "list", "--vault", "nowhere", "--password-file", "passphrase"]);
    assert_eq!(
        (none.code, none.err.as_str()),
        (Some(2), "unmarked: nowhere: there is no such vault; check the name after --vault\n")
    );
}

/// Every file of a vault, changed in every way: one clear line, and never a wrong byte.
#[test]
fn damage_is_told_and_nothing_wrong_comes_out() {
    let folder = desk();
    let at = folder.path();
    let (photo, original, clean) = with_a_photo(at);
    let copy = vault(at, &["export", &clean, "-o", "-"]).out;
    fs::rename(at.join("V"), at.join("whole")).unwrap();
    let names: Vec<_> =
        files(&at.join("whole")).iter().map(|p| p.file_name().unwrap().to_owned()).collect();
    assert_eq!(names.len(), 5, "two records, index, head, lock");
    type Damage = fn(&mut Vec<u8>);
    let damages: [(&str, Damage); 5] = [
        ("flipped at its start", |bytes| bytes[0] ^= 1),
        ("flipped in its middle", |bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0x80;
        }),
        ("flipped at its end", |bytes| *bytes.last_mut().unwrap() ^= 4),
        ("cut", |bytes| bytes.truncate(bytes.len() / 2)),
        ("emptied", Vec::clear),
    ];
    for name in names.iter().filter(|name| *name != "lock") {
        for (what, damage) in damages {
            let _ = fs::remove_dir_all(at.join("V"));
            assert!(
                Command::new("cp")
                    .args(["-r", "whole", "V"])
                    .current_dir(at)
                    .status()
                    .unwrap()
                    .success()
            );
            let path = at.join("V").join(name);
            let mut bytes = fs::read(&path).unwrap();
            damage(&mut bytes);
            fs::write(&path, bytes).unwrap();
            let mut refused = 0;
            for (id, content) in [(&original, &photo), (&clean, &copy)] {
                let out = vault(at, &["export", id, "-o", "-"]);
                if out.code == Some(0) {
                    assert!(out.out == *content, "{name:?} {what}: wrong bytes");
                    continue;
                }
                refused += 1;
                assert!(
                    out.out.is_empty() && out.err.lines().count() == 1,
                    "{name:?} {what}: {out:?}"
                );
                assert!(
                    out.err.contains("damaged or was changed")
                        || out.err.contains("there is no vault"),
                    "{name:?} {what}: {out:?}"
                );
            }
            let of_a_record = [&original, &clean].iter().any(|id| name == id.as_str());
            assert_eq!(refused, if of_a_record { 1 } else { 2 }, "{name:?} {what}");
        }
    }
}

#[test]
fn other_versions_are_told() {
    let folder = desk();
    let at = folder.path();
    with_a_photo(at);
    let head = fs::read(at.join("V/head")).unwrap();
    for (version, words) in [
        (
            2u16,
            "the vault was written by a later version of Unmarked (format 2); install the latest version of Unmarked",
        ),
        (
            0,
            "the vault was written in an old format (0) that this version does not read; open it with the version that wrote it, and export what it holds",
        ),
    ] {
        let mut other = head.clone();
        other[8..10].copy_from_slice(&version.to_be_bytes());
        fs::write(at.join("V/head"), other).unwrap();
        for arguments in [&["vault", "list"][..], &["receive", "IMG_1234.jpg"]] {
            let run = run(at, &opening(arguments));
            assert_eq!((run.code, run.err), (Some(2), format!("unmarked: V: {words}\n")));
        }
    }
}

#[test]
fn wiped_at_once_and_for_good() {
    let folder = desk();
    let at = folder.path();
    with_a_photo(at);
    fs::create_dir(at.join("full")).unwrap();
    fs::write(at.join("full/mine.txt"), "mine").unwrap();
    let asked = run(at, &["vault", "wipe", "--vault", "V"]);
    assert_eq!(
        (asked.code, asked.err.as_str()),
        (Some(2), "unmarked: there is no terminal to ask on; add --yes to destroy the vault\n")
    );
    assert_eq!(records(at).len(), 2);
    let none = run(at, &["vault", "wipe", "--vault", "full", "--yes"]);
    assert_eq!(none.code, Some(2));
    assert_eq!(fs::read(at.join("full/mine.txt")).unwrap(), b"mine");

    let wiped = run(at, &["vault", "wipe", "--vault", "V", "--yes"]);
    assert_eq!(wiped.code, Some(0), "{wiped:?}");
    assert_eq!(files(&at.join("V")), [at.join("V/lock")]);
    let gone = vault(at, &["list"]);
    assert_eq!(
        (gone.code, gone.err.as_str()),
        (
            Some(2),
            "unmarked: V: there is no vault in this folder; name the folder of a vault, or create one\n"
        )
    );
    // a damaged one too, and its folder takes a new one
    assert_eq!(run(at, &opening(&["receive", "IMG_1234.jpg"])).code, Some(0));
    fs::write(at.join("V/head"), "damaged").unwrap();
    assert_eq!(run(at, &["vault", "wipe", "--vault", "V", "--yes"]).code, Some(0));
    assert_eq!(files(&at.join("V")), [at.join("V/lock")]);
}

#[test]
fn passphrases_are_typed_unseen() {
    let folder = desk();
    let at = folder.path();
    put_marked(&at.join("a.jpg"));
    let receive = "\"$PROGRAM\" receive a.jpg --vault V";
    let differ = [("Choose a passphrase", "tulip\r"), ("The same again", "tulop\r")];
    let Some((code, seen)) = typed(at, receive, &differ) else { return };
    assert!(code == Some(2) && seen.contains("the two passphrases differ; start again"), "{seen}");
    let given_up = typed(at, receive, &[("Choose a passphrase", "tuli\x03")]).unwrap();
    assert!(given_up.0 == Some(2) && given_up.1.contains("cancelled"), "{given_up:?}");
    assert!(!at.join("V").exists(), "nothing is made of a passphrase that was not chosen");

    let (code, seen) = typed(
        at,
        receive,
        &[("Choose a passphrase", "tulip\r"), ("The same again", "tulop\x7f\x7fip\r")],
    )
    .unwrap();
    assert!(code == Some(0) && seen.contains("1 file received"), "{seen}");
    assert!(seen.contains("The passphrase is short"), "{seen}");
    let list = "\"$PROGRAM\" vault list --vault V";
    let (code, more) =
        typed(at, list, &[("Passphrase of the vault", "tulop\r"), ("That is not it.", "tulip\r")])
            .unwrap();
    assert!(code == Some(0) && more.contains("a.jpg"), "{more}");
    let wrong = [
        ("Passphrase of the vault", "1\r"),
        ("That is not it.", "2\r"),
        ("That is not it.", "3\r"),
    ];
    let (code, last) = typed(at, list, &wrong).unwrap();
    assert!(code == Some(2) && last.contains("the passphrase is wrong; try again"), "{last}");
    assert!([seen, more, last].iter().all(|seen| !seen.contains("tul")), "a passphrase is shown");

    let (code, kept) =
        typed(at, "\"$PROGRAM\" vault wipe --vault V", &[("Type wipe", "no\r")]).unwrap();
    assert!(code == Some(1) && kept.contains("nothing was destroyed"), "{kept}");
    let (code, _) =
        typed(at, "\"$PROGRAM\" vault wipe --vault V", &[("Type wipe", "wipe\r")]).unwrap();
    assert_eq!((code, files(&at.join("V"))), (Some(0), vec![at.join("V/lock")]));
}

#[test]
fn a_password_file_holds_one_line() {
    let folder = scratch();
    let at = folder.path();
    put_marked(&at.join("a.jpg"));
    for (content, words) in [
        ("", "is empty"),
        ("two\nlines\n", "has more than one line"),
        ("\u{0}\u{1}\n\n", "has more than one line"),
    ] {
        fs::write(at.join("passphrase"), content).unwrap();
        let run = run(at, &opening(&["receive", "a.jpg"]));
        assert!(
            run.code == Some(2)
                && run
                    .err
                    .starts_with(&format!("unmarked: V: the password file passphrase {words}")),
            "{run:?}"
        );
        assert!(!at.join("V").exists());
    }
}
