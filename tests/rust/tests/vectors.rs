//! The vectors that Rust, Kotlin and Swift share.

use std::path::Path;

use unmarked::{Error, Verdict, audit, clean};
use unmarked_fixtures::vectors::{File, Record, parse, records};

fn read(file: File) -> Vec<Record> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors").join(file.name());
    let records =
        parse(&std::fs::read_to_string(path).unwrap_or_else(|_| panic!("no {}", file.name())));
    assert!(records.len() > 12, "{}: {} records", file.name(), records.len());
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
    let records: Vec<Record> = File::ALL.into_iter().flat_map(read).collect();
    for record in &records {
        let verdict = match audit(&record.input) {
            Verdict::Clean => "clean",
            Verdict::Carries(_) => "carries",
            Verdict::CannotTell(_) => "cannot_tell",
        };
        if verdict != record.check {
            wrong.push(format!("{}: the verdict is {verdict}, not {}", record.name, record.check));
        }
        match (clean(&record.input, &record.policy()), &record.output, &record.refused) {
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
    for name in File::ALL {
        let file = read(name);
        let made = records(name);
        for record in &made {
            let stored = file.iter().find(|r| r.name == record.name);
            let stored = stored.unwrap_or_else(|| panic!("{} is not in the file", record.name));
            assert_eq!(Record { output: None, ..stored.clone() }, *record);
        }
        // of Strip also the one that is the output of another
        let more = usize::from(name == File::Strip);
        assert_eq!(file.len(), made.len() + more, "{}", name.name());
    }
    let file = read(File::Strip);
    let again = file.iter().find(|r| r.name == "clean-phone").expect("clean-phone");
    let phone = file.iter().find(|r| r.name == "phone").expect("phone");
    assert_eq!(Some(&again.input), phone.output.as_ref());
}
