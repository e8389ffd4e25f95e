//! Writes `tests/vectors/strip.txt` (`--write`), or prints what would be written.

use std::path::Path;

use unmarked::{Policy, clean};
use unmarked_fixtures::decode::libjpeg;
use unmarked_fixtures::vectors;

fn main() {
    let mut records = vectors::records();
    for record in records.iter_mut().filter(|r| r.refused.is_none()) {
        let cleaned = clean(&record.input, &Policy::default());
        let output = match cleaned {
            Ok(cleaned) => cleaned.bytes().to_vec(),
            Err(error) => panic!("{}: {error}", record.name),
        };
        let (before, after) = (libjpeg(&record.input), libjpeg(&output));
        assert!(before.is_some(), "install libjpeg-turbo-progs: it judges the vectors");
        assert!(
            before == after && matches!(after, Some(Ok(_))),
            "{}: another picture",
            record.name
        );
        // the clean photo is a vector of its own
        record.output = Some(output);
    }
    if let Some(mut again) = records.iter().find(|r| r.name == "phone").cloned() {
        again.name = String::from("clean-phone");
        again.input = again.output.clone().unwrap_or_default();
        again.check = String::from("clean");
        records.push(again);
    }
    let text = vectors::text(&records);
    if std::env::args().any(|argument| argument == "--write") {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/strip.txt");
        match std::fs::write(&file, &text) {
            Ok(()) => println!("{}: {} records", file.display(), records.len()),
            Err(error) => panic!("{}: {error}", file.display()),
        }
    } else {
        print!("{text}");
    }
}
