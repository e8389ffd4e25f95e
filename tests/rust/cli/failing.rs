//! Folders, disks and readers that fail: one clear line, nothing half-written.

use std::fs::{self, OpenOptions, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::photos;
use crate::program::{
    PROGRAM, Run, assert_clean, command, files, put_clean, put_marked, run, scratch,
};

/// Whether this machine lets a test mount things that only its own processes see.
pub fn can_mount() -> bool {
    let tried = Command::new("unshare")
        .args(["-rm", "sh", "-c", "mount -t tmpfs none /proc"])
        .stderr(Stdio::null())
        .status();
    let can = tried.is_ok_and(|status| status.success());
    if !can {
        eprintln!("not run here: this needs leave to mount a file system that only the test sees");
    }
    can
}

#[test]
fn a_full_disk() {
    let folder = scratch();
    fs::write(folder.path().join("a.jpg"), photos::marked(4000, 3000)).unwrap();
    if can_mount() {
        let script = "mkdir small && mount -t tmpfs -o size=16k none small || exit 99
            \"$0\" clean a.jpg -o small; echo $?; ls -A small";
        let output = Command::new("unshare")
            .args(["-rm", "sh", "-c", script, PROGRAM])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let run = Run::from(output);
        assert_eq!(run.lines(), ["1"], "{run:?}");
        assert_eq!(
            run.err,
            "unmarked: a.jpg: cannot write to small: the disk is full; free some space, or choose another folder with -o\n"
        );
    }
    // where it cannot be mounted, standard output is full
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let run = Run::from(
        command(folder.path(), ["clean", "a.jpg", "-o", "-"]).stdout(full).output().unwrap(),
    );
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("the disk is full"), "{}", run.err);
}

#[test]
fn inputs_that_are_no_files_or_too_large() {
    let folder = scratch();
    fs::File::create(folder.path().join("large.jpg")).unwrap().set_len((512 << 20) + 1).unwrap();
    for (input, words) in [
        ("/dev/zero", "it is a device or socket, not a file; choose a photo"),
        ("large.jpg", "the photo has too many bytes (limit 536870912); export a smaller JPEG"),
        ("large.jpg/", "it cannot be read: not a directory"),
    ] {
        let run = run(folder.path(), &["clean", input, "-o", "."]);
        assert_eq!((run.code, run.err.lines().count()), (Some(1), 1), "{input}: {run:?}");
        assert!(run.err.starts_with(&format!("unmarked: {input}: {words}")), "{}", run.err);
    }
}

#[test]
fn a_limit_of_file_size() {
    let folder = scratch();
    fs::create_dir(folder.path().join("out")).unwrap();
    fs::write(folder.path().join("a.jpg"), photos::marked(4000, 3000)).unwrap();
    for output in ["out", "out/b.jpg"] {
        let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" clean a.jpg -o \"$1\"";
        let output = Command::new("sh")
            .args(["-c", script, PROGRAM, output])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let run = Run::from(output);
        assert_eq!((run.code, run.err.lines().count()), (Some(1), 1), "{run:?}");
        assert!(run.err.contains("the limit of space or file size is reached"), "{}", run.err);
        assert!(files(&folder.path().join("out")).is_empty());
    }
}

#[test]
fn a_folder_that_takes_no_files() {
    let folder = scratch();
    put_marked(&folder.path().join("a.jpg"));
    for output in ["/proc", "/proc/b.jpg", "/sys/b.jpg"] {
        let run = run(folder.path(), &["clean", "a.jpg", "-o", output]);
        assert_eq!((run.code, run.err.lines().count()), (Some(1), 1), "{output}: {run:?}");
        assert!(run.err.starts_with("unmarked: a.jpg: cannot write to /"), "{}", run.err);
    }
}

#[test]
fn no_permission() {
    let folder = scratch();
    let at = folder.path();
    put_marked(&at.join("a.jpg"));
    put_marked(&at.join("secret.jpg"));
    fs::create_dir(at.join("out")).unwrap();
    fs::create_dir(at.join("locked")).unwrap();
    // root may do everything, so the program is run as somebody else, who must be able to reach it
    fs::copy(PROGRAM, at.join("program")).unwrap();
    for (name, mode) in
        [(".", 0o755), ("a.jpg", 0o644), ("secret.jpg", 0), ("out", 0o555), ("locked", 0)]
    {
        fs::set_permissions(at.join(name), Permissions::from_mode(mode)).unwrap();
    }
    let program = at.join("program");
    let unprivileged = |arguments: &[&str]| -> Run {
        let root = fs::metadata("/proc/self")
            .is_ok_and(|about| std::os::unix::fs::MetadataExt::uid(&about) == 0);
        let mut command = if root {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&program);
            command
        } else {
            Command::new(&program)
        };
        command.args(arguments).current_dir(at).output().unwrap().into()
    };

    let unread = unprivileged(&["clean", "secret.jpg", "-o", "-"]);
    assert_eq!((unread.code, unread.out.len()), (Some(1), 0));
    assert_eq!(
        unread.err,
        "unmarked: secret.jpg: no permission to read it; change its permissions, or copy it to a folder of yours\n"
    );
    let unwritten = unprivileged(&["clean", "a.jpg", "-o", "out"]);
    assert_eq!(unwritten.code, Some(1));
    assert_eq!(
        unwritten.err,
        "unmarked: a.jpg: cannot write to out: no permission; choose another folder with -o\n"
    );
    let unlisted = unprivileged(&["check", "locked"]);
    assert_eq!(unlisted.code, Some(2), "{unlisted:?}");
    assert!(unlisted.lines()[0].starts_with("locked: cannot tell: no permission"), "{unlisted:?}");
    assert!(files(&at.join("out")).is_empty());
}

#[test]
fn without_unnamed_files_a_temporary_name_serves() {
    if !can_mount() {
        return;
    }
    let folder = scratch();
    fs::create_dir(folder.path().join("out")).unwrap();
    put_marked(&folder.path().join("a.jpg"));
    fs::write(folder.path().join("out/mine.jpg"), "mine").unwrap();
    for (output, code) in [("out", 0), ("out/b.jpg", 0), ("out/mine.jpg", 1)] {
        let run = Run::from(
            without_proc(folder.path(), &["clean", "a.jpg", "-o", output]).output().unwrap(),
        );
        assert_eq!(run.code, Some(code), "{run:?}");
    }
    let left = files(&folder.path().join("out"));
    assert_eq!(left.len(), 3, "{left:?}");
    for path in left {
        if path.ends_with("mine.jpg") {
            assert_eq!(fs::read(path).unwrap(), b"mine");
        } else {
            assert_clean(&path);
        }
    }
}

/// The program where it cannot link an unnamed file, since that goes by /proc.
pub fn without_proc(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("unshare");
    let script = "mount -t tmpfs none /proc && exec \"$0\" \"$@\"";
    command.args(["-rm", "sh", "-c", script, PROGRAM]).args(arguments).current_dir(folder);
    command
}

#[test]
fn a_reader_that_goes_away() {
    let folder = scratch();
    for i in 0..100 {
        put_marked(&folder.path().join(format!("{i}.jpg")));
    }
    for arguments in [
        &["inspect", "."][..],
        &["inspect", "--json", "."],
        &["clean", "0.jpg", "-o", "-"],
        &["clean", "0.jpg", "1.jpg"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let run = Run::from(command(folder.path(), arguments).stdout(writer).output().unwrap());
        assert_eq!(run.code, Some(1), "{arguments:?}: {run:?}");
    }
    // not told to its end is not known to be clean
    put_clean(&folder.path().join("clean"));
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let run =
        Run::from(command(folder.path(), ["check", "clean"]).stdout(writer).output().unwrap());
    assert_eq!((run.code, run.err.as_str()), (Some(2), ""));
}

#[test]
fn nobody_reads_the_refusals() {
    let folder = scratch();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status = command(folder.path(), ["clean", "missing.jpg", "gone.jpg", "-o", "."])
        .stderr(writer)
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(1));
}
