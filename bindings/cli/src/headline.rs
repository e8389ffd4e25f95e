//! One sentence on what a photo says about its maker.

use unmarked::{Betrays, Finding, Inspection};

/// The kinds of `findings` that betray something, in the order in which people ask.
pub(crate) fn kinds<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<Betrays> {
    let mut kinds: Vec<Betrays> =
        findings.map(|f| f.betrays).filter(|kind| *kind != Betrays::Structure).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// What follows the name of the photo: "says where and when it was taken: 12 marks".
pub(crate) fn of(photo: &Inspection) -> String {
    let kinds = kinds(photo.marks());
    if kinds.is_empty() {
        return "says nothing about its maker that Unmarked can find".into();
    }
    let pick = |words: &[(Betrays, &'static str)]| -> Vec<&'static str> {
        words.iter().filter(|(kind, _)| kinds.contains(kind)).map(|(_, words)| *words).collect()
    };
    let taken = pick(&[
        (Betrays::Place, "where"),
        (Betrays::Time, "when"),
        (Betrays::Device, "with which device"),
    ]);
    let more = pick(&[(Betrays::Owner, "whose it is"), (Betrays::History, "what it went through")]);
    let holds = pick(&[
        (Betrays::HiddenPicture, "a hidden picture"),
        (Betrays::Unknown, "bytes of unknown meaning"),
    ]);
    let taken = (!taken.is_empty()).then(|| format!("{} it was taken", list(&taken)));
    let says: Vec<&str> = taken.as_deref().into_iter().chain(more).collect();
    let sentence = match (says.is_empty(), holds.is_empty()) {
        (false, true) => format!("says {}", list(&says)),
        (true, _) => format!("holds {}", list(&holds)),
        (false, false) => format!("says {}, and holds {}", list(&says), list(&holds)),
    };
    format!("{sentence}: {}", marks(photo.marks().count()))
}

/// "1 mark", "42 marks".
pub(crate) fn marks(count: usize) -> String {
    if count == 1 { "1 mark".into() } else { format!("{count} marks") }
}

/// "a", "a and b", "a, b and c".
fn list(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).into(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unmarked::{Carrier, Format, Place};

    fn photo(kinds: &[Betrays]) -> Inspection {
        let finding = |betrays: &Betrays| Finding {
            betrays: *betrays,
            carrier: Carrier::Exif,
            place: Place { segment: "APP1".into(), offset: 2, length: 8 },
            label: "Label".into(),
            value: "value".into(),
        };
        Inspection {
            format: Format::Jpeg,
            bytes: 1000,
            size: None,
            findings: kinds.iter().map(finding).collect(),
            more: false,
            problem: None,
        }
    }

    #[test]
    fn sentences_read_well() {
        use Betrays::{Device, HiddenPicture, History, Owner, Place, Structure, Time, Unknown};
        for (kinds, sentence) in [
            (vec![Structure], "says nothing about its maker that Unmarked can find"),
            (vec![Time], "says when it was taken: 1 mark"),
            (
                vec![Device, Place, Time, Time],
                "says where, when and with which device it was taken: 4 marks",
            ),
            (vec![Owner, History], "says whose it is and what it went through: 2 marks"),
            (vec![Place, Owner, Time], "says where and when it was taken and whose it is: 3 marks"),
            (vec![Unknown], "holds bytes of unknown meaning: 1 mark"),
            (
                vec![Time, HiddenPicture, Unknown],
                "says when it was taken, and holds a hidden picture and bytes of unknown meaning: 3 marks",
            ),
        ] {
            assert_eq!(of(&photo(&kinds)), sentence);
        }
    }
}
