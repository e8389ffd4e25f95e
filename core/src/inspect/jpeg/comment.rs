//! Comments: T.81, B.2.4.5. Encoders put their names there, people what they like.

use crate::inspect::block::Block;
use crate::inspect::{Betrays, Carrier, Findings, text};

/// Beginnings of comments that programs write.
const PROGRAMS: &[&str] = &[
    "CREATOR:",
    "Created with",
    "File written by",
    "AppleMark",
    "LEAD Technologies",
    "Intel(R)",
    "Compressed by",
    "Optimized by",
    "Lavc",
    "Processed By",
    "Handmade Software",
    "Photoshop",
    "JPEG Encoder",
    "U-Lead",
    "ACD Systems",
    "MGI",
];

/// Tells a comment.
pub(crate) fn inspect(whole: Block<'_>, payload: Block<'_>, findings: &mut Findings) {
    let text = text::decode(payload.data);
    let readable = !text.chars().any(|c| c.is_control() && !c.is_whitespace());
    let (betrays, label, value) = match () {
        () if text.is_empty() => (
            Betrays::History,
            "Comment",
            format!("blank, {}", text::size(payload.data.len() as u64)),
        ),
        () if !readable => (Betrays::Unknown, "Comment", text::summary(payload.data)),
        () if PROGRAMS.iter().any(|start| text.starts_with(start)) => {
            (Betrays::History, "Comment of a program", text)
        }
        () => (Betrays::Owner, "Comment", text),
    };
    findings.add(betrays, Carrier::Comment, whole.place(), label, value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    #[test]
    fn every_comment_is_a_mark() {
        for (payload, betrays) in [
            (&b""[..], Betrays::History),
            (b"CREATOR: gd-jpeg v1.0", Betrays::History),
            (b"Ann was here\0", Betrays::Owner),
            (b"\x01\x02", Betrays::Unknown),
        ] {
            let whole = Block { segment: "COM", offset: 2, data: payload, joined: None };
            let mut findings = Findings::new(&Limits::default());
            inspect(whole, whole, &mut findings);
            assert_eq!(findings.into_list().0[0].betrays, betrays, "{payload:?}");
        }
    }
}
