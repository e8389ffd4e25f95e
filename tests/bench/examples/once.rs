//! Reads the photo named, does one thing with it (`nothing`, `copy`, `strip`, `recode`, `rebuild`,
//! `audit`, `inspect`) and prints how long that took: the first time in a new process, as when one
//! photo is shared.
//!
//! Also for counting instructions: what `nothing` takes is the process itself. `audit` takes a clean
//! photo; of another one it says at once that it is none.

#![forbid(unsafe_code)]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use unmarked::{Verdict, audit, clean, inspect};
use unmarked_tests_bench::method;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(task), Some(file)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: once nothing|copy|strip|recode|rebuild|audit|inspect FILE [CLEAN]");
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
    let done = match (task.as_str(), method(&task)) {
        ("nothing", _) => Ok(None),
        ("copy", _) => {
            drop(black_box(photo.to_vec()));
            Ok(None)
        }
        ("audit", _) => match black_box(audit(&photo)) {
            Verdict::Clean => Ok(None),
            _ => Err(String::from("the photo is not clean")),
        },
        ("inspect", _) => black_box(inspect(&photo)).map(|_| None).map_err(|e| e.to_string()),
        (_, Some(policy)) => clean(&photo, &policy).map(Some).map_err(|e| e.to_string()),
        _ => Err(String::from("no such task")),
    };
    let time = start.elapsed().as_secs_f64() * 1000.0;
    match done {
        Ok(cleaned) => {
            println!("{task}: {time:.3} ms");
            // for the audit of it, in another process
            match (cleaned, arguments.next()) {
                (Some(cleaned), Some(to)) if std::fs::write(&to, cleaned.bytes()).is_err() => {
                    eprintln!("{to}: cannot be written");
                    ExitCode::FAILURE
                }
                _ => ExitCode::SUCCESS,
            }
        }
        Err(words) => {
            eprintln!("{task}: {words}");
            ExitCode::FAILURE
        }
    }
}
