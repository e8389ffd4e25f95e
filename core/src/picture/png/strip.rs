//! The coded pictures of a file, copied block by block. Where that cannot be (data behind the last row,
//! bits behind the last pixel of a row, no proper end), the filtered rows are deflated again.

use simd_adler32::Adler32;
use zeroize::Zeroizing;

use crate::Error;
use crate::container::png::chunk::Stream;
use crate::container::png::write::ZLIB;
use crate::container::png::{Coded, Dress, Header, Picture, Writer};
use crate::memory::Memory;
use crate::picture::png::copy::Copier;
use crate::picture::png::deflate::Deflater;
use crate::picture::png::filter;
use crate::picture::png::inflate::{Block, Halt, Taker, inflate};
use crate::picture::png::look::{Facts, Loose, check_length, fault, rows};
use crate::picture::png::rows::{Row, Rows, Viewer};
use crate::picture::png::seen::Seen;

/// A file, and what is told of it.
#[derive(Debug)]
pub(crate) struct Stripped {
    pub(crate) bytes: Memory,
    pub(crate) dress: Dress,
    pub(crate) facts: Facts,
}

/// Writes `picture` in the canonical form. `dress` has what is known before its pixels were seen.
pub(crate) fn strip(
    file: &[u8],
    picture: &Picture<'_>,
    mut dress: Dress,
) -> Result<Stripped, Error> {
    dress.palette = vec![[0; 3]; if picture.palette.is_empty() { 0 } else { 256 }];
    dress.transparency = vec![0; if picture.transparency.is_empty() { 0 } else { 256 }];
    let mut seen = Seen::new(picture.header, picture.palette, picture.transparency);
    let mut again = vec![false; picture.pictures.len()];
    let mut loose = Vec::new();
    let mut writer = writer(&dress, picture, &again)?;
    for (coded, again) in picture.pictures.iter().zip(&mut again) {
        writer.start(coded.frame.as_ref(), coded.further)?;
        let (is_copied, beside) = copied(file, picture, coded, &mut seen, &mut writer)?;
        *again = !is_copied;
        loose.push(beside);
        writer.end()?;
    }
    if again.contains(&true) {
        writer = self::writer(&dress, picture, &again)?;
        for (coded, again) in picture.pictures.iter().zip(&again) {
            writer.start(coded.frame.as_ref(), coded.further)?;
            if *again {
                deflated_again(file, &picture.header_of(coded), &coded.stream, &mut writer)?;
            } else {
                copied(file, picture, coded, &mut seen, &mut writer)?;
            }
            writer.end()?;
        }
    }
    let facts = Facts::new(seen, loose);
    (dress.palette, dress.transparency) = (facts.palette.clone(), facts.transparency.clone());
    let bytes = writer.finish(&dress)?;
    Ok(Stripped { bytes, dress, facts })
}

/// A writer with memory enough.
fn writer(dress: &Dress, picture: &Picture<'_>, again: &[bool]) -> Result<Writer, Error> {
    let most = picture.pictures.iter().zip(again).map(|(coded, again)| {
        // header, checksum, and a block where there was none
        let copied = coded.stream.length().saturating_add(16);
        let raw = picture.header_of(coded).raw_bytes();
        let stored = raw.saturating_add(raw / 4_096).saturating_add(64);
        if *again { stored } else { copied }
    });
    Writer::new(dress, most.fold(0, u64::saturating_add), again.len() as u64)
}

/// Writes the blocks of a picture as they are; false, and something else written, if that cannot be. And
/// what is coded besides.
fn copied(
    file: &[u8],
    picture: &Picture<'_>,
    coded: &Coded<'_>,
    seen: &mut Seen<'_>,
    writer: &mut Writer,
) -> Result<(bool, Loose), Error> {
    let header = picture.header_of(coded);
    check_length(file, &header, &coded.stream)?;
    writer.data(&ZLIB)?;
    let mut copy = Copy {
        rows: rows(&header, seen)?,
        seen,
        empty: 0,
        copier: Copier::new(coded.stream.clone()),
        writer,
    };
    let end = inflate(coded.stream.clone(), &mut copy);
    let complete = copy.rows.are_complete();
    let Copy { seen, copier, writer, empty, .. } = copy;
    let padding = seen.take_padding();
    let beside = Loose::of(end.as_ref(), padding, empty);
    match end {
        Ok(end) if complete && !padding => {
            copier.finish(&mut |bytes| writer.data(bytes))?;
            writer.data(&end.adler.to_be_bytes())?;
            Ok((true, beside))
        }
        Err(Halt::Failed(error)) => Err(error),
        _ if complete => Ok((false, beside)),
        end => Err(fault(file, &coded.stream, end.err())),
    }
}

/// Copies blocks while their bytes are looked at.
struct Copy<'p, 's, 'a> {
    rows: Rows,
    seen: &'p mut Seen<'s>,
    empty: u64,
    copier: Copier<'a, Stream<'a>>,
    writer: &'p mut Writer,
}

impl Taker for Copy<'_, '_, '_> {
    fn bytes(&mut self, bytes: &[u8]) -> Result<(), Halt> {
        self.rows.take(bytes, self.seen)
    }

    fn block(&mut self, block: Block) -> Result<(), Halt> {
        self.empty += u64::from(block.empty);
        let writer = &mut *self.writer;
        Ok(self.copier.block(block, &mut |bytes| writer.data(bytes))?)
    }
}

/// Writes the rows of a picture with the filters that they have, and zeros behind their last pixels.
fn deflated_again(
    file: &[u8],
    header: &Header,
    stream: &Stream<'_>,
    writer: &mut Writer,
) -> Result<(), Error> {
    writer.data(&ZLIB)?;
    let mut again = Again {
        rows: Rows::unfiltered(header).ok_or(Error::Memory)?,
        rest: Refilter {
            header: *header,
            row: Zeroizing::default(),
            above: Zeroizing::default(),
            line: Zeroizing::default(),
            adler: Adler32::new(),
            deflater: Deflater::new(),
            writer,
        },
    };
    let end = inflate(stream.clone(), &mut again);
    if !again.rows.are_complete() {
        return Err(fault(file, stream, end.err()));
    }
    let Refilter { adler, deflater, writer, .. } = again.rest;
    deflater.finish(&mut |bytes| writer.data(bytes))?;
    writer.data(&adler.finish().to_be_bytes())
}

struct Again<'w> {
    rows: Rows,
    rest: Refilter<'w>,
}

impl Taker for Again<'_> {
    fn bytes(&mut self, bytes: &[u8]) -> Result<(), Halt> {
        self.rows.take(bytes, &mut self.rest)
    }
}

/// Filters rows as they were filtered before.
struct Refilter<'w> {
    header: Header,
    row: Zeroizing<Vec<u8>>,
    above: Zeroizing<Vec<u8>>,
    line: Zeroizing<Vec<u8>>,
    adler: Adler32,
    deflater: Deflater,
    writer: &'w mut Writer,
}

impl Viewer for Refilter<'_> {
    fn row(&mut self, row: Row<'_>) -> Result<(), Halt> {
        if row.y == 0 {
            self.above.clear();
            self.above.resize(row.bytes.len(), 0);
        }
        self.row.clear();
        self.row.extend_from_slice(row.bytes);
        if let Some(last) = self.row.last_mut() {
            *last &= self.header.last_mask(row.pass.width);
        }
        self.line.clear();
        self.line.resize(row.bytes.len() + 1, row.filter);
        let step = self.header.step();
        filter::apply(row.filter, &self.row, &self.above, step, &mut self.line[1..]);
        std::mem::swap(&mut self.row, &mut self.above);
        self.adler.write(&self.line);
        let writer = &mut *self.writer;
        Ok(self.deflater.push(&self.line, &mut |bytes| writer.data(bytes))?)
    }
}
