//! Samsung's trailer: blocks with names, then a directory from "SEFH" to "SEFT" at the very end.
//! Not published; the form is the one that ExifTool documents.

use crate::bytes::{Endian, slice_at};
use crate::inspect::block::Block;
use crate::inspect::{Betrays, Carrier, Findings, film, text};

/// The most blocks that are told.
const MOST: usize = 128;

/// The trailer's directory.
#[derive(Debug)]
pub(super) struct Directory<'a> {
    /// Where the first block starts, from the start of the trailer.
    pub(super) start: usize,
    blocks: Vec<Block<'a>>,
    whole: Block<'a>,
}

impl<'a> Directory<'a> {
    /// Reads the directory at the end of `trailer`, if there is one.
    pub(super) fn read(trailer: Block<'a>) -> Option<Directory<'a>> {
        let data = trailer.data;
        let end = data.len().checked_sub(8)?;
        if slice_at(data, end, 8)?.get(4..)? != b"SEFT" {
            return None;
        }
        let length = usize::try_from(Endian::Little.u32(data, end)?).ok()?;
        let head = end.checked_sub(length)?;
        if slice_at(data, head, 4)? != b"SEFH" {
            return None;
        }
        let count = usize::try_from(Endian::Little.u32(data, head.checked_add(8)?)?).ok()?;
        let mut start = head;
        let mut blocks = Vec::new();
        for index in 0..count.min(MOST) {
            let at = head.checked_add(12)?.checked_add(index.checked_mul(12)?)?;
            let back = usize::try_from(Endian::Little.u32(data, at.checked_add(4)?)?).ok()?;
            let length = usize::try_from(Endian::Little.u32(data, at.checked_add(8)?)?).ok()?;
            let Some(block) = head.checked_sub(back).and_then(|at| trailer.part(at, length)) else {
                continue;
            };
            start = start.min(head.saturating_sub(back));
            blocks.push(block);
        }
        Some(Directory { start, blocks, whole: trailer.from(start) })
    }

    /// Tells the blocks; pictures go to `image`.
    pub(super) fn tell(
        &self,
        findings: &mut Findings,
        image: &mut dyn FnMut(Block<'_>, &mut Findings) -> usize,
    ) {
        let value =
            format!("{} blocks, {}", self.blocks.len(), text::size(self.whole.data.len() as u64));
        let place = self.whole.place();
        findings.add(Betrays::Device, Carrier::VendorBlock, place, "Samsung trailer", value);
        for block in &self.blocks {
            let length = Endian::Little.u32(block.data, 4).and_then(|l| usize::try_from(l).ok());
            let name = length.and_then(|length| slice_at(block.data, 8, length));
            let Some(name) = name else {
                let value = text::summary(block.data);
                findings.add(
                    Betrays::Unknown,
                    Carrier::VendorBlock,
                    block.place(),
                    "Samsung block",
                    value,
                );
                continue;
            };
            let content = block.from(name.len().saturating_add(8));
            tell(&text::latin1(name), content, findings, image);
        }
    }
}

/// Tells one block by its name.
fn tell(
    name: &str,
    content: Block<'_>,
    findings: &mut Findings,
    image: &mut dyn FnMut(Block<'_>, &mut Findings) -> usize,
) {
    let label = format!("Samsung {name}");
    if film::length(content.data).is_some() {
        film::inspect(content, &label, findings);
        return;
    }
    let place = content.place();
    if content.data.starts_with(b"\xFF\xD8\xFF") {
        let value = text::size(content.data.len() as u64);
        findings.add(Betrays::HiddenPicture, Carrier::VendorBlock, place, label, value);
        image(content, findings);
        return;
    }
    let text = text::decode(content.data);
    let time = || text::unix_time(text.parse::<u64>().ok()? / 1_000);
    let lower = name.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let (betrays, value) = match () {
        () if has(&["utc"]) => {
            (Betrays::Time, time().unwrap_or_else(|| text::summary(content.data)))
        }
        () if has(&["mcc", "location", "gps"]) => (Betrays::Place, text),
        () if has(&["depth", "sourceimage", "preview", "video", "original_image"]) => {
            (Betrays::HiddenPicture, text::summary(content.data))
        }
        () if has(&["sound", "audio", "tag", "name"]) => {
            (Betrays::Owner, text::summary(content.data))
        }
        () if has(&["edit", "original", "hash", "path", "remaster"]) => {
            (Betrays::History, text::summary(content.data))
        }
        () => (Betrays::Device, text::summary(content.data)),
    };
    findings.add(betrays, Carrier::VendorBlock, place, label, value);
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::Limits;

    /// A trailer with one block for each name and its data.
    pub(in crate::inspect::jpeg) fn trailer(blocks: &[(&str, &[u8])]) -> Vec<u8> {
        let mut out: Vec<u8> = vec![];
        let mut spans = vec![];
        for (name, data) in blocks {
            let start = out.len();
            out.extend(b"\0\0\x01\x0A");
            out.extend((name.len() as u32).to_le_bytes());
            out.extend(name.as_bytes());
            out.extend(*data);
            spans.push((start, out.len() - start));
        }
        let head = out.len();
        out.extend(b"SEFH\x6B\0\0\0");
        out.extend((spans.len() as u32).to_le_bytes());
        for (start, length) in spans {
            out.extend(b"\0\0\x01\x0A");
            out.extend(((head - start) as u32).to_le_bytes());
            out.extend((length as u32).to_le_bytes());
        }
        let length = (out.len() - head) as u32;
        out.extend(length.to_le_bytes());
        out.extend(b"SEFT");
        out
    }

    #[test]
    fn blocks_are_told_by_name() {
        let film = b"\0\0\0\x10ftypmp42\0\0\0\0";
        let data = trailer(&[
            ("Image_UTC_Data", b"1212162961000"),
            ("MCC_Data", b"242"),
            ("MotionPhoto_Data", film),
        ]);
        let block = Block { segment: "trailer", offset: 10, data: &data, joined: None };
        let directory = Directory::read(block).unwrap();
        assert_eq!(directory.start, 0);
        let mut findings = Findings::new(&Limits::default());
        directory.tell(&mut findings, &mut |_, _| 0);
        let list = findings.into_list().0;
        let lines: Vec<_> =
            list.iter().map(|f| (f.betrays, f.label.as_str(), f.value.as_str())).collect();
        assert_eq!(lines[1], (Betrays::Time, "Samsung Image_UTC_Data", "2008-05-30 15:56:01 UTC"));
        assert_eq!(lines[2], (Betrays::Place, "Samsung MCC_Data", "242"));
        assert_eq!(
            lines[3],
            (Betrays::HiddenPicture, "Samsung MotionPhoto_Data", "mp42, 16 bytes")
        );
        assert_eq!(list[1].place.offset, 10 + 8 + 14);
    }

    #[test]
    fn damaged_directories_are_none() {
        let data = trailer(&[("A", b"b")]);
        for start in 1..data.len() {
            let block = Block { segment: "trailer", offset: 0, data: &data[start..], joined: None };
            let _ = Directory::read(block);
        }
        let block = |data| Block { segment: "trailer", offset: 0, data, joined: None };
        assert!(Directory::read(block(b"SEFT")).is_none());
        assert!(Directory::read(block(b"\xFF\xFF\xFF\xFFSEFT")).is_none());
    }
}
