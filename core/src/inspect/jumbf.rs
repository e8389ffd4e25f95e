//! Content credentials and other JUMBF: ISO/IEC 19566-5 (boxes), C2PA 2.1 (what is in them).

use crate::bytes::{Endian, array_at, slice_at};
use crate::inspect::block::find;
use crate::inspect::group::Group;
use crate::inspect::{Betrays, Carrier, Findings, Place, text};

/// The most boxes that are read, and the deepest nesting.
const MOST: usize = 2_000;
const DEEPEST: usize = 16;
/// The most CBOR items that are read.
const MOST_ITEMS: usize = 200_000;
/// The most values that are told of one store.
const MOST_VALUES: usize = 200;

/// Tells the box structure `data`, put together from its segments; it stands at `place`.
pub(crate) fn inspect(data: &[u8], place: &Place, findings: &mut Findings) {
    let mut store = Store::default();
    store.boxes(data, 0);
    let c2pa = store.labels.iter().any(|label| label.starts_with("c2pa"));
    let title = if c2pa { "Content credentials" } else { "JUMBF boxes" };
    findings.add(
        Betrays::History,
        Carrier::C2pa,
        place.clone(),
        title,
        text::size(data.len() as u64),
    );
    let mut labels = Group::new(Betrays::History, Carrier::C2pa, place.clone(), "Labels", 8);
    store.labels.iter().for_each(|label| labels.push(label));
    labels.tell(findings);

    let mut others = Group::new(Betrays::History, Carrier::C2pa, place.clone(), "Claims", 8);
    for (key, value) in store.values.iter().take(MOST_VALUES) {
        match meaning(key) {
            Some((betrays, label)) => {
                findings.add(betrays, Carrier::C2pa, place.clone(), label, value)
            }
            None => others.push(&format!("{key} {value}")),
        }
    }
    others.tell(findings);
    for name in names(data) {
        findings.add(Betrays::Owner, Carrier::C2pa, place.clone(), "Name in a certificate", name);
    }
    if store.pictures > 0 {
        let value = text::size(store.pictures);
        findings.add(Betrays::HiddenPicture, Carrier::C2pa, place.clone(), "Thumbnails", value);
    }
}

/// What the value of a key in a claim betrays.
fn meaning(key: &str) -> Option<(Betrays, &'static str)> {
    Some(match key {
        "claim_generator" | "softwareAgent" => (Betrays::History, "Made with"),
        "when" | "dateTime" | "dateCreated" | "datePublished" => (Betrays::Time, "Done"),
        "dc:title" | "title" => (Betrays::Owner, "Title"),
        "author" | "creator" | "publisher" => (Betrays::Owner, "Author"),
        "action" => (Betrays::History, "Step"),
        "instanceID" | "documentID" | "xmpMM:InstanceID" | "xmpMM:DocumentID" => {
            (Betrays::History, "Document identifier")
        }
        _ => return None,
    })
}

/// What was found in the boxes.
#[derive(Debug, Default)]
struct Store {
    seen: usize,
    items: usize,
    labels: Vec<String>,
    values: Vec<(String, String)>,
    pictures: u64,
}

impl Store {
    fn boxes(&mut self, data: &[u8], depth: usize) {
        let mut rest = data;
        while let Some((kind, content, after)) = next_box(rest) {
            self.seen = self.seen.saturating_add(1);
            if self.seen > MOST || depth > DEEPEST {
                return;
            }
            match &kind {
                b"jumb" => self.boxes(content, depth.saturating_add(1)),
                b"jumd" => {
                    // type (16 bytes), toggles, then the label up to a 0
                    let label = content.get(17..).and_then(|l| l.split(|b| *b == 0).next());
                    let label = label.map(text::decode).unwrap_or_default();
                    if !label.is_empty() && self.labels.len() < MOST_VALUES {
                        self.labels.push(label.chars().take(80).collect());
                    }
                }
                b"cbor" => {
                    let mut reader = Cbor { data: content, at: 0, store: self };
                    let _ = reader.item("", 0);
                }
                b"json" => self.json(content),
                b"bidb" => self.pictures = self.pictures.saturating_add(content.len() as u64),
                _ => {}
            }
            rest = after;
        }
    }

    fn value(&mut self, key: &str, value: &str) {
        let reference =
            value.starts_with("self#jumbf=") || matches!(key, "alg" | "@context" | "@type");
        if self.values.len() >= MOST_VALUES || value.is_empty() || reference {
            return;
        }
        let cut = |text: &str, most| text.chars().take(most).collect::<String>();
        let pair = (cut(key, 40), cut(value, 160));
        if !self.values.contains(&pair) {
            self.values.push(pair);
        }
    }

    /// Strings in JSON, each with the string before it as its key: enough to show what it says.
    fn json(&mut self, data: &[u8]) {
        let text = String::from_utf8_lossy(data.get(..0x1_0000).unwrap_or(data));
        let mut key = String::new();
        let mut quoted = false;
        for part in text.split('"') {
            if quoted {
                if key.is_empty() {
                    key = part.into()
                } else {
                    self.value(&std::mem::take(&mut key), part)
                }
            } else if !part.trim().starts_with(':') || part.trim().len() > 1 {
                // not between a key and its value: what came before was no key
                key.clear();
            }
            quoted = !quoted;
        }
    }
}

/// Kind and content of the first box of `data`, and what follows it: ISO/IEC 19566-5, annex A.
fn next_box(data: &[u8]) -> Option<([u8; 4], &[u8], &[u8])> {
    let kind = array_at(data, 4)?;
    let (head, length) = match usize::try_from(Endian::Big.u32(data, 0)?).ok()? {
        0 => (8, data.len()),
        1 => (16, usize::try_from(u64::from_be_bytes(array_at(data, 8)?)).ok()?),
        length => (8, length),
    };
    let length = length.min(data.len());
    let content = data.get(head..length)?;
    Some((kind, content, data.get(length..)?))
}

/// Strings of CBOR (RFC 8949), each with the key of the map that holds it.
struct Cbor<'a, 's> {
    data: &'a [u8],
    at: usize,
    store: &'s mut Store,
}

impl<'a> Cbor<'a, '_> {
    /// Reads one item; gives its text if it is one. `None` at the end or where it is damaged.
    fn item(&mut self, key: &str, depth: usize) -> Option<Option<&'a str>> {
        self.store.items = self.store.items.saturating_add(1);
        if depth > DEEPEST || self.store.items > MOST_ITEMS {
            return None;
        }
        let first = *self.data.get(self.at)?;
        self.at = self.at.checked_add(1)?;
        let count = match first & 0x1F {
            small @ 0..=23 => u64::from(small),
            24 => u64::from(u8::from_be_bytes(self.take()?)),
            25 => u64::from(u16::from_be_bytes(self.take()?)),
            26 => u64::from(u32::from_be_bytes(self.take()?)),
            27 => u64::from_be_bytes(self.take()?),
            // of no stated length: ends at a break, which reads as damage here
            31 => u64::MAX,
            _ => return None,
        };
        let deeper = depth.saturating_add(1);
        match first >> 5 {
            2 | 3 => {
                let length = usize::try_from(count).ok()?;
                let bytes = slice_at(self.data, self.at, length)?;
                self.at = self.at.checked_add(length)?;
                let text = std::str::from_utf8(bytes).ok().filter(|_| first >> 5 == 3);
                if let Some(text) = text {
                    self.store.value(key, text);
                }
                return Some(text);
            }
            4 => {
                for _ in 0..count {
                    self.item(key, deeper)?;
                }
            }
            5 => {
                for _ in 0..count {
                    let values = self.store.values.len();
                    let name = self.item("", deeper)?.unwrap_or_default();
                    self.store.values.truncate(values);
                    self.item(name, deeper)?;
                }
            }
            6 => return self.item(key, deeper),
            _ => {}
        }
        Some(None)
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let raw = array_at(self.data, self.at)?;
        self.at = self.at.checked_add(N)?;
        Some(raw)
    }
}

/// Common names and organisations in the certificates of the signature: X.520, 6.2.2 and 6.4.1,
/// by their object identifiers 2.5.4.3 and 2.5.4.10.
fn names(data: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut at = 0;
    while let Some(found) = find(data, b"\x06\x03\x55\x04", at) {
        at = found.saturating_add(4);
        let tail = data.get(at..).unwrap_or_default();
        if let [3 | 10, 0x0C | 0x13, length, rest @ ..] = tail
            && let Some(name) = rest.get(..usize::from(*length))
            && names.len() < 16
        {
            let name = text::decode(name);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn boxed(kind: &[u8], content: &[u8]) -> Vec<u8> {
        let length = (content.len() + 8) as u32;
        [&length.to_be_bytes(), kind, content].concat()
    }

    fn described(label: &[u8], content: &[u8]) -> Vec<u8> {
        let description = boxed(b"jumd", &[&[0; 16][..], &[3], label, &[0]].concat());
        boxed(b"jumb", &[description, content.to_vec()].concat())
    }

    fn told(data: &[u8]) -> Vec<(String, String)> {
        let place = Place { segment: "APP11".into(), offset: 2, length: 9 };
        let mut findings = Findings::new(&Limits::default());
        inspect(data, &place, &mut findings);
        findings.into_list().0.into_iter().map(|f| (f.label, f.value)).collect()
    }

    #[test]
    fn claims_labels_and_signers_are_told() {
        let claim =
            b"\xA3\x6Fclaim_generator\x64Tool\x67actions\x81\xA1\x64when\x6A2024-01-02\x61x\x41\0";
        let json = br#"{"@type": "X", "author": [{"name": "Ann"}], "n": 1}"#;
        let signature = b"\x06\x03\x55\x04\x03\x0C\x03Zoe";
        let data = described(
            b"c2pa",
            &[
                boxed(b"cbor", claim),
                described(b"sub", &boxed(b"json", json)),
                boxed(b"cbor", signature),
            ]
            .concat(),
        );
        let told = told(&data);
        let has =
            |label: &str, value: &str| told.iter().any(|(l, v)| l == label && v.contains(value));
        assert!(has("Content credentials", "bytes"), "{told:?}");
        assert!(has("Labels", "c2pa; sub"), "{told:?}");
        assert!(has("Made with", "Tool") && has("Done", "2024-01-02"), "{told:?}");
        assert!(has("Claims", "name Ann") && has("Name in a certificate", "Zoe"), "{told:?}");
    }

    #[test]
    fn nesting_and_lengths_cannot_hang() {
        let mut nested = vec![];
        for _ in 0..200 {
            nested = boxed(b"jumb", &nested);
        }
        assert!(!told(&nested).is_empty());
        told(&boxed(b"cbor", &[0x81; 5_000]));
        told(&boxed(b"cbor", b"\x9B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"));
    }
}
