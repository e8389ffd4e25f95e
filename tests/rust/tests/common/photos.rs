//! Photos that cameras and programs made: the folder UNMARKED_PHOTOS, by default `shared/photos`
//! beside the checkout. And what exiftool tells of a file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use unmarked::Format;
use unmarked_fixtures::decode::{exiftool_installed, run};
use unmarked_fixtures::icc::{Fields, Space, payloads, profile};
use unmarked_fixtures::{Jpeg, Piece, kinds, marker};

use super::strip;

/// One of them.
#[derive(Clone)]
pub struct Photo {
    /// Its name in the folder.
    pub path: PathBuf,
    /// The file.
    pub bytes: Vec<u8>,
    /// Its format, by content.
    pub format: Format,
}

/// Every JPEG of the folder.
pub fn photos() -> Vec<Photo> {
    photos_of(&[Format::Jpeg])
}

/// Every photo of the folder that is of one of these formats, by content.
pub fn photos_of(formats: &[Format]) -> Vec<Photo> {
    let mut found = every_photo();
    found.retain(|photo| formats.contains(&photo.format));
    if found.is_empty() {
        println!("NOTICE: no real photos: there is none of {formats:?} in {}", folder().display());
    }
    found
}

/// Every photo of the folder.
pub fn every_photo() -> Vec<Photo> {
    let folder = folder();
    let mut found = Vec::new();
    let mut folders = vec![folder.clone()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&next) else { continue };
        for path in entries.flatten().map(|e| e.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(bytes) = std::fs::read(&path)
                && let Some(format) = Format::detect(&bytes)
            {
                let path = path.strip_prefix(&folder).map(Path::to_path_buf).unwrap_or(path);
                found.push(Photo { path, bytes, format });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Where they are.
fn folder() -> PathBuf {
    std::env::var_os("UNMARKED_PHOTOS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/photos"),
        PathBuf::from,
    )
}

/// What exiftool tells of each file: numbers as numbers, every duplicate, every unknown tag.
pub fn exiftool(files: &[&[u8]]) -> Option<Vec<BTreeMap<String, String>>> {
    if !exiftool_installed() {
        return None;
    }
    if files.is_empty() {
        return Some(Vec::new());
    }
    let folder = tempfile::tempdir().unwrap();
    for (number, bytes) in files.iter().enumerate() {
        let extension = Format::detect(bytes).map_or("bin", Format::extension);
        std::fs::write(folder.path().join(format!("{number:05}.{extension}")), bytes).unwrap();
    }
    let path = folder.path().to_str().unwrap();
    let arguments = ["-a", "-u", "-n", "-G1", "-j", "-fileOrder", "FileName", path];
    let out = run("exiftool", &arguments, &[]).unwrap();
    let list: Vec<BTreeMap<String, serde_json::Value>> =
        serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(list.len(), files.len(), "exiftool tells of every file");
    Some(
        list.into_iter()
            .map(|tags| tags.into_iter().map(|(tag, value)| (tag, value.to_string())).collect())
            .collect(),
    )
}

/// The tags that are neither about the file as such nor what every clean photo may hold.
pub fn marks(tags: &BTreeMap<String, String>) -> Vec<&String> {
    let structure = ["SourceFile", "File", "System", "Composite", "ExifTool", "JFIF", "Adobe"];
    tags.keys()
        .filter(|tag| !structure.contains(&tag.split(':').next().unwrap_or_default()))
        .filter(|tag| *tag != "IFD0:Orientation")
        .collect()
}

/// The profiles that clean photos may hold, as they become of profiles made by code.
pub fn constant_profiles() -> Vec<Vec<u8>> {
    [(Space::DisplayP3, "420"), (Space::AdobeRgb, "420"), (Space::Grey22, "grey")]
        .into_iter()
        .map(|(space, kind)| {
            let mut jpeg = kinds::named(kind).encode();
            for payload in payloads(&profile(space, &Fields::default(), false), 60_000) {
                jpeg.insert(2, Piece::segment(marker::APP2, payload));
            }
            let clean = Jpeg::parse(&strip(&jpeg.bytes()).unwrap()).unwrap();
            clean.segments(marker::APP2).next().unwrap().to_vec()
        })
        .collect()
}

/// The orientation that viewers use: Exif's, else XMP's, else upright.
pub fn orientation(tags: &BTreeMap<String, String>) -> u8 {
    let valid = |tag: &str| {
        let value = tags.get(tag)?.trim_matches('"').parse::<u8>().ok()?;
        (1..=8).contains(&value).then_some(value)
    };
    valid("IFD0:Orientation").or_else(|| valid("XMP-tiff:Orientation")).unwrap_or(1)
}

/// True if libjpeg reads the whole photo without an error or a warning.
pub fn whole(photo: &[u8]) -> bool {
    run("djpeg", &["-pnm"], photo).is_some_and(|out| out.status.code() == Some(0))
}
