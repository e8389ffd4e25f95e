//! Recognises the canonical PNG, in the order in which it stands in the file, and its coded data to the
//! last bit: W3C Portable Network Graphics, third edition.
//!
//! Parser, inflate, filters and checksums are its own. Of Recode and Rebuild it asks that the filters
//! follow from the pixels, which it works out itself, and that deflate does: for that it deflates again
//! by the one encoder there is.

mod checksum;
mod header;
mod inflate;
mod rows;

use crate::Method;
use crate::audit::Rejection;
use crate::audit::cursor::Cursor;
use header::{Dress, Header, chunk, number};
use rows::{Rows, Used};

/// Accepts `file` if it is exactly a PNG that Unmarked writes, by `method` if one is named.
pub(crate) fn recognise(file: &[u8], method: Option<Method>) -> Result<(), Rejection> {
    let mut cursor = Cursor::new(file);
    let dress = header::recognise(&mut cursor)?;
    let canonical = matches!(method, Some(Method::Recode | Method::Rebuild));
    cursor.require(!canonical || !dress.header.interlaced, "a picture that is not interlaced")?;
    if method == Some(Method::Rebuild) {
        let plain = !dress.turned && !dress.told && dress.animation.is_none();
        cursor.require(plain, "an upright still picture of sRGB")?;
    }
    let mut used = Used { entries: [false; 256], keyed: false };
    pictures(&mut cursor, &dress, &mut used, canonical)?;
    cursor.demand(b"\0\0\0\0IEND\xae\x42\x60\x82", "the end of the picture")?;
    cursor.require(cursor.rest().is_empty(), "nothing after the end of the picture")?;
    needed(&dress, &used).map_err(|what| Rejection { at: 0, what })
}

/// Goes over all pictures, which are numbered as they should be.
fn pictures(
    cursor: &mut Cursor<'_>,
    dress: &Dress<'_>,
    used: &mut Used,
    canonical: bool,
) -> Result<(), Rejection> {
    let mut sequence = 0u32;
    let Some((frames, plays)) = dress.animation else {
        return picture(cursor, dress, used, dress.header, None, canonical);
    };
    let mut seen = 0u32;
    let mut further = None;
    while seen < frames || further.is_none() {
        let first = further.is_none();
        let last = seen.checked_add(1) == Some(frames);
        let header = match frame(cursor, dress, &mut sequence, [seen == 0, last, first])? {
            Some(header) => {
                seen = seen.saturating_add(1);
                header
            }
            // the still picture need not be a frame
            None if first => dress.header,
            None => return cursor.reject("as many frames as are told"),
        };
        if first {
            let lone = frames == 1 && seen == 1;
            cursor.require(!lone, "no animation of one frame that is the still picture too")?;
            cursor.require(frames > 1 || plays == 0, "no number of runs where nothing changes")?;
        }
        let number = further.is_some().then_some(&mut sequence);
        picture(cursor, dress, used, header, number, canonical)?;
        further = Some(());
    }
    Ok(())
}

/// A frame's chunk, if it stands here: its size. `[first, last, still]` says whether it is the first or
/// last of all, and the still picture as well.
fn frame(
    cursor: &mut Cursor<'_>,
    dress: &Dress<'_>,
    sequence: &mut u32,
    [first, last, still]: [bool; 3],
) -> Result<Option<Header>, Rejection> {
    let Some(payload) = chunk(cursor, b"fcTL")? else { return Ok(None) };
    let (numbers, rest) = payload.split_at_checked(20).unwrap_or_default();
    let numbers: Vec<u32> = numbers.chunks(4).map(number).collect();
    let &[place, width, height, x, y] = numbers.as_slice() else {
        return cursor.reject("a whole frame header");
    };
    let &[count_high, count_low, of_high, of_low, dispose, blend] = rest else {
        return cursor.reject("a whole frame header");
    };
    cursor.require(place == *sequence, "the next number of the animation")?;
    *sequence = sequence.saturating_add(1);

    let Header { width: most_wide, height: most_high, .. } = dress.header;
    let inside = |at: u32, size: u32, most: u32| {
        size > 0 && at.checked_add(size).is_some_and(|end| end <= most)
    };
    let fits = inside(x, width, most_wide) && inside(y, height, most_high);
    let whole = (x, y, width, height) == (0, 0, most_wide, most_high);
    cursor.require(fits && (whole || !still), "a frame inside the picture")?;

    let (count, of) =
        (u16::from_be_bytes([count_high, count_low]), u16::from_be_bytes([of_high, of_low]));
    cursor.require(of > 0 && common_divisor(count, of) == 1, "a delay in lowest terms")?;
    let lone = first && last;
    cursor.require(!lone || (count, of) == (0, 1), "no delay where nothing changes")?;
    let most = match (first, last) {
        (_, true) => 0,
        (true, _) => 1,
        _ => 2,
    };
    cursor.require(dispose <= most, "what becomes of the frame, where it can be seen")?;
    let opaque = dress.transparency.is_empty() && !dress.header.has_alpha();
    let most = u8::from(!(opaque || first && still));
    cursor.require(blend <= most, "how the frame is put on others, where it can be seen")?;
    Ok(Some(Header { width, height, ..dress.header }))
}

/// The largest number that divides both.
fn common_divisor(a: u16, b: u16) -> u16 {
    let (mut a, mut b) = (a, b);
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
    }
    a
}

/// The most bytes of a zlib stream in one chunk.
const MOST_DATA: usize = 1 << 16;

/// The chunks of one coded picture, with numbers if they are fdAT chunks, and what is in them.
fn picture(
    cursor: &mut Cursor<'_>,
    dress: &Dress<'_>,
    used: &mut Used,
    header: Header,
    mut sequence: Option<&mut u32>,
    canonical: bool,
) -> Result<(), Rejection> {
    let start = cursor.at() as u64;
    let mut pieces: Vec<&[u8]> = Vec::new();
    let kind = if sequence.is_some() { b"fdAT" } else { b"IDAT" };
    while let Some(mut payload) = chunk(cursor, kind)? {
        if let Some(sequence) = &mut sequence {
            let (stated, data) = payload.split_at_checked(4).unwrap_or_default();
            cursor.require(stated == sequence.to_be_bytes(), "the next number of the animation")?;
            **sequence = sequence.saturating_add(1);
            payload = data;
        }
        let full = pieces.last().is_none_or(|piece| piece.len() == MOST_DATA);
        let fits = full && (1..=MOST_DATA).contains(&payload.len());
        cursor.require(fits, "data in chunks of one size")?;
        pieces.push(payload);
    }
    let reject = |what| Rejection { at: start, what };
    // deflate makes 1,032 bytes of one at most: memory for rows is taken only where they can be there
    let length = pieces.iter().fold(0u64, |sum, piece| sum.saturating_add(piece.len() as u64));
    if header.raw_bytes() > length.saturating_mul(1_032) {
        return Err(reject("all rows of the picture"));
    }
    let mut rows = Rows::new(header, dress, used, canonical.then_some(pieces.as_slice()));
    inflate::inflate(&pieces, &mut rows).map_err(reject)?;
    rows.finish().map_err(reject)
}

/// That nothing stands in the colour table or in tRNS that no pixel needs.
fn needed(dress: &Dress<'_>, used: &Used) -> Result<(), &'static str> {
    if dress.header.colour != 3 {
        let told = dress.transparency.is_empty();
        return if told || used.keyed {
            Ok(())
        } else {
            Err("a transparent colour that a pixel has")
        };
    }
    let last = used.entries.iter().rposition(|used| *used).unwrap_or(0);
    if dress.palette.len() != last.saturating_add(1) {
        return Err("a colour table up to the last entry that a pixel uses");
    }
    let alphas = dress.transparency.iter().copied().chain(std::iter::repeat(0xFF));
    for ((entry, alpha), used) in dress.palette.iter().zip(alphas).zip(used.entries) {
        if !used && (*entry != [0; 3] || alpha != 0xFF) {
            return Err("nothing in entries that no pixel uses");
        }
    }
    Ok(())
}
