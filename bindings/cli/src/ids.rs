//! Records by the first digits of their ids.

use unmarked::vault::{Id, Record};

use crate::problem::Problem;

/// The fewest digits that are shown.
const FEWEST: usize = 8;

/// How many digits tell all of `records` apart.
pub(crate) fn digits(records: &[Record]) -> usize {
    let mut ids: Vec<String> = records.iter().map(|record| record.id.to_string()).collect();
    ids.sort_unstable();
    let same = |a: &str, b: &str| a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let pairs = ids.iter().zip(ids.iter().skip(1));
    pairs.map(|(a, b)| same(a, b).saturating_add(1)).fold(FEWEST, usize::max)
}

/// The first `digits` of `id`.
pub(crate) fn short(id: Id, digits: usize) -> String {
    let mut text = id.to_string();
    text.truncate(digits);
    text
}

/// An id as it is shown where it stands alone.
pub(crate) fn brief(id: Id) -> String {
    short(id, FEWEST)
}

/// The record whose id begins with `typed`.
pub(crate) fn find(records: &[Record], typed: &str) -> Result<Id, Problem> {
    let typed = typed.to_ascii_lowercase();
    // a whole one may be over, and the vault knows why
    if let Ok(id) = typed.parse() {
        return Ok(id);
    }
    let no_id = typed.is_empty() || !typed.bytes().all(|digit| digit.is_ascii_hexdigit());
    if no_id {
        return Err(Problem::new(
            "that is no id",
            "write the first digits of one that `unmarked vault list` prints",
        ));
    }
    let mut found = records.iter().map(|r| r.id).filter(|id| id.to_string().starts_with(&typed));
    match (found.next(), found.next()) {
        (Some(id), None) => Ok(id),
        (None, _) => Err(Problem::new(
            "there is no such record in the vault",
            "list the vault to see what it holds",
        )),
        (Some(_), Some(_)) => {
            Err(Problem::new("several records begin so", "write more digits of the id"))
        }
    }
}
