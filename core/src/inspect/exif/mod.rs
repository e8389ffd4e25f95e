//! Exif: CIPA DC-008 (JEITA CP-3451), decoded by kamadak-exif.

mod entries;
mod gps;
mod meaning;
mod thumbnail;
mod values;

use exif::{Context, Exif, Field, In, Reader, Tag, Value};

use self::entries::{Entries, Unfit};
use self::meaning::short_name;
use self::values::Fields;
use crate::Orientation;
use crate::bytes::Endian;
use crate::inspect::block::{Block, Pictures};
use crate::inspect::group::Group;
use crate::inspect::{Betrays, Carrier, Findings, icc, iptc, makernote, text, xmp};

pub(crate) use self::gps::position;
pub(crate) use self::meaning::{Meaning, meaning};
pub(crate) use self::thumbnail::jpeg_size;

/// The signature in front of the TIFF structure, as the standard has it.
const SIGNATURE: &[u8] = b"Exif\0\0";

/// The longest value that is shown number by number, in bytes.
const LONGEST_SHOWN: usize = 256;

/// True if a segment's payload is Exif, also where the signature is not quite as the standard says.
pub(crate) fn is_exif(payload: &[u8]) -> bool {
    payload.get(..4).is_some_and(|name| name.eq_ignore_ascii_case(b"Exif"))
}

/// Tells everything that an Exif segment says. `whole` is the segment, `payload` what follows its
/// length field. Thumbnails are given to `picture`, with their blocks.
pub(crate) fn inspect(
    whole: Block<'_>,
    payload: Block<'_>,
    findings: &mut Findings,
    picture: Pictures<'_>,
) {
    if let Some(orientation) = orientation_alone(payload.data) {
        let value = orientation.to_string();
        findings.add(Betrays::Structure, Carrier::Exif, whole.place(), "Orientation", value);
        return;
    }
    let before = findings.marks();
    let tiff = payload.from(header(payload.data));
    match Entries::read(tiff.data) {
        Ok(entries) => {
            let fields = Fields { whole, tiff, entries: &entries };
            decode(&fields, findings, picture);
        }
        Err(Unfit::Overlapping) => {
            let value =
                format!("{}, its fields overlap: not read further", text::summary(payload.data));
            findings.add(
                Betrays::Unknown,
                Carrier::Exif,
                whole.place(),
                "Damaged Exif block",
                value,
            );
        }
        Err(Unfit::NoHeader) => {
            let value = text::summary(tiff.data);
            findings.add(
                Betrays::Unknown,
                Carrier::Exif,
                whole.place(),
                "Damaged Exif block",
                value,
            );
        }
    }
    if findings.marks() == before {
        let value = text::summary(payload.data);
        findings.add(Betrays::Device, Carrier::Exif, whole.place(), "Exif block", value);
    }
}

/// Where the TIFF header stands in the payload: after the signature, a little further, or at its
/// start, where a format needs no signature.
fn header(payload: &[u8]) -> usize {
    let is_header = |at: &usize| {
        payload
            .get(*at..)
            .is_some_and(|rest| rest.starts_with(b"II\x2A\0") || rest.starts_with(b"MM\0\x2A"))
    };
    std::iter::once(0).chain(4..16).find(is_header).unwrap_or(SIGNATURE.len())
}

/// The orientation of a block that holds it and nothing else, in the smallest form there is.
fn orientation_alone(payload: &[u8]) -> Option<Orientation> {
    let tiff = payload.strip_prefix(SIGNATURE).unwrap_or(payload);
    let value = match tiff.strip_prefix(b"MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0") {
        Some([value, 0, 0, 0, 0, 0, 0]) => value,
        _ => match tiff.strip_prefix(b"II\x2A\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0")? {
            [value, 0, 0, 0, 0, 0, 0, 0] => value,
            _ => return None,
        },
    };
    Orientation::from_exif_value(u32::from(*value))
}

fn decode(fields: &Fields<'_>, findings: &mut Findings, picture: Pictures<'_>) {
    let mut problems: Vec<String> = Vec::new();
    let mut reader = Reader::new();
    let read = reader.continue_on_error(true).read_raw(fields.tiff.data.to_vec());
    let read = read.or_else(|error| {
        error.distill_partial_result(|errors| {
            problems.extend(errors.iter().map(ToString::to_string))
        })
    });
    match read {
        Ok(exif) => Teller::new(fields, &exif).tell(findings, picture),
        Err(error) => problems.push(error.to_string()),
    }
    // many cameras leave a number where the standard wants a 0; that alone says nothing
    problems.retain(|problem| problem != "Unexpected next IFD");
    if !problems.is_empty() || fields.entries.broken > 0 {
        problems.dedup();
        let value = format!(
            "{}: {}",
            text::size(fields.tiff.data.len() as u64),
            if problems.is_empty() {
                String::from("fields outside the block")
            } else {
                problems.join(", ")
            }
        );
        findings.add(
            Betrays::Unknown,
            Carrier::Exif,
            fields.whole.place(),
            "Damaged Exif block",
            value,
        );
    }
}

/// Tells the fields of one block.
struct Teller<'f, 'a> {
    fields: &'f Fields<'a>,
    exif: &'f Exif,
    settings: Group,
    form: Group,
    thumbnail_form: Group,
    told: Vec<(In, Tag)>,
}

impl<'f, 'a> Teller<'f, 'a> {
    fn new(fields: &'f Fields<'a>, exif: &'f Exif) -> Teller<'f, 'a> {
        let group = |label| {
            Group::new(Betrays::Device, Carrier::Exif, fields.whole.place(), label, usize::MAX)
        };
        Teller {
            fields,
            exif,
            settings: group("Settings"),
            form: group("Form of the Exif block"),
            thumbnail_form: group("Form of the thumbnail"),
            told: Vec::new(),
        }
    }

    fn tell(mut self, findings: &mut Findings, picture: Pictures<'_>) {
        let mut positioned: Vec<In> = Vec::new();
        for field in self.exif.fields() {
            if field.tag.context() == Context::Gps && !positioned.contains(&field.ifd_num) {
                positioned.push(field.ifd_num);
                let told = gps::tell(self.exif, field.ifd_num, self.fields, findings);
                self.told.extend(told.into_iter().map(|tag| (field.ifd_num, tag)));
            }
            if !self.told.contains(&(field.ifd_num, field.tag)) {
                self.field(field, findings, picture);
            }
        }
        thumbnail::tell(self.exif, self.fields, findings, picture);
        self.settings.tell(findings);
        self.form.tell(findings);
        self.thumbnail_form.tell(findings);
    }

    fn field(&mut self, field: &Field, findings: &mut Findings, picture: Pictures<'_>) {
        let (directory, tag) = (field.ifd_num, field.tag);
        let raw = self.fields.raw(directory, tag).unwrap_or(self.fields.whole.before(0));
        let mut add = |betrays, label: &str, value: &str| {
            self.fields.add(findings, betrays, directory, tag, label, value);
        };
        let known = meaning(tag);
        match known {
            Meaning::Text(betrays, label) | Meaning::Wide(betrays, label) => {
                let value = match known {
                    Meaning::Wide(..) => text::utf16(raw.data, true),
                    _ => text::decode(raw.data),
                };
                if value.is_empty() {
                    self.form.push(&format!("{label}: blank"))
                } else {
                    add(betrays, label, &value)
                }
            }
            Meaning::Value(betrays, label) => add(betrays, label, &self.shown(field)),
            Meaning::Date { label, fraction, zone } => match self.date(raw.data, fraction, zone) {
                Some(date) => add(Betrays::Time, label, &date),
                None => self.form.push(&format!("{label}: blank")),
            },
            Meaning::DatePart => {
                let value = text::decode(raw.data);
                let label = tag.description().map_or_else(|| tag_number(tag), String::from);
                if value.is_empty() {
                    self.form.push(&format!("{label}: blank"))
                } else {
                    add(Betrays::Time, &label, &value)
                }
            }
            Meaning::Setting => self.settings.push(&self.fact(field)),
            Meaning::Form if directory == In::THUMBNAIL => {
                self.thumbnail_form.push(&self.fact(field))
            }
            Meaning::Form => self.form.push(&self.fact(field)),
            Meaning::Orientation => {
                let orientation = field.value.get_uint(0).and_then(Orientation::from_exif_value);
                match orientation {
                    Some(orientation) => {
                        add(Betrays::Structure, "Orientation", &orientation.to_string())
                    }
                    None => self.form.push(&self.fact(field)),
                }
            }
            Meaning::Comment => match self.comment(raw.data) {
                Some(comment) => add(Betrays::Owner, "Comment", &comment),
                None => self
                    .form
                    .push(&format!("Comment: blank, {}", text::size(raw.data.len() as u64))),
            },
            Meaning::MakerNote => {
                let make = self.text(Tag::Make);
                makernote::inspect(raw, self.fields.tiff, &make, findings);
            }
            Meaning::Xmp => xmp::packet(raw.data, &raw.place(), findings),
            Meaning::Iptc => iptc::datasets(raw, findings),
            Meaning::Photoshop => iptc::resources(raw, findings, picture),
            Meaning::Icc => icc::inspect(raw.data, &raw.place(), 0, findings),
            Meaning::Thumbnail if directory != In::PRIMARY => {}
            Meaning::Thumbnail => self.form.push(&self.fact(field)),
            Meaning::Other => self.other(field, raw, findings),
        }
    }

    /// A field that the table of meanings does not have.
    fn other(&mut self, field: &Field, raw: Block<'_>, findings: &mut Findings) {
        let gps = field.tag.context() == Context::Gps;
        let (betrays, label) = match field.tag.description() {
            Some(label) if gps => (Betrays::Place, label.to_string()),
            Some(label) => (Betrays::Device, label.to_string()),
            None => (Betrays::Unknown, tag_number(field.tag)),
        };
        let value = match field.value {
            Value::Ascii(_) => text::decode(raw.data),
            Value::Undefined(..) if gps => {
                coded_text(raw.data, self.fields.entries.endian).unwrap_or_default()
            }
            Value::Undefined(..) | Value::Unknown(..) if raw.data.len() > 4 => {
                text::summary(raw.data)
            }
            Value::Byte(_) if raw.data.len() > 16 => text::summary(raw.data),
            _ => self.shown(field),
        };
        if value.is_empty() {
            self.form.push(&format!("{label}: blank"));
        } else {
            self.fields.add(findings, betrays, field.ifd_num, field.tag, &label, &value);
        }
    }

    /// "f/2.8", "ISO 100", "Sharpness: normal".
    fn fact(&self, field: &Field) -> String {
        let raw = self.fields.raw(field.ifd_num, field.tag);
        let value = match (&field.value, raw) {
            (Value::Ascii(_), Some(raw)) => text::decode(raw.data),
            (Value::Undefined(..), Some(raw)) if raw.data.len() > 4 => text::summary(raw.data),
            _ => self.shown(field),
        };
        match (short_name(field.tag), field.tag.description()) {
            (Some(name), _) => format!("{name} {value}"),
            (None, Some(label)) => format!("{label}: {value}"),
            (None, None) => format!("{}: {value}", tag_number(field.tag)),
        }
    }

    /// The value as kamadak-exif shows it, with its unit; long lists of numbers by their size.
    fn shown(&self, field: &Field) -> String {
        match self.fields.raw(field.ifd_num, field.tag) {
            Some(raw) if raw.data.len() > LONGEST_SHOWN => text::summary(raw.data),
            _ => text::rounded(&field.display_value().with_unit(self.exif).to_string()),
        }
    }

    /// The text of a field of the first directory.
    fn text(&self, tag: Tag) -> String {
        self.fields.raw(In::PRIMARY, tag).map(|raw| text::decode(raw.data)).unwrap_or_default()
    }

    /// "2008-05-30 15:56:01.25 +02:00".
    fn date(&mut self, raw: &[u8], fraction: Tag, zone: Tag) -> Option<String> {
        let mut date = text::date(&text::decode(raw))?;
        for (tag, before) in [(fraction, '.'), (zone, ' ')] {
            let part = self.text(tag);
            if !part.is_empty() {
                date.push(before);
                date.push_str(&part);
                self.told.push((In::PRIMARY, tag));
            }
        }
        Some(date)
    }

    fn comment(&self, raw: &[u8]) -> Option<String> {
        coded_text(raw, self.fields.entries.endian)
    }
}

/// Text with eight bytes of character code in front (DC-008, 4.6.5, UserComment); `None` if blank.
pub(crate) fn coded_text(raw: &[u8], endian: Endian) -> Option<String> {
    let value = match raw.split_first_chunk::<8>() {
        Some((b"UNICODE\0", rest)) => {
            // the byte order of the block, or whichever other a program took
            let little = match rest {
                [0xFF, 0xFE, ..] => true,
                [0xFE, 0xFF, ..] => false,
                [_, 0, ..] => true,
                [0, _, ..] => false,
                _ => endian == Endian::Little,
            };
            text::utf16(rest, little)
        }
        Some((b"ASCII\0\0\0" | b"\0\0\0\0\0\0\0\0", rest)) => text::decode(rest),
        Some((b"JIS\0\0\0\0\0", rest)) => text::summary(rest),
        _ => text::decode(raw),
    };
    (!value.is_empty()).then_some(value)
}

/// "Exif tag 0xC4A5" of a tag without a name.
fn tag_number(tag: Tag) -> String {
    let directory = match tag.context() {
        Context::Gps => "GPS",
        Context::Interop => "Interoperability",
        _ => "Exif",
    };
    match tag {
        Tag(Context::Tiff, 0xC4A5) => "Print Image Matching".into(),
        Tag(Context::Tiff, 0xEA1C) => "Padding".into(),
        Tag(Context::Exif, 0xEA1D) => "Offset schema".into(),
        Tag(Context::Tiff, 0x4748) => "Stitching information".into(),
        Tag(Context::Tiff, 0xC6D2 | 0xC6D3) => "Panasonic title".into(),
        Tag(Context::Exif, 0x8895) | Tag(Context::Tiff, 0x8895) => "Xiaomi settings".into(),
        Tag(Context::Exif, 0x889A..=0x889C) => "Phone maker's settings".into(),
        Tag(_, number) => format!("{directory} tag 0x{number:04X}"),
    }
}

#[cfg(test)]
pub(in crate::inspect) mod tests;
