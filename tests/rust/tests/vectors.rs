//! The vectors that Rust, Kotlin and Swift share.

use std::path::Path;

use unmarked::{Error, Policy, Verdict, audit, clean};
use unmarked_fixtures::vectors::{Record, parse, records};

fn file() -> Vec<Record> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/strip.txt");
    let records = parse(&std::fs::read_to_string(path).expect("tests/vectors/strip.txt"));
    assert!(records.len() > 20, "{} records", records.len());
    records
}

/// The class that a person acts on, as the mobile boundary has it.
fn class(error: &Error) -> &'static str {
    match error {
        Error::Empty | Error::NotAPhoto => "not_a_photo",
        Error::Format(_) | Error::Unsupported { .. } | Error::Profile(_) => "unsupported",
        Error::CutOff { .. } | Error::Damaged { .. } => "damaged",
        Error::Limit { .. } => "too_large",
        _ => "failed",
    }
}

#[test]
fn every_record_holds() {
    let mut wrong = Vec::new();
    let records = file();
    for record in &records {
        let verdict = match audit(&record.input) {
            Verdict::Clean => "clean",
            Verdict::Carries(_) => "carries",
            Verdict::CannotTell(_) => "cannot_tell",
        };
        if verdict != record.check {
            wrong.push(format!("{}: the verdict is {verdict}, not {}", record.name, record.check));
        }
        // Strip alone: what it refuses is not drawn again
        let policy = Policy { rebuild_if_refused: false, ..Policy::default() };
        match (clean(&record.input, &policy), &record.output, &record.refused) {
            (Ok(clean), Some(output), None) if clean.bytes() == output => {
                if audit(output) != Verdict::Clean {
                    wrong.push(format!("{}: the output is not clean", record.name));
                }
            }
            (Err(error), None, Some(refused)) if class(&error) == refused => {}
            (Ok(_), ..) => wrong.push(format!("{}: another output", record.name)),
            (Err(error), ..) => wrong.push(format!("{}: {error}", record.name)),
        }
    }
    println!("{} vectors", records.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_input_is_what_the_code_makes() {
    let file = file();
    let made = records();
    for record in &made {
        let stored = file.iter().find(|r| r.name == record.name);
        let stored = stored.unwrap_or_else(|| panic!("{} is not in the file", record.name));
        assert_eq!(stored.input, record.input, "{}", record.name);
        assert_eq!(stored.refused, record.refused, "{}", record.name);
        assert_eq!(stored.check, record.check, "{}", record.name);
    }
    // and the one that is the output of another
    let again = file.iter().find(|r| r.name == "clean-phone").expect("clean-phone");
    let phone = file.iter().find(|r| r.name == "phone").expect("phone");
    assert_eq!(Some(&again.input), phone.output.as_ref());
    assert_eq!(file.len(), made.len() + 1);
}
