//! The core's own time for a photo, to compare with what a call through the boundary takes:
//! `median FILE [RUNS]` prints the median of `clean` in milliseconds.

#![forbid(unsafe_code)]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use unmarked::{Policy, clean};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(Ok(photo)) = arguments.next().map(std::fs::read) else {
        eprintln!("usage: median FILE [RUNS]");
        return ExitCode::from(2);
    };
    let runs = arguments.next().and_then(|runs| runs.parse().ok()).unwrap_or(1000);
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            let cleaned = black_box(clean(black_box(&photo), &Policy::default()));
            let time = start.elapsed();
            // read out, as whoever asks for a clean photo does
            drop(black_box(cleaned.map(|cleaned| cleaned.bytes().to_vec())));
            time.as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("the core's own clean                         {:.3} ms", times[times.len() / 2]);
    ExitCode::SUCCESS
}
