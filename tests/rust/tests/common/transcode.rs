//! What libjpeg-turbo's jpegtran makes of a photo: the same coefficients, written again.

use unmarked_fixtures::decode::run;
use unmarked_fixtures::{Jpeg, Piece, marker};

/// The transform of jpegtran that turns a photo of this orientation upright.
fn upright(orientation: u8) -> &'static [&'static str] {
    match orientation {
        2 => &["-flip", "horizontal"],
        3 => &["-rotate", "180"],
        4 => &["-flip", "vertical"],
        5 => &["-transpose"],
        6 => &["-rotate", "90"],
        7 => &["-transverse"],
        8 => &["-rotate", "270"],
        _ => &[],
    }
}

/// What jpegtran writes with these arguments; the error in words if it refuses, `None` if it is not
/// installed. As in djpeg, warnings are no errors.
pub fn jpegtran(arguments: &[&str], photo: &[u8]) -> Option<Result<Vec<u8>, String>> {
    let out = run("jpegtran", arguments, photo)?;
    if !matches!(out.status.code(), Some(0 | 2)) || out.stdout.is_empty() {
        return Some(Err(String::from_utf8_lossy(&out.stderr).trim().to_owned()));
    }
    Some(Ok(out.stdout))
}

/// `photo` without metadata and with optimal tables, turned upright from this orientation if that
/// is possible with all of its blocks.
pub fn optimised(photo: &[u8], orientation: u8) -> Option<Result<Vec<u8>, String>> {
    let arguments = [&["-copy", "none", "-optimize", "-perfect"], upright(orientation)].concat();
    jpegtran(&arguments, photo)
}

/// Every coefficient of the picture, its quantisation and its sampling, in a form that depends on
/// nothing else: one scan for each component, so that blocks outside the picture are left out.
pub fn coefficients(photo: &[u8], components: usize) -> Option<Result<Vec<u8>, String>> {
    let script = tempfile::NamedTempFile::new().unwrap();
    let scans: String = (0..components).map(|c| format!("{c};\n")).collect();
    std::fs::write(script.path(), scans).unwrap();
    let script = script.path().to_str().unwrap();
    let written = jpegtran(&["-copy", "none", "-optimize", "-scans", script], photo)?;
    Some(written.map(|bytes| plain(&Jpeg::parse(&bytes).expect("jpegtran writes whole files"))))
}

/// What `jpeg` holds but for what only names things: its header, identifiers of components, slots of
/// tables. A quantisation table stands where a component uses it.
fn plain(jpeg: &Jpeg) -> Vec<u8> {
    let mut tables: [Vec<u8>; 4] = Default::default();
    for segment in jpeg.segments(marker::DQT) {
        let mut rest = segment;
        while let [head, behind @ ..] = rest {
            let values = behind.chunks(64 << (head >> 4)).next().unwrap_or_default();
            tables[usize::from(head & 3)] = values.to_vec();
            rest = &behind[values.len()..];
        }
    }
    let mut out = Vec::new();
    for piece in &jpeg.pieces {
        let payload = piece.payload();
        if piece.is_frame() {
            out.extend(&payload[..6]);
            for component in payload[6..].chunks(3) {
                out.push(component[1]);
                out.extend(&tables[usize::from(component[2] & 3)]);
            }
        } else if piece.is(marker::DHT) {
            out.extend(&payload[1..]);
        } else if matches!(piece, Piece::Coded(_)) {
            out.extend(payload);
        }
    }
    out
}
