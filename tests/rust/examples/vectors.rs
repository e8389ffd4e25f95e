//! Writes the files of `tests/vectors` (`--write`), or prints what would be written.

use std::path::Path;

use unmarked::clean;
use unmarked_fixtures::decode::libjpeg;
use unmarked_fixtures::vectors::{self, File};

fn main() {
    for file in File::ALL {
        let mut records = vectors::records(file);
        for record in records.iter_mut().filter(|r| r.refused.is_none()) {
            let output = match clean(&record.input, &record.policy()) {
                Ok(cleaned) => cleaned.bytes().to_vec(),
                Err(error) => panic!("{}: {error}", record.name),
            };
            let (before, after) = (libjpeg(&record.input), libjpeg(&output));
            assert!(before.is_some(), "install libjpeg-turbo-progs: it judges the vectors");
            assert!(matches!(after, Some(Ok(_))), "{}: no picture", record.name);
            let turned = record.name == "turned-by-coefficients" || record.name == "phone";
            assert!(
                file == File::Rebuild || file == File::Recode && turned || before == after,
                "{}: another picture",
                record.name
            );
            record.output = Some(output);
        }
        // the clean photo is a vector of its own
        if file == File::Strip
            && let Some(mut again) = records.iter().find(|r| r.name == "phone").cloned()
        {
            again.name = String::from("clean-phone");
            again.input = again.output.clone().unwrap_or_default();
            again.check = String::from("clean");
            records.push(again);
        }
        let text = vectors::text(file, &records);
        if std::env::args().any(|argument| argument == "--write") {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors").join(file.name());
            match std::fs::write(&path, &text) {
                Ok(()) => println!("{}: {} records", path.display(), records.len()),
                Err(error) => panic!("{}: {error}", path.display()),
            }
        } else {
            print!("{text}");
        }
    }
}
