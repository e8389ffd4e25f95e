//! `unmarked open`.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use unmarked::Limits;
use unmarked::sealed::{self, Identity, Key, State, Step};

use crate::program::{assert_clean, files, has_neutral_name, put_marked, scratch};
use crate::sealing::{age, done, has_age, program, put_identity, refused, run};
use crate::terminal::typed;

const OPEN: [&str; 6] = ["open", "a.age", "-o", "b.jpg", "--identity", "key.txt"];

/// A folder with a sealed photo, `a.age`, and the identity that opens it.
fn sealed(how: &[&str]) -> tempfile::TempDir {
    let folder = scratch();
    let at = folder.path();
    put_marked(&at.join("a.jpg"));
    let recipient = put_identity(&at.join("key.txt"));
    done(at, &[&["seal", "a.jpg", "-o", "a.age", "--to", &recipient], how].concat());
    folder
}

#[test]
fn what_age_sealed_opens() {
    if !has_age() {
        return;
    }
    let folder = scratch();
    let at = folder.path();
    let photo = put_marked(&at.join("a.jpg"));
    let mine = put_identity(&at.join("key.txt"));
    let other = put_identity(&at.join("other.txt"));
    age(at, &["-r", &other, "-r", &mine, "-o", "a.age", "a.jpg"]);
    let run = done(at, &OPEN);
    assert_eq!(run.lines(), ["a.age → b.jpg"], "it has no limits");
    assert_eq!(fs::read(at.join("b.jpg")).unwrap(), photo);
    // by a password, made by age and asked for here, both on a terminal
    let twice = [(": ", "battery staple\n"); 2];
    let Some((code, _)) = typed(at, "age -p -o p.age a.jpg", &twice) else { return };
    assert_eq!(code, Some(0));
    let once = [("Password: ", "battery staplf\x7fe\n")];
    let (code, seen) = typed(at, "\"$PROGRAM\" open p.age -o c.jpg", &once).unwrap();
    assert!(code == Some(0) && !seen.contains("battery"), "{seen}");
    assert_eq!(fs::read(at.join("c.jpg")).unwrap(), photo);
    age(at, &["-a", "-r", &mine, "-o", "words.age", "a.jpg"]);
    refused(
        at,
        &["open", "words.age", "-o", "d.jpg", "-i", "key.txt"],
        "unmarked: words.age: this is a sealed file in words",
    );
    assert!(!at.join("state").exists());
}

#[test]
fn the_photo_goes_where_it_is_told_and_never_over_a_file() {
    let folder = sealed(&["--views", "2"]);
    let at = folder.path();
    fs::create_dir(at.join("out")).unwrap();
    fs::write(at.join("b.jpg"), "mine").unwrap();
    // refused before it counts
    for _ in 0..3 {
        refused(at, &OPEN, "unmarked: a.age: b.jpg exists already");
    }
    assert_eq!(fs::read(at.join("b.jpg")).unwrap(), b"mine");
    refused(
        at,
        &["open", "a.age", "-o", "a.age", "--replace", "-i", "key.txt"],
        "unmarked: a.age: a.age is the photo itself",
    );
    let run = done(at, &["open", "a.age", "-o", "out", "-i", "key.txt", "--json"]);
    assert_eq!(run.json()["photos"][0]["views_left"], 1);
    assert_eq!(run.json()["photos"][0]["media_type"], "image/jpeg");
    let [photo] = &files(&at.join("out"))[..] else { panic!("one photo") };
    assert!(has_neutral_name(photo) && photo.extension().is_some_and(|e| e == "jpg"), "{photo:?}");
    assert_clean(photo);
    let run = done(at, &[&OPEN[..], &["--replace"]].concat());
    assert_eq!(run.lines(), ["a.age → b.jpg", "  views     0 left on this device"]);
    assert_clean(&at.join("b.jpg"));
}

#[test]
fn a_view_is_given_once_however_many_ask() {
    let folder = sealed(&["--views", "3"]);
    let at = folder.path();
    let children: Vec<_> = (0..10)
        .map(|i| {
            let output = format!("{i}.jpg");
            program(at, &["open", "a.age", "-o", &output, "-i", "key.txt"])
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut opened = 0;
    for child in children {
        let output = child.wait_with_output().unwrap();
        let words = String::from_utf8(output.stderr).unwrap();
        opened += u32::from(output.status.success());
        assert!(output.status.success() || words.contains("as many times as it may be"), "{words}");
    }
    assert_eq!(opened, 3);
    assert_eq!((0..10).filter(|i| at.join(format!("{i}.jpg")).exists()).count(), 3);
}

#[test]
fn a_kill_gives_no_view_back() {
    const VIEWS: usize = 40;
    let folder = sealed(&["--views", "40"]);
    let at = folder.path();
    let mut killed = 0;
    let mut given = 0;
    for turn in 0..4 * VIEWS {
        let output = format!("{turn}.jpg");
        let mut child = program(at, &["open", "a.age", "-o", &output, "-i", "key.txt"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // a little later each time: it is ended at every place of its road
        sleep(Duration::from_micros(200 * (turn as u64 % 40)));
        let _ = child.kill();
        killed += usize::from(child.wait().unwrap().code().is_none());
        let path = at.join(&output);
        if path.exists() {
            given += 1;
            assert_clean(&path);
        }
    }
    assert!(killed > 0, "it was never killed on its road");
    assert!(given <= VIEWS, "{given} photos for {VIEWS} views");
    let mut left = 0;
    while run(at, &[&OPEN[..], &["--replace"]].concat()).code == Some(0) {
        left += 1;
        assert!(left <= VIEWS);
    }
    assert!(given + left <= VIEWS, "{given} and {left}");
    println!(
        "ended {killed} of {} times: {given} photos given, {left} views left of {VIEWS}",
        4 * VIEWS
    );
}

/// The record of the program, changed as if the clock had shown another time.
struct At<'a>(&'a Path);

impl State for At<'_> {
    fn exchange(&mut self, step: Step<'_>) -> Result<(), sealed::Error> {
        let old = fs::read(self.0).ok();
        fs::write(self.0, step(old.as_deref())?).unwrap();
        Ok(())
    }
}

#[test]
fn what_has_expired_stays_so_when_the_clock_is_set_back() {
    let folder = sealed(&["--expires", "24h"]);
    let at = folder.path();
    done(at, &OPEN);
    let identity: Identity =
        fs::read_to_string(at.join("key.txt")).unwrap().lines().last().unwrap().parse().unwrap();
    let file = fs::read(at.join("a.age")).unwrap();
    let key = [identity];
    let later = sealed::open(
        &file,
        Key::Identities(&key),
        &Limits::default(),
        &mut At(&at.join("state/unmarked/opened")),
        5_000_000_000,
    );
    assert_eq!(later.err(), Some(sealed::Error::Expired));
    fs::remove_file(at.join("b.jpg")).unwrap();
    // the clock of the program shows today
    refused(at, &OPEN, "unmarked: a.age: the file has expired; ask the sender to seal it again");
    assert!(!at.join("b.jpg").exists());
}

#[test]
fn damage_and_wrong_keys_give_one_line_and_no_photo() {
    let folder = sealed(&["--views", "1"]);
    let at = folder.path();
    put_identity(&at.join("other.txt"));
    let file = fs::read(at.join("a.age")).unwrap();
    for at_byte in (0..file.len()).step_by(61).chain([file.len() - 1]) {
        let mut other = file.clone();
        other[at_byte] ^= 4;
        for bytes in [&other[..], &file[..at_byte]] {
            fs::write(at.join("d.age"), bytes).unwrap();
            refused(at, &["open", "d.age", "-o", "d.jpg", "-i", "key.txt"], "unmarked: d.age: ");
        }
    }
    for (how, words) in [
        (&["-i", "other.txt"][..], "the file is not sealed to any of these identities"),
        (&["-i", "a.jpg"], "a.jpg: it is no text"),
        (&["-i", "gone.txt"], "gone.txt: there is no such file"),
        (&[], "it is sealed to a recipient; name the file with the secret key with --identity"),
    ] {
        let line = format!("unmarked: a.age: {words}");
        refused(at, &[&["open", "a.age", "-o", "d.jpg"], how].concat(), &line);
    }
    refused(
        at,
        &["open", "a.jpg", "-o", "d.jpg", "-i", "key.txt"],
        "unmarked: a.jpg: this is not a sealed file",
    );
    assert!(!at.join("d.jpg").exists() && !at.join("state").exists());
    done(
        at,
        &[&["open", "a.age", "-o", "d.jpg", "-i", "other.txt"][..], &["-i", "key.txt"]].concat(),
    );
}

#[test]
fn wrong_passwords_and_bombs_are_refused() {
    let folder = scratch();
    let at = folder.path();
    put_marked(&at.join("a.jpg"));
    put_identity(&at.join("key.txt"));
    fs::write(at.join("right.txt"), "battery staple").unwrap();
    fs::write(at.join("wrong.txt"), "battery stable").unwrap();
    done(at, &["seal", "a.jpg", "-o", "a.age", "--password-file", "right.txt"]);
    let open = |file, how: &'static str, secret| ["open", file, "-o", "b.jpg", how, secret];
    refused(
        at,
        &open("a.age", "--password-file", "wrong.txt"),
        "unmarked: a.age: the password is wrong",
    );
    refused(
        at,
        &open("a.age", "-i", "key.txt"),
        "unmarked: a.age: the file is sealed with a password",
    );
    // a work factor that would take hours and more memory than there is
    let bomb =
        String::from_utf8_lossy(&fs::read(at.join("a.age")).unwrap()).replacen(" 18\n", " 30\n", 1);
    fs::write(at.join("bomb.age"), bomb).unwrap();
    refused(
        at,
        &open("bomb.age", "--password-file", "right.txt"),
        "unmarked: bomb.age: the file wants a work factor",
    );
    let stanzas = format!("age-encryption.org/v1\n{}", "-> a\n\n".repeat(100_000));
    fs::write(at.join("bomb.age"), stanzas).unwrap();
    refused(
        at,
        &open("bomb.age", "-i", "key.txt"),
        "unmarked: bomb.age: the sealed file is damaged: its header is too long",
    );
    assert!(!at.join("b.jpg").exists());
}

#[test]
fn without_a_record_nothing_that_is_limited_opens() {
    let folder = sealed(&["--views", "9"]);
    let at = folder.path();
    fs::write(at.join("state"), "in the way").unwrap();
    refused(at, &OPEN, "unmarked: a.age: the record of what was opened cannot be kept: ");
    fs::remove_file(at.join("state")).unwrap();
    done(at, &OPEN);
    fs::remove_file(at.join("b.jpg")).unwrap();
    fs::write(at.join("state/unmarked/opened"), "damaged").unwrap();
    refused(at, &OPEN, "unmarked: a.age: the record of what was opened is damaged");
    let run = program(at, &OPEN).env_remove("XDG_STATE_HOME").env_remove("HOME").output().unwrap();
    assert_eq!(run.status.code(), Some(1));
    assert!(!at.join("b.jpg").exists());
}

#[test]
fn what_is_no_photo_opens_under_a_name_without_extension() {
    if !has_age() {
        return;
    }
    let folder = scratch();
    let at = folder.path();
    let mine = put_identity(&at.join("key.txt"));
    fs::create_dir(at.join("out")).unwrap();
    fs::write(at.join("note.txt"), "a note").unwrap();
    age(at, &["-r", &mine, "-o", "a.age", "note.txt"]);
    done(at, &["open", "a.age", "-o", "out", "-i", "key.txt"]);
    let [note] = &files(&at.join("out"))[..] else { panic!("one file") };
    assert!(has_neutral_name(note) && note.extension().is_none(), "{note:?}");
    assert_eq!(fs::read(note).unwrap(), b"a note");
}
