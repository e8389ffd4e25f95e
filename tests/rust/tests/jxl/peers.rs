//! JPEG XL that libjxl writes, in many settings: they look the same, and exiftool finds nothing.

use std::path::Path;

use unmarked::{Error, inspect};
use unmarked_fixtures::decode::{exiftool_installed, libjxl, run};
use unmarked_fixtures::{Colour, Photo as Jpeg};

use crate::common::{Faults, photos, strip};

/// Settings of `cjxl`, and whether the source is the JPEG itself (else its pixels).
const SETTINGS: [(&str, bool); 34] = [
    ("-e 1", false),
    ("-e 2 -d 0", false),
    ("-e 3", false),
    ("-e 4 -d 0", false),
    ("-e 5 -d 0.5", false),
    ("-e 6 -d 3", false),
    ("-e 7", false),
    ("-e 8 -d 2", false),
    ("-e 9 -d 1", false),
    ("-e 7 -d 0 --patches=1", false),
    ("-e 3 -p", false),
    ("-e 3 --progressive_ac", false),
    ("-e 3 --qprogressive_ac", false),
    ("-e 3 --progressive_dc=1", false),
    ("-e 3 --progressive_dc=2", false),
    ("-e 3 --group_order=1", false),
    ("-e 3 --group_order=1 -p", false),
    ("-e 3 --group_order=1 -m 1 -d 0 -g 0", false),
    ("-e 3 --photon_noise=ISO3200", false),
    ("-e 3 --epf=0 --gaborish=0", false),
    ("-e 3 --epf=3 --gaborish=1", false),
    ("-e 3 --resampling=4", false),
    ("-e 3 --resampling=8", false),
    ("-e 3 --intensity_target=1000", false),
    ("-e 3 --container=1", false),
    ("-e 3 --codestream_level=10", false),
    ("-e 3 -m 1 -d 1 -R 1", false),
    ("-e 3 -m 1 -d 0 -g 3 -E 2", false),
    ("-e 3 -m 1 --modular_lossy_palette -d 0", false),
    ("-e 3 --faster_decoding=4", false),
    ("-e 3", true),
    ("-e 7", true),
    ("-e 3 --container=0", true),
    ("-e 3 -j 0", true),
];

/// What `cjxl` makes of the file `from`; `None` if it is not installed, or does not know the setting.
fn encoded(from: &Path, setting: &str) -> Option<Vec<u8>> {
    let to = from.with_extension("jxl");
    let mut arguments = vec![from.to_str()?, to.to_str()?, "--num_threads=0"];
    arguments.extend(setting.split(' '));
    let out = run("cjxl", &arguments, &[])?;
    out.status.success().then(|| std::fs::read(&to).ok()).flatten()
}

#[test]
fn what_libjxl_writes_looks_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (jpeg, pixels) = (folder.path().join("a.jpg"), folder.path().join("a.ppm"));
    let mut picture = Jpeg::new(530, 300, Colour::YCbCr).encode();
    let exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x0e\0\x02\0\0\0\x04abc\0\0\0\0\0";
    picture.insert(1, unmarked_fixtures::Piece::segment(0xE1, *exif));
    std::fs::write(&jpeg, picture.bytes()).unwrap();
    let decoded = image::load_from_memory(&picture.bytes()).unwrap().to_rgb8();
    let head = format!("P6 {} {} 255\n", decoded.width(), decoded.height());
    std::fs::write(&pixels, [head.as_bytes(), decoded.as_raw()].concat()).unwrap();

    let mut faults = Faults::default();
    let mut cleaned = Vec::new();
    for (setting, whole) in SETTINGS {
        let Some(photo) = encoded(if whole { &jpeg } else { &pixels }, setting) else {
            println!("NOTICE: cjxl is not installed, or does not know {setting}");
            continue;
        };
        let clean = match strip(&photo) {
            Ok(clean) => clean,
            Err(error) => {
                faults.add(format!("{setting}: {error}"));
                continue;
            }
        };
        faults.check(clean.len() <= photo.len() + 64, || format!("{setting}: grew"));
        let same = libjxl(&clean) == libjxl(&photo);
        faults.check(same, || format!("{setting} {whole}: shows something else"));
        let left = inspect(&clean).unwrap().marks().count();
        faults.check(left == 0, || format!("{setting}: {left} marks left"));
        cleaned.push(clean);
    }
    check_by_exiftool(&cleaned, &mut faults);
    println!("JPEG XL by libjxl: {} cleaned", cleaned.len());
    faults.none();
}

/// exiftool tells nothing of them but what they are.
fn check_by_exiftool(cleaned: &[Vec<u8>], faults: &mut Faults) {
    if !exiftool_installed() {
        return;
    }
    let files: Vec<&[u8]> = cleaned.iter().map(Vec::as_slice).collect();
    for tags in photos::exiftool(&files).unwrap_or_default() {
        let marks = photos::marks(&tags);
        faults.check(marks.is_empty(), || format!("exiftool finds {marks:?}"));
    }
}

/// Real photos as JPEG XL, a few of them: transcoded, and drawn again with their profiles.
#[test]
fn real_photos_as_jpeg_xl_look_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.jpg");
    let mut faults = Faults::default();
    let (mut count, mut refused) = (0, 0);
    let small = photos::photos().into_iter().filter(|photo| photo.bytes.len() < 150_000);
    for photo in small.step_by(4) {
        std::fs::write(&file, &photo.bytes).unwrap();
        for setting in ["-e 3", "-e 2 -j 0 -d 1"] {
            let Some(coded) = encoded(&file, setting) else { continue };
            let name = format!("{} {setting}", photo.path.display());
            match strip(&coded) {
                Ok(clean) => {
                    count += 1;
                    let same = libjxl(&clean) == libjxl(&coded);
                    faults.check(same, || format!("{name}: shows something else"));
                }
                Err(Error::Profile(_)) => refused += 1,
                Err(error) => faults.add(format!("{name}: {error}")),
            }
        }
    }
    println!("real photos as JPEG XL: {count} cleaned, {refused} refused for their profiles");
    faults.none();
}
