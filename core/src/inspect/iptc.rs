//! Photoshop image resources (Adobe Photoshop File Formats Specification, "Image Resource Blocks")
//! and the IPTC datasets in them (IPTC-NAA Information Interchange Model 4.2).

use crate::bytes::{Endian, u8_at};
use crate::inspect::block::{Block, Pictures};
use crate::inspect::exif::jpeg_size;
use crate::inspect::group::Group;
use crate::inspect::{Betrays, Carrier, Findings, icc, text, xmp};

use Betrays::{HiddenPicture, History, Owner, Place, Time, Unknown};

/// The most datasets that are read in one block.
const MOST: usize = 2_000;

/// Tells the image resources of `block`, one after the other.
pub(crate) fn resources(block: Block<'_>, findings: &mut Findings, picture: Pictures<'_>) {
    let before = findings.marks();
    let mut others =
        Group::new(History, Carrier::Iptc, block.place(), "Photoshop resources", usize::MAX);
    let mut at = 0usize;
    while let Some(resource) = Resource::read(block, at) {
        resource.tell(findings, &mut others, picture);
        at = resource.end;
    }
    others.tell(findings);
    let rest = block.from(at);
    if rest.data.iter().any(|b| *b != 0) || findings.marks() == before {
        let betrays = if rest.data.is_empty() { History } else { Unknown };
        let value = text::summary(if rest.data.is_empty() { block.data } else { rest.data });
        findings.add(betrays, Carrier::Iptc, rest.place(), "Photoshop block", value);
    }
}

/// One image resource.
struct Resource<'a> {
    number: u16,
    name: &'a [u8],
    data: Block<'a>,
    end: usize,
}

impl<'a> Resource<'a> {
    fn read(block: Block<'a>, at: usize) -> Option<Resource<'a>> {
        let signature = block.array::<4>(at)?;
        if ![*b"8BIM", *b"PHUT", *b"AgHg", *b"DCSR", *b"MeSa"].contains(&signature) {
            return None;
        }
        let number = Endian::Big.u16(block.data, at.checked_add(4)?)?;
        let name_at = at.checked_add(7)?;
        let name_length = usize::from(u8_at(block.data, name_at.checked_sub(1)?)?);
        let name = block.part(name_at, name_length)?.data;
        // the name with its length is padded to an even size, and so is the data
        let size_at = name_at.checked_add(name_length)?.checked_add(1 & !name_length)?;
        let size = usize::try_from(Endian::Big.u32(block.data, size_at)?).ok()?;
        let data = block.part(size_at.checked_add(4)?, size)?;
        let end = size_at.checked_add(4)?.checked_add(size)?.checked_add(size & 1)?;
        Some(Resource { number, name, data, end })
    }

    fn tell(&self, findings: &mut Findings, others: &mut Group, picture: Pictures<'_>) {
        let data = self.data.data;
        let mut add = |betrays, label: &str, value: &str| {
            findings.add(betrays, Carrier::Iptc, self.data.place(), label, value);
        };
        match self.number {
            0x0404 => datasets(self.data, findings),
            0x0409 | 0x040C => {
                let jpeg = self.data.from(28);
                let amount = text::size(data.len() as u64);
                let value = match jpeg_size(jpeg.data) {
                    Some((width, height)) => format!("{width} × {height} pixels, {amount}"),
                    None => amount,
                };
                add(HiddenPicture, "Photoshop thumbnail", &value);
                if jpeg.data.starts_with(b"\xFF\xD8\xFF") {
                    picture(jpeg, findings);
                }
            }
            0x040F => icc::inspect(data, &self.data.place(), 0, findings),
            0x0424 => xmp::packet(data, &self.data.place(), findings),
            0x0422 | 0x0423 => add(Unknown, "Exif in a Photoshop resource", &text::summary(data)),
            0x03EC | 0x040B => {
                let address = text::decode(data);
                if !address.is_empty() {
                    add(Owner, "Address", &address);
                }
            }
            0x0421 => {
                // a number, a flag, then the names of the programs that wrote and can read it
                let names =
                    [Some(9), self.wide_length(5).and_then(|length| length.checked_add(13))];
                let names: Vec<String> =
                    names.into_iter().flatten().map(|at| self.wide(at)).collect();
                add(History, "Photoshop version", names.join(", ").trim_matches([',', ' ']));
            }
            0x041A => {
                // version and bounds, then the name of the document
                let name = self.wide(24);
                let name = if name.is_empty() { text::summary(data) } else { name };
                add(Owner, "Name of the slices", &name);
            }
            0x0425 => add(History, "Caption digest", &hex(data)),
            0x043C | 0x03F0 => add(Owner, "Caption", &text::summary(data)),
            0x07D0..=0x0BB6 => add(
                History,
                "Path",
                &format!("“{}”, {}", text::decode(self.name), text::summary(data)),
            ),
            0x0BB7 => add(History, "Clipping path", &text::decode(data)),
            _ => {
                let name = resource_name(self.number);
                let mut fact = match (name, text::decode(self.name)) {
                    (Some(name), _) => name.to_string(),
                    (None, name) if name.is_empty() => format!("0x{:04X}", self.number),
                    (None, name) => format!("0x{:04X} “{name}”", self.number),
                };
                let strings = text::readable(data, 8, 2);
                if !strings.is_empty() {
                    fact = format!("{fact} ({})", strings.join(" | "));
                } else if name.is_none() {
                    fact = format!("{fact} ({})", text::size(data.len() as u64));
                }
                others.push(&fact);
            }
        }
    }
}

impl Resource<'_> {
    /// The length in bytes of the UTF-16 string whose count stands at `at`.
    fn wide_length(&self, at: usize) -> Option<usize> {
        usize::try_from(Endian::Big.u32(self.data.data, at)?).ok()?.checked_mul(2)
    }

    /// The UTF-16 string at `at`, with its count before it.
    fn wide(&self, at: usize) -> String {
        let count = at.checked_sub(4).and_then(|at| self.wide_length(at)).unwrap_or(0);
        text::utf16(self.data.from(at).before(count).data, false)
    }
}

/// Image resources without text, by their names.
fn resource_name(number: u16) -> Option<&'static str> {
    Some(match number {
        0x03E9 | 0x03EA => "printer settings of a Mac",
        0x03ED => "resolution",
        0x03F3 | 0x2710 => "print flags",
        0x03F5 | 0x03F8 => "halftone and transfer functions",
        0x0400 => "layer state",
        0x0402 => "layer groups",
        0x0406 => "JPEG quality",
        0x0408 => "grid and guides",
        0x040A => "copyright flag",
        0x040D => "global angle",
        0x0411 => "untagged profile",
        0x0414 => "identifier seed",
        0x0419 => "global altitude",
        0x041E => "list of addresses",
        0x0426 => "print scale",
        0x0428 => "pixel aspect ratio",
        0x042D => "layer selection",
        0x043A | 0x043B => "print information",
        _ => return None,
    })
}

/// Tells the IPTC datasets of `block`.
pub(crate) fn datasets(block: Block<'_>, findings: &mut Findings) {
    let before = findings.marks();
    let mut others = Group::new(Owner, Carrier::Iptc, block.place(), "Other IPTC datasets", 8);
    let mut utf8 = false;
    let mut at = 0usize;
    for _ in 0..MOST {
        let Some((record, number, data, end)) = dataset(block, at) else { break };
        at = end;
        if (record, number) == (1, 90) {
            utf8 = data.data == b"\x1B%G";
        }
        let value = match String::from_utf8(data.data.to_vec()) {
            Ok(text) => text,
            Err(_) if utf8 => String::from_utf8_lossy(data.data).into_owned(),
            Err(_) => text::latin1(data.data),
        };
        let value = value.trim_matches(|c: char| c == '\0' || c.is_whitespace());
        match dataset_name(record, number) {
            Some((_, _)) if value.is_empty() => {}
            Some((Time, label)) => {
                findings.add(Time, Carrier::Iptc, data.place(), label, date(value))
            }
            Some((betrays, label)) => {
                findings.add(betrays, Carrier::Iptc, data.place(), label, value)
            }
            None if data.data.iter().all(|b| (0x20..0x7F).contains(b)) => {
                others.push(&format!("{record}:{number} {value}"));
            }
            None => others.push(&format!("{record}:{number} {}", text::summary(data.data))),
        }
    }
    others.tell(findings);
    let rest = block.from(at);
    if rest.data.iter().any(|b| *b != 0) {
        findings.add(Unknown, Carrier::Iptc, rest.place(), "IPTC bytes", text::summary(rest.data));
    } else if findings.marks() == before {
        let value = text::size(block.data.len() as u64);
        findings.add(History, Carrier::Iptc, block.place(), "IPTC block", value);
    }
}

/// Record, number and data of the dataset at `at`, and where it ends.
fn dataset(block: Block<'_>, at: usize) -> Option<(u8, u8, Block<'_>, usize)> {
    let [0x1C, record, number] = block.array::<3>(at)? else { return None };
    let short = usize::from(Endian::Big.u16(block.data, at.checked_add(3)?)?);
    // the extended form: the low bits say how many bytes hold the length
    let (start, length) = match short {
        0x8004 => (9, usize::try_from(Endian::Big.u32(block.data, at.checked_add(5)?)?).ok()?),
        _ => (5, short),
    };
    let start = at.checked_add(start)?;
    let data = block.part(start, length)?;
    Some((record, number, data, start.checked_add(length)?))
}

/// "20080530" as "2008-05-30", "155601+0200" as "15:56:01 +0200".
fn date(text: &str) -> String {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let part = |from, to| text.get(from..to).unwrap_or_default();
    match digits {
        8 => format!("{}-{}-{}{}", part(0, 4), part(4, 6), part(6, 8), part(8, text.len())),
        6 => format!("{}:{}:{} {}", part(0, 2), part(2, 4), part(4, 6), part(6, text.len())),
        _ => text.to_string(),
    }
}

/// What a dataset betrays, and its name.
fn dataset_name(record: u8, number: u8) -> Option<(Betrays, &'static str)> {
    Some(match (record, number) {
        (1, 5) => (Owner, "Destination"),
        (1, 30) => (History, "Service"),
        (1, 50) => (History, "Product"),
        (1, 70) => (Time, "Date sent"),
        (1, 80) => (Time, "Time sent"),
        (1, 100) => (History, "Unique name of object"),
        (2, 3) => (Owner, "Object type"),
        (2, 5) => (Owner, "Title"),
        (2, 7) => (History, "Edit status"),
        (2, 10) => (Owner, "Urgency"),
        (2, 15) => (Owner, "Category"),
        (2, 20) => (Owner, "Supplemental category"),
        (2, 22) => (Owner, "Fixture"),
        (2, 25) => (Owner, "Keyword"),
        (2, 26) => (Place, "Content location code"),
        (2, 27) => (Place, "Content location"),
        (2, 30) => (Time, "Release date"),
        (2, 35) => (Time, "Release time"),
        (2, 37) => (Time, "Expiration date"),
        (2, 38) => (Time, "Expiration time"),
        (2, 40) => (Owner, "Special instructions"),
        (2, 55) => (Time, "Date created"),
        (2, 60) => (Time, "Time created"),
        (2, 62) => (Time, "Date digitised"),
        (2, 63) => (Time, "Time digitised"),
        (2, 65) => (History, "Software"),
        (2, 70) => (History, "Program version"),
        (2, 80) => (Owner, "By-line"),
        (2, 85) => (Owner, "By-line title"),
        (2, 90) => (Place, "City"),
        (2, 92) => (Place, "Sub-location"),
        (2, 95) => (Place, "Province or state"),
        (2, 100) => (Place, "Country code"),
        (2, 101) => (Place, "Country"),
        (2, 103) => (History, "Transmission reference"),
        (2, 105) => (Owner, "Headline"),
        (2, 110) => (Owner, "Credit"),
        (2, 115) => (Owner, "Source"),
        (2, 116) => (Owner, "Copyright"),
        (2, 118) => (Owner, "Contact"),
        (2, 120) => (Owner, "Caption"),
        (2, 121) => (Owner, "Local caption"),
        (2, 122) => (Owner, "Caption writer"),
        (2, 135) => (Owner, "Language"),
        (2, 187..=189) => (History, "Document history"),
        _ => return None,
    })
}

fn hex(data: &[u8]) -> String {
    data.iter().take(32).map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;
    use crate::inspect::Finding;

    pub(crate) fn resource(number: u16, name: &str, data: &[u8]) -> Vec<u8> {
        let mut out = b"8BIM".to_vec();
        out.extend(number.to_be_bytes());
        out.push(name.len() as u8);
        out.extend(name.as_bytes());
        if name.len().is_multiple_of(2) {
            out.push(0);
        }
        out.extend((data.len() as u32).to_be_bytes());
        out.extend(data);
        out.resize(out.len() + data.len() % 2, 0);
        out
    }

    fn record(number: u8, data: &[u8]) -> Vec<u8> {
        let mut out = vec![0x1C, 2, number];
        out.extend((data.len() as u16).to_be_bytes());
        out.extend(data);
        out
    }

    fn told(data: &[u8]) -> Vec<Finding> {
        let mut findings = Findings::new(&Limits::default());
        resources(
            Block { segment: "APP13", offset: 1000, data, joined: None },
            &mut findings,
            &mut |_, _| {},
        );
        findings.into_list().0
    }

    #[test]
    fn datasets_are_told_by_name_and_place() {
        let iim = [
            record(80, b"Ann Zo\xEB"),
            record(55, b"20080530"),
            record(90, b"Oslo"),
            record(231, b"x"),
        ]
        .concat();
        let block = [resource(0x0404, "odd", &iim), resource(0x03ED, "", &[0; 16])].concat();
        let told = told(&block);
        let lines: Vec<_> =
            told.iter().map(|f| (f.betrays, f.label.as_str(), f.value.as_str())).collect();
        assert_eq!(
            lines,
            [
                (Owner, "By-line", "Ann Zoë"),
                (Time, "Date created", "2008-05-30"),
                (Place, "City", "Oslo"),
                (Owner, "Other IPTC datasets", "2:231 x"),
                (History, "Photoshop resources", "resolution"),
            ]
        );
        assert_eq!((told[0].place.offset, told[0].place.length), (1000 + 14 + 5, 7));
    }

    #[test]
    fn names_in_utf16_are_told() {
        let version = b"\0\0\0\x01\x01\0\0\0\x02\0A\0b\0\0\0\x01\0C\0\0\0\x01";
        assert_eq!(told(&resource(0x0421, "", version))[0].value, "Ab, C");
        let slices = [&[0; 20][..], b"\0\0\0\x02\0m\0e"].concat();
        assert_eq!(told(&resource(0x041A, "", &slices))[0].value, "me");
        assert_eq!(told(&resource(0x041A, "", b"\0"))[0].value, "1 byte, all zero");
    }

    #[test]
    fn what_is_not_understood_is_told() {
        assert_eq!(told(b"8BIMgarbage")[0].betrays, Unknown);
        assert_eq!(told(b"")[0].label, "Photoshop block");
        let path = told(&resource(0x07D0, "My path", b"\0\0"));
        assert_eq!(path[0].value, "“My path”, 2 bytes, all zero");
    }
}
