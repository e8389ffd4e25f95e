//! Who opens what Unmarked writes: Chromium, and every program that checks one of the formats.

use std::fmt::Write;

use serde_json::Value;
use unmarked::receipt::Note;
use unmarked::{DrawnAs, Format, Method};
use unmarked_fixtures::decode::run;
use unmarked_fixtures::kinds;

use super::common::photos::every_photo;
use super::common::{Faults, METHODS, alone};
use super::peers::{DECODERS, broken, path, pillow, pillow_reads};

/// A photo and what became of it.
struct Pair {
    name: String,
    before: Vec<u8>,
    after: Vec<u8>,
    from: Format,
    to: Format,
    method: Method,
}

/// How many levels Chromium may show HDR otherwise that does not tell its light levels any more, on
/// average.
const LIGHT: f64 = 10.0;

/// By every method that does it alone: one photo of each kind that is made by code, and real ones of
/// every other format.
fn pairs() -> Vec<Pair> {
    // libjpeg, and so Chromium, smooths progressive pictures that lack their end, and no others
    let whole = kinds::all().into_iter().filter(|kind| kind.name != "progressive-dc-only");
    let made = whole.map(|kind| (kind.name.to_string(), kind.photo.bytes()));
    let real = every_photo().into_iter().filter(|photo| photo.format != Format::Jpeg);
    let real = real.map(|photo| (photo.path.display().to_string(), photo.bytes));
    let mut pairs = Vec::new();
    for (name, before) in made.chain(real) {
        let Some(from) = Format::detect(&before) else { continue };
        for method in METHODS {
            let mut policy = alone(method);
            // without loss, so that what it shows can be compared; as JPEG those that are made by code
            if from != Format::Jpeg {
                policy.rebuild.drawn_as = DrawnAs::Png;
            }
            let Ok(clean) = unmarked::clean(&before, &policy) else { continue };
            // where Strip stands in, it has been seen
            if clean.receipt().method != method {
                continue;
            }
            pairs.push(Pair {
                name: format!("{name}, {method}"),
                before: before.clone(),
                after: clean.bytes().to_vec(),
                from,
                to: clean.receipt().format,
                method,
            });
        }
    }
    pairs
}

/// A program that finds faults in files of a format: what it is run with, and whether it found any.
struct Checker {
    program: &'static str,
    package: &'static str,
    format: Format,
    arguments: &'static [&'static str],
    /// True of the output of a program that found a fault, though it ended well.
    complains: fn(&str) -> bool,
}

fn never(_: &str) -> bool {
    false
}

const CHECKERS: [Checker; 11] = [
    checker("pngcheck", "pngcheck", Format::Png, &["-q"], never),
    checker("gifsicle", "gifsicle", Format::Gif, &["--info"], |said| said.contains("warning")),
    checker("webpinfo", "webp", Format::WebP, &["-diag"], |said| {
        said.contains("Warning") || !said.contains("No error detected")
    }),
    checker("heif-info", "libheif-examples", Format::Heif, &[], never),
    checker("heif-info", "libheif-examples", Format::Avif, &[], never),
    checker("jxlinfo", "libjxl-tools", Format::Jxl, &["-v"], never),
    checker("identify", "imagemagick", Format::Jpeg, &["-verbose"], never),
    checker("identify", "imagemagick", Format::Png, &["-verbose"], |said| said.contains("warning")),
    checker("identify", "imagemagick", Format::Gif, &["-verbose"], never),
    checker("identify", "imagemagick", Format::WebP, &["-verbose"], never),
    checker("identify", "imagemagick", Format::Heif, &[], never),
];

const fn checker(
    program: &'static str,
    package: &'static str,
    format: Format,
    arguments: &'static [&'static str],
    complains: fn(&str) -> bool,
) -> Checker {
    Checker { program, package, format, arguments, complains }
}

impl Checker {
    /// What it complains of; `None` if it is not installed.
    fn complaint(&self, photo: &[u8]) -> Option<Option<String>> {
        let mut file = tempfile::Builder::new()
            .suffix(&format!(".{}", self.format.extension()))
            .tempfile()
            .unwrap();
        std::io::Write::write_all(&mut file, photo).unwrap();
        let arguments = [self.arguments, &[path(file.path())]].concat();
        let out = run(self.program, &arguments, &[])?;
        let mut said = String::from_utf8_lossy(&out.stdout).into_owned();
        said += &String::from_utf8_lossy(&out.stderr);
        Some((!out.status.success() || (self.complains)(&said)).then_some(said))
    }
}

#[test]
fn clean_photos_open_and_are_well_formed() {
    let pairs = pairs();
    let mut faults = Faults::default();
    for checker in &CHECKERS {
        let (mut files, mut complaints, mut before) = (0, 0, 0);
        for pair in pairs.iter().filter(|pair| pair.to == checker.format) {
            let Some(complaint) = checker.complaint(&pair.after) else {
                println!(
                    "NOTICE: {} is not installed: install {}",
                    checker.program, checker.package
                );
                break;
            };
            files += 1;
            let Some(words) = complaint else { continue };
            // of coded data that was copied it may have complained before
            if pair.method == Method::Strip
                && matches!(checker.complaint(&pair.before), Some(Some(_)))
            {
                before += 1;
                continue;
            }
            complaints += 1;
            let words: Vec<&str> = words.lines().rev().take(3).collect();
            faults.add(format!("{}: {}: {words:?}", pair.name, checker.program));
        }
        println!(
            "{} of {}: {files} files, {complaints} complaints, {before} as before",
            checker.program, checker.format
        );
    }
    for decoder in &DECODERS {
        let shown = pairs.iter().filter(|pair| decoder.formats.contains(&pair.to));
        for pair in shown.filter(|pair| pair.method != Method::Strip || pair.from != pair.to) {
            match decoder.shown(&pair.after, pair.to) {
                None => {
                    println!(
                        "NOTICE: {} is not installed: install {}",
                        decoder.program, decoder.package
                    );
                    break;
                }
                Some(Ok(_)) => {}
                // dwebp shows none that moves
                Some(Err(error)) if error.contains("animated WebP") => {}
                Some(Err(error)) => {
                    faults.add(format!("{}: {}: {error}", pair.name, decoder.program))
                }
            }
        }
    }
    let readable: Vec<&Pair> = pairs.iter().filter(|pair| pillow_reads(pair.to)).collect();
    let files: Vec<&[u8]> = readable.iter().map(|pair| pair.after.as_slice()).collect();
    for (pair, told) in readable.iter().zip(pillow("frames", &files).unwrap_or_default()) {
        if let Some(error) = told.get("error")
            && pillow("frames", &[&pair.before]).is_some_and(|told| told[0].get("error").is_none())
        {
            faults.add(format!("{}: Pillow: {error}", pair.name));
        }
    }
    faults.none();
}

/// Colours may differ by rounding where a profile gives way to the constant one of its colour space.
const ROUNDING: f64 = 1.0;
/// Drawn again as JPEG: what coding may change, on average, in pictures made of noise.
const DRAWN_AGAIN: f64 = 12.0;

#[test]
fn chromium_shows_clean_photos_as_the_originals() {
    let mut pairs = pairs();
    // what it knows
    pairs.retain(|pair| !matches!(pair.to, Format::Heif | Format::Jxl));
    let folder = tempfile::tempdir().unwrap();
    let mut names = String::new();
    for (number, pair) in pairs.iter().enumerate() {
        let write = |what: &str, format: Format, bytes: &[u8]| {
            let name = format!("{number}-{what}.{}", format.extension());
            std::fs::write(folder.path().join(&name), bytes).unwrap();
            name
        };
        let before = write("before", pair.from, &pair.before);
        let after = write("after", pair.to, &pair.after);
        write!(names, "[{before:?},{after:?}],").unwrap();
    }
    let page = folder.path().join("page.html");
    let html = include_str!("chromium.html").replace("= PAIRS", &format!("= [{names}]"));
    std::fs::write(&page, html).unwrap();
    let profile = format!("--user-data-dir={}", path(&folder.path().join("profile")));
    let address = format!("file://{}", path(&page));
    let arguments = [
        "--headless",
        // root, as in containers, has no sandbox; the page is ours
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--force-color-profile=srgb",
        "--allow-file-access-from-files",
        &profile,
        "--dump-dom",
        &address,
    ];
    let Some(out) = run("chromium", &arguments, &[]) else {
        println!("NOTICE: Chromium is not installed: it opens nothing (install chromium)");
        return;
    };
    let page = String::from_utf8_lossy(&out.stdout).into_owned();
    let told = page.split("<pre id=\"told\">").nth(1).and_then(|rest| rest.split("</pre>").next());
    let told: Vec<Value> =
        told.and_then(|told| serde_json::from_str(told).ok()).unwrap_or_else(|| {
            panic!("Chromium said nothing: {}", String::from_utf8_lossy(&out.stderr))
        });
    assert_eq!(told.len(), pairs.len());
    let mut faults = Faults::default();
    let (mut opened, mut compared, mut most) = (0, 0, 0.0_f64);
    for (pair, told) in pairs.iter().zip(&told) {
        if told["opened"] == false {
            // what it does not show of a damaged original, it need not show of a copy of its coded data
            let may = pair.method == Method::Strip && told["original"] == false;
            faults.check(may, || format!("{}: Chromium does not open it", pair.name));
            continue;
        }
        opened += 1;
        let Some(apart) = told["mean"].as_f64() else { continue };
        compared += 1;
        let drawn = pair.method == Method::Rebuild;
        let allowed = if drawn && pair.to == Format::Jpeg { DRAWN_AGAIN } else { ROUNDING };
        let same = told["size"] == told["before"] && apart <= allowed;
        // how much of a damaged picture is shown, each decides for itself
        if drawn && !same && broken(&pair.before, pair.from).is_some() {
            continue;
        }
        if !drawn {
            most = most.max(apart);
        }
        // it maps HDR by the light levels, which can name a device: the receipt says that they are gone
        let told_dark = || {
            let clean = unmarked::clean(&pair.before, &alone(pair.method));
            clean.is_ok_and(|clean| clean.receipt().notes.contains(&Note::LightLevelDropped))
        };
        if !same && apart <= LIGHT && told_dark() {
            continue;
        }
        faults.check(same, || format!("{}: Chromium shows it otherwise: {told}", pair.name));
    }
    println!(
        "Chromium: {opened} of {} clean photos opened, {compared} compared with their originals; the \
         most that levels differ on average, by Strip or Recode: {most:.3}",
        pairs.len()
    );
    faults.none();
}
