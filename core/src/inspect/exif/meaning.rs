//! What a field of Exif means to a person: CIPA DC-008-2024 (Exif 3.0), TIFF 6.0, and the tags that
//! Windows and Adobe programs write.

use exif::{Context, Tag};

use crate::inspect::Betrays;

/// How a field is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// As text.
    Text(Betrays, &'static str),
    /// As UTF-16 text, little endian whatever the block is.
    Wide(Betrays, &'static str),
    /// As its value.
    Value(Betrays, &'static str),
    /// As a date, with its fraction of a second and its time zone.
    Date { label: &'static str, fraction: Tag, zone: Tag },
    /// Together with the date that it belongs to.
    DatePart,
    /// Among the settings with which the picture was taken.
    Setting,
    /// Among the facts about the form of the file.
    Form,
    /// Which way is up.
    Orientation,
    /// A comment with its character code in front.
    Comment,
    /// The maker's own notes.
    MakerNote,
    /// An XMP packet.
    Xmp,
    /// IPTC-IIM datasets.
    Iptc,
    /// Photoshop image resources.
    Photoshop,
    /// A colour profile.
    Icc,
    /// Where the thumbnail stands.
    Thumbnail,
    /// Its value with the name that the standard gives it, or with its number.
    Other,
}

/// What `tag` means.
pub(crate) fn meaning(tag: Tag) -> Meaning {
    let number = tag.number();
    // some programs write a field into the other directory
    let text = |known| matches!(known, Meaning::Text(..) | Meaning::Wide(..) | Meaning::Xmp);
    match tag.context() {
        Context::Tiff => match (tiff(number), exif(number)) {
            (Meaning::Other, other) if text(other) || other == Meaning::Setting => other,
            (known, _) => known,
        },
        Context::Exif => match (exif(number), tiff(number)) {
            (Meaning::Other, other) if text(other) => other,
            (known, _) => known,
        },
        Context::Gps => match number {
            0 | 0x05 | 0x08..=0x0C | 0x0E | 0x10 | 0x12 | 0x17 | 0x19 | 0x1B | 0x1E => {
                Meaning::Setting
            }
            _ => Meaning::Other,
        },
        Context::Interop => Meaning::Form,
        _ => Meaning::Other,
    }
}

/// A name short enough to stand among others, where the standard's is long. Empty where the value
/// says it all.
pub(super) fn short_name(tag: Tag) -> Option<&'static str> {
    Some(match tag {
        Tag::ExposureTime | Tag::FNumber => "",
        Tag::PhotographicSensitivity => "ISO",
        Tag::FocalLength => "focal length",
        Tag::FocalLengthIn35mmFilm => "35 mm equivalent",
        Tag::ExposureProgram => "program",
        Tag::ExposureBiasValue => "bias",
        Tag::MeteringMode => "metering",
        Tag::Flash => "flash",
        Tag::XResolution => "resolution x",
        Tag::YResolution => "y",
        Tag::ResolutionUnit => "unit",
        Tag::ImageWidth | Tag::PixelXDimension => "width",
        Tag::ImageLength | Tag::PixelYDimension => "height",
        Tag::ExifVersion => "Exif",
        Tag::FlashpixVersion => "FlashPix",
        Tag::ComponentsConfiguration => "components",
        Tag::ColorSpace => "colour space",
        Tag::YCbCrPositioning => "chroma",
        Tag::Compression => "compression",
        Tag::InteroperabilityIndex => "interoperability",
        Tag(Context::Interop, 2) => "version",
        Tag::GPSVersionID => "GPS version",
        Tag::GPSMapDatum => "map datum",
        Tag::GPSSatellites => "satellites",
        _ => return None,
    })
}

fn tiff(number: u16) -> Meaning {
    use Betrays::{Device, History, Owner, Time};
    use Meaning::{Form, Text, Value, Wide};
    match number {
        0x010F => Text(Device, "Camera maker"),
        0x0110 => Text(Device, "Camera model"),
        0xC614 => Text(Device, "Camera model, unique"),
        0xC615 => Text(Device, "Camera model, local"),
        0xC62F | 0xFDE9 => Text(Device, "Camera serial number"),
        0xFDEA => Text(Device, "Lens"),
        0x013C => Text(Device, "Host computer"),
        0x0131 => Text(History, "Software"),
        0x000B => Text(History, "Processing software"),
        0xC68B => Text(History, "Name of the raw file"),
        0x0132 => Meaning::Date {
            label: "Changed",
            fraction: Tag::SubSecTime,
            zone: Tag(Context::Exif, 0x9010),
        },
        0xC71B => Text(Time, "Preview made"),
        0x010D => Text(Owner, "Document name"),
        0x010E => Text(Owner, "Description"),
        0x011D => Text(Owner, "Page name"),
        0x013B => Text(Owner, "Artist"),
        0x0151 => Text(Owner, "Printer"),
        0x8298 => Text(Owner, "Copyright"),
        0xFDE8 => Text(Owner, "Owner"),
        0x4746 | 0x4749 => Value(Owner, "Rating"),
        0x9C9B => Wide(Owner, "Title"),
        0x9C9C => Wide(Owner, "Comment"),
        0x9C9D => Wide(Owner, "Author"),
        0x9C9E => Wide(Owner, "Keywords"),
        0x9C9F => Wide(Owner, "Subject"),
        0x0112 => Meaning::Orientation,
        0x0201 | 0x0202 => Meaning::Thumbnail,
        0x02BC => Meaning::Xmp,
        0x83BB => Meaning::Iptc,
        0x8649 => Meaning::Photoshop,
        0x8773 => Meaning::Icc,
        0x00FE..=0x0106
        | 0x0111
        | 0x0115..=0x011C
        | 0x0128
        | 0x013E
        | 0x013F
        | 0x0142..=0x0145
        | 0x0211..=0x0214 => Form,
        _ => Meaning::Other,
    }
}

fn exif(number: u16) -> Meaning {
    use Betrays::{Device, History, Owner};
    use Meaning::{Form, Setting, Text, Value};
    match number {
        0x9003 => Meaning::Date {
            label: "Taken",
            fraction: Tag::SubSecTimeOriginal,
            zone: Tag(Context::Exif, 0x9011),
        },
        0x9004 => Meaning::Date {
            label: "Digitised",
            fraction: Tag::SubSecTimeDigitized,
            zone: Tag(Context::Exif, 0x9012),
        },
        0x9010..=0x9012 | 0x9290..=0x9292 => Meaning::DatePart,
        0x927C => Meaning::MakerNote,
        0x9286 => Meaning::Comment,
        0xA420 => Text(Device, "Image unique ID"),
        0xA430 => Text(Owner, "Camera owner"),
        0xA431 => Text(Device, "Camera serial number"),
        0xA432 => Value(Device, "Lens specification"),
        0xA433 => Text(Device, "Lens maker"),
        0xA434 => Text(Device, "Lens model"),
        0xA435 => Text(Device, "Lens serial number"),
        0xA436 => Text(Owner, "Title"),
        0xA437 => Text(Owner, "Photographer"),
        0xA438 => Text(Owner, "Image editor"),
        0xA439 => Text(Device, "Camera firmware"),
        0xA43A => Text(History, "Raw developing software"),
        0xA43B => Text(History, "Image editing software"),
        0xA43C => Text(History, "Metadata editing software"),
        0xA004 => Text(History, "Related sound file"),
        0xFDE8 => Text(Owner, "Owner"),
        0xFDE9 => Text(Device, "Camera serial number"),
        0xFDEA => Text(Device, "Lens"),
        0x9000 | 0x9101 | 0xA000..=0xA003 | 0xEA1C => Form,
        0x829A | 0x829D | 0x8822 | 0x8827 | 0x8830..=0x8835 | 0x9102 | 0x9201..=0x920A | 0x9214 => {
            Setting
        }
        0x9400..=0x9405
        | 0xA20B..=0xA217
        | 0xA300..=0xA302
        | 0xA401..=0xA40C
        | 0xA460..=0xA462
        | 0xA500 => Setting,
        _ => Meaning::Other,
    }
}
