//! The images of a GIF, and what in them is more than is shown.

use crate::container::gif::block::{Header, Kind, content_behind};
use crate::container::gif::lzw::{self, End};
use crate::container::gif::{Control, Picture};
use crate::inspect::block::Block;
use crate::inspect::{Betrays, Carrier, Findings, text};

/// The most images that are told one by one.
const MOST: usize = 256;

/// Tells the images of one file.
pub(super) struct Images<'a> {
    /// What the file shows, if that is known.
    picture: Option<&'a Picture<'a>>,
    count: usize,
}

impl<'a> Images<'a> {
    pub(super) fn new(picture: Option<&'a Picture<'a>>) -> Images<'a> {
        Images { picture, count: 0 }
    }

    /// True if there was an image.
    pub(super) fn any(&self) -> bool {
        self.count > 0
    }

    /// True if the background colour is seen, and stays.
    pub(super) fn keeps_background(&self) -> bool {
        self.picture.is_some_and(Picture::shows_background)
    }

    /// Tells the entries of the global colour table that nobody sees.
    pub(super) fn global_table(&self, table: Block<'_>, findings: &mut Findings) {
        let Some(picture) = self.picture else { return };
        let mut seen = [false; 256];
        let global = picture.frames.iter().filter(|frame| frame.table.is_empty());
        for frame in global {
            let visible = |index: &u8| frame.control.transparent() != Some(*index);
            frame.stream.used.iter().filter(visible).for_each(|index| mark(&mut seen, index));
        }
        if picture.shows_background() {
            mark(&mut seen, picture.header.background);
        }
        unseen(table, &seen, findings);
    }

    /// Tells an image, with the graphic control extension in front of it.
    pub(super) fn tell(
        &mut self,
        header: &Header,
        kind: &Kind<'_>,
        whole: Block<'_>,
        control: Option<(Control, Block<'_>)>,
        findings: &mut Findings,
    ) {
        let Kind::Image { descriptor, table, code_size, data } = kind else { return };
        let frame = self.picture.and_then(|picture| picture.frames.get(self.count));
        let animation = self.picture.is_none_or(Picture::is_animation);
        self.count = self.count.saturating_add(1);
        let number = self.count;
        if number <= MOST {
            let ((left, top), (width, height)) = (descriptor.corner, descriptor.size);
            let mut value = format!("{width} × {height} pixels");
            if (left, top) != (0, 0) || (width, height) != header.screen {
                value.push_str(&format!(" at {left}, {top}"));
            }
            if let Some((Control { delay, .. }, _)) = control.filter(|_| animation) {
                value.push_str(&format!(", {}.{:02} s", delay / 100, delay % 100));
            }
            if frame.is_some_and(|frame| frame.lies_outside(header)) {
                value.push_str(", partly outside the picture");
            }
            let label = format!("Image {number}");
            findings.add(Betrays::Structure, Carrier::Picture, whole.place(), label, value);
        }
        if self.picture.is_some() && frame.is_none() {
            let (betrays, label) = (Betrays::HiddenPicture, "Image that no viewer shows");
            let value = text::size(whole.data.len() as u64);
            findings.add(betrays, Carrier::FurtherImage, whole.place(), label, value);
            return;
        }
        if let Some((control, block)) = control {
            unused_control(control, animation, block, findings);
        }
        let reserved = if descriptor.has_table() { 0x38 } else { 0x3F };
        if descriptor.packed & reserved != 0 {
            let value = format!("0x{:02X}", descriptor.packed & reserved);
            let (carrier, label) = (Carrier::Picture, "Bits of an image that nothing uses");
            findings.add(Betrays::Unknown, carrier, whole.place(), label, value);
        }
        let data_at = whole.data.len().saturating_sub(data.len());
        let stream = match frame {
            Some(frame) => frame.stream,
            None if (1..=8).contains(code_size) => {
                lzw::scan(data, *code_size, descriptor.pixels().min(1 << 24))
            }
            None => return,
        };
        let mut seen = [false; 256];
        let transparent = control.and_then(|(control, _)| control.transparent());
        let visible = |index: &u8| transparent != Some(*index);
        stream.used.iter().filter(visible).for_each(|index| mark(&mut seen, index));
        let table_at = data_at.saturating_sub(table.len()).saturating_sub(1);
        if let Some(local) = whole.part(table_at, table.len()) {
            unseen(Block { segment: "local colour table", ..local }, &seen, findings);
        }
        let coded = whole.from(data_at);
        self.codes(stream, Block { segment: "image data", ..coded }, findings);
    }

    /// Tells what the data of an image holds behind its last code.
    fn codes(&self, stream: lzw::Stream, data: Block<'_>, findings: &mut Findings) {
        let value = match stream.end {
            End::Full => None,
            End::Overfull => Some("the codes draw more pixels than the image has"),
            End::Early => Some("the codes end before the image does"),
            End::Out => Some("the data ends before the image does"),
            End::Invalid => Some("a code means nothing"),
        };
        if let Some(value) = value {
            let carrier = Carrier::Picture;
            findings.add(Betrays::Structure, carrier, data.place(), "Damaged image data", value);
        }
        let rest = behind(data.data, stream.read);
        if !rest.is_empty() {
            let (label, value) = ("Bytes behind the last code", text::summary(&rest));
            findings.add(Betrays::Unknown, Carrier::Gap, data.place(), label, value);
        } else if spare_bits(data.data, stream.read) {
            let (label, value) = ("Bits behind the last code", "not zero");
            findings.add(Betrays::Unknown, Carrier::Gap, data.place(), label, value);
        }
    }
}

fn mark(seen: &mut [bool; 256], index: u8) {
    if let Some(seen) = seen.get_mut(usize::from(index)) {
        *seen = true;
    }
}

/// Tells the entries of `table` that nobody sees, unless they are black.
fn unseen(table: Block<'_>, seen: &[bool; 256], findings: &mut Findings) {
    let (entries, _) = table.data.as_chunks::<3>();
    let hidden: Vec<u8> = entries
        .iter()
        .zip(seen)
        .filter(|(entry, seen)| !**seen && **entry != [0; 3])
        .flat_map(|(entry, _)| *entry)
        .collect();
    if !hidden.is_empty() {
        let colours = hidden.len() / 3;
        let value = format!("{colours} colours, {}", text::summary(&hidden));
        let (carrier, label) = (Carrier::UnusedTable, "Colours that no pixel shows");
        findings.add(Betrays::Unknown, carrier, table.place(), label, value);
    }
}

/// Tells what in a graphic control extension has no meaning.
fn unused_control(control: Control, animation: bool, block: Block<'_>, findings: &mut Findings) {
    let mut form: Vec<String> = Vec::new();
    if control.packed & 0xE2 != 0 || control.disposal() > 4 {
        form.push(format!("bits 0x{:02X}", control.packed));
    }
    if control.packed & 1 == 0 && control.index != 0 {
        form.push(format!("transparent colour {} of none", control.index));
    }
    if !animation && control.delay != 0 {
        form.push(format!("delay {} of a still", control.delay));
    }
    if !form.is_empty() {
        let (label, value) = ("Unused parts of a graphic control extension", form.join(", "));
        findings.add(Betrays::Unknown, Carrier::Picture, block.place(), label, value);
    }
}

/// The bytes of sub-blocks in which none of the first `bits` stands.
fn behind(data: &[u8], bits: u64) -> Vec<u8> {
    content_behind(data, bits.div_ceil(8)).flatten().copied().collect()
}

/// True if a bit of the byte in which the first `bits` end is set behind them.
fn spare_bits(data: &[u8], bits: u64) -> bool {
    let last = content_behind(data, bits / 8).flatten().next();
    !bits.is_multiple_of(8) && last.is_some_and(|byte| byte >> (bits % 8) != 0)
}
