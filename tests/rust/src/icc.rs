//! Colour profiles: ICC.1:2022, sections 7 to 10. Every free field can be marked.

/// Which colours a profile means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// sRGB: IEC 61966-2-1.
    Srgb,
    /// Display P3.
    DisplayP3,
    /// Adobe RGB (1998).
    AdobeRgb,
    /// ROMM RGB, which no constant profile stands for.
    ProPhoto,
    /// Grey with a gamma of 2.2.
    Grey22,
    /// Inks, by a table (which is not filled in).
    Cmyk,
}

/// Free fields of a profile.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    /// In the description, the copyright and a private tag.
    pub text: String,
    /// Preferred CMM, manufacturer, model and creator, in the header.
    pub signatures: [[u8; 4]; 4],
    /// Year, month, day, hour, minute, second.
    pub date: [u16; 6],
    /// Bytes 100 to 127 of the header, which are reserved.
    pub reserved: [u8; 28],
    /// What colorants are off by, in steps of 1/65,536: profiles of one meaning differ so, by how
    /// they were made.
    pub nudge: i8,
}

/// A profile of version 4 (or 2 with `old`) for `space`.
pub fn profile(space: Space, fields: &Fields, old: bool) -> Vec<u8> {
    let text = |text: &str| {
        if old { description(text) } else { multi_localised(text) }
    };
    let mut tags: Vec<(&[u8; 4], Vec<u8>)> = vec![
        (b"desc", text(&fields.text)),
        (b"cprt", if old { plain_text(&fields.text) } else { text(&fields.text) }),
        (b"wtpt", xyz([0.9642, 1.0, 0.8249])),
        (b"priv", plain_text(&fields.text)),
    ];
    let srgb = parametric([2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045]);
    let rgb = match space {
        Space::Srgb => Some((
            [[0.43607, 0.22249, 0.01392], [0.38515, 0.71687, 0.09708], [0.14307, 0.06061, 0.7141]],
            if old { gamma_table() } else { srgb },
        )),
        Space::DisplayP3 => Some((
            [[0.51512, 0.2412, -0.00105], [0.29198, 0.69225, 0.04189], [0.1571, 0.06657, 0.78407]],
            if old { gamma_table() } else { srgb },
        )),
        Space::AdobeRgb => Some((
            [[0.60974, 0.31111, 0.01947], [0.20528, 0.62567, 0.06087], [0.14919, 0.06322, 0.74457]],
            gamma(0x0233),
        )),
        Space::ProPhoto => Some((
            [[0.79767, 0.28804, 0.0], [0.13519, 0.71188, 0.0], [0.03134, 0.00009, 0.82491]],
            gamma(0x01CD),
        )),
        Space::Grey22 | Space::Cmyk => None,
    };
    match (space, rgb) {
        (_, Some((primaries, curve))) => {
            for (tag, column) in [b"rXYZ", b"gXYZ", b"bXYZ"].into_iter().zip(primaries) {
                let off = f64::from(fields.nudge) / 65_536.0;
                tags.push((tag, xyz(column.map(|v| v + off))));
            }
            tags.extend([b"rTRC", b"gTRC", b"bTRC"].map(|tag| (tag, curve.clone())));
        }
        (Space::Cmyk, _) => tags.push((b"A2B0", plain_text(&fields.text))),
        _ => tags.push((b"kTRC", gamma(0x0233))),
    }

    let colours: &[u8; 4] = match space {
        Space::Grey22 => b"GRAY",
        Space::Cmyk => b"CMYK",
        _ => b"RGB ",
    };
    let [cmm, manufacturer, model, creator] = fields.signatures;
    let mut out = vec![0; 4];
    out.extend(cmm);
    out.extend([if old { 2 } else { 4 }, 0x30, 0, 0]);
    out.extend(if space == Space::Cmyk { b"prtr" } else { b"mntr" });
    out.extend(colours);
    out.extend(if space == Space::Cmyk { b"Lab " } else { b"XYZ " });
    out.extend(fields.date.iter().flat_map(|n| n.to_be_bytes()));
    out.extend(b"acsp");
    out.extend([0; 8]);
    out.extend(manufacturer);
    out.extend(model);
    out.extend([0; 12]);
    for value in [0.9642, 1.0, 0.8249] {
        out.extend(fixed(value));
    }
    out.extend(creator);
    out.extend([0; 16]);
    out.extend(fields.reserved);

    out.extend((tags.len() as u32).to_be_bytes());
    let mut at = out.len() + 12 * tags.len();
    let mut data = Vec::new();
    for (tag, mut value) in tags {
        out.extend(tag);
        out.extend((at as u32).to_be_bytes());
        out.extend((value.len() as u32).to_be_bytes());
        value.resize(value.len().next_multiple_of(4), 0);
        at += value.len();
        data.extend(value);
    }
    out.extend(data);
    let size = (out.len() as u32).to_be_bytes();
    out[..4].copy_from_slice(&size);
    out
}

/// The payloads of the APP2 segments that carry `profile` in parts of `size` bytes: ICC.1, annex B.4.
pub fn payloads(profile: &[u8], size: usize) -> Vec<Vec<u8>> {
    let parts: Vec<&[u8]> = profile.chunks(size).collect();
    let count = parts.len() as u8;
    (1u8..)
        .zip(parts)
        .map(|(number, part)| [b"ICC_PROFILE\0".as_slice(), &[number, count], part].concat())
        .collect()
}

fn fixed(value: f64) -> [u8; 4] {
    ((value * 65_536.0).round() as i32).to_be_bytes()
}

fn xyz(value: [f64; 3]) -> Vec<u8> {
    let mut out = b"XYZ \0\0\0\0".to_vec();
    out.extend(value.iter().flat_map(|v| fixed(*v)));
    out
}

fn gamma(value: u16) -> Vec<u8> {
    let mut out = b"curv\0\0\0\0\0\0\0\x01".to_vec();
    out.extend(value.to_be_bytes());
    out
}

/// The curve of sRGB as a table of 1024 points, as profiles of version 2 have it.
fn gamma_table() -> Vec<u8> {
    let mut out = b"curv\0\0\0\0".to_vec();
    out.extend(1024u32.to_be_bytes());
    for i in 0..1024u32 {
        let x = f64::from(i) / 1023.0;
        let y = if x <= 0.04045 { x / 12.92 } else { ((x + 0.055) / 1.055).powf(2.4) };
        out.extend(((y * 65_535.0).round() as u16).to_be_bytes());
    }
    out
}

fn parametric(parameters: [f64; 5]) -> Vec<u8> {
    let mut out = b"para\0\0\0\0\0\x03\0\0".to_vec();
    out.extend(parameters.iter().flat_map(|v| fixed(*v)));
    out
}

fn plain_text(text: &str) -> Vec<u8> {
    [b"text\0\0\0\0".as_slice(), text.as_bytes(), &[0]].concat()
}

fn multi_localised(text: &str) -> Vec<u8> {
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut out = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS".to_vec();
    out.extend((wide.len() as u32).to_be_bytes());
    out.extend(28u32.to_be_bytes());
    out.extend(wide);
    out
}

/// textDescriptionType of version 2: ICC.1:2001, 6.5.17.
fn description(text: &str) -> Vec<u8> {
    let mut out = b"desc\0\0\0\0".to_vec();
    out.extend((text.len() as u32 + 1).to_be_bytes());
    out.extend(text.as_bytes());
    out.push(0);
    out.extend([0; 8 + 3 + 67]);
    out
}
