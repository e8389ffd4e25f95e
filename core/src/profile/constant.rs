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
            OURS,
            b"GRAY",
            &[
                (b"desc", text("Gray Gamma 2.2")),
                (b"cprt", text("CC0")),
                (b"wtpt", numbers(b"XYZ ", &D50)),
                (b"kTRC", b"para\0\0\0\0\0\0\0\0\x00\x02\x33\x33".to_vec()),
            ],
        ),
        ProfileClass::AndroidSrgb => android_srgb(),
    }
}

/// The profile that Android's encoder (Skia's `SkWriteICCProfile`) writes for sRGB, as of Android
/// 14: every value in it is the same in every file.
fn android_srgb() -> Vec<u8> {
    let mut name = text("sRGB");
    name.resize(NAME_ROOM, 0);
    if let Some(length) = name.get_mut(20..24) {
        // the text fills its room with zeros
        length.copy_from_slice(&word(NAME_ROOM.saturating_sub(TEXT_START)));
    }
    // as parametric type 4, with e and f 0
    let mut curve = SRGB_CURVE.to_vec();
    curve.extend([0; 8]);
    if let Some(kind) = curve.get_mut(9) {
        *kind = 4;
    }
    let primary = |values: [u32; 3]| numbers(b"XYZ ", &values);
    assemble(
        ANDROIDS,
        b"RGB ",
        &[
            (b"desc", name),
            (b"rXYZ", primary([0x0000_6FA2, 0x0000_38F5, 0x0000_0390])),
            (b"gXYZ", primary([0x0000_6299, 0x0000_B785, 0x0000_18DA])),
            (b"bXYZ", primary([0x0000_24A0, 0x0000_0F84, 0x0000_B6CF])),
            (b"rTRC", curve.clone()),
            (b"gTRC", curve.clone()),
            (b"bTRC", curve),
            (b"wtpt", primary(D50)),
            (b"cprt", text("Google Inc. 2016")),
        ],
    )
}

/// The room that Android's profile gives its name, in bytes.
const NAME_ROOM: usize = 116;

/// What differs between the headers of our own profiles and Android's: version; date in years,
/// months and days; rendering intent, perceptual or relative colorimetric.
type Stamp = ([u8; 4], [u16; 3], u8);
const OURS: Stamp = ([4, 0x30, 0, 0], [2000, 1, 1], 0);
const ANDROIDS: Stamp = ([2, 0x10, 0, 0], [0; 3], 1);

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
        OURS,
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

/// Where the text of a tag starts in it.
const TEXT_START: usize = 28;

/// A text in one language: section 10.15, multiLocalizedUnicodeType.
fn text(words: &str) -> Vec<u8> {
    let utf16: Vec<u8> = words.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut tag = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS".to_vec();
    tag.extend(word(utf16.len()));
    tag.extend(word(TEXT_START));
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
fn assemble(
    (version, date, intent): Stamp,
    space: &[u8; 4],
    tags: &[(&[u8; 4], Vec<u8>)],
) -> Vec<u8> {
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
    profile.extend(version);
    profile.extend(b"mntr");
    profile.extend(space);
    profile.extend(b"XYZ ");
    profile.extend(date.iter().flat_map(|field| field.to_be_bytes()));
    profile.extend([0; 6]); // midnight
    profile.extend(b"acsp");
    profile.extend([0; 24]); // platform, flags, manufacturer, model, attributes
    profile.extend([0, 0, 0, intent]);
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
            (ProfileClass::AndroidSrgb, 536),
        ] {
            let bytes = constant(class);
            assert_eq!(bytes.len() % 4, 0);
            assert_eq!(bytes.len(), length, "{class}");
            assert_eq!(bytes[..4], u32::try_from(bytes.len()).unwrap().to_be_bytes());
            assert_eq!(&bytes[36..40], b"acsp");
        }
    }

    /// tests/kotlin compares it with what Android writes; this notices a change without it.
    #[test]
    fn androids_profile_stays_what_it_is() {
        let digest =
            ring::digest::digest(&ring::digest::SHA256, &constant(ProfileClass::AndroidSrgb));
        let hex: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "aabc5df3dbfdd77be604fb5706c1ffed698e24ebb59d255f34485ea51b9a6f51");
    }
}
