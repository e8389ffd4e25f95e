//! Identity files, as age-keygen writes them.

use std::path::PathBuf;

use unmarked::Limits;
use unmarked::sealed::Identity;

use crate::input;
use crate::names::shown;
use crate::problem::Problem;
use crate::sources::Source;

/// A file of more bytes holds no identities.
const LONGEST: u64 = 1 << 20;

/// All identities in `files`.
pub(crate) fn read(files: &[PathBuf]) -> Result<Vec<Identity>, Problem> {
    let mut identities = Vec::new();
    for file in files {
        let of_file = |problem: Problem| problem.about(&shown(file));
        let mut limits = Limits::default();
        limits.bytes = LONGEST;
        let source = Source::Named(file.clone());
        let Some(bytes) = input::read(&source, &limits).map_err(of_file)? else { continue };
        let text = std::str::from_utf8(&bytes).map_err(|_| {
            of_file(Problem::new("it is no text", "choose a file that age-keygen wrote"))
        })?;
        let found = Identity::all_in(text).map_err(|(line, error)| {
            Problem::from(error).about(&format!("{}, line {line}", shown(file)))
        })?;
        if found.is_empty() {
            let none =
                Problem::new("there is no identity in it", "choose a file that age-keygen wrote");
            return Err(of_file(none));
        }
        identities.extend(found);
    }
    Ok(identities)
}
