//! What one photo says, as a table that people enjoy reading.

use std::collections::HashSet;
use std::fmt::Write;

use unicode_width::UnicodeWidthStr;
use unmarked::{Betrays, Finding, Inspection};

use crate::headline;
use crate::lines::{padded, wrap};
use crate::style::{Look, Role};

/// How many marks of one kind are shown unless all are asked for.
const SHOWN: usize = 10;
const INDENT: usize = 2;
const GAP: usize = 2;

/// Widths of the columns: what it is, what it says, where it stands.
struct Columns {
    label: usize,
    value: usize,
    place: usize,
}

/// The table of the photo called `name`.
pub(crate) fn of(name: &str, photo: &Inspection, look: Look, all: bool) -> String {
    let mut table = String::new();
    for line in title(name, photo, look.width) {
        line_to(&mut table, &look.paint(Role::Title, line));
    }
    line_to(&mut table, &look.paint(Role::Dim, facts(photo)));

    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    for kind in headline::kinds(photo.marks()) {
        groups.push(photo.findings.iter().filter(|f| f.betrays == kind).collect());
    }
    let structure: Vec<&Finding> =
        photo.findings.iter().filter(|f| f.betrays == Betrays::Structure).collect();
    if all && !structure.is_empty() {
        groups.push(structure.clone());
    }

    let mut hidden = false;
    let shown: Vec<(Vec<&Finding>, usize)> = groups.iter().map(|group| cut(group, all)).collect();
    let columns =
        Columns::fitting(shown.iter().flat_map(|(group, _)| group.iter().copied()), look.width);
    for (group, more) in shown {
        let Some(first) = group.first() else { continue };
        table.push('\n');
        line_to(&mut table, &look.paint(Role::Heading(first.betrays), heading(first.betrays)));
        for finding in group {
            columns.row(&mut table, finding, look);
        }
        if more > 0 {
            hidden = true;
            line_to(&mut table, &look.paint(Role::Dim, format!("  … {more} more")));
        }
    }

    let mut notes = Vec::new();
    if let Some(problem) = &photo.problem {
        notes.push((
            Role::Unsure,
            format!("Not read to its end ({problem}): there may be more in it."),
        ));
    }
    if photo.more {
        notes.push((Role::Unsure, "There is more in it than can be listed.".to_string()));
    }
    if hidden {
        notes.push((Role::Dim, "--all shows every mark.".to_string()));
    }
    if !all && !structure.is_empty() {
        notes.push((Role::Dim, besides(&structure)));
    }
    if !notes.is_empty() {
        table.push('\n');
    }
    for (role, note) in notes {
        for line in wrap(&note, look.width) {
            line_to(&mut table, &look.paint(role, line));
        }
    }
    table
}

/// The name and the sentence on one line, or the name unbroken, so that it can be copied, and the
/// sentence below it.
fn title(name: &str, photo: &Inspection, width: usize) -> Vec<String> {
    let sentence = headline::of(photo);
    let together = format!("{name} {sentence}");
    if together.width() <= width {
        return vec![together];
    }
    let mut lines = vec![name.to_owned()];
    lines.extend(wrap(&sentence, width));
    lines
}

/// The part of `group` that is shown, and how many are not. A single one is never left out.
///
/// What is said again under the same label (settings, copies in other blocks) comes last, so that
/// it hides no serial number.
fn cut<'f>(group: &[&'f Finding], all: bool) -> (Vec<&'f Finding>, usize) {
    if all || group.len() <= SHOWN.saturating_add(1) {
        return (group.to_vec(), 0);
    }
    let mut labels = HashSet::new();
    let (first, again): (Vec<_>, Vec<_>) =
        group.iter().partition(|f| labels.insert(f.label.as_str()));
    let shown: Vec<&Finding> = first.into_iter().chain(again).take(SHOWN).collect();
    (shown, group.len().saturating_sub(SHOWN))
}

fn heading(kind: Betrays) -> &'static str {
    match kind {
        Betrays::Place => "Where",
        Betrays::Time => "When",
        Betrays::Device => "With which device",
        Betrays::Owner => "Whose",
        Betrays::History => "What it went through",
        Betrays::HiddenPicture => "Hidden pictures",
        Betrays::Unknown => "Bytes of unknown meaning",
        Betrays::Structure => "What every such file has",
    }
}

/// "JPEG, 4032 × 3024 pixels, 3.2 MB".
fn facts(photo: &Inspection) -> String {
    let mut facts = photo.format.to_string();
    if let Some((width, height)) = photo.size {
        // writing to a String does not fail
        let _ = write!(facts, ", {width} × {height} pixels");
    }
    let _ = write!(facts, ", {}", size(photo.bytes));
    facts
}

/// "812 bytes", "64 KB", "3.2 MB": decimal units, as cameras and file managers count.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

fn besides(structure: &[&Finding]) -> String {
    let mut carriers: Vec<String> = Vec::new();
    for finding in structure {
        let carrier = finding.carrier.to_string();
        if !carriers.contains(&carrier) {
            carriers.push(carrier);
        }
    }
    let parts =
        if structure.len() == 1 { "1 part".into() } else { format!("{} parts", structure.len()) };
    format!("Besides {parts} that every such file has: {}.", carriers.join(", "))
}

impl Columns {
    fn fitting<'a>(findings: impl Iterator<Item = &'a Finding>, width: usize) -> Columns {
        let (mut label, mut value, mut place) = (0, 0, 0);
        for finding in findings {
            label = label.max(finding.label.width());
            value = value.max(finding.value.width());
            place = place.max(place_words(finding).width());
        }
        let (label, place) = (label.min(width / 3), place.min(width / 4));
        let taken = label.saturating_add(place).saturating_add(INDENT + 2 * GAP);
        Columns { label, value: value.min(width.saturating_sub(taken)), place }
    }

    fn row(&self, table: &mut String, finding: &Finding, look: Look) {
        let mut labels = wrap(&finding.label, self.label).into_iter();
        let mut values = wrap(&finding.value, self.value).into_iter();
        let mut places = wrap(&place_words(finding), self.place).into_iter();
        loop {
            let (label, value, place) = (labels.next(), values.next(), places.next());
            if label.is_none() && value.is_none() && place.is_none() {
                return;
            }
            let mut line = " ".repeat(INDENT);
            line.push_str(&padded(label.unwrap_or_default(), self.label.saturating_add(GAP)));
            let value = value.unwrap_or_default();
            match place {
                Some(place) => {
                    line.push_str(&padded(value, self.value.saturating_add(GAP)));
                    line.push_str(&look.paint(Role::Dim, place));
                }
                None => line.push_str(&value),
            }
            line_to(table, line.trim_end());
        }
    }
}

fn place_words(finding: &Finding) -> String {
    format!("{} @{}", finding.place.segment, finding.place.offset)
}

fn line_to(table: &mut String, line: &str) {
    table.push_str(line);
    table.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use unmarked::{Carrier, Format, Place};

    fn finding(betrays: Betrays, label: &str, value: &str) -> Finding {
        let place = Place { segment: "APP1".into(), offset: 30, length: 8 };
        Finding { betrays, carrier: Carrier::Exif, place, label: label.into(), value: value.into() }
    }

    fn photo(findings: Vec<Finding>) -> Inspection {
        Inspection {
            format: Format::Jpeg,
            bytes: 3_212_345,
            size: Some((4032, 3024)),
            findings,
            more: false,
            problem: None,
        }
    }

    #[test]
    fn a_small_table_reads_like_this() {
        let photo = photo(vec![
            finding(Betrays::Device, "Camera model", "Example One"),
            finding(Betrays::Place, "Position", "51.5007° N, 0.1246° W"),
            finding(Betrays::Structure, "Frame", "baseline"),
        ]);
        assert_eq!(
            of("a.jpg", &photo, Look::plain(80), false),
            "\
a.jpg says where and with which device it was taken: 2 marks
JPEG, 4032 × 3024 pixels, 3.2 MB

Where
  Position      51.5007° N, 0.1246° W  APP1 @30

With which device
  Camera model  Example One            APP1 @30

Besides 1 part that every such file has: Exif.
"
        );
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let long = "x".repeat(160);
        let photo = photo(vec![
            finding(Betrays::Owner, "A label that is much longer than a third of the line", &long),
            finding(Betrays::Owner, "Caption", &"two words ".repeat(20)),
            finding(Betrays::Owner, "宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽", &"宽".repeat(90)),
        ]);
        for width in [40, 80, 120] {
            let look = Look::plain(width);
            let table = of(&"name".repeat(40), &photo, look, true);
            // all but the name, which is not broken
            for line in table.lines().skip(1) {
                assert!(line.width() <= width, "{width}: {line}");
            }
        }
    }

    #[test]
    fn long_lists_are_cut_unless_all_is_asked_for() {
        let photo = photo(
            (0..30).map(|i| finding(Betrays::Device, &format!("Setting {i}"), "1")).collect(),
        );
        let short = of("a.jpg", &photo, Look::plain(80), false);
        assert!(
            short.contains("… 20 more")
                && short.contains("--all")
                && !short.contains("Setting 10 ")
        );
        let full = of("a.jpg", &photo, Look::plain(80), true);
        assert!(full.contains("Setting 29") && !full.contains("more"));
    }

    #[test]
    fn repeated_labels_hide_no_other() {
        let mut findings: Vec<Finding> =
            (0..30).map(|i| finding(Betrays::Device, "Settings", &i.to_string())).collect();
        findings.push(finding(Betrays::Device, "Camera serial number", "0815"));
        assert!(of("a.jpg", &photo(findings), Look::plain(80), false).contains("0815"));
    }
}
