//! What is in the memory of the program does not get out of it: to no disk but as the output that was
//! asked for, and into no picture of the memory.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use crate::photos::MARK;
use crate::program::{command, files, put_marked, run, run_with_input, scratch};
use crate::receive::{desk, opening};
use crate::sealing::put_identity;
use crate::trace::{Written, quotes, written};

#[test]
fn clean_writes_nothing_of_the_photo_but_the_clean_copy() {
    let folder = scratch();
    let photo = put_marked(&folder.path().join("IMG_1234.jpg"));
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    for arguments in [
        &["clean", "IMG_1234.jpg", "-o", "out"][..],
        &["clean", "IMG_1234.jpg", "-o", "out", "--for", "signal", "--receipt"],
    ] {
        let Some(all) = written(folder.path(), arguments) else { return };
        let (copies, others): (Vec<_>, Vec<_>) =
            all.iter().partition(|w| w.to.starts_with(out.to_str().unwrap()));
        let copies: Vec<u8> = copies.iter().flat_map(|w| w.bytes.clone()).collect();
        assert!(fs::read(&files(&out)[0]).unwrap() == copies, "it is seen whole");
        assert!(!quotes(&copies, MARK.as_bytes()));
        // the screen may tell what was found, files nothing
        for Written { to, bytes } in others.iter().filter(|w| w.to.starts_with('/')) {
            assert!(to == "/dev/null" || !quotes(bytes, &photo), "{to}: {bytes:?}");
        }
        fs::remove_file(&files(&out)[0]).unwrap();
    }
}

#[test]
fn receive_writes_nothing_of_the_photo_but_what_is_encrypted() {
    const NAME: &str = "IMG_20261124_source.jpg";
    let folder = desk();
    let at = folder.path();
    fs::create_dir(at.join("Inbox")).unwrap();
    let photo = put_marked(&at.join("Inbox").join(NAME));
    fs::write(at.join("Inbox/letter.txt"), "Dear editor, this is who I am").unwrap();
    fs::create_dir(at.join("Editors")).unwrap();
    let asked = ["receive", "Inbox", "--copies", "Editors", "--key-file", "key"];
    let Some(all) = written(at, &opening(&asked)) else { return };
    let found = run(at, &["inspect", "--json", &format!("Inbox/{NAME}")]).json();
    let found = found["photos"][0]["inspection"]["findings"].as_array().unwrap().clone();
    let values: Vec<&str> =
        found.iter().map(|finding| finding["value"].as_str().unwrap()).collect();
    assert!(values.contains(&MARK));
    let (key, copy) = (fs::read(at.join("key")).unwrap(), files(&at.join("Editors")).remove(0));
    let (key_path, copies) = (at.join("key"), at.join("Editors"));
    let (key_path, copies) = (key_path.to_str().unwrap(), copies.to_str().unwrap());
    let mut secrets = vec![
        &photo[..],
        NAME.as_bytes(),
        b"Dear editor, this is who I am",
        b"correct horse battery staple",
    ];
    secrets.extend(values.iter().map(|value| value.as_bytes()));
    secrets.push(copy.file_name().unwrap().as_encoded_bytes());
    let clean = fs::read(&copy).unwrap();
    secrets.push(&clean);
    let mut bytes_in_vault = 0;
    // what goes to the screen is asked for
    for Written { to, bytes } in all.iter().filter(|w| w.to.starts_with('/') && w.to != "/dev/null")
    {
        if to.starts_with(copies) {
            assert!(!quotes(bytes, MARK.as_bytes()) && !quotes(bytes, &key), "{to}");
            continue;
        }
        assert!(to == key_path || !quotes(bytes, &key), "the key is written to {to}");
        bytes_in_vault += bytes.len();
        for secret in &secrets {
            assert!(!quotes(bytes, secret), "{to} quotes {:?}", String::from_utf8_lossy(secret));
        }
    }
    assert!(bytes_in_vault > 3 << 16, "three records are seen");
    // and the names of files tell nothing
    for path in files(&at.join("V")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let hex = name.len() == 32 && name.bytes().all(|b| b.is_ascii_hexdigit());
        assert!(hex || ["head", "lock"].contains(&name), "{name}");
    }
}

#[test]
fn seal_writes_nothing_of_the_photo_but_what_is_encrypted() {
    let folder = scratch();
    let at = folder.path();
    let photo = put_marked(&at.join("IMG_1234.jpg"));
    fs::write(at.join("password"), "correct horse battery staple\n").unwrap();
    let recipient = put_identity(&at.join("key"));
    let clean = run_with_input(at, &["clean", "-"], &photo).out;
    for arguments in [
        &[
            "seal",
            "IMG_1234.jpg",
            "-o",
            "a.age",
            "--to",
            &recipient,
            "--expires",
            "24h",
            "--views",
            "3",
        ][..],
        &["seal", "IMG_1234.jpg", "-o", "b.age", "--password-file", "password", "--as-it-is"],
    ] {
        let Some(all) = written(at, arguments) else { return };
        let mut sealed = 0;
        for Written { to, bytes } in
            all.iter().filter(|w| w.to.starts_with('/') && w.to != "/dev/null")
        {
            sealed += bytes.len();
            for secret in [
                &photo[..],
                &clean,
                MARK.as_bytes(),
                b"IMG_1234.jpg",
                b"correct horse battery staple",
            ] {
                assert!(
                    !quotes(bytes, secret),
                    "{to} quotes {:?}",
                    String::from_utf8_lossy(secret)
                );
            }
        }
        let output = at.join(arguments[3]);
        assert_eq!(
            fs::metadata(output).unwrap().len(),
            sealed as u64,
            "it is seen whole, and nothing else"
        );
    }
}

/// A program that waits for a photo is asked for its limits.
#[test]
fn no_crash_writes_a_picture_of_the_memory() {
    let folder = scratch();
    let mut child =
        command(folder.path(), ["clean", "-"]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn();
    let child = child.as_mut().unwrap();
    // more than a pipe holds: when it is through, the program runs
    child.stdin.as_mut().unwrap().write_all(&[0xFF; 1 << 18]).unwrap();
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id()));
    drop(child.stdin.take());
    child.wait().unwrap();
    let Ok(limits) = limits else {
        println!("NOTICE: this system does not tell the limits of a process");
        return;
    };
    let line = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let numbers: Vec<&str> = line.split_whitespace().skip(4).take(2).collect();
    assert_eq!(numbers, ["0", "0"], "{line}");
}
