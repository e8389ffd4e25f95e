//! Reads the photo named, does one thing with it (`nothing`, `copy`, `clean`, `audit`, `inspect`) and
//! prints how long that took: the first time in a new process, as when one photo is shared.
//!
//! Also for counting instructions: what `nothing` takes is the process itself.

#![forbid(unsafe_code)]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use unmarked::{Policy, audit, clean, inspect};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(task), Some(file)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: once nothing|copy|clean|audit|inspect FILE");
        return ExitCode::from(2);
    };
    let photo = match std::fs::read(&file) {
        Ok(photo) => photo,
        Err(error) => {
            eprintln!("{file}: {error}");
            return ExitCode::FAILURE;
        }
    };
    let start = Instant::now();
    match task.as_str() {
        "copy" => drop(black_box(photo.to_vec())),
        "clean" => drop(black_box(clean(&photo, &Policy::default()))),
        "audit" => drop(black_box(audit(&photo))),
        "inspect" => drop(black_box(inspect(&photo))),
        _ => {}
    }
    println!("{task}: {:.3} ms", start.elapsed().as_secs_f64() * 1000.0);
    ExitCode::SUCCESS
}
