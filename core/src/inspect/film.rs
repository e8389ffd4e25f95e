//! A film that stands in a photo: ISO/IEC 14496-12, and QuickTime's user data.

use crate::bytes::{Endian, array_at, slice_at, u8_at};
use crate::inspect::block::{Block, find};
use crate::inspect::{Betrays, Carrier, Findings, text};

/// The most boxes at the top level, and the most of `moov` that is searched, in bytes.
const MOST: usize = 256;
const MOST_SEARCHED: usize = 1 << 20;
/// From 1904, where QuickTime counts from, to 1970, in seconds.
const EPOCH: u64 = 2_082_844_800;

/// The length of the film at the start of `data`; `None` if there is none.
pub(crate) fn length(data: &[u8]) -> Option<usize> {
    if array_at(data, 4)? != *b"ftyp" {
        return None;
    }
    let mut end = 0usize;
    for _ in 0..MOST {
        match next_box(data, end) {
            Some((_, _, after)) => end = after,
            None => break,
        }
    }
    Some(end.max(8).min(data.len()))
}

/// Kind, start of the content and end of the box at `at`.
fn next_box(data: &[u8], at: usize) -> Option<([u8; 4], usize, usize)> {
    let kind: [u8; 4] = array_at(data, at.checked_add(4)?)?;
    if !kind.iter().all(|b| b.is_ascii_graphic() || matches!(b, b' ' | 0xA9)) {
        return None;
    }
    let (head, size) = match usize::try_from(Endian::Big.u32(data, at)?).ok()? {
        0 => (8, data.len().checked_sub(at)?),
        1 => (16, usize::try_from(u64::from_be_bytes(array_at(data, at.checked_add(8)?)?)).ok()?),
        size => (8, size),
    };
    let end = at.checked_add(size.max(head))?;
    (size >= head && end <= data.len()).then_some((kind, at.checked_add(head)?, end))
}

/// Tells the film that `block` is, by its label.
pub(crate) fn inspect(block: Block<'_>, label: &str, findings: &mut Findings) {
    let brand = block.array::<4>(8).map(|brand| text::latin1(&brand)).unwrap_or_default();
    let value = format!("{}, {}", brand.trim(), text::size(block.data.len() as u64));
    findings.add(Betrays::HiddenPicture, Carrier::Film, block.place(), label, value);
    let mut at = 0usize;
    for _ in 0..MOST {
        let Some((kind, start, end)) = next_box(block.data, at) else { break };
        if kind == *b"moov"
            && let Some(content) = end.checked_sub(start).and_then(|len| block.part(start, len))
        {
            movie(content, findings);
        }
        at = end;
    }
}

/// Tells date and place of a `moov` box, of which this is the content.
pub(crate) fn movie(content: Block<'_>, findings: &mut Findings) {
    let content = content.before(MOST_SEARCHED);
    let data = content.data;
    if let Some(at) = find(data, b"mvhd", 0) {
        let at = at.saturating_add(4);
        let (seconds, length) = match u8_at(data, at) {
            Some(1) => (array_at(data, at.saturating_add(4)).map(u64::from_be_bytes), 8),
            _ => (Endian::Big.u32(data, at.saturating_add(4)).map(u64::from), 4),
        };
        let date = seconds.and_then(|s| text::unix_time(s.checked_sub(EPOCH)?));
        if let (Some(date), Some(field)) = (date, content.part(at.saturating_add(4), length)) {
            findings.add(Betrays::Time, Carrier::Film, field.place(), "Film made", date);
        }
    }
    if let Some(at) = find(data, b"\xA9xyz", 0) {
        // a length, a language, and the position by ISO 6709
        let length = Endian::Big.u16(data, at.saturating_add(4)).map_or(0, usize::from);
        let at = at.saturating_add(8);
        if let (Some(position), Some(field)) =
            (slice_at(data, at, length), content.part(at, length))
        {
            let value = text::decode(position);
            findings.add(
                Betrays::Place,
                Carrier::Film,
                field.place(),
                "Position of the film",
                value,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn film() -> Vec<u8> {
        let mut film = b"\0\0\0\x10ftypmp42\0\0\0\0".to_vec();
        let mut moov = b"\0\0\0\x10mvhd\0\0\0\0".to_vec();
        moov.extend(((EPOCH + 1_212_162_961) as u32).to_be_bytes());
        moov.extend(b"\0\0\0\x1D\xA9xyz\0\x11\x15\xC7+48.858+002.294/ ");
        film.extend((moov.len() as u32 + 8).to_be_bytes());
        film.extend(b"moov");
        film.extend(moov);
        film
    }

    #[test]
    fn date_and_place_of_a_film_are_told() {
        let film = film();
        let data = [&film[..], b"\0\0"].concat();
        assert_eq!(length(&data), Some(film.len()));
        let mut findings = Findings::new(&Limits::default());
        inspect(
            Block { segment: "trailer", offset: 7, data: &film, joined: None },
            "Film",
            &mut findings,
        );
        let list = findings.into_list().0;
        let lines: Vec<_> = list.iter().map(|f| (f.label.as_str(), f.value.as_str())).collect();
        assert_eq!(
            lines,
            [
                ("Film", "mp42, 69 bytes"),
                ("Film made", "2008-05-30 15:56:01 UTC"),
                ("Position of the film", "+48.858+002.294/"),
            ]
        );
        assert_eq!(list[1].place.offset, 7 + 16 + 8 + 12);
    }

    #[test]
    fn cut_films_end_where_the_bytes_do() {
        let film = film();
        for end in 8..film.len() {
            assert!(length(&film[..end]).unwrap() <= end);
        }
        assert_eq!(length(b"\0\0\0\x10moov"), None);
    }
}
