//! A program that is killed while it writes: whole photos or nothing.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::failing::{can_mount, without_proc};
use crate::photos;
use crate::program::{command, files, has_neutral_name, run, scratch};

const PHOTOS: usize = 400;
const TURNS: usize = 20;

/// Starts `program` on a folder of photos again and again, ends it by `signal` when a few more are
/// done each time, and asserts that whatever is in the other folder is whole.
fn interrupt(signal: Signal, program: impl Fn(&Path) -> Command) {
    let folder = scratch();
    let (photos, out) = (folder.path().join("photos"), folder.path().join("out"));
    fs::create_dir(&photos).unwrap();
    let photo = photos::marked(4_000, 4_000);
    fs::write(folder.path().join("photo.jpg"), &photo).unwrap();
    for i in 0..PHOTOS {
        fs::hard_link(folder.path().join("photo.jpg"), photos.join(format!("{i}.jpg"))).unwrap();
    }
    let mut partly = 0;
    for turn in 0..TURNS {
        fs::create_dir(&out).unwrap();
        let mut child =
            program(folder.path()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // so many photos are there, and the next ones are being written
        while files(&out).len() < turn * PHOTOS / TURNS / 2 && child.try_wait().unwrap().is_none() {
            sleep(Duration::from_micros(100));
        }
        // a child that is not waited for can be sent a signal, also when it has ended
        kill_process(Pid::from_child(&child), signal).unwrap();
        child.wait().unwrap();

        let left = files(&out);
        assert!(left.iter().all(|path| has_neutral_name(path)), "{left:?}");
        if !left.is_empty() {
            let checked = run(folder.path(), &["check", "out"]);
            assert_eq!((checked.code, checked.lines().len()), (Some(0), left.len()), "{checked:?}");
        }
        partly += u32::from(!left.is_empty() && left.len() < PHOTOS);
        fs::remove_dir_all(&out).unwrap();
    }
    assert!(partly > 0, "it was never killed between its first and its last photo");
}

#[test]
fn a_kill_leaves_whole_photos_only() {
    interrupt(Signal::KILL, |folder| command(folder, ["clean", "photos", "-o", "out"]));
}

#[test]
fn control_c_leaves_whole_photos_only() {
    interrupt(Signal::INT, |folder| command(folder, ["clean", "photos", "-o", "out"]));
}

#[test]
fn control_c_takes_temporary_files_away() {
    if can_mount() {
        interrupt(Signal::INT, |folder| without_proc(folder, &["clean", "photos", "-o", "out"]));
    }
}
