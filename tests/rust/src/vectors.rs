//! The vectors that Rust, Kotlin and Swift share: plain text, one record a photo.

use unmarked::{Method, Policy, Rebuild, Redaction};

use crate::exif::{Order, ascii, byte, directory, orientation, payload, rationals, short};
use crate::huffman::hex;
use crate::icc::{Fields, Space, payloads, profile};
use crate::{Header, HuffmanTables, Jpeg, Photo, Piece, carriers, kinds, marker};

/// One photo, and what must become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What it is about.
    pub name: String,
    /// The photo.
    pub input: Vec<u8>,
    /// The class of the refusal in the words of the mobile boundary, if it must be refused.
    pub refused: Option<String>,
    /// The verdict on the photo itself: clean, carries, cannot_tell.
    pub check: String,
    /// What must be written, if it is known.
    pub output: Option<Vec<u8>>,
    /// The method and its settings by name, in the order of the file. None is Strip.
    pub settings: Vec<(String, String)>,
}

impl Record {
    /// What it asks for. Nothing stands in for its method.
    pub fn policy(&self) -> Policy {
        let mut policy = Policy { rebuild_if_refused: false, ..Policy::default() };
        policy.rebuild = Rebuild::FULL_SIZE;
        for (key, value) in &self.settings {
            let number = || value.parse::<u32>().expect("a number");
            match (key.as_str(), value.as_str()) {
                ("method", "recode") => policy.method = Method::Recode,
                ("method", "rebuild") => policy.method = Method::Rebuild,
                ("longest_edge", _) => policy.rebuild.longest_edge = Some(number()),
                ("quality", _) => policy.rebuild.quality = number() as u8,
                ("grey", _) => policy.rebuild.grey = value == "true",
                ("redact", _) => {
                    let [x, y, width, height] = value
                        .split(',')
                        .map(|n| n.parse::<u16>().expect("a number"))
                        .collect::<Vec<_>>()[..]
                    else {
                        panic!("{value}")
                    };
                    policy.rebuild.redactions.push(Redaction::Rectangle {
                        x: x.into(),
                        y: y.into(),
                        width: width.into(),
                        height: height.into(),
                    });
                }
                other => panic!("{other:?}"),
            }
        }
        policy
    }
}

/// A file of vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    /// Of Strip.
    Strip,
    /// Of Recode.
    Recode,
    /// Of Rebuild.
    Rebuild,
}

impl File {
    /// All of them.
    pub const ALL: [File; 3] = [File::Strip, File::Recode, File::Rebuild];

    /// Its name in `tests/vectors`.
    pub fn name(self) -> &'static str {
        match self {
            File::Strip => "strip.txt",
            File::Recode => "recode.txt",
            File::Rebuild => "rebuild.txt",
        }
    }

    fn head(self) -> String {
        let (method, words) = match self {
            File::Strip => (
                "Strip",
                "`out` was written by Strip, and accepted after it showed the same picture as `in` by libjpeg-turbo.",
            ),
            File::Recode => (
                "Recode",
                "`out` was written by Recode, and accepted after it showed the same picture as `in` by libjpeg-turbo\n\
                 # where it is not turned. `method` names the method.",
            ),
            File::Rebuild => (
                "Rebuild",
                "`out` was written by Rebuild. `method` names the method; `longest_edge` in pixels, `quality` from 1 to\n\
                 # 100, `grey` and `redact` (X,Y,W,H) are its settings; without one the size stays, quality is 90.",
            ),
        };
        HEAD.replace("{method}", method).replace("{words}", words)
    }
}

const HEAD: &str = "\
# Vectors of {method} for JPEG, read by the tests in Rust, Kotlin and Swift.
#
# `in` is made by code: tests/rust/src/vectors.rs, by the encoder in the same crate (ITU-T T.81).
# `refused` and `check` are written there by hand, from the standards and the project's contract.
# {words}
# A test makes every `in` anew and compares. To write this file:
#   cargo run -p unmarked-fixtures --example vectors -- --write
";

/// The text of the file.
pub fn text(file: File, records: &[Record]) -> String {
    let mut text = file.head();
    for record in records {
        text += &format!("\n[{}]\n", record.name);
        record.settings.iter().for_each(|(key, value)| text += &format!("{key} = {value}\n"));
        text += &format!("in = {}\n", digits(&record.input));
        match (&record.output, &record.refused) {
            (Some(output), _) => text += &format!("out = {}\n", digits(output)),
            (None, Some(class)) => text += &format!("refused = {class}\n"),
            (None, None) => {}
        }
        text += &format!("check = {}\n", record.check);
    }
    text
}

/// The records of such a text. Keys that are not known are settings.
pub fn parse(text: &str) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            records.push(record(name, Vec::new(), None, ""));
            continue;
        }
        let (Some(last), Some((key, value))) = (records.last_mut(), line.split_once('=')) else {
            panic!("neither a record nor a key: {line}")
        };
        let value = value.trim();
        match key.trim() {
            "in" => last.input = hex(value),
            "out" => last.output = Some(hex(value)),
            "refused" => last.refused = Some(value.to_owned()),
            "check" => last.check = value.to_owned(),
            key => last.settings.push((key.to_owned(), value.to_owned())),
        }
    }
    records
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn record(name: &str, input: Vec<u8>, refused: Option<&str>, check: &str) -> Record {
    let refused = refused.map(str::to_owned);
    Record {
        name: name.to_owned(),
        input,
        refused,
        check: check.to_owned(),
        output: None,
        settings: Vec::new(),
    }
}

/// A small photo of a kind, with tables as short as they can be.
fn small(kind: &str) -> Photo {
    let mut photo = kinds::named(kind);
    (photo.width, photo.height) = (photo.width.min(18), photo.height.min(10));
    // so small a picture has two MCUs
    photo.restart = photo.restart.min(1);
    if photo.huffman == HuffmanTables::Standard {
        photo.huffman = HuffmanTables::Optimal;
    }
    photo
}

fn with(kind: &str, code: u8, payload: &[u8]) -> Vec<u8> {
    let mut jpeg = small(kind).encode();
    let at = jpeg.frame();
    jpeg.insert(at, Piece::segment(code, payload));
    jpeg.bytes()
}

fn planted(kind: &str, carrier: &str) -> Vec<u8> {
    let all = carriers::all();
    let carrier = all.iter().find(|c| c.id == carrier).expect("a carrier of this name");
    carrier.planted(&small(kind).encode(), 1).expect("a place in this kind").bytes()
}

fn with_profile(kind: &str, space: Space) -> Vec<u8> {
    let fields = Fields { text: "Some Maker's screen".into(), ..Fields::default() };
    let mut jpeg = small(kind).encode();
    let at = jpeg.frame();
    for payload in payloads(&profile(space, &fields, false), 60_000) {
        jpeg.insert(at, Piece::segment(marker::APP2, payload));
    }
    jpeg.bytes()
}

/// A photo as a phone writes it: place, time, serial number, thumbnail, lying on its side.
fn phone() -> Vec<u8> {
    let gps = vec![
        byte(0x0000, &[2, 3, 0, 0]),
        ascii(0x0001, "N"),
        rationals(0x0002, &[(59, 1), (56, 1), (4, 1)]),
        ascii(0x0003, "E"),
        rationals(0x0004, &[(30, 1), (18, 1), (51, 1)]),
    ];
    let exif = vec![ascii(0x9003, "2024:03:17 12:34:56"), ascii(0xA431, "SN-0042-7711")];
    let ifd0 = vec![
        ascii(0x010F, "Example"),
        ascii(0x0110, "Phone 5"),
        short(0x0112, 6),
        directory(0x8769, exif),
        directory(0x8825, gps),
    ];
    let thumbnail = small("grey").bytes();
    let block = payload(Order::Little, ifd0, Some((vec![short(0x0103, 6)], &thumbnail)), &[]);
    with("420", marker::APP1, &block)
}

/// A file whose frame has another code, or another precision.
fn refused_frame(code: u8, precision: u8) -> Vec<u8> {
    let mut jpeg = small("420").encode();
    let at = jpeg.frame();
    let mut payload = jpeg.pieces[at].payload().to_vec();
    payload[0] = precision;
    jpeg.pieces[at] = Piece::segment(code, payload);
    jpeg.bytes()
}

/// Every record of a file, as made by code. The outputs are not known here.
pub fn records(file: File) -> Vec<Record> {
    match file {
        File::Strip => stripped(),
        File::Recode => recoded(),
        File::Rebuild => rebuilt(),
    }
}

/// With a method and its settings.
fn by(mut record: Record, settings: &[(&str, &str)]) -> Record {
    let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    record.settings = settings.iter().map(owned).collect();
    record
}

fn recoded() -> Vec<Record> {
    let names = [
        "phone",
        "grey",
        "420",
        "progressive",
        "restart",
        "separate-scans",
        "rgb-ids",
        "cmyk-adobe",
        "profile-display-p3",
        "orientation-1",
        "orientation-6",
        "comment-between-scans",
        "refused-arithmetic",
        "refused-cut-off",
    ];
    let mut list: Vec<Record> =
        stripped().into_iter().filter(|record| names.contains(&record.name.as_str())).collect();
    // whole MCUs, so that its coefficients can be turned
    let mut whole = small("420");
    (whole.width, whole.height) = (32, 16);
    let mut jpeg = whole.encode();
    jpeg.insert(1, Piece::segment(marker::APP1, orientation(Order::Big, 3, 8)));
    list.push(record("turned-by-coefficients", jpeg.bytes(), None, "cannot_tell"));
    let cut = small("420").bytes();
    list.retain(|record| record.name != "refused-cut-off");
    list.push(record(
        "refused-cut-off",
        cut[..cut.len() - 9].to_vec(),
        Some("damaged"),
        "cannot_tell",
    ));
    list.into_iter().map(|record| by(record, &[("method", "recode")])).collect()
}

fn rebuilt() -> Vec<Record> {
    let whole = ("method", "rebuild");
    let inputs = stripped();
    let of = |name: &str| {
        inputs.iter().find(|record| record.name == name).cloned().expect("a record of this name")
    };
    let named = |name: &str, of: Record, settings: &[(&str, &str)]| {
        by(Record { name: name.to_owned(), ..of }, settings)
    };
    let mut list: Vec<Record> = [
        "phone",
        "grey",
        "444",
        "420",
        "progressive",
        "rgb-ids",
        "cmyk-adobe",
        "ycck",
        "profile-display-p3",
        "profile-grey",
        "orientation-6",
        "bytes-after-end",
        "refused-arithmetic",
        "refused-text",
    ]
    .into_iter()
    .map(|name| by(of(name), &[whole]))
    .collect();
    let cut = small("420").bytes();
    let cut = record("cut-off", cut[..cut.len() - 9].to_vec(), None, "cannot_tell");
    list.extend([
        named("smaller", of("420"), &[whole, ("longest_edge", "11"), ("quality", "70")]),
        named("grey-asked-for", of("444"), &[whole, ("grey", "true")]),
        named("covered", of("444"), &[whole, ("redact", "4,4,3,3")]),
        named("turned-and-smaller", of("phone"), &[whole, ("longest_edge", "9")]),
        by(cut, &[whole]),
    ]);
    list
}

fn stripped() -> Vec<Record> {
    let mut list = vec![record("phone", phone(), None, "carries")];
    for kind in [
        "grey",
        "444",
        "422",
        "420",
        "extended",
        "sixteen-bit-quantisation",
        "progressive",
        "restart",
        "separate-scans",
        "quantisation-slot-reused",
        "no-huffman-tables",
        "rgb-ids",
        "rgb-adobe",
        "cmyk-adobe",
        "cmyk-plain",
        "ycck",
        "one-pixel",
    ] {
        // without a header no output of Strip looks like it, and nothing in it is a mark
        let mut photo = small(kind);
        photo.headers.retain(|header| *header != Header::Jfif);
        list.push(record(kind, photo.bytes(), None, "cannot_tell"));
    }
    for value in [1, 3, 6, 8] {
        let block = orientation(Order::Little, 3, value);
        let input = with("grey", marker::APP1, &block);
        list.push(record(&format!("orientation-{value}"), input, None, "cannot_tell"));
    }
    let carries = |name: &str, input| record(name, input, None, "carries");
    list.extend([
        carries("xmp", planted("grey", "xmp@before-frame")),
        carries("iptc", planted("grey", "iptc")),
        carries("comment-between-scans", planted("separate-scans", "com@between-scans")),
        carries("unused-table", planted("grey", "dqt-free-slot@before-scan")),
        carries("adobe-tail", planted("rgb-adobe", "adobe-tail")),
        carries("bytes-after-end", planted("grey", "after-end-motion-photo")),
        carries("unknown-segment", planted("grey", "app5@before-end")),
        carries("profile-srgb", with_profile("420", Space::Srgb)),
        carries("profile-display-p3", with_profile("420", Space::DisplayP3)),
        carries("profile-grey", with_profile("grey", Space::Grey22)),
        carries("profile-cmyk", with_profile("cmyk-adobe", Space::Cmyk)),
    ]);

    let whole = small("420").bytes();
    let mut bad_length = Jpeg { pieces: vec![Piece::Marker(marker::SOI)] }.bytes();
    bad_length.extend([0xFF, marker::DQT, 0x00, 0x01]);
    bad_length.extend(&whole[2..]);
    let no = |name: &str, input, class, check| record(name, input, Some(class), check);
    list.extend([
        no("refused-text", b"Dear editor,".to_vec(), "not_a_photo", "cannot_tell"),
        no("refused-png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "damaged", "cannot_tell"),
        no("refused-arithmetic", refused_frame(0xC9, 8), "unsupported", "cannot_tell"),
        no("refused-lossless", refused_frame(0xC3, 8), "unsupported", "cannot_tell"),
        no("refused-hierarchical", refused_frame(0xC5, 8), "unsupported", "cannot_tell"),
        no("refused-12-bit", refused_frame(marker::SOF1, 12), "unsupported", "cannot_tell"),
        no("refused-profile", with_profile("420", Space::ProPhoto), "unsupported", "carries"),
        no("refused-cut-off", whole[..whole.len() - 9].to_vec(), "damaged", "cannot_tell"),
        no("refused-wrong-length", bad_length, "damaged", "carries"),
    ]);
    list
}
