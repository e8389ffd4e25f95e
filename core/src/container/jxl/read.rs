//! Takes a codestream apart down to the sections of its frames: ISO/IEC 18181-1, 6.

use zeroize::Zeroizing;

use crate::container::jxl::bits::BitReader;
use crate::container::jxl::entropy::Budget;
use crate::container::jxl::frame::{Context, FrameHeader};
use crate::container::jxl::header::{Metadata, Size, Transform};
use crate::container::jxl::stream::Stream;
use crate::container::jxl::toc::{self, Toc};
use crate::container::jxl::{damaged, icc};
use crate::{Error, Limits};

/// What a codestream starts with.
pub(crate) const SIGNATURE: [u8; 2] = [0xFF, 0x0A];

/// A frame.
#[derive(Debug)]
pub(crate) struct Frame {
    /// Where it starts in the codestream.
    pub(crate) start: usize,
    pub(crate) header: FrameHeader,
    pub(crate) toc: Toc,
}

/// A codestream taken apart as far as it goes.
#[derive(Debug)]
pub(crate) struct Codestream {
    pub(crate) size: Size,
    pub(crate) metadata: Metadata,
    pub(crate) transform: Transform,
    /// The ICC profile, and where its coding starts and ends in the codestream.
    pub(crate) profile: Option<(Zeroizing<Vec<u8>>, usize, usize)>,
    pub(crate) preview: Option<Frame>,
    /// All others, up to the last one or to where the codestream breaks off.
    pub(crate) frames: Vec<Frame>,
    /// Where the last frame ends.
    pub(crate) end: usize,
    /// Why it could not be taken apart to its end.
    pub(crate) problem: Option<Error>,
}

/// Takes `stream` apart; an error if not even its header can be read.
pub(crate) fn read(stream: &Stream<'_>, limits: &Limits) -> Result<Codestream, Error> {
    if stream.len() < SIGNATURE.len() {
        return Err(stream.cut_off());
    }
    let mut reader = BitReader::new(stream, 0);
    let first = [reader.read(8)?, reader.read(8)?];
    if first != SIGNATURE.map(u32::from) {
        return Err(damaged(stream.offset(0), "the codestream has no signature"));
    }
    let mut size = Size::default();
    size.code(&mut reader)?;
    let mut metadata = Metadata::default();
    metadata.code(&mut reader)?;
    let mut transform = Transform::default();
    transform.code(&mut reader, metadata.xyb)?;
    let mut read = Codestream {
        size,
        metadata,
        transform,
        profile: None,
        preview: None,
        frames: Vec::new(),
        end: 0,
        problem: None,
    };
    read.problem = read.frames(stream, &mut reader, limits).err();
    Ok(read)
}

impl Codestream {
    fn frames(
        &mut self,
        stream: &Stream<'_>,
        reader: &mut BitReader<'_>,
        limits: &Limits,
    ) -> Result<(), Error> {
        let budget = &mut Budget::new();
        if self.metadata.colour.profile {
            let bit = |reader: &BitReader<'_>| usize::try_from(reader.position() / 8).unwrap_or(0);
            let start = bit(reader);
            let profile = icc::read(reader, budget)?;
            self.profile = Some((profile, start, bit(reader).saturating_add(1)));
        }
        self.end = reader.align();
        if let Some(size) = self.metadata.preview {
            let frame = self.frame(stream, size, budget)?;
            self.end = frame.toc.end;
            self.preview = Some(frame);
        }
        loop {
            if self.frames.len() as u64 >= limits.parts {
                return Err(Error::Limit { what: "too many frames", limit: limits.parts });
            }
            let frame = self.frame(stream, self.size, budget)?;
            self.end = frame.toc.end;
            let last = frame.header.is_last;
            self.frames.push(frame);
            if last {
                return Ok(());
            }
        }
    }

    /// The frame that follows.
    fn frame(&self, stream: &Stream<'_>, size: Size, budget: &mut Budget) -> Result<Frame, Error> {
        let start = self.end;
        let mut reader = BitReader::new(stream, start);
        let context = Context { metadata: &self.metadata, size };
        let mut header = FrameHeader::new(context);
        header.code(&mut reader, context)?;
        let left = stream.len().saturating_sub(start);
        let toc = toc::read(&mut reader, header.sections(size), left, budget)?;
        if toc.end > stream.len() {
            return Err(stream.cut_off());
        }
        Ok(Frame { start, header, toc })
    }

    /// True if there is a picture to show: the last frame was found.
    pub(crate) fn is_whole(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.header.is_last)
    }
}
