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

#[cfg(test)]
mod tests {
    use super::*;
    use unmarked::vault::Kind;

    fn records(ids: &[&str]) -> Vec<Record> {
        let record = |id: &&str| Record {
            id: id.parse().unwrap(),
            kind: Kind::Original,
            name: None,
            media_type: None,
            note: None,
            length: 0,
            added: 0,
            expires: None,
            views_left: None,
        };
        ids.iter().map(record).collect()
    }

    #[test]
    fn as_few_digits_as_tell_all_apart() {
        let [a, b, c] =
            ["3f2a91c0", "3f2a91c1", "8c01d2aa"].map(|start| format!("{start}{:024}", 0));
        let all = records(&[&a, &b, &c]);
        assert_eq!(digits(&all), 8);
        assert_eq!(find(&all, "8").unwrap(), all[2].id);
        assert_eq!(find(&all, "3F2A91C1").unwrap(), all[1].id);
        assert!(find(&all, "3f2a").unwrap_err().to_string().starts_with("several records"));
        assert!(find(&all, "9").unwrap_err().to_string().starts_with("there is no such record"));
        for no_id in ["", "xyz", "3f2a91c0.jpg", "é"] {
            assert!(find(&all, no_id).unwrap_err().to_string().starts_with("that is no id"));
        }
        let near = format!("3f2a91c0{:023}1", 0);
        let all = records(&[&a, &near]);
        assert_eq!(digits(&all), 32);
        assert_eq!(find(&all, &near).unwrap(), all[1].id);
    }
}
