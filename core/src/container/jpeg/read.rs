//! Keeps by allow-list what decodes the picture, and refuses what cannot be told with certainty, or
//! takes what there is of it.

use crate::bytes::Endian;
use crate::container::jpeg::colour::{Colour, adobe_transform, is_jfif, meaning};
use crate::container::jpeg::frame::{Frame, Process};
use crate::container::jpeg::icc::{self, Embedded};
use crate::container::jpeg::marker::Marker;
use crate::container::jpeg::scan::{Header, Progress, Scan, ScanComponent};
use crate::container::jpeg::shelf::{Definition, Shelf, Unused};
use crate::container::jpeg::tables::{
    Class, HuffmanTable, QuantTable, huffman_tables, quant_tables, standard,
};
use crate::container::jpeg::walk::{End, Kind, Part, Walk, walk_over_reserved};
use crate::container::jpeg::{damaged, unsupported};
use crate::{Error, Orientation};

/// What decodes the picture, and nothing else.
#[derive(Debug)]
pub(crate) struct Picture<'a> {
    pub(crate) frame: Frame,
    pub(crate) colour: Colour,
    pub(crate) orientation: Orientation,
    pub(crate) profile: Embedded,
    pub(crate) scans: Vec<Scan<'a>>,
    /// What has the form of picture data, and that nothing uses.
    pub(crate) unused: Vec<Unused>,
}

/// What happens where a photo is damaged or ends early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Tolerance {
    /// An error: Strip and Recode.
    #[default]
    None,
    /// What can be shown is shown, as libjpeg does, and what is missing is counted: Rebuild.
    ShowWhatThereIs,
}

/// Reads the picture of a JPEG that `walk` took apart. With [`Tolerance::ShowWhatThereIs`], what is
/// wrong behind the first scan is passed over.
pub(crate) fn read<'a>(walk: &Walk<'a>, tolerance: Tolerance) -> Result<Picture<'a>, Error> {
    let tolerant = tolerance == Tolerance::ShowWhatThereIs;
    let reserved = |part: &Part| part.kind.marker().is_some_and(Marker::is_reserved);
    let again = (tolerant && walk.parts.iter().any(reserved))
        .then(|| walk_over_reserved(walk.data, walk.limit));
    let walk = again.as_ref().unwrap_or(walk);
    if walk.end == End::TooManyParts {
        return Err(Error::Limit { what: "too many segments", limit: walk.limit as u64 });
    }
    let mut reader = Reader { lines: lines(walk), tolerance, ..Reader::default() };
    for (index, part) in walk.parts.iter().enumerate() {
        let read = match part.kind {
            Kind::BadLength(marker) if tolerant && !marker.is_needed() => Ok(()),
            Kind::BadLength(Marker::SOS) if tolerant && walk.end == End::CutOff => {
                reader.cut_scan(walk, part)
            }
            // whether the end of the file took anything that is needed, the scans tell
            Kind::BadLength(_) if walk.end == End::CutOff && part.end == walk.data.len() => Ok(()),
            Kind::BadLength(_) => Err(damaged(part.start, "a segment has a wrong length")),
            Kind::Standalone(Marker::SOI) if index > 0 && !reader.is_done() => {
                Err(damaged(part.start, "a second picture starts inside the first"))
            }
            // what follows belongs to another picture
            Kind::Segment(marker) if tolerant && marker.is_frame() && reader.has_scans() => break,
            Kind::Segment(marker) => {
                let coded = index.checked_add(1).and_then(|next| walk.parts.get(next));
                reader.segment(walk, marker, part, coded)
            }
            _ => Ok(()),
        };
        if !tolerant || !reader.has_scans() {
            read?;
        }
    }
    reader.finish(walk)
}

/// Where the first DNL segment stands, and what it says: the number of lines of a frame that leaves
/// it open.
fn lines(walk: &Walk<'_>) -> Option<(usize, u16)> {
    let part = walk.parts.iter().find(|part| part.kind == Kind::Segment(Marker::DNL))?;
    Some((part.start, Endian::Big.u16(walk.payload(part), 0)?))
}

#[derive(Debug, Default)]
struct Reader<'a> {
    tolerance: Tolerance,
    /// The DNL segment that tells the height, and the height; none if the frame tells it.
    lines: Option<(usize, u16)>,
    frame: Option<Frame>,
    progress: Progress,
    quant: Shelf<QuantTable>,
    dc: Shelf<HuffmanTable>,
    ac: Shelf<HuffmanTable>,
    /// The restart interval, in slot 0.
    interval: Shelf<u16>,
    jfif: bool,
    adobe: Option<u8>,
    exif_orientation: Option<Orientation>,
    xmp: Vec<&'a [u8]>,
    profile: Vec<icc::Part<'a>>,
    scans: Vec<Scan<'a>>,
    unused: Vec<Unused>,
}

impl<'a> Reader<'a> {
    fn has_scans(&self) -> bool {
        !self.scans.is_empty()
    }

    /// True when decoders stop: a sequential picture has all its components. What comes then counts
    /// for libjpeg only if it has them from several scans.
    fn is_done(&self) -> bool {
        self.frame.as_ref().is_some_and(|frame| frame.process == Process::Sequential)
            && self.progress.is_whole()
            && (self.tolerance == Tolerance::None || self.scans.len() == 1)
    }

    fn segment(
        &mut self,
        walk: &Walk<'a>,
        marker: Marker,
        part: &Part,
        next: Option<&Part>,
    ) -> Result<(), Error> {
        let payload = walk.payload(part);
        let unused = Unused { marker, start: part.start, end: part.end };
        if self.is_done() {
            // of several scans decoders keep the last, of a single one the first
            if marker == Marker::SOS && self.scans.len() > 1 {
                return Err(damaged(part.start, "a scan codes what another one has coded"));
            }
            let is_table = matches!(marker, Marker::DQT | Marker::DHT | Marker::DAC);
            let is_setting = matches!(marker, Marker::DRI | Marker::DNL);
            if is_table || is_setting || marker.is_frame() || marker == Marker::SOS {
                self.unused.push(unused);
            }
            return Ok(());
        }
        match marker {
            Marker::DQT => self.define_quant(payload, part),
            Marker::DHT => self.define_huffman(payload, part),
            Marker::DRI => match *payload {
                [high, low] => {
                    let (start, end) = (part.start, part.end);
                    let table = u16::from_be_bytes([high, low]);
                    self.interval.define(0, Definition { table, marker, start, end, used: false });
                    Ok(())
                }
                _ => Err(damaged(part.start, "the restart interval has a wrong length")),
            },
            Marker::SOS => self.scan(walk, payload, part, next),
            Marker::DAC => {
                self.unused.push(unused);
                Ok(())
            }
            Marker::DNL if self.lines.is_none_or(|(at, _)| at != part.start) => {
                self.unused.push(unused);
                Ok(())
            }
            Marker::DHP | Marker::EXP => Err(unsupported("hierarchical coding")),
            _ if marker.is_frame() => {
                if self.frame.is_some() {
                    return Err(damaged(part.start, "there is a second frame"));
                }
                let open = Endian::Big.u16(payload, 1) == Some(0);
                self.lines = self.lines.filter(|_| open);
                let lines = self.lines.map(|(_, lines)| lines);
                let frame = Frame::parse(marker, payload, part.start, lines)?;
                self.progress = Progress::new(frame.components.len());
                self.frame = Some(frame);
                Ok(())
            }
            // decoders settle orientation and colours when they meet the first scan
            _ if self.scans.is_empty() => {
                self.note(marker, payload);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// What application segments say of orientation and colours.
    fn note(&mut self, marker: Marker, payload: &'a [u8]) {
        match marker {
            Marker::APP0 => self.jfif |= is_jfif(payload),
            Marker::APP1 if payload.starts_with(b"Exif\0") => {
                let tiff = payload.get(6..).unwrap_or_default();
                self.exif_orientation =
                    self.exif_orientation.or_else(|| Orientation::from_tiff(tiff));
            }
            Marker::APP1 if payload.starts_with(b"http://ns.adobe.com/xap/1.0/\0") => {
                self.xmp.push(payload);
            }
            Marker::APP2 => self.profile.extend(icc::part(payload)),
            Marker::APP14 => self.adobe = adobe_transform(payload).or(self.adobe),
            _ => {}
        }
    }

    fn define_quant(&mut self, payload: &[u8], part: &Part) -> Result<(), Error> {
        let tables = quant_tables(payload)
            .ok_or_else(|| damaged(part.start, "a quantisation table is cut short"))?;
        for defined in tables {
            let (start, end) = place(part, defined.start, defined.end);
            let definition =
                Definition { table: defined.table, marker: Marker::DQT, start, end, used: false };
            self.quant.define(defined.slot, definition);
        }
        Ok(())
    }

    fn define_huffman(&mut self, payload: &[u8], part: &Part) -> Result<(), Error> {
        let tables = huffman_tables(payload)
            .ok_or_else(|| damaged(part.start, "a Huffman table is cut short"))?;
        for defined in tables {
            let (start, end) = place(part, defined.start, defined.end);
            let definition =
                Definition { table: defined.table, marker: Marker::DHT, start, end, used: false };
            let shelf = match defined.class {
                Class::Dc => &mut self.dc,
                Class::Ac => &mut self.ac,
            };
            shelf.define(defined.slot, definition);
        }
        Ok(())
    }

    fn scan(
        &mut self,
        walk: &Walk<'a>,
        payload: &[u8],
        part: &Part,
        next: Option<&Part>,
    ) -> Result<(), Error> {
        let at = part.start;
        let frame =
            self.frame.as_mut().ok_or_else(|| damaged(at, "a scan stands before the frame"))?;
        let header = Header::parse(payload, at, frame)?;
        let tolerant = self.tolerance == Tolerance::ShowWhatThereIs;
        if !self.progress.enter(&header) && !tolerant {
            return Err(damaged(at, "a scan codes what another one has coded"));
        }

        for (index, ..) in &header.selectors {
            let Some(component) = frame.components.get_mut(*index) else { continue };
            if component.quant.is_none() {
                let table = self.quant.take(component.quant_slot);
                component.quant =
                    Some(table.ok_or_else(|| damaged(at, "a quantisation table is missing"))?);
            }
        }
        let process = frame.process;
        let (has_dc, has_ac) =
            (header.band.first == 0 && header.band.high == 0, header.band.last > 0);
        let indices: Vec<usize> = header.selectors.iter().map(|(index, ..)| *index).collect();
        let mcus = frame.mcus(&indices);
        let components = header
            .selectors
            .iter()
            .map(|(index, dc_slot, ac_slot)| {
                let dc = has_dc.then(|| huffman(&mut self.dc, Class::Dc, *dc_slot, process, at));
                let ac = has_ac.then(|| huffman(&mut self.ac, Class::Ac, *ac_slot, process, at));
                Ok(ScanComponent { index: *index, dc: dc.transpose()?, ac: ac.transpose()? })
            })
            .collect::<Result<Vec<_>, Error>>()?;

        let (start, filled, coded) = match next.map(|next| (next, &next.kind)) {
            Some((data, Kind::Coded(seen))) => (data.start, seen.filled, walk.bytes(data)),
            _ if self.tolerance == Tolerance::ShowWhatThereIs => (part.end, false, &[] as &[u8]),
            None => return Err(Error::CutOff { at: walk.data.len() as u64 }),
            Some(_) => return Err(damaged(at, "a scan has no data")),
        };
        let interval = self.interval.peek(0).copied().unwrap_or(0);
        // an interval that is as long as the scan makes no restart
        let restart_interval = if u64::from(interval) < mcus { interval } else { 0 };
        if restart_interval > 0 {
            self.interval.take(0);
        }
        self.scans.push(Scan {
            components,
            band: header.band,
            restart_interval,
            start,
            coded,
            filled,
        });
        Ok(())
    }

    /// A scan whose header is cut short by the end of the file. Sequential scans need no more of it
    /// than the components.
    fn cut_scan(&mut self, walk: &Walk<'a>, part: &Part) -> Result<(), Error> {
        let mut payload = walk.bytes(part).get(4..).unwrap_or_default().to_vec();
        let count = payload.first().copied().map_or(0, usize::from);
        if payload.len() > count.saturating_mul(2) {
            payload.resize(count.saturating_mul(2).saturating_add(4), 0);
        }
        self.scan(walk, &payload, part, None)
    }

    fn finish(self, walk: &Walk<'a>) -> Result<Picture<'a>, Error> {
        let end = walk.data.len();
        let shown = match self.tolerance {
            Tolerance::None => self.progress.is_whole(),
            Tolerance::ShowWhatThereIs => self.has_scans(),
        };
        // without its end marker a photo may lack more, unless there is no more
        let complete = shown
            && self.frame.is_some()
            && (self.progress.is_complete() || self.tolerance != Tolerance::None);
        if walk.end == End::CutOff && !complete {
            return Err(Error::CutOff { at: end as u64 });
        }
        let mut frame = self.frame.ok_or_else(|| damaged(end, "there is no frame"))?;
        if !shown {
            return Err(damaged(end, "a colour component is missing"));
        }
        // of components without any scan all steps show the same
        for component in frame.components.iter_mut().filter(|c| c.quant.is_none()) {
            component.quant = Some(QuantTable([1; 64]));
        }
        let ids: Vec<u8> = frame.components.iter().map(|c| c.id).collect();
        let colour = meaning(&ids, self.jfif, self.adobe)
            .ok_or_else(|| unsupported("a number of colour components other than 1, 3 or 4"))?;
        let mut unused = self.unused;
        unused.extend(self.interval.unused());
        unused.extend(self.quant.unused());
        unused.extend(self.dc.unused());
        unused.extend(self.ac.unused());
        unused.sort_by_key(|u| u.start);
        let by_xmp = || self.xmp.iter().find_map(|packet| Orientation::from_xmp(packet));
        Ok(Picture {
            frame,
            colour,
            orientation: self.exif_orientation.or_else(by_xmp).unwrap_or_default(),
            profile: icc::join(&self.profile),
            scans: self.scans,
            unused,
        })
    }
}

/// Where `start..end` of a segment's payload stands in the file.
fn place(part: &Part, start: usize, end: usize) -> (usize, usize) {
    let payload = part.start.saturating_add(4);
    (payload.saturating_add(start), payload.saturating_add(end))
}

/// The Huffman table that a scan at byte `at` finds in `slot`.
fn huffman(
    shelf: &mut Shelf<HuffmanTable>,
    class: Class,
    slot: usize,
    process: Process,
    at: usize,
) -> Result<HuffmanTable, Error> {
    let table = match shelf.take(slot) {
        Some(table) => Some(table),
        None if process == Process::Sequential => standard(class, slot),
        None => None,
    };
    let table = table.ok_or_else(|| damaged(at, "a Huffman table is missing"))?;
    if table.is_usable(class) {
        Ok(table)
    } else {
        Err(damaged(at, "a Huffman table has more codes than fit"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::jpeg::walk::walk;

    fn segment(marker: u8, payload: &[u8]) -> Vec<u8> {
        let length = (payload.len() + 2) as u16;
        [&[0xFF, marker], length.to_be_bytes().as_slice(), payload].concat()
    }

    /// Up to the first scan: a grey or coloured frame with the standard Huffman tables.
    fn header(components: u8) -> Vec<u8> {
        let mut frame = vec![8, 0, 8, 0, 8, components];
        (1..=components).for_each(|id| frame.extend([id, 0x11, 0]));
        let steps = [[0].as_slice(), &[1; 64]].concat();
        [vec![0xFF, 0xD8], segment(0xDB, &steps), segment(0xC0, &frame)].concat()
    }

    fn scan(components: &[u8]) -> Vec<u8> {
        let mut payload = vec![components.len() as u8];
        components.iter().for_each(|id| payload.extend([*id, 0]));
        payload.extend([0, 63, 0]);
        [segment(0xDA, &payload), vec![0x2A, 0x2B]].concat()
    }

    /// Whether the strict way takes it, and how many scans the tolerant way gives.
    fn outcome(parts: &[&[u8]]) -> (bool, Option<usize>) {
        let data = parts.concat();
        let walk = walk(&data, 100);
        let shown = read(&walk, Tolerance::ShowWhatThereIs).ok();
        if let Some(picture) = &shown {
            assert!(picture.frame.components.iter().all(|c| c.quant.is_some()));
        }
        (read(&walk, Tolerance::None).is_ok(), shown.map(|picture| picture.scans.len()))
    }

    const END: &[u8] = &[0xFF, 0xD9];

    #[test]
    fn what_a_cut_off_photo_shows_is_read() {
        let (one, three) = (header(1), header(3));
        assert_eq!(outcome(&[&one, &scan(&[1]), END]), (true, Some(1)));
        // between two scans, and inside the header of the second
        assert_eq!(outcome(&[&three, &scan(&[2])]), (false, Some(1)));
        assert_eq!(outcome(&[&three, &scan(&[2]), &scan(&[1, 3])[..7]]), (false, Some(1)));
        // a header of a sequential scan that lacks nothing but what says nothing
        assert_eq!(outcome(&[&one, &scan(&[1])[..7]]), (false, Some(1)));
        // nothing of the picture
        for length in [0, 2, 4, 6] {
            assert_eq!(outcome(&[&one, &scan(&[1])[..length]]), (false, None));
        }
    }

    #[test]
    fn what_is_wrong_behind_the_first_scan_is_passed_over() {
        let three = header(3);
        for wrong in [
            segment(0xC4, &[0, 1, 2]),
            segment(0xDA, &[1, 9, 0, 0, 63, 0]),
            segment(0xDE, &[]),
            vec![0xFF, 0xD8],
            vec![0xFF, 0xDB, 0, 1],
            b"between".to_vec(),
        ] {
            let parts: [&[u8]; 5] = [&three, &scan(&[1]), &wrong, &scan(&[2, 3]), END];
            assert_eq!(outcome(&parts).1, Some(2), "{wrong:?}");
        }
        // of a second picture nothing
        let parts: [&[u8]; 4] = [&three, &scan(&[1]), &three, &scan(&[1, 2, 3])];
        assert_eq!(outcome(&parts), (false, Some(1)));
    }

    #[test]
    fn what_decoders_need_is_not_passed_over_before_the_first_scan() {
        let grey = header(1);
        let (start, rest) = grey.split_at(2);
        for wrong in [segment(0xDB, &[0, 1]), segment(0xC4, &[0, 1]), vec![0xFF, 0xDD, 0, 1]] {
            assert_eq!(outcome(&[start, &wrong, rest, &scan(&[1]), END]), (false, None));
        }
        // what they do not need is
        let wrong = [0xFF, 0xEA, 0, 1];
        assert_eq!(outcome(&[start, &wrong, rest, &scan(&[1]), END]), (false, Some(1)));
    }

    #[test]
    fn scans_that_code_again_are_kept_where_decoders_read_on() {
        let (one, three) = (header(1), header(3));
        assert_eq!(outcome(&[&one, &scan(&[1]), &scan(&[1]), END]), (true, Some(1)));
        let parts: [&[u8]; 5] = [&three, &scan(&[1]), &scan(&[2, 3]), &scan(&[1]), END];
        assert_eq!(outcome(&parts), (false, Some(3)));
    }
}
