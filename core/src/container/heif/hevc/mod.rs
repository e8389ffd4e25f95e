//! HEVC in an item: ISO/IEC 14496-15, section 8, and ITU-T H.265.
//!
//! The canonical form. `hvcC` holds one video, one sequence and one picture parameter set, each with
//! the number 0, and tells nothing that does not follow from them; the item holds the slice segments
//! of one picture as an IDR picture, each behind a length of 4 bytes. Parameter sets and the headers
//! of slices are written again from what decodes a still picture; the data of slices is copied up to
//! the last byte that is not zero.

mod pps;
mod profile;
mod references;
mod scaling;
mod slice;
mod sps;

use self::pps::Pps;
use self::profile::Profile;
use self::slice::Header;
use self::sps::Sps;
use super::bits::{BitReader, BitWriter};
use super::boxes::Bytes;
use super::coding::{Coded, Nclx, Piece, Source, Traits};
use super::damaged;
use crate::Error;

/// What the header of a NAL unit says (section 7.3.1.2).
#[derive(Debug, Clone, Copy)]
struct Unit<'a> {
    kind: u8,
    /// What follows the header, without zeros at the end.
    payload: &'a [u8],
    /// Where that starts in the file.
    at: usize,
}

const SPS: u8 = 33;
const PPS: u8 = 34;

/// The most slice segments of one picture: table A.8, level 6.2.
const MOST_SLICES: usize = 600;

/// What decodes one still picture.
#[derive(Debug)]
pub(crate) struct Picture<'a> {
    sps: Sps,
    pps: Pps,
    slices: Vec<Header<'a>>,
}

impl<'a> Picture<'a> {
    /// Keeps of `source` what decodes the picture.
    pub(super) fn read(source: Source<'a>) -> Result<Picture<'a>, Error> {
        let configuration = Bytes { data: source.configuration, at: source.configuration_at };
        let mut sets = Sets::default();
        let length_size = sets.configuration(configuration)?;
        let mut payload = Bytes { data: source.payload, at: source.payload_at };
        let mut active: Option<(u32, Sps, Pps)> = None;
        let mut slices: Vec<Header<'a>> = Vec::new();
        let mut parts = 0usize;
        while !payload.data.is_empty() {
            parts = parts.saturating_add(1);
            if parts > source.most_parts {
                let limit = source.most_parts as u64;
                return Err(Error::Limit { what: "too many parts", limit });
            }
            let mut length = 0usize;
            for _ in 0..length_size {
                length = length << 8 | usize::from(payload.u8()?);
            }
            let Some(unit) = Unit::of(payload.take(length)?) else { continue };
            if active.is_none() && matches!(unit.kind, SPS | PPS) {
                sets.keep(unit);
            }
            match unit.kind {
                16..=21 => {}
                0..=9 => return Err(damaged(unit.at, "a picture that is decoded by itself")),
                // reserved kinds, parameter sets, messages, delimiters, padding
                _ => continue,
            }
            let mut bits = BitReader::new(unit.payload, unit.at);
            let start = slice::start(&mut bits)?;
            let (number, sps, pps) = match &mut active {
                Some(active) => active,
                none if start.first => {
                    let (sps, pps) = sets.activate(start.pps, unit.at)?;
                    none.insert((start.pps, sps, pps))
                }
                _ => return Err(bits.damaged("the start of the picture")),
            };
            if *number != start.pps || start.first != slices.is_empty() {
                return Err(bits.damaged("slices of one picture"));
            }
            let idr = matches!(unit.kind, 19 | 20);
            let header = Header::read(&mut bits, start.first, idr, sps, pps)?;
            if slices.last().is_some_and(|last| last.address >= header.address) {
                return Err(bits.damaged("slices in their order"));
            }
            slices.push(header);
            if slices.len() > MOST_SLICES {
                let limit = MOST_SLICES as u64;
                return Err(Error::Limit { what: "too many slices in one picture", limit });
            }
        }
        let (_, sps, pps) = active.ok_or_else(|| damaged(source.payload_at, "a coded picture"))?;
        Ok(Picture { sps, pps, slices })
    }

    /// What the sequence parameter set says.
    pub(super) fn traits(&self) -> Traits {
        let [luma, chroma] =
            self.sps.depths.map(|depth| u8::try_from(depth.saturating_add(8)).unwrap_or(8));
        Traits {
            size: self.sps.size(),
            depths: (luma, chroma),
            monochrome: self.sps.chroma == 0,
            colour: self.sps.colour(),
        }
    }

    /// True if something is coded that lies outside of what is shown.
    pub(super) fn is_cropped(&self) -> bool {
        self.sps.is_cropped()
    }

    /// True if any decoder of HEIC pictures can be asked to show it (ISO/IEC 23008-12, B.4.1).
    pub(super) fn is_main(&self) -> bool {
        Profile::of(&self.sps, &self.pps).is_main()
    }

    /// `hvcC` and the NAL units in their canonical form.
    pub(super) fn write(&self, colour: Nclx) -> Result<Coded<'a>, Error> {
        let mut payload = Vec::new();
        for slice in &self.slices {
            let mut head = vec![0; 4];
            head.extend([0x28, 1]);
            let mut bits = BitWriter::default();
            slice.write(&mut bits, &self.sps, &self.pps);
            bits.finish(&mut head);
            let length = head.len().saturating_sub(4).saturating_add(slice.data.len());
            let length = u32::try_from(length).map_err(|_| Error::Memory)?;
            if let Some(room) = head.first_chunk_mut() {
                *room = length.to_be_bytes();
            }
            payload.push(Piece::Written(head));
            payload.push(Piece::Kept(slice.data));
        }
        Ok(Coded { configuration: self.configuration(colour)?, payload })
    }

    /// The body of `hvcC`: ISO/IEC 14496-15, section 8.3.3.1.2.
    fn configuration(&self, colour: Nclx) -> Result<Vec<u8>, Error> {
        let profile = Profile::of(&self.sps, &self.pps);
        let mut out = vec![1];
        out.extend(profile.bytes());
        out.extend([0xF0, 0x00, 0xFC]);
        let [luma, chroma] = self.sps.depths.map(|depth| u8::try_from(depth).unwrap_or(0) | 0xF8);
        out.extend([u8::try_from(self.sps.chroma).unwrap_or(0) | 0xFC, luma, chroma]);
        out.extend([0, 0, 0x0F, 3]); // no frame rate; one layer, which nests; lengths of 4 bytes
        for kind in [32, SPS, PPS] {
            let mut unit = vec![kind << 1, 1];
            let mut bits = BitWriter::default();
            match kind {
                SPS => self.sps.write(&mut bits, &profile, colour, !self.pps.has_scaling()),
                PPS => self.pps.write(&mut bits),
                _ => profile.write_vps(&mut bits),
            }
            bits.finish(&mut unit);
            let length = u16::try_from(unit.len()).map_err(|_| Error::Memory)?;
            out.extend([0x80 | kind, 0, 1]);
            out.extend(length.to_be_bytes());
            out.extend(unit);
        }
        Ok(out)
    }
}

impl<'a> Unit<'a> {
    /// None if it belongs to another layer, or is too short to be a NAL unit.
    fn of(bytes: Bytes<'a>) -> Option<Unit<'a>> {
        let [first, second, rest @ ..] = bytes.data else { return None };
        let layer = (first & 1) << 5 | second >> 3;
        let at = bytes.at.saturating_add(2);
        let unit = Unit { kind: first >> 1 & 63, payload: without_padding(rest), at };
        (layer == 0 && second & 7 != 0).then_some(unit)
    }
}

/// `payload` without zeros at its end, which a decoder throws away: `trailing_zero_8bits` and
/// `cabac_zero_words` with their bytes against emulation (sections 7.3.2.10, B.2).
fn without_padding(mut payload: &[u8]) -> &[u8] {
    loop {
        payload = match payload {
            [rest @ .., 0] => rest,
            [rest @ .., 0, 0, 3] => rest,
            _ => return payload,
        };
    }
}

/// The parameter sets that are there, by their numbers.
#[derive(Debug, Default)]
struct Sets<'a> {
    sps: Vec<Unit<'a>>,
    pps: Vec<Unit<'a>>,
}

impl<'a> Sets<'a> {
    /// Reads `hvcC`; gives how long the lengths of NAL units are.
    fn configuration(&mut self, bytes: Bytes<'a>) -> Result<u8, Error> {
        let mut body = bytes;
        if body.u8()? != 1 {
            return Err(damaged(bytes.at, "a configuration of version 1"));
        }
        body.take(20)?;
        let length_size = (body.u8()? & 3).saturating_add(1);
        if length_size == 3 {
            return Err(damaged(bytes.at, "lengths of 1, 2 or 4 bytes"));
        }
        for _ in 0..body.u8()? {
            body.u8()?;
            for _ in 0..body.u16()? {
                let length = usize::from(body.u16()?);
                if let Some(unit) = Unit::of(body.take(length)?) {
                    self.keep(unit);
                }
            }
        }
        Ok(length_size)
    }

    /// Keeps a parameter set.
    fn keep(&mut self, unit: Unit<'a>) {
        match unit.kind {
            SPS => self.sps.push(unit),
            PPS => self.pps.push(unit),
            _ => {}
        }
    }

    /// The sets that a picture uses whose slices name `number`: of several with one number the last.
    fn activate(&self, number: u32, at: usize) -> Result<(Sps, Pps), Error> {
        for unit in self.pps.iter().rev() {
            let mut bits = BitReader::new(unit.payload, unit.at);
            // what cannot be read has no number that a slice could name
            match pps::ids(&mut bits) {
                Ok((pps, sps)) if pps == number => {
                    let sps = self.sequence(sps, unit.at)?;
                    let pps = Pps::read(&mut bits, &sps)?;
                    return Ok((sps, pps));
                }
                _ => {}
            }
        }
        Err(damaged(at, "a picture parameter set that is there"))
    }

    fn sequence(&self, number: u32, at: usize) -> Result<Sps, Error> {
        let mut failed = damaged(at, "a sequence parameter set that is there");
        for unit in self.sps.iter().rev() {
            match Sps::read(&mut BitReader::new(unit.payload, unit.at)) {
                Ok(sps) if sps.id == number => return Ok(sps),
                Ok(_) => {}
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }
}
