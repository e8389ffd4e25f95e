//! The picture's own segments and data, and what in them is more than a picture needs: T.81, B.2.

use std::collections::HashSet;

use super::frame;
use crate::bytes::u8_at;
use crate::container::jpeg::Picture;
use crate::container::jpeg::marker::Marker;
use crate::container::jpeg::walk::{Coded, Part};
use crate::inspect::block::Block;
use crate::inspect::{Betrays, Carrier, Findings, text};

/// Tells the segments of one picture, in their order.
#[derive(Debug)]
pub(super) struct PictureParts<'a> {
    /// What decodes the picture, if that is known.
    picture: Option<&'a Picture<'a>>,
    framed: bool,
    /// Components and bands that a scan has coded.
    coded: HashSet<(u8, [u8; 3])>,
}

impl<'a> PictureParts<'a> {
    /// Nothing told yet.
    pub(super) fn new(picture: Option<&'a Picture<'a>>) -> PictureParts<'a> {
        PictureParts { picture, framed: false, coded: HashSet::new() }
    }

    /// Tells a table, frame header or scan header. Its place in the picture is `part`.
    pub(super) fn segment(
        &mut self,
        marker: Marker,
        part: &Part,
        whole: Block<'_>,
        findings: &mut Findings,
    ) {
        let payload = whole.from(4);
        self.unused(part, whole, findings);
        if marker.is_frame() {
            self.frame(marker, whole, findings);
        }
        if marker == Marker::SOS {
            self.scan(whole, findings);
        }
        let rest = payload.from(form(marker, payload.data));
        if !rest.data.is_empty() {
            let label = "Bytes in the segment that no header calls for";
            let value = text::summary(rest.data);
            findings.add(Betrays::Unknown, Carrier::Gap, rest.place(), label, value);
        }
    }

    fn frame(&mut self, marker: Marker, whole: Block<'_>, findings: &mut Findings) {
        let payload = whole.from(4).data;
        let size = frame::size_of(payload).unwrap_or_default();
        let value = frame::describe(marker, payload, size);
        let (betrays, carrier, label) = match (self.framed, self.picture) {
            (false, _) => (Betrays::Structure, Carrier::Picture, "Picture"),
            (true, None) => (Betrays::HiddenPicture, Carrier::FurtherImage, "Second frame"),
            // where the picture could be read, this is among what it does not use
            (true, Some(_)) => return,
        };
        findings.add(betrays, carrier, whole.place(), label, value);
        self.framed = true;
    }

    /// Tells a scan that codes what another one has coded: only the last is seen. Where the picture
    /// could be read, it is among what nothing uses.
    fn scan(&mut self, whole: Block<'_>, findings: &mut Findings) {
        let payload = whole.from(4).data;
        let count = u8_at(payload, 0).map_or(0, usize::from);
        let specs = payload.get(1..).unwrap_or_default().as_chunks::<2>().0;
        let band = payload.get(count.saturating_mul(2).saturating_add(1)..);
        let band: [u8; 3] = band.and_then(|b| b.first_chunk()).copied().unwrap_or_default();
        let fresh: Vec<bool> =
            specs.iter().take(count).map(|[id, _]| self.coded.insert((*id, band))).collect();
        if fresh.contains(&false) && self.picture.is_none() {
            let label = "Scan that codes what another one has coded";
            let (betrays, carrier) = (Betrays::HiddenPicture, Carrier::FurtherImage);
            findings.add(
                betrays,
                carrier,
                whole.place(),
                label,
                text::size(whole.data.len() as u64),
            );
        }
    }

    /// Tells what in a segment has the form of picture data, and no decoder uses.
    fn unused(&self, part: &Part, whole: Block<'_>, findings: &mut Findings) {
        let unused = self.picture.map(|picture| picture.unused.as_slice()).unwrap_or_default();
        let first = unused.partition_point(|unused| unused.start < part.start);
        for unused in unused.iter().skip(first).take_while(|unused| unused.start < part.end) {
            let at = unused.start.saturating_sub(part.start);
            let place = whole.from(at).before(unused.end.saturating_sub(unused.start)).place();
            let (betrays, carrier, label) = match unused.marker {
                Marker::DHT | Marker::DQT => {
                    (Betrays::Unknown, Carrier::UnusedTable, "Table that no scan uses")
                }
                Marker::DRI | Marker::DNL | Marker::DAC => {
                    (Betrays::Unknown, Carrier::UnusedTable, "Setting that no scan uses")
                }
                _ => (
                    Betrays::HiddenPicture,
                    Carrier::FurtherImage,
                    "Picture data after the picture is complete",
                ),
            };
            let value = text::size(place.length);
            findings.add(betrays, carrier, place, label, value);
        }
    }

    /// Tells what in the data of a scan is not the picture.
    pub(super) fn data(&self, coded: Coded, whole: Block<'_>, findings: &mut Findings) {
        let mut add = |place, label, value: &str| {
            findings.add(Betrays::Unknown, Carrier::Gap, place, label, value);
        };
        if coded.filled {
            add(whole.place(), "Unusual scan", "fill bytes inside the coded data");
        }
        if coded.disordered {
            add(whole.place(), "Unusual scan", "restart markers out of order");
        }
        let scans = self.picture.map(|picture| picture.scans.as_slice()).unwrap_or_default();
        if let Some(scan) = scans.iter().find(|scan| scan.coded.as_ptr() == whole.data.as_ptr()) {
            let rest = whole.from(scan.coded.len());
            if !rest.data.is_empty() {
                add(rest.place(), "Bytes after the end of a scan", &text::summary(rest.data));
            }
        }
    }
}

/// How many bytes of a payload have the form that the standard gives to segments with `marker`.
fn form(marker: Marker, payload: &[u8]) -> usize {
    let counted = |head: usize, unit: usize, at: usize| {
        let count = u8_at(payload, at).map_or(0, usize::from);
        head.saturating_add(count.saturating_mul(unit))
    };
    match marker {
        Marker::DQT => tables(payload, |rest| match rest.first()? {
            0..=3 => Some(65),
            0x10..=0x13 => Some(129),
            _ => None,
        }),
        Marker::DHT => tables(payload, |rest| match rest.first()? {
            0..=3 | 0x10..=0x13 => {
                let counts = rest.get(1..17)?;
                counts.iter().map(|count| usize::from(*count)).sum::<usize>().checked_add(17)
            }
            _ => None,
        }),
        Marker::DRI | Marker::DNL => 2,
        Marker::SOS => counted(4, 2, 0),
        _ if marker.is_frame() => counted(6, 3, 5),
        // pairs of a destination and a value: T.81, B.2.4.3
        _ => payload.len() & !1,
    }
}

/// How many bytes of `payload` are whole tables; `length` gives the length of the first one.
fn tables(payload: &[u8], length: impl Fn(&[u8]) -> Option<usize>) -> usize {
    let mut rest = payload;
    while let Some(after) = length(rest).and_then(|length| rest.get(length..)) {
        rest = after;
    }
    payload.len().saturating_sub(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_end_where_their_headers_say() {
        let huffman = [&[0x10, 0, 2][..], &[0; 14], b"ab"].concat();
        let cases: [(Marker, &[u8], usize); 9] = [
            (Marker::DQT, &[0; 65], 65),
            (Marker::DQT, &[0; 70], 65),
            (Marker::DQT, &[0x10; 200], 129),
            (Marker::DQT, b"text", 0),
            (Marker::DHT, &huffman, 19),
            (Marker::DHT, &huffman[..18], 0),
            (Marker::DRI, &[0; 9], 2),
            (Marker::SOS, &[1, 1, 0, 0, 63, 0, 9], 6),
            (Marker(0xC0), &[8, 0, 8, 0, 8, 1, 1, 0x11, 0, 9], 9),
        ];
        for (marker, payload, end) in cases {
            assert_eq!(form(marker, payload), end, "{marker:?} {payload:?}");
        }
    }
}
