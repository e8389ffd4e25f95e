//! Findings of one chunk: sections 11.2 and 11.3, and what programs put into chunks of their own.

use crate::bytes::Endian;
use crate::container::png::chunk::Chunk;
use crate::container::png::text::Text;
use crate::inspect::block::Block;
use crate::inspect::png::text;
use crate::inspect::{Betrays, Carrier, Findings, exif, icc, jpeg, jumbf, text as words};
use crate::picture::png::inflate::inflate_some;

/// The most bytes of a profile that are read.
const MOST_PROFILE: usize = 1 << 20;

/// Tells `chunk`: `whole` with its frame, `payload` without.
pub(super) fn tell(
    chunk: &Chunk<'_>,
    whole: Block<'_>,
    payload: Block<'_>,
    findings: &mut Findings,
) {
    let place = whole.place();
    let data = payload.data;
    let amount = words::size(data.len() as u64);
    let mut add = |betrays, carrier, label: &str, value: &str| {
        findings.add(betrays, carrier, place.clone(), label, value);
    };
    let numbers = |count: usize| -> Vec<u32> {
        data.as_chunks::<4>().0.iter().take(count).map(|raw| u32::from_be_bytes(*raw)).collect()
    };
    let extra = |carrier, most: usize, findings: &mut Findings| {
        let rest = payload.from(most);
        if !rest.data.is_empty() {
            let value = words::summary(rest.data);
            let label = "Bytes in the chunk that it does not call for";
            findings.add(Betrays::Unknown, carrier, rest.place(), label, value);
        }
    };
    match &chunk.kind {
        b"IHDR" => extra(Carrier::Picture, 13, findings),
        b"IEND" => extra(Carrier::Gap, 0, findings),
        // told with the picture
        b"PLTE" | b"tRNS" | b"acTL" | b"fcTL" | b"fdAT" => {}
        b"tEXt" | b"zTXt" | b"iTXt" => match Text::of(&chunk.kind, data) {
            Some(content) => text::tell(&content, whole, findings),
            None => add(Betrays::Unknown, Carrier::Text, "Damaged text", &words::summary(data)),
        },
        b"eXIf" | b"zxIf" => tell_exif(whole, payload, findings),
        b"iCCP" => tell_profile(data, whole, findings),
        b"sRGB" if matches!(data, [0..=3]) => {
            let intents = ["perceptual", "relative colorimetric", "saturation", "absolute"];
            let intent = data.first().and_then(|n| intents.get(usize::from(*n)));
            let value = format!("sRGB, rendering intent {}", intent.copied().unwrap_or_default());
            add(Betrays::Structure, Carrier::Icc, "Colours", &value);
        }
        b"gAMA" if data.len() == 4 => {
            let gamma = f64::from(Endian::Big.u32(data, 0).unwrap_or(0)) / 1e5;
            add(Betrays::Structure, Carrier::Icc, "Gamma", &format!("1/{:.4}", gamma.recip()));
        }
        b"cHRM" if data.len() == 32 => {
            let numbers: Vec<String> =
                numbers(8).into_iter().map(|n| format!("{:.5}", f64::from(n) / 1e5)).collect();
            let value = format!("white and primaries {}", numbers.join(" "));
            // those of a device tell it
            let known = standard_primaries(data);
            let betrays = if known { Betrays::Structure } else { Betrays::Device };
            add(betrays, Carrier::Icc, "Chromaticities", &value);
        }
        b"cICP" if data.len() == 4 => {
            add(Betrays::Structure, Carrier::Icc, "Colours", &format!("code points {data:?}"));
        }
        b"mDCV" | b"mDCv" => {
            add(Betrays::Device, Carrier::Icc, "Display it was mastered on", &words::summary(data));
        }
        b"cLLI" | b"cLLi" => {
            let levels: Vec<String> =
                numbers(2).iter().map(|n| format!("{} cd/m²", n / 10_000)).collect();
            add(Betrays::Device, Carrier::Icc, "Light level of the content", &levels.join(", "));
        }
        b"tIME" => {
            let value = match data {
                [high, low, month, day, hour, minute, second] => {
                    let year = u16::from_be_bytes([*high, *low]);
                    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
                }
                _ => words::summary(data),
            };
            add(Betrays::Time, Carrier::Timestamp, "Last change", &value);
        }
        b"pHYs" => {
            let value = match (numbers(2).as_slice(), data.get(8)) {
                ([x, y], Some(1)) => {
                    let inch = |n: &u32| f64::from(*n) * 0.0254;
                    format!("{:.0} × {:.0} pixels per inch", inch(x), inch(y))
                }
                ([x, y], _) => format!("pixels of {x} : {y}"),
                _ => amount,
            };
            add(Betrays::Device, Carrier::Resolution, "Size on paper", &value);
            extra(Carrier::Resolution, 9, findings);
        }
        b"oFFs" => {
            let value =
                format!("{:?}", numbers(2).iter().map(|n| n.cast_signed()).collect::<Vec<_>>());
            add(Betrays::Device, Carrier::Resolution, "Place on a page", &value);
            extra(Carrier::Resolution, 9, findings);
        }
        b"sCAL" | b"pCAL" => {
            add(
                Betrays::Device,
                Carrier::Resolution,
                "Measure of the picture",
                &words::summary(data),
            );
        }
        b"bKGD" => add(Betrays::History, Carrier::UnknownChunk, "Background", &format!("{data:?}")),
        b"sBIT" => {
            add(Betrays::Device, Carrier::UnknownChunk, "Significant bits", &format!("{data:?}"))
        }
        b"hIST" => add(Betrays::History, Carrier::UnknownChunk, "Histogram", &amount),
        b"sPLT" => {
            let name = data.split(|b| *b == 0).next().map(words::decode).unwrap_or_default();
            add(
                Betrays::History,
                Carrier::UnknownChunk,
                "Suggested colours",
                &format!("{name}, {amount}"),
            );
        }
        b"sTER" => add(Betrays::Device, Carrier::UnknownChunk, "Stereo picture", &amount),
        b"caBX" => jumbf::inspect(data, &place, findings),
        b"CgBI" => {
            add(Betrays::History, Carrier::UnknownChunk, "Made by Apple's tools for apps", &amount)
        }
        b"iDOT" => add(Betrays::Device, Carrier::UnknownChunk, "Made by an Apple system", &amount),
        b"vpAg" | b"caNv" => {
            add(
                Betrays::History,
                Carrier::UnknownChunk,
                "Canvas, as ImageMagick writes it",
                &amount,
            );
        }
        b"orNT" => add(
            Betrays::History,
            Carrier::UnknownChunk,
            "Orientation, as ImageMagick writes it",
            &amount,
        ),
        b"prVW" | b"mkBF" | b"mkTS" | b"mkBS" | b"mkBT" => {
            let label = "Layers and texts, as Adobe Fireworks writes them";
            add(Betrays::HiddenPicture, Carrier::UnknownChunk, label, &words::summary(data));
        }
        b"npTc" | b"npLb" | b"npOl" => {
            add(
                Betrays::History,
                Carrier::UnknownChunk,
                "Made by Android's tools for apps",
                &words::summary(data),
            );
        }
        b"cpIp" => add(
            Betrays::Unknown,
            Carrier::UnknownChunk,
            "Microsoft's image data",
            &words::summary(data),
        ),
        b"iTXT" | b"meTa" => {
            add(
                Betrays::Unknown,
                Carrier::UnknownChunk,
                "Metadata of a program",
                &words::summary(data),
            );
        }
        b"msOG" => add(
            Betrays::HiddenPicture,
            Carrier::UnknownChunk,
            "A GIF inside, as Office puts it there",
            &amount,
        ),
        b"seAl" => add(
            Betrays::History,
            Carrier::UnknownChunk,
            "Seal of authenticity",
            &words::summary(data),
        ),
        b"exIf" | b"ICMT" | b"iPTC" => {
            add(Betrays::Unknown, Carrier::UnknownChunk, "Metadata", &words::summary(data));
        }
        _ if data.starts_with(b"\xFF\xD8\xFF") => {
            add(Betrays::HiddenPicture, Carrier::UnknownChunk, "JPEG in an unknown chunk", &amount);
            jpeg::tell_thumbnail(payload, findings);
        }
        _ => add(Betrays::Unknown, Carrier::UnknownChunk, "Unknown chunk", &words::summary(data)),
    }
}

/// True for the chromaticities of sRGB, Display P3, Adobe RGB and BT.2020: they tell no device.
fn standard_primaries(data: &[u8]) -> bool {
    const KNOWN: [[u32; 8]; 4] = [
        [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000],
        [31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6_000],
        [31_270, 32_900, 64_000, 33_000, 21_000, 71_000, 15_000, 6_000],
        [31_270, 32_900, 70_800, 29_200, 17_000, 79_700, 13_100, 4_600],
    ];
    let told = data.as_chunks::<4>().0.iter().map(|raw| u32::from_be_bytes(*raw));
    KNOWN.iter().any(|known| told.clone().eq(known.iter().copied()))
}

/// Exif, without the signature that it has in a JPEG.
fn tell_exif(whole: Block<'_>, payload: Block<'_>, findings: &mut Findings) {
    exif::inspect(whole, payload, findings, &mut |block, findings| {
        jpeg::tell_thumbnail(block, findings);
    });
}

fn tell_profile(data: &[u8], whole: Block<'_>, findings: &mut Findings) {
    let place = whole.place();
    let mut parts = data.splitn(2, |byte| *byte == 0);
    let name = parts.next().unwrap_or_default();
    let stream = parts.next().and_then(|rest| rest.strip_prefix(&[0])).unwrap_or_default();
    let inflated = inflate_some(stream, MOST_PROFILE);
    // the name that Unmarked writes tells nothing
    let constant = name == b"ICC Profile" && inflated.whole && inflated.length == stream.len();
    let segments = if constant { 1 } else { 0 };
    icc::inspect(&inflated.bytes, &place, segments, findings);
    let name = words::decode(name);
    if !name.is_empty() && name != "ICC Profile" {
        findings.add(Betrays::Device, Carrier::Icc, place.clone(), "Profile name", name);
    }
    if let Some(rest) =
        stream.get(inflated.length..).filter(|rest| inflated.whole && !rest.is_empty())
    {
        let value = words::summary(rest);
        findings.add(Betrays::Unknown, Carrier::Icc, place, "Bytes behind the profile", value);
    }
}
