//! AV1 in an item: AV1 Image File Format, AV1 Codec ISO Media File Format Binding, AV1 Bitstream &
//! Decoding Process Specification.
//!
//! The canonical form: `av1C` of four bytes; a sequence header OBU of a still picture
//! (`reduced_still_picture_header`) and one frame OBU, both with a size in as few bytes as it takes
//! and without an extension. The frame OBU is the frame header, written again; the size of each tile
//! but the last one, in as few bytes as the largest takes; and the tiles as they stand, less the
//! zeros behind their last byte. Headers say nothing that decoding the frame does not need.

mod bits;
mod frame;
mod grain;
mod obu;
mod sequence;
mod tiling;

use super::coding::{Coded, Nclx, Piece, Source, Traits};
use crate::{Error, Format};
use bits::BitReader;
use frame::Frame;
use obu::{Kind, Obu};
use sequence::Sequence;
use tiling::{TileInfo, Tiles};

/// The headers and the tiles that decode one still picture.
#[derive(Debug)]
pub(crate) struct Picture<'a> {
    sequence: Sequence,
    frame: Frame,
    tiles: Tiles<'a>,
}

impl<'a> Picture<'a> {
    /// Keeps of `source` what decodes the picture.
    pub(super) fn read(source: Source<'a>) -> Result<Picture<'a>, Error> {
        let mut reading = Reading::default();
        for obu in obu::walk(source.payload, source.payload_at, source.most_parts) {
            let obu = obu?;
            if reading.sequence.is_none() && matches!(obu.kind, Kind::Frame | Kind::FrameHeader) {
                // some encoders leave it to the configuration
                let configuration = source.configuration.get(4..).unwrap_or_default();
                let at = source.configuration_at.saturating_add(4);
                for obu in obu::walk(configuration, at, source.most_parts) {
                    reading.sequence_header(&obu?)?;
                }
            }
            reading.take(&obu)?;
            // what follows is shown only as a higher layer
            if reading.is_whole() && !reading.has_layers() {
                break;
            }
        }
        reading.finish(source.payload_at.saturating_add(source.payload.len()))
    }

    /// What the sequence header says.
    pub(super) fn traits(&self) -> Traits {
        let colour = &self.sequence.colour;
        Traits {
            size: self.frame.size,
            depths: (colour.depth, colour.depth),
            monochrome: colour.monochrome,
            colour: colour.nclx,
        }
    }

    /// `av1C` and OBUs in their canonical form, the sequence header with `colour`.
    pub(super) fn write(&self, colour: Nclx) -> Result<Coded<'a>, Error> {
        let mut sequence = self.frame.sequence(&self.sequence);
        sequence.colour.nclx = colour;
        if !sequence.colour.is_coherent() {
            return Err(unsupported("RGB with less of one colour than of another"));
        }
        let size_bytes = self.tiles.size_bytes();
        let header = self.frame.write(&sequence, size_bytes);
        let tiles: usize = self.tiles.iter().map(<[u8]>::len).fold(0, usize::saturating_add);
        let told = self.frame.tiling.count().saturating_sub(1);
        let sizes = told.saturating_mul(size_bytes);
        let length = header.len().saturating_add(sizes).saturating_add(tiles);
        if u32::try_from(length).is_err() {
            return Err(Error::Limit { what: "too many bytes", limit: u64::from(u32::MAX) });
        }

        let sequence_header = sequence.write();
        let mut head = obu::header(Kind::SequenceHeader, None, sequence_header.len());
        head.extend(sequence_header);
        head.extend(obu::header(Kind::Frame, None, length));
        head.extend(header);
        let mut payload = Vec::new();
        for (number, tile) in self.tiles.iter().enumerate() {
            if number < told {
                let size = (tile.len().saturating_sub(1) as u64).to_le_bytes();
                head.extend(size.iter().take(size_bytes));
            }
            if !head.is_empty() {
                payload.push(Piece::Written(std::mem::take(&mut head)));
            }
            payload.push(Piece::Kept(tile));
        }
        let configuration = sequence.configuration();
        Ok(Coded { configuration, payload })
    }
}

/// What was met of an item so far.
#[derive(Debug, Default)]
struct Reading<'a> {
    sequence: Option<Sequence>,
    frame: Option<(Frame, TileInfo)>,
    tiles: Tiles<'a>,
}

impl<'a> Reading<'a> {
    fn take(&mut self, obu: &Obu<'a>) -> Result<(), Error> {
        match obu.kind {
            Kind::Frame | Kind::FrameHeader => self.frame_header(obu),
            Kind::TileGroup => self.tile_group(obu.payload, obu.at),
            Kind::SequenceHeader | Kind::Idle => self.sequence_header(obu),
        }
    }

    fn sequence_header(&mut self, obu: &Obu<'a>) -> Result<(), Error> {
        if obu.kind != Kind::SequenceHeader {
            return Ok(());
        }
        let sequence = Sequence::parse(obu.payload)
            .ok_or(damaged(obu.at, "a sequence header is cut short, or of a reserved profile"))?;
        match &self.sequence {
            Some(first) if *first == sequence => Ok(()),
            Some(_) => Err(unsupported("several sequence headers in an AV1 picture")),
            None => {
                self.sequence = Some(sequence);
                Ok(())
            }
        }
    }

    fn frame_header(&mut self, obu: &Obu<'a>) -> Result<(), Error> {
        let Some(sequence) = &self.sequence else {
            return Err(damaged(obu.at, "a frame header stands before its sequence header"));
        };
        if self.frame.is_some() {
            // while tiles are missing, a frame header is a copy of the first one
            return if self.is_whole() {
                Err(unsupported("several layers in an AV1 picture"))
            } else if obu.kind == Kind::Frame {
                Err(damaged(obu.at, "tiles of an AV1 picture are missing"))
            } else {
                Ok(())
            };
        }
        let mut bits = BitReader::new(obu.payload);
        let parsed = Frame::parse(&mut bits, sequence, obu.layers)
            .ok_or(damaged(obu.at, "a frame header is cut short, or breaks a rule"))?;
        self.frame = Some(parsed.map_err(unsupported)?);
        match obu.kind {
            Kind::Frame => self.tile_group(bits.rest(), obu.at),
            _ => Ok(()),
        }
    }

    fn tile_group(&mut self, data: &'a [u8], at: usize) -> Result<(), Error> {
        match &self.frame {
            Some((_, info)) => self
                .tiles
                .take(data, info)
                .ok_or(damaged(at, "a tile is empty, missing, or does not fit into its OBU")),
            None => Err(damaged(at, "a tile stands before its frame header")),
        }
    }

    /// True if all tiles of a frame were met.
    fn is_whole(&self) -> bool {
        self.frame.as_ref().is_some_and(|(_, info)| self.tiles.whole(&info.tiling))
    }

    /// True if the first operating point, which is shown, has more than one spatial layer.
    fn has_layers(&self) -> bool {
        let points = self.sequence.as_ref().map(|sequence| &sequence.framing.points);
        let idc = points.and_then(|points| points.first()).map_or(0, |point| point.idc);
        idc.wrapping_shr(8).count_ones() > 1
    }

    fn finish(self, end: usize) -> Result<Picture<'a>, Error> {
        let sequence =
            self.sequence.ok_or(damaged(end, "an AV1 picture has no sequence header"))?;
        let (frame, _) = self.frame.ok_or(damaged(end, "an AV1 picture has no frame"))?;
        if !self.tiles.whole(&frame.tiling) {
            return Err(damaged(end, "tiles of an AV1 picture are missing"));
        }
        Ok(Picture { sequence, frame, tiles: self.tiles })
    }
}

fn damaged(at: usize, what: &'static str) -> Error {
    Error::Damaged { at: at as u64, what }
}

fn unsupported(what: &'static str) -> Error {
    Error::Unsupported { format: Format::Avif, what }
}
