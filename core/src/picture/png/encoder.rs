//! The one canonical encoding of pixels: rows in, a PNG out. The same pixels in the same dress are
//! always the same bytes.

use simd_adler32::Adler32;
use zeroize::Zeroizing;

use crate::Error;
use crate::container::png::write::ZLIB;
use crate::container::png::{ColourType, Dress, Frame, Header, Writer};
use crate::memory::Memory;
use crate::picture::png::deflate::Deflater;
use crate::picture::png::filter::Chooser;

/// Writes a PNG row by row, never interlaced.
///
/// A still picture takes [`new`](Encoder::new), [`row`](Encoder::row) for each row from the top, and
/// [`finish`](Encoder::finish). An animation takes [`animated`](Encoder::animated), and
/// [`start`](Encoder::start) before the rows of each picture.
pub(crate) struct Encoder {
    dress: Dress,
    writer: Writer,
    picture: Option<Stream>,
}

impl Encoder {
    /// An encoder of one still picture that looks as `dress` says.
    pub(crate) fn new(dress: Dress) -> Result<Encoder, Error> {
        let size = (dress.header.width, dress.header.height);
        let mut encoder = Encoder::animated(dress, &[size])?;
        encoder.start(size, None, false)?;
        Ok(encoder)
    }

    /// An encoder of pictures of these widths and heights.
    pub(crate) fn animated(dress: Dress, sizes: &[(u32, u32)]) -> Result<Encoder, Error> {
        // the worst that deflate does is to store: five bytes for each 32,767
        let most = |(width, height): &(u32, u32)| {
            let raw = Header { width: *width, height: *height, ..dress.header }.raw_bytes();
            raw.saturating_add(raw / 4_096).saturating_add(64)
        };
        let coded = sizes.iter().map(most).fold(0, u64::saturating_add);
        let writer = Writer::new(&dress, coded, sizes.len() as u64)?;
        Ok(Encoder { dress, writer, picture: None })
    }

    /// Starts a picture of this width and height: a frame if there is one, and `further` if it is not
    /// the one that is shown where nothing moves.
    pub(crate) fn start(
        &mut self,
        (width, height): (u32, u32),
        frame: Option<&Frame>,
        further: bool,
    ) -> Result<(), Error> {
        self.end()?;
        self.writer.start(frame, further)?;
        self.writer.data(&ZLIB)?;
        let header = Header { width, height, ..self.dress.header };
        self.picture = Some(Stream::new(&header).ok_or(Error::Memory)?);
        Ok(())
    }

    /// Appends a row: its pixels packed as PNG has them (section 7.2), without a filter byte.
    pub(crate) fn row(&mut self, row: &[u8]) -> Result<(), Error> {
        match &mut self.picture {
            Some(picture) => picture.row(row, &mut self.writer),
            None => Ok(()),
        }
    }

    fn end(&mut self) -> Result<(), Error> {
        match self.picture.take() {
            Some(picture) => picture.end(&mut self.writer),
            None => Ok(()),
        }
    }

    /// The file.
    pub(crate) fn finish(mut self) -> Result<Memory, Error> {
        self.end()?;
        self.writer.finish(&self.dress)
    }

    /// The file in another dress than was said, which takes no more room.
    pub(crate) fn finish_as(mut self, dress: &Dress) -> Result<Memory, Error> {
        self.end()?;
        self.writer.finish(dress)
    }
}

/// The zlib stream of one picture.
struct Stream {
    chooser: Chooser,
    deflater: Deflater,
    adler: Adler32,
    /// The filter byte and the filtered row.
    line: Zeroizing<Vec<u8>>,
}

impl Stream {
    /// `None` if a row is longer than memory.
    fn new(header: &Header) -> Option<Stream> {
        let bytes = header.row_bytes(header.width)?;
        let choose = header.depth >= 8 && header.colour != ColourType::Palette;
        Some(Stream {
            chooser: Chooser::new(bytes, header.step(), choose),
            deflater: Deflater::new(),
            adler: Adler32::new(),
            line: Zeroizing::new(Vec::with_capacity(bytes.checked_add(1)?)),
        })
    }

    fn row(&mut self, row: &[u8], writer: &mut Writer) -> Result<(), Error> {
        let (filter, filtered) = self.chooser.filter(row);
        self.line.clear();
        self.line.push(filter);
        self.line.extend_from_slice(filtered);
        self.adler.write(&self.line);
        self.deflater.push(&self.line, &mut |bytes| writer.data(bytes))
    }

    fn end(self, writer: &mut Writer) -> Result<(), Error> {
        self.deflater.finish(&mut |bytes| writer.data(bytes))?;
        writer.data(&self.adler.finish().to_be_bytes())?;
        writer.end()
    }
}
