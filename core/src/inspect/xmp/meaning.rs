//! What a property of XMP means to a person.

use crate::inspect::Betrays::{
    self, Device, HiddenPicture, History, Owner, Place, Structure, Time, Unknown,
};

/// How a property is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Alone, under a label.
    One(Betrays, &'static str),
    /// With others of its kind, by its name.
    Kind(Kind),
}

/// Properties that are told together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Edits,
    Identifiers,
    RawSettings,
    Settings,
    Contact,
    Regions,
    Places,
    Times,
    GainMap,
    Appended,
    Other,
}

impl Kind {
    pub(super) const ALL: [Kind; 11] = [
        Kind::Places,
        Kind::Times,
        Kind::Settings,
        Kind::Contact,
        Kind::Regions,
        Kind::Edits,
        Kind::Identifiers,
        Kind::RawSettings,
        Kind::GainMap,
        Kind::Appended,
        Kind::Other,
    ];

    /// What properties of the kind betray, and their label.
    pub(super) fn told(self) -> (Betrays, &'static str) {
        match self {
            Kind::Edits => (History, "Edit history"),
            Kind::Identifiers => (History, "Document identifiers"),
            Kind::RawSettings => (History, "Editing settings"),
            Kind::Settings => (Device, "Settings"),
            Kind::Contact => (Owner, "Contact and rights"),
            Kind::Regions => (Owner, "Marked regions"),
            Kind::Places => (Place, "Place"),
            Kind::Times => (Time, "Dates"),
            Kind::GainMap => (HiddenPicture, "Gain map"),
            Kind::Appended => (HiddenPicture, "Appended pictures and films"),
            Kind::Other => (Unknown, "Other XMP properties"),
        }
    }
}

/// What the value `leaf` within the property `top` means.
pub(super) fn meaning(top: &str, leaf: &str) -> Meaning {
    use Meaning::Kind as Of;
    if let Some(one) = alone(leaf).or_else(|| alone(top)) {
        return one;
    }
    let prefix = |name: &str| name.split_once(':').map(|(prefix, _)| prefix.to_ascii_lowercase());
    let local = leaf.rsplit(':').next().unwrap_or(leaf).to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| local.contains(word));
    match (prefix(top).unwrap_or_default().as_str(), prefix(leaf).unwrap_or_default().as_str()) {
        ("mwg-rs" | "mp" | "mpri" | "mpreg" | "apple-fi", _) => return Of(Kind::Regions),
        ("hdrgm" | "hdrgainmap" | "apdi", _) => return Of(Kind::GainMap),
        ("container" | "gcontainer" | "gcamera" | "camera" | "gdepth" | "gimage" | "gaudio", _) => {
            return Of(
                if has(&["data", "mime", "length", "semantic", "offset", "motion", "microvideo"]) {
                    Kind::Appended
                } else {
                    Kind::Settings
                },
            );
        }
        ("crs" | "crd" | "crss" | "lr" | "darktable" | "rawtherapee", _) => {
            return Of(Kind::RawSettings);
        }
        ("iptc4xmpcore" | "plus" | "xmprights" | "cc", _) => return Of(Kind::Contact),
        _ => {}
    }
    if has(&[
        "latitude",
        "longitude",
        "altitude",
        "gps",
        "city",
        "country",
        "location",
        "state",
        "yaw",
        "pitch",
        "roll",
    ]) {
        return Of(Kind::Places);
    }
    if has(&["date", "time", "when"]) && !has(&["exposure", "shutter", "timescale"]) {
        return Of(Kind::Times);
    }
    if has(&["serial", "uniqueid"]) {
        return Of(Kind::Settings);
    }
    match prefix(top).unwrap_or_default().as_str() {
        "exif" | "tiff" | "exifex" | "aux" | "gpano" | "drone-dji" | "drone-parrot" | "flir"
        | "device" => Of(Kind::Settings),
        "xmpmm" | "xapmm" if has(&["id", "url", "file"]) => Of(Kind::Identifiers),
        "xmpmm" | "xapmm" => Of(Kind::Edits),
        "dc" | "iptc4xmpext" | "acdsee" | "digikam" | "microsoftphoto" | "photomechanic" => {
            Of(Kind::Contact)
        }
        "xmp" | "xap" | "photoshop" | "pdf" | "xmptpg" | "illustrator" | "x" | "xmpbj" => {
            Of(Kind::Edits)
        }
        _ => Of(Kind::Other),
    }
}

/// Properties that are told alone.
fn alone(name: &str) -> Option<Meaning> {
    let (betrays, label) = match name {
        "x:xmptk" => (History, "XMP toolkit"),
        "xmp:CreatorTool" => (History, "Made with"),
        "tiff:Software" => (History, "Software"),
        "xmp:CreateDate" => (Time, "Created"),
        "xmp:ModifyDate" | "tiff:DateTime" => (Time, "Changed"),
        "xmp:MetadataDate" => (Time, "Metadata changed"),
        "photoshop:DateCreated" | "exif:DateTimeOriginal" => (Time, "Taken"),
        "exif:DateTimeDigitized" => (Time, "Digitised"),
        "exif:GPSTimeStamp" => (Time, "Time by satellite"),
        "MicrosoftPhoto:DateAcquired" => (Time, "Copied from the camera"),
        "tiff:Make" => (Device, "Camera maker"),
        "tiff:Model" => (Device, "Camera model"),
        "aux:SerialNumber" | "exifEX:BodySerialNumber" | "drone-dji:CameraSerialNumber" => {
            (Device, "Camera serial number")
        }
        "drone-dji:DroneSerialNumber" => (Device, "Drone serial number"),
        "aux:Lens" | "exifEX:LensModel" => (Device, "Lens model"),
        "aux:LensSerialNumber" | "exifEX:LensSerialNumber" => (Device, "Lens serial number"),
        "exif:ImageUniqueID" => (Device, "Image unique ID"),
        "aux:OwnerName" | "exifEX:CameraOwnerName" => (Owner, "Camera owner"),
        "dc:creator" | "tiff:Artist" => (Owner, "Creator"),
        "dc:rights" | "tiff:Copyright" => (Owner, "Copyright"),
        "dc:title" => (Owner, "Title"),
        "dc:description" | "tiff:ImageDescription" => (Owner, "Description"),
        "exif:UserComment" => (Owner, "Comment"),
        "photoshop:Headline" => (Owner, "Headline"),
        "photoshop:Credit" => (Owner, "Credit"),
        "photoshop:Source" => (Owner, "Source"),
        "photoshop:Instructions" => (Owner, "Instructions"),
        "photoshop:CaptionWriter" => (Owner, "Caption writer"),
        "photoshop:City" => (Place, "City"),
        "photoshop:State" => (Place, "State"),
        "photoshop:Country" => (Place, "Country"),
        "mwg-rs:Name" | "MPReg:PersonDisplayName" | "Iptc4xmpExt:PersonInImage" => {
            (Owner, "Name of a person in the picture")
        }
        "xmpMM:DocumentID" => (History, "Document ID"),
        "xmpMM:OriginalDocumentID" => (History, "Original document ID"),
        "GCamera:MotionPhoto" | "GCamera:MicroVideo" => (HiddenPicture, "Motion photo"),
        "GDepth:Data" | "GDepth:Image" => (HiddenPicture, "Depth map"),
        "GImage:Data" => (HiddenPicture, "Hidden picture"),
        "GAudio:Data" => (Owner, "Hidden sound"),
        "xmpGImg:image" => (HiddenPicture, "Thumbnail"),
        "tiff:Orientation" => (Structure, "Orientation"),
        "xmpNote:HasExtendedXMP" => (Structure, "Extended XMP"),
        "XML comment" => (Unknown, "XML comment"),
        "XML document type" => (Unknown, "XML document type"),
        _ => return None,
    };
    Some(Meaning::One(betrays, label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_find_their_kind() {
        let kind = |top: &str, leaf: &str| match meaning(top, leaf) {
            Meaning::Kind(kind) => kind.told().0,
            Meaning::One(betrays, _) => betrays,
        };
        assert_eq!(kind("xmp:CreatorTool", "xmp:CreatorTool"), History);
        assert_eq!(kind("xmpMM:History", "stEvt:when"), Time);
        assert_eq!(kind("xmpMM:History", "stEvt:softwareAgent"), History);
        assert_eq!(kind("drone-dji:GpsLatitude", "drone-dji:GpsLatitude"), Place);
        assert_eq!(kind("exif:ExposureTime", "exif:ExposureTime"), Device);
        assert_eq!(kind("mwg-rs:Regions", "mwg-rs:Name"), Owner);
        assert_eq!(kind("hdrgm:GainMapMax", "hdrgm:GainMapMax"), HiddenPicture);
        assert_eq!(kind("Container:Directory", "Item:Length"), HiddenPicture);
        assert_eq!(kind("abc:def", "abc:def"), Unknown);
    }
}
