//! Small facts of one kind, gathered on few lines.

use crate::inspect::{Betrays, Carrier, Findings, Place};

/// How long a line may get, in characters, before another one starts.
const LINE: usize = 150;

/// Facts that are told together: "f/2.8; 1/250 s; ISO 100".
#[derive(Debug)]
pub(crate) struct Group {
    betrays: Betrays,
    carrier: Carrier,
    place: Place,
    label: &'static str,
    lines: Vec<String>,
    most: usize,
    left_over: usize,
}

impl Group {
    /// An empty group that becomes `most` findings at most.
    pub(crate) fn new(
        betrays: Betrays,
        carrier: Carrier,
        place: Place,
        label: &'static str,
        most: usize,
    ) -> Group {
        Group { betrays, carrier, place, label, lines: Vec::new(), most, left_over: 0 }
    }

    /// Adds a fact.
    pub(crate) fn push(&mut self, fact: &str) {
        let mut fact: String = fact.trim().chars().take(LINE).collect();
        if fact.chars().count() == LINE {
            fact.push('…');
        }
        let length = |text: &str| text.chars().count();
        let room = self.lines.len() < self.most;
        match self.lines.last_mut() {
            Some(line) if length(line).saturating_add(length(&fact)) < LINE => {
                line.push_str("; ");
                line.push_str(&fact);
            }
            _ if room => self.lines.push(fact),
            _ => self.left_over = self.left_over.saturating_add(1),
        }
    }

    /// Makes findings of the facts.
    pub(crate) fn tell(self, findings: &mut Findings) {
        for line in self.lines {
            findings.add(self.betrays, self.carrier, self.place.clone(), self.label, line);
        }
        if self.left_over > 0 {
            let value = format!("and {} more", self.left_over);
            findings.add(self.betrays, self.carrier, self.place, self.label, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    #[test]
    fn facts_share_lines_and_none_is_lost() {
        let place = Place { segment: "APP1".into(), offset: 0, length: 1 };
        let mut group = Group::new(Betrays::Device, Carrier::Exif, place, "Settings", 2);
        for i in 0..40 {
            group.push(&format!("setting {i}"));
        }
        let mut findings = Findings::new(&Limits::default());
        group.tell(&mut findings);
        let (list, _) = findings.into_list();
        assert_eq!(list.len(), 3);
        let told = list.iter().map(|f| f.value.matches("setting").count()).sum::<usize>();
        assert_eq!(list[2].value, format!("and {} more", 40 - told));
        assert!(list.iter().all(|f| f.value.len() <= LINE));
    }
}
