//! Decoders that are not ours, and what they show.

use std::path::{Path, PathBuf};

use serde_json::Value;
use unmarked::Format;
use unmarked_fixtures::decode::{Pixels, run};

/// A program that shows what a picture of some formats looks like.
pub struct Decoder {
    /// The program, and what brings it to Debian.
    pub program: &'static str,
    pub package: &'static str,
    /// What it decodes.
    pub formats: &'static [Format],
    /// Its arguments; `IN` and `OUT` stand for files.
    arguments: &'static [&'static str],
    /// The file that it writes.
    out: &'static str,
}

/// The decoders that decide whether a picture is the same as before.
pub const DECODERS: [Decoder; 6] = [
    // libpng, and ImageMagick's own reader of GIF: the first frame
    Decoder {
        program: "convert",
        package: "imagemagick",
        formats: &[Format::Png, Format::Gif],
        arguments: &["IN[0]", "-alpha", "on", "-depth", "16", "OUT"],
        out: "out.rgba",
    },
    Decoder {
        program: "dwebp",
        package: "webp",
        formats: &[Format::WebP],
        arguments: &["IN", "-pam", "-o", "OUT"],
        out: "out.pam",
    },
    Decoder {
        program: "heif-convert",
        package: "libheif-examples",
        formats: &[Format::Heif],
        arguments: &["IN", "OUT"],
        out: "out.png",
    },
    Decoder {
        program: "avifdec",
        package: "libavif-bin",
        formats: &[Format::Avif],
        arguments: &["IN", "OUT"],
        out: "out.png",
    },
    Decoder {
        program: "heif-convert",
        package: "libheif-examples",
        formats: &[Format::Avif],
        arguments: &["IN", "OUT"],
        out: "out.png",
    },
    Decoder {
        program: "djxl",
        package: "libjxl-tools",
        formats: &[Format::Jxl],
        arguments: &["IN", "OUT"],
        out: "out.png",
    },
];

impl Decoder {
    /// The pictures that it shows of `photo`: several of a HEIF that has several; `None` if it is not
    /// installed.
    pub fn shown(&self, photo: &[u8], format: Format) -> Option<Result<Vec<Pixels>, String>> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("in").with_extension(format.extension());
        let out = folder.path().join(self.out);
        std::fs::write(&file, photo).unwrap();
        let arguments: Vec<String> = self
            .arguments
            .iter()
            .map(|word| word.replace("IN", path(&file)).replace("OUT", path(&out)))
            .collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let ended = run(self.program, &arguments, &[])?;
        let words = String::from_utf8_lossy(&ended.stderr).trim().to_owned();
        if !ended.status.success() {
            return Some(Err(words));
        }
        let numbered = (1..).map(|n| folder.path().join(format!("out-{n}.png")));
        let all = std::iter::once(out).chain(numbered.take_while(|file| file.exists()));
        let read = |file: PathBuf| {
            let samples = std::fs::read(file).ok()?;
            let png = self.out.ends_with(".png");
            Some(if png {
                decoded_png(&samples)
            } else {
                Ok(Pixels { shape: self.out.to_owned(), samples })
            })
        };
        let pictures: Result<Vec<Pixels>, String> = all.filter_map(read).collect();
        Some(pictures.and_then(|all| if all.is_empty() { Err(words) } else { Ok(all) }))
    }
}

/// What another program wrote as a PNG, without what it says beside its pixels.
fn decoded_png(png: &[u8]) -> Result<Pixels, String> {
    let picture = image::load_from_memory_with_format(png, image::ImageFormat::Png)
        .map_err(|e| e.to_string())?;
    let shape = format!("{}x{} {:?}", picture.width(), picture.height(), picture.color());
    Ok(Pixels { shape, samples: picture.into_bytes() })
}

/// What Pillow says of files: one record for each, or for each pair where the task takes pairs. `None`
/// if it is not installed.
pub fn pillow(task: &str, files: &[&[u8]]) -> Option<Vec<Value>> {
    let folder = tempfile::tempdir().unwrap();
    let mut arguments = vec![String::from("-c"), include_str!("pillow.py").into(), task.into()];
    for (number, bytes) in files.iter().enumerate() {
        let extension = Format::detect(bytes).map_or("bin", Format::extension);
        let file = folder.path().join(format!("{number:05}.{extension}"));
        std::fs::write(&file, bytes).unwrap();
        arguments.push(path(&file).to_owned());
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ended = run("python3", &arguments, &[])?;
    let words = String::from_utf8_lossy(&ended.stderr);
    if words.contains("No module named 'PIL'") {
        return None;
    }
    assert!(ended.status.success(), "{words}");
    Some(serde_json::from_slice(&ended.stdout).unwrap())
}

/// What is wrong with a picture, by every decoder there is for it; `None` if one of them shows it
/// without an error, or if there is none.
pub fn broken(photo: &[u8], format: Format) -> Option<String> {
    let mut words = None;
    for decoder in DECODERS.iter().filter(|d| d.formats.contains(&format)) {
        match decoder.shown(photo, format) {
            Some(Ok(_)) => return None,
            Some(Err(error)) => words = Some(format!("{}: {error}", decoder.program)),
            None => {}
        }
    }
    if !pillow_reads(format) {
        return words;
    }
    let told = pillow("frames", &[photo])?;
    told[0].get("error").map(|error| format!("Pillow: {error}"))
}

/// True if Pillow reads this format here.
pub fn pillow_reads(format: Format) -> bool {
    let has = |name: &str| {
        pillow("formats", &[]).is_some_and(|names| names.iter().any(|n| n.as_str() == Some(name)))
    };
    match format {
        Format::WebP => has("webp") && has("webp_anim"),
        Format::Avif => has("avif"),
        Format::Heif | Format::Jxl => false,
        _ => true,
    }
}

pub fn path(path: &Path) -> &str {
    path.to_str().expect("a temporary folder has a plain name")
}
