//! Adobe's APP14: T.872, section 6.5.3.

use crate::bytes::{Endian, array_at};
use crate::inspect::block::Block;
use crate::inspect::{Betrays, Carrier, Findings, text};

/// The length of the payload that the standard has.
const LENGTH: usize = 12;

/// Tells an APP14 segment that starts with "Adobe".
pub(super) fn inspect(whole: Block<'_>, payload: Block<'_>, findings: &mut Findings) {
    let data = payload.data;
    let (Some(version), Some(transform)) = (Endian::Big.u16(data, 5), data.get(11)) else {
        let value = text::summary(data);
        findings.add(
            Betrays::Unknown,
            Carrier::Adobe,
            whole.place(),
            "Damaged Adobe segment",
            value,
        );
        return;
    };
    let colours = match transform {
        0 => String::from("RGB or CMYK"),
        1 => String::from("YCbCr"),
        2 => String::from("YCCK"),
        other => format!("unknown transform {other}"),
    };
    let flags: [u8; 4] = array_at(data, 7).unwrap_or_default();
    if version == 100 && flags == [0; 4] {
        findings.add(Betrays::Structure, Carrier::Adobe, whole.place(), "Adobe segment", &colours);
    } else {
        let [f0, f1, g0, g1] = flags.map(u32::from);
        let value =
            format!("version {version}, flags {f0:02x}{f1:02x} {g0:02x}{g1:02x}, {colours}");
        findings.add(Betrays::History, Carrier::Adobe, whole.place(), "Adobe encoder", value);
    }
    let rest = payload.from(LENGTH);
    if !rest.data.is_empty() {
        let value = text::summary(rest.data);
        findings.add(
            Betrays::Unknown,
            Carrier::Adobe,
            rest.place(),
            "Bytes after the Adobe segment",
            value,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn told(payload: &[u8]) -> Vec<(Betrays, String)> {
        let whole = Block { segment: "APP14", offset: 2, data: payload, joined: None };
        let mut findings = Findings::new(&Limits::default());
        inspect(whole, whole, &mut findings);
        findings.into_list().0.into_iter().map(|f| (f.betrays, f.value)).collect()
    }

    #[test]
    fn only_the_plain_segment_is_structure() {
        assert_eq!(told(b"Adobe\0\x64\0\0\0\0\x01"), [(Betrays::Structure, "YCbCr".into())]);
        assert_eq!(
            told(b"Adobe\0\x64\xC0\0\0\0\x02"),
            [(Betrays::History, "version 100, flags c000 0000, YCCK".into())]
        );
        assert_eq!(
            told(b"Adobe\0\x64\0\0\0\0\x01smuggled")[1],
            (Betrays::Unknown, "8 bytes; readable: smuggled".into())
        );
        assert_eq!(told(b"Adobe\0")[0].0, Betrays::Unknown);
    }
}
