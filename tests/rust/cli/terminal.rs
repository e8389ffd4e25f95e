//! A person at a terminal of their own, which script(1) makes.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::program::PROGRAM;

/// Runs a line of shell in `folder`, in which `$PROGRAM` is the program, and types an answer after each
/// question: what is typed before it is asked for is thrown away. Gives the exit status and what was to
/// be seen; none, and a notice, without script(1).
pub fn typed(folder: &Path, line: &str, answers: &[(&str, &str)]) -> Option<(Option<i32>, String)> {
    let spawned = Command::new("script")
        .args(["-qec", line, "/dev/null"])
        .current_dir(folder)
        .env("XDG_STATE_HOME", folder.join("state"))
        .env("PROGRAM", PROGRAM)
        .env("SHELL", "/bin/sh")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = spawned else {
        println!("NOTICE: script(1) is missing: nothing is typed");
        return None;
    };
    let (mut input, mut output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (mut seen, mut byte) = (Vec::new(), [0]);
    for (question, answer) in answers {
        let from = seen.len();
        while !String::from_utf8_lossy(&seen[from..]).contains(question) {
            let read = output.read(&mut byte).unwrap();
            assert_eq!(read, 1, "never asked {question}: {}", String::from_utf8_lossy(&seen));
            seen.push(byte[0]);
        }
        input.write_all(answer.as_bytes()).unwrap();
    }
    output.read_to_end(&mut seen).unwrap();
    drop(input);
    Some((child.wait().unwrap().code(), String::from_utf8(seen).unwrap()))
}
