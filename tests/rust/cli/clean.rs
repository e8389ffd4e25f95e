//! Cleaning that goes well.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;

use crate::photos::{self, MARK};
use crate::program::{
    assert_clean, assert_clean_bytes, command, files, has_neutral_name, put_marked, run,
    run_with_input, scratch,
};

/// The output that a line "input → output" names.
fn output<'a>(line: &'a str, input: &str) -> &'a Path {
    Path::new(line.strip_prefix(&format!("{input} → ")).unwrap_or_else(|| panic!("{line}")))
}

#[test]
fn without_output_beside_the_photo_under_a_neutral_name() {
    let folder = scratch();
    let photo = folder.path().join("IMG_1234.jpg");
    let bytes = put_marked(&photo);
    let before = fs::metadata(&photo).unwrap();

    let run = run(folder.path(), &["clean", "IMG_1234.jpg"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let lines = run.lines();
    let [line] = lines.as_slice() else { panic!("{run:?}") };
    let clean = folder.path().join(output(line, "IMG_1234.jpg"));
    assert!(has_neutral_name(&clean), "{clean:?}");
    assert_clean(&clean);
    assert_eq!(files(folder.path()).len(), 2);

    // neither when it was cleaned nor what it was before can be seen
    let about = fs::metadata(&clean).unwrap();
    assert_eq!((about.mtime(), about.mtime_nsec()), (946_684_800, 0));

    let after = fs::metadata(&photo).unwrap();
    assert_eq!(fs::read(&photo).unwrap(), bytes);
    assert_eq!(
        (before.mtime(), before.mtime_nsec(), before.ino(), before.mode()),
        (after.mtime(), after.mtime_nsec(), after.ino(), after.mode())
    );
}

#[test]
fn both_file_times_are_constant() {
    let folder = scratch();
    put_marked(&folder.path().join("a.jpg"));
    assert_eq!(run(folder.path(), &["clean", "a.jpg", "-o", "b.jpg"]).code, Some(0));
    // asked before the file is opened, which may set the time of access
    let about = fs::metadata(folder.path().join("b.jpg")).unwrap();
    assert_eq!((about.atime(), about.atime_nsec()), (946_684_800, 0));
    assert_eq!((about.mtime(), about.mtime_nsec()), (946_684_800, 0));
}

#[test]
fn several_into_a_folder_in_their_order() {
    let folder = scratch();
    fs::create_dir(folder.path().join("out")).unwrap();
    for name in ["c.jpg", "a.jpg", "b.jpg"] {
        put_marked(&folder.path().join(name));
    }
    let run = run(folder.path(), &["clean", "c.jpg", "a.jpg", "b.jpg", "-o", "out"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    for (line, name) in run.lines().iter().zip(["c.jpg", "a.jpg", "b.jpg"]) {
        let clean = output(line, name);
        assert!(clean.starts_with("out") && has_neutral_name(clean), "{line}");
        assert_clean(&folder.path().join(clean));
    }
    assert_eq!(files(&folder.path().join("out")).len(), 3);
    assert!(run.err.starts_with("unmarked: 3 photos cleaned, "), "{}", run.err);
}

#[test]
fn one_into_a_file_of_a_name() {
    let folder = scratch();
    put_marked(&folder.path().join("a.jpg"));
    let run = run(folder.path(), &["clean", "a.jpg", "-o", "handover.jpg"]);
    assert_eq!(run.lines(), ["a.jpg → handover.jpg"]);
    assert_clean(&folder.path().join("handover.jpg"));
}

#[test]
fn an_existing_file_is_replaced_only_when_told() {
    let folder = scratch();
    put_marked(&folder.path().join("a.jpg"));
    let mine = folder.path().join("mine.jpg");
    fs::write(&mine, b"mine").unwrap();

    let refused = run(folder.path(), &["clean", "a.jpg", "-o", "mine.jpg"]);
    assert_eq!(refused.code, Some(1));
    assert_eq!(
        refused.err,
        "unmarked: a.jpg: mine.jpg exists already; choose another name, or add --replace\n"
    );
    assert_eq!(fs::read(&mine).unwrap(), b"mine");

    let replaced = run(folder.path(), &["clean", "a.jpg", "-o", "mine.jpg", "--replace"]);
    assert_eq!((replaced.code, replaced.lines()), (Some(0), vec!["a.jpg → mine.jpg"]));
    assert_clean(&mine);
    assert_eq!(files(folder.path()).len(), 2);
}

#[test]
fn the_photo_itself_is_never_written_over() {
    let folder = scratch();
    let bytes = put_marked(&folder.path().join("a.jpg"));
    symlink("a.jpg", folder.path().join("link.jpg")).unwrap();
    fs::hard_link(folder.path().join("a.jpg"), folder.path().join("twin.jpg")).unwrap();
    for name in ["a.jpg", "./a.jpg", "link.jpg", "twin.jpg"] {
        let run = run(folder.path(), &["clean", "a.jpg", "-o", name, "--replace"]);
        assert_eq!(run.code, Some(1), "{name}");
        assert!(run.err.contains("is the photo itself"), "{name}: {}", run.err);
        assert_eq!(fs::read(folder.path().join("a.jpg")).unwrap(), bytes);
    }
    assert_eq!(files(folder.path()).len(), 3);
}

#[test]
fn a_device_or_link_is_never_replaced() {
    let folder = scratch();
    put_marked(&folder.path().join("a.jpg"));
    symlink("/dev/null", folder.path().join("link")).unwrap();
    let run = run(folder.path(), &["clean", "a.jpg", "-o", "link", "--replace"]);
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("no plain file"), "{}", run.err);
    assert!(folder.path().join("link").is_symlink());
}

#[test]
fn from_standard_input_to_standard_output() {
    let folder = scratch();
    let photo = photos::marked(64, 48);
    for arguments in [&["clean", "-"][..], &["clean", "-", "-o", "-"]] {
        let run = run_with_input(folder.path(), arguments, &photo);
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
        assert_clean_bytes(&run.out);
    }
    assert!(files(folder.path()).is_empty(), "nothing touches the disk");
}

#[test]
fn standard_input_and_output_go_with_files_too() {
    let folder = scratch();
    let photo = put_marked(&folder.path().join("a.jpg"));
    assert_clean_bytes(&run(folder.path(), &["clean", "a.jpg", "-o", "-"]).out);
    let named = run_with_input(folder.path(), &["clean", "-", "-o", "b.jpg"], &photo);
    assert_eq!(named.lines(), ["- → b.jpg"]);
    assert_clean(&folder.path().join("b.jpg"));
}

#[test]
fn a_named_pipe_is_read() {
    let folder = scratch();
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let child = command(folder.path(), ["clean", "pipe", "-o", "b.jpg"]).spawn().unwrap();
    // waits until the program opens its end
    fs::write(&pipe, photos::marked(64, 48)).unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
    assert_clean(&folder.path().join("b.jpg"));
}

#[test]
fn a_link_is_followed_and_the_copy_is_beside_the_link() {
    let folder = scratch();
    fs::create_dir(folder.path().join("far")).unwrap();
    let bytes = put_marked(&folder.path().join("far/a.jpg"));
    symlink("far/a.jpg", folder.path().join("link.jpg")).unwrap();
    let run = run(folder.path(), &["clean", "link.jpg"]);
    let lines = run.lines();
    assert_clean(&folder.path().join(output(lines[0], "link.jpg")));
    assert_eq!(fs::read(folder.path().join("far/a.jpg")).unwrap(), bytes);
    assert_eq!(files(&folder.path().join("far")).len(), 1);
}

#[test]
fn a_folder_means_every_photo_in_it_by_content() {
    let folder = scratch();
    let (photos, out) = (folder.path().join("photos"), folder.path().join("out"));
    fs::create_dir_all(photos.join("deep/.hidden")).unwrap();
    fs::create_dir(&out).unwrap();
    for name in ["b.jpg", "a", ".c.jpg", "deep/d.txt", "deep/.hidden/e.jpg"] {
        put_marked(&photos.join(name));
    }
    fs::write(photos.join("notes.jpg"), "text, whatever it is called").unwrap();
    fs::write(photos.join("empty.jpg"), "").unwrap();
    // a circle, and a second way to the same folder
    symlink("..", photos.join("deep/up")).unwrap();
    symlink("deep", photos.join("z")).unwrap();
    let pipe = std::process::Command::new("mkfifo").arg(photos.join("pipe")).status().unwrap();
    assert!(pipe.success());

    let run = run(folder.path(), &["clean", "photos", "-o", "out"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let inputs: Vec<&str> =
        run.lines().iter().map(|line| line.split(" → ").next().unwrap()).collect();
    assert_eq!(
        inputs,
        [
            "photos/.c.jpg",
            "photos/a",
            "photos/b.jpg",
            "photos/deep/.hidden/e.jpg",
            "photos/deep/d.txt"
        ]
    );
    assert_eq!(files(&out).len(), 5);
    assert!(
        run.err.contains("5 photos cleaned")
            && run.err.contains("3 files that are no photos skipped")
    );
}

#[test]
fn what_is_written_into_the_folder_is_not_cleaned_again() {
    let folder = scratch();
    for i in 0..50 {
        put_marked(&folder.path().join(format!("{i}.jpg")));
    }
    assert_eq!(run(folder.path(), &["clean", "."]).lines().len(), 50);
    assert_eq!(files(folder.path()).len(), 100);
}

#[test]
fn one_refused_does_not_stop_the_others() {
    let folder = scratch();
    put_marked(&folder.path().join("a.jpg"));
    put_marked(&folder.path().join("c.jpg"));
    fs::write(folder.path().join("b.jpg"), "no photo").unwrap();
    let run = run(folder.path(), &["clean", "a.jpg", "b.jpg", "missing.jpg", "c.jpg"]);
    assert_eq!((run.code, run.lines().len()), (Some(1), 2));
    let lines: Vec<&str> = run.err.lines().collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(
        lines[0],
        "unmarked: b.jpg: this is not a photo in a format that Unmarked knows; choose a photo, or export this file as JPEG"
    );
    assert_eq!(lines[1], "unmarked: missing.jpg: there is no such file; check the name");
    assert!(lines[2].ends_with("; 2 refused"), "{}", lines[2]);
}

#[test]
fn cut_off_photos_leave_nothing_or_something_clean() {
    let folder = scratch();
    let output = folder.path().join("b.jpg");
    let whole = photos::marked(64, 48);
    // the last two bytes only say that the photo ends: without them it is whole
    let picture = whole.len() - 2;
    for length in (0..whole.len()).filter(|length| length % 16 == 0 || *length > picture - 14) {
        fs::write(folder.path().join("a.jpg"), &whole[..length]).unwrap();
        let strict = ["clean", "a.jpg", "-o", "b.jpg", "--method", "strip"];
        for arguments in [&strict[..4], &strict] {
            let run = run(folder.path(), arguments);
            let refused = (run.code, run.err.lines().count()) == (Some(1), 1) && !output.exists();
            let exact = arguments == strict;
            assert!(if exact {
                refused == (length < picture)
            } else {
                refused || run.code == Some(0)
            });
            if !refused {
                assert_clean(&output);
                fs::remove_file(&output).unwrap();
            }
        }
    }
}

#[test]
fn quiet_says_only_what_was_refused() {
    let folder = scratch();
    put_marked(&folder.path().join("a.jpg"));
    let run = run(folder.path(), &["clean", "-q", "a.jpg", "missing.jpg", "-o", "."]);
    assert_eq!((run.code, run.out.len(), run.err.lines().count()), (Some(1), 0, 1));
}

#[test]
fn json_tells_what_was_found_and_where_it_went() {
    let folder = scratch();
    put_marked(&folder.path().join("a.jpg"));
    fs::write(folder.path().join("b.jpg"), "no photo").unwrap();
    let run = run(folder.path(), &["clean", "--json", "a.jpg", "b.jpg", "-o", "."]);
    assert_eq!(run.code, Some(1));
    let json = run.json();
    let photo = &json["photos"][0];
    assert_eq!(photo["file"], "a.jpg");
    assert_clean(&folder.path().join(photo["output"].as_str().unwrap()));
    assert_eq!(photo["receipt"]["method"], "strip");
    assert!(photo["receipt"]["found"].to_string().contains(MARK));
    let refused = &json["photos"][1];
    assert_eq!(refused["file"], "b.jpg");
    assert!(refused["error"].is_string() && refused["advice"].is_string());
    assert_eq!(
        (&json["done"], &json["refused"], &json["skipped"]),
        (&1.into(), &1.into(), &0.into())
    );
}

#[test]
fn a_receipt_says_what_is_gone_and_what_remains() {
    let folder = scratch();
    put_marked(&folder.path().join("a.jpg"));
    let run = run(folder.path(), &["clean", "--receipt", "a.jpg"]);
    let text = String::from_utf8(run.out).unwrap();
    for words in ["removed", "Exif", "comment", "kept", "remains", "sensor noise"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}
