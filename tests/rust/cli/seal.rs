//! `unmarked seal`.

use std::fs;
use std::path::Path;

use crate::photos;
use crate::program::{
    assert_clean, assert_clean_bytes, files, has_neutral_name, put_marked, scratch,
};
use crate::sealing::{age, done, has_age, program, put_identity, refused, run};
use crate::terminal::typed;

#[test]
fn age_opens_what_is_sealed_to_a_recipient() {
    if !has_age() {
        return;
    }
    let folder = scratch();
    let at = folder.path();
    let recipient = put_identity(&at.join("key.txt"));
    let other = put_identity(&at.join("other.txt"));
    // one chunk, several, and the very edge of one
    for (name, photo) in [("small", photos::marked(64, 48)), ("large", photos::marked(4000, 3000))]
    {
        fs::write(at.join("a.jpg"), &photo).unwrap();
        done(at, &["clean", "a.jpg", "-o", &format!("{name}.jpg")]);
        for (more, terms) in [
            (&[][..], &[][..]),
            (&["--to", &other], &["--expires", "7d"]),
            (&[], &["--expires", "24h", "--views", "3"]),
        ] {
            let arguments = ["seal", "a.jpg", "-o", "a.age", "--replace", "--to", &recipient];
            done(at, &[&arguments[..], more, terms].concat());
            let _ = fs::remove_file(at.join("opened"));
            age(at, &["-d", "-i", "key.txt", "-o", "opened", "a.age"]);
            assert_eq!(
                fs::read(at.join("opened")).unwrap(),
                fs::read(at.join(format!("{name}.jpg"))).unwrap()
            );
        }
    }
    assert_clean(&at.join("opened"));
}

#[test]
fn age_opens_what_is_sealed_with_a_password() {
    if !has_age() {
        return;
    }
    let folder = scratch();
    let at = folder.path();
    put_marked(&at.join("a.jpg"));
    fs::write(at.join("secret.txt"), "battery staple\n").unwrap();
    done(at, &["clean", "a.jpg", "-o", "clean.jpg"]);
    done(at, &["seal", "a.jpg", "-o", "a.age", "--password-file", "secret.txt", "--views", "2"]);
    let once = [("passphrase: ", "battery staple\n")];
    let Some((code, _)) = typed(at, "age -d -o opened a.age", &once) else { return };
    assert_eq!(code, Some(0));
    let (opened, clean) =
        (fs::read(at.join("opened")).unwrap(), fs::read(at.join("clean.jpg")).unwrap());
    // the trailer has its length with limits and without
    assert_eq!(opened.len(), clean.len() + 9);
    assert!(opened.starts_with(&clean));
}

#[test]
fn a_new_password_is_shown_once_and_opens_it() {
    let folder = scratch();
    let at = folder.path();
    put_marked(&at.join("a.jpg"));
    let sealed = done(at, &["seal", "a.jpg", "-o", "a.age"]);
    let line = sealed.err.lines().next().unwrap();
    let password = line.strip_prefix("Password (8 words, 80 bits): ").unwrap();
    assert_eq!(password.split('-').count(), 8);
    assert_eq!(sealed.err.matches(password).count(), 1);
    assert!(sealed.err.contains("another channel"), "{sealed:?}");
    assert_eq!(sealed.lines(), ["a.jpg → a.age", "  opens     with the password"]);
    assert!(!String::from_utf8_lossy(&sealed.out).contains(password));
    fs::write(at.join("told.txt"), password).unwrap();
    done(at, &["open", "a.age", "-o", "b.jpg", "--password-file", "told.txt"]);
    assert_clean(&at.join("b.jpg"));
}

#[test]
fn the_photo_is_cleaned_unless_told() {
    let folder = scratch();
    let at = folder.path();
    let photo = put_marked(&at.join("a.jpg"));
    let recipient = put_identity(&at.join("key.txt"));
    let open = |name: &str| {
        done(at, &["open", name, "-o", "opened.jpg", "--replace", "--identity", "key.txt"]);
        fs::read(at.join("opened.jpg")).unwrap()
    };
    for how in [&[][..], &["--method", "rebuild"], &["--for", "signal"]] {
        done(
            at,
            &[&["seal", "a.jpg", "-o", "a.age", "--replace", "--to", &recipient], how].concat(),
        );
        assert_clean_bytes(&open("a.age"));
    }
    let run = done(at, &["seal", "a.jpg", "-o", "as-it-is.age", "--to", &recipient, "--as-it-is"]);
    assert_eq!(open("as-it-is.age"), photo);
    assert!(String::from_utf8(run.out).unwrap().contains("not cleaned"));
    fs::write(at.join("no.txt"), "no photo").unwrap();
    refused(
        at,
        &["seal", "no.txt", "-o", "b.age", "--to", &recipient],
        "unmarked: no.txt: this is not a photo",
    );
    assert!(!at.join("b.age").exists());
    assert_eq!(fs::read(at.join("a.jpg")).unwrap(), photo);
}

#[test]
fn it_goes_where_it_is_told_and_never_over_a_file() {
    let folder = scratch();
    let at = folder.path();
    let recipient = put_identity(&at.join("key.txt"));
    put_marked(&at.join("a.jpg"));
    fs::create_dir(at.join("out")).unwrap();
    fs::write(at.join("mine.age"), "mine").unwrap();
    refused(
        at,
        &["seal", "a.jpg", "-o", "mine.age", "--to", &recipient],
        "unmarked: a.jpg: mine.age exists already",
    );
    assert_eq!(fs::read(at.join("mine.age")).unwrap(), b"mine");
    refused(
        at,
        &["seal", "a.jpg", "-o", "a.jpg", "--replace", "--to", &recipient],
        "unmarked: a.jpg: a.jpg is the photo itself",
    );
    done(at, &["seal", "a.jpg", "-o", "mine.age", "--replace", "--to", &recipient]);
    done(at, &["seal", "a.jpg", "-o", "out", "--to", &recipient]);
    let [sealed] = &files(&at.join("out"))[..] else { panic!("one file") };
    assert!(
        has_neutral_name(sealed) && sealed.extension().is_some_and(|e| e == "age"),
        "{sealed:?}"
    );
    // through pipes nothing else is written
    let piped = crate::program::run_with_input(
        at,
        &["seal", "-", "-o", "-", "--to", &recipient],
        &photos::marked(64, 48),
    );
    assert_eq!(piped.code, Some(0), "{piped:?}");
    let opened =
        crate::program::run_with_input(at, &["open", "-", "-o", "-", "-i", "key.txt"], &piped.out);
    assert_eq!(opened.code, Some(0), "{opened:?}");
    assert_clean_bytes(&opened.out);
    assert!(!at.join("state").exists(), "no limits, nothing to remember");
}

#[test]
fn an_observer_sees_neither_limits_nor_whose_it_is() {
    let folder = scratch();
    let at = folder.path();
    let recipient = put_identity(&at.join("key.txt"));
    put_marked(&at.join("a.jpg"));
    fs::write(at.join("secret.txt"), "battery staple").unwrap();
    let sealed = |how: &[&str]| -> Vec<u8> {
        done(at, &[&["seal", "a.jpg", "-o", "a.age", "--replace"], how].concat());
        fs::read(at.join("a.age")).unwrap()
    };
    let password = ["--password-file", "secret.txt"];
    let limits = ["--expires", "2w", "--views", "200"];
    // with a password: every byte of the header but what is random is that of age's own command
    let [without, with] = [&[][..], &limits].map(|more| sealed(&[&password, more].concat()));
    assert_eq!(without.len(), with.len());
    for file in [&without, &with] {
        let text = String::from_utf8_lossy(file);
        let lines: Vec<&str> = text.lines().take(4).collect();
        assert_eq!(lines[0], "age-encryption.org/v1");
        assert!(lines[1].starts_with("-> scrypt ") && lines[1].ends_with(" 18"), "{}", lines[1]);
        assert_eq!((lines[1].len(), lines[2].len()), (10 + 22 + 3, 43));
        assert!(lines[3].starts_with("--- "));
    }
    for more in [&[][..], &limits] {
        let file = sealed(&[&["--to", &recipient], more].concat());
        let text = String::from_utf8_lossy(&file);
        assert_eq!(text.matches("\n-> ").count(), 2);
        assert!(!text.to_lowercase().contains("unmarked") && !text.contains(&recipient[4..20]));
    }
    let told =
        done(at, &["seal", "a.jpg", "-o", "b.age", "--json", "--to", &recipient, "--views", "3"])
            .json();
    assert_eq!(told["photos"][0]["views"], 3);
    assert_eq!(told["photos"][0]["expires"], serde_json::Value::Null);
    assert!(told["photos"][0]["receipt"]["method"].is_string());
    let words = done(at, &["seal", "a.jpg", "-o", "c.age", "--to", &recipient, "--views", "3"]);
    assert!(words.lines().last().unwrap().contains("a reader of another make can ignore them"));
}

#[test]
fn wrong_usage_does_nothing() {
    let folder = scratch();
    let at = folder.path();
    put_marked(&at.join("a.jpg"));
    let recipient = put_identity(&at.join("key.txt"));
    let identity = fs::read_to_string(at.join("key.txt")).unwrap();
    let identity = identity.lines().last().unwrap();
    fs::create_dir(at.join("photos")).unwrap();
    let before = files(at).len();
    for arguments in [
        &["seal"][..],
        &["seal", "a.jpg"],
        &["seal", "photos", "-o", "a.age"],
        &["seal", "a.jpg", "-o", "missing/a.age"],
        &["seal", "a.jpg", "-o", "a.age", "--to", "alice"],
        &["seal", "a.jpg", "-o", "a.age", "--to", "age1pq1xyz"],
        &["seal", "a.jpg", "-o", "a.age", "--to", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA"],
        &["seal", "a.jpg", "-o", "a.age", "--to", identity],
        &["seal", "a.jpg", "-o", "a.age", "--to", &recipient, "--password-file", "key.txt"],
        &["seal", "a.jpg", "-o", "a.age", "--password", "secret"],
        &["seal", "a.jpg", "-o", "a.age", "--expires", "0h"],
        &["seal", "a.jpg", "-o", "a.age", "--expires", "1y"],
        &["seal", "a.jpg", "-o", "a.age", "--views", "0"],
        &["seal", "a.jpg", "-o", "a.age", "--views", "256"],
        &["seal", "a.jpg", "-o", "a.age", "--as-it-is", "--method", "strip"],
        &["seal", "a.jpg", "-o", "-", "--json"],
        &["seal", "-", "-o", "a.age", "--password-file", "-"],
        &["open", "a.jpg"],
        &["open", "photos", "-o", "b.jpg"],
        &["open", "-", "-o", "b.jpg", "--password-file", "-"],
        &["open", "a.jpg", "-o", "-", "--json"],
    ] {
        let run = run(at, arguments);
        assert_eq!(run.code, Some(2), "{arguments:?}: {run:?}");
        assert!(run.out.is_empty() && !run.err.is_empty(), "{arguments:?}: {run:?}");
        assert!(!run.err.contains(&identity[20..]), "a key is never repeated: {run:?}");
    }
    assert_eq!(files(at).len(), before);
}

#[test]
fn password_files_that_hold_none_are_refused() {
    let folder = scratch();
    let at = folder.path();
    put_marked(&at.join("a.jpg"));
    let long = "x".repeat(5_000);
    for (content, words) in [
        ("", "is empty"),
        ("\n", "is empty"),
        ("one\ntwo\n", "has more than one line"),
        (long.as_str(), "is longer than a password may be"),
    ] {
        fs::write(at.join("secret.txt"), content).unwrap();
        let arguments = ["seal", "a.jpg", "-o", "a.age", "--password-file", "secret.txt"];
        refused(at, &arguments, &format!("unmarked: a.jpg: the password file secret.txt {words}"));
    }
    refused(
        at,
        &["seal", "a.jpg", "-o", "a.age", "--password-file", "gone.txt"],
        "unmarked: a.jpg: the password file gone.txt cannot be read: ",
    );
    assert!(!at.join("a.age").exists());
    assert!(program(Path::new("/"), &["seal", "--help"]).output().unwrap().status.success());
}
