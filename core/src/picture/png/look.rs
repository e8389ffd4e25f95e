//! What a look at all coded pictures of a file tells: of their pixels, and of what is coded besides.

use crate::Error;
use crate::container::png::chunk::Stream;
use crate::container::png::{Coded, Header, Picture};
use crate::picture::png::inflate::{Block, End, Halt, Taker, inflate};
use crate::picture::png::rows::Rows;
use crate::picture::png::seen::Seen;

/// What is coded in a picture besides its rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Loose {
    /// True if there is data behind the last row.
    pub(crate) surplus: bool,
    /// True if bits behind the last pixel of a row are set.
    pub(crate) padding: bool,
    /// How many blocks hold nothing.
    pub(crate) empty: u64,
    /// How many bytes the zlib stream takes, if its end was found.
    pub(crate) length: Option<u64>,
    /// True if the stream says another checksum than it has, or none.
    pub(crate) unsound: bool,
}

impl Loose {
    /// Of a picture that was inflated with this result, and so many empty blocks.
    pub(super) fn of(end: Result<&End, &Halt>, padding: bool, empty: u64) -> Loose {
        let length = end.ok().map(|end| end.length);
        let unsound = end.is_ok_and(|end| !end.matches);
        Loose { surplus: end == Err(&Halt::Enough), padding, empty, length, unsound }
    }
}

/// What was seen in a file.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Of each picture.
    pub(crate) loose: Vec<Loose>,
    /// The colour table and tRNS, as far as pixels need them.
    pub(crate) palette: Vec<[u8; 3]>,
    pub(crate) transparency: Vec<u8>,
    /// True if colours under full transparency can hide a picture.
    pub(crate) hides_colours: bool,
    /// How many pixels are fully transparent, if every pixel tells its own alpha.
    pub(crate) transparent_pixels: u64,
}

impl Facts {
    pub(super) fn new(mut seen: Seen<'_>, loose: Vec<Loose>) -> Facts {
        let (palette, transparency) = seen.needed();
        let hides_colours = seen.hides_colours();
        let transparent_pixels = seen.transparent_pixels();
        Facts { loose, palette, transparency, hides_colours, transparent_pixels }
    }
}

/// Looks at all pictures; an error if the rows of one are not all there.
pub(crate) fn look(file: &[u8], picture: &Picture<'_>) -> Result<Facts, Error> {
    let mut seen = Seen::new(picture.header, picture.palette, picture.transparency);
    let all = picture.pictures.iter().map(|coded| one(file, picture, coded, &mut seen));
    let loose = all.collect::<Result<_, _>>()?;
    Ok(Facts::new(seen, loose))
}

fn one(
    file: &[u8],
    picture: &Picture<'_>,
    coded: &Coded<'_>,
    seen: &mut Seen<'_>,
) -> Result<Loose, Error> {
    let header = picture.header_of(coded);
    check_length(file, &header, &coded.stream)?;
    let mut look = Look { rows: rows(&header, seen)?, seen, empty: 0 };
    let end = inflate(coded.stream.clone(), &mut look);
    if !look.rows.are_complete() {
        return Err(fault(file, &coded.stream, end.err()));
    }
    Ok(Loose::of(end.as_ref(), look.seen.take_padding(), look.empty))
}

struct Look<'l, 's> {
    rows: Rows,
    seen: &'l mut Seen<'s>,
    empty: u64,
}

impl Taker for Look<'_, '_> {
    fn bytes(&mut self, bytes: &[u8]) -> Result<(), Halt> {
        self.rows.take(bytes, self.seen)
    }

    fn block(&mut self, block: Block) -> Result<(), Halt> {
        self.empty += u64::from(block.empty);
        Ok(())
    }
}

/// The rows of a picture, looked at as far as they have to be.
pub(super) fn rows(header: &Header, seen: &Seen<'_>) -> Result<Rows, Error> {
    let rows = if seen.has_to_look(header) {
        Rows::unfiltered(header)
    } else {
        Some(Rows::checked(header))
    };
    rows.ok_or(Error::Memory)
}

/// An error if the rows cannot all be there: deflate makes 1,032 bytes of one at most.
pub(super) fn check_length(file: &[u8], header: &Header, stream: &Stream<'_>) -> Result<(), Error> {
    let most = stream.length().saturating_mul(1_032);
    if header.raw_bytes() > most { Err(fault(file, stream, None)) } else { Ok(()) }
}

/// Why the rows of a stream are not all there.
pub(super) fn fault(file: &[u8], stream: &Stream<'_>, halt: Option<Halt>) -> Error {
    let range = stream.range();
    match halt {
        Some(Halt::Failed(error)) => error,
        Some(Halt::Damaged(at, what)) => Error::Damaged { at: at.max(range.start) as u64, what },
        _ if range.end >= file.len() => Error::CutOff { at: file.len() as u64 },
        _ => Error::Damaged { at: range.end as u64, what: "fewer rows than the picture has" },
    }
}
