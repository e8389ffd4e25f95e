//! What a file holds of a picture, kept by allow-list: everything else is not even looked at.
//!
//! What a chunk means where it stands too late, twice, or against the rules follows libpng, which most
//! viewers are built on.

use crate::bytes::{Endian, array_at, u8_at};
use crate::container::png::chunk::{Chunk, Chunks, Stream};
use crate::container::png::colour::Colours;
use crate::container::png::header::{ColourType, Header, MOST};
use crate::container::png::orientation::Turns;
use crate::container::png::write::{Frame, SIGNATURE};
use crate::container::png::{damaged, unsupported};
use crate::{Error, Limits, Orientation};

/// What a file holds of a picture.
#[derive(Debug)]
pub(crate) struct Picture<'a> {
    pub(crate) header: Header,
    /// Red, green and blue of each entry; empty where there is no colour table.
    pub(crate) palette: &'a [[u8; 3]],
    /// What tRNS holds, if it holds what it should.
    pub(crate) transparency: &'a [u8],
    pub(crate) colours: Colours<'a>,
    pub(crate) orientation: Orientation,
    /// The picture that is shown where nothing moves, and then all further frames.
    pub(crate) pictures: Vec<Coded<'a>>,
    /// How often the frames run (0: for ever), if it is animated.
    pub(crate) plays: Option<u32>,
}

impl Picture<'_> {
    /// How many frames it has; none if nothing moves.
    pub(crate) fn frames(&self) -> Option<u32> {
        self.plays?;
        u32::try_from(self.pictures.iter().filter(|coded| coded.frame.is_some()).count()).ok()
    }

    /// True if the picture that is shown where nothing moves is no frame.
    pub(crate) fn has_still_beside(&self) -> bool {
        self.plays.is_some() && self.pictures.first().is_some_and(|coded| coded.frame.is_none())
    }

    /// The header of one of its pictures.
    pub(crate) fn header_of(&self, coded: &Coded<'_>) -> Header {
        match coded.frame {
            Some(Frame { width, height, .. }) => Header { width, height, ..self.header },
            None => self.header,
        }
    }
}

/// One coded picture.
#[derive(Debug, Clone)]
pub(crate) struct Coded<'a> {
    /// Its place in the animation, if it has one.
    pub(crate) frame: Option<Frame>,
    /// True if it is not the one that is shown where nothing moves.
    pub(crate) further: bool,
    pub(crate) stream: Stream<'a>,
}

/// What `file` holds of a picture.
pub(crate) fn read<'a>(file: &'a [u8], limits: &Limits) -> Result<Picture<'a>, Error> {
    if !file.starts_with(SIGNATURE) {
        return Err(damaged(0, "no PNG signature"));
    }
    let mut reader = Reader::new(file, limits);
    let mut chunks = Chunks::of(file);
    for chunk in chunks.by_ref() {
        reader.chunk(&chunk)?;
    }
    reader.finish(chunks.at())
}

/// What was read so far.
struct Reader<'a, 'l> {
    file: &'a [u8],
    limits: &'l Limits,
    parts: u64,
    header: Option<Header>,
    palette: Option<&'a [[u8; 3]]>,
    transparency: Option<&'a [u8]>,
    colours: Colours<'a>,
    turns: Turns<'a>,
    /// Number of frames and of runs.
    animation: Option<(u32, u32)>,
    sequence: u32,
    pictures: Vec<Coded<'a>>,
    /// The frame that waits for its data, and where its chunk starts.
    frame: Option<(Frame, usize)>,
    /// The data that is read: where its chunks start and end, and whether it is in fdAT.
    data: Option<(usize, usize, bool)>,
    /// True once the first run of IDAT chunks has ended.
    behind: bool,
    frames: u32,
}

impl<'a, 'l> Reader<'a, 'l> {
    fn new(file: &'a [u8], limits: &'l Limits) -> Reader<'a, 'l> {
        Reader {
            file,
            limits,
            parts: 0,
            header: None,
            palette: None,
            transparency: None,
            colours: Colours::default(),
            turns: Turns::default(),
            animation: None,
            sequence: 0,
            pictures: Vec::new(),
            frame: None,
            data: None,
            behind: false,
            frames: 0,
        }
    }

    fn chunk(&mut self, chunk: &Chunk<'a>) -> Result<(), Error> {
        let kind = &chunk.kind;
        let Some(header) = self.header else { return self.first(chunk) };
        let data = matches!(kind, b"IDAT" | b"fdAT");
        if !data {
            self.parts = self.parts.saturating_add(1);
            if self.parts > self.limits.parts {
                let limit = self.limits.parts;
                return Err(Error::Limit { what: "too many chunks", limit });
            }
        }
        if kind != b"IDAT" {
            self.end_of_data(b"IDAT");
        }
        let sound = chunk.is_sound(self.file);
        let early = self.data.is_none() && !self.behind;
        // behind the picture only what is wrong with further frames matters
        let needed = (chunk.is_critical() && !self.behind) || matches!(kind, b"fcTL" | b"fdAT");
        if !sound && chunk.whole && needed {
            return Err(damaged(chunk.start, "a chunk whose checksum is wrong"));
        }
        match kind {
            b"IHDR" => Err(damaged(chunk.start, "a second header")),
            b"IDAT" => {
                self.idat(chunk);
                Ok(())
            }
            b"fdAT" => self.fdat(chunk),
            b"IEND" => Ok(()),
            // what is cut off or broken here says nothing to viewers
            _ if !sound => Ok(()),
            b"PLTE" if early => self.palette(chunk, header),
            b"PLTE" => Ok(()),
            b"tRNS" if early => {
                self.transparency(chunk, header);
                Ok(())
            }
            b"acTL" if early => self.animation(chunk),
            b"fcTL" => self.frame(chunk, header),
            b"gAMA" | b"cHRM" | b"sRGB" | b"iCCP" | b"cICP" if early => {
                self.colours.chunk(kind, chunk.payload);
                Ok(())
            }
            b"eXIf" | b"tEXt" | b"zTXt" | b"iTXt" => {
                self.turns.chunk(chunk);
                Ok(())
            }
            _ if chunk.is_critical() => Err(unsupported("a chunk of a kind that is not known")),
            _ => Ok(()),
        }
    }

    fn first(&mut self, chunk: &Chunk<'a>) -> Result<(), Error> {
        match &chunk.kind {
            b"IHDR" if chunk.is_sound(self.file) => {
                let header = Header::read(chunk.payload, chunk.start)?;
                within_pixels(&header, self.limits)?;
                self.header = Some(header);
                Ok(())
            }
            b"IHDR" if chunk.whole => Err(damaged(chunk.start, "a chunk whose checksum is wrong")),
            b"IHDR" => Err(Error::CutOff { at: self.file.len() as u64 }),
            b"CgBI" => Err(unsupported("Apple's own form for apps (CgBI)")),
            _ => Err(damaged(chunk.start, "a chunk before the header")),
        }
    }

    fn palette(&mut self, chunk: &Chunk<'a>, header: Header) -> Result<(), Error> {
        if header.colour != ColourType::Palette {
            // only a hint to who has few colours
            return Ok(());
        }
        let (entries, rest) = chunk.payload.as_chunks::<3>();
        let fits = rest.is_empty() && (1..=256).contains(&entries.len());
        if !fits || self.palette.is_some() {
            return Err(damaged(chunk.start, "a colour table that cannot be"));
        }
        let most = 1usize.checked_shl(u32::from(header.depth)).unwrap_or(256);
        self.palette = Some(entries.get(..most).unwrap_or(entries));
        Ok(())
    }

    fn transparency(&mut self, chunk: &Chunk<'a>, header: Header) {
        let length = chunk.payload.len();
        let fits = match header.colour {
            ColourType::Grey => length == 2,
            ColourType::Rgb => length == 6,
            ColourType::Palette => (1..=self.palette.map_or(0, <[_]>::len)).contains(&length),
            ColourType::GreyAlpha | ColourType::Rgba => false,
        };
        if fits && self.transparency.is_none() {
            self.transparency = Some(chunk.payload);
        }
    }

    fn animation(&mut self, chunk: &Chunk<'a>) -> Result<(), Error> {
        let numbers = [0, 4].map(|at| Endian::Big.u32(chunk.payload, at).unwrap_or(u32::MAX));
        match numbers {
            [1..=MOST, 0..=MOST] if chunk.payload.len() == 8 => {
                let [frames, plays] = numbers;
                self.animation.get_or_insert((frames, plays));
                Ok(())
            }
            _ => Err(damaged(chunk.start, "an animation that cannot be")),
        }
    }

    fn idat(&mut self, chunk: &Chunk<'a>) {
        match &mut self.data {
            _ if self.behind => {}
            Some((_, end, _)) => *end = chunk.end,
            None => self.data = Some((chunk.start, chunk.end, false)),
        }
    }

    /// The data that was read ends here, if it stands in chunks of this kind.
    fn end_of_data(&mut self, kind: &[u8; 4]) {
        if let Some((start, end, further)) = self.data
            && further == (kind == b"fdAT")
        {
            self.data = None;
            self.behind = true;
            let stream = Stream::new(self.file, start..end, further);
            let frame = self.frame.take().map(|(frame, _)| frame);
            self.pictures.push(Coded { frame, further, stream });
        }
    }

    /// True if the next chunk of the animation is one of it, and not one too many.
    fn wants_frames(&self) -> bool {
        self.animation.is_some_and(|(frames, _)| self.frames <= frames)
    }

    fn number(&mut self, chunk: &Chunk<'a>) -> Result<(), Error> {
        if Endian::Big.u32(chunk.payload, 0) != Some(self.sequence) {
            return Err(damaged(chunk.start, "frames out of order"));
        }
        self.sequence = self.sequence.saturating_add(1);
        Ok(())
    }

    fn frame(&mut self, chunk: &Chunk<'a>, header: Header) -> Result<(), Error> {
        self.end_of_data(b"fdAT");
        if self.animation.is_none() {
            return Ok(());
        }
        self.frames = self.frames.saturating_add(1);
        if !self.wants_frames() {
            return Ok(());
        }
        self.number(chunk)?;
        if self.frame.is_some() {
            return Err(damaged(chunk.start, "a frame without a picture"));
        }
        let frame = frame(chunk, header)?;
        let whole =
            (frame.x, frame.y, frame.width, frame.height) == (0, 0, header.width, header.height);
        if !self.behind && !whole {
            return Err(damaged(chunk.start, "a first frame that is not the whole picture"));
        }
        self.frame = Some((frame, chunk.start));
        Ok(())
    }

    fn fdat(&mut self, chunk: &Chunk<'a>) -> Result<(), Error> {
        if !self.wants_frames() {
            return Ok(());
        }
        if !self.behind {
            return Err(damaged(chunk.start, "a further frame before the picture"));
        }
        if chunk.payload.len() < 4 && !chunk.whole {
            return Ok(());
        }
        self.number(chunk)?;
        match &mut self.data {
            Some((_, end, _)) => *end = chunk.end,
            None if self.frame.is_some() => self.data = Some((chunk.start, chunk.end, true)),
            None => return Err(damaged(chunk.start, "the picture of no frame")),
        }
        Ok(())
    }

    fn finish(mut self, end: usize) -> Result<Picture<'a>, Error> {
        self.end_of_data(b"IDAT");
        self.end_of_data(b"fdAT");
        let cut = Error::CutOff { at: self.file.len() as u64 };
        let missing = |at, what| {
            if end >= self.file.len() { cut.clone() } else { damaged(at, what) }
        };
        let header = self.header.ok_or_else(|| missing(end, "no header"))?;
        if self.pictures.is_empty() {
            return Err(missing(end, "no picture"));
        }
        let palette = match (header.colour, self.palette) {
            (ColourType::Palette, None) => return Err(damaged(end, "no colour table")),
            (_, palette) => palette.unwrap_or_default(),
        };
        let mut plays = None;
        if let Some((frames, runs)) = self.animation {
            let seen = self.pictures.iter().filter(|coded| coded.frame.is_some()).count();
            if let Some((_, at)) = self.frame {
                return Err(missing(at, "a frame without a picture"));
            }
            if seen as u64 != u64::from(frames) {
                return Err(missing(end, "fewer frames than it says"));
            }
            plays = Some(runs);
        }
        let mut picture = Picture {
            header,
            palette,
            transparency: self.transparency.unwrap_or_default(),
            colours: self.colours,
            orientation: self.turns.orientation(),
            pictures: self.pictures,
            plays,
        };
        picture.settle();
        Ok(picture)
    }
}

impl Picture<'_> {
    /// Forgets tRNS, which no pixel of any picture needs; true if that makes another frame of one.
    pub(crate) fn forget_transparency(&mut self) -> bool {
        let frames = |picture: &Self| {
            picture.pictures.iter().map(|coded| coded.frame).collect::<Vec<Option<Frame>>>()
        };
        let before = frames(self);
        self.transparency = &[];
        self.settle();
        before != frames(self)
    }

    /// Gives the frames the one form among those that look the same.
    fn settle(&mut self) {
        let opaque = self.transparency.is_empty() && !self.header.colour.has_alpha();
        let count = self.pictures.iter().filter(|coded| coded.frame.is_some()).count();
        let lone = count == 1 && self.pictures.len() == 1;
        let beside = self.has_still_beside();
        if lone {
            // one frame that is the still picture as well does not move
            self.plays = None;
        }
        let frames = self.pictures.iter_mut().filter_map(|coded| {
            if lone {
                coded.frame = None;
            }
            coded.frame.as_mut()
        });
        for (index, frame) in frames.enumerate() {
            if index == 0 {
                // nothing was there before: section 11.3.6.2
                frame.dispose = frame.dispose.min(1);
            }
            // some viewers put the first frame on the still picture beside it
            if (index == 0 && !beside) || opaque {
                frame.blend = 0;
            }
            if index.saturating_add(1) == count {
                // the next run starts with nothing
                frame.dispose = 0;
            }
            if count == 1 {
                frame.delay = (0, 1);
            }
        }
        if count == 1 && self.plays.is_some() {
            self.plays = Some(0);
        }
    }
}

/// What an fcTL chunk tells.
fn frame(chunk: &Chunk<'_>, header: Header) -> Result<Frame, Error> {
    let wrong = || damaged(chunk.start, "a frame that cannot be");
    let number = |at| Endian::Big.u32(chunk.payload, at).ok_or_else(wrong);
    let [width, height, x, y] = [number(4)?, number(8)?, number(12)?, number(16)?];
    let part = |at| array_at(chunk.payload, at).map(u16::from_be_bytes).ok_or_else(wrong);
    let byte = |at| u8_at(chunk.payload, at).ok_or_else(wrong);
    let (delay, dispose, blend) = ((part(20)?, part(22)?), byte(24)?, byte(25)?);
    let inside = |first: u32, size: u32, whole: u32| {
        size > 0 && first.checked_add(size).is_some_and(|end| end <= whole)
    };
    let fits = chunk.payload.len() == 26
        && inside(x, width, header.width)
        && inside(y, height, header.height)
        && dispose <= 2
        && blend <= 1;
    if !fits {
        return Err(wrong());
    }
    Ok(Frame { width, height, x, y, delay: lowest_terms(delay), dispose, blend })
}

/// The same delay in lowest terms; a denominator of 0 means 100: section 11.3.6.2.
fn lowest_terms((count, of): (u16, u16)) -> (u16, u16) {
    let of = if of == 0 { 100 } else { of };
    let (mut a, mut b) = (of, count);
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
    }
    (count.checked_div(a).unwrap_or(count), of.checked_div(a).unwrap_or(of))
}

fn within_pixels(header: &Header, limits: &Limits) -> Result<(), Error> {
    let pixels = u64::from(header.width).saturating_mul(u64::from(header.height));
    if pixels > limits.pixels {
        return Err(Error::Limit { what: "too many pixels", limit: limits.pixels });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_in_lowest_terms() {
        let cases = [
            ((10, 100), (1, 10)),
            ((10, 0), (1, 10)),
            ((0, 7), (0, 1)),
            ((7, 7), (1, 1)),
            ((33, 1_000), (33, 1_000)),
            ((65_535, 65_535), (1, 1)),
        ];
        for (delay, lowest) in cases {
            assert_eq!(lowest_terms(delay), lowest, "{delay:?}");
        }
    }
}
