//! The most memory that a method takes for a photo beyond the photo and its result, on Linux:
//! `peak [TASK [LONGEST-EDGE [FILE]]]`. Without a file, for one of 200 megapixels. Tasks are those of
//! `once`.

#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::time::Instant;

use unmarked::clean;
use unmarked_tests_bench::{large_photo, method};

/// A line of /proc/self/status, in bytes.
fn status(name: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? << 10)
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next().unwrap_or_else(|| String::from("rebuild"));
    let Some(mut policy) = method(&task) else {
        eprintln!("usage: peak [strip|recode|rebuild [LONGEST-EDGE [FILE]]]");
        return ExitCode::from(2);
    };
    let edge = arguments.next().and_then(|edge| edge.parse().ok()).unwrap_or(4_096);
    policy.rebuild.longest_edge = Some(edge);
    let file = arguments.next();
    let photo = match file.as_ref().map(std::fs::read) {
        None => large_photo(),
        Some(Ok(photo)) => photo,
        Some(Err(error)) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    // 5 sets the mark of the highest resident memory back to what there is now: proc(5)
    if std::fs::write("/proc/self/clear_refs", "5").is_err() {
        eprintln!("NOTICE: this system does not tell the highest memory");
        return ExitCode::FAILURE;
    }
    let (Some(before), Some(code_before)) = (status("VmRSS"), status("RssFile")) else {
        return ExitCode::FAILURE;
    };
    let start = Instant::now();
    let cleaned = match clean(&photo, &policy) {
        Ok(cleaned) => cleaned,
        Err(error) => {
            eprintln!("{task}: {error}");
            return ExitCode::FAILURE;
        }
    };
    let time = start.elapsed().as_secs_f64();
    let (Some(highest), Some(code)) = (status("VmHWM"), status("RssFile")) else {
        return ExitCode::FAILURE;
    };
    // the program's own pages, which come in when they are first run, are no memory of the method
    let beyond = (highest - before)
        .saturating_sub(code.saturating_sub(code_before))
        .saturating_sub(cleaned.bytes().len() as u64);
    println!(
        "{task} of {}, {} bytes, to {} bytes in {time:.2} s: {:.1} MiB beyond both",
        file.as_deref().map_or("200 MP", |_| "it"),
        photo.len(),
        cleaned.bytes().len(),
        beyond as f64 / f64::from(1 << 20)
    );
    ExitCode::SUCCESS
}
