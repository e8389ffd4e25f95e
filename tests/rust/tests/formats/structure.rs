//! What exiftool tells of a file that holds nothing but its picture.

use std::collections::BTreeMap;

use unmarked::Format;
use unmarked_fixtures::kinds;

use super::common::photos::{constant_profiles, exiftool};
use super::common::rebuild;

/// The tags that tell how the picture is stored, by exiftool's names.
fn structural(format: Format) -> &'static [&'static str] {
    match format {
        Format::Png => &[
            "PNG:AnimationFrames",
            "PNG:AnimationPlays",
            "PNG:BitDepth",
            "PNG:ColorType",
            "PNG:Compression",
            "PNG:Filter",
            "PNG:Gamma",
            "PNG:ImageHeight",
            "PNG:ImageWidth",
            "PNG:Interlace",
            "PNG:Palette",
            "PNG:SRGBRendering",
            "PNG:Transparency",
            "PNG-cICP:ColorPrimaries",
            "PNG-cICP:MatrixCoefficients",
            "PNG-cICP:TransferCharacteristics",
            "PNG-cICP:VideoFullRangeFlag",
        ],
        Format::WebP => &[
            "RIFF:AlphaCompression",
            "RIFF:AlphaFiltering",
            "RIFF:AlphaPreprocessing",
            "RIFF:AnimationLoopCount",
            "RIFF:BackgroundColor",
            "RIFF:Duration",
            "RIFF:FrameCount",
            "RIFF:HorizontalScale",
            "RIFF:ImageHeight",
            "RIFF:ImageWidth",
            "RIFF:VP8Version",
            "RIFF:VerticalScale",
            "RIFF:WebP_Flags",
        ],
        Format::Gif => &[
            "GIF:AnimationIterations",
            "GIF:BackgroundColor",
            "GIF:BitsPerPixel",
            "GIF:ColorResolutionDepth",
            "GIF:Duration",
            "GIF:FrameCount",
            "GIF:GIFVersion",
            "GIF:HasColorMap",
            "GIF:ImageHeight",
            "GIF:ImageWidth",
            "GIF:TransparentColor",
        ],
        Format::Heif | Format::Avif => &[
            "Meta:MetaImageSize",
            "Meta:PrimaryItemReference",
            "QuickTime:AV1ConfigurationVersion",
            "QuickTime:AuxiliaryImageType",
            "QuickTime:AverageFrameRate",
            "QuickTime:BitDepthChroma",
            "QuickTime:BitDepthLuma",
            "QuickTime:ChromaFormat",
            "QuickTime:ChromaSamplePosition",
            "QuickTime:CleanAperture",
            "QuickTime:ColorPrimaries",
            "QuickTime:ColorProfiles",
            "QuickTime:CompatibleBrands",
            "QuickTime:ConstantFrameRate",
            "QuickTime:ConstraintIndicatorFlags",
            "QuickTime:GenProfileCompatibilityFlags",
            "QuickTime:GeneralLevelIDC",
            "QuickTime:GeneralProfileIDC",
            "QuickTime:GeneralProfileSpace",
            "QuickTime:GeneralTierFlag",
            "QuickTime:HEVCConfigurationVersion",
            "QuickTime:HandlerType",
            "QuickTime:HighBitDepth",
            "QuickTime:ImagePixelDepth",
            "QuickTime:ImageSpatialExtent",
            "QuickTime:InitialDelaySamples",
            "QuickTime:MajorBrand",
            "QuickTime:MatrixCoefficients",
            "QuickTime:MediaData",
            "QuickTime:MediaDataOffset",
            "QuickTime:MediaDataSize",
            "QuickTime:MinSpatialSegmentationIDC",
            "QuickTime:MinorVersion",
            "QuickTime:Mirroring",
            "QuickTime:Unknown_imir",
            "QuickTime:NumTemporalLayers",
            "QuickTime:ParallelismType",
            "QuickTime:PixelAspectRatio",
            "QuickTime:Rotation",
            "QuickTime:SeqLevelIdx0",
            "QuickTime:SeqProfile",
            "QuickTime:SeqTier0",
            "QuickTime:TemporalIDNested",
            "QuickTime:TransferCharacteristics",
            "QuickTime:TwelveBit",
            "QuickTime:VideoFullRangeFlag",
        ],
        _ => &[],
    }
}

/// Exif in a format that tells which way is up by other means is a mark, whatever it says.
fn tells_orientation_by_exif(format: Format) -> bool {
    matches!(format, Format::Jpeg | Format::Png | Format::WebP | Format::Jxl)
}

/// Finds the tags that are no structure.
pub struct Marks {
    /// What exiftool says of each constant profile.
    profiles: Vec<BTreeMap<String, String>>,
}

impl Marks {
    /// `None` if exiftool is not installed.
    pub fn new() -> Option<Marks> {
        let profiles = constant_profiles();
        let mut files: Vec<Vec<u8>> = profiles.iter().map(|payload| holding(payload)).collect();
        // what is drawn again says sRGB as Android's encoder does
        files.push(rebuild(&kinds::named("420").bytes()).unwrap());
        let files: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
        let told = exiftool(&files)?;
        Some(Marks { profiles: told.iter().map(profile).collect() })
    }

    /// The tags of a file of this format that are about neither its structure nor the file as such.
    pub fn of(&self, format: Format, tags: &BTreeMap<String, String>) -> Vec<String> {
        let aside = ["SourceFile", "File", "System", "Composite", "ExifTool", "JFIF", "Adobe"];
        let ours = self.profiles.contains(&profile(tags));
        let upright = tells_orientation_by_exif(format);
        tags.iter()
            .filter(|(tag, _)| !aside.contains(&group(tag)))
            .filter(|(tag, _)| !structural(format).contains(&tag.as_str()))
            .filter(|(tag, _)| !(upright && *tag == "IFD0:Orientation"))
            .filter(|(tag, _)| {
                !(ours && (group(tag).starts_with("ICC") || *tag == "PNG:ProfileName"))
            })
            .filter(|(tag, value)| !(*tag == "QuickTime:HandlerDescription" && *value == "\"\""))
            .map(|(tag, value)| format!("{tag} = {}", value.chars().take(40).collect::<String>()))
            .collect()
    }
}

fn group(tag: &str) -> &str {
    tag.split(':').next().unwrap_or_default()
}

/// What exiftool says of the colour profile.
fn profile(tags: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let own = |tag: &str| group(tag).starts_with("ICC");
    tags.iter().filter(|(tag, _)| own(tag)).map(|(t, v)| (t.clone(), v.clone())).collect()
}

/// A file with this APP2 segment alone: exiftool needs no picture.
fn holding(payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 2).unwrap();
    [&[0xFF, 0xD8, 0xFF, 0xE2], &length.to_be_bytes()[..], payload, &[0xFF, 0xD9]].concat()
}
