//! Recode: the same coefficients in one canonical baseline scan.
//!
//! The rows of the source are gone over twice: to count the symbols, and, when the best codes for
//! them are known, to write. As long as they take little memory, the tokens of the first time are
//! kept and stand in for the second. An orientation is baked in where the size allows it.

use zeroize::Zeroizing;

use crate::container::jpeg::frame::Process;
use crate::container::jpeg::write::{Dress, END, Tables, header};
use crate::container::jpeg::{Colour, Frame, Picture};
use crate::memory::Memory;
use crate::picture::jpeg::bit_writer::Bits;
use crate::picture::jpeg::coefficients::{COEFFICIENTS, Coefficients};
use crate::picture::jpeg::layout::Layout;
use crate::picture::jpeg::scan_coder::{ScanCoder, ScanCodes, finish, room_for};
use crate::picture::jpeg::source::{Source, Tolerance};
use crate::picture::jpeg::token_store::{TokenRoom, TokenStore};
use crate::picture::jpeg::tokens::ROOM;
use crate::picture::jpeg::turn::Turn;
use crate::{Error, Format, Limits, Orientation, ProfileClass};

/// A picture that was coded again.
#[derive(Debug)]
pub(crate) struct Recoded {
    /// The whole file in the canonical form.
    pub(crate) bytes: Memory,
    /// The orientation that the file still tells: upright if it is baked in.
    pub(crate) orientation: Orientation,
}

/// The most memory that tokens are kept in, in bytes: enough for a JPEG of 12 MB.
const KEPT_TOKENS: usize = 32 << 20;

/// Codes `picture` again. An orientation is baked in where the size allows it.
///
/// Errors: [`Error::Unsupported`] if a coefficient is larger than a baseline scan can code, besides
/// those of [`Source`].
pub(crate) fn recode(
    picture: &Picture<'_>,
    profile: Option<ProfileClass>,
    limits: &Limits,
) -> Result<Recoded, Error> {
    let mut source = Source::open(picture, Tolerance::None, limits)?;
    let layout = source.layout().clone();
    let turn = Turn::from(picture.orientation);
    let held = layout.padded_blocks().saturating_mul(HELD_BLOCK);
    if !turn.is_exact(&layout) || !turn.is_by_rows() && held > limits.memory {
        let rows = Rows::Streamed(&mut source, Turn::from(Orientation::Upright));
        let dress = Dress { orientation: picture.orientation, profile };
        return write(rows, &picture.frame, picture.colour, dress, limits);
    }
    let frame = turn.frame(&picture.frame);
    let rows = if turn.is_by_rows() {
        Rows::Streamed(&mut source, turn)
    } else {
        Rows::Held(turned(&mut source, turn, &Layout::of(&frame))?)
    };
    let dress = Dress { orientation: Orientation::Upright, profile };
    write(rows, &frame, picture.colour, dress, limits)
}

/// What a held block takes, in bytes: its coefficients, and which are not zero.
const HELD_BLOCK: u64 = (COEFFICIENTS * size_of::<i16>() + size_of::<u64>()) as u64;

/// The whole picture, turned to a grid of `layout`.
fn turned(source: &mut Source<'_>, turn: Turn, layout: &Layout) -> Result<Coefficients, Error> {
    let before = source.layout().clone();
    let mut turned = Coefficients::of_a_picture(layout);
    let mut row = Coefficients::of_a_row(&before);
    for y in 0..before.mcus_high {
        source.next_row(&mut row)?;
        turn.place_row(&row, y, &before, &mut turned);
    }
    Ok(turned)
}

/// The coefficients to be coded.
enum Rows<'r, 's> {
    /// From the source, each row turned by itself.
    Streamed(&'r mut Source<'s>, Turn),
    /// In memory.
    Held(Coefficients),
}

impl Rows<'_, '_> {
    /// Goes over all rows of MCUs from the first on. `take` gets some rows, the number of the first
    /// of them, and the number of the one that it is its turn to take.
    fn each(
        &mut self,
        layout: &Layout,
        mut take: impl FnMut(&Coefficients, usize, usize) -> Result<(), Error>,
    ) -> Result<(), Error> {
        match self {
            Rows::Streamed(source, turn) => {
                source.rewind();
                let mut row = Coefficients::of_a_row(layout);
                (0..layout.mcus_high).try_for_each(|y| {
                    source.next_row(&mut row)?;
                    turn.turn_row(&mut row, layout);
                    take(&row, y, y)
                })
            }
            Rows::Held(all) => (0..layout.mcus_high).try_for_each(|y| take(all, 0, y)),
        }
    }
}

/// Codes `rows` as the picture of a file.
fn write(
    mut rows: Rows<'_, '_>,
    frame: &Frame,
    colour: Colour,
    dress: Dress,
    limits: &Limits,
) -> Result<Recoded, Error> {
    let layout = Layout::of(frame);
    let mut scans = ScanCoder::scans_of(&layout, colour);
    let kept = usize::try_from(limits.memory).map_or(KEPT_TOKENS, |most| most.min(KEPT_TOKENS));
    let kept = kept / scans.len().max(1);
    let mut stores: Vec<TokenStore> = scans.iter().map(|_| TokenStore::within(kept)).collect();
    rows.each(&layout, |row, first, y| {
        scans.iter_mut().zip(&mut stores).try_for_each(|(scan, store)| {
            store.append(scan.most_tokens(), |room| scan.row(row, first, y, room))
        })
    })?;

    let codes: Option<Vec<ScanCodes>> = scans.iter().map(ScanCoder::codes).collect();
    let codes = codes.ok_or(Error::Unsupported {
        format: Format::Jpeg,
        what: "coefficients larger than those of 8-bit samples",
    })?;
    let frame = Frame { process: Process::Sequential, ..frame.clone() };
    let mut tables = Tables::default();
    let mut heads: Vec<Vec<u8>> =
        codes.iter().map(|codes| tables.scan_head(colour, &codes.scan())).collect();
    if let Some(first) = heads.first_mut() {
        let mut header = header(&frame, colour, false, dress);
        header.append(first);
        *first = header;
    }
    let mut out = room_for(&heads, &codes)?;
    for (((scan, codes), head), store) in scans.iter_mut().zip(&codes).zip(&heads).zip(stores) {
        out.push(head)?;
        let mut bits = Bits::NONE;
        if let Some(pieces) = store.pieces() {
            codes.emit(pieces, &mut bits, &mut out)?;
        } else {
            scan.rewind();
            let mut tokens = Zeroizing::new(vec![[0; 2]; scan.most_tokens() + ROOM]);
            rows.each(&layout, |row, first, y| {
                let mut room = TokenRoom::new(&mut tokens);
                scan.row(row, first, y, &mut room);
                let filled = room.filled();
                codes.emit([&tokens[..filled]], &mut bits, &mut out)
            })?;
        }
        finish(bits, &mut out)?;
    }
    out.push(&END)?;
    Ok(Recoded { bytes: out, orientation: dress.orientation })
}

#[cfg(test)]
mod tests;
