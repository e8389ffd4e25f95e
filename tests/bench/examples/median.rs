//! The core's own time for a photo, again and again in one process: `median FILE [RUNS [TASK]]...`
//! prints the least and the median time in milliseconds of `strip` or of the tasks named: `strip`,
//! `recode`, `rebuild` (to 1600 pixels), and `audit`, which is that of the stripped photo.

#![forbid(unsafe_code)]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use unmarked::{Policy, audit, clean};
use unmarked_tests_bench::method;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(Ok(photo)) = arguments.next().map(std::fs::read) else {
        eprintln!("usage: median FILE [RUNS [TASK...]]");
        return ExitCode::from(2);
    };
    let runs = arguments.next().and_then(|runs| runs.parse().ok()).unwrap_or(1000);
    let mut tasks: Vec<String> = arguments.collect();
    if tasks.is_empty() {
        tasks.push(String::from("strip"));
    }
    let mut all_known = true;
    for task in tasks {
        let times = match (task.as_str(), method(&task)) {
            ("audit", _) => audits(&photo, runs),
            (_, Some(policy)) => cleans(&photo, &policy, runs),
            _ => Err(String::from("no such task")),
        };
        match times {
            Ok((mut times, size)) => {
                times.sort_by(f64::total_cmp);
                let (least, median) = (times[0], times[times.len() / 2]);
                println!(
                    "unmarked      {task:22} {least:8.2} ms least  {median:8.2} ms median  {size:9} bytes"
                );
            }
            Err(words) => {
                all_known = false;
                eprintln!("unmarked      {task:22} {words}");
            }
        }
    }
    if all_known { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The time of each run, and the size of the result.
fn cleans(photo: &[u8], policy: &Policy, runs: usize) -> Result<(Vec<f64>, usize), String> {
    let size = clean(photo, policy).map_err(|error| error.to_string())?.bytes().len();
    let once = || {
        let start = Instant::now();
        let cleaned = black_box(clean(black_box(photo), policy));
        let time = start.elapsed();
        // read out, as whoever asks for a clean photo does
        drop(black_box(cleaned.map(|cleaned| cleaned.bytes().to_vec())));
        time.as_secs_f64() * 1000.0
    };
    Ok(((0..runs.max(1)).map(|_| once()).collect(), size))
}

fn audits(photo: &[u8], runs: usize) -> Result<(Vec<f64>, usize), String> {
    let policy = method("strip").unwrap_or_default();
    let cleaned = clean(photo, &policy).map_err(|error| error.to_string())?;
    let once = || {
        let start = Instant::now();
        black_box(audit(black_box(cleaned.bytes())));
        start.elapsed().as_secs_f64() * 1000.0
    };
    Ok(((0..runs.max(1)).map(|_| once()).collect(), cleaned.bytes().len()))
}
