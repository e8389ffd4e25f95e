//! What properties of items say besides how a picture is decoded.

use super::{Part, av1, general, hevc};
use crate::bytes::Endian;
use crate::inspect::{Betrays, Carrier, Findings, icc, text};

/// From 1904, where ISO base media files count from, to 1970, in seconds.
const EPOCH: u64 = 2_082_844_800;

/// Tells one property.
pub(super) fn tell(part: &Part<'_>, findings: &mut Findings) {
    let (place, data) = (part.whole.place(), part.body.data);
    let after = |count: usize| data.get(count..).unwrap_or_default();
    let mut add = |betrays, carrier, label: &str, value: String| {
        findings.add(betrays, carrier, place.clone(), label, value);
    };
    match &part.kind {
        b"hvcC" => hevc::configuration(part.body, findings),
        b"av1C" => av1::tell(part.body.from(4), findings),
        b"colr" if matches!(data.get(..4), Some(b"prof" | b"rICC")) => {
            icc::inspect(after(4), &place, 1, findings);
        }
        b"colr" if data.starts_with(b"nclx") && data.len() == 11 => {}
        // what is longer than it has to be holds something else
        b"ispe" if data.len() == 12 => {}
        b"irot" | b"imir" if data.len() == 1 => {}
        b"pixi" if data.len() <= 12 => {}
        b"clap" if data.len() == 32 => {}
        b"pasp" if data.len() == 8 => {}
        b"a1op" if data.len() == 1 => {}
        b"lsel" if data.len() == 2 => {}
        b"a1lx" if data.len() <= 13 => {}
        b"auxC" => {
            let rest = after(4);
            let name = rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len());
            let subtype = rest.get(name.saturating_add(1)..).unwrap_or_default();
            if !subtype.is_empty() {
                let label = "Kind of an auxiliary picture";
                add(Betrays::Unknown, Carrier::CodedMessage, label, text::summary(subtype));
            }
        }
        b"udes" | b"altt" | b"elng" => {
            let value = text::decode(after(4));
            add(Betrays::Owner, Carrier::Text, "Description", value);
        }
        b"crtt" | b"mdft" => {
            let time = match data.get(4..12).and_then(|raw| raw.first_chunk()) {
                Some(raw) => u64::from_be_bytes(*raw),
                None => 0,
            };
            // microseconds, or seconds in what older programs write
            let seconds = if time > 1 << 40 { time / 1_000_000 } else { time };
            let date = seconds.checked_sub(EPOCH).and_then(text::unix_time);
            let label = if part.kind == *b"crtt" { "Taken" } else { "Changed" };
            add(
                Betrays::Time,
                Carrier::Timestamp,
                label,
                date.unwrap_or_else(|| text::summary(data)),
            );
        }
        b"clli" => {
            let value = match (Endian::Big.u16(data, 0), Endian::Big.u16(data, 2)) {
                (Some(most), Some(average)) => format!("{most} cd/m², {average} cd/m² on average"),
                _ => text::summary(data),
            };
            add(Betrays::History, Carrier::CodedMessage, "Brightest light", value);
        }
        b"mdcv" | b"cclv" | b"amve" | b"reve" | b"ndwt" => {
            let label = format!("Display it was made on ({})", part.name());
            add(Betrays::Device, Carrier::CodedMessage, &label, text::summary(data));
        }
        b"cmin" | b"cmex" => {
            let label = format!("Geometry of the camera ({})", part.name());
            add(Betrays::Device, Carrier::VendorBlock, &label, text::summary(data));
        }
        _ => general(part, findings),
    }
}
