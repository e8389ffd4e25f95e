//! What the program hands to the system, as strace(1) sees it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::program::PROGRAM;

/// The calls by which bytes leave a process.
const CALLS: &str = "trace=write,pwrite64,writev,pwritev,pwritev2,sendto,sendmsg,sendmmsg,sendfile,\
    copy_file_range,splice,tee,vmsplice,mmap,process_vm_writev";

/// Bytes that were written.
#[derive(Debug)]
pub struct Written {
    /// To which file or pipe: as strace names descriptors.
    pub to: String,
    pub bytes: Vec<u8>,
}

/// Everything that the program writes when it is run in `folder`; none, and a notice, without strace.
/// It has to succeed. Mappings of files that others can see, and copies within the kernel, which nobody
/// can look into, fail the test.
pub fn written(folder: &Path, arguments: &[&str]) -> Option<Vec<Written>> {
    let log = tempfile::NamedTempFile::new().unwrap();
    // -s: strings whole; -y: the names of descriptors
    let status = Command::new("strace")
        .args(["-f", "-y", "-qq", "-s", "100000000", "-e", CALLS, "-e", "signal=none", "-o"])
        .arg(log.path())
        .arg(PROGRAM)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output();
    let Ok(output) = status else {
        println!("NOTICE: strace is missing: what the program writes is not looked at");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let log = fs::read(log.path()).unwrap();
    let calls: Vec<Written> = log.split(|b| *b == b'\n').filter_map(call).collect();
    assert!(!calls.is_empty(), "strace saw nothing");
    Some(calls)
}

/// Runs the program in `folder` while the system does to it what `fault` says, as strace(1) writes it:
/// `fsync:error=EIO:when=3`. Gives how it ended, and whether it came to that; none, and a notice, without
/// strace.
pub fn with_fault(folder: &Path, arguments: &[&str], fault: &str) -> Option<(Output, bool)> {
    let log = tempfile::NamedTempFile::new().unwrap();
    let call = fault.split(':').next().unwrap();
    let output = Command::new("strace")
        .args(["-f", "-qq", "-s", "0", "-e", &format!("trace={call}"), "-e"])
        .arg(format!("inject={fault}"))
        .arg("-o")
        .arg(log.path())
        .arg(PROGRAM)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output();
    let Ok(output) = output else {
        println!("NOTICE: strace is missing: no system call fails");
        return None;
    };
    let log = fs::read_to_string(log.path()).unwrap();
    Some((output, log.contains("(INJECTED)") || log.contains("killed by SIGKILL")))
}

/// The call of a line: `1234 write(3</folder/name>, "bytes", 5) = 5`.
fn call(line: &[u8]) -> Option<Written> {
    let text = String::from_utf8_lossy(line);
    let (name, arguments) = text.split_once('(')?;
    let name = name.rsplit(' ').next()?;
    if name == "mmap" {
        let shared = arguments.contains("MAP_SHARED") && arguments.contains("PROT_WRITE");
        assert!(!shared || arguments.contains("MAP_ANONYMOUS"), "{text}");
        return None;
    }
    let unseen = ["sendfile", "copy_file_range", "splice", "tee", "vmsplice"];
    assert!(!unseen.contains(&name) && !name.starts_with("process_vm"), "{text}");
    let to = arguments.split_once('<')?.1.split_once('>')?.0.to_owned();
    Some(Written { to, bytes: strings(line) })
}

/// What stands between quotes in a line, one after the other, without C's escapes.
fn strings(line: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = line.iter().copied().peekable();
    let mut inside = false;
    while let Some(byte) = rest.next() {
        match byte {
            b'"' => inside = !inside,
            b'\\' if inside => {
                let escaped = rest.next().unwrap();
                bytes.push(match escaped {
                    b'n' => b'\n',
                    b't' => b'\t',
                    b'r' => b'\r',
                    b'v' => 0x0B,
                    b'f' => 0x0C,
                    b'0'..=b'7' => {
                        let mut value = u32::from(escaped - b'0');
                        for _ in 0..2 {
                            let Some(digit) = rest.next_if(|b| (b'0'..=b'7').contains(b)) else {
                                break;
                            };
                            value = value * 8 + u32::from(digit - b'0');
                        }
                        value as u8
                    }
                    other => other,
                });
            }
            other if inside => bytes.push(other),
            _ => {}
        }
    }
    bytes
}

/// True if eight bytes in a row of `secret` stand in `bytes`, but for runs of one byte.
pub fn quotes(bytes: &[u8], secret: &[u8]) -> bool {
    let told = |window: &&[u8]| window.iter().any(|byte| *byte != window[0]);
    let windows: std::collections::HashSet<&[u8]> = secret.windows(8).filter(told).collect();
    bytes.windows(8).any(|window| windows.contains(window))
}

#[test]
fn escapes_are_undone() {
    let line = br#"7 write(4</a/b>, "a\0\1\12\377\"\\\n1", 9) = 9"#;
    let Written { to, bytes } = call(line).unwrap();
    assert_eq!((to.as_str(), bytes.as_slice()), ("/a/b", &b"a\0\x01\x0A\xFF\"\\\n1"[..]));
    assert!(quotes(b"..12345678..", b"0123456789"));
    assert!(!quotes(b"..1234567..", b"0123456789"));
}
