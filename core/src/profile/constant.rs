//! The bytes of the constant profiles: ICC.1:2022, version 4.3, self-made.
//!
//! Colour values are those of the published spaces, rounded to 15.16 fixed point. No field names a
//! maker, a model or a program, and the date is a constant.

use crate::profile::ProfileClass;

/// The profile of `class`, always the same bytes.
pub(crate) fn constant(class: ProfileClass) -> Vec<u8> {
    match class {
        ProfileClass::DisplayP3 => rgb(
            "Display P3",
            [
                [0x0000_83DF, 0x0000_3DBF, 0xFFFF_FFBB],
                [0x0000_4ABF, 0x0000_B137, 0x0000_0AB9],
                [0x0000_2838, 0x0000_110B, 0x0000_C8B9],
            ],
            &SRGB_CURVE,
        ),
        ProfileClass::AdobeRgb => rgb(
            "Adobe RGB (1998)",
            [
                [0x0000_9C18, 0x0000_4FA5, 0x0000_04FC],
                [0x0000_348D, 0x0000_A02C, 0x0000_0F95],
                [0x0000_2631, 0x0000_102F, 0x0000_BE9C],
            ],
            // gamma 563/256, as parametric curve type 0
            b"para\0\0\0\0\0\0\0\0\x00\x02\x33\x00",
        ),
        ProfileClass::GreyGamma22 => assemble(
            b"GRAY",
            &[
                (b"desc", text("Gray Gamma 2.2")),
                (b"cprt", text("CC0")),
                (b"wtpt", numbers(b"XYZ ", &D50)),
                (b"kTRC", b"para\0\0\0\0\0\0\0\0\x00\x02\x33\x33".to_vec()),
            ],
        ),
    }
}

/// The D50 illuminant.
const D50: [u32; 3] = [0x0000_F6D6, 0x0001_0000, 0x0000_D32D];

/// Bradford adaptation from D65 to D50.
const ADAPTATION: [u32; 9] = [
    0x0001_0C42,
    0x0000_05DE,
    0xFFFF_F326,
    0x0000_0793,
    0x0000_FD90,
    0xFFFF_FBA2,
    0xFFFF_FDA3,
    0x0000_03DC,
    0x0000_C06E,
];

/// sRGB's curve as parametric type 3: g 2.4, a 1/1.055, b 0.055/1.055, c 1/12.92, d 0.04045.
const SRGB_CURVE: [u8; 32] = [
    b'p', b'a', b'r', b'a', 0, 0, 0, 0, 0, 3, 0, 0, 0x00, 0x02, 0x66, 0x66, 0x00, 0x00, 0xF2, 0xA7,
    0x00, 0x00, 0x0D, 0x59, 0x00, 0x00, 0x13, 0xD0, 0x00, 0x00, 0x0A, 0x5B,
];

fn rgb(name: &str, [red, green, blue]: [[u32; 3]; 3], curve: &[u8]) -> Vec<u8> {
    assemble(
        b"RGB ",
        &[
            (b"desc", text(name)),
            (b"cprt", text("CC0")),
            (b"wtpt", numbers(b"XYZ ", &D50)),
            (b"chad", numbers(b"sf32", &ADAPTATION)),
            (b"rXYZ", numbers(b"XYZ ", &red)),
            (b"gXYZ", numbers(b"XYZ ", &green)),
            (b"bXYZ", numbers(b"XYZ ", &blue)),
            (b"rTRC", curve.to_vec()),
            (b"gTRC", curve.to_vec()),
            (b"bTRC", curve.to_vec()),
        ],
    )
}

/// A text in one language: section 10.15, multiLocalizedUnicodeType.
fn text(words: &str) -> Vec<u8> {
    let utf16: Vec<u8> = words.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut tag = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS".to_vec();
    tag.extend(word(utf16.len()));
    tag.extend(word(28));
    tag.extend(utf16);
    tag
}

/// Fixed-point numbers: sections 10.31 (XYZType) and 10.24 (s15Fixed16ArrayType).
fn numbers(kind: &[u8; 4], values: &[u32]) -> Vec<u8> {
    let values = values.iter().flat_map(|v| v.to_be_bytes());
    kind.iter().copied().chain([0; 4]).chain(values).collect()
}

fn word(n: usize) -> [u8; 4] {
    u32::try_from(n).unwrap_or(0).to_be_bytes()
}

/// Header, tag table and tags, each on a multiple of four; equal tags share their data.
fn assemble(space: &[u8; 4], tags: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    const HEADER: usize = 128;
    let first = tags.len().saturating_mul(12).saturating_add(HEADER).saturating_add(4);
    let mut table = word(tags.len()).to_vec();
    let mut data: Vec<u8> = Vec::new();
    let mut written: Vec<(&[u8], usize)> = Vec::new();
    for (signature, tag) in tags {
        let offset = match written.iter().find(|(bytes, _)| bytes == tag) {
            Some((_, offset)) => *offset,
            None => {
                let offset = first.saturating_add(data.len());
                data.extend(tag);
                data.resize(data.len().next_multiple_of(4), 0);
                written.push((tag, offset));
                offset
            }
        };
        table.extend_from_slice(*signature);
        table.extend(word(offset));
        table.extend(word(tag.len()));
    }
    let mut profile = word(first.saturating_add(data.len())).to_vec();
    profile.extend([0; 4]); // no preferred CMM
    profile.extend([4, 0x30, 0, 0]);
    profile.extend(b"mntr");
    profile.extend(space);
    profile.extend(b"XYZ ");
    for field in [2000u16, 1, 1, 0, 0, 0] {
        profile.extend(field.to_be_bytes());
    }
    profile.extend(b"acsp");
    profile.extend([0; 28]); // platform, flags, manufacturer, model, attributes, intent
    profile.extend(D50.iter().flat_map(|v| v.to_be_bytes()));
    profile.resize(HEADER, 0); // creator, identifier
    profile.extend(table);
    profile.extend(data);
    profile
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_are_laid_out_as_the_standard_says() {
        for (class, length) in [
            (ProfileClass::DisplayP3, 492),
            (ProfileClass::AdobeRgb, 488),
            (ProfileClass::GreyGamma22, 308),
        ] {
            let bytes = constant(class);
            assert_eq!(bytes.len() % 4, 0);
            assert_eq!(bytes.len(), length, "{class}");
            assert_eq!(bytes[..4], u32::try_from(bytes.len()).unwrap().to_be_bytes());
            assert_eq!(&bytes[36..40], b"acsp");
        }
    }
}
