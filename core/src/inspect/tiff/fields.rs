//! What the fields of a directory say.

use exif::{Context, Tag};

use crate::Orientation;
use crate::container::tiff::{Entry, Tiff};
use crate::inspect::block::Block;
use crate::inspect::exif::{Meaning, coded_text, meaning, position};
use crate::inspect::group::Group;
use crate::inspect::jpeg::tell_thumbnail;
use crate::inspect::{Betrays, Carrier, Findings, icc, iptc, makernote, text, xmp};

use Betrays::{Device, HiddenPicture, History, Owner, Place, Time, Unknown};

/// The most numbers of a field that are shown.
const MOST_NUMBERS: u64 = 12;

/// The fields of one directory.
pub(super) struct Fields<'f, 'a> {
    pub(super) tiff: Tiff<'a>,
    /// The file, by the name of the directory.
    pub(super) file: Block<'a>,
    pub(super) context: Context,
    /// The maker of the camera.
    pub(super) make: &'f str,
    pub(super) entries: &'f [Entry],
}

/// Tells the fields of a directory.
pub(super) fn tell(fields: &Fields<'_, '_>, findings: &mut Findings) {
    let place = fields.file.before(0).place();
    let group = |betrays, label| Group::new(betrays, Carrier::Exif, place.clone(), label, 16);
    let mut settings = group(Device, "Settings");
    let mut form = group(Betrays::Structure, "Form of the picture");
    let mut broken = group(Unknown, "Fields that are damaged");
    if fields.context == Context::Gps {
        fields.position(findings);
    }
    for entry in fields.entries {
        if findings.is_full() {
            return;
        }
        let Some(block) = fields.block(entry) else {
            broken.push(&fields.name(entry));
            continue;
        };
        fields.field(entry, block, findings, &mut settings, &mut form);
    }
    settings.tell(findings);
    form.tell(findings);
    broken.tell(findings);
}

impl<'a> Fields<'_, 'a> {
    /// The bytes of the values of `entry`.
    fn block(&self, entry: &Entry) -> Option<Block<'a>> {
        let (at, length) =
            (usize::try_from(entry.value).ok()?, usize::try_from(entry.length).ok()?);
        self.file.part(at, length).filter(|_| entry.unit() > 0)
    }

    /// "Tag 0x1234", or its name.
    fn name(&self, entry: &Entry) -> String {
        match Tag(self.context, entry.tag).description() {
            Some(name) => name.into(),
            None => format!("Tag 0x{:04X}", entry.tag),
        }
    }

    fn field(
        &self,
        entry: &Entry,
        block: Block<'_>,
        findings: &mut Findings,
        settings: &mut Group,
        form: &mut Group,
    ) {
        let place = block.place();
        let data = block.data;
        let mut add = |betrays, label: &str, value: String| {
            if !value.is_empty() {
                findings.add(betrays, Carrier::Exif, place.clone(), label, value);
            }
        };
        // resolution and position on a page
        if self.context == Context::Tiff && matches!(entry.tag, 282 | 283 | 286 | 287 | 296) {
            let value = self.value(entry, data);
            findings.add(Device, Carrier::Resolution, place, self.name(entry), value);
            return;
        }
        match meaning(Tag(self.context, entry.tag)) {
            Meaning::Text(betrays, label) => add(betrays, label, text::decode(data)),
            Meaning::Wide(betrays, label) => add(betrays, label, text::utf16(data, true)),
            Meaning::Value(betrays, label) => add(betrays, label, self.value(entry, data)),
            Meaning::Date { label, .. } => {
                add(Time, label, text::date(&text::decode(data)).unwrap_or_default());
            }
            Meaning::DatePart => add(Time, &self.name(entry), text::decode(data)),
            Meaning::Setting => {
                settings.push(&format!("{} {}", self.name(entry), self.value(entry, data)));
            }
            Meaning::Form | Meaning::Thumbnail => {
                form.push(&format!("{} {}", self.name(entry), self.value(entry, data)));
            }
            Meaning::Orientation => {
                let value = self.tiff.number(entry, 0).and_then(|n| u32::try_from(n).ok());
                let value = value.and_then(Orientation::from_exif_value);
                let words = value.map_or_else(|| self.value(entry, data), |o| o.to_string());
                add(Betrays::Structure, "Orientation", words);
            }
            Meaning::Comment => {
                add(Owner, "Comment", coded_text(data, self.tiff.endian).unwrap_or_default());
            }
            Meaning::MakerNote => makernote::inspect(block, self.file, self.make, findings),
            Meaning::Xmp => xmp::packet(data, &place, findings),
            Meaning::Iptc => iptc::datasets(block, findings),
            Meaning::Photoshop => iptc::resources(block, findings, &mut tell_thumbnail),
            Meaning::Icc => icc::inspect(data, &place, 0, findings),
            Meaning::Other => self.other(entry, block, findings, form),
        }
    }

    /// Tells a field that Exif's table of meanings does not have.
    fn other(&self, entry: &Entry, block: Block<'_>, findings: &mut Findings, form: &mut Group) {
        let (place, value) = (block.place(), self.value(entry, block.data));
        let mut add = |betrays, carrier, label: &str| {
            findings.add(betrays, carrier, place.clone(), label, &value);
        };
        match (self.context, entry.tag) {
            // where other directories stand
            (Context::Tiff, 330 | 0x8769 | 0x8825) | (Context::Exif, 0xA005 | 0x8825) => {}
            (Context::Gps, 1..=4) if self.angle(2, 1).is_some() && self.angle(4, 3).is_some() => {}
            (Context::Gps, _) => add(Place, Carrier::Exif, &self.name(entry)),
            (Context::Tiff, number) => match private(number) {
                Some((betrays, carrier, label)) => add(betrays, carrier, label),
                None if is_form(number) => form.push(&format!("{} {value}", self.name(entry))),
                None if number >= 0x8000 => add(Unknown, Carrier::VendorBlock, &self.name(entry)),
                None => add(Unknown, Carrier::Exif, &self.name(entry)),
            },
            _ => {
                let known = Tag(self.context, entry.tag).description().is_some();
                add(if known { Device } else { Unknown }, Carrier::Exif, &self.name(entry));
            }
        }
    }

    /// The values as people read them.
    fn value(&self, entry: &Entry, data: &[u8]) -> String {
        let long = entry.count > MOST_NUMBERS;
        match entry.kind {
            2 | 129 => text::decode(data),
            3 | 4 | 8 | 9 | 13 | 16..=18 if !long => {
                let numbers = (0..entry.count).filter_map(|index| self.tiff.number(entry, index));
                let numbers: Vec<String> = numbers.map(|number| number.to_string()).collect();
                if numbers.is_empty() { text::summary(data) } else { numbers.join(" ") }
            }
            5 | 10 | 11 | 12 if !long => {
                let numbers = (0..entry.count).filter_map(|index| self.real(entry, index));
                let numbers: Vec<String> =
                    numbers.map(|number| text::rounded(&number.to_string())).collect();
                numbers.join(" ")
            }
            1 if entry.count <= 4 => {
                let numbers: Vec<String> = data.iter().map(u8::to_string).collect();
                numbers.join(" ")
            }
            _ => text::summary(data),
        }
    }

    /// The value with `index`, if it is a fraction or a real number.
    fn real(&self, entry: &Entry, index: u64) -> Option<f64> {
        let (data, endian) = (self.tiff.data, self.tiff.endian);
        let at = entry.value.checked_add(index.checked_mul(entry.unit())?)?;
        let at = usize::try_from(at).ok().filter(|_| index < entry.count)?;
        let second = at.checked_add(4)?;
        let number = match entry.kind {
            5 => f64::from(endian.u32(data, at)?) / f64::from(endian.u32(data, second)?),
            10 => {
                let signed = |at| endian.u32(data, at).map(|number| f64::from(number as i32));
                signed(at)? / signed(second)?
            }
            11 => f32::from_bits(endian.u32(data, at)?).into(),
            12 => f64::from_bits(endian.u64(data, at)?),
            _ => return None,
        };
        number.is_finite().then_some(number)
    }

    /// Tells the position of a GPS directory: DC-008, section 4.6.6.
    fn position(&self, findings: &mut Findings) {
        let (latitude, longitude) = (self.angle(2, 1), self.angle(4, 3));
        if let Some(((lat, north, place), (lon, east, _))) = latitude.zip(longitude)
            && let Some(value) = position(lat, north, lon, east)
        {
            findings.add(Place, Carrier::Exif, place, "Position", value);
        }
    }

    /// Degrees by the tag `of`, the side by the tag `side`, and where they stand.
    fn angle(&self, of: u16, side: u16) -> Option<(f64, char, crate::inspect::Place)> {
        let entry = |tag: u16| self.entries.iter().find(|entry| entry.tag == tag);
        let degrees = entry(of)?;
        let part = |index| self.real(degrees, index);
        let sum = part(0)? + part(1).unwrap_or(0.0) / 60.0 + part(2).unwrap_or(0.0) / 3600.0;
        let side = self.block(entry(side)?)?.data.first().copied()?;
        Some((sum, char::from(side), self.block(degrees)?.place()))
    }
}

/// True for the tags that say how a picture is stored.
fn is_form(number: u16) -> bool {
    matches!(
        number,
        0x00FE..=0x0129 | 0x012D | 0x013D..=0x0150 | 0x0152..=0x0159 | 0x015B | 0x0200..=0x0214
    )
}

/// Private tags whose meaning is known: GeoTIFF, GDAL, DNG 1.7, Photoshop, TIFF/EP, ImageJ.
fn private(number: u16) -> Option<(Betrays, Carrier, &'static str)> {
    use Carrier::{Exif, FurtherImage, MakerNote, RawData, VendorBlock};
    Some(match number {
        0x830E | 0x8480 | 0x8482 | 0x85D8 | 0x87AF..=0x87B1 => {
            (Place, VendorBlock, "Place on a map (GeoTIFF)")
        }
        0xA480 | 0xA481 => (Place, VendorBlock, "Place on a map (GDAL)"),
        0xC4A5 => (Device, VendorBlock, "Print Image Matching"),
        0x935C => (HiddenPicture, FurtherImage, "Layers of Photoshop"),
        0x935F => (History, VendorBlock, "Notes of Photoshop"),
        0xC634 => (Device, MakerNote, "DNG private data"),
        0xC68C => (HiddenPicture, FurtherImage, "Original raw file"),
        0xC68B | 0xC6F8 | 0xC6FE => (History, Exif, "Profile or original of the DNG"),
        0xC71D | 0xC7A7 | 0xC71A..=0xC71C | 0xC65D => (Device, Exif, "Digest or ID of the DNG"),
        0xC740 | 0xC741 | 0xC74E => (Device, RawData, "Corrections of lens and sensor"),
        0xC6D2 | 0xC6D3 => (Owner, VendorBlock, "Title of Panasonic"),
        0xC612..=0xC764 | 0xC7A1..=0xC7EE | 0xCD2C..=0xCD4F => {
            (Device, RawData, "Calibration of the sensor")
        }
        0x828D..=0x828F | 0x9216 | 0x9217 => (Device, RawData, "Form of the sensor"),
        _ => return None,
    })
}
