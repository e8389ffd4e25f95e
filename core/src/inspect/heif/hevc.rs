//! What the NAL units of a picture say beside it: ITU-T H.265, section 7.4.2.2 and annex D (SEI).

use super::Part;
use crate::bytes::{Endian, slice_at, u8_at};
use crate::inspect::block::Block;
use crate::inspect::{Betrays, Carrier, Findings, text};

/// The most NAL units of one item, and messages of one unit, that are told.
const MOST: usize = 1_024;

/// How long the lengths of NAL units are, as `hvcC` tells it.
pub(super) fn length_size(configuration: Option<&Part<'_>>) -> usize {
    let byte = configuration.and_then(|part| u8_at(part.body.data, 21)).unwrap_or(3);
    usize::from(byte & 3).saturating_add(1)
}

/// Tells what the NAL units of an item say.
pub(super) fn tell(data: Block<'_>, length_size: usize, findings: &mut Findings) {
    let mut at = 0usize;
    for _ in 0..MOST {
        let Some(raw) = slice_at(data.data, at, length_size) else { break };
        let length = raw.iter().fold(0usize, |sum, byte| sum << 8 | usize::from(*byte));
        at = at.saturating_add(length_size);
        let Some(unit) = data.part(at, length) else {
            let rest = data.from(at);
            let value = text::summary(rest.data);
            findings.add(
                Betrays::Unknown,
                Carrier::Gap,
                rest.place(),
                "Bytes of no NAL unit",
                value,
            );
            return;
        };
        if let Some(label) = parameter_set(unit) {
            let value = format!("{label}, {}", text::summary(unit.from(2).data));
            let label = "Parameter set in the picture";
            findings.add(Betrays::Unknown, Carrier::CodedMessage, unit.place(), label, value);
        }
        tell_one(unit, findings);
        at = at.saturating_add(length);
    }
    let rest = data.from(at);
    if !rest.data.is_empty() {
        let value = text::size(rest.data.len() as u64);
        findings.add(Betrays::Unknown, Carrier::Gap, rest.place(), "Further NAL units", value);
    }
}

/// Tells what the NAL units in an `hvcC` say.
pub(super) fn configuration(body: Block<'_>, findings: &mut Findings) {
    let mut at = 23usize;
    let mut sets: Vec<&str> = Vec::new();
    for _ in 0..u8_at(body.data, 22).unwrap_or(0) {
        let Some(count) = Endian::Big.u16(body.data, at.saturating_add(1)) else { return };
        at = at.saturating_add(3);
        for _ in 0..count {
            let Some(length) = Endian::Big.u16(body.data, at).map(usize::from) else { return };
            let Some(unit) = body.part(at.saturating_add(2), length) else { return };
            let unit = Block { segment: "hvcC", ..unit };
            // one of each is what a still picture needs; hardly any text stands in one
            if let Some(name) = parameter_set(unit) {
                let readable = !text::readable(unit.data, 8, 1).is_empty();
                if sets.contains(&name) || readable {
                    let label = format!("Another {name}");
                    let value = text::summary(unit.from(2).data);
                    let (betrays, carrier) = (Betrays::Unknown, Carrier::CodedMessage);
                    findings.add(betrays, carrier, unit.place(), label, value);
                }
                sets.push(name);
            }
            tell_one(unit, findings);
            at = at.saturating_add(2).saturating_add(length);
        }
    }
    let rest = body.from(at);
    if !rest.data.is_empty() {
        let value = text::summary(rest.data);
        let place = Block { segment: "hvcC", ..rest }.place();
        findings.add(
            Betrays::Unknown,
            Carrier::Gap,
            place,
            "Bytes after the parameter sets",
            value,
        );
    }
}

/// The name of a parameter set, if it is one of the picture's own layer.
fn parameter_set(unit: Block<'_>) -> Option<&'static str> {
    let [first, second] = unit.array(0)?;
    match (first, second >> 3) {
        (0x40, 0) => Some("video parameter set"),
        (0x42, 0) => Some("sequence parameter set"),
        (0x44, 0) => Some("picture parameter set"),
        _ => None,
    }
}

fn tell_one(unit: Block<'_>, findings: &mut Findings) {
    let [first, second] = unit.array(0).unwrap_or_default();
    let payload = unit.from(2);
    let layer = (first & 1) << 5 | second >> 3;
    let mut add = |betrays, label: &str| {
        let value = text::summary(payload.data);
        findings.add(betrays, Carrier::CodedMessage, unit.place(), label, value);
    };
    match first >> 1 & 63 {
        39 | 40 => messages(payload, findings),
        _ if layer > 0 => add(Betrays::HiddenPicture, "Another layer"),
        0..=21 | 32..=34 => {
            let zeros = payload.data.iter().rev().take_while(|byte| **byte == 0).count();
            let padding = payload.from(payload.data.len().saturating_sub(zeros));
            if zeros > 0 {
                let value = text::size(zeros as u64);
                findings.add(Betrays::Unknown, Carrier::Gap, padding.place(), "Padding", value);
            }
        }
        // a delimiter of one byte, and ends without any, say nothing
        35 if payload.data.len() <= 1 => {}
        36 | 37 if payload.data.is_empty() => {}
        35 => add(Betrays::Unknown, "Bytes in a delimiter"),
        36 | 37 => add(Betrays::Unknown, "Bytes in the end of a sequence"),
        38 => add(Betrays::Unknown, "Filler"),
        48..=63 => add(Betrays::Unknown, "NAL unit of a program's own kind"),
        _ => add(Betrays::Unknown, "NAL unit of a reserved kind"),
    }
}

/// `sei_rbsp()`.
fn messages(payload: Block<'_>, findings: &mut Findings) {
    let mut at = 0usize;
    for _ in 0..MOST {
        // the last byte ends the payload
        if at.saturating_add(1) >= payload.data.len() {
            return;
        }
        let mut number = || {
            let mut sum = 0usize;
            loop {
                let byte = u8_at(payload.data, at)?;
                at = at.checked_add(1)?;
                sum = sum.checked_add(usize::from(byte))?;
                if byte != 0xFF {
                    return Some(sum);
                }
            }
        };
        let (Some(kind), Some(size)) = (number(), number()) else { return };
        let room = payload.data.len().saturating_sub(at);
        let Some(message) = payload.part(at, size.min(room)) else { return };
        let (betrays, label, content) = match kind {
            // 16 bytes of a name, then what the encoder writes of itself
            5 => (Betrays::History, String::from("Message of the encoder"), message.from(16)),
            4 => (Betrays::Unknown, String::from("Registered message (ITU-T T.35)"), message),
            136 => (Betrays::Time, String::from("Time code"), message),
            137 | 148 => (Betrays::Device, String::from("Display it was made on"), message),
            144 => (Betrays::History, String::from("Brightest light"), message),
            _ => (Betrays::Unknown, format!("Message {kind} in the coded picture"), message),
        };
        let value = text::summary(content.data);
        findings.add(betrays, Carrier::CodedMessage, message.place(), label, value);
        at = at.saturating_add(message.data.len());
    }
}
