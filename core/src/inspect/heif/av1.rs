//! What the OBUs of a picture say beside it: AV1, sections 5.3 and 6.7 (metadata).

use crate::bytes::{Endian, array_at};
use crate::inspect::block::Block;
use crate::inspect::text::{size, summary};
use crate::inspect::{Betrays, Carrier, Findings};

/// Tells what the OBUs in `data` say: the payload of an item, or what follows the first four bytes
/// of an `av1C`.
pub(super) fn tell(data: Block<'_>, findings: &mut Findings) {
    let mut rest = data;
    let mut frames = 0_usize;
    while !rest.data.is_empty() && !findings.is_full() {
        let Some((kind, payload, length)) = first(rest) else {
            let words = summary(rest.data);
            findings.add(Betrays::Unknown, Carrier::Gap, rest.place(), "Bytes of no OBU", words);
            return;
        };
        // frame headers, alone or with tiles
        frames = frames.saturating_add(usize::from(matches!(kind, 3 | 6)));
        if frames > 1 && matches!(kind, 3 | 6) {
            let (betrays, carrier) = (Betrays::HiddenPicture, Carrier::FurtherImage);
            findings.add(
                betrays,
                carrier,
                payload.place(),
                "Further frame",
                size(payload.data.len() as u64),
            );
        }
        tell_one(kind, payload, findings);
        rest = rest.from(length);
    }
}

/// The type of the first OBU, its payload, and its length in all.
fn first(data: Block<'_>) -> Option<(u8, Block<'_>, usize)> {
    let header = *data.data.first()?;
    if header & 0x80 != 0 {
        return None;
    }
    let start = if header & 4 != 0 { 2 } else { 1 };
    let inside = data.data.get(start..)?;
    let (size, told) = if header & 2 != 0 { number(inside)? } else { (inside.len(), 0) };
    let payload = data.part(start.checked_add(told)?, size)?;
    Some((header >> 3 & 15, payload, start.checked_add(told)?.checked_add(size)?))
}

/// A `leb128()` and how many bytes it takes.
fn number(data: &[u8]) -> Option<(usize, usize)> {
    let length = data.iter().take(8).position(|byte| byte & 0x80 == 0)?.checked_add(1)?;
    let value = data.get(..length)?.iter().rev().try_fold(0_usize, |value, byte| {
        value.checked_mul(128)?.checked_add(usize::from(byte & 0x7F))
    })?;
    Some((value, length))
}

fn tell_one(kind: u8, payload: Block<'_>, findings: &mut Findings) {
    let label = match kind {
        1 | 3 | 4 | 6 | 7 => return,
        2 if payload.data.is_empty() => return,
        2 => "Bytes in a temporal delimiter",
        5 => return metadata(payload, findings),
        8 => "Tile list",
        15 if payload.data.is_empty() => return,
        15 => "Padding",
        _ => "OBU of a reserved type",
    };
    let words = summary(payload.data);
    findings.add(Betrays::Unknown, Carrier::CodedMessage, payload.place(), label, words);
}

/// A metadata OBU.
fn metadata(payload: Block<'_>, findings: &mut Findings) {
    let (kind, told) = number(payload.data).unwrap_or((0, payload.data.len()));
    let message = payload.from(told);
    let words = summary(message.data);
    let (betrays, label, value) = match kind {
        1 => (Betrays::History, "Brightest light", light(message.data).unwrap_or(words)),
        2 => (Betrays::Device, "Display it was made on", words),
        3 => (Betrays::History, "Scalability", words),
        4 => (Betrays::Unknown, "Registered message (ITU-T T.35)", words),
        5 => (Betrays::Time, "Time code", timecode(message.data).unwrap_or(words)),
        _ => (Betrays::Unknown, "Message of the coding", words),
    };
    findings.add(betrays, Carrier::CodedMessage, payload.place(), label, value);
}

/// `metadata_hdr_cll`.
fn light(data: &[u8]) -> Option<String> {
    let (most, average) = (Endian::Big.u16(data, 0)?, Endian::Big.u16(data, 2)?);
    Some(format!("{most} cd/m², {average} cd/m² on average"))
}

/// `metadata_timecode` with a full time stamp: 5 + 1 + 1 + 1 + 9 bits, then seconds (6), minutes (6)
/// and hours (5).
fn timecode(data: &[u8]) -> Option<String> {
    let bits = u64::from_be_bytes(array_at::<8>(&[data, &[0; 8]].concat(), 0)?);
    let field = |end: u32, width: u32| {
        let place = 64_u32.saturating_sub(end);
        bits.wrapping_shr(place) & 1_u64.wrapping_shl(width).wrapping_sub(1)
    };
    let full = data.len() >= 5 && field(6, 1) == 1;
    full.then(|| format!("{:02}:{:02}:{:02}", field(34, 5), field(29, 6), field(23, 6)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn told(data: &[u8]) -> Vec<(Betrays, String)> {
        let mut findings = Findings::new(&Limits::default());
        tell(Block { segment: "av01", offset: 10, data, joined: None }, &mut findings);
        findings.into_list().0.into_iter().map(|f| (f.betrays, f.value)).collect()
    }

    #[test]
    fn messages_are_told_and_pictures_are_not() {
        assert_eq!(told(&[0x12, 0, 0x0A, 1, 9, 0x32, 2, 1, 1]), []);
        let light = [0x2A, 6, 1, 0x03, 0xE8, 0, 100, 0x80];
        assert_eq!(told(&light), [(Betrays::History, "1000 cd/m², 100 cd/m² on average".into())]);
        // 5 bits of counting, the flag, two flags, 9 bits of frames; 30 s, 45 min, 12 h
        let time: u64 = 1 << 58 | 30 << 41 | 45 << 35 | 12 << 30;
        let time = [&[0x2A, 9, 5], time.to_be_bytes().as_slice()].concat();
        assert_eq!(told(&time), [(Betrays::Time, "12:45:30".into())]);
        let padding = [&[0x7A, 12], b"PLANTED-mark".as_slice()].concat();
        assert!(told(&padding)[0].1.contains("PLANTED-mark"));
        let reserved = [&[0x48], b"PLANTED-mark".as_slice()].concat();
        assert!(told(&reserved)[0].1.contains("PLANTED-mark"));
    }

    #[test]
    fn what_is_no_obu_is_told() {
        assert!(told(&[0x80, 1])[0].1.contains("2 bytes"));
        assert!(told(&[0x12, 5])[0].1.contains("2 bytes"));
    }
}
